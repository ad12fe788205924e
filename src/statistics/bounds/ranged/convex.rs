//! A bound of the indices that follow from the mean and a sum of convex terms.
//!
//! Each is the least of some fractions Σ w φ(x) ÷ Σ w ℓ(x), one for each number c, and equals the one of its own c:
//!
//! | index | φ(x) | ℓ(x) | its own c |
//! |---|---|---|---|
//! | V, the variance | (x − c)² | 1 | μ |
//! | V ÷ (V + μ²) | (1 − x ÷ c)² | 1 | Σ w x² ÷ μ |
//! | V ÷ (μ (1 − μ)) | (x − c)² | (1 − 2c) x + c² | μ |
//! | Theil's T | x ln(x ÷ c) − x + c | x | μ |
//! | Theil's L | x ÷ c − 1 − ln(x ÷ c) | 1 | μ |
//! | Atkinson, ε = ½ | (√x − c)² | x | Σ w √x |
//!
//! Of the third, the dividend is V + (μ − c)² and the divisor μ (1 − μ) + (μ − c)²; V is no more than μ (1 − μ). So the largest value of such a fraction over all ratios and
//! weights is no less than the largest index, whatever c is. For given ratios and weights the fraction rises with the distance between c and their own c: a c
//! that gives a low bound is found by moving towards that of the largest fraction.

use super::fraction::Fraction;
use super::units::Units;
use crate::statistics::bounds::defined::Extent;
use crate::statistics::index::Separable;
use crate::statistics::moments::Terms;

/// Halvings of the range of c.
const HALVINGS: usize = 40;

/// What rounding may take from a term of Theil's indices near 1.
const LOST: f64 = 1e-15;

/// At least the largest index.
pub(super) fn largest(of: Separable, units: &Units) -> f64 {
    let at = |x: f64| if of == Separable::AtkinsonHalf { x.sqrt() } else { x };
    let (mut from, mut to) = (at(units.lowest().max(0.0)), at(units.highest()));
    if of == Separable::Variance {
        from = units.lowest();
    }
    if of == Separable::Williamson && units.lowest() < 0.0 {
        // Ratios on both sides of 0 may have a mean next to it.
        to = units.lowest().powi(2).max(to.powi(2)) / units.lowest_mean();
    }
    let mut bound = f64::INFINITY;
    for _ in 0..HALVINGS {
        let c = from + (to - from) / 2.0;
        let peak = Fraction::of(units, |x| pair(of, x, c)).highest();
        bound = bound.min(peak.value);
        if peak.quotient(|x| own(of, x)) > c {
            from = c;
        } else {
            to = c;
        }
    }
    match of {
        Separable::Williamson => square_of_variation(bound),
        Separable::AtkinsonHalf | Separable::VarianceNormalised => bound.min(1.0),
        Separable::Variance | Separable::TheilT | Separable::TheilL => bound,
    }
}

/// V ÷ μ² of V ÷ (V + μ²); infinite where that may be 1.
pub(super) fn square_of_variation(share: f64) -> f64 {
    if share < 1.0 {
        share / (1.0 - share)
    } else {
        f64::INFINITY
    }
}

fn pair(of: Separable, x: f64, c: f64) -> [f64; 2] {
    match of {
        Separable::Variance => [(x - c).powi(2), 1.0],
        Separable::Williamson => [((x - c) / c).powi(2), 1.0],
        Separable::VarianceNormalised => [(x - c).powi(2), (1.0 - 2.0 * c) * x + c * c],
        Separable::TheilT => [c * (Terms::of(x / c).t + LOST), x],
        Separable::TheilL => [Terms::of(x / c).l + LOST, 1.0],
        Separable::AtkinsonHalf => [(x.sqrt() - c).powi(2), x],
    }
}

/// The c of ratios and weights is Σ w g ÷ Σ w h of these two.
fn own(of: Separable, x: f64) -> [f64; 2] {
    match of {
        Separable::Williamson => [x * x, x],
        Separable::AtkinsonHalf => [x.sqrt(), 1.0],
        Separable::Variance | Separable::VarianceNormalised | Separable::TheilT | Separable::TheilL => [x, 1.0],
    }
}
