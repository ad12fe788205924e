//! The small tidy tables of a release, in memory: plain columns of plain types, by the specification in `tables.toml`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
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
    /// Title.
    pub title: Text,
    /// Unit, where it has one.
    pub unit: Option<String>,
    /// What a null means; absent: never null.
    pub null: Option<Text>,
    /// The column of the table that says why this one is null: it holds a reason in the same rows, and in no other.
    pub null_in: Option<String>,
    /// Every value it may hold, where the engine or a definition fixes them.
    #[serde(default)]
    pub values: Vec<String>,
    /// The same, where they are ids of the pipeline.
    pub values_of: Option<ValuesOf>,
}

/// Ids that a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValuesOf {
    /// Levels of the registry.
    Level,
    /// Forms.
    Form,
    /// Periods of the pipeline.
    Period,
    /// Dimensions.
    Dimension,
    /// What an inequality index is computed over: areas of a level, cells or members.
    Units,
    /// Inequality indices.
    InequalityIndex,
}

/// A table as published.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// Title.
    pub title: Text,
    /// Columns that tell rows apart; rows are sorted by them. Where none can be null they are the primary key.
    pub key: Vec<String>,
    /// In order.
    #[serde(rename = "column")]
    pub columns: Vec<ColumnSpec>,
}

impl TableSpec {
    /// Whether a column of the key may be null: such a key is unique, and no primary key.
    pub fn key_may_be_null(&self) -> bool {
        let nullable = |name: &String| self.columns.iter().any(|c| c.name == *name && c.null.is_some());
        self.key.iter().any(nullable)
    }
}

/// Every table with fixed columns, by name.
pub fn table_specs() -> &'static BTreeMap<String, TableSpec> {
    static SPECS: LazyLock<BTreeMap<String, TableSpec>> = LazyLock::new(|| {
        let mut specs: BTreeMap<String, TableSpec> =
            toml::from_str(include_str!("tables.toml")).expect("tables.toml is checked by a test");
        let columns = specs.values_mut().flat_map(|spec| &mut spec.columns);
        for column in columns {
            let see = |reason: &String| Text::new(format!("原因见 {reason}"), format!("see {reason}"));
            column.null = column.null.take().or_else(|| column.null_in.as_ref().map(see));
        }
        specs
    });
    &SPECS
}

/// One value of a row; `None` is null.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// For a text column.
    Text(Option<Cow<'a, str>>),
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
        impl<'a> From<$from> for Value<'a> {
            fn from(value: $from) -> Value<'a> { Value::$variant(Some(value.into())) }
        }
        impl<'a> From<Option<$from>> for Value<'a> {
            fn from(value: Option<$from>) -> Value<'a> { Value::$variant(value.map(Into::into)) }
        }
    )*};
}
value_from!(&'a str => Text, String => Text, &'a String => Text, i64 => Integer, f64 => Real, bool => Boolean, Date => Date);

/// The texts of a column, in one buffer: a cell allocates nothing, and a text that repeats the one above it, as most
/// parts of a key do, takes no room either.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    buffer: String,
    cells: Vec<Option<Span>>,
}

/// Where a text stands in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: usize,
    end: usize,
}

impl Texts {
    fn push(&mut self, text: Option<&str>) {
        let span = text.map(|text| match self.cells.last() {
            Some(&Some(above)) if self.at(above) == text => above,
            _ => {
                let start = self.buffer.len();
                self.buffer.push_str(text);
                let end = self.buffer.len();
                Span { start, end }
            }
        });
        self.cells.push(span);
    }

    fn append(&mut self, other: &Texts) {
        let base = self.buffer.len();
        self.buffer.push_str(&other.buffer);
        self.cells.extend(other.cells.iter().map(|cell| {
            cell.map(|Span { start, end }| Span {
                start: base + start,
                end: base + end,
            })
        }));
    }

    fn at(&self, span: Span) -> &str {
        &self.buffer[span.start..span.end]
    }

    /// One text, None where null.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.cells[row].map(|span| self.at(span))
    }

    /// All of them, in order of the rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        self.cells.iter().map(|cell| cell.map(|span| self.at(span)))
    }

    /// The place of each text among all different ones, by bytes, nulls first; and how many there are.
    fn ranks(&self) -> (Vec<u64>, u64) {
        let mut ids: HashMap<Option<&str>, u64> = HashMap::new();
        let mut of_rows: Vec<u64> = Vec::with_capacity(self.cells.len());
        let mut above: Option<Span> = None;
        for cell in &self.cells {
            let id = match of_rows.last() {
                Some(&id) if above == *cell => id,
                _ => {
                    let next = ids.len() as u64;
                    *ids.entry(cell.map(|span| self.at(span))).or_insert(next)
                }
            };
            above = *cell;
            of_rows.push(id);
        }
        let mut different: Vec<(Option<&str>, u64)> = ids.into_iter().collect();
        different.sort_unstable();
        let mut ranks = vec![0; different.len()];
        for (rank, (_, id)) in different.iter().enumerate() {
            ranks[*id as usize] = rank as u64;
        }
        for id in &mut of_rows {
            *id = ranks[*id as usize];
        }
        (of_rows, different.len() as u64)
    }
}

/// The place of each value among all different ones; and how many there are.
fn ranks<T: Ord>(values: impl Iterator<Item = T> + Clone) -> (Vec<u64>, u64) {
    let mut different: Vec<T> = values.clone().collect();
    different.sort_unstable();
    different.dedup();
    let place = |value: T| different.partition_point(|other| *other < value) as u64;
    (values.map(place).collect(), different.len() as u64)
}

impl PartialEq for Texts {
    fn eq(&self, other: &Texts) -> bool {
        self.iter().eq(other.iter())
    }
}

/// A column's values.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of a text column.
    Text(Texts),
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
            ValueKind::Text => Values::Text(Texts::default()),
            ValueKind::Integer => Values::Integer(Vec::new()),
            ValueKind::Real => Values::Real(Vec::new()),
            ValueKind::Boolean => Values::Boolean(Vec::new()),
            ValueKind::Date => Values::Date(Vec::new()),
        }
    }

    fn push<'a>(&mut self, value: Value<'a>) -> Result<(), Value<'a>> {
        match (self, value) {
            (Values::Text(all), Value::Text(one)) => all.push(one.as_deref()),
            (Values::Integer(all), Value::Integer(one)) => all.push(one),
            // Adding 0 turns -0 into 0, and changes no other number.
            (Values::Real(all), Value::Real(one)) => all.push(one.map(|number| number + 0.0)),
            (Values::Boolean(all), Value::Boolean(one)) => all.push(one),
            (Values::Date(all), Value::Date(one)) => all.push(one),
            (_, value) => return Err(value),
        }
        Ok(())
    }

    fn text_bytes(&self) -> usize {
        match self {
            Values::Text(all) => all.buffer.len(),
            _ => 0,
        }
    }

    /// Adds another column of the same kind below this one.
    fn append(&mut self, other: &Values) {
        match (self, other) {
            (Values::Text(all), Values::Text(more)) => all.append(more),
            (Values::Integer(all), Values::Integer(more)) => all.extend_from_slice(more),
            (Values::Real(all), Values::Real(more)) => all.extend_from_slice(more),
            (Values::Boolean(all), Values::Boolean(more)) => all.extend_from_slice(more),
            (Values::Date(all), Values::Date(more)) => all.extend_from_slice(more),
            (_, more) => panic!("columns of two kinds: {more:?}"),
        }
    }

    /// The place of each value among all different ones, nulls first; and how many there are.
    fn ranks(&self) -> (Vec<u64>, u64) {
        match self {
            Values::Text(all) => all.ranks(),
            Values::Integer(all) => ranks(all.iter()),
            // The bits of a double, with their sign turned, are in its order.
            Values::Real(all) => ranks(all.iter().map(|one| {
                one.map(|number| {
                    let bits = number.to_bits() as i64;
                    bits ^ ((bits >> 63) as u64 >> 1) as i64
                })
            })),
            Values::Boolean(all) => ranks(all.iter()),
            Values::Date(all) => ranks(all.iter()),
        }
    }

    /// Puts the rows into another order.
    fn arrange(&mut self, order: &[usize]) {
        fn arrange<T: Copy>(all: &mut Vec<T>, order: &[usize]) {
            *all = order.iter().map(|&at| all[at]).collect();
        }
        match self {
            Values::Text(all) => arrange(&mut all.cells, order),
            Values::Integer(all) => arrange(all, order),
            Values::Real(all) => arrange(all, order),
            Values::Boolean(all) => arrange(all, order),
            Values::Date(all) => arrange(all, order),
        }
    }

    /// One value.
    pub fn get(&self, row: usize) -> Value<'_> {
        match self {
            Values::Text(all) => Value::Text(all.get(row).map(Cow::Borrowed)),
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

    /// Makes room for so many rows more; texts find theirs as they come.
    pub fn reserve(&mut self, rows: usize) {
        for column in &mut self.columns {
            match column {
                Values::Text(all) => all.cells.reserve_exact(rows),
                Values::Integer(all) => all.reserve_exact(rows),
                Values::Real(all) => all.reserve_exact(rows),
                Values::Boolean(all) => all.reserve_exact(rows),
                Values::Date(all) => all.reserve_exact(rows),
            }
        }
    }

    /// Adds a row; values stand in the order of the specification.
    pub fn push<'a>(&mut self, row: impl IntoIterator<Item = Value<'a>>) {
        let mut width = 0;
        for (at, value) in row.into_iter().enumerate() {
            if let Err(value) = self.columns[at].push(value) {
                panic!("{}.{} cannot hold {value:?}", self.name, self.spec.columns[at].name);
            }
            width += 1;
        }
        assert_eq!(width, self.columns.len(), "{}: one value a column", self.name);
        self.height += 1;
    }

    /// One table of several with the same columns, sorted by the primary key.
    pub fn joined(name: &str, parts: Vec<Table>) -> Table {
        let mut table = Table::new(name);
        table.reserve(parts.iter().map(Table::height).sum());
        for (at, column) in table.columns.iter_mut().enumerate() {
            if let Values::Text(all) = column {
                let bytes = parts.iter().map(|part| part.columns[at].text_bytes());
                all.buffer.reserve_exact(bytes.sum());
            }
        }
        // Each part is dropped as soon as it is copied: together they are as large as the table.
        for part in parts {
            for (column, more) in table.columns.iter_mut().zip(&part.columns) {
                column.append(more);
            }
            table.height += part.height;
        }
        table.sort_by_key();
        table
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
    pub fn get(&self, row: usize, column: &str) -> Value<'_> {
        self.column(column).get(row)
    }

    /// Text of a cell, None where null.
    pub fn text(&self, row: usize, column: &str) -> Option<&str> {
        match self.column(column) {
            Values::Text(all) => all.get(row),
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
        // The values of a key repeat, so that their places among all different ones are quicker to compare than they are; the
        // places of one row, from its first column to its last, are the digits of one number.
        let mut places: Vec<u64> = vec![0; self.height];
        let mut different = 1_u64;
        for name in &self.spec.key {
            let (column, in_column) = self.column(name).ranks();
            if different.checked_mul(in_column).is_none() {
                (places, different) = ranks(places.iter().copied());
            }
            for (place, own) in places.iter_mut().zip(column) {
                *place = *place * in_column + own;
            }
            different = different.saturating_mul(in_column);
        }
        if places.is_sorted() {
            return;
        }
        let mut order: Vec<usize> = (0..self.height).collect();
        order.sort_by_key(|row| places[*row]);
        for column in &mut self.columns {
            column.arrange(&order);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(name: &str, kind: ValueKind) -> ColumnSpec {
        ColumnSpec {
            name: name.into(),
            kind,
            title: Text::default(),
            unit: None,
            null: Some(Text::default()),
            null_in: None,
            values: Vec::new(),
            values_of: None,
        }
    }

    proptest! {
        #[test]
        fn rows_are_sorted_by_their_key_and_keep_their_order_where_it_is_equal(
            rows in prop::collection::vec(
                (prop::option::of(any::<bool>()), prop::option::of("[ab一]{0,2}"), prop::option::of(-2_i64..3), prop::option::of(-2_i32..3)),
                0..60,
            )
        ) {
            let columns = vec![
                column("text", ValueKind::Text),
                column("number", ValueKind::Integer),
                column("real", ValueKind::Real),
                column("flag", ValueKind::Boolean),
                column("at", ValueKind::Integer),
            ];
            let key = ["flag", "text", "number", "real"].map(str::to_owned).to_vec();
            let mut table = Table::with_spec("t", TableSpec { title: Text::default(), key, columns });
            for ((flag, text, number, real), at) in rows.iter().zip(0_i64..) {
                let real = real.map(|number| f64::from(number) / 2.0);
                table.push([text.as_ref().into(), (*number).into(), real.into(), (*flag).into(), at.into()]);
            }
            table.sort_by_key();
            let mut expected: Vec<_> = rows.iter().zip(0_i64..).collect();
            expected.sort();
            for (row, (_, at)) in expected.iter().enumerate() {
                prop_assert_eq!(table.number(row, "at"), Some(*at as f64));
            }
        }
    }
}
