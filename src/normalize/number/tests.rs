//! What is read as a figure, and exactly which.

use proptest::prelude::*;

use super::*;

fn exact(mantissa: i128, scale: u32) -> Exact {
    Exact { mantissa, scale }
}

#[test]
fn figures_are_read_exactly() {
    for (text, mantissa, scale, unit) in [
        ("0", 0, 0, ""),
        ("-0", 0, 0, ""),
        ("007", 7, 0, ""),
        ("12.30", 123, 1, ""),
        (".5", 5, 1, ""),
        ("5.", 5, 0, ""),
        ("+12", 12, 0, ""),
        ("-12.5", -125, 1, ""),
        ("1,234", 1234, 0, ""),
        ("1,234,567.8", 12_345_678, 1, ""),
        ("1 234", 1234, 0, ""),
        ("1'234.5", 12_345, 1, ""),
        ("1’234", 1234, 0, ""),
        ("42,532.1", 425_321, 1, ""),
        ("12人", 12, 0, "人"),
        ("12 人", 12, 0, "人"),
        ("35㎡", 35, 0, "㎡"),
        ("1.2万", 12, 1, "万"),
        ("12.3%", 123, 1, "%"),
        ("3 m2", 3, 0, "m2"),
        ("300左右", 300, 0, "左右"),
    ] {
        let written = read(text).unwrap_or_else(|| panic!("{text} is a figure"));
        assert_eq!((written.number, written.unit), (exact(mantissa, scale), unit), "{text}");
    }
    for (text, sign) in [
        ("¥1,234.5", Some("¥")),
        ("1,234.5 ¥", Some("¥")),
        ("12$", Some("$")),
        ("12人", None),
    ] {
        assert_eq!(read(text).unwrap().currency, sign, "{text}");
    }
}

#[test]
fn decimals_are_shown_as_a_format_shows_them() {
    for (text, decimals, shown) in [
        ("1.1", 2, "1.10"),
        ("1", 1, "1.0"),
        ("1.25", 1, "1.3"),
        ("1.96", 1, "2.0"),
        ("1.1", 0, "1"),
        ("0.04", 1, "0.0"),
        ("101", 0, "101"),
    ] {
        let number = read(text).unwrap().number;
        assert_eq!(number.fixed(decimals).as_deref(), Some(shown), "{text}");
    }
}

#[test]
fn a_decimal_comma_is_read_where_it_is_one() {
    let comma = |text| read_as(text, DecimalMark::Comma, None);
    for (text, mantissa, scale, unit) in [
        ("12,5", 125, 1, ""),
        ("1.234,5人", 12_345, 1, "人"),
        ("12.000", 12_000, 0, ""),
        ("0,125", 125, 3, ""),
        ("1 234,50", 12_345, 1, ""),
        ("-,5 %", -5, 1, "%"),
    ] {
        let written = comma(text).unwrap_or_else(|| panic!("{text} is a figure"));
        assert_eq!((written.number, written.unit), (exact(mantissa, scale), unit), "{text}");
    }
    for text in ["12.5", "1.23", "1,234,567", "1,234.5", "0.125", "12.", "1.234.56"] {
        assert_eq!(comma(text), None, "{text}");
    }
    let blank = |text| read_as(text, DecimalMark::Point, Some(Thousands::Blank)).map(|written| written.number);
    assert_eq!(blank("12\u{202f}000"), Some(exact(12_000, 0)));
    assert_eq!((blank("12,000"), blank("12'000")), (None, None));
}

#[test]
fn what_is_no_figure_is_not_read() {
    for text in [
        "",
        "-",
        ".",
        "1,23",
        "1,2345",
        "1,234,56",
        "12,34,567",
        "0,123",
        "1,234 567",
        "12.3.4",
        "12-15",
        "12/15",
        "12?",
        "(12)",
        "1e308",
        "1.3E+11",
        "nan",
        "inf",
        "约300",
        "三百二十",
        "--5",
        "1,",
        "12:30",
        "9999999999999999999999999999",
        "12。",
        "¥12¥",
        "12¥人",
        "12（估）",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn numbers_with_an_exponent_are_known() {
    use DecimalMark::{Comma, Point};
    for (text, mark, is_cut, plain) in [
        ("1.5E-05", Some(Point), false, "1.5e-05"),
        ("1E-05", None, false, "1e-05"),
        ("1,5e-05", Some(Comma), false, "1.5e-05"),
        ("-2e1", None, false, "-2e1"),
        ("1.23457E+11", Some(Point), true, "1.23457e+11"),
        ("1.234567E+11", Some(Point), false, "1.234567e+11"),
        ("1.5e+16", Some(Point), false, "1.5e+16"),
        ("1E400", None, false, "1e400"),
    ] {
        let read = Exponential::of(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (read.mark, read.is_cut, read.plain().as_str()),
            (mark, is_cut, plain),
            "{text}"
        );
    }
    for text in [
        "",
        "e5",
        "1e",
        "1e+",
        "1.e5",
        "1.2.3e5",
        "1,234,567e2",
        "1 234e2",
        "1e5x",
        "12",
        "1e1e1",
        "0x1e5",
    ] {
        assert_eq!(Exponential::of(text), None, "{text}");
    }
}

#[test]
fn the_size_of_a_number_is_known_where_it_cannot_be_held() {
    for (text, size) in [
        ("1e400", f64::INFINITY),
        ("-1e400", f64::INFINITY),
        ("99999999999999999999999999999", 1e29),
        ("1e-400", 0.0),
        ("0.5", 0.5),
    ] {
        let read = magnitude(text).unwrap();
        assert_eq!((read.size, read.is_zero), (size, false), "{text}");
    }
    assert!(magnitude("0e400").unwrap().is_zero);
    for text in ["inf", "nan", "", "-", "1,5", "12人", "infinity"] {
        assert_eq!(magnitude(text), None, "{text}");
    }
}

#[test]
fn workbook_numbers_lose_their_noise() {
    for (text, value) in [
        ("12.340000000000002", "12.34"),
        ("0.30000000000000004", "0.3"),
        ("1e3", "1000"),
        ("2.5E-3", "0.0025"),
        ("130102001001", "130102001001"),
        ("123456789012345", "123456789012345"),
    ] {
        let read = read_workbook_number(text).unwrap();
        assert_eq!(read.without_noise().to_string(), value);
        assert_eq!(read.to_f64(), text.parse::<f64>().unwrap());
    }
    for text in ["1e308", "1e-300", "inf", "NaN", "12人"] {
        assert_eq!(read_workbook_number(text), None, "{text}");
    }
}

#[test]
fn products_round_half_away_from_zero() {
    // 1 mu is 2000/3 square metres
    assert_eq!(exact(1, 0).times(2000, 3, 2), Some((exact(66_667, 2), false)));
    assert_eq!(exact(3, 0).times(2000, 3, 2), Some((exact(2000, 0), true)));
    assert_eq!(exact(25, 1).times(1, 1, 0), Some((exact(3, 0), false)));
    assert_eq!(exact(-25, 1).times(1, 1, 0), Some((exact(-3, 0), false)));
    assert_eq!(exact(i128::MAX, 0).times(10, 1, 0), None);
}

proptest! {
    #[test]
    fn the_double_is_that_of_the_text(mantissa in -10_i128.pow(18)..10_i128.pow(18), scale in 0_u32..12) {
        let number = Exact::new(mantissa, scale);
        prop_assert_eq!(number.to_f64(), number.to_string().parse::<f64>().unwrap());
    }

    #[test]
    fn what_is_written_is_read(mantissa in -10_i128.pow(15)..10_i128.pow(15), scale in 0_u32..6) {
        let number = Exact::new(mantissa, scale);
        let text = number.to_string();
        prop_assert_eq!(read(&text).unwrap().number, number);
        prop_assert_eq!(read(&grouped(&text, ',')).unwrap().number, number);
        prop_assert_eq!(read(&grouped(&text, ' ')).unwrap().number, number);
        prop_assert_eq!(read_workbook_number(&text).unwrap(), number);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,20}") {
        let _ = read(&text);
        let _ = read_workbook_number(&text);
    }
}

fn grouped(text: &str, separator: char) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
    fraction.map_or(out.clone(), |f| format!("{out}.{f}"))
}
