//! Which unit the figures of a column have: what its header says, a row of units, or a line above or below the table; and what is told
//! where such a line cannot be applied. Nothing of it counts then.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::header::{Book, Header};
use super::rows::Body;
use super::sheet::Sheet;
use super::unit_words::unit_words;
use super::units::{self, Said};
use crate::domain::{Code, Finding, Grid, MatchedColumn, Place, Run, RunKind, SetAside, Severity};

/// Rows above and below a table that are looked at.
const ROWS: usize = 400;

/// A cell that names units, outside of the records.
#[derive(Debug)]
struct Line {
    row: u32,
    index: u32,
    /// As a reader of the sheet sees it.
    text: String,
    said: Said,
}

/// All such cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn of(book: &Book<'_>, grid: &Grid, body: &Body) -> Lines {
        let is_own = |row: u32| body.unit_lines.binary_search(&row).is_ok();
        let rows = body.set_aside.iter().filter(|(row, kind)| match kind {
            SetAside::Title | SetAside::Footer => true,
            _ => is_own(*row),
        });
        let mut lines = Vec::new();
        for &(row, kind) in rows.take(ROWS) {
            let mut before = "";
            for (index, cell) in grid.row(row as usize).enumerate() {
                let cell = cell.trim();
                if cell.is_empty() {
                    continue;
                }
                let text = as_shown(grid, row, index as u32, cell);
                // `2020 | 年` is no unit.
                let may_be_bare = kind != SetAside::Footer && !before.ends_with(|c: char| c.is_ascii_digit());
                let said = match may_be_bare {
                    true => units::of_title(&text, book.units),
                    false => units::of_line(&text, book.units),
                };
                before = cell;
                if !said.is_nothing() {
                    let index = index as u32;
                    lines.push(Line { row, index, text, said });
                }
            }
        }
        Lines(lines)
    }

    fn units(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.0.iter().enumerate();
        lines.flat_map(|(at, line)| line.said.units.iter().map(move |unit| (at, unit.as_str())))
    }

    fn unclear(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.0.iter().enumerate();
        lines.flat_map(|(at, line)| line.said.unclear.iter().map(move |text| (at, text.as_str())))
    }
}

/// A cell's text with what is raised or lowered in it.
fn as_shown(grid: &Grid, row: u32, index: u32, cell: &str) -> String {
    let runs = grid.markings().and_then(|shown| shown.runs.get(&(row, index)));
    match runs {
        None => cell.to_owned(),
        Some(runs) => {
            let kept = runs.iter().filter(|run| run.kind != RunKind::Struck);
            kept.map(|run| run.text.as_str()).collect()
        }
    }
}

/// The known columns of a sheet with their units.
#[derive(Debug, Default)]
pub(super) struct WithUnits {
    pub(super) matched: Vec<MatchedColumn>,
    /// Cells of the header whose raised or lowered text is the unit of a column.
    pub(super) raised: BTreeSet<(u32, u32)>,
    /// On lines that cannot be applied.
    pub(super) findings: Vec<Finding>,
}

/// The known columns, with units from the header, a row of units, or a line above or below the table, in this order. A column that a
/// line speaks of, and nobody can say how, gets the line's own words: they convert to nothing, so that no figure of it is read.
pub(super) fn with_units(book: &Book<'_>, sheet: &Sheet, header: &Header, body: &Body, lines: &Lines) -> WithUnits {
    let mut found = WithUnits {
        matched: header.columns.clone(),
        ..WithUnits::default()
    };
    let mut blamed: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); lines.0.len()];
    let mut open = 0;
    for matched in &mut found.matched {
        let column = &book.form.columns[matched.column];
        if matched.unit.is_some() || !units::is_numeric(column) {
            continue;
        }
        if let Some((unit, at)) = raised(book, sheet, header, matched.index) {
            matched.unit = Some(unit);
            found.raised.insert(at);
            continue;
        }
        let mut beneath = body.units.iter();
        if let Some((_, unit)) = beneath.find(|(index, _)| *index == matched.index) {
            matched.unit = Some(unit.clone());
            continue;
        }
        open += 1;
        let Some(own) = units::own(column) else { continue };
        match of_lines(book, own, lines) {
            OfLines::Nothing => {}
            OfLines::Unit(unit) => matched.unit = Some(unit),
            OfLines::Unclear(words, at) => {
                matched.unit = Some(words);
                at.into_iter().for_each(|at| {
                    blamed[at].insert(matched.column);
                });
            }
        }
    }
    for (line, columns) in lines.0.iter().zip(&blamed) {
        let is_open = open > 0 && line.said.unclear.iter().any(|text| may_matter(book, header, text));
        if !columns.is_empty() || is_open {
            found.findings.push(unclear(book, sheet, line, columns, open));
        }
    }
    found
}

/// What the lines of a sheet say of a column.
enum OfLines {
    Nothing,
    Unit(String),
    /// What cannot be applied, and the lines that say it.
    Unclear(String, Vec<usize>),
}

/// What they say of a column whose unit is `own`.
fn of_lines(book: &Book<'_>, own: &str, lines: &Lines) -> OfLines {
    let factor = |unit: &str| book.units.factor(unit, own);
    let fitting: Vec<(usize, &str)> = lines.units().filter(|(_, unit)| factor(unit).is_some()).collect();
    if let Some((_, first)) = fitting.first() {
        return if fitting.iter().all(|(_, unit)| factor(unit) == factor(first)) {
            OfLines::Unit((*first).to_owned())
        } else {
            not_applied(&fitting)
        };
    }
    let words = unit_words();
    let contradicts = |unit: &str| {
        let is_money = words.is_money(own);
        (is_money && words.is_money(unit)) || (book.units.is_multiplier(unit) && (is_money || book.units.is_count(own)))
    };
    let unclear = lines.unclear().filter(|(_, text)| speaks_of(book, text, own));
    let against: Vec<(usize, &str)> = lines
        .units()
        .filter(|(_, unit)| contradicts(unit))
        .chain(unclear)
        .collect();
    match against.is_empty() {
        true => OfLines::Nothing,
        false => not_applied(&against),
    }
}

fn not_applied(said: &[(usize, &str)]) -> OfLines {
    let mut words: Vec<&str> = said.iter().map(|(_, text)| *text).collect();
    words.dedup();
    OfLines::Unclear(words.join("、"), said.iter().map(|(at, _)| *at).collect())
}

/// Whether what could not be applied speaks of figures in `own`, and does not just say the same.
fn speaks_of(book: &Book<'_>, text: &str, own: &str) -> bool {
    let words = unit_words();
    let differs = |part: &str| {
        let factor = book.units.factor(part, own);
        book.units.measure_alike(part, own) && factor.is_none_or(|factor| !factor.is_one())
    };
    if text.split('/').all(|part| book.units.knows(part)) {
        return text.split('/').any(differs);
    }
    if words.is_money(text) {
        return words.is_money(own);
    }
    match words.without_scale(&crate::domain::fold(text)) {
        None => false,
        Some("") => words.is_money(own) || book.units.is_count(own),
        Some(rest) if words.is_money(rest) => words.is_money(own),
        Some(rest) => book.units.measure_alike(rest, own),
    }
}

/// Whether what could not be applied may change a figure of the sheet at all: `元/人` does not where money is in 元 and people in 人.
fn may_matter(book: &Book<'_>, header: &Header, text: &str) -> bool {
    if !text.split('/').all(|part| book.units.knows(part)) {
        return true;
    }
    let own = || {
        let columns = header.columns.iter();
        columns.filter_map(|matched| units::own(&book.form.columns[matched.column]))
    };
    let scales = |part: &str| book.units.scale(part).is_some_and(|scale| !scale.is_one());
    text.split('/').any(|part| {
        let mut alike = own().filter(|own| book.units.measure_alike(part, own)).peekable();
        match alike.peek() {
            None => scales(part),
            Some(_) => alike.any(|own| speaks_of(book, part, own)),
        }
    })
}

/// The finding on a line that cannot be applied. `blamed` are the columns of which no figure is read for it.
fn unclear(book: &Book<'_>, sheet: &Sheet, line: &Line, blamed: &BTreeSet<usize>, open: u64) -> Finding {
    let columns = || blamed.iter().map(|column| &book.form.columns[*column]);
    let finding = Finding::new(Code::UnitLineUnclear, 0)
        .at(place(sheet, line))
        .raw(line.text.trim());
    let finding = match columns().any(|column| column.required) {
        true => finding.severity(Severity::Hard),
        false => finding,
    };
    let expected: Vec<String> = columns()
        .filter_map(|column| Some(format!("{} ({})", column.id, units::own(column)?)))
        .collect();
    match blamed.is_empty() {
        true => finding.count(open).expected("—"),
        false => finding.count(blamed.len() as u64).expected(expected.join(", ")),
    }
}

fn place(sheet: &Sheet, line: &Line) -> Place {
    Place {
        sheet: sheet.name.clone(),
        row: Some(sheet.grid.number(line.row as usize)),
        column: None,
        column_index: Some(line.index),
    }
}

/// The unit that stands raised or lowered in a column's header, and the cell it stands in.
fn raised(book: &Book<'_>, sheet: &Sheet, header: &Header, index: u32) -> Option<(String, (u32, u32))> {
    let shown = sheet.grid.markings()?;
    let rows = (header.top as u32..header.end as u32).rev();
    rows.filter_map(|row| Some(((row, index), shown.runs.get(&(row, index))?)))
        .find_map(|(at, runs)| Some((units::of_run(&set_off(runs), book.units)?, at)))
}

/// What is raised or lowered of a text.
fn set_off(runs: &[Run]) -> String {
    let raised = runs
        .iter()
        .filter(|run| matches!(run.kind, RunKind::Superscript | RunKind::Subscript));
    raised.map(|run| run.text.as_str()).collect()
}

/// Units that would change a figure of a column for which the form declares none: nothing is converted there.
pub(super) fn undeclared(
    book: &Book<'_>,
    sheet: &Sheet,
    header: &Header,
    lines: &Lines,
    columns: &[MatchedColumn],
) -> Vec<Finding> {
    let scales = |unit: &str| book.units.scale(unit).is_some_and(|scale| !scale.is_one());
    let bare = |matched: &&MatchedColumn| units::lacks_unit(&book.form.columns[matched.column]);
    let mut findings = Vec::new();
    let mut without = 0;
    for matched in columns.iter().filter(bare) {
        let column = &book.form.columns[matched.column];
        let Some(unit) = &matched.unit else {
            without += 1;
            continue;
        };
        // Who wrote the unit into the form's own header knows of it.
        let mut own = header.columns.iter();
        let in_header = own.any(|own| own.index == matched.index && own.unit.is_some());
        let name = header.names.get(matched.index as usize).filter(|_| in_header);
        if scales(unit) && !name.is_some_and(|name| column.headers.contains(name)) {
            let place = Place {
                sheet: sheet.name.clone(),
                row: (header.end > header.top).then(|| sheet.grid.number(header.end - 1)),
                column: Some(Arc::from(column.id.as_str())),
                column_index: Some(matched.index),
            };
            findings.push(Finding::new(Code::UnitUndeclared, 0).at(place).raw(unit));
        }
    }
    let meant = |unit: &str| {
        let mut columns = book.form.columns.iter();
        !book.units.is_multiplier(unit) && columns.any(|column| units::fits(unit, column, book.units))
    };
    for line in lines.0.iter().filter(|_| without > 0) {
        if line.said.units.iter().any(|unit| scales(unit) && !meant(unit)) {
            let finding = Finding::new(Code::UnitUndeclared, 0).at(place(sheet, line));
            findings.push(finding.raw(line.text.trim()).count(without));
        }
    }
    findings
}
