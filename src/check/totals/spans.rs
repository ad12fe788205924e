//! Rows of its sheet that a line of totals can be the sum of.

use std::ops::Range;

use super::stated::StatedRow;

/// Which rows these are, seen from the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// All rows of the sheet, or of the area that the line is about.
    All,
    Above,
    /// Those behind an earlier line of totals, up to this one.
    SinceTotal,
    /// Those behind this line, up to the next one.
    UntilTotal,
}

impl Of {
    /// In words of either language: Chinese, English.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Of::All => ("全部各行", "all rows"),
            Of::Above => ("以上各行", "the rows above"),
            Of::SinceTotal => ("上一合计行以下各行", "the rows since the total line above"),
            Of::UntilTotal => ("以下至下一合计行各行", "the rows below it, up to the next total line"),
        }
    }
}

/// The sums that a line can state, as ranges of `rows`, the numbers of the sheet's records in order. Each range comes once, none
/// is empty, and that of all rows is the first.
pub(super) fn spans(rows: &[u32], line: &StatedRow) -> Vec<(Of, Range<usize>)> {
    let before = |row: u32| rows.partition_point(|&of| of < row);
    let here = before(line.row);
    let since = line.earlier.iter().map(|&row| (Of::SinceTotal, before(row)..here));
    let until = line.later.iter().map(|&row| (Of::UntilTotal, here..before(row)));
    let mut found: Vec<(Of, Range<usize>)> = vec![(Of::All, 0..rows.len())];
    for (of, range) in [(Of::Above, 0..here)].into_iter().chain(since).chain(until) {
        if !range.is_empty() && found.iter().all(|(_, known)| *known != range) {
            found.push((of, range));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(row: u32, earlier: &[u32], later: &[u32]) -> Vec<(Of, Range<usize>)> {
        let line = StatedRow {
            submission: 0,
            row,
            area: None,
            earlier: earlier.to_vec(),
            later: later.to_vec(),
            figures: Vec::new(),
        };
        spans(&[2, 3, 5, 6, 8], &line)
    }

    #[test]
    fn a_line_can_be_the_sum_of_all_rows_or_of_those_beside_it() {
        assert_eq!(of(9, &[], &[]), [(Of::All, 0..5)], "at the end there is one sum");
        assert_eq!(of(1, &[], &[4]), [(Of::All, 0..5), (Of::UntilTotal, 0..2)]);
        assert_eq!(
            of(7, &[4], &[9]),
            [
                (Of::All, 0..5),
                (Of::Above, 0..4),
                (Of::SinceTotal, 2..4),
                (Of::UntilTotal, 4..5)
            ]
        );
        // A total right behind a subtotal, and the one before it.
        assert_eq!(
            of(10, &[9, 4], &[]),
            [(Of::All, 0..5), (Of::SinceTotal, 2..5)],
            "no row lies between the two"
        );
    }
}
