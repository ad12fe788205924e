//! The words of `unit_words.toml`: what is said around a unit in a line of a sheet.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::words::words;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    notes: Vec<String>,
    subjects: Vec<String>,
    scopes: Vec<String>,
    between: [String; 2],
    clause: String,
    leads: Vec<String>,
    scales: Vec<String>,
    currencies: Vec<String>,
    owners: Vec<String>,
    dates: Vec<String>,
}

/// The compiled words.
pub(super) struct UnitWords {
    file: File,
    clause: Regex,
}

/// The one set of words.
pub(super) fn unit_words() -> &'static UnitWords {
    static WORDS: LazyLock<UnitWords> = LazyLock::new(|| {
        let text = include_str!("unit_words.toml");
        let file: File = toml::from_str(text).expect("unit_words.toml is read by every test");
        let clause = Regex::new(&file.clause).expect("unit_words.toml is read by every test");
        UnitWords { file, clause }
    });
    &WORDS
}

impl UnitWords {
    /// What stands before and behind the last `单位：` of a folded text.
    pub(super) fn note<'a>(&self, folded: &'a str) -> Option<(&'a str, &'a str)> {
        let found = self.file.notes.iter().filter_map(|lead| {
            let at = folded.rfind(lead.as_str())?;
            Some((&folded[..at], &folded[at + lead.len()..]))
        });
        found.min_by_key(|(_, behind)| behind.len())
    }

    /// What stands between 以 and 为单位.
    pub(super) fn between<'a>(&self, folded: &'a str) -> Option<&'a str> {
        let [open, close] = &self.file.between;
        let (before, _) = folded.split_once(close.as_str())?;
        before.rsplit_once(open.as_str()).map(|(_, unit)| unit)
    }

    /// The unit of `amounts in thousands of yuan by county`, of a text in small letters.
    pub(super) fn clause<'a>(&self, lower: &'a str) -> Option<&'a str> {
        let found = self.clause.captures(lower)?;
        found.get(1).map(|unit| unit.as_str().trim())
    }

    /// Whether a text says nothing but what a unit of measure is for: `注:金额`.
    pub(super) fn is_subject(&self, folded: &str) -> bool {
        let mut rest = folded;
        loop {
            rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
            let word = self.file.subjects.iter();
            let Some(next) = word
                .filter_map(|word| rest.strip_prefix(word.as_str()))
                .min_by_key(|rest| rest.len())
            else {
                return rest.is_empty();
            };
            rest = next;
        }
    }

    /// Whether it says that a unit is that of one column.
    pub(super) fn is_scope(&self, folded: &str) -> bool {
        self.file.scopes.iter().any(|word| folded.contains(word.as_str()))
    }

    /// A folded unit without the words that may stand before it.
    pub(super) fn without_lead<'a>(&self, folded: &'a str) -> Option<&'a str> {
        let mut leads = self.file.leads.iter();
        leads.find_map(|lead| folded.strip_prefix(lead.as_str()))
    }

    /// Whether a unit is one that dates have, too.
    pub(super) fn is_of_dates(&self, folded: &str) -> bool {
        self.file.dates.iter().any(|word| word == folded)
    }

    /// Whether a folded unit is one of money. A word in Chinese characters ends it: `日元`, `万元/人`, and not 元氏县.
    pub(super) fn is_money(&self, folded: &str) -> bool {
        let is_of = |part: &str, word: &String| {
            let is_latin = word.is_ascii() || !word.starts_with(char::is_alphabetic);
            part.ends_with(word.as_str()) || (is_latin && part.starts_with(word.as_str()))
        };
        folded
            .split('/')
            .any(|part| self.file.currencies.iter().any(|word| is_of(part, word)))
    }

    /// What is left of a folded unit without the multiple that it begins or ends with; None: it has none.
    pub(super) fn without_scale<'a>(&self, folded: &'a str) -> Option<&'a str> {
        let words = || self.file.scales.iter().map(String::as_str);
        let mut rest = folded;
        while let Some(next) = words()
            .filter_map(|word| rest.strip_prefix(word))
            .min_by_key(|rest| rest.len())
        {
            rest = next.strip_prefix('s').unwrap_or(next);
        }
        if rest.len() == folded.len() {
            let latin = |word: &&str| word.is_ascii() || word.starts_with('’');
            let plain = rest.trim_end_matches('s');
            let mut ends = words().filter(latin).map(|word| word.trim_end_matches('s'));
            return ends.find_map(|word| plain.strip_suffix(word));
        }
        Some(rest.strip_prefix("of").unwrap_or(rest))
    }

    /// Whether a folded text ends like the name of a place or an office.
    pub(super) fn is_owner(&self, folded: &str) -> bool {
        let ends = |word: &String| folded.ends_with(word.as_str());
        self.file.owners.iter().any(ends) || words().names_office(folded)
    }
}
