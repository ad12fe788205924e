//! The content of an OpenDocument spreadsheet, before the library reads it. A few bytes of it may stand for a million rows,
//! and the library writes all of them out; so what it would hold is counted here, and the percentages are noted.

use std::io::{BufReader, Cursor};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::biff::held_cells;
use super::fault::Fault;
use super::percent::PercentCells;
use super::uncomputed::Formulas;
use crate::pipeline::Limits;

/// What the library does not read of a spreadsheet, once it is known to keep the limits.
pub(super) struct Content {
    pub(super) percent: PercentCells,
    pub(super) uncomputed: Formulas,
}

/// Looks at all of the content.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let damaged = || Fault::Unreadable("content.xml".to_owned());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let content = archive.by_name("content.xml").map_err(|_| damaged())?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut walk = Walk::new(limits);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| damaged())? {
            Event::Start(tag) => {
                walk.depth += 1;
                walk.tag(&tag)?;
            }
            Event::Empty(tag) => walk.tag(&tag)?,
            Event::Text(text) => walk.text(text.len() as u64)?,
            Event::End(tag) => {
                walk.depth -= 1;
                if is_cell(tag.name().0) {
                    walk.times = 1;
                }
            }
            // The library waits for ever for the end of a table that is cut off.
            Event::Eof if walk.depth > 0 => return Err(damaged()),
            Event::Eof => {
                return Ok(Content {
                    percent: walk.percent,
                    uncomputed: walk.uncomputed,
                });
            }
            _ => {}
        }
    }
}

struct Walk<'a> {
    limits: &'a Limits,
    percent: PercentCells,
    depth: usize,
    /// Worksheets begun.
    tables: usize,
    /// The row under way, and how many times it stands.
    row: u64,
    rows: u64,
    /// The cell under way, and how many times it stands in its row.
    column: u64,
    columns: u64,
    /// Rows and columns of the worksheet up to the last cell with content.
    height: u64,
    width: u64,
    /// Cells of the worksheets before.
    area: u64,
    /// Bytes of all texts, as often as they stand.
    text: u64,
    /// How many times the text under way stands.
    times: u64,
    uncomputed: Formulas,
    /// The cell under way, where it is a formula without a value.
    formula: Option<(usize, u32, u32)>,
}

impl<'a> Walk<'a> {
    fn new(limits: &'a Limits) -> Walk<'a> {
        Walk {
            limits,
            percent: PercentCells::new(),
            depth: 0,
            tables: 0,
            row: 0,
            rows: 0,
            column: 0,
            columns: 0,
            height: 0,
            width: 0,
            area: 0,
            text: 0,
            times: 1,
            uncomputed: Formulas::new(),
            formula: None,
        }
    }

    fn tag(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        match tag.name().0 {
            "table:table" => {
                self.area += self.height * self.width;
                (self.row, self.rows, self.height, self.width) = (0, 0, 0, 0);
                self.tables += 1;
                Fault::unless_within(self.tables as u64, self.limits.sheets as u64, "sheets")
            }
            "table:table-row" => {
                self.row = self.row.saturating_add(self.rows);
                self.rows = repeated(tag, "table:number-rows-repeated")?;
                (self.column, self.columns, self.times) = (0, 0, 1);
                Ok(())
            }
            name if is_cell(name) => {
                self.formula = None;
                self.cell(tag)
            }
            // The text of a note is none of the cell's.
            "office:annotation" => {
                self.formula = None;
                Ok(())
            }
            // A value that is the empty text: programs write its paragraph, and no attribute.
            "text:p" => {
                if let Some(place) = self.formula.take() {
                    self.uncomputed.remove(&place);
                }
                Ok(())
            }
            "text:s" => {
                let blanks = repeated(tag, "text:c")?;
                Fault::unless_within(blanks, self.limits.cell_bytes as u64, "bytes in a cell")?;
                self.text(blanks)
            }
            _ => Ok(()),
        }
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        self.column = self.column.saturating_add(self.columns);
        self.columns = repeated(tag, "table:number-columns-repeated")?;
        let filled = tag.attributes().flatten().any(|attribute| {
            let name = attribute.key.0;
            name.starts_with("office:") || name.starts_with("calcext:") || name == "table:formula"
        });
        if !filled {
            self.times = 1;
            return Ok(());
        }
        self.width = self.width.max(self.column.saturating_add(self.columns));
        self.height = self.height.max(self.row.saturating_add(self.rows));
        Fault::unless_within(self.width, self.limits.columns as u64, "columns")?;
        Fault::unless_within(self.height, self.limits.rows as u64, "rows")?;
        Fault::unless_within(self.area + self.height * self.width, held_cells(self.limits), "cells")?;
        self.times = self.rows.saturating_mul(self.columns);
        self.text(tag.len() as u64)?;
        self.note_formula(tag);
        if is_percentage(tag) {
            let sheet = self.tables.saturating_sub(1);
            // Both lie within the limits, which are counted in 32 bits.
            let (rows, columns) = (self.row..self.row + self.rows, self.column..self.column + self.columns);
            let cells = rows.flat_map(|row| columns.clone().map(move |column| (sheet, row as u32, column as u32)));
            self.percent.extend(cells);
        }
        Ok(())
    }

    /// A formula whose value no program has worked out.
    fn note_formula(&mut self, tag: &BytesStart<'_>) {
        let Ok(Some(formula)) = tag.try_get_attribute("table:formula") else {
            return;
        };
        let valued = tag
            .attributes()
            .flatten()
            .any(|attribute| attribute.key.0.starts_with("office:"));
        if !valued && self.times == 1 {
            let place = (self.tables.saturating_sub(1), self.row as u32, self.column as u32);
            let Ok(text) = formula.normalized_value(XmlVersion::Implicit1_0) else {
                return;
            };
            // The grammar's name stands before it: `of:=[.A1]`.
            let written = text.find('=').map_or("", |at| &text[at..]);
            self.uncomputed.insert(place, written.to_owned());
            self.formula = Some(place);
        }
    }

    fn text(&mut self, bytes: u64) -> Result<(), Fault> {
        self.text = self.text.saturating_add(bytes.saturating_mul(self.times));
        Fault::unless_within(self.text, self.limits.unpacked_bytes, "bytes of text")
    }
}

fn is_cell(name: &str) -> bool {
    matches!(name, "table:table-cell" | "table:covered-table-cell")
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> Result<u64, Fault> {
    let damaged = || Fault::Unreadable(name.to_owned());
    match tag.try_get_attribute(name).map_err(|_| damaged())? {
        Some(times) => times.value.parse().map_err(|_| damaged()),
        None => Ok(1),
    }
}

fn is_percentage(tag: &BytesStart<'_>) -> bool {
    matches!(tag.try_get_attribute("office:value-type"), Ok(Some(kind)) if kind.value == "percentage")
}
