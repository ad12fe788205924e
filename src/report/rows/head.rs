//! What is known of rows before they come.

use super::super::look::Source;
use crate::domain::Text;
use crate::tables::ColumnSpec;

/// What is shown: the table, its columns, and how many rows there are.
#[derive(Clone, Debug)]
pub struct RowsHead {
    /// Which release.
    pub source: Source,
    /// What a person calls the table.
    pub title: Text,
    /// Columns that are shown, in order.
    pub columns: Vec<ColumnSpec>,
    /// Whether these columns were asked for by name.
    pub chosen: bool,
    /// Columns that tell rows apart.
    pub key: Vec<String>,
    /// Columns of which the condition allows one text only.
    pub fixed: Vec<String>,
    /// Rows that are listed.
    pub listed: usize,
    /// Rows that the condition selects.
    pub selected: usize,
    /// Rows of the table.
    pub total: usize,
}
