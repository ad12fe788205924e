//! How much of a sheet is compared to find its header: each block of rows is tried once, and only so much text.

use std::collections::BTreeSet;

use super::cells::{NAME_BYTES, holds_figures, is_blank};
use crate::domain::Grid;
use crate::intake::sheet::Sheet;

/// Rows searched for a header.
pub(in crate::intake) const SEARCHED: usize = 60;
/// Most rows a header stands in.
pub(in crate::intake) const DEPTH: usize = 4;
/// Known columns that a header must have: a title may happen to hold the word of one.
pub(in crate::intake) const LEAST: usize = 2;
/// What a column costs beside its text.
const COLUMN_BYTES: usize = 16;

/// The search for the header of one sheet.
pub(super) struct Search<'a> {
    pub(super) grid: &'a Grid,
    left: usize,
    tried: BTreeSet<(usize, usize)>,
    /// Of the rows that a header may stand in: whether they hold figures, whether they are blank.
    rows: Vec<(bool, bool)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(sheet: &'a Sheet) -> Search<'a> {
        let grid = &sheet.grid;
        let rows = 0..grid.height().min(SEARCHED + DEPTH);
        Search {
            grid,
            left: sheet.search_bytes,
            tried: BTreeSet::new(),
            rows: rows
                .map(|row| (holds_figures(grid, row), is_blank(grid, row)))
                .collect(),
        }
    }

    pub(super) fn holds_figures(&self, row: usize) -> bool {
        self.rows[row].0
    }

    /// Whether all these rows are there, and none is blank or holds figures.
    pub(super) fn may_head(&self, top: usize, end: usize) -> bool {
        let rows = self.rows.get(top..end);
        rows.is_some_and(|rows| rows.iter().all(|(figures, blank)| !figures && !blank))
    }

    /// Whether a block is tried for the first time, and can be compared with what is left.
    pub(super) fn affords(&mut self, top: usize, end: usize) -> bool {
        if !self.tried.insert((top, end)) {
            return false;
        }
        let cells = (top..end).flat_map(|row| self.grid.row(row));
        let cost: usize = cells.map(|cell| cell.len().min(NAME_BYTES) + COLUMN_BYTES).sum();
        let affords = cost <= self.left;
        self.left = self.left.saturating_sub(cost);
        affords
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture;
    use super::*;

    #[test]
    fn a_block_is_compared_once_and_no_more_than_is_allowed() {
        let mut sheet = fixture::sheet(&[&["title"], &["a", "b"], &["1", "2"], &[""]]);
        sheet.search_bytes = 40;
        let mut search = Search::new(&sheet);
        assert!(search.may_head(0, 2) && !search.may_head(1, 3) && !search.may_head(3, 4));
        assert!(!search.may_head(3, 5), "there is no fifth row");
        assert!(search.affords(0, 1));
        assert!(!search.affords(0, 1), "a second time");
        assert!(!search.affords(1, 2), "it costs 34 of 19 left");
        assert!(!search.affords(3, 4), "nothing is left");
    }
}
