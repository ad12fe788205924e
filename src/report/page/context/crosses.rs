//! Groups by two dimensions at once.

use serde::Serialize;

use super::analysis::Shade;
use super::sheet::Figure;
use crate::domain::Text;

/// An indicator by the members of two dimensions at once.
#[derive(Clone, Debug, Serialize)]
pub struct CrossView {
    /// Which indicator, by which dimension.
    pub label: Text,
    /// Title of the dimension whose members are the rows.
    pub first: Text,
    /// Members of the other one.
    pub columns: Vec<Text>,
    /// Members of the first one.
    pub rows: Vec<CrossRow>,
    /// Shades with their ranges.
    pub key: Vec<Shade>,
    /// Around the drawing; its table has all groups.
    pub about: Figure,
}

/// A member of the first dimension.
#[derive(Clone, Debug, Serialize)]
pub struct CrossRow {
    /// Its title.
    pub title: Text,
    /// By member of the second dimension.
    pub cells: Vec<CrossCell>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrossCell {
    /// From 1, the lowest; 0: it has no figure.
    pub shade: usize,
    /// Its figure; None: it has none.
    pub value: Option<String>,
    /// `60.9–66.1`; None: there are none.
    pub bounds: Option<String>,
}
