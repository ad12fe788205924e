//! What every cleaner does first: blanks, quotes and width.

use crate::domain::{Code, Mend, Text, half_width, is_blank};

/// What a cleaner makes of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cleaned<T> {
    /// A value.
    Value(T),
    /// A value converted from the unit written in the cell.
    Converted(T, String),
    /// The same, rounded by the conversion.
    Rounded(T, String),
    /// A value with a finding on it, by its code.
    Noted(T, Code),
    /// Missing, by a symbol that the form defines or a blank.
    Missing,
    /// No value. Boxed, so that values do not carry its size.
    Fault(Box<Fault>),
}

impl<T> Cleaned<T> {
    /// The same with another value.
    pub(super) fn map<U>(self, with: impl FnOnce(T) -> U) -> Cleaned<U> {
        match self {
            Cleaned::Value(value) => Cleaned::Value(with(value)),
            Cleaned::Converted(value, unit) => Cleaned::Converted(with(value), unit),
            Cleaned::Rounded(value, unit) => Cleaned::Rounded(with(value), unit),
            Cleaned::Noted(value, code) => Cleaned::Noted(with(value), code),
            Cleaned::Missing => Cleaned::Missing,
            Cleaned::Fault(fault) => Cleaned::Fault(fault),
        }
    }

    /// The same of a figure that had to be rounded after a conversion.
    pub(super) fn rounded(self) -> Cleaned<T> {
        match self {
            Cleaned::Converted(value, unit) => Cleaned::Rounded(value, unit),
            other => other,
        }
    }

    /// The same of a cell whose number format shows more than its text says: a fault shows that.
    pub(super) fn of_shown(self, shown: String) -> Cleaned<T> {
        match self {
            Cleaned::Fault(fault) => Cleaned::Fault(Box::new(Fault {
                raw: fault.raw.or(Some(shown)),
                ..*fault
            })),
            other => other,
        }
    }
}

/// What is wrong with a cell: a code of the catalog and the parts of its message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) expected: Option<String>,
    /// The same in words, where it has words of each language.
    pub(super) words: Option<Text>,
    pub(super) mend: Option<Mend>,
    /// What to show instead of the cell's text.
    pub(super) raw: Option<String>,
}

/// A fault with what was expected.
pub(super) fn fault<T>(code: Code, expected: impl Into<String>) -> Cleaned<T> {
    fault_among(code, Some(expected.into()))
}

/// A fault with what was agreed, if anything was.
pub(super) fn fault_among<T>(code: Code, agreed: Option<String>) -> Cleaned<T> {
    Cleaned::Fault(Box::new(Fault {
        code,
        expected: agreed,
        words: None,
        mend: None,
        raw: None,
    }))
}

/// A fault with what was expected and a proposed content.
pub(super) fn fault_mend<T>(code: Code, expected: impl Into<String>, mend: Option<Mend>) -> Cleaned<T> {
    Cleaned::Fault(Box::new(Fault {
        code,
        expected: Some(expected.into()),
        words: None,
        mend,
        raw: None,
    }))
}

/// The text without accidental surroundings: blanks of any width, control characters, byte order marks, the apostrophe
/// by which spreadsheets force text, a pair of quotes.
#[inline]
pub(super) fn tidy(text: &str) -> &str {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'"');
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (Some(first), Some(last)) if plain(first) && plain(last) => text,
        (None, _) => text,
        _ if is_ideograph(text.chars().next()) && is_ideograph(text.chars().next_back()) => text,
        _ => tidy_thoroughly(text),
    }
}

/// Whether a character is one of the common ideographs: most names begin and end with one.
#[inline]
fn is_ideograph(c: Option<char>) -> bool {
    matches!(c, Some('\u{4e00}'..='\u{9fff}'))
}

fn tidy_thoroughly(text: &str) -> &str {
    let mut rest = text;
    loop {
        let mut next = rest.trim_matches(is_blank);
        for (open, close) in [('"', '"'), ('“', '”'), ('\'', '\'')] {
            if let Some(inner) = next.strip_prefix(open).and_then(|t| t.strip_suffix(close)) {
                next = inner;
            }
        }
        next = next.strip_prefix('\'').unwrap_or(next);
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

/// Characters of the longest word for an error.
const LONGEST_ERROR: usize = 24;
/// Words for errors that are known in small letters, too.
const ASCII_ERRORS: [&str; 7] = ["ref", "value", "div/0", "name", "null", "num", "spill"];

/// Whether a text is what a spreadsheet shows for an error: `#REF!`, `#N/A`, `#BEZUG!`, `Err:502`, or `#####` where a column was too narrow
/// for its number.
#[inline]
pub(super) fn is_error(text: &str) -> bool {
    matches!(text.as_bytes().first(), Some(b'#' | b'E' | b'e')) && is_error_word(text)
}

#[cold]
fn is_error_word(text: &str) -> bool {
    // Those that end in no mark, in the languages of spreadsheets.
    const WORDS: [&str; 9] = [
        "#N/A",
        "#NV",
        "#N/D",
        "#N/B",
        "#I/T",
        "#YOK",
        "#Н/Д",
        "#HIÁNYZIK",
        "#GETTING_DATA",
    ];
    let code = text
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("err:"))
        .map(|_| &text[4..]);
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || ends_in_mark(text)
        || code.is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()))
        || (text.len() > 2 && text.bytes().all(|byte| byte == b'#'))
}

/// Whether a text is a word for an error between `#` and a mark, in any language: `#BEZUG!`, `#¿NOMBRE?`, `#名称?`, `#DZIEL/0!`.
fn ends_in_mark(text: &str) -> bool {
    let behind = text.strip_prefix('#').map(|rest| rest.trim_start_matches(['¡', '¿']));
    let Some(word) = behind.and_then(|rest| rest.strip_suffix(['!', '?', '！', '？'])) else {
        return false;
    };
    let is_part = |c: char| c.is_alphabetic() || matches!(c, '/' | '0' | '_' | '.');
    // A spreadsheet shows them in capitals; people may type them otherwise.
    let is_ascii = word.is_ascii() && ASCII_ERRORS.iter().any(|error| word.eq_ignore_ascii_case(error));
    let is_capital = !word.chars().any(char::is_lowercase);
    is_ascii
        || is_capital
            && word.chars().count() <= LONGEST_ERROR
            && word.starts_with(char::is_alphabetic)
            && word.chars().all(is_part)
}

/// The form in which words are compared: half-width, lower case, no blanks at all.
pub(super) fn folded(text: &str) -> String {
    half_width(tidy(text))
        .chars()
        .filter(|&c| !is_blank(c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// What a formula that is a link shows: `=HYPERLINK("https://…","text")`.
pub(super) fn link_text(formula: &str) -> Option<String> {
    let (function, inner) = formula.strip_prefix('=')?.strip_suffix(')')?.split_once('(')?;
    if !function.trim().eq_ignore_ascii_case("hyperlink") {
        return None;
    }
    let constant = |part: &str| {
        let text = part.trim().strip_prefix('"')?.strip_suffix('"')?;
        (!text.contains('"')).then(|| text.to_owned())
    };
    // The address may hold separators, the text is what follows the last one that two constants stand around.
    let parts = inner.match_indices([',', ';']).map(|(at, _)| inner.split_at(at));
    let mut shown = parts.filter_map(|(address, text)| constant(address).and(constant(&text[1..])));
    shown.next().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_begins_and_ends_plainly_has_nothing_to_take_off(text in proptest::prop_oneof!["[ \u{3000}\u{feff}'\"“”a中0。]{0,7}", "\\PC{0,12}"]) {
            proptest::prop_assert_eq!(tidy(&text), tidy_thoroughly(&text));
        }
    }

    #[test]
    fn errors_of_spreadsheets_are_known() {
        for text in [
            "#REF!",
            "#N/A",
            "#n/a",
            "#DIV/0!",
            "Err:502",
            "#####",
            "#NAME?",
            "#name?",
            "#BEZUG!",
            "#NV",
            "#nv",
            "#WERT!",
            "#ZAHL!",
            "#VALEUR!",
            "#NOM?",
            "#NOMBRE!",
            "#¡REF!",
            "#¡VALOR!",
            "#¿NOMBRE?",
            "#名称?",
            "#名称？",
            "#ССЫЛКА!",
            "#ДЕЛ/0!",
            "#Н/Д",
            "#DZIEL/0!",
            "#ÜBERLAUF!",
            "#N/D!",
            "#SPILL!",
            "#PYTHON!",
        ] {
            assert!(is_error(text), "{text}");
        }
        for text in [
            "", "#", "##", "#1", "#REF", "Errand", "Err:5", "Err:502x", "E", "1#", "#社区#", "#1!", "#Hill!", "#A b!",
            "#!", "#¿?", "#NVX", "#12?", "#社区",
        ] {
            assert!(!is_error(text), "{text}");
        }
    }

    #[test]
    fn accidents_around_a_text_go() {
        for (raw, clean) in [
            ("12", "12"),
            ("", ""),
            (" \u{3000}12\t\r\n", "12"),
            ("\u{feff}社区", "社区"),
            ("'130102", "130102"),
            ("\"12\"", "12"),
            ("“是”", "是"),
            ("' 12 '", "12"),
            ("\u{a0}\u{200b}", ""),
            ("O'Neil", "O'Neil"),
            ("\"", "\""),
        ] {
            assert_eq!(tidy(raw), clean, "{raw:?}");
        }
    }

    #[test]
    fn a_link_shows_its_text() {
        for (formula, text) in [
            ("=HYPERLINK(\"https://a.org/?q=1,2\",\"12500\")", Some("12500")),
            ("=hyperlink( \"x\" ; \"Arden\" )", Some("Arden")),
            ("=HYPERLINK(\"x\",\"\")", None),
            ("=HYPERLINK(\"x\")", None),
            ("=HYPERLINK(A1,\"12\")", None),
            ("=HYPERLINK(\"x\",B2)", None),
            ("=SUM(\"a\",\"b\")", None),
            ("12", None),
        ] {
            assert_eq!(link_text(formula).as_deref(), text, "{formula}");
        }
    }
}
