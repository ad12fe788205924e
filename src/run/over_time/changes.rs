//! What has changed from one period to another, and why: tables that would fill half a gigabyte for a nation over twenty quarters, and so are
//! written as soon as they are made.

use jiff::civil::Date;

use super::columns::{ConstantMember, Member};
use super::parts::{day_of, periods, rows_where};
use crate::domain::Period;
use crate::lake::{read_table, write_table};
use crate::partition::Shared;
use crate::pipeline::RollUp;
use crate::release::Staging;
use crate::run::RunError;
use crate::run::compared::Compared;
use crate::statistics::{Broken, ChangeEffects, FoundChanges, GapChanges, MemberParts};
use crate::tables::{
    ChangeEffectRow, ConstantChangeEffectRow, ConstantGapChangeRow, ConstantGapRow, GapChangeMixRow, GapChangeRow,
    GapMixRow, GapRow, Table,
};

/// What is written.
pub(super) struct Changes {
    /// Rows of the root, as reported.
    pub(super) shown: Vec<Table>,
    pub(super) broken: Vec<Broken>,
}

/// Writes `change_effects` and `gap_changes`, as reported and on constant boundaries, and `gap_mixes` and `gap_change_mixes`, as reported. `top_on_boundaries`: figures on these.
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

    let table = match day_of(shared.pipeline, RollUp::GapChanges) {
        Some(day) => {
            let found = gap_changes(shared, compared, Some(day))?;
            broken.extend(found.broken);
            found.changes
        }
        None => Table::of::<ConstantGapChangeRow>(),
    };
    write(shared, staging, &table)?;
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
    if boundaries.is_some() {
        for (period, path) in periods::<ConstantMember>(compared) {
            let table = read_table::<ConstantMember>(&path)?;
            effects.add(period, table.rows::<ConstantMember>().map(MemberParts::from));
        }
    } else {
        for (period, path) in periods::<Member>(compared) {
            let table = read_table::<Member>(&path)?;
            effects.add(period, table.rows::<Member>().map(MemberParts::from));
        }
    }
    Ok(effects.found())
}

/// Of the scopes of `gaps`.
///
/// # Errors
/// When a table or the sums of strata cannot be read again.
fn gap_changes(shared: &Shared<'_>, compared: &Compared, boundaries: Option<Date>) -> Result<FoundChanges, RunError> {
    let mut changes = GapChanges::new(shared.pipeline, boundaries);
    let strata = |period: Period| compared.gap_strata(period, boundaries.is_some());
    if boundaries.is_some() {
        for (period, path) in periods::<ConstantGapRow>(compared) {
            let table = read_table::<ConstantGapRow>(&path)?;
            let gaps = table.rows::<ConstantGapRow>();
            let gaps = gaps.map(|row| (GapRow::from(row), Some(row.obs_status)));
            changes.add(period, gaps, strata(period)?);
        }
    } else {
        for (period, path) in periods::<GapRow>(compared) {
            let table = read_table::<GapRow>(&path)?;
            let gaps = table.rows::<GapRow>().map(|row| (row, None));
            changes.add(period, gaps, strata(period)?);
        }
    }
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
