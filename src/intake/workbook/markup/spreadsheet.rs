//! SpreadsheetML 2003: the sheets of a workbook in one XML file. Element and attribute names: [MS-OI29500] and Microsoft's
//! “XML Spreadsheet Reference” of Office XP.

use std::collections::HashMap;
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::cell::Cell;
use super::placed::{Page, Placed, held};
use crate::domain::{Held, RunKind};
use crate::intake::fault::Fault;
use crate::intake::percent;
use crate::intake::sheet::Sheet;
use crate::intake::workbook::rows::Left;
use crate::intake::workbook::shown::NumberFormat;
use crate::intake::workbook::shown::look::{BLACK, Back, Look, of_css};
use crate::intake::workbook::value::{Value, days_of_span};
use crate::intake::workbook::xml::character;
use crate::pipeline::Limits;

/// Elements within one another in a cell's text.
const DEEP: usize = 100;
/// Days by which a spreadsheet program writes 0 and 1.
const FIRST_DAYS: [&str; 2] = ["1899-12-31", "1900-01-01"];
/// Formats that are remembered, as many as a spreadsheet program allows.
const STYLES: usize = 65_536;

pub(super) fn read(text: &str, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    let mut reader = Reader::from_str(text);
    let mut walk = Walk::new(limits);
    let mut depth = 0_usize;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| Fault::Unreadable(format!("XML, {error}")))?;
        match event {
            Event::Start(tag) => {
                depth += 1;
                walk.open(&tag, false)?;
            }
            Event::Empty(tag) => walk.open(&tag, true)?,
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                walk.close(local(tag.name().0))?;
            }
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let c = character(&name).ok_or_else(|| Fault::Unreadable("XML with an unknown entity".to_owned()))?;
                walk.text(c.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(Fault::Unreadable("XML with a document type".to_owned())),
            Event::Eof if depth > 0 => return Err(Fault::Unreadable("XML that ends too early".to_owned())),
            Event::Eof => return walk.finish(),
            _ => {}
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A format of cells.
#[derive(Clone, Default)]
struct Format {
    percent: bool,
    number: Option<Arc<NumberFormat>>,
    struck: bool,
    look: Look,
}

/// Attributes of rows, columns and cells.
#[derive(Default)]
struct Attributes {
    /// From 1; None: the next one.
    index: Option<u32>,
    span: u32,
    across: u32,
    down: u32,
    hidden: bool,
    style: Option<String>,
    formula: Option<String>,
    name: Option<String>,
    kind: Option<String>,
}

impl Attributes {
    fn of(tag: &BytesStart<'_>) -> Attributes {
        let mut read = Attributes::default();
        for attribute in tag.attributes().with_checks(false).flatten() {
            let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
                continue;
            };
            let number = || value.trim().parse::<u32>().unwrap_or(0);
            match local(attribute.key.0) {
                "Index" => read.index = Some(number()),
                "Span" => read.span = number(),
                "MergeAcross" => read.across = number(),
                "MergeDown" => read.down = number(),
                "Hidden" => read.hidden = value.trim() == "1",
                "StyleID" | "ID" => read.style = Some(value.into_owned()),
                "Formula" => read.formula = Some(value.into_owned()),
                "Name" => read.name = Some(value.into_owned()),
                "Type" => read.kind = Some(value.into_owned()),
                _ => {}
            }
        }
        read
    }
}

/// The cell under way.
struct Open {
    cell: Cell,
    column: u32,
    /// Row and column of the last cell that it stretches over.
    last: (u32, u32),
    format: Format,
    formula: Option<String>,
    kind: String,
    /// How the text under way is set, by element; None: no `Data` is open.
    kinds: Option<Vec<Option<RunKind>>>,
}

struct Walk<'a> {
    limits: &'a Limits,
    formats: HashMap<String, Format>,
    /// The format being defined.
    format: Option<(String, Format)>,
    pages: Vec<Page>,
    columns: HashMap<u32, String>,
    /// The next row and column, from 0.
    row: u32,
    column: u32,
    next_column: u32,
    row_style: Option<String>,
    row_span: u32,
    cell: Option<Open>,
    /// A note on a cell is open: its text is none of the cell's.
    in_comment: bool,
    in_visible: bool,
    cells: u64,
    steps: u64,
}

impl<'a> Walk<'a> {
    fn new(limits: &'a Limits) -> Walk<'a> {
        Walk {
            limits,
            formats: HashMap::new(),
            format: None,
            pages: Vec::new(),
            columns: HashMap::new(),
            row: 0,
            column: 0,
            next_column: 0,
            row_style: None,
            row_span: 0,
            cell: None,
            in_comment: false,
            in_visible: false,
            cells: 0,
            steps: 0,
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, empty: bool) -> Result<(), Fault> {
        let name = tag.name();
        let name = local(name.0);
        let open_look = self.cell.as_ref().map(|open| open.format.look).unwrap_or_default();
        if let Some(kinds) = self.cell.as_mut().and_then(|open| open.kinds.as_mut()) {
            if !empty && !self.in_comment {
                Fault::unless_within(kinds.len() as u64, DEEP as u64, "levels of nesting")?;
                kinds.push(kind(name).or_else(|| of_font(name, tag, open_look)));
            }
            return Ok(());
        }
        match name {
            "Style" => {
                let id = Attributes::of(tag).style.unwrap_or_default();
                // Text is black, unless its font says otherwise.
                let look = Look {
                    colour: Some(BLACK),
                    ..Look::default()
                };
                self.format = Some((
                    id,
                    Format {
                        look,
                        ..Format::default()
                    },
                ));
                if empty {
                    self.close("Style")?;
                }
            }
            "NumberFormat" | "Font" | "Interior" => self.describe(name, tag),
            "Worksheet" => self.start_sheet(Attributes::of(tag).name.unwrap_or_default())?,
            "Visible" => self.in_visible = !empty,
            "DoNotDisplayZeros" => {
                if let Some(page) = self.pages.last_mut() {
                    page.shown.hides_zeros = true;
                }
            }
            "Column" => self.start_column(Attributes::of(tag))?,
            "Row" => {
                self.start_row(Attributes::of(tag))?;
                if empty {
                    self.close("Row")?;
                }
            }
            "Comment" => self.in_comment = !empty,
            "Cell" => {
                self.start_cell(Attributes::of(tag))?;
                if empty {
                    self.close("Cell")?;
                }
            }
            "Data" if !empty && !self.in_comment => {
                if let Some(open) = &mut self.cell {
                    open.kind = Attributes::of(tag).kind.unwrap_or_default();
                    open.kinds = Some(Vec::new());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Fault> {
        if let Some(open) = &mut self.cell
            && let Some(kinds) = &mut open.kinds
        {
            if kinds.pop().is_none() {
                open.kinds = None;
            }
            return Ok(());
        }
        match name {
            "Style" => {
                if let Some((id, format)) = self.format.take()
                    && self.formats.len() < STYLES
                {
                    self.formats.insert(id, format);
                }
            }
            "Visible" => self.in_visible = false,
            "Comment" => self.in_comment = false,
            "Row" => {
                self.row = self.row.saturating_add(1).saturating_add(self.row_span);
                (self.row_span, self.next_column) = (0, 0);
            }
            "Cell" => self.end_cell(),
            _ => {}
        }
        Ok(())
    }

    fn describe(&mut self, element: &str, tag: &BytesStart<'_>) {
        let Some((_, format)) = &mut self.format else { return };
        for attribute in tag.attributes().with_checks(false).flatten() {
            let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
                continue;
            };
            match local(attribute.key.0) {
                "Format" => {
                    format.percent = percent::is_percent(&value) || value == "Percent";
                    format.number = NumberFormat::of(&value).map(Arc::new);
                }
                "StrikeThrough" => format.struck = value == "1",
                "Color" if element == "Font" => format.look.colour = of_css(&value),
                "Size" if element == "Font" => format.look.size = value.parse().ok(),
                "Color" if format.look.back != Back::Unknown => {
                    format.look.back = of_css(&value).map_or(Back::Unknown, Back::Colour);
                }
                "Pattern" if !matches!(&*value, "Solid" | "None") => format.look.back = Back::Unknown,
                _ => {}
            }
        }
    }

    fn start_sheet(&mut self, name: String) -> Result<(), Fault> {
        let page = Page {
            name,
            ..Page::default()
        };
        self.pages.push(page);
        self.columns.clear();
        (self.row, self.column, self.next_column) = (0, 0, 0);
        Fault::unless_within(self.pages.len() as u64, self.limits.sheets as u64, "sheets")
    }

    fn start_column(&mut self, attributes: Attributes) -> Result<(), Fault> {
        let first = attributes.index.map_or(self.column, |index| index.saturating_sub(1));
        let last = first.saturating_add(attributes.span).min(self.limits.columns as u32);
        self.step(u64::from(last.saturating_sub(first)))?;
        if let Some(page) = self.pages.last_mut().filter(|_| attributes.hidden) {
            page.shown.hide_columns(first, last, self.limits.columns);
        }
        if let Some(style) = attributes.style {
            self.columns
                .extend((first..=last.max(first)).map(|column| (column, style.clone())));
        }
        self.column = last.max(first).saturating_add(1);
        Ok(())
    }

    /// Counts what few bytes say of many rows or columns.
    fn step(&mut self, steps: u64) -> Result<(), Fault> {
        self.steps = self.steps.saturating_add(steps);
        Fault::unless_within(self.steps, self.limits.cells as u64, "cells")
    }

    fn start_row(&mut self, attributes: Attributes) -> Result<(), Fault> {
        let span = attributes.span.min(self.limits.rows as u32);
        self.step(u64::from(span))?;
        if let Some(index) = attributes.index {
            self.row = index.saturating_sub(1);
        }
        if let Some(page) = self.pages.last_mut().filter(|_| attributes.hidden) {
            let rows = self.row..=self.row.saturating_add(span);
            rows.for_each(|row| page.shown.hide_row(row));
        }
        (self.row_style, self.row_span, self.next_column) = (attributes.style, attributes.span, 0);
        Ok(())
    }

    fn start_cell(&mut self, attributes: Attributes) -> Result<(), Fault> {
        self.cells += 1;
        Fault::unless_within(self.cells, held(self.limits), "cells")?;
        let column = attributes
            .index
            .map_or(self.next_column, |index| index.saturating_sub(1));
        self.next_column = column.saturating_add(1).saturating_add(attributes.across);
        let style = attributes.style.as_ref().or(self.row_style.as_ref());
        let style = style.or_else(|| self.columns.get(&column));
        let format = style.and_then(|id| self.formats.get(id)).cloned().unwrap_or_default();
        self.cell = Some(Open {
            cell: Cell::default(),
            column,
            last: (
                self.row.saturating_add(attributes.down),
                column.saturating_add(attributes.across),
            ),
            format,
            formula: attributes.formula,
            kind: String::new(),
            kinds: None,
        });
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_visible
            && let Some(page) = self.pages.last_mut()
        {
            page.hidden |= text.contains("Hidden");
        }
        if let Some(open) = &mut self.cell
            && let Some(kinds) = &open.kinds
        {
            let struck = open.format.struck || kinds.contains(&Some(RunKind::Struck));
            let own = open.format.look.unseen().map_or(RunKind::Plain, RunKind::Unseen);
            let kind = kinds.iter().rev().find_map(|kind| *kind).unwrap_or(own);
            open.cell.push(if struck { RunKind::Struck } else { kind }, text);
        }
    }

    fn end_cell(&mut self) {
        let (Some(open), Some(page)) = (self.cell.take(), self.pages.last_mut()) else {
            return;
        };
        let (column, last) = (open.column, open.last);
        let cell = open.into_cell();
        if !cell.is_blank() {
            page.shown.merge((self.row, column), last);
            page.cells.push(Placed {
                row: self.row,
                column,
                cell,
            });
        }
    }

    fn finish(self) -> Result<Vec<Sheet>, Fault> {
        let mut left = Left::new(self.limits);
        let pages = self.pages.into_iter();
        pages.map(|page| page.into_sheet(&mut left, self.limits)).collect()
    }
}

impl Open {
    /// The cell as a program shows its value.
    fn into_cell(self) -> Cell {
        let mut cell = self.cell;
        let plain = || cell.runs.iter().map(|run| run.text.as_str()).collect::<String>();
        let replaced = match self.kind.as_str() {
            "Number" => {
                cell.number = Some(plain());
                cell.percent = self.format.percent;
                cell.format = self.format.number;
                None
            }
            "DateTime" => {
                let is_span = self.format.number.as_ref().is_some_and(|format| format.is_span());
                let days = Some(plain()).filter(|_| is_span).and_then(|text| days_of_span(&text));
                let value = match days {
                    Some(days) => Value::span(days),
                    None => Value::iso(plain().trim().trim_end_matches(".000"), &FIRST_DAYS),
                };
                cell.held = value.held;
                cell.format = self.format.number;
                Some(value.text)
            }
            "Boolean" => {
                cell.held = Held::Truth;
                Some(if plain().trim() == "0" { "FALSE" } else { "TRUE" }.to_owned())
            }
            // A formula whose value is the empty text has its `Data`.
            "" if cell.is_blank() && self.formula.is_some() => {
                cell.held = Held::Formula;
                self.formula
            }
            _ => None,
        };
        if let Some(text) = replaced {
            let kind = cell.runs.first().map_or(RunKind::Plain, |run| run.kind);
            cell.runs.clear();
            cell.push(kind, &text);
        }
        cell
    }
}

/// How an element of rich text sets what it holds.
fn kind(name: &str) -> Option<RunKind> {
    match name.to_ascii_lowercase().as_str() {
        "sup" => Some(RunKind::Superscript),
        "sub" => Some(RunKind::Subscript),
        "s" | "strike" | "del" => Some(RunKind::Struck),
        _ => None,
    }
}

/// How a font with a colour or a size of its own sets what it holds, before the background of its cell; None: as the cell does.
fn of_font(name: &str, tag: &BytesStart<'_>, cell: Look) -> Option<RunKind> {
    let (mut look, mut says) = (cell, false);
    for attribute in tag.attributes().with_checks(false).flatten() {
        let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
            continue;
        };
        match local(attribute.key.0) {
            "Color" => (look.colour, says) = (of_css(&value), true),
            "Size" => (look.size, says) = (value.parse().ok(), true),
            _ => {}
        }
    }
    let kind = || look.unseen().map_or(RunKind::Plain, RunKind::Unseen);
    (says && name.eq_ignore_ascii_case("font")).then(kind)
}
