//! Doubles as exact decimals, and sums of them: integers of 128 bits × 10^-scale.

use std::cmp::Ordering;

/// A sum that left 128 bits. What is added to it is lost too, so that no total hides that a part of it is missing.
pub const LOST: i128 = i128::MIN;

/// Most decimals of a sum, and of a column of numbers.
pub const MOST_DECIMALS: u32 = 18;

/// Share of a figure by which doubles may miss the sum of others: each is rounded in the last of some sixteen digits.
pub const NOISE: f64 = 1e-12;

/// Below it a double times a power of ten rounds to the integer of its decimal.
pub const EASY: f64 = (1_u64 << 50) as f64;

/// Nothing above it is summed, so that a few such values cannot leave 128 bits.
const LARGEST: i128 = 1 << 120;

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// 10^`exponent`, the nearest double.
pub fn power_of_ten(exponent: u32) -> f64 {
    POWERS
        .get(exponent as usize)
        .copied()
        .unwrap_or_else(|| 10_f64.powi(exponent as i32))
}

/// The sum of both; [`LOST`] where it leaves 128 bits or one of them is.
pub fn plus(one: i128, other: i128) -> i128 {
    if one == LOST || other == LOST {
        return LOST;
    }
    one.checked_add(other).unwrap_or(LOST)
}

/// The difference; as of [`plus`].
pub fn minus(one: i128, other: i128) -> i128 {
    if other == LOST { LOST } else { plus(one, -other) }
}

/// Compares two ratios, each a numerator over a positive denominator, exactly: as a·d against c·b where these products fit 128
/// bits, else by their continued fractions.
pub fn compare_ratios((a, b): (i128, i128), (c, d): (i128, i128)) -> Ordering {
    let is_short = |number: i128| i64::try_from(number).is_ok();
    if [a, b, c, d].into_iter().all(is_short) {
        // Products of 64 bits fit, so that nothing need be checked.
        return (a * d).cmp(&(c * b));
    }
    if let (Some(left), Some(right)) = (a.checked_mul(d), c.checked_mul(b)) {
        return left.cmp(&right);
    }
    let whole = a.div_euclid(b).cmp(&c.div_euclid(d));
    let (a, c) = (a.rem_euclid(b), c.rem_euclid(d));
    whole.then_with(|| match (a, c) {
        (0, _) | (_, 0) => a.cmp(&c),
        // a/b < c/d where d/c < b/a.
        _ => compare_ratios((d, c), (b, a)),
    })
}

/// The shortest decimal that is read as this double: (mantissa, exponent) for mantissa × 10^exponent. None: not finite.
pub fn shortest(value: f64) -> Option<(i128, i32)> {
    if !value.is_finite() {
        return None;
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e')?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
    Some((mantissa, exponent.parse::<i32>().ok()? - fraction.len() as i32))
}

/// The decimal of a double × 10^`scale`, rounded half away from zero where it has more decimals. None: not finite, or too large
/// to be summed.
pub fn scaled(value: f64, scale: u32) -> Option<i128> {
    let easy = value * power_of_ten(scale);
    if easy.abs() < EASY {
        return Some(easy.round() as i128);
    }
    let (mantissa, exponent) = shortest(value)?;
    let shift = exponent + scale as i32;
    if shift >= 0 {
        let scaled = 10_i128.checked_pow(shift as u32)?.checked_mul(mantissa)?;
        return (scaled.abs() < LARGEST).then_some(scaled);
    }
    let Some(divisor) = 10_i128.checked_pow(shift.unsigned_abs()) else {
        return Some(0);
    };
    let (quotient, rest) = (mantissa / divisor, mantissa % divisor);
    let away = if rest.abs() * 2 >= divisor {
        mantissa.signum()
    } else {
        0
    };
    Some(quotient + away)
}

/// A whole number × 10^`scale`. None: too large to be summed.
pub fn scaled_integer(value: i64, scale: u32) -> Option<i128> {
    let scaled = i128::from(value).checked_mul(10_i128.checked_pow(scale)?)?;
    (scaled.abs() < LARGEST).then_some(scaled)
}

/// The double nearest to an integer × 10^-`scale`; NaN for [`LOST`].
#[inline]
pub fn figure(sum: i128, scale: u32) -> f64 {
    match (i64::try_from(sum), POWERS.get(scale as usize)) {
        // Both operands are exact, so the one division rounds correctly.
        (Ok(small), Some(power)) if small.unsigned_abs() < 1 << 53 => small as f64 / power,
        _ => figure_of_digits(sum, scale),
    }
}

#[cold]
fn figure_of_digits(sum: i128, scale: u32) -> f64 {
    if sum == LOST {
        return f64::NAN;
    }
    format!("{sum}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// An integer × 10^-`scale` as a person writes it, without zeros at the end of its decimals.
pub fn written(sum: i128, scale: u32) -> String {
    let sign = if sum < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", sum.unsigned_abs(), width = scale as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_double_is_the_decimal_that_it_is_written_as() {
        for (value, scale, integer) in [
            (0.1, 18, 100_000_000_000_000_000),
            (95.11784362792969, 18, 95_117_843_627_929_690_000),
            (33.333333333333336, 15, 33_333_333_333_333_336),
            (33.333333333333336, 4, 333_333),
            (-0.5, 0, -1),
            (-2.5e-7, 6, 0),
            (-7.5e-7, 6, -1),
            (1e-300, 18, 0),
            (22_000_000_000_000_000.0, 2, 2_200_000_000_000_000_000),
            (9_007_199_254_740_993.0, 0, 9_007_199_254_740_992),
            (1e17, 18, 10_i128.pow(35)),
            (-0.0, 3, 0),
        ] {
            assert_eq!(scaled(value, scale), Some(integer), "{value} at {scale}");
        }
        for (value, scale) in [(f64::NAN, 0), (f64::INFINITY, 0), (1e300, 0), (1e19, 18), (-1e37, 0)] {
            assert_eq!(scaled(value, scale), None, "{value} at {scale}");
        }
        assert_eq!(scaled_integer(-3, 18), Some(-3 * 10_i128.pow(18)));
        assert_eq!(scaled_integer(i64::MAX, 18), None);
    }

    #[test]
    fn a_lost_part_is_never_a_total() {
        for (one, other, sum) in [
            (1, 2, 3),
            (i128::MAX, 1, LOST),
            (LOST, 5, LOST),
            (5, LOST, LOST),
            (i128::MIN + 1, -1, LOST),
        ] {
            assert_eq!(plus(one, other), sum, "{one} + {other}");
        }
        assert_eq!((minus(3, 5), minus(3, LOST), minus(LOST, 3)), (-2, LOST, LOST));
        assert!(figure(LOST, 3).is_nan());
    }

    #[test]
    fn ratios_are_compared_beyond_128_bits() {
        let large = i128::MAX / 3;
        for (one, other, order) in [
            ((1, 3), (2, 6), Ordering::Equal),
            ((0, 3), (0, 7), Ordering::Equal),
            ((-1, 3), (-2, 6), Ordering::Equal),
            ((-1, 2), (-1, 3), Ordering::Less),
            ((large, 3 * large), (1, 3), Ordering::Equal),
            ((large, large - 1), (large - 1, large - 2), Ordering::Less),
            ((-large, large - 1), (1 - large, large - 2), Ordering::Greater),
            ((2 * large, 2), (3 * large, 3), Ordering::Equal),
            ((large - 1, large), (3 * (large - 1), 3 * large), Ordering::Equal),
            ((large - 1, large), (3 * (large - 1) + 1, 3 * large), Ordering::Less),
        ] {
            assert_eq!(compare_ratios(one, other), order, "{one:?} {other:?}");
            assert_eq!(compare_ratios(other, one), order.reverse(), "{other:?} {one:?}");
        }
    }

    #[test]
    fn decimals_are_written_without_idle_zeros() {
        for (scaled, scale, text) in [
            (1234, 2, "12.34"),
            (1200, 2, "12"),
            (5, 2, "0.05"),
            (-5, 1, "-0.5"),
            (0, 3, "0"),
            (70, 0, "70"),
        ] {
            assert_eq!(written(scaled, scale), text);
        }
    }

    proptest! {
        #[test]
        fn the_figure_is_the_double_of_the_text(sum in any::<i128>(), scale in 0_u32..=18) {
            prop_assume!(sum != LOST);
            prop_assert_eq!(figure(sum, scale), written(sum, scale).parse::<f64>().unwrap());
        }

        #[test]
        fn a_double_comes_back(value in -1e15..1e15_f64) {
            let (mantissa, exponent) = shortest(value).unwrap();
            prop_assert_eq!(format!("{mantissa}e{exponent}").parse::<f64>().unwrap(), value);
            if exponent >= -18 {
                prop_assert_eq!(figure(scaled(value, 18).unwrap(), 18), value);
            }
        }
    }
}
