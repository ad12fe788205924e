//! Blank cells that stand for another one, because the form says so: those of a merged block, and those that mean "as above".

use std::collections::BTreeMap;

use crate::domain::{Grid, MatchedColumn};
use crate::pipeline::Form;

/// By physical column and row of the grid, the row whose cell is repeated.
pub(super) fn cells(
    form: &Form,
    grid: &Grid,
    columns: &[MatchedColumn],
    records: &[u32],
) -> BTreeMap<u32, BTreeMap<u32, u32>> {
    let mut repeated = BTreeMap::new();
    for matched in columns {
        let column = &form.columns[matched.column];
        let mut rows = BTreeMap::new();
        if column.fills_down {
            fill_down(grid, matched.index, records, &mut rows);
        }
        if column.repeats_merged {
            repeat_merged(grid, matched.index, records, &mut rows);
        }
        if !rows.is_empty() {
            repeated.insert(matched.index, rows);
        }
    }
    repeated
}

fn is_blank(grid: &Grid, row: u32, index: u32) -> bool {
    grid.cell(row as usize, index as usize).trim().is_empty()
}

fn fill_down(grid: &Grid, index: u32, records: &[u32], rows: &mut BTreeMap<u32, u32>) {
    let mut above = None;
    for &row in records {
        // A cell whose content is struck out is not blank: what stood there is withdrawn.
        let struck = || {
            grid.markings()
                .is_some_and(|shown| shown.runs.contains_key(&(row, index)))
        };
        if !is_blank(grid, row, index) {
            above = Some(row);
        } else if let Some(above) = above.filter(|_| !struck()) {
            rows.insert(row, above);
        }
    }
}

fn repeat_merged(grid: &Grid, index: u32, records: &[u32], rows: &mut BTreeMap<u32, u32>) {
    let Some(shown) = grid.markings() else { return };
    for block in &shown.merged {
        let (first, last) = (block.first, block.last);
        if first.1 != index || last.1 != index || is_blank(grid, first.0, index) {
            continue;
        }
        let from = records.partition_point(|row| *row <= first.0);
        // A title or a header that reaches into the records is none of their cells.
        if from == 0 || records[from - 1] != first.0 {
            continue;
        }
        let covered = records[from..].iter().take_while(|row| **row <= last.0);
        rows.extend(
            covered
                .filter(|row| is_blank(grid, **row, index))
                .map(|row| (*row, first.0)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::domain::{Markings, Merged};

    #[test]
    fn blanks_mean_what_the_form_says() {
        let sheet = fixture::sheet(&[
            &["a", "b"],
            &["x", "1"],
            &["", "2"],
            &["", "3"],
            &["y", "4"],
            &["", "5"],
        ]);
        let block = |top, bottom| Merged {
            first: (top, 0),
            last: (bottom, 0),
        };
        let markings = Markings {
            merged: vec![block(0, 1), block(1, 2), block(4, 9)],
            ..Markings::default()
        };
        let grid = sheet.grid.with_markings(markings);
        let columns = [MatchedColumn {
            column: 0,
            index: 0,
            unit: None,
        }];
        let mut form = fixture::pipeline().forms.remove(0);
        let mut read = |merged, fill| {
            (form.columns[0].repeats_merged, form.columns[0].fills_down) = (merged, fill);
            let found = cells(&form, &grid, &columns, &[1, 2, 3, 4, 5]);
            found
                .get(&0)
                .map_or(Vec::new(), |rows| rows.clone().into_iter().collect())
        };
        assert_eq!(read(false, false), []);
        assert_eq!(read(true, false), [(2, 1), (5, 4)]);
        assert_eq!(read(false, true), [(2, 1), (3, 1), (5, 4)]);
    }
}
