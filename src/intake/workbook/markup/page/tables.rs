//! Tables, rows and cells under way: which element ends which one.

use super::super::cell::Cell;
use super::super::placed::held;
use super::super::style::Paint;
use super::super::tags::Tag;
use super::{Block, COLUMNS_SPANNED, Inline, Open, ROWS_SPANNED, Reader, Row, TABLES_DEEP, TableCell};
use crate::domain::RunKind;
use crate::intake::fault::Fault;

impl Reader<'_> {
    pub(super) fn start_table(&mut self) -> Result<(), Fault> {
        // Outside of a cell no table holds another one.
        if self.tables.last().is_some_and(|open| open.cell.is_none()) {
            self.end_table()?;
        }
        if self.tables.is_empty() {
            self.end_line()?;
        }
        if self.tables.len() >= TABLES_DEEP {
            return Err(Fault::too_large(
                TABLES_DEEP as u64 + 1,
                TABLES_DEEP as u64,
                "levels of nesting",
            ));
        }
        let within = self.inlines().iter().any(|inline| inline.hidden);
        let around = self.tables.last().and_then(|open| open.cell.as_ref());
        let around = around.map(|(cell, _)| cell.paint).unwrap_or_default();
        let style = self.style();
        self.tables.push(Open {
            hidden: within || style.hidden,
            paint: style.paint.within(around),
            ..Open::default()
        });
        Ok(())
    }

    pub(super) fn start_row(&mut self) -> Result<(), Fault> {
        if self.tables.is_empty() {
            self.start_table()?;
        }
        self.end_row();
        self.count_row()?;
        let style = self.style();
        if let Some(open) = self.tables.last_mut() {
            let row = Row {
                hidden: open.hidden || open.group_hidden || style.hidden,
                cells: Vec::new(),
            };
            open.row = Some((row, style));
        }
        Ok(())
    }

    pub(super) fn start_cell(&mut self) -> Result<(), Fault> {
        self.end_cell();
        if self.tables.last().is_none_or(|open| open.row.is_none()) {
            let attributes = std::mem::take(&mut self.attributes);
            self.start_row()?;
            self.attributes = attributes;
        }
        self.cells += 1;
        Fault::unless_within(self.cells, held(self.limits), "cells")?;
        let style = self.style();
        let attributes = &mut self.attributes;
        if let Some(open) = self.tables.last_mut() {
            let row_kind = open.row.as_ref().and_then(|(_, style)| style.kind);
            let row_paint = open.row.as_ref().map(|(_, style)| style.paint).unwrap_or_default();
            let paint = style
                .paint
                .within(row_paint)
                .within(open.group_paint)
                .within(open.paint);
            let struck = [style.kind, row_kind].contains(&Some(RunKind::Struck));
            let cell = TableCell {
                cell: Cell {
                    number: attributes.number.take(),
                    format: style.format,
                    ..Cell::default()
                },
                columns: attributes.columns.clamp(1, COLUMNS_SPANNED),
                rows: attributes.rows.unwrap_or(1).min(ROWS_SPANNED),
                hidden: style.hidden,
                tables: Vec::new(),
                paint,
            };
            // A cell that is raised as a whole says nothing by it.
            let around = struck.then_some(Inline {
                tag: Tag::Cell,
                kind: Some(RunKind::Struck),
                hidden: false,
                is_aside: false,
                reveals: false,
                paint: Paint::default(),
            });
            open.cell = Some((cell, around.into_iter().collect()));
        }
        Ok(())
    }

    pub(super) fn end_cell(&mut self) {
        if let Some(open) = self.tables.last_mut()
            && let Some((mut cell, _)) = open.cell.take()
            && let Some((row, _)) = &mut open.row
        {
            // There may be a million of them.
            cell.cell.runs.shrink_to_fit();
            row.cells.push(cell);
        }
    }

    pub(super) fn end_row(&mut self) {
        self.end_cell();
        if let Some(open) = self.tables.last_mut()
            && let Some((mut row, _)) = open.row.take()
        {
            row.cells.shrink_to_fit();
            open.table.rows.push(row);
        }
    }

    pub(super) fn end_table(&mut self) -> Result<(), Fault> {
        self.end_row();
        let Some(open) = self.tables.pop() else { return Ok(()) };
        match self.tables.last_mut() {
            Some(outer) => {
                if let Some((cell, _)) = &mut outer.cell {
                    cell.hold(open);
                }
            }
            None => {
                self.end_line()?;
                self.document.blocks.push(Block::Table(open.table));
            }
        }
        Ok(())
    }

    pub(super) fn declare_columns(&mut self) {
        let hidden = self.style().hidden;
        let span = self.attributes.span.clamp(1, COLUMNS_SPANNED);
        if let Some(open) = self.tables.last_mut() {
            let table = &mut open.table;
            if hidden {
                let most = self.limits.columns as u32;
                let last = table.columns.saturating_add(span).min(most);
                table.hidden_columns.extend(table.columns.min(most)..last);
            }
            table.columns = table.columns.saturating_add(span);
        }
    }
}

impl TableCell {
    /// Takes a table that stands within the cell. One of a single cell is a way of setting text.
    pub(super) fn hold(&mut self, open: Open) {
        let mut table = open.table;
        let single = table.rows.iter().map(|row| row.cells.len()).sum::<usize>() <= 1;
        let inner = single.then(|| table.rows.iter_mut().find_map(|row| row.cells.pop()));
        match inner {
            Some(Some(cell)) => {
                if !open.hidden && !cell.hidden {
                    self.cell.append(cell.cell);
                    self.tables.extend(cell.tables);
                }
            }
            Some(None) => {}
            None => self.tables.push(table),
        }
    }
}
