//! What counties say of the rows of a submission, noted while its sheets are at hand.

use crate::normalize::{self, RowKeys};
use crate::partition::by_sender::Sender;
use crate::partition::case::Case;
use crate::partition::shared::Shared;

/// Notes what is said of rows while the sheets are at hand; findings may come later.
pub fn remarks(shared: &Shared<'_>, cases: &mut [Case]) {
    for (at, case) in cases.iter_mut().enumerate() {
        let submission = &case.read.submission;
        let remarks = &mut case.entry.remarks;
        let Some(period) = submission
            .period
            .filter(|period| shared.pipeline.periods.contains(period))
        else {
            continue;
        };
        let Some(table) = case.read.table.as_ref() else {
            continue;
        };
        let sender: Sender = (submission.form, period, submission.area_code.clone());
        let explained = shared.feedback.explanations_of(&sender);
        if explained.is_empty() && shared.pipeline.forms[submission.form].explanation.is_none() {
            continue;
        }
        let areas = shared.areas(submission.form, period);
        let context = shared.context(submission, &areas, at);
        remarks.rows = normalize::remarks(table, &context);
        let list = &shared.feedback.explanations.list;
        if !explained.is_empty() {
            let rows = table.records.iter();
            remarks.records = rows.map(|row| table.grid.number(*row as usize)).collect();
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
                Ok(rows) => remarks.keyed.insert(index, numbers(rows)),
                Err(several) => remarks.unclear.insert(index, numbers(several)),
            };
        }
    }
}
