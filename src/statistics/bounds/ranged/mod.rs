//! How low and how high an index could be where the weights of some units lie in ranges, too, since nobody knows how much is missing of them.
//!
//! All bounds are outer. Two things hold for the indices of the mean and of convex terms, for Gini and for mean deviations. Let a completion be some units with
//! ratios and weights, P.
//!
//! *Parts.* The absolute index a(P) (the variance, μT, L, μ times Atkinson's with ε = ½, μG, ½ Σ w |x − μ|) is concave: where P is made of the parts P₁ with a share α of the weight and P₂,
//! a(P) ≥ α a(P₁) + (1 − α) a(P₂). Each but the last is the least of some functions that are linear in P (see [`convex`] and [`gini`]). With the deviation, let m be the mean of P and m₁ that
//! of P₁: Σ w |x − m| is at least α (Σ₁ w |x − m| + |m₁ − m|), since the other part balances the first about m, and so at least α Σ₁ w |x − m₁|. So if every unit of P has at least the
//! weight that it has in Q, a(P) is at least a(Q) times the share of the weight that Q has. Over the mean, it is the share of the numerators, over 1 − μ, that of what the
//! numerators leave. The bounds for the least weights, times the smallest such share, are then lower bounds, and those for the largest weights, over that share,
//! are upper bounds. Both come near to those for known weights as the ranges of the weights close.
//!
//! *Corners.* Each is the least of some fractions whose largest values are found at corners of the units' polygons ([`fraction`]). That gives an upper bound that does not grow
//! with the ranges as the other does. The smaller of the two is published.

mod convex;
mod deviation;
mod fraction;
mod gini;
mod ladder;
mod means;
mod points;
mod shares;
#[cfg(test)]
mod tests;
mod units;

use std::cell::OnceCell;

use super::completions::{Completions, with_shortfall};
use super::defined::{Extent, is_defined};
use super::deviation::Sums;
use super::per::Per;
use super::points as known;
use super::range::Range;
use super::region::{Region, Span};
use crate::pipeline::Better;
use crate::statistics::Reason;
use crate::statistics::index::{Context, Divisor, Family, Index, Ladder, Separable, Shape, Unweighted};
use convex::square_of_variation;
use shares::Shares;
use units::Units;

pub(in crate::statistics) use units::Ranged;

/// Share of a bound by which it is widened, so that rounding takes no completion out of it.
const ROUNDING: f64 = 1e-12;

/// The units of a scope of which some have a weight in a range, with what several indices need of them: found when the first asks.
pub(in crate::statistics) struct RangedWeights {
    units: Units,
    /// Why nobody knows the weights.
    unknown: Reason,
    least: OnceCell<Option<Completions>>,
    most: OnceCell<Option<Completions>>,
    shares: OnceCell<Shares>,
    sums: OnceCell<Sums>,
    /// By what they follow from.
    separable: [OnceCell<Range>; 6],
    gini: [OnceCell<Range>; 3],
    deviation: [OnceCell<Range>; 3],
}

impl RangedWeights {
    /// `unknown`: why nobody knows the weights of some units.
    ///
    /// # Errors
    /// No unit can have a weight.
    pub(in crate::statistics) fn new(
        known: &[Span],
        ranged: &[Ranged],
        unknown: Reason,
    ) -> Result<RangedWeights, Reason> {
        let all = known
            .iter()
            .map(|span| Ranged::known(*span))
            .chain(ranged.iter().copied());
        let units: Vec<Ranged> = all.filter(|unit| unit.most.weight > 0.0).collect();
        if units.is_empty() {
            return Err(Reason::NoUnits);
        }
        Ok(RangedWeights {
            units: Units(units),
            unknown,
            least: OnceCell::new(),
            most: OnceCell::new(),
            shares: OnceCell::new(),
            sums: OnceCell::new(),
            separable: Default::default(),
            gini: Default::default(),
            deviation: Default::default(),
        })
    }

    /// The bounds of an index.
    ///
    /// # Errors
    /// The index is undefined for a completion, or has no limit.
    pub(in crate::statistics) fn range(&self, index: &Index, context: &Context) -> Result<Range, Reason> {
        is_defined(index, &self.units).map_err(|reason| self.told(reason))?;
        let range = match index.family {
            Family::Separable(of, shape) => self.separable(of).map(|value| shape.of(value)),
            Family::Gini(times, divisor) => self.gini(divisor).map(|value| times * value),
            Family::Deviation(times, divisor) => self.half_deviation(divisor).map(|value| 2.0 * times * value),
            Family::Quantiles => points::deciles(&self.units).ok_or(self.told(Reason::NoFiniteBounds))?,
            Family::Best => self.best(context.better)?,
            Family::BestShare => self.best_share(context.better)?,
            Family::Unweighted(of) => self.unweighted(of, context)?,
            Family::Reference => self.widened(points::reference(&self.units, context.reference, self.unknown)?),
            Family::Ladder(of) => ladder::bounds(of, &self.units, &context.order, self.unknown)?,
        };
        if !range.lower.is_finite() || !range.upper.is_finite() {
            return Err(self.told(Reason::NoFiniteBounds));
        }
        // Where both are next to nothing, rounding may turn them around.
        let (lower, upper) = (range.lower.min(range.upper), range.upper.max(range.lower));
        let lost = ROUNDING * lower.abs().max(upper.abs());
        let [least, most] = self.limits(index.family);
        Ok(outer((lower - lost).max(least), (upper + lost).min(most)))
    }

    /// Why there are no bounds. Without a limit of the weights, what makes an index undefined may only be approached: then it is that nobody knows them.
    fn told(&self, reason: Reason) -> Reason {
        if self.units.is_unlimited() {
            self.unknown
        } else {
            reason
        }
    }

    pub(super) fn units(&self) -> &dyn Extent {
        &self.units
    }

    /// Lowest and highest mean.
    pub(super) fn mean(&self) -> [f64; 2] {
        [self.units.lowest_mean(), self.units.highest_mean()]
    }

    fn best(&self, better: Better) -> Result<Range, Reason> {
        match better {
            Better::Higher => Ok(self.widened(points::highest_less_mean(&self.units))),
            Better::Lower => Ok(self.widened(points::highest_less_mean(&self.units.turned()))),
            Better::Neither => Err(Reason::NoDirection),
        }
    }

    /// Of the distance over the mean, each taken apart.
    fn best_share(&self, better: Better) -> Result<Range, Reason> {
        let distance = self.best(better)?;
        Ok(outer(
            distance.lower.max(0.0) / self.units.highest_mean(),
            match better {
                // The best is no less than 0.
                Better::Lower => f64::min(distance.upper / self.units.lowest_mean(), 1.0),
                _ => distance.upper / self.units.lowest_mean(),
            },
        ))
    }

    /// Where a unit may have no weight, nobody knows whether it counts.
    fn unweighted(&self, of: Unweighted, context: &Context) -> Result<Range, Reason> {
        let units = &self.units;
        let members = || (units.0.iter()).filter(|unit| context.order.contains(&unit.least.group));
        if members().any(|unit| unit.least.weight == 0.0) {
            return Err(self.unknown);
        }
        let alike: Vec<Span> = members().map(|unit| unit.boxed(1.0)).collect();
        let (alike, means) = (Region::new(&alike)?, (units.lowest_mean(), units.highest_mean()));
        let range = match of {
            Unweighted::FromMean => known::unweighted_from_mean(&alike, means, false),
            Unweighted::Disparity => known::unweighted_from_mean(&alike, means, true),
            Unweighted::FromBest => known::best(&alike, context.better)?,
            Unweighted::FromReference => known::reference(&alike, context.reference)?,
        };
        Ok(self.widened(range))
    }

    /// What the index never leaves, whatever the units are.
    fn limits(&self, family: Family) -> [f64; 2] {
        use Separable::{AtkinsonHalf, TheilL, VarianceNormalised};
        let most = match family {
            Family::Gini(_, Divisor::Mean | Divisor::MeanAndRest)
            | Family::Deviation(_, Divisor::Mean | Divisor::MeanAndRest) => self.at_most_1(f64::INFINITY),
            Family::Separable(AtkinsonHalf | VarianceNormalised, _) | Family::Separable(TheilL, Shape::Saturating) => {
                1.0
            }
            _ => f64::INFINITY,
        };
        match family {
            Family::Ladder(Ladder::ConcentrationErreygers | Ladder::ConcentrationWagstaff) => [-1.0, 1.0],
            Family::Ladder(Ladder::Concentration) if self.units.lowest() >= 0.0 => [-1.0, 1.0],
            // A quarter of Erreygers' index.
            Family::Ladder(Ladder::ConcentrationAbsolute)
                if self.units.lowest() >= 0.0 && self.units.highest() <= 1.0 =>
            {
                [-0.25, 0.25]
            }
            Family::Ladder(_) => [f64::NEG_INFINITY, most],
            Family::Quantiles => [1.0, most],
            _ => [0.0, most],
        }
    }

    /// With what differences of ratios lose to rounding.
    fn widened(&self, range: Range) -> Range {
        let lost = ROUNDING * self.units.lowest().abs().max(self.units.highest().abs());
        Range {
            lower: range.lower - lost,
            upper: range.upper + lost,
            ..range
        }
    }

    fn least(&self) -> Option<&Completions> {
        let made = self.least.get_or_init(|| Completions::new(&self.units.at_least()).ok());
        made.as_ref()
    }

    fn most(&self) -> Option<&Completions> {
        let make = || {
            let is_limited = !self.units.is_unlimited();
            is_limited
                .then(|| Completions::new(&self.units.at_most()).ok())
                .flatten()
        };
        self.most.get_or_init(make).as_ref()
    }

    fn shares(&self) -> Shares {
        *self.shares.get_or_init(|| Shares::new(&self.units))
    }

    /// The bounds that follow from parts: from those with the least and the largest weights and a share.
    fn by_parts(&self, share: f64, bounds: impl Fn(&Completions) -> Range) -> Range {
        if share <= 0.0 {
            return outer(0.0, f64::INFINITY);
        }
        let or = |value: f64, other: f64| if value.is_nan() { other } else { value };
        outer(
            or(self.least().map_or(0.0, |least| share * bounds(least).lower), 0.0),
            or(
                self.most().map_or(f64::INFINITY, |most| bounds(most).upper / share),
                f64::INFINITY,
            ),
        )
    }

    pub(super) fn separable(&self, of: Separable) -> Range {
        *self.separable[of as usize].get_or_init(|| {
            let shares = self.shares();
            let by_parts = match of {
                Separable::Variance | Separable::TheilL => self.by_parts(shares.weight, |all| all.separable(of)),
                // V ÷ (V + μ²) is concave.
                Separable::Williamson => {
                    let share = |value: f64| value / (1.0 + value);
                    let weight = if self.units.lowest() < 0.0 { 0.0 } else { shares.weight };
                    let of_share = self.by_parts(weight, |all| all.separable(of).map(share));
                    of_share.map(square_of_variation)
                }
                Separable::TheilT | Separable::AtkinsonHalf => self.by_parts(shares.numerator, |all| all.separable(of)),
                // The sum of V ÷ μ and V ÷ (1 − μ).
                Separable::VarianceNormalised => {
                    self.by_parts(shares.of(Divisor::MeanAndRest), |all| all.separable(of))
                }
            };
            below(by_parts, convex::largest(of, &self.units))
        })
    }

    /// μG over a divisor.
    pub(super) fn gini(&self, divisor: Divisor) -> Range {
        *self.gini[divisor as usize].get_or_init(|| {
            let by_parts = self.by_parts(self.shares().of(divisor), |all| all.gini(divisor));
            let largest = match divisor {
                Divisor::One => gini::largest(&self.units, Per::One),
                Divisor::Mean => self.at_most_1(gini::largest(&self.units, Per::Mean)),
                Divisor::MeanAndRest => {
                    with_shortfall(self.gini(Divisor::Mean).upper, gini::largest(&self.units, Per::Rest))
                }
            };
            below(by_parts, largest)
        })
    }

    /// ½ Σ w |x − μ| over a divisor.
    fn half_deviation(&self, divisor: Divisor) -> Range {
        *self.deviation[divisor as usize].get_or_init(|| {
            let by_parts = self.by_parts(self.shares().of(divisor), |all| all.half_deviation(divisor));
            let sums = self.sums.get_or_init(|| deviation::sums(&self.units));
            let largest = match divisor {
                Divisor::One => sums.largest_half(Per::One),
                Divisor::Mean => self.at_most_1(sums.largest_half(Per::Mean)),
                Divisor::MeanAndRest => {
                    with_shortfall(self.half_deviation(Divisor::Mean).upper, sums.largest_half(Per::Rest))
                }
            };
            below(by_parts, largest)
        })
    }

    /// Relative indices of ratios that are not negative are at most 1.
    fn at_most_1(&self, value: f64) -> f64 {
        if self.units.lowest() < 0.0 {
            value
        } else {
            value.min(1.0)
        }
    }
}

fn outer(lower: f64, upper: f64) -> Range {
    Range {
        lower,
        upper,
        is_exact: false,
    }
}

fn below(range: Range, largest: f64) -> Range {
    outer(range.lower, range.upper.min(largest))
}
