//! What the sheets of an XLSX show: fonts of styles, runs of shared and inline strings, hidden rows and columns, merged cells.
//! Layout: ECMA-376 part 1, 18.3 and 18.4.

mod styles;

use std::collections::HashMap;
use std::io::{BufReader, Cursor};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::read::ZipFile;

pub(super) use self::styles::indexed;
use self::styles::{Colours, Font, Format, Styles};
use super::Shown;
use super::conditional::{Block, Comparison, Conditional, Test};
use super::look::Back;
use crate::domain::{Run, RunKind};
use crate::intake::fault::Fault;
use crate::intake::workbook::xml::{attribute, character};
use crate::pipeline::Limits;

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;
type Xml<'z, 'a> = Reader<BufReader<ZipFile<'z, Cursor<&'a [u8]>>>>;
/// Rich strings by their place among the shared ones. Only looked up, never listed.
type Strings = HashMap<usize, Vec<(Option<Font>, String)>>;

/// Whether the styles of a workbook may make what its cells hold invisible.
pub(in crate::intake) fn may_hide(bytes: &[u8]) -> Result<bool, Fault> {
    let styles = Styles::read(&mut Book::open(bytes)?)?;
    Ok(styles.hides() || styles.hides_conditionally())
}

/// Of each of the worksheets named, in their order.
pub(in crate::intake) fn of_xlsx(bytes: &[u8], names: &[String], limits: &Limits) -> Result<Vec<Shown>, Fault> {
    let mut book = Book::open(bytes)?;
    let styles = Styles::read(&mut book)?;
    let strings = book.strings(styles.colours())?;
    let paths = book.sheets()?;
    let of_sheet = |name: &String| {
        let path = paths.iter().find(|(sheet, _)| sheet == name).map(|(_, path)| path);
        let path = path.ok_or_else(|| damaged("xl/workbook.xml"))?;
        let tables = book.tables(path)?;
        let xml = book.xml(path)?.ok_or_else(|| damaged(path))?;
        let mut shown = Walk::new(&styles, &strings, limits).sheet(xml)?;
        shown.tables = tables;
        Ok(shown)
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

    /// The shared strings of several runs.
    fn strings(&mut self, colours: &Colours) -> Result<Strings, Fault> {
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
                    if runs.iter().any(|(font, _)| font.is_some()) {
                        strings.insert(at, runs);
                    }
                    at += 1;
                }
                _ => text.take(event, colours),
            }
            Ok(())
        })?;
        Ok(strings)
    }

    /// The cells of a sheet's tables whose style gives them a colour of its own. The light ones of the program leave rows white.
    fn tables(&mut self, sheet: &str) -> Result<Vec<Block>, Fault> {
        let (folder, name) = sheet.rsplit_once('/').unwrap_or(("", sheet));
        let relations = self.relations(&format!("{folder}/_rels/{name}.rels"))?;
        let mut paths: Vec<String> = relations
            .into_values()
            .filter(|(kind, _)| kind.ends_with("/table"))
            .map(|(_, target)| resolved(folder, &target))
            .collect();
        paths.sort_unstable();
        let mut tables = Vec::new();
        for path in paths {
            let Some(mut xml) = self.xml(&path)? else { continue };
            let (mut cells, mut is_coloured) = (None, false);
            each(&mut xml, &path, |event| {
                if let Event::Start(tag) | Event::Empty(tag) = event {
                    match tag.local_name().as_ref() {
                        "table" => cells = attribute(tag, "ref").and_then(|cells| block(&cells)),
                        "tableStyleInfo" => {
                            let style = attribute(tag, "name").unwrap_or_default();
                            is_coloured = !style.is_empty() && !style.starts_with("TableStyleLight");
                        }
                        _ => {}
                    }
                }
                Ok(())
            })?;
            tables.extend(cells.filter(|_| is_coloured));
        }
        Ok(tables)
    }
}

/// The path of a part that another one in a folder names.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let (mut folder, mut target) = (folder, target);
    while let Some(rest) = target.strip_prefix("../") {
        (folder, target) = (folder.rsplit_once('/').map_or("", |(outer, _)| outer), rest);
    }
    if folder.is_empty() {
        target.to_owned()
    } else {
        format!("{folder}/{target}")
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

/// A string under way: its runs, each with how its own font sets it; None: as the cell's font does.
#[derive(Default)]
struct Text {
    runs: Vec<(Option<Font>, String)>,
    font: Option<Font>,
    /// Within `rPr`, within `rPh` (how a word is spoken) or within `t`.
    in_font: bool,
    in_phonetic: bool,
    in_text: bool,
    keeps_blanks: bool,
    piece: String,
}

impl Text {
    fn take(&mut self, event: &Event<'_>, colours: &Colours) {
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
                _ => self.property(tag, colours),
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "rPr" => self.font = Some(Font::default()),
            Event::Empty(tag) => self.property(tag, colours),
            Event::End(tag) => match tag.local_name().as_ref() {
                "rPr" => self.in_font = false,
                "rPh" => self.in_phonetic = false,
                "t" if self.in_text => {
                    self.in_text = false;
                    let piece = std::mem::take(&mut self.piece);
                    let trimmed = piece.trim_matches([' ', '\t', '\r', '\n']);
                    let text = escaped(if self.keeps_blanks { &piece } else { trimmed });
                    self.runs.push((self.font, text));
                }
                _ => {}
            },
            Event::Text(text) if self.in_text => self.piece.push_str(&text.xml10_content()),
            Event::CData(text) if self.in_text => self.piece.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if self.in_text => self.piece.extend(character(name)),
            _ => {}
        }
    }

    fn property(&mut self, tag: &BytesStart<'_>, colours: &Colours) {
        if self.in_font
            && let Some(font) = &mut self.font
        {
            font.property(tag, colours);
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
    format: Option<Format>,
    is_shared: bool,
    filled: bool,
    in_value: bool,
    value: String,
}

/// A conditional format under way: its cells, its number among the styles, what it asks, and its formulas.
#[derive(Default)]
struct Rule {
    style: Option<usize>,
    kind: String,
    operator: String,
    formulas: Vec<String>,
    in_formula: bool,
}

impl Rule {
    fn test(&self) -> Test {
        let formula = |at: usize| self.formulas.get(at).map_or("", String::as_str);
        match (self.kind.as_str(), self.operator.as_str()) {
            ("cellIs", "between") => Test::between(formula(0), formula(1), true),
            ("cellIs", "notBetween") => Test::between(formula(0), formula(1), false),
            ("cellIs", operator) => {
                let comparison = match operator {
                    "lessThan" => Comparison::Less,
                    "lessThanOrEqual" => Comparison::AtMost,
                    "greaterThan" => Comparison::More,
                    "greaterThanOrEqual" => Comparison::AtLeast,
                    "equal" => Comparison::Equal,
                    "notEqual" => Comparison::Unequal,
                    _ => return Test::Unknown,
                };
                Test::compared(comparison, formula(0))
            }
            ("expression", _) => Test::of_formula(formula(0)),
            ("containsErrors" | "containsBlanks", _) => Test::Never,
            ("notContainsErrors" | "notContainsBlanks", _) => Test::Always,
            _ => Test::Unknown,
        }
    }
}

/// The cells of one sheet under way.
struct Walk<'a> {
    styles: &'a Styles,
    strings: &'a Strings,
    limits: &'a Limits,
    /// A conditional format may make something invisible, so how each cell is set is needed.
    keeps_looks: bool,
    shown: Shown,
    row: u32,
    column: u32,
    cell: Option<Cell>,
    text: Text,
    /// The cells of the conditional formats under way.
    blocks: Vec<Block>,
    rule: Option<Rule>,
}

impl<'a> Walk<'a> {
    fn new(styles: &'a Styles, strings: &'a Strings, limits: &'a Limits) -> Walk<'a> {
        Walk {
            styles,
            strings,
            limits,
            keeps_looks: styles.hides_conditionally(),
            shown: Shown::default(),
            row: 0,
            column: 0,
            cell: None,
            text: Text::default(),
            blocks: Vec::new(),
            rule: None,
        }
    }

    fn sheet(mut self, mut xml: Xml<'_, '_>) -> Result<Shown, Fault> {
        each(&mut xml, "worksheet", |event| {
            self.take(event);
            Ok(())
        })?;
        self.shown.end_row();
        Ok(self.shown)
    }

    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) | Event::Empty(tag) => self.open(event, tag),
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" => self.cell.iter_mut().for_each(|cell| cell.in_value = false),
                "c" => self.end_cell(),
                "formula" => self.rule.iter_mut().for_each(|rule| rule.in_formula = false),
                "cfRule" => self.end_rule(),
                _ => self.text.take(event, self.styles.colours()),
            },
            Event::Text(content) => match (&mut self.cell, &mut self.rule) {
                (Some(cell), _) if cell.in_value => {
                    if cell.is_shared {
                        cell.value.push_str(&content.xml10_content());
                    }
                }
                (_, Some(rule)) if rule.in_formula => {
                    rule.formulas
                        .last_mut()
                        .into_iter()
                        .for_each(|last| last.push_str(&content.xml10_content()));
                }
                _ => self.text.take(event, self.styles.colours()),
            },
            _ => self.text.take(event, self.styles.colours()),
        }
    }

    fn open(&mut self, event: &Event<'_>, tag: &BytesStart<'_>) {
        let is_start = matches!(event, Event::Start(_));
        match tag.local_name().as_ref() {
            "row" => {
                self.row = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(self.row + 1);
                self.column = 0;
                if is_set(tag, "hidden") || has_no_size(tag, "ht") {
                    self.shown.hide_row(self.row.saturating_sub(1));
                }
            }
            "c" => {
                let at = attribute(tag, "r").and_then(|r| reference(&r));
                let at = at.unwrap_or((self.row.saturating_sub(1), self.column));
                self.column = at.1 + 1;
                let style = attribute(tag, "s").and_then(|s| s.parse::<usize>().ok());
                self.text = Text::default();
                self.cell = is_start.then(|| Cell {
                    at,
                    format: self.styles.format(style.unwrap_or(0)),
                    is_shared: attribute(tag, "t").is_some_and(|t| t == "s"),
                    ..Cell::default()
                });
            }
            "v" => {
                let cell = self.cell.iter_mut();
                cell.for_each(|cell| (cell.in_value, cell.filled) = (is_start, true));
            }
            "is" => self.cell.iter_mut().for_each(|cell| cell.filled = true),
            "col" if is_set(tag, "hidden") || has_no_size(tag, "width") => {
                let number = |name| attribute(tag, name).and_then(|n| n.parse::<u32>().ok());
                if let Some((first, last)) = number("min").zip(number("max")) {
                    let first = first.saturating_sub(1);
                    self.shown
                        .hide_columns(first, last.saturating_sub(1), self.limits.columns);
                }
            }
            "sheetView" => {
                let shows = attribute(tag, "showZeros");
                self.shown.hides_zeros |= shows.is_some_and(|shows| matches!(shows.as_str(), "0" | "false"));
            }
            "mergeCell" => {
                if let Some((first, last)) = attribute(tag, "ref").and_then(|cells| block(&cells)) {
                    self.shown.merge(first, last);
                }
            }
            "conditionalFormatting" => {
                let cells = attribute(tag, "sqref").unwrap_or_default();
                self.blocks = cells.split_ascii_whitespace().filter_map(block).collect();
            }
            "cfRule" => {
                let value = |name| attribute(tag, name).unwrap_or_default();
                self.rule = Some(Rule {
                    style: value("dxfId").parse().ok(),
                    kind: value("type"),
                    operator: value("operator"),
                    ..Rule::default()
                });
                if !is_start {
                    self.end_rule();
                }
            }
            "formula" if is_start => {
                if let Some(rule) = &mut self.rule {
                    rule.in_formula = true;
                    rule.formulas.push(String::new());
                }
            }
            _ => self.text.take(event, self.styles.colours()),
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take().filter(|cell| cell.filled) else {
            return;
        };
        let shared = cell.value.trim().parse().ok().filter(|_| cell.is_shared);
        let runs = match shared {
            Some(at) => self.strings.get(&at).map(Vec::as_slice),
            None => Some(self.text.runs.as_slice()),
        };
        let runs = runs.filter(|runs| runs.iter().any(|(font, _)| font.is_some()));
        let runs = runs.map(|runs| as_runs(runs, cell.format));
        let own = cell.format.map_or(RunKind::Plain, |format| format.kind);
        self.shown.add(cell.at, runs.as_ref(), own);
        let look = cell.format.map(|format| format.look);
        let look = look.filter(|look| self.keeps_looks || look.unseen().is_some());
        self.shown.looks.extend(look.map(|look| (cell.at, look)));
    }

    fn end_rule(&mut self) {
        let Some(rule) = self.rule.take() else { return };
        if let Some(change) = rule.style.and_then(|number| self.styles.change(number)) {
            self.shown.conditionals.add(Conditional {
                blocks: self.blocks.clone(),
                test: rule.test(),
                change,
            });
        }
    }
}

/// The parts of a text; those without a font of their own are set as the cell is.
fn as_runs(runs: &[(Option<Font>, String)], format: Option<Format>) -> Arc<[Run]> {
    let back = format.map_or(Back::Paper, |format| format.look.back);
    let own = format.map_or(RunKind::Plain, |format| match format.look.unseen() {
        Some(why) => RunKind::Unseen(why),
        None => format.kind,
    });
    let run = |(font, text): &(Option<Font>, String)| Run {
        text: text.clone(),
        kind: font.map_or(own, |font| font.kind_before(back)),
    };
    runs.iter().map(run).collect()
}

/// First and last cell of `A1:C3`, or of a single one.
fn block(text: &str) -> Option<Block> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    reference(first).zip(reference(last))
}

/// Row and column of `AB12`, from 0.
pub(super) fn reference(text: &str) -> Option<(u32, u32)> {
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
