//! Units as the indices see them: shares of the weight and ranks, and the same of their groups.

use super::summation::{Sum, sum};
use super::unit::Placed;

/// A group of units.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The number its units carry.
    pub id: usize,
    /// Share of the weight, `p_k`.
    pub share: f64,
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

/// The numbers of the groups in ascending order.
pub(super) fn group_ids(units: &[Placed]) -> Vec<usize> {
    let mut ids = Vec::new();
    for unit in units {
        if let Err(free) = ids.binary_search(&unit.group) {
            ids.insert(free, unit.group);
        }
    }
    ids
}

/// The points of units in ascending order; `ids` as of [`group_ids`].
pub(super) fn points(units: &[Placed], ids: &[usize]) -> Vec<Point> {
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
            group: ids.partition_point(|&id| id < unit.group),
            tie: unit.tie,
        }));
        below += here;
    }
    points
}

/// Weighted mean; exactly x where all are equal, so that equality gives exact zeros.
pub(super) fn mean(points: &[Point]) -> f64 {
    level(points).mean
}

/// Sums over some points.
struct Level {
    share: f64,
    mean: f64,
    /// Mean of the rank.
    rank: f64,
}

fn level(points: &[Point]) -> Level {
    let first = points.first().map_or(0.0, |point| point.x);
    let (mut weight, mut product, mut ranks) = (Sum::default(), Sum::default(), Sum::default());
    let mut all_equal = true;
    for point in points {
        weight.add(point.w);
        product.add(point.w * point.x);
        ranks.add(point.w * point.rank);
        all_equal &= point.x == first;
    }
    let share = weight.total();
    Level {
        share,
        mean: if all_equal { first } else { product.total() / share },
        rank: ranks.total() / share,
    }
}

/// The groups of points in ascending order.
pub(super) fn groups(points: &[Point], ids: &[usize]) -> Vec<Group> {
    if let [id] = ids {
        return vec![group(*id, points)];
    }
    let mut ends = vec![0; ids.len()];
    points.iter().for_each(|point| ends[point.group] += 1);
    let mut before = 0;
    for end in &mut ends {
        before += std::mem::replace(end, before);
    }
    let mut by_group = points.to_vec();
    for point in points {
        by_group[ends[point.group]] = *point;
        ends[point.group] += 1;
    }
    let start = |at: usize| at.checked_sub(1).map_or(0, |before| ends[before]);
    let own = |at: usize| &by_group[start(at)..ends[at]];
    ids.iter().enumerate().map(|(at, &id)| group(id, own(at))).collect()
}

/// A group from its points in ascending order.
fn group(id: usize, own: &[Point]) -> Group {
    let Level { share, mean, rank } = level(own);
    let (mut overall, mut apart) = (Sum::default(), Sum::default());
    let mut below = 0.0;
    for ties in own.chunk_by(|a, b| a.tie == b.tie) {
        let here: f64 = ties.iter().map(|point| point.w).sum();
        let own_rank = (below + here / 2.0) / share;
        for point in ties {
            overall.add(point.w * (point.rank - rank) * (point.x - mean));
            apart.add(point.w * (own_rank - 0.5) * (point.x - mean));
        }
        below += here;
    }
    Group {
        id,
        share,
        mean,
        cov_overall: overall.total(),
        cov_own: apart.total(),
        rank,
    }
}
