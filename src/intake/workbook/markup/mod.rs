//! Workbooks that are markup: SpreadsheetML 2003 and tables of web pages, which many systems write under the name `.xls`.
//! A spreadsheet program opens both; what it would show is what is read.

mod cell;
mod layout;
mod page;
mod spreadsheet;
mod style;
mod tags;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::rows::{Left, Rows};
use super::shown::Shown;
use crate::domain::RunKind;
use crate::intake::biff::held_cells;
use crate::intake::fault::Fault;
use crate::intake::sheet::Sheet;
use crate::pipeline::Limits;
use calamine::{Sheet as SheetMetadata, SheetType, SheetVisible};
use cell::Cell;

/// What kind of workbook a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Markup {
    /// SpreadsheetML 2003.
    Spreadsheet,
    /// A web page.
    Page,
    /// An OpenDocument spreadsheet in one file.
    FlatOds,
    /// XML of any other kind.
    Other,
}

impl Markup {
    /// The name of the format.
    pub(in crate::intake) fn format(self) -> &'static str {
        match self {
            Markup::Spreadsheet => "xml2003",
            Markup::Page => "html",
            Markup::FlatOds | Markup::Other => "unknown",
        }
    }
}

/// Bytes in which the root of a document is searched.
const HEAD: usize = 4096;

/// What markup a text is; None: it is none.
pub(in crate::intake) fn kind(text: &str) -> Option<Markup> {
    let text = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let head = text[..text.floor_char_boundary(HEAD)].to_ascii_lowercase();
    let is_page = [
        "<html",
        "<!doctype html",
        "<table",
        "<meta",
        "<head",
        "<body",
        "<style",
        "<div",
        "<center",
    ]
    .iter()
    .any(|tag| head.contains(tag));
    if head.contains("urn:schemas-microsoft-com:office:spreadsheet")
        && head.contains("workbook")
        && !head.contains("<html")
    {
        Some(Markup::Spreadsheet)
    } else if head.contains("<office:document") {
        Some(Markup::FlatOds)
    } else if is_page {
        Some(Markup::Page)
    } else {
        (head.starts_with("<?xml") || head.starts_with("<!doctype")).then_some(Markup::Other)
    }
}

/// The sheets of a workbook of this kind.
pub(in crate::intake) fn read(text: &str, kind: Markup, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    match kind {
        Markup::Spreadsheet => spreadsheet::read(text, limits),
        Markup::Page => layout::read(page::read(text, limits)?, limits),
        Markup::FlatOds => Err(Fault::ForeignWorkbook("flat ODS")),
        Markup::Other => Err(Fault::Foreign("XML".to_owned())),
    }
}

/// How many of the cells that a file may have are read of markup, where each takes some hundred bytes until all are laid out.
fn held(limits: &Limits) -> u64 {
    (held_cells(limits) / 2).max(1)
}

/// A cell at its place.
struct Placed {
    row: u32,
    column: u32,
    cell: Cell,
}

/// The cells of a sheet in reading order, and what it shows beside them.
#[derive(Default)]
struct Page {
    /// Blank: the sheet has no name.
    name: String,
    hidden: bool,
    cells: Vec<Placed>,
    shown: Shown,
    /// Cells that the rows of the tables of a web page have, blank ones included.
    written: BTreeMap<u32, u32>,
}

impl Page {
    fn into_sheet(mut self, left: &mut Left, limits: &Limits) -> Result<Sheet, Fault> {
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

#[cfg(test)]
mod tests;
