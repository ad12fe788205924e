//! The small tidy tables of a release, in memory: kept by columns.

use std::borrow::Cow;

use rayon::prelude::*;

use super::compare::Frame;
use super::spec::{TableHead, TableSpec};
use super::values::{Value, Values, ranks};

/// A table of a release.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name: the file's stem.
    pub name: String,
    /// What is published about it.
    pub spec: Cow<'static, TableSpec>,
    pub(super) columns: Vec<Values>,
    pub(super) height: usize,
}

impl Table {
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
        self.columns.iter_mut().for_each(|column| column.reserve(rows));
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
        if let Some(order) = self.order_by_key() {
            self.columns.par_iter_mut().for_each(|column| column.arrange(&order));
        }
    }

    /// The rows in the order of the primary key; None where they stand in it. Only the columns of the key need have values.
    pub(super) fn order_by_key(&self) -> Option<Vec<usize>> {
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
            return None;
        }
        let mut order: Vec<usize> = (0..self.height).collect();
        order.sort_by_key(|row| places[*row]);
        Some(order)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::row::Field;
    use super::super::spec::ColumnSpec;
    use super::super::values::ValueKind;
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
            value_titles: std::collections::BTreeMap::new(),
            values_of: None,
            caveat: None,
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
