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
    columns.map(|column| (column, rank(head, column))).collect()
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

/// What tells rows apart and the figure of the table come first, then the names of the codes among them, then all else, and last what
/// says little to a person: ids that a run makes, paths and hashes. The reason for a null stands with the figure.
fn rank(head: &RowsHead, column: &ColumnSpec) -> usize {
    const FIGURE: &str = "null_reason";
    let name = column.name.as_str();
    let is_key = |name: &str| head.key.iter().any(|key| key == name);
    let named = ["_name", "_title"].iter().find_map(|mark| name.split_once(mark));
    if ["_id", "path", "sha256"].iter().any(|mark| name.ends_with(mark)) {
        3
    } else if is_key(name) || name == FIGURE || column.null_in.as_deref() == Some(FIGURE) {
        0
    } else if named.is_some_and(|(code, _)| is_key(code) || is_key(&format!("{code}_code"))) {
        1
    } else {
        2
    }
}
