//! Which columns of a table a line of a terminal is for.

use super::super::look::say;
use super::head::RowsHead;
use crate::domain::Lang;
use crate::tables::{ColumnSpec, Frame, Values};

/// The columns that have something to say, with the place of each among those that get room, the first first. Columns that were asked
/// for all do, in their order. Else these do not: the titles in the other language, what is null in all rows, what the condition fixes.
pub(super) fn worth_showing<'h>(head: &'h RowsHead, rows: &Frame, lang: Lang) -> Vec<(&'h ColumnSpec, usize)> {
    if head.chosen {
        return head.columns.iter().zip(0..).collect();
    }
    let is_worth = |column: &&ColumnSpec| {
        let is_empty = rows.height > 0 && rows.column(&column.name).is_none_or(Values::is_all_null);
        !is_empty && !head.fixed.contains(&column.name) && !is_of_other_language(head, &column.name, rows, lang)
    };
    let columns = head.columns.iter().filter(is_worth);
    columns.map(|column| (column, rank(head, rows, column))).collect()
}

/// The keys that have one value in all rows that are listed. They need no column, unless it was asked for.
pub(super) fn keys_alike<'h>(head: &'h RowsHead, rows: &Frame) -> Vec<&'h str> {
    // Of rows that come in several pieces the first says nothing of the others.
    if head.chosen || rows.height < head.listed {
        return Vec::new();
    }
    let is_alike = |name: &&str| !head.fixed.iter().any(|fixed| fixed == name) && is_same_throughout(rows, name);
    head.key.iter().map(String::as_str).filter(is_alike).collect()
}

/// Whether the same stands in a column of the language that is read.
fn is_of_other_language(head: &RowsHead, name: &str, rows: &Frame, lang: Lang) -> bool {
    let has = |name: &str| head.columns.iter().any(|column| column.name == name);
    // A name without a mark is in the language of the registry.
    let english = format!("{name}_en");
    let is_in_english = |row| rows.column(&english).is_some_and(|values| !values.get(row).is_null());
    match name.strip_suffix(say(lang, "_en", "_zh")) {
        Some(stem) => has(&format!("{stem}{}", say(lang, "_zh", "_en"))) || has(stem),
        None => lang == Lang::En && has(&english) && (0..rows.height).all(is_in_english),
    }
}

/// The figure of the table comes first, then what tells these rows apart, then bounds and the reason for a null. Behind these: keys that are
/// the same in all rows and states, the names of keys, all else, and last what says little to a person: ids that a run makes, paths and hashes.
fn rank(head: &RowsHead, rows: &Frame, column: &ColumnSpec) -> usize {
    let name = column.name.as_str();
    let is_key = |name: &str| head.key.iter().any(|key| key == name);
    let named = named_key(head, name);
    // Where a key is made by a run, a person tells rows apart by their paths.
    let has_made_key = matches!(head.key.as_slice(), [only] if only.ends_with("_id"));
    let figure = figure(head);
    let reason = figure.and_then(|figure| figure.null_in.as_deref());
    if figure.is_some_and(|figure| figure.name == name) {
        0
    } else if has_made_key && name == "path" {
        1
    } else if ["_id", "path", "sha256"].iter().any(|mark| name.ends_with(mark)) {
        6
    } else if is_key(name) {
        if is_same_throughout(rows, name) { 3 } else { 1 }
    } else if reason.is_some_and(|reason| name == reason || column.null_in.as_deref() == Some(reason))
        || column.null_in.as_deref() == Some(BOUNDS)
    {
        2
    } else if !column.values.is_empty() {
        3
    } else if named.is_some() {
        4
    } else {
        5
    }
}

/// The key that a column has the name of: `scope_code` of `scope_name`, `indicator` of `indicator_title_en`.
pub(super) fn named_key<'h>(head: &'h RowsHead, name: &str) -> Option<&'h str> {
    let (stem, _) = ["_name", "_title"].iter().find_map(|mark| name.split_once(mark))?;
    let is_it = |key: &&String| *key == stem || key.strip_suffix("_code") == Some(stem);
    head.key.iter().find(is_it).map(String::as_str)
}

/// The column that says why bounds are null.
const BOUNDS: &str = "bounds_null_reason";

/// The figure that the table is about: its `value`, else the first whose reason for a null stands in `null_reason`, else the first with any
/// reason.
fn figure(head: &RowsHead) -> Option<&ColumnSpec> {
    let is_figure: [fn(&&ColumnSpec) -> bool; 3] = [
        |column| column.name == "value",
        |column| column.null_in.as_deref() == Some("null_reason"),
        |column| column.null_in.is_some(),
    ];
    is_figure
        .into_iter()
        .find_map(|is_figure| head.columns.iter().find(is_figure))
}

/// Whether a column has one value, and no null, in all of several rows.
pub(super) fn is_same_throughout(rows: &Frame, name: &str) -> bool {
    let Some(values) = rows.column(name).filter(|_| rows.height > 1) else {
        return false;
    };
    !values.get(0).is_null() && (1..rows.height).all(|row| values.get(row) == values.get(0))
}
