//! Plain cells between those that a sheet has already, in the order that its XML asks for.

use super::cell::{Cell, Content, number};
use crate::domain::a1;

/// The XML of a sheet, and how many of its plain cells hold a text.
pub(super) struct Filled {
    pub(super) xml: String,
    pub(super) texts: usize,
}

/// What the library writes around the cells, and of each.
const SHEET: &str = "a sheet has a dimension, columns with a format, and rows";
const ROW: &str = "a row of a sheet has its number, and a cell its reference";
/// Bytes of a cell.
const BYTES: usize = 40;

/// Adds plain cells to the XML of a sheet; their texts stand behind the `before` texts of the workbook.
pub(super) fn filled(sheet: &str, cells: &[Cell], before: u32) -> Filled {
    let (head, rest) = sheet.split_once("<sheetData").expect(SHEET);
    let (rows, tail) = match rest.strip_prefix("/>") {
        Some(tail) => ("", tail),
        None => rest.split_once("</sheetData>").expect(SHEET),
    };
    let mut writer = Writer::new(head, cells, before);
    writer.xml.reserve(sheet.len() + cells.len() * BYTES);
    writer.head(head, cells);
    let mut own = cells;
    for row in rows.split("<row ").skip(1) {
        let (tag, theirs) = row.split_once('>').expect(ROW);
        let row = number(tag.strip_prefix("r=\"").expect(ROW)) - 1;
        let earlier = own.partition_point(|cell| cell.row < row);
        writer.rows(&own[..earlier]);
        let (same, later) = own[earlier..].split_at(own[earlier..].partition_point(|cell| cell.row == row));
        writer.row(tag, theirs, same);
        own = later;
    }
    writer.rows(own);
    writer.xml.push_str("</sheetData>");
    writer.xml.push_str(tail);
    Filled {
        xml: writer.xml,
        texts: writer.texts,
    }
}

struct Writer {
    xml: String,
    texts: usize,
    before: u32,
    /// The letters of each column.
    letters: Vec<String>,
    /// The attribute for the format of the columns.
    style: String,
    /// The attributes for the height of a usual row.
    height: String,
}

impl Writer {
    fn new(head: &str, cells: &[Cell], before: u32) -> Writer {
        let width = cells.iter().map(|cell| u32::from(cell.column) + 1).max();
        let letters = |column| a1(column, 0).trim_end_matches('0').to_owned();
        let style = attribute(head, "<col ", " style=\"").expect(SHEET);
        let height = attribute(head, "<sheetFormatPr", " defaultRowHeight=\"").expect(SHEET);
        Writer {
            xml: String::new(),
            texts: 0,
            before,
            letters: (0..width.unwrap_or(0)).map(letters).collect(),
            style: format!("\" s=\"{style}\""),
            height: format!(" ht=\"{height}\" customHeight=\"1\""),
        }
    }

    /// What stands before the rows, with the dimension of all cells.
    fn head(&mut self, head: &str, cells: &[Cell]) {
        let (front, rest) = head.split_once("<dimension ref=\"").expect(SHEET);
        let (range, behind) = rest.split_once('"').expect(SHEET);
        let last = range.rsplit(':').next().unwrap_or(range);
        let row = cells.last().map_or(0, |cell| cell.row + 1).max(row_of(last));
        let column = (self.letters.len() as u32).max(column_of(last) + 1) - 1;
        for piece in [
            front,
            "<dimension ref=\"A1:",
            &a1(column, row),
            "\"",
            behind,
            "<sheetData>",
        ] {
            self.xml.push_str(piece);
        }
    }

    /// Rows of plain cells only.
    fn rows(&mut self, cells: &[Cell]) {
        for row in cells.chunk_by(|a, b| a.row == b.row) {
            self.xml.push_str("<row r=\"");
            self.xml.push_str(itoa::Buffer::new().format(row[0].row + 1));
            self.xml.push('"');
            self.xml.push_str(&self.height);
            self.xml.push('>');
            self.cells(row);
            self.xml.push_str("</row>");
        }
    }

    /// A row that the sheet has, with plain cells between its own.
    fn row(&mut self, tag: &str, theirs: &str, plain: &[Cell]) {
        self.xml.push_str("<row ");
        // The columns that it goes over are more now, and need not be told.
        let tag = tag.strip_suffix('/').unwrap_or(tag);
        let (number, rest) = tag.split_once(" spans=\"").unwrap_or((tag, "\""));
        self.xml.push_str(number);
        self.xml.push_str(rest.split_once('"').map_or("", |(_, rest)| rest));
        self.xml.push('>');
        let mut plain = plain;
        for cell in theirs.trim_end_matches("</row>").split("<c ").skip(1) {
            let column = column_of(cell.strip_prefix("r=\"").expect(ROW));
            let (earlier, later) = plain.split_at(plain.partition_point(|own| u32::from(own.column) < column));
            self.cells(earlier);
            let covered = later.first().filter(|own| u32::from(own.column) == column);
            plain = &later[usize::from(covered.is_some())..];
            self.xml.push_str("<c ");
            self.xml.push_str(cell);
        }
        self.cells(plain);
        self.xml.push_str("</row>");
    }

    fn cells(&mut self, cells: &[Cell]) {
        let Some(first) = cells.first() else { return };
        let mut row = itoa::Buffer::new();
        let row = row.format(first.row + 1);
        for cell in cells {
            self.xml.push_str("<c r=\"");
            self.xml.push_str(&self.letters[usize::from(cell.column)]);
            self.xml.push_str(row);
            self.xml.push_str(&self.style);
            match cell.content {
                Content::Text(place) => {
                    self.texts += 1;
                    self.xml.push_str(" t=\"s\"><v>");
                    self.xml.push_str(itoa::Buffer::new().format(self.before + place));
                }
                Content::Number(number) => {
                    self.xml.push_str("><v>");
                    self.xml.push_str(&number.to_string());
                }
            }
            self.xml.push_str("</v></c>");
        }
    }
}

/// The value of an attribute of the first element of a kind.
fn attribute<'a>(xml: &'a str, element: &str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(element)?;
    let (tag, _) = rest.split_once('>')?;
    let (_, value) = tag.split_once(name)?;
    value.split_once('"').map(|(value, _)| value)
}

/// The column of a reference such as `AB7`, from 0.
fn column_of(reference: &str) -> u32 {
    let letters = reference.bytes().take_while(u8::is_ascii_uppercase);
    letters.fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1) - 1
}

/// The row of a reference, from 1.
fn row_of(reference: &str) -> u32 {
    number(reference.trim_start_matches(|c: char| c.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<worksheet><dimension ref=\"B1:C1\"/><sheetFormatPr defaultRowHeight=\"17\"/>\
                        <cols><col min=\"1\" max=\"3\" style=\"4\"/></cols>";

    fn cell(row: u32, column: u16, content: Content) -> Cell {
        Cell { row, column, content }
    }

    fn between(rows: &str, cells: &[Cell]) -> (String, usize) {
        let made = filled(&format!("{HEAD}{rows}<mergeCells/></worksheet>"), cells, 7);
        let (head, rest) = made.xml.split_once("<sheetData>").unwrap();
        let (rows, tail) = rest.split_once("</sheetData>").unwrap();
        assert_eq!(tail, "<mergeCells/></worksheet>");
        let dimension = attribute(head, "<dimension", " ref=\"").unwrap();
        (format!("{dimension} {rows}"), made.texts)
    }

    #[test]
    fn rows_of_plain_cells_stand_where_they_belong() {
        let cells = [
            cell(0, 0, Content::Text(0)),
            cell(2, 1, Content::Number(1.5)),
            cell(2, 27, Content::Text(1)),
        ];
        let of_first = "<row r=\"1\" ht=\"17\" customHeight=\"1\"><c r=\"A1\" s=\"4\" t=\"s\"><v>7</v></c></row>";
        let of_third = "<row r=\"3\" ht=\"17\" customHeight=\"1\"><c r=\"B3\" s=\"4\"><v>1.5</v></c>\
                        <c r=\"AB3\" s=\"4\" t=\"s\"><v>8</v></c></row>";
        for empty in ["<sheetData/>", "<sheetData></sheetData>"] {
            assert_eq!(between(empty, &cells), (format!("A1:AB3 {of_first}{of_third}"), 2));
        }
        let second = "<row r=\"2\" ht=\"9\"><c r=\"A2\"/></row>";
        assert_eq!(
            between(&format!("<sheetData>{second}</sheetData>"), &cells),
            (format!("A1:AB3 {of_first}{second}{of_third}"), 2)
        );
    }

    #[test]
    fn plain_cells_stand_between_those_of_their_row_which_stay() {
        let cells = [0, 1, 2, 3].map(|column| cell(4, column, Content::Text(0)));
        let plain = |reference: &str| format!("<c r=\"{reference}\" s=\"4\" t=\"s\"><v>7</v></c>");
        for (row, expected, texts) in [
            (
                "<row r=\"5\" spans=\"2:2\" ht=\"9\"><c r=\"B5\" s=\"1\"><v>0</v></c></row>",
                format!(
                    "<row r=\"5\" ht=\"9\">{}<c r=\"B5\" s=\"1\"><v>0</v></c>{}{}</row>",
                    plain("A5"),
                    plain("C5"),
                    plain("D5")
                ),
                3,
            ),
            (
                "<row r=\"5\" spans=\"1:5\"><c r=\"A5\"/><c r=\"E5\"/></row>",
                format!(
                    "<row r=\"5\"><c r=\"A5\"/>{}{}{}<c r=\"E5\"/></row>",
                    plain("B5"),
                    plain("C5"),
                    plain("D5")
                ),
                3,
            ),
            (
                "<row r=\"5\" ht=\"9\"/>",
                format!(
                    "<row r=\"5\" ht=\"9\">{}{}{}{}</row>",
                    plain("A5"),
                    plain("B5"),
                    plain("C5"),
                    plain("D5")
                ),
                4,
            ),
        ] {
            let made = between(&format!("<sheetData>{row}</sheetData>"), &cells);
            assert_eq!(made, (format!("A1:D5 {expected}"), texts), "{row}");
        }
    }
}
