//! Indices of inequality over areas, with their bounds.

use std::collections::BTreeMap;

use super::common::by;
use super::described::Described;
use crate::domain::{Text, index_specs};
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::page::context::{Cell, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::titles::reason_title;
use crate::report::words::{self, Words};
use crate::tables::InequalityRow;

/// The indices that the page shows.
const INDICES: [&str; 2] = ["gini", "theil_t"];

/// What an index of groups is computed over.
const MEMBERS: &str = "member";

const KIND: Words = Words("界限", "Bounds");
const BOUNDS: Words = Words("上下限", "Bounds");
const UNITS: Words = Words("单元数", "Units");

/// Indices over the areas of the root in the latest period, by indicator.
pub(super) struct Inequality<'a> {
    all: &'a Gathering<'a>,
    described: Described<'a>,
    rows: BTreeMap<&'a str, Vec<InequalityRow<'a>>>,
    /// Those over the members of a dimension, by dimension and indicator.
    between: BTreeMap<(&'a str, &'a str), Vec<InequalityRow<'a>>>,
}

impl<'a> Inequality<'a> {
    pub(super) fn new(all: &'a Gathering<'a>) -> Inequality<'a> {
        let described = Described::of::<InequalityRow<'a>>(all);
        let (root, now) = (all.root(), all.period_text());
        let mut rows: BTreeMap<&str, Vec<InequalityRow<'a>>> = BTreeMap::new();
        let mut between: BTreeMap<(&str, &str), Vec<InequalityRow<'a>>> = BTreeMap::new();
        for row in described.rows::<InequalityRow<'a>>() {
            let is_shown = INDICES.contains(&row.inequality_index);
            if !is_shown || row.scope_code != root || row.period != now {
                continue;
            }
            match row.dimension {
                None => rows.entry(row.indicator).or_default().push(row),
                Some(dimension) if row.computed_over == MEMBERS => {
                    between.entry((dimension, row.indicator)).or_default().push(row);
                }
                Some(_) => {}
            }
        }
        Inequality {
            all,
            described,
            rows,
            between,
        }
    }

    /// The indices of an indicator over the areas of a level, each as a line beside its curve.
    pub(super) fn lines(&self, indicator: &str, level: &str) -> Vec<Text> {
        let rows = self.rows.get(indicator).map_or(&[][..], Vec::as_slice);
        let of_index = |index: &str| {
            rows.iter()
                .find(|row| row.inequality_index == index && row.computed_over == level)
        };
        INDICES
            .into_iter()
            .filter_map(|index| Some(self.line(of_index(index)?)))
            .collect()
    }

    /// The indices of an indicator over the members of a dimension, in a line. None: there are none.
    pub(super) fn between(&self, dimension: &str, indicator: &str) -> Option<Text> {
        let rows = self.between.get(&(dimension, indicator))?;
        let of_index = |index: &str| rows.iter().find(|row| row.inequality_index == index);
        let lines: Vec<Text> = INDICES
            .into_iter()
            .filter_map(|index| Some(self.line(of_index(index)?)))
            .collect();
        Some(words::labelled_text(
            &Text::new("各组之间的不平等", "Inequality between the groups"),
            &words::joined(&lines),
        ))
    }

    fn line(&self, row: &InequalityRow<'_>) -> Text {
        let why = |reason: Option<&str>| reason_title(self.all.reasons, reason.unwrap_or_default());
        let value = row.value.ok_or_else(|| why(row.null_reason));
        let bounds = row
            .lower
            .zip(row.upper)
            .map(|(lower, upper)| (lower, upper, row.bounds_kind == Some("exact")));
        sentences::index(
            &index_title(row.inequality_index),
            value,
            bounds.ok_or_else(|| why(row.bounds_null_reason)),
        )
    }

    /// All of them as a table, a row for each indicator and kind of areas. None: there are none.
    pub(super) fn table(&self) -> Option<Figure> {
        let indicators = goals_first(self.all.pipeline).filter_map(|(_, indicator)| {
            let rows = self.rows.get(indicator.id.as_str())?;
            Some((titled(self.all.pipeline, indicator), rows))
        });
        let by_level = indicators.flat_map(|(title, rows)| {
            let by_level = by(rows.iter(), |row| row.computed_over);
            by_level.into_values().map(move |rows| (title.clone(), rows))
        });
        let rows: Vec<(Text, Vec<&InequalityRow<'_>>)> = by_level.collect();
        if rows.is_empty() {
            return None;
        }
        let all = || rows.iter().flat_map(|(_, rows)| rows);
        let described = &self.described;
        let kinds = ["exact", "outer"]
            .map(|kind| words::labelled_text(&sentences::bounds_kind(kind), &described.meaning("bounds_kind", kind)));
        let mut columns = vec![words::INDICATOR.text()];
        for index in INDICES {
            columns.push(index_title(index));
            columns.extend([words::LOWER, words::UPPER, KIND].map(|header| header.text()));
        }
        columns.push(UNITS.text());
        Some(Figure {
            id: "inequality".to_owned(),
            headline: sentences::bounded_indices(all().filter(|row| row.lower.is_some()).count(), all().count()),
            subtitle: words::joined(&[
                Text::new(
                    "各地区之间的不平等，以分母加权",
                    "Inequality of areas, weighted by denominators",
                ),
                self.all.place_and_time(),
            ]),
            notes: [described.explained(&[(UNITS, "n_units")])]
                .into_iter()
                .chain(described.caveat((BOUNDS, "lower")))
                .chain(kinds)
                .collect(),
            table: Sheet {
                columns,
                rows: rows.iter().map(|(title, rows)| self.row(title, rows)).collect(),
            },
        })
    }

    fn row(&self, title: &Text, rows: &[&InequalityRow<'_>]) -> Vec<Cell> {
        let described = &self.described;
        let mut cells = vec![Cell::text(title.clone())];
        for index in INDICES {
            let own = rows.iter().find(|row| row.inequality_index == index);
            cells.extend(own.map_or_else(<[Cell; 4]>::default, |row| {
                let kind = row.bounds_kind.map(|kind| Cell::text(sentences::bounds_kind(kind)));
                [
                    described.or_reason(Cell::figure(row.value), row.null_reason),
                    described.or_reason(Cell::figure(row.lower), row.bounds_null_reason),
                    Cell::figure(row.upper),
                    kind.unwrap_or_default(),
                ]
            }));
        }
        cells.push(Cell::count(rows[0].n_units));
        cells
    }
}

fn index_title(id: &str) -> Text {
    let spec = index_specs().iter().find(|spec| spec.id == id);
    spec.map_or_else(|| words::same(id), |spec| spec.title.clone())
}
