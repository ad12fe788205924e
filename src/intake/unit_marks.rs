//! Marks of foot notes: `Residents*` in a header, and `* thousands` below the table.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::header::Header;
use super::words::words;
use crate::domain::{Grid, RunKind};

/// Characters of a number or letter that marks a note.
const LONGEST: usize = 2;

/// The mark that a foot note begins with, and what the note says.
pub(super) fn of_note(text: &str) -> Option<(String, &str)> {
    let text = text.trim();
    let signs = text.trim_start_matches(|c| words().marks_note(c));
    if signs.len() < text.len() {
        return parted(&text[..text.len() - signs.len()], signs);
    }
    let bare = text.trim_start_matches(['(', '（', '[']);
    let end = bare.find([')', '）', ']', '/'])?;
    let close = bare[end..].chars().next().map_or(0, char::len_utf8);
    is_short(&bare[..end]).then(|| parted(&bare[..end], &bare[end + close..]))?
}

fn parted<'t>(mark: &str, rest: &'t str) -> Option<(String, &'t str)> {
    let rest = rest.trim_start_matches([':', '：', '.', ' ', '\u{3000}']).trim();
    (!rest.is_empty()).then(|| (plain(mark), rest))
}

/// The columns whose headers end in a mark.
pub(super) fn columns(grid: &Grid, header: &Header, mark: &str) -> BTreeSet<usize> {
    let marked = header.columns.iter().filter(|matched| {
        let name = header.names.get(matched.index as usize);
        let own = name.and_then(|name| of_header(name));
        own.is_some_and(|own| own == mark) || raised(grid, header, matched.index).is_some_and(|own| own == mark)
    });
    marked.map(|matched| matched.column).collect()
}

/// The mark that a header ends in: `*`, `(1)`, `¹`.
fn of_header(name: &str) -> Option<String> {
    let name = name.trim();
    let bare = name.trim_end_matches(|c| words().marks_note(c));
    if bare.len() < name.len() {
        return Some(plain(&name[bare.len()..]));
    }
    let inner = name.strip_suffix([')', '）', ']'])?;
    let (_, mark) = inner.rsplit_once(['(', '（', '['])?;
    is_short(mark).then(|| plain(mark))
}

/// What is raised in a column's header.
fn raised(grid: &Grid, header: &Header, index: u32) -> Option<String> {
    let shown = grid.markings()?;
    let rows = header.top as u32..header.end as u32;
    let runs = rows.rev().find_map(|row| shown.runs.get(&(row, index)))?;
    let raised = runs.iter().filter(|run| run.kind == RunKind::Superscript);
    let text: String = raised.map(|run| run.text.as_str()).collect();
    (!text.trim().is_empty()).then(|| plain(text.trim_matches(['(', ')', '[', ']', ' '])))
}

fn is_short(mark: &str) -> bool {
    let mark = mark.trim();
    !mark.is_empty() && mark.chars().count() <= LONGEST && mark.chars().all(char::is_alphanumeric)
}

fn plain(mark: &str) -> String {
    mark.trim().nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_meet_those_of_headers() {
        for (header, note, rest) in [
            ("Residents*", "* thousands", Some("thousands")),
            ("Budget**", "**: in million US$", Some("in million US$")),
            ("Residents (1)", "(1) in thousands", Some("in thousands")),
            ("Residents (1)", "1/ in thousands", Some("in thousands")),
            ("Residents [a]", "a) in thousands", Some("in thousands")),
            ("常住人口①", "① 万人", Some("万人")),
            ("Residents*", "** thousands", None),
            ("Residents (2022)", "2022/ x", None),
            ("Residents", "* thousands", None),
            ("Residents*", "*", None),
        ] {
            let found = of_note(note).filter(|(mark, _)| of_header(header).as_ref() == Some(mark));
            assert_eq!(found.map(|(_, rest)| rest), rest, "{header}, {note}");
        }
    }
}
