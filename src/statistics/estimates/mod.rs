//! What figures would be if what is missing were estimated, and how wrong each way of estimating is where the truth is known: tables
//! `estimates` and `estimate_errors`. Estimates stand beside what was reported and enter no other figure.

mod errors;
mod filled;
mod ground;
mod methods;
mod scene;
#[cfg(test)]
mod tests;
mod units;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::series::{AreaSeries, Series};
use crate::domain::Period;
use crate::pipeline::{Form, Indicator};
use crate::registry::{Areas, Succession};
use crate::tables::{EstimateErrorRow, EstimateRow, Table};
use ground::Ground;
use scene::{OverTime, scenes};

/// `estimates`: a row for each period, indicator, area above the units that lacks something, and method. `estimate_errors`: a row for each
/// period, indicator and method, where a unit reported completely. `succession` tells from which areas of one day those of a later one come.
pub fn estimates(
    series: &Series<'_>,
    areas_of: impl Fn(&Form, Period) -> Arc<Areas>,
    succession: impl Fn(Date, Date) -> Succession,
) -> [Table; 2] {
    let pipeline = series.pipeline;
    let mut grounds: BTreeMap<Date, Ground> = BTreeMap::new();
    let mut successions: BTreeMap<[Date; 2], Succession> = BTreeMap::new();
    let form_of = |indicator: &Indicator| &pipeline.forms[pipeline.measures[indicator.denominator].form];
    for form in pipeline.indicators.iter().map(form_of) {
        for &period in &series.periods {
            let ground = || Ground::new(pipeline, &areas_of(form, period));
            grounds.entry(form.reference(period)).or_insert_with(ground);
        }
        for periods in series.periods.windows(2) {
            let days = [form.reference(periods[0]), form.reference(periods[1])];
            successions.entry(days).or_insert_with(|| succession(days[0], days[1]));
        }
    }
    let parts: Vec<(Table, Table)> = (0..pipeline.indicators.len())
        .into_par_iter()
        .map(|at| {
            let indicator = &pipeline.indicators[at];
            let all: Vec<AreaSeries<'_>> = series.of_indicator(at).collect();
            let days: Vec<Date> = (series.periods.iter())
                .map(|&period| form_of(indicator).reference(period))
                .collect();
            let over_time = OverTime {
                periods: &series.periods,
                grounds: days.iter().map(|day| &grounds[day]).collect(),
                successions: days.windows(2).map(|days| &successions[&[days[0], days[1]]]).collect(),
            };
            let scenes = scenes((pipeline, indicator), &over_time, &all);
            (filled::rows(&scenes), errors::rows(&scenes))
        })
        .collect();
    let (estimates, errors) = parts.into_iter().unzip();
    [
        Table::joined::<EstimateRow>(estimates),
        Table::joined::<EstimateErrorRow>(errors),
    ]
}
