//! Which columns the published tables have.

use crate::tables::table_specs;

/// The columns of a table; None: there is no such table.
pub fn columns_of(table: &str) -> Option<Vec<&'static str>> {
    let spec = table_specs().get(table)?;
    Some(spec.columns.iter().map(|column| column.name.as_str()).collect())
}

/// The tables that have a column of a name.
pub fn tables_with(column: &str) -> Vec<&'static str> {
    let with = table_specs()
        .iter()
        .filter(|(_, spec)| spec.columns.iter().any(|own| own.name == column));
    with.map(|(table, _)| *table).collect()
}
