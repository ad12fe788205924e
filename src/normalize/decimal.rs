//! Decimals, percentages among them.

use super::cell::{Cleaned, fault_mend};
use super::measure::{Measure, largest_at};
use super::number::{Exact, has_leading_zeros};
use crate::domain::{Code, Mend};

/// `12.5`, `1,234.5`, `35㎡`, `1.2亩`, `12.3%` → the double nearest to the exact decimal in the column's unit. More decimals
/// than `scale` are a fault, whether written or made by a conversion, but zeros at the end are not. Only what a factor without a
/// finite decimal form makes (亩 to m²) is rounded, half away from zero.
#[inline]
pub(super) fn clean(text: &str, numeric: bool, scale: u32, measure: &Measure) -> Cleaned<f64> {
    match plain(text, scale, measure.notation.sure_mark()) {
        Some(value) if measure.is_plain() && measure.in_range(value) => Cleaned::Value(value),
        _ => thorough(text, numeric, scale, measure),
    }
}

/// ASCII digits with at most `scale` of them behind one `mark`, fifteen with the zeros that `scale` adds.
#[inline]
fn plain(text: &str, scale: u32, mark: u8) -> Option<f64> {
    let length = text.len();
    let (mantissa, decimals) = (length <= 15).then(|| digits(text.as_bytes(), mark)).flatten()?;
    let zeros = (scale as usize).checked_sub(decimals)?;
    (length + zeros <= 15).then(|| divided(mantissa, decimals))
}

/// The digits of a text with at most one `mark` between them as an integer, and how many stand behind the mark; None:
/// there is anything else, or a zero before other digits. At most eighteen bytes.
#[inline]
pub(super) fn digits(bytes: &[u8], mark: u8) -> Option<(i64, usize)> {
    if bytes.is_empty() || has_leading_zeros(bytes) {
        return None;
    }
    let (mut mantissa, mut point) = (0_i64, None);
    for (at, &byte) in bytes.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + i64::from(digit);
        } else if byte == mark && point.is_none() && at > 0 && at + 1 < bytes.len() {
            point = Some(at);
        } else {
            return None;
        }
    }
    Some((mantissa, point.map_or(0, |at| bytes.len() - 1 - at)))
}

/// `mantissa` with at most fifteen `decimals`. Of at most fifteen digits both operands are exact, so the one division rounds
/// correctly.
#[inline]
pub(super) fn divided(mantissa: i64, decimals: usize) -> f64 {
    const POWERS: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    mantissa as f64 / POWERS[decimals]
}

#[cold]
fn thorough(text: &str, numeric: bool, scale: u32, measure: &Measure) -> Cleaned<f64> {
    let figure = match measure.figure(text, numeric, (Code::NotANumber, "decimal")) {
        Ok(figure) => figure,
        Err(other) => return measure.beyond(text, other, largest_at(scale)).map(|()| 0.0),
    };
    let Some(scaled) = measure.scaled(figure, scale) else {
        return measure.out_of_range(scale);
    };
    let value = scaled.number.to_f64();
    let is_cut = !scaled.exact && !scaled.endless;
    if is_cut && !measure.rounded {
        return too_precise(scaled.number, scale, measure);
    }
    if !measure.in_range(value) {
        return measure.out_of_range(scale);
    }
    let is_exact = scaled.exact;
    match scaled.cleaned(value) {
        Cleaned::Value(value) if is_cut => Cleaned::Noted(value, Code::DecimalsRounded),
        cleaned if !is_exact => cleaned.rounded(),
        cleaned => cleaned,
    }
}

/// The finding on decimals that would be lost. The figure is not rounded for the county, but what rounding would make is proposed.
fn too_precise(rounded: Exact, scale: u32, measure: &Measure) -> Cleaned<f64> {
    let unit = measure.unit.unwrap_or_default();
    let expected = format!("decimal({scale}) {unit}");
    // Beneath a header with another unit a bare figure would mean something else: a mend must read as what it says.
    let means_it = |mend: &Mend| {
        let read = thorough(&mend.text(), false, scale, &measure.with_point());
        matches!(read, Cleaned::Value(value) | Cleaned::Converted(value, _) if value == rounded.to_f64())
    };
    // Nothing would be left of a figure that rounds to 0.
    let mend = (rounded.mantissa != 0)
        .then(|| {
            let bare = Mend::figure(rounded.to_string(), rounded.to_f64());
            [bare, format!("{rounded}{unit}").into()]
        })
        .and_then(|mends| mends.into_iter().find(means_it));
    fault_mend(Code::TooPrecise, expected.trim_end(), mend)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::measure::tests::{measure, measures, texts};
    use super::*;

    #[test]
    fn decimals_come_in_many_forms() {
        let area = measure(Some("m2"));
        for (text, value) in [
            ("0", 0.0),
            ("12.5", 12.5),
            ("0.10", 0.1),
            (".5", 0.5),
            ("12.50000", 12.5),
            ("42,532.1", 42532.1),
            ("４２，５３２．１", 42532.1),
            ("35㎡", 35.0),
            ("35.5 平方米", 35.5),
            ("-1.25", -1.25),
            ("无", 0.0),
            ("-0", 0.0),
            ("0.0", 0.0),
            ("1.25e3", 1250.0),
            ("1.234567E+06", 1_234_567.0),
        ] {
            assert_eq!(clean(text, false, 2, &area), Cleaned::Value(value), "{text}");
        }
        let Cleaned::Value(zero) = clean("-0.00", false, 2, &area) else {
            panic!()
        };
        assert!(zero.is_sign_positive());
    }

    #[test]
    fn zeros_before_a_number_are_told() {
        let area = measure(Some("m2"));
        for (text, value) in [
            ("0012", 12.0),
            ("00.5", 0.5),
            ("-01.25", -1.25),
            ("000", 0.0),
            ("007㎡", 7.0),
        ] {
            let cleaned = clean(text, false, 2, &area);
            assert_eq!(cleaned, Cleaned::Noted(value, Code::LeadingZeros), "{text}");
        }
    }

    #[test]
    fn a_figure_that_a_double_cannot_hold_with_its_decimals_is_out_of_range() {
        let area = measure(Some("m2"));
        let largest = 9_999_999_999_999.99;
        assert_eq!(clean("9999999999999.99", false, 2, &area), Cleaned::Value(largest));
        for text in ["10000000000000.01", "900719254740993", "90071992547409.91"] {
            let Cleaned::Fault(fault) = clean(text, false, 2, &area) else {
                panic!("{text} would be summed as another figure")
            };
            assert_eq!(fault.code, Code::OutOfRange, "{text}");
        }
    }

    #[test]
    fn units_are_converted_and_rounded_once() {
        let area = measure(Some("m2"));
        assert_eq!(clean("3亩", false, 2, &area), Cleaned::Converted(2000.0, "亩".into()));
        assert_eq!(clean("1亩", false, 2, &area), Cleaned::Rounded(666.67, "亩".into()));
        assert_eq!(
            clean("1.2万", false, 2, &area),
            Cleaned::Converted(12_000.0, "万".into())
        );
        let money = measure(Some("10000_yuan"));
        assert_eq!(
            clean("123000元", false, 1, &money),
            Cleaned::Converted(12.3, "元".into())
        );
        let Cleaned::Fault(fault) = clean("¥1,234.5", false, 1, &money) else {
            panic!("nobody can say whether these are yuan")
        };
        assert_eq!(fault.code, Code::MoneySignUnclear);
        assert_eq!(clean("¥0.00", false, 1, &money), Cleaned::Value(0.0));
        let named = Measure {
            is_named: true,
            ..money
        };
        assert_eq!(clean("¥1,234.5", false, 1, &named), Cleaned::Value(1234.5));
        assert_eq!(
            clean("¥1,234.5", false, 1, &measure(Some("yuan"))),
            Cleaned::Value(1234.5)
        );
        let in_yuan = Measure {
            header: Some(("元", (1, 10_000))),
            is_named: true,
            ..money
        };
        assert_eq!(
            clean("123,000 ¥", false, 1, &in_yuan),
            Cleaned::Converted(12.3, "元".into())
        );
        assert_eq!(clean("12.3万元", false, 1, &money), Cleaned::Value(12.3));
        let headed = Measure {
            header: Some(("亩", (2000, 3))),
            ..measure(Some("m2"))
        };
        assert_eq!(clean("1.5", false, 2, &headed), Cleaned::Converted(1000.0, "亩".into()));
        assert_eq!(clean("35㎡", false, 2, &headed), Cleaned::Value(35.0));
    }

    /// A figure that fits only when rounded must be rounded by its sender, in whichever unit it came.
    #[test]
    fn a_conversion_rounds_nothing_that_could_be_written() {
        let wan = measure(Some("万人"));
        let headed = Measure {
            header: Some(("人", (1, 10_000))),
            ..measure(Some("万人"))
        };
        for (text, scale, measure, mend) in [
            ("53268人", 1, &wan, "5.3"),
            ("21893095人", 2, &wan, "2189.31"),
            ("500人", 1, &wan, "0.1"),
            // beneath 人 a bare 5.3 would be 5.3 persons
            ("53268", 1, &headed, "5.3万人"),
            ("53268人", 1, &headed, "5.3万人"),
        ] {
            let Cleaned::Fault(fault) = clean(text, false, scale, measure) else {
                panic!("{text} is rounded in silence")
            };
            assert_eq!(
                (fault.code, fault.mend.as_ref().map(Mend::text).as_deref()),
                (Code::TooPrecise, Some(mend)),
                "{text}"
            );
            assert_eq!(fault.expected, Some(format!("decimal({scale}) 万人")), "{text}");
        }
        for (text, value) in [("53000", 5.3), ("53268", 5.3268)] {
            let scale = if value == 5.3 { 1 } else { 4 };
            assert_eq!(
                clean(text, false, scale, &headed),
                Cleaned::Converted(value, "人".into())
            );
        }
        // a unit whose name begins with a digit cannot stand behind a figure
        let headed = Measure {
            header: Some(("元", (1, 10_000))),
            ..measure(Some("10000_yuan"))
        };
        let Cleaned::Fault(fault) = clean("123456", false, 1, &headed) else {
            panic!()
        };
        assert_eq!(
            (fault.code, fault.mend.as_ref().map(Mend::text).as_deref()),
            (Code::TooPrecise, None)
        );
    }

    #[test]
    fn a_column_may_round_what_programs_write() {
        let column = Measure {
            rounded: true,
            ..measure(None)
        };
        let told = |value| Cleaned::Noted(value, Code::DecimalsRounded);
        for (text, numeric, read) in [
            ("95.11784362792969", false, told(95.12)),
            ("95.11784362792969", true, told(95.12)),
            ("-0.125", false, told(-0.13)),
            ("95.12", false, Cleaned::Value(95.12)),
            ("95.12000", false, Cleaned::Value(95.12)),
        ] {
            assert_eq!(clean(text, numeric, 2, &column), read, "{text}");
        }
        // Rounding after a conversion is counted beside it.
        let column = Measure {
            rounded: true,
            ..measure(Some("万人"))
        };
        for (text, read) in [
            ("53268人", Cleaned::Rounded(5.33, "人".into())),
            ("53200人", Cleaned::Converted(5.32, "人".into())),
        ] {
            assert_eq!(clean(text, false, 2, &column), read, "{text}");
        }
    }

    #[test]
    fn percentages_lose_their_sign() {
        let share = Measure {
            percent: true,
            ..measure(None)
        };
        for (text, numeric, value) in [
            ("12.3%", false, 12.3),
            ("１２．３％", false, 12.3),
            ("12.3", false, 12.3),
            ("12.3%", true, 12.3),
            ("12.299999999999999%", true, 12.3),
        ] {
            assert_eq!(clean(text, numeric, 1, &share), Cleaned::Value(value), "{text}");
        }
        let share = Measure {
            percent: true,
            ..measure(Some("percent"))
        };
        assert_eq!(clean("12.3 %", false, 1, &share), Cleaned::Value(12.3));
        assert_eq!(clean("123‰", false, 1, &share), Cleaned::Converted(12.3, "‰".into()));
    }

    #[test]
    fn everything_else_is_a_fault() {
        let area = Measure {
            range: Some((0.0, 200_000.0)),
            ..measure(Some("m2"))
        };
        for (text, expected) in [
            ("123.4567", Code::TooPrecise),
            ("12.3.4", Code::NotANumber),
            ("约12", Code::NotANumber),
            ("1.2E+05", Code::NumberShortened),
            ("1e308", Code::OutOfRange),
            ("(12.5)", Code::NumberNegative),
            ("35间", Code::UnitUnknown),
            ("12.3%", Code::UnitUnknown),
            ("—?", Code::SymbolUndeclared),
            ("200000.01", Code::OutOfRange),
            ("-0.01", Code::OutOfRange),
            ("100000000000000000", Code::OutOfRange),
        ] {
            let Cleaned::Fault(fault) = clean(text, false, 2, &area) else {
                panic!("{text} is a fault")
            };
            assert_eq!(fault.code, expected, "{text}");
        }
        let Cleaned::Fault(fault) = clean("123.4567", false, 2, &area) else {
            panic!()
        };
        assert_eq!(
            (
                fault.expected.as_deref(),
                fault.mend.as_ref().map(Mend::text).as_deref()
            ),
            (Some("decimal(2) m2"), Some("123.46"))
        );
        for small in ["0.000004", "0.004"] {
            let Cleaned::Fault(fault) = clean(small, false, 2, &area) else {
                panic!()
            };
            assert_eq!((fault.code, fault.mend), (Code::TooPrecise, None), "{small}");
        }
        let Cleaned::Fault(fault) = clean("300000", false, 2, &area) else {
            panic!()
        };
        assert_eq!(fault.expected.as_deref(), Some("0..200000"));
    }

    #[test]
    fn workbook_noise_is_no_precision() {
        assert_eq!(
            clean("12.340000000000002", true, 2, &measure(None)),
            Cleaned::Value(12.34)
        );
        let Cleaned::Fault(fault) = clean("12.345", true, 2, &measure(None)) else {
            panic!()
        };
        assert_eq!(fault.code, Code::TooPrecise);
    }

    proptest! {
        #[test]
        fn the_double_is_the_one_nearest_to_the_text(mantissa in 0_i64..90_000_000_000_000, scale in 0_u32..7, wide: bool) {
            let digits = format!("{mantissa:0width$}", width = scale as usize + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
            let text = if scale == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") };
            let expected: f64 = text.parse().unwrap();
            let text = if wide { format!("{text}㎡") } else { text };
            prop_assert_eq!(clean(&text, false, scale, &measure(Some("m2"))), Cleaned::Value(expected));
        }

        #[test]
        fn the_short_way_reads_what_the_long_one_reads(text in texts(), numeric: bool, scale in 0_u32..12, measure in measures()) {
            prop_assert_eq!(clean(&text, numeric, scale, &measure), thorough(&text, numeric, scale, &measure));
        }

        #[test]
        fn no_cell_breaks_it(text in "\\PC{0,24}", numeric: bool, scale in 0_u32..12) {
            let _ = clean(&text, numeric, scale, &measure(Some("m2")));
        }
    }
}
