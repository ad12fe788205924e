//! The small tidy tables of a release, in memory: plain columns of plain types, by the specification in `tables.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::Text;

/// Logical type of a table's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// UTF-8.
    Text,
    /// 64 bits, signed.
    Integer,
    /// Double.
    Real,
    /// True or false.
    Boolean,
    /// Calendar day.
    Date,
}

/// A column of a table as published.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// `snake_case`.
    pub name: String,
    /// Logical type.
    #[serde(rename = "type")]
    pub kind: ValueKind,
    /// What a person calls it.
    pub title: Text,
    /// Unit, where it has one.
    pub unit: Option<String>,
    /// What a null means; absent: never null.
    pub null: Option<Text>,
}

/// A table as published.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// What a person calls it.
    pub title: Text,
    /// Primary key; rows are sorted by it.
    pub key: Vec<String>,
    /// In order.
    #[serde(rename = "column")]
    pub columns: Vec<ColumnSpec>,
}

/// Every table with fixed columns, by name.
pub fn table_specs() -> &'static BTreeMap<String, TableSpec> {
    static SPECS: LazyLock<BTreeMap<String, TableSpec>> =
        LazyLock::new(|| toml::from_str(include_str!("tables.toml")).expect("tables.toml is checked by a test"));
    &SPECS
}

/// One value of a row; `None` is null.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// For a text column.
    Text(Option<String>),
    /// For an integer column.
    Integer(Option<i64>),
    /// For a real column.
    Real(Option<f64>),
    /// For a boolean column.
    Boolean(Option<bool>),
    /// For a date column.
    Date(Option<Date>),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Value { Value::$variant(Some(value.into())) }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Value { Value::$variant(value.map(Into::into)) }
        }
    )*};
}
value_from!(&str => Text, String => Text, &String => Text, i64 => Integer, f64 => Real, bool => Boolean, Date => Date);

/// A column's values.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of a text column.
    Text(Vec<Option<String>>),
    /// Of an integer column.
    Integer(Vec<Option<i64>>),
    /// Of a real column.
    Real(Vec<Option<f64>>),
    /// Of a boolean column.
    Boolean(Vec<Option<bool>>),
    /// Of a date column.
    Date(Vec<Option<Date>>),
}

impl Values {
    fn new(kind: ValueKind) -> Values {
        match kind {
            ValueKind::Text => Values::Text(Vec::new()),
            ValueKind::Integer => Values::Integer(Vec::new()),
            ValueKind::Real => Values::Real(Vec::new()),
            ValueKind::Boolean => Values::Boolean(Vec::new()),
            ValueKind::Date => Values::Date(Vec::new()),
        }
    }

    fn push(&mut self, value: Value) -> Result<(), Value> {
        match (self, value) {
            (Values::Text(all), Value::Text(one)) => all.push(one),
            (Values::Integer(all), Value::Integer(one)) => all.push(one),
            (Values::Real(all), Value::Real(one)) => all.push(one),
            (Values::Boolean(all), Value::Boolean(one)) => all.push(one),
            (Values::Date(all), Value::Date(one)) => all.push(one),
            (_, value) => return Err(value),
        }
        Ok(())
    }

    /// One value.
    pub fn get(&self, row: usize) -> Value {
        match self {
            Values::Text(all) => Value::Text(all[row].clone()),
            Values::Integer(all) => Value::Integer(all[row]),
            Values::Real(all) => Value::Real(all[row]),
            Values::Boolean(all) => Value::Boolean(all[row]),
            Values::Date(all) => Value::Date(all[row]),
        }
    }
}

/// A table of a release.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name: the file's stem.
    pub name: String,
    /// What is published about it.
    pub spec: TableSpec,
    columns: Vec<Values>,
    height: usize,
}

impl Table {
    /// An empty table of `tables.toml`.
    pub fn new(name: &str) -> Table {
        let spec = table_specs()
            .get(name)
            .expect("tables.toml names every table that is built")
            .clone();
        Table::with_spec(name, spec)
    }

    /// An empty table with columns that depend on the pipeline (as `areas` with its classifications).
    pub fn with_spec(name: &str, spec: TableSpec) -> Table {
        let columns = spec.columns.iter().map(|c| Values::new(c.kind)).collect();
        Table {
            name: name.into(),
            spec,
            columns,
            height: 0,
        }
    }

    /// Adds a row; values stand in the order of the specification.
    pub fn push(&mut self, row: Vec<Value>) {
        assert_eq!(row.len(), self.columns.len(), "{}: one value a column", self.name);
        for (at, value) in row.into_iter().enumerate() {
            if let Err(value) = self.columns[at].push(value) {
                panic!("{}.{} cannot hold {value:?}", self.name, self.spec.columns[at].name);
            }
        }
        self.height += 1;
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> &Values {
        let at = self.spec.columns.iter().position(|c| c.name == name);
        &self.columns[at.expect("the specification has the column")]
    }

    /// All columns, in the order of the specification.
    pub fn columns(&self) -> &[Values] {
        &self.columns
    }

    /// One value.
    pub fn get(&self, row: usize, column: &str) -> Value {
        self.column(column).get(row)
    }

    /// Text of a cell, None where null.
    pub fn text(&self, row: usize, column: &str) -> Option<&str> {
        match self.column(column) {
            Values::Text(all) => all[row].as_deref(),
            _ => panic!("{}.{column} is no text", self.name),
        }
    }

    /// Number of a real or integer cell, None where null.
    pub fn number(&self, row: usize, column: &str) -> Option<f64> {
        match self.column(column) {
            Values::Real(all) => all[row],
            Values::Integer(all) => all[row].map(|n| n as f64),
            _ => panic!("{}.{column} is no number", self.name),
        }
    }

    /// Sorts rows by the primary key (texts by bytes, nulls first). Stable.
    pub fn sort_by_key(&mut self) {
        let keys: Vec<usize> = self
            .spec
            .key
            .iter()
            .map(|name| {
                self.spec
                    .columns
                    .iter()
                    .position(|c| &c.name == name)
                    .expect("a key is a column")
            })
            .collect();
        let mut order: Vec<usize> = (0..self.height).collect();
        let compare = |a: &usize, b: &usize| {
            keys.iter()
                .map(|&k| match &self.columns[k] {
                    Values::Text(all) => all[*a].cmp(&all[*b]),
                    Values::Integer(all) => all[*a].cmp(&all[*b]),
                    Values::Real(all) => all[*a].partial_cmp(&all[*b]).unwrap_or(std::cmp::Ordering::Equal),
                    Values::Boolean(all) => all[*a].cmp(&all[*b]),
                    Values::Date(all) => all[*a].cmp(&all[*b]),
                })
                .find(|o| o.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        order.sort_by(compare);
        fn arrange<T: Clone>(all: &mut Vec<T>, order: &[usize]) {
            *all = order.iter().map(|&at| all[at].clone()).collect();
        }
        for column in &mut self.columns {
            match column {
                Values::Text(all) => arrange(all, &order),
                Values::Integer(all) => arrange(all, &order),
                Values::Real(all) => arrange(all, &order),
                Values::Boolean(all) => arrange(all, &order),
                Values::Date(all) => arrange(all, &order),
            }
        }
    }
}
