//! The root and the areas of the partition level by period: a column an indicator, and in detail.

use std::collections::BTreeMap;

use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::workbook::fields::{
    COLUMNS, Field, ROWS, Show, beside, columns, field, holds, latest_first, of_table, sheet,
};
use crate::report::workbook::model::{About, Cell, Column, LeftOut, Sheet};
use crate::report::workbook::names::Names;
use crate::report::workbook::words;
use crate::tables::{Columns, IndicatorRow};

const FIELDS: &[Field] = &[
    field(words::PERIOD, "period", Show::Plain),
    field(words::CODE, "area_code", Show::Plain),
    field(words::AREA, "area_code", Show::Area),
    field(words::INDICATOR, "indicator", Show::Indicator),
    field(words::UNIT, "unit", Show::Unit),
    field(words::VALUE, "value", Show::Judged),
    field(words::LOWER, "lower", Show::Figure),
    field(words::UPPER, "upper", Show::Figure),
    field(words::BASELINE, "baseline", Show::Figure),
    field(words::TARGET, "target", Show::Figure),
    field(words::ATTAINMENT, "attainment_share", Show::Share),
    field(words::VERDICT, "verdict", Show::Verdict),
    field(words::ROBUST, "verdict_robust", Show::Flag),
    field(words::NUMERATOR, "numerator", Show::Figure),
    field(words::DENOMINATOR, "denominator", Show::Figure),
    field(words::KNOWN, "reported_weight_share", Show::Share),
    field(words::EXPECTED, "n_expected", Show::Figure),
    field(words::REPORTED, "n_reported", Show::Figure),
    field(words::QUARANTINED, "n_quarantined", Show::Figure),
    field(words::WHY, "null_reason", Show::Reason),
    field(words::INDICATOR_ID, "indicator", Show::Plain),
];

/// Every figure, with what it follows from.
pub(super) fn long<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let table = all.sources.table(IndicatorRow::TABLE);
    let rows = latest_first(table, |_| true, holds(table, "area_code", all.root()));
    Sheet {
        frozen: 3,
        ..of_table(sheet(words::INDICATORS, names), (table, &rows), FIELDS, names)
    }
}

/// A row an area in a period, a column an indicator.
pub(super) fn wide<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let table = all.sources.table(IndicatorRow::TABLE);
    let indicators: Vec<_> = goals_first(all.pipeline).map(|(_, indicator)| indicator).collect();
    let kept = &indicators[..indicators.len().min(COLUMNS)];
    let places = kept.iter().enumerate();
    let places: BTreeMap<&str, usize> = places.map(|(at, indicator)| (indicator.id.as_str(), at)).collect();
    let mut rows: Vec<Vec<Cell<'a>>> = Vec::new();
    // The rows of an area in a period follow each other.
    let mut last = None;
    for row in latest_first(table, |_| true, holds(table, "area_code", all.root())) {
        let Some(row) = table.row::<IndicatorRow>(row) else {
            continue;
        };
        if last != Some((row.period, row.area_code)) {
            last = Some((row.period, row.area_code));
            let mut cells = vec![
                Cell::text(row.period),
                Cell::text(row.area_code),
                Cell::Text(names.area(row.area_code)),
            ];
            cells.resize(3 + kept.len(), Cell::Empty);
            rows.push(cells);
        }
        if let (Some(cells), Some(at)) = (rows.last_mut(), places.get(row.indicator)) {
            cells[3 + at] = beside(row.value, row.target);
        }
    }
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let heads = [
        (words::PERIOD, "period"),
        (words::CODE, "area_code"),
        (words::AREA, "area_name"),
    ];
    let mut columns = columns(IndicatorRow::TABLE, &heads, names);
    columns.extend(kept.iter().map(|indicator| Column {
        title: names.text(&titled(all.pipeline, indicator)),
        about: About::Table {
            table: IndicatorRow::TABLE,
            column: "value",
            each: Some(words::EACH_INDICATOR.get(names.lang).to_owned()),
        },
    }));
    Sheet {
        columns,
        rows,
        frozen: 3,
        left_out: LeftOut {
            rows: more,
            columns: indicators.len() - kept.len(),
        },
        ..sheet(words::AREAS, names)
    }
}
