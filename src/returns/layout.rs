//! Where the cells of a submission stand in its return: each where it stood, but the records of a JSON file one row lower,
//! for its keys become a header.

use crate::domain::{Place, RawTable, SetAside};
use crate::pipeline::Form;

/// Rows and columns of a spreadsheet.
const ROWS: usize = 1_048_576;
const COLUMNS: usize = 16_384;
/// Cells with content, and bytes of their text, that a return holds: each is kept several times while the workbook is
/// made, and comes to some 300 bytes. No county's form has as many.
const CELLS: usize = 1_000_000;
const TEXT: usize = 32 << 20;

/// A table and its places in the return; all positions are from 0.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) table: &'a RawTable,
    /// Rows that the return has above the table's own.
    above: u32,
    /// First and last row of the header; None: no header was found.
    pub(super) header_rows: Option<(u32, u32)>,
    /// Last row of the header.
    pub(super) header: Option<u32>,
    /// Physical column of what identifies a row, else the first one.
    pub(super) key: u16,
    /// Columns that hold anything.
    pub(super) width: u16,
}

impl<'a> Layout<'a> {
    /// None where the table does not fit on a sheet, or is too large to be made one.
    pub(super) fn of(table: &'a RawTable, form: &Form) -> Option<Layout<'a>> {
        let grid = &table.grid;
        let keys = table.keys.as_ref().map_or(0, Vec::len);
        let width = (0..grid.height()).map(|row| grid.width(row)).fold(keys, usize::max);
        let above = u32::from(table.keys.is_some());
        if grid.height() + above as usize > ROWS || width > COLUMNS {
            return None;
        }
        let filled = (0..grid.height())
            .flat_map(|row| grid.row(row))
            .filter(|cell| !cell.is_empty());
        let (cells, text) = filled.fold((0, 0), |(cells, text), cell| (cells + 1, text + cell.len()));
        if cells > CELLS || text > TEXT {
            return None;
        }
        let header_rows = if table.keys.is_some() {
            Some((0, 0))
        } else {
            first_header(table)
        };
        let of_key = form
            .key
            .iter()
            .find_map(|key| table.columns.iter().find(|matched| matched.column == *key));
        Some(Layout {
            table,
            above,
            header_rows,
            header: header_rows.map(|(_, last)| last),
            key: of_key.map_or(0, |matched| matched.index as u16),
            width: width as u16,
        })
    }

    /// The row of the return in which row `row` of the grid stands.
    pub(super) fn row(&self, row: usize) -> u32 {
        row as u32 + self.above
    }

    /// The row of the return that the clerk's own row number means.
    pub(super) fn numbered(&self, number: u32) -> Option<u32> {
        self.table.grid.position(number).map(|row| self.row(row))
    }

    /// The cell of the return in which a place lies, as far as it names one of this sheet.
    pub(super) fn cell(&self, place: &Place) -> Option<(u32, u16)> {
        let elsewhere = place.sheet.is_some() && self.table.sheet.is_some() && place.sheet != self.table.sheet;
        if elsewhere {
            return None;
        }
        let column = place.column_index.and_then(|column| u16::try_from(column).ok());
        match (place.row, column) {
            (Some(row), column) => Some((self.numbered(row)?, column.unwrap_or(self.key))),
            (None, Some(column)) => Some((self.header?, column)),
            (None, None) => None,
        }
    }

    /// What was received in a cell of the return.
    pub(super) fn text(&self, (row, column): (u32, u16)) -> &str {
        let column = usize::from(column);
        match row.checked_sub(self.above) {
            Some(row) if (row as usize) < self.table.grid.height() => self.table.grid.cell(row as usize, column),
            Some(_) => "",
            None => self
                .table
                .keys
                .as_ref()
                .and_then(|keys| keys.get(column))
                .map_or("", String::as_str),
        }
    }

    /// First and last row of the return that hold records.
    pub(super) fn records(&self) -> Option<(u32, u32)> {
        let (first, last) = (self.table.records.first()?, self.table.records.last()?);
        Some((self.row(*first as usize), self.row(*last as usize)))
    }
}

/// The first block of header rows: pages further down may repeat it.
fn first_header(table: &RawTable) -> Option<(u32, u32)> {
    let mut rows = table
        .set_aside
        .iter()
        .filter(|(_, kind)| *kind == SetAside::Header)
        .map(|(row, _)| *row);
    let first = rows.next()?;
    let mut last = first;
    for row in rows {
        if row != last + 1 {
            break;
        }
        last = row;
    }
    Some((first, last))
}

#[cfg(test)]
impl<'a> Layout<'a> {
    /// A table that stands as it was received.
    pub(super) fn plain(table: &'a RawTable) -> Layout<'a> {
        Layout {
            table,
            above: 0,
            header_rows: first_header(table),
            header: first_header(table).map(|(_, last)| last),
            key: 0,
            width: table.width as u16,
        }
    }
}

/// A sheet called `A` of these rows, the first of them a header.
#[cfg(test)]
pub(super) fn sheet(rows: &[[&str; 2]]) -> RawTable {
    let mut grid = crate::domain::Grid::new(false);
    for (cells, number) in rows.iter().zip(1..) {
        cells.iter().for_each(|cell| grid.push_text(cell));
        grid.end_row(number);
    }
    RawTable {
        sheet: Some("A".into()),
        set_aside: vec![(0, SetAside::Header)],
        ..RawTable::plain(grid, Vec::new(), (1..rows.len() as u32).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_another_sheet_has_no_cell_here() {
        let table = sheet(&[["a", "b"], ["1", "2"]]);
        let layout = Layout::plain(&table);
        let place = |name: Option<&str>| Place {
            sheet: name.map(Into::into),
            row: Some(2),
            column_index: Some(1),
            ..Place::default()
        };
        assert_eq!(layout.cell(&place(Some("A"))), Some((1, 1)));
        assert_eq!(layout.cell(&place(None)), Some((1, 1)));
        assert_eq!(layout.cell(&place(Some("B"))), None);
    }

    #[test]
    fn what_concerns_a_column_stands_at_the_first_header_though_pages_repeat_it() {
        let mut table = sheet(&[["a", ""], ["", "b"], ["1", "2"], ["a", "b"]]);
        table.set_aside = [0, 1, 3].map(|row| (row, SetAside::Header)).to_vec();
        assert_eq!(Layout::plain(&table).header, Some(1));
        table.set_aside.clear();
        assert_eq!(Layout::plain(&table).header, None);
    }
}
