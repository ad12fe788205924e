//! Faults of single cells, codes and whole rows.

use super::rules::in_range;
use super::{CELL_NULL, Expectation, Named, ROW_OUT, Read, RowFault, Spoiler, Spoilt};
use crate::domain::{Code, Severity};
use crate::pipeline::{CodeScheme, Column, ColumnKind};
use crate::sample::amend::Former;
use crate::sample::chance::{Chance, index, one};
use crate::sample::draw::Row;
use crate::sample::sheet::Cell;
use crate::sample::value::Value;

impl Spoiler<'_> {
    /// Writes another text into one fitting cell, the value of which is known.
    pub(super) fn cell_fault(
        &self,
        rng: &mut Chance,
        row: &Row,
        code: Code,
        fits: &dyn Fn(&Column) -> bool,
        text: impl Fn(&mut Chance, &Column, &Value) -> Option<String>,
    ) -> Option<Spoilt> {
        let columns = &self.model.form.columns;
        let able: Vec<usize> = (0..columns.len())
            .filter(|&slot| fits(&columns[slot]) && row[slot].is_known())
            .collect();
        let slot = *one(rng, &able)?;
        let column = &columns[slot];
        let text = text(rng, column, &row[slot])?;
        let mut emptied = row.clone();
        emptied[slot] = Value::Unknown;
        // A figure that goes missing must not break a rule on its own.
        if !column.required && !self.broken(&emptied).is_empty() {
            return None;
        }
        Some(self.with_cell(row, slot, text, code))
    }

    fn with_cell(&self, row: &Row, slot: usize, text: String, code: Code) -> Spoilt {
        let mut cells = self.style.record(self.model, row);
        if let Some(at) = self.style.columns.iter().position(|c| c.slot == Some(slot)) {
            cells[at] = Cell::text(text);
        }
        let column = &self.model.form.columns[slot];
        let severity = if column.required {
            Severity::Hard
        } else {
            code.entry().severity.min(Severity::Explain)
        };
        let consequence = if severity == Severity::Hard { ROW_OUT } else { CELL_NULL };
        let expected = Expectation {
            column: column.id.clone(),
            code: code.into(),
            severity: Some(severity),
            kind: code.to_string(),
            consequence,
            mend: String::new(),
        };
        let mut without = row.clone();
        without[slot] = Value::Unknown;
        let read = Read {
            rows: vec![without.clone()],
            ..Read::default()
        };
        let kept = (!column.required).then_some(without);
        Spoilt {
            merged: None,
            cells,
            twin: None,
            expected: Some(expected),
            stated: row.clone(),
            held: kept.is_some().then_some(slot),
            kept,
            named: if self.model.form.key.contains(&slot) {
                Named::Nobody
            } else {
                Named::As(row.clone())
            },
            read,
        }
    }

    /// A row under an old code of its area. Where it is one of several, they share one finding.
    pub(in crate::sample) fn former(&self, row: &Row, former: &Former) -> Spoilt {
        let slot = former.slot;
        let mut bad = self.with_cell(row, slot, former.of(row), Code::CodeUnknown);
        bad.expected = bad
            .expected
            .filter(|_| former.rows.len() == 1)
            .map(|expected| Expectation {
                kind: "code-unknown, old code".to_owned(),
                mend: format!("{}={}", expected.column, row[slot].member()),
                ..expected
            });
        bad
    }

    /// The code column whose area a row belongs to, and faults of it.
    pub(super) fn bad_code(&self, fault: RowFault, row: &Row) -> Option<Spoilt> {
        let is_code = |slot: &usize| matches!(self.model.form.columns[*slot].kind, ColumnKind::DivisionCode { .. });
        let slot = self.model.form.key.iter().copied().find(is_code)?;
        let below = matches!(
            self.model.form.columns[slot].kind,
            ColumnKind::DivisionCode { level: None }
        );
        let Value::Word(code) = &row[slot] else { return None };
        let national = self.pipeline.registry.code_scheme == CodeScheme::Gb2260;
        let replaced = |area: &str| {
            Some(if below {
                format!("{area}{}", code.get(area.len()..)?)
            } else {
                area.to_owned()
            })
        };
        let (text, name) = match fault {
            RowFault::OutsideJurisdiction if national || !below => {
                (replaced(self.stranger?.bases.first()?)?, Code::OutsideJurisdiction)
            }
            RowFault::CodeUnknown if national || !below => (replaced(self.unknown_area)?, Code::CodeUnknown),
            RowFault::CodeMalformed if national => {
                (code.get(..code.len().checked_sub(1)?)?.to_owned(), Code::CodeMalformed)
            }
            RowFault::CodeScientific if national && below => (scientific(code)?, Code::CodeScientific),
            _ => return None,
        };
        Some(self.with_cell(row, slot, text, name))
    }

    /// One cell too many in the middle: what follows shifts, and the last one stands beyond the header.
    pub(super) fn ragged(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let mut cells = self.style.record(self.model, row);
        if !self.style.format.is_sheet() || cells.last().is_none_or(|c| c.text.trim().is_empty()) || cells.len() < 4 {
            return None;
        }
        let at = 2 + index(rng, cells.len() - 3);
        cells.insert(at, cells[at].clone());
        Some(Spoilt {
            merged: None,
            cells,
            twin: None,
            expected: Some(of_row(Code::RowRagged)),
            stated: row.clone(),
            kept: None,
            held: None,
            named: Named::As(row.clone()),
            read: Read::default(),
        })
    }

    /// The same unit once more, with one other figure.
    pub(super) fn conflict(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        if self.model.is_area() || self.model.form.key.is_empty() {
            return None;
        }
        let columns = &self.model.form.columns;
        let able: Vec<usize> = (0..columns.len())
            .filter(|&s| row[s].number().is_some() && !self.model.form.key.contains(&s))
            .collect();
        let slot = *one(rng, &able)?;
        let mut other = row.clone();
        other[slot] = Value::Number(row[slot].number()? + 1);
        if !self.broken(&other).is_empty() || !in_range(&columns[slot], &other[slot]) {
            return None;
        }
        let (cells, twin) = (
            self.style.record(self.model, row),
            self.style.record(self.model, &other),
        );
        Some(Spoilt {
            merged: None,
            cells,
            twin: Some(twin),
            expected: Some(of_row(Code::RowConflict)),
            stated: row.clone(),
            kept: None,
            held: None,
            named: Named::As(row.clone()),
            read: Read {
                rows: vec![row.clone(), other],
                ..Read::default()
            },
        })
    }
}

/// A finding on a whole row.
pub(super) fn of_row(code: Code) -> Expectation {
    Expectation {
        column: String::new(),
        code: code.into(),
        severity: Some(code.entry().severity),
        kind: code.to_string(),
        consequence: ROW_OUT,
        mend: String::new(),
    }
}

/// What a spreadsheet makes of a long number: `1.30102E+11`.
fn scientific(code: &str) -> Option<String> {
    let exponent = code.len().checked_sub(1)?;
    let mantissa: f64 = code.parse::<f64>().ok()? / 10_f64.powi(exponent as i32);
    Some(format!("{mantissa:.5}E+{exponent:02}"))
}
