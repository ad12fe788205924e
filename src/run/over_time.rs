//! The tables that set periods side by side. They are computed from the tables of each period, which lie on disk.

use std::path::PathBuf;

use super::RunError;
use super::compared::Compared;
use crate::domain::Period;
use crate::lake::read_table;
use crate::partition::Shared;
use crate::pipeline::Pipeline;
use crate::statistics::{
    BetweenShares, Broken, ChangeEffects, Entry, MemberParts, Progress, Reason, Series, Standing, TheilPart,
    convergence, estimates, ranks,
};
use crate::tables::{Columns, ConstantBoundariesRow, GroupRow, IndicatorRow, InequalityPartRow, Table, columns};

columns! {
    struct AsReported<'a> of IndicatorRow {
        area_code: &'a str,
        indicator: &'a str,
        level: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        missing_denominator: Option<f64>,
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

/// Every table that needs the figures of more than one period, and the identities that do not hold.
///
/// # Errors
/// When a table of a period cannot be read again.
pub fn tables(shared: &Shared<'_>, compared: &Compared) -> Result<(Vec<Table>, Vec<String>), RunError> {
    let as_reported = as_reported(shared.pipeline, compared)?;
    let on_constant_boundaries = on_constant_boundaries(shared.pipeline, compared)?;
    // Areas over time are best the same ground in all periods.
    let comparable = on_constant_boundaries.as_ref().unwrap_or(&as_reported);
    let registry = &shared.registry;
    let [estimates, errors] = estimates(
        &as_reported,
        |form, period| registry.of_form(form, period),
        |after, until| registry.succession(after, until),
    );
    let (change_effects, broken) = change_effects(shared.pipeline, compared)?;
    let tables = vec![
        convergence(comparable, shared.pipeline.constant_boundaries),
        between_shares(shared, compared)?,
        change_effects,
        progress(shared.pipeline, compared)?,
        ranks(shared.pipeline, &compared.top[0]),
        estimates,
        errors,
    ];
    Ok((tables, broken.iter().map(ToString::to_string).collect()))
}

/// The figures of all periods as they were reported.
///
/// # Errors
/// When a table cannot be read again.
fn as_reported<'p>(pipeline: &'p Pipeline, compared: &Compared) -> Result<Series<'p>, RunError> {
    let mut series = Series::new(pipeline);
    for (period, path) in periods::<AsReported>(compared) {
        let table = read_table::<AsReported>(&path)?;
        series.add(period, table.rows::<AsReported>().map(Entry::from));
    }
    Ok(series)
}

/// The figures of all periods for areas that are the same in all of them; None: the definition chooses no boundaries.
///
/// # Errors
/// When a table cannot be read again.
fn on_constant_boundaries<'p>(pipeline: &'p Pipeline, compared: &Compared) -> Result<Option<Series<'p>>, RunError> {
    if pipeline.constant_boundaries.is_none() {
        return Ok(None);
    }
    let mut series = Series::new(pipeline);
    for (period, path) in periods::<OnConstantBoundaries>(compared) {
        let table = read_table::<OnConstantBoundaries>(&path)?;
        series.add(period, table.rows::<OnConstantBoundaries>().map(Entry::from));
    }
    Ok(Some(series))
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

/// Of the root and the areas of the partition level, as reported.
///
/// # Errors
/// When a table cannot be read again.
fn change_effects(pipeline: &Pipeline, compared: &Compared) -> Result<(Table, Vec<Broken>), RunError> {
    let mut effects = ChangeEffects::new(pipeline, &compared.top[0]);
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
    Ok(effects.found())
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
            obs_status: row.obs_status,
        }
    }
}
