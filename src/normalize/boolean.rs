//! Yes and no.

use super::cell::{Cleaned, fault};
use super::symbol::Symbols;
use super::words::Words;
use crate::domain::Code;

/// The words of one column.
pub(super) struct Boolean<'a> {
    words: Words<'a, bool>,
    yes: &'a [String],
    no: &'a [String],
}

impl<'a> Boolean<'a> {
    /// The column's words come first; `1`, `0`, `true` and `false`, as systems write them, are always understood. The form's
    /// symbol for zero is no.
    pub(super) fn new(symbols: Symbols<'a>, yes: &'a [String], no: &'a [String]) -> Boolean<'a> {
        let own = yes
            .iter()
            .map(|w| (w.as_str(), true))
            .chain(no.iter().map(|w| (w.as_str(), false)));
        let usual = [("1", true), ("0", false), ("true", true), ("false", false)];
        Boolean {
            words: Words::new(symbols, Some(false), own.chain(usual)),
            yes,
            no,
        }
    }

    /// `是`, `√`, `1` → true, as the column has it.
    #[inline]
    pub(super) fn clean(&self, text: &str) -> Cleaned<bool> {
        self.words.clean(text, || {
            let first = |words: &'a [String], usual: &'static str| words.first().map_or(usual, String::as_str);
            fault(
                Code::NotABoolean,
                format!("{}|{}", first(self.yes, "true"), first(self.no, "false")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::SYMBOLS;
    use super::*;

    #[test]
    fn yes_and_no_come_in_many_forms() {
        let (yes, no) = (
            ["是", "有", "√", "Yes"].map(str::to_owned),
            ["否", "无", "×", "No"].map(str::to_owned),
        );
        let column = Boolean::new(Symbols::new(&SYMBOLS), &yes, &no);
        for (text, value) in [
            ("是", true),
            ("有", true),
            ("√", true),
            ("1", true),
            ("１", true),
            ("TRUE", true),
            ("yes", true),
            ("ＹＥＳ", true),
            (" 是\u{3000}", true),
            ("“是”", true),
            ("否", false),
            ("×", false),
            ("0", false),
            ("无", false),
            ("no", false),
        ] {
            assert_eq!(column.clean(text), Cleaned::Value(value), "{text}");
        }
        for text in ["", "—", "\u{3000}"] {
            assert_eq!(column.clean(text), Cleaned::Missing, "{text:?}");
        }
        for (text, code) in [
            ("在建", Code::NotABoolean),
            ("2", Code::NotABoolean),
            ("?", Code::SymbolUndeclared),
            ("/", Code::SymbolUndeclared),
        ] {
            let Cleaned::Fault(fault) = column.clean(text) else {
                panic!("{text}")
            };
            assert_eq!(fault.code, code, "{text}");
            assert_eq!(
                fault.expected.as_deref(),
                Some(if code == Code::NotABoolean {
                    "是|否"
                } else {
                    "... — 无"
                })
            );
        }
    }

    #[test]
    fn a_symbol_of_the_form_wins_over_the_word() {
        let table = [("无".to_owned(), crate::pipeline::MissingKind::Missing)].into();
        let no = ["无".to_owned()];
        assert_eq!(
            Boolean::new(Symbols::new(&table), &[], &no).clean("无"),
            Cleaned::Missing
        );
    }
}
