//! Columns, rows and cells of an OpenDocument spreadsheet, each of which may be repeated.

use std::sync::Arc;

use quick_xml::events::BytesStart;

use super::Walk;
use super::cell::{Cell, Filled};
use super::formats::number;
use crate::domain::{Run, RunKind};
use crate::intake::workbook::shown::look::Look;
use crate::intake::workbook::xml::attribute;

impl Walk<'_> {
    pub(super) fn columns(&mut self, tag: &BytesStart<'_>) {
        let (first, count) = (self.columns_declared, number(tag, "table:number-columns-repeated", 1));
        self.columns_declared = first.saturating_add(count);
        let most = self.limits.columns;
        if self.styles.is_hidden(tag, "table-column")
            && let Some(sheet) = self.sheets.last_mut()
            && first < most as u64
        {
            sheet.hide_columns(first as u32, (first + count - 1).min(most as u64) as u32, most);
        }
        if let Some(style) = attribute(tag, "table:default-cell-style-name")
            && self.column_styles.len() < most
        {
            self.column_styles.push((first, count, style));
        }
    }

    pub(super) fn begin_row(&mut self, tag: &BytesStart<'_>) {
        self.row = (
            self.row.0.saturating_add(self.row.1),
            number(tag, "table:number-rows-repeated", 1),
        );
        self.column = (0, 0);
        self.row_style = attribute(tag, "table:default-cell-style-name");
        let most = self.limits.rows as u64;
        if self.styles.is_hidden(tag, "table-row")
            && let Some(sheet) = self.sheets.last_mut()
        {
            let last = self.row.0.saturating_add(self.row.1).min(most);
            sheet
                .markings
                .hidden_rows
                .extend((self.row.0.min(most)..last).map(|row| row as u32));
        }
    }

    pub(super) fn begin_cell(&mut self, tag: &BytesStart<'_>, name: &str, empty: bool) {
        self.column = (
            self.column.0.saturating_add(self.column.1),
            number(tag, "table:number-columns-repeated", 1),
        );
        let at = self.column.0;
        let of_column = || {
            let mut styles = self.column_styles.iter();
            let found = styles.find(|(first, count, _)| (*first..first.saturating_add(*count)).contains(&at));
            found.map(|(_, _, style)| style.clone())
        };
        let style = attribute(tag, "table:style-name")
            .or_else(|| self.row_style.clone())
            .or_else(of_column);
        let kind = attribute(tag, "office:value-type");
        let style = style.map(|style| format!("table-cell/{style}"));
        let look = style.as_ref().map(|style| self.styles.look(style, Look::default()));
        let cell = Cell {
            look: look.unwrap_or_default(),
            style,
            is_text: kind.as_deref() == Some("string"),
            is_number: kind.as_deref() == Some("float"),
            currency: (kind.as_deref() == Some("currency"))
                .then(|| attribute(tag, "office:currency").unwrap_or_default()),
            filled: kind.is_some(),
            ..Cell::default()
        };
        if name == "table:table-cell" {
            self.merge(tag);
        }
        if empty {
            self.end_cell(cell);
        } else {
            self.cell = Some(cell);
        }
    }

    fn merge(&mut self, tag: &BytesStart<'_>) {
        let rows = number(tag, "table:number-rows-spanned", 1).max(1) - 1;
        let columns = number(tag, "table:number-columns-spanned", 1).max(1) - 1;
        let at = |begin: u64, more: u64| u32::try_from(begin.saturating_add(more)).ok();
        let corner = |down, right| at(self.row.0, down).zip(at(self.column.0, right));
        if let (Some(sheet), Some(first), Some(last)) = (self.sheets.last_mut(), corner(0, 0), corner(rows, columns)) {
            sheet.merge(first, last);
        }
    }

    pub(super) fn end_cell(&mut self, cell: Cell) {
        let own = cell
            .style
            .as_ref()
            .and_then(|name| self.styles.kind(name))
            .unwrap_or(RunKind::Plain);
        let format = cell.style.as_ref().and_then(|name| self.format(name));
        let is_plain = || {
            cell.style
                .as_ref()
                .is_none_or(|name| self.shows_numbers_as_they_are(name))
        };
        let affix = cell.affix().map(Arc::new);
        let word = cell.word().filter(|_| is_plain()).map(Arc::from);
        // Where a part of the text is set in another way, the rest may be the part that is not seen.
        let is_whole = cell.runs.iter().all(|(kind, _)| *kind == RunKind::Plain);
        let rest = match cell.look.unseen() {
            Some(why) if !is_whole => RunKind::Unseen(why),
            _ => own,
        };
        let runs = cell.runs.into_iter().map(|(kind, text)| Run {
            text,
            kind: if kind == RunKind::Plain { rest } else { kind },
        });
        let runs: Option<Arc<[Run]>> = cell.is_text.then(|| runs.collect());
        if cell.filled {
            let (first, count) = self.column;
            self.filled.push(Filled {
                first,
                count,
                runs,
                kind: own,
                format,
                word,
                affix,
                look: cell.look,
            });
        }
    }

    /// A row may stand many times, and a cell in it. How many cells that makes was counted before.
    pub(super) fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.filled);
        let Some(sheet) = self.sheets.last_mut().filter(|_| !cells.is_empty()) else {
            return;
        };
        for row in self.row.0..self.row.0.saturating_add(self.row.1) {
            for cell in &cells {
                for column in cell.first..cell.first.saturating_add(cell.count) {
                    let at = (row as u32, column as u32);
                    sheet.add(at, cell.runs.as_ref(), cell.kind);
                    if let Some(format) = &cell.format {
                        sheet.formatted.insert(at, format.clone());
                    }
                    if let Some(word) = &cell.word {
                        sheet.words.insert(at, word.clone());
                    }
                    if let Some(affix) = &cell.affix {
                        sheet.affixes.insert(at, affix.clone());
                    }
                    if cell.look != Look::default() {
                        sheet.looks.insert(at, cell.look);
                    }
                }
            }
            sheet.end_row();
        }
    }
}
