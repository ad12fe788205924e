//! Which cells of an XLS or ODS are shown as percentages. The workbook library gives their bare numbers, and 0.123 for
//! 12.3 % would be wrong by a factor of a hundred in silence; so the formats are read here.

use std::collections::HashSet;

use super::archive::{u16_at, u32_at};
use super::biff::{BOUND_SHEET, FORMULAS, MANY_NUMBERS, NUMBERS, records};

/// Sheet among the worksheets, row and column, from 0. Only looked up, never listed.
pub(super) type PercentCells = HashSet<(usize, u32, u32)>;

/// Of the stream of an old workbook (BIFF); `None` where its records cannot be walked. Record and field layouts:
/// [MS-XLS] 2.4.
pub(super) fn of_xls(stream: &[u8]) -> Option<PercentCells> {
    const FORMAT: u16 = 0x041E;
    const XF: u16 = 0x00E0;
    let (mut sheets, mut percent, mut styles) = (Vec::new(), HashSet::from([9_u16, 10]), Vec::new());
    for (kind, data) in records(stream, 0) {
        match kind {
            // Kind 0 is a worksheet, others are charts and macros.
            BOUND_SHEET if data.get(5) == Some(&0) => sheets.push(u32_at(data, 0)? as usize),
            FORMAT if data.get(3..).is_some_and(|text| text.contains(&b'%')) => {
                percent.insert(u16_at(data, 0)?);
            }
            XF => styles.push(u16_at(data, 2)?),
            _ => {}
        }
    }
    let is_percent = |style: u16| {
        styles
            .get(usize::from(style))
            .is_some_and(|format| percent.contains(format))
    };
    let mut cells = PercentCells::new();
    for (sheet, start) in sheets.iter().enumerate() {
        for (kind, data) in records(stream, *start) {
            for (row, column, style) in styled_cells(kind, data) {
                if is_percent(style) {
                    cells.insert((sheet, u32::from(row), u32::from(column)));
                }
            }
        }
    }
    Some(cells)
}

/// Row, column and style of the number cells of a record.
fn styled_cells(kind: u16, data: &[u8]) -> Vec<(u16, u16, u16)> {
    let Some((row, first)) = u16_at(data, 0).zip(u16_at(data, 2)) else {
        return Vec::new();
    };
    if kind == MANY_NUMBERS {
        let styles = data[4..].chunks_exact(6).filter_map(|cell| u16_at(cell, 0));
        return (first..=u16::MAX)
            .zip(styles)
            .map(|(column, style)| (row, column, style))
            .collect();
    }
    let single = FORMULAS.contains(&kind) || NUMBERS.contains(&kind);
    u16_at(data, 4)
        .filter(|_| single)
        .map(|style| (row, first, style))
        .into_iter()
        .collect()
}
