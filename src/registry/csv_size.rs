//! How much a text of comma-separated values holds, counted before a table is made of it: every cell there is kept with its
//! place, and takes many times the byte that it may have in the file.

use crate::pipeline::Limits;

/// A cell of a register is kept with its place, and costs more than one of a sheet.
const CELLS: usize = 4;

/// The limit that a text goes beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    /// Records below the header.
    Rows(usize),
    /// Cells of one record, and which record it is, from 1 for the header.
    Columns(usize, usize),
    /// Cells of all records.
    Cells(usize),
}

/// Where the reader of a text is.
enum At {
    Start,
    Bare,
    Quoted,
    /// Behind a quotation mark that ends a cell, unless another one follows.
    Closed,
}

/// What a text goes beyond, if anything; it is split as the reader of the table splits it.
pub(super) fn beyond(text: &str, delimiter: u8, limits: &Limits) -> Option<Beyond> {
    let most = limits.cells / CELLS;
    let (mut rows, mut cells, mut width) = (0_usize, 0_usize, 0_usize);
    let mut at = At::Start;
    for byte in text.bytes() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) | (At::Start | At::Closed, b'"') => At::Quoted,
            (At::Start, b'\r' | b'\n') if width == 0 => At::Start,
            (_, b'\r' | b'\n') => {
                (rows, cells, width) = (rows + 1, cells + 1, 0);
                At::Start
            }
            (_, byte) if byte == delimiter => {
                (cells, width) = (cells + 1, width + 1);
                At::Start
            }
            _ => At::Bare,
        };
        if width >= limits.columns {
            return Some(Beyond::Columns(limits.columns, rows + 1));
        }
        if cells > most {
            return Some(Beyond::Cells(most));
        }
        if rows > limits.register_rows.saturating_add(1) {
            return Some(Beyond::Rows(limits.register_rows));
        }
    }
    let unended = usize::from(width > 0 || !matches!(at, At::Start));
    (rows + unended > limits.register_rows.saturating_add(1)).then_some(Beyond::Rows(limits.register_rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(rows: usize, columns: usize, cells: usize) -> Limits {
        Limits {
            register_rows: rows,
            columns,
            cells: cells * CELLS,
            ..Limits::default()
        }
    }

    #[test]
    fn a_limit_is_the_most_that_is_allowed() {
        let text = "a,b,c\r\n1,\"2,\"\"\n,,\",3\n\n4,5,6";
        assert_eq!(beyond(text, b',', &limits(2, 3, 9)), None);
        assert_eq!(beyond(text, b',', &limits(1, 3, 9)), Some(Beyond::Rows(1)));
        assert_eq!(beyond(text, b',', &limits(2, 2, 9)), Some(Beyond::Columns(2, 1)));
        assert_eq!(beyond(text, b',', &limits(2, 3, 7)), Some(Beyond::Cells(7)));
        assert_eq!(beyond(&"\r\n".repeat(9), b',', &limits(1, 1, 1)), None);
        // A mark within a bare cell quotes nothing, and lines may end in any way.
        assert_eq!(beyond("a\",,,,", b',', &limits(9, 4, 9)), Some(Beyond::Columns(4, 1)));
        assert_eq!(beyond("a\rb\rc\rd", b',', &limits(2, 4, 9)), Some(Beyond::Rows(2)));
    }

    proptest::proptest! {
        /// Whatever the text: as many columns are seen as the reader of the table makes.
        #[test]
        fn it_counts_as_the_reader_splits(text in "[a,;\"\n\r 甲]{0,40}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let widths: Vec<usize> = reader.records().map(|record| record.unwrap().len()).collect();
            let widest = widths.iter().copied().max().unwrap_or(0).max(1);
            proptest::prop_assert_eq!(beyond(&text, b',', &limits(widths.len(), widest, 100)), None);
            if widest > 1 {
                let narrow = beyond(&text, b',', &limits(widths.len(), widest - 1, 100));
                proptest::prop_assert!(matches!(narrow, Some(Beyond::Columns(..))));
            }
            if widths.len() > 1 {
                let few = beyond(&text, b',', &limits(widths.len() - 2, widest, 100));
                proptest::prop_assert_eq!(few, Some(Beyond::Rows(widths.len() - 2)));
            }
        }
    }
}
