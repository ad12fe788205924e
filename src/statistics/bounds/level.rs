//! The most equal completions: every unit at one level, or at the end of its range that is next to it.
//!
//! Of all completions with the same mean, this one has the smallest Σ w φ(x) for every convex φ, and the highest Lorenz curve
//! (Hardy, Littlewood & Pólya 1929). What is left is to find the level. Every index here first falls, then rises with it, so the level is where
//! its slope changes sign. With h the weight of the units at level l, W that of the others, P = Σ w x and S = Σ w φ(x) over these, the mean is P + h l, and
//! the slopes below follow.

use super::region::Region;
use super::value::Weighted;
use crate::statistics::index::{Divisor, Separable};

/// Halvings of a range between two ends, until it is a few bits wide.
const HALVINGS: usize = 60;

/// One end of all ranges in ascending order, with sums over the first of them.
struct Ends {
    units: Vec<Weighted>,
    weight: Vec<f64>,
    product: Vec<f64>,
    /// Σ over pairs of w w' |x − x'|.
    difference: Vec<f64>,
}

impl Ends {
    fn of(mut units: Vec<Weighted>) -> Ends {
        units.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sums = || {
            let mut sums = Vec::with_capacity(units.len() + 1);
            sums.push(0.0);
            sums
        };
        let (mut weight, mut product, mut difference) = (sums(), sums(), sums());
        for (at, (x, w)) in units.iter().enumerate() {
            difference.push(difference[at] + w * (x * weight[at] - product[at]));
            weight.push(weight[at] + w);
            product.push(product[at] + w * x);
        }
        Ends {
            units,
            weight,
            product,
            difference,
        }
    }

    /// Number of ends that are not above a level.
    fn until(&self, level: f64) -> usize {
        self.units.partition_point(|unit| unit.0 <= level)
    }

    /// Σ w φ(x) over the first of them.
    fn sums(&self, term: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut total = 0.0;
        let terms = self.units.iter().map(|(x, w)| {
            total += w * term(*x);
            total
        });
        std::iter::once(0.0).chain(terms).collect()
    }

    /// The last end for which something does not hold yet, and the first for which it does.
    fn turn(&self, holds: impl Fn(f64) -> bool) -> (f64, f64) {
        let at = self.units.partition_point(|unit| !holds(unit.0));
        let end = |at: Option<usize>| at.and_then(|at| self.units.get(at)).map(|unit| unit.0);
        (
            end(at.checked_sub(1)).unwrap_or(f64::NEG_INFINITY),
            end(Some(at)).unwrap_or(f64::INFINITY),
        )
    }
}

fn last(sums: &[f64]) -> f64 {
    sums[sums.len() - 1]
}

/// The most equal completions by their level.
pub(super) struct Levels {
    lows: Ends,
    highs: Ends,
    /// A level at which all units can be equal.
    common: Option<f64>,
}

/// What does not change while the level passes no end of a range.
struct Others {
    /// Number of units below the level, which are at their upper ends.
    below: usize,
    /// Number of units that are not above the level; those above it are at their lower ends.
    not_above: usize,
    weight_below: f64,
    weight_above: f64,
    product_below: f64,
    product_above: f64,
    /// Weight of the units at the level.
    here: f64,
}

impl Others {
    fn product(&self) -> f64 {
        self.product_below + self.product_above
    }
}

impl Levels {
    pub(super) fn new(region: &Region) -> Levels {
        let lows = Ends::of(region.spans.iter().map(|span| (span.low, span.weight)).collect());
        let highs = Ends::of(region.spans.iter().map(|span| (span.high, span.weight)).collect());
        let (first_high, last_low) = (highs.units[0].0, lows.units[lows.units.len() - 1].0);
        Levels {
            common: (last_low <= first_high).then_some(last_low),
            lows,
            highs,
        }
    }

    /// Units that are at a level lie in ranges that begin at or below it and end above it.
    fn others(&self, level: f64) -> Others {
        let (lows, highs) = (&self.lows, &self.highs);
        let (below, not_above) = (highs.until(level), lows.until(level));
        let (weight_below, weight_above) = (highs.weight[below], last(&lows.weight) - lows.weight[not_above]);
        Others {
            below,
            not_above,
            weight_below,
            weight_above,
            product_below: highs.product[below],
            product_above: last(&lows.product) - lows.product[not_above],
            here: if below == not_above {
                0.0
            } else {
                1.0 - weight_below - weight_above
            },
        }
    }

    /// The units at a level in ascending order; those that are all at one are as one.
    pub(super) fn units(&self, level: f64) -> impl Iterator<Item = Weighted> + Clone {
        let others = self.others(level);
        let here = Some((level, others.here)).filter(|here| here.1 > 0.0);
        let (below, above) = (&self.highs.units[..others.below], &self.lows.units[others.not_above..]);
        below.iter().copied().chain(here).chain(above.iter().copied())
    }

    /// Whether all units can be equal, so that there is no inequality.
    pub(super) fn can_be_equal(&self) -> bool {
        self.common.is_some()
    }

    /// The level from which on an index rises: `slope` is negative below it.
    fn turn(&self, slope: impl Fn(&Others, f64) -> f64) -> f64 {
        if let Some(level) = self.common {
            return level;
        }
        let rises = |level: f64| slope(&self.others(level), level) >= 0.0;
        let (lows, highs) = (self.lows.turn(rises), self.highs.turn(rises));
        let (mut from, mut to) = (f64::max(lows.0, highs.0), f64::min(lows.1, highs.1));
        // It rises from the first end on, or falls to the last.
        if from.is_infinite() || to.is_infinite() {
            return if to.is_infinite() { from } else { to };
        }
        let others = self.others(from);
        for _ in 0..HALVINGS {
            let middle = from + (to - from) / 2.0;
            if middle <= from || middle >= to {
                break;
            }
            if slope(&others, middle) >= 0.0 {
                to = middle;
            } else {
                from = middle;
            }
        }
        to
    }

    /// The level at which Σ w |x − μ|, so divided, is lowest.
    ///
    /// Half of it is Σ w (x − μ) over the units above the mean, which falls as a level below the mean rises, and Σ w (μ − x) over those below the mean, which rises with a
    /// level above the mean. So it is lowest where the level is the mean, also over μ if no x is negative, and over 1 − μ if none is above 1. Else a
    /// quotient by μ may fall on: the slope of Σ w (μ − x) ÷ μ has the sign of Σ w x over the units below the mean.
    pub(super) fn of_deviation(&self, divisor: Divisor) -> f64 {
        if divisor != Divisor::Mean || self.lows.units[0].0 >= 0.0 {
            return self.of_mean();
        }
        self.turn(|others, level| {
            let mean = others.product() + others.here * level;
            if level < mean {
                return -1.0;
            }
            self.highs.product[self.highs.until(mean)]
        })
    }

    /// The level that is the mean, at which the variance and Theil's L are lowest.
    fn of_mean(&self) -> f64 {
        self.turn(|others, level| (others.weight_below + others.weight_above) * level - others.product())
    }

    /// The level at which a separable index is lowest.
    pub(super) fn of_separable(&self, of: Separable) -> f64 {
        let sums = |term: fn(f64) -> f64| {
            let (highs, lows) = (self.highs.sums(term), self.lows.sums(term));
            move |others: &Others| highs[others.below] + last(&lows) - lows[others.not_above]
        };
        match of {
            Separable::Variance | Separable::TheilL => self.of_mean(),
            Separable::Williamson => {
                let sum = sums(|x| x * x);
                self.turn(|others, level| level * others.product() - sum(others))
            }
            Separable::VarianceNormalised => {
                let sum = sums(|x| x * x);
                self.turn(|others, level| {
                    let (p, h, s) = (others.product(), others.here, sum(others));
                    let constant = -p * p - s + 2.0 * p * s;
                    let linear = 2.0 * (p - p * p - p * h + h * s);
                    constant + level * (linear + level * h * (1.0 - 2.0 * p - h))
                })
            }
            Separable::TheilT => {
                let sum = sums(|x| if x == 0.0 { 0.0 } else { x * x.ln() });
                self.turn(|others, level| others.product() * level.ln() - sum(others))
            }
            Separable::AtkinsonHalf => {
                let sum = sums(f64::sqrt);
                self.turn(|others, level| sum(others) * level.sqrt() - others.product())
            }
        }
    }

    /// The level at which the Gini coefficient, so divided, is lowest.
    pub(super) fn of_gini(&self, divisor: Divisor) -> f64 {
        // Σ over pairs of the units from one on.
        let from_top: Vec<f64> = {
            let lows = &self.lows;
            let (weight, product) = (last(&lows.weight), last(&lows.product));
            let mut sums = vec![0.0; lows.units.len() + 1];
            for (at, (x, own)) in lows.units.iter().enumerate().rev() {
                let (above, products) = (weight - lows.weight[at + 1], product - lows.product[at + 1]);
                sums[at] = sums[at + 1] + own * (products - x * above);
            }
            sums
        };
        // μG = `still` + h l (`tilt`).
        let still = |others: &Others| {
            let pairs = self.highs.difference[others.below] + from_top[others.not_above];
            let across = others.weight_below * others.product_above - others.weight_above * others.product_below;
            pairs + across + others.here * (others.product_above - others.product_below)
        };
        let tilt = |others: &Others| others.weight_below - others.weight_above;
        self.turn(|others, level| match divisor {
            Divisor::One => tilt(others),
            Divisor::Mean => tilt(others) * others.product() - still(others),
            Divisor::MeanAndRest => {
                let mean = others.product() + others.here * level;
                let absolute = still(others) + others.here * level * tilt(others);
                tilt(others) * mean * (1.0 - mean) - absolute * (1.0 - 2.0 * mean)
            }
        })
    }

    /// Smallest ratio at or below which at least `share` of the weight lies, with all units at their lower ends and at their upper ones.
    pub(super) fn quantiles(&self, share: f64) -> [f64; 2] {
        [&self.lows, &self.highs].map(|ends| {
            // As for the index: ten equal weights sum to a hair below 0.9 at the ninth.
            let at = ends.weight[1..].partition_point(|below| *below < share - 1e-12);
            ends.units[at.min(ends.units.len() - 1)].0
        })
    }
}
