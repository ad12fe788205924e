//! A JSON array of objects, a single object, or JSON Lines → a grid with the keys as its header. Values keep their
//! spelling: a number is not read as one here (`1.30102E+11` must stay visible).

use std::collections::HashMap;

use super::limits;
use super::load::Fault;
use crate::domain::Grid;

/// Records of a JSON file.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// Keys in order of first appearance; a key that stands twice in one object stands here twice.
    pub(super) keys: Vec<String>,
    /// One row an object, numbered from 1.
    pub(super) grid: Grid,
    /// Objects and arrays where a value was expected: column and how many; their cells are empty.
    pub(super) nested: Vec<(usize, u64)>,
    /// `json` or `jsonl`.
    pub(super) format: &'static str,
}

/// Whether a text is meant as JSON: it opens like a list of objects or like an object.
pub(super) fn looks_like_json(text: &str) -> bool {
    let mut bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'['), Some(next)) => matches!(next, b'{' | b']'),
        (Some(b'{'), Some(next)) => matches!(next, b'"' | b'}'),
        _ => false,
    }
}

pub(super) fn parse(text: &str) -> Result<Records, Fault> {
    let mut scan = Scan { text, at: 0 };
    let mut table = Table {
        records: Records {
            grid: Grid::new(false),
            ..Records::default()
        },
        ..Table::default()
    };
    let read = scan.records(&mut table);
    if table.cells > limits::CELLS {
        return Err(Fault::too_large(table.cells as u64, limits::CELLS as u64, "cells"));
    }
    if table.columns.len() > limits::COLUMNS {
        return Err(Fault::too_large(
            table.columns.len() as u64,
            limits::COLUMNS as u64,
            "columns",
        ));
    }
    match read {
        Some(format) => Ok(Records {
            format,
            ..table.records
        }),
        None => {
            let line = text[..scan.at.min(text.len())].matches('\n').count() + 1;
            Err(Fault::Unreadable(format!("JSON, line {line}")))
        }
    }
}

/// The rows as they come; columns are found by key and by how many times the key stood in the object already.
#[derive(Default)]
struct Table {
    records: Records,
    columns: HashMap<(String, usize), usize>,
    cells: usize,
}

impl Table {
    fn column(&mut self, key: String, seen: usize) -> usize {
        let next = self.columns.len();
        let keys = &mut self.records.keys;
        *self.columns.entry((key, seen)).or_insert_with_key(|(key, _)| {
            keys.push(key.clone());
            next
        })
    }

    fn end_record(&mut self, values: &[Option<Value>]) {
        self.cells += values.len();
        for (column, value) in values.iter().enumerate() {
            let text = match value {
                Some(Value::Plain(text)) => text,
                Some(Value::Nested) => {
                    self.count_nested(column);
                    ""
                }
                None => "",
            };
            self.records.grid.push_cell(text, false);
        }
        let number = self.records.grid.height() as u32 + 1;
        self.records.grid.end_row(number);
    }

    fn count_nested(&mut self, column: usize) {
        match self.records.nested.iter_mut().find(|(known, _)| *known == column) {
            Some((_, count)) => *count += 1,
            None => self.records.nested.push((column, 1)),
        }
    }

    fn is_too_large(&self) -> bool {
        self.cells > limits::CELLS || self.columns.len() > limits::COLUMNS
    }
}

enum Value {
    Plain(String),
    Nested,
}

/// A place in the text; every step gives `None` where the text is no JSON.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn records(&mut self, table: &mut Table) -> Option<&'static str> {
        if self.take(b'[') {
            if !self.take(b']') {
                loop {
                    self.object(table)?;
                    if self.take(b']') {
                        break;
                    }
                    self.expect(b',')?;
                }
            }
            return self.peek().is_none().then_some("json");
        }
        let mut count = 0;
        while self.peek().is_some() {
            self.object(table)?;
            count += 1;
        }
        Some(if count == 1 { "json" } else { "jsonl" })
    }

    fn object(&mut self, table: &mut Table) -> Option<()> {
        self.expect(b'{')?;
        let mut values: Vec<Option<Value>> = Vec::new();
        if !self.take(b'}') {
            loop {
                let key = self.string()?;
                self.expect(b':')?;
                let value = self.value()?;
                let mut seen = 0;
                let column = loop {
                    let column = table.column(key.clone(), seen);
                    if values.get(column).is_none_or(Option::is_none) {
                        break column;
                    }
                    seen += 1;
                };
                if values.len() <= column {
                    values.resize_with(column + 1, || None);
                }
                values[column] = Some(value);
                if self.take(b'}') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        table.end_record(&values);
        (!table.is_too_large()).then_some(())
    }

    fn value(&mut self) -> Option<Value> {
        match self.peek()? {
            b'"' => self.string().map(Value::Plain),
            b'{' | b'[' => self.skip_nested().map(|()| Value::Nested),
            _ => {
                let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
                let rest = &self.text[self.at..];
                let token = &rest[..rest.bytes().position(|byte| !word(byte)).unwrap_or(rest.len())];
                self.at += token.len();
                let number =
                    token.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && token.parse::<f64>().is_ok();
                match token {
                    "null" => Some(Value::Plain(String::new())),
                    "true" | "false" => Some(Value::Plain(token.to_owned())),
                    _ => number.then(|| Value::Plain(token.to_owned())),
                }
            }
        }
    }

    fn string(&mut self) -> Option<String> {
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
        let text = serde_json::from_str(self.text.get(self.at..=end)?).ok()?;
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
                b'{' | b'[' => depth += 1,
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
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest
            .iter()
            .position(|byte| !byte.is_ascii_whitespace())
            .unwrap_or(rest.len());
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(records: &Records) -> Vec<Vec<&str>> {
        (0..records.grid.height())
            .map(|row| records.grid.row(row).collect())
            .collect()
    }

    #[test]
    fn records_keep_keys_and_spellings() {
        let array = r#"[{"代码":"1","户数":1.50},{"户数":1.30102E+11,"代码":null,"有":true}]"#;
        let lines = "{\"代码\":\"1\",\"户数\":1.50}\n{\"户数\":1.30102E+11,\"代码\":null,\"有\":true}\n";
        for (text, format) in [(array, "json"), (lines, "jsonl")] {
            let records = parse(text).unwrap();
            assert_eq!(records.keys, ["代码", "户数", "有"]);
            assert_eq!(rows(&records), [vec!["1", "1.50"], vec!["", "1.30102E+11", "true"]]);
            assert_eq!(records.format, format);
        }
    }

    #[test]
    fn odd_values_are_kept_apart() {
        let records = parse(r#"[{"a":1,"b":{"c":["}\""]}},{"a":[2],"b":[],"a":3}]"#).unwrap();
        assert_eq!(records.keys, ["a", "b", "a"]);
        assert_eq!(rows(&records), [vec!["1", ""], vec!["", "", "3"]]);
        assert_eq!(records.nested, [(1, 2), (0, 1)]);
    }

    #[test]
    fn what_is_no_list_of_records_is_refused_with_its_line() {
        for text in [
            "[{\"a\":1},",
            "[{\"a\":1}] x",
            "[{\"a\":1},2]",
            "{\"a\":1}\n{\"a\":",
            "{\"a\":tru}",
            "[{\"a\":\"\\q\"}]",
            "{\"a\":1,}",
        ] {
            assert!(matches!(parse(text), Err(Fault::Unreadable(_))), "{text}");
        }
        assert_eq!(
            parse("{\"a\":1}\n{\"a\":\n").unwrap_err(),
            Fault::Unreadable("JSON, line 3".into())
        );
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("[{{\"a\":{}{}}}]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(parse(&deep).unwrap().nested, [(0, 1)]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "[\\[\\]{}:,\"\\\\a1 é]{0,40}") {
            let _ = parse(&text);
        }
    }
}
