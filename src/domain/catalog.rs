//! The texts of every finding the engine can make.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Code, FindingCode, Severity, Text};

/// One kind of finding the engine can make.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogEntry {
    /// Usual severity.
    pub severity: Severity,
    /// A few words.
    pub title: Text,
    /// Template of the message: `{raw}`, `{expected}`, `{mend}`, `{column}`, `{count}`.
    pub message: Text,
    /// What was expected, as a list of findings has it beside the message: `{expected}` in words, or nothing at all where
    /// `expected` alone would not be understood.
    #[serde(default)]
    pub wanted: Option<Text>,
    /// The message where `{raw}` or `{expected}` of the other has nothing to show.
    #[serde(default)]
    pub bare: Option<Text>,
    /// What the author of the form can write so that this is not asked again. It is no part of what a county is told.
    #[serde(default)]
    pub declare: Option<Text>,
    /// Why it matters.
    pub why: Text,
    /// What the county does about it.
    pub mend: Text,
    /// A short example of input that gives it; a plain text, such as a file name, stands for every language.
    #[serde(deserialize_with = "plain_or_text")]
    pub example: Text,
    /// What such input puts in the place of the placeholders of the message.
    #[serde(default)]
    pub shown: Shown,
}

/// What the placeholders of a message stand for in an example.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// `{raw}`
    #[serde(default, deserialize_with = "some_plain_or_text")]
    pub raw: Option<Text>,
    /// `{expected}`: in the notation of the definitions where it is the same in both languages.
    #[serde(default, deserialize_with = "some_plain_or_text")]
    pub expected: Option<Text>,
    /// `{column}`
    pub column: Option<Text>,
    /// `{last}`: the last of several columns.
    pub last: Option<Text>,
    /// `{count}`
    pub count: Option<u64>,
}

fn some_plain_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    plain_or_text(deserializer).map(Some)
}

/// A text in several languages, or one that is the same in both.
fn plain_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Plain(String),
        Text(Text),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Plain(text) => Text::new(text.clone(), text),
        Written::Text(text) => text,
    })
}

/// Every code the engine itself gives, in alphabetical order.
pub type Catalog = BTreeMap<Code, CatalogEntry>;

/// The catalog, read from the texts that also make `docs/findings.md`.
pub fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> =
        LazyLock::new(|| toml::from_str(include_str!("findings.toml")).expect("findings.toml is checked by a test"));
    &CATALOG
}

impl Code {
    /// Its severity and texts.
    pub fn entry(self) -> &'static CatalogEntry {
        &catalog()[&self]
    }
}

impl FindingCode {
    /// The entry of the catalog; None: a rule's, which brings its own texts.
    pub fn entry(&self) -> Option<&'static CatalogEntry> {
        self.engine().map(Code::entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    /// A count can be one; `times` and the first rows of a sheet are always more.
    #[test]
    fn counts_take_no_plural() {
        for (code, entry) in catalog() {
            let templates = [Some(&entry.message), entry.bare.as_ref()].into_iter().flatten();
            for template in templates.map(|text| text.get(Lang::En)) {
                let plain = template.replace("first {count} rows", "").replace("{count} times", "");
                assert!(!plain.contains("{count} "), "{code}: {template}");
            }
        }
    }

    #[test]
    fn every_entry_speaks_both_languages() {
        for (code, entry) in catalog() {
            let texts = [&entry.title, &entry.message, &entry.why, &entry.mend];
            let no_words = |text: &&Text| text.0.values().all(String::is_empty);
            let wanted = entry.wanted.iter().filter(|text| !no_words(text));
            for text in texts.into_iter().chain(&entry.bare).chain(&entry.declare).chain(wanted) {
                for lang in [Lang::Zh, Lang::En] {
                    assert!(
                        text.0.get(lang.tag()).is_some_and(|t| !t.is_empty()),
                        "{code} lacks {}",
                        lang.tag()
                    );
                }
            }
        }
    }

    /// `explain` fills the message in with it.
    #[test]
    fn every_placeholder_of_a_message_has_an_example() {
        for (code, entry) in catalog() {
            let shown = &entry.shown;
            for lang in [Lang::Zh, Lang::En] {
                let message = entry.message.get(lang);
                for (placeholder, has) in [
                    ("{raw}", shown.raw.is_some()),
                    ("{expected}", shown.expected.is_some()),
                    ("{column}", shown.column.is_some()),
                    ("{last}", shown.last.is_some()),
                    ("{count}", shown.count.is_some()),
                ] {
                    assert!(!message.contains(placeholder) || has, "{code}: {placeholder}");
                }
            }
            let both = |placeholder: &str| entry.message.0.values().any(|text| text.contains(placeholder));
            assert!(shown.raw.is_none() || both("{raw}"), "{code}: `raw` is not shown");
            assert!(
                shown.expected.is_none() || both("{expected}"),
                "{code}: `expected` is not shown"
            );
        }
    }

    /// What is the same in both languages is data, and no sentence of either.
    #[test]
    fn examples_are_told_in_both_languages() {
        let is_word = |word: &str| word.len() > 2 && word.chars().all(|c| c.is_ascii_lowercase());
        for (code, entry) in catalog() {
            let (zh, en) = (entry.example.get(Lang::Zh), entry.example.get(Lang::En));
            assert!(!zh.is_empty() && !en.is_empty(), "{code} has no example");
            let words = zh.split(' ').filter(|word| is_word(word)).count();
            assert!(words < 3, "{code}: {zh}");
        }
    }
}
