//! Figures and comparisons, period by period. Those of periods whose sums, reporters, areas and definitions are what they were are taken
//! over from an earlier run.

mod kept;
mod key;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use rayon::prelude::*;

use super::RunError;
use super::influence;
use crate::domain::{IndicatorCells, IndicatorLevels, Lorenz, Period};
use crate::lake::read_table;
use crate::partition::{Entry, Shared};
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::rollup::{CubeParts, levels};
use crate::statistics::{self, Coverage, Inputs};
use crate::tables::{
    Columns, GapRow, GroupRow, IndicatorRow, InequalityPartRow, InequalityRow, Table, TableHead, table_specs,
};
use kept::{Found, PeriodFiles};
pub use kept::{KeptFigures, unused};
use key::Keys;

/// The tables that are written period by period.
pub const PARTED: [&str; 5] = [
    IndicatorRow::TABLE,
    GroupRow::TABLE,
    GapRow::TABLE,
    InequalityRow::TABLE,
    InequalityPartRow::TABLE,
];

/// The tables of figures and comparisons. Their rows are on disk, in a part for each period: those of a nation fill gigabytes.
pub struct Compared {
    /// By period as text, which is the order of the rows.
    parts: BTreeMap<String, PeriodFiles>,
    /// Of `indicators`: the rows of the root and of the areas of the partition level. Of `gaps`: those of the root.
    pub top: [Table; 2],
    /// Curves over the areas of the root, of each period and indicator.
    pub lorenz: Vec<Lorenz>,
    /// Figures that have a value.
    pub values: u64,
    /// Identities that do not hold.
    pub broken: Vec<String>,
}

impl Compared {
    /// Name and columns of each table.
    pub fn heads() -> impl Iterator<Item = TableHead<'static>> {
        PARTED.into_iter().map(|name| TableHead {
            name,
            spec: &table_specs()[name],
        })
    }

    /// The parts of a table with their periods, in order of the rows.
    pub fn parts(&self, table: &str) -> impl Iterator<Item = (&str, PathBuf)> {
        let file = kept::part_of(table);
        self.parts
            .iter()
            .map(move |(period, files)| (period.as_str(), files.path(&file)))
    }

    /// The rows of a table as compressed CSV, in order.
    pub fn csv(&self, table: &str) -> impl Iterator<Item = PathBuf> {
        let file = kept::csv_of(table);
        self.parts.values().map(move |files| files.path(&file))
    }
}

/// Computes the tables of figures and comparisons or takes them over, and says of each finding how far it moves the figures. The figures
/// of a nation in one period take a hundred megabytes, so that those of one are dropped before the next are computed.
///
/// # Errors
/// When a table cannot be written or read again.
pub fn compared(
    shared: &Shared<'_>,
    (parts, coverage): (&CubeParts, &Coverage),
    entries: &mut [Entry],
    kept: &KeptFigures,
) -> Result<Compared, RunError> {
    let pipeline = shared.pipeline;
    let days = |period: Period| pipeline.forms.iter().map(|form| form.reference(period)).collect();
    let batches = by_day(pipeline.periods.iter().map(|&period| (period, days(period))));
    let keys = Keys::of(shared);
    let own_coverage = |periods: &[Period]| -> Coverage {
        let own = coverage.iter().filter(|((period, _), _)| periods.contains(period));
        own.map(|(of, coverage)| (*of, coverage.clone())).collect()
    };
    let looked_up: Vec<_> = (batches.into_par_iter())
        .map(|periods| {
            let key = keys.of_batch(parts, &own_coverage(&periods), &periods);
            let found = kept.find(&periods, &key);
            (periods, key, found)
        })
        .collect();
    let mut all = Vec::new();
    let (mut computed, mut taken_over) = (0, 0);
    for (periods, key, found) in looked_up {
        let figures = match found {
            Some(found) => {
                taken_over += 1;
                found
            }
            None => {
                computed += 1;
                let made = compute(shared, (parts, &own_coverage(&periods)), &periods);
                kept.keep((&periods, key), made)?
            }
        };
        influence::settle(shared, &figures.sums, entries);
        all.push(figures);
    }
    tracing::info!(computed, taken_over, "figures of periods");
    joined(all)
}

/// The figures of some periods, with what is kept of them.
struct Made {
    tables: [Table; 5],
    top: [Table; 2],
    sums: Vec<IndicatorLevels>,
    lorenz: Vec<Lorenz>,
    broken: Vec<String>,
    /// Tables that are also published as CSV.
    as_csv: BTreeSet<&'static str>,
}

fn compute(shared: &Shared<'_>, (parts, coverage): (&CubeParts, &Coverage), periods: &[Period]) -> Made {
    let (pipeline, registry) = (shared.pipeline, &shared.registry);
    let (cells, mut sums) = figures_of(shared, parts, periods);
    let places = statistics::places(pipeline, registry, &cells, coverage);
    let inputs = Inputs {
        pipeline,
        cells: &cells,
        coverage,
        places: &places,
    };
    let (compared, indicators) = rayon::join(
        || statistics::compare(&inputs),
        || statistics::indicators(&inputs, registry, &sums),
    );
    let root = registry.root_code();
    let partition_level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let is_top = |row: IndicatorRow| row.area_code == root || row.level == partition_level;
    let top = [
        picked(&indicators, is_top),
        picked(&compared.gaps, |row: GapRow| row.scope_code == root),
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
            compared.groups,
            compared.gaps,
            compared.inequality,
            compared.inequality_parts,
        ],
        top,
        sums,
        lorenz: compared.lorenz,
        broken: compared.broken.iter().map(ToString::to_string).collect(),
        as_csv: PARTED
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

fn joined(all: Vec<Found>) -> Result<Compared, RunError> {
    let mut parts = BTreeMap::new();
    let (mut values, mut lorenz, mut broken) = (0, Vec::new(), Vec::new());
    for figures in all {
        values += figures.values;
        lorenz.extend(figures.lorenz);
        broken.extend(figures.broken);
        parts.extend(
            figures
                .periods
                .into_iter()
                .map(|files| (files.period.to_string(), files)),
        );
    }
    let (mut indicators, mut gaps) = (Vec::new(), Vec::new());
    for files in parts.values() {
        indicators.push(read_table::<IndicatorRow>(
            &files.path(&kept::top_of(IndicatorRow::TABLE)),
        )?);
        gaps.push(read_table::<GapRow>(&files.path(&kept::top_of(GapRow::TABLE)))?);
    }
    Ok(Compared {
        parts,
        top: [Table::joined::<IndicatorRow>(indicators), Table::joined::<GapRow>(gaps)],
        lorenz,
        values,
        broken,
    })
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
            let cells = cube.indicator(pipeline, &areas, period, indicator);
            let sums = levels(&cells, &areas);
            (cells, sums)
        });
        found.collect::<Vec<_>>()
    };
    periods.iter().flat_map(of_period).unzip()
}

/// Periods, those together of which forms are judged on the same day (the second of each pair): areas are looked up once a day.
fn by_day(periods: impl Iterator<Item = (Period, BTreeSet<Date>)>) -> Vec<Vec<Period>> {
    let mut batches: Vec<(BTreeSet<Date>, Vec<Period>)> = Vec::new();
    for (period, mut days) in periods {
        let mut together = vec![period];
        let (same, others): (Vec<_>, Vec<_>) = batches.into_iter().partition(|(of, _)| !of.is_disjoint(&days));
        for (more_days, more) in same {
            days.extend(more_days);
            together.extend(more);
        }
        together.sort();
        batches = others;
        batches.push((days, together));
    }
    batches.into_iter().map(|(_, periods)| periods).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_with_a_day_in_common_are_computed_together() {
        // Days of each period, as days of one month; periods in the order in which they are computed.
        type Case = (&'static [&'static [i8]], &'static [&'static [&'static str]]);
        let cases: [Case; 5] = [
            (&[], &[]),
            (&[&[1], &[2], &[3]], &[&["2001"], &["2002"], &["2003"]]),
            (&[&[1], &[1], &[2, 3]], &[&["2001", "2002"], &["2003"]]),
            (&[&[1], &[2], &[1, 3], &[4]], &[&["2002"], &["2001", "2003"], &["2004"]]),
            (&[&[1], &[2], &[1, 2]], &[&["2001", "2002", "2003"]]),
        ];
        for (days, expected) in cases {
            let periods = days.iter().enumerate().map(|(at, days)| {
                let period = Period::parse_any(&format!("{}", 2001 + at)).unwrap();
                let days = days.iter().map(|&day| jiff::civil::date(2001, 1, day)).collect();
                (period, days)
            });
            let found: Vec<Vec<String>> = (by_day(periods).iter())
                .map(|together| together.iter().map(ToString::to_string).collect())
                .collect();
            assert_eq!(found, expected, "{days:?}");
        }
    }
}
