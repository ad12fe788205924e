//! Codes of areas and of what lies below them, as texts; whether they exist is asked elsewhere.

use std::borrow::Cow;

use super::cell::{Cleaned, fault, fault_among, fault_mend, is_error, tidy};
use super::symbol::{Symbols, is_placeholder, is_sign};
use crate::domain::{Code, Mend, half_width, is_blank};
use crate::pipeline::CodeScheme;

/// Digits of a community's code and of an area's, in the `gb2260` scheme.
const COMMUNITY: usize = 12;
const AREA: usize = 6;

/// What a column's codes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Twelve digits.
    Community,
    /// Six digits; the short forms with two or four (`13`, `1301`) and the long one with six more zeros are understood.
    Area,
    /// Any text.
    Plain,
}

impl Shape {
    /// The shape of a column that names areas of the registry, or something below them.
    pub(super) fn of(scheme: CodeScheme, below: bool) -> Shape {
        match (scheme, below) {
            (CodeScheme::Plain, _) => Shape::Plain,
            (CodeScheme::Gb2260, true) => Shape::Community,
            (CodeScheme::Gb2260, false) => Shape::Area,
        }
    }
}

/// The code as it is registered. Full-width digits, blanks between groups and a decimal part of zeros (`130102001001.0`, as programs
/// write whole numbers) lose nothing and are understood; scientific notation has lost digits and is never completed.
#[inline]
pub(super) fn clean<'t>(text: &'t str, shape: Shape, symbols: &Symbols) -> Cleaned<Cow<'t, str>> {
    let plain = !symbols.shadow && text.bytes().all(|b| b.is_ascii_digit());
    match shape {
        Shape::Community if plain && text.len() == COMMUNITY && !text.ends_with("000") => {
            Cleaned::Value(Cow::Borrowed(text))
        }
        Shape::Area if plain && text.len() == AREA => Cleaned::Value(Cow::Borrowed(text)),
        _ => thorough(text, shape, symbols),
    }
}

fn thorough<'t>(text: &'t str, shape: Shape, symbols: &Symbols) -> Cleaned<Cow<'t, str>> {
    let tidied = tidy(text);
    let narrow = half_width(tidied);
    if symbols.meaning(&narrow).is_some() {
        return Cleaned::Missing;
    }
    if is_error(&narrow) {
        return fault_among(Code::ErrorValue, None);
    }
    if shape == Shape::Plain {
        // `NA` is Namibia: only what has no letter at all cannot be a code.
        return if is_sign(tidied) {
            symbols.undeclared()
        } else if narrow.starts_with('=') {
            fault(Code::FormulaUncomputed, "code")
        } else {
            Cleaned::Value(narrow)
        };
    }
    if is_placeholder(&narrow) {
        return symbols.undeclared();
    }
    let expected = if shape == Shape::Community {
        "[0-9]{12}"
    } else {
        "[0-9]{6}"
    };
    if is_scientific(&narrow) {
        return fault(Code::CodeScientific, expected);
    }
    let digits: String = narrow.chars().filter(|&c| !is_blank(c)).collect();
    let digits = match digits.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => digits,
    };
    match registered(&digits, shape) {
        Some(code) => Cleaned::Value(Cow::Owned(code)),
        None => {
            let only_digits: String = digits.chars().filter(char::is_ascii_digit).collect();
            // Two digits out of `1.2万` are no province.
            let mend = registered(&only_digits, shape).filter(|_| only_digits.len() >= AREA);
            fault_mend(Code::CodeMalformed, expected, mend.map(Mend::from))
        }
    }
}

/// The registered form of a code written in digits alone.
fn registered(digits: &str, shape: Shape) -> Option<String> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match (shape, digits.len()) {
        // `000` stands for the whole township: a code of an area above the community.
        (Shape::Community, COMMUNITY) => (!digits.ends_with("000")).then(|| digits.to_owned()),
        (Shape::Area, AREA) => Some(digits.to_owned()),
        (Shape::Area, 2 | 4) => Some(format!("{digits:0<AREA$}")),
        (Shape::Area, COMMUNITY) => digits.strip_suffix("000000").map(str::to_owned),
        _ => None,
    }
}

/// `1.30102E+11`
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    digits(exponent) && digits(&mantissa.replacen('.', "", 1))
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::SYMBOLS;
    use super::*;

    #[test]
    fn codes_come_in_many_forms() {
        let symbols = Symbols::new(&SYMBOLS);
        for (text, shape, code) in [
            ("130102001001", Shape::Community, "130102001001"),
            ("１３０１０２００１００１", Shape::Community, "130102001001"),
            ("'130102001001", Shape::Community, "130102001001"),
            (" 130102001001\u{3000}", Shape::Community, "130102001001"),
            ("130102 001 001", Shape::Community, "130102001001"),
            ("130102001001.0", Shape::Community, "130102001001"),
            ("130102", Shape::Area, "130102"),
            ("13", Shape::Area, "130000"),
            ("1301", Shape::Area, "130100"),
            ("130102000000", Shape::Area, "130102"),
            ("130102.0", Shape::Area, "130102"),
            ("CHN", Shape::Plain, "CHN"),
            ("NA", Shape::Plain, "NA"),
            (" ＵＳＡ ", Shape::Plain, "USA"),
            ("1E5", Shape::Plain, "1E5"),
        ] {
            assert_eq!(
                clean(text, shape, &symbols),
                Cleaned::Value(Cow::Borrowed(code)),
                "{text}"
            );
        }
        assert_eq!(clean("—", Shape::Community, &symbols), Cleaned::Missing);
        assert_eq!(clean("", Shape::Plain, &symbols), Cleaned::Missing);
    }

    #[test]
    fn what_is_no_code_is_a_fault() {
        let symbols = Symbols::new(&SYMBOLS);
        for (text, shape, expected) in [
            ("=A1&B1", Shape::Plain, Code::FormulaUncomputed),
            ("1.30102E+11", Shape::Community, Code::CodeScientific),
            ("1.30102e11", Shape::Community, Code::CodeScientific),
            ("１．３Ｅ＋１１", Shape::Community, Code::CodeScientific),
            ("13010200100", Shape::Community, Code::CodeMalformed),
            ("130102", Shape::Community, Code::CodeMalformed),
            ("130102001001.5", Shape::Community, Code::CodeMalformed),
            ("东风社区", Shape::Community, Code::CodeMalformed),
            ("130102001000", Shape::Area, Code::CodeMalformed),
            ("130", Shape::Area, Code::CodeMalformed),
            ("?", Shape::Area, Code::SymbolUndeclared),
            ("…", Shape::Plain, Code::SymbolUndeclared),
        ] {
            let Cleaned::Fault(fault) = clean(text, shape, &symbols) else {
                panic!("{text} is a fault")
            };
            assert_eq!(fault.code, expected, "{text}");
        }
        let Cleaned::Fault(fault) = clean("130102-001-001", Shape::Community, &symbols) else {
            panic!()
        };
        assert_eq!(fault.mend.as_ref().map(Mend::text).as_deref(), Some("130102001001"));
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_reads_what_the_long_one_reads(
            text in proptest::prop_oneof!["999999", "[0-9]{6}", "[0-9]{12}", "[0-9]{9}000", "[0-9 .'０-９]{0,14}", "\\PC{0,16}"],
            has_shadow: bool,
        ) {
            let shadows = std::collections::BTreeMap::from([("999999".to_owned(), crate::pipeline::MissingKind::Missing)]);
            let symbols = Symbols::new(if has_shadow { &shadows } else { &SYMBOLS });
            for shape in [Shape::Community, Shape::Area, Shape::Plain] {
                proptest::prop_assert_eq!(clean(&text, shape, &symbols), thorough(&text, shape, &symbols));
            }
        }

        #[test]
        fn no_cell_breaks_it(text in "\\PC{0,24}") {
            for shape in [Shape::Community, Shape::Area, Shape::Plain] {
                let _ = clean(&text, shape, &Symbols::new(&SYMBOLS));
            }
        }
    }
}
