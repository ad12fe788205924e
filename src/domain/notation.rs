//! What the engine writes into `raw` and `expected`, in words of a language.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Code, FindingCode, Lang};

/// `notation.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notation {
    raw: Vec<Code>,
    expected: Vec<Code>,
    list: Vec<List>,
    token: Vec<Token>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    of: Code,
    between: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    is: String,
    zh: String,
    en: String,
}

/// The table, read once.
pub(super) fn notation() -> &'static Notation {
    static NOTATION: LazyLock<Notation> =
        LazyLock::new(|| toml::from_str(include_str!("notation.toml")).expect("notation.toml is checked by a test"));
    &NOTATION
}

impl Notation {
    /// What stood there: a county's words stay as they are, the engine's are put in the language.
    pub(super) fn raw<'t>(&self, code: &FindingCode, text: &'t str, lang: Lang) -> Cow<'t, str> {
        self.of(&self.raw, code, text, lang)
    }

    /// What was expected.
    pub(super) fn expected<'t>(&self, code: &FindingCode, text: &'t str, lang: Lang) -> Cow<'t, str> {
        if let Some(list) = self.list.iter().find(|list| *code == list.of) {
            let all: Vec<&str> = text.split(&list.between).collect();
            return Cow::Owned(all.join(separator(lang)));
        }
        match first_of_column(text, lang) {
            Some((first, more)) => Cow::Owned(format!("{}{more}", self.of(&self.expected, code, first, lang))),
            None => self.of(&self.expected, code, text, lang),
        }
    }

    /// A range or bound with a unit: `29.4～41.8 平方米`, `0 to 1912.35 m²`. None: it is none.
    pub(super) fn range_in(&self, text: &str, unit: &str, lang: Lang) -> Option<String> {
        let (range, more) = first_of_column(text, lang).unwrap_or((text, ""));
        let words = self.range(range, lang);
        if words == range {
            return None;
        }
        let is_sign = !unit.chars().any(char::is_alphanumeric);
        // `0 to 90.9 10,000 yuan` would be read as another number.
        let is_figure = unit.starts_with(|c: char| c.is_ascii_digit());
        Some(match (unit, lang) {
            ("", _) => format!("{words}{more}"),
            (_, Lang::Zh) if is_sign => format!("{words}{unit}{more}"),
            (_, Lang::En) if is_figure => format!("{words} ({unit}){more}"),
            _ => format!("{words} {unit}{more}"),
        })
    }

    fn of<'t>(&self, codes: &[Code], code: &FindingCode, text: &'t str, lang: Lang) -> Cow<'t, str> {
        if !codes.iter().any(|one| code == one) {
            // What a rule expects may be any word, but a range or a bound is one for every code.
            return self.range(text, lang);
        }
        let words = self.words(text, lang).or_else(|| {
            let all: Option<Vec<String>> = text.split(", ").map(|part| self.words(part, lang)).collect();
            all.map(|all| all.join(if lang == Lang::Zh { "、" } else { ", " }))
        });
        words.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// A range of two numbers, or a bound, as the language writes it; any other text as it is.
    pub(super) fn range<'t>(&self, text: &'t str, lang: Lang) -> Cow<'t, str> {
        let is_range = ["#..#", ">= #", "<= #"]
            .iter()
            .any(|range| parts(range, text).is_some());
        let words = is_range.then(|| self.words(text, lang)).flatten();
        words.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn words(&self, text: &str, lang: Lang) -> Option<String> {
        self.token.iter().find_map(|token| {
            let parts = parts(&token.is, text)?;
            let template = match lang {
                Lang::Zh => &token.zh,
                Lang::En => &token.en,
            };
            let mut words = template.clone();
            for (number, part) in (1..).zip(parts) {
                words = words.replace(&format!("{{{number}}}"), part);
            }
            Some(words)
        })
    }
}

/// A range of two numbers, or a bound, as readers of `lang` write it; any other text as it is.
pub fn range_in_words(text: &str, lang: Lang) -> Cow<'_, str> {
    notation().range(text, lang)
}

/// Of a whole column the bound of its first cell stands for those of the others: that bound, and the words that say so.
fn first_of_column(text: &str, lang: Lang) -> Option<(&str, &'static str)> {
    let more = match lang {
        Lang::Zh => "（逐行不同）",
        Lang::En => " (differs from row to row)",
    };
    Some((text.strip_suffix(" …")?, more))
}

/// What the signs of a pattern stand for in a text; None where it does not fit.
pub(super) fn parts<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut found = Vec::new();
    let (mut pattern, mut text) = (pattern, text);
    while let Some(at) = pattern.find(['#', '*']) {
        text = text.strip_prefix(&pattern[..at])?;
        let is_number = pattern[at..].starts_with('#');
        pattern = &pattern[at + 1..];
        let fixed = pattern.split(['#', '*']).next().unwrap_or_default();
        let end = if pattern.is_empty() {
            text.len()
        } else {
            text.find(fixed)?
        };
        let part = &text[..end];
        let fits = if is_number {
            part.parse::<f64>().is_ok_and(f64::is_finite)
        } else {
            !part.is_empty()
        };
        found.push(part);
        text = &text[end..];
        if !fits {
            return None;
        }
    }
    (pattern == text).then_some(found)
}

/// What stands between the entries of a list.
pub(super) fn separator(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Finding;

    #[test]
    fn notation_reads_as_words_in_either_language() {
        for (code, raw, expected, zh, en) in [
            (
                Code::FormulaUncomputed,
                "=A1",
                "integer",
                "应为整数",
                "expected a whole number",
            ),
            (
                Code::TooPrecise,
                "1.23",
                "decimal(1) 万元",
                "最多 1 位小数（万元）",
                "at most 1 decimal (万元)",
            ),
            (
                Code::TooPrecise,
                "1.234",
                "decimal(2)",
                "最多 2 位小数",
                "at most 2 decimals",
            ),
            (Code::CodeMalformed, "1", "[0-9]{12}", "12 位数字", "12 digits"),
            (Code::OutOfRange, "9", "-0.5..8", "-0.5～8 之间", "-0.5 to 8"),
            (
                Code::FileForeign,
                "a symbolic link",
                "CSV",
                "符号链接",
                "a symbolic link",
            ),
            (Code::FileForeign, "PDF", "CSV", "内容是 PDF", "is PDF"),
            (Code::FileUnreadable, "JSON, line 3", "", "JSON 第 3 行", "JSON, line 3"),
            (
                Code::FileTooLarge,
                "9 bytes in a cell",
                "5 bytes in a cell",
                "单元格内容 9 字节",
                "9 bytes in a cell",
            ),
            (
                Code::WorkbookActive,
                "external links, macros",
                "",
                "外部链接、宏",
                "external links, macros",
            ),
        ] {
            let finding = Finding::new(code).raw(raw).expected(expected);
            for (lang, words) in [(Lang::Zh, zh), (Lang::En, en)] {
                let message = finding.message(lang, Some("c"));
                assert!(message.contains(words), "{code}: {message}");
            }
        }
    }

    #[test]
    fn a_range_has_its_unit_in_the_reader_s_language() {
        for (expected, units, zh, en) in [
            ("29.4..41.8", ("平方米", "m²"), "29.4～41.8 平方米", "29.4 to 41.8 m²"),
            (">= 2", ("个", "items"), "不小于 2 个", "at least 2 items"),
            ("0..100", ("%", "%"), "0～100%", "0 to 100 %"),
            (
                "0.6..90.9",
                ("万元", "10,000 yuan"),
                "0.6～90.9 万元",
                "0.6 to 90.9 (10,000 yuan)",
            ),
            (
                "0..3798.9 …",
                ("平方米", "m²"),
                "0～3798.9 平方米（逐行不同）",
                "0 to 3798.9 m² (differs from row to row)",
            ),
            // What is no range has no unit behind it.
            ("52", ("个", "items"), "52", "52"),
            ("D:I", ("个", "items"), "D:I", "D:I"),
        ] {
            let finding = Finding::new(Code::OutOfRange).expected(expected);
            let word = |lang| Some(if lang == Lang::Zh { units.0 } else { units.1 }.to_owned());
            let finding = finding.with_range_in_unit(word);
            for (lang, words) in [(Lang::Zh, zh), (Lang::En, en)] {
                assert_eq!(finding.expected_in(lang).unwrap(), words);
            }
        }
    }

    #[test]
    fn what_a_county_sent_is_never_put_in_other_words() {
        let message = Finding::new(Code::NotAnInteger).raw("binary").message(Lang::Zh, None);
        assert!(message.contains("binary"), "{message}");
        let header = Finding::new(Code::ColumnUnknown).raw("intger").expected("integer");
        assert!(header.message(Lang::Zh, None).contains("integer"));
    }

    #[test]
    fn a_pattern_fits_the_whole_text() {
        assert_eq!(parts("# rows", "7 rows"), Some(vec!["7"]));
        for text in ["7 rows more", "seven rows", " rows", "more 7 rows"] {
            assert_eq!(parts("# rows", text), None, "{text}");
        }
        assert_eq!(parts("#..#", "inf..3"), None);
    }
}
