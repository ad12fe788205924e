//! Faults of definitions in Chinese, from one table of texts.

use std::sync::LazyLock;

use serde::Deserialize;

use super::notation::parts;
use super::{Diagnostic, ending_in_chinese};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    message: Vec<Pattern>,
    hint: Vec<Pattern>,
    label: Vec<Pattern>,
    word: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    is: String,
    zh: String,
}

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| toml::from_str(include_str!("diagnostics.toml")).expect("diagnostics.toml is checked by a test"));

impl Diagnostic {
    /// Whether every text of it has a Chinese one.
    pub fn has_chinese(&self) -> bool {
        let known = |patterns: &[Pattern], text: &str| translated(patterns, text).is_some();
        let related = self
            .related
            .as_ref()
            .is_none_or(|(_, label)| known(&TEXTS.label, label));
        let hint = self.hint.as_ref().is_none_or(|hint| known(&TEXTS.hint, hint));
        known(&TEXTS.message, &self.message) && hint && related
    }

    /// The same in Chinese; a text that the table does not know stays in English.
    pub fn in_chinese(&self) -> Diagnostic {
        let related = self
            .related
            .as_ref()
            .map(|(span, label)| (span.clone(), chinese(&TEXTS.label, label)));
        Diagnostic {
            message: ending_in_chinese(&chinese(&TEXTS.message, &self.message)).into_owned(),
            hint: self.hint.as_ref().map(|hint| chinese(&TEXTS.hint, hint)),
            related,
            ..self.clone()
        }
    }
}

fn chinese(patterns: &[Pattern], text: &str) -> String {
    translated(patterns, text).unwrap_or_else(|| text.to_owned())
}

/// A text by the first pattern that fits; the words that stand in it in Chinese, too.
fn translated(patterns: &[Pattern], text: &str) -> Option<String> {
    patterns.iter().find_map(|pattern| {
        let parts = parts(&pattern.is, text)?;
        let parts = parts.into_iter().map(|part| {
            // What somebody wrote stands in backquotes, and stays as it is.
            let word = Some(part).filter(|part| !part.starts_with('`'));
            word.and_then(words).unwrap_or_else(|| part.to_owned())
        });
        let mut words = pattern.zh.clone();
        for (number, part) in (1..).zip(parts) {
            words = words.replacen(&format!("{{{number}}}"), &part, 1);
        }
        Some(words)
    })
}

/// A word of the texts themselves, or several of which one is needed; None: it is somebody else's.
fn words(text: &str) -> Option<String> {
    let word = |word: &str| translated(&TEXTS.word, word);
    let any = || {
        let all: Option<Vec<String>> = text.split(" or ").map(word).collect();
        all.map(|all| all.join("或"))
    };
    word(text).or_else(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_read_as_chinese_and_what_was_written_stays() {
        let said = |message: &str| chinese(&TEXTS.message, message);
        for (english, zh) in [
            ("unknown key `a number`", "没有这样的键 `a number`"),
            ("[form] lacks the key `id`", "[form]缺少键 `id`"),
            (
                "the column `rate` lacks the key `scale`, which its type needs",
                "列 `rate` 缺少键 `scale`（其类型所需）",
            ),
            (
                "`due` is a whole number, where a text or a table is needed",
                "`due` 是整数，应为文字或表",
            ),
            (
                "cannot read the folder x: No such file or directory",
                "无法读取文件夹 x：No such file or directory",
            ),
            (
                "an entry of `cross` is a whole number, where a text is needed",
                "`cross` 中有一项是整数，应为文字",
            ),
            (
                "an entry of `compare` has 1 entry, where 2 are needed",
                "`compare` 中有一项自身只有 1 项，应有 2 项",
            ),
            (
                "an entry of an entry of `compare` is a whole number, where a text is needed",
                "`compare` 中的一项 中有一项是整数，应为文字",
            ),
            ("something new", "something new"),
        ] {
            assert_eq!(said(english), zh);
        }
        let hint = chinese(&TEXTS.hint, "such as \"2020\" or \"2020-12-31\"");
        assert_eq!(hint, "例如 \"2020\" 或 \"2020-12-31\"");
    }

    #[test]
    fn hints_of_several_lines_read_as_chinese() {
        let english = "scale = 18\nor, where each record may be rounded:\nvalue = \"ROUND(a * b, 9)\"\n\
                       or, where a program computed the figures, in the columns `a`, `b`:\ntype = \"number\"";
        let zh = "scale = 18\n或者（允许逐条四舍五入时）：\nvalue = \"ROUND(a * b, 9)\"\n\
                  或者（数字由程序算出时），在列 `a`, `b` 中：\ntype = \"number\"";
        assert_eq!(chinese(&TEXTS.hint, english), zh);
    }

    /// The first pattern that fits holds, so a wider one stands behind those that say more.
    #[test]
    fn no_pattern_is_hidden_by_one_before_it() {
        for patterns in [&TEXTS.message, &TEXTS.hint, &TEXTS.label, &TEXTS.word] {
            for pattern in patterns {
                let text = pattern.is.replace('#', "1").replace('*', "`x`");
                let first = patterns.iter().find(|one| parts(&one.is, &text).is_some()).unwrap();
                assert!(first.zh == pattern.zh, "{} is hidden by {}", pattern.is, first.is);
            }
        }
    }

    #[test]
    fn every_part_of_a_pattern_is_there_to_be_filled_in() {
        let all = [&TEXTS.message, &TEXTS.hint, &TEXTS.label, &TEXTS.word]
            .into_iter()
            .flatten();
        for pattern in all {
            let count = pattern.is.matches(['#', '*']).count();
            let beyond = format!("{{{}}}", count + 1);
            assert!(!pattern.zh.contains(&beyond), "{}: {}", pattern.is, pattern.zh);
        }
    }
}
