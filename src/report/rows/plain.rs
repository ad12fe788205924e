//! Rows as CSV, as lines of JSON and as Markdown: every column, every digit.

use serde_json::Value as Json;

use super::super::look::{csv_cell, json_text, on_one_line};
use crate::domain::Lang;
use crate::tables::{ColumnSpec, Frame, Value, Values};

/// The names of the columns as the header of a CSV.
pub(super) fn csv_head(columns: &[ColumnSpec]) -> String {
    csv_lines(std::iter::once(
        columns.iter().map(|column| column.name.clone()).collect(),
    ))
}

/// Rows as CSV. A null is empty.
pub(super) fn csv(columns: &[ColumnSpec], rows: &Frame) -> String {
    csv_lines(values(columns, rows).map(|row| row.iter().map(text).collect()))
}

fn csv_lines(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| csv_cell(cell));
        writer.write_record(cells).expect("writing to memory does not fail");
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Rows as objects, a line each, with their members in the order of the columns. A number that JSON does not have is null.
pub(super) fn json(columns: &[ColumnSpec], rows: &Frame) -> String {
    let names: Vec<Json> = columns.iter().map(|column| Json::from(column.name.clone())).collect();
    let mut lines = String::new();
    for row in values(columns, rows) {
        let members = names
            .iter()
            .zip(&row)
            .map(|(name, value)| format!("{name}:{}", json_value(value)));
        lines += &format!("{{{}}}\n", members.collect::<Vec<_>>().join(","));
    }
    json_text(&lines)
}

fn json_value(value: &Value) -> Json {
    let value = match value {
        Value::Text(text) => text.map(Json::from),
        Value::Integer(number) => number.map(Json::from),
        Value::Real(number) => number.map(Json::from),
        Value::Boolean(flag) => flag.map(Json::from),
        Value::Date(day) => day.map(|day| Json::from(day.to_string())),
    };
    value.unwrap_or(Json::Null)
}

/// The titles of the columns, and the rule beneath.
pub(super) fn markdown_head(columns: &[ColumnSpec], lang: Lang) -> String {
    let titles = columns.iter().map(|column| column.title.get(lang).to_owned());
    let rule = columns.iter().map(|column| match column.kind.is_number() {
        true => "---:".to_owned(),
        false => "---".to_owned(),
    });
    markdown_line(titles.map(|title| escaped(&title))) + &markdown_line(rule)
}

/// Rows of a table of Markdown.
pub(super) fn markdown(columns: &[ColumnSpec], rows: &Frame) -> String {
    let line = |row: Vec<Value>| markdown_line(row.iter().map(|value| escaped(&text(value))));
    values(columns, rows).map(line).collect()
}

fn markdown_line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// A text as it stands, whatever Markdown or HTML would make of its signs.
fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for c in on_one_line(text).chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '\\' | '|' | '`' | '*' | '[' | ']' | '~' => shown.extend(['\\', c]),
            _ => shown.push(c),
        }
    }
    shown
}

/// The values of each row, in the order of the columns.
fn values<'f>(columns: &[ColumnSpec], rows: &'f Frame) -> impl Iterator<Item = Vec<Value<'f>>> {
    let columns: Vec<Option<&Values>> = columns.iter().map(|column| rows.column(&column.name)).collect();
    let value = |values: &Option<&'f Values>, row: usize| values.map_or(Value::Text(None), |values| values.get(row));
    (0..rows.height).map(move |row| columns.iter().map(|values| value(values, row)).collect())
}

/// Every digit; a null is empty.
fn text(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.map(str::to_owned),
        Value::Integer(number) => number.map(|number| number.to_string()),
        Value::Real(number) => number.map(|number| number.to_string()),
        Value::Boolean(flag) => flag.map(|flag| flag.to_string()),
        Value::Date(day) => day.map(|day| day.to_string()),
    };
    text.unwrap_or_default()
}
