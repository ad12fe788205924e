//! Free text.

use std::borrow::Cow;

use super::cell::{Cleaned, Fault, half_width, tidy};
use super::symbol::{Symbols, is_sign};
use crate::pipeline::MissingKind;

/// Characters a cell may have: names and remarks, no essays.
const MOST_CHARACTERS: usize = 500;

/// The text without surrounding blanks, its line breaks and control characters made blanks. Letters stay as the clerk wrote them,
/// odd widths and rare characters included. The symbol for zero is no number here, so it stays too.
#[inline]
pub(super) fn clean<'t>(text: &'t str, symbols: &Symbols) -> Cleaned<Cow<'t, str>> {
    let tidy = tidy(text);
    if tidy.is_empty() {
        return Cleaned::Missing;
    }
    // Only a short text can be a symbol: a long one need not be narrowed to know.
    if tidy.len() <= symbols.longest_as_sent() {
        match symbols.meaning(&half_width(tidy)) {
            Some(MissingKind::Zero) | None => {}
            Some(_) => return Cleaned::Missing,
        }
    }
    if is_sign(tidy) {
        return symbols.undeclared();
    }
    if tidy.len() > MOST_CHARACTERS {
        let length = tidy.chars().count();
        if length > MOST_CHARACTERS {
            let raw = Some(length.to_string());
            return Cleaned::Fault(Box::new(Fault {
                code: "text-too-long",
                expected: Some(MOST_CHARACTERS.to_string()),
                mend: None,
                raw,
            }));
        }
    }
    // Controls are ASCII ones and those that begin with the byte C2.
    if tidy.bytes().any(|b| b < 0x20 || b == 0x7f || b == 0xc2) && tidy.chars().any(char::is_control) {
        return Cleaned::Value(Cow::Owned(tidy.replace(char::is_control, " ")));
    }
    Cleaned::Value(Cow::Borrowed(tidy))
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::SYMBOLS;
    use super::*;

    #[test]
    fn texts_stay_as_written() {
        let symbols = Symbols::new(&SYMBOLS);
        for (text, value) in [
            ("东风社区", "东风社区"),
            (" 东风社区\u{3000}", "东风社区"),
            ("东风（新）社区", "东风（新）社区"),
            ("\u{e123}", "\u{e123}"),
            ("东?社区", "东?社区"),
            ("a\nb", "a b"),
            ("无", "无"),
            ("12", "12"),
        ] {
            assert_eq!(clean(text, &symbols), Cleaned::Value(Cow::Borrowed(value)), "{text}");
        }
        assert_eq!(clean("—", &symbols), Cleaned::Missing);
        assert_eq!(clean(" ", &symbols), Cleaned::Missing);
        let table = [(String::new(), MissingKind::Zero)].into();
        assert_eq!(clean("", &Symbols::new(&table)), Cleaned::Missing);
    }

    #[test]
    fn signs_and_essays_are_faults() {
        let symbols = Symbols::new(&SYMBOLS);
        let Cleaned::Fault(fault) = clean("？？", &symbols) else {
            panic!()
        };
        assert_eq!(fault.code, "symbol-undeclared");
        let essay = "长".repeat(501);
        let Cleaned::Fault(fault) = clean(&essay, &symbols) else {
            panic!()
        };
        assert_eq!((fault.code, fault.raw.as_deref()), ("text-too-long", Some("501")));
        assert!(matches!(clean(&essay[3..], &symbols), Cleaned::Value(_)));
    }
}
