//! The parts of a sheet that would be read wrongly by its first header: beneath a second header, a heading or a line of units.

use super::body::Body;
use super::header::{Book, Header};
use super::sections::{Difference, Section};
use super::unit_columns;
use super::unit_lines::Lines;
use crate::domain::{Grid, MatchedColumn, OtherSection};

/// The parts of the sheet that would be read wrongly. `matched` are the columns as they are read, with their units.
pub(super) fn of(
    book: &Book<'_>,
    grid: &Grid,
    first: &Header,
    body: &Body,
    lines: &Lines,
    matched: &[MatchedColumn],
) -> Vec<OtherSection> {
    // What each row says: by a header, or by a line of units.
    let mut events: Vec<(u32, Option<&Section>)> = body.sections.iter().map(|s| (s.row(), Some(s))).collect();
    events.extend(lines.between().map(|row| (row, None)));
    events.sort_by_key(|(row, _)| *row);
    let (mut by_header, mut by_part, mut by_line) = (None, None, None);
    let mut found = Vec::new();
    for (at, &(row, section)) in events.iter().enumerate() {
        match section {
            Some(section) => {
                let said = section.difference(book, grid, first, matched);
                match section.is_part() {
                    true => by_part = said,
                    false => by_header = said,
                }
            }
            None => by_line = unit_columns::of_line_between(book, first, lines, row, matched).unwrap_or(by_line),
        }
        let end = events.get(at + 1).map_or(grid.height() as u32, |(next, _)| *next);
        let from = body.records.partition_point(|record| *record < row);
        let holds_records = body.records.get(from).is_some_and(|record| *record < end);
        let why: Option<&Difference> = by_header.as_ref().or(by_part.as_ref()).or(by_line.as_ref());
        if let Some(why) = why.filter(|_| holds_records) {
            found.push(OtherSection {
                at: why.at,
                said: why.said.clone(),
                instead: why.instead.clone(),
                rows: row..end,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::super::rows::classify;
    use super::*;

    /// `row+column said instead first..end` of the first part that is read otherwise.
    fn first(rows: &[&[&str]]) -> Option<String> {
        let pipeline = fixture::pipeline();
        let book = Book::new(&pipeline.forms[0], &pipeline.units);
        let sheet = fixture::sheet(rows);
        let header = book.find(&sheet).unwrap();
        let body = classify(&book, &sheet.grid, &header, None);
        let lines = Lines::of(&book, &sheet.grid, &header, &body);
        let columns = unit_columns::with_units(&book, &sheet, &header, &body, &lines);
        let found = of(&book, &sheet.grid, &header, &body, &lines, &columns.matched);
        let part = found.first()?;
        let (row, index) = part.at;
        Some(format!("{row}+{index} {} {} {:?}", part.said, part.instead, part.rows))
    }

    #[test]
    fn a_second_header_or_line_of_units_that_differs() {
        const HEADER: &[&str] = &["社区代码", "社区名称", "常住户数"];
        const RECORD: &[&str] = &["130102001001", "和平社区", "820"];
        const AREA: &[&str] = &["社区代码", "社区名称", "服务设施面积"];
        const DATA: &[&str] = &["130102001001", "和平社区", "120"];
        for (rows, expected) in [
            (&[HEADER, RECORD, HEADER, RECORD][..], None),
            // Fewer columns in the same places, another name of the same column, and its own unit.
            (&[HEADER, RECORD, &HEADER[..2], &RECORD[..2]], None),
            (&[HEADER, RECORD, &["code", "name", "常住户数（户）"], RECORD], None),
            (
                &[HEADER, RECORD, &["社区代码", "常住户数", "社区名称"], RECORD],
                Some("2+1 常住户数 社区名称 2..4"),
            ),
            (
                &[HEADER, RECORD, AREA, DATA, HEADER, RECORD],
                Some("2+2 服务设施面积 常住户数 2..4"),
            ),
            (
                &[HEADER, RECORD, &["社区代码", "社区名称", "备用"], RECORD],
                Some("2+2 备用 常住户数 2..4"),
            ),
            (
                &[&HEADER[..2], &RECORD[..2], HEADER, RECORD],
                Some("2+2 常住户数 — 2..4"),
            ),
            (
                &[HEADER, RECORD, &["社区代码", "社区名称", "常住户数（万户）"], RECORD],
                Some("2+2 常住户数（万户） 常住户数 2..4"),
            ),
            // Nothing stands beneath it.
            (&[HEADER, RECORD, AREA], None),
            // Lines of units between records; below the last one they are those of the table.
            (
                &[AREA, DATA, &["单位：亩"], DATA],
                Some("2+0 单位：亩 服务设施面积 2..4"),
            ),
            (&[AREA, DATA, &["单位：亩"]], None),
            (&[AREA, DATA, &["单位：平方米"], DATA], None),
            (&[&["单位：亩"], AREA, DATA, &["单位：亩"], AREA, DATA], None),
            (&[HEADER, RECORD, &["单位：亩"], RECORD], None),
        ] {
            assert_eq!(first(rows).as_deref(), expected, "{rows:?}");
        }
    }
}
