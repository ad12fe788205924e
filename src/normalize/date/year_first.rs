//! Days that begin with the year: `2020-12-31`, `2020年12月31日`, `20201231`.

use jiff::civil::Date;

use super::scan::{behind, day_part, is_time, number};
use super::written::WORDS;

/// `2020-12-31`
pub(super) fn iso(text: &str) -> Option<Date> {
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

pub(super) fn read(text: &str) -> Option<Date> {
    let (day_part, time) = day_part(text);
    if !is_time(time) {
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
    let (month, rest) = number(behind(rest, &WORDS.year)?, 1, 2)?;
    let (day, rest) = number(behind(rest, &WORDS.month)?, 1, 2)?;
    let closed = rest.is_empty() || WORDS.day.iter().any(|word| word == rest);
    closed.then(|| Date::new(year, month as i8, day as i8).ok()).flatten()
}
