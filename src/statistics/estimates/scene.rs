//! One indicator in one period: what both tables start from.

use std::collections::HashMap;

use super::areas::AreasOfDay;
use super::methods::{Donors, Last};
use super::units::{Above, Unit, units};
use crate::domain::Period;
use crate::pipeline::{Indicator, Pipeline};
use crate::registry::Succession;
use crate::statistics::series::Entry;
use crate::statistics::summation::sum;

/// By code of the area.
pub(super) type LastRatios = HashMap<String, Last>;

/// One indicator in one period.
pub(super) struct Scene<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) indicator: &'a Indicator,
    pub(super) periods: &'a [Period],
    /// Place of the period.
    pub(super) at: usize,
    pub(super) areas: &'a AreasOfDay,
    pub(super) entries: &'a [Entry<'a>],
    pub(super) units: Vec<Unit>,
    pub(super) above: Vec<Above>,
    pub(super) donors: Donors<'a>,
    /// By entry, the last complete report of the area before the period.
    last: Vec<Option<Last>>,
}

impl<'a> Scene<'a> {
    /// `entries` in the order of codes.
    pub(super) fn new(
        pipeline: &'a Pipeline,
        indicator: &'a Indicator,
        (periods, at): (&'a [Period], usize),
        (areas, entries): (&'a AreasOfDay, &'a [Entry<'a>]),
        last: &LastRatios,
    ) -> Scene<'a> {
        let (units, above) = units(areas, entries);
        Scene {
            pipeline,
            indicator,
            periods,
            at,
            areas,
            entries,
            donors: Donors::new(areas, units.iter()),
            units,
            above,
            last: (entries.iter())
                .map(|entry| last.get(entry.area_code).copied())
                .collect(),
        }
    }

    pub(super) fn code(&self, unit: &Unit) -> &'a str {
        self.entries[unit.entry].area_code
    }

    /// The last complete report of a unit before the period.
    pub(super) fn last(&self, unit: &Unit) -> Option<Last> {
        self.last[unit.entry]
    }
}

/// The last reports once areas have changed: of an area with another code that of the one it was, of merged areas the sum of theirs, where each has one. What
/// a part was taken from, or added to, keeps its own.
pub(super) fn pass_on(last: &mut LastRatios, succession: &Succession) {
    let merged = |from: &[Last]| {
        let denominator = sum(from.iter().map(|one| one.denominator));
        let numerator = sum(from.iter().map(|one| one.ratio * one.denominator));
        Last {
            // As old as the oldest of them.
            period: from.iter().map(|one| one.period).min().unwrap_or_default(),
            ratio: numerator / denominator,
            denominator,
        }
    };
    let changed = succession.changed();
    let next: Vec<(&str, Option<Vec<Last>>)> = changed
        .filter(|(_, ground)| ground.part.is_none() && !ground.from.is_empty())
        .map(|(code, ground)| (code, ground.from.iter().map(|from| last.get(from).copied()).collect()))
        .collect();
    for (code, from) in next {
        match from {
            Some(from) => last.insert(code.to_owned(), merged(&from)),
            None => last.remove(code),
        };
    }
}
