//! A figure of the root by period.

use std::collections::BTreeMap;

use super::common::{PERIODS, value_or_reason};
use crate::domain::{Period, days_of_date};
use crate::pipeline::Indicator;
use crate::report::gather::{Gathering, titled};
use crate::report::number::figure;
use crate::report::page::context::{Cell, Figure, Mark, Sheet, Trend};
use crate::report::page::draw::{Scale, points};
use crate::report::words;
use crate::tables::IndicatorRow;

/// The area of the drawing in which the course lies: left, right, top, bottom.
const PLOT: (f64, f64, f64, f64) = (46.0, 344.0, 14.0, 186.0);
/// Periods that are named below it, at most.
const NAMED: usize = 6;

/// None: the root has no figure.
pub(super) fn trend(all: &Gathering<'_>, indicator: &Indicator, rows: &[IndicatorRow<'_>]) -> Option<Trend> {
    let mut rows: Vec<(Period, &IndicatorRow<'_>)> = rows
        .iter()
        .filter_map(|row| Some((Period::parse_any(row.period)?, row)))
        .collect();
    rows.sort_by_key(|(period, _)| *period);
    let rows = &rows[rows.len().saturating_sub(PERIODS)..];
    rows.iter().find(|(_, row)| row.value.is_some())?;
    let place = Place::new(indicator, rows);
    let runs = rows.split(|(_, row)| row.value.is_none()).filter(|run| !run.is_empty());
    let runs: Vec<&[(Period, &IndicatorRow<'_>)]> = runs.collect();
    let first_and_last = [rows.iter().find(has_value), rows.iter().rfind(has_value)];
    let is_named = |period: Period| first_and_last.iter().flatten().any(|(own, _)| *own == period);
    Some(Trend {
        about: about(all, indicator, rows),
        bands: runs.iter().filter_map(|run| place.band(run)).collect(),
        lines: runs.iter().map(|run| place.line(run)).collect(),
        points: (rows.iter())
            .filter_map(|(period, row)| Some(place.mark(*period, row.value?, is_named(*period))))
            .collect(),
        baselines: place.marks(&indicator.baseline),
        targets: place.marks(&indicator.target),
        levels: place.levels(),
        periods: place.periods(rows),
        is_cut: rows.iter().any(|(_, row)| {
            let bounds = [row.lower, row.upper];
            bounds.into_iter().flatten().any(|bound| place.up.cuts(bound))
        }),
    })
}

fn has_value(row: &&(Period, &IndicatorRow<'_>)) -> bool {
    row.1.value.is_some()
}

/// Where periods and values lie.
struct Place {
    across: Scale,
    up: Scale,
}

/// The last day of a period, as a number.
fn day(period: Period) -> f64 {
    days_of_date(period.end()).into()
}

impl Place {
    fn new(indicator: &Indicator, rows: &[(Period, &IndicatorRow<'_>)]) -> Place {
        let dated = || indicator.baseline.iter().chain(&indicator.target);
        let days = || {
            rows.iter()
                .map(|(period, _)| day(*period))
                .chain(dated().map(|(period, _)| day(*period)))
        };
        let values = || (rows.iter().filter_map(|(_, row)| row.value)).chain(dated().map(|(_, value)| *value));
        let lowest = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
        let highest = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = (lowest(&mut values()), highest(&mut values()));
        // Bounds may be far off: they get as much room as the values, and are cut beyond.
        let room = (high - low).max(high.abs() * 0.2);
        let lower = rows.iter().filter_map(|(_, row)| row.lower).fold(low, f64::min);
        let upper = rows.iter().filter_map(|(_, row)| row.upper).fold(high, f64::max);
        let (mut from, to) = (lower.max(low - room), upper.min(high + room));
        if from >= 0.0 && from < to / 2.0 {
            from = 0.0;
        }
        let (left, right, top, bottom) = PLOT;
        Place {
            across: Scale::new((lowest(&mut days()), highest(&mut days())), (left + 10.0, right - 14.0)),
            up: Scale::new((from, to), (bottom, top)),
        }
    }

    fn at(&self, period: Period, value: f64) -> (f64, f64) {
        (self.across.at(day(period)), self.up.at(value))
    }

    fn mark(&self, period: Period, value: f64, is_named: bool) -> Mark {
        let (x, y) = self.at(period, value);
        let label = if is_named {
            figure(value)
        } else {
            format!("{period}: {}", figure(value))
        };
        Mark { x, y, label, is_named }
    }

    fn marks(&self, dated: &BTreeMap<Period, f64>) -> Vec<Mark> {
        let named = |(period, value): (&Period, &f64)| Mark {
            label: format!("{period}: {}", figure(*value)),
            ..self.mark(*period, *value, false)
        };
        dated.iter().map(named).collect()
    }

    fn line(&self, run: &[(Period, &IndicatorRow<'_>)]) -> String {
        let places = run
            .iter()
            .filter_map(|(period, row)| Some(self.at(*period, row.value?)));
        points(&places.collect::<Vec<_>>())
    }

    /// There along the upper bounds and back along the lower ones; a single period has a band of some width. None: it has no bounds.
    fn band(&self, run: &[(Period, &IndicatorRow<'_>)]) -> Option<String> {
        let bounds: Vec<(f64, f64, f64)> = (run.iter())
            .filter_map(|(period, row)| Some((self.across.at(day(*period)), row.lower?, row.upper?)))
            .collect();
        let widened = match bounds[..] {
            [] => return None,
            [(x, lower, upper)] => vec![(x - 6.0, lower, upper), (x + 6.0, lower, upper)],
            _ => bounds,
        };
        let there = widened.iter().map(|(x, _, upper)| (*x, self.up.at(*upper)));
        let back = widened.iter().rev().map(|(x, lower, _)| (*x, self.up.at(*lower)));
        Some(points(&there.chain(back).collect::<Vec<_>>()))
    }

    fn levels(&self) -> Vec<Mark> {
        let mark = |value: f64| Mark {
            x: PLOT.0,
            y: self.up.at(value),
            label: figure(value),
            is_named: true,
        };
        self.up.round_values().into_iter().map(mark).collect()
    }

    /// The first, the last, and some between.
    fn periods(&self, rows: &[(Period, &IndicatorRow<'_>)]) -> Vec<Mark> {
        let step = (rows.len().saturating_sub(1)).div_ceil(NAMED - 1).max(1);
        let last = rows.len() - 1;
        let is_shown = |at: usize| at == last || (at.is_multiple_of(step) && last - at >= step);
        let shown = rows.iter().enumerate().filter(|(at, _)| is_shown(*at));
        let mark = |(_, (period, _)): (usize, &(Period, &IndicatorRow<'_>))| Mark {
            x: self.across.at(day(*period)),
            y: PLOT.3 + 16.0,
            label: period.to_string(),
            is_named: true,
        };
        shown.map(mark).collect()
    }
}

fn about(all: &Gathering<'_>, indicator: &Indicator, rows: &[(Period, &IndicatorRow<'_>)]) -> Figure {
    let known: Vec<(Period, f64)> = rows
        .iter()
        .filter_map(|(period, row)| Some((*period, row.value?)))
        .collect();
    let (first, last) = (known[0], known[known.len() - 1]);
    let mut notes = Vec::new();
    if all.pipeline.periods.len() > PERIODS {
        notes.push(words::latest_periods(PERIODS));
    }
    Figure {
        id: format!("trend-{}", indicator.id),
        headline: words::course(first, last),
        subtitle: words::joined(&[
            titled(all.pipeline, indicator),
            all.areas.name(all.root()),
            words::span(rows[0].0, rows[rows.len() - 1].0),
        ]),
        notes,
        table: Sheet {
            columns: vec![
                words::PERIOD.text(),
                words::VALUE.text(),
                words::LOWER.text(),
                words::UPPER.text(),
                words::KNOWN.text(),
                words::REPORTED.text(),
                words::EXPECTED.text(),
            ],
            rows: rows.iter().map(|(_, row)| table_row(all, row)).collect(),
        },
    }
}

fn table_row(all: &Gathering<'_>, row: &IndicatorRow<'_>) -> Vec<Cell> {
    vec![
        Cell::code(row.period),
        value_or_reason(all, row),
        Cell::figure(row.lower),
        Cell::figure(row.upper),
        Cell::share(row.reported_weight_share),
        Cell::count(row.n_reported),
        Cell::count(row.n_expected),
    ]
}
