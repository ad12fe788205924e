//! How gaps have changed since earlier periods, and what either group adds to it.

use std::collections::{BTreeMap, BTreeSet};

use super::common::{Pair, by};
use super::described::Described;
use super::pairs::Pairs;
use crate::domain::{Period, Text};
use crate::pipeline::Indicator;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::number::signed;
use crate::report::page::context::{Cell, ChangeLine, ChangeView, Figure, Sheet, Split};
use crate::report::page::draw::{MARGIN, STRIP, Scale};
use crate::report::page::sentences::{self, Turn};
use crate::report::words::{self, Words};
use crate::tables::{Columns, GapChangeRow};

/// Changes of all pairs and periods together for which the page has room; those of goals come first.
const CHANGES: usize = 240;

/// Indicators of a pair that are drawn where none has a target.
const DRAWN: usize = 10;

/// Columns of the table `gap_changes` before those of the two groups.
const HEADERS: [(Words, &str); 8] = [
    (Words("前期", "Earlier period"), "earlier"),
    (Words("前期差距", "Gap before"), "gap_earlier"),
    (Words("后期差距", "Gap after"), "gap_later"),
    (Words("变化", "Change"), "gap_change"),
    (words::LOWER, "lower"),
    (words::UPPER, "upper"),
    (words::ROBUST, "sign_identified"),
    (Words("比率的变化", "Change in ratio"), "ratio_change"),
];

/// Changes of the gaps of the root up to the latest period.
pub(super) struct GapChanges<'a> {
    all: &'a Gathering<'a>,
    described: Described<'a>,
    /// By dimension and pair.
    rows: BTreeMap<(&'a str, &'a str, &'a str), Vec<GapChangeRow<'a>>>,
    /// Indicators of a pair for which there is room.
    most: usize,
}

/// An indicator with its changes, the longest first.
struct Known<'a> {
    indicator: &'a Indicator,
    rows: Vec<GapChangeRow<'a>>,
}

impl<'a> GapChanges<'a> {
    /// Of the pairs that are shown.
    pub(super) fn new(all: &'a Gathering<'a>, pairs: &Pairs<'_>) -> GapChanges<'a> {
        let described = Described::of::<GapChangeRow<'a>>(all);
        let (root, now) = (all.root(), all.period_text());
        let here = described
            .rows::<GapChangeRow<'a>>()
            .filter(|row| row.scope_code == root && row.later == now && row.gap_change.is_some())
            .filter(|row| pairs.has((row.dimension, row.a, row.b)));
        let rows = by(here, |row| (row.dimension, row.a, row.b));
        let spans = rows
            .iter()
            .flat_map(|(pair, rows)| rows.iter().map(move |row| (*pair, row.earlier)));
        let spans: BTreeSet<_> = spans.collect();
        GapChanges {
            all,
            described,
            most: (CHANGES / spans.len().max(1)).max(1),
            rows,
        }
    }

    /// What must be known to read the tables of all pairs; nothing where there is no change.
    pub(super) fn notes(&self) -> Vec<Text> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let described = &self.described;
        let caveats = [
            HEADERS[3],
            HEADERS[7],
            (words::MIX, "mix_effect_a"),
            (words::RATE, "rate_effect_a"),
        ];
        [described.explained(&HEADERS[1..])]
            .into_iter()
            .chain(caveats.into_iter().filter_map(|header| described.caveat(header)))
            .chain([sentences::second_group()])
            .collect()
    }

    /// None: no change of the pair is known.
    pub(super) fn view(&self, pair: &Pair<'_>, (a, b): (&str, &str)) -> Option<ChangeView> {
        let rows = self.rows.get(&(pair.dimension.id.as_str(), a, b))?;
        let earliest = rows
            .iter()
            .map(|row| row.earlier)
            .min_by_key(|text| Period::parse_any(text))?;
        let known = self.known(rows);
        let longest: Vec<(&Indicator, &GapChangeRow<'_>)> = (known.iter())
            .filter_map(|one| Some((one.indicator, one.rows.first().filter(|row| row.earlier == earliest)?)))
            .collect();
        let goals = longest
            .iter()
            .filter(|(indicator, _)| !indicator.target.is_empty())
            .count();
        let drawn = if goals == 0 { DRAWN } else { goals };
        let lines: Vec<ChangeLine> = (longest.iter().take(drawn.min(self.most)))
            .map(|(indicator, row)| self.line(pair, indicator, row))
            .collect();
        let left_out = sentences::drawn_of(lines.len(), self.most, known.len(), GapChangeRow::TABLE);
        Some(ChangeView {
            about: Figure {
                notes: left_out.into_iter().collect(),
                ..self.about(pair, (earliest, rows[0].later), &known, &longest)
            },
            lines,
            label: sentences::span(earliest, rows[0].later),
        })
    }

    /// Goals first.
    fn known(&self, rows: &[GapChangeRow<'a>]) -> Vec<Known<'a>> {
        let of_indicator = |indicator: &'a Indicator| {
            let own = rows.iter().filter(|row| row.indicator == indicator.id);
            let mut rows: Vec<_> = own.copied().collect();
            rows.sort_by_key(|row| Period::parse_any(row.earlier));
            Known { indicator, rows }
        };
        goals_first(self.all.pipeline)
            .map(|(_, indicator)| of_indicator(indicator))
            .filter(|known| !known.rows.is_empty())
            .collect()
    }

    fn line(&self, pair: &Pair<'_>, indicator: &Indicator, row: &GapChangeRow<'_>) -> ChangeLine {
        let shown = |gap: Option<f64>| gap.map_or_else(|| "–".to_owned(), signed);
        ChangeLine {
            title: titled(self.all.pipeline, indicator),
            course: Some(format!("{} → {}", shown(row.gap_earlier), shown(row.gap_later))),
            change: shown(row.gap_change),
            turn: turn(row).map(sentences::turn),
            bounds: (row.lower.zip(row.upper)).map(|(lower, upper)| sentences::signed_range(lower, upper)),
            is_sure: row.sign_identified,
            splits: splits(pair, row).unwrap_or_default(),
        }
    }

    fn about(
        &self,
        pair: &Pair<'_>,
        (earlier, later): (&str, &str),
        known: &[Known<'_>],
        longest: &[(&Indicator, &GapChangeRow<'_>)],
    ) -> Figure {
        let count = |own: Turn| longest.iter().filter(|(_, row)| turn(row) == Some(own)).count();
        let is_sure = |(_, row): &&(_, &GapChangeRow<'_>)| {
            row.gap_change.is_some_and(|change| change != 0.0) && row.sign_identified == Some(true)
        };
        let mut columns = Described::columns(&HEADERS);
        for side in [&pair.a, &pair.b] {
            columns.extend([words::MIX, words::RATE].map(|effect| sentences::of_dimension(&effect.text(), side)));
        }
        Figure {
            id: format!("changed-{}", pair.id),
            headline: sentences::gaps_changed(
                earlier,
                [Turn::Wider, Turn::Narrower, Turn::Reversed].map(count),
                longest.len(),
                longest.iter().filter(is_sure).count(),
            ),
            subtitle: words::joined(&[
                words::pair(&pair.dimension.title, &pair.dimension.id, &pair.a, &pair.b),
                sentences::up_to(later),
                Text::new("各指标按自身单位", "each indicator in its own unit"),
                self.all.areas.name(self.all.root()),
            ]),
            notes: Vec::new(),
            table: Sheet {
                columns,
                rows: (known.iter().take(self.most))
                    .flat_map(|one| one.rows.iter().map(|row| self.row(one.indicator, row)))
                    .collect(),
            },
        }
    }

    fn row(&self, indicator: &Indicator, row: &GapChangeRow<'_>) -> Vec<Cell> {
        let described = &self.described;
        let sure = row.sign_identified.map(|sure| Cell::text(words::yes_no(sure)));
        vec![
            Cell::text(titled(self.all.pipeline, indicator)),
            Cell::code(row.earlier),
            Cell::signed(row.gap_earlier),
            Cell::signed(row.gap_later),
            Cell::signed(row.gap_change),
            described.or_reason(Cell::signed(row.lower), row.bounds_null_reason),
            Cell::signed(row.upper),
            sure.unwrap_or_default(),
            described.or_reason(Cell::signed(row.ratio_change), row.ratio_null_reason),
            described.or_reason(Cell::signed(row.mix_effect_a), row.effects_null_reason),
            Cell::signed(row.rate_effect_a),
            Cell::signed(row.mix_effect_b),
            Cell::signed(row.rate_effect_b),
        ]
    }
}

/// None: a gap is not known.
fn turn(row: &GapChangeRow<'_>) -> Option<Turn> {
    let (earlier, later) = (row.gap_earlier?, row.gap_later?);
    Some(if earlier * later < 0.0 {
        Turn::Reversed
    } else if later.abs() > earlier.abs() {
        Turn::Wider
    } else if later.abs() < earlier.abs() {
        Turn::Narrower
    } else {
        Turn::Unchanged
    })
}

/// What each group adds, one after the other from 0 to the change. None: the effects are not known.
fn splits(pair: &Pair<'_>, row: &GapChangeRow<'_>) -> Option<Vec<Split>> {
    let change = row.gap_change?;
    let (mix_a, rate_a) = (row.mix_effect_a?, row.rate_effect_a?);
    let (mix_b, rate_b) = (row.mix_effect_b?, row.rate_effect_b?);
    let between = mix_a + rate_a;
    let widest = [change, mix_a, between, between + mix_b]
        .into_iter()
        .fold(0.0f64, |widest, place| widest.max(place.abs()));
    let scale = Scale::new((-widest, widest), (MARGIN, STRIP - MARGIN));
    let side = |name: &Text, (from, to): (f64, f64), (mix, rate): (f64, f64)| Split {
        name: name.clone(),
        mix: scale.bar(from, from + mix),
        rate: scale.bar(from + mix, to),
        effects: (signed(mix), signed(rate)),
    };
    Some(vec![
        side(&pair.a, (0.0, between), (mix_a, rate_a)),
        side(&pair.b, (between, change), (mix_b, rate_b)),
    ])
}
