//! Student's t distribution (Student 1908), with whole degrees of freedom.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// The t that 95 % of the distribution lie within, on both sides of 0. `free` is positive.
pub(super) fn two_sided_95(free: u32) -> f64 {
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    // Each step halves the bracket; a double has 53 bits.
    for _ in 0..60 {
        let angle = f64::midpoint(low, high);
        if within(angle, free) < 0.95 {
            low = angle;
        } else {
            high = angle;
        }
    }
    f64::midpoint(low, high).tan() * f64::from(free).sqrt()
}

/// Probability of |t| ≤ √free tan(angle): a finite sum. Abramowitz & Stegun 1964, 26.7.3 and 26.7.4.
fn within(angle: f64, free: u32) -> f64 {
    let (sine, cosine) = angle.sin_cos();
    let is_odd = free % 2 == 1;
    let (mut term, mut total) = if is_odd { (cosine, 0.0) } else { (1.0, 0.0) };
    let mut at = if is_odd { 3 } else { 2 };
    while at <= free {
        total += term;
        term *= cosine * cosine * f64::from(at - 1) / f64::from(at);
        at += 2;
    }
    if is_odd {
        FRAC_2_PI * (angle + sine * total)
    } else {
        sine * total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fisher & Yates 1963, table III, as every handbook has it.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        let tabled = [
            (1, 12.706),
            (2, 4.303),
            (3, 3.182),
            (4, 2.776),
            (5, 2.571),
            (10, 2.228),
            (11, 2.201),
            (30, 2.042),
            (120, 1.980),
        ];
        for (free, expected) in tabled {
            let found = two_sided_95(free);
            assert!((found - expected).abs() < 6e-4, "{free}: {found} is not {expected}");
        }
        // With 1 and 2 degrees there are closed forms: tan(0.475 π), and √(2 p²/(1 − p²)).
        assert!((two_sided_95(1) - (0.475 * std::f64::consts::PI).tan()).abs() < 1e-12);
        assert!((two_sided_95(2) - (2.0 * 0.9025 / 0.0975_f64).sqrt()).abs() < 1e-12);
    }
}
