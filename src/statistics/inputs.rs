//! What the tables of figures are made of.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::coverage::Coverage;
use super::places::Places;
use crate::domain::IndicatorCells;
use crate::pipeline::Pipeline;

/// What the tables of figures are made of.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The definitions.
    pub pipeline: &'a Pipeline,
    /// Every indicator in every period.
    pub cells: &'a [IndicatorCells],
    /// Who owed a form and what came.
    pub coverage: &'a Coverage,
    /// Where the areas of each day lie that a form is judged on.
    pub places: &'a BTreeMap<Date, Places>,
}
