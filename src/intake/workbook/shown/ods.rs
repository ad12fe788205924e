//! What the sheets of an OpenDocument spreadsheet show, once it is known to keep the limits. Elements and attributes: OpenDocument 1.3 part 3, 9 and 16 to 20.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Cursor};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::{NumberFormat, Shown, kind};
use crate::domain::{Run, RunKind};
use crate::intake::fault::Fault;
use crate::intake::workbook::xml::{attribute, character};
use crate::pipeline::Limits;

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
    Ok(walk.sheets)
}

/// What a style says; None: nothing of its own.
#[derive(Clone, Default)]
struct Style {
    parent: Option<String>,
    /// Struck; raised, lowered or neither.
    struck: Option<bool>,
    position: Option<(bool, bool)>,
    data: Option<String>,
    /// Of rows and columns: they have no height or no width, which hides them as well.
    has_no_size: bool,
}

struct Walk<'a> {
    limits: &'a Limits,
    sheets: Vec<Shown>,
    /// By family and name.
    styles: HashMap<String, Style>,
    style: Option<String>,
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
}

/// A cell that holds something, and how often it stands in its row.
struct Filled {
    first: u64,
    count: u64,
    runs: Option<Arc<[Run]>>,
    kind: RunKind,
    format: Option<Arc<NumberFormat>>,
}

/// A number format.
#[derive(Clone, Default)]
struct Coded {
    /// As [`NumberFormat`] reads it.
    code: String,
    /// A fraction, an exponent and the like, which show the number itself.
    is_other: bool,
    /// Conditions, and the names of the formats that take this one's place where they hold.
    instead: Vec<(String, String)>,
}

/// The digits of a number format.
#[derive(Default)]
struct Digits {
    least: usize,
    /// None: as many as the number has.
    decimals: Option<usize>,
    /// Those of them that are always shown.
    fixed: usize,
    grouped: bool,
    /// By what they divide what they show.
    factor: f64,
    /// Texts among the digits before the point: how many digits stand behind each.
    texts: BTreeMap<usize, String>,
}

/// Most digits of a format that are looked at.
const MOST_DIGITS: u64 = 30;

impl Digits {
    fn of(tag: &BytesStart<'_>) -> Digits {
        let count = |name, default| number(tag, name, default).min(MOST_DIGITS) as usize;
        let factor = attribute(tag, "number:display-factor");
        let has = |name: &str| attribute(tag, name).is_some();
        let decimals = has("number:decimal-places").then(|| count("number:decimal-places", 0));
        let fixed = ["number:min-decimal-places", "loext:min-decimal-places"]
            .into_iter()
            .find(|name| has(name));
        Digits {
            least: count("number:min-integer-digits", 1),
            decimals,
            fixed: fixed.map_or(MOST_DIGITS as usize, |name| count(name, 0)),
            grouped: attribute(tag, "number:grouping").is_some_and(|grouping| grouping == "true"),
            factor: factor.and_then(|factor| factor.parse().ok()).unwrap_or(1.0),
            texts: BTreeMap::new(),
        }
    }

    /// As [`NumberFormat`] reads them.
    fn code(&self) -> String {
        let is_plain = self.least <= 1 && !self.grouped && self.texts.is_empty();
        if self.decimals.is_none() && is_plain && self.factor <= 1.0 {
            return "General".to_owned();
        }
        let mut code = match (self.grouped && self.texts.is_empty(), self.least) {
            (true, _) => "#,##0".to_owned(),
            (false, 0) if self.texts.is_empty() => "#".to_owned(),
            (false, least) => self.zeros(least),
        };
        let decimals = self.decimals.unwrap_or(0);
        if decimals > 0 {
            let fixed = self.fixed.min(decimals);
            code += &format!(".{}{}", "0".repeat(fixed), "#".repeat(decimals - fixed));
        }
        // Each comma divides by a thousand.
        let mut rest = self.factor;
        while rest > 1.0 && rest <= 1e30 {
            code.push(',');
            rest /= 1000.0;
        }
        code
    }

    /// A zero for each digit that is always shown, and the texts among the digits. In front of the first text, digits may stand.
    fn zeros(&self, least: usize) -> String {
        let first = self.texts.keys().next_back().copied();
        let mut code = String::new();
        if first.is_some_and(|first| first >= least) {
            code.push('#');
        }
        for behind in (0..=least.max(first.unwrap_or(0))).rev() {
            if let Some(text) = self.texts.get(&behind) {
                code += &quoted(text);
            }
            if behind > 0 {
                code.push(if behind > least { '#' } else { '0' });
            }
        }
        code
    }
}

/// Whether a format counts hours, minutes or seconds beyond a day: it shows a span of time.
fn is_span(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "number:truncate-on-overflow").is_some_and(|truncates| truncates == "false")
}

/// A part of a day or of its time, as [`NumberFormat`] reads it; None: something else.
fn part_of_day(name: &str, tag: &BytesStart<'_>) -> Option<&'static str> {
    Some(match name {
        "number:year" if attribute(tag, "number:style").is_some_and(|style| style == "long") => "yyyy",
        "number:year" => "yy",
        "number:month" if attribute(tag, "number:textual").is_some_and(|textual| textual == "true") => "mmm",
        "number:month" => "m",
        "number:day" => "d",
        "number:day-of-week" => "dddd",
        "number:hours" => "h",
        "number:minutes" => "mm",
        "number:seconds" => "ss",
        "number:era" | "number:quarter" | "number:week-of-year" | "number:am-pm" => "",
        _ => return None,
    })
}

/// A text as a number format writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', ""))
}

/// A cell under way.
#[derive(Default)]
struct Cell {
    style: Option<String>,
    is_text: bool,
    filled: bool,
    runs: Vec<(RunKind, String)>,
    paragraphs: usize,
    in_paragraph: bool,
    spans: Vec<RunKind>,
}

impl<'a> Walk<'a> {
    fn new(limits: &'a Limits) -> Walk<'a> {
        Walk {
            limits,
            sheets: Vec::new(),
            styles: HashMap::new(),
            style: None,
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
            "style:style" => self.begin_style(tag, empty),
            "style:text-properties" => self.text_properties(tag),
            "style:table-column-properties" => self.size(tag, "style:column-width"),
            "style:table-row-properties" => self.size(tag, "style:row-height"),
            "number:number-style" | "number:currency-style" | "number:date-style" | "number:time-style" => {
                let is_other = is_span(tag);
                let coded = |name| {
                    (
                        name,
                        Coded {
                            is_other,
                            ..Coded::default()
                        },
                    )
                };
                self.number = attribute(tag, "style:name").map(coded);
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
            // The blanks of an accountant's column.
            "number:fill-character" => {}
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
                let own = name.and_then(|name| self.kind(&format!("text/{name}")));
                if let Some(cell) = &mut self.cell {
                    let outer = cell.spans.last().copied().unwrap_or(RunKind::Plain);
                    cell.spans.push(own.unwrap_or(outer));
                }
            }
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
            "style:style" => self.style = None,
            "number:text" | "number:currency-symbol" => self.in_number_text = false,
            "number:embedded-text" => self.embedded = None,
            "number:number" => self.end_digits(),
            "number:number-style" | "number:currency-style" | "number:date-style" | "number:time-style" => {
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
            "text:span" => {
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

    fn begin_style(&mut self, tag: &BytesStart<'_>, empty: bool) {
        let family = attribute(tag, "style:family").unwrap_or_default();
        let Some(name) = attribute(tag, "style:name") else {
            return;
        };
        let key = format!("{family}/{name}");
        let style = Style {
            parent: attribute(tag, "style:parent-style-name").map(|parent| format!("{family}/{parent}")),
            data: attribute(tag, "style:data-style-name"),
            ..Style::default()
        };
        self.styles.insert(key.clone(), style);
        self.style = Some(key).filter(|_| !empty);
    }

    /// Notes a row or column without a size, unless a program is to find the best one.
    fn size(&mut self, tag: &BytesStart<'_>, name: &str) {
        let is_zero = |size: &String| {
            let number = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            number.parse::<f64>() == Ok(0.0)
        };
        let has_no_size = attribute(tag, name).as_ref().is_some_and(is_zero);
        let is_best = attribute(tag, "style:use-optimal-row-height").is_some_and(|best| best == "true");
        if let Some(style) = self.style.as_ref().and_then(|name| self.styles.get_mut(name)) {
            style.has_no_size |= has_no_size && !is_best;
        }
    }

    /// Whether a row or a column is not seen.
    fn is_hidden(&self, tag: &BytesStart<'_>, family: &str) -> bool {
        let style = attribute(tag, "table:style-name").map(|name| format!("{family}/{name}"));
        let has_no_size = style
            .and_then(|name| self.styles.get(&name))
            .is_some_and(|style| style.has_no_size);
        has_no_size || attribute(tag, "table:visibility").is_some_and(|visibility| visibility != "visible")
    }

    fn text_properties(&mut self, tag: &BytesStart<'_>) {
        let Some(style) = self.style.as_ref().and_then(|name| self.styles.get_mut(name)) else {
            return;
        };
        let lines = ["style:text-line-through-style", "style:text-line-through-type"];
        let struck = lines.iter().find_map(|name| attribute(tag, name));
        if let Some(line) = struck {
            style.struck = Some(line != "none");
        }
        if let Some(position) = attribute(tag, "style:text-position") {
            let height = position.split_whitespace().next().unwrap_or_default().to_owned();
            let percent: Option<f64> = height.strip_suffix('%').and_then(|height| height.parse().ok());
            let raised = height == "super" || percent.is_some_and(|percent| percent > 0.0);
            let lowered = height == "sub" || percent.is_some_and(|percent| percent < 0.0);
            style.position = Some((raised, lowered));
        }
    }

    /// How a style sets text; None: it says nothing of it.
    fn kind(&self, name: &str) -> Option<RunKind> {
        let (mut struck, mut position, mut next) = (None, None, Some(name));
        // Styles may name each other in circles.
        for _ in 0..16 {
            let Some(style) = next.and_then(|name| self.styles.get(name)) else {
                break;
            };
            struck = struck.or(style.struck);
            position = position.or(style.position);
            next = style.parent.as_deref();
        }
        if struck.is_none() && position.is_none() {
            return None;
        }
        let (raised, lowered) = position.unwrap_or_default();
        Some(kind(struck.unwrap_or_default(), raised, lowered))
    }

    /// The number format that a style names.
    fn format(&mut self, name: &str) -> Option<Arc<NumberFormat>> {
        let mut next = Some(name);
        for _ in 0..16 {
            let style = self.styles.get(next?)?;
            if let Some(data) = &style.data {
                if let Some(known) = self.formats.get(data) {
                    return known.clone();
                }
                let format = self.code(data).and_then(|code| NumberFormat::of(&code)).map(Arc::new);
                self.formats.insert(data.clone(), format.clone());
                return format;
            }
            next = style.parent.as_deref();
        }
        None
    }

    /// A number format with those that take its place for some numbers before it, as sections of one format.
    fn code(&self, name: &str) -> Option<String> {
        let main = self.codes.get(name).filter(|main| !main.is_other)?;
        let mut code = String::new();
        for (condition, other) in &main.instead {
            let other = self.codes.get(other).filter(|other| !other.is_other)?;
            code += &format!("[{condition}]{};", other.code);
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

    fn end_digits(&mut self) {
        if let (Some(digits), Some((_, coded))) = (self.digits.take(), &mut self.number) {
            coded.code += &digits.code();
        }
    }

    fn columns(&mut self, tag: &BytesStart<'_>) {
        let (first, count) = (self.columns_declared, number(tag, "table:number-columns-repeated", 1));
        self.columns_declared = first.saturating_add(count);
        let most = self.limits.columns;
        if self.is_hidden(tag, "table-column")
            && let Some(sheet) = self.sheets.last_mut()
            && first < most as u64
        {
            sheet.hide_columns(first as u32, (first + count - 1).min(most as u64) as u32, most);
        }
        if let Some(style) = attribute(tag, "table:default-cell-style-name")
            && self.column_styles.len() < most
        {
            self.column_styles.push((first, count, style));
        }
    }

    fn begin_row(&mut self, tag: &BytesStart<'_>) {
        self.row = (
            self.row.0.saturating_add(self.row.1),
            number(tag, "table:number-rows-repeated", 1),
        );
        self.column = (0, 0);
        self.row_style = attribute(tag, "table:default-cell-style-name");
        let most = self.limits.rows as u64;
        if self.is_hidden(tag, "table-row")
            && let Some(sheet) = self.sheets.last_mut()
        {
            let last = self.row.0.saturating_add(self.row.1).min(most);
            sheet
                .markings
                .hidden_rows
                .extend((self.row.0.min(most)..last).map(|row| row as u32));
        }
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>, name: &str, empty: bool) {
        self.column = (
            self.column.0.saturating_add(self.column.1),
            number(tag, "table:number-columns-repeated", 1),
        );
        let at = self.column.0;
        let of_column = || {
            let mut styles = self.column_styles.iter();
            let found = styles.find(|(first, count, _)| (*first..first.saturating_add(*count)).contains(&at));
            found.map(|(_, _, style)| style.clone())
        };
        let style = attribute(tag, "table:style-name")
            .or_else(|| self.row_style.clone())
            .or_else(of_column);
        let kind = attribute(tag, "office:value-type");
        let cell = Cell {
            style: style.map(|style| format!("table-cell/{style}")),
            is_text: kind.as_deref() == Some("string"),
            filled: kind.is_some(),
            ..Cell::default()
        };
        if name == "table:table-cell" {
            self.merge(tag);
        }
        if empty {
            self.end_cell(cell);
        } else {
            self.cell = Some(cell);
        }
    }

    fn merge(&mut self, tag: &BytesStart<'_>) {
        let rows = number(tag, "table:number-rows-spanned", 1).max(1) - 1;
        let columns = number(tag, "table:number-columns-spanned", 1).max(1) - 1;
        let at = |begin: u64, more: u64| u32::try_from(begin.saturating_add(more)).ok();
        let corner = |down, right| at(self.row.0, down).zip(at(self.column.0, right));
        if let (Some(sheet), Some(first), Some(last)) = (self.sheets.last_mut(), corner(0, 0), corner(rows, columns)) {
            sheet.merge(first, last);
        }
    }

    fn end_cell(&mut self, cell: Cell) {
        let own = cell
            .style
            .as_ref()
            .and_then(|name| self.kind(name))
            .unwrap_or(RunKind::Plain);
        let format = cell.style.as_ref().and_then(|name| self.format(name));
        let runs = cell.runs.into_iter().map(|(kind, text)| Run {
            text,
            kind: if kind == RunKind::Plain { own } else { kind },
        });
        let runs: Option<Arc<[Run]>> = cell.is_text.then(|| runs.collect());
        if cell.filled {
            let (first, count) = self.column;
            self.filled.push(Filled {
                first,
                count,
                runs,
                kind: own,
                format,
            });
        }
    }

    /// A row may stand many times, and a cell in it. How many cells that makes was counted before.
    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.filled);
        let Some(sheet) = self.sheets.last_mut().filter(|_| !cells.is_empty()) else {
            return;
        };
        for row in self.row.0..self.row.0.saturating_add(self.row.1) {
            for cell in &cells {
                for column in cell.first..cell.first.saturating_add(cell.count) {
                    let at = (row as u32, column as u32);
                    sheet.add(at, cell.runs.as_ref(), cell.kind);
                    if let Some(format) = &cell.format {
                        sheet.formatted.insert(at, format.clone());
                    }
                }
            }
            sheet.end_row();
        }
    }
}

impl Cell {
    fn push(&mut self, text: &str) {
        let kind = self.spans.last().copied().unwrap_or(RunKind::Plain);
        match self.runs.last_mut() {
            Some((last, run)) if *last == kind => run.push_str(text),
            _ => self.runs.push((kind, text.to_owned())),
        }
    }
}

fn number(tag: &BytesStart<'_>, name: &str, default: u64) -> u64 {
    attribute(tag, name)
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}
