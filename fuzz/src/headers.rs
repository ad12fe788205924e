use huizong::intake::FileRead;

use super::laws::{read, same_tables};
use super::world::{shipped, shipped_intake};

const PATH: &str = "2020/130000/130102_communities.csv";
/// Rows in which a header is looked for.
const SEARCHED: usize = 60;

/// Lines of cells between `|`: no quotes, separators or encodings come between the mutations and the header finder.
pub fn run(bytes: &[u8]) {
    // A file of control characters is no text, and that is the business of another target.
    let text = String::from_utf8_lossy(bytes).replace(|c: char| c.is_control() && c != '\n', " ");
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('|').collect()).collect();
    let by_comma = sheet(&rows, ",");
    let first = read(shipped(), shipped_intake(), PATH, by_comma.as_bytes());
    let by_tab = sheet(&rows, "\t");
    same_tables(&first, &read(shipped(), shipped_intake(), PATH, by_tab.as_bytes()));
    if rows.len() < SEARCHED {
        let lower = format!("\n{by_comma}");
        one_row_lower(&first, &read(shipped(), shipped_intake(), PATH, lower.as_bytes()));
    }
}

fn sheet(rows: &[Vec<&str>], separator: &str) -> String {
    let quoted = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<&str>| row.iter().map(quoted).collect::<Vec<_>>().join(separator);
    rows.iter().map(|row| line(row) + "\n").collect()
}

/// A blank line on top moves everything down, and changes nothing else.
fn one_row_lower(plain: &FileRead, lower: &FileRead) {
    for (plain, lower) in plain.submissions.iter().zip(&lower.submissions) {
        assert_eq!(plain.rejected, lower.rejected);
        assert_eq!(plain.table.is_some(), lower.table.is_some());
        for (plain, lower) in plain.table.iter().zip(&lower.table) {
            assert_eq!(plain.columns, lower.columns);
            assert_eq!(plain.unmatched, lower.unmatched);
            assert!(
                plain
                    .records
                    .iter()
                    .map(|row| row + 1)
                    .eq(lower.records.iter().copied())
            );
        }
    }
}
