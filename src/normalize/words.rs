//! Words with an agreed meaning: yes and no, the choices of a category.

use std::borrow::Cow;

use super::cell::{Cleaned, folded, tidy};
use super::symbol::{Symbols, is_placeholder};
use crate::domain::half_width;
use crate::pipeline::MissingKind;

/// Words → meaning, for one column.
pub(super) struct Words<'a, T> {
    symbols: Symbols<'a>,
    /// As written and folded, without those that the form's symbols claim.
    entries: Vec<(Cow<'a, str>, T)>,
    /// What the symbol for zero means here, if anything.
    zero: Option<T>,
}

impl<'a, T: Copy + PartialEq> Words<'a, T> {
    /// Earlier entries win over later ones.
    pub(super) fn new(
        symbols: Symbols<'a>,
        zero: Option<T>,
        words: impl Iterator<Item = (&'a str, T)>,
    ) -> Words<'a, T> {
        let is_claimed = |form: &str| {
            symbols
                .meaning(form)
                .is_some_and(|kind| kind != MissingKind::Zero || zero.is_some())
        };
        let mut entries = Vec::new();
        for (word, meaning) in words {
            let folded = Some(folded(word)).filter(|folded| folded != word);
            for form in [Some(Cow::Borrowed(word)), folded.map(Cow::Owned)]
                .into_iter()
                .flatten()
            {
                if !is_claimed(&form) {
                    entries.push((form, meaning));
                }
            }
        }
        Words { symbols, entries, zero }
    }

    /// The meaning of a cell; `unknown` makes the finding on a word that the form does not define.
    #[inline]
    pub(super) fn clean(&self, text: &str, unknown: impl FnOnce() -> Cleaned<T>) -> Cleaned<T> {
        match self.find(text) {
            Some(meaning) => Cleaned::Value(meaning),
            None => self.thorough(text, unknown),
        }
    }

    #[inline]
    fn find(&self, text: &str) -> Option<T> {
        self.entries
            .iter()
            .find(|(word, _)| word == text)
            .map(|&(_, meaning)| meaning)
    }

    #[cold]
    fn thorough(&self, text: &str, unknown: impl FnOnce() -> Cleaned<T>) -> Cleaned<T> {
        let narrow = half_width(tidy(text));
        let narrow = tidy(&narrow);
        match (self.symbols.meaning(narrow), self.zero) {
            (Some(MissingKind::Zero), Some(zero)) => return Cleaned::Value(zero),
            (Some(MissingKind::Zero), None) if narrow.is_empty() => return Cleaned::Missing,
            (Some(MissingKind::Zero), None) | (None, _) => {}
            (Some(_), _) => return Cleaned::Missing,
        }
        match self.find(narrow).or_else(|| self.find(&folded(narrow))) {
            Some(meaning) => Cleaned::Value(meaning),
            None if is_placeholder(narrow) => self.symbols.undeclared(),
            None => unknown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_as_it_is_defined_means_what_it_means_when_looked_at_closely(
            words in prop::collection::vec("[a-cAＢ无—是]{1,3}", 1..5),
            symbols in prop::collection::btree_set("[无—a]{0,2}", 0..3),
            text in "[a-cAＢ无—是 ]{0,3}",
            has_zero: bool,
        ) {
            let alike: BTreeSet<String> = words.iter().map(|word| folded(word)).collect();
            prop_assume!(alike.len() == words.len());
            let symbols: BTreeMap<String, MissingKind> = symbols.into_iter().map(|symbol| (symbol, MissingKind::Zero)).collect();
            let meanings = words.iter().map(String::as_str).zip(1..);
            let words = Words::new(Symbols::new(&symbols), has_zero.then_some(0), meanings);
            let unknown = || Cleaned::Value(-1);
            prop_assert_eq!(words.clean(&text, unknown), words.thorough(&text, unknown));
        }
    }
}
