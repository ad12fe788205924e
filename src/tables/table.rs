//! The small tidy tables of a release, in memory: filled and read by rows, kept by columns.

use std::borrow::Cow;

use jiff::civil::Date;

use super::compare::Frame;
use super::row::{Columns, Row};
use super::spec::{TableHead, TableSpec, ValueKind, table_specs};
use super::texts::Texts;

/// One value of a row, whatever its type; `None` is null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// For a text column.
    Text(Option<&'a str>),
    /// For an integer column.
    Integer(Option<i64>),
    /// For a real column.
    Real(Option<f64>),
    /// For a boolean column.
    Boolean(Option<bool>),
    /// For a date column.
    Date(Option<Date>),
}

/// The place of each value among all different ones; and how many there are.
pub(super) fn ranks<T: Ord>(values: impl Iterator<Item = T> + Clone) -> (Vec<u64>, u64) {
    let mut different: Vec<T> = values.clone().collect();
    different.sort_unstable();
    different.dedup();
    let place = |value: T| different.partition_point(|other| *other < value) as u64;
    (values.map(place).collect(), different.len() as u64)
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

    /// What the column holds.
    pub fn kind(&self) -> ValueKind {
        match self {
            Values::Text(_) => ValueKind::Text,
            Values::Integer(_) => ValueKind::Integer,
            Values::Real(_) => ValueKind::Real,
            Values::Boolean(_) => ValueKind::Boolean,
            Values::Date(_) => ValueKind::Date,
        }
    }

    /// A column of the same kind without a value.
    pub fn emptied(&self) -> Values {
        Values::new(self.kind())
    }

    /// Adds another column of the same kind below this one.
    pub(super) fn append(&mut self, other: &Values) {
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
    pub(super) fn ranks(&self) -> (Vec<u64>, u64) {
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

    /// Some of the rows, in this order.
    fn picked(&self, rows: &[usize]) -> Values {
        fn picked<T: Copy>(all: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&at| all[at]).collect()
        }
        match self {
            Values::Text(all) => Values::Text(rows.iter().map(|&at| all.get(at)).collect()),
            Values::Integer(all) => Values::Integer(picked(all, rows)),
            Values::Real(all) => Values::Real(picked(all, rows)),
            Values::Boolean(all) => Values::Boolean(picked(all, rows)),
            Values::Date(all) => Values::Date(picked(all, rows)),
        }
    }

    /// Puts the rows into another order.
    fn arrange(&mut self, order: &[usize]) {
        fn arrange<T: Copy>(all: &mut Vec<T>, order: &[usize]) {
            *all = order.iter().map(|&at| all[at]).collect();
        }
        match self {
            Values::Text(all) => all.arrange(order),
            Values::Integer(all) => arrange(all, order),
            Values::Real(all) => arrange(all, order),
            Values::Boolean(all) => arrange(all, order),
            Values::Date(all) => arrange(all, order),
        }
    }

    /// One value.
    pub fn get(&self, row: usize) -> Value<'_> {
        match self {
            Values::Text(all) => Value::Text(all.get(row)),
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
    pub spec: Cow<'static, TableSpec>,
    columns: Vec<Values>,
    height: usize,
}

impl Table {
    /// An empty table for rows of one kind.
    pub fn of<'a, R: Row<'a>>() -> Table {
        let spec = &table_specs()[R::TABLE];
        Table::with_spec(R::TABLE, Cow::Borrowed(spec))
    }

    /// An empty table with columns that depend on the pipeline (as `areas` with its classifications).
    pub fn with_spec(name: &str, spec: Cow<'static, TableSpec>) -> Table {
        let columns = spec.columns.iter().map(|c| Values::new(c.kind)).collect();
        Table {
            name: name.into(),
            spec,
            columns,
            height: 0,
        }
    }

    /// A table of columns that were read elsewhere: those that `R` names, in its order, of one length and without nulls where
    /// `R` has none.
    pub fn of_columns<'a, R: Columns<'a>>(columns: Vec<Values>, height: usize) -> Table {
        let whole = &table_specs()[R::TABLE];
        let find = |column: &super::RowColumn| whole.columns.iter().find(|spec| spec.name == column.name).cloned();
        let spec = TableSpec {
            title: whole.title.clone(),
            key: Vec::new(),
            columns: R::COLUMNS.iter().filter_map(find).collect(),
        };
        Table {
            name: R::TABLE.into(),
            spec: Cow::Owned(spec),
            columns,
            height,
        }
    }

    /// A table of all its columns, of one length, that were read elsewhere.
    pub fn from_columns(head: TableHead<'static>, columns: Vec<Values>, height: usize) -> Table {
        Table {
            name: head.name.into(),
            spec: Cow::Borrowed(head.spec),
            columns,
            height,
        }
    }

    /// Makes room for so many rows more; texts find theirs as they come.
    pub fn reserve(&mut self, rows: usize) {
        for column in &mut self.columns {
            match column {
                Values::Text(all) => all.reserve_exact(rows),
                Values::Integer(all) => all.reserve_exact(rows),
                Values::Real(all) => all.reserve_exact(rows),
                Values::Boolean(all) => all.reserve_exact(rows),
                Values::Date(all) => all.reserve_exact(rows),
            }
        }
    }

    /// Adds a row.
    pub fn push<'a, R: Row<'a>>(&mut self, row: R) {
        assert_eq!(self.name, R::TABLE, "a table holds rows of one kind");
        self.push_with::<R, Option<&str>>(row, []);
    }

    /// Adds a row and the values of the columns that the pipeline puts behind those of the row.
    pub fn push_with<'a, 'b, R: Row<'a>, F: super::Field<'b>>(&mut self, row: R, more: impl IntoIterator<Item = F>) {
        let (fixed, others) = self.columns.split_at_mut(R::COLUMNS.len());
        row.push(fixed);
        let mut more = more.into_iter();
        for column in others {
            let value = more.next().expect("a value for every column that the pipeline adds");
            value.push(column);
        }
        self.height += 1;
    }

    /// Every row, by all columns or by those that a reader needs.
    pub fn rows<'a, R: Columns<'a>>(&'a self) -> impl ExactSizeIterator<Item = R> + Clone {
        assert_eq!(self.name, R::TABLE, "a table holds rows of one kind");
        R::of(self, 0..self.height)
    }

    /// One row.
    pub fn row<'a, R: Columns<'a>>(&'a self, at: usize) -> Option<R> {
        assert_eq!(self.name, R::TABLE, "a table holds rows of one kind");
        R::of(self, at..self.height).next()
    }

    /// One table of several with the same columns, sorted by the primary key.
    pub fn joined<'a, R: Row<'a>>(parts: Vec<Table>) -> Table {
        let mut table = Table::of::<R>();
        table.reserve(parts.iter().map(Table::height).sum());
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

    /// Name and columns.
    pub fn head(&self) -> TableHead<'_> {
        TableHead {
            name: &self.name,
            spec: &self.spec,
        }
    }

    /// Some of the rows, in this order.
    pub fn picked(&self, rows: &[usize]) -> Table {
        Table {
            columns: self.columns.iter().map(|column| column.picked(rows)).collect(),
            height: rows.len(),
            name: self.name.clone(),
            spec: self.spec.clone(),
        }
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

    /// Some of the columns, to be held against others.
    pub fn frame(&self, names: &[&str]) -> Frame {
        let named = names.iter().map(|name| ((*name).to_owned(), self.column(name).clone()));
        Frame {
            columns: named.collect(),
            height: self.height,
        }
    }

    /// One value.
    pub fn get(&self, row: usize, column: &str) -> Value<'_> {
        self.column(column).get(row)
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

    use super::super::Field;
    use super::super::spec::ColumnSpec;
    use super::*;
    use crate::domain::Text;

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
            let mut table = Table::with_spec("t", Cow::Owned(TableSpec { title: Text::default(), key, columns }));
            for ((flag, text, number, real), at) in rows.iter().zip(0_i64..) {
                let real = real.map(|number| f64::from(number) / 2.0);
                text.as_deref().push(&mut table.columns[0]);
                number.push(&mut table.columns[1]);
                real.push(&mut table.columns[2]);
                flag.push(&mut table.columns[3]);
                at.push(&mut table.columns[4]);
                table.height += 1;
            }
            table.sort_by_key();
            let mut expected: Vec<_> = rows.iter().zip(0_i64..).collect();
            expected.sort();
            for (row, (_, at)) in expected.iter().enumerate() {
                prop_assert_eq!(table.get(row, "at"), Value::Integer(Some(*at)));
            }
        }
    }
}
