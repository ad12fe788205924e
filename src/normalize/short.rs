//! Records of a plain file or a web page that have fewer cells than the others. Where a cell was left out, the figures behind it
//! stand in the columns to the left of their own: such a row does not count, unless its cells fit where they stand and nowhere
//! else, or the file leaves out the blank cells at the ends of its rows.

use std::ops::Range;

use super::cell::{Cleaned, tidy};
use super::judge::Judge;
use super::sheet::Sheet;
use crate::domain::{Code, Finding, MatchedColumn, Place, SetAside, Text};
use crate::pipeline::{ColumnKind, Form};

/// Full rows that show what the texts of a column look like.
const SAMPLE: usize = 100;
/// So many short rows, and one of so many rows, show that the file leaves out blank cells at the ends of rows.
const MANY: usize = 3;
const SHARE: usize = 10;
/// Ways to place the cells of a row that are compared at most.
const WAYS: usize = 20_000;
/// Characters of a row that are shown.
const SHOWN: usize = 80;

/// A record that has fewer cells than the others, and may lack one between its own.
pub(super) struct Short {
    /// Position among the records.
    pub(super) position: usize,
    pub(super) finding: Finding,
}

/// The short records that cannot be read, with a finding each. `skipped`: records that are not read at all.
pub(super) fn find(sheet: &Sheet, form: &Form, skipped: &[bool]) -> Vec<Short> {
    let Some(rows) = Rows::new(sheet, form, skipped) else {
        return Vec::new();
    };
    let drops_blanks = rows.drops_blanks();
    let told = rows.short.iter().filter_map(|&(position, full)| {
        let row = sheet.table.records[position] as usize;
        let placing = rows.placing(row, full);
        let is_told = match (placing.fits, placing.others) {
            (true, Others::None) => false,
            // A key that cannot be read is told as such, and keeps the row out.
            (false, Others::None) if rows.is_out(row, full) => false,
            (true, _) | (false, Others::None) => !(drops_blanks && rows.lacks_optional(row, full)),
            (false, _) => true,
        };
        is_told.then(|| Short {
            position,
            finding: rows.finding(row, full, &placing),
        })
    });
    told.collect()
}

/// How the cells of a row may stand otherwise than from the first column on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    None,
    /// In one way alone: the cell of this column was left out.
    One(usize),
    Several,
}

/// How the cells of a row fit the columns.
struct Placing {
    /// Each fits where it stands.
    fits: bool,
    others: Others,
}

struct Rows<'s, 'a> {
    sheet: &'s Sheet<'a>,
    form: &'a Form,
    /// The column of the form at each physical position.
    at: Vec<Option<&'a MatchedColumn>>,
    /// What judges the cells of each, where it can be read.
    judges: Vec<Option<Judge<'s, 'a>>>,
    /// Whether most texts of a column have letters; None: it is none of texts, or has none.
    lettered: Vec<Option<bool>>,
    /// Positions of the short records, and how many cells each should have.
    short: Vec<(usize, usize)>,
    /// Positions of all records that are read, and of these the ones that have all their cells.
    read: usize,
    full: Vec<usize>,
    /// Cells of the full rows.
    usual: usize,
}

impl<'s, 'a> Rows<'s, 'a> {
    /// None: no record is short, as in most files.
    fn new(sheet: &'s Sheet<'a>, form: &'a Form, skipped: &[bool]) -> Option<Rows<'s, 'a>> {
        let table = sheet.table;
        let named = table.unmatched.iter().filter(|(_, name)| !name.is_empty());
        let known = table.columns.iter().map(|matched| matched.index);
        let last = known.chain(named.map(|(index, _)| *index)).max()? as usize;
        let width = |row: u32| Some(table.grid.written(row as usize)?.min(last + 1));
        let read = || table.records.iter().enumerate().filter(|(at, _)| !skipped[*at]);
        let (mut least, mut usual) = (usize::MAX, 0);
        for (_, row) in read() {
            let width = width(*row)?;
            (least, usual) = (least.min(width), usual.max(width));
        }
        if least >= usual {
            return None;
        }
        // A second header may have fewer columns.
        let headers = table.set_aside.iter().filter(|(_, kind)| *kind == SetAside::Header);
        let headers: Vec<u32> = headers.map(|(row, _)| *row).collect();
        let wanted = |row: u32| {
            let above = headers.partition_point(|header| *header < row).checked_sub(1)?;
            width(headers[above]).filter(|width| *width > 1)
        };
        let mut short = Vec::new();
        let mut full = Vec::new();
        for (position, &row) in read() {
            let found = width(row).unwrap_or(usual);
            if found == usual {
                full.push(position);
                continue;
            }
            let wanted = wanted(row).map_or(usual, |wanted| wanted.min(usual));
            if found > 1 && found < wanted {
                short.push((position, wanted));
            }
        }
        if short.is_empty() {
            return None;
        }
        let mut at = vec![None; last + 1];
        for matched in &table.columns {
            at[matched.index as usize] = Some(matched);
        }
        let judge = |matched: &'a MatchedColumn| Judge::new(sheet, &form.columns[matched.column], matched);
        let mut rows = Rows {
            sheet,
            form,
            judges: at.iter().map(|matched| matched.and_then(judge)).collect(),
            at,
            lettered: Vec::new(),
            short,
            read: read().count(),
            full,
            usual,
        };
        rows.lettered = (0..=last).map(|index| rows.letters(index)).collect();
        Some(rows)
    }

    fn cell(&self, row: usize, index: usize) -> &'a str {
        tidy(self.sheet.table.grid.cell(row, index))
    }

    fn kind(&self, index: usize) -> Option<&'a ColumnKind> {
        self.at[index].map(|matched| &self.form.columns[matched.column].kind)
    }

    /// Whether most texts of a column have letters.
    fn letters(&self, index: usize) -> Option<bool> {
        if !self.kind(index).is_some_and(is_text) {
            return None;
        }
        let (mut filled, mut lettered) = (0, 0);
        for position in self.full.iter().take(SAMPLE) {
            let cell = self.cell(self.sheet.table.records[*position] as usize, index);
            filled += usize::from(!cell.is_empty());
            lettered += usize::from(has_letter(cell));
        }
        (filled > 0).then_some(lettered * 2 > filled)
    }

    /// Whether the file leaves out blank cells at the ends of its rows: no row ends in one, and many are short.
    fn drops_blanks(&self) -> bool {
        if self.short.len() < MANY || self.short.len() * SHARE < self.read {
            return false;
        }
        let grid = &self.sheet.table.grid;
        let ends_blank = |position: &usize| {
            let row = self.sheet.table.records[*position] as usize;
            let width = grid.written(row).unwrap_or(0).min(self.usual);
            width > 0 && self.cell(row, width - 1).is_empty()
        };
        let short = self.short.iter().map(|(position, _)| position);
        !self.full.iter().chain(short).any(ends_blank)
    }

    /// The columns whose cells a row does not have.
    fn lacking(&self, row: usize, full: usize) -> Range<usize> {
        self.sheet.table.grid.written(row).unwrap_or(full).min(full)..full
    }

    fn lacks_optional(&self, row: usize, full: usize) -> bool {
        !self.lacking(row, full).any(|index| self.is_required(index))
    }

    /// Whether a required cell is none of its column.
    fn is_out(&self, row: usize, full: usize) -> bool {
        let mut columns = 0..self.lacking(row, full).start;
        columns.any(|index| self.is_required(index) && !self.fits(row, index, index))
    }

    fn is_required(&self, index: usize) -> bool {
        self.at[index].is_some_and(|matched| self.form.is_required(matched.column))
    }

    /// Whether a cell may be one of a column.
    fn fits(&self, row: usize, index: usize, column: usize) -> bool {
        let cell = self.cell(row, index);
        if self.at[column].is_none() {
            return true;
        }
        if cell.is_empty() {
            return !self.is_required(column);
        }
        if self.sheet.symbols.meaning(cell).is_some() {
            return true;
        }
        if let Some(lettered) = self.lettered[column] {
            return lettered == has_letter(cell);
        }
        let judge = self.judges[column].as_ref();
        match judge.map(|judge| judge.judge(self.sheet.table.grid.cell(row, index), false)) {
            Some(Cleaned::Fault(fault)) => matches!(
                fault.code,
                Code::DecimalMarkMixed
                    | Code::DecimalMarkUnclear
                    | Code::DateOrderUnclear
                    | Code::OutOfRange
                    | Code::TooPrecise
                    | Code::NumberNegative
            ),
            Some(_) | None => true,
        }
    }

    /// In how many ways the cells of a row fit the columns in their order, with some columns left out.
    fn placing(&self, row: usize, full: usize) -> Placing {
        let lacking = self.lacking(row, full);
        let (width, spare) = (lacking.start, lacking.len());
        if width.saturating_mul(spare) > WAYS {
            return Placing {
                fits: true,
                others: Others::Several,
            };
        }
        // Ways to place the cells so far, by the number of columns left out in front of the last.
        let mut ways = vec![0_u8; spare + 1];
        ways[0] = 1;
        let mut fits_behind = vec![true; width + 1];
        for index in (0..width).rev() {
            fits_behind[index] = fits_behind[index + 1] && self.fits(row, index, index + 1);
        }
        let mut fits = true;
        let mut left_out = None;
        for (index, fits_from_here) in fits_behind.iter().take(width).enumerate() {
            if fits && spare == 1 && *fits_from_here {
                left_out = Some(index);
            }
            fits &= self.fits(row, index, index);
            let mut here = 0_u8;
            for (out, ways) in ways.iter_mut().enumerate() {
                here = here.saturating_add(*ways);
                *ways = if here > 0 && self.fits(row, index, index + out) {
                    here
                } else {
                    0
                };
            }
        }
        let all = ways.iter().fold(0_u8, |sum, ways| sum.saturating_add(*ways));
        let others = match (all.saturating_sub(u8::from(fits)), left_out) {
            (0, _) => Others::None,
            (1, Some(column)) => Others::One(column),
            _ => Others::Several,
        };
        Placing { fits, others }
    }

    fn finding(&self, row: usize, full: usize, placing: &Placing) -> Finding {
        let table = self.sheet.table;
        let cells: Vec<&str> = table.grid.row(row).map(tidy).collect();
        let shown: String = cells.join(" | ").chars().take(SHOWN).collect();
        let place = Place {
            sheet: table.sheet.clone(),
            row: Some(table.grid.number(row)),
            ..Place::default()
        };
        let finding = Finding::new(Code::RowShort)
            .raw(shown)
            .expected(full.to_string())
            .count(1);
        // Where the cells fit as they stand, too, the last one may be what is lacking.
        let Others::One(column) = placing.others else {
            return finding.at(place);
        };
        if placing.fits {
            return finding.at(place);
        }
        let matched = self.at[column];
        let definition = matched.map(|matched| &self.form.columns[matched.column]);
        let finding = finding.at(Place {
            column: definition.map(|definition| definition.id.as_str().into()),
            column_index: Some(column as u32),
            ..place
        });
        match definition {
            Some(_) => finding.with_more(&Text::new("；漏的似乎是“{column}”", "; {column} seems to be the one")),
            None => finding,
        }
    }
}

fn is_text(kind: &ColumnKind) -> bool {
    matches!(kind, ColumnKind::Text | ColumnKind::DivisionName { .. })
}

fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}
