//! One indicator in one period: what both tables start from.

use super::ground::Ground;
use super::methods::{Donors, Last};
use super::units::{Above, Unit, units};
use crate::domain::Period;
use crate::pipeline::{Indicator, Pipeline};
use crate::statistics::series::AreaSeries;

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
pub(super) fn scenes<'a>(
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
