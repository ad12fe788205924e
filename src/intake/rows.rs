//! Which rows of a sheet are records, and what the others are. Every row gets exactly one of the two.

mod foreign;
mod notes;
mod stray;
mod sums;
#[cfg(test)]
mod tests;

use super::body::Body;
use super::footer::{Below, is_labelled};
use super::header::{Book, Header};
use super::sections::{self, Section};
use super::words::words;
use crate::domain::{Grid, Period, SetAside, fold};
use crate::pipeline::ColumnKind;

/// Name columns looked at for the word of a total.
const NAMES: usize = 3;

/// `period`: that of the submission.
pub(super) fn classify(book: &Book<'_>, grid: &Grid, header: &Header, period: Option<Period>) -> Body {
    let judge = Judge::new(book, grid, header, period);
    let mut body = Body::default();
    body.records.reserve(grid.height());
    let (mut below_table, mut in_remarks) = (false, false);
    let mut header_end = header.end;
    let mut of_other_part = false;
    for row in 0..grid.height() {
        let part = judge.heads_part(row, header_end, &body.records, of_other_part);
        if let Some((index, differs)) = part {
            of_other_part = differs;
            body.sections.push(Section::of_part(book, grid, (row, index), differs));
        }
        let kind = if row < header.top {
            Some(if judge.first(row).is_some() {
                SetAside::Title
            } else {
                SetAside::Blank
            })
        } else if row < header_end {
            Some(SetAside::Header)
        } else if let Some(section) = sections::begins(book, grid, header, row) {
            (header_end, below_table, in_remarks) = (section.end(), false, false);
            body.sections.push(section);
            Some(SetAside::Header)
        } else if let Some(index) = judge.heads_other(row, &body.records) {
            let section = Section::of_other(book, grid, row, index);
            (header_end, below_table, in_remarks) = (section.end(), false, false);
            body.sections.push(section);
            Some(SetAside::Header)
        } else if part.is_some_and(|(_, differs)| differs) {
            (below_table, in_remarks) = (false, false);
            Some(SetAside::HeaderNote)
        } else if judge.is_unit_line(row, body.records.is_empty()) {
            body.unit_lines.push(row as u32);
            Some(SetAside::HeaderNote)
        } else if body.records.is_empty() && !below_table && judge.is_note(row, &mut body.units) {
            Some(SetAside::HeaderNote)
        } else if body.records.is_empty() && !below_table && judge.is_second_row(row) {
            body.parts.get_or_insert(row as u32);
            Some(SetAside::Header)
        } else {
            judge.kind(row, below_table, &body.records)
        };
        if kind == Some(SetAside::Footer) {
            below_table = true;
            in_remarks = judge.is_remark(row, in_remarks);
            body.remarks.extend(in_remarks.then_some(row as u32));
        }
        if kind.is_some_and(SetAside::is_total) && judge.is_worded(row) {
            body.worded_totals.push(row as u32);
        }
        if kind.is_none() && judge.is_like_total(row) {
            body.named_totals.push((row as u32, SetAside::Subtotal));
            body.loose_totals.push(row as u32);
        }
        match kind {
            // Only the registry can say whether such a row is a record.
            Some(kind) if kind == SetAside::Heading || (kind.is_total() && judge.has_key(row)) => {
                body.named_totals.push((row as u32, kind));
                body.records.push(row as u32);
            }
            Some(kind) => body.set_aside.push((row as u32, kind)),
            None => body.records.push(row as u32),
        }
    }
    set_remarks_aside(&mut body, &judge.below);
    keep_headings_of_nothing(&mut body, &judge);
    body
}

/// A lone word with no record beneath it heads nothing: it stays a record.
fn keep_headings_of_nothing(body: &mut Body, judge: &Judge<'_>) {
    let is_named = |row: &u32| body.named_totals.binary_search_by_key(row, |(row, _)| *row).is_ok();
    let last = body.records.iter().rev().find(|row| !is_named(row)).copied();
    let records = &body.records;
    body.named_totals.retain(|(row, kind)| {
        if *kind != SetAside::Heading {
            return records.binary_search(row).is_ok();
        }
        let is_page = || words().is_page(judge.first(*row as usize).map_or("", |(_, cell)| cell));
        let heads = || last.is_some_and(|last| *row < last) || is_page();
        records.binary_search(row).is_ok() && heads()
    });
    body.loose_totals.retain(|row| records.binary_search(row).is_ok());
}

/// Moves the last records that are lines below the table to the rows set aside.
fn set_remarks_aside(body: &mut Body, below: &Below<'_>) {
    let count = below.count(&body.records);
    if count > 0 {
        let found = body.records.split_off(body.records.len() - count);
        body.set_aside.extend(found.iter().map(|row| (*row, SetAside::Footer)));
        body.set_aside.sort_unstable();
        body.remarks.extend(found);
        body.remarks.sort_unstable();
    }
}

/// What the judgement of a row needs of header and form.
struct Judge<'a> {
    book: &'a Book<'a>,
    grid: &'a Grid,
    header: &'a Header,
    /// Physical columns of the form's key.
    keys: Vec<usize>,
    /// Of these, those of text: a name stands there, and no code.
    text_keys: Vec<usize>,
    period: Option<Period>,
    /// Year of the submission.
    year: Option<i32>,
    /// Physical columns of the key and of the first names.
    names: Vec<usize>,
    /// Those of them that stand before the figures, or are of the key: text behind the figures is no name.
    labels: Vec<usize>,
    below: Below<'a>,
}

impl<'a> Judge<'a> {
    fn new(book: &'a Book<'a>, grid: &'a Grid, header: &'a Header, period: Option<Period>) -> Self {
        let place = |wanted: usize| {
            header
                .columns
                .iter()
                .find(|c| c.column == wanted)
                .map(|c| c.index as usize)
        };
        let keys: Vec<usize> = book.form.key.iter().filter_map(|column| place(*column)).collect();
        let is_text = |column: &usize| matches!(book.form.columns[*column].kind, ColumnKind::Text);
        let text_keys = book
            .form
            .key
            .iter()
            .copied()
            .filter(is_text)
            .filter_map(place)
            .collect();
        let is_name = |column: usize| {
            matches!(
                book.form.columns[column].kind,
                ColumnKind::Text | ColumnKind::DivisionName { .. }
            )
        };
        let texts = header
            .columns
            .iter()
            .filter(|c| is_name(c.column))
            .map(|c| c.index as usize);
        let mut names = keys.clone();
        names.extend(texts.take(NAMES));
        names.sort_unstable();
        names.dedup();
        let is_figure = |column: usize| book.form.columns[column].kind.is_number();
        let figures = header.columns.iter().filter(|c| is_figure(c.column));
        let first_figure = figures.map(|c| c.index as usize).min();
        let is_label = |name: &usize| keys.contains(name) || first_figure.is_none_or(|first| *name < first);
        let labels = names.iter().copied().filter(is_label).collect();
        Judge {
            book,
            grid,
            header,
            keys,
            text_keys,
            period,
            year: period.map(|period| i32::from(period.year())),
            names,
            labels,
            below: Below::new(grid, book.form, header),
        }
    }

    fn cell(&self, row: usize, column: usize) -> &'a str {
        self.grid.cell(row, column).trim()
    }

    /// The first cell that holds anything.
    fn first(&self, row: usize) -> Option<(usize, &'a str)> {
        (0..self.grid.width(row))
            .map(|column| (column, self.cell(row, column)))
            .find(|(_, cell)| !cell.is_empty())
    }

    /// What a row beneath the header is; `None` for a record.
    fn kind(&self, row: usize, below_table: bool, records: &[u32]) -> Option<SetAside> {
        let Some((column, first)) = self.first(row) else {
            return Some(SetAside::Blank);
        };
        if !below_table && self.repeats_header(row) {
            return Some(SetAside::Header);
        }
        if self.may_be_total(row, first)
            && let Some(kind) = self.total(row, first)
        {
            return Some(kind);
        }
        if below_table {
            let is_record = !self.only_labels(row, first)
                && (self.is_full_of_codes(row, records) || self.below.is_record(row, records, &self.keys));
            let is_record = is_record || self.is_stray_record(row, column, first, records);
            return (!is_record).then_some(SetAside::Footer);
        }
        let words = words();
        if words.is_footer(first) && self.only_labels(row, first) {
            return Some(SetAside::Footer);
        }
        if !records.is_empty() && self.is_labelled(row, column, first) {
            return Some(SetAside::Footer);
        }
        let keyless = self
            .keys
            .iter()
            .all(|key| *key == column || self.cell(row, *key).is_empty());
        if keyless && words.is_part(first) {
            return Some(SetAside::Subtotal);
        }
        // The name of a record may begin with such a word.
        let is_record = || match self.below.holds_figure(row as u32) {
            true => self.is_full(row) || !self.below.labels(row as u32),
            false => self.is_full_of_codes(row, records),
        };
        if keyless && words.is_footer(first) && !is_record() {
            return Some(SetAside::Footer);
        }
        self.is_heading(row, column, first, records)
            .then_some(SetAside::Heading)
    }

    /// Whether a row holds nothing but the number of a page, or words without a digit in a column of codes or before all known columns.
    fn is_heading(&self, row: usize, column: usize, first: &str, records: &[u32]) -> bool {
        if (column + 1..self.grid.width(row)).any(|other| !self.cell(row, other).is_empty()) {
            return false;
        }
        let known = self.header.columns.first().map_or(0, |matched| matched.index as usize);
        let may_head = column < known || self.below.is_code_column(column);
        let is_word = |text: &str| text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_numeric);
        let is_symbol = || self.book.form.missing.contains_key(first);
        // `Table 2` above the header that is printed again.
        let heads_table = || (row + 1..self.grid.height()).find(|below| self.first(*below).is_some());
        let heads_table =
            || heads_table().is_some_and(|below| self.repeats_header(below)) || self.stands_over_other(row, records);
        words().is_page(first) || (may_head && !is_symbol() && (is_word(first) || heads_table()))
    }

    /// Whether a row below records is a label and what belongs to it, or a line that ends the table. A code or a second figure
    /// makes a record of it, unless a label with a colon stands where the key is a name.
    fn is_labelled(&self, row: usize, column: usize, first: &str) -> bool {
        let words = words();
        let others = (column + 1..self.grid.width(row)).filter(|other| !self.cell(row, *other).is_empty());
        let others: Vec<usize> = others.take(3).collect();
        if others.is_empty() && words.is_closing(first) && !self.book.form.missing.contains_key(first) {
            return true;
        }
        let is_key = self.text_keys.contains(&column);
        let in_code = self.below.is_code_column(column);
        if !(is_key || in_code) || others.iter().any(|other| self.keys.contains(other)) {
            return false;
        }
        let is_line = words.is_labelled_line(first) || (is_key && words.is_footer(first) && is_labelled(first));
        (is_line && (is_key || others.len() <= 1))
            || (others.len() <= 1 && (words.is_label(first) || (!others.is_empty() && words.is_page(first))))
    }

    /// Whether a line below the table is a note or a source, or goes on after one (`in_remarks`), and is none of the form's own.
    fn is_remark(&self, row: usize, in_remarks: bool) -> bool {
        let words = words();
        let first = self.first(row).map_or("", |(_, first)| first);
        let is_own = words.is_form_line(first);
        let is_label = || {
            words.is_label(first) || words.is_labelled_line(first) || words.is_closing(first) || words.is_page(first)
        };
        // Key and names may be those of a record, although they are no codes.
        let shows = || words.is_footer(first) || words.is_reference(&fold(first)) || is_label() || self.is_full(row);
        !is_own && (in_remarks || shows())
    }

    /// Whether a row begins with a label, and what stands beside it is no figure and no code: `单位负责人：张三`, then `填表人：李四`.
    fn only_labels(&self, row: usize, first: &str) -> bool {
        is_labelled(first) && !self.below.holds_code(row as u32) && !self.below.holds_own_figure(row as u32)
    }

    /// Whether the key is filled with something else than a word for a sum or a sign for "nothing".
    fn has_key(&self, row: usize) -> bool {
        // A code may be made of letters, and mean something else. A name that is the word of a total is one.
        let may_be_code = |key: usize, cell: &str| words().is_loose_total(cell) && !self.text_keys.contains(&key);
        let is_sum = |key: usize, cell: &str| words().is_total(cell) && !may_be_code(key, cell);
        let is_own =
            |key: usize, cell: &str| says(cell) && !is_sum(key, cell) && !self.book.form.missing.contains_key(cell);
        !self.keys.is_empty() && self.keys.iter().all(|&key| is_own(key, self.cell(row, key)))
    }

    /// A header printed again on the next page, the line above it, or one of its rows.
    fn repeats_header(&self, row: usize) -> bool {
        // Whether it is one, or more: not how many.
        let filled = self
            .grid
            .row(row)
            .filter(|cell| !cell.trim().is_empty())
            .take(2)
            .count();
        if filled == 1 && self.first(row).is_some_and(|(_, cell)| words().is_continuation(cell)) {
            return true;
        }
        let width = self.grid.width(row);
        let repeats = |of: usize| {
            let width = width.max(self.grid.width(of));
            (0..width).all(|column| self.cell(row, column) == self.cell(of, column))
        };
        if filled > 1 && (self.header.top..self.header.end).any(repeats) {
            return true;
        }
        let same = |index: usize| {
            let cell = self.cell(row, index);
            !cell.is_empty() && self.header.names.get(index).is_some_and(|name| name == cell)
        };
        let Some(first) = self.header.columns.first() else {
            return false;
        };
        self.header.end > self.header.top
            && same(first.index as usize)
            && self.header.columns.iter().filter(|c| same(c.index as usize)).count() * 2 > self.header.columns.len()
    }

    /// Key and at least half of the known columns: a record wherever it stands.
    fn is_full(&self, row: usize) -> bool {
        let filled = |column: usize| !self.cell(row, column).is_empty();
        let known = self.header.columns.iter().filter(|c| filled(c.index as usize)).count();
        known >= 2 && known * 2 >= self.header.columns.len() && self.keys.iter().all(|key| filled(*key))
    }
}

/// Whether a cell has a letter or a digit.
fn says(cell: &str) -> bool {
    cell.chars().any(char::is_alphanumeric)
}
