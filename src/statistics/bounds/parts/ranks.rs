//! Bounds of the between part of Yitzhaki's Gini coefficient, (2 ÷ μ) Σ p (μ − c)(F̄ − ½), which is the same for every c, by arithmetic of intervals.
//!
//! F̄ of a group is half of its share and, for each of its units, the weight of the others' units below it. That is at least what is surely below the lower end of its range,
//! and at most what is not surely above the upper end.

use super::group::Group;
use crate::statistics::bounds::range::Range;
use crate::statistics::bounds::region::{ROUNDING, Span};

/// Lower and upper end.
type Interval = [f64; 2];

/// The between part of units whose weights are known and whose mean lies between these.
pub(super) fn between(groups: &[Group], mean: Interval) -> Range {
    let all: Vec<Span> = groups.iter().flat_map(|group| group.spans.iter().copied()).collect();
    let total: f64 = all.iter().map(|span| span.weight).sum();
    let centre = mean[0] + (mean[1] - mean[0]) / 2.0;
    let all = Ends::new(&all);
    let mut sum = [0.0; 2];
    for group in groups {
        let share = group.whole.least.weight / total;
        let [low, high] = [group.whole.least.low, group.whole.least.high].map(|mean| share * (mean - centre));
        let term = times([low, high], mean_rank(group, &all, total).map(|rank| 2.0 * rank - 1.0));
        sum = [sum[0] + term[0], sum[1] + term[1]];
    }
    let [lower, upper] = times(sum, mean.map(f64::recip));
    // What differences of ratios lose to rounding.
    let largest = all.largest();
    Range::outer(lower, upper).widened(largest / mean[0])
}

fn mean_rank(group: &Group, all: &Ends, total: f64) -> Interval {
    let own = Ends::new(&group.spans);
    let weight = group.whole.least.weight;
    let mut sum = [0.0; 2];
    for span in &group.spans {
        let below = all.highs.surely_below(span.low) - own.highs.surely_below(span.low);
        let above = all.lows.surely_above(span.high) - own.lows.surely_above(span.high);
        sum[0] += span.weight * below.max(0.0);
        sum[1] += span.weight * (total - weight - above.max(0.0));
    }
    sum.map(|sum| (sum / weight + weight / 2.0) / total)
}

/// The ends of the ranges of some units.
struct Ends {
    lows: Sorted,
    highs: Sorted,
}

impl Ends {
    /// The largest distance of an end from 0.
    fn largest(&self) -> f64 {
        let ends = self.lows.ends.first().into_iter().chain(self.highs.ends.last());
        ends.map(|end| end.abs()).fold(0.0, f64::max)
    }

    fn new(spans: &[Span]) -> Ends {
        let sorted = |end: fn(&Span) -> f64| Sorted::new(spans.iter().map(|span| (end(span), span.weight)).collect());
        Ends {
            lows: sorted(|span| span.low),
            highs: sorted(|span| span.high),
        }
    }
}

/// Ends in ascending order, and the weight of the first of them.
struct Sorted {
    ends: Vec<f64>,
    weight: Vec<f64>,
}

impl Sorted {
    fn new(mut units: Vec<(f64, f64)>) -> Sorted {
        units.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut weight = vec![0.0];
        units
            .iter()
            .for_each(|(_, own)| weight.push(weight[weight.len() - 1] + own));
        Sorted {
            ends: units.into_iter().map(|(end, _)| end).collect(),
            weight,
        }
    }

    /// Weight below x whatever rounding has done to ends; half of what may be at x, and none of what may be above it.
    fn surely_below(&self, x: f64) -> f64 {
        let below = |x: f64| self.weight[self.ends.partition_point(|end| *end < x)];
        let until = self.weight[self.ends.partition_point(|end| *end <= x)];
        let surely = below(x - ROUNDING * x.abs());
        surely + (until - surely) / 2.0
    }

    /// The same above it.
    fn surely_above(&self, x: f64) -> f64 {
        let until = |x: f64| self.weight[self.ends.partition_point(|end| *end <= x)];
        let total = self.weight[self.weight.len() - 1];
        let from = total - self.weight[self.ends.partition_point(|end| *end < x)];
        let surely = total - until(x + ROUNDING * x.abs());
        surely + (from - surely) / 2.0
    }
}

fn times(a: Interval, b: Interval) -> Interval {
    let products = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
    let least = products.into_iter().fold(f64::INFINITY, f64::min);
    [least, products.into_iter().fold(f64::NEG_INFINITY, f64::max)]
}
