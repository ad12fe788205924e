//! A bound of Σ w |x − μ| over all completions.
//!
//! What lies above the mean weighs as much as what lies below it. So for any λ in 0..1, ½ Σ w |x − μ| = Σ w (λ (x − μ)⁺ + (1 − λ) (μ − x)⁺), of which each
//! term is at most its value at an end of the unit's range. The mean is in one of some narrow ranges. In each, the sum of those terms is convex in
//! the mean (divided by μ or 1 − μ: in its reciprocal), so it is highest at an end, and the lowest over several λ is a bound. Where weights lie in ranges, too, the
//! largest sum over all weights stands for that of the known ones: the largest of convex functions is convex.

use super::per::Per;
use super::region::Region;

/// Ranges of the mean that are told apart.
const RANGES: usize = 16;

/// Steps of λ.
pub(super) const STEPS: usize = 8;

/// At least Σ w (λ (x − μ)⁺ + (1 − λ) (μ − x)⁺) of any completion, for each λ.
pub(super) type ByStep = [f64; STEPS + 1];

/// What is summed at some means.
pub(super) struct Sums(Vec<At>);

struct At {
    mean: f64,
    rest: f64,
    sums: ByStep,
}

impl At {
    /// 0 ÷ 0 is undefined.
    fn over(&self, per: Per, step: usize) -> f64 {
        let divisor = match per {
            Per::One => 1.0,
            Per::Mean => self.mean,
            Per::Rest => self.rest,
        };
        let quotient = self.sums[step] / divisor;
        if quotient.is_nan() { f64::INFINITY } else { quotient }
    }
}

impl Sums {
    /// Of means between these, and what they leave to 1, from the lowest mean to the highest; `sums` makes the sums at a mean.
    pub(super) fn new(means: [f64; 2], rests: [f64; 2], sums: impl Fn(f64) -> ByStep) -> Sums {
        let between = |[from, to]: [f64; 2], range: usize| from + (to - from) / RANGES as f64 * range as f64;
        let at = |range: usize| {
            let mean = between(means, range);
            At {
                mean,
                rest: between(rests, range),
                sums: sums(mean),
            }
        };
        Sums((0..=RANGES).map(at).collect())
    }

    /// Of units whose weights are known.
    pub(super) fn of(region: &Region) -> Sums {
        let means = [region.lowest_mean, region.highest_mean];
        Sums::new(means, [region.highest_rest, region.lowest_rest], |mean| {
            sums(region, mean)
        })
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

/// Each term at its largest, at an end of the range of its unit.
fn sums(region: &Region, mean: f64) -> ByStep {
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
