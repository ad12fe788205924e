//! Sums that lie in a group or scope: known to, or perhaps.

use super::figure::Scale;
use super::ground::Shares;
use crate::domain::exact::plus;
use crate::domain::{Fraction, Sums};

/// What lies in a group or scope.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// Known to lie in it; the records are those behind all that may.
    pub(super) known: Sums,
    /// May lie in it, or in part.
    pub(super) open: Sums,
    /// Of the known denominator, what came by a share between 0 and 1.
    allocated: i128,
    pub(super) is_allocated: bool,
}

impl Held {
    /// Adds so much of sums. These are multiples of the denominators of the shares.
    pub(super) fn add(&mut self, sums: &Sums, shares: Shares) {
        if shares.known == Fraction::ONE {
            self.known = self.known.plus(sums);
            return;
        }
        let known = Sums {
            rows: sums.rows,
            ..of(sums, shares.known)
        };
        self.known = self.known.plus(&known);
        self.open = self.open.plus(&of(sums, shares.open));
        if shares.is_allocated() {
            self.allocated = plus(self.allocated, known.denominator);
            self.is_allocated = true;
        }
    }

    /// Whether a part of numerator or denominator is open.
    pub(super) fn is_open(&self) -> bool {
        self.open.numerator != 0 || self.open.denominator != 0
    }

    /// Share of the denominator that was allocated; None where there is no denominator.
    pub(super) fn allocated_share(&self, scale: &Scale) -> Option<f64> {
        let denominator = scale.denominator(&self.known);
        let allocated = Sums {
            denominator: self.allocated,
            ..Sums::default()
        };
        (denominator != 0.0).then(|| scale.denominator(&allocated) / denominator)
    }
}

/// A share of sums, without the records behind it.
pub(super) fn of(sums: &Sums, share: Fraction) -> Sums {
    Sums {
        numerator: share.of_multiple(sums.numerator),
        denominator: share.of_multiple(sums.denominator),
        rest: share.of_multiple(sums.rest),
        ..Sums::default()
    }
}
