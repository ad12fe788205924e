//! The tables of each period, as they lie on disk.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::domain::Period;
use crate::lake::read_table;
use crate::partition::Shared;
use crate::pipeline::{Pipeline, RollUp};
use crate::run::RunError;
use crate::run::compared::Compared;
use crate::tables::{Columns, ConstantBoundariesRow, Table};

/// The parts of a table on disk, in the order of periods.
pub(super) fn periods<'a, R: Columns<'a>>(compared: &Compared) -> Vec<(Period, PathBuf)> {
    let mut all: Vec<_> = compared
        .parts(R::TABLE)
        .filter_map(|(period, path)| Some((Period::parse_any(period)?, path)))
        .collect();
    all.sort();
    all
}

/// A table of each period that is also published on constant boundaries, where its rows have a status.
pub(super) trait OnBoth {
    /// Columns of the table as reported.
    type Reported<'a>: Columns<'a>;
    /// The same on constant boundaries, and the status (SDMX).
    type Constant<'a>: Columns<'a> + Into<(Self::Reported<'a>, &'a str)>;
}

/// A row, and its status on constant boundaries.
type WithStatus<'a, T> = (<T as OnBoth>::Reported<'a>, Option<&'a str>);

/// Passes on the rows of each period, in the order of periods.
///
/// # Errors
/// When a table cannot be read again, or what `take` returns.
pub(super) fn each_period<T: OnBoth>(
    compared: &Compared,
    is_on_boundaries: bool,
    mut take: impl FnMut(Period, &mut dyn Iterator<Item = WithStatus<'_, T>>) -> Result<(), RunError>,
) -> Result<(), RunError> {
    if is_on_boundaries {
        for (period, path) in periods::<T::Constant<'_>>(compared) {
            let table = read_table::<T::Constant<'_>>(&path)?;
            let mut rows = table.rows::<T::Constant<'_>>().map(|row| {
                let (row, status) = row.into();
                (row, Some(status))
            });
            take(period, &mut rows)?;
        }
    } else {
        for (period, path) in periods::<T::Reported<'_>>(compared) {
            let table = read_table::<T::Reported<'_>>(&path)?;
            take(period, &mut table.rows::<T::Reported<'_>>().map(|row| (row, None)))?;
        }
    }
    Ok(())
}

/// The rows of a table that are wanted.
pub(super) fn rows_where<'a, R: Columns<'a>>(table: &'a Table, is_wanted: impl Fn(R) -> bool) -> Table {
    let rows = table.rows::<R>().enumerate();
    let wanted: Vec<usize> = rows.filter_map(|(at, row)| is_wanted(row).then_some(at)).collect();
    table.picked(&wanted)
}

/// The day of constant boundaries, where the pipeline asks for a table on them.
pub(super) fn day_of(pipeline: &Pipeline, table: RollUp) -> Option<Date> {
    pipeline
        .constant_boundaries
        .filter(|_| pipeline.constant_tables.contains(&table))
}

/// Figures on constant boundaries of the root and of the areas of the partition level, in all periods; without rows where no table needs them.
///
/// # Errors
/// When a table cannot be read again.
pub(super) fn top_on_boundaries(shared: &Shared<'_>, compared: &Compared) -> Result<Table, RunError> {
    let pipeline = shared.pipeline;
    let asks = |table| day_of(pipeline, table).is_some();
    let mut tables = Vec::new();
    if asks(RollUp::ChangeEffects) || asks(RollUp::ProductEffects) || asks(RollUp::Ranks) {
        let (root, partition) = (shared.registry.root_code(), pipeline.registry.partition);
        let level = pipeline.registry.levels[partition].as_str();
        for (_, path) in periods::<ConstantBoundariesRow>(compared) {
            let table = read_table::<ConstantBoundariesRow>(&path)?;
            let is_top = |row: ConstantBoundariesRow| row.area_code == root || row.level == level;
            tables.push(rows_where(&table, is_top));
        }
    }
    Ok(Table::joined::<ConstantBoundariesRow>(tables))
}
