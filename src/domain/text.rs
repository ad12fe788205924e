use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::a1;

/// A text in one or more languages, as `{ zh = "…", en = "…" }` in TOML; any language tag is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Text(pub BTreeMap<String, String>);

impl Text {
    /// The two languages every message of the engine has.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Text(BTreeMap::from([("zh".into(), zh.into()), ("en".into(), en.into())]))
    }

    /// The text in `lang`; else in English, else in whatever language it has, else empty.
    pub fn get(&self, lang: Lang) -> &str {
        let tag = lang.tag();
        self.0
            .get(tag)
            .or_else(|| self.0.get("en"))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// The text in `lang` itself; None: it has none.
    pub fn own(&self, lang: Lang) -> Option<&str> {
        self.0.get(lang.tag()).map(String::as_str)
    }

    /// Both, one behind the other: `Value · Lower bound`.
    pub fn and(&self, other: &Text) -> Text {
        let both = |lang| format!("{} · {}", self.get(lang), other.get(lang));
        Text::new(both(Lang::Zh), both(Lang::En))
    }

    /// Several of them as one list: `省级、县级`, `province, county`.
    pub fn listed(all: &[Text], lang: Lang) -> String {
        let each: Vec<&str> = all.iter().map(|text| text.get(lang)).collect();
        each.join(match lang {
            Lang::Zh => "、",
            Lang::En => ", ",
        })
    }

    /// Whether no language has a text.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(String::is_empty)
    }
}

/// The language of what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The key under which a [`Text`] holds this language.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }
}

/// Runs that a list names.
const NAMED: usize = 12;

/// Cells in runs of a column: `C3, C5:C9, D2`; after twelve runs `…`. They are given as column, from 0, and row, from 1, and ascend.
pub fn cell_ranges(cells: &[(u32, u32)]) -> String {
    let runs = cells.chunk_by(|a, b| a.0 == b.0 && a.1 + 1 == b.1);
    let name = |(column, row): &(u32, u32)| a1(*column, *row);
    let mut named: Vec<String> = runs
        .take(NAMED + 1)
        .map(|run| match run {
            [first, .., last] => format!("{}:{}", name(first), name(last)),
            [only] => name(only),
            [] => String::new(),
        })
        .collect();
    if named.len() > NAMED {
        named[NAMED] = "…".to_owned();
    }
    named.join(", ")
}

/// Rows in runs: `3, 5-9, 12`; after twelve runs `…`. The numbers ascend.
pub fn row_ranges(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let mut named: Vec<String> = runs
        .take(NAMED + 1)
        .map(|run| match run {
            [first, .., last] => format!("{first}-{last}"),
            [only] => only.to_string(),
            [] => String::new(),
        })
        .collect();
    if named.len() > NAMED {
        named[NAMED] = "…".to_owned();
    }
    named.join(", ")
}

/// The last part of a `/`-separated path: the name of a file without its folders.
pub fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_in_runs() {
        assert_eq!(cell_ranges(&[(2, 3), (2, 5), (2, 6), (3, 7)]), "C3, C5:C6, D7");
    }

    #[test]
    fn rows_are_named_in_runs() {
        assert_eq!(row_ranges(&[3, 5, 6, 7, 12]), "3, 5-7, 12");
        let many: Vec<u32> = (0..40).map(|n| n * 2 + 1).collect();
        assert!(row_ranges(&many).ends_with("23, …"), "{}", row_ranges(&many));
    }
}
