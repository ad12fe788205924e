//! Signs that separate the columns of a sheet whose header was not found, and are not read as separators: they are named.

use super::header::{Book, SEARCHED};
use crate::domain::{Grid, Text};

/// Single signs, with the word by which a finding names each.
const SIGNS: [(char, &str); 11] = [
    ('|', "|"),
    ('^', "^"),
    ('~', "~"),
    ('!', "!"),
    ('#', "#"),
    (':', ":"),
    ('，', "，"),
    ('；', "；"),
    ('｜', "｜"),
    ('、', "、"),
    ('\u{1}', "U+0001"),
];
/// Signs that are read in text, but not where a whole line stands in one cell of a workbook.
const READ: [(char, &str); 3] = [(',', ","), ('\t', "TAB"), (';', ";")];
/// Columns aligned by blanks.
const BLANKS: &str = "two or more blanks";
/// Known headers that a line must hold.
const LEAST: usize = 2;
/// Bytes of a line that is looked at.
const LINE: usize = 4096;

/// The message on a header that was not found for it, where the usual one is not true of the sign: one that is read as a separator, but
/// not within quotes, and columns aligned by blanks. Lines in cells of a workbook are not quoted.
pub(super) fn worded(separator: &str, in_workbook: bool) -> Option<Text> {
    if separator == BLANKS {
        return Some(Text::new(
            "在前 {count} 行中找不到表头；缺少的表头：{expected}。各列似以两个以上空格对齐，而空格不作分隔符读取",
            "no header within the first {count} rows; missing headers: {expected}. The columns seem to be aligned by blanks, which are not read as separators",
        ));
    }
    let is_read = READ.iter().any(|(_, word)| *word == separator);
    (is_read && !in_workbook).then(|| {
        Text::new(
            "在前 {count} 行中找不到表头；缺少的表头：{expected}。各行整行写在引号之内，其中的“{raw}”因此不分列：请去掉整行的引号",
            "no header within the first {count} rows; missing headers: {expected}. Each line stands within quotes as a whole, so that “{raw}” separates nothing in it: export it without the quotes around the lines",
        )
    })
}

/// The sign by which a line, which stands in one cell, splits into headers that the form knows.
pub(super) fn unread(book: &Book<'_>, grid: &Grid) -> Option<&'static str> {
    let rows = 0..grid.height().min(SEARCHED);
    let lines = rows.filter_map(|row| {
        let mut filled = grid.row(row).filter(|cell| !cell.trim().is_empty());
        let line = filled.next().filter(|line| line.len() <= LINE)?;
        filled.next().is_none().then_some(line)
    });
    let known = |cells: &mut dyn Iterator<Item = &str>| {
        cells.filter(|cell| book.knows(cell.trim().trim_matches('"'))).count() >= LEAST
    };
    let mut found = lines.filter_map(|line| {
        let signs = SIGNS.iter().chain(&READ);
        let mut signs = signs.filter(|(sign, _)| line.contains(*sign));
        let sign = signs
            .find(|(sign, _)| known(&mut line.split(*sign)))
            .map(|(_, word)| *word);
        sign.or_else(|| known(&mut line.split("  ").filter(|cell| !cell.trim().is_empty())).then_some(BLANKS))
    });
    found.next()
}
