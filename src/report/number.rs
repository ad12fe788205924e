//! Numbers as a person reads them.

use crate::domain::thousands_apart;

/// About three significant digits, thousands apart, no idle zeros: `65.7`, `0.123`, `1,234`, `30`.
pub(super) fn figure(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    with_decimals(value, decimals)
}

/// `value` with as many decimals as it takes to be told from `other`: 49.97 beside a target of 50 is not shown as 50.
pub(super) fn figure_beside(value: f64, other: Option<f64>) -> String {
    let plain = figure(value);
    match other {
        Some(other) if other != value && plain == figure(other) => (2..=6)
            .map(|decimals| (with_decimals(value, decimals), with_decimals(other, decimals)))
            .find(|(own, beside)| own != beside)
            .map_or(plain, |(own, _)| own),
        _ => plain,
    }
}

/// Every digit, thousands apart: `1,234.56`.
pub(super) fn exact(value: f64) -> String {
    thousands_apart(&value.to_string())
}

/// At most four decimals, thousands apart; six significant digits of what is less than 1.
pub(super) fn to_four_decimals(value: f64) -> String {
    match value.abs() < 1.0 {
        true => six_digits(value),
        false => with_decimals(value, 4),
    }
}

/// A difference, always with its sign unless it is zero.
pub(super) fn signed(value: f64) -> String {
    let text = figure(value);
    if value > 0.0 && text != "0" {
        format!("+{text}")
    } else {
        text
    }
}

/// A share 0..1 as a percentage; 100 % only when it is whole.
pub(super) fn percent(share: f64) -> String {
    figure_beside(share * 100.0, Some(100.0)) + "%"
}

/// A count with thousands apart.
pub(super) fn count(value: i64) -> String {
    thousands_apart(&value.to_string())
}

/// Megabytes, to one digit.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

/// Six significant digits, for programs: `65.6612`, `0.000123457`, `1234570`.
pub(super) fn six_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    // Adding 0 turns -0 into 0.
    (rounded + 0.0).to_string()
}

/// Decimals with which a figure is shown, beside another one where it has one.
pub(super) fn figure_decimals(value: f64, other: Option<f64>) -> u8 {
    decimals(&figure_beside(value, other))
}

/// Decimals of a share as a percentage.
pub(super) fn percent_decimals(share: f64) -> u8 {
    decimals(percent(share).trim_end_matches('%'))
}

fn decimals(number: &str) -> u8 {
    number.split_once('.').map_or(0, |(_, decimals)| decimals.len() as u8)
}

fn with_decimals(value: f64, decimals: usize) -> String {
    let mut text = format!("{value:.decimals$}");
    if decimals > 0 {
        let kept = text.trim_end_matches('0').trim_end_matches('.').len();
        text.truncate(kept);
    }
    if text == "-0" {
        text.remove(0);
    }
    thousands_apart(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        for (value, text) in [
            (65.66, "65.7"),
            (100.0, "100"),
            (0.1234, "0.123"),
            (0.0, "0"),
            (-0.0001, "0"),
            (1.005, "1"),
            (1234567.8, "1,234,568"),
            (-1234.0, "-1,234"),
            (20.0, "20"),
        ] {
            assert_eq!(figure(value), text, "{value}");
        }
    }

    #[test]
    fn a_near_miss_is_not_rounded_into_the_target() {
        assert_eq!(figure_beside(49.97, Some(50.0)), "49.97");
        assert_eq!(figure_beside(50.0, Some(50.0)), "50");
        assert_eq!(percent(0.9999), "99.99%");
        assert_eq!(percent(1.0), "100%");
    }

    #[test]
    fn programs_read_six_digits() {
        for (value, text) in [
            (65.661_249, "65.6612"),
            (1_234_567.8, "1234570"),
            (0.000_123_456_7, "0.000123457"),
            (-0.0, "0"),
            (30.0, "30"),
        ] {
            assert_eq!(six_digits(value), text, "{value}");
        }
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(signed(3.24), "+3.24");
        assert_eq!(signed(-3.24), "-3.24");
        assert_eq!(signed(0.0), "0");
    }
}
