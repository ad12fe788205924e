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

    /// One table of several with the same columns, whose rows are in the order of the primary key, one table behind the other.
    pub fn stacked<'a, R: Row<'a>>(parts: Vec<Table>) -> Table {
        let mut table = Table::of::<R>();
        table.height = parts.iter().map(Table::height).sum();
        let columns = table.columns.par_iter_mut().zip(by_column(&table.spec, parts));
        columns.for_each(|(column, parts)| {
            column.reserve(table.height);
            // Each part is dropped as soon as it is copied: together they are as large as the table.
            parts.into_iter().for_each(|part| column.append(&part));
        });
        table
    }

    /// One table of several with the same columns, sorted by the primary key.
    pub fn joined<'a, R: Row<'a>>(parts: Vec<Table>) -> Table {
        let mut table = Table::of::<R>();
        table.height = parts.iter().map(Table::height).sum();
        let rows_of = |(part, table): (u32, &Table)| (0..table.height as u32).map(move |row| (part, row));
        let rows: Vec<(u32, u32)> = (0..).zip(&parts).flat_map(rows_of).collect();
        let mut parts = by_column(&table.spec, parts);
        let is_key: Vec<bool> = (table.spec.columns.iter())
            .map(|column| table.spec.key.contains(&column.name))
            .collect();
        // Columns of the key first: they say where the rows of the others go. The parts of a column are dropped as soon as they are copied.
        let gather = |table: &mut Table, parts: &mut [Vec<Values>], of_key: bool, rows: &[(u32, u32)]| {
            let columns = table.columns.par_iter_mut().zip(parts).zip(&is_key);
            let wanted = columns.filter(|(_, is_key)| **is_key == of_key);
            wanted.for_each(|((column, parts), _)| {
                column.reserve(rows.len());
                column.gather(&std::mem::take(parts), rows);
            });
        };
        gather(&mut table, &mut parts, true, &rows);
        match table.order_by_key() {
            None => gather(&mut table, &mut parts, false, &rows),
            Some(order) => {
                let rows: Vec<(u32, u32)> = order.iter().map(|&at| rows[at]).collect();
                gather(&mut table, &mut parts, false, &rows);
                let columns = table.columns.par_iter_mut().zip(&is_key);
                columns
                    .filter(|(_, is_key)| **is_key)
                    .for_each(|(column, _)| column.arrange(&order));
            }
        }
        table
    }
}

/// The columns of tables with the same columns, by column.
fn by_column(spec: &TableSpec, parts: Vec<Table>) -> Vec<Vec<Values>> {
    let mut all: Vec<Vec<Values>> = spec.columns.iter().map(|_| Vec::with_capacity(parts.len())).collect();
    for part in parts {
        all.iter_mut()
            .zip(part.columns)
            .for_each(|(of, column)| of.push(column));
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tables::MemberRow;

    type Cells = (String, String, i64, Option<String>, bool);

    fn row((dimension, member, position, title, is_ordered): &Cells) -> MemberRow<'_> {
        MemberRow {
            dimension,
            member,
            position: *position,
            member_title_en: title.as_deref(),
            is_ordered: *is_ordered,
            ..MemberRow::default()
        }
    }

    proptest! {
        #[test]
        fn joined_tables_have_all_rows_in_the_order_of_their_key(
            parts in prop::collection::vec(
                prop::collection::vec(
                    ("[ab]{1,2}", "[ab一]{0,2}|[ab]{7,18}", any::<i64>(), prop::option::of("[ab]{0,9}"), any::<bool>()),
                    0..9,
                ),
                0..5,
            )
        ) {
            let table = |rows: &Vec<Cells>| {
                let mut table = Table::of::<MemberRow>();
                rows.iter().for_each(|cells| table.push(row(cells)));
                table
            };
            let joined = Table::joined::<MemberRow>(parts.iter().map(table).collect());
            let mut expected: Vec<MemberRow> = parts.iter().flatten().map(row).collect();
            expected.sort_by_key(|row| (row.dimension, row.member));
            prop_assert_eq!(joined.rows::<MemberRow>().collect::<Vec<_>>(), expected);
            let stacked = Table::stacked::<MemberRow>(parts.iter().map(table).collect());
            prop_assert_eq!(stacked.rows::<MemberRow>().collect::<Vec<_>>(), parts.iter().flatten().map(row).collect::<Vec<_>>());
        }
    }
}
