//! Whether a header, or a line that says of which day the figures are, speaks of another time than the period: `Residents (end of 2019)`,
//! 2019年 above 人口, `(Jan–Jun)`, 截至2019年12月31日.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::stated::stated;
use super::words::words;
use crate::domain::{Period, fold};

/// Bytes of a text that are looked at.
const LOOKED_AT: usize = 512;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    as_of: String,
    year_begins: String,
    months: String,
    month_names: Vec<String>,
    month_words: Vec<String>,
    period_labels: Vec<String>,
    year_words: Vec<String>,
    no_titles: Vec<String>,
}

pub(super) struct PeriodWords {
    as_of: Regex,
    year_begins: Regex,
    months: Regex,
    month_names: Vec<String>,
    pub(super) month_words: Vec<String>,
    pub(super) period_labels: Vec<String>,
    pub(super) year_words: Vec<String>,
    pub(super) no_titles: Vec<String>,
}

pub(super) fn period_words() -> &'static PeriodWords {
    static WORDS: LazyLock<PeriodWords> = LazyLock::new(|| {
        let text = include_str!("period_words.toml");
        let file: File = toml::from_str(text).expect("period_words.toml is read by every test");
        let compiled = |pattern: &str| Regex::new(pattern).expect("period_words.toml is read by every test");
        PeriodWords {
            as_of: compiled(&file.as_of),
            year_begins: compiled(&file.year_begins),
            months: compiled(&file.months),
            month_names: file.month_names,
            month_words: file.month_words,
            period_labels: file.period_labels,
            year_words: file.year_words,
            no_titles: file.no_titles,
        }
    });
    &WORDS
}

/// Whether a header as received names another time than the period.
pub(super) fn names_other(header: &str, period: Period) -> bool {
    let lower = lowered(header);
    if words().tells_no_period(&fold(&lower)) {
        return false;
    }
    let stated = stated(&lower);
    if !stated.is_empty() {
        return !stated.iter().any(|one| one.fits(period));
    }
    let years = years(&lower);
    if years.is_empty() {
        return is_other_part(&lower, period);
    }
    let own = i32::from(period.year());
    let ends_it = |year: &i32| *year == own + 1 && period_words().year_begins.is_match(&lower);
    !years.iter().any(|year| *year == own || ends_it(year))
}

/// Whether a line beside the table says that the figures are of a day before the year of the period.
pub(super) fn is_of_earlier_day(line: &str, period: Period) -> bool {
    if !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let lower = lowered(line);
    let latest = || years(&lower).into_iter().max();
    period_words().as_of.is_match(&fold(&lower)) && latest().is_some_and(|year| year < i32::from(period.year()))
}

pub(super) fn lowered(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(LOOKED_AT)];
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// The years that a text names in digits; two of them in `2019/20`.
pub(super) fn years(text: &str) -> Vec<i32> {
    let mut years = Vec::new();
    let mut before = (0, "");
    for (start, digits) in runs_of_digits(text) {
        let is_year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
        let between = &text[before.0..start];
        let is_next = digits.len() == 2 && !before.1.is_empty() && matches!(between.trim(), "/" | "-" | "–" | "—");
        let written = match is_next {
            true => format!("{}{digits}", &before.1[..2]),
            false => digits.to_owned(),
        };
        if is_year || is_next {
            years.extend(written.parse::<i32>());
        }
        before = (start + digits.len(), if is_year { digits } else { "" });
    }
    years
}

/// The text with the first year alone of each span of two, as of school years and budgets: `Clinics 2018/19`, `2018–2019`. A number up to
/// 12 may be a month.
pub(super) fn spans_as_years(text: &str) -> String {
    const MONTHS: i32 = 12;
    let mut bare = String::with_capacity(text.len());
    let (mut written, mut before) = (0, 0..0);
    for (start, digits) in runs_of_digits(text) {
        let year = years(&text[before.clone()]).first().copied();
        let is_joined = matches!(text[before.end..start].trim(), "/" | "-" | "–" | "—");
        let is_next = year.filter(|_| is_joined).is_some_and(|year| {
            let next = digits.parse() == Ok(year + 1);
            let short = digits.len() == 2 && digits.parse() == Ok((year + 1) % 100) && (year + 1) % 100 > MONTHS;
            next || short
        });
        if is_next {
            bare.push_str(&text[written..before.end]);
            written = start + digits.len();
        }
        before = start..start + digits.len();
    }
    bare + &text[written..]
}

fn runs_of_digits(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| c.is_ascii_digit())?;
        let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + length;
        Some((start, &text[start..at]))
    })
}

/// Whether a text names months from one to another that are not those of the period.
fn is_other_part(lower: &str, period: Period) -> bool {
    let words = period_words();
    let Some(found) = words.months.captures(lower) else {
        return false;
    };
    let month = |group: usize| {
        let name = found.get(group).map_or("", |name| name.as_str());
        words
            .month_names
            .iter()
            .position(|month| name.starts_with(month.as_str()))
    };
    let length = 12 / period.kind().per_year() as usize;
    let last = period.part() as usize * length - 1;
    (month(1), month(2)) != (Some(last + 1 - length), Some(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_another_time_are_told_from_those_of_the_period() {
        for (header, period, expected) in [
            ("Residents (end of 2019)", "2020", true),
            ("Residents (as of 31 Dec 2019)", "2020", true),
            ("人口（2019年末）", "2020", true),
            ("2019年/人口", "2020", true),
            ("2019/Residents", "2020", true),
            ("Residents (thousands, 2019)", "2020", true),
            ("Residents (2018/19)", "2020", true),
            ("Residents (Jan–Jun)", "2020", true),
            ("Residents (January to June)", "2020Q1", true),
            ("Residents (2021)", "2020", true),
            ("Residents", "2020", false),
            ("Residents (2020)", "2020", false),
            ("2020年/人口", "2020", false),
            ("Residents (2019/20)", "2020", false),
            ("Residents (2019–2020)", "2020", false),
            ("Residents (1 Jan 2021)", "2020", false),
            ("Residents (01.01.2021)", "2020", false),
            ("Residents (Jan–Dec)", "2020", false),
            ("Residents (Jan–Jun)", "2020H1", false),
            ("Residents (Apr–Jun)", "2020Q2", false),
            ("Residents (12345)", "2020", false),
            ("国统制〔2019〕120号/人口", "2020", false),
            ("Mayors (Marie to May)", "2020", false),
        ] {
            let period = Period::parse_any(period).unwrap();
            assert_eq!(names_other(header, period), expected, "{header}");
        }
    }

    #[test]
    fn a_day_before_the_period_is_known() {
        for (line, expected) in [
            ("截至2019年12月31日", true),
            ("数据截止时间：2019-12-31", true),
            ("Data as of 31 December 2019", true),
            ("截至2020年12月31日", false),
            ("截至2021年1月8日", false),
            ("* figures of 2019", true),
            ("Data are for the year 2019", true),
            ("表中为2019年数据", true),
            ("Source: Health survey 2019", false),
            ("2019年12月31日", false),
            ("截至目前", false),
            ("as of 2019 and 2020", false),
        ] {
            let period = Period::parse_any("2020").unwrap();
            assert_eq!(is_of_earlier_day(line, period), expected, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            let period = Period::parse_any("2020").unwrap();
            let _ = (names_other(&text, period), is_of_earlier_day(&text, period));
        }
    }
}
