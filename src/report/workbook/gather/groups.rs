//! The root by groups, and how unequal its parts are.

use std::collections::BTreeMap;

use crate::report::gather::Gathering;
use crate::report::workbook::fields::{
    Field, ROWS, Show, columns, count, field, figure, holds, latest_first, of_table, sheet,
};
use crate::report::workbook::model::{About, Cell, Column, LeftOut, Sheet};
use crate::report::workbook::names::Names;
use crate::report::workbook::words;
use crate::tables::{Columns, GroupRow, InequalityRow};

const GROUPS: &[Field] = &[
    field(words::PERIOD, "period", Show::Plain),
    field(words::INDICATOR, "indicator", Show::Indicator),
    field(words::DIMENSION, "dimension", Show::Dimension),
    field(words::MEMBER, "member", Show::Member),
    field(words::VALUE, "value", Show::Figure),
    field(words::LOWER, "lower", Show::Figure),
    field(words::UPPER, "upper", Show::Figure),
    field(words::RELATIVE, "relative_to_scope", Show::Figure),
    field(words::SHARE, "denominator_share", Show::Share),
    field(words::NUMERATOR, "numerator", Show::Figure),
    field(words::DENOMINATOR, "denominator", Show::Figure),
    field(words::EXPECTED, "n_expected", Show::Figure),
    field(words::REPORTED, "n_reported", Show::Figure),
    field(words::WHY, "null_reason", Show::Reason),
    field(words::INDICATOR_ID, "indicator", Show::Plain),
];

pub(super) fn groups<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let table = all.sources.table(GroupRow::TABLE);
    let rows = latest_first(table, holds(table, "scope_code", all.root()), |_| false);
    Sheet {
        frozen: 2,
        ..of_table(sheet(words::GROUPS, names), (table, &rows), GROUPS, names)
    }
}

/// Columns before those of the indices.
const HEADS: usize = 5;

/// A row an indicator over some units in a period, a column an index.
pub(super) fn inequality<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let table = all.sources.table(InequalityRow::TABLE);
    let chosen = latest_first(table, holds(table, "scope_code", all.root()), |_| false);
    let chosen: Vec<InequalityRow<'a>> = chosen.iter().filter_map(|row| table.row(*row)).collect();
    // An index that nothing defines here has no column.
    let mut indices: Vec<(&str, String)> = names.indices().collect();
    let present: std::collections::BTreeSet<&str> = chosen.iter().map(|row| row.inequality_index).collect();
    indices.retain(|(id, _)| present.contains(id));
    let places: BTreeMap<&str, usize> = indices.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let mut rows: Vec<Vec<Cell<'a>>> = Vec::new();
    let mut last = None;
    for row in &chosen {
        let key = (row.period, row.indicator, row.dimension, row.computed_over);
        if last != Some(key) {
            last = Some(key);
            rows.push(heads(row, indices.len(), names));
        }
        if let (Some(cells), Some(at)) = (rows.last_mut(), places.get(row.inequality_index)) {
            cells[HEADS + at] = figure(row.value);
        }
    }
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let heads = [
        (words::PERIOD, "period"),
        (words::INDICATOR, "indicator"),
        (words::DIMENSION, "dimension"),
        (words::OVER, "computed_over"),
        (words::N_UNITS, "n_units"),
    ];
    let mut columns = columns(InequalityRow::TABLE, &heads, names);
    columns.extend(indices.into_iter().map(|(_, title)| Column {
        title,
        about: About::Table {
            table: InequalityRow::TABLE,
            column: "value",
            each: Some(words::EACH_INDEX.get(names.lang).to_owned()),
        },
    }));
    Sheet {
        columns,
        rows,
        frozen: 2,
        left_out: LeftOut { rows: more, columns: 0 },
        ..sheet(words::INEQUALITY, names)
    }
}

fn heads<'a>(row: &InequalityRow<'a>, indices: usize, names: &'a Names<'a>) -> Vec<Cell<'a>> {
    let whole = words::WHOLE.get(names.lang);
    let mut cells = vec![
        Cell::text(row.period),
        Cell::text(names.indicator(row.indicator)),
        Cell::text(row.dimension.map_or(whole, |dimension| names.dimension(dimension))),
        Cell::text(names.units_of_index(row.computed_over)),
        count(row.n_units),
    ];
    cells.resize(HEADS + indices, Cell::Empty);
    cells
}
