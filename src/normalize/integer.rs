//! Whole numbers.

use super::cell::{Cleaned, fault};
use super::measure::{Measure, largest_at};
use super::number::has_leading_zeros;
use crate::domain::Code;

/// `12`, `１２`, `1,234`, `12人`, `1.2万`, `12.0` → a whole number; no fraction is rounded away, except that of a converted unit
/// whose factor is endless.
#[inline]
pub(super) fn clean(text: &str, numeric: bool, measure: &Measure) -> Cleaned<i64> {
    match plain(text) {
        Some(value) if measure.is_plain() && measure.in_range(value as f64) => Cleaned::Value(value),
        _ => thorough(text, numeric, measure),
    }
}

/// Up to fifteen ASCII digits, without a zero before the others.
#[inline]
fn plain(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 15 || has_leading_zeros(bytes) {
        return None;
    }
    let mut value = 0_i64;
    for &byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(value)
}

#[cold]
fn thorough(text: &str, numeric: bool, measure: &Measure) -> Cleaned<i64> {
    const NOT: (Code, &str) = (Code::NotAnInteger, "integer");
    let figure = match measure.figure(text, numeric, NOT) {
        Ok(figure) => figure,
        Err(other) => return measure.beyond(text, other, largest_at(0)).map(|()| 0),
    };
    let Some(scaled) = measure.scaled(figure, 0) else {
        return measure.out_of_range(0);
    };
    if !scaled.exact && !scaled.endless {
        return fault(NOT.0, NOT.1);
    }
    let value = scaled.number.mantissa as i64;
    if !measure.in_range(value as f64) {
        return measure.out_of_range(0);
    }
    let is_exact = scaled.exact;
    let cleaned = scaled.cleaned(value);
    if is_exact { cleaned } else { cleaned.rounded() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::measure::tests::{measure, measures, texts};
    use super::*;

    fn code<T: std::fmt::Debug>(cleaned: Cleaned<T>) -> Code {
        match cleaned {
            Cleaned::Fault(fault) => fault.code,
            other => panic!("{other:?} is no fault"),
        }
    }

    #[test]
    fn whole_numbers_come_in_many_forms() {
        let people = measure(Some("person"));
        for (text, value) in [
            ("0", 0),
            ("12", 12),
            (" 12 ", 12),
            ("\u{3000}１２", 12),
            ("1,234", 1234),
            ("１，２３４", 1234),
            ("1 234", 1234),
            ("12人", 12),
            ("１２ 人", 12),
            ("12.0", 12),
            ("-5", -5),
            ("－５", -5),
            ("-0", 0),
            ("+7", 7),
            ("'300", 300),
            ("\"300\"", 300),
            ("无", 0),
            ("1.2e6", 1_200_000),
            ("1.234567E+06", 1_234_567),
        ] {
            assert_eq!(clean(text, false, &people), Cleaned::Value(value), "{text}");
        }
    }

    #[test]
    fn zeros_before_a_number_are_told() {
        let people = measure(Some("person"));
        for (text, value) in [
            ("0012", 12),
            ("00", 0),
            ("-07", -7),
            ("００１２", 12),
            ("012人", 12),
            ("0,012", 12),
        ] {
            match clean(text, false, &people) {
                Cleaned::Noted(noted, Code::LeadingZeros) => assert_eq!(noted, value, "{text}"),
                Cleaned::Fault(_) if text == "0,012" => {}
                other => panic!("{text}: {other:?}"),
            }
        }
        // A workbook's number has no zeros but those of its format.
        assert_eq!(clean("0012", true, &people), Cleaned::Value(12));
    }

    #[test]
    fn units_are_converted_exactly() {
        let people = measure(Some("person"));
        assert_eq!(clean("1.2万", false, &people), Cleaned::Converted(12_000, "万".into()));
        assert_eq!(
            clean("1.23万人", false, &people),
            Cleaned::Converted(12_300, "万人".into())
        );
        assert_eq!(
            clean("3万", false, &measure(None)),
            Cleaned::Converted(30_000, "万".into())
        );
        let area = measure(Some("m2"));
        assert_eq!(clean("1亩", false, &area), Cleaned::Rounded(667, "亩".into()));
        let headed = Measure {
            header: Some(("万人", (10_000, 1))),
            ..measure(Some("person"))
        };
        assert_eq!(clean("1.5", false, &headed), Cleaned::Converted(15_000, "万人".into()));
        assert_eq!(clean("15人", false, &headed), Cleaned::Value(15));
        assert_eq!(code(clean("1.5万", false, &headed)), Code::UnitUnknown);
    }

    #[test]
    fn missing_is_not_zero() {
        for text in ["", " ", "\u{3000}", "—", "...", " — "] {
            assert_eq!(clean(text, false, &measure(None)), Cleaned::Missing, "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_a_fault() {
        let people = measure(Some("person"));
        for (text, expected) in [
            ("……", Code::SymbolUndeclared),
            ("/", Code::SymbolUndeclared),
            ("-", Code::SymbolUndeclared),
            ("?", Code::SymbolUndeclared),
            ("N/A", Code::SymbolUndeclared),
            ("不详", Code::SymbolUndeclared),
            ("约300", Code::NotAnInteger),
            ("12.5", Code::NotAnInteger),
            ("12.5人", Code::NotAnInteger),
            ("1.23456万", Code::NotAnInteger),
            ("1,23", Code::NotAnInteger),
            ("三百二十", Code::NotAnInteger),
            ("1e308", Code::OutOfRange),
            ("1.2345e1", Code::NotAnInteger),
            ("1.2E+06", Code::NumberShortened),
            ("NaN", Code::NotAnInteger),
            ("inf", Code::NotAnInteger),
            ("12-15", Code::NotAnInteger),
            ("(12)", Code::NumberNegative),
            ("12户", Code::UnitUnknown),
            ("12.3%", Code::UnitUnknown),
            ("¥12", Code::UnitUnknown),
            ("9007199254740993", Code::OutOfRange),
            ("99999999999999999999", Code::OutOfRange),
        ] {
            assert_eq!(code(clean(text, false, &people)), expected, "{text}");
        }
        let bounded = Measure {
            range: Some((0.0, 100.0)),
            ..measure(None)
        };
        assert_eq!(clean("100", false, &bounded), Cleaned::Value(100));
        for text in ["101", "-1", "1万"] {
            assert_eq!(code(clean(text, false, &bounded)), Code::OutOfRange, "{text}");
        }
    }

    #[test]
    fn a_symbol_of_the_form_wins_over_the_number() {
        let table = [("999".to_owned(), crate::pipeline::MissingKind::Missing)].into();
        let shadowed = Measure {
            symbols: super::super::symbol::Symbols::new(&table),
            ..measure(None)
        };
        assert_eq!(clean("999", false, &shadowed), Cleaned::Missing);
        assert_eq!(clean("998", false, &shadowed), Cleaned::Value(998));
    }

    #[test]
    fn workbook_numbers_keep_their_worth() {
        assert_eq!(clean("300", true, &measure(None)), Cleaned::Value(300));
        assert_eq!(clean("1e6", true, &measure(None)), Cleaned::Value(1_000_000));
        assert_eq!(clean("299.99999999999994", true, &measure(None)), Cleaned::Value(300));
        assert_eq!(code(clean("12.5", true, &measure(None))), Code::NotAnInteger);
    }

    proptest! {
        #[test]
        fn every_quirk_of_writing_gives_the_number_back(value in -9_000_000_000_000_i64..9_000_000_000_000, quirk in 0_usize..7) {
            let plain = value.to_string();
            let text = match quirk {
                0 => plain,
                1 => format!("\u{3000} {plain} "),
                2 => plain.chars().map(|c| match c { '0'..='9' => char::from_u32(c as u32 + 0xfee0).unwrap(), c => c }).collect(),
                3 => format!("'{plain}"),
                4 => format!("{plain}人"),
                5 => format!("{plain}.00"),
                _ => format!("\"{plain}\""),
            };
            prop_assert_eq!(clean(&text, false, &measure(Some("person"))), Cleaned::Value(value));
        }

        #[test]
        fn the_short_way_reads_what_the_long_one_reads(text in texts(), numeric: bool, measure in measures()) {
            prop_assert_eq!(clean(&text, numeric, &measure), thorough(&text, numeric, &measure));
        }

        #[test]
        fn no_cell_breaks_it(text in "\\PC{0,24}", numeric: bool) {
            let _ = clean(&text, numeric, &measure(Some("m2")));
        }
    }
}
