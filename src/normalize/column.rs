//! One column of a sheet → one typed array.

mod areas;
mod figures;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Date32Builder, StringBuilder, new_null_array};
use arrow::datatypes::DataType;

use super::area::RowAreas;
use super::boolean::Boolean;
use super::category::Category;
use super::cell::{Cleaned, Fault, fault_among, is_error, link_text, tidy};
use super::number::read_workbook_number;
use super::retyped::{self, Origin};
use super::sheet::Sheet;
use super::tally::{At, Tally};
use super::{date, decimal, double, text};
use crate::domain::{Code, Held, MatchedColumn, Mend};
use crate::pipeline::{Column, ColumnKind};

/// The type of a column's array.
pub(super) fn data_type(kind: &ColumnKind) -> DataType {
    match kind {
        ColumnKind::Integer { .. } => DataType::Int64,
        ColumnKind::Decimal { .. } => DataType::Float64,
        ColumnKind::Boolean { .. } => DataType::Boolean,
        ColumnKind::Date => DataType::Date32,
        ColumnKind::Text
        | ColumnKind::Category { .. }
        | ColumnKind::DivisionCode { .. }
        | ColumnKind::DivisionName { .. } => DataType::Utf8,
    }
}

/// Nulls for a column that the sheet does not have. Where it is required, no record can stand; the finding on the sheet is
/// intake's.
pub(super) fn absent(column: &Column, required: bool, tally: &mut Tally) -> ArrayRef {
    if required {
        tally.statuses.quarantine_all(Code::ColumnMissing);
    }
    new_null_array(&data_type(&column.kind), tally.statuses.len())
}

/// The array of a column. `lost` are rows whose cell is not to be read; `areas` is given for the column that decides where a row
/// belongs.
pub(super) fn build<'a>(
    sheet: &Sheet<'a>,
    column: &'a Column,
    matched: &'a MatchedColumn,
    required: bool,
    lost: Option<&BTreeSet<u32>>,
    areas: Option<&mut RowAreas<'a>>,
    tally: &mut Tally,
) -> ArrayRef {
    let at = At {
        id: Arc::from(column.id.as_str()),
        index: matched.index,
        required,
    };
    let holds = match &column.kind {
        ColumnKind::Text => Some("text"),
        ColumnKind::DivisionCode { .. } => Some("code"),
        ColumnKind::DivisionName { .. } => Some("name"),
        _ => None,
    };
    let read = Reader { sheet, at, lost, holds };
    match &column.kind {
        ColumnKind::Text => read.texts(tally),
        ColumnKind::Integer { unit } => match sheet.measure(unit.as_deref(), matched, column, false) {
            Ok(measure) => read.integers(&measure, tally),
            Err(header) => read.unreadable(&header, unit.as_deref(), &column.kind, tally),
        },
        ColumnKind::Decimal {
            scale, unit, percent, ..
        } => {
            match sheet.measure(unit.as_deref(), matched, column, *percent) {
                // One closure for each cleaner: every cell goes through it, and must not choose between them.
                Ok(measure) if measure.double => read.decimals(&measure, tally, |text, numeric, measure| {
                    double::clean(text, numeric, *scale, measure)
                }),
                Ok(measure) => read.decimals(&measure, tally, |text, numeric, measure| {
                    decimal::clean(text, numeric, *scale, measure)
                }),
                Err(header) => read.unreadable(&header, unit.as_deref(), &column.kind, tally),
            }
        }
        ColumnKind::Boolean { yes, no } => read.booleans(&Boolean::new(sheet.symbols, yes, no), tally),
        ColumnKind::Category { values } => read.categories(&Category::new(sheet.symbols, values), tally),
        ColumnKind::Date => read.dates(tally),
        ColumnKind::DivisionCode { level } => read.codes(*level, areas, tally),
        ColumnKind::DivisionName { level } => read.names(*level, areas, tally),
    }
}

/// A formula or the error of one stands where a value should: that is the fault, whatever the column holds. A link's own text
/// is proposed, since it is all that a reader of the sheet saw.
#[cold]
fn fault_of_content(cell: &str, fault: Fault, holds: Option<&'static str>) -> Fault {
    let content = tidy(cell);
    if is_error(content) {
        return Fault {
            code: Code::ErrorValue,
            expected: None,
            words: None,
            mend: None,
            ..fault
        };
    }
    if !content.starts_with('=') || fault.code == Code::TextTooLong {
        return fault;
    }
    Fault {
        code: Code::FormulaUncomputed,
        expected: holds.map(str::to_owned).or(fault.expected),
        words: fault.words.filter(|_| holds.is_none()),
        mend: link_text(content).map(Mend::from),
        ..fault
    }
}

/// Reads the cells of one column.
struct Reader<'s, 'a> {
    sheet: &'s Sheet<'a>,
    at: At,
    /// Rows of the grid whose cell is not to be read: it lies in a merged block, on which there is a finding already.
    lost: Option<&'s BTreeSet<u32>>,
    /// What a cell of the column should hold, where any text may be one.
    holds: Option<&'static str>,
}

impl<'a> Reader<'_, 'a> {
    fn len(&self) -> usize {
        self.sheet.table.records.len()
    }

    /// The number behind a cell that shows it in another form; the cell itself where there is none.
    #[inline]
    fn stored(&self, cell: &'a str, numeric: bool, position: usize) -> &'a str {
        let table = self.sheet.table;
        if !numeric {
            return cell;
        }
        let Some(shown) = table.grid.markings() else {
            return cell;
        };
        let place = (table.records[position], self.at.index);
        let stored = shown
            .stored
            .get(&place)
            .filter(|_| table.corrected.get(place.0, place.1).is_none());
        stored.map_or(cell, String::as_str)
    }

    /// What stood in a cell before it was text.
    #[inline]
    fn origin(&self, cell: &'a str, double: bool, position: usize) -> Origin<'a> {
        let table = self.sheet.table;
        let (row, index) = (table.records[position], self.at.index);
        let held = match table.grid.is_typed() && table.corrected.get(row, index).is_none() {
            true => table.held(row, index),
            false => Held::Text,
        };
        Origin {
            held,
            double,
            stored: self.stored(cell, double, position),
        }
    }

    /// Hands each record's cell to a cleaner and its value to a builder; notes what is not a value. Returns how many cells were
    /// converted, by unit.
    #[inline]
    fn each<T>(
        &self,
        tally: &mut Tally,
        mut clean: impl FnMut(&'a str, bool, usize) -> Cleaned<T>,
        mut push: impl FnMut(Option<T>),
    ) -> BTreeMap<String, u64> {
        let table = self.sheet.table;
        let index = self.at.index;
        let overlay = table.corrected.column(self.at.index);
        let blank_is_missing = self.sheet.symbols.blank_is_missing();
        // True of nearly every column: its cells are the texts of the file, without further checks for each cell.
        let is_plain = overlay.is_none() && self.lost.is_none() && table.is_text(index);
        let is_typed = table.grid.is_typed();
        let mut converted = BTreeMap::new();
        for (position, &row) in table.records.iter().enumerate() {
            if tally.ragged[position] {
                push(None);
                continue;
            }
            let (cell, numeric) = match overlay.and_then(|cells| cells.get(&row)) {
                _ if is_plain => (table.grid.cell(row as usize, index as usize), false),
                Some(corrected) => (corrected.text.as_str(), corrected.numeric),
                None if self.lost.is_some_and(|rows| rows.contains(&row)) => {
                    push(None);
                    continue;
                }
                None => table.said(row, index),
            };
            let mut cleaned = if cell.is_empty() && blank_is_missing {
                Cleaned::Missing
            } else {
                clean(cell, numeric, position)
            };
            // A formula without a stored result is no text.
            if is_typed
                && cell.starts_with('=')
                && !matches!(cleaned, Cleaned::Missing | Cleaned::Fault(_))
                && self.origin(cell, false, position).held == Held::Formula
            {
                cleaned = fault_among(Code::FormulaUncomputed, None);
            }
            match cleaned {
                Cleaned::Value(value) => {
                    tally.answered[position] += u16::from(self.at.required);
                    push(Some(value));
                }
                Cleaned::Converted(value, unit) => {
                    tally.answered[position] += u16::from(self.at.required);
                    *converted.entry(unit).or_insert(0) += 1;
                    push(Some(value));
                }
                Cleaned::Rounded(value, unit) => {
                    tally.answered[position] += u16::from(self.at.required);
                    *converted.entry(unit).or_insert(0) += 1;
                    tally.note(position, &self.at, Code::DecimalsRounded, cell);
                    push(Some(value));
                }
                Cleaned::Noted(value, code) => {
                    tally.answered[position] += u16::from(self.at.required);
                    let is_code = code == Code::CodeStoredOtherwise;
                    let seen = is_code.then(|| self.with_decimals(cell, numeric, position)).flatten();
                    tally.note(position, &self.at, code, seen.as_deref().unwrap_or(cell));
                    push(Some(value));
                }
                Cleaned::Missing => {
                    push(None);
                    if self.at.required {
                        tally.missing(position, &self.at);
                    }
                }
                Cleaned::Fault(fault) => {
                    push(None);
                    tally.fault(position, &self.at, fault_of_content(cell, *fault, self.holds));
                }
            }
        }
        converted
    }

    fn booleans(&self, words: &Boolean, tally: &mut Tally) -> ArrayRef {
        let mut builder = BooleanBuilder::with_capacity(self.len());
        self.each(
            tally,
            |text, _, _| words.clean(text),
            |value| builder.append_option(value),
        );
        Arc::new(builder.finish())
    }

    fn categories(&self, choices: &Category, tally: &mut Tally) -> ArrayRef {
        let mut builder = self.text_builder(8);
        self.each(
            tally,
            |text, _, _| choices.clean(text),
            |value| builder.append_option(value),
        );
        Arc::new(builder.finish())
    }

    fn dates(&self, tally: &mut Tally) -> ArrayRef {
        let mut builder = Date32Builder::with_capacity(self.len());
        let sheet = self.sheet;
        let order = OnceCell::new();
        let texts = || self.read_cells().map(|(_, text, _)| text);
        let find = || *order.get_or_init(|| date::Order::of(sheet.form.date_order, texts()));
        let is_typed = sheet.table.grid.is_typed();
        let clean = |text: &'a str, numeric, position| {
            if is_typed && self.origin(text, numeric, position).held == Held::Time {
                return date::no_day();
            }
            date::clean(text, &sheet.symbols, find)
        };
        self.each(tally, clean, |value| builder.append_option(value));
        date::tell(|| self.read_cells(), order.get(), &self.at, tally);
        Arc::new(builder.finish())
    }

    fn texts(&self, tally: &mut Tally) -> ArrayRef {
        let mut builder = self.text_builder(24);
        // What is read as it is shown needs no finding.
        let stored = || {
            self.read_cells()
                .filter(|(position, text, _)| self.day_as_shown(text, *position).is_none())
        };
        date::shown_partly(stored, &self.at, tally);
        let symbols = &self.sheet.symbols;
        self.each(
            tally,
            |cell, double, position| match self.text_as_shown(cell, double, position).map(Cow::Owned) {
                Some(shown) => Cleaned::Value(shown),
                None => match text::clean(cell, symbols) {
                    // Long numbers in a text are those of cards, accounts and telephones.
                    Cleaned::Value(text) if double => match retyped::lost_digits(self.origin(cell, double, position)) {
                        Some(fault) => Cleaned::Fault(fault),
                        None => Cleaned::Value(text),
                    },
                    // What it was can be found by all of its characters.
                    Cleaned::Noted(_, Code::TextInvisible) if self.is_garbled(position) => {
                        Cleaned::Value(Cow::Borrowed(tidy(cell)))
                    }
                    cleaned => cleaned,
                },
            },
            |value| builder.append_option(value),
        );
        Arc::new(builder.finish())
    }

    /// Whether the text of a cell is known to be broken, and told as such.
    #[cold]
    fn is_garbled(&self, position: usize) -> bool {
        let table = self.sheet.table;
        let place = (table.records[position], self.at.index);
        let shown = table.grid.markings();
        shown.is_some_and(|shown| shown.garbled.contains_key(&place))
    }

    /// The text that a workbook shows of a number or a day, where it is another one than the cell's: `5人`, `3-5`.
    fn text_as_shown(&self, cell: &str, numeric: bool, position: usize) -> Option<String> {
        self.sheet.table.grid.markings()?;
        if numeric {
            return self.as_shown(cell, position);
        }
        self.day_as_shown(cell, position)
    }

    /// A day as a format shows it that leaves out a part of it, and consists of figures.
    fn day_as_shown(&self, cell: &str, position: usize) -> Option<String> {
        let table = self.sheet.table;
        let place = (table.records[position], self.at.index);
        let format = table.grid.markings()?.partial_days.get(&place)?;
        let is_received = table.corrected.get(place.0, place.1).is_none();
        is_received.then(|| date::rendered(format, cell))?
    }

    /// The number of a cell as its number format shows it, with other decimals than it has: 1.1 as `1.10`. None: it shows the number.
    fn with_decimals(&self, cell: &str, numeric: bool, position: usize) -> Option<String> {
        let table = self.sheet.table;
        let shown = table.grid.markings().filter(|_| numeric)?;
        let place = (table.records[position], self.at.index);
        let decimals = *shown.decimals.get(&place)?;
        if table.corrected.get(place.0, place.1).is_some() {
            return None;
        }
        read_workbook_number(cell)?.without_noise().fixed(decimals.into())
    }

    /// The cells of the column that are read: position of the record, text, and what stood there. A correction gives a text.
    fn read_cells(&self) -> impl Iterator<Item = (usize, &'a str, Held)> {
        let (table, index, lost) = (self.sheet.table, self.at.index, self.lost);
        let cell = move |(position, &row): (usize, &'a u32)| match table.corrected.get(row, index) {
            Some(corrected) => Some((position, corrected.text.as_str(), Held::Text)),
            None if lost.is_some_and(|rows| rows.contains(&row)) => None,
            None => Some((position, table.said(row, index).0, table.held(row, index))),
        };
        table.records.iter().enumerate().filter_map(cell)
    }

    /// The cells of the column as received.
    fn cells(&self) -> impl Iterator<Item = &'a str> {
        let (table, index) = (self.sheet.table, self.at.index);
        table.records.iter().map(move |&row| table.said(row, index).0)
    }

    /// A column whose header names a unit that cannot be converted: one finding, no value.
    fn unreadable(&self, header: &str, unit: Option<&str>, kind: &ColumnKind, tally: &mut Tally) -> ArrayRef {
        let table = self.sheet.table;
        let filled = |row: &&u32| !tidy(table.grid.cell(**row as usize, self.at.index as usize)).is_empty();
        let rows = table
            .records
            .iter()
            .filter(filled)
            .map(|&row| table.grid.number(row as usize));
        tally.unknown_header_unit(&self.at, header, unit, rows.collect());
        if self.at.required {
            tally.statuses.quarantine_all(Code::UnitUnknown);
        }
        new_null_array(&data_type(kind), self.len())
    }

    fn text_builder(&self, bytes_each: usize) -> StringBuilder {
        StringBuilder::with_capacity(self.len(), self.len() * bytes_each)
    }
}
