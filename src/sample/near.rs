//! Rows just within what a form allows: for each code that finds a fault in a row, the lawful content nearest to it.

use super::amend::{Patch, free_code};
use super::chance::{Chance, one};
use super::draw::Row;
use super::faults::{Expectation, NEAR_MISS, Spoiler, exponential};
use super::recipe::Format;
use super::sheet::{Cell, Look};
use super::value::{Value, decimal, grouped};
use crate::domain::Code;
use crate::pipeline::{CodeScheme, Column, ColumnKind, MissingKind};

/// Codes with such a neighbour.
pub(super) const NEAR_CODES: [Code; 35] = [
    Code::CellMissing,
    Code::SymbolUndeclared,
    Code::NotAnInteger,
    Code::NotANumber,
    Code::TooPrecise,
    Code::DecimalMarkMixed,
    Code::UnitUnknown,
    Code::NotABoolean,
    Code::NotACategory,
    Code::NotADate,
    Code::OutOfRange,
    Code::TextTooLong,
    Code::CodeMalformed,
    Code::CodeScientific,
    Code::CodeUnknown,
    Code::OutsideJurisdiction,
    Code::RowRagged,
    Code::RowConflict,
    Code::ErrorValue,
    Code::TextStruck,
    Code::RowStruck,
    Code::NumberMerged,
    Code::CellsMerged,
    Code::NumberNoted,
    Code::NoteDoubtful,
    Code::CellRaised,
    Code::RecordNamedTotal,
    Code::DecimalCommaAssumed,
    Code::DecimalMarkUnclear,
    Code::ThousandsAssumed,
    Code::TextGarbled,
    Code::NumberShownOtherwise,
    Code::FormulaUncomputed,
    Code::NumberShortened,
    Code::NumberNegative,
];

/// Decimals of a number with an exponent that no program has shortened.
const DIGITS: usize = 6;

/// The only one that a file of records by name can have.
pub(super) const NESTED: Code = Code::ValueNested;

/// A row and where it stands.
pub(super) struct Place<'a> {
    /// Index of the row.
    pub(super) at: usize,
    pub(super) row: &'a Row,
    pub(super) format: Format,
    /// Code of the sender.
    pub(super) sender: &'a str,
    /// Whether a code has a row.
    pub(super) is_taken: &'a dyn Fn(&str) -> bool,
}

impl Spoiler<'_> {
    /// The row with the lawful content nearest to what a code finds; None where this row has none.
    pub(super) fn near(&self, rng: &mut Chance, code: Code, place: &Place) -> Option<Patch> {
        let row = place.row;
        let unchanged = |slot: Option<usize>| (row.clone(), slot, Vec::new());
        let (row, slot, cells) = match code {
            Code::CellMissing => self.emptied(rng, row, "")?,
            Code::SymbolUndeclared => {
                let is_sign =
                    |(symbol, kind): &(&String, &MissingKind)| !symbol.is_empty() && **kind == MissingKind::Missing;
                let symbol = self.model.form.missing.iter().find(is_sign)?.0;
                self.emptied(rng, row, symbol)?
            }
            Code::OutOfRange => self.largest(rng, row)?,
            Code::TextTooLong => self.longest(rng, row)?,
            Code::CodeUnknown => self.new_unit(place)?,
            Code::OutsideJurisdiction => {
                let slot = self.code_column()?;
                let is_elsewhere = !row[slot].member().starts_with(place.sender);
                is_elsewhere.then(|| unchanged(Some(slot)))?
            }
            Code::RowRagged if place.format.is_sheet() => unchanged(None),
            Code::RowConflict if !self.model.is_area() && !self.model.form.key.is_empty() => unchanged(None),
            Code::ErrorValue => self.hashed(rng, row)?,
            // A raised mark behind the figure, which is told from it by how it is set.
            Code::TextStruck | Code::NoteDoubtful | Code::CellRaised if place.format.is_workbook() => {
                self.noted(rng, row)?
            }
            // A name with letters beyond those of English.
            Code::TextGarbled => self.renamed(row, |name| format!("{name}（Café）"))?,
            Code::NumberShownOtherwise | Code::FormulaUncomputed if place.format == Format::Xlsx => {
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Integer { .. }))?;
                let look = match code {
                    Code::FormulaUncomputed => Look::Result("=SUM(A1:A2)".to_owned()),
                    _ => Look::Format(self.recipe.words.number_format.clone()?),
                };
                let cell = self.style.cell(self.model, slot, &row[slot]).set(look);
                (row.clone(), Some(slot), vec![(slot, cell)])
            }
            // A minus alone may be a sign for what is not known.
            Code::NumberNegative => self.emptied(rng, row, "-")?,
            // A name with such a mark is a name.
            Code::NumberNoted => self.renamed(row, |name| format!("{name}¹"))?,
            Code::RecordNamedTotal => {
                let word = self.recipe.words.total.as_ref()?;
                self.renamed(row, |name| format!("{word}{name}"))?
            }
            Code::RowStruck if place.format.is_workbook() => self.bold(row),
            // Titles and headers are merged in most sheets.
            Code::NumberMerged | Code::CellsMerged if place.format.is_workbook() => unchanged(None),
            NESTED if matches!(place.format, Format::Json | Format::Jsonl) => self.bracketed(row)?,
            _ => {
                let (slot, text) = self.written(rng, code, place)?;
                (row.clone(), Some(slot), vec![(slot, Cell::text(text))])
            }
        };
        if !self.broken(&row).is_empty() {
            return None;
        }
        let column = slot.map_or(String::new(), |slot| self.model.form.columns[slot].id.clone());
        Some(Patch {
            at: place.at,
            row,
            expected: Some(Expectation {
                column,
                code: code.into(),
                severity: None,
                kind: format!("near {code}"),
                consequence: NEAR_MISS,
                mend: String::new(),
            }),
            cells,
            blanks: if code == Code::RowRagged { 2 } else { 0 },
            is_twice: code == Code::RowConflict,
        })
    }

    /// A known cell of a fitting column.
    fn known(&self, rng: &mut Chance, row: &Row, fits: impl Fn(&Column) -> bool) -> Option<usize> {
        let columns = &self.model.form.columns;
        let able: Vec<usize> = (0..columns.len())
            .filter(|&slot| fits(&columns[slot]) && row[slot].is_known())
            .collect();
        one(rng, &able).copied()
    }

    /// The same content, written in another way that the form agrees with.
    fn written(&self, rng: &mut Chance, code: Code, place: &Place) -> Option<(usize, String)> {
        let row = place.row;
        let columns = &self.model.form.columns;
        let is_decimal = |c: &Column| matches!(c.kind, ColumnKind::Decimal { percent: false, .. });
        let figure = |slot: usize| Some(decimal(row[slot].number()?, columns[slot].kind.decimals()));
        match code {
            Code::NotAnInteger => {
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Integer { .. }))?;
                Some((slot, figure(slot)? + ".0"))
            }
            Code::NotANumber => {
                let slot = self.known(rng, row, is_decimal)?;
                Some((slot, figure(slot)?.chars().map(full_width).collect()))
            }
            Code::TooPrecise => {
                let slot = self.known(rng, row, is_decimal)?;
                let text = figure(slot)?;
                let point = if text.contains('.') { "" } else { "." };
                Some((slot, format!("{text}{point}0000")))
            }
            Code::DecimalMarkMixed if self.shows_points(place.format) => {
                // Three decimals look like a group of thousands: the other figures show that they are none.
                let slot = self.known(rng, row, |c| is_decimal(c) && (1..3).contains(&c.kind.decimals()))?;
                let text = figure(slot)?;
                let (whole, fraction) = text.split_once('.')?;
                Some((slot, format!("{whole}.{fraction:0<3}")))
            }
            Code::DecimalCommaAssumed if self.shows_points(place.format) => {
                // Three digits behind a comma are a group of thousands.
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Integer { .. }))?;
                let figure = row[slot]
                    .number()
                    .filter(|figure| (1_000..1_000_000).contains(figure))?;
                Some((slot, format!("{},{:03}", figure / 1_000, figure % 1_000)))
            }
            Code::DecimalMarkUnclear if self.shows_points(place.format) => {
                // Two digits behind a point are no group of thousands.
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Integer { .. }))?;
                Some((slot, figure(slot)? + ".00"))
            }
            Code::ThousandsAssumed if place.format != Format::Semicolon => {
                // A column of whole numbers has no other use for a comma.
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Integer { .. }))?;
                let is_long = row[slot].number().is_some_and(|figure| figure >= 1_000);
                is_long.then(|| Some((slot, grouped(&figure(slot)?))))?
            }
            Code::NumberShortened => {
                // More digits than a narrow column shows.
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Integer { .. }))?;
                let figure = row[slot].number().filter(|figure| *figure >= 1_000)?;
                Some((slot, exponential(figure, DIGITS)))
            }
            Code::UnitUnknown => {
                let units = &self.recipe.words.units;
                let slot = self.known(rng, row, |c| {
                    is_decimal(c) && c.kind.unit().is_some_and(|unit| units.contains_key(unit))
                })?;
                let spellings = units.get(columns[slot].kind.unit()?)?;
                Some((slot, figure(slot)? + spellings.last()?))
            }
            Code::NotABoolean => {
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Boolean { .. }))?;
                let ColumnKind::Boolean { yes, no } = &columns[slot].kind else {
                    return None;
                };
                let words = if row[slot] == Value::Flag(true) { yes } else { no };
                Some((slot, words.last()?.clone()))
            }
            Code::NotACategory => {
                let slot = self.known(rng, row, |c| matches!(c.kind, ColumnKind::Category { .. }))?;
                let ColumnKind::Category { values } = &columns[slot].kind else {
                    return None;
                };
                let (_, words) = values.iter().find(|(id, _)| id == row[slot].member())?;
                Some((slot, words.last()?.clone()))
            }
            Code::NotADate => {
                let slot = self.known(rng, row, |c| c.kind == ColumnKind::Date)?;
                let day: jiff::civil::Date = row[slot].member().parse().ok()?;
                let pattern = one(rng, &self.recipe.words.dates)?;
                Some((slot, day.strftime(pattern).to_string()))
            }
            Code::CodeMalformed | Code::CodeScientific => {
                let slot = self.code_column()?;
                let text = row[slot].member();
                if code == Code::CodeScientific {
                    return Some((slot, format!("{text}.0")));
                }
                let (area, rest) = text.split_at_checked(text.len() / 2)?;
                Some((slot, format!("{area} {rest}")))
            }
            _ => None,
        }
    }

    /// Whether the figures of a sheet show that they have points for decimals: many of them, in a text where commas are not usual.
    pub(super) fn shows_points(&self, format: Format) -> bool {
        format.is_text_table() && format != Format::Semicolon && !self.model.is_area()
    }

    /// The code of the key, where codes are the nation's.
    fn code_column(&self) -> Option<usize> {
        let is_code = |slot: &usize| matches!(self.model.form.columns[*slot].kind, ColumnKind::DivisionCode { .. });
        let is_national = self.pipeline.registry.code_scheme == CodeScheme::Gb2260;
        self.model
            .form
            .key
            .iter()
            .copied()
            .find(is_code)
            .filter(|_| is_national)
    }

    /// A figure that nobody needs, and that is not known, as the form says it.
    fn emptied(&self, rng: &mut Chance, row: &Row, symbol: &str) -> Option<Changed> {
        let is_declared = self.model.form.missing.get(symbol) == Some(&MissingKind::Missing);
        let slot = self.known(rng, row, |c| c.kind.is_number() && !c.required)?;
        let mut row = row.clone();
        row[slot] = Value::Unknown;
        is_declared.then(|| (row, Some(slot), vec![(slot, Cell::text(symbol))]))
    }

    /// The largest figure of its range.
    fn largest(&self, rng: &mut Chance, row: &Row) -> Option<Changed> {
        let slot = self.known(rng, row, |c| c.kind.is_number() && c.range.is_some())?;
        let column = &self.model.form.columns[slot];
        let mut row = row.clone();
        row[slot] = Value::Number((column.range?.1 * 10_f64.powi(column.kind.decimals() as i32)).round() as i64);
        Some((row, Some(slot), Vec::new()))
    }

    /// A text as long as one may be.
    fn longest(&self, rng: &mut Chance, row: &Row) -> Option<Changed> {
        let most = self.recipe.faults.longest;
        let slot = self.known(rng, row, |c| c.kind == ColumnKind::Text)?;
        let text: String = row[slot].member().chars().cycle().take(most).collect();
        let mut row = row.clone();
        row[slot] = Value::Word(text);
        (most > 0).then_some((row, Some(slot), Vec::new()))
    }

    /// A text that begins as errors do.
    fn hashed(&self, rng: &mut Chance, row: &Row) -> Option<Changed> {
        let slot = self.known(rng, row, |c| c.kind == ColumnKind::Text)?;
        let mut row = row.clone();
        row[slot] = Value::Word(format!("#1 {}", row[slot].member()));
        Some((row, Some(slot), Vec::new()))
    }

    /// A figure with the mark of a note behind it.
    fn noted(&self, rng: &mut Chance, row: &Row) -> Option<Changed> {
        let slot = self.known(rng, row, |c| c.kind.is_number())?;
        let cell = self.style.cell(self.model, slot, &row[slot]);
        Some((
            row.clone(),
            Some(slot),
            vec![(slot, cell.set(Look::Noted("1".to_owned())))],
        ))
    }

    /// A record under another name.
    fn renamed(&self, row: &Row, name: impl Fn(&str) -> String) -> Option<Changed> {
        let slot = self.name().filter(|&slot| row[slot].is_known())?;
        let mut row = row.clone();
        row[slot] = Value::Word(name(row[slot].member()));
        Some((row, Some(slot), Vec::new()))
    }

    /// A row in bold.
    fn bold(&self, row: &Row) -> Changed {
        let slots = self.style.columns.iter().filter_map(|laid| laid.slot);
        let cell = |slot: usize| (slot, self.style.cell(self.model, slot, &row[slot]).set(Look::Bold));
        (row.clone(), None, slots.map(cell).collect())
    }

    /// A unit that nobody has heard of, in an area that all know.
    fn new_unit(&self, place: &Place) -> Option<Changed> {
        let slot = self.code_column()?;
        let code = self.model.code.as_ref().filter(|code| code.slot == slot)?;
        let mut row = place.row.clone();
        row[slot] = Value::Word(free_code(code, &row, place.is_taken)?);
        Some((row, Some(slot), Vec::new()))
    }

    /// A text that looks like a list.
    fn bracketed(&self, row: &Row) -> Option<Changed> {
        let is_free = |column: &Column| column.kind == ColumnKind::Text && !column.required;
        let slot = self.model.form.columns.iter().position(is_free)?;
        let mut row = row.clone();
        row[slot] = Value::Word("[1, 2]".to_owned());
        Some((row, Some(slot), Vec::new()))
    }
}

/// What a row becomes, the column it is about, and cells that are written in their own way.
type Changed = (Row, Option<usize>, Vec<(usize, Cell)>);

fn full_width(c: char) -> char {
    match c {
        '.' => '．',
        '0'..='9' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        other => other,
    }
}
