//! The root by the members of two dimensions at once, indicator by indicator.

use std::collections::BTreeMap;

use super::common::by;
use super::described::Described;
use super::inequality::Inequality;
use super::tiles::Shades;
use crate::domain::Text;
use crate::pipeline::{Dimension, DimensionLevel, Indicator, UNKNOWN, crossed_members};
use crate::report::gather::{Gathering, goals_first, member_title, titled};
use crate::report::number::figure;
use crate::report::page::context::{Cell, CrossCell, CrossRow, CrossView, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::words::{self, Words};
use crate::tables::{ChangeEffectRow, Columns, GroupRow};

/// Groups of all indicators and dimensions together for which the page has room; those of goals come first.
const GROUPS: usize = 120;

/// Indicators that are shown where none has a target.
const SHOWN: usize = 10;

/// Columns of the table `groups`.
const HEADERS: [(Words, &str); 7] = [
    (words::VALUE, "value"),
    (words::LOWER, "lower"),
    (words::UPPER, "upper"),
    (Words("占分母份额", "Share of the denominator"), "denominator_share"),
    (Words("与总体之比", "Relative to the whole"), "relative_to_scope"),
    (words::REPORTED, "n_reported"),
    (words::EXPECTED, "n_expected"),
];

/// A dimension that crosses two others.
struct Cross<'a> {
    own: &'a Dimension,
    first: &'a Dimension,
    second: &'a Dimension,
}

/// The dimensions of the pipeline that cross two others.
fn crosses<'a>(all: &Gathering<'a>) -> Vec<Cross<'a>> {
    let dimensions = &all.pipeline.dimensions;
    let cross = |own: &'a Dimension| {
        let [first, second] = own.level.crossed()?.map(|at| &dimensions[at]);
        Some(Cross { own, first, second })
    };
    dimensions.iter().filter_map(cross).collect()
}

/// Of the indicators of a cross, goals first, its goals; where it has none, the first ones.
fn shown(indicators: &[&Indicator]) -> usize {
    let goals = indicators.iter().filter(|one| !one.target.is_empty()).count();
    if goals == 0 { SHOWN.min(indicators.len()) } else { goals }
}

/// Drawings of crossed groups, and what must be known to read them.
pub(super) struct Crossed {
    pub(super) views: Vec<CrossView>,
    pub(super) notes: Vec<Text>,
}

pub(super) fn crossed<'a>(all: &'a Gathering<'a>, inequality: &Inequality<'_>) -> Crossed {
    let crosses = crosses(all);
    let groups: usize = crosses.iter().map(|cross| cross.own.members.len()).sum();
    let most = (GROUPS / groups.max(1)).max(1);
    let described = Described::of::<GroupRow<'_>>(all);
    let (root, now) = (all.root(), all.period_text());
    let here = described
        .rows::<GroupRow<'_>>()
        .filter(|row| row.scope_code == root && row.period == now);
    let rows = by(here, |row| (row.dimension, row.indicator));
    let (mut views, mut known) = (Vec::new(), 0);
    let (mut of_areas, mut of_rows) = (false, false);
    for cross in &crosses {
        let of_cross = |indicator: &'a Indicator| rows.get(&(cross.own.id.as_str(), indicator.id.as_str()));
        let is_known = |row: &GroupRow<'_>| row.member != UNKNOWN && row.value.is_some();
        let indicators: Vec<&'a Indicator> = goals_first(all.pipeline)
            .map(|(_, indicator)| indicator)
            .filter(|indicator| of_cross(indicator).is_some_and(|rows| rows.iter().any(is_known)))
            .collect();
        known += indicators.len();
        let has_rows = matches!(cross.own.level, DimensionLevel::Pairs(_));
        of_rows |= has_rows && !indicators.is_empty();
        of_areas |= !has_rows && !indicators.is_empty();
        let shown = indicators.iter().take(shown(&indicators).min(most));
        views.extend(
            shown.filter_map(|indicator| view(all, &described, inequality, (cross, indicator), of_cross(indicator)?)),
        );
    }
    let left_out = (views.len() < known).then(|| sentences::first_crosses(views.len(), known, GroupRow::TABLE));
    Crossed {
        views,
        notes: [sentences::cells_of((of_areas, of_rows))]
            .into_iter()
            .chain(left_out)
            .collect(),
    }
}

/// None: no group has a figure.
fn view(
    all: &Gathering<'_>,
    described: &Described<'_>,
    inequality: &Inequality<'_>,
    (cross, indicator): (&Cross<'_>, &Indicator),
    rows: &[GroupRow<'_>],
) -> Option<CrossView> {
    let by_member: BTreeMap<&str, &GroupRow<'_>> = rows.iter().map(|row| (row.member, row)).collect();
    let pairs: Vec<(String, [usize; 2])> = crossed_members(cross.first, cross.second).collect();
    let mut values: Vec<f64> = (pairs.iter())
        .filter_map(|(id, _)| by_member.get(id.as_str())?.value)
        .collect();
    values.sort_by(f64::total_cmp);
    let shades = Shades::of(&values)?;
    let cell = |at: [usize; 2]| {
        let row = pairs
            .iter()
            .find(|(_, own)| *own == at)
            .and_then(|(id, _)| by_member.get(id.as_str()));
        CrossCell {
            shade: row.and_then(|row| row.value).map_or(0, |value| shades.of_value(value)),
            value: row.and_then(|row| row.value).map(figure),
            bounds: row.and_then(|row| Some(words::range(&figure(row.lower?), &figure(row.upper?)))),
        }
    };
    let places = |of: usize| {
        let mut places: Vec<usize> = pairs.iter().map(|(_, at)| at[of]).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    let (down, across) = (places(0), places(1));
    let title = |dimension: &Dimension, at: usize| member_title(dimension, &dimension.members[at].id);
    Some(CrossView {
        label: sentences::of_dimension(&titled(all.pipeline, indicator), &named(cross.own)),
        first: named(cross.first),
        columns: across.iter().map(|at| title(cross.second, *at)).collect(),
        rows: (down.iter())
            .map(|one| CrossRow {
                title: title(cross.first, *one),
                cells: across.iter().map(|other| cell([*one, *other])).collect(),
            })
            .collect(),
        key: shades.key(&values),
        about: about((all, described, inequality), (cross, indicator), rows),
    })
}

fn named(dimension: &Dimension) -> Text {
    words::named(&dimension.title, &dimension.id)
}

fn about(
    (all, described, inequality): (&Gathering<'_>, &Described<'_>, &Inequality<'_>),
    (cross, indicator): (&Cross<'_>, &Indicator),
    rows: &[GroupRow<'_>],
) -> Figure {
    let declared = |row: &&GroupRow<'_>| row.member != UNKNOWN;
    let known = rows
        .iter()
        .filter(declared)
        .filter_map(|row| Some((row.member, row.value?)));
    let title = |(member, value): (&str, f64)| (member_title(cross.own, member), value);
    // Of equal ones the first.
    let lowest = known.clone().reduce(|a, b| if b.1 < a.1 { b } else { a }).map(title);
    let highest = known.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(title);
    let row = |row: &GroupRow<'_>| {
        vec![
            Cell::text(group_title(cross.own, row.member)),
            described.or_reason(Cell::figure(row.value), row.null_reason),
            described.or_reason(Cell::figure(row.lower), row.bounds_null_reason),
            Cell::figure(row.upper),
            Cell::share(row.denominator_share),
            Cell::figure(row.relative_to_scope),
            Cell::count(row.n_reported),
            Cell::count(row.n_expected),
        ]
    };
    let headers = HEADERS.iter().map(|(header, _)| header.text());
    // In the order of the definition, and not by name; what is unknown comes last.
    let mut rows: Vec<&GroupRow<'_>> = rows.iter().collect();
    let place = |id: &str| cross.own.members.iter().position(|member| member.id == id);
    rows.sort_by_key(|row| place(row.member).unwrap_or(usize::MAX));
    Figure {
        id: format!("cross-{}-{}", cross.own.id, indicator.id),
        headline: words::extremes(highest, lowest),
        subtitle: words::joined(&[titled(all.pipeline, indicator), named(cross.own), all.place_and_time()]),
        notes: inequality.between(&cross.own.id, &indicator.id).into_iter().collect(),
        table: Sheet {
            columns: [Text::new("组", "Group")].into_iter().chain(headers).collect(),
            rows: rows.into_iter().map(row).collect(),
        },
    }
}

fn group_title(dimension: &Dimension, member: &str) -> Text {
    match member {
        UNKNOWN => Text::new("未知", "Unknown"),
        member => member_title(dimension, member),
    }
}

/// Columns of the table `change_effects` that split the change of a crossed dimension: by Das Gupta, then by Shapley.
const EFFECTS: [(Words, &str); 6] = [
    (Words("构成 1", "Mix 1"), "mix_effect_first"),
    (Words("构成 2", "Mix 2"), "mix_effect_second"),
    (Words("水平", "Rate"), "rate_effect"),
    (Words("沙普利构成 1", "Shapley mix 1"), "shapley_mix_first"),
    (Words("沙普利构成 2", "Shapley mix 2"), "shapley_mix_second"),
    (Words("沙普利水平", "Shapley rate"), "shapley_rate"),
];

/// What either composition of a crossed dimension makes of a change, a table a dimension.
pub(super) fn effects<'a>(all: &'a Gathering<'a>) -> Vec<Figure> {
    let described = Described::of::<ChangeEffectRow<'_>>(all);
    let (root, now) = (all.root(), all.period_text());
    let here = described
        .rows::<ChangeEffectRow<'_>>()
        .filter(|row| row.scope_code == root && row.later == now && row.value_change.is_some());
    let rows = by(here, |row| (row.dimension, row.indicator));
    crosses(all)
        .iter()
        .filter_map(|cross| {
            let of_cross = |indicator: &'a Indicator| {
                Some((indicator, rows.get(&(cross.own.id.as_str(), indicator.id.as_str()))?))
            };
            let own: Vec<_> = goals_first(all.pipeline)
                .filter_map(|(_, indicator)| of_cross(indicator))
                .collect();
            effects_of(all, &described, cross, &own)
        })
        .collect()
}

/// None: no indicator has changed in a known way.
fn effects_of(
    all: &Gathering<'_>,
    described: &Described<'_>,
    cross: &Cross<'_>,
    rows: &[(&Indicator, &Vec<ChangeEffectRow<'_>>)],
) -> Option<Figure> {
    let parts = [&cross.first, &cross.second];
    let effect = |at: usize| match at {
        0 | 1 => sentences::of_dimension(&words::MIX.text(), &named(parts[at])),
        2 => words::RATE.text(),
        3 | 4 => sentences::of_dimension(&sentences::shapley(&words::MIX.text()), &named(parts[at - 3])),
        _ => sentences::shapley(&words::RATE.text()),
    };
    let columns = [
        words::INDICATOR.text(),
        Text::new("前期", "Earlier period"),
        Text::new("变化", "Change"),
    ];
    let row = |indicator: &Indicator, row: &ChangeEffectRow<'_>| {
        let reason = row.effects_null_reason.or(row.crossed_null_reason);
        vec![
            Cell::text(titled(all.pipeline, indicator)),
            Cell::code(row.earlier),
            Cell::signed(row.value_change),
            described.or_reason(Cell::signed(row.mix_effect_first), reason),
            Cell::signed(row.mix_effect_second),
            Cell::signed(row.rate_effect),
            Cell::signed(row.shapley_mix_first),
            Cell::signed(row.shapley_mix_second),
            Cell::signed(row.shapley_rate),
        ]
    };
    let indicators: Vec<&Indicator> = rows.iter().map(|(indicator, _)| *indicator).collect();
    let shown = shown(&indicators);
    let cells = rows
        .iter()
        .take(shown)
        .flat_map(|(indicator, rows)| rows.iter().map(move |own| row(indicator, own)));
    let table = Sheet {
        columns: columns.into_iter().chain((0..EFFECTS.len()).map(effect)).collect(),
        rows: cells.collect(),
    };
    let explained = EFFECTS.iter().enumerate().map(|(at, (_, column))| match *column {
        "rate_effect" => words::labelled_text(&effect(at), &sentences::rate_beside_mixes()),
        column => words::labelled_text(&effect(at), &described.title(column)),
    });
    let left_out = (shown < rows.len()).then(|| sentences::first_of(shown, rows.len(), ChangeEffectRow::TABLE));
    (!table.rows.is_empty()).then(|| Figure {
        id: format!("cross-{}", cross.own.id),
        headline: sentences::two_compositions(&named(cross.first), &named(cross.second)),
        subtitle: words::joined(&[
            named(cross.own),
            Text::new("各指标按自身单位", "each indicator in its own unit"),
            all.place_and_time(),
        ]),
        notes: explained.chain(left_out).collect(),
        table,
    })
}
