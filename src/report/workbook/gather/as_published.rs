//! Tables as they are published: their columns by the titles of the tables, codes by what a person calls them.

use crate::report::gather::Gathering;
use crate::report::workbook::fields::{holds, latest_first, sheet, whole};
use crate::report::workbook::model::Sheet;
use crate::report::workbook::names::Names;
use crate::report::workbook::words::{self, Words};
use crate::tables::{
    BetweenShareRow, Columns, ConvergenceRow, EstimateErrorRow, EstimateRow, ProgressRow, RankRow, Table, VerdictRow,
};

/// Rows of a table that a sheet has.
#[derive(Clone, Copy)]
enum Kept {
    All,
    /// Of the root: the areas below it are in the tables.
    Root,
    /// Of the latest period.
    Latest,
}

/// Sheets with their tables, in order.
const ALL: &[(Words, &str, Kept)] = &[
    (words::VERDICTS, VerdictRow::TABLE, Kept::All),
    (words::PROGRESS, ProgressRow::TABLE, Kept::All),
    (words::RANKS, RankRow::TABLE, Kept::Latest),
    (words::CONVERGENCE, ConvergenceRow::TABLE, Kept::All),
    (words::BETWEEN_SHARES, BetweenShareRow::TABLE, Kept::All),
    (words::ESTIMATES, EstimateRow::TABLE, Kept::Root),
    (words::ESTIMATE_ERRORS, EstimateErrorRow::TABLE, Kept::All),
];

/// The sheets.
pub(super) fn sheets<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> impl Iterator<Item = Sheet<'a>> {
    ALL.iter().map(|(name, table, kept)| {
        let table = all.sources.table(table);
        Sheet {
            frozen: 2,
            ..whole(sheet(*name, names), (table, &rows(all, table, *kept)), names)
        }
    })
}

/// The latest period first, where a row is of one period.
fn rows(all: &Gathering, table: &Table, kept: Kept) -> Vec<usize> {
    if !table.spec.columns.iter().any(|column| column.name == "period") {
        return (0..table.height()).collect();
    }
    let period = all.period_text();
    match kept {
        Kept::All => latest_first(table, |_| true, |_| false),
        Kept::Root => latest_first(table, holds(table, "area_code", all.root()), |_| false),
        Kept::Latest => latest_first(table, holds(table, "period", &period), |_| false),
    }
}
