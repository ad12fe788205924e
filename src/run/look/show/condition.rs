//! The condition on rows: a formula over the columns of the table, in the subset of SQL in which rules and measures are written.

use std::path::PathBuf;

use super::super::error::LookError;
use super::super::release::Release;
use super::stored::Stored;
use crate::domain::Diagnostic;
use crate::domain::exact::MOST_DECIMALS;
use crate::lake::Filter;
use crate::pipeline::formula::{Fault, parse_filter};
use crate::pipeline::{Column, ColumnKind, Pipeline};
use crate::report::column_values;
use crate::tables::{ColumnSpec, ValueKind};

/// A condition that can be judged.
pub(super) struct Condition {
    /// For the files.
    pub(super) filter: Filter,
}

impl Condition {
    /// Reads what was given as `--where`.
    pub(super) fn read(
        text: &str,
        pipeline: &Pipeline,
        release: &Release,
        stored: &Stored,
    ) -> Result<Condition, LookError> {
        // The definition at hand says what a column may hold, but not of what another one has made.
        let pipeline = Some(pipeline).filter(|_| !release.source.definition_changed);
        let columns: Vec<Column> = stored.columns.iter().map(|spec| column(spec, pipeline)).collect();
        let formula = parse_filter(text, &columns).map_err(|faults| LookError::Filter {
            text: text.to_owned(),
            faults: faults.into_iter().map(diagnostic).collect(),
        })?;
        let name = |at: &usize| columns[*at].id.clone();
        let texts = formula.texts_needed().into_iter();
        Ok(Condition {
            filter: Filter {
                sql: formula.to_sql(),
                columns: formula.columns.iter().map(name).collect(),
                texts: texts
                    .map(|(at, texts)| (name(&at), texts.into_iter().map(str::to_owned).collect()))
                    .collect(),
            },
        })
    }

    /// The columns of which it allows one text only.
    pub(super) fn fixed(&self) -> Vec<String> {
        let texts = self.filter.texts.iter().filter(|(_, texts)| texts.len() == 1);
        texts.map(|(column, _)| column.clone()).collect()
    }
}

/// A column as formulas know them; `pipeline`: what says which words it may hold.
fn column(spec: &ColumnSpec, pipeline: Option<&Pipeline>) -> Column {
    let values = pipeline
        .map(|pipeline| column_values(pipeline, spec))
        .unwrap_or_default();
    let kind = match spec.kind {
        ValueKind::Text if values.is_empty() => ColumnKind::Text,
        ValueKind::Text => ColumnKind::Category {
            values: values.into_iter().map(|value| (value, Vec::new())).collect(),
        },
        ValueKind::Integer => ColumnKind::Integer { unit: None },
        ValueKind::Real => ColumnKind::Decimal {
            scale: MOST_DECIMALS,
            unit: None,
            percent: false,
            double: true,
        },
        ValueKind::Boolean => ColumnKind::Boolean {
            yes: Vec::new(),
            no: Vec::new(),
        },
        ValueKind::Date => ColumnKind::Date,
    };
    Column::read_only(&spec.name, kind, spec.null.is_none())
}

fn diagnostic(fault: Fault) -> Diagnostic {
    Diagnostic {
        code: fault.code,
        message: fault.message,
        file: PathBuf::from("--where"),
        span: fault.span,
        related: None,
        hint: fault.hint,
    }
}
