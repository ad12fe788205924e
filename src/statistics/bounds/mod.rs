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

use std::cell::OnceCell;

use super::index::{Applies, Context, Divisor, Family, Index, Ladder, Separable};
use super::{Distribution, Reason};
use level::Levels;
use separable::Scale;

pub(super) use range::Range;
pub(super) use region::{Region, Span};

/// The completions of some units, with what several indices need of them: found when the first asks.
pub(super) struct Completions {
    region: Region,
    levels: Levels,
    separable: [OnceCell<Extremes>; 6],
    gini: [OnceCell<Largest>; 3],
    deviation: [OnceCell<Largest>; 3],
}

/// The most equal completion, and what is furthest apart.
struct Extremes {
    lower: Result<Distribution, Reason>,
    upper: Result<Distribution, Reason>,
    is_exact: bool,
}

/// The most equal completion, a number that is at least the largest, and whether some completion has it.
struct Largest {
    lower: Result<Distribution, Reason>,
    upper: f64,
    is_exact: bool,
}

impl Completions {
    /// # Errors
    /// No unit has a weight.
    pub(super) fn new(spans: &[Span]) -> Result<Completions, Reason> {
        let region = Region::new(spans)?;
        Ok(Completions {
            levels: Levels::new(&region),
            region,
            separable: Default::default(),
            gini: Default::default(),
            deviation: Default::default(),
        })
    }

    /// The bounds of an index.
    ///
    /// # Errors
    /// The index is undefined for a completion.
    pub(super) fn range(&self, index: &Index, context: &Context) -> Result<Range, Reason> {
        self.is_defined(index)?;
        let value = |found: &Result<Distribution, Reason>| {
            let found = found.as_ref().map_err(|reason| *reason)?;
            Ok((index.compute)(found, context)?.value)
        };
        let range = match index.family {
            Family::Separable(of) => self.separable(of, value)?,
            Family::Gini(times, divisor) => {
                let largest = self.largest_gini(divisor);
                Range {
                    lower: value(&largest.lower)?,
                    upper: largest.upper * times,
                    is_exact: largest.is_exact,
                }
            }
            Family::Deviation(times, divisor) => {
                let half = self.largest_half_deviation(divisor);
                Range {
                    lower: value(&half.lower)?,
                    upper: 2.0 * times * half.upper,
                    is_exact: false,
                }
            }
            Family::Quantiles => points::quantiles(&self.region)?,
            Family::Best => {
                let [low, high] =
                    points::best(&self.region, context.better)?.map(|ratios| self.region.completed(|at, _| ratios[at]));
                Range::exact(value(&low)?, value(&high)?)
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
        value: impl Fn(&Result<Distribution, Reason>) -> Result<f64, Reason>,
    ) -> Result<Range, Reason> {
        let extremes = self.separable[of as usize].get_or_init(|| {
            let scale = Scale::new(of, &self.region);
            let apart = scale.furthest_apart(&self.region);
            Extremes {
                lower: self.levelled(self.levels.of_separable(&scale)),
                upper: self.region.divided(&apart),
                is_exact: apart.is_completion(),
            }
        });
        Ok(Range {
            lower: value(&extremes.lower)?,
            upper: value(&extremes.upper)?,
            is_exact: extremes.is_exact,
        })
    }

    /// μG over a divisor.
    fn largest_gini(&self, divisor: Divisor) -> &Largest {
        let largest = |region: &Region, of: Separable| {
            let start = Scale::new(of, region).furthest_apart(region);
            gini::largest(region, &start, of == Separable::Williamson)
        };
        self.gini[divisor as usize].get_or_init(|| {
            let (upper, is_exact) = match divisor {
                Divisor::One => largest(&self.region, Separable::Variance),
                Divisor::Mean => largest(&self.region, Separable::Williamson),
                Divisor::MeanAndRest => {
                    let own = self.largest_gini(Divisor::Mean).upper;
                    let mirrored = largest(&self.region.mirrored(), Separable::Williamson).0;
                    (with_mirror(own, mirrored), false)
                }
            };
            Largest {
                lower: self.levelled(self.levels.of_gini(divisor)),
                upper,
                is_exact,
            }
        })
    }

    /// ½ Σ w |x − μ| over a divisor.
    fn largest_half_deviation(&self, divisor: Divisor) -> &Largest {
        self.deviation[divisor as usize].get_or_init(|| Largest {
            lower: self.levelled(self.levels.of_deviation(divisor)),
            upper: match divisor {
                Divisor::One => deviation::largest_half(&self.region, false),
                Divisor::Mean => deviation::largest_half(&self.region, true),
                Divisor::MeanAndRest => {
                    let own = self.largest_half_deviation(Divisor::Mean).upper;
                    with_mirror(own, deviation::largest_half(&self.region.mirrored(), true))
                }
            },
            is_exact: false,
        })
    }

    fn ladder(
        &self,
        of: Ladder,
        context: &Context,
        value: impl Fn(&Result<Distribution, Reason>) -> Result<f64, Reason>,
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
                &self
                    .region
                    .completed(|at, span| if at_high[at] { span.high } else { span.low }),
            )
        });
        Ok(Range::exact(lower?, upper?))
    }
}

/// 1 ÷ (μ (1 − μ)) is 1 ÷ μ + 1 ÷ (1 − μ): an absolute index so divided is that of attainment and that of shortfall together, and at most 1.
fn with_mirror(attainment: f64, shortfall: f64) -> f64 {
    (attainment + shortfall).min(1.0)
}
