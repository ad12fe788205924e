//! The rows of a table for which a condition is true.

use super::condition::Condition;
use super::stored::Stored;
use crate::lake::{self, count_rows, matching_rows, rows_at};
use crate::tables::Frame;

/// Where a row lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which of the files of the table.
    pub(super) file: usize,
    /// Number of the row in it, from 0.
    pub(super) row: usize,
}

/// Rows that a condition selects.
#[derive(Default)]
pub(super) struct Selected {
    /// How many there are.
    pub(super) count: usize,
    /// Where the first of them lie.
    pub(super) places: Vec<Place>,
    /// Columns of all of them.
    pub(super) columns: Frame,
}

/// The rows for which the condition is true, in the order of the table: the places of so many, and some columns of all. Without a
/// condition, these are all rows.
pub(super) fn select(
    stored: &Stored,
    condition: Option<&Condition>,
    most: usize,
    columns: &[&str],
) -> Result<Selected, lake::Error> {
    let mut selected = Selected::default();
    for (file, path) in stored.files.iter().enumerate() {
        let (rows, found) = match condition {
            Some(condition) => matching_rows(path, &condition.filter, columns)?,
            None => {
                let rows: Vec<usize> = (0..count_rows(path)?).collect();
                let found = match columns {
                    [] => Frame::default(),
                    columns => rows_at(path, columns, &rows)?,
                };
                (rows, found)
            }
        };
        selected.count += rows.len();
        let wanted = most.saturating_sub(selected.places.len());
        let places = rows.into_iter().take(wanted);
        selected.places.extend(places.map(|row| Place { file, row }));
        selected.columns.append(found);
    }
    Ok(selected)
}
