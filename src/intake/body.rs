//! The rows of a sheet: records, and what the others are.

use super::sections::Section;
use crate::domain::SetAside;

/// The rows of a sheet.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) records: Vec<u32>,
    /// Records that are named like a sum although their key is filled, and the kind of row that they would be without a key.
    pub(super) named_totals: Vec<(u32, SetAside)>,
    /// Rows whose name is that of a total in several words.
    pub(super) worded_totals: Vec<u32>,
    /// Of the records that are named like a sum, those whose names may as well be those of records: `Total North`.
    pub(super) loose_totals: Vec<u32>,
    pub(super) set_aside: Vec<(u32, SetAside)>,
    /// Physical column and unit, from a row of units beneath the header.
    pub(super) units: Vec<(u32, String)>,
    /// Rows of one cell that names units, among the records or below them: `单位：万元`.
    pub(super) unit_lines: Vec<u32>,
    /// Rows set aside as lines below the table, but for the lines of the form itself: those are expected there.
    pub(super) remarks: Vec<u32>,
    /// A row right beneath the header that names the parts of some columns.
    pub(super) parts: Option<u32>,
    /// Headers beneath the first one.
    pub(super) sections: Vec<Section>,
}
