//! How low and how high the mean of some units can be.

use super::fraction::Fraction;
use super::units::Units;

impl Units {
    pub(super) fn lowest_mean(&self) -> f64 {
        -Fraction::of(self, |x| [-x, 1.0]).highest().value
    }

    pub(super) fn highest_mean(&self) -> f64 {
        Fraction::of(self, |x| [x, 1.0]).highest().value
    }

    /// 1 − the highest mean, summed on its own.
    pub(super) fn lowest_rest(&self) -> f64 {
        -Fraction::of(self, |x| [x - 1.0, 1.0]).highest().value
    }
}
