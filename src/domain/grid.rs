//! All cells of one sheet, as received.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Garbled, Markings};

/// What a workbook or a JSON file held in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Held {
    /// Text, as in every cell of a plain file.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day, with or without a time, whose text is in ISO form.
    Date,
    /// A time of day without a day; or 0 or 1 in a format of days, which programs show as the first days of their calendar
    /// and nobody means as such.
    Time,
    /// A boolean.
    Truth,
    /// A formula without a value; the text is the formula.
    Formula,
}

/// All cells of one sheet: spans of one text, so that a plain file is never copied cell by cell. Rows may differ in
/// length.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    pub(super) text: String,
    /// Where each cell lies in `text`, in bytes.
    pub(super) spans: Vec<(u32, u32)>,
    /// First cell of each row, and one past the last.
    pub(super) starts: Vec<u32>,
    /// Row as the clerk sees it, from 1.
    pub(super) numbers: Vec<u32>,
    /// What each cell held, only for workbooks and JSON: a code that was a number needs other care than text.
    pub(super) held: Option<Vec<Held>>,
    /// What separates the cells of a plain file.
    pub(super) separator: Option<u8>,
    /// Cells that each row of a web page was written with.
    pub(super) written: Option<Vec<u32>>,
    /// Every cell is all that stands between two separators, without quotes around it.
    pub(super) unquoted: bool,
    /// What the sheet shows beside its text; None: nothing, as in every plain file.
    pub(super) markings: Option<Box<Markings>>,
}

impl Grid {
    /// An empty grid; `typed` for workbooks and JSON, whose cells hold more than text.
    pub fn new(typed: bool) -> Grid {
        Grid {
            starts: vec![0],
            held: typed.then(Vec::new),
            ..Grid::default()
        }
    }

    /// Notes what separates the cells of a plain file.
    pub fn separated_by(self, separator: u8) -> Grid {
        Grid {
            separator: Some(separator),
            ..self
        }
    }

    /// What separates the cells of a plain file; None: it is none.
    pub fn separator(&self) -> Option<u8> {
        self.separator
    }

    /// Notes how many cells each row of a web page was written with, by row.
    pub fn written_with(self, cells: Vec<u32>) -> Grid {
        Grid {
            written: Some(cells),
            ..self
        }
    }

    /// How many cells row `row` (from 0) was written with, blank ones included. None: the file has no such number, as workbooks
    /// and JSON leave blank cells out.
    pub fn written(&self, row: usize) -> Option<usize> {
        match (&self.written, self.separator) {
            (Some(cells), _) => cells.get(row).map(|cells| *cells as usize),
            (None, Some(_)) => Some(self.width(row)),
            (None, None) => None,
        }
    }

    /// Notes that no cell of a plain file is quoted, so that no cell holds its separator.
    pub fn unquoted(self) -> Grid {
        Grid { unquoted: true, ..self }
    }

    /// Whether no cell of a plain file is quoted. The text of a row then holds its cells in order.
    pub fn is_unquoted(&self) -> bool {
        self.unquoted
    }

    /// Where the cells of a row lie in [`Grid::text`], in bytes.
    pub fn spans(&self, row: usize) -> &[(u32, u32)] {
        &self.spans[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// Makes room for a text of about this many bytes.
    pub fn reserve(&mut self, bytes: usize, cells: usize) {
        self.text.reserve(bytes);
        self.spans.reserve(cells);
    }

    /// Adds a cell of text to the row under way.
    pub fn push_text(&mut self, text: &str) {
        self.push_cell(text, Held::Text);
    }

    /// Adds a cell to the row under way. The buffer holds less than 4 GiB (limits on file size see to it).
    pub fn push_cell(&mut self, text: &str, held: Held) {
        let from = self.text.len() as u32;
        self.text.push_str(text);
        self.spans.push((from, self.text.len() as u32));
        if let Some(kinds) = &mut self.held {
            kinds.push(held);
        }
    }

    /// Adds a cell of text that lies in the buffer handed over later by [`Grid::with_text`].
    #[inline]
    pub fn push_span(&mut self, from: u32, to: u32) {
        self.spans.push((from, to));
    }

    /// Gives a grid of spans the text they lie in.
    pub fn with_text(self, text: String) -> Grid {
        Grid { text, ..self }
    }

    /// Notes what the sheet shows beside the text of its cells.
    pub fn with_markings(self, markings: Markings) -> Grid {
        let markings = (!markings.is_empty()).then(|| Box::new(markings));
        Grid { markings, ..self }
    }

    /// Puts text into a cell, in place of what is there; nothing beyond the row's end.
    pub fn replace(&mut self, row: usize, column: usize, text: &str) {
        let at = self.starts[row] as usize + column;
        if at >= self.starts[row + 1] as usize {
            return;
        }
        let from = self.text.len() as u32;
        self.text.push_str(text);
        self.spans[at] = (from, self.text.len() as u32);
        self.unquoted = false;
        if let Some(held) = &mut self.held {
            held[at] = Held::Text;
        }
    }

    /// What the sheet shows beside the text of its cells; None: nothing.
    pub fn markings(&self) -> Option<&Markings> {
        self.markings.as_deref()
    }

    /// Adds cells whose text is broken to what the sheet shows.
    pub fn mark_garbled(&mut self, cells: BTreeMap<(u32, u32), Garbled>) {
        if !cells.is_empty() {
            self.markings.get_or_insert_default().garbled.extend(cells);
        }
    }

    /// The text that holds all cells.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a cell begins in [`Grid::text`].
    pub fn offset(&self, row: usize, column: usize) -> usize {
        self.spans[self.starts[row] as usize + column].0 as usize
    }

    /// Ends the row under way.
    pub fn end_row(&mut self, number: u32) {
        self.starts.push(self.spans.len() as u32);
        self.numbers.push(number);
    }

    /// Number of cells in all rows, blank ones included.
    pub fn cells(&self) -> usize {
        self.spans.len()
    }

    /// Number of rows, whatever they are.
    pub fn height(&self) -> usize {
        self.numbers.len()
    }

    /// Cells of row `row` (from 0).
    pub fn width(&self, row: usize) -> usize {
        (self.starts[row + 1] - self.starts[row]) as usize
    }

    /// Row `row` (from 0) as the clerk counts.
    pub fn number(&self, row: usize) -> u32 {
        self.numbers[row]
    }

    /// The row (from 0) that a clerk calls by this number; None: there is none.
    pub fn position(&self, number: u32) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }

    /// Text of a cell as received; empty beyond the row's end.
    #[inline]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = self.starts[row] as usize + column;
        if at >= self.starts[row + 1] as usize {
            return "";
        }
        let (from, to) = self.spans[at];
        &self.text[from as usize..to as usize]
    }

    /// Whether a workbook held a number there (its text is then the shortest decimal of it), or JSON did (its text is then the
    /// number as spelt). Either has a point for decimals, wherever it was made.
    pub fn is_numeric(&self, row: usize, column: usize) -> bool {
        self.held(row, column) == Held::Number
    }

    /// Whether its cells hold more than text: it is of a workbook or of JSON.
    pub fn is_typed(&self) -> bool {
        self.held.is_some()
    }

    /// What a workbook or JSON held in a cell; text beyond the row's end and in plain files.
    #[inline]
    pub fn held(&self, row: usize, column: usize) -> Held {
        let Some(kinds) = &self.held else { return Held::Text };
        let at = self.starts[row] as usize + column;
        if at < self.starts[row + 1] as usize {
            kinds[at]
        } else {
            Held::Text
        }
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.width(row)).map(move |column| self.cell(row, column))
    }
}
