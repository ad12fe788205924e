//! A bound of Σ w |x − μ| over all completions.
//!
//! What lies above the mean weighs as much as what lies below it. So for any λ in 0..1, ½ Σ w |x − μ| = Σ w (λ (x − μ)⁺ + (1 − λ) (μ − x)⁺), of which each
//! term is at most its value at an end of the unit's range. The mean is in one of some narrow ranges. In each, the sum of those terms is convex in
//! the mean (divided by the mean: in its reciprocal), so it is highest at an end, and the lowest over several λ is a bound.

use super::region::Region;

/// Ranges of the mean that are told apart.
const RANGES: usize = 16;

/// Steps of λ.
const STEPS: usize = 8;

/// At least the largest ½ Σ w |x − μ|, over μ where `is_relative`.
pub(super) fn largest_half(region: &Region, is_relative: bool) -> f64 {
    let step = (region.highest_mean - region.lowest_mean) / RANGES as f64;
    let mut highest = f64::NEG_INFINITY;
    let mut before: Option<[f64; STEPS + 1]> = None;
    for range in 0..=RANGES {
        let mean = region.lowest_mean + step * range as f64;
        let here = sums(region, mean).map(|sum| if is_relative { sum / mean } else { sum });
        if let Some(before) = before {
            let ends = before.iter().zip(&here).map(|(a, b)| f64::max(*a, *b));
            highest = highest.max(ends.fold(f64::INFINITY, f64::min));
        }
        before = Some(here);
    }
    highest
}

/// Σ w max(λ (high − mean)⁺, (1 − λ) (mean − low)⁺) for each λ.
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
