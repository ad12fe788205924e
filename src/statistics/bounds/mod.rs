//! How low and how high an index could be, whatever the missing records hold within the plausible range.
//!
//! The denominators of all units are known, so their weights are; the ratio of each lies within a range. Every index but the ratio of two deciles falls
//! and rises such that its smallest value is at the most equal completion ([`level`]), and its largest at ends of ranges. Where the
//! largest cannot be found fast, a number is given that is certainly no smaller, and the bounds are called outer.

mod deviation;
mod gini;
mod ladder;
mod level;
mod points;
mod range;
mod region;
mod search;
mod separable;
#[cfg(test)]
mod tests;

use super::index::{Applies, Context, Divisor, Family, Index, Ladder, Separable};
use super::{Distribution, Reason};
use level::Levels;
use separable::Scale;

pub(super) use range::Range;
pub(super) use region::{Region, Span};

/// The completions of some units, with what several indices need of them.
pub(super) struct Completions {
    region: Region,
    levels: Levels,
}

impl Completions {
    /// # Errors
    /// No unit has a weight.
    pub(super) fn new(spans: &[Span]) -> Result<Completions, Reason> {
        let region = Region::new(spans)?;
        Ok(Completions {
            levels: Levels::new(&region),
            region,
        })
    }

    /// The bounds of an index.
    ///
    /// # Errors
    /// The index is undefined for a completion.
    pub(super) fn range(&self, index: &Index, context: &Context) -> Result<Range, Reason> {
        self.is_defined(index)?;
        let value = |found: Result<Distribution, Reason>| Ok((index.compute)(&found?, context)?.value);
        let range = match index.family {
            Family::Separable(of) => self.separable(of, value)?,
            Family::Gini(times, divisor) => {
                let lower = value(self.levelled(self.levels.of_gini(divisor)))?;
                let (upper, is_exact) = self.largest_gini(divisor);
                Range {
                    lower,
                    upper: upper * times,
                    is_exact,
                }
            }
            Family::Deviation(times, divisor) => Range {
                lower: value(self.levelled(self.levels.of_deviation(divisor)))?,
                upper: 2.0 * times * self.largest_half_deviation(divisor),
                is_exact: false,
            },
            Family::Quantiles => points::quantiles(&self.region)?,
            Family::Best => {
                let [low, high] =
                    points::best(&self.region, context.better)?.map(|ratios| self.region.completed(|at, _| ratios[at]));
                Range::exact(value(low)?, value(high)?)
            }
            Family::Reference => points::reference(&self.region, context.reference)?,
            Family::Ladder(of) => self.ladder(of, context, value)?,
        };
        // Both are found to rounding only.
        Ok(Range {
            upper: range.upper.max(range.lower),
            ..range
        })
    }

    /// Whether the index is defined for every completion.
    fn is_defined(&self, index: &Index) -> Result<(), Reason> {
        use {
            Divisor::{Mean, MeanAndRest},
            Separable::{AtkinsonHalf, TheilL, TheilT, Variance, VarianceNormalised, Williamson},
        };
        let region = &self.region;
        let lowest = region.lowest();
        let is_bounded = index.applies == Applies::Bounded;
        let (no_negative, by_mean) = match index.family {
            Family::Separable(TheilT | TheilL | AtkinsonHalf) => (true, true),
            Family::Separable(Williamson | VarianceNormalised)
            | Family::Gini(_, Mean | MeanAndRest)
            | Family::Deviation(_, Mean | MeanAndRest) => (false, true),
            Family::Quantiles => (true, false),
            Family::Separable(Variance)
            | Family::Gini(..)
            | Family::Deviation(..)
            | Family::Best
            | Family::Reference
            | Family::Ladder(_) => (false, false),
        };
        if no_negative && lowest < 0.0 {
            return Err(Reason::NegativeValue);
        }
        if by_mean && region.lowest_mean <= 0.0 {
            return Err(Reason::MeanNotPositive);
        }
        if index.family == Family::Separable(TheilL) && lowest == 0.0 {
            return Err(Reason::ZeroUndefined);
        }
        if is_bounded && (lowest < 0.0 || region.highest() > 1.0) {
            return Err(Reason::OutsideBounds);
        }
        if is_bounded && by_mean && region.highest_mean >= 1.0 {
            return Err(Reason::ZeroDivisor);
        }
        Ok(())
    }

    /// Every unit at a level, or at the end of its range next to it.
    fn levelled(&self, level: f64) -> Result<Distribution, Reason> {
        self.region.completed(|_, span| level.clamp(span.low, span.high))
    }

    fn separable(
        &self,
        of: Separable,
        value: impl Fn(Result<Distribution, Reason>) -> Result<f64, Reason>,
    ) -> Result<Range, Reason> {
        let scale = Scale::new(of, &self.region);
        let apart = scale.furthest_apart(&self.region);
        Ok(Range {
            lower: value(self.levelled(self.levels.of_separable(&scale)))?,
            upper: value(self.region.divided(&apart))?,
            is_exact: apart.is_completion(),
        })
    }

    /// μG over a divisor: at least the largest, and whether some completion has it.
    fn largest_gini(&self, divisor: Divisor) -> (f64, bool) {
        let largest = |region: &Region, of: Separable| {
            let start = Scale::new(of, region).furthest_apart(region);
            gini::largest(region, &start, of == Separable::Williamson)
        };
        match divisor {
            Divisor::One => largest(&self.region, Separable::Variance),
            Divisor::Mean => largest(&self.region, Separable::Williamson),
            Divisor::MeanAndRest => (
                self.with_mirror(|region| largest(region, Separable::Williamson).0),
                false,
            ),
        }
    }

    /// ½ Σ w |x − μ| over a divisor: at least the largest.
    fn largest_half_deviation(&self, divisor: Divisor) -> f64 {
        match divisor {
            Divisor::One => deviation::largest_half(&self.region, false),
            Divisor::Mean => deviation::largest_half(&self.region, true),
            Divisor::MeanAndRest => self.with_mirror(|region| deviation::largest_half(region, true)),
        }
    }

    /// 1 ÷ (μ (1 − μ)) is 1 ÷ μ + 1 ÷ (1 − μ): an absolute index so divided is that of attainment and that of shortfall together, and at
    /// most 1.
    fn with_mirror(&self, largest: impl Fn(&Region) -> f64) -> f64 {
        (largest(&self.region) + largest(&self.region.mirrored())).min(1.0)
    }

    fn ladder(
        &self,
        of: Ladder,
        context: &Context,
        value: impl Fn(Result<Distribution, Reason>) -> Result<f64, Reason>,
    ) -> Result<Range, Reason> {
        let linear = ladder::Linear::new(of, &self.region, &context.order)?;
        if !linear.is_positive(&self.region, of == Ladder::Relative) {
            return Err(match of {
                Ladder::Relative => Reason::FitNotPositive,
                Ladder::Slope | Ladder::Concentration => Reason::MeanNotPositive,
            });
        }
        let [lower, upper] = [false, true].map(|highest| {
            let at_high = linear.extreme(&self.region, highest);
            value(
                self.region
                    .completed(|at, span| if at_high[at] { span.high } else { span.low }),
            )
        });
        Ok(Range::exact(lower?, upper?))
    }
}
