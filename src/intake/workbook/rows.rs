//! Cells in reading order → a grid, within the limits.

use std::borrow::Cow;
use std::sync::Arc;

use calamine::{Sheet as SheetMetadata, SheetVisible};

use super::shown::{NumberFormat, Shown};
use super::value::Value;
use crate::domain::{Grid, Held, visible};
use crate::intake::constant::unwrapped;
use crate::intake::fault::Fault;
use crate::intake::sheet::{SEARCH_BYTES, Sheet};
use crate::pipeline::Limits;

/// What the limits leave to the sheets that follow.
#[derive(Clone, Copy)]
pub(super) struct Left {
    cells: usize,
    text: u64,
}

impl Left {
    pub(super) fn new(limits: &Limits) -> Left {
        Left {
            cells: limits.cells,
            // Half of it: the library holds the shared strings beside them.
            text: limits.unpacked_bytes / 2,
        }
    }
}

/// Builds a grid from cells in reading order; blank cells and rows between them are filled in, those behind dropped.
pub(super) struct Rows<'a> {
    grid: Grid,
    /// Rows ended so far.
    row: u32,
    column: u32,
    limits: &'a Limits,
    left: Left,
    text: u64,
    shown: Shown,
}

impl<'a> Rows<'a> {
    pub(super) fn new(limits: &'a Limits, left: Left, shown: Shown) -> Rows<'a> {
        Rows {
            grid: Grid::new(true),
            row: 0,
            column: 0,
            limits,
            left,
            text: 0,
            shown,
        }
    }

    pub(super) fn add(&mut self, row: u32, column: u32, value: Value) -> Result<(), Fault> {
        self.add_formatted(row, column, value, None)
    }

    /// Adds a cell that has a number format of its own.
    pub(super) fn add_formatted(
        &mut self,
        row: u32,
        column: u32,
        value: Value,
        format: Option<&NumberFormat>,
    ) -> Result<(), Fault> {
        let value = self.shown.read(row, column, value, format);
        if value.text.is_empty() {
            return Ok(());
        }
        let limits = self.limits;
        Fault::unless_within(u64::from(row) + 1, limits.rows as u64, "rows")?;
        Fault::unless_within(u64::from(column) + 1, limits.columns as u64, "columns")?;
        Fault::unless_within(value.text.len() as u64, limits.cell_bytes as u64, "bytes in a cell")?;
        self.text += value.text.len() as u64;
        if self.text > self.left.text {
            return Err(Fault::TooLarge {
                found: format!("more than {} bytes of text", limits.unpacked_bytes / 2),
                limit: format!("{} bytes of text", limits.unpacked_bytes / 2),
            });
        }
        if (row, column) < (self.row, self.column) {
            return Err(Fault::Unreadable("cells out of order".to_owned()));
        }
        // Before the blanks are filled in: there may be many.
        let blanks = (row - self.row) as usize + (column as usize).saturating_sub(self.column as usize);
        if self.grid.cells() + self.grid.height() + blanks >= self.left.cells {
            return Err(Fault::TooLarge {
                found: format!("more than {} cells", limits.cells),
                limit: format!("{} cells", limits.cells),
            });
        }
        while self.row < row {
            self.end_row();
        }
        while self.column < column {
            self.grid.push_text("");
            self.column += 1;
        }
        match value.held {
            Held::Text | Held::Formula => {
                let text = unwrapped(&value.text);
                // A formula of one constant has a value.
                let is_constant = matches!(text, Cow::Owned(_)) || text.len() < value.text.len();
                self.grid
                    .push_cell(&text, if is_constant { Held::Text } else { value.held });
            }
            held => self.grid.push_cell(&value.text, held),
        }
        self.column += 1;
        Ok(())
    }

    fn end_row(&mut self) {
        self.row += 1;
        self.column = 0;
        self.grid.end_row(self.row);
    }

    pub(super) fn finish(mut self, about: &SheetMetadata, left: &mut Left) -> Sheet {
        if self.column > 0 {
            self.end_row();
        }
        left.cells = left.cells.saturating_sub(self.grid.cells() + self.grid.height());
        left.text -= self.text.min(left.text);
        let markings = self.shown.into_markings(self.grid.height() as u32);
        let grid = self.grid.with_markings(markings);
        Sheet {
            name: Some(Arc::from(&*visible(&about.name))),
            grid,
            keys: None,
            hidden: about.visible != SheetVisible::Visible,
            search_bytes: SEARCH_BYTES,
        }
    }
}

#[cfg(test)]
mod tests {
    use calamine::SheetType;

    use super::*;

    #[test]
    fn gaps_are_filled() {
        let limits = Limits::default();
        let mut left = Left::new(&limits);
        let mut rows = Rows::new(&limits, left, Shown::default());
        rows.add(1, 2, Value::text("a")).unwrap();
        rows.add(1, 3, Value::text("")).unwrap();
        rows.add(3, 0, Value::number("7".into())).unwrap();
        assert!(rows.add(2, 0, Value::text("late")).is_err());
        let about = SheetMetadata {
            name: "s".into(),
            typ: SheetType::WorkSheet,
            visible: SheetVisible::Hidden,
        };
        let sheet = rows.finish(&about, &mut left);
        let widths: Vec<usize> = (0..sheet.grid.height()).map(|row| sheet.grid.width(row)).collect();
        assert_eq!(widths, [0, 3, 0, 1]);
        assert_eq!((sheet.grid.cell(1, 2), sheet.grid.number(1)), ("a", 2));
        assert!(sheet.grid.is_numeric(3, 0) && !sheet.grid.is_numeric(1, 2));
    }
}
