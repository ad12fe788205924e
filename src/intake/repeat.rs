//! Blank cells that stand for another one, because the form says so: those of a merged block, and those that mean "as above".

use std::collections::BTreeMap;
use std::sync::Arc;

use super::sheet::Sheet;
use crate::domain::{Code, Finding, Grid, MatchedColumn, Place, SetAside};
use crate::pipeline::Form;

/// What the blank cells of records stand for.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// By physical column and row of the grid, the row whose cell is repeated.
    pub(super) cells: BTreeMap<u32, BTreeMap<u32, u32>>,
    /// By place in the list of matched columns, rows whose blank cell stands for nothing: what is above it ends there.
    pub(super) stopped: BTreeMap<usize, Vec<u32>>,
}

/// The cells that the form lets stand for others; `set_aside`: the rows that are no records, in order.
pub(super) fn cells(
    form: &Form,
    grid: &Grid,
    columns: &[MatchedColumn],
    records: &[u32],
    set_aside: &[(u32, SetAside)],
) -> Repeats {
    let mut repeats = Repeats::default();
    for (at, matched) in columns.iter().enumerate() {
        let column = &form.columns[matched.column];
        let mut rows = BTreeMap::new();
        let mut stopped = Vec::new();
        if column.fills_down {
            stopped = fill_down(grid, matched.index, records, set_aside, &mut rows);
        }
        if column.repeats_merged {
            repeat_merged(grid, matched.index, records, &mut rows);
        }
        stopped.retain(|row| !rows.contains_key(row));
        if !stopped.is_empty() {
            repeats.stopped.insert(at, stopped);
        }
        if !rows.is_empty() {
            repeats.cells.insert(matched.index, rows);
        }
    }
    repeats
}

/// The findings on columns in which a missing blank cell would go unnoticed: a required one has a finding for each cell.
pub(super) fn findings(form: &Form, sheet: &Sheet, columns: &[MatchedColumn], repeats: &Repeats) -> Vec<Finding> {
    let stopped = repeats.stopped.iter().map(|(at, rows)| (&columns[*at], rows));
    let unseen = stopped.filter(|(matched, _)| !form.columns[matched.column].required);
    let finding = |(matched, rows): (&MatchedColumn, &Vec<u32>)| {
        let number = |row: u32| sheet.grid.number(row as usize);
        let place = Place {
            sheet: sheet.name.clone(),
            row: Some(number(rows[0])),
            column: Some(Arc::from(form.columns[matched.column].id.as_str())),
            column_index: Some(matched.index),
        };
        Finding {
            rows: rows[1..].iter().map(|row| number(*row)).collect(),
            ..Finding::new(Code::FillStopped).at(place).count(rows.len() as u64)
        }
    };
    unseen.map(finding).collect()
}

fn is_blank(grid: &Grid, row: u32, index: u32) -> bool {
    grid.cell(row as usize, index as usize).trim().is_empty()
}

/// Notes what blank cells repeat; returns the rows of those that repeat nothing. What is struck out is withdrawn, and a total
/// line ends the rows above it: a blank below either says nothing.
fn fill_down(
    grid: &Grid,
    index: u32,
    records: &[u32],
    set_aside: &[(u32, SetAside)],
    rows: &mut BTreeMap<u32, u32>,
) -> Vec<u32> {
    let shown = grid.markings();
    let mut totals = set_aside
        .iter()
        .filter(|(_, kind)| matches!(kind, SetAside::Total | SetAside::Section))
        .map(|(row, _)| *row)
        .peekable();
    let (mut above, mut is_ended, mut stopped) = (None, false, Vec::new());
    for &row in records {
        while totals.next_if(|total| *total < row).is_some() {
            (above, is_ended) = (None, true);
        }
        let struck_row = shown.is_some_and(|shown| shown.struck_rows.contains(&row));
        // A cell whose content is struck out is not blank: what stood there is withdrawn.
        let struck_cell = || shown.is_some_and(|shown| shown.runs.contains_key(&(row, index)));
        if !is_blank(grid, row, index) {
            (above, is_ended) = ((!struck_row).then_some(row), struck_row);
        } else if struck_cell() {
            (above, is_ended) = (None, true);
        } else if let Some(above) = above {
            rows.insert(row, above);
        } else if is_ended && !struck_row {
            stopped.push(row);
        }
    }
    stopped
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
            let found = cells(&form, &grid, &columns, &[1, 2, 3, 4, 5], &[]);
            assert!(found.stopped.is_empty());
            found
                .cells
                .get(&0)
                .map_or(Vec::new(), |rows| rows.clone().into_iter().collect())
        };
        assert_eq!(read(false, false), []);
        assert_eq!(read(true, false), [(2, 1), (5, 4)]);
        assert_eq!(read(false, true), [(2, 1), (3, 1), (5, 4)]);
    }

    #[test]
    fn a_total_and_struck_text_end_what_blanks_mean() {
        let rows: Vec<[&str; 1]> = ["a", "x", "", "", "", "y", "", "z", "", ""].map(|cell| [cell]).into();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        let column = MatchedColumn {
            column: 0,
            index: 0,
            unit: None,
        };
        let mut form = fixture::pipeline().forms.remove(0);
        form.columns[0].fills_down = true;
        for (struck, aside, filled, stopped) in [
            (None, None, vec![(2, 1), (3, 1), (4, 1), (6, 5), (8, 7), (9, 7)], vec![]),
            (
                None,
                Some((3, SetAside::Total)),
                vec![(2, 1), (6, 5), (8, 7), (9, 7)],
                vec![4],
            ),
            // A part of the row above it ends nothing.
            (
                None,
                Some((3, SetAside::Subtotal)),
                vec![(2, 1), (4, 1), (6, 5), (8, 7), (9, 7)],
                vec![],
            ),
            (Some(5), None, vec![(2, 1), (3, 1), (4, 1), (8, 7), (9, 7)], vec![6]),
        ] {
            let markings = Markings {
                struck_rows: struck.into_iter().collect(),
                ..Markings::default()
            };
            let sheet = fixture::sheet(&rows);
            let grid = sheet.grid.with_markings(markings);
            let aside: Vec<(u32, SetAside)> = aside.into_iter().collect();
            let records: Vec<u32> = (1..10).filter(|row| aside.iter().all(|(at, _)| at != row)).collect();
            let found = cells(&form, &grid, std::slice::from_ref(&column), &records, &aside);
            let cells: Vec<(u32, u32)> = found.cells[&0].clone().into_iter().collect();
            assert_eq!(cells, filled, "{struck:?} {aside:?}");
            let ended = found.stopped.get(&0).cloned().unwrap_or_default();
            assert_eq!(ended, stopped, "{struck:?} {aside:?}");
        }
    }
}
