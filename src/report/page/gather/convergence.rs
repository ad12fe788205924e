//! Whether areas become more alike, and how much of their inequality lies between groups.

use std::collections::BTreeMap;

use super::common::by;
use super::described::Described;
use crate::domain::{Period, Text};
use crate::pipeline::Indicator;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::page::context::{Cell, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::words::{self, Words};
use crate::tables::{BetweenShareRow, Columns, ConvergenceRow};

/// Shares for which the page has room; those of goals come first.
const SHARES: usize = 450;

/// Columns of the table `convergence`.
const HEADERS: [(Words, &str); 10] = [
    (Words("前期", "Earlier period"), "earlier"),
    (Words("前期 σ", "σ earlier"), "sigma_earlier"),
    (Words("后期 σ", "σ later"), "sigma_later"),
    (Words("σ 的变化", "Change in σ"), "sigma_change"),
    (Words("β", "β"), "beta"),
    (Words("β 的标准误", "Standard error of β"), "beta_se"),
    (Words("减半年数", "Half-life in years"), "half_life"),
    (Words("单元数", "Units"), "n_units"),
    (Words("剔除", "Dropped"), "n_dropped"),
    (Words("不匹配", "Unmatched"), "n_unmatched"),
];

/// Each indicator since its first period. None: nothing is compared.
pub(super) fn convergence(all: &Gathering<'_>) -> Option<Figure> {
    let described = Described::of::<ConvergenceRow<'_>>(all);
    let now = all.period_text();
    // Weights are the denominators, as everywhere on the page; the other ones answer another question.
    let here = described
        .rows::<ConvergenceRow<'_>>()
        .filter(|row| row.later == now && row.weighting == "denominator");
    let level = level(all, here.clone())?;
    let by_indicator = by(here.filter(|row| row.level == level), |row| row.indicator);
    let first = |indicator: &Indicator| {
        let rows = by_indicator.get(indicator.id.as_str())?.iter();
        rows.min_by_key(|row| Period::parse_any(row.earlier)).copied()
    };
    let rows: Vec<(&Indicator, ConvergenceRow<'_>)> = goals_first(all.pipeline)
        .filter_map(|(_, indicator)| Some((indicator, first(indicator)?)))
        .collect();
    let earliest = rows
        .iter()
        .map(|(_, row)| row.earlier)
        .min_by_key(|text| Period::parse_any(text))?;
    let count = |holds: fn(&ConvergenceRow<'_>) -> bool| rows.iter().filter(|(_, row)| holds(row)).count();
    let known = count(|row| row.sigma_change.is_some());
    let caveats = [HEADERS[4], HEADERS[6]].map(|header| described.caveat(header));
    let title = all.pipeline.registry.levels.iter().position(|own| own == level);
    Some(Figure {
        id: "convergence".to_owned(),
        headline: sentences::converged(
            earliest,
            count(|row| row.sigma_change.is_some_and(|change| change < 0.0)),
            count(|row| row.beta.is_some_and(|beta| beta < 0.0)),
            known,
        ),
        subtitle: words::joined(&[
            sentences::span(earliest, &now),
            title.map_or_else(Text::default, |level| words::by_area(&all.level_title(level))),
            Text::new("以前期分母加权", "weighted by earlier denominators"),
            all.areas.name(all.root()),
        ]),
        notes: [described.explained(&HEADERS[1..])]
            .into_iter()
            .chain(caveats.into_iter().flatten())
            .collect(),
        table: Sheet {
            columns: Described::columns(&HEADERS),
            rows: rows
                .iter()
                .map(|(indicator, row)| convergence_row(all, &described, indicator, row))
                .collect(),
        },
    })
}

/// The partition level, whose areas the page shows; where it has no rows, the highest one that has.
fn level<'a>(all: &Gathering<'_>, rows: impl Iterator<Item = ConvergenceRow<'a>>) -> Option<&'a str> {
    let place = |level: &str| all.pipeline.registry.levels.iter().position(|own| own == level);
    rows.map(|row| row.level)
        .min_by_key(|level| (*level != all.partition_level(), place(level)))
}

fn convergence_row(
    all: &Gathering<'_>,
    described: &Described<'_>,
    indicator: &Indicator,
    row: &ConvergenceRow<'_>,
) -> Vec<Cell> {
    vec![
        Cell::text(titled(all.pipeline, indicator)),
        Cell::code(row.earlier),
        Cell::figure(row.sigma_earlier),
        Cell::figure(row.sigma_later),
        Cell::signed(row.sigma_change),
        described.or_reason(Cell::signed(row.beta), row.beta_null_reason),
        Cell::figure(row.beta_se),
        described.or_reason(Cell::figure(row.half_life), row.half_life_null_reason),
        Cell::count(row.n_units),
        Cell::count(row.n_dropped),
        Cell::count(row.n_unmatched),
    ]
}

/// What the cells of the table of shares are.
const SHARE: Words = Words("组间占比", "Share between groups");

/// By dimension: in the first period, the one before and the latest. None: no dimension has a row.
pub(super) fn between(all: &Gathering<'_>) -> Option<Figure> {
    let described = Described::of::<BetweenShareRow<'_>>(all);
    let now = all.period?;
    let rows = described.rows::<BetweenShareRow<'_>>();
    let dated = rows.filter_map(|row| Some((Period::parse_any(row.period)?, row)));
    let dated = dated.filter(|(period, _)| *period <= now);
    // Units are those of the level, or the cells of a dimension of rows: one kind a dimension.
    let shares: BTreeMap<(&str, &str, Period), BetweenShareRow<'_>> = dated
        .map(|(period, row)| ((row.indicator, row.dimension, period), row))
        .collect();
    let mut periods: Vec<Period> = shares.keys().map(|(_, _, period)| *period).collect();
    periods.sort();
    periods.dedup();
    let dimensions: Vec<(&str, Text)> = (all.pipeline.dimensions.iter())
        .filter(|dimension| {
            shares
                .keys()
                .any(|(_, own, period)| *own == dimension.id && *period == now)
        })
        .map(|dimension| (dimension.id.as_str(), words::named(&dimension.title, &dimension.id)))
        .collect();
    let indicators: Vec<&Indicator> = goals_first(all.pipeline)
        .map(|(_, indicator)| indicator)
        .filter(|indicator| {
            shares
                .keys()
                .any(|(own, _, period)| *own == indicator.id && *period == now)
        })
        .collect();
    if indicators.is_empty() {
        return None;
    }
    if let [first, .., before, last] = periods[..] {
        periods = vec![first, before, last];
    }
    let most = (SHARES / (dimensions.len() * periods.len()).max(1)).max(1);
    let share = |indicator: &Indicator, dimension: &str, period: Period| {
        shares.get(&(indicator.id.as_str(), dimension, period)).copied()
    };
    let titled_shares = indicators.iter().flat_map(|indicator| {
        let of_dimension = |(id, title)| Some((title, share(indicator, id, now)?.between_share?));
        let own = dimensions
            .iter()
            .map(|(id, title)| (*id, title))
            .filter_map(of_dimension);
        own.map(|(title, share)| (title, titled(all.pipeline, indicator), share))
    });
    // Of equal ones the first.
    let largest = titled_shares.reduce(|a, b| if b.2 > a.2 { b } else { a });
    let row = |indicator: &Indicator, period: Period| {
        let cell = |(id, _): &(&str, Text)| match share(indicator, id, period) {
            Some(row) => described.or_reason(Cell::share(row.between_share), row.null_reason),
            None => Cell::default(),
        };
        let heads = [
            Cell::text(titled(all.pipeline, indicator)),
            Cell::code(&period.to_string()),
        ];
        heads.into_iter().chain(dimensions.iter().map(cell)).collect()
    };
    let shown = indicators.iter().take(most);
    let rows = shown.flat_map(|indicator| periods.iter().map(|period| row(indicator, *period)));
    let mut notes: Vec<Text> = ["between_share", "between_share_change"]
        .into_iter()
        .filter_map(|column| described.caveat((SHARE, column)))
        .chain(described.empty("between_share"))
        .collect();
    if indicators.len() > most {
        notes.push(sentences::first_of(most, indicators.len(), BetweenShareRow::TABLE));
    }
    Some(Figure {
        id: "between".to_owned(),
        headline: sentences::largest_between(
            largest
                .as_ref()
                .map(|(dimension, indicator, share)| (*dimension, indicator, *share)),
        ),
        subtitle: words::joined(&[
            Text::new("泰尔 T 指数的组间占比", "Share of Theil’s T that lies between groups"),
            words::span(periods[0], now),
            all.areas.name(all.root()),
        ]),
        notes,
        table: Sheet {
            columns: [words::INDICATOR.text(), words::PERIOD.text()]
                .into_iter()
                .chain(dimensions.iter().map(|(_, title)| title.clone()))
                .collect(),
            rows: rows.collect(),
        },
    })
}
