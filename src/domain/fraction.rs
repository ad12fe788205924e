//! Exact shares of a whole.

use super::exact::{LOST, figure, shortest};

/// A fraction in lowest terms, from 0 to 1: a decimal share of an area, and what chains of shares multiply to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    part: i128,
    /// Positive.
    whole: i128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Fraction = Fraction { part: 0, whole: 1 };
    /// All of it.
    pub const ONE: Fraction = Fraction { part: 1, whole: 1 };

    fn reduced(part: i128, whole: i128) -> Fraction {
        let divisor = gcd(part, whole).max(1);
        Fraction {
            part: part / divisor,
            whole: whole / divisor,
        }
    }

    /// The decimal that a share is written as. None: not from 0 to 1, or of more decimals than 128 bits hold.
    pub fn of_share(share: f64) -> Option<Fraction> {
        let (mantissa, exponent) = shortest(share).filter(|_| (0.0..=1.0).contains(&share))?;
        // A share of at most 1 that has a positive exponent is 0.
        let whole = 10_i128.checked_pow(exponent.min(0).unsigned_abs())?;
        Some(Fraction::reduced(mantissa, whole))
    }

    /// The sum; None where it leaves 128 bits, as for the next three.
    pub fn plus(self, other: Fraction) -> Option<Fraction> {
        let whole = common(self.whole, other.whole)?;
        let part = self.over(whole)?.checked_add(other.over(whole)?)?;
        Some(Fraction::reduced(part, whole))
    }

    /// What is left of the whole; None where this is more than the whole.
    pub fn rest(self) -> Option<Fraction> {
        (self.part <= self.whole).then(|| Fraction::reduced(self.whole - self.part, self.whole))
    }

    /// A share of a share.
    pub fn times(self, other: Fraction) -> Option<Fraction> {
        let one = Fraction::reduced(self.part, other.whole);
        let two = Fraction::reduced(other.part, self.whole);
        let part = one.part.checked_mul(two.part)?;
        Some(Fraction::reduced(part, one.whole.checked_mul(two.whole)?))
    }

    /// How much of another it is; None where that is 0, too.
    pub fn of(self, all: Fraction) -> Option<Fraction> {
        let turned = Fraction {
            part: all.whole,
            whole: all.part,
        };
        (all.part > 0).then(|| self.times(turned)).flatten()
    }

    /// The least common multiple of a number and the denominator; None where it leaves 64 bits, so that sums in such parts of a unit keep as many.
    pub fn common(self, with: i128) -> Option<i128> {
        common(self.whole, with).filter(|both| i64::try_from(*both).is_ok())
    }

    /// So much of a multiple of the denominator, which may be [`LOST`].
    pub fn of_multiple(self, amount: i128) -> i128 {
        if amount == LOST {
            LOST
        } else {
            amount / self.whole * self.part
        }
    }

    /// The numerator over another denominator, a multiple of its own.
    fn over(self, whole: i128) -> Option<i128> {
        self.part.checked_mul(whole / self.whole)
    }

    /// The nearest double.
    pub fn value(self) -> f64 {
        figure(self.part, 0) / figure(self.whole, 0)
    }
}

/// A sum of shares of integers, exactly: an integer over a denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portions {
    /// [`LOST`] where it leaves 128 bits.
    sum: i128,
    over: i128,
}

impl Default for Portions {
    fn default() -> Portions {
        Portions { sum: 0, over: 1 }
    }
}

impl Portions {
    /// Adds a share of an integer, which may be [`LOST`].
    pub fn add(&mut self, amount: i128, share: Fraction) {
        *self = self.with(amount, share).unwrap_or(Portions { sum: LOST, over: 1 });
    }

    fn with(self, amount: i128, share: Fraction) -> Option<Portions> {
        if amount == LOST || self.sum == LOST {
            return None;
        }
        let over = common(self.over, share.whole)?;
        let had = self.sum.checked_mul(over / self.over)?;
        let sum = had.checked_add(amount.checked_mul(share.over(over)?)?)?;
        Some(Portions { sum, over })
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.sum == 0
    }

    /// The double nearest to the sum × 10^-`scale`, divided once; NaN where it leaves 128 bits.
    pub fn figure(self, scale: u32) -> f64 {
        let sum = figure(self.sum, scale);
        if self.over == 1 {
            sum
        } else {
            sum / figure(self.over, 0)
        }
    }
}

/// Least common multiple of two denominators.
fn common(one: i128, other: i128) -> Option<i128> {
    (one / gcd(one, other)).checked_mul(other)
}

fn gcd(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one.abs(), other.abs());
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(text: f64) -> Fraction {
        Fraction::of_share(text).unwrap()
    }

    #[test]
    fn a_share_is_the_decimal_that_it_is_written_as() {
        assert_eq!(share(0.3), Fraction { part: 3, whole: 10 });
        assert_eq!(share(0.25), Fraction { part: 1, whole: 4 });
        assert_eq!((share(0.0), share(1.0)), (Fraction::ZERO, Fraction::ONE));
        for none in [1.5, -0.1, f64::NAN, 1e-300] {
            assert_eq!(Fraction::of_share(none), None, "{none}");
        }
        assert_eq!(share(0.3).rest(), Some(share(0.7)));
        assert_eq!(share(0.3).times(share(0.5)), Some(share(0.15)));
        assert_eq!(share(0.3).of(share(0.6)), Some(share(0.5)));
        assert_eq!(share(0.3).of(Fraction::ZERO), None);
    }

    #[test]
    fn a_multiple_of_the_denominator_has_whole_shares() {
        assert_eq!(share(0.25).common(10), Some(20));
        assert_eq!(share(0.3).of_multiple(20), 6);
        assert_eq!(share(0.3).of_multiple(LOST), LOST);
        assert_eq!(share(0.1).common(i64::MAX.into()), None);
    }

    #[test]
    fn what_leaves_128_bits_is_lost_and_nothing_else() {
        let mut sum = Portions::default();
        sum.add(i128::MAX / 8, share(0.1));
        sum.add(i128::MAX / 8, share(0.3));
        assert!(sum.figure(0) > 0.0);
        sum.add(i128::MAX / 8, share(0.999_999));
        assert!(sum.figure(0).is_nan());
        sum.add(1, Fraction::ONE);
        assert!(sum.figure(0).is_nan(), "a lost part is never a total");
        let mut sum = Portions::default();
        sum.add(LOST, share(0.5));
        assert!(sum.figure(0).is_nan());
    }

    proptest! {
        #[test]
        fn shares_of_an_amount_add_up_to_it(amount in -1_000_000_000_i64..1_000_000_000, cuts in prop::collection::vec(1_u32..1000, 1..6)) {
            let all: u32 = cuts.iter().sum();
            let mut sum = Portions::default();
            for cut in &cuts {
                sum.add(amount.into(), Fraction::reduced((*cut).into(), all.into()));
            }
            prop_assert_eq!(sum.figure(0), amount as f64);
        }
    }
}
