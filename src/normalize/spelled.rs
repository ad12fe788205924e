//! Numbers that are spelled in ways that leave open what is meant: negative ones as accountants write them, `(300.5)` and `520-`, powers
//! of ten, `10³`, and those that a program has shortened, `1.2E+06`. None of them is read.

use super::cell::{Cleaned, fault_among, fault_mend};
use super::measure::Measure;
use super::notation::Reading;
use super::number::{Exact, Exponential, Written, read};
use crate::domain::{Code, Mend};

/// Numbers in brackets below it may as well be those of notes.
const NOTES: i128 = 100;
/// The exponents that are read as such: a smaller one may be the mark of a note, and no figure has more zeros.
const POWERS: std::ops::RangeInclusive<u32> = 3..=15;
/// Signs between a number and a power of ten.
const TIMES: [char; 6] = ['×', 'x', 'X', '*', '·', '⋅'];

impl Measure<'_> {
    /// The finding on a trimmed, half-width text that is no number as it stands; None: it is not spelled so. `other` is the code of
    /// what is no number in the column.
    #[cold]
    pub(super) fn fault_of_spelling(&self, text: &str, other: (Code, &'static str)) -> Option<Cleaned<()>> {
        if Exponential::of(text).is_some_and(|written| written.is_cut) {
            return Some(fault_among(Code::NumberShortened, None));
        }
        if let Some(mend) = of_power(text, self) {
            return Some(fault_mend(other.0, other.1, mend));
        }
        let (inner, is_bracketed) = unsigned(text)?;
        let Reading::Number { written, report: None } = self.notation.read(inner) else {
            return None;
        };
        let number = written.number;
        if number.mantissa <= 0 || inner.starts_with(['-', '+']) {
            return None;
        }
        let meant = format!("-{}{number}{}", written.currency.unwrap_or_default(), written.unit);
        let is_of_things = || self.unit.is_some_and(|unit| self.units.is_count(unit));
        let may_be_negative = self.range.map_or_else(|| !is_of_things(), |(least, _)| least < 0.0);
        let may_be_note = is_bracketed && number.scale == 0 && number.mantissa < NOTES;
        let negative = Exact {
            mantissa: -number.mantissa,
            ..number
        };
        let negative = Written {
            number: negative,
            ..written
        };
        let mend = (may_be_negative && !may_be_note).then(|| self.proposed(meant.clone(), negative));
        Some(fault_mend(Code::NumberNegative, meant, mend))
    }
}

/// What stands within brackets, before a minus, or behind a dash; and whether it was brackets.
fn unsigned(text: &str) -> Option<(&str, bool)> {
    let bracketed = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let signed = || text.strip_suffix(['-', '–']).or_else(|| text.strip_prefix('–'));
    let inner = bracketed.or_else(signed)?.trim();
    Some((inner, bracketed.is_some()))
}

/// The number that a text with a power of ten is, with its unit, as a proposal; None: it has no power. Some(None): it has one, but its
/// value is unclear.
fn of_power(text: &str, measure: &Measure) -> Option<Option<Mend>> {
    let (before, behind) = text.split_once("10")?;
    let (exponent, unit) = exponent(behind)?;
    let before = before.trim();
    let factor = match before.strip_suffix(TIMES) {
        _ if before.is_empty() => Some(Exact::ONE),
        Some(factor) => read(factor.trim())
            .filter(|factor| factor.unit.is_empty())
            .map(|factor| factor.number),
        None => return None,
    };
    let power = |factor: Exact| factor.times(10_i128.pow(exponent), 1, factor.scale);
    let number = factor.filter(|_| POWERS.contains(&exponent)).and_then(power);
    let proposed = number.and_then(|(number, _)| {
        let (currency, unit) = (None, unit.trim_start());
        let text = format!("{number}{unit}");
        read(&text)?;
        Some(measure.proposed(text, Written { number, currency, unit }))
    });
    Some(proposed)
}

/// The exponent at the beginning of a text, raised or behind `^`, and what follows it.
fn exponent(text: &str) -> Option<(u32, &str)> {
    let raised = |c: char| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|raised| raised == c);
    let (digits, rest) = match text.strip_prefix('^') {
        Some(rest) => {
            let end = rest.bytes().take_while(u8::is_ascii_digit).count();
            (rest[..end].to_owned(), &rest[end..])
        }
        None => {
            let digits: Vec<(usize, usize)> = text.chars().map_while(|c| Some((raised(c)?, c.len_utf8()))).collect();
            let length = digits.iter().map(|(_, length)| length).sum();
            (
                digits.iter().map(|(digit, _)| digit.to_string()).collect(),
                &text[length..],
            )
        }
    };
    let exponent = digits.parse().ok().filter(|_| digits.len() <= 2)?;
    Some((exponent, rest))
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::measure;
    use super::*;

    fn told(text: &str, measure: &Measure) -> Option<(Code, Option<String>)> {
        match measure.fault_of_spelling(text, (Code::NotANumber, "decimal"))? {
            Cleaned::Fault(fault) => Some((fault.code, fault.mend.map(|mend| mend.text().into_owned()))),
            other => panic!("{other:?} is no fault"),
        }
    }

    #[test]
    fn what_is_meant_is_proposed_where_it_can_be_told() {
        let signed = Measure {
            range: Some((-1000.0, 1000.0)),
            ..measure(None)
        };
        let positive = Measure {
            range: Some((0.0, 1000.0)),
            ..measure(None)
        };
        for (text, measure, expected) in [
            ("(300.5)", &signed, Some((Code::NumberNegative, Some("-300.5")))),
            ("(1,300)", &measure(None), Some((Code::NumberNegative, Some("-1300")))),
            ("520.25-", &signed, Some((Code::NumberNegative, Some("-520.25")))),
            ("($300.5)", &signed, Some((Code::NumberNegative, Some("-$300.5")))),
            ("–5", &signed, Some((Code::NumberNegative, Some("-5")))),
            ("(300.5)", &positive, Some((Code::NumberNegative, None))),
            ("(300)", &measure(Some("person")), Some((Code::NumberNegative, None))),
            // a note, perhaps
            ("(1)", &signed, Some((Code::NumberNegative, None))),
            ("1.2E+06", &signed, Some((Code::NumberShortened, None))),
            ("10³", &signed, Some((Code::NotANumber, Some("1000")))),
            ("10^3 usd", &signed, Some((Code::NotANumber, Some("1000usd")))),
            ("2.5×10⁶", &signed, Some((Code::NotANumber, Some("2500000")))),
            ("10²", &signed, Some((Code::NotANumber, None))),
            ("1.234567E+06", &signed, None),
            ("(n/a)", &signed, None),
            ("(-5)", &signed, None),
            ("12-15", &signed, None),
            ("about 10", &signed, None),
            ("-", &signed, None),
            ("()", &signed, None),
        ] {
            let expected = expected.map(|(code, mend)| (code, mend.map(str::to_owned)));
            assert_eq!(told(text, measure), expected, "{text}");
        }
    }
}
