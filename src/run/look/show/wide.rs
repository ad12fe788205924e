//! A row an area and period, a column an indicator.

use std::collections::HashMap;

use super::super::error::LookError;
use super::condition::Condition;
use super::select::select;
use super::stored::{Stored, column};
use crate::pipeline::Pipeline;
use crate::report::indicator_title;
use crate::tables::{ColumnSpec, Columns, Frame, IndicatorRow, Value};

/// Columns that tell the rows apart.
pub(super) const KEY: [&str; 2] = ["period", "area_code"];
/// Columns that every indicator of an area and period has alike.
const SHARED: [&str; 4] = ["period", "area_code", "area_name", "level"];
/// The column that is spread.
const SPREAD: &str = "indicator";

/// Spreads some columns of the table of indicators over a column an indicator.
pub(super) fn wide(
    pipeline: &Pipeline,
    stored: &Stored,
    condition: Option<&Condition>,
    figures: &[String],
) -> Result<(Vec<ColumnSpec>, Frame), LookError> {
    let has = |name: &&str| stored.columns.iter().any(|column| column.name == **name);
    if !SHARED.iter().chain([&SPREAD]).all(has) {
        return Err(LookError::NotWide {
            table: IndicatorRow::TABLE,
        });
    }
    let figures: Vec<&ColumnSpec> = (figures.iter())
        .map(|figure| column(figure, &stored.columns))
        .collect::<Result<_, _>>()?;
    let mut names: Vec<&str> = SHARED.to_vec();
    names.push(SPREAD);
    names.extend(figures.iter().map(|figure| figure.name.as_str()));
    let long = select(stored, condition, 0, &names)?.columns;
    let rows = Spread::of(&long, pipeline);
    let mut columns: Vec<ColumnSpec> = SHARED
        .iter()
        .map(|name| column(name, &stored.columns).cloned())
        .collect::<Result<_, _>>()?;
    let mut frame = chosen(&long, &SHARED).picked(&rows.first);
    for (indicator, places) in &rows.indicators {
        for figure in &figures {
            let spec = spec(pipeline, indicator, figure, figures.len() > 1);
            let mut values = chosen(&long, &[&figure.name]).picked_or_null(places);
            frame
                .columns
                .extend(values.columns.pop().map(|(_, values)| (spec.name.clone(), values)));
            columns.push(spec);
        }
    }
    Ok((columns, frame))
}

/// Where each cell of the wide rows comes from.
struct Spread<'f> {
    /// The first long row of each wide row.
    first: Vec<usize>,
    /// Of each indicator, the long row behind each wide row.
    indicators: Vec<(&'f str, Vec<Option<usize>>)>,
}

impl<'f> Spread<'f> {
    /// Wide rows are in the order of the long ones, indicators in that of the definition.
    fn of(long: &'f Frame, pipeline: &Pipeline) -> Spread<'f> {
        let text = |name: &str, row: usize| match long.column(name).map(|values| values.get(row)) {
            Some(Value::Text(Some(text))) => text,
            _ => "",
        };
        let mut rows: HashMap<(&str, &str), usize> = HashMap::new();
        let mut found: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
        let mut first = Vec::new();
        for row in 0..long.height {
            let key = (text(KEY[0], row), text(KEY[1], row));
            let at = *rows.entry(key).or_insert_with(|| {
                first.push(row);
                first.len() - 1
            });
            found.entry(text(SPREAD, row)).or_default().push((at, row));
        }
        let place = |id: &str| pipeline.indicators.iter().position(|indicator| indicator.id == id);
        let mut order: Vec<&str> = found.keys().copied().collect();
        order.sort_by_key(|id| (place(id).unwrap_or(usize::MAX), *id));
        let indicators = order.into_iter().map(|id| {
            let mut places = vec![None; first.len()];
            for &(at, row) in &found[id] {
                places[at] = Some(row);
            }
            (id, places)
        });
        Spread {
            indicators: indicators.collect(),
            first,
        }
    }
}

fn chosen(frame: &Frame, names: &[&str]) -> Frame {
    let columns = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), frame.column(name)?.clone())));
    Frame {
        columns: columns.collect(),
        height: frame.height,
    }
}

/// The column of an indicator.
fn spec(pipeline: &Pipeline, indicator: &str, figure: &ColumnSpec, several: bool) -> ColumnSpec {
    let title = indicator_title(pipeline, indicator);
    let (name, title) = match several {
        true => (format!("{indicator}_{}", figure.name), title.and(&figure.title)),
        false => (indicator.to_owned(), title),
    };
    ColumnSpec {
        name,
        title,
        null: Some(figure.null.clone().unwrap_or_default()),
        null_in: None,
        ..figure.clone()
    }
}
