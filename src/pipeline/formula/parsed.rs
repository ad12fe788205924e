//! A formula, parsed and typed.

use super::node::{Node, Sql, Style};
use super::wholes::Wholes;
use crate::pipeline::value_type::ValueType;

/// Where a formula stands; it decides what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Summed: nothing on which engines differ.
    Measure,
    /// Judged row by row: also `/`, ABS, ROUND and CAST.
    Check,
    /// Selects rows of a table that is looked at: also days, as in `DATE '2020-12-31'`, and the
    /// order of texts.
    Filter,
}

/// A parsed and typed formula.
#[derive(Clone, Debug)]
pub struct Formula {
    /// As written.
    pub text: String,
    /// What it yields.
    pub ty: ValueType,
    /// Columns of the form it reads (indices), in order of first appearance.
    pub columns: Vec<usize>,
    /// Decimals that its exact value may need.
    pub decimals: u32,
    /// Whether it can be unknown.
    pub nullable: bool,
    pub(super) node: Node,
}

impl Formula {
    /// Canonical SQL: identifiers quoted, every operation in brackets, division made exact and by zero unknown. polars and DuckDB give it
    /// the same meaning as [`super::evaluate`].
    pub fn to_sql(&self) -> String {
        self.node.to_string()
    }

    /// The same for engines that round to decimals in another way than these two.
    pub fn to_portable_sql(&self) -> String {
        Sql(&self.node, Style::Portable).to_string()
    }

    /// The largest magnitude that a whole number may have on the way to a value; `largest` gives that of a column of whole numbers, and
    /// None for every other. Engines wrap or refuse what leaves 64 bits.
    pub fn largest_whole(&self, largest: &dyn Fn(usize) -> Option<f64>) -> f64 {
        let mut found = Wholes { largest, found: 0.0 };
        found.visit(&self.node);
        found.found
    }
}
