//! Tables as they are published: their columns by the titles of the tables, codes by what a person calls them.

use crate::report::gather::Gathering;
use crate::report::workbook::fields::{holds, latest_first, sheet, whole};
use crate::report::workbook::model::Sheet;
use crate::report::workbook::names::Names;
use crate::report::workbook::words::{self, Words};
use crate::tables::{
    BetweenShareRow, ChangeEffectRow, Columns, ConvergenceRow, EstimateErrorRow, EstimateRow, GapChangeMixRow,
    GapChangeRow, GapMixRow, ProductEffectRow, ProgressRow, RankRow, SpatialAutocorrelationRow, SpatialClusterRow,
    Table, VerdictRow,
};

/// Rows of a table that a sheet has.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    All,
    /// Of the root: the areas below it are in the tables.
    Root,
    /// Of the scope that is the root.
    RootScope,
    /// Of the latest period.
    Latest,
}

/// Sheets with their tables, in order.
const ALL: &[(Words, &str, Kept)] = &[
    (words::VERDICTS, VerdictRow::TABLE, Kept::All),
    (words::PROGRESS, ProgressRow::TABLE, Kept::All),
    (words::RANKS, RankRow::TABLE, Kept::Latest),
    (words::CHANGES, ChangeEffectRow::TABLE, Kept::RootScope),
    (words::GAP_CHANGES, GapChangeRow::TABLE, Kept::RootScope),
    (words::GAP_MIXES, GapMixRow::TABLE, Kept::RootScope),
    (words::GAP_CHANGE_MIXES, GapChangeMixRow::TABLE, Kept::RootScope),
    (words::PRODUCTS, ProductEffectRow::TABLE, Kept::Root),
    (words::CONVERGENCE, ConvergenceRow::TABLE, Kept::All),
    (words::BETWEEN_SHARES, BetweenShareRow::TABLE, Kept::All),
    (words::NEIGHBOURS, SpatialAutocorrelationRow::TABLE, Kept::All),
    (words::CLUSTERS, SpatialClusterRow::TABLE, Kept::Latest),
    (words::ESTIMATES, EstimateRow::TABLE, Kept::Root),
    (words::ESTIMATE_ERRORS, EstimateErrorRow::TABLE, Kept::All),
];

/// Tables that few pipelines ask for: they have a sheet where they have rows.
const IF_ANY: [&str; 3] = [GapMixRow::TABLE, GapChangeMixRow::TABLE, ProductEffectRow::TABLE];

/// The sheets.
pub(super) fn sheets<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> impl Iterator<Item = Sheet<'a>> {
    let is_shown =
        |table: &str| !IF_ANY.contains(&table) || all.sources.find(table).is_some_and(|table| table.height() > 0);
    let shown = ALL.iter().filter(move |(_, table, _)| is_shown(table));
    shown.map(|(name, table, kept)| {
        let table = all.sources.table(table);
        Sheet {
            frozen: 2,
            ..whole(sheet(*name, names), (table, &rows(all, table, *kept)), names)
        }
    })
}

/// The latest period first; where a row compares two, the later one counts.
pub(super) fn rows(all: &Gathering, table: &Table, kept: Kept) -> Vec<usize> {
    let period = all.period_text();
    match kept {
        Kept::All => latest_first(table, |_| true, |_| false),
        Kept::RootScope => latest_first(table, holds(table, "scope_code", all.root()), |_| false),
        Kept::Root => latest_first(table, holds(table, "area_code", all.root()), |_| false),
        Kept::Latest => latest_first(table, holds(table, "period", &period), |_| false),
    }
}
