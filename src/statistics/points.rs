//! Units as the indices see them: shares of the weight and ranks, and the same of their groups.

use super::summation::sum;
use super::unit::Placed;

/// A group of units.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The number its units carry.
    pub id: usize,
    /// Share of the weight, `p_k`.
    pub share: f64,
    /// Σ w x.
    pub(super) product: f64,
    /// Weighted mean, `μ_k`.
    pub mean: f64,
    /// Σ over its units of w (F − F̄_k)(x − μ_k), F the rank among all units.
    pub cov_overall: f64,
    /// The same with the rank among its own units (and so with w / p_k as weight of the rank).
    pub cov_own: f64,
    /// F̄_k, mean of the rank among all units.
    pub rank: f64,
}

/// A unit as the indices see it.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Plain ratio; the same double for all units with the same ratio.
    pub x: f64,
    /// Share of the weight.
    pub w: f64,
    /// Mid-rank F: weight below + half the weight at the same x.
    pub rank: f64,
    /// Index into the groups.
    pub group: usize,
    /// Number of the distinct ratio, in ascending order.
    pub(super) tie: u32,
}

/// The groups that units have, by their numbers.
pub(super) struct GroupIds {
    /// In ascending order.
    pub(super) ids: Vec<usize>,
    /// By number, the place among these.
    places: Vec<usize>,
}

impl GroupIds {
    pub(super) fn of(units: &[Placed]) -> GroupIds {
        let numbers = units.iter().map(|unit| unit.group + 1).max().unwrap_or(0);
        let mut is_there = vec![false; numbers];
        units.iter().for_each(|unit| is_there[unit.group] = true);
        let ids: Vec<usize> = (0..numbers).filter(|id| is_there[*id]).collect();
        let mut places = vec![0; numbers];
        ids.iter().enumerate().for_each(|(place, id)| places[*id] = place);
        GroupIds { ids, places }
    }
}

/// The points of units in ascending order.
pub(super) fn points(units: &[Placed], ids: &GroupIds) -> Vec<Point> {
    let total = sum(units.iter().map(|unit| unit.weight));
    let mut points = Vec::with_capacity(units.len());
    let mut below = 0.0;
    for ties in units.chunk_by(|a, b| a.tie == b.tie) {
        // Weights are whole denominators in practice, so that this running sum is exact.
        let here: f64 = ties.iter().map(|unit| unit.weight).sum();
        // Quotients of equal ratios may differ in the last bit: the least of them, however the units are grouped.
        let x = ties.iter().map(|unit| unit.x).fold(f64::INFINITY, f64::min);
        let rank = (below + here / 2.0) / total;
        points.extend(ties.iter().map(|unit| Point {
            x,
            w: unit.weight / total,
            rank,
            group: ids.places[unit.group],
            tie: unit.tie,
        }));
        below += here;
    }
    points
}
