//! A plain cell, and numbers in the XML that it comes into.

/// A plain cell of a sheet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) row: u32,
    pub(super) column: u16,
    pub(super) content: Content,
}

/// What a plain cell holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    /// A position in the list of texts.
    Text(u32),
    Number(f64),
}

/// The number with which a piece of XML begins.
pub(super) fn number(xml: &str) -> u32 {
    xml.bytes()
        .take_while(u8::is_ascii_digit)
        .fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}
