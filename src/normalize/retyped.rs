//! What a program has made of a code: a number that lost its last digits, a date, a boolean, a number with decimals.

use super::cell::{Fault, tidy};
use super::code::is_scientific;
use crate::domain::{Code, Held, Mend, half_width, is_invisible};

/// Digits that spreadsheet programs keep of a number.
const DIGITS: usize = 15;

/// A cell as it came, beside its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    /// What a workbook or JSON held there.
    pub(super) held: Held,
    /// A workbook held it: its numbers are doubles.
    pub(super) double: bool,
    /// The number behind the text, where a number format shows it in another form; else the text.
    pub(super) stored: &'a str,
}

/// The fault of a text or a code that was stored as a number of more digits than a program keeps. Nobody can tell what the last
/// digits were, so nothing is proposed.
#[inline]
pub(super) fn lost_digits(origin: Origin) -> Option<Box<Fault>> {
    let is_long = origin.double && origin.held == Held::Number && origin.stored.len() > DIGITS;
    (is_long && whole_digits(origin.stored) > DIGITS).then(|| fault(Code::DigitsLost, None))
}

/// The fault of a code that is no text and no whole number, whatever codes its column may have.
#[inline]
pub(super) fn of_kind(text: &str, origin: Origin) -> Option<Box<Fault>> {
    match origin.held {
        Held::Text | Held::Formula => None,
        Held::Number => lost_digits(origin),
        Held::Date | Held::Time => Some(fault(Code::CodeDate, None)),
        Held::Truth if is_truth(text) => Some(fault(Code::CodeBoolean, None)),
        Held::Truth => None,
    }
}

/// The fault of a code in a column of any codes, where only its form can show what became of it. `has_points`: whether codes of the
/// column have a point between digits, so that `12.0` may be one of them.
pub(super) fn of_form(text: &str, origin: Origin, has_points: impl FnOnce() -> bool) -> Option<Box<Fault>> {
    if origin.held == Held::Text && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !is_truth(text) {
        return None;
    }
    let narrow = half_width(tidy(text));
    let code = tidy(&narrow);
    let number = origin.held == Held::Number;
    if is_date(code) {
        return Some(fault(Code::CodeDate, None));
    }
    if is_truth(code) {
        return Some(fault(Code::CodeBoolean, None));
    }
    if is_exponential(code) || number && is_scientific(code) {
        return Some(fault(Code::CodeScientific, None));
    }
    if let Some((whole, fraction)) = code.split_once('.')
        && are_digits(whole)
        && are_digits(fraction)
    {
        let is_whole = fraction.bytes().all(|byte| byte == b'0');
        let is_sure = is_whole && !has_points();
        return (number || is_sure).then(|| fault(Code::CodeFraction, Some(whole.to_owned()).filter(|_| is_whole)));
    }
    unseen(code)
}

/// Whether digits with a point between them are a code of their own: `12.1`, `3.10.2`, and not `12.0`.
pub(super) fn has_point(text: &str) -> bool {
    let mut parts = tidy(text).split('.');
    let are_numbers = parts.clone().all(are_digits);
    are_numbers && (parts.clone().count() > 2 || parts.nth(1).is_some_and(|part| part.bytes().any(|byte| byte != b'0')))
}

fn fault(code: Code, mend: Option<String>) -> Box<Fault> {
    Box::new(Fault {
        code,
        expected: None,
        words: None,
        mend: mend.map(Mend::from),
        raw: None,
    })
}

/// The digits before the point, zeros in front left out.
fn whole_digits(number: &str) -> usize {
    let digits = number.trim_start_matches('-');
    let whole = digits.split('.').next().unwrap_or(digits);
    whole.trim_start_matches('0').len()
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// `1.23E+11`, as programs write numbers; `1E5` may be a code.
fn is_exponential(text: &str) -> bool {
    is_scientific(text) && (text.contains('.') || text.contains("E+") || text.contains("e+"))
}

/// Characters within a code that do not show, or show as a common blank. Those without a width are no part of any code; whether
/// another blank stands for a common one or for none is not known.
fn unseen(code: &str) -> Option<Box<Fault>> {
    let is_odd_blank = |c: char| c.is_whitespace() && c != ' ';
    if !code.chars().any(|c| is_odd_blank(c) || is_invisible(c)) {
        return None;
    }
    let seen: String = code.chars().filter(|&c| !is_invisible(c)).collect();
    let is_sure = !code.chars().any(is_odd_blank);
    Some(fault(Code::CodeInvisible, Some(seen).filter(|_| is_sure)))
}

/// A day as programs show one that they made of a code: `2-Jan`, `Jan-02`, `2-Jan-21`, `1月2日`, `2021年1月2日`, `2021-01-02`,
/// `2021/1/2`, `1/2/2021`.
fn is_date(text: &str) -> bool {
    if text.len() > 24 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    if let Some(days) = text.strip_suffix('日') {
        let parts: Vec<&str> = days.split(['年', '月']).collect();
        return match parts[..] {
            [month, day] => days.contains('月') && in_range(month, 1, 12) && in_range(day, 1, 31),
            [year, month, day] => is_day(year, month, day),
            _ => false,
        };
    }
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    match parts[..] {
        [first, second] => {
            is_month(second) && text.contains('-') && in_range(first, 1, 31)
                || is_month(first) && text.contains('-') && second.len() == 2 && in_range(second, 0, 99)
        }
        [day, month, year] if is_month(month) => in_range(day, 1, 31) && are_digits(year),
        [year, month, day] if year.len() == 4 => is_day(year, month, day),
        [a, b, year] if year.len() == 4 && text.contains('/') => is_day(year, a, b) || is_day(year, b, a),
        _ => false,
    }
}

fn is_month(text: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    MONTHS.iter().any(|month| text.eq_ignore_ascii_case(month))
}

fn is_day(year: &str, month: &str, day: &str) -> bool {
    in_range(year, 1900, 2099) && in_range(month, 1, 12) && in_range(day, 1, 31)
}

fn in_range(text: &str, least: u32, most: u32) -> bool {
    text.len() <= 4 && are_digits(text) && text.parse().is_ok_and(|number| (least..=most).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(stored: &str) -> Origin<'_> {
        Origin {
            held: Held::Number,
            double: true,
            stored,
        }
    }

    fn text(stored: &str) -> Origin<'_> {
        Origin {
            held: Held::Text,
            double: false,
            stored,
        }
    }

    #[test]
    fn a_program_keeps_fifteen_digits_of_a_number() {
        for (stored, lost) in [
            ("110101001001123460", true),
            ("1234567890123456", true),
            ("-1234567890123456", true),
            ("123456789012345", false),
            ("110101001001", false),
            ("1.1234567890123456", false),
        ] {
            let found = lost_digits(number(stored));
            assert_eq!(
                found.as_ref().map(|fault| fault.code),
                lost.then_some(Code::DigitsLost),
                "{stored}"
            );
            assert!(found.is_none_or(|fault| fault.mend.is_none()));
            // All digits of a text are there, and JSON has a number as it was spelt.
            assert_eq!(lost_digits(text(stored)), None);
            let spelt = Origin {
                double: false,
                ..number(stored)
            };
            assert_eq!(lost_digits(spelt), None);
        }
    }

    #[test]
    fn a_code_that_is_another_kind_of_value_is_told() {
        let origin = |held, stored| Origin {
            held,
            double: true,
            stored,
        };
        for (held, text, code) in [
            (Held::Date, "2021-01-02", Some(Code::CodeDate)),
            (Held::Time, "08:30", Some(Code::CodeDate)),
            (Held::Truth, "TRUE", Some(Code::CodeBoolean)),
            (Held::Number, "1001", None),
            (Held::Text, "2021-01-02", None),
        ] {
            let found = of_kind(text, origin(held, text)).map(|fault| fault.code);
            assert_eq!(found, code, "{text}");
        }
    }

    #[test]
    fn the_form_of_a_code_shows_what_became_of_it() {
        for (code, told, mend) in [
            ("2-Jan", Code::CodeDate, None),
            ("02-JAN", Code::CodeDate, None),
            ("Jan-02", Code::CodeDate, None),
            ("2-Jan-21", Code::CodeDate, None),
            ("1月2日", Code::CodeDate, None),
            ("2021年1月2日", Code::CodeDate, None),
            ("2021-01-02", Code::CodeDate, None),
            ("2021/1/2", Code::CodeDate, None),
            ("31/12/2021", Code::CodeDate, None),
            ("TRUE", Code::CodeBoolean, None),
            ("false", Code::CodeBoolean, None),
            ("1.23E+11", Code::CodeScientific, None),
            ("1E+05", Code::CodeScientific, None),
            ("1.5e3", Code::CodeScientific, None),
            ("1001.0", Code::CodeFraction, Some("1001")),
            ("01001.00", Code::CodeFraction, Some("01001")),
            ("10\u{200b}01", Code::CodeInvisible, Some("1001")),
            ("A\u{ad}12", Code::CodeInvisible, Some("A12")),
            ("10\u{a0}01", Code::CodeInvisible, None),
            ("10\u{202f}01", Code::CodeInvisible, None),
            ("10\n01", Code::CodeInvisible, None),
        ] {
            let fault = of_form(code, text(code), || false).unwrap_or_else(|| panic!("{code:?} is told"));
            assert_eq!(
                (fault.code, fault.mend.as_ref().map(Mend::text).as_deref()),
                (told, mend),
                "{code:?}"
            );
        }
        for (code, mend) in [("1001.5", None), ("0.1", None), ("7.0", Some("7"))] {
            let fault = of_form(code, number(code), || true).unwrap();
            assert_eq!(
                (fault.code, fault.mend.as_ref().map(Mend::text).as_deref()),
                (Code::CodeFraction, mend),
                "{code}"
            );
        }
        assert_eq!(
            of_form("1e5", number("1e5"), || false).unwrap().code,
            Code::CodeScientific
        );
    }

    #[test]
    fn codes_of_any_form_stay_silent() {
        for code in [
            "1001",
            "01001",
            "1E5",
            "2E-01",
            "1-2",
            "12-34",
            "A-12",
            "1.1",
            "3.10.2",
            "A01.0",
            "13.0a",
            "MAR-1",
            "JAN-100",
            "32-Jan",
            "2021-13",
            "2021-13-01",
            "110-01-02",
            "13月2日",
            "99/99/2021",
            "TRUEMAN",
            "T",
            "社区 3",
            "10 01",
            " 1001\u{a0}",
            "\u{feff}1001",
            "１００１",
            "1/2",
            "01/02/03",
            "号日",
        ] {
            assert_eq!(of_form(code, text(code), || false), None, "{code:?}");
        }
        // Where others are 12.1 and 12.2, 12.0 is one of them.
        assert_eq!(of_form("12.0", text("12.0"), || true), None);
        for (code, points) in [
            ("12.1", true),
            ("3.10.2", true),
            ("12.0", false),
            ("12", false),
            ("A.1", false),
            ("", false),
        ] {
            assert_eq!(has_point(code), points, "{code}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_cell_breaks_it(code in "\\PC{0,24}") {
            let _ = of_form(&code, text(&code), || has_point(&code));
            let _ = lost_digits(number(&code));
        }
    }
}
