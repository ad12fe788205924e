//! The largest Gini coefficient of some completions.
//!
//! Where units may be divided between the ends of their ranges, μG = ∫ H (1 − H) is concave in the shares (H: weight below x). So a tangent lies
//! above it everywhere, and the highest point of any tangent is a bound, however far the search has come (Frank & Wolfe 1956). Over μ, the
//! highest point of a tangent is that of a linear function over another, which is found by raising a ratio until nothing exceeds it
//! (Dinkelbach 1967).

use super::region::{Region, Split};
use super::search::lowest;

/// Tangents that are tried at most.
const STEPS: usize = 40;

/// Difference between the bound and a value found that is taken for rounding.
const ROUNDING: f64 = 1e-12;

/// At least the largest μG, or G where `is_relative`; and whether some completion has it.
pub(super) fn largest(region: &Region, start: Split, is_relative: bool) -> (f64, bool) {
    let grid = Grid::new(region);
    let mut split = start;
    let mut bound = f64::INFINITY;
    for _ in 0..STEPS {
        let (absolute, slopes) = grid.tangent(&split);
        let mean = if is_relative { grid.mean(&split) } else { 1.0 };
        let (highest, next) = grid.highest(absolute, &slopes, &split, is_relative);
        bound = bound.min(highest);
        let value = absolute / mean;
        if bound - value <= ROUNDING * bound.max(f64::MIN_POSITIVE) {
            return (bound.max(value), split.is_completion());
        }
        split = grid.best_between(&split, &next, is_relative);
    }
    (bound, false)
}

/// All ends of ranges, and where those of each unit stand among them.
struct Grid<'a> {
    region: &'a Region,
    x: Vec<f64>,
    ends: Vec<(usize, usize)>,
}

impl<'a> Grid<'a> {
    fn new(region: &'a Region) -> Grid<'a> {
        let mut x: Vec<f64> = region.spans.iter().flat_map(|span| [span.low, span.high]).collect();
        x.sort_by(f64::total_cmp);
        x.dedup();
        let at = |end: f64| x.partition_point(|own| *own < end);
        let ends = region.spans.iter().map(|span| (at(span.low), at(span.high))).collect();
        Grid { region, x, ends }
    }

    fn mean(&self, split: &Split) -> f64 {
        let rise = self
            .region
            .spans
            .iter()
            .zip(&split.0)
            .map(|(span, share)| span.weight * span.width() * share);
        self.region.lowest_mean + rise.sum::<f64>()
    }

    /// ∫ H (1 − H) and its slope in each unit's share.
    fn tangent(&self, split: &Split) -> (f64, Vec<f64>) {
        let mut weights = vec![0.0; self.x.len()];
        for ((span, share), (low, high)) in self.region.spans.iter().zip(&split.0).zip(&self.ends) {
            weights[*low] += span.weight * (1.0 - share);
            weights[*high] += span.weight * share;
        }
        let (mut below, mut absolute, mut total) = (0.0, 0.0, 0.0);
        let mut integral = vec![0.0];
        for (weight, step) in weights.iter().zip(self.x.windows(2)) {
            below += weight;
            let length = step[1] - step[0];
            absolute += below * (1.0 - below) * length;
            total += (2.0 * below - 1.0) * length;
            integral.push(total);
        }
        let slope = |(span, (low, high)): (&super::region::Span, &(usize, usize))| {
            span.weight * (integral[*high] - integral[*low])
        };
        (absolute, self.region.spans.iter().zip(&self.ends).map(slope).collect())
    }

    /// The highest point of a tangent, over μ where `is_relative`.
    fn highest(&self, absolute: f64, slopes: &[f64], at: &Split, is_relative: bool) -> (f64, Split) {
        let start = absolute
            - slopes
                .iter()
                .zip(&at.0)
                .map(|(slope, share)| slope * share)
                .sum::<f64>();
        let mut ratio = if is_relative { absolute / self.mean(at) } else { 0.0 };
        loop {
            let share = |((span, slope), own): ((&super::region::Span, &f64), &f64)| {
                let gain = slope - ratio * span.weight * span.width();
                match gain.total_cmp(&0.0) {
                    _ if gain == 0.0 => *own,
                    std::cmp::Ordering::Greater => 1.0,
                    _ => 0.0,
                }
            };
            let next = Split(self.region.spans.iter().zip(slopes).zip(&at.0).map(share).collect());
            let top = start
                + slopes
                    .iter()
                    .zip(&next.0)
                    .map(|(slope, share)| slope * share)
                    .sum::<f64>();
            if !is_relative {
                return (top, next);
            }
            let found = top / self.mean(&next);
            if found <= ratio * (1.0 + f64::EPSILON) {
                return (ratio.max(found), next);
            }
            ratio = found;
        }
    }

    /// The best shares on the way from one to the other; the function is quadratic there, its divisor linear.
    fn best_between(&self, from: &Split, to: &Split, is_relative: bool) -> Split {
        let (start, slopes) = self.tangent(from);
        let (end, _) = self.tangent(to);
        let (first, last) = (self.mean(from), self.mean(to));
        let differences = from.0.iter().zip(&to.0).map(|(own, other)| other - own);
        let slope: f64 = slopes
            .iter()
            .zip(differences)
            .map(|(slope, difference)| slope * difference)
            .sum();
        let bend = end - start - slope;
        let score = |part: f64| {
            let absolute = start + part * (slope + part * bend);
            let mean = if is_relative {
                first + part * (last - first)
            } else {
                1.0
            };
            -absolute / mean
        };
        let part = lowest(0.0, 1.0, score);
        if score(1.0) <= score(part) {
            return to.clone();
        }
        let share = |(own, other): (&f64, &f64)| own + part * (other - own);
        Split(from.0.iter().zip(&to.0).map(share).collect())
    }
}
