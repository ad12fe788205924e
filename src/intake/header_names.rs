//! A header that says of which period its column is, read for `[unpivot]`: `2016年`, `2016-01`, `Jan 2016`, `Cases 2016`, `2016（万人）`.
//!
//! What can mean two periods means none: `FY2016/17` is the year that began or the one that ended, `2016-01` a month or a span.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::header_periods::lowered;
use super::words::words;
use crate::domain::{Period, PeriodKind, fold};

/// What a header says of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// One, and this beside it.
    Period(Period, String),
    /// A time that is not one period of the pipeline.
    Unclear,
}

/// Reads a header. `names` are headers, folded, that the form declares.
pub(super) fn read(header: &str, kind: PeriodKind, names: &BTreeMap<String, Period>) -> Said {
    if let Some(period) = names.get(&fold(header)) {
        return Said::Period(*period, String::new());
    }
    let text = lowered(header.trim());
    let mut found = expression().captures_iter(&text);
    let Some(first) = found.next() else {
        return match is_month_alone(&text) {
            true => Said::Unclear,
            false => Said::Nothing,
        };
    };
    let whole = first.get(0).map_or(0..0, |whole| whole.range());
    let (before, after) = (&text[..whole.start], &text[whole.end..]);
    // `2016p` may be preliminary, `fy2016` begin in another year, `2016/17` be either.
    let is_joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '–' | '—' | '~' | '至');
    let is_open = before.chars().next_back().is_some_and(is_joined) || after.chars().next().is_some_and(is_joined);
    let is_fiscal = before.split(|c: char| !c.is_alphanumeric()).any(|word| word == "fy");
    match period_of(&first, kind) {
        Some(period) if !is_open && !is_fiscal && found.next().is_none() => Said::Period(period, rest(before, after)),
        _ => Said::Unclear,
    }
}

/// A month, a quarter, a half or a year, in the ways in which headers write them.
fn expression() -> &'static Regex {
    static EXPRESSION: LazyLock<Regex> = LazyLock::new(|| {
        let year = |name: &str| format!("(?P<{name}>(?:19|20)[0-9]{{2}})");
        let month = |name: &str| {
            format!(
                "(?P<{name}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?"
            )
        };
        let ways = [
            format!("\\b{}[ \\-]*{}", month("m1"), year("y1")),
            format!("{}[ \\-]*{}\\b", year("y2"), month("m2")),
            format!(
                "{}[ \\-]*年?[ \\-]*(?:q(?P<q1>[1-4])|第?(?P<q2>[1-4一二三四])季度?)",
                year("y3")
            ),
            format!("\\bq(?P<q3>[1-4])[ \\-/]*{}", year("y4")),
            format!("{}[ \\-]*年?[ \\-]*(?:h(?P<h1>[12])|(?P<h2>[上下])半年)", year("y5")),
            format!("\\bh(?P<h3>[12])[ \\-/]*{}", year("y6")),
            format!("{} *年 *(?P<n1>1[0-2]|0?[1-9]) *月份?", year("y7")),
            format!("{}[-./](?P<n2>0[1-9]|1[0-2])", year("y8")),
            format!("{}(?: *年(?:度|末|底)?)?", year("y9")),
        ];
        Regex::new(&ways.join("|")).expect("every test of headers reads it")
    });
    &EXPRESSION
}

/// The period of a kind that an expression means.
fn period_of(found: &Captures<'_>, kind: PeriodKind) -> Option<Period> {
    let text = |names: &[&str]| names.iter().find_map(|name| found.name(name)).map(|one| one.as_str());
    let year = text(&["y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8", "y9"])?;
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let named = text(&["m1", "m2"]).and_then(|name| MONTHS.iter().position(|month| name.starts_with(month)));
    let month = named
        .map(|at| at as i32 + 1)
        .or_else(|| text(&["n1", "n2"])?.parse().ok());
    let quarter = text(&["q1", "q2", "q3"]).and_then(|text| words().number(text));
    let half = text(&["h1", "h3"]).and_then(|text| text.parse::<i32>().ok());
    let half = half.or_else(|| Some(if words().is_first_half(text(&["h2"])?) { 1 } else { 2 }));
    let written = match (kind, month, quarter, half) {
        (PeriodKind::Year, None, None, None) => year.to_owned(),
        (PeriodKind::Half, None, None, Some(half)) => format!("{year}H{half}"),
        (PeriodKind::Quarter, None, Some(quarter), None) => format!("{year}Q{quarter}"),
        (PeriodKind::Month, Some(month), None, None) => format!("{year}-{month:02}"),
        _ => return None,
    };
    Period::parse(&written, kind)
}

/// What a header says beside the period, without what had joined the two.
fn rest(before: &str, after: &str) -> String {
    let is_joint = |c: char| c.is_whitespace() || matches!(c, '/' | ',' | '，' | '-' | '–' | '—' | ':' | '：' | '_');
    let (before, after) = (before.trim_end_matches(is_joint), after.trim_start_matches(is_joint));
    let pairs = [('(', ')'), ('（', '）'), ('[', ']')];
    let bracket = pairs
        .iter()
        .find_map(|(open, close)| Some((before.strip_suffix(*open)?, after.strip_prefix(*close)?)));
    let (before, after) = bracket.unwrap_or((before, after));
    format!("{}{}", before.trim_end_matches(is_joint), after)
        .trim()
        .to_owned()
}

/// `Jan`, `3月`: a month of an unknown year.
fn is_month_alone(text: &str) -> bool {
    static MONTH: LazyLock<Regex> = LazyLock::new(|| {
        let names = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
        Regex::new(&format!("^(?:(?:{names})\\.?|(?:1[0-2]|0?[1-9])月份?)$")).expect("every test of headers reads it")
    });
    MONTH.is_match(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(header: &str, kind: PeriodKind) -> String {
        let fiscal = Period::parse("2016", PeriodKind::Year).unwrap();
        let names = BTreeMap::from([(fold("FY2016/17"), fiscal)]);
        match read(header, kind, &names) {
            Said::Nothing => "-".to_owned(),
            Said::Unclear => "?".to_owned(),
            Said::Period(period, rest) if rest.is_empty() => period.to_string(),
            Said::Period(period, rest) => format!("{period} {rest}"),
        }
    }

    #[test]
    fn headers_say_one_period_or_none() {
        for (header, kind, expected) in [
            ("2016", PeriodKind::Year, "2016"),
            (" ２０１６年 ", PeriodKind::Year, "2016"),
            ("2016年末人口", PeriodKind::Year, "2016 人口"),
            ("2016（万人）", PeriodKind::Year, "2016 (万人)"),
            ("Cases 2016", PeriodKind::Year, "2016 cases"),
            ("Cases (2016)", PeriodKind::Year, "2016 cases"),
            ("2016 / Cases", PeriodKind::Year, "2016 cases"),
            ("FY2016/17", PeriodKind::Year, "2016"),
            ("FY2017/18", PeriodKind::Year, "?"),
            ("FY 2017", PeriodKind::Year, "?"),
            ("2016/17", PeriodKind::Year, "?"),
            ("2016-01", PeriodKind::Year, "?"),
            ("2016p", PeriodKind::Year, "?"),
            ("2015 vs 2016", PeriodKind::Year, "?"),
            ("2016Q1", PeriodKind::Year, "?"),
            ("2016-01", PeriodKind::Month, "2016-01"),
            ("2016年3月", PeriodKind::Month, "2016-03"),
            ("Jan 2016", PeriodKind::Month, "2016-01"),
            ("sept. 2016", PeriodKind::Month, "2016-09"),
            ("2016 December", PeriodKind::Month, "2016-12"),
            ("Cases Jan 2016", PeriodKind::Month, "2016-01 cases"),
            ("Jan", PeriodKind::Month, "?"),
            ("3月", PeriodKind::Month, "?"),
            ("2016", PeriodKind::Month, "?"),
            ("2016年第三季度", PeriodKind::Quarter, "2016Q3"),
            ("Q3 2016", PeriodKind::Quarter, "2016Q3"),
            ("2016上半年", PeriodKind::Half, "2016H1"),
            ("H2 2016", PeriodKind::Half, "2016H2"),
            ("County", PeriodKind::Year, "-"),
            ("Marchers", PeriodKind::Month, "-"),
            ("12016", PeriodKind::Year, "?"),
            ("", PeriodKind::Year, "-"),
        ] {
            assert_eq!(said(header, kind), expected, "{header}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            for kind in [PeriodKind::Year, PeriodKind::Half, PeriodKind::Quarter, PeriodKind::Month] {
                let _ = said(&text, kind);
            }
        }
    }
}
