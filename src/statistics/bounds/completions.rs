//! The bounds of all indices over units whose weights are known.

use std::cell::OnceCell;

use super::defined::{Extent, is_defined};
use super::deviation::Sums;
use super::gini::Grid;
use super::level::Levels;
use super::per::Per;
use super::range::Range;
use super::region::{Region, Span, Split};
use super::separable::{Path, Term};
use super::{ladder, points, value};
use crate::statistics::index::{Context, Divisor, Family, Index, Ladder, Separable, Unweighted};
use crate::statistics::{Distribution, Reason};

/// The completions of some units, with what several indices need of them: found when the first asks.
pub(in crate::statistics) struct Completions {
    region: Region,
    levels: Levels,
    /// By [`Term`].
    paths: [OnceCell<Path>; 4],
    grid: OnceCell<Grid>,
    sums: OnceCell<Sums>,
    /// By what they follow from.
    separable: [OnceCell<Range>; 6],
    gini: [OnceCell<Range>; 3],
    deviation: [OnceCell<Range>; 3],
}

impl Completions {
    /// # Errors
    /// No unit has a weight.
    pub(in crate::statistics) fn new(spans: &[Span]) -> Result<Completions, Reason> {
        let region = Region::new(spans)?;
        Ok(Completions {
            levels: Levels::new(&region),
            region,
            paths: Default::default(),
            grid: OnceCell::new(),
            sums: OnceCell::new(),
            separable: Default::default(),
            gini: Default::default(),
            deviation: Default::default(),
        })
    }

    /// The bounds of an index.
    ///
    /// # Errors
    /// The index is undefined for a completion.
    pub(in crate::statistics) fn range(&self, index: &Index, context: &Context) -> Result<Range, Reason> {
        is_defined(index, &self.region)?;
        let range = match index.family {
            Family::Separable(of, shape) => self.separable(of).map(|value| shape.of(value)),
            Family::Gini(times, divisor) => self.gini(divisor).map(|value| times * value),
            Family::Deviation(times, divisor) => self.half_deviation(divisor).map(|value| 2.0 * times * value),
            Family::Quantiles => self.quantiles()?,
            Family::Best => points::best(&self.region, context.better)?,
            Family::BestShare => points::best_share(&self.region, context.better)?,
            Family::Reference => points::reference(&self.region, context.reference)?,
            Family::Unweighted(of) => self.unweighted(of, context)?,
            Family::Ladder(Ladder::ConcentrationWagstaff) => self.wagstaff(context)?,
            Family::Ladder(of) => self.ladder(of, index, context)?,
        };
        if !range.lower.is_finite() || !range.upper.is_finite() {
            return Err(Reason::ZeroDivisor);
        }
        // Both are found to rounding only.
        Ok(Range {
            upper: range.upper.max(range.lower),
            ..range
        })
    }

    pub(super) fn region(&self) -> &Region {
        &self.region
    }

    fn furthest(&self, of: Separable) -> Split {
        let term = Term::of(of);
        let path = self.paths[term as usize].get_or_init(|| Path::new(term, &self.region));
        path.furthest(of)
    }

    pub(super) fn separable(&self, of: Separable) -> Range {
        *self.separable[of as usize].get_or_init(|| {
            let furthest = self.furthest(of);
            Range {
                lower: self.lowest(|| value::separable(of, self.levels.units(self.levels.of_separable(of)))),
                upper: value::separable(of, self.region.divided(&furthest)),
                is_exact: furthest.is_completion(),
            }
        })
    }

    /// μG over a divisor.
    pub(super) fn gini(&self, divisor: Divisor) -> Range {
        *self.gini[divisor as usize].get_or_init(|| {
            let grid = self.grid.get_or_init(|| Grid::new(&self.region));
            let (upper, is_exact) = match divisor {
                Divisor::One => grid.largest(&self.furthest(Separable::Variance), Per::One),
                Divisor::Mean => grid.largest(&self.furthest(Separable::Williamson), Per::Mean),
                Divisor::MeanAndRest => {
                    let start = self.furthest(Separable::VarianceNormalised);
                    let (of_shortfall, _) = grid.largest(&start, Per::Rest);
                    (with_shortfall(self.gini(Divisor::Mean).upper, of_shortfall), false)
                }
            };
            Range {
                lower: self.lowest(|| {
                    let (absolute, mean) = value::absolute_gini(self.levels.units(self.levels.of_gini(divisor)));
                    absolute / divisor.at(mean)
                }),
                upper,
                is_exact,
            }
        })
    }

    /// ½ Σ w |x − μ| over a divisor.
    pub(super) fn half_deviation(&self, divisor: Divisor) -> Range {
        *self.deviation[divisor as usize].get_or_init(|| {
            let sums = self.sums.get_or_init(|| Sums::of(&self.region));
            Range {
                lower: self.lowest(|| {
                    let (half, mean) = value::half_deviation(self.levels.units(self.levels.of_deviation(divisor)));
                    half / divisor.at(mean)
                }),
                upper: match divisor {
                    Divisor::One => sums.largest_half(Per::One),
                    Divisor::Mean => sums.largest_half(Per::Mean),
                    Divisor::MeanAndRest => {
                        with_shortfall(self.half_deviation(Divisor::Mean).upper, sums.largest_half(Per::Rest))
                    }
                },
                is_exact: false,
            }
        })
    }

    /// 0 where all units can be equal.
    fn lowest(&self, value: impl Fn() -> f64) -> f64 {
        if self.levels.can_be_equal() { 0.0 } else { value() }
    }

    /// Bounds of the ninth decile over the first: both rise with every ratio, and are taken apart.
    fn quantiles(&self) -> Result<Range, Reason> {
        let ([first_low, first_high], [ninth_low, ninth_high]) =
            (self.levels.quantiles(0.1), self.levels.quantiles(0.9));
        if first_low <= 0.0 {
            return Err(Reason::ZeroDivisor);
        }
        Ok(Range {
            lower: (ninth_low / first_high).max(1.0),
            upper: ninth_high / first_low,
            is_exact: false,
        })
    }

    /// C ÷ (1 − μ) is C of attainment less C of shortfall; the largest of the one and the smallest of the other are taken apart.
    fn wagstaff(&self, context: &Context) -> Result<Range, Reason> {
        let linear = |region: &Region| ladder::Linear::new(Ladder::Concentration, region, &context.order);
        linear(&self.region)?;
        if self.region.lowest() < 0.0 || self.region.highest() > 1.0 {
            return Err(Reason::OutsideBounds);
        }
        let of = |region: &Region, reason: Reason| -> Result<[f64; 2], Reason> {
            let linear = linear(region)?;
            if !linear.is_positive(region, false) {
                return Err(reason);
            }
            // The covariance stands without the factor 2.
            Ok([false, true].map(|highest| 2.0 * linear.ratio(region, &linear.extreme(region, highest))))
        };
        let [low, high] = of(&self.region, Reason::MeanNotPositive)?;
        let [shortfall_low, shortfall_high] = of(&self.region.mirrored()?, Reason::ZeroDivisor)?;
        Ok(Range {
            lower: (low - shortfall_high).max(-1.0),
            upper: (high - shortfall_low).min(1.0),
            is_exact: false,
        })
    }

    fn unweighted(&self, of: Unweighted, context: &Context) -> Result<Range, Reason> {
        let alike = self.region.unweighted(&context.order)?;
        let means = (self.region.lowest_mean, self.region.highest_mean);
        Ok(match of {
            Unweighted::FromMean => points::unweighted_from_mean(&alike, means, false),
            Unweighted::Disparity => points::unweighted_from_mean(&alike, means, true),
            Unweighted::FromBest => points::best(&alike, context.better)?,
            Unweighted::FromReference => points::reference(&alike, context.reference)?,
        })
    }

    fn ladder(&self, of: Ladder, index: &Index, context: &Context) -> Result<Range, Reason> {
        let linear = ladder::Linear::new(of, &self.region, &context.order)?;
        if !linear.is_positive(&self.region, of == Ladder::Relative) {
            return Err(match of {
                Ladder::Relative => Reason::FitNotPositive,
                _ => Reason::MeanNotPositive,
            });
        }
        let value = |highest: bool| {
            let at_high = linear.extreme(&self.region, highest);
            let ratio = |at: usize, span: &Span| if at_high[at] { span.high } else { span.low };
            let all: Distribution = self.region.completed(ratio)?;
            Ok((index.compute)(&all, context)?.value)
        };
        Ok(Range::exact(value(false)?, value(true)?))
    }
}

/// 1 ÷ (μ (1 − μ)) is 1 ÷ μ + 1 ÷ (1 − μ): an absolute index so divided is that of attainment and that of shortfall together, and at most 1.
pub(super) fn with_shortfall(attainment: f64, shortfall: f64) -> f64 {
    (attainment + shortfall).min(1.0)
}
