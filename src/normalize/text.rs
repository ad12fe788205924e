//! Free text.

use std::borrow::Cow;

use super::cell::{Cleaned, Fault, fault_among, is_error, tidy};
use super::symbol::{Symbols, is_sign};
use crate::domain::{Code, half_width, is_formula, is_invisible};
use crate::pipeline::MissingKind;

/// Characters a cell may have: enough for names and remarks.
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
    if is_error(tidy) {
        return fault_among(Code::ErrorValue, None);
    }
    if tidy.len() > MOST_CHARACTERS {
        let length = tidy.chars().count();
        if length > MOST_CHARACTERS {
            let raw = Some(length.to_string());
            return Cleaned::Fault(Box::new(Fault {
                code: Code::TextTooLong,
                expected: Some(MOST_CHARACTERS.to_string()),
                words: None,
                mend: None,
                raw,
            }));
        }
    }
    if !text.bytes().any(is_suspect) && !is_formula(tidy) {
        return Cleaned::Value(Cow::Borrowed(tidy));
    }
    judge(text, tidy)
}

/// Bytes that a character which shows nothing may begin with, and those of markup.
fn is_suspect(byte: u8) -> bool {
    matches!(byte, 0..=0x1f | 0x7f | b'<' | 0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3)
}

/// Invisible characters are dropped, line breaks become blanks, and what a program could run as a command is reported.
#[cold]
fn judge<'t>(text: &str, tidy: &'t str) -> Cleaned<Cow<'t, str>> {
    let hides = |text: &str| {
        let mut before = None;
        text.chars().any(|c| {
            let hidden = is_hidden(c, before);
            before = Some(c);
            hidden
        })
    };
    let active = is_formula(tidy) || has_markup(tidy);
    let clean = if tidy.chars().any(|c| c.is_control() || is_invisible(c)) {
        let mut before = None;
        let mut clean = String::with_capacity(tidy.len());
        for c in tidy.chars() {
            if is_break(c) {
                clean.push(' ');
            } else if !is_hidden(c, before) {
                clean.push(c);
            }
            before = Some(c);
        }
        Cow::Owned(clean)
    } else {
        Cow::Borrowed(tidy)
    };
    // A byte-order mark or zero-width blank around a text comes from a program and is no part of a name.
    let harmless = |c: char| matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}');
    match (
        hides(text.trim_matches(|c: char| c.is_whitespace() || harmless(c))),
        active,
    ) {
        (true, _) => Cleaned::Noted(clean, Code::TextInvisible),
        (false, true) => Cleaned::Noted(clean, Code::TextActive),
        (false, false) => Cleaned::Value(clean),
    }
}

/// A line break or tab, of any system.
fn is_break(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character is invisible and out of place. Joiners of no width belong to some scripts and to
/// pictures, and stand behind one of their characters.
fn is_hidden(c: char, before: Option<char>) -> bool {
    let joins = matches!(c, '\u{200c}' | '\u{200d}')
        && before.is_some_and(
            |c| matches!(c, '\u{590}'..='\u{1fff}' | '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}'),
        );
    is_invisible(c) && !is_break(c) && !joins
}

/// `<b>`, `</td>`, `<!--`; `3 < 5` is none.
fn has_markup(text: &str) -> bool {
    text.split('<')
        .skip(1)
        .any(|behind| behind.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')))
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
    fn what_is_not_seen_goes_and_is_told() {
        let symbols = Symbols::new(&SYMBOLS);
        for (text, value) in [
            ("东\u{202e}风社区", "东风社区"),
            ("东风\u{200b}社区", "东风社区"),
            ("\u{200f}东风社区", "东风社区"),
            ("东\0风", "东风"),
            ("\u{1b}[31m东风", "[31m东风"),
            ("a\u{200d}b", "ab"),
            ("a\u{ad}b\nc", "ab c"),
        ] {
            assert_eq!(
                clean(text, &symbols),
                Cleaned::Noted(Cow::Borrowed(value), Code::TextInvisible),
                "{text:?}"
            );
        }
        for text in [
            "می\u{200c}خواهم",
            "社区👩\u{200d}🏫",
            "\u{feff}东风社区",
            "東風\u{3000}社区",
            "3 < 5",
            "+86 10 6588",
            "O—K",
        ] {
            assert!(matches!(clean(text, &symbols), Cleaned::Value(_)), "{text:?}");
        }
    }

    #[test]
    fn what_a_program_could_run_is_told_and_stays() {
        let symbols = Symbols::new(&SYMBOLS);
        for text in [
            "=cmd|'/c calc'!A1",
            "@SUM(A1)",
            "-2+3+cmd|' /C calc'!A0",
            "<script>alert(1)</script>",
            "a<!--b",
        ] {
            assert_eq!(
                clean(text, &symbols),
                Cleaned::Noted(Cow::Borrowed(text), Code::TextActive),
                "{text:?}"
            );
        }
    }

    #[test]
    fn signs_and_essays_are_faults() {
        let symbols = Symbols::new(&SYMBOLS);
        let Cleaned::Fault(fault) = clean("？？", &symbols) else {
            panic!()
        };
        assert_eq!(fault.code, Code::SymbolUndeclared);
        let essay = "长".repeat(501);
        let Cleaned::Fault(fault) = clean(&essay, &symbols) else {
            panic!()
        };
        assert_eq!((fault.code, fault.raw.as_deref()), (Code::TextTooLong, Some("501")));
        assert!(matches!(clean(&essay[3..], &symbols), Cleaned::Value(_)));
    }
}
