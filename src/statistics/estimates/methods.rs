//! The ratio that a unit which lacks something is taken to have.

use super::areas::{AreasOfDay, TIERS};
use super::units::Unit;
use crate::statistics::summation::Sum;

/// How a ratio is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// That of the unit's last complete report; of a unit without an earlier complete report, that of its stratum.
    CarriedForward,
    /// That of the units of the same stratum that reported completely.
    StratumRatio,
    /// That of the one of them whose denominator is nearest to that of the unit with what it lacks.
    HotDeck,
}

impl Method {
    /// In the order of the tables.
    pub(super) const ALL: [Method; 3] = [Method::CarriedForward, Method::HotDeck, Method::StratumRatio];

    /// The word in tables.
    pub(super) fn token(self) -> &'static str {
        match self {
            Method::CarriedForward => "carried_forward",
            Method::StratumRatio => "stratum_ratio",
            Method::HotDeck => "hot_deck",
        }
    }
}

/// A unit's last complete report.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    /// Place of the period.
    pub(super) period: usize,
    pub(super) ratio: f64,
    pub(super) denominator: f64,
}

/// A ratio for a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Guess {
    pub(super) ratio: f64,
    /// Whether it comes from a wider group than the stratum, or from others where there is no report to carry forward.
    pub(super) fell_back: bool,
    /// Period of the report that is carried forward.
    pub(super) from: Option<usize>,
}

/// A unit that reported completely.
#[derive(Clone, Copy)]
struct Donor {
    denominator: f64,
    at: usize,
    ratio: f64,
}

/// The donors of a group, by denominator and then by code.
#[derive(Default)]
struct Group {
    numerator: Sum,
    denominator: Sum,
    donors: Vec<Donor>,
}

/// The units that reported completely, by tier and group.
pub(super) struct Donors<'g> {
    areas: &'g AreasOfDay,
    groups: [Vec<Group>; TIERS],
}

impl<'g> Donors<'g> {
    /// `units` are those that others may learn from.
    pub(super) fn new<'u>(areas: &'g AreasOfDay, units: impl Iterator<Item = &'u Unit>) -> Donors<'g> {
        let mut whole: Vec<&Unit> = units.filter(|unit| unit.is_whole).collect();
        // Each group then has its donors in this order; ties stay in the order of codes.
        whole.sort_by(|a, b| a.known.1.total_cmp(&b.known.1));
        let mut groups: [Vec<Group>; TIERS] = Default::default();
        for unit in whole {
            for (tier, group) in groups.iter_mut().zip(areas.spots[unit.at].groups) {
                let Some(group) = group else { continue };
                if tier.len() <= group {
                    tier.resize_with(group + 1, Group::default);
                }
                let group = &mut tier[group];
                group.numerator.add(unit.known.0);
                group.denominator.add(unit.known.1);
                group.donors.push(Donor {
                    denominator: unit.known.1,
                    at: unit.at,
                    ratio: unit.ratio(),
                });
            }
        }
        Donors { areas, groups }
    }

    /// The ratio for a unit whose denominator is `size` with what it lacks; a unit that reported completely is left out of what it is predicted from. None: there is no
    /// other donor.
    pub(super) fn guess(&self, method: Method, unit: &Unit, size: f64, last: Option<Last>) -> Option<Guess> {
        let is_carried = method == Method::CarriedForward;
        if let Some(last) = last.filter(|_| is_carried) {
            return Some(Guess {
                ratio: last.ratio,
                fell_back: false,
                from: Some(last.period),
            });
        }
        let groups = self.groups.iter().zip(self.areas.spots[unit.at].groups).enumerate();
        let found = groups.filter_map(|(tier, (of_tier, group))| Some((tier, of_tier.get(group?)?)));
        found
            .filter_map(|(tier, group)| {
                let ratio = match method {
                    Method::HotDeck => group.nearest(unit, size)?,
                    _ => group.ratio_without(unit)?,
                };
                Some(Guess {
                    ratio,
                    fell_back: tier > 0 || is_carried,
                    from: None,
                })
            })
            .next()
    }
}

impl Group {
    fn has(&self, unit: &Unit) -> bool {
        let place = |donor: &Donor| donor.denominator.total_cmp(&unit.known.1).then(donor.at.cmp(&unit.at));
        unit.is_whole && self.donors.binary_search_by(place).is_ok()
    }

    fn ratio_without(&self, unit: &Unit) -> Option<f64> {
        let (mut numerator, mut denominator) = (self.numerator, self.denominator);
        if unit.is_whole && self.has(unit) {
            if self.donors.len() == 1 {
                return None;
            }
            numerator.add(-unit.known.0);
            denominator.add(-unit.known.1);
        }
        (denominator.total() > 0.0).then(|| numerator.total() / denominator.total())
    }

    /// The ratio of the donor nearest in denominator; of several the one with the lowest code.
    fn nearest(&self, unit: &Unit, size: f64) -> Option<f64> {
        let middle = self.donors.partition_point(|donor| donor.denominator < size);
        let is_other = |donor: &&Donor| donor.at != unit.at;
        let above = self.donors[middle..].iter().find(is_other);
        let below = self.donors[..middle].iter().rev().find(is_other).and_then(|last| {
            let first = self
                .donors
                .partition_point(|donor| donor.denominator < last.denominator);
            self.donors[first..middle].iter().find(is_other)
        });
        let order = |donor: &&Donor| ((donor.denominator - size).abs(), donor.at);
        let nearest = below.into_iter().chain(above).min_by(|a, b| {
            let (a, b) = (order(a), order(b));
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
        });
        nearest.map(|donor| donor.ratio)
    }
}
