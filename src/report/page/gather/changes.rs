//! What has changed since earlier periods, and how each dimension splits it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::common::by;
use super::described::Described;
use crate::domain::{Period, Text};
use crate::pipeline::{Dimension, Indicator};
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::number::signed;
use crate::report::page::context::{Cell, ChangeLine, ChangeView, Figure, Sheet, Split};
use crate::report::page::draw::{MARGIN, STRIP, Scale};
use crate::report::page::sentences;
use crate::report::words::{self, Words};
use crate::tables::{ChangeEffectRow, Columns};

/// Effects of all indicators, dimensions and periods together for which the page has room; those of goals come first.
const EFFECTS: usize = 240;

/// Indicators that are drawn where none has a target.
const DRAWN: usize = 10;

/// Columns of the table `change_effects` before those of its dimensions.
const HEADERS: [(Words, &str); 4] = [
    (Words("变化", "Change"), "value_change"),
    (words::LOWER, "lower"),
    (words::UPPER, "upper"),
    (words::ROBUST, "sign_identified"),
];

/// An indicator with the rows of its change, a dimension each.
struct Known<'a> {
    indicator: &'a Indicator,
    change: f64,
    rows: Vec<(&'a Dimension, ChangeEffectRow<'a>)>,
}

pub(super) fn views(all: &Gathering<'_>) -> Vec<ChangeView> {
    let described = Described::of::<ChangeEffectRow<'_>>(all);
    let (root, now) = (all.root(), all.period_text());
    let here = described
        .rows::<ChangeEffectRow<'_>>()
        .filter(|row| row.scope_code == root && row.later == now && row.value_change.is_some());
    let by_earlier: BTreeMap<_, Vec<ChangeEffectRow<'_>>> = by(here, |row| Reverse(Period::parse_any(row.earlier)));
    let dimensions = all.pipeline.dimensions.len().max(1);
    let most = (EFFECTS / dimensions / by_earlier.len().max(1)).max(1);
    by_earlier
        .values()
        .map(|rows| known(all, rows))
        .filter(|known| !known.is_empty())
        .map(|known| view(all, &described, &known, most))
        .collect()
}

/// Goals first.
fn known<'a>(all: &'a Gathering<'a>, rows: &[ChangeEffectRow<'a>]) -> Vec<Known<'a>> {
    let of_indicator = |indicator: &'a Indicator| {
        let own = |dimension: &'a Dimension| {
            let mut rows = rows.iter();
            let row = rows.find(|row| row.indicator == indicator.id && row.dimension == dimension.id)?;
            Some((dimension, *row))
        };
        let rows: Vec<_> = all.pipeline.dimensions.iter().filter_map(own).collect();
        let change = rows.first()?.1.value_change?;
        Some(Known {
            indicator,
            change,
            rows,
        })
    };
    goals_first(all.pipeline)
        .filter_map(|(_, indicator)| of_indicator(indicator))
        .collect()
}

fn view(all: &Gathering<'_>, described: &Described<'_>, known: &[Known<'_>], most: usize) -> ChangeView {
    let earlier = known[0].rows[0].1.earlier;
    let label = sentences::span(earlier, known[0].rows[0].1.later);
    let goals = known.iter().filter(|one| !one.indicator.target.is_empty()).count();
    let drawn = if goals == 0 { DRAWN } else { goals };
    let lines: Vec<ChangeLine> = known.iter().take(drawn.min(most)).map(|one| line(all, one)).collect();
    let left_out = sentences::drawn_of(lines.len(), most, known.len(), ChangeEffectRow::TABLE);
    let mut about = about(all, described, (earlier, &label), known, most);
    about.notes.extend(left_out);
    ChangeView { about, lines, label }
}

fn line(all: &Gathering<'_>, one: &Known<'_>) -> ChangeLine {
    let row = &one.rows[0].1;
    let effects = one
        .rows
        .iter()
        .filter_map(|(dimension, row)| Some((dimension, row.mix_effect?, row.rate_effect?)));
    let widest = effects
        .clone()
        .fold(one.change.abs(), |widest, (_, mix, _)| widest.max(mix.abs()));
    let scale = Scale::new((-widest, widest), (MARGIN, STRIP - MARGIN));
    ChangeLine {
        title: titled(all.pipeline, one.indicator),
        course: None,
        change: signed(one.change),
        turn: None,
        bounds: (row.lower.zip(row.upper)).map(|(lower, upper)| sentences::signed_range(lower, upper)),
        is_sure: row.sign_identified,
        splits: effects
            .map(|(dimension, mix, rate)| Split {
                name: words::named(&dimension.title, &dimension.id),
                mix: scale.bar(0.0, mix),
                rate: scale.bar(mix, one.change),
                effects: (signed(mix), signed(rate)),
            })
            .collect(),
    }
}

fn about(
    all: &Gathering<'_>,
    described: &Described<'_>,
    (earlier, label): (&str, &Text),
    known: &[Known<'_>],
    most: usize,
) -> Figure {
    let (risen, fallen) = (
        known.iter().filter(|one| one.change > 0.0).count(),
        known.iter().filter(|one| one.change < 0.0).count(),
    );
    let is_sure = |one: &&Known<'_>| one.change != 0.0 && one.rows[0].1.sign_identified == Some(true);
    let dimensions: Vec<&Dimension> = (all.pipeline.dimensions.iter())
        .filter(|dimension| {
            known
                .iter()
                .any(|one| one.rows.iter().any(|(own, _)| own.id == dimension.id))
        })
        .collect();
    let mut columns = Described::columns(&HEADERS);
    for dimension in &dimensions {
        let title = words::named(&dimension.title, &dimension.id);
        columns.extend([words::MIX, words::RATE].map(|effect| sentences::of_dimension(&effect.text(), &title)));
    }
    let caveats = [HEADERS[0], (words::MIX, "mix_effect"), (words::RATE, "rate_effect")];
    let mut notes = vec![described.explained(&HEADERS)];
    notes.extend(caveats.into_iter().filter_map(|header| described.caveat(header)));
    Figure {
        id: format!("change-{earlier}"),
        headline: sentences::changes(
            earlier,
            (risen, fallen),
            known.len(),
            known.iter().filter(is_sure).count(),
        ),
        subtitle: words::joined(&[
            label.clone(),
            Text::new("各指标按自身单位", "each indicator in its own unit"),
            all.areas.name(all.root()),
        ]),
        notes,
        table: Sheet {
            columns,
            rows: known
                .iter()
                .take(most)
                .map(|one| row(all, described, one, &dimensions))
                .collect(),
        },
    }
}

fn row(all: &Gathering<'_>, described: &Described<'_>, one: &Known<'_>, dimensions: &[&Dimension]) -> Vec<Cell> {
    let first = &one.rows[0].1;
    let sure = first.sign_identified.map(|sure| Cell::text(words::yes_no(sure)));
    let mut cells = vec![
        Cell::text(titled(all.pipeline, one.indicator)),
        Cell::signed(Some(one.change)),
        described.or_reason(Cell::signed(first.lower), first.bounds_null_reason),
        Cell::signed(first.upper),
        sure.unwrap_or_default(),
    ];
    for dimension in dimensions {
        let own = one.rows.iter().find(|(own, _)| own.id == dimension.id);
        cells.extend(own.map_or_else(<[Cell; 2]>::default, |(_, row)| {
            let mix = Cell::signed(row.mix_effect);
            [
                described.or_reason(mix, row.effects_null_reason),
                Cell::signed(row.rate_effect),
            ]
        }));
    }
    cells
}
