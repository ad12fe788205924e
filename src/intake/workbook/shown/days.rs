//! Number formats of days that leave something out: `mmm-yy` shows no day, `d-mmm` no year, and `h:mm` none of them. The workbook holds
//! the whole day all the same.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::LazyLock;

use serde::Deserialize;

/// Characters of a format that are looked at.
const LONGEST: usize = 255;

/// What a format leaves out of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Lack {
    /// One or two of year, month and day of the month.
    Part,
    /// All three: it shows a time.
    Day,
    /// The day is no day: it shows a span of time, whose hours go beyond 24: `[h]:mm`.
    Span,
}

/// What a letter of a format stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    /// Of the month.
    Day,
    /// Of the week.
    Weekday,
    Hours,
    /// Months too, where neither hours stand before them nor seconds behind.
    Minutes,
    Seconds,
    /// Of an emperor or a calendar: `g`, `e`. A year where days are shown beside it.
    Era,
}

impl Lack {
    /// Of a format as a workbook writes it; None: it shows whole days, or no days at all. What sections with conditions show depends on
    /// the value.
    pub(super) fn of_format(format: &str) -> Option<Lack> {
        if format.len() > LONGEST || format.eq_ignore_ascii_case("general") {
            return None;
        }
        // Formats by which one kind of file names those of its program.
        match format.rsplit_once(' ') {
            Some((_, "Date")) => return None,
            Some((_, "Time")) => return Some(Lack::Day),
            _ => {}
        }
        let parts = match parts(format) {
            Shows::Parts(parts) => parts,
            Shows::Span => return Some(Lack::Span),
            Shows::Other => return None,
        };
        let has = |part| parts.contains(&part);
        let is_day = |part: &Part| !matches!(part, Part::Hours | Part::Minutes | Part::Seconds);
        let is_of_days = parts.iter().any(|part| *part != Part::Era);
        match (is_of_days, parts.iter().any(is_day)) {
            (false, _) => None,
            (true, false) => Some(Lack::Day),
            (true, true) => {
                let has_year = has(Part::Year) || has(Part::Era);
                let is_whole = has_year && has(Part::Month) && has(Part::Day);
                (!is_whole).then_some(Lack::Part)
            }
        }
    }
}

/// What the first section of a format shows.
enum Shows {
    /// Parts of a day, in order.
    Parts(Vec<Part>),
    Span,
    /// Whether it applies depends on the value.
    Other,
}

fn parts(format: &str) -> Shows {
    let mut parts = Vec::new();
    let mut characters = format.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            ';' => break,
            '\\' | '!' | '_' | '*' => drop(characters.next()),
            '"' => characters.by_ref().take_while(|c| *c != '"').for_each(drop),
            '[' => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let is_span = !inner.is_empty() && inner.chars().all(|c| "hmsHMS".contains(c));
                if is_span {
                    return Shows::Span;
                }
                // All days are more than 0.
                if inner.starts_with(['<', '>', '=']) && !matches!(inner.as_str(), ">0" | ">=0") {
                    return Shows::Other;
                }
            }
            _ => parts.extend(part(c, run(c, &mut characters), parts.last().copied())),
        }
    }
    settle_months(&mut parts);
    Shows::Parts(parts)
}

/// How often a letter stands there, small or large.
fn run(c: char, rest: &mut Peekable<Chars<'_>>) -> usize {
    let mut count = 1;
    while rest.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
        count += 1;
    }
    // The letters of AM/PM are no months.
    if c.eq_ignore_ascii_case(&'a') && count == 1 {
        for letter in ['m', '/', 'p', 'm'] {
            rest.next_if(|next| next.eq_ignore_ascii_case(&letter));
        }
    }
    count
}

fn part(c: char, count: usize, before: Option<Part>) -> Option<Part> {
    Some(match (c.to_ascii_lowercase(), count) {
        ('y' | 'b', _) => Part::Year,
        ('e' | 'g', _) => Part::Era,
        ('m', 3..) => Part::Month,
        ('m', _) if before == Some(Part::Hours) => Part::Minutes,
        // Until seconds follow.
        ('m', _) => Part::Month,
        ('d', 1 | 2) => Part::Day,
        ('d', _) | ('a', 3..) => Part::Weekday,
        ('h', _) => Part::Hours,
        ('s', _) => Part::Seconds,
        _ => return None,
    })
}

/// Makes minutes of what stands before seconds.
fn settle_months(parts: &mut [Part]) {
    for at in 1..parts.len() {
        if parts[at] == Part::Seconds && parts[at - 1] == Part::Month {
            parts[at - 1] = Part::Minutes;
        }
    }
}

/// The format that a workbook names by this number alone, if programs of some language leave out a part of the day there.
pub(in crate::intake) fn local_code(id: u32) -> Option<&'static str> {
    let format = LOCAL.format.iter().find(|format| format.ids.contains(&id))?;
    Some(&format.code)
}

#[derive(Deserialize)]
struct File {
    format: Vec<Local>,
}

#[derive(Deserialize)]
struct Local {
    ids: Vec<u32>,
    code: String,
}

static LOCAL: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("days.toml")).expect("days.toml is checked by a test"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_leave_out_parts_of_a_day() {
        for (format, lack) in [
            ("mmm-yy", Some(Lack::Part)),
            ("yyyy", Some(Lack::Part)),
            ("d-mmm", Some(Lack::Part)),
            ("yyyy\"年\"m\"月\"", Some(Lack::Part)),
            ("yyyy\"年\"m\"月\";@", Some(Lack::Part)),
            ("[$-804]m\"月\"d\"日\";@", Some(Lack::Part)),
            ("[$-409]mmmm\\ yyyy", Some(Lack::Part)),
            ("yyyy年m月", Some(Lack::Part)),
            ("dddd", Some(Lack::Part)),
            ("[$-804]aaaa;@", Some(Lack::Part)),
            ("m/d h:mm", Some(Lack::Part)),
            ("\"d\"yyyy/m", Some(Lack::Part)),
            ("h:mm", Some(Lack::Day)),
            ("h:mm AM/PM", Some(Lack::Day)),
            ("mm:ss", Some(Lack::Day)),
            ("mmss.0", Some(Lack::Day)),
            ("上午/下午h\"时\"mm\"分\"", Some(Lack::Day)),
            ("Short Time", Some(Lack::Day)),
            ("yyyy-mm-dd", None),
            ("mm-dd-yy", None),
            ("m/d/yy h:mm", None),
            ("DD/MM/YYYY", None),
            ("yyyy\"年\"m\"月\"d\"日\"", None),
            ("[$-411]ge.m.d", None),
            ("[$-404]e/m/d", None),
            ("[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"", None),
            ("dddd, mmmm d, yyyy", None),
            ("Medium Date", None),
            ("General Date", None),
            ("[<1]h:mm;yyyy-mm", None),
            ("[h]:mm:ss", Some(Lack::Span)),
            ("[mm]:ss", Some(Lack::Span)),
            ("[$-409][h]:mm;@", Some(Lack::Span)),
            ("[>=0]mmm-yy;@", Some(Lack::Part)),
            ("[Red]0.00", None),
            ("\"[h]\"0", None),
            ("General", None),
            ("0.00E+00", None),
            ("#,##0", None),
            ("0\"人\"", None),
            ("@", None),
            ("", None),
        ] {
            assert_eq!(Lack::of_format(format), lack, "{format}");
        }
    }

    #[test]
    fn formats_without_a_code_are_those_that_leave_something_out() {
        assert_eq!(local_code(57), Some("yyyy\"年\"m\"月\""));
        assert_eq!((local_code(14), local_code(31)), (None, None));
        for format in &LOCAL.format {
            assert!(Lack::of_format(&format.code).is_some(), "{}", format.code);
        }
    }
}
