//! Where a header seems to stand in a sheet that no form claims.

use std::ops::Range;

use super::cells::{holds_figures, is_blank};
use super::search::{DEPTH, LEAST, SEARCHED};
use crate::domain::Grid;
use crate::pipeline::header::normalize;
use crate::pipeline::units::Units;

/// The rows that look like a header: the fullest one above the first figures, with the rows of groups above it and of parts beneath
/// it. None: every cell is blank.
pub(in crate::intake) fn guess(grid: &Grid) -> Option<Range<usize>> {
    let rows = 0..grid.height().min(SEARCHED);
    let is_table = |row: &usize| filled(grid, *row) >= LEAST && !names_units(grid, *row);
    let first_record = (rows.clone()).find(|row| is_table(row) && holds_figures(grid, *row));
    let above = 0..first_record.unwrap_or(rows.end);
    let fullest = (above.rev().filter(is_table)).max_by_key(|row| filled(grid, *row));
    let mut header = match fullest {
        Some(row) => row..row + 1,
        // A header of figures, such as ages or numbers of rooms.
        None => {
            let first = rows.clone().find(is_table);
            // A list of one column.
            let first = first.or_else(|| rows.clone().find(|row| filled(grid, *row) > 0))?;
            first..first + 1
        }
    };
    while header.len() < DEPTH && is_part(grid, header.end) && has_room(grid, header.end) {
        header.end += 1;
    }
    while header.len() < DEPTH && header.start > 0 && heads_groups(grid, header.start - 1) {
        header.start -= 1;
    }
    Some(header)
}

fn filled(grid: &Grid, row: usize) -> usize {
    grid.row(row).filter(|cell| !cell.trim().is_empty()).count()
}

fn is_filled(grid: &Grid, row: usize, column: usize) -> bool {
    !grid.cell(row, column).trim().is_empty()
}

/// Whether most cells of a row are units: such a row stands beneath a header, and is none.
fn names_units(grid: &Grid, row: usize) -> bool {
    let cells = grid.row(row).map(str::trim).filter(|cell| !cell.is_empty());
    let units = cells.filter(|cell| Units::built_in().knows(cell)).count();
    units * 2 > filled(grid, row)
}

/// Whether every cell of a row stands beneath nothing, or beneath a group: a filled cell with a blank one to its right.
fn is_part(grid: &Grid, row: usize) -> bool {
    if row >= grid.height() || is_blank(grid, row) || holds_figures(grid, row) || names_units(grid, row) {
        return false;
    }
    let mut cells = (0..grid.width(row)).filter(|column| is_filled(grid, row, *column));
    cells.all(|column| {
        let is_group = || !is_filled(grid, row - 1, column + 1) && is_filled(grid, row, column + 1);
        !is_filled(grid, row - 1, column) || is_group()
    })
}

/// Whether a row leaves columns out that the one above it names: a record would not.
fn has_room(grid: &Grid, row: usize) -> bool {
    let width = grid.width(row - 1);
    (0..width).any(|column| is_filled(grid, row - 1, column) && !is_filled(grid, row, column))
}

/// Whether a row names groups of the header below it: several, without which columns would have no name or the same one.
fn heads_groups(grid: &Grid, row: usize) -> bool {
    let below = row + 1;
    let names = |row: usize| (0..grid.width(row)).filter(move |column| is_filled(grid, row, *column));
    let is_line = names(row).any(|column| grid.cell(row, column).contains([':', '：']));
    if holds_figures(grid, row) || filled(grid, row) < LEAST || is_line {
        return false;
    }
    let mut texts: Vec<String> = names(below)
        .map(|column| normalize(grid.cell(below, column)).text)
        .collect();
    texts.sort_unstable();
    let is_repeated = texts.windows(2).any(|pair| pair[0] == pair[1]);
    is_repeated || names(row).any(|column| !is_filled(grid, below, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::fixture;

    #[test]
    fn headers_are_found_among_titles_and_records() {
        for (rows, expected) in [
            (&[&["State", "Libraries"][..], &["AL", "60"]][..], Some(0..1)),
            (
                &[
                    &["Libraries of Lakeland"],
                    &["", ""],
                    &["State", "Libraries"],
                    &["AL", "60"],
                ],
                Some(2..3),
            ),
            (
                &[
                    &["Population", "State", "Libraries", "", "Remarks"],
                    &["", "", "", "with internet", ""],
                    &["12", "AL", "50", "45", ""],
                ],
                Some(0..2),
            ),
            (
                &[
                    &["填报单位：和平县", "", "", "单位：万元"],
                    &["代码", "名称", "经费", ""],
                    &["", "", "中央", "地方"],
                    &["甲", "乙", "1", "2"],
                    &["130102", "和平", "1.5", "2"],
                ],
                Some(1..3),
            ),
            (
                &[
                    &["", "Urban", "", "Rural", ""],
                    &["Code", "Area", "Rooms", "Area", "Rooms"],
                    &["A1", "1", "2", "3", "4"],
                ],
                Some(0..2),
            ),
            (
                &[
                    &["代码", "设施", "", "人员"],
                    &["", "面积", "半径", ""],
                    &["", "平方米", "公里", "人"],
                    &["130102", "1.5", "2", "3"],
                ],
                Some(0..2),
            ),
            // Nothing but words: the first of the fullest rows.
            (
                &[&["Name", "Type"], &["North", "Hospital"], &["South", "Clinic"]],
                Some(0..1),
            ),
            (&[&["Area", "0-14", "15-64"], &["North", "1", "2"]], Some(0..1)),
            (&[&["People"], &["500"]], Some(0..1)),
            (&[&[""], &[""]], None),
        ] {
            let sheet = fixture::sheet(rows);
            assert_eq!(guess(&sheet.grid), expected, "{rows:?}");
        }
    }
}
