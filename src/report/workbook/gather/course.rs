//! The root by period: a row a figure of an indicator, a column a period; and charts of its goals.

use std::collections::BTreeMap;

use crate::domain::Period;
use crate::pipeline::Indicator;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::words::course as told_course;
use crate::report::workbook::fields::{COLUMNS, beside, figure, own, sheet};
use crate::report::workbook::model::{About, Cell, Chart, ChartKind, Column, LeftOut, Range, Role, Series, Sheet};
use crate::report::workbook::names::Names;
use crate::report::workbook::words::{self, Words};
use crate::tables::{Columns, IndicatorRow};

/// Charts of a sheet.
const CHARTS: usize = 40;

/// Columns before those of the periods.
const HEADS: usize = 3;

/// The sheet, and where the figures of each indicator stand on it.
pub(super) struct Course<'a> {
    pub(super) sheet: Sheet<'a>,
    periods: Vec<Period>,
    of: BTreeMap<&'a str, Vec<(Role, Words, usize)>>,
}

/// A figure of an indicator: which it is, its words, and where a row has it.
type Figure = (Role, Words, fn(&IndicatorRow<'_>) -> Cell<'static>);

const FIGURES: [Figure; 4] = [
    (Role::Main, words::VALUE, |row| beside(row.value, row.target)),
    (Role::Other, words::TARGET, |row| figure(row.target)),
    (Role::Bound, words::LOWER, |row| beside(row.lower, row.target)),
    (Role::Bound, words::UPPER, |row| beside(row.upper, row.target)),
];

pub(super) fn course<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Course<'a> {
    let rows = all.sources.table("indicators").rows::<IndicatorRow>();
    let of_root = rows.filter(|row| row.area_code == all.root());
    let of_root: Vec<(Period, IndicatorRow<'a>)> = of_root
        .filter_map(|row| Some((Period::parse_any(row.period)?, row)))
        .collect();
    let mut periods: Vec<Period> = of_root.iter().map(|(period, _)| *period).collect();
    periods.sort();
    periods.dedup();
    let more = periods.len().saturating_sub(COLUMNS - HEADS);
    periods.drain(..more);
    let mut by_place: BTreeMap<(&str, Period), IndicatorRow<'a>> = BTreeMap::new();
    by_place.extend(of_root.iter().map(|(period, row)| ((row.indicator, *period), *row)));
    let mut rows = Vec::new();
    let mut of: BTreeMap<&str, Vec<(Role, Words, usize)>> = BTreeMap::new();
    for (_, indicator) in goals_first(all.pipeline) {
        let own: Vec<Option<&IndicatorRow<'_>>> = (periods.iter())
            .map(|period| by_place.get(&(indicator.id.as_str(), *period)))
            .collect();
        for (role, title, get) in FIGURES {
            let values: Vec<Cell<'a>> = own.iter().map(|row| row.map_or(Cell::Empty, get)).collect();
            if values.iter().any(|cell| *cell != Cell::Empty) {
                of.entry(&indicator.id).or_default().push((role, title, rows.len()));
                rows.push(row(indicator, title, values, names));
            }
        }
    }
    let blank = sheet(words::COURSE, names);
    Course {
        sheet: Sheet {
            title: format!("{} · {}", blank.title, all.areas.name(all.root()).get(names.lang)),
            columns: columns(&periods, names),
            rows,
            frozen: HEADS as u16,
            left_out: LeftOut { rows: 0, columns: more },
            ..blank
        },
        periods,
        of,
    }
}

fn row<'a>(indicator: &'a Indicator, title: Words, values: Vec<Cell<'a>>, names: &'a Names<'a>) -> Vec<Cell<'a>> {
    let unit = Some(names.unit(&indicator.unit)).filter(|unit| !unit.is_empty());
    let heads = [
        Cell::text(names.indicator(&indicator.id)),
        Cell::maybe(unit),
        Cell::text(title.get(names.lang)),
    ];
    heads.into_iter().chain(values).collect()
}

fn columns(periods: &[Period], names: &Names<'_>) -> Vec<Column> {
    let mut columns = vec![
        own(
            words::INDICATOR,
            Words(
                "指标名称，有目标的在前",
                "Title of the indicator; those with a target come first",
            ),
            None,
            names,
        ),
        own(
            words::UNIT,
            Words("各数值的单位", "Unit of the values"),
            Some(Words("单位见名称", "the title says it")),
            names,
        ),
        own(
            words::FIGURE,
            Words("数值、目标值、下限或上限", "Value, target, lower or upper bound"),
            None,
            names,
        ),
    ];
    columns.extend(periods.iter().map(|period| Column {
        title: period.to_string(),
        about: About::Table {
            table: IndicatorRow::TABLE,
            column: "value",
            each: Some(words::EACH_PERIOD.get(names.lang).to_owned()),
        },
    }));
    columns
}

/// The course of each goal; of a single period there is none.
pub(super) fn charts<'a>(all: &'a Gathering<'a>, names: &Names<'_>, course: &Course<'_>) -> Sheet<'a> {
    let goals = goals_first(all.pipeline).filter(|(_, indicator)| !indicator.target.is_empty());
    let charts = goals.filter_map(|(_, indicator)| chart(all, names, course, indicator));
    Sheet {
        charts: charts.take(CHARTS).collect(),
        ..sheet(words::GOAL_CHARTS, names)
    }
}

fn chart(all: &Gathering<'_>, names: &Names<'_>, course: &Course<'_>, indicator: &Indicator) -> Option<Chart> {
    let figures = course.of.get(indicator.id.as_str())?;
    let (_, _, main) = figures.iter().find(|(role, _, _)| *role == Role::Main)?;
    let values = course.sheet.rows[*main][HEADS..].iter().zip(&course.periods);
    let known: Vec<(Period, f64)> = values
        .filter_map(|(cell, period)| match cell {
            Cell::Number(value, _) => Some((*period, *value)),
            _ => None,
        })
        .collect();
    let [first, .., last] = known[..] else { return None };
    let across = (HEADS, HEADS + course.periods.len() - 1);
    let series = figures.iter().map(|(role, title, row)| Series {
        name: title.get(names.lang).to_owned(),
        role: *role,
        values: Range {
            rows: Some((*row, *row)),
            columns: across,
        },
    });
    let title = names.text(&titled(all.pipeline, indicator));
    Some(Chart {
        told: format!("{title}. {}", told_course(first, last).get(names.lang)),
        title,
        unit: names.unit(&indicator.unit).to_owned(),
        kind: ChartKind::Lines,
        sheet: words::COURSE.get(names.lang),
        categories: Range {
            rows: None,
            columns: across,
        },
        series: series.collect(),
    })
}
