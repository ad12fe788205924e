//! The steps of reading JSON: one pass over the text, which keeps spellings and counts as it goes.

use crate::intake::fault::Fault;
use crate::pipeline::Limits;

/// A character may be written as `\u4e00`: that many bytes for three.
const ESCAPED: usize = 6;

pub(super) enum Value {
    Plain(String),
    /// A number, as spelt.
    Number(String),
    /// `true` or `false`.
    Truth(String),
    Nested,
}

/// A place in the text; every step gives `None` where the text is no JSON or goes beyond the limits.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) limits: &'a Limits,
    /// What is wrong, where it is not the spelling.
    pub(super) fault: Option<Fault>,
    /// The first key whose value is a list of objects.
    pub(super) wrapper: Option<String>,
}

impl Scan<'_> {
    pub(super) fn within(&mut self, found: usize, most: usize, what: &str) -> Option<()> {
        self.fault = Fault::unless_within(found as u64, most as u64, what).err();
        self.fault.is_none().then_some(())
    }

    pub(super) fn value(&mut self, key: &str) -> Option<Value> {
        match self.peek()? {
            b'"' => self.string().map(Value::Plain),
            b'{' => self.skip_nested().map(|()| Value::Nested),
            b'[' => {
                let mut inner = self.text.as_bytes()[self.at + 1..].iter();
                if self.wrapper.is_none() && inner.find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
                    self.wrapper = Some(key.to_owned());
                }
                self.skip_nested().map(|()| Value::Nested)
            }
            _ => {
                let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
                let rest = &self.text[self.at..];
                let token = &rest[..rest.bytes().position(|byte| !word(byte)).unwrap_or(rest.len())];
                self.within(token.len(), self.limits.cell_bytes, "bytes in a cell")?;
                self.at += token.len();
                let number = token.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit())
                    && token.parse::<f64>().is_ok();
                match token {
                    "null" => Some(Value::Plain(String::new())),
                    "true" | "false" => Some(Value::Truth(token.to_owned())),
                    _ => number.then(|| Value::Number(token.to_owned())),
                }
            }
        }
    }

    pub(super) fn string(&mut self) -> Option<String> {
        if self.peek()? != b'"' {
            return None;
        }
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        loop {
            match bytes.get(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        let quoted = self.text.get(self.at..=end)?;
        self.within(quoted.len() / ESCAPED, self.limits.cell_bytes, "bytes in a cell")?;
        let text: String = serde_json::from_str(quoted).ok()?;
        self.within(text.len(), self.limits.cell_bytes, "bytes in a cell")?;
        self.at = end + 1;
        Some(text)
    }

    /// Steps over an object or array within a value, however deep.
    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.within(depth, self.limits.nesting, "levels of nesting")?;
                }
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += self.text[self.at..].chars().next()?.len_utf8();
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// The next byte that is no blank.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += rest
                .iter()
                .position(|byte| !byte.is_ascii_whitespace())
                .unwrap_or(rest.len());
            // A second file with a byte-order mark was joined to the first.
            match self.text.as_bytes().get(self.at) {
                Some(0xEF) if self.text[self.at..].starts_with('\u{feff}') => self.at += '\u{feff}'.len_utf8(),
                next => return next.copied(),
            }
        }
    }

    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }
}
