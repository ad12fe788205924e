//! A part of a zipped workbook as it is unpacked, piece by piece: XML that would make the library that reads it later hold
//! far more than the part itself, or look elsewhere, is refused.

use memchr::{memchr, memchr2};

use super::fault::Fault;
use crate::pipeline::Limits;

/// Pictures and programs: no XML, so nothing in them is read.
const MEDIA: [&[u8]; 4] = [b"\x89PNG", b"\xFF\xD8\xFF", b"\xD0\xCF\x11\xE0", b"\xD7\xCD\xC6\x9A"];
/// Endings of further pictures. They are recognised by name alone, so they have a limit of their own.
const PICTURES: [&str; 7] = [".gif", ".emf", ".wmf", ".bmp", ".tif", ".tiff", ".wdp"];
const PICTURE_BYTES: u64 = 64 << 20;
/// A character may be written as `&#x4e00;`: that many bytes for three.
const ESCAPED: usize = 8;
/// Names of elements that become entries of lists which the library keeps. A spreadsheet program allows some 65,000 cell
/// formats.
const LISTED: [&[u8]; 9] = [
    b"xf",
    b"font",
    b"fill",
    b"border",
    b"numFmt",
    b"dxf",
    b"definedName",
    b"Relationship",
    b"style",
];
const LISTED_MOST: u64 = 200_000;
/// The part of all that may be unpacked which may be shared strings: each costs several times its own bytes.
const STRINGS_SHARE: u64 = 4;
/// Ends of what hides zeros, columns, or rows by default, at most eight bytes; a row that says so itself; and the word in place of 0.
const NOTHING: [&[u8]; 6] = [
    b"eros=\"0",
    b"eros='0",
    b"idth=\"0",
    b"idth='0",
    b"eight=\"0",
    b"eight='0",
];
const HEIGHT: [&[u8; 5]; 2] = [b"ht=\"0", b"ht='0"];
const FALSE: [&[u8]; 2] = [b"eros=\"f", b"eros='f"];

/// What follows the `<` before the value of a cell, and the one behind it.
const BEGIN: &[u8] = b"v>";
const END: &[u8] = b"/v></c>";

/// Bytes of an element's name that are looked at.
const NAME: usize = 16;

/// One part under way.
pub(super) struct Part<'a> {
    limits: &'a Limits,
    kind: Kind,
    bytes: u64,
    /// Bytes since the last `<` or `>`.
    run: usize,
    /// What follows the last `<`, as far as it is looked at; complete once something ends it.
    name: [u8; NAME],
    length: usize,
    /// Whether a name, or what stands behind it within the tag, is under way.
    at: At,
    sheets: u64,
    listed: u64,
    /// The value of `uniqueCount`, and how much of that word has been seen.
    counted: Count,
    cell: Cell,
    uncomputed: bool,
    marked: bool,
    padded: bool,
    /// The last byte of a cell's value was a blank.
    blank_end: bool,
    /// The last `<` has no `>` yet.
    in_tag: bool,
    /// What follows the name of the last element may hide something.
    may_hide: bool,
    /// The last bytes outside of names, the newest lowest, where they may hide something.
    seen: u64,
    reference: Reference,
}

/// `r="AB12"` of a cell or a row. The library counts in 32 bits and goes on beyond them: a reference that no sheet has would
/// become another one in silence.
#[derive(Clone, Copy)]
enum Reference {
    /// No cell and no row is under way.
    Off,
    /// How much of a blank, `r`, `=` and a quotation mark has been seen.
    Looking(u8),
    Letters(u8),
    Digits(u8),
}

/// Letters of the last column of a sheet, and digits of its last row.
const LETTERS: u8 = 3;
const DIGITS: u8 = 7;

impl Reference {
    /// What is under way behind some bytes.
    fn behind(self, bytes: &[u8]) -> Result<Reference, Fault> {
        let (begun, rest) = match self {
            Reference::Off => return Ok(self),
            // As nearly every cell begins, with no other attribute in whose name is an `r`.
            Reference::Looking(1) => match common(bytes).filter(|rest| !rest.contains(&b'r')) {
                Some(rest) => (Reference::Looking(0), &rest[rest.len().saturating_sub(1)..]),
                None => (self, bytes),
            },
            _ => (self, bytes),
        };
        rest.iter().try_fold(begun, |reference, byte| reference.after(*byte))
    }

    fn after(self, byte: u8) -> Result<Reference, Fault> {
        let blank = byte.is_ascii_whitespace();
        let next = match (self, byte) {
            (Reference::Off, _) => Reference::Off,
            (Reference::Looking(1), b'r') => Reference::Looking(2),
            (Reference::Looking(2), b'=') => Reference::Looking(3),
            (Reference::Looking(seen @ (2 | 3)), _) if blank => Reference::Looking(seen),
            (Reference::Looking(3), b'"' | b'\'') => Reference::Letters(0),
            (Reference::Letters(seen), byte) if byte.is_ascii_alphabetic() => Reference::Letters(seen + 1),
            (Reference::Letters(_), byte) if byte.is_ascii_digit() => Reference::Digits(1),
            (Reference::Digits(seen), byte) if byte.is_ascii_digit() => Reference::Digits(seen + 1),
            _ => Reference::Looking(u8::from(blank)),
        };
        match next {
            Reference::Letters(seen) if seen > LETTERS => Err(Fault::Unreadable("a reference beyond any sheet".into())),
            Reference::Digits(seen) if seen > DIGITS => Err(Fault::Unreadable("a reference beyond any sheet".into())),
            next => Ok(next),
        }
    }
}

/// The cell of a sheet under way.
#[derive(Default)]
struct Cell {
    formula: bool,
    valued: bool,
    /// What follows is its value.
    in_value: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its first bytes have not been seen.
    New {
        picture: bool,
    },
    Xml,
    Strings,
    Media,
    Picture,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Name,
    Elsewhere,
}

/// `uniqueCount="…"`: the library makes room for as many strings before it has seen one.
#[derive(Clone, Copy)]
enum Count {
    Word(usize),
    Digits(u64),
}

const COUNT: &[u8] = b"uniqueCount";

impl<'a> Part<'a> {
    /// Of the part of this name, in small letters.
    pub(super) fn new(name: &str, limits: &'a Limits) -> Part<'a> {
        let kind = if name.ends_with("sharedstrings.xml") {
            Kind::Strings
        } else {
            Kind::New {
                picture: PICTURES.iter().any(|ending| name.ends_with(ending)),
            }
        };
        Part {
            limits,
            kind,
            bytes: 0,
            run: 0,
            name: [0; NAME],
            length: 0,
            at: At::Elsewhere,
            sheets: 0,
            listed: 0,
            counted: Count::Word(0),
            cell: Cell::default(),
            uncomputed: false,
            marked: false,
            padded: false,
            blank_end: false,
            in_tag: false,
            may_hide: true,
            seen: 0,
            reference: Reference::Off,
        }
    }

    /// Whether a cell had a formula and no value.
    pub(super) fn uncomputed(&self) -> bool {
        self.uncomputed
    }

    /// Whether text may be struck, raised, lowered or set in fonts of its own, or rows, columns or cells hidden or merged.
    pub(super) fn marked(&self) -> bool {
        self.marked
    }

    /// Whether blanks stand around the value of a cell.
    pub(super) fn padded(&self) -> bool {
        self.padded
    }

    /// Looks at the next piece.
    pub(super) fn take(&mut self, piece: &[u8]) -> Result<(), Fault> {
        if let Kind::New { picture } = self.kind {
            self.kind = match picture {
                _ if MEDIA.iter().any(|magic| piece.starts_with(magic)) => Kind::Media,
                true => Kind::Picture,
                false => Kind::Xml,
            };
        }
        self.bytes += piece.len() as u64;
        match self.kind {
            Kind::Media => Ok(()),
            Kind::Picture => Fault::unless_within(self.bytes, PICTURE_BYTES, "bytes of a picture"),
            Kind::Strings => {
                let most = self.limits.unpacked_bytes / STRINGS_SHARE;
                Fault::unless_within(self.bytes, most, "bytes of shared strings")?;
                self.count_strings(piece)?;
                self.xml(piece)
            }
            Kind::New { .. } | Kind::Xml => self.xml(piece),
        }
    }

    fn xml(&mut self, piece: &[u8]) -> Result<(), Fault> {
        let mut rest = piece;
        while let Some(at) = next_bracket(rest) {
            self.between(&rest[..at])?;
            self.bracket(rest[at])?;
            rest = &rest[at + 1..];
            // A sheet has these for each cell.
            if self.in_tag && rest.starts_with(BEGIN) {
                self.cell.in_value = true;
                rest = self.skip(rest, BEGIN);
            } else if self.in_tag && rest.starts_with(END) {
                self.end_cell();
                rest = self.skip(rest, END);
            }
        }
        self.between(rest)
    }

    /// Goes on behind the tags of a value, whose `<` has been seen.
    fn skip<'p>(&mut self, rest: &'p [u8], tags: &[u8]) -> &'p [u8] {
        (self.at, self.in_tag, self.may_hide) = (At::Elsewhere, false, false);
        &rest[tags.len()..]
    }

    /// Begins or ends a tag.
    fn bracket(&mut self, byte: u8) -> Result<(), Fault> {
        if self.at == At::Name {
            self.named()?;
        }
        let begins = byte == b'<';
        if begins && self.cell.in_value {
            self.cell.valued |= self.run > 0;
            self.padded |= self.run > 0 && self.blank_end;
            self.cell.in_value = false;
        }
        // Within an attribute, a comment or CDATA: what hides something could stand behind a name that hides nothing.
        self.marked |= begins && self.in_tag;
        self.in_tag = begins;
        // Until the name is known; longer ones never are.
        self.may_hide |= begins;
        self.run = 0;
        self.length = 0;
        self.reference = Reference::Off;
        self.at = if begins { At::Name } else { At::Elsewhere };
        Ok(())
    }

    /// Takes bytes that are neither `<` nor `>`.
    fn between(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let most = self.limits.cell_bytes.saturating_mul(ESCAPED);
        let left = most.saturating_sub(self.run);
        let bytes = &bytes[..bytes.len().min(left.saturating_add(1))];
        let Some((first, last)) = bytes.first().zip(bytes.last()) else {
            return Ok(());
        };
        if self.cell.in_value && self.at == At::Elsewhere {
            self.padded |= self.run == 0 && first.is_ascii_whitespace();
            self.blank_end = last.is_ascii_whitespace();
        }
        self.run += bytes.len();
        let mut rest = bytes;
        while self.at == At::Name
            && let Some((byte, after)) = rest.split_first()
        {
            self.letter(*byte)?;
            rest = after;
        }
        self.reference = self.reference.behind(rest)?;
        if self.may_hide {
            rest.iter().for_each(|byte| self.hides(*byte));
        }
        if self.run > most {
            return Err(Fault::TooLarge {
                found: format!("more than {} bytes in a cell", self.limits.cell_bytes),
                limit: format!("{} bytes in a cell", self.limits.cell_bytes),
            });
        }
        Ok(())
    }

    /// Notes what hides rows, columns and zeros, and is rarely anything else: the word `hidden`, a height or a width that begins with 0,
    /// `showZeros="0"`. Every workbook has `right="0.7"` in its margins and `pos="0"` in its theme.
    fn hides(&mut self, byte: u8) {
        self.seen = self.seen << 8 | u64::from(byte);
        self.marked |= match byte {
            b'n' => ends_in(self.seen, b"hidden"),
            b'0' => NOTHING.iter().any(|text| ends_in(self.seen, text)) || self.is_row_of_no_height(),
            b'f' => FALSE.iter().any(|text| ends_in(self.seen, text)),
            _ => false,
        };
    }

    /// Whether the last bytes are an attribute `ht` that begins with 0.
    fn is_row_of_no_height(&self) -> bool {
        let before = (self.seen >> (8 * HEIGHT[0].len())) as u8;
        before.is_ascii_whitespace() && HEIGHT.iter().any(|text| ends_in(self.seen, *text))
    }

    /// A byte of an element's name: what stands before `:` is a prefix.
    fn letter(&mut self, byte: u8) -> Result<(), Fault> {
        match byte {
            b':' => self.length = usize::from(self.name[0] == b'/' && self.length > 0),
            b' ' | b'\t' | b'\r' | b'\n' | b'/' if self.length > 0 => {
                self.named()?;
                self.at = At::Elsewhere;
                // What ends a name stands before the first attribute.
                self.seen = self.seen << 8 | u64::from(byte);
            }
            _ if self.length < NAME => {
                self.name[self.length] = byte;
                self.length += 1;
            }
            _ => self.at = At::Elsewhere,
        }
        Ok(())
    }

    /// Judges the name that has come to its end.
    fn named(&mut self) -> Result<(), Fault> {
        let name = &self.name[..self.length];
        // Cells and texts, of which a workbook has millions.
        self.may_hide = false;
        match name {
            b"c" => {
                self.cell = Cell::default();
                self.reference = Reference::Looking(1);
                return Ok(());
            }
            b"f" => {
                self.cell.formula = true;
                return Ok(());
            }
            b"v" => {
                self.cell.in_value = true;
                return Ok(());
            }
            b"/c" => {
                self.end_cell();
                return Ok(());
            }
            b"/v" | b"/f" | b"t" | b"/t" | b"si" | b"/si" | b"/row" => return Ok(()),
            _ => self.may_hide = true,
        }
        match name {
            b"row" => self.reference = Reference::Looking(1),
            b"is" => self.cell.valued = true,
            b"strike" | b"vertAlign" | b"mergeCell" | b"rPr" => self.marked = true,
            b"sheet" => {
                self.sheets += 1;
                Fault::unless_within(self.sheets, self.limits.sheets as u64, "sheets")?;
            }
            // The document type may declare entities that grow, or name files to look at.
            _ if name.eq_ignore_ascii_case(b"!DOCTYPE") || name.eq_ignore_ascii_case(b"!ENTITY") => {
                return Err(Fault::Unreadable("XML with a document type".to_owned()));
            }
            _ if LISTED.contains(&name) => {
                self.listed += 1;
                Fault::unless_within(self.listed, LISTED_MOST, "formats and names")?;
            }
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        self.uncomputed |= self.cell.formula && !self.cell.valued;
    }

    fn count_strings(&mut self, piece: &[u8]) -> Result<(), Fault> {
        let mut rest = piece;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            self.counted = match self.counted {
                Count::Word(0) if byte != COUNT[0] => {
                    rest = &rest[memchr(COUNT[0], rest).unwrap_or(rest.len())..];
                    Count::Word(0)
                }
                Count::Word(seen) if seen == COUNT.len() => match byte {
                    b'0'..=b'9' => Count::Digits(u64::from(byte - b'0')),
                    b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n' | b'+' => self.counted,
                    _ => Count::Word(0),
                },
                Count::Word(seen) if byte == COUNT[seen] => Count::Word(seen + 1),
                Count::Word(_) => Count::Word(usize::from(byte == COUNT[0])),
                Count::Digits(number) if byte.is_ascii_digit() => {
                    Count::Digits(number.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
                }
                Count::Digits(number) => {
                    Fault::unless_within(number, self.limits.cells as u64, "shared strings")?;
                    Count::Word(0)
                }
            };
        }
        Ok(())
    }
}

/// What follows `r="AB12"`; None: something else stands there.
fn common(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"r=\"")?;
    let letters = rest.iter().position(|byte| !byte.is_ascii_alphabetic())?;
    let digits = rest[letters..].iter().position(|byte| !byte.is_ascii_digit())?;
    let is_within = (1..=LETTERS as usize).contains(&letters) && (1..=DIGITS as usize).contains(&digits);
    rest[letters + digits..].strip_prefix(b"\"").filter(|_| is_within)
}

/// Where the next `<` or `>` is: a few bytes away in most cases.
fn next_bracket(bytes: &[u8]) -> Option<usize> {
    const NEAR: usize = 8;
    let near = &bytes[..bytes.len().min(NEAR)];
    let found = near.iter().position(|byte| matches!(byte, b'<' | b'>'));
    found.or_else(|| Some(near.len() + memchr2(b'<', b'>', &bytes[near.len()..])?))
}

/// Whether the last bytes are these, at most eight.
fn ends_in(seen: u64, bytes: &[u8]) -> bool {
    let wanted = bytes.iter().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
    let mask = u64::MAX >> (64 - 8 * bytes.len().clamp(1, 8));
    seen & mask == wanted
}

#[cfg(test)]
mod tests;
