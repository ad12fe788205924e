//! Faults that only a workbook can show: struck text, struck rows, merged cells.

use super::cells::of_row;
use super::{CELL_NULL, Expectation, NOTHING, Named, Read, Spoiler, Spoilt};
use crate::domain::{Code, Severity};
use crate::pipeline::{Column, ColumnKind};
use crate::sample::chance::{Chance, one};
use crate::sample::draw::Row;
use crate::sample::sheet::Look;
use crate::sample::value::Value;

impl Spoiler<'_> {
    pub(super) fn is_workbook(&self) -> bool {
        self.style.format.is_workbook()
    }

    /// Columns with a known value that fit.
    pub(super) fn known_columns(&self, row: &Row, fits: &dyn Fn(&Column) -> bool) -> Vec<usize> {
        let columns = &self.model.form.columns;
        (0..columns.len())
            .filter(|&slot| fits(&columns[slot]) && row[slot].is_known())
            .collect()
    }

    pub(super) fn place(&self, slot: usize) -> Option<usize> {
        self.style.columns.iter().position(|laid| laid.slot == Some(slot))
    }

    /// A figure that was struck out and written anew: the new one counts.
    pub(super) fn text_struck(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let is_figure = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. });
        let slot = *one(rng, &self.known_columns(row, &is_figure)).filter(|_| self.is_workbook())?;
        let at = self.place(slot)?;
        let mut cells = self.style.record(self.model, row);
        let old = cells[at].text.chars().rev().collect();
        cells[at] = cells[at].clone().set(Look::Instead(old));
        let expected = Expectation {
            column: self.model.form.columns[slot].id.clone(),
            consequence: NOTHING,
            ..of_row(Code::TextStruck)
        };
        Some(Spoilt {
            merged: None,
            cells,
            twin: None,
            expected: Some(expected),
            stated: row.clone(),
            kept: Some(row.clone()),
            held: None,
            named: Named::As(row.clone()),
            read: Read::default(),
        })
    }

    /// A row struck out instead of deleted. Whoever adds up leaves it in.
    pub(super) fn row_struck(&self, row: &Row) -> Option<Spoilt> {
        if !self.is_workbook() || self.model.is_area() {
            return None;
        }
        let cells = self.style.record(self.model, row);
        Some(Spoilt {
            merged: None,
            cells: cells.into_iter().map(|cell| cell.set(Look::Struck)).collect(),
            twin: None,
            expected: Some(of_row(Code::RowStruck)),
            stated: row.clone(),
            kept: None,
            held: None,
            named: Named::As(row.clone()),
            read: Read {
                rows: vec![row.clone()],
                ..Read::default()
            },
        })
    }

    /// A cell that nobody needs, merged with the one beneath: of a number neither is known, of anything else the first is.
    pub(super) fn merged(
        &self,
        rng: &mut Chance,
        row: &Row,
        code: Code,
        fits: &dyn Fn(&Column) -> bool,
    ) -> Option<Spoilt> {
        let key = &self.model.form.key;
        let columns = &self.model.form.columns;
        let free: Vec<usize> = self
            .known_columns(row, fits)
            .into_iter()
            .filter(|slot| !columns[*slot].required && !key.contains(slot))
            .collect();
        let slot = *one(rng, &free).filter(|_| self.is_workbook() && !self.model.is_area())?;
        self.place(slot)?;
        let mut kept = row.clone();
        if columns[slot].kind.is_number() {
            kept[slot] = Value::Unknown;
        }
        if !self.broken(&kept).is_empty() {
            return None;
        }
        let is_lost = columns[slot].kind.is_number();
        let expected = Expectation {
            column: columns[slot].id.clone(),
            severity: Some(code.entry().severity.min(Severity::Explain)),
            consequence: CELL_NULL,
            ..of_row(code)
        };
        Some(Spoilt {
            cells: self.style.record(self.model, row),
            twin: None,
            expected: Some(expected),
            stated: row.clone(),
            held: is_lost.then_some(slot),
            kept: Some(kept),
            named: Named::As(row.clone()),
            read: Read::default(),
            merged: Some(slot),
        })
    }

    /// Whether a row breaks no rule once a cell of it is gone.
    pub(in crate::sample) fn stands_without(&self, row: &Row, slot: usize) -> bool {
        let mut emptied = row.clone();
        emptied[slot] = Value::Unknown;
        self.broken(&emptied).is_empty()
    }
}
