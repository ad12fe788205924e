//! The normal form in which headers are compared: definitions and received sheets go through the same function.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::units::Units;
use crate::domain::is_blank;

/// A header reduced to what distinguishes columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NormalHeader {
    /// Half-width, lower case, without blanks, brackets and unit note; parts of several header rows joined with `/`.
    pub text: String,
    /// The unit note as it stood there (`平方米`, `万元`), of the last part that has one.
    pub unit: Option<String>,
}

/// Normalises a header; unit notes are recognised by the built-in units.
pub fn normalize(header: &str) -> NormalHeader {
    normalize_with(header, Units::built_in())
}

/// Normalises a header; unit notes are recognised by `units`.
pub fn normalize_with(header: &str, units: &Units) -> NormalHeader {
    let folded: String = with_powers(header)
        .nfkc()
        .filter(|c| !is_blank(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let mut normal = NormalHeader::default();
    for part in parts(&folded) {
        let (text, unit) = split_unit(part, units);
        let text: String = text.chars().filter(|c| !is_ornament(*c)).collect();
        if !text.is_empty() {
            if !normal.text.is_empty() {
                normal.text.push('/');
            }
            normal.text.push_str(&text);
        }
        if let Some(unit) = unit {
            normal.unit = Some(unit.to_owned());
        }
    }
    normal
}

/// Raised digits behind a ten as `^` and digits: they are the exponent of a multiple, as in `(10³)`.
fn with_powers(header: &str) -> Cow<'_, str> {
    if !header.contains("10") || header.is_ascii() {
        return Cow::Borrowed(header);
    }
    let mut text = String::with_capacity(header.len() + 1);
    for c in header.chars() {
        let is_raised = matches!(c, '²' | '³' | '\u{2074}'..='\u{2079}');
        let before = text.strip_suffix("10").filter(|_| is_raised);
        if before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_digit())) {
            text.push('^');
        }
        text.push(c);
    }
    Cow::Owned(text)
}

/// Characters that clerks add or leave out at will.
fn is_ornament(c: char) -> bool {
    is_open(c)
        || is_close(c)
        || matches!(
            c,
            ':' | '*' | '"' | '\'' | '“' | '”' | '‘' | '’' | '、' | '.' | '_' | '#'
        )
}

fn is_open(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '【' | '〔' | '〈' | '《' | '<')
}

fn is_close(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '】' | '〕' | '〉' | '》' | '>')
}

/// Splits at `/` outside brackets: `元/人` in a unit note is no second header row.
fn parts(folded: &str) -> Vec<&str> {
    let (mut all, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, c) in folded.char_indices() {
        match c {
            '/' if depth <= 0 => {
                all.push(&folded[start..at]);
                start = at + 1;
            }
            c if is_open(c) => depth += 1,
            c if is_close(c) => depth -= 1,
            _ => {}
        }
    }
    all.push(&folded[start..]);
    all
}

/// Splits `面积(平方米)`, `经费:万元` or `经费,单位:万元` into text and unit note.
fn split_unit<'a>(part: &'a str, units: &Units) -> (&'a str, Option<&'a str>) {
    let known = |note: &'a str| {
        let note = note.strip_prefix("单位").map_or(note, |n| n.trim_start_matches(':'));
        let lead = || note.strip_prefix("in").filter(|note| units.find(note).is_some());
        units.find(note).map(|_| note).or_else(lead)
    };
    if part.chars().next_back().is_some_and(is_close) {
        let inner = &part[..part.len() - part.chars().next_back().map_or(0, char::len_utf8)];
        if let Some((open, c)) = inner.char_indices().rev().find(|(_, c)| is_open(*c))
            && let Some(unit) = known(&inner[open + c.len_utf8()..])
        {
            return (&part[..open], Some(unit));
        }
        return (part, None);
    }
    for (at, c) in part.char_indices().filter(|(_, c)| matches!(c, ':' | ',')) {
        if let Some(unit) = known(&part[at + c.len_utf8()..]) {
            return (&part[..at], Some(unit));
        }
    }
    (part, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_a_header_meet() {
        for (written, text, unit) in [
            ("服务设施面积（平方米）", "服务设施面积", Some("平方米")),
            ("服务设施 面积(㎡)", "服务设施面积", Some("m2")),
            (" 服务设施\u{3000}面积 [M2] ", "服务设施面积", Some("m2")),
            ("建设经费：万元", "建设经费", Some("万元")),
            ("建设经费（单位：万元）", "建设经费", Some("万元")),
            ("建设经费,单位:万元", "建设经费", Some("万元")),
            ("村（居）委会代码", "村居委会代码", None),
            ("村居委会代码", "村居委会代码", None),
            ("其中：多功能面积（平方米）", "其中多功能面积", Some("平方米")),
            ("经费（万元）/中央", "经费/中央", Some("万元")),
            ("经费／中央（千元）", "经费/中央", Some("千元")),
            ("Ｐｏｐｕｌａｔｉｏｎ", "population", None),
            ("社区（村）", "社区村", None),
            ("Area (in km²)", "area", Some("km2")),
            ("覆盖率（％）", "覆盖率", Some("%")),
            ("Residents (10³)", "residents", Some("10^3")),
            ("Residents (10^6)", "residents", Some("10^6")),
            ("Room 110²", "room1102", None),
            ("＊社区名称", "社区名称", None),
            ("#女性", "女性", None),
            ("", "", None),
            ("（）", "", None),
            (")(", "", None),
        ] {
            let normal = normalize(written);
            assert_eq!(
                (normal.text.as_str(), normal.unit.as_deref()),
                (text, unit),
                "{written}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_breaks_it(header in "\\PC{0,40}") {
            let once = normalize(&header);
            proptest::prop_assert!(!once.text.contains(char::is_whitespace));
        }
    }
}
