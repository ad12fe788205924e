//! Figures and comparisons, period by period. Those of periods whose sums, reporters, areas and definitions are what they were are taken
//! over from an earlier run.

mod figures;
mod kept;
mod key;
mod strata;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::RunError;
use crate::domain::{IndicatorLevels, Lorenz, Period};
use crate::lake::{Written, read_table};
use crate::partition::Shared;
use crate::rollup::CubeParts;
use crate::statistics::{self, Coverage, GapStrata, ImpossibleRatio, LastReports};
use crate::tables::{
    BY_PERIOD, GapRow, GroupRow, IndicatorRow, InequalityRow, Row, SpatialAutocorrelationRow, SpatialClusterRow, Table,
    TableHead, VerdictRow,
};
use figures::compute;
use jiff::civil::Date;
use kept::{Found, PeriodFiles};
pub use kept::{KeptFigures, unused};
use key::Keys;

/// The tables of figures and comparisons. Their rows are on disk, in a part for each period: those of a nation fill gigabytes.
pub struct Compared {
    /// By period as text, which is the order of the rows.
    parts: BTreeMap<String, PeriodFiles>,
    /// Of `indicators`: the rows of the root and of the areas of the partition level. Of `groups`, `gaps`, `inequality` and `verdicts`:
    /// those of the root. Of `spatial_clusters`: those of the partition level; of `spatial_autocorrelation`: all.
    pub top: [Table; 7],
    /// Curves over the areas of the root, of each period and indicator.
    pub lorenz: Vec<Lorenz>,
    /// Sums of the root and of the areas of the partition level.
    pub sums: Vec<IndicatorLevels>,
    /// Ratios of areas that cannot be.
    pub impossible: Vec<ImpossibleRatio>,
    /// Figures that have a value.
    pub values: u64,
    /// Identities that do not hold.
    pub broken: Vec<String>,
}

impl Compared {
    /// Name and columns of each table.
    pub fn heads() -> impl Iterator<Item = TableHead<'static>> {
        BY_PERIOD.into_iter().map(TableHead::of)
    }

    /// The parts of a table with their periods, in order of the rows.
    pub fn parts(&self, table: &str) -> impl Iterator<Item = (&str, PathBuf)> {
        let file = kept::part_of(table);
        self.parts
            .iter()
            .map(move |(period, files)| (period.as_str(), files.path(&file)))
    }

    /// The sums of the strata by which the gaps of a period are split, as reported or on constant boundaries, where the pipeline asks for tables that
    /// need them; none where the period has no figures.
    ///
    /// # Errors
    /// When they cannot be read again.
    pub fn gap_strata(&self, period: Period, on_boundaries: bool) -> Result<Vec<GapStrata>, RunError> {
        let files = self.parts.get(&period.to_string());
        Ok(files.map_or_else(|| Ok(Vec::new()), |files| strata::read(files, on_boundaries))?)
    }

    /// The rows of a table as CSV, a file a period, where the pipeline wants them.
    pub fn csv(&self, table: &str) -> impl Iterator<Item = (&str, PathBuf, &Written)> {
        let name = kept::csv_of(table);
        self.parts.iter().filter_map(move |(period, files)| {
            let (path, written) = files.file(&name)?;
            Some((period.as_str(), path, written))
        })
    }
}

/// Computes the tables of figures and comparisons or takes them over. The figures of a nation in one period take a hundred megabytes, so
/// that those of one are dropped before the next are computed.
///
/// # Errors
/// When a table cannot be written or read again.
pub fn compared(
    shared: &Shared<'_>,
    (parts, coverage): (&CubeParts, &Coverage),
    kept: &KeptFigures,
) -> Result<Compared, RunError> {
    let pipeline = shared.pipeline;
    let days = |period: Period| pipeline.forms.iter().map(|form| form.reference(period)).collect();
    let mut batches = by_day(pipeline.periods.iter().map(|&period| (period, days(period))));
    // What areas had that reported completely is asked for in later periods.
    batches.sort();
    let keys = Keys::of(shared);
    let own_coverage = |periods: &[Period]| -> Coverage {
        let own = coverage.iter().filter(|((period, _), _)| periods.contains(period));
        own.map(|(of, coverage)| (*of, coverage.clone())).collect()
    };
    let unregistered = statistics::unregistered(pipeline, coverage);
    let mut last = Last::default();
    let mut all = Vec::new();
    let (mut computed, mut taken_over) = (0, 0);
    for periods in batches {
        let mut own = own_coverage(&periods);
        if last.reach(shared, periods[0]) {
            statistics::put_beside(pipeline, &last.reports, &mut own);
        }
        let key = keys.of_batch(parts, &own, &periods);
        let figures = match kept.find(&periods, &key) {
            Some(found) => {
                taken_over += 1;
                found
            }
            None => {
                computed += 1;
                let mut keeping = kept.keeping(pipeline, &periods);
                let made = compute(shared, (parts, &own), &unregistered, &mut keeping)?;
                keeping.end(key, made)?
            }
        };
        last.add(*periods.last().expect("a batch has periods"), &figures.complete);
        all.push(figures);
    }
    tracing::info!(computed, taken_over, "figures of periods");
    joined(all)
}

/// What areas had when they last reported completely, while periods are gone through.
#[derive(Default)]
struct Last {
    /// The last period that is in it.
    period: Option<Period>,
    reports: LastReports,
}

impl Last {
    /// Follows the areas to a later period. False: the period is not later than all that is in it.
    fn reach(&mut self, shared: &Shared<'_>, period: Period) -> bool {
        let Some(before) = self.period.filter(|before| *before < period) else {
            return false;
        };
        self.period = Some(period);
        let pipeline = shared.pipeline;
        let mut successions = BTreeMap::new();
        for (indicator, reports) in &mut self.reports {
            let form = &pipeline.forms[pipeline.measures[pipeline.indicators[*indicator].denominator].form];
            let days = [form.reference(before), form.reference(period)];
            let succession = || shared.registry.succession(days[0], days[1]);
            statistics::hand_on(reports, successions.entry(days).or_insert_with(succession));
        }
        true
    }

    /// Adds what is known of a period, which is the last of those that are computed together.
    fn add(&mut self, period: Period, complete: &LastReports) {
        // Periods that are judged on the same days are computed together, so that one of them may come too late to be asked.
        if self.period.is_some_and(|last| last > period) {
            return;
        }
        self.period = Some(period);
        for (indicator, reports) in complete {
            let own = self.reports.entry(*indicator).or_default();
            own.extend(reports.iter().map(|(code, denominator)| (code.clone(), *denominator)));
        }
    }
}

fn joined(all: Vec<Found>) -> Result<Compared, RunError> {
    let mut parts = BTreeMap::new();
    let (mut values, mut lorenz, mut broken) = (0, Vec::new(), Vec::new());
    let (mut sums, mut impossible) = (Vec::new(), Vec::new());
    for figures in all {
        sums.extend(figures.sums);
        impossible.extend(figures.impossible);
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
    let top = [
        top::<IndicatorRow>(&parts)?,
        top::<GroupRow>(&parts)?,
        top::<GapRow>(&parts)?,
        top::<InequalityRow>(&parts)?,
        top::<VerdictRow>(&parts)?,
        top::<SpatialAutocorrelationRow>(&parts)?,
        top::<SpatialClusterRow>(&parts)?,
    ];
    Ok(Compared {
        parts,
        top,
        lorenz,
        sums,
        impossible,
        values,
        broken,
    })
}

/// The rows of a table that readers of a release are shown, of all periods.
fn top<'a, R: Row<'a>>(parts: &BTreeMap<String, PeriodFiles>) -> Result<Table, RunError> {
    let of_period = |files: &PeriodFiles| read_table::<R>(&files.path(&kept::top_of(R::TABLE)));
    let tables: Vec<Table> = parts.values().map(of_period).collect::<Result<_, _>>()?;
    Ok(Table::joined::<R>(tables))
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
