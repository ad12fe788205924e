//! Texts of cells and of shared strings, with their runs.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::book::{Book, each};
use super::styles::{Colours, Font};
use crate::intake::fault::Fault;
use crate::intake::workbook::xml::{attribute, character};

/// Rich strings by their place among the shared ones. Only looked up, never listed.
pub(super) type Strings = HashMap<usize, Vec<(Option<Font>, String)>>;

/// The shared strings of several runs.
pub(super) fn strings(book: &mut Book<'_>, colours: &Colours) -> Result<Strings, Fault> {
    let path = format!("{}sharedStrings.xml", book.folder);
    let mut strings = Strings::new();
    let Some(mut xml) = book.xml(&path)? else {
        return Ok(strings);
    };
    let (mut at, mut text) = (0, Text::default());
    each(&mut xml, &path, |event| {
        let is_item = |name: &str| name == "si";
        match event {
            Event::Start(tag) if is_item(tag.local_name().as_ref()) => text = Text::default(),
            Event::Empty(tag) if is_item(tag.local_name().as_ref()) => at += 1,
            Event::End(tag) if is_item(tag.local_name().as_ref()) => {
                let runs = std::mem::take(&mut text).runs;
                if runs.iter().any(|(font, _)| font.is_some()) {
                    strings.insert(at, runs);
                }
                at += 1;
            }
            _ => text.take(event, colours),
        }
        Ok(())
    })?;
    Ok(strings)
}

/// A string under way: its runs, each with how its own font sets it; None: as the cell's font does.
#[derive(Default)]
pub(super) struct Text {
    pub(super) runs: Vec<(Option<Font>, String)>,
    font: Option<Font>,
    /// Within `rPr`, within `rPh` (how a word is spoken) or within `t`.
    in_font: bool,
    in_phonetic: bool,
    in_text: bool,
    keeps_blanks: bool,
    piece: String,
}

impl Text {
    pub(super) fn take(&mut self, event: &Event<'_>, colours: &Colours) {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "r" => self.font = None,
                "rPr" => (self.in_font, self.font) = (true, Some(Font::default())),
                "rPh" => self.in_phonetic = true,
                "t" if !self.in_phonetic => {
                    self.in_text = true;
                    self.keeps_blanks = attribute(tag, "xml:space").is_some_and(|value| value == "preserve");
                    self.piece.clear();
                }
                _ => self.property(tag, colours),
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "rPr" => self.font = Some(Font::default()),
            Event::Empty(tag) => self.property(tag, colours),
            Event::End(tag) => match tag.local_name().as_ref() {
                "rPr" => self.in_font = false,
                "rPh" => self.in_phonetic = false,
                "t" if self.in_text => {
                    self.in_text = false;
                    let piece = std::mem::take(&mut self.piece);
                    let trimmed = piece.trim_matches([' ', '\t', '\r', '\n']);
                    let text = escaped(if self.keeps_blanks { &piece } else { trimmed });
                    self.runs.push((self.font, text));
                }
                _ => {}
            },
            Event::Text(text) if self.in_text => self.piece.push_str(&text.xml10_content()),
            Event::CData(text) if self.in_text => self.piece.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if self.in_text => self.piece.extend(character(name)),
            _ => {}
        }
    }

    fn property(&mut self, tag: &BytesStart<'_>, colours: &Colours) {
        if self.in_font
            && let Some(font) = &mut self.font
        {
            font.property(tag, colours);
        }
    }
}

/// `_x000D_` as the character that it stands for.
fn escaped(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let c = code
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        match c {
            Some(c) => {
                plain.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_characters() {
        assert_eq!(escaped("a_x000D_b_x_y_x00"), "a\rb_x_y_x00");
    }
}
