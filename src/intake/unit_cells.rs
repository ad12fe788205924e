//! A column that names the unit of each row's figures: 单位 with 万人 and 人 beneath it.

use std::sync::Arc;

use super::header::{Book, Header};
use super::sheet::Sheet;
use super::unit_names::{names_unit, trimmed};
use super::unit_words::unit_words;
use super::units;
use crate::domain::{Code, Finding, MatchedColumn, Place, Severity, fold};
use crate::pipeline::units::Ratio;

/// Different units of a column that a finding shows.
const SHOWN: usize = 5;

/// A column of units: its physical column, and the unit of each record, folded; empty where there is none.
struct UnitCells {
    index: u32,
    units: Vec<String>,
}

/// Gives columns of figures the one unit that a column of units has in every record. Where it has several, the figures cannot be read
/// as a column: they get words that convert to nothing, and there is a finding.
pub(super) fn apply(
    book: &Book<'_>,
    sheet: &Sheet,
    header: &Header,
    records: &[u32],
    columns: &mut [MatchedColumn],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for cells in columns_of_units(book, sheet, header, records) {
        for at in governed(book, &cells, columns) {
            let (column, index) = (&book.form.columns[columns[at].column], columns[at].index);
            let is_filled = |row: &u32| !sheet.grid.cell(*row as usize, index as usize).trim().is_empty();
            let filled = || records.iter().zip(&cells.units).filter(|(row, _)| is_filled(row));
            let mut said: Vec<&String> = filled().map(|(_, unit)| unit).collect();
            said.sort_unstable();
            said.dedup();
            let scale = |unit: &String| scale(book, unit, units::own(column));
            match said.as_slice() {
                [] => {}
                [first, rest @ ..] if scale(first).is_some() && rest.iter().all(|unit| scale(unit) == scale(first)) => {
                    if !scale(first).is_some_and(Ratio::is_one) {
                        columns[at].unit = Some((*first).clone());
                    }
                }
                _ => {
                    let shown: Vec<&str> = said.iter().map(|unit| shown(unit)).take(SHOWN).collect();
                    let shown = shown.join("、");
                    let place = Place {
                        sheet: sheet.name.clone(),
                        row: (header.end > header.top).then(|| sheet.grid.number(header.end - 1)),
                        column: Some(Arc::from(column.id.as_str())),
                        column_index: Some(cells.index),
                    };
                    let name = header.names.get(cells.index as usize).cloned().unwrap_or_default();
                    let finding = Finding::new(Code::UnitInColumn).at(place).raw(name);
                    let finding = finding.expected(&*shown).count(filled().count() as u64);
                    findings.push(match column.required {
                        true => finding.severity(Severity::Hard),
                        false => finding,
                    });
                    columns[at].unit = Some(shown);
                }
            }
        }
    }
    findings
}

/// What stands for a unit in a finding.
fn shown(unit: &str) -> &str {
    if unit.is_empty() { "—" } else { unit }
}

/// What a unit makes of figures in a column's own; of a column without one, of plain numbers. None: it says nothing that can be applied.
fn scale(book: &Book<'_>, unit: &str, own: Option<&str>) -> Option<Ratio> {
    match own {
        _ if unit.is_empty() => Some(Ratio::ONE),
        // What measures something else says nothing of the column.
        Some(own) if !may_speak_of(book, unit, own) => Some(Ratio::ONE),
        Some(own) => book.units.factor(unit, own),
        None => book.units.scale(unit),
    }
}

/// Columns that the form does not know, are headed by a word for units, and hold units alone.
fn columns_of_units(book: &Book<'_>, sheet: &Sheet, header: &Header, records: &[u32]) -> Vec<UnitCells> {
    let named = header.names.iter().enumerate();
    let headed = named.filter(|(index, name)| !header.knows(*index as u32) && unit_words().labels_units(&fold(name)));
    let cells = headed.filter_map(|(index, _)| {
        let cell = |row: &u32| fold(trimmed(sheet.grid.cell(*row as usize, index).trim()));
        let units: Vec<String> = records.iter().map(cell).collect();
        let is_unit = |text: &&String| book.units.knows(text) || names_unit(text);
        let mut filled = units.iter().filter(|text| !text.is_empty()).peekable();
        let holds_units = filled.peek().is_some() && filled.all(|text| is_unit(&text));
        holds_units.then_some(UnitCells {
            index: index as u32,
            units,
        })
    });
    cells.collect()
}

/// The columns of figures that a column of units may speak of: those that measure what one of its units does, else the nearest of those
/// for which the form declares no unit. What the sheet says of a column elsewhere goes before.
fn governed(book: &Book<'_>, cells: &UnitCells, columns: &[MatchedColumn]) -> Vec<usize> {
    let form = &book.form.columns;
    let open = |at: &usize| columns[*at].unit.is_none();
    let measures = |at: &usize| {
        let own = units::own(&form[columns[*at].column]);
        own.is_some_and(|own| cells.units.iter().any(|unit| may_speak_of(book, unit, own)))
    };
    let alike: Vec<usize> = (0..columns.len()).filter(measures).collect();
    if !alike.is_empty() {
        return alike.into_iter().filter(open).collect();
    }
    let bare = (0..columns.len()).filter(|at| units::lacks_unit(&form[columns[*at].column]));
    let distance = |at: &usize| {
        let index = columns[*at].index;
        (index.abs_diff(cells.index), index > cells.index)
    };
    bare.filter(open).min_by_key(distance).into_iter().collect()
}

/// Whether a unit of a row may be that of figures in `own`: it measures the same, is a bare multiple, or a unit of money beside another.
fn may_speak_of(book: &Book<'_>, unit: &str, own: &str) -> bool {
    let words = unit_words();
    if book.units.is_multiplier(unit) {
        return words.is_money(own) || book.units.is_count(own);
    }
    let is_of_rest = || {
        let rest = words.without_scale(unit).filter(|_| !book.units.knows(unit));
        rest.is_some_and(|rest| book.units.measure_alike(rest, own))
    };
    book.units.measure_alike(unit, own) || (words.is_money(unit) && words.is_money(own)) || is_of_rest()
}
