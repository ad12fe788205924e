use std::sync::Arc;

use crate::domain::{Grid, RETURN_MARK, ReturnLine, ReturnMark};

/// Cells of a sheet, or of a file that is one.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Only in workbooks.
    pub(super) name: Option<Arc<str>>,
    pub(super) grid: Grid,
    /// Keys of a JSON file, which has no header row.
    pub(super) keys: Option<Vec<String>>,
    /// The workbook does not show it.
    pub(super) hidden: bool,
    /// How much text may be compared to find its header: its share of [`SEARCH_BYTES`].
    pub(super) search_bytes: usize,
}

/// Bytes of header cells that are compared to find the headers of one file, those of a cell counted in every block of rows
/// that it is tried in. A form of 300 columns with an unknown header takes half of it.
pub(super) const SEARCH_BYTES: usize = 16 << 20;

/// Rows and columns in which the mark of a return is looked for: a list has some fifteen rows above its first line.
const MARKED_ROWS: usize = 40;
const MARKED_COLUMNS: usize = 24;

impl Sheet {
    /// Whether a return added it to a county's own sheet. Its first cell says so, or where that was moved or overwritten another
    /// one near the top.
    pub(super) fn is_ours(&self) -> bool {
        let is_mark = |cell: &str| cell.trim_start().starts_with(RETURN_MARK) || ReturnLine::read(cell).is_some();
        self.top().any(is_mark)
    }

    /// The mark of the return that had added it.
    pub(super) fn mark(&self) -> Option<ReturnMark> {
        self.top().find_map(ReturnMark::read)
    }

    /// The cells in which a mark may stand.
    fn top(&self) -> impl Iterator<Item = &str> {
        let rows = 0..self.grid.height().min(MARKED_ROWS);
        rows.flat_map(|row| self.grid.row(row).take(MARKED_COLUMNS))
    }

    /// Whether no cell holds anything.
    pub(super) fn is_blank(&self) -> bool {
        (0..self.grid.height()).all(|row| self.grid.row(row).all(|cell| cell.trim().is_empty()))
    }
}
