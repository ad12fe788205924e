//! What has changed from one period to another, and why: tables that would fill half a gigabyte for a nation over twenty quarters, and so are
//! written as soon as they are made.

use jiff::civil::Date;

use super::columns::{Gaps, Members};
use super::parts::{day_of, each_period, rows_where};
use crate::lake::write_table;
use crate::partition::Shared;
use crate::pipeline::RollUp;
use crate::release::Staging;
use crate::run::RunError;
use crate::run::compared::Compared;
use crate::statistics::{Broken, ChangeEffects, FoundChanges, GapChanges, MemberParts};
use crate::tables::{
    ChangeEffectRow, ConstantChangeEffectRow, ConstantGapChangeMixRow, ConstantGapChangeRow, ConstantGapMixRow,
    GapChangeMixRow, GapChangeRow, GapMixRow, Table,
};

/// What is written.
pub(super) struct Changes {
    /// Rows of the root.
    pub(super) shown: Vec<Table>,
    pub(super) broken: Vec<Broken>,
}

/// Writes `change_effects`, `gap_changes`, `gap_mixes` and `gap_change_mixes`, as reported and on constant boundaries. `top_on_boundaries`: figures on these.
///
/// # Errors
/// When a table or the sums of strata cannot be read again, or a table not be written.
pub(super) fn changes(
    shared: &Shared<'_>,
    compared: &Compared,
    top_on_boundaries: &Table,
    staging: &Staging,
) -> Result<Changes, RunError> {
    let root = shared.registry.root_code();
    let mut shown = Vec::new();
    let mut broken = Vec::new();

    let (table, more) = change_effects(shared, compared, &compared.top[0], None)?;
    write(shared, staging, &table)?;
    shown.push(rows_where(&table, |row: ChangeEffectRow| row.scope_code == root));
    broken.extend(more);
    drop(table);

    let (table, more) = match day_of(shared.pipeline, RollUp::ChangeEffects) {
        Some(day) => change_effects(shared, compared, top_on_boundaries, Some(day))?,
        None => (Table::of::<ConstantChangeEffectRow>(), Vec::new()),
    };
    write(shared, staging, &table)?;
    shown.push(rows_where(&table, |row: ConstantChangeEffectRow| {
        row.scope_code == root
    }));
    broken.extend(more);
    drop(table);

    let found = gap_changes(shared, compared, None)?;
    for table in [&found.changes, &found.mixes, &found.change_mixes] {
        write(shared, staging, table)?;
    }
    shown.push(rows_where(&found.changes, |row: GapChangeRow| row.scope_code == root));
    shown.push(rows_where(&found.mixes, |row: GapMixRow| row.scope_code == root));
    shown.push(rows_where(&found.change_mixes, |row: GapChangeMixRow| {
        row.scope_code == root
    }));
    broken.extend(found.broken);

    let day = RollUp::OF_STRATA
        .iter()
        .find_map(|table| day_of(shared.pipeline, *table));
    let found = match day {
        Some(day) => gap_changes(shared, compared, Some(day))?,
        None => FoundChanges::nothing_on_boundaries(),
    };
    for table in [&found.changes, &found.mixes, &found.change_mixes] {
        write(shared, staging, table)?;
    }
    shown.push(rows_where(&found.changes, |row: ConstantGapChangeRow| {
        row.scope_code == root
    }));
    shown.push(rows_where(&found.mixes, |row: ConstantGapMixRow| {
        row.scope_code == root
    }));
    shown.push(rows_where(&found.change_mixes, |row: ConstantGapChangeMixRow| {
        row.scope_code == root
    }));
    broken.extend(found.broken);
    Ok(Changes { shown, broken })
}

/// Of the root and the areas of the partition level, whose figures are `top`.
///
/// # Errors
/// When a table cannot be read again.
fn change_effects(
    shared: &Shared<'_>,
    compared: &Compared,
    top: &Table,
    boundaries: Option<Date>,
) -> Result<(Table, Vec<Broken>), RunError> {
    let mut effects = ChangeEffects::new(shared.pipeline, top, boundaries);
    each_period::<Members>(compared, boundaries.is_some(), |period, rows| {
        effects.add(period, rows.map(MemberParts::from));
        Ok(())
    })?;
    Ok(effects.found())
}

/// Of the scopes of `gaps`.
///
/// # Errors
/// When a table or the sums of strata cannot be read again.
fn gap_changes(shared: &Shared<'_>, compared: &Compared, boundaries: Option<Date>) -> Result<FoundChanges, RunError> {
    let mut changes = GapChanges::new(shared.pipeline, boundaries);
    each_period::<Gaps>(compared, boundaries.is_some(), |period, gaps| {
        changes.add(period, gaps, compared.gap_strata(period, boundaries.is_some())?);
        Ok(())
    })?;
    Ok(changes.found())
}

/// Writes a whole table.
///
/// # Errors
/// When it cannot be written.
fn write(shared: &Shared<'_>, staging: &Staging, table: &Table) -> Result<(), RunError> {
    let path = format!("tables/{}.parquet", table.name);
    staging.note(&path, write_table(&staging.path(&path), table, shared.pipeline)?);
    Ok(())
}
