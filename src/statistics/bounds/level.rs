//! The most equal completions: every unit at one level, or at the end of its range that is next to it.
//!
//! Of all completions with the same mean, this one has the smallest Σ w φ(x) for every convex φ, and the highest Lorenz curve
//! (Hardy, Littlewood & Pólya 1929). What is left is to find the level; every index here first falls, then rises with the mean.

use super::region::Region;
use super::search::lowest;
use super::separable::Scale;
use crate::statistics::index::Divisor;

/// One end of all ranges in ascending order, with sums over the first of them.
struct Ends {
    x: Vec<f64>,
    weight: Vec<f64>,
    product: Vec<f64>,
    /// Σ over pairs of w w' |x − x'|.
    difference: Vec<f64>,
}

impl Ends {
    fn of(mut ends: Vec<(f64, f64)>) -> Ends {
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut weight, mut product, mut difference) = (vec![0.0], vec![0.0], vec![0.0]);
        for (at, (x, w)) in ends.iter().enumerate() {
            difference.push(difference[at] + w * (x * weight[at] - product[at]));
            weight.push(weight[at] + w);
            product.push(product[at] + w * x);
        }
        Ends {
            x: ends.into_iter().map(|end| end.0).collect(),
            weight,
            product,
            difference,
        }
    }

    fn below(&self, level: f64) -> usize {
        self.x.partition_point(|x| *x < level)
    }

    fn not_above(&self, level: f64) -> usize {
        self.x.partition_point(|x| *x <= level)
    }

    /// Σ w f(x) over the first of them.
    fn sums(&self, f: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut total = 0.0;
        let terms = self.x.iter().zip(self.weight.windows(2)).map(|(x, around)| {
            total += (around[1] - around[0]) * f(*x);
            total
        });
        std::iter::once(0.0).chain(terms).collect()
    }
}

fn last(sums: &[f64]) -> f64 {
    sums[sums.len() - 1]
}

/// The most equal completions by their level.
pub(super) struct Levels {
    lows: Ends,
    highs: Ends,
    /// Levels at which a unit begins or ends to follow, and the means there.
    kinks: Vec<(f64, f64)>,
    /// A level at which all units can be equal.
    common: Option<f64>,
}

/// A most equal completion.
struct At {
    level: f64,
    mean: f64,
    /// Number of units at the upper end of their range, below the level.
    below: usize,
    /// Number of units that are not at the lower end of theirs above it.
    not_above: usize,
    /// Weight of the units at the level.
    here: f64,
}

impl Levels {
    pub(super) fn new(region: &Region) -> Levels {
        let lows = Ends::of(region.spans.iter().map(|span| (span.low, span.weight)).collect());
        let highs = Ends::of(region.spans.iter().map(|span| (span.high, span.weight)).collect());
        let (first_high, last_low) = (highs.x[0], lows.x[lows.x.len() - 1]);
        let mut all = Levels {
            common: (last_low <= first_high).then_some(last_low),
            kinks: Vec::new(),
            lows,
            highs,
        };
        let mut levels = [all.lows.x.clone(), all.highs.x.clone()].concat();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        all.kinks = levels.into_iter().map(|level| (level, all.at(level).mean)).collect();
        all
    }

    fn at(&self, level: f64) -> At {
        let (below, not_above) = (self.highs.below(level), self.lows.not_above(level));
        let above = last(&self.lows.weight) - self.lows.weight[not_above];
        let here = (1.0 - self.highs.weight[below] - above).max(0.0);
        let products = self.highs.product[below] + last(&self.lows.product) - self.lows.product[not_above];
        At {
            level,
            mean: products + here * level,
            below,
            not_above,
            here,
        }
    }

    fn of_mean(&self, mean: f64) -> At {
        let after = self
            .kinks
            .partition_point(|kink| kink.1 < mean)
            .min(self.kinks.len() - 1);
        let Some(before) = after.checked_sub(1) else {
            return self.at(self.kinks[0].0);
        };
        let ((level, from), (next, to)) = (self.kinks[before], self.kinks[after]);
        let part = if to > from { (mean - from) / (to - from) } else { 1.0 };
        self.at(level + (next - level) * part.clamp(0.0, 1.0))
    }

    /// The level at which a score is lowest.
    fn lowest(&self, score: impl Fn(&At) -> f64) -> f64 {
        if let Some(level) = self.common {
            return level;
        }
        let (from, to) = (self.kinks[0].1, self.kinks[self.kinks.len() - 1].1);
        self.of_mean(lowest(from, to, |mean| score(&self.of_mean(mean)))).level
    }

    /// The level at which a function of the mean and of Σ w φ(x) is lowest.
    pub(super) fn of_separable(&self, scale: &Scale) -> f64 {
        let lows = self.lows.sums(|x| scale.term(x));
        let highs = self.highs.sums(|x| scale.term(x));
        self.lowest(|at| {
            let sum = highs[at.below] + at.here * scale.term(at.level) + last(&lows) - lows[at.not_above];
            scale.score(sum, at.mean)
        })
    }

    /// The level at which the Gini coefficient, so divided, is lowest.
    pub(super) fn of_gini(&self, divisor: Divisor) -> f64 {
        let from_top: Vec<f64> = {
            let lows = &self.lows;
            let (weight, product) = (last(&lows.weight), last(&lows.product));
            let mut sums = vec![0.0; lows.x.len() + 1];
            for at in (0..lows.x.len()).rev() {
                let own = lows.weight[at + 1] - lows.weight[at];
                let (above, products) = (weight - lows.weight[at + 1], product - lows.product[at + 1]);
                sums[at] = sums[at + 1] + own * (products - lows.x[at] * above);
            }
            sums
        };
        self.lowest(|at| {
            let (below, products_below) = (self.highs.weight[at.below], self.highs.product[at.below]);
            let above = last(&self.lows.weight) - self.lows.weight[at.not_above];
            let products_above = last(&self.lows.product) - self.lows.product[at.not_above];
            let apart = below * products_above - above * products_below;
            let here = at.here * (at.level * (below - above) - products_below + products_above);
            let absolute = self.highs.difference[at.below] + from_top[at.not_above] + apart + here;
            absolute / divide_by(divisor, at.mean)
        })
    }

    /// The level at which Σ w |x − μ|, so divided, is lowest.
    pub(super) fn of_deviation(&self, divisor: Divisor) -> f64 {
        self.lowest(|at| {
            let half = if at.mean <= at.level {
                let below = self.highs.below(at.mean);
                at.mean * self.highs.weight[below] - self.highs.product[below]
            } else {
                let above = self.lows.not_above(at.mean);
                let weight = last(&self.lows.weight) - self.lows.weight[above];
                last(&self.lows.product) - self.lows.product[above] - at.mean * weight
            };
            half / divide_by(divisor, at.mean)
        })
    }
}

fn divide_by(divisor: Divisor, mean: f64) -> f64 {
    match divisor {
        Divisor::One => 1.0,
        Divisor::Mean => mean,
        Divisor::MeanAndRest => mean * (1.0 - mean),
    }
}
