//! What the tables of figures are made of.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use super::coverage::Coverage;
use super::missing::Read;
use super::places::Places;
use super::roster::{Roster, of_denominators, roster};
use crate::domain::{FormCoverage, IndicatorCells, Period};
use crate::pipeline::{FormIndex, Pipeline};

/// What the tables of figures are made of.
pub struct Inputs<'a> {
    /// The definitions.
    pub pipeline: &'a Pipeline,
    /// Every indicator in every period.
    pub cells: &'a [IndicatorCells],
    /// Who owed a form and what came.
    pub coverage: &'a Coverage,
    /// Where the areas of each day lie that a form is judged on.
    pub places: &'a BTreeMap<Date, Places>,
    /// Who owes or sent a form: the same for all indicators of the form.
    pub(super) rosters: BTreeMap<(Period, FormIndex), Roster<'a>>,
    /// By entry of the cells, what was read of each area's denominator.
    pub(super) denominators: Vec<Vec<(&'a str, Read)>>,
}

impl<'a> Inputs<'a> {
    /// Also finds, once for all tables, who reports and what was read of each denominator.
    pub fn new(
        pipeline: &'a Pipeline,
        cells: &'a [IndicatorCells],
        coverage: &'a Coverage,
        places: &'a BTreeMap<Date, Places>,
    ) -> Inputs<'a> {
        let of_form = |(&(period, form), of): (&(Period, FormIndex), &'a FormCoverage)| {
            let places = places.get(&pipeline.forms[form].reference(period))?;
            Some(((period, form), roster(of, places)))
        };
        Inputs {
            pipeline,
            cells,
            coverage,
            places,
            rosters: coverage.iter().filter_map(of_form).collect(),
            denominators: cells.par_iter().map(of_denominators).collect(),
        }
    }
}
