//! One indicator in one period: what both tables start from.

use std::collections::HashMap;

use super::ground::Ground;
use super::methods::{Donors, Last};
use super::units::{Above, Unit, units};
use crate::domain::Period;
use crate::pipeline::{Indicator, Pipeline};
use crate::registry::Succession;
use crate::statistics::series::AreaSeries;
use crate::statistics::summation::sum;

/// One indicator in one period.
pub(super) struct Scene<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) indicator: &'a Indicator,
    pub(super) periods: &'a [Period],
    /// Place of the period.
    pub(super) at: usize,
    pub(super) ground: &'a Ground,
    pub(super) units: Vec<Unit>,
    pub(super) above: Vec<Above>,
    pub(super) donors: Donors<'a>,
    /// The last complete report before the period, by series.
    pub(super) last: Vec<Option<Last>>,
}

/// The periods of an indicator, in order.
pub(super) struct OverTime<'a> {
    pub(super) periods: &'a [Period],
    /// The areas of each.
    pub(super) grounds: Vec<&'a Ground>,
    /// From each period to the next.
    pub(super) successions: Vec<&'a Succession>,
}

/// The scene of each period.
pub(super) fn scenes<'a>(
    (pipeline, indicator): (&'a Pipeline, &'a Indicator),
    over_time: &OverTime<'a>,
    all: &[AreaSeries<'_>],
) -> Vec<Scene<'a>> {
    let periods = over_time.periods;
    let places: HashMap<&str, usize> = all.iter().map(|area| area.code).zip(0..).collect();
    let mut last: Vec<Option<Last>> = vec![None; all.len()];
    let mut scenes = Vec::with_capacity(periods.len());
    for (at, ground) in over_time.grounds.iter().enumerate() {
        if let Some(succession) = at.checked_sub(1).map(|before| over_time.successions[before]) {
            last = passed_on(&last, succession, &places);
        }
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

/// The last reports once areas have changed: of an area with another code that of the one it was, of merged areas the sum of theirs, where each has one. What
/// a part was taken from, or added to, keeps its own.
fn passed_on(last: &[Option<Last>], succession: &Succession, places: &HashMap<&str, usize>) -> Vec<Option<Last>> {
    let mut next = last.to_vec();
    for (code, ground) in succession.changed() {
        let Some(&place) = places.get(code) else {
            continue;
        };
        if ground.part.is_some() || ground.from.is_empty() {
            continue;
        }
        let of = |code: &String| last[*places.get(code.as_str())?];
        let reports: Option<Vec<Last>> = ground.from.iter().map(of).collect();
        next[place] = reports.map(|reports| {
            let denominator = sum(reports.iter().map(|one| one.denominator));
            let numerator = sum(reports.iter().map(|one| one.ratio * one.denominator));
            Last {
                // As old as the oldest of them.
                period: reports.iter().map(|one| one.period).min().unwrap_or_default(),
                ratio: numerator / denominator,
                denominator,
            }
        });
    }
    next
}
