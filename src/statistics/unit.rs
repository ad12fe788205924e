//! What a dispersion is of, and its order.

use std::cmp::Ordering;

use super::Reason;
use crate::domain::exact::{LOST, compare_ratios, figure};

/// Something with a plain ratio: an area, a cell (area × member) or a member.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// numerator ÷ denominator in the units of their measures, before the indicator's factor.
    pub x: f64,
    /// The numerator as an integer; all units of a distribution have the same scale.
    pub numerator: i128,
    /// The denominator as an integer, likewise; it is the weight.
    pub denominator: i128,
    /// Number of the group. Memory is taken for all numbers up to the largest, so they are small.
    pub group: usize,
}

/// A unit in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) x: f64,
    pub(super) weight: f64,
    pub(super) group: usize,
    /// Number of the distinct ratio, in ascending order.
    pub(super) tie: u32,
}

/// Where a unit stands in a list, and which of the distinct ratios it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rank {
    pub(super) at: u32,
    pub(super) tie: u32,
}

/// Share of a quotient by which it may miss the exact ratio, with room to spare.
const ROUNDING: f64 = 1e-12;

impl Unit {
    /// Why there can be no dispersion with this unit.
    pub(super) fn fault(&self) -> Option<Reason> {
        if self.numerator == LOST || self.denominator == LOST {
            Some(Reason::TooLarge)
        } else if self.denominator < 0 {
            Some(Reason::NegativeDenominator)
        } else {
            None
        }
    }

    pub(super) fn placed(&self, tie: u32) -> Placed {
        Placed {
            x: self.x,
            weight: figure(self.denominator, 0),
            group: self.group,
            tie,
        }
    }

    /// Orders by ratio, exactly.
    fn compare(&self, other: &Unit) -> Ordering {
        compare_ratios((self.numerator, self.denominator), (other.numerator, other.denominator))
    }

    /// The quotient as an integer of the same order.
    fn key(&self) -> i64 {
        turned(self.x.to_bits() as i64)
    }
}

/// The quotient of a key.
fn quotient(key: i64) -> f64 {
    f64::from_bits(turned(key) as u64)
}

/// Turns all bits but the sign of what has one. Twice gives the same again.
fn turned(bits: i64) -> i64 {
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// Whether the exact ratios behind two quotients may be equal, or the other way round.
fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs())
}

/// The units that have a weight and no fault, by ratio, group and denominator: so neither ranks nor the order of summation depend on
/// the order of arrival. Ratios are compared exactly, but only where quotients lie so close together that these do not tell.
pub(super) fn ranked(units: &[Unit]) -> Vec<Rank> {
    let counts = |unit: &Unit| unit.denominator > 0 && unit.numerator != LOST;
    let mut keys: Vec<(i64, u32)> = Vec::with_capacity(units.len());
    let counted = units.iter().zip(0..).filter(|(unit, _)| counts(unit));
    keys.extend(counted.map(|(unit, at)| (unit.key(), at)));
    keys.sort_unstable();
    let unit = |at: u32| &units[at as usize];
    let mut order: Vec<Rank> = keys.iter().map(|&(_, at)| Rank { at, tie: 0 }).collect();
    let (mut tie, mut start) = (0, 0);
    for near in keys.chunk_by(|(a, _), (b, _)| is_near(quotient(*a), quotient(*b))) {
        let near = &mut order[start..start + near.len()];
        start += near.len();
        if let [alone] = near {
            alone.tie = tie;
            tie += 1;
            continue;
        }
        near.sort_by(|a, b| {
            let (a, b) = (unit(a.at), unit(b.at));
            a.compare(b)
                .then(a.group.cmp(&b.group))
                .then(a.denominator.cmp(&b.denominator))
        });
        for tied in near.chunk_by_mut(|a, b| unit(a.at).compare(unit(b.at)).is_eq()) {
            tied.iter_mut().for_each(|rank| rank.tie = tie);
            tie += 1;
        }
    }
    order
}
