//! The cells of a sheet in their order. Layout: ECMA-376 part 1, 18.3.1.

use std::borrow::Cow;

use calamine::{CellErrorType, Data, ExcelDateTime, ExcelDateTimeType};

use super::book::Book;
use super::formats::Shows;
use super::strings::plain;
use super::tags::{Kind, Xml, attribute, decoded, is_blank};

/// What a cell holds.
pub(in crate::intake::workbook) enum Content<'a> {
    Text(Cow<'a, str>),
    /// A number that is written as every number is read: the shortest decimal.
    Number(&'a str),
    Other(Data),
}

/// A cell with its place and the number of its format.
pub(in crate::intake::workbook) struct Cell<'a> {
    pub(in crate::intake::workbook) row: u32,
    pub(in crate::intake::workbook) column: u32,
    pub(in crate::intake::workbook) format: usize,
    pub(in crate::intake::workbook) content: Content<'a>,
}

/// The cells of one sheet under way.
pub(in crate::intake::workbook) struct Cells<'a> {
    book: &'a Book<'a>,
    rest: &'a str,
    row: u32,
    column: u32,
    in_row: bool,
    ended: bool,
}

/// The tag of a cell.
#[derive(Default)]
struct Tag<'a> {
    reference: Option<&'a str>,
    style: Option<&'a str>,
    kind: Option<&'a str>,
}

impl<'a> Cells<'a> {
    pub(in crate::intake::workbook) fn of(book: &'a Book<'a>, part: &'a [u8]) -> Option<Cells<'a>> {
        let mut xml = Xml::new(part)?;
        loop {
            let tag = xml.next()?;
            if tag.begins("dimension") {
                is_area(tag.attribute("ref")??).then_some(())?;
            }
            if tag.begins("sheetData") {
                return Some(Cells {
                    book,
                    rest: xml.rest(),
                    row: 0,
                    column: 0,
                    in_row: false,
                    ended: tag.kind == Kind::Empty,
                });
            }
        }
    }

    /// The next cell, or the end of the sheet; the outer `None`: something unusual.
    pub(in crate::intake::workbook) fn next(&mut self) -> Option<Option<Cell<'a>>> {
        while !self.ended {
            self.skip_blanks();
            if self.in_row {
                if self.take("<c") {
                    return self.cell().map(Some);
                }
                self.expect("</row>")?;
                self.end_row();
            } else if self.take("<row") {
                self.begin_row()?;
            } else {
                self.expect("</sheetData>")?;
                self.ended = true;
            }
        }
        Some(None)
    }

    fn begin_row(&mut self) -> Option<()> {
        let mut number = None;
        self.in_row = self.tag(|name, value| match name {
            "r" => number.replace(value).is_none(),
            _ => true,
        })?;
        if let Some(number) = number {
            self.row = row(number)?;
        }
        if !self.in_row {
            self.end_row();
        }
        Some(())
    }

    fn end_row(&mut self) {
        (self.row, self.column, self.in_row) = (self.row + 1, 0, false);
    }

    fn cell(&mut self) -> Option<Cell<'a>> {
        let mut tag = Tag::default();
        let has_content = self.tag(|name, value| match name {
            "r" => tag.reference.replace(value).is_none(),
            "s" => tag.style.replace(value).is_none(),
            "t" => tag.kind.replace(value).is_none(),
            _ => true,
        })?;
        let (row, column) = match tag.reference {
            Some(reference) => place(reference)?,
            None => (self.row, self.column),
        };
        self.column = column + 1;
        let format = tag.style.map_or(Some(0), number)?;
        let content = if has_content {
            self.content(&tag, format)?
        } else {
            Content::Text(Cow::Borrowed(""))
        };
        Some(Cell {
            row,
            column,
            format,
            content,
        })
    }

    /// What stands within a cell, up to its end.
    fn content(&mut self, tag: &Tag<'a>, format: usize) -> Option<Content<'a>> {
        self.skip_blanks();
        if self.take("<f") && self.tag(|_, _| true)? {
            decoded(self.text("</f>")?)?;
        }
        self.skip_blanks();
        let content = if self.take("<v") {
            let text = if self.tag(|_, _| true)? { self.text("</v>")? } else { "" };
            self.value(tag, format, text)?
        } else if tag.kind == Some("inlineStr") && self.take("<is>") {
            self.inline()?
        } else {
            // Without a value: the end follows, or something unusual.
            Content::Text(Cow::Borrowed(""))
        };
        self.skip_blanks();
        self.expect("</c>")?;
        Some(content)
    }

    fn value(&self, tag: &Tag<'a>, format: usize, text: &'a str) -> Option<Content<'a>> {
        Some(match tag.kind {
            None | Some("n" | "s" | "b" | "e") if text.is_empty() => Content::Text(Cow::Borrowed("")),
            Some("s") => {
                let string = self.book.strings.get(number(text)?)?;
                Content::Text(Cow::Borrowed(string))
            }
            None | Some("n") => return self.number(tag, format, text),
            Some("str") => Content::Text(plain(decoded(text)?, true)?),
            Some("b") => Content::Other(Data::Bool(match text {
                "0" => false,
                "1" => true,
                _ => return None,
            })),
            Some("e") => Content::Other(Data::Error(error(text)?)),
            Some(_) => return None,
        })
    }

    fn number(&self, tag: &Tag<'a>, format: usize, text: &'a str) -> Option<Content<'a>> {
        let shows = match tag.style {
            None => Shows::Number,
            // Beyond the list of formats: the library takes it for none.
            Some(_) => self
                .book
                .formats
                .get(format)
                .map_or(Shows::Number, |format| format.shows),
        };
        let moment = match shows {
            Shows::Number if is_shortest(text) => return Some(Content::Number(text)),
            Shows::Number => None,
            Shows::Moment => Some(ExcelDateTimeType::DateTime),
            Shows::Span => Some(ExcelDateTimeType::TimeDelta),
            Shows::Unknown => return None,
        };
        let number: f64 = is_decimal(text).then(|| text.parse().ok())??;
        Some(Content::Other(match moment {
            Some(kind) => Data::DateTime(ExcelDateTime::new(number, kind, self.book.is_1904)),
            None => Data::Float(number),
        }))
    }

    /// A text within the cell: one run.
    fn inline(&mut self) -> Option<Content<'a>> {
        self.skip_blanks();
        self.expect("<t")?;
        let mut keeps_blanks = false;
        let is_open = self.tag(|name, value| {
            keeps_blanks = name == "xml:space" && value == "preserve";
            name == "xml:space"
        })?;
        let text = if is_open { self.text("</t>")? } else { "" };
        self.skip_blanks();
        self.expect("</is>")?;
        Some(Content::Text(plain(decoded(text)?, keeps_blanks)?))
    }

    /// Hands the attributes of a tag to `take`, which says whether they are usual; whether the element has content.
    fn tag(&mut self, mut take: impl FnMut(&'a str, &'a str) -> bool) -> Option<bool> {
        loop {
            // Some programs write `<c r="A1" />`.
            let ending = self.rest.trim_start_matches(' ');
            if let Some(rest) = ending.strip_prefix('>') {
                self.rest = rest;
                return Some(true);
            }
            if let Some(rest) = ending.strip_prefix("/>") {
                self.rest = rest;
                return Some(false);
            }
            let (name, value, rest) = attribute(self.rest)?;
            take(name, value).then_some(())?;
            self.rest = rest;
        }
    }

    /// The text up to the end of its element.
    fn text(&mut self, end: &str) -> Option<&'a str> {
        let at = self.rest.bytes().position(|byte| byte == b'<')?;
        let (text, rest) = self.rest.split_at(at);
        self.rest = rest;
        self.expect(end)?;
        Some(text)
    }

    fn skip_blanks(&mut self) {
        let length = self.rest.bytes().position(|byte| !is_blank(byte));
        self.rest = &self.rest[length.unwrap_or(self.rest.len())..];
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, text: &str) -> Option<()> {
        self.take(text).then_some(())
    }
}

/// Digits of a number that no reader takes for another one.
const DIGITS: usize = 9;

fn number(text: &str) -> Option<usize> {
    let is_number = (1..=DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// The index of a row by its number.
fn row(text: &str) -> Option<u32> {
    u32::try_from(number(text)?).ok()?.checked_sub(1)
}

/// Row and column of a reference such as `AB12`.
fn place(reference: &str) -> Option<(u32, u32)> {
    /// Letters of the last column.
    const LETTERS: usize = 3;
    let letters = reference.bytes().position(|byte| !byte.is_ascii_uppercase())?;
    let (letters, digits) = reference.split_at(letters);
    let is_column = (1..=LETTERS).contains(&letters.len());
    let add = |sum: u32, letter: u8| sum * 26 + u32::from(letter - b'A') + 1;
    let column = is_column.then(|| letters.bytes().fold(0, add))?;
    Some((row(digits)?, column - 1))
}

/// Whether a text is a cell, or a block of cells: `A1:AF221`.
fn is_area(text: &str) -> bool {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    place(first)
        .zip(place(last))
        .is_some_and(|(first, last)| first.0 <= last.0 && first.1 <= last.1)
}

/// Digits that every number of 64 bits keeps.
const KEPT_DIGITS: usize = 15;

/// Whether a number is written as its shortest decimal, which is what every reader makes of it.
fn is_shortest(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "1"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= KEPT_DIGITS
        && are_digits(whole)
        && are_digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && !fraction.ends_with('0')
}

/// Whether a number is written in digits, with a sign, a point or an exponent.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.ends_with(|c: char| c.is_ascii_digit())
        && unsigned
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
}

fn error(text: &str) -> Option<CellErrorType> {
    Some(match text {
        "#DIV/0!" => CellErrorType::Div0,
        "#N/A" => CellErrorType::NA,
        "#NAME?" => CellErrorType::Name,
        "#NULL!" => CellErrorType::Null,
        "#NUM!" => CellErrorType::Num,
        "#REF!" => CellErrorType::Ref,
        "#VALUE!" => CellErrorType::Value,
        _ => return None,
    })
}
