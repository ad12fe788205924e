//! Lists of units that rules hold submissions against: what lies there, whoever sends it.

use std::collections::{BTreeMap, BTreeSet};

use super::draw::Row;
use super::model::FormModel;
use super::value::{Value, decimal};
use crate::domain::Period;
use crate::pipeline::{Pipeline, RuleKind};

/// The units of one reporter and period: what tells each apart, and the cells that say so.
pub(super) type Listed = BTreeMap<Vec<Value>, Vec<String>>;

/// The units of some rows; None where no rule reads a list of them.
pub(super) fn listed(pipeline: &Pipeline, model: &FormModel, rows: &[Row]) -> Option<Listed> {
    lists(pipeline, model.index).next()?;
    let cell = |row: &Row, slot: usize| match &row[slot] {
        Value::Number(number) => decimal(*number, model.scale(slot)),
        other => other.member().to_owned(),
    };
    let key = |row: &Row| model.form.key.iter().map(|&slot| row[slot].clone()).collect();
    let cells = |row: &Row| model.form.key.iter().map(|&slot| cell(row, slot)).collect();
    Some(rows.iter().map(|row| (key(row), cells(row))).collect())
}

/// Paths of the lists of a form's units.
fn lists(pipeline: &Pipeline, form: usize) -> impl Iterator<Item = &str> {
    let rules = pipeline.rules.iter().filter(move |rule| rule.form == form);
    rules.filter_map(|rule| match &rule.kind {
        RuleKind::Cover(cover) => cover.register.as_deref(),
        _ => None,
    })
}

/// The lists of all reporters and periods.
#[derive(Default)]
pub(super) struct Lists {
    /// By form: cells of the key, area, period.
    units: BTreeMap<usize, BTreeSet<(Vec<String>, String, String)>>,
}

impl Lists {
    pub(super) fn take(&mut self, form: usize, area: &str, period: Period, listed: Listed) {
        let units = self.units.entry(form).or_default();
        units.extend(
            listed
                .into_values()
                .map(|cells| (cells, area.to_owned(), period.to_string())),
        );
    }

    /// Path, header and rows of each list.
    pub(super) fn files<'a>(
        &'a self,
        pipeline: &'a Pipeline,
    ) -> impl Iterator<Item = (&'a str, Vec<&'a str>, impl Iterator<Item = Vec<String>>)> {
        self.units.iter().flat_map(move |(&form, units)| {
            let of_form = &pipeline.forms[form];
            let paths: BTreeSet<&str> = lists(pipeline, form).collect();
            paths.into_iter().map(move |path| {
                let key = of_form.key.iter().map(|&slot| of_form.columns[slot].id.as_str());
                let rows = units.iter().map(|(cells, area, period)| {
                    let mut row = cells.clone();
                    row.extend([area.clone(), period.clone()]);
                    row
                });
                (path, key.chain(["area_code", "period"]).collect(), rows)
            })
        })
    }
}
