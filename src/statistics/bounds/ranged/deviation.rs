//! A bound of Σ w |x − μ|, as for known weights (see the module of the same name above), with the largest sum over all weights for each mean and λ.
//!
//! That sum, divided by the weights, is the largest of functions that are convex in the mean, so it is convex in the mean; and likewise in the reciprocal of the mean, or of
//! what is left to 1, once it is divided by that.

use super::fraction::Fraction;
use super::units::Units;
use crate::statistics::bounds::per::Per;

/// Ranges of the mean that are told apart.
const RANGES: usize = 16;

/// Steps of λ.
const STEPS: usize = 8;

/// What is summed at some means.
pub(super) struct Sums(Vec<At>);

struct At {
    mean: f64,
    rest: f64,
    /// The largest Σ w (λ (x − mean)⁺ + (1 − λ) (mean − x)⁺) for each λ.
    sums: [f64; STEPS + 1],
}

impl At {
    /// 0 ÷ 0 is undefined.
    fn over(&self, per: Per, step: usize) -> f64 {
        let quotient = match per {
            Per::One => self.sums[step],
            Per::Mean => self.sums[step] / self.mean,
            Per::Rest => self.sums[step] / self.rest,
        };
        if quotient.is_nan() { f64::INFINITY } else { quotient }
    }
}

impl Sums {
    pub(super) fn new(units: &Units) -> Sums {
        let (lowest, highest, lowest_rest) = (units.lowest_mean(), units.highest_mean(), units.lowest_rest());
        let between = |from: f64, to: f64, range: usize| from + (to - from) / RANGES as f64 * range as f64;
        let at = |range: usize| {
            let mean = between(lowest, highest, range);
            At {
                mean,
                rest: between(1.0 - lowest, lowest_rest, range),
                sums: sums(units, mean),
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

fn sums(units: &Units, mean: f64) -> [f64; STEPS + 1] {
    std::array::from_fn(|step| {
        let above = step as f64 / STEPS as f64;
        let term = |x: f64| (above * (x - mean)).max((1.0 - above) * (mean - x));
        Fraction::of(units, |x| [term(x), 1.0]).highest().value
    })
}
