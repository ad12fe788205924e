//! Explanations that came back in the list of a return.

use super::ledger::{Entry, Status};
use crate::domain::{Finding, Reply, Severity};
use crate::normalize::explains;
use crate::pipeline::{Form, Pipeline};

/// Gives explain findings what the county wrote beside them in its return. A row that has moved since is no longer the one
/// that was explained, and asks again.
pub fn settle(pipeline: &Pipeline, entries: &mut [Entry]) {
    let current = entries
        .iter_mut()
        .filter(|entry| entry.claimed && entry.status != Status::Superseded && !entry.replies.is_empty());
    for entry in current {
        let form = &pipeline.forms[entry.submission.form];
        let (findings, replies) = (&mut entry.findings, &entry.replies);
        for finding in findings.iter_mut().filter(|finding| is_asked(finding)) {
            let is_answer = |reply: &&Reply| speaks_of(reply, finding, form) && explains(&reply.text, form);
            let reply = replies.iter().find(is_answer);
            finding.explanation = reply.map(|reply| reply.text.clone());
        }
    }
}

fn is_asked(finding: &Finding) -> bool {
    finding.severity == Severity::Explain && finding.explanation.is_none()
}

/// The list names a cell, or the row's or column's first one, and a column by its title.
fn speaks_of(reply: &Reply, finding: &Finding, form: &Form) -> bool {
    let place = &finding.place;
    let same_cell = match (place.a1(), place.row) {
        (Some(cell), _) => reply.cell.as_ref() == Some(&cell),
        (None, Some(row)) => reply.cell.as_deref().and_then(row_of) == Some(row),
        (None, None) => true,
    };
    let titled = |id: &str| match form.column(id) {
        Some(column) => form.columns[column]
            .title
            .0
            .values()
            .any(|title| *title == reply.column),
        None => id == reply.column,
    };
    let same_column = match (&place.column, place.a1()) {
        (_, Some(_)) => true,
        (Some(column), None) => titled(column),
        (None, None) => reply.column.is_empty(),
    };
    reply.code == finding.code && same_cell && same_column
}

/// `H12` → 12
fn row_of(cell: &str) -> Option<u32> {
    cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
}
