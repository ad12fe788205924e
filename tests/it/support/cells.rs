//! Tables in memory, by the names of their columns, as expectations name them.

use huizong::tables::{Table, Value};

/// Cells of a table.
pub trait Cells {
    /// Text of a cell, None where null.
    fn text(&self, row: usize, column: &str) -> Option<&str>;
    /// Number of a real or integer cell, None where null.
    fn number(&self, row: usize, column: &str) -> Option<f64>;
}

impl Cells for Table {
    fn text(&self, row: usize, column: &str) -> Option<&str> {
        match self.get(row, column) {
            Value::Text(text) => text,
            other => panic!("{}.{column} is no text: {other:?}", self.name),
        }
    }

    fn number(&self, row: usize, column: &str) -> Option<f64> {
        match self.get(row, column) {
            Value::Real(number) => number,
            Value::Integer(number) => number.map(|number| number as f64),
            other => panic!("{}.{column} is no number: {other:?}", self.name),
        }
    }
}
