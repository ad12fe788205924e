//! Cells of a sheet as parts of a header.

use crate::domain::Grid;

/// Bytes of a header; what is longer is a text.
pub(super) const NAME_BYTES: usize = 512;

/// Bytes of the text of rows, and of what stands before each cell in [`text_of`].
pub(super) fn bytes_of(grid: &Grid, top: usize, end: usize) -> usize {
    let cells = (top..end).flat_map(|row| grid.row(row));
    cells.map(|cell| cell.len() + size_of::<u32>()).sum()
}

/// The cells of rows as they came, each behind its length, so that no two rows look alike.
pub(super) fn text_of(grid: &Grid, top: usize, end: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(1024);
    for row in top..end {
        text.extend_from_slice(&(grid.width(row) as u32).to_le_bytes());
        for cell in grid.row(row) {
            text.extend_from_slice(&(cell.len() as u32).to_le_bytes());
            text.extend_from_slice(cell.as_bytes());
        }
    }
    text
}

/// A cell as part of a header. It is cut one character beyond the longest header: whole texts over a thousand columns would
/// fill the memory.
pub(super) fn name(cell: &str) -> &str {
    &cell[..cell.floor_char_boundary(NAME_BYTES + char::MAX_LEN_UTF8)]
}

/// Header cells of each physical column. A merged cell's text stands in its first cell only, so a blank one takes its
/// left neighbour's, unless another group begins above it.
pub(in crate::intake) fn parts(grid: &Grid, top: usize, end: usize) -> Vec<Vec<String>> {
    let width = (top..end).map(|row| grid.width(row)).max().unwrap_or(0);
    let own = |row: usize, column: usize| grid.cell(row, column).trim();
    let mut filled: Vec<Vec<&str>> = Vec::with_capacity(end - top);
    for row in top..end {
        let mut line: Vec<&str> = Vec::with_capacity(width);
        for column in 0..width {
            let text = own(row, column);
            let spans = text.is_empty()
                && column > 0
                && row + 1 < end
                && (top..row).all(|above| own(above, column).is_empty())
                && (row + 1..end).any(|below| !own(below, column).is_empty());
            line.push(if spans { line[column - 1] } else { name(text) });
        }
        filled.push(line);
    }
    let column = |at: usize| {
        let mut parts: Vec<String> = Vec::new();
        for text in filled.iter().map(|line| line[at]).filter(|text| !text.is_empty()) {
            if parts.last().is_none_or(|last| last != text) {
                parts.push(text.to_owned());
            }
        }
        parts
    };
    (0..width).map(column).collect()
}

pub(in crate::intake) fn is_blank(grid: &Grid, row: usize) -> bool {
    grid.row(row).all(|cell| cell.trim().is_empty())
}

/// Whether a cell is a figure, and no year: years head columns.
pub(in crate::intake) fn is_figure(cell: &str) -> bool {
    let plain = cell.len() <= NAME_BYTES
        && cell
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+' | b'%'));
    let year = cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20"));
    plain && !year && cell.bytes().any(|b| b.is_ascii_digit())
}

pub(super) fn holds_figures(grid: &Grid, row: usize) -> bool {
    grid.row(row).any(|cell| is_figure(cell.trim()))
}
