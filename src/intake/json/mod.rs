//! A JSON array of objects, a single object, or JSON Lines → a grid with the keys as its header. Values keep their
//! spelling: a number is not read as one here (`1.30102E+11` must stay visible).

mod scan;

use std::collections::HashMap;

use scan::{Scan, Value};
use serde::de::IgnoredAny;

use super::constant::unwrapped;
use super::fault::{Fault, JsonFault};
use crate::domain::{Grid, Held};
use crate::pipeline::Limits;

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

/// Lines searched to recognise JSON Lines whose first line is broken.
const SAMPLE_LINES: usize = 20;

/// Whether a text is meant as JSON: it opens like a list or an object, or most of its lines do.
pub(super) fn looks_like_json(text: &str) -> bool {
    let mut bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'['), Some(b'{' | b']' | b'[')) | (Some(b'{'), Some(b'"' | b'}')) => true,
        (Some(b'{'), _) => text.trim_end().ends_with('}') || is_mostly_objects(text),
        // `[1, 2]` is JSON, `[1] see below` the title of a table.
        (Some(b'['), _) => serde_json::from_str::<IgnoredAny>(text).is_ok(),
        _ => is_mostly_objects(text),
    }
}

fn is_mostly_objects(text: &str) -> bool {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(SAMPLE_LINES);
    let (mut all, mut objects) = (0, 0);
    for line in lines {
        all += 1;
        objects += usize::from(line.starts_with("{\"") && line.ends_with('}'));
    }
    objects * 2 > all
}

pub(super) fn parse(text: &str, limits: &Limits) -> Result<Records, Fault> {
    let mut scan = Scan {
        text,
        at: 0,
        limits,
        fault: None,
        wrapper: None,
    };
    let mut table = Table {
        records: Records {
            grid: Grid::new(true),
            ..Records::default()
        },
        ..Table::default()
    };
    let read = scan.records(&mut table);
    if let Some(key) = scan
        .wrapper
        .take()
        .filter(|_| read == Some("json") && table.records.grid.height() == 1)
    {
        return Err(Fault::Wrapped(key));
    }
    let is_turned = table.records.grid.height() == 1 && table.order.len() == table.columns.len();
    if read == Some("json")
        && is_turned
        && let Some(key) = table.records.keys.first()
    {
        return Err(Fault::Turned(key.clone()));
    }
    match (read, scan.fault.take()) {
        (Some(format), _) => Ok(Records {
            format,
            nested: table
                .order
                .iter()
                .map(|&column| (column, table.nested[column]))
                .collect(),
            ..table.records
        }),
        (None, Some(fault)) => Err(fault),
        (None, None) => {
            let read = &text.as_bytes()[..scan.at.min(text.len())];
            let word = NO_NUMBERS.into_iter().find(|word| read.ends_with(word.as_bytes()));
            Err(match word {
                Some(word) => Fault::Json(scan.line(), JsonFault::NoNumber(word)),
                None => Fault::Unreadable(format!("JSON, line {}", scan.line())),
            })
        }
    }
}

/// What programs write in place of numbers, and JSON does not know.
const NO_NUMBERS: [&str; 4] = ["NaN", "-Infinity", "Infinity", "undefined"];

/// The rows as they come; columns are found by key and by how many times the key stood in the object already.
#[derive(Default)]
struct Table {
    records: Records,
    columns: HashMap<(String, usize), usize>,
    /// Nested values by column, and the columns that have any in order of appearance.
    nested: Vec<u64>,
    order: Vec<usize>,
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
        for (column, value) in values.iter().enumerate() {
            let text = match value {
                Some(Value::Plain(text) | Value::Number(text) | Value::Truth(text)) => text,
                Some(Value::Nested) => {
                    self.count_nested(column);
                    ""
                }
                None => "",
            };
            match value {
                Some(Value::Number(text)) => self.records.grid.push_cell(text, Held::Number),
                Some(Value::Truth(text)) => self.records.grid.push_cell(text, Held::Truth),
                _ => self.records.grid.push_text(&unwrapped(text)),
            }
        }
        let number = self.records.grid.height() as u32 + 1;
        self.records.grid.end_row(number);
    }

    fn count_nested(&mut self, column: usize) {
        if self.nested.len() <= column {
            self.nested.resize(column + 1, 0);
        }
        if self.nested[column] == 0 {
            self.order.push(column);
        }
        self.nested[column] += 1;
    }
}

impl Scan<'_> {
    /// The line that is read, from 1.
    fn line(&self) -> usize {
        self.text[..self.at.min(self.text.len())].matches('\n').count() + 1
    }

    fn records(&mut self, table: &mut Table) -> Option<&'static str> {
        if self.take(b'[') {
            if !self.take(b']') {
                loop {
                    if matches!(self.peek(), Some(b'[')) {
                        self.fault = Some(Fault::Json(self.line(), JsonFault::Lists));
                        return None;
                    }
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
        // Keys that stand more than once, and how many times they do.
        let mut repeats: HashMap<String, usize> = HashMap::new();
        if !self.take(b'}') {
            loop {
                let key = self.string()?;
                self.expect(b':')?;
                let value = self.value(&key)?;
                let mut seen = repeats.get(&key).copied().unwrap_or(0);
                let mut column = table.column(key.clone(), seen);
                while values.get(column).is_some_and(Option::is_some) {
                    seen += 1;
                    column = table.column(key.clone(), seen);
                }
                if seen > 0 {
                    repeats.insert(key, seen + 1);
                }
                self.within(column + 1, self.limits.columns, "columns")?;
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
        let grid = &table.records.grid;
        let (rows, cells) = (grid.height() + 1, grid.cells() + values.len());
        self.within(rows, self.limits.rows, "rows")?;
        self.within(cells, self.limits.cells, "cells")?;
        table.end_record(&values);
        Some(())
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
            let records = parse(text, &Limits::default()).unwrap();
            assert_eq!(records.keys, ["代码", "户数", "有"]);
            assert_eq!(rows(&records), [vec!["1", "1.50"], vec!["", "1.30102E+11", "true"]]);
            assert_eq!(records.format, format);
        }
    }

    #[test]
    fn odd_values_are_kept_apart() {
        let records = parse(
            r#"[{"a":1,"b":{"c":["}\""]}},{"a":[2],"b":[],"a":3}]"#,
            &Limits::default(),
        )
        .unwrap();
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
            assert!(
                matches!(parse(text, &Limits::default()), Err(Fault::Unreadable(_))),
                "{text}"
            );
        }
        assert_eq!(
            parse("{\"a\":1}\n{\"a\":\n", &Limits::default()).unwrap_err(),
            Fault::Unreadable("JSON, line 3".into())
        );
    }

    fn fault(text: &str, limits: &Limits) -> Fault {
        parse(text, limits).unwrap_err()
    }

    #[test]
    fn what_json_does_not_know_is_named() {
        for (text, expected) in [
            ("[[\"code\",\"n\"],\n[\"1\",2]]", Fault::Json(1, JsonFault::Lists)),
            ("[\n{\"a\": NaN}]", Fault::Json(2, JsonFault::NoNumber("NaN"))),
            (
                "{\"a\":1}\n{\"a\":-Infinity}\n",
                Fault::Json(2, JsonFault::NoNumber("-Infinity")),
            ),
            ("[{\"a\":nan}]", Fault::Unreadable("JSON, line 1".to_owned())),
        ] {
            assert_eq!(fault(text, &Limits::default()), expected, "{text}");
        }
    }

    #[test]
    fn another_shape_is_named() {
        let usual = Limits::default();
        for (text, what) in [
            ("{code:1}\n{\"code\":2}\n", "JSON, line 1"),
            ("\"code\":1}\n{\"code\":2}\n{\"code\":3}\n", "JSON, line 1"),
            ("{\"code\":\"\\ud800\"}", "JSON, line 1"),
            ("[1,2]", "JSON, line 1"),
        ] {
            assert!(looks_like_json(text), "{text}");
            assert_eq!(fault(text, &usual), Fault::Unreadable(what.into()));
        }
        let wrapped = r#"{"total":1,"data":[{"code":"1"}]}"#;
        assert_eq!(fault(wrapped, &usual), Fault::Wrapped("data".into()));
        for (text, key) in [
            (r#"{"code":["1","2"],"n":[3,4]}"#, "code"),
            (r#"{"01001":{"n":1},"01003":{"n":2}}"#, "01001"),
            (r#"{"code":{"0":"1"},"n":{"0":3}}"#, "code"),
            (r#"[{"code":["1","2"],"n":[3,4]}]"#, "code"),
        ] {
            assert_eq!(fault(text, &usual), Fault::Turned(key.into()), "{text}");
        }
        for text in [r#"{"code":"1","n":[3]}"#, r#"[{"a":[1]},{"a":[2]}]"#, "{}", "[]"] {
            assert!(parse(text, &usual).is_ok(), "{text}");
        }
        for text in [
            "[1] table\ncode,n\n1,2\n",
            "code,{x}\n1,2\n",
            "{x},y\n1,2\n",
            "\"code\",\"n\"\n",
        ] {
            assert!(!looks_like_json(text), "{text}");
        }
    }

    #[test]
    fn limits_are_kept_while_it_is_read() {
        let limits = Limits {
            nesting: 3,
            columns: 4,
            rows: 2,
            cells: 5,
            cell_bytes: 8,
            ..Limits::default()
        };
        for (text, found) in [
            (r#"{"a":[[[[1]]]]}"#, "4 levels of nesting"),
            (r#"{"a":1,"b":1,"c":1,"d":1,"e":1}"#, "5 columns"),
            (r#"{"a":1,"a":1,"a":1,"a":1,"a":1}"#, "5 columns"),
            ("{}{}{}", "3 rows"),
            (r#"{"a":1,"b":1,"c":1}{"a":1,"b":1,"c":1}"#, "6 cells"),
            (r#"{"a":"123456789"}"#, "9 bytes in a cell"),
            (r#"{"a":123456789}"#, "9 bytes in a cell"),
        ] {
            assert!(
                matches!(fault(text, &limits), Fault::TooLarge { found: f, .. } if f == found),
                "{text}"
            );
        }
        assert!(parse(r#"{"a":[[[1]]],"b":12345678}{"a":1}"#, &limits).is_ok());
    }

    /// A thousand times the same key in each object is read as fast as other keys.
    #[test]
    fn repeated_keys_cost_no_more() {
        let object = format!("{{{}}}", vec!["\"a\":1"; 4000].join(","));
        let records = parse(&object.repeat(100), &Limits::default()).unwrap();
        assert_eq!((records.keys.len(), records.grid.height()), (4000, 100));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "[\\[\\]{}:,\"\\\\a1 é]{0,40}") {
            let _ = parse(&text, &Limits::default());
        }
    }
}
