//! Cells that a program has spoilt: broken text, shortened numbers, formulas without a result, formats that show another number.

use super::{Expectation, Spoiler, Spoilt};
use crate::domain::Code;
use crate::pipeline::{Column, ColumnKind};
use crate::sample::chance::{Chance, one};
use crate::sample::draw::Row;
use crate::sample::recipe::Format;
use crate::sample::sheet::{Cell, Look};
use crate::sample::value::{Value, decimal};

/// First bytes of the common ideographs in GBK.
const COMMON: std::ops::RangeInclusive<u8> = 0xb0..=0xd7;
/// The smallest figure that a program shortens, or that is no note in brackets.
const LEAST: i64 = 1000;

impl Spoiler<'_> {
    /// A name that was read in the wrong encoding and saved again: `ÖÐ¹ú` for 中国. The name is the mend.
    pub(super) fn garbled(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let form = &self.model.form;
        let is_name = |c: &Column| c.kind == ColumnKind::Text;
        let mut able = self.known_columns(row, &is_name);
        able.retain(|slot| !form.key.contains(slot) && form.explanation != Some(*slot));
        let slot = *one(rng, &able)?;
        let name = row[slot].member();
        let broken = as_latin(name)?;
        let mut said = row.clone();
        said[slot] = Value::Word(broken.clone());
        let bad = self.counted(&said, slot, Cell::text(broken), Code::TextGarbled)?;
        Some(Spoilt {
            expected: bad.expected.map(|expected| Expectation {
                mend: format!("{}={name}", form.columns[slot].id),
                ..expected
            }),
            ..bad
        })
    }

    /// A figure that its format shows as another one.
    pub(super) fn shown_otherwise(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let format = self.recipe.faults.number_format.clone()?;
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        let mut able = self.known_columns(row, &is_integer);
        // Zero is zero in any unit.
        able.retain(|&slot| row[slot].number().is_some_and(|figure| figure > 0));
        let slot = *one(rng, &able).filter(|_| self.style.format == Format::Xlsx)?;
        let cell = self.style.cell(self.model, slot, &row[slot]).set(Look::Format(format));
        self.counted(row, slot, cell, Code::NumberShownOtherwise)
    }

    /// A formula that no program has worked out, in a text.
    pub(super) fn uncomputed(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        let is_text = self.style.format.is_text_table();
        self.cell_fault(rng, row, Code::FormulaUncomputed, &is_integer, |_, _, _| {
            is_text.then(|| "=SUM(C5:E5)".to_owned())
        })
    }

    /// A whole number as a program shows it that has too little room: `1.2E+03`.
    pub(super) fn shortened(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        self.cell_fault(rng, row, Code::NumberShortened, &is_integer, |_, _, value| {
            let figure = value.number().filter(|figure| *figure >= LEAST)?;
            Some(exponential(figure, 1))
        })
    }

    /// A whole number in brackets, which accountants take for a negative one.
    pub(super) fn bracketed_number(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        self.cell_fault(rng, row, Code::NumberNegative, &is_integer, |_, _, value| {
            let figure = value.number().filter(|figure| *figure >= LEAST)?;
            Some(format!("({})", decimal(figure, 0)))
        })
    }
}

/// A number with a power of ten and so many decimals; more digits are cut off.
pub(in crate::sample) fn exponential(figure: i64, decimals: usize) -> String {
    let text = format!("{:.decimals$E}", figure as f64);
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    format!("{mantissa}E+{exponent:0>2}")
}

/// A text of common ideographs in GBK, read as Latin letters; None for any other.
fn as_latin(text: &str) -> Option<String> {
    let (bytes, _, is_lost) = encoding_rs::GBK.encode(text);
    let is_common = bytes.chunks(2).all(|pair| pair.len() == 2 && COMMON.contains(&pair[0]));
    let latin = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0;
    (!is_lost && is_common && bytes.len() > 2).then(|| latin.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_broken_as_programs_break_them() {
        assert_eq!(as_latin("中国").as_deref(), Some("ÖÐ¹ú"));
        assert_eq!((as_latin("A1"), as_latin("中")), (None, None));
        assert_eq!(exponential(1234, 1), "1.2E+03");
        assert_eq!(exponential(120_345, 5), "1.20345E+05");
    }
}
