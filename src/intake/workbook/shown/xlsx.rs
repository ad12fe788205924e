//! What the sheets of an XLSX show: fonts of styles, runs of shared and inline strings, hidden rows and columns, merged cells.
//! Layout: ECMA-376 part 1, 18.3 and 18.4.

use std::collections::HashMap;
use std::io::{BufReader, Cursor};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::{Shown, kind};
use crate::domain::{Run, RunKind};
use crate::intake::fault::Fault;
use crate::intake::workbook::xml::{attribute, character};
use crate::pipeline::Limits;

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;
type Xml<'z, 'a> = Reader<BufReader<ZipFile<'z, Cursor<&'a [u8]>>>>;
/// Rich strings by their place among the shared ones. Only looked up, never listed.
type Strings = HashMap<usize, Vec<(Option<RunKind>, String)>>;

/// Of each of the worksheets named, in their order.
pub(in crate::intake) fn of_xlsx(bytes: &[u8], names: &[String], limits: &Limits) -> Result<Vec<Shown>, Fault> {
    let mut book = Book::open(bytes)?;
    let fonts = book.fonts()?;
    let strings = book.strings()?;
    let paths = book.sheets()?;
    let of_sheet = |name: &String| {
        let path = paths.iter().find(|(sheet, _)| sheet == name).map(|(_, path)| path);
        let path = path.ok_or_else(|| damaged("xl/workbook.xml"))?;
        sheet(book.xml(path)?.ok_or_else(|| damaged(path))?, &fonts, &strings, limits)
    };
    names.iter().map(of_sheet).collect()
}

fn damaged(part: &str) -> Fault {
    Fault::Unreadable(part.to_owned())
}

struct Book<'a> {
    zip: Zip<'a>,
    /// Path of the part that lists the sheets, and its folder.
    workbook: String,
    folder: String,
}

impl<'a> Book<'a> {
    fn open(bytes: &'a [u8]) -> Result<Book<'a>, Fault> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("zip directory"))?;
        let mut book = Book {
            zip,
            workbook: "xl/workbook.xml".to_owned(),
            folder: "xl/".to_owned(),
        };
        let office = |(kind, target): (String, String)| kind.ends_with("/officeDocument").then_some(target);
        let stated = book.relations("_rels/.rels")?.into_values().find_map(office);
        if let Some(path) = stated {
            book.workbook = path.trim_start_matches('/').to_owned();
            book.folder = book
                .workbook
                .rsplit_once('/')
                .map_or(String::new(), |(folder, _)| format!("{folder}/"));
        }
        Ok(book)
    }

    /// A part by its path, whatever its case and its slashes; None: there is none.
    fn xml(&mut self, path: &str) -> Result<Option<Xml<'_, 'a>>, Fault> {
        let plain = |name: &str| name.replace('\\', "/").to_ascii_lowercase();
        let wanted = plain(path);
        let found = (0..self.zip.len()).find(|at| {
            let name = self.zip.name_for_index(*at).and_then(Result::ok);
            name.is_some_and(|name| plain(&name) == wanted)
        });
        let Some(at) = found else { return Ok(None) };
        let part = self.zip.by_index(at).map_err(|_| damaged(path))?;
        Ok(Some(Reader::from_reader(BufReader::new(part))))
    }

    /// Type and target of the relations of a part, by id.
    fn relations(&mut self, path: &str) -> Result<HashMap<String, (String, String)>, Fault> {
        let mut relations = HashMap::new();
        let Some(mut xml) = self.xml(path)? else {
            return Ok(relations);
        };
        each(&mut xml, path, |event| {
            if let Event::Start(tag) | Event::Empty(tag) = event
                && tag.local_name().as_ref() == "Relationship"
            {
                let value = |name| attribute(tag, name).unwrap_or_default();
                relations.insert(value("Id"), (value("Type"), value("Target")));
            }
            Ok(())
        })?;
        Ok(relations)
    }

    /// Name and path of every sheet.
    fn sheets(&mut self) -> Result<Vec<(String, String)>, Fault> {
        let name = self.workbook.rsplit('/').next().unwrap_or_default();
        let relations = self.relations(&format!("{}_rels/{name}.rels", self.folder))?;
        let (path, folder) = (self.workbook.clone(), self.folder.clone());
        let mut sheets = Vec::new();
        let mut xml = self.xml(&path)?.ok_or_else(|| damaged(&path))?;
        each(&mut xml, &path, |event| {
            let (Event::Start(tag) | Event::Empty(tag)) = event else {
                return Ok(());
            };
            if tag.local_name().as_ref() == "sheet" {
                let ids = tag
                    .attributes()
                    .flatten()
                    .filter(|a| a.key.local_name().as_ref() == "id");
                let targets = ids.filter_map(|id| Some(&relations.get(&*id.value)?.1));
                let path = targets.last().map(|target| match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("{folder}{target}"),
                });
                sheets.extend(attribute(tag, "name").zip(path));
            }
            Ok(())
        })?;
        Ok(sheets)
    }

    /// How the font of each cell format sets text.
    fn fonts(&mut self) -> Result<Vec<RunKind>, Fault> {
        let path = format!("{}styles.xml", self.folder);
        let mut fonts = Vec::new();
        let mut formats = Vec::new();
        let Some(mut xml) = self.xml(&path)? else {
            return Ok(formats);
        };
        let (mut font, mut within) = (Font::default(), "");
        each(&mut xml, &path, |event| {
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = tag.local_name();
                    match name.as_ref() {
                        "fonts" => within = "fonts",
                        "cellXfs" => within = "cellXfs",
                        "font" if within == "fonts" => {
                            font = Font::default();
                            fonts.push(RunKind::Plain);
                        }
                        "xf" if within == "cellXfs" => {
                            let at = attribute(tag, "fontId").and_then(|id| id.parse::<usize>().ok());
                            let kind = at.and_then(|at| fonts.get(at)).copied();
                            formats.push(kind.unwrap_or(RunKind::Plain));
                        }
                        _ if within == "fonts" => {
                            font.property(tag);
                            if let Some(last) = fonts.last_mut() {
                                *last = font.kind();
                            }
                        }
                        _ => {}
                    }
                }
                Event::End(tag) if matches!(tag.local_name().as_ref(), "fonts" | "cellXfs") => within = "",
                _ => {}
            }
            Ok(())
        })?;
        Ok(formats)
    }

    /// The shared strings of several runs.
    fn strings(&mut self) -> Result<Strings, Fault> {
        let path = format!("{}sharedStrings.xml", self.folder);
        let mut strings = Strings::new();
        let Some(mut xml) = self.xml(&path)? else {
            return Ok(strings);
        };
        let (mut at, mut text) = (0, Text::default());
        each(&mut xml, &path, |event| {
            let is_item = |name: &str| name == "si";
            match event {
                Event::Start(tag) if is_item(tag.local_name().as_ref()) => text = Text::default(),
                Event::Empty(tag) if is_item(tag.local_name().as_ref()) => at += 1,
                Event::End(tag) if is_item(tag.local_name().as_ref()) => {
                    let runs = std::mem::take(&mut text).runs;
                    if runs
                        .iter()
                        .any(|(kind, _)| kind.is_some_and(|kind| kind != RunKind::Plain))
                    {
                        strings.insert(at, runs);
                    }
                    at += 1;
                }
                _ => text.take(event),
            }
            Ok(())
        })?;
        Ok(strings)
    }
}

/// Hands every event of a part to `take`.
fn each(xml: &mut Xml<'_, '_>, path: &str, mut take: impl FnMut(&Event<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| damaged(path))? {
            Event::Eof => return Ok(()),
            event => take(&event)?,
        }
    }
}

/// Whether an attribute is there and true.
fn is_set(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
}

/// Whether a row or a column is 0 high or wide, which hides it as well.
fn has_no_size(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).and_then(|size| size.parse::<f64>().ok()) == Some(0.0)
}

/// Properties of a font, as its elements come.
#[derive(Clone, Copy, Default)]
struct Font {
    struck: bool,
    raised: bool,
    lowered: bool,
}

impl Font {
    fn property(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "strike" => self.struck = attribute(tag, "val").is_none() || is_set(tag, "val"),
            "vertAlign" => {
                let value = attribute(tag, "val").unwrap_or_default();
                (self.raised, self.lowered) = (value == "superscript", value == "subscript");
            }
            _ => {}
        }
    }

    fn kind(self) -> RunKind {
        kind(self.struck, self.raised, self.lowered)
    }
}

/// A string under way: its runs, each with how its own font sets it; None: as the cell's font does.
#[derive(Default)]
struct Text {
    runs: Vec<(Option<RunKind>, String)>,
    font: Option<Font>,
    /// Within `rPr`, within `rPh` (how a word is spoken) or within `t`.
    in_font: bool,
    in_phonetic: bool,
    in_text: bool,
    keeps_blanks: bool,
    piece: String,
}

impl Text {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "r" => self.font = None,
                "rPr" => (self.in_font, self.font) = (true, Some(Font::default())),
                "rPh" => self.in_phonetic = true,
                "t" if !self.in_phonetic => {
                    self.in_text = true;
                    self.keeps_blanks = attribute(tag, "xml:space").is_some_and(|value| value == "preserve");
                    self.piece.clear();
                }
                _ => self.property(tag),
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "rPr" => self.font = Some(Font::default()),
            Event::Empty(tag) => self.property(tag),
            Event::End(tag) => match tag.local_name().as_ref() {
                "rPr" => self.in_font = false,
                "rPh" => self.in_phonetic = false,
                "t" if self.in_text => {
                    self.in_text = false;
                    let piece = std::mem::take(&mut self.piece);
                    let trimmed = piece.trim_matches([' ', '\t', '\r', '\n']);
                    let text = escaped(if self.keeps_blanks { &piece } else { trimmed });
                    self.runs.push((self.font.map(Font::kind), text));
                }
                _ => {}
            },
            Event::Text(text) if self.in_text => self.piece.push_str(&text.xml10_content()),
            Event::CData(text) if self.in_text => self.piece.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if self.in_text => self.piece.extend(character(name)),
            _ => {}
        }
    }

    fn property(&mut self, tag: &BytesStart<'_>) {
        if self.in_font
            && let Some(font) = &mut self.font
        {
            font.property(tag);
        }
    }
}

/// `_x000D_` as the character that it stands for.
fn escaped(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let c = code
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        match c {
            Some(c) => {
                plain.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain + rest
}

/// A cell of a sheet under way.
#[derive(Default)]
struct Cell {
    at: (u32, u32),
    font: Option<RunKind>,
    is_shared: bool,
    filled: bool,
    in_value: bool,
    value: String,
}

fn sheet(mut xml: Xml<'_, '_>, fonts: &[RunKind], strings: &Strings, limits: &Limits) -> Result<Shown, Fault> {
    let mut shown = Shown::default();
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut cell: Option<Cell> = None;
    let mut text = Text::default();
    each(&mut xml, "worksheet", |event| {
        match event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "row" => {
                    row = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
                    column = 0;
                    if is_set(tag, "hidden") || has_no_size(tag, "ht") {
                        shown.markings.hidden_rows.insert(row.saturating_sub(1));
                    }
                }
                "c" => {
                    let at = attribute(tag, "r").and_then(|r| reference(&r));
                    let at = at.unwrap_or((row.saturating_sub(1), column));
                    column = at.1 + 1;
                    let style = attribute(tag, "s").and_then(|s| s.parse::<usize>().ok());
                    text = Text::default();
                    cell = matches!(event, Event::Start(_)).then(|| Cell {
                        at,
                        font: fonts.get(style.unwrap_or(0)).copied(),
                        is_shared: attribute(tag, "t").is_some_and(|t| t == "s"),
                        ..Cell::default()
                    });
                }
                "v" => {
                    if let Some(cell) = &mut cell {
                        (cell.in_value, cell.filled) = (matches!(event, Event::Start(_)), true);
                    }
                }
                "is" => {
                    if let Some(cell) = &mut cell {
                        cell.filled = true;
                    }
                }
                "col" if is_set(tag, "hidden") || has_no_size(tag, "width") => {
                    let number = |name| attribute(tag, name).and_then(|n| n.parse::<u32>().ok());
                    if let Some((first, last)) = number("min").zip(number("max")) {
                        shown.hide_columns(first.saturating_sub(1), last.saturating_sub(1), limits.columns);
                    }
                }
                "sheetView" => {
                    let shows = attribute(tag, "showZeros");
                    shown.hides_zeros |= shows.is_some_and(|shows| matches!(shows.as_str(), "0" | "false"));
                }
                "mergeCell" => {
                    let block = attribute(tag, "ref").and_then(|block| {
                        let (first, last) = block.split_once(':')?;
                        reference(first).zip(reference(last))
                    });
                    if let Some((first, last)) = block {
                        shown.merge(first, last);
                    }
                }
                _ => text.take(event),
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" => {
                    if let Some(cell) = &mut cell {
                        cell.in_value = false;
                    }
                }
                "c" => {
                    if let Some(cell) = cell.take().filter(|cell| cell.filled) {
                        let shared = cell.value.trim().parse().ok().filter(|_| cell.is_shared);
                        let runs = match shared {
                            Some(at) => strings.get(&at).map(Vec::as_slice),
                            None => Some(text.runs.as_slice()).filter(|runs| !runs.is_empty()),
                        };
                        let font = cell.font.unwrap_or(RunKind::Plain);
                        let runs = runs.map(|runs| as_runs(runs, font));
                        shown.add(cell.at, runs.as_ref(), font);
                    }
                }
                _ => text.take(event),
            },
            Event::Text(content) => match &mut cell {
                Some(cell) if cell.in_value => {
                    if cell.is_shared {
                        cell.value.push_str(&content.xml10_content());
                    }
                }
                _ => text.take(event),
            },
            _ => text.take(event),
        }
        Ok(())
    })?;
    shown.end_row();
    Ok(shown)
}

fn as_runs(runs: &[(Option<RunKind>, String)], font: RunKind) -> Arc<[Run]> {
    let run = |(kind, text): &(Option<RunKind>, String)| Run {
        text: text.clone(),
        kind: kind.unwrap_or(font),
    };
    runs.iter().map(run).collect()
}

/// Row and column of `AB12`, from 0.
fn reference(text: &str) -> Option<(u32, u32)> {
    let text = text.replace('$', "");
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(split);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let value = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        (value <= 26).then(|| column.saturating_mul(26).saturating_add(value))
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_escapes() {
        for (text, at) in [
            ("A1", Some((0, 0))),
            ("$AB$12", Some((11, 27))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("A0", None),
            ("12", None),
            ("A", None),
            ("É1", None),
        ] {
            assert_eq!(reference(text), at, "{text}");
        }
        assert_eq!(escaped("a_x000D_b_x_y_x00"), "a\rb_x_y_x00");
    }
}
