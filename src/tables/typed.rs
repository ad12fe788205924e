//! Tables whose rows are structs: made, filled and read.

use std::borrow::Cow;

use rayon::prelude::*;

use super::catalog::table_specs;
use super::row::{Columns, Field, Row, RowColumn};
use super::spec::{ColumnSpec, TableSpec};
use super::table::Table;
use super::values::Values;

impl Table {
    /// An empty table for rows of one kind.
    pub fn of<'a, R: Row<'a>>() -> Table {
        let spec = &table_specs()[R::TABLE];
        Table::with_spec(R::TABLE, Cow::Borrowed(spec))
    }

    /// An empty table with the columns that the pipeline puts behind those of the rows. It is filled by [`Table::push_with`].
    pub fn with_more(name: &str, more: impl Iterator<Item = ColumnSpec>) -> Table {
        let mut spec = table_specs()[name].clone();
        spec.columns.extend(more);
        Table::with_spec(name, Cow::Owned(spec))
    }

    /// A table of columns that were read elsewhere: those that `R` names, in its order, of one length and without nulls where
    /// `R` has none.
    pub fn of_columns<'a, R: Columns<'a>>(columns: Vec<Values>, height: usize) -> Table {
        let whole = &table_specs()[R::TABLE];
        let find = |column: &RowColumn| whole.columns.iter().find(|spec| spec.name == column.name).cloned();
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

    /// Adds a row.
    pub fn push<'a, R: Row<'a>>(&mut self, row: R) {
        assert_eq!(self.name, R::TABLE, "a table holds rows of one kind");
        self.push_with::<R, Option<&str>>(row, []);
    }

    /// Adds a row and the values of the columns that the pipeline puts behind those of the row.
    pub fn push_with<'a, 'b, R: Row<'a>, F: Field<'b>>(&mut self, row: R, more: impl IntoIterator<Item = F>) {
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
        table.height = parts.iter().map(Table::height).sum();
        let mut more: Vec<Vec<Values>> = table.columns.iter().map(|_| Vec::with_capacity(parts.len())).collect();
        for part in parts {
            more.iter_mut()
                .zip(part.columns)
                .for_each(|(of, column)| of.push(column));
        }
        let both = table.columns.par_iter_mut().zip(more);
        both.for_each(|(column, more)| {
            column.reserve(table.height);
            // Each part is dropped as soon as it is copied: together they are as large as the table.
            more.into_iter().for_each(|part| column.append(&part));
        });
        table.sort_by_key();
        table
    }
}
