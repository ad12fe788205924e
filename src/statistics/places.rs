//! Where areas lie and which members they belong to, on each day that a form is judged on.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::coverage::Coverage;
use crate::domain::{CellKeys, IndicatorCells};
use crate::pipeline::{Dimension, DimensionLevel, LevelIndex, Pipeline};
use crate::registry::{Area, Areas, Registry};

/// An area within which figures are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Code of the area.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Where an area lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Name of the area.
    pub name: String,
    /// Index into [`Places::scopes`] of the partition-level area it lies in; None: in the root alone.
    pub scope: Option<usize>,
    /// Level of the area.
    pub level: LevelIndex,
    /// One entry a dimension of the pipeline: index into its members; None where it has no entry (or groups rows).
    pub members: Vec<Option<u16>>,
    /// Indices into [`Places::told`]: of the area itself, and of all areas that it lies in.
    pub chain: Vec<usize>,
    /// The largest denominators that it may have, by column of the divisions.
    pub limits: BTreeMap<String, f64>,
}

/// An area of which figures are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: LevelIndex,
}

/// The areas of one period.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The scopes: the root, then the areas of the partition level in ascending order of codes.
    pub scopes: Vec<Scope>,
    /// Every area in force that owes something, has sent something or has cells, by code.
    pub areas: BTreeMap<String, Place>,
    /// These areas and all that they lie in, in ascending order of codes.
    pub told: Vec<Told>,
}

/// The places of every area in force that owes something, has sent something or has cells.
pub fn places(
    pipeline: &Pipeline,
    registry: &Registry,
    cells: &[IndicatorCells],
    coverage: &Coverage,
) -> BTreeMap<Date, Places> {
    let mut codes: BTreeMap<Date, Vec<&str>> = BTreeMap::new();
    let form_of = |indicator: usize| {
        let measure = &pipeline.measures[pipeline.indicators[indicator].denominator];
        &pipeline.forms[measure.form]
    };
    let mut seen: Vec<(Date, Arc<CellKeys>)> = Vec::new();
    for found in cells {
        let reference = form_of(found.indicator).reference(found.period);
        let of_day = codes.entry(reference).or_default();
        // The indicators of a form share their areas.
        if !seen
            .iter()
            .any(|(day, keys)| *day == reference && Arc::ptr_eq(keys, &found.keys))
        {
            merge(of_day, found.keys.areas.iter().map(String::as_str));
            seen.push((reference, Arc::clone(&found.keys)));
        }
        // Those of the numerator's form may be judged on another day.
        let spec = &pipeline.indicators[found.indicator];
        let [above, _] = pipeline.forms_of(spec);
        if let Some(owed) = coverage
            .get(&(found.period, above))
            .filter(|_| pipeline.has_two_forms(spec))
        {
            merge(of_day, owed.expected.keys().map(String::as_str));
            merge(of_day, owed.received.keys().map(String::as_str));
        }
    }
    for (&(period, form), owed) in coverage {
        let of_day = codes.entry(pipeline.forms[form].reference(period)).or_default();
        merge(of_day, owed.expected.keys().map(String::as_str));
        merge(of_day, owed.received.keys().map(String::as_str));
    }
    let of_day = |(day, codes): (Date, Vec<&str>)| (day, places_among(pipeline, &registry.on(day), codes));
    codes.into_iter().map(of_day).collect()
}

/// Adds ascending codes to others. Most lists have the same codes: these are only compared.
pub(super) fn merge<'a>(all: &mut Vec<&'a str>, more: impl ExactSizeIterator<Item = &'a str> + Clone) {
    if more.len() == all.len() && more.clone().eq(all.iter().copied()) {
        return;
    }
    all.extend(more);
    all.sort();
    all.dedup();
}

/// The places of those of some areas that are in force; their codes ascend.
pub(super) fn places_among<'a>(pipeline: &Pipeline, areas: &Areas, codes: impl IntoIterator<Item = &'a str>) -> Places {
    let level = pipeline.registry.partition;
    let root = &areas.root().code;
    let scope = |area: &Area| Scope {
        code: area.code.clone(),
        name: area.name.clone(),
    };
    let below = areas.at_level(level).filter(|area| area.code != *root);
    let scopes: Vec<Scope> = std::iter::once(areas.root()).chain(below).map(scope).collect();
    let number_of: HashMap<&str, usize> = scopes.iter().map(|scope| scope.code.as_str()).zip(0..).collect();
    let codes: Vec<&str> = codes.into_iter().filter(|code| areas.get(code).is_some()).collect();
    let above = codes.iter().flat_map(|code| areas.ancestors(code));
    let told: BTreeMap<&str, &Area> = above.map(|area| (area.code.as_str(), area)).collect();
    let places_of_told: HashMap<&str, usize> = told.keys().copied().zip(0..).collect();
    let place = |code: &str| {
        let scope = areas
            .ancestor_at(code, level)
            .and_then(|area| number_of.get(area.code.as_str()).copied());
        let area = areas.get(code)?;
        let place = Place {
            name: area.name.clone(),
            scope,
            level: area.level,
            members: members(pipeline, areas, code),
            chain: (areas.ancestors(code).iter())
                .map(|area| places_of_told[area.code.as_str()])
                .collect(),
            limits: area.limits.clone(),
        };
        Some((code.to_string(), place))
    };
    let found = codes.into_iter().filter_map(place).collect();
    let told = told.into_values().map(|area| Told {
        code: area.code.clone(),
        name: area.name.clone(),
        level: area.level,
    });
    let told = told.collect();
    Places {
        areas: found,
        scopes,
        told,
    }
}

fn members(pipeline: &Pipeline, areas: &Areas, code: &str) -> Vec<Option<u16>> {
    let member = |(at, dimension): (usize, &Dimension)| match dimension.level {
        DimensionLevel::Area { .. } => areas.member(at, code),
        DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => None,
    };
    pipeline.dimensions.iter().enumerate().map(member).collect()
}
