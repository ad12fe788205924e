//! The texts of cells: the shared strings, and those within cells.

use std::borrow::Cow;

use super::tags::{Kind, Tag, Xml};

/// The shared strings in their order.
pub(super) fn strings(part: &[u8]) -> Option<Vec<Cow<'_, str>>> {
    let mut xml = Xml::new(part)?;
    let root = xml.next().filter(|tag| tag.begins("sst"))?;
    let mut strings = Vec::new();
    if root.kind == Kind::Empty {
        return Some(strings);
    }
    loop {
        let tag = xml.next()?;
        match tag {
            _ if tag.ends("sst") => return Some(strings),
            Tag {
                kind: Kind::Empty,
                name: "si",
                ..
            } => strings.push(Cow::Borrowed("")),
            Tag {
                kind: Kind::Start,
                name: "si",
                ..
            } => strings.push(string(&mut xml, "si")?),
            _ => return None,
        }
    }
}

/// A text up to the end of the element that holds it: its runs without their phonetic ones.
fn string<'a>(xml: &mut Xml<'a>, holder: &str) -> Option<Cow<'a, str>> {
    let mut text: Option<Cow<'a, str>> = None;
    let mut is_phonetic = false;
    loop {
        let tag = xml.next()?;
        match tag {
            _ if tag.ends(holder) => return Some(text.unwrap_or_default()),
            Tag {
                kind: Kind::End,
                name: "rPh",
                ..
            } => is_phonetic = false,
            Tag {
                kind: Kind::Start,
                name: "rPh",
                ..
            } => is_phonetic = true,
            Tag {
                kind: Kind::Start,
                name: "t",
                ..
            } => {
                let run = xml.text()?;
                if !is_phonetic {
                    let run = plain(run, tag.attribute("xml:space")? == Some("preserve"))?;
                    text = Some(text.map_or(run.clone(), |text| text + run));
                }
            }
            Tag { name: "rPh", .. } => return None,
            _ => {}
        }
    }
}

/// A text as it is counted; None: it has characters in the way of Excel, `_x000D_`.
pub(super) fn plain(text: Cow<'_, str>, keeps_blanks: bool) -> Option<Cow<'_, str>> {
    if text.contains("_x") {
        return None;
    }
    if keeps_blanks {
        return Some(text);
    }
    let blanks = [' ', '\t', '\r', '\n'];
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(blanks)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(blanks).to_owned()),
    })
}
