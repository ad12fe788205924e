//! One column of a sheet → one typed array.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, new_null_array,
};
use arrow::datatypes::DataType;

use super::area::RowAreas;
use super::boolean::Boolean;
use super::category::Category;
use super::cell::{Cleaned, Fault, fault_among, is_error, link_text, tidy};
use super::measure::Measure;
use super::number::read_workbook_number;
use super::retyped::{self, Origin};
use super::share::{AllShares, Shares};
use super::sheet::Sheet;
use super::shown::is_read;
use super::tally::{At, Tally};
use super::{date, decimal, double, integer, text};
use crate::domain::{Code, Held, MatchedColumn};
use crate::pipeline::{CodeScheme, Column, ColumnKind};

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
                // A way of its own for each, since every cell goes through it.
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
fn told_by_content(cell: &str, fault: Fault, holds: Option<&'static str>) -> Fault {
    let content = tidy(cell);
    if is_error(content) {
        return Fault {
            code: Code::ErrorValue,
            expected: None,
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
        mend: link_text(content),
        ..fault
    }
}

/// A code, with what may be wrong with it although it is known.
fn noted<'t>(code: Cleaned<Cow<'t, str>>, doubt: Option<Code>) -> Cleaned<Cow<'t, str>> {
    match (code, doubt) {
        (Cleaned::Value(code), Some(doubt)) => Cleaned::Noted(code, doubt),
        (code, _) => code,
    }
}

/// Reads the cells of one column.
struct Reader<'s, 'a> {
    sheet: &'s Sheet<'a>,
    at: At,
    /// Rows of the grid whose cell is not to be read: it lies in a merged block, which has been told.
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

    /// What a reader of the workbook sees of a number that its format puts something around: `12人`. A multiple alone (`8万`) is told
    /// instead, since the number itself may be meant.
    fn as_shown(&self, cell: &str, position: usize) -> Option<String> {
        let table = self.sheet.table;
        let shown = table.grid.markings().filter(|shown| !shown.affixes.is_empty())?;
        let place = (table.records[position], self.at.index);
        let affix = shown.affixes.get(&place)?;
        if table.corrected.get(place.0, place.1).is_some() || !is_read(shown, place, affix, self.sheet.units) {
            return None;
        }
        let number = read_workbook_number(cell)?.without_noise();
        Some(format!("{}{number}{}", affix.before, affix.behind))
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
        // Nearly every column: its cells are the texts of the file, and nothing more is to be asked for each of them.
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
            // A text that nobody worked out is none.
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
                    tally.fault(position, &self.at, told_by_content(cell, *fault, self.holds));
                }
            }
        }
        converted
    }

    /// Tells by the position of a record whether a cell has a point for its decimals whatever the others have: a correction
    /// gives its content, or JSON held a number there.
    fn has_point(&self) -> impl Fn(usize) -> bool {
        let (table, index) = (self.sheet.table, self.at.index as usize);
        let cells = table.corrected.column(self.at.index);
        let is_json = table.keys.is_some();
        let may_have = cells.is_some() || is_json;
        move |position| {
            may_have
                && (cells.is_some_and(|cells| cells.contains_key(&table.records[position]))
                    || (is_json && table.grid.is_numeric(table.records[position] as usize, index)))
        }
    }

    fn integers(&self, measure: &Measure, tally: &mut Tally) -> ArrayRef {
        let mut builder = Int64Builder::with_capacity(self.len());
        let (plain, has_point) = (measure.with_point(), self.has_point());
        let clean = |text: &'a str, numeric, position| {
            let text = self.stored(text, numeric, position);
            if numeric && let Some(shown) = self.as_shown(text, position) {
                return integer::clean(&shown, false, &plain).of_shown(shown);
            }
            integer::clean(text, numeric, if has_point(position) { &plain } else { measure })
        };
        let converted = self.each(tally, clean, |value| builder.append_option(value));
        tally.converted(&self.at, measure.unit, converted);
        Arc::new(builder.finish())
    }

    fn decimals(
        &self,
        measure: &Measure,
        tally: &mut Tally,
        cleaner: impl Fn(&str, bool, &Measure) -> Cleaned<f64>,
    ) -> ArrayRef {
        let mut builder = Float64Builder::with_capacity(self.len());
        let (plain, has_point) = (measure.with_point(), self.has_point());
        let mut shares = measure.is_percent().then(Shares::default);
        let all_shares = shares.as_ref().and_then(|_| self.all_shares(measure));
        let clean = |text: &'a str, numeric, position| {
            let text = self.stored(text, numeric, position);
            if numeric && let Some(shown) = self.as_shown(text, position) {
                return cleaner(&shown, false, &plain).of_shown(shown);
            }
            let cleaned = cleaner(text, numeric, if has_point(position) { &plain } else { measure });
            match (&mut shares, cleaned) {
                (Some(shares), Cleaned::Value(value)) => {
                    shares.add(position, text, value);
                    Cleaned::Value(value)
                }
                // As a share it may need no rounding, but to be multiplied by a hundred.
                (_, Cleaned::Fault(fault)) if all_shares.is_some() && fault.code == Code::TooPrecise => {
                    Cleaned::Fault(Box::new(Fault { mend: None, ..*fault }))
                }
                (_, cleaned) => cleaned,
            }
        };
        let converted = self.each(tally, clean, |value| builder.append_option(value));
        tally.converted(&self.at, measure.unit, converted);
        if let Some(shares) = shares {
            tally.percent_mixed(&self.at, &shares);
        }
        if let Some(shares) = all_shares {
            tally.percent_shares(&self.at, &shares);
        }
        Arc::new(builder.finish())
    }

    /// The figures of a percent column, if all of them look like shares of 1. Most columns end that at their first figure.
    fn all_shares(&self, measure: &Measure) -> Option<AllShares<'a>> {
        let table = self.sheet.table;
        let has_point = self.has_point();
        let figures = table.records.iter().enumerate().filter_map(|(position, &row)| {
            let corrected = table.corrected.get(row, self.at.index);
            let (cell, numeric) = match corrected {
                Some(corrected) => (corrected.text.as_str(), corrected.numeric),
                None => table.said(row, self.at.index),
            };
            let cell = self.stored(cell, numeric, position);
            let (size, is_bare) = measure.size(cell, numeric || has_point(position))?;
            Some(is_bare.then_some((position, tidy(cell), size)))
        });
        AllShares::of(figures, measure.range.map(|(_, most)| most))
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
        let symbols = &self.sheet.symbols;
        let order = OnceCell::new();
        let order = || *order.get_or_init(|| date::Order::of(self.sheet.form.date_order, self.cells()));
        self.each(
            tally,
            |text, _, _| date::clean(text, symbols, order),
            |value| builder.append_option(value),
        );
        Arc::new(builder.finish())
    }

    fn texts(&self, tally: &mut Tally) -> ArrayRef {
        let mut builder = self.text_builder(24);
        let symbols = &self.sheet.symbols;
        self.each(
            tally,
            |cell, double, position| match text::clean(cell, symbols) {
                // Long numbers in a text are those of cards, accounts and telephones.
                Cleaned::Value(text) if double => match retyped::lost_digits(self.origin(cell, double, position)) {
                    Some(fault) => Cleaned::Fault(fault),
                    None => Cleaned::Value(text),
                },
                cleaned => cleaned,
            },
            |value| builder.append_option(value),
        );
        Arc::new(builder.finish())
    }

    fn codes(&self, level: Option<usize>, mut areas: Option<&mut RowAreas<'a>>, tally: &mut Tally) -> ArrayRef {
        let sheet = self.sheet;
        let mut builder = self.text_builder(12);
        let is_any = level.is_none() && sheet.scheme == CodeScheme::Plain;
        let has_points = OnceCell::new();
        let clean = |cell: &'a str, numeric, position: usize| {
            let seen = level.and_then(|_| self.with_decimals(cell, numeric, position));
            // A decimal part of zeros is no part of a code, unless it is registered so.
            let is_code = |seen: &String| cell.contains('.') || sheet.jurisdiction.of_code(seen, level).is_ok();
            let seen = seen.filter(is_code);
            let cleaned = match &seen {
                None => sheet.code(cell, level),
                Some(seen) => sheet.code(seen, level).map(|code| Cow::Owned(code.into_owned())),
            };
            if !matches!(cleaned, Cleaned::Missing) {
                let origin = self.origin(cell, numeric, position);
                let points = || *has_points.get_or_init(|| self.cells().any(retyped::has_point));
                let of_form = || is_any.then(|| retyped::of_form(cell, origin, points)).flatten();
                if let Some(fault) = retyped::of_kind(cell, origin).or_else(of_form) {
                    return Cleaned::Fault(fault);
                }
            }
            let Cleaned::Value(code) = &cleaned else {
                return sheet.jurisdiction.with_sound_mend(cleaned, level, areas.is_some());
            };
            let stored = self.stored(cell, numeric, position);
            let doubt = if (stored != cell || seen.is_some())
                && level.is_some()
                && sheet.jurisdiction.of_code(stored, level).is_ok()
            {
                Some(Code::CodeStoredOtherwise)
            } else {
                Some(Code::CodeZerosLost).filter(|_| sheet.jurisdiction.may_lack_zeros(code, level))
            };
            let found = sheet.jurisdiction.of_code(code, level).and_then(|area| {
                let misnamed = sheet.jurisdiction.misnamed(area, code, || self.names_in(position));
                misnamed.map_or(Ok(area), Err)
            });
            if found.is_ok()
                && doubt == Some(Code::CodeZerosLost)
                && let Some(fault) = (sheet.jurisdiction).named_behind_zeros(code, level, self.names_in(position))
            {
                let fault = Cleaned::Fault(fault);
                return sheet.jurisdiction.with_sound_mend(fault, level, areas.is_some());
            }
            match (found, &mut areas) {
                (Err(fault), _) => match seen {
                    None => Cleaned::Fault(fault),
                    Some(seen) => {
                        let mend = fault.mend.or_else(|| Some(cell.to_owned()));
                        let fault = Cleaned::Fault(Box::new(Fault { mend, ..*fault })).of_shown(seen);
                        sheet.jurisdiction.with_sound_mend(fault, level, areas.is_some())
                    }
                },
                (Ok(_), None) => noted(cleaned, doubt),
                (Ok(area), Some(areas)) => match sheet.jurisdiction.admit(area, code) {
                    Err(fault) => Cleaned::Fault(fault),
                    Ok(area) => {
                        areas.set(position, area);
                        noted(cleaned, doubt)
                    }
                },
            }
        };
        self.each(tally, clean, |value| builder.append_option(value));
        Arc::new(builder.finish())
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

    /// The cells of the column as received.
    fn cells(&self) -> impl Iterator<Item = &'a str> {
        let (table, index) = (self.sheet.table, self.at.index);
        table.records.iter().map(move |&row| table.said(row, index).0)
    }

    /// The cells of a record that may hold the name of an area.
    fn names_in(&self, position: usize) -> impl Iterator<Item = &'a str> {
        let (table, form) = (self.sheet.table, self.sheet.form);
        let is_name = |matched: &&MatchedColumn| {
            let kind = &form.columns[matched.column].kind;
            matches!(kind, ColumnKind::Text | ColumnKind::DivisionName { .. })
        };
        let columns = table.columns.iter().filter(is_name);
        columns.map(move |matched| table.said(table.records[position], matched.index).0)
    }

    fn names(&self, level: usize, mut areas: Option<&mut RowAreas<'a>>, tally: &mut Tally) -> ArrayRef {
        let sheet = self.sheet;
        let mut builder = self.text_builder(6);
        let clean = |cell: &'a str, _, position: usize| {
            let name = match sheet.name(cell, level) {
                Cleaned::Value(name) | Cleaned::Noted(name, _) => name,
                other => return other.map(|_| ""),
            };
            match sheet.jurisdiction.of_name(&name, level) {
                Err(fault) => Cleaned::Fault(fault),
                Ok(area) => {
                    if let Some(areas) = &mut areas {
                        areas.set(position, area);
                    }
                    Cleaned::Value(area)
                }
            }
        };
        self.each(tally, clean, |value| builder.append_option(value));
        Arc::new(builder.finish())
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
