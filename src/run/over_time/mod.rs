//! The tables that set periods side by side. They are computed from the tables of each period, which lie on disk.

mod changes;
mod columns;
mod parts;

use jiff::civil::Date;

use super::RunError;
use super::compared::Compared;
use super::parted;
use crate::lake::read_table;
use crate::partition::Shared;
use crate::pipeline::{Pipeline, RollUp};
use crate::release::Staging;
use crate::statistics::{
    BetweenShares, Broken, Entry, Estimates, Progress, Reason, Series, Standing, TheilPart, convergence,
    product_effects, ranks,
};
use crate::tables::{
    Columns, ConstantBetweenShareRow, ConstantProductEffectRow, ConstantRankRow, EstimateRow, Table, TableHead,
};
use changes::changes;
use columns::{AsReported, Judged, OnConstantBoundaries, PartsOfIndices};
use parts::{day_of, each_period, periods, rows_where, top_on_boundaries};

/// What [`tables`] makes.
pub struct OverTime {
    /// The tables that are held.
    pub tables: Vec<Table>,
    /// The tables that are written already, of which these are the rows that readers of a release are shown.
    pub written: Vec<Table>,
    /// Identities that do not hold.
    pub broken: Vec<String>,
}

/// Every table that needs the figures of more than one period. The larger ones, which would fill half a gigabyte for a nation over twenty
/// quarters, are written as soon as they are made, and estimates period by period.
///
/// # Errors
/// When a table of a period cannot be read again, or a table not be written.
pub fn tables(shared: &Shared<'_>, compared: &Compared, staging: &Staging) -> Result<OverTime, RunError> {
    let pipeline = shared.pipeline;
    // None needs another one.
    let (estimates, (convergence, rest)) = rayon::join(
        || estimates(shared, compared, staging),
        || {
            rayon::join(
                || series(pipeline, compared).map(|series| convergence(&series, pipeline.constant_boundaries)),
                || -> Result<_, RunError> {
                    let constant = top_on_boundaries(shared, compared)?;
                    let changes = changes(shared, compared, &constant, staging)?;
                    let (tables, broken) = small_tables(shared, compared, &constant)?;
                    Ok((changes, tables, broken))
                },
            )
        },
    );
    let (estimates, errors) = estimates?;
    let (changes, mut tables, more) = rest?;
    let broken = [changes.broken, more].concat();
    tables.extend([convergence?, errors]);
    let mut written = vec![estimates];
    written.extend(changes.shown);
    Ok(OverTime {
        tables,
        written,
        broken: broken.iter().map(ToString::to_string).collect(),
    })
}

/// The smaller tables: shares of inequality between groups, progress, changes of products and ranks. `top_on_boundaries`: figures on constant boundaries.
///
/// # Errors
/// When a table cannot be read again.
fn small_tables(
    shared: &Shared<'_>,
    compared: &Compared,
    top_on_boundaries: &Table,
) -> Result<(Vec<Table>, Vec<Broken>), RunError> {
    let pipeline = shared.pipeline;
    let (products, mut broken) = product_effects(pipeline, &compared.top[0], None);
    let (products_on_boundaries, more) = match day_of(pipeline, RollUp::ProductEffects) {
        Some(day) => product_effects(pipeline, top_on_boundaries, Some(day)),
        None => (Table::of::<ConstantProductEffectRow>(), Vec::new()),
    };
    broken.extend(more);
    let tables = vec![
        between_shares(shared, compared, None)?,
        match day_of(pipeline, RollUp::BetweenShares) {
            Some(day) => between_shares(shared, compared, Some(day))?,
            None => Table::of::<ConstantBetweenShareRow>(),
        },
        progress(pipeline, compared)?,
        products,
        products_on_boundaries,
        ranks(pipeline, &compared.top[0], None),
        match day_of(pipeline, RollUp::Ranks) {
            Some(day) => ranks(pipeline, top_on_boundaries, Some(day)),
            None => Table::of::<ConstantRankRow>(),
        },
    ];
    Ok((tables, broken))
}

/// The figures of all periods: for areas that are the same in all of them where the definition chooses boundaries, else as they were reported.
///
/// # Errors
/// When a table cannot be read again.
fn series<'p>(pipeline: &'p Pipeline, compared: &Compared) -> Result<Series<'p>, RunError> {
    let mut series = Series::new(pipeline);
    if pipeline.constant_boundaries.is_some() {
        for (period, path) in periods::<OnConstantBoundaries>(compared) {
            let table = read_table::<OnConstantBoundaries>(&path)?;
            series.add(period, table.rows::<OnConstantBoundaries>().map(Entry::from));
        }
    } else {
        for (period, path) in periods::<AsReported>(compared) {
            let table = read_table::<AsReported>(&path)?;
            series.add(period, table.rows::<AsReported>().map(Entry::from));
        }
    }
    Ok(series)
}

/// Writes `estimates`. Gives its rows of the root, and `estimate_errors`.
///
/// # Errors
/// When a table cannot be read again, or not be written.
fn estimates(shared: &Shared<'_>, compared: &Compared, staging: &Staging) -> Result<(Table, Table), RunError> {
    let mut estimates = Estimates::new(shared.pipeline, &shared.registry);
    let periods = periods::<AsReported>(compared);
    for (period, path) in periods.iter().rev() {
        let table = read_table::<AsReported>(path)?;
        if estimates.note_lacking(*period, table.rows::<AsReported>().map(Entry::from)) {
            break;
        }
    }
    let head = TableHead::of(EstimateRow::TABLE);
    let root = shared.registry.root_code();
    let mut file = parted::GrowingTable::create(shared.pipeline, staging, head)?;
    let mut shown = Vec::new();
    for (period, path) in periods {
        let table = read_table::<AsReported>(&path)?;
        let made = estimates.add(period, table.rows::<AsReported>().map(Entry::from));
        shown.push(rows_where(&made, |row: EstimateRow| row.area_code == root));
        file.add(period, &made)?;
    }
    file.finish()?;
    Ok((Table::joined::<EstimateRow>(shown), estimates.errors()))
}

/// Of Theil's T over the units of the root, in all periods.
///
/// # Errors
/// When a table cannot be read again.
fn between_shares(shared: &Shared<'_>, compared: &Compared, boundaries: Option<Date>) -> Result<Table, RunError> {
    let root = shared.registry.root_code();
    let is_asked = |scope: &str, index: &str| scope == root && index == "theil_t";
    let mut shares = BetweenShares::new(shared.pipeline, boundaries);
    each_period::<PartsOfIndices>(compared, boundaries.is_some(), |period, rows| {
        let asked = rows.filter(|(row, _)| is_asked(row.scope_code, row.inequality_index));
        shares.add(period, asked.map(TheilPart::from));
        Ok(())
    })?;
    Ok(shares.table())
}

/// Of every area that has a target. As reported: a target is for an area, and not for its ground.
///
/// # Errors
/// When a table cannot be read again.
fn progress(pipeline: &Pipeline, compared: &Compared) -> Result<Table, RunError> {
    let mut progress = Progress::new(pipeline);
    if pipeline.indicators.iter().all(|indicator| indicator.target.is_empty()) {
        return Ok(progress.table());
    }
    for (period, path) in periods::<Judged>(compared) {
        let table = read_table::<Judged>(&path)?;
        progress.add(
            period,
            table.rows::<Judged>().map(|row| Standing {
                area_code: row.area_code,
                area_name: row.area_name,
                indicator: row.indicator,
                level: row.level,
                value: row.value.ok_or_else(|| Reason::in_column(row.null_reason)),
                bounds: row.lower.zip(row.upper),
            }),
        );
    }
    Ok(progress.table())
}
