use std::sync::Arc;

use crate::domain::{Grid, RETURN_MARK};

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
/// that it is tried in. A form of 300 columns whose header nobody knows takes half of it.
pub(super) const SEARCH_BYTES: usize = 16 << 20;

impl Sheet {
    /// Whether a return added it to a county's own sheet.
    pub(super) fn is_ours(&self) -> bool {
        self.name.is_some() && self.grid.height() > 0 && self.grid.cell(0, 0).trim_start().starts_with(RETURN_MARK)
    }

    /// Whether no cell holds anything.
    pub(super) fn is_blank(&self) -> bool {
        (0..self.grid.height()).all(|row| self.grid.row(row).all(|cell| cell.trim().is_empty()))
    }
}
