//! Who has reported, by area and period.

use std::collections::BTreeMap;

use super::common::{PERIODS, by};
use crate::domain::{Period, Text};
use crate::pipeline::Form;
use crate::report::gather::Gathering;
use crate::report::number::{percent, six_digits};
use crate::report::page::context::{Cell, Figure, HeatCell, HeatRow, ReportingView, Sheet, digits};
use crate::report::words;
use crate::tables::ReportingRow;

/// Areas of a form for which the page has room; where there are more, those of which the smallest share came.
const AREAS: usize = 200;
/// Cells of all areas and periods of a form for which the page has room.
const CELLS: usize = 3000;

pub(super) fn views(all: &Gathering<'_>) -> Vec<ReportingView> {
    let (root, level) = (all.root(), all.partition_level());
    let rows = all.sources.table("reporting").rows::<ReportingRow>();
    let shown = rows.filter(|row| row.area_code == root || row.level == level);
    let by_form = by(shown, |row| row.form);
    let forms = all.pipeline.forms.iter();
    forms
        .filter_map(|form| Some((form, by_form.get(form.id.as_str())?)))
        .filter_map(|(form, rows)| view(all, form, rows))
        .collect()
}

/// None: nobody owed anything up to the period that the page is about.
fn view(all: &Gathering<'_>, form: &Form, rows: &[ReportingRow<'_>]) -> Option<ReportingView> {
    let now = all.period_text();
    let owed = rows
        .iter()
        .filter(|row| row.area_code == all.root() && row.expected > 0);
    let mut periods: Vec<Period> = owed.filter_map(|row| Period::parse_any(row.period)).collect();
    periods.retain(|period| Some(*period) <= all.period);
    periods.sort();
    let whole = rows
        .iter()
        .find(|row| row.area_code == all.root() && row.period == now)?;
    let mut areas: Vec<&ReportingRow<'_>> = (rows.iter())
        .filter(|row| row.period == now && row.area_code != all.root())
        .collect();
    let count = areas.len();
    if count > AREAS {
        // Stable: of equal ones those with the lower code.
        areas.sort_by(|a, b| share(a).total_cmp(&share(b)));
        areas.truncate(AREAS);
        areas.sort_by_key(|row| row.area_code);
    }
    let room = (CELLS / (areas.len() + 1)).clamp(1, PERIODS);
    let periods: Vec<String> = periods[periods.len().saturating_sub(room)..]
        .iter()
        .map(ToString::to_string)
        .collect();
    let by_place: BTreeMap<(&str, &str), &ReportingRow<'_>> =
        rows.iter().map(|row| ((row.area_code, row.period), row)).collect();
    let heat_row = |code: &str| HeatRow {
        area: all.areas.name(code),
        is_root: code == all.root(),
        cells: periods
            .iter()
            .map(|period| cell(by_place.get(&(code, period.as_str())).copied()))
            .collect(),
    };
    let codes = [all.root()].into_iter().chain(areas.iter().map(|row| row.area_code));
    let rows: Vec<HeatRow> = codes.map(heat_row).collect();
    Some(ReportingView {
        digits: digits(rows.iter().map(|row| {
            let values = row.cells.iter().map(|cell| cell.value.as_deref());
            [None].into_iter().chain(values)
        })),
        rows,
        about: about(all, form, (whole, &areas, count)),
        periods,
    })
}

/// What is not known counts as nothing missing: nobody owes anything there.
fn share(row: &ReportingRow<'_>) -> f64 {
    row.usable_share.unwrap_or(1.0)
}

fn cell(row: Option<&ReportingRow<'_>>) -> HeatCell {
    let share = row.and_then(|row| row.usable_share);
    HeatCell {
        shade: share.map_or(0, shade),
        share: share.map(percent),
        value: share.map(six_digits),
        of: row
            .map(|row| format!("{}/{}", row.usable, row.expected))
            .unwrap_or_default(),
    }
}

/// From 1, the least, to 5, all of it; as the key of the chart says.
fn shade(share: f64) -> usize {
    match share {
        share if share >= 1.0 => 5,
        share if share >= 0.95 => 4,
        share if share >= 0.8 => 3,
        share if share >= 0.5 => 2,
        _ => 1,
    }
}

fn about(
    all: &Gathering<'_>,
    form: &Form,
    (whole, areas, count): (&ReportingRow<'_>, &[&ReportingRow<'_>], usize),
) -> Figure {
    let title = words::named(&form.title, &form.id);
    let least = areas
        .iter()
        .filter(|row| row.usable_share.is_some_and(|share| share < 1.0));
    let least = least.reduce(|a, b| if share(b) < share(a) { b } else { a });
    let row = |row: &ReportingRow<'_>| {
        vec![
            Cell::text(all.areas.name(row.area_code)),
            Cell::count(row.expected),
            Cell::count(row.received),
            Cell::count(row.usable),
            Cell::share(row.usable_share),
            row.on_time.map_or_else(Cell::default, Cell::count),
            Cell::count(row.rows_accepted),
            row.rows_expected.map_or_else(Cell::default, Cell::count),
        ]
    };
    let mut notes = under_way(all, form);
    if count > areas.len() {
        notes.push(words::least_of(areas.len(), count));
    }
    Figure {
        id: format!("reporting-{}", form.id),
        headline: words::reported(
            (whole.usable, whole.expected),
            whole.usable_share,
            least.map(|row| (all.areas.name(row.area_code), percent(share(row)))),
        ),
        subtitle: words::joined(&[
            title,
            Text::new(
                "有可用数据的上报单位占应报的比例",
                "Share of expected reporters that sent something usable",
            ),
            words::by_area(&all.level_title(all.pipeline.registry.partition)),
        ]),
        notes,
        table: Sheet {
            columns: vec![
                words::in_period(&Text::new("地区", "Area"), whole.period),
                words::EXPECTED.text(),
                Text::new("收到", "Received"),
                Text::new("可用", "Usable"),
                Text::new("可用份额", "Usable share"),
                Text::new("按时", "On time"),
                Text::new("计入的行", "Rows accepted"),
                Text::new("应有的行", "Rows due"),
            ],
            rows: [whole].into_iter().chain(areas.iter().copied()).map(row).collect(),
        },
    }
}

/// Later periods of which something has come already.
fn under_way(all: &Gathering<'_>, form: &Form) -> Vec<Text> {
    let rows = all.sources.table("reporting").rows::<ReportingRow>();
    let of_root = rows.filter(|row| row.form == form.id && row.area_code == all.root() && row.received > 0);
    let later = of_root.filter(|row| Period::parse_any(row.period) > all.period);
    later
        .map(|row| words::under_way(row.period, row.received, row.expected))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_of_it_has_the_deepest_shade() {
        for (share, expected) in [
            (1.0, 5),
            (0.9999, 4),
            (0.95, 4),
            (0.8, 3),
            (0.5, 2),
            (0.49, 1),
            (0.0, 1),
        ] {
            assert_eq!(shade(share), expected, "{share}");
        }
        assert_eq!(cell(None).share, None);
    }
}
