//! Where the areas of each day lie that a form is judged on: what the imbalance tables ask of the registry.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::coverage::Coverage;
use crate::domain::{Cell, IndicatorCells};
use crate::imbalance::{Place, Places, Scope};
use crate::pipeline::{DimensionLevel, Pipeline};
use crate::registry::{Area, Areas, Registry};

/// The places of every area that owes something or has cells.
pub fn places(
    pipeline: &Pipeline,
    registry: &Registry,
    cells: &[IndicatorCells],
    coverage: &Coverage,
) -> BTreeMap<Date, Places> {
    let mut codes: BTreeMap<Date, BTreeSet<&str>> = BTreeMap::new();
    let form_of = |indicator: usize| {
        let measure = &pipeline.measures[pipeline.indicators[indicator].denominator];
        &pipeline.forms[measure.form]
    };
    for found in cells {
        codes
            .entry(form_of(found.indicator).reference(found.period))
            .or_default()
            .extend(by_area(&found.cells).map(|cells| cells[0].area_code.as_str()));
    }
    for (&(period, form), owed) in coverage {
        codes
            .entry(pipeline.forms[form].reference(period))
            .or_default()
            .extend(owed.expected.keys().map(String::as_str));
    }
    let of_day = |(day, codes): (Date, BTreeSet<&str>)| {
        let areas = registry.on(day);
        let level = pipeline.registry.partition;
        let root = &areas.root().code;
        let scope = |area: &Area| Scope {
            code: area.code.clone(),
            name: area.name.clone(),
        };
        let below = areas.at_level(level).filter(|area| area.code != *root);
        let scopes: Vec<Scope> = std::iter::once(areas.root()).chain(below).map(scope).collect();
        let place = |code: &str| {
            let scope = areas
                .ancestor_at(code, level)
                .and_then(|area| scopes.iter().position(|s| s.code == area.code));
            Place {
                scope,
                level: areas.get(code).map_or(0, |area| area.level),
                members: members(pipeline, &areas, code),
            }
        };
        let found = codes.into_iter().map(|code| (code.to_string(), place(code))).collect();
        (day, Places { areas: found, scopes })
    };
    codes.into_iter().map(of_day).collect()
}

/// Cells are sorted by area: one look at each area, not at each cell.
fn by_area(cells: &[Cell]) -> impl Iterator<Item = &[Cell]> {
    cells.chunk_by(|a, b| a.area_code == b.area_code)
}

fn members(pipeline: &Pipeline, areas: &Areas, code: &str) -> Vec<Option<u16>> {
    let member = |(at, dimension): (usize, &crate::pipeline::Dimension)| match dimension.level {
        DimensionLevel::Area { .. } => areas.member(at, code),
        DimensionLevel::Row { .. } => None,
    };
    pipeline.dimensions.iter().enumerate().map(member).collect()
}
