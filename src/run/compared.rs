//! Figures and comparisons, period by period.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rayon::prelude::*;

use super::influence;
use crate::domain::{IndicatorCells, IndicatorLevels, Period};
use crate::partition::{Entry, Shared};
use crate::rollup::{CubeParts, levels};
use crate::statistics::{self, Comparisons, Coverage, Inputs};
use crate::tables::{IndicatorRow, Table};

/// The table of indicators and those of comparisons, and how far findings move the figures. The figures of a nation in one period take
/// a hundred megabytes, so that those of one are dropped before the next are computed.
pub fn compared(
    shared: &Shared<'_>,
    (parts, coverage): (&CubeParts, &Coverage),
    entries: &mut [Entry],
) -> (Table, Comparisons) {
    let (pipeline, registry) = (shared.pipeline, &shared.registry);
    let (mut indicators, mut comparisons) = (Vec::new(), Vec::new());
    let days = |period: Period| pipeline.forms.iter().map(|form| form.reference(period)).collect();
    for periods in by_day(pipeline.periods.iter().map(|&period| (period, days(period)))) {
        let (cells, sums) = figures_of(shared, parts, &periods);
        influence::settle(shared, &sums, entries);
        let places = statistics::places(pipeline, registry, &cells, coverage);
        let inputs = Inputs {
            pipeline,
            cells: &cells,
            coverage,
            places: &places,
        };
        let (compared, of_areas) = rayon::join(
            || statistics::compare(&inputs),
            || statistics::indicators(&inputs, registry, &sums),
        );
        comparisons.push(compared);
        indicators.push(of_areas);
    }
    (
        Table::joined::<IndicatorRow>(indicators),
        Comparisons::joined(comparisons),
    )
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
