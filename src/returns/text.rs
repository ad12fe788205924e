//! Texts of cells: what was sent stays as it was sent, what is said about it can be read.

use crate::domain::{Place, visible_lines};
use crate::pipeline::{ColumnKind, Form};

/// UTF-16 units that a cell holds.
pub(super) const LONGEST: usize = 32_767;
/// Digits that a spreadsheet keeps of a number; what stands behind them is noise of its arithmetic.
const DIGITS: usize = 15;

/// What was a number in a workbook, as a text that is read as the same number.
pub(super) fn of_number(text: &str, kind: Option<&ColumnKind>) -> String {
    let is_figure = matches!(kind, Some(ColumnKind::Integer { .. } | ColumnKind::Decimal { .. }));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !is_figure || digits <= DIGITS {
        return text.to_owned();
    }
    let (number, percent) = text.strip_suffix('%').map_or((text, ""), |number| (number, "%"));
    rounded(number).map_or_else(|| text.to_owned(), |number| number + percent)
}

/// Characters of a number that a spreadsheet shows as it is, however narrow the column; longer ones may get an exponent.
const SHOWN: usize = 10;

/// The number that a text is, where a spreadsheet shows it as this text; None where it does not.
pub(super) fn number(text: &str) -> Option<f64> {
    if text.len() > SHOWN {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && number.to_string() == text).then_some(number)
}

/// The number format that shows so many decimals.
pub(super) fn with_decimals(count: u8) -> String {
    let point = if count > 0 { "." } else { "" };
    format!("0{point}{}", "0".repeat(count.into()))
}

/// The number format that shows a number with this text before and behind it.
pub(super) fn pattern(before: &str, number: &str, behind: &str) -> String {
    let literal = |text: &str| text.chars().flat_map(|c| ['\\', c]).collect::<String>();
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let point = if decimals > 0 { "." } else { "" };
    format!("{}0{point}{}{}", literal(before), "0".repeat(decimals), literal(behind))
}

/// A plain decimal with at most [`DIGITS`] significant digits; None where it is none.
fn rounded(number: &str) -> Option<String> {
    let (sign, plain) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let first = digits.iter().position(|digit| *digit != b'0')?;
    let keep = first + DIGITS;
    if keep >= digits.len() {
        return Some(number.to_owned());
    }
    let up = digits[keep] >= b'5';
    digits[keep..].fill(b'0');
    let mut carry = up;
    for digit in digits[..keep].iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    let mut text = String::from_utf8(digits).ok()?;
    text.insert(whole.len(), '.');
    if carry {
        text.insert(0, '1');
    }
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Some(format!("{sign}{text}"))
}

/// For a person: what is not seen itself is written out, and what is too long is cut.
pub(super) fn shown(text: &str, most: usize) -> String {
    let blank = |c: char| if matches!(c, '\t' | '\r') { ' ' } else { c };
    let mut clean = visible_lines(&text.chars().take(most).map(blank).collect::<String>());
    if text.chars().nth(most).is_some() {
        clean.push('…');
    }
    clean
}

/// What a person calls the column of a place.
pub(super) fn title_of(place: &Place, form: &Form, lang: crate::domain::Lang) -> Option<String> {
    let id = place.column.as_deref()?;
    let title = form
        .column(id)
        .map(|column| form.columns[column].title.get(lang).to_owned());
    Some(title.unwrap_or_else(|| shown(id, 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_show_what_stood_around_a_number() {
        assert_eq!(pattern("$", "47.3", ""), "\\$0.0");
        assert_eq!(pattern("", "12", "万元"), "0\\万\\元");
    }

    #[test]
    fn numbers_that_are_shown_as_they_are_stay_numbers() {
        assert_eq!(number("6650"), Some(6650.0));
        assert_eq!(number("-47.3"), Some(-47.3));
        for text in ["", "007", "47.30", "1e3", "12%", "NaN", "-0.0", "12345678901"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn noise_behind_fifteen_digits_goes() {
        let figure = ColumnKind::Integer { unit: None };
        for (text, expected) in [
            ("0.30000000000000004", "0.3"),
            ("30.000000000000004%", "30%"),
            ("820", "820"),
            ("-1234567890123.4567", "-1234567890123.46"),
            ("99999999999999.999", "100000000000000"),
            ("12345678901234567890", "12345678901234600000"),
            ("1234567.123456789", "1234567.12345679"),
        ] {
            assert_eq!(of_number(text, Some(&figure)), expected, "{text}");
        }
        assert_eq!(
            of_number("0.30000000000000004", Some(&ColumnKind::Text)),
            "0.30000000000000004"
        );
    }

    #[test]
    fn what_turns_the_direction_is_made_visible() {
        assert_eq!(shown("a\u{202e}b\u{1}\nc", 9), "a\\u{202e}b\\u{1}\nc");
        assert_eq!(shown("abc", 2), "ab…");
    }
}
