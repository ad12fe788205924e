//! What is known of a unit, and its ranges with what may be missing.

use super::ranged::Ranged;
use super::region::Span;
use crate::statistics::Reason;
use crate::statistics::lack::ratio_with;

/// What a unit is known to have, in the units of the measures.
#[derive(Clone, Copy, Debug)]
pub(in crate::statistics) struct Known {
    pub(in crate::statistics) numerator: f64,
    pub(in crate::statistics) denominator: f64,
    /// Numerator ÷ denominator, 0 over nothing.
    pub(in crate::statistics) ratio: f64,
    /// As of [`crate::statistics::Unit`].
    pub(in crate::statistics) group: usize,
}

impl Known {
    /// The ranges with so much of a denominator missing, of which the ratio is plausible.
    pub(in crate::statistics) fn with(self, missing: f64, (lowest, highest): (f64, f64)) -> Span {
        let with = |ratio: f64| ratio_with((self.numerator, self.denominator), missing, ratio);
        let is_open = missing > 0.0 && self.denominator + missing > 0.0;
        let (low, high) = if is_open {
            (with(lowest), with(highest))
        } else {
            (self.ratio, self.ratio)
        };
        Span {
            low: low.min(high),
            high: high.max(low),
            weight: self.denominator + missing,
            group: self.group,
        }
    }

    /// The ranges where the missing denominator lies between `least` and `most`, which may be infinite.
    ///
    /// # Errors
    /// There may be so little of a denominator that the ratio exceeds every number, a weight may be negative, or one end is no number.
    pub(in crate::statistics) fn between(
        self,
        (least, most): (f64, f64),
        plausible: (f64, f64),
    ) -> Result<Ranged, Reason> {
        if least.is_nan() || most.is_nan() || self.numerator.is_nan() || self.denominator.is_nan() {
            return Err(Reason::TooLarge);
        }
        let weight = self.denominator + least;
        if self.denominator < 0.0 || weight < 0.0 {
            return Err(Reason::NegativeDenominator);
        }
        if weight == 0.0 && self.numerator != 0.0 {
            return Err(Reason::NumeratorWithoutDenominator);
        }
        let most = self.with(most, plausible);
        let least = if weight == 0.0 {
            // All it may have is missing, so its ratio is plausible with any weight.
            Span { weight, ..most }
        } else {
            self.with(least, plausible)
        };
        Ok(Ranged { least, most })
    }
}
