//! Symbols in place of a value. Only the form defines what they mean.

use std::collections::BTreeMap;

use super::cell::{Cleaned, fault_among};
use crate::domain::Code;
use crate::pipeline::MissingKind;

/// The symbols of a form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbols<'a> {
    meanings: &'a BTreeMap<String, MissingKind>,
    /// Bytes of the longest symbol: longer texts are none.
    longest: usize,
    /// A bit for the last byte of each symbol: most texts end otherwise, and need not be looked up.
    ends: [u64; 4],
    /// A symbol could be read as a number or word (`999`), so every cell must be looked up before it is read.
    pub(super) shadow: bool,
}

impl<'a> Symbols<'a> {
    pub(super) fn new(meanings: &'a BTreeMap<String, MissingKind>) -> Symbols<'a> {
        let longest = meanings.keys().map(String::len).max().unwrap_or(0);
        let shadow = meanings.keys().any(|symbol| symbol.bytes().any(|b| b.is_ascii_digit()));
        let mut ends = [0; 4];
        for last in meanings.keys().filter_map(|symbol| symbol.bytes().last()) {
            ends[usize::from(last / 64)] |= 1 << (last % 64);
        }
        Symbols {
            meanings,
            longest,
            ends,
            shadow,
        }
    }

    /// Whether an empty cell is missing, as it is unless the form says otherwise.
    pub(super) fn blank_is_missing(&self) -> bool {
        self.meaning("") != Some(MissingKind::Zero)
    }

    /// What a trimmed, half-width text means; blank is missing where the form does not say otherwise.
    pub(super) fn meaning(&self, text: &str) -> Option<MissingKind> {
        if text.len() > self.longest || text.bytes().last().is_some_and(|last| !self.may_end(last)) {
            return None;
        }
        self.meanings
            .get(text)
            .copied()
            .or_else(|| text.is_empty().then_some(MissingKind::Missing))
    }

    fn may_end(&self, last: u8) -> bool {
        self.ends[usize::from(last / 64)] >> (last % 64) & 1 == 1
    }

    /// Bytes a symbol may have before it is made half-width.
    pub(super) fn longest_as_sent(&self) -> usize {
        self.longest * '０'.len_utf8()
    }

    /// The agreed symbols, for a message.
    fn agreed(&self) -> String {
        let shown: Vec<_> = self
            .meanings
            .keys()
            .filter(|symbol| !symbol.is_empty())
            .map(String::as_str)
            .collect();
        shown.join(" ")
    }

    /// The finding on a sign that the form does not know.
    pub(super) fn undeclared<T>(&self) -> Cleaned<T> {
        fault_among(
            Code::SymbolUndeclared,
            Some(self.agreed()).filter(|agreed| !agreed.is_empty()),
        )
    }
}

/// Whether a text has no letter or digit in it. Private-use characters may be rare letters of names, and U+FFFD stands for a letter
/// that could not be read.
pub(super) fn is_sign(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_alphanumeric() || matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}'))
}

/// Whether a text stands for a value in the way of spreadsheets and databases: a sign, `N/A`, `null`.
pub(super) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 6] = ["na", "n/a", "#n/a", "n.a.", "null", "none"];
    is_sign(text) || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The same where a number is due: there a word of one or two letters cannot be a value either.
pub(super) fn is_placeholder_for_number(text: &str) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphanumeric());
    is_placeholder(text) || (letters().count() <= 2 && !letters().any(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_cannot_be_a_symbol_is_not_looked_up(
            symbols in proptest::collection::btree_set("[-—无.a9]{0,3}", 0..4),
            text in "[-—无.a9中]{0,4}",
        ) {
            let table: BTreeMap<String, MissingKind> = symbols.into_iter().map(|symbol| (symbol, MissingKind::Zero)).collect();
            let blank = text.is_empty().then_some(MissingKind::Missing);
            proptest::prop_assert_eq!(Symbols::new(&table).meaning(&text), table.get(&text).copied().or(blank));
        }
    }

    #[test]
    fn a_form_says_what_a_symbol_means() {
        let table = BTreeMap::from([
            ("—".to_owned(), MissingKind::NotApplicable),
            ("无".to_owned(), MissingKind::Zero),
        ]);
        let symbols = Symbols::new(&table);
        assert_eq!(symbols.meaning("—"), Some(MissingKind::NotApplicable));
        assert_eq!(symbols.meaning("无"), Some(MissingKind::Zero));
        assert_eq!(symbols.meaning("——"), None);
        assert_eq!(symbols.meaning(""), Some(MissingKind::Missing));
        assert!(!symbols.shadow);
        let table = BTreeMap::from([("999".to_owned(), MissingKind::Missing)]);
        assert!(Symbols::new(&table).shadow);
    }

    #[test]
    fn signs_are_told_from_words() {
        for sign in ["—", "…", "/", "-", "?", "...", "N/A", "null", "#N/A", "√"] {
            assert!(is_placeholder(sign), "{sign}");
        }
        for word in ["在建", "其他", "3-5", "\u{e123}", "A"] {
            assert!(!is_placeholder(word), "{word}");
        }
        assert!(is_placeholder_for_number("无") && is_placeholder_for_number("不详"));
        assert!(!is_placeholder_for_number("三百二十") && !is_placeholder_for_number("1?"));
    }
}
