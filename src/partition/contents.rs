//! Which submissions of one sender hold the same content.

use std::collections::BTreeMap;

use super::case::Case;
use crate::domain::{MatchedColumn, Period, RawTable};
use crate::pipeline::FormIndex;

/// Gives each submission of a bundle the number of its content, as received: corrections must not have been applied yet.
pub fn tell_apart(cases: &mut [Case]) {
    let mut senders: BTreeMap<(FormIndex, Option<Period>, &str), Vec<usize>> = BTreeMap::new();
    let mut contents: Vec<usize> = (0..cases.len()).collect();
    for (at, one) in cases.iter().enumerate() {
        let submission = &one.read.submission;
        let sender = (submission.form, submission.period, submission.area_code.as_str());
        let firsts = senders.entry(sender).or_default();
        match firsts.iter().find(|&&first| is_copy(one, &cases[first])) {
            Some(&first) => contents[at] = first,
            None => firsts.push(at),
        }
    }
    for (one, content) in cases.iter_mut().zip(contents) {
        one.content = content;
    }
}

/// Whether two submissions hold the same: another program, or the list beside the sheet, may make other bytes of it.
fn is_copy(one: &Case, other: &Case) -> bool {
    let sheet = |one: &Case| one.read.claim.sheet.as_ref().map(|sheet| sheet.text.clone());
    if one.read.submission.sha256 == other.read.submission.sha256 {
        return sheet(one) == sheet(other);
    }
    match (one.read.table.as_ref(), other.read.table.as_ref()) {
        (Some(one), Some(other)) => same_records(one, other),
        _ => false,
    }
}

/// Whether the records of two tables have the same cells in the same order. What is corrected or struck out in one of them is not
/// compared: such tables differ.
pub fn same_records(one: &RawTable, other: &RawTable) -> bool {
    let is_plain = |table: &RawTable| {
        let shown = table.grid.markings();
        table.corrected.is_empty() && shown.is_none_or(|shown| shown.runs.is_empty() && shown.struck_rows.is_empty())
    };
    let columns = |table: &RawTable| {
        let mut columns = table.columns.clone();
        columns.sort_by_key(|matched| (matched.column, matched.index));
        columns
    };
    let (left, right) = (columns(one), columns(other));
    let is_same_column = |(a, b): (&MatchedColumn, &MatchedColumn)| (a.column, &a.unit) == (b.column, &b.unit);
    let is_same_row = |(a, b): (&u32, &u32)| {
        let mut cells = left.iter().zip(&right);
        cells.all(|(at, to)| one.said(*a, at.index).0.trim() == other.said(*b, to.index).0.trim())
    };
    is_plain(one)
        && is_plain(other)
        && left.len() == right.len()
        && one.records.len() == other.records.len()
        && left.iter().zip(&right).all(is_same_column)
        && one.records.iter().zip(&other.records).all(is_same_row)
}
