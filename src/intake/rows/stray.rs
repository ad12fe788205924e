//! Records without all of their key below a line that ends the table, and the second row of a header.

use super::Judge;
use crate::intake::footer::is_labelled;
use crate::intake::header::is_figure;
use crate::intake::words::words;

impl Judge<'_> {
    /// Whether a row below the lines of a table has a figure or a code, and no label or note that it belongs to. It is a record, as it
    /// would be above them.
    pub(super) fn is_stray_record(&self, row: usize, column: usize, first: &str, records: &[u32]) -> bool {
        let words = words();
        let is_line = words.is_footer(first)
            || words.is_form_line(first)
            || words.is_label(first)
            || words.is_marked(first)
            || words.is_page(first)
            || words.is_closing(first)
            || is_labelled(first);
        if is_line {
            return false;
        }
        let is_code = || {
            let code = !words.is_date(first) && self.below.is_code_column(column);
            code && self.below.is_code_of(row as u32, column, records)
        };
        self.below.holds_number(row as u32) || is_code()
    }

    /// Key and at least half of the known columns, with what may be codes where codes belong: an office and a year are none.
    pub(super) fn is_full_of_codes(&self, row: usize, records: &[u32]) -> bool {
        let is_code =
            |key: &usize| !self.below.is_code_column(*key) || self.below.is_code_like(row as u32, *key, records);
        self.is_full(row) && self.keys.iter().all(is_code)
    }

    /// Whether a row right beneath the header names the parts of headers that reach over several columns: `male | female` beneath
    /// `Residents`.
    pub(super) fn is_second_row(&self, row: usize) -> bool {
        if self.header.end == self.header.top || self.labels.iter().any(|label| !self.cell(row, *label).is_empty()) {
            return false;
        }
        let filled = || (0..self.grid.width(row)).filter(|column| !self.cell(row, *column).is_empty());
        let is_nameless = |column: usize| self.header.names.get(column).is_none_or(|name| name.is_empty());
        let is_name = |column: usize| {
            let cell = self.cell(row, column);
            !is_figure(cell) && !self.book.form.missing.contains_key(cell)
        };
        filled().nth(1).is_some() && filled().all(is_name) && filled().any(is_nameless)
    }
}
