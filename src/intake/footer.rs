//! Lines below a table that no agreed word begins: sources, links, foot notes, an office and a date. Every one of them is reported,
//! as is every note and source that an agreed word begins, so that nothing which might be a record goes unseen.

use super::header::{Header, is_figure};
use super::sheet::Sheet;
use super::words::words;
use crate::domain::{Code, Finding, Grid, Place, fold};
use crate::pipeline::{ColumnKind, Form};

/// Records above the lines that are compared with them.
const COMPARED: usize = 3;
/// Records whose codes show what a code looks like.
const CODES: usize = 100;
/// Longest code.
const CODE_BYTES: usize = 24;
/// Words, or characters of a script without blanks, from which on a text is a remark.
const REMARK_WORDS: usize = 2;
const REMARK_IDEOGRAPHS: usize = 8;

/// What the lines below a table are held against.
pub(super) struct Below<'a> {
    grid: &'a Grid,
    form: &'a Form,
    header: &'a Header,
    /// Physical columns of codes.
    codes: Vec<usize>,
}

impl<'a> Below<'a> {
    pub(super) fn new(grid: &'a Grid, form: &'a Form, header: &'a Header) -> Below<'a> {
        let is_code = |column: usize| matches!(form.columns[column].kind, ColumnKind::DivisionCode { .. });
        let codes = header.columns.iter().filter(|matched| is_code(matched.column));
        Below {
            grid,
            form,
            header,
            codes: codes.map(|matched| matched.index as usize).collect(),
        }
    }

    fn cell(&self, row: u32, column: usize) -> &'a str {
        self.grid.cell(row as usize, column).trim()
    }

    /// Whether a physical column is one of codes.
    pub(super) fn is_code_column(&self, column: usize) -> bool {
        self.codes.contains(&column)
    }

    /// How many of the last records are lines below the table. They are the last ones, each has text in one cell alone, and the
    /// first of them shows what they are.
    pub(super) fn count(&self, records: &[u32]) -> usize {
        let classes = self.classes(records);
        let loose = records
            .iter()
            .rev()
            .take_while(|row| self.lone(**row, &classes).is_some());
        let from = records.len() - loose.count();
        let begins = |at: usize| {
            let (column, text) = self.lone(records[at], &classes)?;
            let above = &records[at.saturating_sub(COMPARED)..at];
            self.shows(records[at], column, text, above).then_some(())
        };
        let first = (from..records.len()).find(|at| begins(*at).is_some());
        first.map_or(0, |first| records.len() - first)
    }

    /// What the codes of the first records look like.
    fn classes(&self, records: &[u32]) -> Vec<(bool, bool)> {
        let first = records.iter().take(CODES);
        let mut classes: Vec<(bool, bool)> = first
            .flat_map(|row| self.codes.iter().filter_map(|code| class(self.cell(*row, *code))))
            .collect();
        classes.sort_unstable();
        classes.dedup();
        // A word alone below the table is no code for being one of the rows looked at.
        if records.len() > 1 && classes.contains(&(true, false)) {
            classes.retain(|class| class.0);
        }
        classes
    }

    /// The first cell of a row that holds anything, where it holds neither a figure nor a code of the `classes` of the others, and
    /// nothing but dates and labels stands beside it.
    fn lone(&self, row: u32, classes: &[(bool, bool)]) -> Option<(usize, &'a str)> {
        let mut filled = (0..self.grid.width(row as usize))
            .map(|column| (column, self.cell(row, column)))
            .filter(|(_, cell)| !cell.is_empty());
        let (column, text) = filled.next()?;
        let is_code = || self.codes.contains(&column) && class(text).is_some_and(|class| classes.contains(&class));
        let is_value = !text.chars().any(char::is_alphabetic) || is_code();
        let stands_beside = |(column, cell)| is_labelled(cell) || self.is_stray_date(column, cell);
        (!is_value && filled.all(stands_beside)).then_some((column, text))
    }

    /// Whether a cell is a date where the form wants none.
    fn is_stray_date(&self, column: usize, cell: &str) -> bool {
        let wanted = self.kind(column).is_some_and(|kind| matches!(kind, ColumnKind::Date));
        !wanted && words().is_date(cell)
    }

    /// Whether a lone text is no name of a record.
    fn shows(&self, row: u32, column: usize, text: &str, above: &[u32]) -> bool {
        let words = words();
        let cells = || (0..self.grid.width(row as usize)).map(|column| self.cell(row, column));
        let whole: String = cells().flat_map(|cell| [cell, " "]).collect();
        if words.is_reference(&fold(&whole)) {
            return true;
        }
        // A code has no colon.
        if self.is_code_column(column) && is_labelled(text) && !above.is_empty() {
            return true;
        }
        // An office and a date, or labels: a record with either of them has a name in its column of names.
        if self.is_no_name(column) && !above.is_empty() && cells().filter(|cell| !cell.is_empty()).count() > 1 {
            return true;
        }
        // Names may be numbered themselves.
        if words.is_marked(text) {
            return !above.iter().any(|row| words.is_marked(self.cell(*row, column)));
        }
        let blank = |row: u32| (0..self.grid.width(row as usize)).all(|column| self.cell(row, column).is_empty());
        let parted = !above.is_empty() && row > 0 && blank(row - 1);
        self.is_no_name(column) && ((parted && is_remark(text)) || (!above.is_empty() && words.begins_remark(text)))
    }

    /// Whether no name can stand in a physical column: it is one of codes, figures or dates.
    fn is_no_name(&self, column: usize) -> bool {
        self.kind(column).is_some_and(|kind| {
            !matches!(
                kind,
                ColumnKind::Text | ColumnKind::DivisionName { .. } | ColumnKind::Category { .. }
            )
        })
    }

    /// What the form says of a physical column.
    fn kind(&self, column: usize) -> Option<&'a ColumnKind> {
        let mut columns = self.header.columns.iter();
        let matched = columns.find(|matched| matched.index as usize == column)?;
        Some(&self.form.columns[matched.column].kind)
    }

    /// Whether a row below the first such line is a record all the same: it has a code like those of the records above, or
    /// figures behind its key.
    pub(super) fn is_record(&self, row: usize, records: &[u32], keys: &[usize]) -> bool {
        let row = row as u32;
        let key_filled = !keys.is_empty() && keys.iter().all(|key| !self.cell(row, *key).is_empty());
        let known = self.header.columns.iter().map(|matched| matched.index as usize);
        if !key_filled || known.filter(|column| !self.cell(row, *column).is_empty()).count() < 2 {
            return false;
        }
        let code_keys: Vec<usize> = keys.iter().copied().filter(|key| self.codes.contains(key)).collect();
        if code_keys.is_empty() {
            return self.holds_figure(row) && !self.labels(row);
        }
        code_keys.iter().all(|&key| {
            let own = class(self.cell(row, key));
            let seen = records.iter().take(CODES).map(|record| class(self.cell(*record, key)));
            own.is_some() && seen.into_iter().any(|class| class == own)
        })
    }

    /// Whether a figure stands in a column of figures.
    pub(super) fn holds_figure(&self, row: u32) -> bool {
        self.figures(row).next().is_some()
    }

    /// Whether one does that no label stands right before, as before the number of a telephone.
    pub(super) fn holds_own_figure(&self, row: u32) -> bool {
        let labelled = |column: usize| column > 0 && is_label(self.cell(row, column - 1));
        self.figures(row).any(|column| !labelled(column))
    }

    /// Whether something like a code with digits stands in a column of codes.
    pub(super) fn holds_code(&self, row: u32) -> bool {
        let has_digits = |code: &usize| class(self.cell(row, *code)).is_some_and(|class| class.0);
        self.codes.iter().any(has_digits)
    }

    /// Physical columns of figures in which one stands.
    fn figures(&self, row: u32) -> impl Iterator<Item = usize> {
        let is_number = |column: usize| {
            let kind = &self.form.columns[column].kind;
            matches!(kind, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. })
        };
        let columns = self
            .header
            .columns
            .iter()
            .filter(move |matched| is_number(matched.column));
        let indices = columns.map(|matched| matched.index as usize);
        indices.filter(move |column| {
            let cell = self.cell(row, *column);
            is_figure(cell) && !words().is_date(cell)
        })
    }

    /// Whether a cell of the row says what stands beside it: `填表人：`.
    pub(super) fn labels(&self, row: u32) -> bool {
        (0..self.grid.width(row as usize)).any(|column| is_label(self.cell(row, column)))
    }
}

/// Whether a cell says what stands beside it.
fn is_label(cell: &str) -> bool {
    cell.ends_with([':', '：'])
}

/// Whether a cell says what it holds, or what stands beside it: `填表人：李四`. A time of day does not.
pub(super) fn is_labelled(cell: &str) -> bool {
    let label = cell.split([':', '：']).next().unwrap_or_default();
    label.len() < cell.len() && label.chars().any(char::is_alphabetic)
}

/// The finding on the lines below a table.
pub(super) fn remarks_found(sheet: &Sheet, rows: &[u32]) -> Option<Finding> {
    let row = *rows.first()? as usize;
    let mut cells = sheet.grid.row(row).enumerate();
    let (index, text) = cells.find(|(_, cell)| !cell.trim().is_empty())?;
    let place = Place {
        sheet: sheet.name.clone(),
        row: Some(sheet.grid.number(row)),
        column: None,
        column_index: Some(index as u32),
    };
    let finding = Finding::new(Code::RowRemark).at(place).raw(text.trim());
    Some(finding.count(rows.len() as u64))
}

/// Whether a code has digits, and whether it has letters; None: it is no code.
fn class(text: &str) -> Option<(bool, bool)> {
    let plain = text.len() <= CODE_BYTES
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    let any = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    (plain && !text.is_empty()).then(|| (any(u8::is_ascii_digit), any(u8::is_ascii_alphabetic)))
}

fn is_remark(text: &str) -> bool {
    let words = text
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic));
    let ideographs = text.chars().filter(|c| ('\u{3400}'..='\u{9fff}').contains(c));
    words.count() >= REMARK_WORDS || ideographs.count() >= REMARK_IDEOGRAPHS
}
