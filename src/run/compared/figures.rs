//! The figures and comparisons of some periods.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::kept::{Keeping, Made};
use super::strata;
use crate::domain::{IndicatorCells, IndicatorLevels, Period};
use crate::lake::Error;
use crate::partition::Shared;
use crate::pipeline::{FormIndex, RollUp};
use crate::rollup::{CubeParts, levels};
use crate::statistics::{self, Coverage, Inputs};
use crate::tables::{Columns, GapRow, GroupRow, IndicatorRow, InequalityRow, SpatialClusterRow, Table, VerdictRow};

/// Computes the figures of some periods. Each table is given away as soon as it is there: those of a nation have a hundred megabytes.
/// `coverage` has what was sent in these periods alone, `unregistered` the indicators of which later periods may ask what areas had.
///
/// # Errors
/// When a table cannot be kept.
pub(super) fn compute(
    shared: &Shared<'_>,
    (parts, coverage): (&CubeParts, &Coverage),
    unregistered: &BTreeSet<usize>,
    keeping: &mut Keeping<'_>,
) -> Result<Made, Error> {
    let (pipeline, registry) = (shared.pipeline, &shared.registry);
    let (cells, mut sums) = figures_of(shared, parts, keeping.periods());
    let places = statistics::places(pipeline, registry, &cells, coverage);
    let inputs = Inputs::new(pipeline, &cells, coverage, &places);
    let complete = statistics::complete_reports(&inputs, unregistered);
    let root = registry.root_code();
    let (indicators, verdicts) = statistics::indicators(&inputs, registry, &sums);
    leave_weighed(shared, &mut sums);
    let figures = indicators.rows::<IndicatorRow>();
    let values = figures.filter(|row| row.value.is_some()).count() as u64;
    let partition_level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let is_top = |row: IndicatorRow| row.area_code == root || row.level == partition_level;
    let spatial = statistics::spatial(pipeline, registry.neighbours(), &indicators);
    let all: Vec<usize> = (0..spatial.autocorrelation.height()).collect();
    keeping.keep_with_top(spatial.autocorrelation, &all)?;
    let top = places_where(&spatial.clusters, |row: SpatialClusterRow| row.level == partition_level);
    keeping.keep_with_top(spatial.clusters, &top)?;
    let top = places_where(&indicators, is_top);
    keeping.keep_with_top(indicators, &top)?;
    let crosswalks = statistics::crosswalks(&inputs, registry);
    keeping.keep(statistics::constant_boundaries(&inputs, &crosswalks))?;
    let moved = statistics::compare_on_boundaries(&inputs, &crosswalks);
    keeping.keep(moved.groups)?;
    keeping.keep(moved.gaps)?;
    keeping.keep(moved.verdicts)?;
    if !pipeline.constant_tables.is_disjoint(&RollUp::OF_STRATA.into()) {
        strata::keep(keeping, &moved.gap_strata, true)?;
    }
    keeping.keep(moved.inequality)?;
    keeping.keep(moved.inequality_parts)?;
    let compared = statistics::compare(&inputs);
    strata::keep(keeping, &compared.gap_strata, false)?;
    let top = places_where(&compared.groups, |row: GroupRow| row.scope_code == root);
    keeping.keep_with_top(compared.groups, &top)?;
    let top = places_where(&compared.gaps, |row: GapRow| row.scope_code == root);
    keeping.keep_with_top(compared.gaps, &top)?;
    let top = places_where(&compared.inequality, |row: InequalityRow| row.scope_code == root);
    keeping.keep_with_top(compared.inequality, &top)?;
    keeping.keep(compared.inequality_parts)?;
    let verdicts = Table::joined::<VerdictRow>(vec![verdicts, compared.verdicts]);
    let top = places_where(&verdicts, |row: VerdictRow| row.area_code == root);
    keeping.keep_with_top(verdicts, &top)?;
    Ok(Made {
        sums,
        complete,
        impossible: statistics::impossible_ratios(&inputs),
        lorenz: compared.lorenz,
        values,
        broken: (compared.broken.iter().chain(&moved.broken))
            .map(ToString::to_string)
            .collect(),
    })
}

/// Where the rows are that are wanted.
fn places_where<'a, R: Columns<'a>>(table: &'a Table, is_wanted: impl Fn(R) -> bool) -> Vec<usize> {
    let rows = table.rows::<R>().enumerate();
    rows.filter_map(|(at, row)| is_wanted(row).then_some(at)).collect()
}

/// Leaves the sums of the root and of the areas of the partition level.
fn leave_weighed(shared: &Shared<'_>, sums: &mut [IndicatorLevels]) {
    let pipeline = shared.pipeline;
    for levels in sums {
        let form = &pipeline.forms[pipeline.measures[pipeline.indicators[levels.indicator].denominator].form];
        let areas = shared.registry.of_form(form, levels.period);
        let is_weighed = |code: &str| {
            let level = areas.get(code).map(|area| area.level);
            code == areas.root().code || level == Some(pipeline.registry.partition)
        };
        levels.areas.retain(|code, _| is_weighed(code));
    }
}

/// The cells of each indicator in some periods, and their sums over areas.
fn figures_of(
    shared: &Shared<'_>,
    parts: &CubeParts,
    periods: &[Period],
) -> (Vec<IndicatorCells>, Vec<IndicatorLevels>) {
    let pipeline = shared.pipeline;
    let of_period = |&period: &Period| {
        let cube = parts.of_period(pipeline, period);
        let found = (0..pipeline.indicators.len()).into_par_iter().map(|indicator| {
            let measure = pipeline.indicators[indicator].denominator;
            let form = &pipeline.forms[pipeline.measures[measure].form];
            let areas = shared.registry.of_form(form, period);
            let owed = |form: FormIndex, area: &str| shared.owed_rows(form, period, area);
            let cells = cube.indicator(pipeline, &areas, (period, indicator), &owed);
            let sums = levels(&cells, &areas);
            (cells, sums)
        });
        found.collect::<Vec<_>>()
    };
    periods.iter().flat_map(of_period).unzip()
}
