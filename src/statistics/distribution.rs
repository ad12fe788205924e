//! Weighted units in their order, with everything the indices share.

use std::sync::OnceLock;

use super::Reason;
use super::moments::{Entropies, Moments};
use super::points::{Group, GroupIds, Point, groups, mean, points};
use super::summation::{Sum, sum};
use super::unit::{Placed, Unit, ranked};

/// Units in ascending order of x, with ranks, mean and groups.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// In ascending order of x.
    pub points: Vec<Point>,
    /// In ascending order of id.
    pub groups: Vec<Group>,
    /// Weighted mean μ.
    pub mean: f64,
    moments: Moments,
    entropies: OnceLock<Entropies>,
}

impl Distribution {
    /// Sorts and ranks the units; those of weight 0 are left out. Ratios are compared exactly: two of them that are equal share a
    /// rank, whatever the last bit of their quotients.
    ///
    /// # Errors
    /// No unit is left, a weight is negative, or a unit has sums that leave 128 bits.
    pub fn new(units: &[Unit]) -> Result<Distribution, Reason> {
        if let Some(fault) = units.iter().filter_map(Unit::fault).max() {
            return Err(fault);
        }
        let order = ranked(units);
        let placed = order.iter().map(|rank| units[rank.at as usize].placed(rank.tie));
        Distribution::of(&placed.collect::<Vec<_>>())
    }

    /// Of units in ascending order, of which those of one ratio and group stand together.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn of(placed: &[Placed]) -> Result<Distribution, Reason> {
        if placed.is_empty() {
            return Err(Reason::NoUnits);
        }
        let ids = GroupIds::of(placed);
        let points = points(placed, &ids);
        let groups = groups(&points, &ids);
        let mean = match &groups[..] {
            [all] => all.mean,
            _ => mean(&points),
        };
        Ok(Distribution {
            moments: Moments::of(&points, &groups, mean),
            entropies: OnceLock::new(),
            points,
            groups,
            mean,
        })
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

    /// Σ w f(x), with f computed once for all units of one ratio.
    pub(super) fn weighted_values(&self, f: impl Fn(f64) -> f64) -> f64 {
        let mut all = Sum::default();
        for ties in self.points.chunk_by(|a, b| a.tie == b.tie) {
            let value = f(ties[0].x);
            ties.iter().for_each(|p| all.add(p.w * value));
        }
        all.total()
    }

    /// Σ p_k f(group).
    pub fn over_groups(&self, f: impl Fn(&Group) -> f64) -> f64 {
        sum(self.groups.iter().map(|g| g.share * f(g)))
    }

    pub(super) fn moments(&self) -> &Moments {
        &self.moments
    }

    /// For x that are not negative and a positive mean.
    pub(super) fn entropies(&self) -> &Entropies {
        self.entropies
            .get_or_init(|| Entropies::of(&self.points, &self.groups, self.mean))
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
    ///
    /// # Errors
    /// As of [`Distribution::new`].
    pub fn mirrored(&self) -> Result<Distribution, Reason> {
        let turned = self.points.iter().rev().map(|p| Placed {
            x: 1.0 - p.x,
            weight: p.w,
            group: self.groups[p.group].id,
            tie: p.tie,
        });
        Distribution::of(&turned.collect::<Vec<_>>())
    }
}
