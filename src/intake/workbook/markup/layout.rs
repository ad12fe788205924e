//! The tables of a web page on one sheet, as a spreadsheet program lays them out: lines of text and tables beneath one another,
//! cells that stretch over others, tables within cells on rows of their own.

use super::cell::Cell;
use super::page::{Block, Document, Row, Table, TableCell};
use super::placed::{Page, Placed};
use crate::intake::fault::Fault;
use crate::intake::sheet::Sheet;
use crate::intake::workbook::rows::Left;
use crate::pipeline::Limits;

pub(super) fn read(document: Document, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    let mut left = Left::new(limits);
    let mut sheets = Vec::new();
    let mut writer = Writer::new(document.name, limits);
    let mut has_table = false;
    for block in document.blocks {
        match block {
            Block::Line(cell) => {
                writer.place(writer.row, 0, cell);
                writer.row += 1;
            }
            Block::Table(table) => {
                has_table = true;
                writer.table(table, 0)?;
            }
            Block::Sheet(name) => {
                let before = std::mem::replace(&mut writer, Writer::new(name, limits));
                // Above the first sheet stands a list of their names.
                if has_table {
                    sheets.push(before.page.into_sheet(&mut left, limits)?);
                }
                writer.steps = before.steps;
            }
        }
    }
    sheets.push(writer.page.into_sheet(&mut left, limits)?);
    Ok(sheets)
}

struct Writer<'a> {
    page: Page,
    /// The next row of the sheet.
    row: u32,
    /// Columns looked at to find free ones: many rows may stretch over many others.
    steps: u64,
    limits: &'a Limits,
}

/// Where the columns of a table are free again, as a row of it.
type Free = Vec<u32>;

impl<'a> Writer<'a> {
    fn new(name: String, limits: &'a Limits) -> Writer<'a> {
        Writer {
            page: Page {
                name,
                ..Page::default()
            },
            row: 0,
            steps: 0,
            limits,
        }
    }

    fn place(&mut self, row: u32, column: u32, cell: Cell) {
        self.page.cells.push(Placed { row, column, cell });
    }

    fn table(&mut self, table: Table, offset: u32) -> Result<(), Fault> {
        let keeps_hidden = hides_columns(&table.rows);
        let total = table.rows.len() as u32;
        for column in &table.hidden_columns {
            self.hide(offset.saturating_add(*column), 1)?;
        }
        let mut free = Free::new();
        for (at, row) in (0..).zip(table.rows) {
            let here = self.row;
            self.row += 1;
            if row.hidden {
                self.page.shown.hide_row(here);
            }
            let before = self.page.cells.len();
            let mut inner: Vec<(u32, Table)> = Vec::new();
            // Hidden cells take no place in a page. They are kept behind the others, so that nothing is lost.
            let mut behind: Vec<TableCell> = Vec::new();
            let mut column = 0_u32;
            for cell in row.cells {
                if cell.hidden && !keeps_hidden {
                    behind.push(cell);
                    continue;
                }
                column = self.free_column(&free, column, at)?;
                let rows = if cell.rows == 0 {
                    total - at
                } else {
                    cell.rows.min(total - at)
                };
                self.occupy(&mut free, (column, cell.columns), at + rows)?;
                let place = offset.saturating_add(column);
                if !cell.cell.is_blank() {
                    let last = (here + rows - 1, place.saturating_add(cell.columns - 1));
                    self.page.shown.merge((here, place), last);
                }
                if cell.hidden {
                    self.hide(place, cell.columns)?;
                }
                inner.extend(cell.tables.into_iter().map(|table| (place, table)));
                self.place_filled(here, place, cell.cell);
                column = column.saturating_add(cell.columns);
            }
            if offset == 0 {
                let written = self.free_column(&free, column, at)?;
                self.page.written.insert(here, written);
            }
            for cell in behind {
                let place = offset.saturating_add(column.max(free.len() as u32));
                if !cell.cell.is_blank() {
                    self.hide(place, 1)?;
                    self.place_filled(here, place, cell.cell);
                }
                column = column.max(free.len() as u32).saturating_add(1);
            }
            if !inner.is_empty() && self.page.cells.len() == before {
                self.row = here;
            }
            for (place, table) in inner {
                self.table(table, place)?;
            }
        }
        Ok(())
    }

    fn place_filled(&mut self, row: u32, column: u32, cell: Cell) {
        if !cell.is_blank() {
            self.place(row, column, cell);
        }
    }

    fn hide(&mut self, column: u32, columns: u32) -> Result<(), Fault> {
        self.step(u64::from(columns))?;
        let last = column.saturating_add(columns - 1);
        self.page.shown.hide_columns(column, last, self.limits.columns);
        Ok(())
    }

    fn step(&mut self, steps: u64) -> Result<(), Fault> {
        self.steps += steps;
        Fault::unless_within(self.steps, self.limits.cells as u64, "cells")
    }

    /// The first column from `column` on into which no cell above stretches.
    fn free_column(&mut self, free: &Free, column: u32, at: u32) -> Result<u32, Fault> {
        let taken = free
            .iter()
            .skip(column as usize)
            .take_while(|until| **until > at)
            .count();
        self.step(taken as u64)?;
        Ok(column.saturating_add(taken as u32))
    }

    fn occupy(&mut self, free: &mut Free, (column, columns): (u32, u32), until: u32) -> Result<(), Fault> {
        let last = column.saturating_add(columns).min(self.limits.columns as u32);
        if last > column {
            self.step(u64::from(last - column))?;
            if free.len() < last as usize {
                free.resize(last as usize, 0);
            }
            free[column as usize..last as usize].fill(until);
        }
        Ok(())
    }
}

/// Whether the cells that are not shown are whole columns: every row of several cells has them at the same places.
fn hides_columns(rows: &[Row]) -> bool {
    let hidden = |row: &Row| -> Vec<usize> {
        let cells = row.cells.iter().enumerate();
        cells.filter(|(_, cell)| cell.hidden).map(|(at, _)| at).collect()
    };
    let mut several = rows.iter().filter(|row| row.cells.len() > 1).map(hidden);
    let first = several.next().unwrap_or_default();
    several.all(|hidden| hidden == first)
}
