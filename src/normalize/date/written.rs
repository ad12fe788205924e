//! Days that do not begin with the year: `03/04/2022`, in one of two orders, and `3 April 2022`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::scan::{day_part, number};
use crate::domain::half_width;
use crate::normalize::cell::tidy;
use crate::pipeline::DateOrder;

/// Bytes of the longest text that may be a day with the name of its month.
const LONGEST: usize = 48;

/// A day in figures that ends with the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    /// Read with the day first; None: there is no such day.
    pub(super) day_first: Option<Date>,
    /// With the month first.
    pub(super) month_first: Option<Date>,
}

impl Figures {
    /// Of `03/04/2022`, `3.4.2022`, `03-04-2022`; None: something else.
    pub(super) fn of(text: &str) -> Option<Figures> {
        Figures::with_year(text, 4)
    }

    /// The same of a year of at least so many digits. Two digits are a year of this century.
    fn with_year(text: &str, least: usize) -> Option<Figures> {
        let (first, rest) = number(text, 1, 2)?;
        let separator = rest.chars().next().filter(|c| matches!(c, '/' | '.' | '-'))?;
        let (second, rest) = number(&rest[1..], 1, 2)?;
        let (year, rest) = number(rest.strip_prefix(separator)?, least, 4)?;
        let year = if year < 100 { year + 2000 } else { year };
        let day = |month: i16, day: i16| Date::new(year, month as i8, day as i8).ok();
        rest.is_empty().then(|| Figures {
            day_first: day(second, first),
            month_first: day(first, second),
        })
    }

    /// The one order in which it is a day; None: it is one in both, or in neither.
    fn order(&self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (Some(_), None) => Some(DateOrder::Day),
            (None, Some(_)) => Some(DateOrder::Month),
            _ => None,
        }
    }
}

/// The one order in which a cell is a day; None: it is one in both, or in neither.
pub(super) fn one_order(cell: &str) -> Option<DateOrder> {
    order_with_year(cell, 4)
}

/// The same, also of a cell whose year has two digits. Such a cell is not read, and shows all the same how its author writes days.
pub(super) fn order_meant(cell: &str) -> Option<DateOrder> {
    order_with_year(cell, 2)
}

fn order_with_year(cell: &str, digits: usize) -> Option<DateOrder> {
    let narrow = half_width(tidy(cell));
    Figures::with_year(day_part(tidy(&narrow)).0, digits)?.order()
}

/// Months and other words of days.
pub(super) struct Words {
    /// What may stand behind the number of a year, a month and a day: `2020年12月31日`.
    pub(super) year: Vec<String>,
    pub(super) month: Vec<String>,
    pub(super) day: Vec<String>,
    months: BTreeMap<String, i8>,
    between: Vec<String>,
    ordinals: Vec<String>,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("months.toml")).expect("months.toml is checked by a test");
    let named = (1..).zip(file.months);
    Words {
        year: file.year,
        month: file.month,
        day: file.day,
        months: named
            .flat_map(|(at, names)| names.into_iter().map(move |name| (name, at)))
            .collect(),
        between: file.between,
        ordinals: file.ordinals,
    }
});

#[derive(Deserialize)]
struct File {
    year: Vec<String>,
    month: Vec<String>,
    day: Vec<String>,
    months: Vec<Vec<String>>,
    between: Vec<String>,
    ordinals: Vec<String>,
}

/// A part of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// At most two digits.
    Day(i8),
    Month(i8),
    Year(i16),
}

/// The day that a text with the name of a month is: `3 April 2022`, `April 3, 2022`, `3-Apr-2022`, `3 de abril de 2022`.
pub(super) fn with_name(text: &str) -> Option<Date> {
    if text.len() > LONGEST || !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let mut parts = Vec::with_capacity(3);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_digit = c.is_ascii_digit();
        let is_word = |c: char| c.is_alphabetic() || c == 'º';
        let end = rest
            .find(|c: char| if is_digit { !c.is_ascii_digit() } else { !is_word(c) })
            .unwrap_or(rest.len());
        if end == 0 {
            if !matches!(c, ' ' | ',' | '.' | '-' | '/') {
                return None;
            }
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (token, behind) = rest.split_at(end);
        parts.extend(part(token, parts.last())?);
        rest = behind;
    }
    match parts[..] {
        [Part::Day(day), Part::Month(month), Part::Year(year)]
        | [Part::Month(month), Part::Day(day), Part::Year(year)]
        | [Part::Year(year), Part::Month(month), Part::Day(day)] => Date::new(year, month, day).ok(),
        _ => None,
    }
}

/// What a word or a number is; Some(None): nothing, as `de` is. None: no part of a day.
fn part(token: &str, before: Option<&Part>) -> Option<Option<Part>> {
    if token.starts_with(|c: char| c.is_ascii_digit()) {
        return match token.len() {
            1 | 2 => Some(Some(Part::Day(token.parse().ok()?))),
            4 => Some(Some(Part::Year(token.parse().ok()?))),
            _ => None,
        };
    }
    let word = token.to_lowercase();
    if let Some(month) = WORDS.months.get(&word) {
        return Some(Some(Part::Month(*month)));
    }
    let is_ordinal = matches!(before, Some(Part::Day(_))) && WORDS.ordinals.contains(&word);
    (is_ordinal || WORDS.between.contains(&word)).then_some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_two_months() {
        let file: File = toml::from_str(include_str!("months.toml")).unwrap();
        assert_eq!(file.months.len(), 12);
        let count: usize = file.months.iter().map(Vec::len).sum();
        assert_eq!(WORDS.months.len(), count);
        assert!(WORDS.months.keys().all(|name| *name == name.to_lowercase()));
    }

    #[test]
    fn months_have_names_in_several_languages() {
        for text in [
            "3 April 2022",
            "3rd of April, 2022",
            "April 3, 2022",
            "3-Apr-2022",
            "03.Apr.2022",
            "3. april 2022",
            "3 avril 2022",
            "3 de abril de 2022",
            "3 апреля 2022 г.",
            "2022-Apr-03",
        ] {
            assert_eq!(with_name(text), Date::new(2022, 4, 3).ok(), "{text}");
        }
        for text in [
            "April 2022",
            "3 April",
            "3 Foo 2022",
            "31 April 2022",
            "3 April 22",
            "April",
            "3 4 April 2022",
            "x",
        ] {
            assert_eq!(with_name(text), None, "{text}");
        }
    }
}
