//! What figures would be if what is missing were estimated, and how wrong each way of estimating is where the truth is known: tables
//! `estimates` and `estimate_errors`. Estimates stand beside what was reported and enter no other figure.

mod errors;
mod filled;
mod ground;
mod methods;
#[cfg(test)]
mod tests;
mod units;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::series::{AreaSeries, Series};
use crate::domain::Period;
use crate::pipeline::{Form, Indicator, Pipeline};
use crate::registry::Areas;
use crate::tables::{EstimateErrorRow, EstimateRow, Table};
use ground::Ground;
use methods::{Donors, Last};
use units::{Above, Unit, units};

/// One indicator in one period.
struct Scene<'a> {
    pipeline: &'a Pipeline,
    indicator: &'a Indicator,
    periods: &'a [Period],
    /// Place of the period.
    at: usize,
    ground: &'a Ground,
    units: Vec<Unit>,
    above: Vec<Above>,
    donors: Donors<'a>,
    /// The last complete report before the period, by series.
    last: Vec<Option<Last>>,
}

/// `estimates`: a row for each period, indicator, area above the units that lacks something, and method. `estimate_errors`: a row for each
/// period, indicator and method, where a unit reported completely.
pub fn estimates(series: &Series<'_>, areas_of: impl Fn(&Form, Period) -> Arc<Areas>) -> [Table; 2] {
    let pipeline = series.pipeline;
    let mut grounds: BTreeMap<Date, Ground> = BTreeMap::new();
    let form_of = |indicator: &Indicator| &pipeline.forms[pipeline.measures[indicator.denominator].form];
    for form in pipeline.indicators.iter().map(form_of) {
        for &period in &series.periods {
            let ground = || Ground::new(pipeline, &areas_of(form, period));
            grounds.entry(form.reference(period)).or_insert_with(ground);
        }
    }
    let parts: Vec<(Table, Table)> = (0..pipeline.indicators.len())
        .into_par_iter()
        .map(|at| {
            let indicator = &pipeline.indicators[at];
            let all: Vec<AreaSeries<'_>> = series.of_indicator(at).collect();
            let days = series
                .periods
                .iter()
                .map(|&period| form_of(indicator).reference(period));
            let grounds: Vec<&Ground> = days.map(|day| &grounds[&day]).collect();
            let scenes = scenes((pipeline, indicator), &series.periods, &grounds, &all);
            (filled::rows(&scenes), errors::rows(&scenes))
        })
        .collect();
    let (estimates, errors) = parts.into_iter().unzip();
    [
        Table::joined::<EstimateRow>(estimates),
        Table::joined::<EstimateErrorRow>(errors),
    ]
}

/// The periods of an indicator, in order.
fn scenes<'a>(
    (pipeline, indicator): (&'a Pipeline, &'a Indicator),
    periods: &'a [Period],
    grounds: &[&'a Ground],
    all: &[AreaSeries<'_>],
) -> Vec<Scene<'a>> {
    let mut last: Vec<Option<Last>> = vec![None; all.len()];
    let mut scenes = Vec::with_capacity(periods.len());
    for (at, ground) in grounds.iter().enumerate() {
        let (units, above) = units(ground, all, at);
        let before = last.clone();
        for unit in units.iter().filter(|unit| unit.is_whole) {
            last[unit.series] = Some(Last {
                period: at,
                ratio: unit.ratio(),
                denominator: unit.known.1,
            });
        }
        scenes.push(Scene {
            pipeline,
            indicator,
            periods,
            at,
            ground,
            donors: Donors::new(ground, units.iter()),
            units,
            above,
            last: before,
        });
    }
    scenes
}
