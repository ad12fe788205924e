//! A figure in the unit of its column: what integers, decimals and percentages share.

use super::cell::{Cleaned, fault, fault_among, fault_mend, tidy};
use super::notation::{Notation, Reading};
use super::number::{Exact, Exponential, Written, has_leading_zeros, largest, magnitude, read_workbook_number};
use super::symbol::{Symbols, is_placeholder_for_number};
use crate::domain::exact::MOST_DECIMALS;
use crate::domain::{Code, Mend, half_width, without_note};
use crate::pipeline::MissingKind;
use crate::pipeline::units::Units;

/// How the cells of a numeric column are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure<'a> {
    pub(super) symbols: Symbols<'a>,
    pub(super) units: &'a Units,
    /// Unit of the column in the form.
    pub(super) unit: Option<&'a str>,
    /// Unit found in the sheet's header, where it is another one, with the factor (numerator, denominator) to the form's.
    pub(super) header: Option<(&'a str, (i128, i128))>,
    /// The sheet itself says in which unit its figures are: in the header, a row or a line.
    pub(super) is_named: bool,
    /// `12.3%` is 12.3.
    pub(super) percent: bool,
    /// Inclusive bounds.
    pub(super) range: Option<(f64, f64)>,
    /// Decimals beyond the scale are rounded.
    pub(super) rounded: bool,
    /// Its values are doubles with all their digits.
    pub(super) double: bool,
    /// Which marks its numbers are written with.
    pub(super) notation: Notation,
}

/// Signs beside a figure that say "money", and the unit that they stand for where the sheet names none: a spreadsheet shows them in
/// columns of yuan and of 10,000 yuan alike.
const CURRENCIES: [(&str, &str); 3] = [("¥", "yuan"), ("￥", "yuan"), ("$", "usd")];

/// A figure and the conversion its unit asks for.
#[derive(Debug, PartialEq)]
pub(super) struct Figure {
    number: Exact,
    conversion: Option<(String, (i128, i128))>,
    /// Code of the finding on how the text was read.
    report: Option<Code>,
}

/// A figure brought to the column's unit.
pub(super) struct Scaled {
    pub(super) number: Exact,
    /// Unit it was converted from.
    pub(super) from: Option<String>,
    /// Nothing had to be rounded.
    pub(super) exact: bool,
    /// The conversion's factor has no finite decimal form (亩 to m²), so rounding is no fault of the sender.
    pub(super) endless: bool,
    /// As of [`Figure`].
    report: Option<Code>,
}

impl Scaled {
    /// The value, with the finding on how it was read.
    pub(super) fn cleaned<T>(self, value: T) -> Cleaned<T> {
        match (self.report, self.from) {
            (Some(code), _) => Cleaned::Noted(value, code),
            (None, Some(unit)) => Cleaned::Converted(value, unit),
            (None, None) => Cleaned::Value(value),
        }
    }
}

impl Measure<'_> {
    /// Whether plain digits may be taken as they stand.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        !self.symbols.shadow && self.header.is_none()
    }

    /// Whether its figures are percentages as they stand in the cells.
    pub(super) fn is_percent(&self) -> bool {
        let is_its_unit = |unit| {
            self.units
                .convert("percent", Some(unit))
                .is_some_and(|ratio| ratio.is_one())
        };
        self.header.is_none() && (self.percent || self.unit.is_some_and(is_its_unit))
    }

    /// How large the number in a cell is, whatever its decimals, and whether nothing stands around it; None: it is no number.
    /// `has_point`: its decimals stand behind a point.
    pub(super) fn size(&self, text: &str, has_point: bool) -> Option<(f64, bool)> {
        let narrow = half_width(tidy(text));
        let narrow = tidy(&narrow);
        if self.symbols.meaning(narrow).is_some() {
            return None;
        }
        if let Some(number) = read_workbook_number(narrow).filter(|_| has_point) {
            return Some((number.to_f64().abs(), true));
        }
        let notation = if has_point { Notation::PLAIN } else { self.notation };
        match notation.read(narrow) {
            Reading::Number { written, .. } => {
                let is_bare = written.unit.is_empty() && written.currency.is_none();
                Some((written.number.to_f64().abs(), is_bare))
            }
            _ => None,
        }
    }

    /// The size of a number that may be a share of 1 as well as a percentage: nothing stands around it, it is at most 1, and a hundred
    /// times as much may be in the column.
    pub(super) fn share(&self, text: &str, has_point: bool) -> Option<f64> {
        let (size, is_bare) = self.size(text, has_point)?;
        let may_be = size <= 1.0 && self.range.is_none_or(|(_, most)| size * 100.0 <= most);
        (is_bare && may_be).then_some(size)
    }

    /// Whether a value lies in the column's range.
    #[inline]
    pub(super) fn in_range(&self, value: f64) -> bool {
        self.range.is_none_or(|(min, max)| min <= value && value <= max)
    }

    /// The finding on a value beyond the range.
    pub(super) fn out_of_range<T>(&self, scale: u32) -> Cleaned<T> {
        self.outside(largest_at(scale))
    }

    /// The same where no value may lie farther off than `largest`.
    pub(super) fn outside<T>(&self, largest: f64) -> Cleaned<T> {
        let (min, max) = self.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let (min, max) = (min.max(-largest), max.min(largest));
        fault(Code::OutOfRange, format!("{min}..{max}"))
    }

    /// The figure in a cell that is no plain number; `not_a_number` is the finding where it holds something else.
    pub(super) fn figure(
        &self,
        text: &str,
        numeric: bool,
        not_a_number: (Code, &'static str),
    ) -> Result<Figure, Cleaned<()>> {
        let narrow = half_width(tidy(text));
        let narrow = tidy(&narrow);
        match self.symbols.meaning(narrow) {
            Some(MissingKind::Zero) => {
                return Ok(Figure {
                    number: Exact::ZERO,
                    conversion: None,
                    report: None,
                });
            }
            Some(_) => return Err(Cleaned::Missing),
            None => {}
        }
        if is_placeholder_for_number(narrow) {
            return Err(self.symbols.undeclared());
        }
        let number = match numeric {
            true => self.workbook_number(narrow).map(|number| (number, None)),
            false => self.program_number(narrow)?,
        };
        if let Some((number, report)) = number {
            return Ok(Figure {
                number,
                conversion: self.header_conversion(),
                report,
            });
        }
        let (written, report) = self.written(narrow, not_a_number)?;
        let unknown = || fault_among(Code::UnitUnknown, self.unit.map(str::to_owned));
        let expected_unit = self.header.map(|(unit, _)| unit).or(self.unit);
        if let Some(sign) = written.currency {
            let money = CURRENCIES.iter().find(|(s, _)| *s == sign).map(|(_, unit)| *unit);
            let ratio = money
                .zip(expected_unit)
                .and_then(|(m, u)| self.units.convert(m, Some(u)));
            let Some(ratio) = ratio else {
                return Err(unknown());
            };
            // Nothing is nothing in any unit.
            if !ratio.is_one() && !self.is_named && written.number != Exact::ZERO {
                return Err(fault_among(Code::MoneySignUnclear, self.unit.map(str::to_owned)));
            }
        }
        if written.unit.is_empty() || (self.percent && written.unit == "%") {
            return Ok(Figure {
                number: written.number,
                conversion: self.header_conversion(),
                report,
            });
        }
        let ratio = self.units.convert(written.unit, expected_unit).ok_or_else(unknown)?;
        let (num, den) = self.header.map_or((1, 1), |(_, factor)| factor);
        let factor = (i128::from(ratio.num) * num, i128::from(ratio.den) * den);
        let conversion = (factor.0 != factor.1).then(|| (written.unit.to_owned(), factor));
        Ok(Figure {
            number: written.number,
            conversion,
            report,
        })
    }

    /// A number with its unit, and the code of the finding on how it was read. In a whole-number column,
    /// what the other mark would make a fraction is no number in either notation.
    fn written<'t>(
        &self,
        text: &'t str,
        (code, expected): (Code, &'static str),
    ) -> Result<(Written<'t>, Option<Code>), Cleaned<()>> {
        match self.notation.read(text) {
            Reading::Number { written, report } => {
                let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
                let zeros = has_leading_zeros(digits.as_bytes()).then_some(Code::LeadingZeros);
                Ok((written, report.or(zeros)))
            }
            Reading::Unclear(one, other) => Err(fault(Code::DecimalMarkUnclear, format!("{one}|{other}"))),
            Reading::Contrary(written) if code == Code::NotANumber || written.number.scale == 0 => {
                let currency = written.currency.unwrap_or_default();
                let mend = format!("{currency}{}{}", written.number, written.unit);
                let mend = Some(self.proposed(mend, written));
                Err(fault_mend(Code::DecimalMarkMixed, self.notation.shown(), mend))
            }
            Reading::Contrary(_) | Reading::Other => {
                let noted = self.noted(text);
                let known = noted.or_else(|| self.fault_of_spelling(text, (code, expected)));
                Err(known.unwrap_or_else(|| fault(code, expected)))
            }
        }
    }

    /// The finding on a number with the mark of a note behind it: what it is without is proposed.
    #[cold]
    fn noted(&self, text: &str) -> Option<Cleaned<()>> {
        let bare = without_note(text)?;
        let Reading::Number { written, report: None } = self.notation.read(bare) else {
            return None;
        };
        let mend = self.proposed(bare.to_owned(), written);
        Some(fault_mend(Code::NumberNoted, bare, Some(mend)))
    }

    /// What proposes a number, `text` as it should be typed: a figure where no unit, here or in the header, converts it.
    pub(super) fn proposed(&self, text: String, written: Written<'_>) -> Mend {
        let is_bare = written.unit.is_empty() && written.currency.is_none() && self.header.is_none();
        if is_bare {
            Mend::figure(text, written.number.to_f64())
        } else {
            Mend::Text(text)
        }
    }

    /// The same for what has a point for its decimals wherever it stands, as corrections and numbers of JSON do.
    pub(super) fn with_point(&self) -> Self {
        Measure {
            notation: Notation::PLAIN,
            ..*self
        }
    }

    /// The figure in the column's unit at `scale`; None: beyond what a double holds exactly.
    pub(super) fn scaled(&self, figure: Figure, scale: u32) -> Option<Scaled> {
        let report = figure.report;
        let (from, (num, den)) = figure
            .conversion
            .map_or((None, (1, 1)), |(unit, factor)| (Some(unit), factor));
        let (number, exact) = figure.number.times(num, den, scale)?;
        (number.at_scale(scale)?.abs() <= largest(scale)).then_some(Scaled {
            number,
            from,
            exact,
            endless: is_endless(num, den),
            report,
        })
    }

    /// The figure in the column's unit with as many decimals as fit, eighteen at most where a conversion makes them; None: it does not
    /// fit at all.
    pub(super) fn converted(&self, figure: Figure) -> Option<Scaled> {
        let Some((unit, (num, den))) = figure.conversion else {
            return Some(Scaled {
                number: figure.number,
                from: None,
                exact: true,
                endless: false,
                report: figure.report,
            });
        };
        let room = (0..=MOST_DECIMALS).rev();
        let (number, exact) = room
            .into_iter()
            .find_map(|scale| figure.number.times(num, den, scale))?;
        Some(Scaled {
            number,
            from: Some(unit),
            exact,
            endless: is_endless(num, den),
            report: figure.report,
        })
    }

    fn header_conversion(&self) -> Option<(String, (i128, i128))> {
        self.header.map(|(unit, factor)| (unit.to_owned(), factor))
    }

    /// A number that a program wrote with an exponent, and the code of the finding on how it was read. Its decimals have the mark of the
    /// column.
    fn program_number(&self, text: &str) -> Result<Option<(Exact, Option<Code>)>, Cleaned<()>> {
        let Some(written) = Exponential::of(text).filter(|written| !written.is_cut) else {
            return Ok(None);
        };
        let number = read_workbook_number(&written.plain());
        match written.mark {
            Some(mark) if !self.notation.has(mark) => {
                let proposed = |number: Exact| {
                    let (currency, unit) = (None, "");
                    self.proposed(number.to_string(), Written { number, currency, unit })
                };
                let mend = number.filter(|_| !written.has_group()).map(proposed);
                Err(fault_mend(Code::DecimalMarkMixed, self.notation.shown(), mend))
            }
            mark => {
                let report = mark.and_then(|mark| self.notation.doubt(mark));
                Ok(number.map(|number| (number, report)))
            }
        }
    }

    /// The fault of a text that was no figure; of a number that no column can hold, that it lies beyond `largest`.
    #[cold]
    pub(super) fn beyond(&self, text: &str, other: Cleaned<()>, largest: f64) -> Cleaned<()> {
        let is_other =
            matches!(&other, Cleaned::Fault(fault) if matches!(fault.code, Code::NotANumber | Code::NotAnInteger));
        let size = magnitude(&half_width(tidy(text))).filter(|_| is_other);
        if size.is_some_and(|size| !size.is_zero && size.size > largest) {
            return self.outside(largest);
        }
        other
    }

    fn workbook_number(&self, text: &str) -> Option<Exact> {
        let text = if self.percent {
            text.strip_suffix('%').unwrap_or(text)
        } else {
            text
        };
        let number = read_workbook_number(text);
        number.map(|number| if self.double { number } else { number.without_noise() })
    }
}

/// The largest value that a column with so many decimals may hold.
pub(super) fn largest_at(scale: u32) -> f64 {
    let largest = Exact {
        mantissa: largest(scale),
        scale,
    };
    largest.to_f64()
}

/// Whether a quotient has no finite decimal form.
fn is_endless(numerator: i128, denominator: i128) -> bool {
    let mut rest = denominator;
    for prime in [2, 5] {
        while rest % prime == 0 {
            rest /= prime;
        }
    }
    numerator % rest != 0
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::pipeline::DecimalMark;

    /// Symbols as a form might declare them.
    pub(in crate::normalize) static SYMBOLS: LazyLock<BTreeMap<String, MissingKind>> = LazyLock::new(|| {
        BTreeMap::from([
            ("—".to_owned(), MissingKind::NotApplicable),
            ("无".to_owned(), MissingKind::Zero),
            ("...".to_owned(), MissingKind::BelowUnit),
        ])
    });

    /// A column in a unit.
    pub(in crate::normalize) fn measure(unit: Option<&'static str>) -> Measure<'static> {
        Measure {
            symbols: Symbols::new(&SYMBOLS),
            units: Units::built_in(),
            unit,
            header: None,
            is_named: false,
            percent: false,
            range: None,
            rounded: false,
            double: false,
            notation: Notation::PLAIN,
        }
    }

    /// Figures as they may be written, plain or not, and what only looks like one.
    pub(in crate::normalize) fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{1,18}",
            "-?0{0,2}[0-9]{0,16}[.,]?[0-9]{0,16}",
            "[-—无.,' %万人亩㎡e+0-9]{0,10}",
            "\\PC{0,16}",
        ]
    }

    /// Columns that differ in unit, range, marks, and in what their sheet says of them; the form may have `9` for a symbol.
    pub(in crate::normalize) fn measures() -> impl Strategy<Value = Measure<'static>> {
        static SHADOWS: LazyLock<BTreeMap<String, MissingKind>> =
            LazyLock::new(|| BTreeMap::from([("9".to_owned(), MissingKind::Missing)]));
        let units = prop_oneof![Just(None), Just(Some("m2")), Just(Some("person"))];
        let ranges = prop_oneof![Just(None), Just(Some((10.0, 5_000.0)))];
        let marks = prop_oneof![Just(DecimalMark::Point), Just(DecimalMark::Comma)];
        let headers = prop_oneof![3 => Just(None), 1 => Just(Some(("亩", (2000, 3))))];
        (units, ranges, marks, headers, any::<[bool; 3]>()).prop_map(
            |(unit, range, mark, header, [shadow, percent, rounded])| Measure {
                symbols: Symbols::new(if shadow { &SHADOWS } else { &SYMBOLS }),
                range,
                header,
                percent,
                rounded,
                notation: Notation::declared(mark, None),
                ..measure(unit)
            },
        )
    }

    #[test]
    fn thirds_are_endless_and_tenths_are_not() {
        assert!(is_endless(2000, 3) && !is_endless(1, 10_000) && !is_endless(3, 3) && !is_endless(10_000, 1));
    }
}
