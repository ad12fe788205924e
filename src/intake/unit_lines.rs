//! Cells outside of the records that name units, with the columns that they apply to.

use super::body::Body;
use super::header::{Book, Header};
use super::sheet::Sheet;
use super::unit_marks;
use super::unit_said::{Named, Said};
use super::unit_scope::{self, Scope};
use super::units;
use crate::domain::{Grid, RunKind, SetAside};

/// Rows above and below a table that are looked at.
const ROWS: usize = 400;

/// A cell that names units, outside of the records.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) row: u32,
    pub(super) index: u32,
    /// As a reader of the sheet sees it.
    pub(super) text: String,
    pub(super) units: Vec<(String, Scope)>,
    pub(super) unclear: Vec<(String, Scope)>,
    /// It is between records, and applies to those below it alone.
    pub(super) is_between: bool,
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

    /// A foot note that names a unit, and whose mark is in headers: it applies to their columns alone.
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
pub(super) struct Lines(pub(super) Vec<Line>);

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
    pub(super) fn cell(&self, at: &[usize]) -> Option<(u32, u32)> {
        at.first().map(|at| (self.0[*at].row, self.0[*at].index))
    }

    /// Those that apply to all records.
    pub(super) fn of_table(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.0.iter().enumerate().filter(|(_, line)| !line.is_between)
    }

    /// What the upper rows of a header say of a column: `Finance (million US$)` over `Budget`. It applies to every column beneath.
    pub(super) fn above(book: &Book<'_>, sheet: &Sheet, header: &Header, index: u32) -> Lines {
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
    pub(super) fn units(&self, column: usize) -> impl Iterator<Item = (usize, &str, bool)> {
        let said = self
            .of_table()
            .flat_map(|(at, line)| line.units.iter().map(move |said| (at, said)));
        let covering = said.filter(move |(_, (_, scope))| scope.covers(column));
        covering.map(move |(at, (unit, scope))| (at, unit.as_str(), scope.names(column)))
    }

    pub(super) fn unclear(&self, column: usize) -> impl Iterator<Item = (usize, &str, bool)> {
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
            for run in runs
                .iter()
                .filter(|run| !matches!(run.kind, RunKind::Struck | RunKind::Unseen(_)))
            {
                if run.kind == RunKind::Superscript && text.ends_with("10") {
                    text.push('^');
                }
                text.push_str(&run.text);
            }
            text
        }
    }
}
