//! What a sheet shows beside the text of its records: notes, struck text, hidden rows and columns, merged cells. Nothing of it
//! changes a figure without a finding.

mod formats;
mod garbled;
mod merged;
mod unseen;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cell::tidy;
use super::tally::Tally;
use crate::domain::{
    Affix, Code, Finding, Markings, MatchedColumn, Place, RawTable, Severity, a1, cell_ranges, counted_text,
    findings_on_runs, row_ranges,
};
use crate::pipeline::units::Units;
use crate::pipeline::{ColumnKind, Form};

/// Cells of records whose own value in a merged block is unknown: by physical column, rows of the grid.
pub(super) type Merges = BTreeMap<u32, BTreeSet<u32>>;

/// Reports everything, and returns the cells that are not to be read.
pub(super) fn tell(
    table: &RawTable,
    form: &Form,
    units: &Units,
    required: &dyn Fn(usize) -> bool,
    tally: &mut Tally,
) -> Merges {
    let Some(shown) = table.grid.markings() else {
        return Merges::new();
    };
    let check = ShownCheck {
        table,
        form,
        units,
        shown,
        required,
        columns: table.columns.iter().map(|matched| (matched.index, matched)).collect(),
    };
    check.struck_rows(tally);
    check.runs(tally);
    check.formats(tally);
    check.raised(tally);
    check.hidden(tally);
    check.unseen(tally);
    let mut lost = check.merged(tally);
    check.blank_zeros(tally);
    check.unshown_texts(&mut lost, tally);
    check.garbled(&mut lost, tally);
    lost
}

/// Whether what a number format puts around a number is read with it. It is not where the format shows another number, unless by a unit
/// such as 万元.
pub(super) fn is_read(shown: &Markings, place: (u32, u32), affix: &Affix, units: &Units) -> bool {
    let is_unit = || units.knows(&affix.behind) && !units.is_multiplier(&affix.behind);
    !shown.formats.contains_key(&place) || is_unit()
}

struct ShownCheck<'a> {
    table: &'a RawTable,
    form: &'a Form,
    units: &'a Units,
    shown: &'a Markings,
    required: &'a dyn Fn(usize) -> bool,
    columns: BTreeMap<u32, &'a MatchedColumn>,
}

impl ShownCheck<'_> {
    fn position(&self, row: u32) -> Option<usize> {
        self.table.records.binary_search(&row).ok()
    }

    fn place(&self, row: Option<u32>, matched: &MatchedColumn) -> Place {
        Place {
            sheet: self.table.sheet.clone(),
            row: row.map(|row| self.table.grid.number(row as usize)),
            column: Some(Arc::from(self.form.columns[matched.column].id.as_str())),
            column_index: Some(matched.index),
        }
    }

    fn struck_rows(&self, tally: &mut Tally) {
        for &row in &self.shown.struck_rows {
            let Some(position) = self.position(row) else { continue };
            let text = self.table.grid.row(row as usize).find(|cell| !tidy(cell).is_empty());
            let place = tally.place(row as usize);
            tally.tell(Finding::new(Code::RowStruck).at(place).raw(text.unwrap_or_default()));
            tally.statuses.quarantine(position, Code::RowStruck);
        }
    }

    /// Notes and struck text in cells of records and stated totals.
    fn runs(&self, tally: &mut Tally) {
        let totals: BTreeSet<u32> = self
            .table
            .set_aside
            .iter()
            .filter(|(_, kind)| kind.is_total())
            .map(|(row, _)| *row)
            .collect();
        let mut unseen: Vec<(u32, u32, Finding)> = Vec::new();
        for (&(row, index), runs) in &self.shown.runs {
            let Some(matched) = self.columns.get(&index) else {
                continue;
            };
            let position = self.position(row);
            let corrected = self.table.corrected.get(row, index).is_some();
            if corrected || (position.is_none() && !totals.contains(&row)) {
                continue;
            }
            // Nothing is left of a cell that the row cannot do without.
            let out = position.is_some() && (self.required)(matched.column) && tidy(&counted_text(runs)).is_empty();
            for finding in findings_on_runs(runs) {
                let finding = self
                    .may_be_decimals(finding, matched)
                    .at(self.place(Some(row), matched));
                if finding.code == Code::TextUnseen && finding.expected.is_some() {
                    unseen.push((index, row, finding));
                    continue;
                }
                tally.tell(if out { finding.severity(Severity::Hard) } else { finding });
            }
        }
        self.unseen_parts(unseen, tally);
    }

    /// Tells of cells, given as column and row. It stands at their column where they have one, and at the first of their rows.
    fn tell_cells(&self, finding: Finding, mut cells: Vec<(u32, u32)>, tally: &mut Tally) {
        let number = |row: u32| self.table.grid.number(row as usize);
        let count = cells.len() as u64;
        let mut rows: Vec<u32> = cells.iter().map(|(_, row)| *row).collect();
        rows.sort_unstable();
        rows.dedup();
        let Some((&first, others)) = rows.split_first() else {
            return;
        };
        let of_one = cells.iter().all(|(index, _)| *index == cells[0].0);
        let matched = self.columns.get(&cells[0].0).filter(|_| of_one);
        let place = match matched {
            Some(matched) => self.place(Some(first), matched),
            None => Place {
                sheet: self.table.sheet.clone(),
                row: Some(number(first)),
                ..Place::default()
            },
        };
        cells.sort_unstable();
        cells.iter_mut().for_each(|(_, row)| *row = number(*row));
        let rows = others.iter().map(|row| number(*row)).collect();
        tally.tell(Finding {
            rows,
            ..finding.at(place).raw(cell_ranges(&cells)).count(count)
        });
    }

    /// Raised digits behind a whole number, as many as the column has decimals, may be these: prices are written so.
    fn may_be_decimals(&self, finding: Finding, matched: &MatchedColumn) -> Finding {
        /// Decimals of a price, and fewer digits than those are a note.
        const CENTS: usize = 2;
        let decimals = match self.form.columns[matched.column].kind {
            ColumnKind::Decimal { double: true, .. } => CENTS,
            ColumnKind::Decimal { scale, .. } => scale as usize,
            _ => 0,
        };
        let is_digits = |text: Option<&str>| {
            text.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let raw = finding.raw.as_deref().map(str::trim);
        let is_long = decimals >= CENTS && raw.is_some_and(|raw| raw.len() == decimals);
        // Signs of currencies and groups of thousands may stand there, a decimal point not.
        let number = finding.expected.as_deref().map(|number| number.replace([',', ' '], ""));
        let number = number
            .as_deref()
            .map(|number| number.trim_start_matches(|c: char| !c.is_ascii_digit()));
        if finding.code == Code::TextNoted && is_long && is_digits(raw) && is_digits(number) {
            let doubtful = Finding::new(Code::NoteDoubtful);
            return Finding {
                raw: finding.raw,
                expected: finding.expected,
                ..doubtful
            };
        }
        finding
    }

    /// Cells that are raised or lowered as a whole, as the mark of a note alone is: one finding a column.
    fn raised(&self, tally: &mut Tally) {
        for matched in self.columns.values() {
            let own = |(row, index): &&(u32, u32)| {
                let corrected = self.table.corrected.get(*row, *index).is_some();
                *index == matched.index && self.position(*row).is_some() && !corrected
            };
            let rows: Vec<u32> = self.shown.raised.iter().filter(own).map(|(row, _)| *row).collect();
            let Some((&first, others)) = rows.split_first() else {
                continue;
            };
            let finding = Finding::new(Code::CellRaised).at(self.place(Some(first), matched));
            let text = self.table.grid.cell(first as usize, matched.index as usize);
            tally.tell(Finding {
                rows: others.iter().map(|row| self.table.grid.number(*row as usize)).collect(),
                ..finding.raw(text).count(rows.len() as u64)
            });
        }
    }

    fn hidden(&self, tally: &mut Tally) {
        let hidden: Vec<u32> = (self.shown.hidden_rows.iter().copied())
            .filter(|row| self.position(*row).is_some())
            .map(|row| self.table.grid.number(row as usize))
            .collect();
        if !hidden.is_empty() {
            let place = Place {
                sheet: self.table.sheet.clone(),
                ..Place::default()
            };
            let count = hidden.len() as u64;
            tally.tell(
                Finding::new(Code::RowsHidden)
                    .at(place)
                    .raw(row_ranges(&hidden))
                    .count(count),
            );
        }
        for index in &self.shown.hidden_columns {
            if let Some(matched) = self.columns.get(index) {
                let letters = a1(*index, 1).trim_end_matches('1').to_owned();
                let finding = Finding::new(Code::ColumnHidden).at(self.place(None, matched));
                tally.tell(finding.raw(letters));
            }
        }
    }

    fn is_number(&self, matched: &MatchedColumn) -> bool {
        self.form.columns[matched.column].kind.is_number()
    }

    fn repeats(&self, row: u32, index: u32) -> bool {
        self.table
            .repeated
            .get(&index)
            .is_some_and(|rows| rows.contains_key(&row))
    }
}
