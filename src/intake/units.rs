//! Units that stand above or beneath a header: `单位：万元` and rows of units.

use super::words::words;
use crate::domain::{Grid, fold};
use crate::pipeline::units::Units;
use crate::pipeline::{Column, ColumnKind};

/// Separators between the units of one note, and brackets around it.
const BETWEEN: [char; 8] = ['、', ',', ';', '/', '(', ')', '[', ']'];

/// Units named in a cell of the title block, as written there (folded).
pub(super) fn of_title(cell: &str, units: &Units) -> Vec<String> {
    let folded = fold(cell);
    let notes = words().unit_notes(&folded).flat_map(|note| note.split(BETWEEN));
    notes
        .filter(|unit| units.find(unit).is_some())
        .map(str::to_owned)
        .collect()
}

/// The units of a row that holds nothing else: physical column and unit. A dash stands for no unit.
pub(super) fn of_row(grid: &Grid, row: usize, units: &Units) -> Option<Vec<(u32, String)>> {
    let mut found = Vec::new();
    for (index, cell) in grid.row(row).enumerate() {
        let folded = fold(cell);
        let unit = folded.trim_matches(BETWEEN);
        if unit.is_empty() || unit.chars().all(|c| matches!(c, '-' | '—' | '―' | '–')) {
            continue;
        }
        // In brackets a unit that nobody knows is one all the same: its column cannot be read.
        let bracketed = folded.starts_with(['(', '[']) && folded.ends_with([')', ']']);
        let figure = unit.bytes().all(|b| b.is_ascii_digit());
        if figure || !(bracketed || units.find(unit).is_some()) {
            return None;
        }
        found.push((index as u32, unit.to_owned()));
    }
    (!found.is_empty()).then_some(found)
}

/// Whether figures of a column have a unit at all.
pub(super) fn is_numeric(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. })
}

/// Whether the form declares no unit for a column of plain figures.
pub(super) fn lacks_unit(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnKind::Integer { unit: None }
            | ColumnKind::Decimal {
                unit: None,
                percent: false,
                ..
            }
    )
}

/// Whether a unit converts into a column's own.
pub(super) fn fits(unit: &str, column: &Column, units: &Units) -> bool {
    let (ColumnKind::Integer { unit: Some(own) } | ColumnKind::Decimal { unit: Some(own), .. }) = &column.kind else {
        return false;
    };
    units.factor(unit, own).is_some()
}

/// The one unit of a title's notes that converts into a column's own; `None` where the column has none or two fit.
pub(super) fn for_column(notes: &[String], column: &Column, units: &Units) -> Option<String> {
    let mut fitting = notes.iter().filter(|note| fits(note, column, units));
    let first = fitting.next()?;
    fitting.all(|other| other == first).then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_above_the_header() {
        for (cell, expected) in [
            ("单位：万元", vec!["万元"]),
            ("计量单位：人、平方米", vec!["人", "平方米"]),
            ("填报单位：长安区   单位：万元", vec!["万元"]),
            ("（单位：㎡）", vec!["m2"]),
            ("填报单位：长安区", vec![]),
            ("单位负责人：", vec![]),
            ("Unit: km", vec!["km"]),
        ] {
            assert_eq!(of_title(cell, Units::built_in()), expected, "{cell}");
        }
    }

    #[test]
    fn rows_of_units() {
        let row = |cells: &[&str]| {
            let mut grid = Grid::new(false);
            cells.iter().for_each(|cell| grid.push_text(cell));
            grid.end_row(1);
            of_row(&grid, 0, Units::built_in())
        };
        assert_eq!(
            row(&["—", "", "（人）", "万元"]),
            Some(vec![(2, "人".into()), (3, "万元".into())])
        );
        assert_eq!(row(&["", "(10 000 beds)"]), Some(vec![(1, "10000beds".into())]));
        assert_eq!(row(&["x", "(10 000 beds)"]), None);
        assert_eq!(row(&["—", "人", "12"]), None);
        assert_eq!(row(&["10000", "人"]), None);
        assert_eq!(row(&["", ""]), None);
    }
}
