//! What the sheets of an old workbook (BIFF) show. Record and field layouts: [MS-XLS] 2.4 and 2.5.

mod conditional;

use std::collections::HashMap;
use std::sync::Arc;

use self::conditional::{CONDITION, CONDITIONS, Fill, Set, blocks, condition};
use super::conditional::{Change, Conditional};
use super::days::local_code;
use super::font::kind;
use super::look::{BLACK, Back, Colour, Look};
use super::number_format::NumberFormat;
use super::sheet::Shown;
use super::xlsx::indexed;
use crate::domain::{Run, RunKind};
use crate::intake::archive::{u16_at, u32_at};
use crate::intake::biff::{BOUND_SHEET, CONTINUE, FORMULAS, MANY_NUMBERS, NUMBERS, STRINGS, raw, records};
use crate::pipeline::Limits;

const FONT: u16 = 0x0031;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const PALETTE: u16 = 0x0092;
const ROW: u16 = 0x0208;
const COLUMNS: u16 = 0x007D;
const MERGED: u16 = 0x00E5;
const WINDOW: u16 = 0x023E;
const TEXT: u16 = 0x0204;
const SHARED_TEXT: u16 = 0x00FD;
const MANY_BLANKS: u16 = 0x00BE;
const BLANK: u16 = 0x0201;
/// Further single cells: a truth or an error.
const TRUTH: u16 = 0x0205;

/// Rich strings by their place among the shared ones: text up to each change of font, and the font that follows. Only looked
/// up, never listed.
type Strings = HashMap<u32, Vec<(Option<u16>, String)>>;

/// Of each worksheet, in the order of the workbook; `None` where its records cannot be walked.
pub(in crate::intake) fn of_xls(stream: &[u8], limits: &Limits) -> Option<Vec<Shown>> {
    let book = Book::read(stream)?;
    let of_sheet = |start: &usize| book.sheet(stream, *start, limits);
    Some(book.sheets.iter().map(of_sheet).collect())
}

/// Formats that the program brings along, so that no record gives them.
const OF_PROGRAM: [(u16, &str); 12] = [
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (16, "d-mmm"),
    (17, "mmm-yy"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (45, "mm:ss"),
    (47, "mmss.0"),
];
/// Formats up to this number come with the program.
const LAST_OF_PROGRAM: u16 = 58;

#[derive(Default)]
struct Book {
    /// Where each worksheet begins.
    sheets: Vec<usize>,
    fonts: Vec<Font>,
    /// Font, number format and background of each cell format.
    styles: Vec<(u16, u16, Fill)>,
    /// Colours that take the place of the program's, from the eighth on.
    palette: Vec<Colour>,
    formats: HashMap<u16, Arc<NumberFormat>>,
    strings: Strings,
}

impl Book {
    fn read(stream: &[u8]) -> Option<Book> {
        let mut book = Book::default();
        let local = (0..=LAST_OF_PROGRAM).filter_map(|number| Some((number, local_code(number.into())?)));
        for (number, code) in local.chain(OF_PROGRAM) {
            book.formats
                .extend(NumberFormat::of(code).map(|format| (number, Arc::new(format))));
        }
        for (kind, data) in records(stream, 0) {
            match kind {
                // Kind 0 is a worksheet, others are charts and macros.
                BOUND_SHEET if data.get(5) == Some(&0) => book.sheets.push(u32_at(data, 0)? as usize),
                FONT => book.fonts.push(font(data)?),
                FORMAT => {
                    let format = Text::new(&[data], 2).format()?;
                    let number = u16_at(data, 0)?;
                    match NumberFormat::of(&format) {
                        Some(format) => book.formats.insert(number, Arc::new(format)),
                        None => book.formats.remove(&number),
                    };
                }
                XF => book.styles.push((u16_at(data, 0)?, u16_at(data, 2)?, fill(data))),
                PALETTE => {
                    let colours = data.get(2..).unwrap_or_default().chunks_exact(4);
                    book.palette = colours.map(|colour| [colour[0], colour[1], colour[2]]).collect();
                }
                _ => {}
            }
        }
        book.strings = strings(stream);
        Some(book)
    }

    /// A font. The fifth one has no number.
    fn font(&self, number: u16) -> Font {
        let at = usize::from(number) - usize::from(number > 4);
        self.fonts.get(at).copied().unwrap_or_default()
    }

    fn colour(&self, number: u16) -> Option<Colour> {
        /// The first colour that a workbook may change.
        const FIRST: usize = 8;
        /// The program's own for text.
        const AUTOMATIC: u16 = 0x7FFF;
        if number == AUTOMATIC {
            return Some(BLACK);
        }
        let own = usize::from(number).checked_sub(FIRST);
        own.and_then(|at| self.palette.get(at).copied())
            .or_else(|| indexed(number.into()))
    }

    /// How a font sets text before a background.
    fn look(&self, font: Font, fill: Fill) -> Look {
        Look {
            colour: self.colour(font.colour),
            back: self.back(fill),
            size: Some(font.points),
        }
    }

    fn back(&self, fill: Fill) -> Back {
        match fill {
            Fill::None => Back::Paper,
            Fill::Solid(colour) => self.colour(colour).map_or(Back::Unknown, Back::Colour),
            Fill::Other => Back::Unknown,
        }
    }

    fn change(&self, set: Set) -> Change {
        Change {
            colour: set.colour.and_then(|colour| self.colour(colour)),
            back: set.back.map(|fill| self.back(fill)),
            struck: set.struck,
        }
    }

    fn sheet(&self, stream: &[u8], start: usize, limits: &Limits) -> Shown {
        let mut shown = Shown::default();
        // Rows come in blocks, and the cells of a row need not follow each other.
        let mut cells: Vec<(u32, u32, u16, Option<u32>)> = Vec::new();
        let mut under_condition = Vec::new();
        for (kind, data) in records(stream, start) {
            let Some((row, column)) = u16_at(data, 0).zip(u16_at(data, 2)) else {
                continue;
            };
            let at = |more: usize| (u32::from(row), u32::from(column) + more as u32);
            match kind {
                // Bit 4 of its flags, which come first: zeros are shown.
                WINDOW => shown.hides_zeros |= row & 0x10 == 0,
                ROW if row_is_hidden(data) => {
                    shown.markings.hidden_rows.insert(u32::from(row));
                }
                COLUMNS if u16_at(data, 8).is_some_and(|flags| flags & 1 != 0) || u16_at(data, 4) == Some(0) => {
                    shown.hide_columns(u32::from(row), u32::from(column), limits.columns);
                }
                MERGED => {
                    for block in data.get(2..).unwrap_or_default().chunks_exact(8) {
                        let corner =
                            |row, column| Some((u32::from(u16_at(block, row)?), u32::from(u16_at(block, column)?)));
                        if let Some((first, last)) = corner(0, 4).zip(corner(2, 6)) {
                            shown.merge(first, last);
                        }
                    }
                }
                MANY_NUMBERS => {
                    let styles = data.get(4..).unwrap_or_default().chunks_exact(6);
                    let styles = styles.filter_map(|cell| u16_at(cell, 0)).enumerate();
                    cells.extend(styles.map(|(more, style)| (at(more).0, at(more).1, style, None)));
                }
                CONDITIONS => under_condition = blocks(data),
                CONDITION => {
                    let conditional = condition(data).map(|(test, set)| Conditional {
                        blocks: under_condition.clone(),
                        test,
                        change: self.change(set),
                    });
                    conditional.into_iter().for_each(|found| shown.conditionals.add(found));
                }
                BLANK | MANY_BLANKS => {}
                _ if NUMBERS.contains(&kind)
                    || FORMULAS.contains(&kind)
                    || matches!(kind, TEXT | TRUTH | SHARED_TEXT) =>
                {
                    let shared = u32_at(data, 6).filter(|_| kind == SHARED_TEXT);
                    cells.extend(u16_at(data, 4).map(|style| (at(0).0, at(0).1, style, shared)));
                }
                _ => {}
            }
        }
        cells.sort_unstable();
        for (row, column, style, shared) in cells {
            let (font, format, fill) = self.styles.get(usize::from(style)).copied().unwrap_or_default();
            let own = self.font(font);
            let runs = shared.and_then(|at| self.strings.get(&at)).map(|runs| {
                let run = |(font, text): &(Option<u16>, String)| {
                    let font = font.map_or(own, |font| self.font(font));
                    let why = self.look(font, fill).unseen();
                    Run {
                        text: text.clone(),
                        kind: why.map_or(font.kind, RunKind::Unseen),
                    }
                };
                runs.iter().map(run).collect::<Arc<[Run]>>()
            });
            shown.add((row, column), runs.as_ref(), own.kind);
            let look = self.look(own, fill);
            let is_needed = look.unseen().is_some() || !shown.conditionals.is_empty();
            if runs.is_none() && is_needed {
                shown.looks.insert((row, column), look);
            }
            if let Some(format) = self.formats.get(&format) {
                shown.formatted.insert((row, column), format.clone());
            }
        }
        shown.end_row();
        shown
    }
}

/// A font: how it sets text, the number of its colour, and its height.
#[derive(Clone, Copy)]
struct Font {
    kind: RunKind,
    colour: u16,
    points: f64,
}

impl Default for Font {
    fn default() -> Font {
        Font {
            kind: RunKind::Plain,
            colour: 0x7FFF,
            points: 10.0,
        }
    }
}

fn font(data: &[u8]) -> Option<Font> {
    let (flags, script) = (u16_at(data, 2)?, u16_at(data, 8)?);
    Some(Font {
        kind: kind(flags & 0x8 != 0, script == 1, script == 2),
        colour: u16_at(data, 4)?,
        points: f64::from(u16_at(data, 0)?) / 20.0,
    })
}

/// The pattern in the six highest bits before the colours, of seven bits each.
fn fill(data: &[u8]) -> Fill {
    /// Length of a cell format since 1997.
    const LENGTH: usize = 20;
    let Some((before, colours)) = u32_at(data, 14).zip(u16_at(data, 18)).filter(|_| data.len() >= LENGTH) else {
        return Fill::Other;
    };
    match before >> 26 {
        0 => Fill::None,
        1 => Fill::Solid(colours & 0x7F),
        _ => Fill::Other,
    }
}

/// The shared strings of several fonts. What follows a damaged one is left: its library reads no further either.
fn strings(stream: &[u8]) -> Strings {
    let mut found = Strings::new();
    let mut all = raw(stream, 0);
    let Some((_, first)) = all.by_ref().find(|(kind, _)| *kind == STRINGS) else {
        return found;
    };
    let mut pieces = vec![first];
    pieces.extend(all.take_while(|(kind, _)| *kind == CONTINUE).map(|(_, data)| data));
    let mut text = Text::new(&pieces, 8);
    let count = u32_at(first, 4).unwrap_or(0);
    for at in 0..count {
        match text.rich() {
            Some(runs) if runs.iter().any(|(font, _)| font.is_some()) => {
                found.insert(at, runs);
            }
            Some(_) => {}
            None => break,
        }
    }
    found
}

/// Strings that may run over several records.
struct Text<'a> {
    pieces: &'a [&'a [u8]],
    piece: usize,
    at: usize,
}

impl<'a> Text<'a> {
    fn new(pieces: &'a [&'a [u8]], at: usize) -> Text<'a> {
        Text { pieces, piece: 0, at }
    }

    fn byte(&mut self) -> Option<u8> {
        while self.at >= self.pieces.get(self.piece)?.len() {
            self.piece += 1;
            self.at = 0;
        }
        let byte = self.pieces[self.piece][self.at];
        self.at += 1;
        Some(byte)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn long(&mut self) -> Option<u32> {
        Some(u32::from(self.short()?) | u32::from(self.short()?) << 16)
    }

    /// So many characters; where they go on in another record, it begins with a new flag for their width.
    fn units(&mut self, count: u16, mut wide: bool) -> Option<Vec<u16>> {
        let mut units = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            if self.at >= self.pieces.get(self.piece)?.len() {
                wide = self.byte()? & 1 == 1;
            }
            units.push(if wide { self.short()? } else { u16::from(self.byte()?) });
        }
        Some(units)
    }

    /// The text of a number format: its length in two bytes, a flag, its characters.
    fn format(&mut self) -> Option<String> {
        let count = self.short()?;
        let flags = self.byte()?;
        Some(String::from_utf16_lossy(&self.units(count, flags & 1 == 1)?))
    }

    /// A shared string: its parts, each with the font that it begins with; None: that of its cell.
    fn rich(&mut self) -> Option<Vec<(Option<u16>, String)>> {
        let count = self.short()?;
        let flags = self.byte()?;
        let changes = if flags & 8 != 0 { self.short()? } else { 0 };
        let beyond = if flags & 4 != 0 { self.long()? } else { 0 };
        let units = self.units(count, flags & 1 == 1)?;
        let (mut runs, mut from, mut font) = (Vec::new(), 0, None);
        for _ in 0..changes {
            let (at, next) = (usize::from(self.short()?), self.short()?);
            let at = at.clamp(from, units.len());
            if at > from {
                runs.push((font, String::from_utf16_lossy(&units[from..at])));
            }
            (from, font) = (at, Some(next));
        }
        runs.push((font, String::from_utf16_lossy(&units[from..])));
        for _ in 0..beyond {
            self.byte()?;
        }
        Some(runs)
    }
}

/// Whether a row is hidden, or has a height of its own (bit 6) that is 0.
fn row_is_hidden(data: &[u8]) -> bool {
    let Some((height, flags)) = u16_at(data, 6).zip(u16_at(data, 12)) else {
        return false;
    };
    flags & 0x20 != 0 || (flags & 0x40 != 0 && height & 0x7fff == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_of_cell_formats() {
        let format = |before: u32, colours: u16| {
            let mut data = [0_u8; 20];
            data[14..18].copy_from_slice(&before.to_le_bytes());
            data[18..].copy_from_slice(&colours.to_le_bytes());
            fill(&data)
        };
        assert_eq!(format(0, 0x20C0), Fill::None);
        assert_eq!(format(1 << 26, 0x2088), Fill::Solid(8));
        assert_eq!(format(5 << 26, 0x2088), Fill::Other);
        assert_eq!(fill(&[0; 16]), Fill::Other);
    }

    #[test]
    fn strings_run_over_records() {
        // Four characters, two changes of font; the last two characters are wide and stand in the next record.
        let first = [&[4, 0, 8, 2, 0][..], b"ab"].concat();
        let next = [&[1][..], &[0x4E, 0x61, b'd', 0], &[1, 0, 5, 0], &[3, 0, 6, 0]].concat();
        let pieces = [first.as_slice(), next.as_slice()];
        let runs = Text::new(&pieces, 0).rich().unwrap();
        let text = |font, text: &str| (font, text.to_owned());
        assert_eq!(runs, [text(None, "a"), text(Some(5), "b慎"), text(Some(6), "d")]);
        assert_eq!(Text::new(&[&first], 0).rich(), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let mut text = Text::new(&[], 0);
            assert_eq!(text.rich(), None);
            let pieces: Vec<&[u8]> = bytes.chunks(7).collect();
            let _ = Text::new(&pieces, 0).rich();
            let _ = of_xls(&bytes, &Limits::default());
        }
    }

    #[test]
    fn rows_without_a_height_are_hidden() {
        let row = |height: u16, flags: u16| {
            let mut data = [0_u8; 16];
            data[6..8].copy_from_slice(&height.to_le_bytes());
            data[12..14].copy_from_slice(&flags.to_le_bytes());
            row_is_hidden(&data)
        };
        assert!(row(255, 0x20));
        assert!(row(0, 0x40));
        assert!(!row(0, 0));
        assert!(!row(0x80ff, 0));
        assert!(!row(15, 0x40));
        assert!(!row_is_hidden(&[0; 8]));
    }
}
