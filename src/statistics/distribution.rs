//! Weighted units sorted once, with everything the indices share.

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
    /// Any number that tells groups apart.
    pub group: usize,
}

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
    tie: usize,
}

/// A unit in its place.
struct Placed {
    x: f64,
    weight: f64,
    group: usize,
    tie: usize,
}

/// Units in ascending order of x, with ranks, mean and groups.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// In ascending order of x.
    pub points: Vec<Point>,
    /// In ascending order of id.
    pub groups: Vec<Group>,
    /// Weighted mean μ.
    pub mean: f64,
}

impl Distribution {
    /// Sorts and ranks the units; those of weight 0 are left out. Ratios are compared exactly: two of them that are equal share a
    /// rank, whatever the last bit of their quotients.
    ///
    /// # Errors
    /// No unit is left, a weight is negative, or a unit has sums that leave 128 bits.
    pub fn new(units: &[Unit]) -> Result<Distribution, Reason> {
        if units.iter().any(|u| u.numerator == LOST || u.denominator == LOST) {
            return Err(Reason::TooLarge);
        }
        if units.iter().any(|u| u.denominator < 0) {
            return Err(Reason::NegativeDenominator);
        }
        let weighted = units.iter().filter(|u| u.denominator > 0);
        let mut units = Vec::with_capacity(units.len());
        units.extend(weighted.copied());
        if units.is_empty() {
            return Err(Reason::NoUnits);
        }
        // All three keys, so that neither ranks nor the order of summation depend on the order of arrival.
        units.sort_by(|a, b| {
            a.compare(b)
                .then(a.group.cmp(&b.group))
                .then(a.denominator.cmp(&b.denominator))
        });
        let mut placed = Vec::with_capacity(units.len());
        for (tie, tied) in units.chunk_by(|a, b| a.compare(b).is_eq()).enumerate() {
            // Quotients of equal ratios may differ in the last bit: the least of them, however the units are grouped.
            let x = tied.iter().map(|u| u.x).fold(f64::INFINITY, f64::min);
            placed.extend(tied.iter().map(|u| Placed {
                x,
                weight: figure(u.denominator, 0),
                group: u.group,
                tie,
            }));
        }
        Ok(Distribution::of(&placed))
    }

    /// Of units in ascending order.
    fn of(placed: &[Placed]) -> Distribution {
        let total = sum(placed.iter().map(|u| u.weight));
        let mut ids: Vec<usize> = placed.iter().map(|u| u.group).collect();
        ids.sort_unstable();
        ids.dedup();
        let points = points(placed, &ids, total);
        let mean = mean(points.iter().map(|p| (p.w, p.x)));
        let groups = groups(&points, &ids);
        Distribution { points, groups, mean }
    }

    /// Number of units.
    pub fn n(&self) -> usize {
        self.points.len()
    }

    /// Smallest x.
    pub fn min(&self) -> f64 {
        self.points[0].x
    }

    /// Largest x.
    pub fn max(&self) -> f64 {
        self.points[self.points.len() - 1].x
    }

    /// Σ w f(point).
    pub fn weighted(&self, f: impl Fn(&Point) -> f64) -> f64 {
        sum(self.points.iter().map(|p| p.w * f(p)))
    }

    /// Σ p_k f(group).
    pub fn over_groups(&self, f: impl Fn(&Group) -> f64) -> f64 {
        sum(self.groups.iter().map(|g| g.share * f(g)))
    }

    /// The mean, where a relative measure may divide by it.
    pub fn positive_mean(&self) -> Result<f64, Reason> {
        if self.mean > 0.0 {
            Ok(self.mean)
        } else {
            Err(Reason::MeanNotPositive)
        }
    }

    /// Fails on a negative x.
    pub fn no_negative(&self) -> Result<(), Reason> {
        if self.min() < 0.0 {
            Err(Reason::NegativeValue)
        } else {
            Ok(())
        }
    }

    /// The same units with 1 − x: shortfall for attainment.
    pub fn mirrored(&self) -> Distribution {
        let turned = self.points.iter().rev().map(|p| Placed {
            x: 1.0 - p.x,
            weight: p.w,
            group: self.groups[p.group].id,
            tie: self.points.len() - p.tie,
        });
        Distribution::of(&turned.collect::<Vec<_>>())
    }
}

/// Share of a quotient by which it may miss the exact ratio, with room to spare.
const ROUNDING: f64 = 1e-12;

impl Unit {
    /// Orders by ratio, exactly. Quotients that lie well apart need no integers.
    fn compare(&self, other: &Unit) -> Ordering {
        if (self.x - other.x).abs() > ROUNDING * self.x.abs().max(other.x.abs()) {
            return self.x.total_cmp(&other.x);
        }
        compare_ratios((self.numerator, self.denominator), (other.numerator, other.denominator))
    }
}

/// Sum with Neumaier's compensation: the error does not grow with the number of terms.
pub fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0f64, 0.0f64);
    for term in terms {
        let next = total + term;
        lost += if total.abs() >= term.abs() {
            (total - next) + term
        } else {
            (term - next) + total
        };
        total = next;
    }
    total + lost
}

/// Weighted mean of (weight, x); exactly x where all are equal, so that equality gives exact zeros.
fn mean(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let first = pairs.clone().next().map_or(0.0, |(_, x)| x);
    if pairs.clone().all(|(_, x)| x == first) {
        return first;
    }
    sum(pairs.clone().map(|(w, x)| w * x)) / sum(pairs.map(|(w, _)| w))
}

fn points(units: &[Placed], ids: &[usize], total: f64) -> Vec<Point> {
    let mut points = Vec::with_capacity(units.len());
    let mut below = 0.0;
    for ties in units.chunk_by(|a, b| a.tie == b.tie) {
        // Weights are whole denominators in practice, so that this running sum is exact.
        let here: f64 = ties.iter().map(|u| u.weight).sum();
        for unit in ties {
            let group = ids.partition_point(|&id| id < unit.group);
            points.push(Point {
                x: unit.x,
                w: unit.weight / total,
                rank: (below + here / 2.0) / total,
                group,
                tie: unit.tie,
            });
        }
        below += here;
    }
    points
}

fn groups(points: &[Point], ids: &[usize]) -> Vec<Group> {
    let mut sizes = vec![0; ids.len()];
    points.iter().for_each(|point| sizes[point.group] += 1);
    let mut members: Vec<Vec<Point>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for point in points {
        members[point.group].push(*point);
    }
    ids.iter().zip(&members).map(|(&id, own)| group(id, own)).collect()
}

/// A group from its points in ascending order.
fn group(id: usize, own: &[Point]) -> Group {
    let share = sum(own.iter().map(|p| p.w));
    let mean = mean(own.iter().map(|p| (p.w, p.x)));
    let rank = sum(own.iter().map(|p| p.w * p.rank)) / share;
    let cov_overall = sum(own.iter().map(|p| p.w * (p.rank - rank) * (p.x - mean)));
    let mut below = 0.0;
    let mut terms = Vec::with_capacity(own.len());
    for ties in own.chunk_by(|a, b| a.tie == b.tie) {
        let here: f64 = ties.iter().map(|p| p.w).sum();
        let rank = (below + here / 2.0) / share;
        terms.extend(ties.iter().map(|p| p.w * (rank - 0.5) * (p.x - mean)));
        below += here;
    }
    Group {
        id,
        share,
        mean,
        cov_overall,
        cov_own: sum(terms),
        rank,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compensation_keeps_small_terms() {
        assert_eq!(sum([1e100, 1.0, -1e100]), 1.0);
    }

    /// A unit of numerator and denominator, both whole.
    fn unit(numerator: i128, denominator: i128) -> Unit {
        Unit {
            x: numerator as f64 / denominator as f64,
            numerator,
            denominator,
            group: 0,
        }
    }

    fn ranks(units: &[Unit]) -> Vec<f64> {
        let all = Distribution::new(units).unwrap();
        all.points.iter().map(|p| p.rank).collect()
    }

    #[test]
    fn ranks_are_mid_ranks_and_ties_share_one() {
        assert_eq!(ranks(&[unit(2, 1), unit(2, 2), unit(2, 1)]), [0.25, 0.75, 0.75]);
    }

    #[test]
    fn equal_ratios_tie_whatever_their_quotients_round_to() {
        let next = |unit: Unit| Unit {
            x: unit.x.next_up(),
            ..unit
        };
        let all = [next(unit(1, 3)), unit(2, 6), unit(1, 1)];
        assert_eq!(ranks(&all), [0.45, 0.45, 0.95]);
        assert_eq!(Distribution::new(&all).unwrap().points[1].x, 1.0 / 3.0);
        // Ratios that differ keep their order, although one double stands for both.
        let large = 1 << 70;
        assert_eq!(ranks(&[unit(large, large), unit(large - 1, large)]), [0.25, 0.75]);
    }

    #[test]
    fn weightless_units_are_left_out_and_negative_weights_refused() {
        let zero = Unit { x: 0.0, ..unit(0, 0) };
        assert_eq!(Distribution::new(&[zero, unit(1, 1)]).unwrap().n(), 1);
        assert_eq!(Distribution::new(&[zero]).unwrap_err(), Reason::NoUnits);
        assert_eq!(
            Distribution::new(&[unit(1, 1), unit(-1, -1)]).unwrap_err(),
            Reason::NegativeDenominator
        );
        assert_eq!(
            Distribution::new(&[unit(1, 1), unit(LOST, 1)]).unwrap_err(),
            Reason::TooLarge
        );
    }
}
