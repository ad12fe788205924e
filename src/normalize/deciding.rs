//! The column that says in which area a row lies.

use crate::pipeline::{ColumnKind, Form};

/// The column that determines the area of a row: among those in the key, the one with the lowest level.
pub(super) fn deciding_column(form: &Form) -> Option<usize> {
    let depth = |column: usize| match form.columns[column].kind {
        ColumnKind::DivisionCode { level } => Some(level.unwrap_or(usize::MAX)),
        ColumnKind::DivisionName { level } => Some(level),
        _ => None,
    };
    let candidates = form.key.iter().filter_map(|&column| Some((depth(column)?, column)));
    candidates
        .max_by_key(|&(depth, column)| (depth, std::cmp::Reverse(column)))
        .map(|(_, column)| column)
}
