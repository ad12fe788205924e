//! XML without anything unusual: elements, attributes in double quotes, texts. No document type, comment, CDATA or other encoding.

use std::borrow::Cow;

use quick_xml::escape::unescape;

/// A part under way.
pub(super) struct Xml<'a> {
    text: &'a str,
    at: usize,
    /// Names of the elements that are open.
    open: Vec<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Start,
    Empty,
    End,
}

/// A tag; its name is without a prefix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    pub(super) kind: Kind,
    pub(super) name: &'a str,
    /// What precedes the tag since the one before, as it is written.
    pub(super) before: &'a str,
    attributes: &'a str,
}

impl<'a> Xml<'a> {
    /// A part from its first element on.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Xml<'a>> {
        let text = std::str::from_utf8(bytes).ok()?;
        let text = match text.strip_prefix("<?xml ") {
            Some(rest) => {
                let (declaration, rest) = rest.split_once("?>")?;
                is_utf_8(declaration).then_some(rest)?
            }
            None => text,
        };
        let open = Vec::new();
        Some(Xml { text, at: 0, open })
    }

    /// The next tag.
    pub(super) fn next(&mut self) -> Option<Tag<'a>> {
        let rest = &self.text[self.at..];
        let start = memchr::memchr(b'<', rest.as_bytes())?;
        let (before, inner) = (&rest[..start], &rest[start + 1..]);
        if before.contains('&') {
            decoded(before)?;
        }
        let end = memchr::memchr(b'>', inner.as_bytes())?;
        self.at += start + 1 + end + 1;
        let inner = &inner[..end];
        if let Some(name) = inner.strip_prefix('/') {
            let is_matched = self.open.pop() == Some(name);
            return is_matched.then_some(Tag {
                kind: Kind::End,
                name: local(name),
                before,
                attributes: "",
            });
        }
        let (inner, kind) = match inner.strip_suffix('/') {
            Some(inner) => (inner, Kind::Empty),
            None => (inner, Kind::Start),
        };
        let length = name_length(inner);
        let (name, attributes) = inner.split_at(length);
        if name.is_empty() {
            return None;
        }
        let tag = Tag {
            kind,
            name: local(name),
            before,
            attributes,
        };
        // A `>` within an attribute ends one that is not closed.
        if tag.attributes().any(|attribute| attribute.is_none()) {
            return None;
        }
        if kind == Kind::Start {
            self.open.push(name);
        }
        Some(tag)
    }

    /// The text up to the end of the element that has begun; None: it has elements of its own.
    pub(super) fn text(&mut self) -> Option<Cow<'a, str>> {
        let end = self.next().filter(|tag| tag.kind == Kind::End)?;
        decoded(end.before)
    }

    /// What follows the last tag.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

impl<'a> Tag<'a> {
    pub(super) fn begins(&self, name: &str) -> bool {
        self.kind != Kind::End && self.name == name
    }

    pub(super) fn ends(&self, name: &str) -> bool {
        self.kind == Kind::End && self.name == name
    }

    /// Names and values, as they are written; None: something unusual.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Option<(&'a str, &'a str)>> + use<'a> {
        let mut rest = Some(self.attributes);
        std::iter::from_fn(move || {
            let text = rest?;
            if text.bytes().all(is_blank) {
                return None;
            }
            let attribute = attribute(text);
            rest = attribute.map(|(.., rest)| rest);
            Some(attribute.map(|(name, value, _)| (name, value)))
        })
    }

    /// The value of an attribute by its whole name; the outer `None` where it is given twice.
    pub(super) fn attribute(&self, name: &str) -> Option<Option<&'a str>> {
        let mut values = self.attributes().flatten().filter(|(key, _)| *key == name);
        let value = values.next().map(|(_, value)| value);
        values.next().is_none().then_some(value)
    }
}

/// The first attribute of a tag and what follows it: a blank, name, `=` and value in double quotes.
pub(super) fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let trimmed = text.trim_start_matches(|c: char| c.is_ascii() && is_blank(c as u8));
    if trimmed.len() == text.len() {
        return None;
    }
    let (name, rest) = trimmed.split_at(name_length(trimmed));
    let rest = rest.strip_prefix("=\"")?;
    // Short as values are, a loop is faster than a search.
    let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'<'));
    let end = end.filter(|at| rest.as_bytes()[*at] == b'"')?;
    (!name.is_empty()).then_some((name, &rest[..end], &rest[end + 1..]))
}

/// Bytes of a name at whose beginning a text stands.
fn name_length(text: &str) -> usize {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.');
    text.bytes().position(|byte| !is_name(byte)).unwrap_or(text.len())
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A blank of XML.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// A text without its entities; None: one that XML does not define, or a line break that every reader changes.
pub(super) fn decoded(text: &str) -> Option<Cow<'_, str>> {
    match memchr::memchr2(b'&', b'\r', text.as_bytes()) {
        None => Some(Cow::Borrowed(text)),
        Some(_) if text.contains('\r') => None,
        Some(_) => unescape(text).ok(),
    }
}

/// Whether a declaration names no other encoding.
fn is_utf_8(declaration: &str) -> bool {
    let small = declaration.to_ascii_lowercase();
    !small.contains("encoding") || small.contains("encoding=\"utf-8\"") || small.contains("encoding='utf-8'")
}
