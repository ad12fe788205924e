//! The figures and comparisons of some periods.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::domain::{IndicatorCells, IndicatorLevels, Lorenz, Period};
use crate::partition::Shared;
use crate::pipeline::{ExtractFormat, FormIndex, Pipeline};
use crate::rollup::{CubeParts, levels};
use crate::statistics::{self, Coverage, Inputs};
use crate::tables::{BY_PERIOD, Columns, GapRow, GroupRow, IndicatorRow, InequalityRow, Table, VerdictRow};

/// The tables of which some rows are also kept apart: those that readers of a release are shown.
pub(super) const TOPPED: [&str; 4] = [
    IndicatorRow::TABLE,
    GroupRow::TABLE,
    GapRow::TABLE,
    InequalityRow::TABLE,
];

/// The figures of some periods, with what is kept of them.
pub(super) struct Made {
    pub(super) tables: [Table; 9],
    pub(super) top: [Table; 4],
    pub(super) sums: Vec<IndicatorLevels>,
    pub(super) lorenz: Vec<Lorenz>,
    pub(super) broken: Vec<String>,
    /// Tables that are also published as CSV.
    pub(super) as_csv: BTreeSet<&'static str>,
}

/// Computes the figures of some periods. `coverage` has theirs alone.
pub(super) fn compute(shared: &Shared<'_>, (parts, coverage): (&CubeParts, &Coverage), periods: &[Period]) -> Made {
    let (pipeline, registry) = (shared.pipeline, &shared.registry);
    let (cells, mut sums) = figures_of(shared, parts, periods);
    let places = statistics::places(pipeline, registry, &cells, coverage);
    let inputs = Inputs {
        pipeline,
        cells: &cells,
        coverage,
        places: &places,
    };
    let (compared, ((indicators, mut verdicts), constant)) = rayon::join(
        || statistics::compare(&inputs),
        || {
            let indicators = statistics::indicators(&inputs, registry, &sums);
            (indicators, statistics::constant_boundaries(&inputs, registry))
        },
    );
    let spatial = statistics::spatial(pipeline, registry.neighbours(), &indicators);
    verdicts = Table::joined::<VerdictRow>(vec![verdicts, compared.verdicts]);
    let root = registry.root_code();
    let partition_level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let is_top = |row: IndicatorRow| row.area_code == root || row.level == partition_level;
    let top = [
        picked(&indicators, is_top),
        picked(&compared.groups, |row: GroupRow| row.scope_code == root),
        picked(&compared.gaps, |row: GapRow| row.scope_code == root),
        picked(&compared.inequality, |row: InequalityRow| row.scope_code == root),
    ];
    for levels in &mut sums {
        let form = &pipeline.forms[pipeline.measures[pipeline.indicators[levels.indicator].denominator].form];
        let areas = registry.of_form(form, levels.period);
        let is_weighed = |code: &str| {
            let level = areas.get(code).map(|area| area.level);
            code == areas.root().code || level == Some(pipeline.registry.partition)
        };
        levels.areas.retain(|code, _| is_weighed(code));
    }
    Made {
        tables: [
            indicators,
            constant,
            compared.groups,
            compared.gaps,
            compared.inequality,
            compared.inequality_parts,
            verdicts,
            spatial.autocorrelation,
            spatial.clusters,
        ],
        top,
        sums,
        lorenz: compared.lorenz,
        broken: compared.broken.iter().map(ToString::to_string).collect(),
        as_csv: BY_PERIOD
            .into_iter()
            .filter(|table| is_extracted(pipeline, table))
            .collect(),
    }
}

fn is_extracted(pipeline: &Pipeline, table: &str) -> bool {
    let mut extracts = pipeline.extracts.iter();
    extracts.any(|extract| extract.table == table && extract.formats.contains(&ExtractFormat::Csv))
}

fn picked<'a, R: Columns<'a>>(table: &'a Table, is_wanted: impl Fn(R) -> bool) -> Table {
    let rows = table.rows::<R>().enumerate();
    let rows: Vec<usize> = rows.filter_map(|(at, row)| is_wanted(row).then_some(at)).collect();
    table.picked(&rows)
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
