//! Tables as they are published: their columns by the titles of the tables, codes by what a person calls them.

use crate::report::gather::Gathering;
use crate::report::workbook::fields::{latest_first, sheet, whole};
use crate::report::workbook::model::Sheet;
use crate::report::workbook::names::Names;
use crate::report::workbook::words::{self, Words};
use crate::tables::{Columns, Table, VerdictRow};

/// Sheets with their tables, in order.
const ALL: &[(Words, &str)] = &[(words::VERDICTS, VerdictRow::TABLE)];

/// The sheets.
pub(super) fn sheets<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> impl Iterator<Item = Sheet<'a>> {
    ALL.iter().map(|(name, table)| {
        let table = all.sources.table(table);
        Sheet {
            frozen: 2,
            ..whole(sheet(*name, names), (table, &rows(table)), names)
        }
    })
}

/// The latest period first, where a row is of one period.
fn rows(table: &Table) -> Vec<usize> {
    match table.spec.columns.iter().any(|column| column.name == "period") {
        true => latest_first(table, |_| true, |_| false),
        false => (0..table.height()).collect(),
    }
}
