//! What a submission leaves of its records, so that another one with the same cells is recognised.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{MatchedColumn, RawTable};
use crate::pipeline::Form;

/// Records that a sketch looks at, spread evenly over the sheet.
const SAMPLE: usize = 16;

/// Digits that the different figures of a sketch have together, at least. Fewer may be the same by chance, and blank forms have none.
const DIGITS: usize = 12;

/// What two submissions with the same cells have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sketch {
    records: usize,
    hash: [u8; 32],
}

impl Sketch {
    /// The sketch of a sheet as received. None: it holds too few figures other than zero to tell a copy from chance.
    pub fn of(table: &RawTable, form: &Form) -> Option<Sketch> {
        let mut columns: Vec<&MatchedColumn> = table.columns.iter().collect();
        columns.sort_by_key(|matched| (matched.column, matched.index));
        let mut cells = String::new();
        let (mut figures, mut count) = (BTreeSet::new(), 0);
        let step = table.records.len().div_ceil(SAMPLE).max(1);
        for &row in table.records.iter().step_by(step) {
            for matched in &columns {
                let cell = table.said(row, matched.index).0.trim();
                cells.push_str(cell);
                cells.push('\0');
                let is_figure = form.columns[matched.column].kind.is_number() && !form.key.contains(&matched.column);
                if count < DIGITS && is_figure && figures.insert(cell) {
                    count += digits(cell);
                }
            }
        }
        (count >= DIGITS).then(|| {
            let columns: Vec<u8> = columns
                .iter()
                .flat_map(|matched| matched.column.to_le_bytes())
                .collect();
            Sketch {
                records: table.records.len(),
                hash: Sha256::new_with_prefix(columns).chain_update(cells).finalize().into(),
            }
        })
    }
}

/// Digits of a figure from the first that is not zero.
fn digits(cell: &str) -> usize {
    let is_digit = |c: &char| c.is_ascii_digit() || ('０'..='９').contains(c);
    let all = cell.chars().filter(is_digit);
    all.skip_while(|c| matches!(c, '0' | '０')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_count_from_the_first_that_is_not_zero() {
        for (cell, expected) in [
            ("", 0),
            ("—", 0),
            ("0", 0),
            ("0.00", 0),
            ("1041", 4),
            ("1,041.50", 6),
            ("0.05", 1),
            ("１２", 2),
            ("约五百", 0),
        ] {
            assert_eq!(digits(cell), expected, "{cell}");
        }
    }
}
