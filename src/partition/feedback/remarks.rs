//! What counties say of the rows of a submission, noted while its sheets are at hand.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Sender;
use crate::domain::{Finding, Severity};
use crate::normalize::{self, RowKeys};
use crate::partition::{Entry, Received, Shared};

/// What is said of the rows of a submission.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Remarks {
    /// The content of the form's own column, by row as the clerk counts.
    pub rows: BTreeMap<u32, String>,
    /// Rows that an explanation names by their key, by the explanation's index.
    pub keyed: BTreeMap<usize, BTreeSet<u32>>,
    /// Rows that an explanation could mean, by its index: they are of several units, whose keys differ in case or blanks only.
    pub unclear: BTreeMap<usize, BTreeSet<u32>>,
    /// Rows of all records, ascending, where an explanation asks: what is told of another row concerns a column.
    pub records: Vec<u32>,
}

impl Remarks {
    /// The explanation that the form's own column gives for a finding; one that stands for many rows is explained where each of them is.
    pub fn answer(&self, finding: &Finding) -> Option<&str> {
        let mut rows = finding.place.row.iter().chain(&finding.rows).peekable();
        let first = self.rows.get(*rows.peek()?)?;
        let is_asked = finding.severity == Severity::Explain;
        (is_asked && rows.all(|row| self.rows.contains_key(row))).then_some(first)
    }
}

/// Notes what is said of rows while the sheets are at hand; findings may come later.
pub fn remarks(shared: &Shared<'_>, received: &[Received], entries: &mut [Entry]) {
    for (at, (one, entry)) in received.iter().zip(entries).enumerate() {
        let submission = &one.read.submission;
        let Some(period) = submission
            .period
            .filter(|period| shared.pipeline.periods.contains(period))
        else {
            continue;
        };
        let Some(table) = one.read.tables.first() else { continue };
        let sender: Sender = (submission.form, period, submission.area_code.clone());
        let explained = shared.feedback.explanations_of(&sender);
        if explained.is_empty() && shared.pipeline.forms[submission.form].explanation.is_none() {
            continue;
        }
        let areas = shared.areas(submission.form, period);
        let context = shared.context(submission, &areas, at);
        entry.remarks.rows = normalize::remarks(table, &context);
        let list = &shared.feedback.explanations.list;
        if !explained.is_empty() {
            let rows = table.records.iter();
            entry.remarks.records = rows.map(|row| table.grid.number(*row as usize)).collect();
        }
        if explained.iter().all(|&index| list[index].key.is_empty()) {
            continue;
        }
        let Some(keys) = RowKeys::new(table, context) else {
            continue;
        };
        for &index in explained.iter().filter(|&&index| !list[index].key.is_empty()) {
            let number = |position: u32| table.grid.number(table.records[position as usize] as usize);
            let numbers = |rows: Vec<u32>| rows.into_iter().map(number).collect();
            match keys.find(&list[index].key) {
                Ok(rows) => entry.remarks.keyed.insert(index, numbers(rows)),
                Err(several) => entry.remarks.unclear.insert(index, numbers(several)),
            };
        }
    }
}
