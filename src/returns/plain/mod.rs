//! The plain cells of a county's sheet: they look as their columns do, and their texts need no escape. Nearly all cells are plain, so they
//! are put straight into the XML of the sheet once the rest of the workbook is made: the library that makes it takes ten times as
//! long for a cell, which it also keeps with a text of its own.

mod cell;
mod rows;

use std::io::{Cursor, Read, Write};

use cell::{Cell, Content, number};
use hashbrown::HashMap;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::text;

/// The part of a workbook with the texts of all its cells.
const TEXTS: &str = "xl/sharedStrings.xml";
/// Numbers of cells with a text, and of different texts, and the end of that part.
const COUNT: &str = " count=\"";
const UNIQUE: &str = " uniqueCount=\"";
const END: &str = "</sst>";
const COUNTED: &str = "a list of texts begins with their numbers";
/// Bytes of a cell in a workbook.
const BYTES: usize = 8;
/// How hard the cells are compressed: a step less than other parts, which takes two thirds of the time for a twentieth more bytes.
const COMPRESSION: i64 = 2;

/// Plain cells of one sheet.
#[derive(Debug, Default)]
pub(super) struct Plain<'a> {
    /// By row, then by column.
    cells: Vec<Cell>,
    /// Each text once, in the order of their first cells.
    texts: Vec<&'a str>,
    places: HashMap<&'a str, u32>,
}

/// Whether a text is written in XML as it is, and keeps its blanks there.
pub(super) fn needs_no_escape(text: &str) -> bool {
    // An underscore may begin what a spreadsheet reads as a character: `_x0041_`.
    let is_plain = |byte: u8| byte >= b' ' && !matches!(byte, b'<' | b'>' | b'&' | b'_');
    text.len() <= text::LONGEST
        && text.bytes().all(is_plain)
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains(['\u{fffe}', '\u{ffff}'])
}

impl<'a> Plain<'a> {
    /// Adds a text that needs no escape, behind all cells before it.
    pub(super) fn text(&mut self, at: (u32, u16), text: &'a str) {
        let next = self.texts.len() as u32;
        let place = *self.places.entry(text).or_insert(next);
        if place == next {
            self.texts.push(text);
        }
        self.add(at, Content::Text(place));
    }

    /// Adds a number, behind all cells before it.
    pub(super) fn number(&mut self, at: (u32, u16), number: f64) {
        self.add(at, Content::Number(number));
    }

    fn add(&mut self, (row, column): (u32, u16), content: Content) {
        self.cells.push(Cell { row, column, content });
    }

    /// The same workbook with these cells on one of its sheets, counted from 1. Cells that the sheet has already stay.
    pub(super) fn added(&self, workbook: Vec<u8>, sheet: usize) -> ZipResult<Vec<u8>> {
        let sheet = format!("xl/worksheets/sheet{sheet}.xml");
        let room = workbook.len() + self.cells.len() * BYTES;
        let mut archive = ZipArchive::new(Cursor::new(workbook))?;
        let texts = part(&mut archive, TEXTS)?;
        let filled = rows::filled(&part(&mut archive, &sheet)?, &self.cells, unique(&texts));
        let texts = self.with_texts(&texts, filled.texts);
        let mut made = ZipWriter::new(Cursor::new(Vec::with_capacity(room)));
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at)?;
            let name = entry.name()?.into_owned();
            let changed = match name.as_str() {
                TEXTS => &texts,
                name if name == sheet => &filled.xml,
                _ => {
                    made.raw_copy_file(entry)?;
                    continue;
                }
            };
            made.start_file(name, options())?;
            made.write_all(changed.as_bytes())?;
        }
        Ok(made.finish()?.into_inner())
    }

    /// The part with the texts, and these behind them; `put` cells have one of these.
    fn with_texts(&self, part: &str, put: usize) -> String {
        let (head, texts) = part.split_once(UNIQUE).expect(COUNTED);
        let (head, count) = head.rsplit_once(COUNT).expect(COUNTED);
        let (_, texts) = texts.split_once('"').expect(COUNTED);
        let texts = texts.strip_suffix(END).expect(COUNTED);
        let count = number(count) as usize + put;
        let all = unique(part) as usize + self.texts.len();
        let own: usize = self.texts.iter().map(|text| text.len() + 20).sum();
        let mut made = String::with_capacity(part.len() + own);
        for piece in [
            head,
            COUNT,
            &count.to_string(),
            "\"",
            UNIQUE,
            &all.to_string(),
            "\"",
            texts,
        ] {
            made.push_str(piece);
        }
        for text in &self.texts {
            made.push_str("<si><t>");
            made.push_str(text);
            made.push_str("</t></si>");
        }
        made.push_str(END);
        made
    }
}

/// How a part is stored, as the library stores others.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(COMPRESSION))
        .unix_permissions(0o600)
        .last_modified_time(DateTime::default())
}

fn part(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> ZipResult<String> {
    let mut xml = String::new();
    archive.by_name(name)?.read_to_string(&mut xml)?;
    Ok(xml)
}

/// How many texts the part has.
fn unique(texts: &str) -> u32 {
    let (_, count) = texts.split_once(UNIQUE).expect(COUNTED);
    number(count)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use rust_xlsxwriter::{Format, Workbook, Worksheet};

    use super::*;

    #[derive(Clone, Debug)]
    enum Put {
        Text(String),
        Number(f64),
    }

    /// A workbook with a heading, and with those of the cells that `own` names.
    fn workbook(cells: &BTreeMap<(u32, u16), Put>, own: impl Fn(&Put) -> bool) -> Vec<u8> {
        let mut sheet = Worksheet::new();
        for column in 0..5 {
            let format = Format::new().set_num_format(if column < 3 { "@" } else { "0.00" });
            sheet.set_column_format(column, &format).unwrap();
        }
        sheet.write_string(0, 0, "heading").unwrap();
        for ((row, column), put) in cells.iter().filter(|(_, put)| own(put)) {
            match put {
                Put::Text(text) => sheet.write_string(*row, *column, text).unwrap(),
                Put::Number(number) => sheet.write_number(*row, *column, *number).unwrap(),
            };
        }
        let mut book = Workbook::new();
        book.push_worksheet(sheet);
        book.save_to_buffer().unwrap()
    }

    /// What the cells of the sheet hold, by their references: texts as they stand in the XML, and numbers.
    fn cells_of(workbook: Vec<u8>) -> BTreeMap<String, String> {
        let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
        let texts = part(&mut archive, TEXTS).unwrap();
        let texts: Vec<&str> = (texts.split("<si>").skip(1))
            .map(|text| text.split_once("</si>").unwrap().0)
            .collect();
        let sheet = part(&mut archive, "xl/worksheets/sheet1.xml").unwrap();
        let cell = |xml: &str| {
            let (place, rest) = xml.split_once('"').unwrap();
            let (head, value) = rest.split_once("<v>").unwrap();
            let (value, _) = value.split_once("</v>").unwrap();
            let held = if head.contains("t=\"s\"") {
                texts[value.parse::<usize>().unwrap()].to_owned()
            } else {
                format!("{:?}", value.parse::<f64>().unwrap())
            };
            (place.to_owned(), held)
        };
        sheet.split("<c r=\"").skip(1).map(cell).collect()
    }

    proptest! {
        #[test]
        fn a_sheet_reads_the_same_whoever_wrote_its_cells(
            cells in prop::collection::btree_map(
                (1..7_u32, 0..5_u16),
                prop_oneof![
                    "\\PC{1,8}".prop_map(Put::Text),
                    "[ <&_x中a-c0-9]{1,6}".prop_map(Put::Text),
                    (-1e9..1e9_f64).prop_map(Put::Number),
                    (-999..999_i32).prop_map(|number| Put::Number(f64::from(number) / 4.0)),
                ],
                0..20,
            ),
        ) {
            let is_plain = |put: &Put| match put {
                Put::Text(text) => needs_no_escape(text),
                Put::Number(_) => true,
            };
            let mut plain = Plain::default();
            for (at, put) in cells.iter().filter(|(_, put)| is_plain(put)) {
                match put {
                    Put::Text(text) => plain.text(*at, text),
                    Put::Number(number) => plain.number(*at, *number),
                }
            }
            let added = plain.added(workbook(&cells, |put| !is_plain(put)), 1).unwrap();
            prop_assert_eq!(cells_of(added), cells_of(workbook(&cells, |_| true)));
        }
    }

    #[test]
    fn texts_that_xml_or_a_spreadsheet_would_change_are_not_plain() {
        for text in ["东直门街道", "1.50", "a b", "第１次", "\u{3000}"] {
            assert!(needs_no_escape(text), "{text}");
        }
        for text in [
            "a<b", "a>b", "R&D", "_x0041_", "a\tb", "a\nb", " a", "a ", "\u{1}", "\u{ffff}",
        ] {
            assert!(!needs_no_escape(text), "{text:?}");
        }
        assert!(!needs_no_escape(&"a".repeat(text::LONGEST + 1)));
    }

    #[test]
    fn the_list_of_texts_has_each_once_and_counts_the_cells() {
        let mut plain = Plain::default();
        for (column, text) in (0..).zip(["a", "b", "a"]) {
            plain.text((0, column), text);
        }
        plain.number((0, 3), 1.0);
        let before = "<sst xmlns=\"x\" count=\"5\" uniqueCount=\"2\"><si><t>c</t></si><si><t>d</t></si></sst>";
        assert_eq!(
            plain.with_texts(before, 3),
            "<sst xmlns=\"x\" count=\"8\" uniqueCount=\"4\"><si><t>c</t></si><si><t>d</t></si><si><t>a</t></si><si><t>b</t></si></sst>"
        );
    }
}
