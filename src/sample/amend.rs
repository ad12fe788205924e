//! Changes of one reporter's clean submissions, chosen with all submissions of its partition in view.

use std::collections::BTreeSet;

use super::draw::Row;
use super::faults::{Expectation, Named, Read, Spoilt};
use super::model::{FormModel, UnitCode};
use super::sheet::{Cell, Style};
use super::value::Value;

/// What is done to one form of a reporter in a period.
#[derive(Clone, Debug)]
pub(super) struct Amendment {
    /// Index of the model.
    pub(super) model: usize,
    pub(super) what: What,
    /// Whether lists of units know of it.
    pub(super) is_listed: bool,
}

/// A change.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Rows say something else.
    Rows(Vec<Patch>),
    /// So many units are left out.
    Drop(usize),
    /// So many units are new.
    Add(usize),
    /// The stated total of this column is wrong.
    Total(usize, WrongTotal),
    /// A column is written in another unit: times so much, in all rows or in these.
    Column(usize, f64, Option<BTreeSet<usize>>),
    /// These rows stand under the code that their area had in an earlier period.
    Former(Former),
    /// It stays as it is, and nothing else is done to it.
    Nothing,
}

/// How a stated total came to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrongTotal {
    /// A row was forgotten, or counted twice.
    Rows,
    /// Two neighbouring digits changed places.
    Digits,
    /// Its figures are right, and it has the code of a record.
    Coded,
}

impl WrongTotal {
    /// What is stated instead; the same where this cannot happen to the figure.
    pub(super) fn of(self, figure: i64) -> i64 {
        match self {
            WrongTotal::Rows => figure + figure / 20 + 11,
            WrongTotal::Digits => swapped(figure).unwrap_or(figure),
            WrongTotal::Coded => figure,
        }
    }
}

/// A figure with its last two unlike neighbouring digits exchanged; None where all are alike, or the first would become 0.
pub(super) fn swapped(figure: i64) -> Option<i64> {
    let mut digits = figure.to_string().into_bytes();
    let at = (1..digits.len())
        .rev()
        .find(|&at| digits[at] != digits[at - 1] && (at > 1 || digits[at] != b'0'))?;
    digits.swap(at - 1, at);
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

/// A row that says something else.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    /// Index of the row.
    pub(super) at: usize,
    pub(super) row: Row,
    /// What must be told of the row alone.
    pub(super) expected: Option<Expectation>,
    /// Cells that are written in their own way, by column of the form.
    pub(super) cells: Vec<(usize, Cell)>,
    /// Blank cells beyond the header.
    pub(super) blanks: usize,
    /// Whether it stands twice.
    pub(super) is_twice: bool,
}

/// Rows under an old code.
#[derive(Clone, Debug)]
pub(super) struct Former {
    /// The column of codes.
    pub(super) slot: usize,
    /// The code of the area now, and the old one.
    pub(super) own: String,
    pub(super) old: String,
    /// Indices of the rows, which must have codes that begin with the area's.
    pub(super) rows: BTreeSet<usize>,
}

impl Former {
    /// The old code that a row says instead of its own.
    pub(super) fn of(&self, row: &Row) -> String {
        let rest = row[self.slot].member().strip_prefix(self.own.as_str());
        format!("{}{}", self.old, rest.unwrap_or_default())
    }
}

/// Rows with a column in another unit.
pub(super) struct Slipped {
    pub(super) slot: usize,
    pub(super) rows: Vec<Row>,
}

impl Patch {
    pub(super) fn spoilt(&self, model: &FormModel, style: &Style) -> Spoilt {
        let mut cells = style.record(model, &self.row);
        for (slot, cell) in &self.cells {
            if let Some(at) = style.columns.iter().position(|laid| laid.slot == Some(*slot)) {
                cells[at] = cell.clone();
            }
        }
        cells.extend(std::iter::repeat_n(Cell::default(), self.blanks));
        Spoilt {
            merged: None,
            twin: self.is_twice.then(|| cells.clone()),
            cells,
            expected: self.expected.clone(),
            stated: self.row.clone(),
            kept: Some(self.row.clone()),
            held: None,
            named: Named::As(self.row.clone()),
            read: Read::default(),
        }
    }
}

impl Amendment {
    /// The changes of rows of this model.
    pub(super) fn patches(&self, model: usize) -> &[Patch] {
        match &self.what {
            What::Rows(patches) if self.model == model => patches,
            _ => &[],
        }
    }

    /// The rows of this model that stand under an old code.
    pub(super) fn former(&self, model: usize) -> Option<&Former> {
        match &self.what {
            What::Former(former) if self.model == model => Some(former),
            _ => None,
        }
    }

    /// The column of this model whose stated total is wrong, and how.
    pub(super) fn wrong_total(&self, model: usize) -> Option<(usize, WrongTotal)> {
        match self.what {
            What::Total(slot, how) if self.model == model => Some((slot, how)),
            _ => None,
        }
    }

    /// What the sheet of this model says where a column is written in another unit. What is true stays true.
    pub(super) fn slipped(&self, model: usize, rows: &[Row]) -> Option<Slipped> {
        let What::Column(slot, factor, only) = &self.what else {
            return None;
        };
        let slip = |(at, row): (usize, &Row)| {
            let mut row = row.clone();
            if let Value::Number(number) = &mut row[*slot]
                && only.as_ref().is_none_or(|only| only.contains(&at))
            {
                *number = (*number as f64 * factor).round() as i64;
            }
            row
        };
        (self.model == model).then(|| Slipped {
            slot: *slot,
            rows: rows.iter().enumerate().map(slip).collect(),
        })
    }

    /// Leaves units out, or puts new ones in.
    pub(super) fn recruit(&self, at: usize, model: &FormModel, rows: &mut Vec<Row>) {
        match self.what {
            // The first unit stays, so that the sheet is never empty.
            What::Drop(count) if self.model == at => rows.truncate(rows.len().saturating_sub(count).max(1)),
            What::Add(count) if self.model == at => add(model, rows, count),
            _ => {}
        }
    }
}

/// New units: like some that are there, under codes that are free.
fn add(model: &FormModel, rows: &mut Vec<Row>, count: usize) {
    let Some(code) = &model.code else { return };
    let mut taken: BTreeSet<String> = rows.iter().map(|row| row[code.slot].member().to_owned()).collect();
    let old = rows.len();
    for at in (0..old).rev().cycle().take(old * 3) {
        if rows.len() >= old + count {
            return;
        }
        if let Some(free) = free_code(code, &rows[at], |code| taken.contains(code)) {
            let mut row = rows[at].clone();
            row[code.slot] = Value::Word(free.clone());
            taken.insert(free);
            rows.push(row);
        }
    }
}

/// The first free code beside that of a row.
pub(super) fn free_code(code: &UnitCode, row: &Row, is_taken: impl Fn(&str) -> bool) -> Option<String> {
    let member = code.serial_by.map_or("any", |slot| row[slot].member());
    let (first, last, digits) = code.serial.get(member).copied()?;
    let own = row[code.slot].member();
    let stem = own.len().checked_sub(digits).and_then(|end| own.get(..end))?;
    let mut codes = (first..=last).map(|serial| format!("{stem}{serial:0digits$}"));
    codes.find(|code| !is_taken(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_change_places_where_that_makes_another_figure_as_long() {
        for (figure, other) in [
            (47, Some(74)),
            (1233, Some(1323)),
            (100, None),
            (110, Some(101)),
            (55, None),
            (7, None),
        ] {
            assert_eq!(swapped(figure), other, "{figure}");
        }
    }
}
