//! Headers of other tables: rows of words or years in the columns of figures, which name none of the form's columns.

use super::{Judge, says};
use crate::intake::footer::is_labelled;
use crate::intake::header::is_figure;
use crate::intake::title_years::{self, Year};
use crate::intake::unit_words::unit_words;
use crate::intake::units;
use crate::intake::words::words;

/// Columns of figures that it names at least.
const LEAST: usize = 2;
/// Letters of a code that is made of capitals, at most.
const SHORT: usize = 3;
/// Longest heading above some of the rows, in bytes.
const HEADING: usize = 100;
/// Filled rows beneath such a header of which one has figures.
const BENEATH: usize = 3;

impl Judge<'_> {
    /// Whether a row beneath records heads another table; gives the first column of figures that it names otherwise. A form that
    /// has names or codes of letters for its key shows it by a blank row or a title above.
    pub(super) fn heads_other(&self, row: usize, records: &[u32]) -> Option<u32> {
        if self.header.end == self.header.top || records.is_empty() {
            return None;
        }
        let named = self.names_figures(row)?;
        let (_, first) = self.first(row)?;
        if (self.may_be_record(row, records) && !self.is_parted(row)) || self.total(row, first).is_some() {
            return None;
        }
        let beneath = (row + 1..self.grid.height()).filter(|below| self.first(*below).is_some());
        let has_figure = |below: usize| named.iter().any(|column| is_figure(self.cell(below, *column)));
        beneath.take(BENEATH).any(has_figure).then(|| named[0] as u32)
    }

    /// Whether a key of a row may be one: it is blank, a name, or like the codes of the records.
    fn may_be_record(&self, row: usize, records: &[u32]) -> bool {
        self.keys.iter().any(|&key| {
            let cell = self.cell(row, key);
            !says(cell)
                || self.book.form.missing.contains_key(cell)
                || !self.below.is_code_column(key)
                || is_short_code(cell)
                || self.below.is_code_like(row as u32, key, records)
        })
    }

    /// The columns of figures of a row, where several of them are filled, all with different words or all with different years.
    fn names_figures(&self, row: usize) -> Option<Vec<usize>> {
        let is_number = |column: usize| self.book.form.columns[column].kind.is_number();
        let numbers = self.header.columns.iter().filter(|matched| is_number(matched.column));
        let mut said: Vec<&str> = Vec::new();
        let mut columns = Vec::new();
        for matched in numbers {
            let cell = self.cell(row, matched.index as usize);
            if cell.is_empty() {
                continue;
            }
            let is_name = is_year(cell) || (cell.chars().any(char::is_alphabetic) && !is_labelled(cell));
            if !is_name || self.book.form.missing.contains_key(cell) || said.contains(&cell) {
                return None;
            }
            said.push(cell);
            columns.push(matched.index as usize);
        }
        // One word among figures is a remark in place of one, and a figure with its unit is no name.
        let is_header = columns.len() >= LEAST
            && (said.iter().all(|cell| is_year(cell)) || !said.iter().any(|cell| cell.contains(char::is_numeric)));
        is_header.then_some(columns)
    }

    /// Whether a lone cell beneath the header says that the rows beneath it have figures of another time, or others than the form's own
    /// (`Year 2019`, `Forecast`); or, where those above do (`of_other_part`), that they are the form's own again. Gives its column.
    pub(super) fn heads_part(
        &self,
        row: usize,
        from: usize,
        records: &[u32],
        of_other_part: bool,
    ) -> Option<(u32, bool)> {
        if row < from || self.header.end == self.header.top {
            return None;
        }
        let (column, text) = self.first(row)?;
        let is_alone = (column + 1..self.grid.width(row)).all(|other| self.cell(row, other).is_empty());
        if !is_alone || text.len() > HEADING {
            return None;
        }
        let year = self
            .period
            .map_or(Year::None, |period| title_years::of_heading(text, period));
        // A name may be such a word.
        let is_kind = || unit_words().is_of_other_figures(units::lowered(text).trim());
        let differs = year == Year::Other || (!self.text_keys.contains(&column) && is_kind());
        let is_word = || text.chars().any(char::is_alphabetic) && !words().is_marked(text) && !words().is_footer(text);
        if !differs && !(of_other_part && (year == Year::Own || is_word())) {
            return None;
        }
        let is_code = self.below.is_code_column(column) && self.below.is_code_of(row as u32, column, records);
        let beneath = (row + 1..self.grid.height()).find(|below| self.first(*below).is_some());
        let heads = beneath.is_some_and(|below| self.below.holds_figure(below as u32));
        (heads && !is_code).then_some((column as u32, differs))
    }

    /// Whether nothing stands above a row, or a title alone.
    fn is_parted(&self, row: usize) -> bool {
        let above = row.checked_sub(1);
        above.is_none_or(|above| self.grid.row(above).filter(|cell| says(cell)).take(2).count() < 2)
    }

    /// Whether the next row that holds anything heads another table.
    pub(super) fn stands_over_other(&self, row: usize, records: &[u32]) -> bool {
        let below = (row + 1..self.grid.height()).find(|below| self.first(*below).is_some());
        below.is_some_and(|below| self.heads_other(below, records).is_some())
    }
}

/// Whether a text is like the code of a country or state: `NA`.
fn is_short_code(cell: &str) -> bool {
    cell.len() <= SHORT && cell.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4
        && (cell.starts_with("19") || cell.starts_with("20"))
        && cell.bytes().all(|byte| byte.is_ascii_digit())
}
