//! Comma, tab or semicolon separated text → spans of it. The hot path of a run: one pass over the bytes, and no
//! copy of a cell but of those with doubled quotes.

mod ends;
mod separator;

use std::borrow::Cow;
use std::cell::OnceCell;

use ends::Ends;
pub(super) use separator::separator;
use separator::{outside_quotes, usual};

use super::constant::{constant, unwrapped};
use super::fault::Fault;
use crate::domain::Grid;
use crate::pipeline::Limits;

/// All rows from byte `start` on, and the cells (row and column from 0) whose quote was opened and not closed. Such a quote is a
/// character like any other; so is one that only a later row closes.
pub(super) fn parse(
    text: String,
    start: usize,
    separator: u8,
    limits: &Limits,
) -> Result<(Grid, Vec<(u32, u32)>), Fault> {
    let mut parser = Parser::new(&text, separator, limits);
    parser.rows(start)?;
    let Parser {
        grid,
        tail,
        open,
        unquoted,
        ..
    } = parser;
    let mut text = text;
    text.push_str(&tail);
    let grid = grid.with_text(text);
    Ok((if unquoted { grid.unquoted() } else { grid }, open))
}

/// The byte-order mark of UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();
/// Most findings on cells with an unclosed quote; the others are counted.
const OPEN_TOLD: usize = 20;
/// Separators a line must have to be a row that a quote has swallowed, not a line of a remark.
const ROW_SEPARATORS: usize = 3;

struct Parser<'a> {
    text: &'a str,
    separator: u8,
    ends: Ends,
    grid: Grid,
    /// Cells whose doubled quotes were undone; their spans lie behind the text.
    tail: String,
    /// No cell so far is quoted or a formula.
    unquoted: bool,
    limits: &'a Limits,
    /// Separators of most lines, counted once a quote has been found.
    usual: OnceCell<usize>,
    open: Vec<(u32, u32)>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, separator: u8, limits: &'a Limits) -> Self {
        let mut grid = Grid::new(false).separated_by(separator);
        grid.reserve(0, (text.len() / 4).min(limits.cells));
        Parser {
            text,
            separator,
            ends: Ends::new(separator),
            grid,
            tail: String::new(),
            unquoted: true,
            limits,
            usual: OnceCell::new(),
            open: Vec::new(),
        }
    }

    fn rows(&mut self, start: usize) -> Result<(), Fault> {
        let bytes = self.text.as_bytes();
        let (mut at, mut number) = (start, 0_u32);
        while at < bytes.len() {
            at = self.row(at)?;
            number += 1;
            self.grid.end_row(number);
            Fault::unless_within(u64::from(number), self.limits.rows as u64, "rows")?;
            Fault::unless_within(self.grid.cells() as u64, self.limits.cells as u64, "cells")?;
        }
        Ok(())
    }

    /// Reads the row that begins at `at`; gives where the next one begins. An empty line is a row without cells.
    fn row(&mut self, mut at: usize) -> Result<usize, Fault> {
        let bytes = self.text.as_bytes();
        // A second file with a mark was joined to the first.
        if bytes[at] == 0xEF && bytes[at..].starts_with(MARK) {
            at += MARK.len();
        }
        if at == bytes.len() {
            return Ok(at);
        }
        if matches!(bytes[at], b'\n' | b'\r') {
            return Ok(self.line_end(at));
        }
        let first = self.grid.cells();
        loop {
            let end = match bytes.get(at) {
                Some(b'"') => self.quoted(at, first),
                Some(b'=') => self.formula(at),
                _ => {
                    let end = self.end_of(at);
                    self.grid.push_span(at as u32, end as u32);
                    end
                }
            };
            Fault::unless_within((end - at) as u64, self.limits.cell_bytes as u64, "bytes in a cell")?;
            // While the row is read: one line may have as many separators as the file has bytes.
            let width = self.grid.cells() - first;
            Fault::unless_within(width as u64, self.limits.columns as u64, "columns")?;
            match bytes.get(end) {
                Some(byte) if *byte == self.separator => at = end + 1,
                Some(_) => {
                    at = self.line_end(end);
                    break;
                }
                None => {
                    at = end;
                    break;
                }
            }
        }
        Ok(at)
    }

    #[inline]
    fn end_of(&mut self, from: usize) -> usize {
        self.ends.next(self.text.as_bytes(), from)
    }

    fn line_end(&self, at: usize) -> usize {
        at + if self.text.as_bytes()[at..].starts_with(b"\r\n") {
            2
        } else {
            1
        }
    }

    /// Pushes the cell whose opening quote stands at `at`, in the row that begins with cell `first`; gives where it ends.
    fn quoted(&mut self, at: usize, first: usize) -> usize {
        self.unquoted = false;
        let inner = at + 1;
        let closing = self.closing(inner).filter(|(close, _)| !self.swallows(inner, *close));
        let Some((close, doubled)) = closing else {
            if self.open.len() < OPEN_TOLD {
                let (row, column) = (self.grid.height(), self.grid.cells() - first);
                self.open.push((row as u32, column as u32));
            }
            let end = self.end_of(at);
            self.grid.push_span(at as u32, end as u32);
            return end;
        };
        let end = self.end_of(close + 1);
        if !doubled && end == close + 1 && self.text.as_bytes()[inner] != b'=' {
            self.grid.push_span(inner as u32, close as u32);
            return end;
        }
        // What follows a closing quote belongs to the cell: nothing is dropped.
        let cell = self.text[inner..close].replace("\"\"", "\"") + &self.text[close + 1..end];
        self.push_text(&unwrapped(&cell));
        end
    }

    /// Pushes the cell at `at`, which begins like a formula; gives where it ends. A constant text (`="a, b"`) may hold
    /// separators, which a spreadsheet does not split either.
    fn formula(&mut self, at: usize) -> usize {
        self.unquoted = false;
        let end = self.end_of(at);
        let text = self.text;
        let quoted = text[at..].strip_prefix("=\"").and_then(|_| self.closing(at + 2));
        let whole = quoted.map(|(close, _)| (close, self.end_of(close + 1)));
        match whole {
            Some((close, end)) if end == close + 1 && !text[at..close].contains(['\n', '\r']) => {
                match constant(&text[at..end]) {
                    Some(Cow::Borrowed(inner)) => self.grid.push_span(at as u32 + 2, (at + 2 + inner.len()) as u32),
                    Some(Cow::Owned(inner)) => self.push_text(&inner),
                    None => self.grid.push_span(at as u32, end as u32),
                }
                end
            }
            _ => {
                // A constant number; a text would have had quotes.
                match constant(&text[at..end]) {
                    Some(number) => self.push_text(&number),
                    None => self.grid.push_span(at as u32, end as u32),
                }
                end
            }
        }
    }

    /// Pushes a cell whose text stands nowhere as it is.
    fn push_text(&mut self, cell: &str) {
        let from = self.text.len() + self.tail.len();
        self.tail.push_str(cell);
        self.grid
            .push_span(from as u32, (self.text.len() + self.tail.len()) as u32);
    }

    /// Whether whole rows stand between two quotes: most lines between them have the separators of a row.
    fn swallows(&self, from: usize, to: usize) -> bool {
        let between = &self.text[from..to];
        if !between.contains('\n') {
            return false;
        }
        let usual = *self.usual.get_or_init(|| usual(self.text, self.separator));
        if usual < ROW_SEPARATORS {
            return false;
        }
        let inner = between.lines().skip(1);
        let whole = between.matches('\n').count() - 1;
        let rows = inner
            .take(whole)
            .filter(|line| outside_quotes(line, self.separator) == usual);
        whole > 0 && rows.count() * 2 > whole
    }

    /// The closing quote, and whether doubled ones stand before it.
    fn closing(&self, from: usize) -> Option<(usize, bool)> {
        let bytes = self.text.as_bytes();
        let window = &bytes[..bytes.len().min(from + self.limits.cell_bytes)];
        let (mut at, mut doubled) = (from, false);
        loop {
            at += window.get(at..)?.iter().position(|byte| *byte == b'"')?;
            if window.get(at + 1) != Some(&b'"') {
                return Some((at, doubled));
            }
            doubled = true;
            at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, separator: u8) -> Vec<Vec<String>> {
        let grid = parse(text.to_owned(), 0, separator, &Limits::default()).unwrap().0;
        (0..grid.height())
            .map(|row| grid.row(row).map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn cells_of_rows() {
        for (text, expected) in [
            ("a,b\n1,2\n", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,b\r\n1,\r\n", vec![vec!["a", "b"], vec!["1", ""]]),
            ("a,b\r1,2", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a\n\n\nb", vec![vec!["a"], vec![], vec![], vec!["b"]]),
            (",\n", vec![vec!["", ""]]),
            ("\"a,b\",\"c\nd\"\n", vec![vec!["a,b", "c\nd"]]),
            ("\"a \"\"b\"\"\",c\n", vec![vec!["a \"b\"", "c"]]),
            ("\"a\"b,c\n", vec![vec!["ab", "c"]]),
            ("\"\",x\n", vec![vec!["", "x"]]),
            ("\"open,b\nc,d\n", vec![vec!["\"open", "b"], vec!["c", "d"]]),
            ("5\"6,b\n", vec![vec!["5\"6", "b"]]),
            ("社区,村", vec![vec!["社区", "村"]]),
            ("=\"01001\",\"=\"\"9\"\"\"\n", vec![vec!["01001", "9"]]),
            (
                "=\"a, b\",=\"say \"\"so\"\"\"\r\n1,2",
                vec![vec!["a, b", "say \"so\""], vec!["1", "2"]],
            ),
            ("=A1+1,=\"a\"&\"b\",=", vec![vec!["=A1+1", "=\"a\"&\"b\"", "="]]),
            ("=\"a,b\nc\",d", vec![vec!["=\"a", "b"], vec!["c\"", "d"]]),
            ("=\"\",x", vec![vec!["", "x"]]),
            ("\"=12500\",\"=a, b\"\n", vec![vec!["12500", "=a, b"]]),
            ("=12500,= 8\n=1+1,-8", vec![vec!["12500", "8"], vec!["=1+1", "-8"]]),
        ] {
            assert_eq!(rows(text, b','), expected, "{text:?}");
        }
        assert_eq!(rows("a\t1,2\n", b'\t'), [["a", "1,2"]]);
    }

    #[test]
    fn rows_are_numbered_as_the_clerk_sees_them() {
        let grid = parse("a\n\n\"b\nc\"\nd\n".to_owned(), 0, b',', &Limits::default())
            .unwrap()
            .0;
        let numbers: Vec<u32> = (0..grid.height()).map(|row| grid.number(row)).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(grid.cell(3, 0), "d");
    }

    #[test]
    fn limits_hold() {
        let limits = Limits {
            columns: 3,
            rows: 4,
            cells: 8,
            cell_bytes: 5,
            ..Limits::default()
        };
        for (text, what) in [
            ("a,b,c,d", "4 columns"),
            ("1\n2\n3\n4\n5", "5 rows"),
            ("1,2,3\n1,2,3\n1,2,3\n", "9 cells"),
            ("123456", "6 bytes in a cell"),
        ] {
            let fault = parse(text.to_owned(), 0, b',', &limits).unwrap_err();
            assert!(
                matches!(&fault, Fault::TooLarge { found, .. } if found == what),
                "{fault:?}"
            );
        }
        assert!(parse("1,2,3\n\n4\n".to_owned(), 0, b',', &limits).is_ok());
    }

    #[test]
    fn a_forgotten_quote_swallows_no_row() {
        let lines = |quoted: &str| format!("code,name,n,m\n1,{quoted}\n2,b,2,2\n3,c,3,3\n4,\"d\",4,4\n");
        let open = |text: String| {
            let (grid, open) = parse(text, 0, b',', &Limits::default()).unwrap();
            (grid.height(), open)
        };
        assert_eq!(open(lines("\"a,1,1")), (5, vec![(1, 1)]));
        assert_eq!(open(lines("\"a\",1,1")), (5, vec![]));
        // A remark of several lines is one cell.
        assert_eq!(open(lines("\"a\nb, c\nd\",1,1")), (5, vec![]));
    }

    proptest::proptest! {
        #[test]
        fn what_a_csv_writer_writes_is_read_back(table in proptest::collection::vec(
            // A quoted cell of several lines with separators may also be rows behind a forgotten quote.
            proptest::collection::vec(proptest::prop_oneof!["[a-z0-9,;\" 社区]{0,6}", "[a-z0-9;\"\\n 社区]{0,6}"], 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            proptest::prop_assert_eq!(rows(&text, b','), table);
        }

        #[test]
        fn no_text_breaks_it(text in "[\\PC\"\\n\\r,]{0,60}") {
            let _ = rows(&text, b',');
        }
    }
}
