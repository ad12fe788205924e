//! Changes of one reporter's clean submissions, chosen with all submissions of its partition in view.

use std::collections::BTreeSet;

use super::draw::Row;
use super::faults::{Expectation, Read, Spoilt};
use super::model::FormModel;
use super::sheet::Style;
use super::value::Value;

/// What is done to one form of a reporter in a period.
#[derive(Clone, Debug)]
pub(super) struct Amendment {
    /// Index of the model.
    pub(super) model: usize,
    pub(super) what: What,
}

/// A change.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// One row says something else.
    Row(Patch),
    /// So many units are left out.
    Drop(usize),
    /// So many units are new.
    Add(usize),
    /// The stated total of this column is wrong.
    Total(usize),
    /// A whole column is written in another unit: times so much.
    Column(usize, f64),
}

/// A row that says something else.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    /// Index of the row.
    pub(super) at: usize,
    pub(super) row: Row,
    /// What must be told of the row alone.
    pub(super) expected: Option<Expectation>,
}

/// Rows with a column in another unit.
pub(super) struct Slipped {
    pub(super) slot: usize,
    pub(super) rows: Vec<Row>,
}

impl Patch {
    pub(super) fn spoilt(&self, model: &FormModel, style: &Style) -> Spoilt {
        Spoilt {
            cells: style.record(model, &self.row),
            twin: None,
            expected: self.expected.clone(),
            stated: self.row.clone(),
            kept: Some(self.row.clone()),
            held: None,
            read: Read::default(),
        }
    }
}

impl Amendment {
    /// The change of a row of this model.
    pub(super) fn patch(&self, model: usize) -> Option<&Patch> {
        match &self.what {
            What::Row(patch) if self.model == model => Some(patch),
            _ => None,
        }
    }

    /// The column of this model whose stated total is wrong.
    pub(super) fn wrong_total(&self, model: usize) -> Option<usize> {
        match self.what {
            What::Total(slot) if self.model == model => Some(slot),
            _ => None,
        }
    }

    /// What the sheet of this model says where a whole column is written in another unit. What is true stays true.
    pub(super) fn slipped(&self, model: usize, rows: &[Row]) -> Option<Slipped> {
        let What::Column(slot, factor) = self.what else {
            return None;
        };
        let slip = |row: &Row| {
            let mut row = row.clone();
            if let Value::Number(number) = &mut row[slot] {
                *number = (*number as f64 * factor).round() as i64;
            }
            row
        };
        (self.model == model).then(|| Slipped {
            slot,
            rows: rows.iter().map(slip).collect(),
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
        let member = code.serial_by.map_or("any", |slot| rows[at][slot].member());
        let own = rows[at][code.slot].member();
        let Some((first, last, digits)) = code.serial.get(member).copied() else {
            continue;
        };
        let Some(stem) = own.len().checked_sub(digits).and_then(|end| own.get(..end)) else {
            continue;
        };
        let free = (first..=last)
            .map(|serial| format!("{stem}{serial:0digits$}"))
            .find(|code| !taken.contains(code));
        if let Some(free) = free {
            let mut row = rows[at].clone();
            row[code.slot] = Value::Word(free.clone());
            taken.insert(free);
            rows.push(row);
        }
    }
}
