//! Which unit the figures of a column have: what its header says, a row of units, or a line above or below the table; and what is told
//! where such a line cannot be applied. Nothing of it counts then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::header::{Book, Header};
use super::rows::Body;
use super::sections::Difference;
use super::sheet::Sheet;
use super::unit_marks;
use super::unit_scope::{self, Scope};
use super::unit_words::unit_words;
use super::units::{self, Named, Said};
use crate::domain::{Code, Finding, Grid, MatchedColumn, Place, Run, RunKind, SetAside, Severity};
use crate::pipeline::units::Ratio;

/// Rows above and below a table that are looked at.
const ROWS: usize = 400;

/// A cell that names units, outside of the records.
#[derive(Clone, Debug)]
struct Line {
    row: u32,
    index: u32,
    /// As a reader of the sheet sees it.
    text: String,
    units: Vec<(String, Scope)>,
    unclear: Vec<(String, Scope)>,
    /// It stands between records: it speaks of those below it alone.
    is_between: bool,
}

impl Line {
    /// `said` by a cell of the sheet. A multiple of what the form has no column of cannot be applied to any.
    fn new(book: &Book<'_>, (row, index): (u32, u32), text: String, said: Said) -> Line {
        let scoped = |named: Named| {
            let scope = unit_scope::of(book, &named);
            (named.unit, scope)
        };
        let units = said.units.into_iter().map(scoped);
        let is_lost = |(unit, scope): &(String, Scope)| *scope == Scope::Unknown && book.units.is_multiplier(unit);
        let (lost, units): (Vec<_>, Vec<_>) = units.partition(is_lost);
        Line {
            row,
            index,
            text,
            units,
            unclear: said.unclear.into_iter().map(scoped).chain(lost).collect(),
            is_between: false,
        }
    }
}

impl Line {
    /// A foot note that names a unit, and whose mark stands in headers: it speaks of their columns alone.
    fn of_note(book: &Book<'_>, grid: &Grid, header: &Header, at: (u32, u32), text: &str) -> Option<Line> {
        let (mark, note) = unit_marks::of_note(text)?;
        let columns = unit_marks::columns(grid, header, &mark);
        let said = units::of_title(note, book.units);
        if columns.is_empty() || said.is_nothing() {
            return None;
        }
        let scoped = |named: Named| (named.unit, Scope::Columns(columns.clone()));
        Some(Line {
            row: at.0,
            index: at.1,
            text: text.to_owned(),
            units: said.units.into_iter().map(scoped).collect(),
            unclear: said.unclear.into_iter().map(scoped).collect(),
            is_between: false,
        })
    }
}

/// All such cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn of(book: &Book<'_>, grid: &Grid, header: &Header, body: &Body) -> Lines {
        let is_own = |row: u32| body.unit_lines.binary_search(&row).is_ok();
        let rows = body.set_aside.iter().filter(|(row, kind)| match kind {
            SetAside::Title | SetAside::Footer => true,
            _ => is_own(*row),
        });
        let is_between = |row: u32| {
            let (first, last) = (body.records.first(), body.records.last());
            first.is_some_and(|first| *first < row) && last.is_some_and(|last| *last > row)
        };
        let mut lines = Vec::new();
        for &(row, kind) in rows.take(ROWS) {
            let mut before = "";
            for (index, cell) in grid.row(row as usize).enumerate() {
                let cell = cell.trim();
                if cell.is_empty() {
                    continue;
                }
                let text = as_shown(grid, row, index as u32, cell);
                if let Some(line) =
                    Line::of_note(book, grid, header, (row, index as u32), &text).filter(|_| kind == SetAside::Footer)
                {
                    lines.push(line);
                    continue;
                }
                // `2020 | 年` is no unit.
                let may_be_bare = kind != SetAside::Footer && !before.ends_with(|c: char| c.is_ascii_digit());
                let said = match may_be_bare {
                    true => units::of_title(&text, book.units),
                    false => units::of_line(&text, book.units),
                };
                before = cell;
                if !said.is_nothing() {
                    let is_between = is_own(row) && is_between(row);
                    lines.push(Line {
                        is_between,
                        ..Line::new(book, (row, index as u32), text, said)
                    });
                }
            }
        }
        Lines(lines)
    }

    /// Rows of the lines between records.
    pub(super) fn between(&self) -> impl Iterator<Item = u32> {
        self.0.iter().filter(|line| line.is_between).map(|line| line.row)
    }

    /// The cell of the first of some lines.
    fn cell(&self, at: &[usize]) -> Option<(u32, u32)> {
        at.first().map(|at| (self.0[*at].row, self.0[*at].index))
    }

    /// Those that speak of all records.
    fn of_table(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.0.iter().enumerate().filter(|(_, line)| !line.is_between)
    }

    /// What the upper rows of a header say of a column: `Finance (million US$)` over `Budget`. There, it is said of every column beneath.
    fn above(book: &Book<'_>, sheet: &Sheet, header: &Header, index: u32) -> Lines {
        let mut lines = Vec::new();
        for text in header.above.get(&index).into_iter().flatten() {
            let mut said = units::of_title(text, book.units);
            for named in said.units.iter_mut().chain(&mut said.unclear) {
                named.of.clear();
            }
            if said.is_nothing() {
                continue;
            }
            let rows = header.top..header.end;
            let is_own = |row: &usize, at: &u32| sheet.grid.cell(*row, *at as usize).trim() == text;
            let mut cells = rows.flat_map(|row| (0..=index).rev().map(move |at| (row, at)));
            let (row, at) = cells.find(|(row, at)| is_own(row, at)).unwrap_or((header.top, index));
            lines.push(Line::new(book, (row as u32, at), text.clone(), said));
        }
        Lines(lines)
    }

    /// What the lines say of a column: the line, the unit, and whether it names the column.
    fn units(&self, column: usize) -> impl Iterator<Item = (usize, &str, bool)> {
        let said = self
            .of_table()
            .flat_map(|(at, line)| line.units.iter().map(move |said| (at, said)));
        let covering = said.filter(move |(_, (_, scope))| scope.covers(column));
        covering.map(move |(at, (unit, scope))| (at, unit.as_str(), scope.names(column)))
    }

    fn unclear(&self, column: usize) -> impl Iterator<Item = (usize, &str, bool)> {
        let said = self
            .of_table()
            .flat_map(|(at, line)| line.unclear.iter().map(move |said| (at, said)));
        let covering = said.filter(move |(_, (_, scope))| scope.covers(column));
        covering.map(move |(at, (text, scope))| (at, text.as_str(), scope.names(column)))
    }
}

/// A cell's text with what is raised or lowered in it.
fn as_shown(grid: &Grid, row: u32, index: u32, cell: &str) -> String {
    let runs = grid.markings().and_then(|shown| shown.runs.get(&(row, index)));
    match runs {
        None => cell.to_owned(),
        Some(runs) => {
            let mut text = String::new();
            for run in runs.iter().filter(|run| run.kind != RunKind::Struck) {
                if run.kind == RunKind::Superscript && text.ends_with("10") {
                    text.push('^');
                }
                text.push_str(&run.text);
            }
            text
        }
    }
}

/// What a line of units between records says of those below it: None: nothing; of no difference: what holds above it, too.
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
                let told = at
                    .first()
                    .map(|at| unclear(book, sheet, &groups.0[*at], &BTreeSet::from([matched.column]), 1));
                found.findings.extend(told);
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
                at.into_iter().for_each(|at| {
                    blamed[at].insert(matched.column);
                });
            }
        }
    }
    for (at, line) in lines.of_table() {
        let columns = &blamed[at];
        let is_open = open > 0 && line.unclear.iter().any(|(text, _)| may_matter(book, header, text));
        if !columns.is_empty() || is_open {
            found.findings.push(unclear(book, sheet, line, columns, open));
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
        let finding = Finding::new(Code::UnitLineContradicted, 0)
            .at(place(sheet, line))
            .raw(line.text.trim());
        findings.push(finding.expected(names.join(", ")).count(against.len() as u64));
    }
    findings
}

/// What the lines of a sheet say of a column.
enum OfLines {
    Nothing,
    /// The unit, and the line that says it.
    Unit(String, usize),
    /// What cannot be applied, and the lines that say it.
    Unclear(String, Vec<usize>),
}

/// What they say of a column whose unit is `own`. What names the column goes before what is said of the whole table.
fn of_lines(book: &Book<'_>, (column, own): (usize, &str), lines: &Lines) -> OfLines {
    let words = unit_words();
    // `Budget in thousands` over thousands of dollars is the form's own unit.
    let is_scale_of_own = |unit: &str| {
        let scale = book.units.scale(unit).filter(|_| book.units.is_multiplier(unit));
        scale.is_some() && words.is_money(own) && scale == book.units.scale(own)
    };
    let factor = |(_, unit, is_by_name): &(usize, &str, bool)| match *is_by_name && is_scale_of_own(unit) {
        true => Some(Ratio::ONE),
        false => book.units.factor(unit, own),
    };
    let by_name = |said: &(usize, &str, bool)| said.2;
    let (mut said, mut doubts): (Vec<_>, Vec<_>) = (lines.units(column).collect(), lines.unclear(column).collect());
    if said.iter().chain(&doubts).any(by_name) {
        said.retain(by_name);
        doubts.retain(by_name);
    }
    let fitting: Vec<&(usize, &str, bool)> = said.iter().filter(|said| factor(said).is_some()).collect();
    if let Some(first) = fitting.first()
        && !fitting.iter().all(|said| factor(said) == factor(first))
    {
        return not_applied(fitting.iter().map(|(at, unit, _)| (*at, *unit)));
    }
    let contradicts = |(_, unit, is_by_name): &&(usize, &str, bool)| {
        let is_money = words.is_money(own);
        *is_by_name
            || (is_money && words.is_money(unit))
            || (book.units.is_multiplier(unit) && (is_money || book.units.is_count(own)))
    };
    let doubts = doubts
        .iter()
        .filter(|(_, text, is_by_name)| *is_by_name || speaks_of(book, text, own));
    let doubts: Vec<_> = doubts.collect();
    if let Some(first) = fitting.first().filter(|_| doubts.is_empty()) {
        let unit = if factor(first).is_some_and(Ratio::is_one) {
            own
        } else {
            first.1
        };
        return OfLines::Unit(unit.to_owned(), first.0);
    }
    let against = said
        .iter()
        .filter(contradicts)
        .filter(|_| fitting.is_empty())
        .chain(doubts);
    let against: Vec<_> = against.map(|(at, text, _)| (*at, *text)).collect();
    match against.is_empty() {
        true => OfLines::Nothing,
        false => not_applied(against.into_iter()),
    }
}

/// Words that convert to nothing: where `thousands` would, the whole line that it cannot be applied in.
fn unread(book: &Book<'_>, own: &str, words: String, lines: &Lines, at: &[usize]) -> String {
    let converts = |text: &str| book.units.factor(text, own).is_some();
    if !converts(&words) {
        return words;
    }
    let whole = at.first().map(|at| lines.0[*at].text.trim().to_owned());
    whole
        .filter(|text| !converts(text))
        .unwrap_or_else(|| format!("{words}?"))
}

fn not_applied<'s>(said: impl Iterator<Item = (usize, &'s str)>) -> OfLines {
    let (at, mut words): (Vec<usize>, Vec<&str>) = said.unzip();
    words.dedup();
    OfLines::Unclear(words.join("、"), at)
}

/// Whether what could not be applied speaks of figures in `own`, and does not just say the same.
fn speaks_of(book: &Book<'_>, text: &str, own: &str) -> bool {
    let words = unit_words();
    if book.units.is_multiplier(text) {
        return words.is_money(own) || book.units.is_count(own);
    }
    let differs = |part: &str| {
        let factor = book.units.factor(part, own);
        book.units.measure_alike(part, own) && factor.is_none_or(|factor| !factor.is_one())
    };
    if text.split('/').all(|part| book.units.knows(part)) {
        return text.split('/').any(differs);
    }
    if words.is_money(text) || words.is_short_multiple(text) {
        return words.is_money(own);
    }
    match words.without_scale(&crate::domain::fold(text)) {
        // A line of few words that has a multiple in it.
        None => words.has_multiple(text) && (words.is_money(own) || book.units.is_count(own)),
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
        true => finding.count(open),
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
            let finding = Finding::new(Code::UnitUndeclared, 0).at(place(sheet, line));
            findings.push(finding.raw(line.text.trim()).count(without));
        }
    }
    findings
}
