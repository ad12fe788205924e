//! The cell that names the unit of a whole column: in its header, or in a line above or below the table.

use crate::domain::{CellValue, Place, RawTable, Text, fold};

/// The cell for a physical column; None: no cell names its unit.
pub(super) fn of(table: &RawTable, column: u32) -> Option<CellValue> {
    let (row, index) = *table.unit_cells.get(&column)?;
    let value = table.grid.cell(row as usize, index as usize).trim().to_owned();
    let place = Place {
        sheet: table.sheet.clone(),
        row: Some(table.grid.number(row as usize)),
        column: None,
        column_index: Some(index),
    };
    (!value.is_empty()).then_some(CellValue {
        place,
        path: None,
        value,
    })
}

/// The message on a unit that cannot be converted, so that no cell of its column is read; `is_agreed`: the column has a unit.
pub(super) fn message(cell: Option<&CellValue>, is_agreed: bool) -> Text {
    let place = cell.and_then(|cell| cell.place.a1());
    let (zh, en) = place.map_or((String::new(), String::new()), |a1| {
        (format!("{a1} 单元格的"), format!(", cell {a1},"))
    });
    let (zh_to, en_to) = match is_agreed {
        true => ("换算为 {expected}", "to {expected}"),
        false => ("换算", "to the plain numbers of the column"),
    };
    Text::new(
        format!("{zh}“{{raw}}”所写的单位无法{zh_to}，“{{column}}”整列未读取（{{count}} 个单元格）"),
        format!(
            "the unit in “{{raw}}”{en} cannot be converted {en_to}, so no figure of {{column}} was read (cells: {{count}})"
        ),
    )
}

/// A folded unit as the cell that names it for a physical column has it; as it is where none does.
pub(super) fn as_written(table: &RawTable, column: u32, unit: String) -> String {
    let cell = of(table, column);
    let written = cell.as_ref().and_then(|cell| within(&cell.value, &unit));
    written.map_or(unit.clone(), str::to_owned)
}

/// Characters of a cell in which a unit is looked for.
const LOOKED_AT: usize = 200;

/// The part of a cell that is this unit once it is folded; None: it is not there.
fn within<'c>(cell: &'c str, folded: &str) -> Option<&'c str> {
    let ends = |from: usize| cell[from..].char_indices().map(move |(at, c)| from + at + c.len_utf8());
    let starts = cell.char_indices().take(LOOKED_AT).filter(|(_, c)| !c.is_whitespace());
    for (from, _) in starts {
        // Nothing folded is longer than so.
        let found = ends(from).take(LOOKED_AT).map(|to| &cell[from..to]);
        let mut found = found.take_while(|part| fold(part).len() <= folded.len());
        if let Some(part) = found.find(|part| fold(part) == folded) {
            return Some(part.trim_end());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_told_as_it_is_written() {
        for (cell, folded, expected) in [
            (
                "Residents (Thousand persons)",
                "thousandpersons",
                Some("Thousand persons"),
            ),
            ("单位：万　人", "万人", Some("万　人")),
            ("ＵＳ＄ million", "us$million", Some("ＵＳ＄ million")),
            ("Residents", "persons", None),
            ("", "人", None),
        ] {
            assert_eq!(within(cell, folded), expected, "{cell}");
        }
    }
}
