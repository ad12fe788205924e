//! How a column writes its numbers, and what that makes of a text.

use DecimalMark::{Comma, Point};

use super::number::{Exact, Written, read_as};
use crate::domain::Code;
use crate::pipeline::{DecimalMark, Thousands};

/// How a column writes its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Notation {
    pub(super) mark: DecimalMark,
    pub(super) thousands: Option<Thousands>,
    pub(super) ambiguous: Ambiguous,
}

/// What becomes of a cell that has two readings, such as `12.000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ambiguous {
    /// It is read as the column's mark has it.
    Read,
    /// It is refused where that reading is a fraction: nothing shows that the column holds fractions.
    RefuseFractions,
    /// It is refused. A cell whose only reading has a decimal comma is read and reported.
    Refuse,
    /// It is read as the column's mark has it, and reported.
    ReadAndReport,
}

/// What a notation makes of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Reading<'t> {
    /// A number; `report`: the code of the finding that there is little evidence for this reading.
    Number { written: Written<'t>, report: Option<Code> },
    /// A number with its mark for decimals, and another with the other mark.
    Unclear(Exact, Exact),
    /// A number with the other mark alone.
    Contrary(Written<'t>),
    /// No number.
    Other,
}

impl Notation {
    /// A point for decimals, and nothing ambiguous: the notation of corrections, and of everything huizong itself writes.
    pub(super) const PLAIN: Notation = Notation::declared(Point, None);

    /// A notation of which nothing is known.
    #[cfg(test)]
    pub(super) const fn undecided() -> Notation {
        Notation {
            ambiguous: Ambiguous::Refuse,
            ..Notation::PLAIN
        }
    }

    pub(super) const fn declared(mark: DecimalMark, thousands: Option<Thousands>) -> Notation {
        Notation {
            mark,
            thousands,
            ambiguous: Ambiguous::Read,
        }
    }

    /// The byte that separates decimals wherever it stands between digits; 0 where cells with a mark must be read one by one.
    #[inline]
    pub(super) fn sure_mark(&self) -> u8 {
        match (self.ambiguous, self.mark) {
            (Ambiguous::Read, Point) => b'.',
            (Ambiguous::Read, Comma) => b',',
            _ => 0,
        }
    }

    /// Whether its decimals stand behind this mark.
    pub(super) fn has(&self, mark: DecimalMark) -> bool {
        self.mark == mark
    }

    /// The finding on a number that has one reading alone, with its decimals behind this mark: little else shows the comma to be it.
    pub(super) fn doubt(&self, mark: DecimalMark) -> Option<Code> {
        (self.ambiguous == Ambiguous::Refuse && mark == Comma).then_some(Code::DecimalCommaAssumed)
    }

    /// An example of its decimals, for a message.
    pub(super) fn shown(&self) -> &'static str {
        match self.mark {
            Point => "1234.5",
            Comma => "1234,5",
        }
    }

    /// Reads a trimmed, half-width text.
    pub(super) fn read<'t>(&self, text: &'t str) -> Reading<'t> {
        let own = read_as(text, self.mark, self.thousands);
        let Some(written) = own else {
            return read_as(text, other(self.mark), self.thousands).map_or(Reading::Other, Reading::Contrary);
        };
        let sure = Reading::Number { written, report: None };
        if self.ambiguous == Ambiguous::Read {
            return sure;
        }
        let Some(second) =
            read_as(text, other(self.mark), self.thousands).filter(|second| second.number != written.number)
        else {
            let report = self.doubt(self.mark).filter(|_| is_fraction(text, self.mark));
            return Reading::Number { written, report };
        };
        match self.ambiguous {
            Ambiguous::RefuseFractions if !is_fraction(text, self.mark) => sure,
            Ambiguous::ReadAndReport => {
                let is_decimal = is_fraction(text, self.mark);
                let report = Some(if is_decimal {
                    Code::DecimalMarkAssumed
                } else {
                    Code::ThousandsAssumed
                });
                Reading::Number { written, report }
            }
            _ => Reading::Unclear(written.number, second.number),
        }
    }
}

/// The mark that is not this one.
pub(super) fn other(mark: DecimalMark) -> DecimalMark {
    match mark {
        Point => Comma,
        Comma => Point,
    }
}

/// Whether a number that is read with this mark has it.
pub(super) fn is_fraction(text: &str, mark: DecimalMark) -> bool {
    text.contains(mark.as_char())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_notation_needs_no_proof() {
        let comma = Notation::declared(Comma, None);
        let point = Notation::declared(Point, Some(Thousands::Blank));
        for (notation, text, number) in [
            (comma, "12.000", Some("12000")),
            (comma, "12,000", Some("12")),
            (comma, "12.5", None),
            (point, "12.000", Some("12")),
            (point, "12 000", Some("12000")),
            (point, "12,000", None),
        ] {
            let read = match notation.read(text) {
                Reading::Number { written, report: None } => Some(written.number.to_string()),
                Reading::Contrary(_) | Reading::Other => None,
                other => panic!("{text}: {other:?}"),
            };
            assert_eq!(read.as_deref(), number, "{text}");
        }
    }
}
