//! The cells of an indicator, from the cube.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cube::{Cube, PairSums, Restriction};
use super::matched::{OwedRows, fill};
use crate::domain::{Cell, IndicatorCells, Period};
use crate::pipeline::Pipeline;
use crate::registry::Areas;

impl Cube {
    /// An indicator's cells in a period: its figures, only of groups for which `where` holds. `areas` gives the members of the area
    /// dimensions, as of the period's end. Sorted by area and members. `owed` is asked where numerator and denominator are of
    /// two forms.
    pub fn indicator(
        &self,
        pipeline: &Pipeline,
        areas: &Areas,
        (period, indicator): (Period, usize),
        owed: OwedRows<'_>,
    ) -> IndicatorCells {
        let spec = &pipeline.indicators[indicator];
        let mut result = IndicatorCells {
            period,
            indicator,
            numerator_scale: pipeline.measures[spec.numerator].scale,
            denominator_scale: pipeline.measures[spec.denominator].scale,
            keys: Arc::default(),
            cells: Vec::new(),
            unknown: BTreeMap::new(),
            left_out: Vec::new(),
            unmatched: BTreeSet::new(),
        };
        if pipeline.has_two_forms(spec) {
            fill(self, pipeline, areas, owed, &mut result);
        } else {
            self.fill_of_one_form(pipeline, areas, &mut result);
        }
        result
    }

    fn fill_of_one_form(&self, pipeline: &Pipeline, areas: &Areas, result: &mut IndicatorCells) {
        let spec = &pipeline.indicators[result.indicator];
        let form = pipeline.measures[spec.denominator].form;
        let restriction = Restriction::new(pipeline, result.indicator, form);
        let pair = (spec.numerator, spec.denominator);
        let Some((keys, numbers)) = self.numbered(pipeline, (form, result.period)) else {
            return;
        };
        result.keys = Arc::clone(keys);
        let mut members = self.members(pipeline, areas, form);
        for (group, &(area, combination)) in self.groups((form, result.period), pair).zip(numbers) {
            let unknown = match restriction.holds(members.of(group.area, group.own)) {
                Some(true) => {
                    let PairSums {
                        numerator,
                        denominator,
                        rest,
                        rows,
                        unknown,
                    } = group.sums;
                    result.cells.push(Cell {
                        area,
                        combination,
                        numerator,
                        denominator,
                        rest,
                        rows,
                    });
                    unknown
                }
                Some(false) => {
                    result.left_out.resize(result.keys.areas.len(), 0);
                    result.left_out[area as usize] += group.sums.rows;
                    0
                }
                None => group.records,
            };
            if unknown > 0 {
                *result.unknown.entry(group.area.clone()).or_default() += unknown;
            }
        }
    }
}
