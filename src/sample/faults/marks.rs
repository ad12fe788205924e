//! Marks of notes at figures, and records that are named like a total.

use super::cells::of_row;
use super::{Expectation, NOTHING, Named, Read, Spoiler, Spoilt};
use crate::domain::Code;
use crate::pipeline::{Column, ColumnKind};
use crate::sample::chance::{Chance, one};
use crate::sample::draw::Row;
use crate::sample::recipe::Format;
use crate::sample::sheet::{Cell, Look};
use crate::sample::value::{Value, decimal};

/// Mark of a note that is raised by itself.
const RAISED: &str = "¹";
/// The smallest figure that gets a mark: `10¹` is a power, and `7` has no middle.
const LEAST: i64 = 100;

impl Spoiler<'_> {
    /// A whole number with the mark of a note as a character: 12500¹. The number without it is the mend.
    pub(super) fn number_noted(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        let bad = self.cell_fault(rng, row, Code::NumberNoted, &is_integer, |_, _, value| {
            let figure = value.number().filter(|figure| *figure >= LEAST)?;
            Some(decimal(figure, 0) + RAISED)
        })?;
        let mended = |expected: Expectation| {
            let slot = self.model.slot(&expected.column)?;
            let mend = format!("{}={}", expected.column, decimal(row[slot].number()?, 0));
            Some(Expectation { mend, ..expected })
        };
        Some(Spoilt {
            expected: bad.expected.and_then(mended),
            ..bad
        })
    }

    /// A raised mark within a whole number: whoever looks sees a digit more than is read.
    pub(super) fn note_doubtful(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let slot = self.large(rng, row).filter(|_| self.is_workbook())?;
        let text = decimal(row[slot].number()?, 0);
        let look = Look::NotedWithin(text.len() / 2, "5".to_owned());
        self.counted(row, slot, Cell::text(text).set(look), Code::NoteDoubtful)
    }

    /// A figure raised as a whole, as the mark of a note is. In web pages nothing is meant by it.
    pub(super) fn cell_raised(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let slot = self.large(rng, row).filter(|_| self.style.format == Format::Xlsx)?;
        let cell = self.style.cell(self.model, slot, &row[slot]);
        self.counted(row, slot, cell.set(Look::Raised), Code::CellRaised)
    }

    /// A record whose name is the word for a total. Its key says that it is a record.
    pub(super) fn named_total(&self, row: &Row) -> Option<Spoilt> {
        let word = self.recipe.words.total.as_ref()?;
        let slot = self.name().filter(|&slot| row[slot].is_known())?;
        let mut named = row.clone();
        named[slot] = Value::Word(word.clone());
        let key = *self.model.form.key.first()?;
        let cell = self.style.cell(self.model, slot, &named[slot]);
        self.counted(&named, slot, cell, Code::RecordNamedTotal)
            .map(|bad| Spoilt {
                expected: bad.expected.map(|expected| Expectation {
                    column: self.model.form.columns[key].id.clone(),
                    ..expected
                }),
                ..bad
            })
    }

    /// The column with the name of a record; None where a form is about areas.
    pub(in crate::sample) fn name(&self) -> Option<usize> {
        let columns = &self.model.form.columns;
        let is_name = |slot: &usize| columns[*slot].kind == ColumnKind::Text && !self.model.form.key.contains(slot);
        (0..columns.len()).find(is_name).filter(|_| !self.model.is_area())
    }

    /// A whole number of several digits.
    fn large(&self, rng: &mut Chance, row: &Row) -> Option<usize> {
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        let mut able = self.known_columns(row, &is_integer);
        able.retain(|&slot| row[slot].number().is_some_and(|figure| figure >= LEAST));
        one(rng, &able).copied()
    }

    /// A row with one odd cell, which is told of and counts.
    pub(super) fn counted(&self, row: &Row, slot: usize, cell: Cell, code: Code) -> Option<Spoilt> {
        let mut cells = self.style.record(self.model, row);
        cells[self.place(slot)?] = cell;
        Some(Spoilt {
            merged: None,
            cells,
            twin: None,
            expected: Some(Expectation {
                column: self.model.form.columns[slot].id.clone(),
                consequence: NOTHING,
                ..of_row(code)
            }),
            stated: row.clone(),
            kept: Some(row.clone()),
            held: None,
            named: Named::As(row.clone()),
            read: Read::default(),
        })
    }
}
