//! Where in a submission something lies.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Where in a submission a finding lies, as the clerk sees it. Parts that do not apply are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Sheet name of a workbook.
    pub sheet: Option<Arc<str>>,
    /// Row (line, record of a JSON file), from 1.
    pub row: Option<u32>,
    /// Column id of the form, or the header as received where it is no column of the form.
    pub column: Option<Arc<str>>,
    /// Physical column, from 0; with `row` it gives the A1 reference.
    pub column_index: Option<u32>,
}

impl Place {
    /// `C7`, when row and physical column are known.
    pub fn a1(&self) -> Option<String> {
        Some(a1(self.column_index?, self.row?))
    }
}

/// The A1 reference of a physical column (from 0) and row (from 1).
pub fn a1(column_index: u32, row: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column_index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_counts_in_letters() {
        for (column, text) in [(0, "A3"), (25, "Z3"), (26, "AA3"), (701, "ZZ3"), (702, "AAA3")] {
            assert_eq!(a1(column, 3), text);
        }
    }
}
