//! How much areas had when they last reported completely: what is missing of them later, where the register does not say.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::coverage::Coverage;
use super::inputs::Inputs;
use super::reporters::{Reporter, reporters};
use crate::domain::{AreaCounts, Expected, IndicatorCells};
use crate::pipeline::{Indicator, Pipeline};
use crate::registry::Succession;

/// By indicator and area, the denominator of the last complete report, in its own unit.
pub type LastReports = BTreeMap<usize, BTreeMap<String, f64>>;

/// The indicators of which the register lacks the total of an area in a period.
pub fn unregistered(pipeline: &Pipeline, coverage: &Coverage) -> BTreeSet<usize> {
    let lacks = |indicator: &Indicator| {
        let form = pipeline.measures[indicator.denominator].form;
        let owed = coverage.iter().filter(|((_, own), _)| *own == form);
        owed.flat_map(|(_, of)| of.expected.values())
            .any(|owed| total(indicator, owed).is_none())
    };
    let all = pipeline.indicators.iter().enumerate();
    all.filter(|(_, indicator)| lacks(indicator))
        .map(|(at, _)| at)
        .collect()
}

fn total(indicator: &Indicator, owed: &Expected) -> Option<f64> {
    owed.register.get(indicator.register.as_deref()?).copied()
}

/// What reporters had of some indicators, of those that reported completely. Of several periods the latest counts.
pub fn complete_reports(inputs: &Inputs, indicators: &BTreeSet<usize>) -> LastReports {
    let is_complete = |one: &Reporter| one.expected && one.missing.all_read && !one.missing.partial && one.known > 0.0;
    let cells = inputs.cells.iter().enumerate();
    let mut wanted: Vec<(usize, &IndicatorCells)> = cells
        .filter(|(_, cells)| indicators.contains(&cells.indicator))
        .collect();
    wanted.sort_by_key(|(_, cells)| cells.period);
    let found: Vec<(usize, BTreeMap<String, f64>)> = (wanted.into_par_iter())
        .map(|(at, cells)| {
            let all = reporters(inputs, at);
            let complete = all.iter().filter(|one| is_complete(one));
            (
                cells.indicator,
                complete.map(|one| (one.code.to_owned(), one.known)).collect(),
            )
        })
        .collect();
    let mut last = LastReports::new();
    for (indicator, complete) in found {
        last.entry(indicator).or_default().extend(complete);
    }
    last
}

/// Hands the last reports of an indicator on to the areas of a later day: of an area with another code that of the one it was, of merged areas their sum,
/// where each has one. An area that a part came to, or left, has none.
pub fn hand_on(last: &mut BTreeMap<String, f64>, succession: &Succession) {
    let mut next = last.clone();
    for (code, ground) in succession.changed() {
        next.remove(code);
        let parts = ground.from.iter().map(|from| last.get(from).copied());
        if let Some(parts) = parts.collect::<Option<Vec<f64>>>()
            && ground.part.is_none()
            && !parts.is_empty()
        {
            next.insert(code.to_owned(), parts.into_iter().sum());
        }
    }
    *last = next;
}

/// Puts the last reports beside what came, of areas that have not sent all they owe and whose total the register lacks.
pub fn put_beside(pipeline: &Pipeline, last: &LastReports, coverage: &mut Coverage) {
    for (&indicator, of_areas) in last {
        let spec = &pipeline.indicators[indicator];
        let form = pipeline.measures[spec.denominator].form;
        for (_, of) in coverage.iter_mut().filter(|((_, own), _)| *own == form) {
            let nothing = AreaCounts::default();
            for (code, owed) in of.expected.iter() {
                let got = of.received.get(code).unwrap_or(&nothing);
                if total(spec, owed).is_none()
                    && lacks_rows(owed, got)
                    && let Some(denominator) = of_areas.get(code)
                {
                    of.last.entry(code.clone()).or_default().insert(indicator, *denominator);
                }
            }
        }
    }
}

/// Whether not every row that is owed has come, or some are held back.
fn lacks_rows(owed: &Expected, got: &AreaCounts) -> bool {
    match owed.rows {
        Some(rows) => got.rows_accepted + got.rows_quarantined != rows || got.rows_quarantined > 0,
        None => got.rows_accepted == 0,
    }
}
