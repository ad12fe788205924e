//! A web page → its tables and the lines between them. The tokenizer follows the standard of HTML; which element ends which
//! one is decided here, for tables alone: a cell ends its neighbour, a row the row above.

mod tables;

use std::collections::BTreeSet;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::cell::Cell;
use super::style::{Classes, Paint, Style};
use super::tags::{Attributes, Tag};
use crate::domain::{RunKind, Unseen};
use crate::intake::fault::Fault;
use crate::pipeline::Limits;

/// What a page holds, in order.
pub(super) struct Document {
    /// Name of the sheet that a spreadsheet program noted; blank: none.
    pub(super) name: String,
    pub(super) blocks: Vec<Block>,
}

pub(super) enum Block {
    Line(Cell),
    Table(Table),
    /// What follows stands on a sheet of this name.
    Sheet(String),
}

#[derive(Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    /// Columns that a `<col>` hides.
    pub(super) hidden_columns: BTreeSet<u32>,
    /// Columns declared so far.
    columns: u32,
}

#[derive(Default)]
pub(super) struct Row {
    pub(super) hidden: bool,
    pub(super) cells: Vec<TableCell>,
}

#[derive(Default)]
pub(super) struct TableCell {
    pub(super) cell: Cell,
    /// Columns and rows it stretches over.
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) hidden: bool,
    /// Tables within it.
    pub(super) tables: Vec<Table>,
    /// Its colours, and those of what it stands in.
    paint: Paint,
}

/// Tables within tables, and elements that set text within one another.
const TABLES_DEEP: usize = 16;
const INLINES_DEEP: usize = 100;
/// The most that the standard lets a cell stretch over.
const COLUMNS_SPANNED: u32 = 1000;
const ROWS_SPANNED: u32 = 65_534;

pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Fault> {
    let mut reader = Reader::new(limits);
    let mut fault = None;
    {
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| reader.take(event).err());
        emitter.naively_switch_states(true);
        if let Some(Ok(first)) = Tokenizer::new_with_emitter(text, emitter).next() {
            fault = Some(first);
        }
    }
    match fault {
        Some(fault) => Err(fault),
        None => reader.finish(),
    }
}

/// An element that sets the text within it.
struct Inline {
    tag: Tag,
    kind: Option<RunKind>,
    /// Left out of what is shown by a style.
    hidden: bool,
    /// The options of a list that are not chosen, and notes: no text of the cell.
    is_aside: bool,
    /// The chosen option of a list, which is all that the list shows.
    reveals: bool,
    paint: Paint,
}

/// The heading of a sheet of a workbook: `Sheet 2: <em>Schools</em>`.
#[derive(Default)]
struct Heading {
    /// What is emphasised in it.
    name: String,
    is_name: bool,
}

/// A table under way.
#[derive(Default)]
struct Open {
    table: Table,
    hidden: bool,
    group_hidden: bool,
    /// Colours of the table, and of the group of rows under way.
    paint: Paint,
    group_paint: Paint,
    row: Option<(Row, Style)>,
    cell: Option<(TableCell, Vec<Inline>)>,
}

struct Reader<'a> {
    limits: &'a Limits,
    document: Document,
    tables: Vec<Open>,
    /// The line between tables that is under way.
    line: (Cell, Vec<Inline>),
    /// The element whose content is no text of the page.
    silent: Option<Tag>,
    /// Content of a style sheet or of the name of a sheet.
    aside: String,
    /// The heading of a sheet that is under way.
    heading: Option<Heading>,
    classes: Classes,
    /// The background of the page.
    back: Paint,
    tag: Tag,
    attributes: Attributes,
    cells: u64,
    rows: u64,
}

impl<'a> Reader<'a> {
    fn new(limits: &'a Limits) -> Reader<'a> {
        Reader {
            limits,
            document: Document {
                name: String::new(),
                blocks: Vec::new(),
            },
            tables: Vec::new(),
            line: (Cell::default(), Vec::new()),
            silent: None,
            aside: String::new(),
            heading: None,
            classes: Classes::default(),
            back: Paint::default(),
            tag: Tag::Other,
            attributes: Attributes::default(),
            cells: 0,
            rows: 0,
        }
    }

    fn take(&mut self, event: CallbackEvent<'_>) -> Result<(), Fault> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag::of(name);
                self.attributes = Attributes::default();
            }
            CallbackEvent::AttributeName { name } => self.attributes.name(name),
            CallbackEvent::AttributeValue { value } => self.attributes.value(value),
            CallbackEvent::CloseStartTag { .. } => self.start(self.tag)?,
            CallbackEvent::EndTag { name } => self.end(Tag::of(name))?,
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value)),
            CallbackEvent::Comment { value } => self.comment(&String::from_utf8_lossy(value)),
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag) -> Result<(), Fault> {
        if self.silent.is_some() {
            return Ok(());
        }
        match tag {
            Tag::Script | Tag::StyleSheet | Tag::Title | Tag::Xml => {
                self.silent = Some(tag);
                self.aside.clear();
            }
            Tag::Table => {
                self.end_heading()?;
                return self.start_table();
            }
            Tag::Link if self.tables.is_empty() && self.attributes.begins_sheet() => {
                self.end_line()?;
                self.heading = Some(Heading::default());
            }
            Tag::Emphasis if self.heading.is_some() => self.name_heading(true),
            Tag::Group => {
                self.end_row();
                let style = self.style();
                if let Some(open) = self.tables.last_mut() {
                    (open.group_hidden, open.group_paint) = (style.hidden, style.paint);
                }
            }
            Tag::Row => return self.start_row(),
            Tag::Cell => return self.start_cell(),
            Tag::Caption => {
                self.start_row()?;
                return self.start_cell();
            }
            Tag::Column => self.declare_columns(),
            Tag::Break => self.break_line()?,
            Tag::Block => {
                self.break_line()?;
                return self.start_inline(tag);
            }
            Tag::Input => {
                if let Some(value) = self.attributes.shown_value() {
                    self.text(&value);
                }
            }
            // `body`, say.
            Tag::Other if self.tables.is_empty() => self.back = self.style().paint.within(self.back),
            Tag::Other => {}
            inline => return self.start_inline(inline),
        }
        Ok(())
    }

    fn end(&mut self, tag: Tag) -> Result<(), Fault> {
        if let Some(silent) = self.silent {
            if silent == tag {
                self.silent = None;
                let aside = std::mem::take(&mut self.aside);
                match tag {
                    Tag::StyleSheet => self.classes.read(&aside),
                    Tag::Xml => self.comment(&aside),
                    _ => {}
                }
            }
            return Ok(());
        }
        match tag {
            Tag::Table => self.end_table()?,
            Tag::Group => {
                self.end_row();
                if let Some(open) = self.tables.last_mut() {
                    (open.group_hidden, open.group_paint) = (false, Paint::default());
                }
            }
            Tag::Row | Tag::Caption => self.end_row(),
            Tag::Cell => self.end_cell(),
            Tag::Block => {
                self.end_inline(tag);
                self.break_line()?;
            }
            Tag::Link if self.heading.is_some() => self.end_heading()?,
            Tag::Emphasis if self.heading.is_some() => self.name_heading(false),
            Tag::Break | Tag::Column | Tag::Input | Tag::Other => {}
            inline => self.end_inline(inline),
        }
        Ok(())
    }

    /// The style of the element under way.
    fn style(&self) -> Style {
        let own = Style::of(&self.attributes.style).and(&self.classes.of(&self.attributes.class));
        let attributes = Paint::of_attributes(&self.attributes.colour, &self.attributes.back);
        Style {
            hidden: own.hidden || self.attributes.hidden,
            paint: own.paint.within(attributes),
            ..own
        }
    }

    fn start_inline(&mut self, tag: Tag) -> Result<(), Fault> {
        // Paragraphs and options end the one before.
        if matches!(tag, Tag::Block | Tag::Option) {
            self.end_inline(tag);
        }
        let style = self.style();
        let inline = Inline {
            tag,
            kind: tag.kind().or(style.kind),
            hidden: style.hidden,
            is_aside: matches!(tag, Tag::Select | Tag::Note),
            reveals: tag == Tag::Option && self.attributes.selected,
            paint: style.paint,
        };
        let inlines = self.inlines();
        if inlines.len() >= INLINES_DEEP {
            return Err(Fault::too_large(
                INLINES_DEEP as u64 + 1,
                INLINES_DEEP as u64,
                "levels of nesting",
            ));
        }
        inlines.push(inline);
        Ok(())
    }

    fn end_inline(&mut self, tag: Tag) {
        let inlines = self.inlines();
        if let Some(at) = inlines.iter().rposition(|inline| inline.tag == tag) {
            inlines.truncate(at);
        }
    }

    /// The elements around the text under way.
    fn inlines(&mut self) -> &mut Vec<Inline> {
        let cell = self.tables.iter_mut().rev().find_map(|open| open.cell.as_mut());
        cell.map_or(&mut self.line.1, |(_, inlines)| inlines)
    }

    fn text(&mut self, text: &str) {
        match self.silent {
            Some(Tag::StyleSheet | Tag::Xml) => self.aside.push_str(text),
            Some(_) => {}
            None => {
                if let Some(heading) = self.heading.as_mut().filter(|heading| heading.is_name) {
                    heading.name.push_str(text);
                }
                // Text between the cells of a table stands outside of it.
                let usual = self.classes.usual();
                let cell = self.tables.iter_mut().rev().find_map(|open| open.cell.as_mut());
                match cell {
                    Some((cell, inlines)) => {
                        let around = cell.paint.within(self.back).within(usual);
                        if let Some(kind) = kind_within(inlines, around) {
                            cell.cell.push_flowing(kind, text);
                        }
                    }
                    // A line that is not seen is none.
                    None => {
                        let seen = kind_within(&self.line.1, self.back.within(usual));
                        if let Some(kind) = seen.filter(|kind| *kind != RunKind::Unseen(Unseen::Hidden)) {
                            self.line.0.push_flowing(kind, text);
                        }
                    }
                }
            }
        }
    }

    /// Within a cell a line ends; between tables a row of the sheet does.
    fn break_line(&mut self) -> Result<(), Fault> {
        let cell = self.tables.iter_mut().rev().find_map(|open| open.cell.as_mut());
        match cell {
            Some((cell, _)) => cell.cell.break_line(),
            None => return self.end_line(),
        }
        Ok(())
    }

    fn name_heading(&mut self, is_name: bool) {
        if let Some(heading) = &mut self.heading {
            heading.is_name = is_name;
        }
    }

    /// An anchor ends. One with a name in it begins a sheet, and its line is no row; any other is text like all else.
    fn end_heading(&mut self) -> Result<(), Fault> {
        let Some(heading) = self.heading.take() else {
            return Ok(());
        };
        let name = heading.name.trim();
        if !name.is_empty() {
            let is_line_under_way = !std::mem::take(&mut self.line.0).is_blank();
            let is_heading = |line: &Cell| line.runs.iter().any(|run| run.text.contains(name));
            if !is_line_under_way && matches!(self.document.blocks.last(), Some(Block::Line(line)) if is_heading(line))
            {
                self.document.blocks.pop();
            }
            self.document.blocks.push(Block::Sheet(name.to_owned()));
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), Fault> {
        let line = std::mem::take(&mut self.line.0);
        if !line.is_blank() {
            self.count_row()?;
            self.document.blocks.push(Block::Line(line));
        }
        Ok(())
    }

    fn count_row(&mut self) -> Result<(), Fault> {
        self.rows += 1;
        Fault::unless_within(self.rows, self.limits.rows as u64, "rows")
    }

    /// A comment may hold what a spreadsheet program says of its workbook.
    fn comment(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        let from = lower.find("<x:name>").map(|at| at + "<x:name>".len());
        if let Some(from) = from
            && let Some(length) = lower[from..].find("</x:name>")
            && self.document.name.is_empty()
        {
            self.document.name = text[from..from + length].trim().to_owned();
        }
    }

    fn finish(mut self) -> Result<Document, Fault> {
        while !self.tables.is_empty() {
            self.end_table()?;
        }
        self.end_line()?;
        let is_table = |block: &Block| matches!(block, Block::Table(table) if !table.rows.is_empty());
        if !self.document.blocks.iter().any(is_table) {
            return Err(Fault::Foreign("HTML".to_owned()));
        }
        Ok(self.document)
    }
}

/// How text within these elements is set; None: it is no text of the page.
fn kind_within(inlines: &[Inline], around: Paint) -> Option<RunKind> {
    let (mut is_aside, mut hidden, mut paint) = (false, false, around);
    for inline in inlines {
        is_aside = (is_aside || inline.is_aside) && !inline.reveals;
        hidden |= inline.hidden;
        paint = inline.paint.within(paint);
    }
    let unseen = match hidden {
        true => Some(Unseen::Hidden),
        false => paint.look().unseen(),
    };
    let struck = inlines.iter().any(|inline| inline.kind == Some(RunKind::Struck));
    let kind = inlines.iter().rev().find_map(|inline| inline.kind);
    let kind = match unseen {
        Some(why) => RunKind::Unseen(why),
        None if struck => RunKind::Struck,
        None => kind.unwrap_or(RunKind::Plain),
    };
    (!is_aside).then_some(kind)
}
