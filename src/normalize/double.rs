//! Numbers with whatever decimals a program gives them (`type = "number"`): doubles with all their digits.

use super::cell::{Cleaned, fault_mend, tidy};
use super::decimal::{digits, divided};
use super::measure::Measure;
use super::number::{Exact, Magnitude, magnitude};
use crate::domain::{Code, Mend};

/// Every value is smaller than this, so that sums keep eighteen decimals.
const LARGEST: f64 = 1e18;
/// Six digits, as many as a spreadsheet shows: a value keeps at least these unless its column may be rounded.
const FEWEST_DIGITS: i128 = 100_000;
/// Below it no digit of a value is within the decimals of a sum.
const SMALLEST: f64 = 1e-18;
/// Digits with which programs write a double.
const DIGITS: u32 = 17;
/// Doubles represent every whole number up to this one.
const WHOLE: f64 = (1_u64 << 53) as f64;

/// `95.11784362792969`, `1.2e-05`, `35㎡` → the double nearest to the decimal in the column's unit. What a double cannot hold of
/// the decimals, and those beyond `scale` where they may be rounded, are counted; else more than `scale` decimals are a fault.
#[inline]
pub(super) fn clean(text: &str, numeric: bool, scale: u32, measure: &Measure) -> Cleaned<f64> {
    match plain(text, scale, measure.notation.sure_mark()) {
        Some(value) if measure.is_plain() && measure.in_range(value) => Cleaned::Value(value),
        _ => thorough(text, numeric, scale, measure),
    }
}

/// ASCII digits with at most `scale` of them behind one `mark`, fifteen in all: a double holds them.
#[inline]
fn plain(text: &str, scale: u32, mark: u8) -> Option<f64> {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, decimals) = (bare.len() <= 16).then(|| digits(bare.as_bytes(), mark)).flatten()?;
    let fits = mantissa < 1_000_000_000_000_000 && decimals <= (scale as usize).min(15);
    let value = fits.then(|| divided(mantissa, decimals))?;
    let is_negative = bare.len() < text.len() && mantissa > 0;
    Some(if is_negative { -value } else { value })
}

#[cold]
fn thorough(text: &str, numeric: bool, scale: u32, measure: &Measure) -> Cleaned<f64> {
    let figure = match measure.figure(text, numeric, (Code::NotANumber, "number")) {
        Ok(figure) => figure,
        Err(other) => return unread(text, other, scale, measure),
    };
    let Some(converted) = measure.converted(figure) else {
        return measure.outside(largest());
    };
    let value = converted.number.to_f64();
    let held = Exact::of_double(value).filter(|_| value.abs() < LARGEST);
    let Some((held, (kept, _))) = held.and_then(|held| Some((held, held.times(1, 1, scale)?))) else {
        return measure.outside(largest());
    };
    let is_other = converted.from.is_none() && held != converted.number;
    if is_other && value.abs() >= WHOLE {
        return measure.outside(WHOLE);
    }
    // What a double cannot keep of a conversion's endless decimals is not counted; and 0.10000000000000001 is how programs write 0.1.
    let is_short = is_other && converted.number.digits() > DIGITS;
    let is_cut = kept != held && !converted.endless;
    let is_nothing_left = is_cut && scale == crate::domain::exact::MOST_DECIMALS && kept.mantissa.abs() < FEWEST_DIGITS;
    if is_cut && !measure.rounded || is_nothing_left {
        let is_proposed = converted.from.is_none() && !is_nothing_left && kept.mantissa != 0;
        let mend = is_proposed.then(|| Mend::figure(kept.to_string(), kept.to_f64()));
        return too_precise(scale, measure, mend);
    }
    let value = kept.to_f64();
    if !measure.in_range(value) {
        return measure.outside(largest());
    }
    match converted.cleaned(value) {
        Cleaned::Value(value) if is_cut || is_short => Cleaned::Noted(value, Code::DecimalsRounded),
        cleaned if kept != held => cleaned.rounded(),
        cleaned => cleaned,
    }
}

/// The largest value below [`LARGEST`].
fn largest() -> f64 {
    LARGEST.next_down()
}

fn too_precise(scale: u32, measure: &Measure, mend: Option<Mend>) -> Cleaned<f64> {
    let unit = measure.unit.unwrap_or_default();
    fault_mend(Code::TooPrecise, format!("number({scale}) {unit}").trim_end(), mend)
}

/// The fault of a text that was no figure; a number too small or too large for a double has a fault of its own.
#[cold]
fn unread(text: &str, other: Cleaned<()>, scale: u32, measure: &Measure) -> Cleaned<f64> {
    let is_other = matches!(&other, Cleaned::Fault(fault) if fault.code == Code::NotANumber);
    match magnitude(tidy(text)).filter(|size| is_other && !size.is_zero) {
        Some(Magnitude { size, .. }) if size < SMALLEST => too_precise(scale, measure, None),
        _ => measure.beyond(text, other, largest()).map(|()| 0.0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::measure::tests::{measure, measures, texts};
    use super::super::notation::Notation;
    use super::*;

    /// A column of numbers without a scale, in a unit.
    fn number(unit: Option<&'static str>) -> Measure<'static> {
        Measure {
            double: true,
            rounded: true,
            ..measure(unit)
        }
    }

    #[test]
    fn all_that_a_double_holds_is_kept() {
        for (text, value) in [
            ("95.11784362792969", 95.11784362792969),
            ("0.22376826405525208", 0.22376826405525208),
            ("33.333333333333336", 33.333333333333336),
            ("1.0000000000000002", 1.0000000000000002),
            ("-0.5", -0.5),
            ("-0", 0.0),
            ("-0.000", 0.0),
            ("1.2345678e-05", 1.2345678e-05),
            ("2.5e3", 2500.0),
            ("1.23456789E-7", 1.23456789e-7),
            ("1.5E-05", 1.5e-5),
            ("1E-05", 1e-5),
            ("9.3e-10", 9.3e-10),
            ("1,234.5", 1234.5),
            ("22000000000000000", 22_000_000_000_000_000.0),
            ("999999999999999", 999_999_999_999_999.0),
            ("0.30000000000000004", 0.30000000000000004),
            ("0.10000000000000001", 0.1),
        ] {
            for numeric in [false, true] {
                let read = clean(text, numeric, 18, &number(None));
                assert_eq!(read, Cleaned::Value(value), "{text} {numeric}");
                let Cleaned::Value(zero) = read else { panic!() };
                assert!(value != 0.0 || zero.is_sign_positive(), "{text}");
            }
        }
        let area = number(Some("m2"));
        assert_eq!(
            clean("35.123456789012345㎡", false, 18, &area),
            Cleaned::Value(35.123456789012345)
        );
        let wan = clean("1.2345678901234567万", false, 18, &area);
        assert_eq!(wan, Cleaned::Converted(12_345.678901234567, "万".into()));
        assert_eq!(
            clean("1亩", false, 18, &area),
            Cleaned::Converted(666.6666666666666, "亩".into())
        );
    }

    #[test]
    fn what_is_lost_is_told() {
        let told = |value| Cleaned::Noted(value, Code::DecimalsRounded);
        for (text, scale, read) in [
            // more digits than a double has
            ("0.1234567890123456789", 18, told(0.12345678901234568)),
            ("12345.67890123456789", 18, told(12_345.678901234567)),
            // more decimals than a sum has
            ("0.00012345678901234567", 18, told(0.000123456789012346)),
            ("9.312345678901234e-10", 18, told(9.31234568e-10)),
            ("9.312345678e-13", 18, told(9.31235e-13)),
            ("95.11784362792969", 2, told(95.12)),
            ("-0.125", 2, told(-0.13)),
            ("0.001", 2, told(0.0)),
            ("95.12000", 2, Cleaned::Value(95.12)),
        ] {
            assert_eq!(clean(text, false, scale, &number(None)), read, "{text}");
        }
        assert_eq!(clean("1e-9", false, 18, &number(None)), Cleaned::Value(1e-9));
    }

    #[test]
    fn what_no_double_or_sum_can_hold_is_a_fault() {
        let strict = Measure {
            rounded: false,
            ..number(None)
        };
        for (text, scale, measure, code, mend) in [
            ("9007199254740993", 18, number(None), Code::OutOfRange, None),
            ("1000000000000000000", 18, number(None), Code::OutOfRange, None),
            ("1e25", 18, number(None), Code::OutOfRange, None),
            ("1e400", 18, number(None), Code::OutOfRange, None),
            ("-1e400", 18, number(None), Code::OutOfRange, None),
            (
                "99999999999999999999999999999",
                18,
                number(None),
                Code::OutOfRange,
                None,
            ),
            ("1e-400", 18, number(None), Code::TooPrecise, None),
            ("1.2345e-20", 18, number(None), Code::TooPrecise, None),
            ("9.3123456789e-14", 18, number(None), Code::TooPrecise, None),
            ("1.23456", 4, strict, Code::TooPrecise, Some("1.2346")),
            ("0.000004", 4, strict, Code::TooPrecise, None),
            // as a spreadsheet shows a number that its column is too narrow for
            ("1.23457E+11", 18, number(None), Code::NumberShortened, None),
            ("12.3.4", 18, number(None), Code::NotANumber, None),
            ("nan", 18, number(None), Code::NotANumber, None),
            ("inf", 18, number(None), Code::NotANumber, None),
            ("12.3%", 18, number(None), Code::UnitUnknown, None),
        ] {
            let Cleaned::Fault(fault) = clean(text, false, scale, &measure) else {
                panic!("{text} is a fault")
            };
            assert_eq!(
                (fault.code, fault.mend.as_ref().map(Mend::text).as_deref()),
                (code, mend),
                "{text}"
            );
        }
    }

    /// The value quoted in a finding on the range is never within the range quoted there.
    #[test]
    fn the_range_told_leaves_out_the_value() {
        for text in ["9007199254740993", "1000000000000000000", "1e25", "1e400", "-1e18"] {
            let Cleaned::Fault(fault) = clean(text, false, 18, &number(None)) else {
                panic!("{text} is a fault")
            };
            let expected = fault.expected.unwrap();
            let (min, max) = expected.split_once("..").unwrap();
            let [min, max] = [min, max].map(|end| end.parse::<i128>().unwrap());
            let whole = text
                .parse::<i128>()
                .unwrap_or(if text.starts_with('-') { i128::MIN } else { i128::MAX });
            assert!(!(min..=max).contains(&whole), "{text} within {expected}");
        }
    }

    #[test]
    fn an_exponent_has_the_mark_of_its_column() {
        use crate::pipeline::DecimalMark::{Comma, Point};
        let with = |notation| Measure {
            notation,
            ..number(None)
        };
        let (comma, point) = (Notation::declared(Comma, None), Notation::declared(Point, None));
        for (text, notation, value) in [
            ("1,5e-05", comma, Some(1.5e-5)),
            ("1e-05", comma, Some(1e-5)),
            ("1.5e-05", comma, None),
            ("1,5e-05", point, None),
            ("1.5e-05", Notation::undecided(), Some(1.5e-5)),
            ("1,5e-05", Notation::undecided(), None),
        ] {
            match (clean(text, false, 18, &with(notation)), value) {
                (Cleaned::Value(read), Some(value)) => assert_eq!(read, value, "{text}"),
                (Cleaned::Fault(fault), None) => {
                    assert_eq!(
                        (fault.code, fault.mend.as_ref().map(Mend::text).as_deref()),
                        (Code::DecimalMarkMixed, Some("0.000015"))
                    );
                }
                (read, _) => panic!("{text}: {read:?}"),
            }
        }
    }

    #[test]
    fn a_mark_with_no_digit_behind_it_is_left_to_the_long_way() {
        for mark in [b'.', b','] {
            for text in ["0", "12", "-3"] {
                assert!(plain(text, 2, mark).is_some());
                assert_eq!(plain(&format!("{text}{}", char::from(mark)), 2, mark), None);
            }
        }
    }

    proptest! {
        #[test]
        fn a_double_comes_back(value in -1e15..1e15_f64, numeric: bool) {
            let read = clean(&value.to_string(), numeric, 18, &number(None));
            prop_assert_eq!(read, Cleaned::Value(value));
        }

        #[test]
        fn the_short_way_reads_what_the_long_one_reads(text in texts(), numeric: bool, scale in 0_u32..12, measure in measures()) {
            let measure = Measure { double: true, ..measure };
            prop_assert_eq!(clean(&text, numeric, scale, &measure), thorough(&text, numeric, scale, &measure));
        }

        #[test]
        fn no_cell_breaks_it(text in "\\PC{0,24}", numeric: bool, scale in 0_u32..=18) {
            let _ = clean(&text, numeric, scale, &number(Some("m2")));
        }
    }
}
