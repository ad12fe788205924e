//! Lines of a sheet that state sums of others.

use serde::{Deserialize, Serialize};

/// A line of a sheet that was set aside as a sum of others.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StatedRow {
    /// The submission.
    pub submission: u32,
    /// Row, as the clerk counts.
    pub row: u32,
    /// The wider area it is about; None: rows of the sheet.
    pub area: Option<String>,
    /// Lines of totals above it that it may count from: the last one, and the last one like it.
    pub earlier: Vec<u32>,
    /// Lines below it that it may count up to, in the same way; beyond the last row where there is none.
    pub later: Vec<u32>,
    /// Its figures.
    pub figures: Vec<StatedFigure>,
}

/// A figure of such a line.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct StatedFigure {
    /// Column of the form.
    pub column: usize,
    /// The figure, in the column's unit.
    pub value: f64,
    /// Whether it was written in another unit.
    pub converted: bool,
}
