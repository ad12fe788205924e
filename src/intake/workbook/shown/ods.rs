//! What the sheets of an OpenDocument spreadsheet show, once it is known to keep the limits. Elements and attributes: OpenDocument 1.3 part 3, 9 and 16 to 20.

mod cell;
mod cells;
mod conditions;
mod formats;
mod styles;

use std::collections::HashMap;
use std::io::{BufReader, Cursor};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::conditional::{Block, Change, Conditional, Test};
use super::number_format::NumberFormat;
use super::sheet::Shown;
use crate::domain::{RunKind, Unseen};
use crate::intake::fault::Fault;
use crate::intake::workbook::xml::{attribute, character};
use crate::pipeline::Limits;
use cell::{Cell, Filled};
use conditions::{block, test};
use formats::{Coded, Digits, LARGEST, MOST_DIGITS, is_span, is_style_of_numbers, number, part_of_day, quoted};
use styles::Styles;

/// Of each table, in the order of the document.
pub(in crate::intake) fn of_ods(bytes: &[u8], limits: &Limits) -> Result<Vec<Shown>, Fault> {
    let mut walk = Walk::new(limits);
    for part in ["styles.xml", "content.xml"] {
        let damaged = || Fault::Unreadable(part.to_owned());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        let Ok(content) = archive.by_name(part) else { continue };
        let mut reader = Reader::from_reader(BufReader::new(content));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|_| damaged())? {
                Event::Eof => break,
                event => walk.take(&event),
            }
        }
    }
    if hides_zeros(bytes) {
        walk.sheets.iter_mut().for_each(|sheet| sheet.hides_zeros = true);
    }
    Ok(walk.sheets)
}

/// Whether the settings of the document say that its sheets show no zeros. Settings that cannot be read say nothing.
fn hides_zeros(bytes: &[u8]) -> bool {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return false;
    };
    let Ok(settings) = archive.by_name("settings.xml") else {
        return false;
    };
    let mut reader = Reader::from_reader(BufReader::new(settings));
    let (mut buffer, mut is_asked) = (Vec::new(), false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Err(_) | Ok(Event::Eof) => return false,
            Ok(Event::Start(tag)) => {
                is_asked = attribute(&tag, "config:name").is_some_and(|name| name == "ShowZeroValues");
            }
            Ok(Event::Text(text)) if is_asked && text.xml10_content().trim() == "false" => return true,
            Ok(Event::End(_)) => is_asked = false,
            Ok(_) => {}
        }
    }
}

struct Walk<'a> {
    limits: &'a Limits,
    sheets: Vec<Shown>,
    styles: Styles,
    /// Number formats by name, each as a program writes it in other files; and those that say something, once all are known.
    codes: HashMap<String, Coded>,
    formats: HashMap<String, Option<Arc<NumberFormat>>>,
    /// The number format under way, and its name.
    number: Option<(String, Coded)>,
    in_number_text: bool,
    /// The digits under way, and the place of the text among them that is open.
    digits: Option<Digits>,
    embedded: Option<usize>,
    row: (u64, u64),
    column: (u64, u64),
    columns_declared: u64,
    /// Styles of columns: first column, how many, style.
    column_styles: Vec<(u64, u64, String)>,
    row_style: Option<String>,
    /// Cells of the row under way that hold something.
    filled: Vec<Filled>,
    cell: Option<Cell>,
    /// Within a note on a cell, whose text is none of the cell's.
    annotations: usize,
    /// The cells of the conditional format under way.
    blocks: Vec<Block>,
}

impl<'a> Walk<'a> {
    fn new(limits: &'a Limits) -> Walk<'a> {
        Walk {
            limits,
            sheets: Vec::new(),
            styles: Styles::default(),
            codes: HashMap::new(),
            formats: HashMap::new(),
            number: None,
            in_number_text: false,
            digits: None,
            embedded: None,
            row: (0, 0),
            column: (0, 0),
            columns_declared: 0,
            column_styles: Vec::new(),
            row_style: None,
            filled: Vec::new(),
            cell: None,
            annotations: 0,
            blocks: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag, false),
            Event::Empty(tag) => self.open(tag, true),
            Event::End(tag) => self.close(tag.name().as_ref()),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(name) => {
                if let Some(c) = character(name) {
                    self.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, empty: bool) {
        match tag.name().as_ref() {
            "style:style" => self.styles.begin(tag, empty),
            "style:text-properties" if self.number.is_some() => self.colour(tag),
            "style:text-properties" => self.styles.text_properties(tag),
            "style:table-cell-properties" => self.styles.background(tag),
            "style:table-column-properties" => self.styles.size(tag, "style:column-width"),
            "style:table-row-properties" => self.styles.size(tag, "style:row-height"),
            name if is_style_of_numbers(name) => {
                let coded = Coded {
                    code: if is_span(tag) { "[h]".to_owned() } else { String::new() },
                    is_other: tag
                        .attributes()
                        .flatten()
                        .any(|own| own.key.0.contains("transliteration")),
                    ..Coded::default()
                };
                self.number = attribute(tag, "style:name").map(|name| (name, coded));
            }
            "number:number" => {
                self.digits = Some(Digits::of(tag));
                if empty {
                    self.end_digits();
                }
            }
            "number:embedded-text" => {
                self.embedded = Some(number(tag, "number:position", 0).min(MOST_DIGITS) as usize).filter(|_| !empty);
            }
            "number:text" | "number:currency-symbol" => self.in_number_text = !empty,
            // The blanks of an accountant's column, and a blank as wide as a character.
            "number:fill-character" | "loext:blank-width-char" => {}
            "number:text-content" => {
                if let Some((_, coded)) = &mut self.number {
                    coded.code.push('@');
                }
            }
            "style:map" => self.instead(tag),
            name if name.starts_with("number:") => {
                if let Some((_, coded)) = &mut self.number {
                    match part_of_day(name, tag) {
                        Some(part) => coded.code += part,
                        None => coded.is_other = true,
                    }
                }
            }
            "table:table" => {
                self.sheets.push(Shown::default());
                (self.row, self.columns_declared) = ((0, 0), 0);
                self.column_styles.clear();
            }
            "table:table-column" => self.columns(tag),
            "table:table-row" => self.begin_row(tag),
            name @ ("table:table-cell" | "table:covered-table-cell") => self.begin_cell(tag, name, empty),
            "office:annotation" if !empty => self.annotations += 1,
            "text:p" | "text:h" => {
                if let Some(cell) = self.cell.as_mut().filter(|_| self.annotations == 0) {
                    if cell.paragraphs > 0 {
                        cell.push("\n");
                    }
                    cell.paragraphs += 1;
                    cell.in_paragraph = !empty;
                }
            }
            "text:span" if !empty => {
                let name = attribute(tag, "text:style-name");
                self.begin_span(name.map(|name| format!("text/{name}")));
            }
            // How a word is spoken stands above it.
            "text:ruby-text" if !empty => {
                if let Some(cell) = &mut self.cell {
                    cell.spans.push(RunKind::Superscript);
                }
            }
            "calcext:conditional-format" => {
                let cells = attribute(tag, "calcext:target-range-address").unwrap_or_default();
                self.blocks = cells.split_ascii_whitespace().filter_map(block).collect();
            }
            "calcext:condition" => self.condition(tag),
            "text:s" => {
                let count = number(tag, "text:c", 1).min(self.limits.cell_bytes as u64);
                self.text(&" ".repeat(count as usize));
            }
            "text:tab" => self.text("\t"),
            "text:line-break" => self.text("\n"),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "style:style" => self.styles.end(),
            "number:text" | "number:currency-symbol" => self.in_number_text = false,
            "number:embedded-text" => self.embedded = None,
            "number:number" => self.end_digits(),
            name if is_style_of_numbers(name) => {
                if let Some((name, coded)) = self.number.take() {
                    self.codes.insert(name, coded);
                }
            }
            "table:table-row" => self.end_row(),
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    self.end_cell(cell);
                }
            }
            "office:annotation" => self.annotations = self.annotations.saturating_sub(1),
            "text:p" | "text:h" => {
                if let Some(cell) = self.cell.as_mut().filter(|_| self.annotations == 0) {
                    cell.in_paragraph = false;
                }
            }
            "text:span" | "text:ruby-text" => {
                if let Some(cell) = &mut self.cell {
                    cell.spans.pop();
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_number_text {
            if let Some((_, coded)) = &mut self.number {
                coded.code += &quoted(text);
            }
        } else if let (Some(behind), Some(digits)) = (self.embedded, &mut self.digits) {
            digits.texts.entry(behind).or_default().push_str(text);
        } else if let Some(cell) = self
            .cell
            .as_mut()
            .filter(|cell| cell.in_paragraph && self.annotations == 0)
        {
            cell.push(text);
        }
    }

    /// A part of a cell's text begins; without a style it is set as what stands around it.
    fn begin_span(&mut self, style: Option<String>) {
        let Some(cell) = &mut self.cell else { return };
        let outer = cell.spans.last().copied().unwrap_or(RunKind::Plain);
        let Some(style) = style else {
            cell.spans.push(outer);
            return;
        };
        let look = self.styles.look(&style, cell.look);
        let is_hidden = self
            .styles
            .hides(&style)
            .unwrap_or(outer == RunKind::Unseen(Unseen::Hidden));
        let kind = match (look.unseen(), outer) {
            _ if is_hidden => RunKind::Unseen(Unseen::Hidden),
            (Some(why), _) => RunKind::Unseen(why),
            (None, RunKind::Unseen(_)) => self.styles.kind(&style).unwrap_or(RunKind::Plain),
            (None, outer) => self.styles.kind(&style).unwrap_or(outer),
        };
        cell.spans.push(kind);
    }

    /// A condition under which cells of the sheet have another style.
    fn condition(&mut self, tag: &BytesStart<'_>) {
        let style = attribute(tag, "calcext:apply-style-name").unwrap_or_default();
        let change = self.styles.change(&format!("table-cell/{style}"));
        let test = attribute(tag, "calcext:value").map_or(Test::Unknown, |value| test(&value));
        if let Some(sheet) = self.sheets.last_mut()
            && change != Change::default()
        {
            sheet.conditionals.add(Conditional {
                blocks: self.blocks.clone(),
                test,
                change,
            });
        }
    }
}

impl Walk<'_> {
    /// The number format that a style names.
    fn format(&mut self, style: &str) -> Option<Arc<NumberFormat>> {
        let name = self.styles.number_format(style)?;
        if let Some(known) = self.formats.get(name) {
            return known.clone();
        }
        let format = self.code(name).and_then(|code| NumberFormat::of(&code)).map(Arc::new);
        self.formats.insert(name.to_owned(), format.clone());
        format
    }

    /// Whether a style has no number format, or that of numbers as they are.
    fn shows_numbers_as_they_are(&self, style: &str) -> bool {
        let format = self.styles.number_format(style).and_then(|name| self.codes.get(name));
        format.is_none_or(|format| format.code == "General" && !format.is_other && format.instead.is_empty())
    }

    /// A number format with those that take its place for some numbers before it, as sections of one format.
    fn code(&self, name: &str) -> Option<String> {
        let main = self.codes.get(name).filter(|main| !main.is_other)?;
        let conditions: Vec<&str> = main.instead.iter().map(|(condition, _)| condition.as_str()).collect();
        // Of positive numbers, negative ones and zero, in this order, or of all that are no text: other files write the sections alone.
        let are_usual = match conditions[..] {
            [all] if all.starts_with(LARGEST) => true,
            _ => matches!(conditions[..], [">=0"] | [">0", "<0"] | [">0", "<0", "=0"]),
        };
        let mut code = String::new();
        for (condition, other) in &main.instead {
            let other = self.codes.get(other).filter(|other| !other.is_other)?;
            if !are_usual {
                code += &format!("[{condition}]");
            }
            code += &format!("{};", other.code);
        }
        Some(code + &main.code)
    }

    fn instead(&mut self, tag: &BytesStart<'_>) {
        let other = attribute(tag, "style:apply-style-name");
        let condition = attribute(tag, "style:condition").and_then(|condition| {
            let condition = condition.trim().strip_prefix("value()")?;
            Some(condition.replace("!=", "<>"))
        });
        if let Some((_, coded)) = &mut self.number
            && let Some(instead) = condition.zip(other).filter(|_| coded.instead.len() < 3)
        {
            coded.instead.push(instead);
        }
    }

    /// A colour of numbers, by which a program may show that they are negative.
    fn colour(&mut self, tag: &BytesStart<'_>) {
        if let Some((_, coded)) = &mut self.number
            && attribute(tag, "fo:color").is_some()
        {
            coded.code.insert_str(0, "[Color]");
        }
    }

    fn end_digits(&mut self) {
        if let (Some(digits), Some((_, coded))) = (self.digits.take(), &mut self.number) {
            coded.code += &digits.code();
        }
    }
}
