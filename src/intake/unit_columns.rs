//! Which unit the figures of a column have: what its header says, a row of units, or a line above or below the table; and the findings
//! on lines that cannot be applied to columns without a unit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::body::Body;
use super::header::{Book, Header};
use super::sections::Difference;
use super::sheet::Sheet;
use super::unit_lines::{Line, Lines};
use super::unit_of_column::{OfLines, may_matter, of_lines, unread};
use super::unit_scope::{self, Scope};
use super::unit_words::unit_words;
use super::units;
use crate::domain::{Code, Finding, MatchedColumn, Place, Run, RunKind, SetAside};

/// How a line of units between records changes the units of those below it. None: it says nothing of them; Some(None): it changes none.
pub(super) fn of_line_between(
    book: &Book<'_>,
    header: &Header,
    lines: &Lines,
    row: u32,
    matched: &[MatchedColumn],
) -> Option<Option<Difference>> {
    let line = lines.0.iter().find(|line| line.row == row)?;
    let alone = Lines(vec![Line {
        is_between: false,
        ..line.clone()
    }]);
    let mut says_anything = false;
    for above in header.columns.iter().filter(|above| above.unit.is_none()) {
        let Some(own) = units::own(&book.form.columns[above.column]) else {
            continue;
        };
        let said = match of_lines(book, (above.column, own), &alone) {
            OfLines::Nothing => continue,
            OfLines::Unit(unit, _) => book.units.factor(&unit, own),
            OfLines::Unclear(..) => None,
        };
        says_anything = true;
        let read = matched.iter().find(|column| column.column == above.column);
        let read = read.and_then(|column| column.unit.as_deref()).unwrap_or(own);
        if said.is_none() || said != book.units.factor(read, own) {
            return Some(Some(Difference {
                at: (line.row, line.index),
                said: line.text.trim().to_owned(),
                instead: header.names.get(above.index as usize).cloned().unwrap_or_default(),
            }));
        }
    }
    says_anything.then_some(None)
}

/// Whether a cell that stands alone in its row says in which unit columns of the form are: `Spending in million dollars`.
pub(super) fn is_line(book: &Book<'_>, cell: &str) -> bool {
    let said = units::of_line(cell, book.units);
    let mut all = said.units.iter().chain(&said.unclear);
    !said.is_nothing() && all.all(|named| unit_scope::is_of_columns(book, named))
}

/// The known columns of a sheet with their units.
#[derive(Debug, Default)]
pub(super) struct WithUnits {
    pub(super) matched: Vec<MatchedColumn>,
    /// Cells of the header whose raised or lowered text is the unit of a column.
    pub(super) raised: BTreeSet<(u32, u32)>,
    /// The cell that names the unit of a column, by physical column.
    pub(super) cells: BTreeMap<u32, (u32, u32)>,
    /// On lines that cannot be applied, and that contradict the unit of no column.
    pub(super) findings: Vec<Finding>,
}

/// The known columns, with units from the header, a row of units, or a line above or below the table, in this order. A column that a
/// line names in a way that cannot be applied gets the line's own words: they convert to nothing, so that no figure of it is read and
/// the column has a finding that shows the line.
pub(super) fn with_units(book: &Book<'_>, sheet: &Sheet, header: &Header, body: &Body, lines: &Lines) -> WithUnits {
    let mut found = WithUnits {
        matched: header.columns.clone(),
        ..WithUnits::default()
    };
    let mut blamed = BTreeSet::new();
    let mut applied = BTreeSet::new();
    let mut open = 0;
    for matched in &mut found.matched {
        let column = &book.form.columns[matched.column];
        if matched.unit.is_some() {
            let rows = (header.top..header.end).rev();
            let mut rows = rows.filter(|row| !sheet.grid.cell(*row, matched.index as usize).trim().is_empty());
            found
                .cells
                .extend(rows.next().map(|row| (matched.index, (row as u32, matched.index))));
            continue;
        }
        if !units::is_numeric(column) {
            continue;
        }
        if let Some((unit, at)) = raised(book, sheet, header, matched.index) {
            matched.unit = Some(unit);
            found.raised.insert(at);
            continue;
        }
        let mut beneath = body.units.iter();
        if let Some((_, unit)) = beneath.find(|(index, _)| *index == matched.index) {
            let notes = body.set_aside.iter().filter(|(_, kind)| *kind == SetAside::HeaderNote);
            let names = |row: &u32| {
                crate::domain::fold(sheet.grid.cell(*row as usize, matched.index as usize)).contains(unit.as_str())
            };
            let row = notes.map(|(row, _)| *row).find(names);
            found.cells.extend(row.map(|row| (matched.index, (row, matched.index))));
            matched.unit = Some(unit.clone());
            continue;
        }
        let Some(own) = units::own(column) else {
            open += 1;
            continue;
        };
        let groups = Lines::above(book, sheet, header, matched.index);
        match of_lines(book, (matched.column, own), &groups) {
            OfLines::Nothing => {}
            OfLines::Unit(unit, _) => {
                matched.unit = Some(unit);
                continue;
            }
            OfLines::Unclear(words, at) => {
                found.cells.extend(groups.cell(&at).map(|cell| (matched.index, cell)));
                matched.unit = Some(unread(book, own, words, &groups, &at));
                continue;
            }
        }
        open += 1;
        match of_lines(book, (matched.column, own), lines) {
            OfLines::Nothing => {}
            OfLines::Unit(unit, at) => {
                applied.insert(at);
                matched.unit = Some(unit);
            }
            OfLines::Unclear(words, at) => {
                found.cells.extend(lines.cell(&at).map(|cell| (matched.index, cell)));
                matched.unit = Some(unread(book, own, words, lines, &at));
                blamed.extend(at);
            }
        }
    }
    for (at, line) in lines.of_table() {
        let is_open = open > 0 && line.unclear.iter().any(|(text, _)| may_matter(book, header, text));
        if is_open && !blamed.contains(&at) {
            let finding = Finding::new(Code::UnitLineUnclear).at(place(sheet, line));
            found.findings.push(finding.raw(line.text.trim()).count(open));
        }
    }
    found
        .findings
        .extend(contradicted(book, sheet, header, lines, &applied));
    found
}

/// Lines whose unit no column takes, while headers name another one for figures of the kind.
fn contradicted(
    book: &Book<'_>,
    sheet: &Sheet,
    header: &Header,
    lines: &Lines,
    applied: &BTreeSet<usize>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let unused = lines.of_table().filter(|(at, _)| !applied.contains(at));
    for (_, line) in unused {
        let differs = |matched: &&MatchedColumn| {
            let said = line.units.iter().filter(|(_, scope)| scope.covers(matched.column));
            let Some((unit, own)) = matched
                .unit
                .as_deref()
                .zip(units::own(&book.form.columns[matched.column]))
            else {
                return false;
            };
            let Some(in_header) = book.units.factor(unit, own) else {
                return false;
            };
            let factors =
                said.filter_map(|(unit, _)| book.units.factor(unit, own).filter(|_| !book.units.is_multiplier(unit)));
            let mut factors = factors.peekable();
            factors.peek().is_some() && factors.all(|factor| factor != in_header)
        };
        let against: Vec<&MatchedColumn> = header.columns.iter().filter(differs).collect();
        let is_own = |matched: &MatchedColumn| {
            let own = units::own(&book.form.columns[matched.column]);
            let factor = |(unit, _): &(String, Scope)| own.and_then(|own| book.units.factor(unit, own));
            let mut said = line.units.iter();
            said.any(|said| factor(said).is_some() && !against.iter().any(|one| one.index == matched.index))
        };
        if against.is_empty() || header.columns.iter().any(is_own) || unit_words().defers(&line.text) {
            continue;
        }
        let shown = |matched: &&MatchedColumn| header.names.get(matched.index as usize).cloned().unwrap_or_default();
        let names: Vec<String> = against.iter().map(shown).collect();
        let finding = Finding::new(Code::UnitLineContradicted)
            .at(place(sheet, line))
            .raw(line.text.trim());
        findings.push(finding.expected(names.join(", ")).count(against.len() as u64));
    }
    findings
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
        // A unit that is part of the form's own header is declared there.
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
            findings.push(Finding::new(Code::UnitUndeclared).at(place).raw(unit));
        }
    }
    let meant = |unit: &str| {
        let mut columns = book.form.columns.iter();
        !book.units.is_multiplier(unit) && columns.any(|column| units::fits(unit, column, book.units))
    };
    let is_open = |scope: &Scope| {
        let mut open = columns.iter().filter(bare).filter(|matched| matched.unit.is_none());
        open.any(|matched| scope.covers(matched.column))
    };
    for line in lines.0.iter().filter(|_| without > 0) {
        if line
            .units
            .iter()
            .any(|(unit, scope)| scales(unit) && !meant(unit) && is_open(scope))
        {
            let finding = Finding::new(Code::UnitUndeclared).at(place(sheet, line));
            findings.push(finding.raw(line.text.trim()).count(without));
        }
    }
    findings
}
