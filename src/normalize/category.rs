//! One of some choices.

use super::cell::{Cleaned, fault_mend, folded};
use super::symbol::Symbols;
use super::words::Words;
use crate::domain::{Code, Mend, near};

/// The choices of one column.
pub(super) struct Category<'a> {
    words: Words<'a, &'a str>,
    values: &'a [(String, Vec<String>)],
}

impl<'a> Category<'a> {
    /// A member's own id is understood too, after all agreed words.
    pub(super) fn new(symbols: Symbols<'a>, values: &'a [(String, Vec<String>)]) -> Category<'a> {
        let agreed = values
            .iter()
            .flat_map(|(id, words)| words.iter().map(move |w| (w.as_str(), id.as_str())));
        let ids = values.iter().map(|(id, _)| (id.as_str(), id.as_str()));
        Category {
            words: Words::new(symbols, None, agreed.chain(ids)),
            values,
        }
    }

    /// A word → the id of its member.
    #[inline]
    pub(super) fn clean(&self, text: &str) -> Cleaned<&'a str> {
        self.words.clean(text, || {
            let shown: Vec<_> = self.shown().collect();
            fault_mend(Code::NotACategory, shown.join("|"), self.nearest(text).map(Mend::from))
        })
    }

    /// The word by which each member is shown.
    fn shown(&self) -> impl Iterator<Item = &'a str> {
        self.values
            .iter()
            .map(|(id, words)| words.first().unwrap_or(id).as_str())
    }

    /// The agreed word that the text is probably meant to be.
    fn nearest(&self, text: &str) -> Option<String> {
        let words = self.values.iter().flat_map(|(_, words)| words);
        let words: Vec<(String, &String)> = words.map(|word| (folded(word), word)).collect();
        let candidates = words.iter().map(|(folded, word)| (folded.as_str(), *word));
        near::most_alike(&folded(text), candidates, near::NAME).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::SYMBOLS;
    use super::*;

    fn values() -> Vec<(String, Vec<String>)> {
        let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        vec![
            ("government".into(), words(&["政府", "政府直接运营"])),
            ("social".into(), words(&["社会组织", "NGO"])),
            ("none".into(), words(&["无"])),
            ("112".into(), vec![]),
        ]
    }

    #[test]
    fn a_word_gives_its_member() {
        let values = values();
        let column = Category::new(Symbols::new(&SYMBOLS), &values);
        for (text, member) in [
            ("政府", "government"),
            (" 社会 组织", "social"),
            ("ｎｇｏ", "social"),
            ("government", "government"),
            ("112", "112"),
            ("无", "none"),
        ] {
            assert_eq!(column.clean(text), Cleaned::Value(member), "{text}");
        }
        assert_eq!(column.clean("—"), Cleaned::Missing);
        assert_eq!(column.clean(""), Cleaned::Missing);
        let table = [(String::new(), crate::pipeline::MissingKind::Zero)].into();
        assert_eq!(
            Category::new(Symbols::new(&table), &values).clean(" "),
            Cleaned::Missing
        );
    }

    #[test]
    fn other_words_are_faults_with_the_nearest_choice() {
        let values = values();
        let column = Category::new(Symbols::new(&SYMBOLS), &values);
        let Cleaned::Fault(fault) = column.clean("社会组职") else {
            panic!()
        };
        assert_eq!(
            (fault.code, fault.mend.as_ref().map(Mend::text).as_deref()),
            (Code::NotACategory, Some("社会组织"))
        );
        assert_eq!(fault.expected.as_deref(), Some("政府|社会组织|无|112"));
        let Cleaned::Fault(fault) = column.clean("其他") else {
            panic!()
        };
        assert_eq!(fault.mend, None);
        let Cleaned::Fault(fault) = column.clean("？") else {
            panic!()
        };
        assert_eq!(fault.code, Code::SymbolUndeclared);
    }
}
