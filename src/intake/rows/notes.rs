//! Rows beneath a header that are no records but belong to it: units, numbers of columns, drawn lines.

use super::{Judge, says};
use crate::domain::{MatchedColumn, fold};
use crate::intake::header::is_figure;
use crate::intake::unit_names::names_unit;
use crate::intake::unit_words::unit_words;
use crate::intake::words::words;
use crate::intake::{unit_columns, units};

/// Rows beneath a line of units that hold no figure, where it stands below all records.
const BENEATH: usize = 20;

impl Judge<'_> {
    /// Whether a row holds nothing but one cell that names units. Right beneath the header a bare unit is that of its own column.
    pub(super) fn is_unit_line(&self, row: usize, is_first: bool) -> bool {
        let Some((column, cell)) = self.first(row) else {
            return false;
        };
        let is_alone = (column + 1..self.grid.width(row)).all(|other| self.cell(row, other).is_empty());
        let is_own = || {
            let mut columns = self.header.columns.iter();
            let matched = columns.find(|matched| matched.index as usize == column);
            matched.is_some_and(|matched| units::is_numeric(&self.book.form.columns[matched.column]))
        };
        is_alone
            && (units::is_line(cell, self.book.units)
                || unit_columns::is_line(self.book, cell)
                || (!is_first && self.is_last_unit_line(row, column, cell)))
            && !(is_first && is_own() && units::is_bare(cell, self.book.units))
    }

    /// Whether a lone cell below all records, in a column of codes, says what a title may say of units: `All figures in thousands`.
    fn is_last_unit_line(&self, row: usize, column: usize, cell: &str) -> bool {
        let words = words();
        if !self.below.is_code_column(column) || words.is_footer(cell) || words.is_reference(&fold(cell)) {
            return false;
        }
        let beneath = (row + 1..self.grid.height()).take(BENEATH);
        let is_last = !beneath.into_iter().any(|below| self.below.holds_figure(below as u32));
        is_last && !is_figure(cell) && !units::of_title(cell, self.book.units).is_nothing()
    }

    /// Units in a row without a key, or with a label like 计量单位 in its place: where most columns of figures name a known one, an unknown
    /// word is a unit, too, and its column cannot be read.
    fn units_in_part(&self, row: usize) -> Option<Vec<(u32, String)>> {
        let is_label = |cell: &str| unit_words().labels_units(&fold(cell));
        let is_no_key = |cell: &str| !says(cell) || is_label(cell) || words().is_counter(&fold(cell));
        if !self.keys.iter().all(|key| is_no_key(self.cell(row, *key))) {
            return None;
        }
        let (mut found, mut known, mut likely) = (Vec::new(), 0, 0);
        let numeric = |matched: &&MatchedColumn| units::is_numeric(&self.book.form.columns[matched.column]);
        for matched in self.header.columns.iter().filter(numeric) {
            let cell = self.cell(row, matched.index as usize);
            if is_figure(cell) {
                return None;
            }
            let is_known = units::is_bare(cell, self.book.units);
            if !(says(cell) || is_known) || self.book.form.missing.contains_key(cell) {
                continue;
            }
            known += usize::from(is_known);
            likely += usize::from(is_known || names_unit(&fold(cell)));
            found.push((matched.index, fold(cell)));
        }
        let is_labelled = self.first(row).is_some_and(|(_, cell)| is_label(cell));
        let is_row = known > 0 && (is_labelled || likely * 2 >= found.len());
        (is_row || (is_labelled && likely > 0)).then_some(found)
    }

    /// `甲 乙 1 2 3`, or units (which are kept).
    pub(super) fn is_note(&self, row: usize, units: &mut Vec<(u32, String)>) -> bool {
        if self.header.end == self.header.top {
            return false;
        }
        if self.is_rule(row) || self.counts_columns(row) {
            return true;
        }
        match units::of_row(self.grid, row, self.book.units).or_else(|| self.units_in_part(row)) {
            Some(found) => {
                units.extend(found);
                true
            }
            None => false,
        }
    }

    /// The line that parts header and rows where tables are drawn with characters: `|---|:---:|`.
    fn is_rule(&self, row: usize) -> bool {
        let is_rule = |cell: &str| {
            let line = cell.trim_matches(':');
            line.len() >= 3 && cell.len() - line.len() <= 2 && line.bytes().all(|byte| byte == b'-')
        };
        let filled = || self.grid.row(row).map(str::trim).filter(|cell| !cell.is_empty());
        let named = self.header.names.iter().filter(|name| !name.is_empty()).count();
        named > 1 && filled().all(is_rule) && filled().count() == named
    }

    fn counts_columns(&self, row: usize) -> bool {
        let (mut words_seen, mut numbers) = (0, 0);
        for cell in self.grid.row(row) {
            let folded = fold(cell);
            let plain = folded.trim_matches(['(', ')', '[', ']', '-', '—']);
            if plain.is_empty() {
                continue;
            }
            match plain.parse::<u32>() {
                Ok(number) if number == numbers + 1 => numbers = number,
                Err(_) if words().is_counter(plain) => words_seen += 1,
                _ => return false,
            }
        }
        words_seen + numbers >= 3 || (words_seen > 0 && words_seen + numbers >= 2)
    }
}
