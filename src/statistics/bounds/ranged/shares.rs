//! How small a share of all can be what units with their least weights have.

use super::units::{Ranged, Units};
use crate::statistics::bounds::defined::Extent;
use crate::statistics::index::Divisor;

/// The smaller of two shares: of the least weights in any weights, and of any weights in the largest weights.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    /// Of the weight.
    pub(super) weight: f64,
    /// Of the numerators; 0 where a ratio can be negative.
    pub(super) numerator: f64,
    /// Of what the numerators leave; 0 where a ratio can exceed 1.
    rest: f64,
}

impl Shares {
    pub(super) fn new(units: &Units) -> Shares {
        let least = |f: fn(f64) -> f64| {
            if units.is_unlimited() {
                return 0.0;
            }
            // Of each unit the ratio that makes it least.
            let ends = |at: &dyn Fn(&Ranged) -> f64| -> Vec<[f64; 2]> {
                let own = |unit: &Ranged| [unit.least.weight, unit.most.weight].map(|weight| weight * f(at(unit)));
                units.0.iter().map(own).collect()
            };
            smallest_quotient(&ends(&Ranged::low), &ends(&Ranged::high))
        };
        Shares {
            weight: least(|_| 1.0),
            numerator: if units.lowest() < 0.0 { 0.0 } else { least(|x| x) },
            rest: if units.highest() > 1.0 { 0.0 } else { least(|x| 1.0 - x) },
        }
    }

    pub(super) fn of(self, divisor: Divisor) -> f64 {
        match divisor {
            Divisor::One => self.weight,
            Divisor::Mean => self.numerator,
            Divisor::MeanAndRest => self.numerator.min(self.rest),
        }
    }
}

/// The smallest Σ a ÷ Σ b where each pair of a and b is one of two, none of them negative. Dinkelbach 1967.
fn smallest_quotient(low: &[[f64; 2]], high: &[[f64; 2]]) -> f64 {
    let mut ratio = 1.0;
    loop {
        let (mut above, mut below) = (0.0, 0.0);
        for (low, high) in low.iter().zip(high) {
            let excess = |pair: &[f64; 2]| pair[0] - ratio * pair[1];
            let [a, b] = if excess(high) < excess(low) { high } else { low };
            (above, below) = (above + a, below + b);
        }
        let found = if below > 0.0 { above / below } else { 0.0 };
        let falls = found < ratio * (1.0 - f64::EPSILON);
        if !falls {
            return ratio;
        }
        ratio = found;
    }
}
