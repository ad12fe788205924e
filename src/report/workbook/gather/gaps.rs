//! How far apart two groups of the root are, and charts of both in the latest period.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::Period;
use crate::report::gather::{Gathering, goals_first};
use crate::report::workbook::fields::{Field, ROWS, Show, field, holds, latest_first, of_table, sheet};
use crate::report::workbook::model::{Chart, ChartKind, Range, Role, Series, Sheet};
use crate::report::workbook::names::Names;
use crate::report::workbook::words;
use crate::tables::{Columns, GapRow};

const FIELDS: &[Field] = &[
    field(words::PERIOD, "period", Show::Plain),
    field(words::INDICATOR, "indicator", Show::Indicator),
    field(words::DIMENSION, "dimension", Show::Dimension),
    field(words::GROUP_A, "a", Show::Member),
    field(words::GROUP_B, "b", Show::Member),
    field(words::VALUE_A, "value_a", Show::Figure),
    field(words::VALUE_B, "value_b", Show::Figure),
    field(words::GAP, "gap", Show::Difference),
    field(words::RATIO, "ratio", Show::Figure),
    field(words::MIX, "mix_effect", Show::Difference),
    field(words::RATE, "rate_effect", Show::Difference),
    field(words::GAP_LOWER, "lower", Show::Difference),
    field(words::GAP_UPPER, "upper", Show::Difference),
    field(words::ROBUST, "sign_identified", Show::Flag),
    field(words::N_STRATA, "n_strata", Show::Figure),
    field(words::N_BORROWED, "n_borrowed", Show::Figure),
    field(words::WHY, "null_reason", Show::Reason),
    field(words::INDICATOR_ID, "indicator", Show::Plain),
];

/// Places of the columns that charts draw.
const CATEGORIES: usize = 1;
const VALUES: [usize; 2] = [5, 6];

/// Indicators of a chart, and charts of a sheet.
const BARS: usize = 16;
const CHARTS: usize = 40;

/// The sheet, and the gaps of its rows.
pub(super) struct Gaps<'a> {
    pub(super) sheet: Sheet<'a>,
    rows: Vec<GapRow<'a>>,
}

/// Those of a pair follow each other, and among them those of one unit, goals first: a chart draws them from there.
pub(super) fn gaps<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Gaps<'a> {
    let table = all.sources.table(GapRow::TABLE);
    let order = Order::new(all);
    let chosen = latest_first(table, holds(table, "scope_code", all.root()), |_| false).into_iter();
    let mut chosen: Vec<(GapRow<'a>, usize)> = chosen.filter_map(|at| Some((table.row::<GapRow>(at)?, at))).collect();
    chosen.sort_by_key(|(row, _)| {
        (
            Reverse(Period::parse_any(row.period)),
            order.pairs.get(&(row.dimension, row.a, row.b)),
            order.indicators.get(row.indicator),
        )
    });
    let places: Vec<usize> = chosen.iter().map(|(_, at)| *at).collect();
    let sheet = Sheet {
        frozen: 2,
        ..of_table(sheet(words::GAPS, names), (table, &places), FIELDS, names)
    };
    Gaps {
        sheet,
        rows: chosen.into_iter().map(|(row, _)| row).take(ROWS).collect(),
    }
}

/// In which order gaps are listed.
struct Order<'a> {
    pairs: BTreeMap<(&'a str, &'a str, &'a str), usize>,
    /// Not a goal, place of its unit, place of its own.
    indicators: BTreeMap<&'a str, (bool, usize, usize)>,
}

impl<'a> Order<'a> {
    fn new(all: &'a Gathering<'a>) -> Order<'a> {
        let dimensions = all.pipeline.dimensions.iter();
        let pairs = dimensions.flat_map(|dimension| {
            let pairs = dimension.compare.iter();
            pairs.map(|(a, b)| (dimension.id.as_str(), a.as_str(), b.as_str()))
        });
        let mut units: Vec<&str> = Vec::new();
        let mut indicators = BTreeMap::new();
        for (place, (_, indicator)) in goals_first(all.pipeline).enumerate() {
            let unit = units.iter().position(|unit| *unit == indicator.unit);
            let unit = unit.unwrap_or_else(|| {
                units.push(&indicator.unit);
                units.len() - 1
            });
            indicators.insert(indicator.id.as_str(), (indicator.target.is_empty(), unit, place));
        }
        Order {
            pairs: pairs.enumerate().map(|(at, pair)| (pair, at)).collect(),
            indicators,
        }
    }
}

/// The values of both groups in the latest period: of goals, or where there is none of all indicators, those of one unit in a chart.
pub(super) fn charts<'a>(all: &'a Gathering<'a>, names: &Names<'_>, gaps: &Gaps<'a>) -> Sheet<'a> {
    let units: BTreeMap<&str, &str> = (all.pipeline.indicators.iter())
        .map(|indicator| (indicator.id.as_str(), indicator.unit.as_str()))
        .collect();
    let goals: Vec<&str> = all.goals().map(|line| line.indicator.as_str()).collect();
    let now = all.period_text();
    let is_drawn = |row: &GapRow<'_>| {
        let is_wanted = goals.is_empty() || goals.contains(&row.indicator);
        row.period == now && is_wanted && row.value_a.is_some() && row.value_b.is_some()
    };
    let block = |row: &GapRow<'a>| (row.dimension, row.a, row.b, units.get(row.indicator).copied());
    let mut charts = Vec::new();
    let mut at = 0;
    for run in gaps
        .rows
        .chunk_by(|x, y| is_drawn(x) == is_drawn(y) && block(x) == block(y))
    {
        let start = at;
        at += run.len();
        if is_drawn(&run[0]) && charts.len() < CHARTS {
            let drawn = &run[..run.len().min(BARS)];
            let unit = units.get(drawn[0].indicator).copied().unwrap_or_default();
            charts.push(chart(names, names.unit(unit), drawn, start));
        }
    }
    Sheet {
        charts,
        ..sheet(words::GAP_CHARTS, names)
    }
}

fn chart(names: &Names<'_>, unit: &str, rows: &[GapRow<'_>], start: usize) -> Chart {
    let first = &rows[0];
    let groups = [first.a, first.b].map(|member| names.member(first.dimension, member).to_owned());
    let lines = Some((start, start + rows.len() - 1));
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            let shown = |value: Option<f64>| value.map(crate::report::number::figure).unwrap_or_default();
            format!(
                "{}: {} / {}",
                names.indicator(row.indicator),
                shown(row.value_a),
                shown(row.value_b)
            )
        })
        .collect();
    let title = format!(
        "{} · {} · {}",
        groups.join(" / "),
        names.dimension(first.dimension),
        first.period
    );
    let column = |at: usize| Range {
        rows: lines,
        columns: (at, at),
    };
    let roles = [Role::Main, Role::Other];
    let series = groups
        .into_iter()
        .zip(roles)
        .zip(VALUES)
        .map(|((name, role), at)| Series {
            name,
            role,
            values: column(at),
        });
    Chart {
        told: format!("{title}. {}", told.join("; ")),
        title,
        unit: unit.to_owned(),
        kind: ChartKind::Bars,
        sheet: words::GAPS.get(names.lang),
        categories: column(CATEGORIES),
        series: series.collect(),
    }
}
