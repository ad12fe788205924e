//! Weighted units in their order, with everything the indices share.

use std::sync::{Arc, OnceLock};

use super::Reason;
use super::levels::levels;
use super::moments::{Entropies, Moments};
use super::points::{Group, GroupIds, Point, points};
use super::summation::{Sum, sum};
use super::ties::Ties;
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
    /// Of the units that these are some of, by the ties of the points.
    ties: Option<Arc<Ties>>,
    /// Whether each x is 1 less that of its tie.
    is_mirrored: bool,
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
        Distribution::of(&placed.collect::<Vec<_>>(), None)
    }

    /// Of units in ascending order, of which those of one ratio and group stand together; `ties` has their ratios.
    ///
    /// # Errors
    /// There are no units.
    pub(super) fn of(placed: &[Placed], ties: Option<&Arc<Ties>>) -> Result<Distribution, Reason> {
        if placed.is_empty() {
            return Err(Reason::NoUnits);
        }
        let ids = GroupIds::of(placed);
        let points = points(placed, &ids);
        let (mean, groups, moments) = levels(&points, &ids);
        Ok(Distribution {
            moments,
            entropies: OnceLock::new(),
            ties: ties.cloned(),
            is_mirrored: false,
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

    /// Σ p_k f(group).
    pub fn over_groups(&self, f: impl Fn(&Group) -> f64) -> f64 {
        sum(self.groups.iter().map(|g| g.share * f(g)))
    }

    pub(super) fn moments(&self) -> &Moments {
        &self.moments
    }

    /// For x that are not negative and a positive mean.
    pub(super) fn entropies(&self) -> &Entropies {
        let (points, groups) = (&self.points, &self.groups);
        let quick = || {
            let logs = self.ties.as_ref()?.logs(self.is_mirrored);
            Entropies::quick(points, groups, self.mean, logs)
        };
        self.entropies
            .get_or_init(|| quick().unwrap_or_else(|| Entropies::of(points, groups, self.mean)))
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

    /// The same units with 1 − x: shortfall for attainment. Ranks are turned with the order, and what distances sum up to stays. The
    /// covariance of ranks is summed anew, so that an identity can compare it with that of the attainment.
    pub fn mirrored(&self) -> Distribution {
        let mean = 1.0 - self.mean;
        let mut covariance = Sum::default();
        let mut products = vec![Sum::default(); self.groups.len()];
        let turned = self.points.iter().rev().map(|p| {
            let turned = Point {
                x: 1.0 - p.x,
                rank: 1.0 - p.rank,
                ..*p
            };
            covariance.add(turned.w * ((turned.x - mean) * (turned.rank - 0.5)));
            products[turned.group].add(turned.w * turned.x);
            turned
        });
        let points: Vec<Point> = turned.collect();
        let group = |(g, product): (&Group, Sum)| Group {
            product: product.total(),
            mean: 1.0 - g.mean,
            rank: 1.0 - g.rank,
            ..*g
        };
        Distribution {
            moments: Moments {
                rank_covariance: covariance.total(),
                ..self.moments
            },
            entropies: OnceLock::new(),
            ties: self.ties.clone(),
            is_mirrored: !self.is_mirrored,
            groups: self.groups.iter().zip(products).map(group).collect(),
            points,
            mean,
        }
    }
}
