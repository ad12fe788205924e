//! A bound of Σ w |x − μ| over all completions.
//!
//! What lies above the mean weighs as much as what lies below it. So for any λ in 0..1, ½ Σ w |x − μ| = Σ w (λ (x − μ)⁺ + (1 − λ) (μ − x)⁺), of which each
//! term is at most its value at an end of the unit's range. The mean is in one of some narrow ranges. In each, the sum of those terms is convex in
//! the mean (divided by μ or 1 − μ: in its reciprocal), so it is highest at an end, and the lowest over several λ is a bound.

use super::per::Per;
use super::region::Region;

/// Ranges of the mean that are told apart.
const RANGES: usize = 16;

/// Steps of λ.
const STEPS: usize = 8;

/// What is summed at some means.
pub(super) struct Sums(Vec<At>);

struct At {
    mean: f64,
    rest: f64,
    /// Σ w max(λ (high − mean)⁺, (1 − λ) (mean − low)⁺) for each λ.
    sums: [f64; STEPS + 1],
}

impl At {
    fn over(&self, per: Per, step: usize) -> f64 {
        let divisor = match per {
            Per::One => 1.0,
            Per::Mean => self.mean,
            Per::Rest => self.rest,
        };
        self.sums[step] / divisor
    }
}

impl Sums {
    pub(super) fn new(region: &Region) -> Sums {
        let between = |from: f64, to: f64, range: usize| from + (to - from) / RANGES as f64 * range as f64;
        let at = |range: usize| {
            let mean = between(region.lowest_mean, region.highest_mean, range);
            At {
                mean,
                rest: between(region.highest_rest, region.lowest_rest, range),
                sums: sums(region, mean),
            }
        };
        Sums((0..=RANGES).map(at).collect())
    }

    /// At least the largest ½ Σ w |x − μ|, divided as said.
    pub(super) fn largest_half(&self, per: Per) -> f64 {
        let over_range = |ends: &[At]| {
            let highest = |step: usize| f64::max(ends[0].over(per, step), ends[1].over(per, step));
            (0..=STEPS).map(highest).fold(f64::INFINITY, f64::min)
        };
        self.0.windows(2).map(over_range).fold(f64::NEG_INFINITY, f64::max)
    }
}

fn sums(region: &Region, mean: f64) -> [f64; STEPS + 1] {
    let mut sums = [0.0; STEPS + 1];
    for span in &region.spans {
        let above = span.weight * (span.high - mean).max(0.0) / STEPS as f64;
        let below = span.weight * (mean - span.low).max(0.0) / STEPS as f64;
        for (step, sum) in sums.iter_mut().enumerate() {
            *sum += f64::max(step as f64 * above, (STEPS - step) as f64 * below);
        }
    }
    sums
}
