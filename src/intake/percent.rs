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
            FORMAT if is_percent(&format_text(data)) => {
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

/// Whether a number format shows a number times a hundred: it has a `%` that is neither quoted nor escaped (`0.0"%"` and `0\%` put
/// the sign behind the number as it is).
pub(super) fn is_percent(format: &str) -> bool {
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        match c {
            '%' => return true,
            '\\' | '!' | '_' | '*' => {
                characters.next();
            }
            '"' => characters.by_ref().take_while(|c| *c != '"').for_each(drop),
            '[' => characters.by_ref().take_while(|c| *c != ']').for_each(drop),
            _ => {}
        }
    }
    false
}

/// The text of a format record: its number, the count of characters, a byte that says whether each has two bytes, the text. Before
/// Excel 97 the count had one byte, and so had each character.
fn format_text(data: &[u8]) -> String {
    if data.get(2).is_some_and(|count| data.len() == 3 + usize::from(*count)) {
        return data[3..].iter().map(|byte| char::from(*byte)).collect();
    }
    let wide = data.get(4).is_some_and(|flags| flags & 1 == 1);
    let text = data.get(5..).unwrap_or_default();
    if wide {
        let units: Vec<u16> = text.chunks_exact(2).filter_map(|pair| u16_at(pair, 0)).collect();
        String::from_utf16_lossy(&units)
    } else {
        text.iter().map(|byte| char::from(*byte)).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_or_escaped_sign_shows_the_number_as_it_is() {
        for format in ["0%", "0.00%", "#,##0.0%;[Red]-0.0%", "0.0 %", "[<1]0%;0", "\"x\"0%"] {
            assert!(is_percent(format), "{format}");
        }
        for format in [
            "0",
            "0.0\"%\"",
            "0.0\\%",
            "0!%",
            "0\" %\"",
            "0_%",
            "General",
            "[$%-804]0",
        ] {
            assert!(!is_percent(format), "{format}");
        }
        let record = |text: &[u8], wide: u8| [&[164, 0, 4, 0, wide], text].concat();
        assert!(is_percent(&format_text(&record(b"0.0%", 0))));
        assert!(is_percent(&format_text(&record(b"0\0%\0", 1))));
        assert!(!is_percent(&format_text(&record(b"0\"%\"", 0))));
        assert!(is_percent(&format_text(b"\xa4\0\x020%")));
    }
}
