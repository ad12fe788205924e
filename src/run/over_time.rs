//! The tables that set periods side by side. They are computed from the tables of each period, which lie on disk.

use std::path::PathBuf;

use super::RunError;
use super::compared::Compared;
use super::parted;
use crate::domain::Period;
use crate::lake::{read_table, write_table};
use crate::partition::Shared;
use crate::pipeline::Pipeline;
use crate::release::Staging;
use crate::statistics::{
    BetweenShares, Broken, ChangeEffects, Entry, Estimates, GapChanges, MemberParts, Progress, Reason, Series,
    Standing, TheilPart, convergence, ranks,
};
use crate::tables::{
    ChangeEffectRow, Columns, ConstantBoundariesRow, EstimateRow, GapChangeRow, GapRow, GroupRow, IndicatorRow,
    InequalityPartRow, Table, TableHead, columns,
};

columns! {
    struct AsReported<'a> of IndicatorRow {
        area_code: &'a str,
        indicator: &'a str,
        level: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        missing_denominator: Option<f64>,
        lower: Option<f64>,
        upper: Option<f64>,
        obs_status: &'a str,
    }
}

columns! {
    struct OnConstantBoundaries<'a> of ConstantBoundariesRow {
        area_code: &'a str,
        indicator: &'a str,
        level: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        obs_status: &'a str,
    }
}

columns! {
    struct PartOfIndex<'a> of InequalityPartRow {
        scope_code: &'a str,
        indicator: &'a str,
        dimension: &'a str,
        computed_over: &'a str,
        inequality_index: &'a str,
        part: &'a str,
        value: Option<f64>,
        null_reason: Option<&'a str>,
    }
}

columns! {
    struct Member<'a> of GroupRow {
        scope_code: &'a str,
        scope_name: &'a str,
        indicator: &'a str,
        dimension: &'a str,
        member: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        sums_null_reason: Option<&'a str>,
    }
}

columns! {
    struct Judged<'a> of IndicatorRow {
        area_code: &'a str,
        area_name: Option<&'a str>,
        indicator: &'a str,
        level: &'a str,
        value: Option<f64>,
        lower: Option<f64>,
        upper: Option<f64>,
        null_reason: Option<&'a str>,
    }
}

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
                    let changes = change_effects(shared, compared, staging)?;
                    let gaps = gap_changes(shared, compared, staging)?;
                    Ok((
                        changes,
                        gaps,
                        between_shares(shared, compared)?,
                        progress(pipeline, compared)?,
                    ))
                },
            )
        },
    );
    let (estimates, errors) = estimates?;
    let ((change_effects, mut broken), (gap_changes, more), between_shares, progress) = rest?;
    broken.extend(more);
    Ok(OverTime {
        tables: vec![
            convergence?,
            between_shares,
            progress,
            ranks(pipeline, &compared.top[0]),
            errors,
        ],
        written: vec![estimates, change_effects, gap_changes],
        broken: broken.iter().map(ToString::to_string).collect(),
    })
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

/// The rows of a table that are wanted.
fn rows_where<'a, R: Columns<'a>>(table: &'a Table, is_wanted: impl Fn(R) -> bool) -> Table {
    let rows = table.rows::<R>().enumerate();
    let wanted: Vec<usize> = rows.filter_map(|(at, row)| is_wanted(row).then_some(at)).collect();
    table.picked(&wanted)
}

/// Of Theil's T over the units of the root, in all periods.
///
/// # Errors
/// When a table cannot be read again.
fn between_shares(shared: &Shared<'_>, compared: &Compared) -> Result<Table, RunError> {
    let root = shared.registry.root_code();
    let mut shares = BetweenShares::new(shared.pipeline);
    for (period, path) in periods::<PartOfIndex>(compared) {
        let table = read_table::<PartOfIndex>(&path)?;
        let of_theil =
            (table.rows::<PartOfIndex>()).filter(|row| row.scope_code == root && row.inequality_index == "theil_t");
        shares.add(
            period,
            of_theil.map(|row| TheilPart {
                indicator: row.indicator,
                dimension: row.dimension,
                computed_over: row.computed_over,
                is_between: row.part == "between",
                value: row.value.ok_or(row.null_reason.unwrap_or_default()),
            }),
        );
    }
    Ok(shares.table())
}

/// Writes `change_effects`: of the root and the areas of the partition level, as reported. Gives its rows of the root.
///
/// # Errors
/// When a table cannot be read again, or not be written.
fn change_effects(
    shared: &Shared<'_>,
    compared: &Compared,
    staging: &Staging,
) -> Result<(Table, Vec<Broken>), RunError> {
    let mut effects = ChangeEffects::new(shared.pipeline, &compared.top[0]);
    for (period, path) in periods::<Member>(compared) {
        let table = read_table::<Member>(&path)?;
        effects.add(
            period,
            table.rows::<Member>().map(|row| MemberParts {
                scope_code: row.scope_code,
                scope_name: row.scope_name,
                indicator: row.indicator,
                dimension: row.dimension,
                member: row.member,
                parts: (row.numerator.zip(row.denominator)).ok_or_else(|| Reason::in_column(row.sums_null_reason)),
            }),
        );
    }
    let (table, broken) = effects.found();
    write(shared, staging, &table)?;
    let root = shared.registry.root_code();
    let shown = rows_where(&table, |row: ChangeEffectRow| row.scope_code == root);
    Ok((shown, broken))
}

/// Writes `gap_changes`: of the scopes of `gaps`, as reported. Gives its rows of the root.
///
/// # Errors
/// When a table or the sums of strata cannot be read again, or a table not be written.
fn gap_changes(shared: &Shared<'_>, compared: &Compared, staging: &Staging) -> Result<(Table, Vec<Broken>), RunError> {
    let mut changes = GapChanges::new(shared.pipeline);
    for (period, path) in periods::<GapRow>(compared) {
        let table = read_table::<GapRow>(&path)?;
        changes.add(period, table.rows::<GapRow>(), compared.gap_strata(period)?);
    }
    let (table, broken) = changes.found();
    write(shared, staging, &table)?;
    let root = shared.registry.root_code();
    let shown = rows_where(&table, |row: GapChangeRow| row.scope_code == root);
    Ok((shown, broken))
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

/// The parts of a table on disk, in the order of periods.
fn periods<'a, R: Columns<'a>>(compared: &Compared) -> Vec<(Period, PathBuf)> {
    let mut all: Vec<_> = compared
        .parts(R::TABLE)
        .filter_map(|(period, path)| Some((Period::parse_any(period)?, path)))
        .collect();
    all.sort();
    all
}

impl<'a> From<AsReported<'a>> for Entry<'a> {
    fn from(row: AsReported<'a>) -> Entry<'a> {
        Entry {
            area_code: row.area_code,
            indicator: row.indicator,
            level: row.level,
            parts: row.numerator.zip(row.denominator),
            missing: row.missing_denominator,
            bounds: row.lower.zip(row.upper),
            obs_status: row.obs_status,
        }
    }
}

impl<'a> From<OnConstantBoundaries<'a>> for Entry<'a> {
    fn from(row: OnConstantBoundaries<'a>) -> Entry<'a> {
        Entry {
            area_code: row.area_code,
            indicator: row.indicator,
            level: row.level,
            parts: row.numerator.zip(row.denominator),
            missing: None,
            bounds: None,
            obs_status: row.obs_status,
        }
    }
}
