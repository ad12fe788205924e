use encoding_rs::GB18030;
use huizong::domain::Grid;
use huizong::intake::{FileRead, ReadSubmission};
use serde_json::Value;

use super::laws::{read, same_tables};
use super::world::{shipped, shipped_intake};

const CSV: &str = "2020/130000/130102_communities.csv";
const JSON: &str = "2020/130000/130102_county_summaries.json";
/// Inputs of one in so many are also read by a reader that has seen no layout before.
const FRESH: usize = 16;

/// Text of rows and separators.
pub fn run_csv(bytes: &[u8]) {
    let (text, read) = text(CSV, bytes);
    if let (Some(text), Some(read)) = (text, read)
        && matches!(&*read.submission.format, "csv" | "tsv")
    {
        read.table.iter().for_each(|table| cells_are_of(&text, &table.grid));
    }
}

/// Text of objects.
pub fn run_json(bytes: &[u8]) {
    let (text, read) = text(JSON, bytes);
    let (Some(text), Some(read)) = (text, read) else { return };
    if !read.submission.format.starts_with("json") {
        return;
    }
    // An own parser reads the file; another library must have read the same.
    if let (Ok(Value::Array(objects)), Some(table)) = (serde_json::from_str(&text), &read.table) {
        assert_eq!(table.grid.height(), objects.len());
        for (row, object) in objects.iter().enumerate() {
            let texts = object
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(_, value)| value.as_str());
            for text in texts {
                assert!(table.grid.row(row).any(|cell| cell == text), "{text:?} is lost");
            }
        }
    }
}

/// Reads the bytes; gives their text where they were read as UTF-8 and are, and the first submission.
fn text(path: &str, bytes: &[u8]) -> (Option<String>, Option<ReadSubmission>) {
    let mut first = read(shipped(), shipped_intake(), path, bytes);
    if bytes.len().is_multiple_of(FRESH) {
        same_tables(&first, &read(shipped(), &shipped().intake(), path, bytes));
    }
    recoded(path, bytes, &first);
    let submission = first.submissions.drain(..).next();
    let as_utf8 = submission
        .as_ref()
        .is_some_and(|one| one.submission.encoding.as_deref() == Some("utf-8"));
    let text = String::from_utf8(bytes.to_vec()).ok().filter(|_| as_utf8);
    (text, submission)
}

/// The same characters in another encoding are the same table.
fn recoded(path: &str, bytes: &[u8], first: &FileRead) {
    let Some(submission) = first.submissions.first().filter(|one| one.table.is_some()) else {
        return;
    };
    let other = match submission.submission.encoding.as_deref() {
        Some("utf-8") => std::str::from_utf8(bytes).ok().map(wide),
        Some("gb18030") => {
            let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
            // A mark makes the encoding known, so that the same characters are not judged anew.
            text.map(|text| wide(&text))
        }
        _ => None,
    };
    if let Some(other) = other {
        same_tables(first, &read(shipped(), shipped_intake(), path, &other));
    }
}

fn wide(text: &str) -> Vec<u8> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect()
}

/// No cell holds what did not stand in the text, but for the quotes around and within it.
fn cells_are_of(text: &str, grid: &Grid) {
    let text = text.replace('"', "");
    for row in 0..grid.height() {
        for cell in grid.row(row) {
            assert!(
                text.contains(&cell.replace('"', "")),
                "{cell:?} does not stand in the text"
            );
        }
    }
}
