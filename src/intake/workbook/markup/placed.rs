//! Cells at their places on a sheet, as many as may be held until all are laid out.

use std::collections::BTreeMap;
use std::sync::Arc;

use calamine::{Sheet as SheetMetadata, SheetType, SheetVisible};

use super::cell::Cell;
use crate::domain::RunKind;
use crate::intake::biff::held_cells;
use crate::intake::fault::Fault;
use crate::intake::sheet::Sheet;
use crate::intake::workbook::rows::{Left, Rows};
use crate::intake::workbook::shown::Shown;
use crate::pipeline::Limits;

/// How many of the cells that a file may have are read of markup, where each takes some hundred bytes until all are laid out.
pub(super) fn held(limits: &Limits) -> u64 {
    (held_cells(limits) / 2).max(1)
}

/// A cell at its place.
pub(super) struct Placed {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) cell: Cell,
}

/// The cells of a sheet in reading order, and what it shows beside them.
#[derive(Default)]
pub(super) struct Page {
    /// Blank: the sheet has no name.
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) cells: Vec<Placed>,
    pub(super) shown: Shown,
    /// Cells that the rows of the tables of a web page have, blank ones included.
    pub(super) written: BTreeMap<u32, u32>,
}

impl Page {
    pub(super) fn into_sheet(mut self, left: &mut Left, limits: &Limits) -> Result<Sheet, Fault> {
        let mut settled = Vec::with_capacity(self.cells.len());
        for Placed { row, column, cell } in self.cells {
            let blank = cell.is_blank();
            let (value, runs, format) = cell.settle();
            if !blank {
                self.shown.add((row, column), Some(&Arc::from(runs)), RunKind::Plain);
                settled.push((row, column, value, format));
            }
        }
        self.shown.end_row();
        let mut rows = Rows::new(limits, *left, self.shown);
        for (row, column, value, format) in settled {
            rows.add_formatted(row, column, value, format.as_deref())?;
        }
        let about = SheetMetadata {
            name: self.name,
            typ: SheetType::WorkSheet,
            visible: if self.hidden {
                SheetVisible::Hidden
            } else {
                SheetVisible::Visible
            },
        };
        let mut sheet = rows.finish(&about, left);
        sheet.name = sheet.name.filter(|name| !name.is_empty());
        if !self.written.is_empty() {
            let rows = 0..sheet.grid.height() as u32;
            let written = rows.map(|row| self.written.get(&row).copied().unwrap_or(1));
            sheet.grid = sheet.grid.written_with(written.collect());
        }
        Ok(sheet)
    }
}
