//! Which rows of a sheet the header stands in.

use std::sync::{Arc, PoisonError};

use super::cells::{bytes_of, holds_figures, is_blank, is_figure, name, parts, text_of};
use super::search::{DEPTH, SEARCHED, Search};
use super::{Book, Header, LEAST};
use crate::domain::{Grid, MatchedColumn};
use crate::intake::sheet::Sheet;
use crate::intake::units;
use crate::intake::words::words;
use crate::pipeline::ColumnKind;

/// Layouts remembered for a form: a run sees dozens, and files that each have their own must not fill the memory.
const LAYOUTS: usize = 4096;
/// Bytes of the rows of a layout that is remembered.
const LAYOUT_BYTES: usize = 32 << 10;

impl Book<'_> {
    /// The best header of a sheet, if there is any.
    pub(in crate::intake) fn find(&self, sheet: &Sheet) -> Option<Header> {
        let header = match &sheet.keys {
            Some(keys) => Header {
                top: 0,
                end: 0,
                layout: Arc::new(self.layout(keys.iter().map(|key| vec![name(key).to_owned()]).collect())),
            },
            None => self.of_grid(sheet)?,
        };
        (header.score() >= LEAST.min(self.form.columns.len())).then_some(header)
    }

    /// Where [`Book::find`] finds none: the row that comes nearest to a header. It has a known one, else it is the fullest
    /// row without figures.
    pub(in crate::intake) fn nearest_to_header(&self, sheet: &Sheet) -> Option<Header> {
        if let Some(keys) = &sheet.keys {
            let layout = Arc::new(self.layout(keys.iter().map(|key| vec![name(key).to_owned()]).collect()));
            return (!keys.is_empty()).then_some(Header { top: 0, end: 0, layout });
        }
        let grid = &sheet.grid;
        let filled = |row: usize| grid.row(row).filter(|cell| !cell.trim().is_empty()).count();
        let several = |header: &Header| header.names.iter().filter(|name| !name.is_empty()).count() >= LEAST;
        self.of_grid(sheet).filter(several).or_else(|| {
            let rows = (0..grid.height().min(SEARCHED)).filter(|row| !holds_figures(grid, *row));
            let fullest = rows.rev().max_by_key(|row| filled(*row))?;
            (filled(fullest) >= LEAST).then(|| self.block(grid, fullest, fullest + 1))
        })
    }

    fn of_grid(&self, sheet: &Sheet) -> Option<Header> {
        let grid = &sheet.grid;
        let all = self.form.columns.len();
        let mut search = Search::new(sheet);
        let mut best: Option<Header> = None;
        for row in 0..grid.height().min(SEARCHED) {
            let most = best.as_ref().map_or(0, |best| best.score());
            // A title block may hold a few of a form's words, but not half of its columns.
            if best.is_some() && most * 2 >= all && search.holds_figures(row) {
                break;
            }
            // What stands beneath a header with a key and a figure is a record, and no title of a wider header below it.
            if best.as_ref().is_some_and(|best| self.is_record(grid, best, row)) {
                break;
            }
            if !search.affords(row, row + 1) {
                break;
            }
            let header = self.block(grid, row, row + 1);
            let score = header.score();
            if score > most {
                best = Some(header);
            }
            if score == all {
                break;
            }
        }
        let around = match &best {
            Some(best) if best.score() == all => None,
            Some(best) if best.score() >= LEAST => Some(best.top..best.end),
            _ => Some(0..grid.height().min(SEARCHED)),
        };
        let mut found = best;
        for row in around.into_iter().flatten() {
            found = self.deeper(&mut search, row, found);
        }
        found.map(|header| self.continued(grid, header))
    }

    /// Whether a row has what a record has by a header that names the whole key: each cell of the key, and a code or figure in it.
    fn is_record(&self, grid: &Grid, header: &Header, row: usize) -> bool {
        let cell = |index: u32| grid.cell(row, index as usize).trim();
        let of = |wanted: usize| header.columns.iter().find(|matched| matched.column == wanted);
        let says = |cell: &str| cell.chars().any(char::is_alphanumeric) && !words().is_total(cell);
        let is_key = |key: &usize| of(*key).is_some_and(|matched| says(cell(matched.index)));
        let is_value = |matched: &MatchedColumn| {
            let column = &self.form.columns[matched.column];
            let is_code = matches!(column.kind, ColumnKind::DivisionCode { .. });
            let has_digits = || cell(matched.index).bytes().any(|byte| byte.is_ascii_digit());
            (is_code && has_digits()) || (units::is_numeric(column) && is_figure(cell(matched.index)))
        };
        header.score() >= LEAST
            && !self.form.key.is_empty()
            && self.form.key.iter().all(is_key)
            && header.columns.iter().any(is_value)
    }

    /// The better of `found` and every header of several rows that includes `row`; of equals the one of
    /// fewer rows.
    fn deeper(&self, search: &mut Search<'_>, row: usize, found: Option<Header>) -> Option<Header> {
        let mut best = found;
        for depth in 2..=DEPTH {
            for top in (row + 1).saturating_sub(depth)..=row {
                let end = top + depth;
                if !search.may_head(top, end) || !search.affords(top, end) {
                    continue;
                }
                let header = self.block(search.grid, top, end);
                if header.score() > best.as_ref().map_or(0, |best| best.score()) {
                    best = Some(header);
                }
            }
        }
        best
    }

    /// A row right beneath whose every known column is empty holds sub-headers of unknown columns, not data.
    fn continued(&self, grid: &Grid, header: Header) -> Header {
        let mut header = header;
        while header.end < grid.height()
            && header.end - header.top < DEPTH
            && !is_blank(grid, header.end)
            && !holds_figures(grid, header.end)
            && header
                .columns
                .iter()
                .all(|column| grid.cell(header.end, column.index as usize).trim().is_empty())
        {
            let longer = self.block(grid, header.top, header.end + 1);
            if longer.score() < header.score() {
                break;
            }
            header = longer;
        }
        header
    }

    /// The header that some rows would be.
    pub(in crate::intake) fn block(&self, grid: &Grid, top: usize, end: usize) -> Header {
        let text = (bytes_of(grid, top, end) <= LAYOUT_BYTES).then(|| text_of(grid, top, end));
        let known = text.as_ref().and_then(|text| {
            let layouts = self.layouts.read().unwrap_or_else(PoisonError::into_inner);
            layouts.get(text).cloned()
        });
        let layout = known.unwrap_or_else(|| {
            let layout = Arc::new(self.layout(parts(grid, top, end)));
            // Titles differ from file to file, so they are not worth keeping.
            if let Some(text) = text.filter(|_| layout.score() >= LEAST) {
                let mut layouts = self.layouts.write().unwrap_or_else(PoisonError::into_inner);
                if layouts.len() < LAYOUTS {
                    layouts.insert(text, layout.clone());
                }
            }
            layout
        });
        Header { top, end, layout }
    }
}
