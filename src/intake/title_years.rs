//! The year that a title, the name of a sheet or a heading names, in words that state no period by themselves: `Clinics of Zedland, 2019`,
//! `Year: 2019`, `1 January 2019 to 31 December 2019`. Years of laws, classifications and publications are none of the figures.

use super::header_periods::{lowered, period_words, spans_as_years, years};
use super::words::words;
use crate::domain::{Period, fold};

/// Words of a title: more make a sentence, which may speak of anything.
const TITLE_WORDS: usize = 10;
/// Words of a heading above some of the rows.
const HEADING_WORDS: usize = 3;

/// What a text says of the year of its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    /// Nothing.
    None,
    /// It is that of the period.
    Own,
    /// It may be another one.
    MayBeOther,
    /// It is another one.
    Other,
}

/// What a title says.
pub(super) fn of_title(title: &str, period: Period) -> Year {
    if !title.bytes().any(|byte| byte.is_ascii_digit()) {
        return Year::None;
    }
    let lower = lowered(title);
    let folded = fold(&lower);
    let found = years(&lower);
    let (Some(&first), Some(&last)) = (found.iter().min(), found.iter().max()) else {
        return Year::None;
    };
    let lower = spans_as_years(&lower);
    let is_one_span = years(&lower).iter().all(|year| *year == first);
    if words().tells_no_period(&folded) || words().is_date(&spans_as_years(title)) {
        return Year::None;
    }
    let own = i32::from(period.year());
    if (first..=last).contains(&own) {
        return Year::Own;
    }
    let said = || {
        lower
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
    };
    let any = |words: &[String]| said().any(|word| words.iter().any(|known| known == word));
    let known = period_words();
    if any(&known.no_titles) {
        return Year::None;
    }
    if any(&known.period_labels) {
        return Year::Other;
    }
    let is_day = any(&known.month_words);
    let text = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = known
        .year_words
        .iter()
        .find_map(|word| text.strip_suffix(word.as_str()));
    let bare = bare.unwrap_or(text).trim_end_matches(|c: char| !c.is_alphanumeric());
    let (begins, ends) = (is_year_at(text, first, true), is_year_at(bare, first, false));
    let is_plain = is_one_span && !is_day && said().count() <= TITLE_WORDS && !title.trim_end().ends_with(['.', '。']);
    match (first < own, begins, ends) {
        (true, true, _) if is_plain => Year::Other,
        // An office and a year name a publication.
        (true, _, true) if is_plain && !words().names_office(&folded) => Year::Other,
        (true, ..) => Year::MayBeOther,
        (false, true, _) if is_plain => Year::Other,
        _ => Year::None,
    }
}

/// Whether a text begins or ends with a year.
fn is_year_at(text: &str, year: i32, at_start: bool) -> bool {
    let digits = year.to_string();
    let rest = if at_start {
        text.strip_prefix(&*digits)
    } else {
        text.strip_suffix(&*digits)
    };
    let is_digit = |c: Option<char>| c.is_some_and(char::is_numeric);
    rest.is_some_and(|rest| {
        !is_digit(if at_start {
            rest.chars().next()
        } else {
            rest.chars().next_back()
        })
    })
}

/// What the name of a sheet says: a year, with a word or two beside it.
pub(super) fn of_sheet(name: &str, period: Period) -> Year {
    match of_title(name, period) {
        Year::Other | Year::MayBeOther if !is_heading(&spans_as_years(name)) => Year::None,
        Year::MayBeOther => Year::Other,
        year => year,
    }
}

/// What a lone text above some of the rows says: `Year 2019`, 2019年.
pub(super) fn of_heading(text: &str, period: Period) -> Year {
    let is_known = |year: &Year| is_heading(&spans_as_years(text)) && *year != Year::MayBeOther;
    let year = Some(of_title(text, period)).filter(is_known);
    year.unwrap_or(Year::None)
}

fn is_heading(text: &str) -> bool {
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
    let is_parted = |c: char| !c.is_alphanumeric();
    let has_other_number = || {
        let numbers = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty());
        numbers.count() > 1
    };
    text.split(is_parted).filter(is_word).count() <= HEADING_WORDS && !has_other_number()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_name_the_year_of_their_figures() {
        let period = Period::parse_any("2020").unwrap();
        for (title, expected) in [
            ("Clinics in Zedland 2019", Year::Other),
            ("Clinics in Zedland, 2019", Year::Other),
            ("Clinics (2019)", Year::Other),
            ("Year: 2019", Year::Other),
            ("2019 clinic survey", Year::Other),
            ("2021 clinic survey", Year::Other),
            ("Сведения о клиниках за 2019 год", Year::Other),
            ("Reporting period: 1 January 2019 to 31 December 2019", Year::Other),
            ("FY 2019", Year::Other),
            ("2019", Year::Other),
            ("2019年", Year::Other),
            ("Clinics 2020", Year::Own),
            ("Clinics 2019-2021", Year::Own),
            ("Clinics 2019/20", Year::Own),
            ("Zedland 2019 clinics", Year::MayBeOther),
            ("Clinics, December 2019", Year::MayBeOther),
            ("Statistical Office of Zedland, 2019", Year::MayBeOther),
            ("Clinics 2018/19", Year::Other),
            ("Clinics, 2018–2019", Year::Other),
            ("2018-19 clinic survey", Year::Other),
            ("2021/22", Year::Other),
            ("Clinics 2020/21", Year::Own),
            ("Zedland 2018/19 clinics", Year::MayBeOther),
            // A month, and several years.
            ("Clinics 2011/12", Year::MayBeOther),
            ("Clinics 2015-2019", Year::MayBeOther),
            ("Statistical Office of Zedland, March 2021", Year::None),
            ("Clinics of Zedland", Year::None),
            ("Printed 3 March 2019", Year::None),
            ("Form 12 approved 2015", Year::None),
            ("Areas as in the census of 2010", Year::None),
            ("Health Act 2014", Year::None),
            ("At constant 2015 prices", Year::None),
            ("31.12.2019", Year::None),
            ("Room 12345", Year::None),
        ] {
            assert_eq!(of_title(title, period), expected, "{title}");
        }
    }

    #[test]
    fn names_of_sheets_and_headings_are_short() {
        let period = Period::parse_any("2020").unwrap();
        for (name, sheet, heading) in [
            ("2019", Year::Other, Year::Other),
            ("2019年", Year::Other, Year::Other),
            ("Year 2019", Year::Other, Year::Other),
            ("Data 2019", Year::Other, Year::Other),
            ("Dec 2019", Year::None, Year::None),
            ("2020", Year::Own, Year::Own),
            ("2018-19", Year::Other, Year::Other),
            ("2018–2019", Year::Other, Year::Other),
            ("2019-20", Year::Own, Year::Own),
            ("Table 5 2019", Year::None, Year::None),
            ("North", Year::None, Year::None),
        ] {
            assert_eq!(
                (of_sheet(name, period), of_heading(name, period)),
                (sheet, heading),
                "{name}"
            );
        }
    }
}
