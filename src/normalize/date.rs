//! Calendar days.

use jiff::civil::Date;

use super::cell::{Cleaned, fault, tidy};
use super::symbol::{Symbols, is_placeholder};
use crate::domain::{Code, half_width};

/// `2020-12-31`, `2020/1/5`, `2020年12月31日`, `20201231`, with or without a time of day → days since 1970-01-01. Year first, always:
/// of `01/02/2020` nobody knows which is the month. A bare serial number of a spreadsheet is none either.
#[inline]
pub(super) fn clean(text: &str, symbols: &Symbols) -> Cleaned<i32> {
    match iso(text).and_then(days) {
        Some(days) if !symbols.shadow => Cleaned::Value(days),
        _ => thorough(text, symbols),
    }
}

fn thorough(text: &str, symbols: &Symbols) -> Cleaned<i32> {
    let narrow = half_width(tidy(text));
    let narrow = tidy(&narrow);
    if symbols.meaning(narrow).is_some() {
        return Cleaned::Missing;
    }
    match read(narrow).and_then(days) {
        Some(days) => Cleaned::Value(days),
        None if is_placeholder(narrow) => symbols.undeclared(),
        None => fault(Code::NotADate, "YYYY-MM-DD"),
    }
}

/// Days since 1970; None for a year that no form can mean. Python's readers know no year 0 and would not open the file.
fn days(date: Date) -> Option<i32> {
    if !(1800..=2200).contains(&date.year()) {
        return None;
    }
    i32::try_from(date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24).ok()
}

/// `2020-12-31`
fn iso(text: &str) -> Option<Date> {
    let &[a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes() else {
        return None;
    };
    let value = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |sum, byte| {
            byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0'))
        })
    };
    Date::new(value(&[a, b, c, d])?, value(&[e, f])? as i8, value(&[g, h])? as i8).ok()
}

fn read(text: &str) -> Option<Date> {
    let (day_part, time) = match text.find([' ', 'T', 't']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z' | '+');
    if !time.chars().all(clock) {
        return None;
    }
    if day_part.len() == 8 && day_part.bytes().all(|b| b.is_ascii_digit()) {
        return Date::new(
            day_part[..4].parse().ok()?,
            day_part[4..6].parse().ok()?,
            day_part[6..].parse().ok()?,
        )
        .ok();
    }
    let (year, rest) = number(day_part, 4, 4)?;
    let (month, rest) = number(separated(rest)?, 1, 2)?;
    let (day, rest) = number(separated(rest)?, 1, 2)?;
    let closed = rest.is_empty() || (rest.chars().count() == 1 && rest.chars().all(char::is_alphabetic));
    closed.then(|| Date::new(year, month as i8, day as i8).ok()).flatten()
}

/// Digits at the start, so many of them, and what follows.
fn number(text: &str, least: usize, most: usize) -> Option<(i16, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most)
        .contains(&count)
        .then(|| text[..count].parse().ok().map(|n| (n, &text[count..])))?
}

/// What follows one separator: `-`, `/`, `.`, or a word of one character that is no Latin letter.
fn separated(text: &str) -> Option<&str> {
    let separator = text.chars().next()?;
    let fits = matches!(separator, '-' | '/' | '.') || (separator.is_alphabetic() && !separator.is_ascii());
    fits.then(|| &text[separator.len_utf8()..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::measure::tests::SYMBOLS;
    use super::*;

    #[test]
    fn days_come_in_many_forms() {
        let symbols = Symbols::new(&SYMBOLS);
        for text in [
            "2020-12-31",
            "2020/12/31",
            "2020.12.31",
            "2020年12月31日",
            "２０２０－１２－３１",
            "20201231",
            " 2020-12-31\u{3000}",
            "2020-12-31 00:00:00",
            "2020-12-31T08:30:00Z",
            "2020年12月31",
        ] {
            assert_eq!(clean(text, &symbols), Cleaned::Value(18_627), "{text}");
        }
        assert_eq!(clean("2021-1-5", &symbols), Cleaned::Value(18_632));
        assert_eq!(clean("1969-12-31", &symbols), Cleaned::Value(-1));
        assert_eq!(clean("—", &symbols), Cleaned::Missing);
        assert_eq!(clean("", &symbols), Cleaned::Missing);
    }

    #[test]
    fn what_is_no_day_is_a_fault() {
        let symbols = Symbols::new(&SYMBOLS);
        for text in [
            "2020-13-40",
            "2021-02-29",
            "31/12/2020",
            "20-12-31",
            "2020-12",
            "44196",
            "明天",
            "2020-12-31x9",
            "2020x12x31",
            "2020-12-31 noon",
            "0000-00-00",
            "20201331",
        ] {
            let Cleaned::Fault(fault) = clean(text, &symbols) else {
                panic!("{text}")
            };
            assert_eq!(fault.code, Code::NotADate, "{text}");
        }
        let Cleaned::Fault(fault) = clean("/", &symbols) else {
            panic!()
        };
        assert_eq!(fault.code, Code::SymbolUndeclared);
    }

    #[test]
    fn a_year_no_form_can_mean_is_no_date() {
        for text in ["0000-01-01", "0001-01-01", "1799-12-31", "2201-01-01", "9999-12-31"] {
            assert!(
                matches!(clean(text, &Symbols::new(&SYMBOLS)), Cleaned::Fault(_)),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(days in -60_000_i32..80_000, quirk in 0_usize..3) {
            let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let text = match quirk {
                0 => date.to_string(),
                1 => format!("{}年{}月{}日", date.strftime("%Y"), date.month(), date.day()),
                _ => date.strftime("%Y%m%d").to_string(),
            };
            prop_assert_eq!(clean(&text, &Symbols::new(&SYMBOLS)), Cleaned::Value(days));
        }

        #[test]
        fn no_cell_breaks_it(text in "\\PC{0,24}") {
            let _ = clean(&text, &Symbols::new(&SYMBOLS));
        }
    }
}
