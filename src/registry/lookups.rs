//! Lookup tables of area dimensions: `code,<dimension>[,source]`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::area::Area;
use super::faults::{Faults, read_table};
use super::shared::{Cross, Lookup};
use super::snapshots::Registry;
use crate::domain::{Diagnostic, plural};
use crate::pipeline::{
    AreaSource, Dimension, DimensionIndex, DimensionLevel, LevelIndex, Pipeline, UNKNOWN, crossed_members,
};

/// One lookup a dimension, None for those of rows.
pub(super) fn read(pipeline: &Pipeline, areas: &[Area], found: &mut Vec<Diagnostic>) -> Vec<Option<Lookup>> {
    let read_one = |dimension: &Dimension| match &dimension.level {
        DimensionLevel::Area { level, source } => Some(match source {
            AreaSource::Table(path) => lookup(dimension, *level, path, areas, pipeline, found),
            AreaSource::Registry => of_level(dimension, *level, areas),
            AreaSource::Cross(of) => of_cross(pipeline, dimension, *level, *of),
        }),
        DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => None,
    };
    pipeline.dimensions.iter().map(read_one).collect()
}

/// Each area of the level is its own member.
fn of_level(dimension: &Dimension, level: LevelIndex, areas: &[Area]) -> Lookup {
    let places: BTreeMap<&str, u16> = (0..)
        .zip(&dimension.members)
        .map(|(at, member)| (member.id.as_str(), at))
        .collect();
    let here = areas.iter().filter(|area| area.level == level);
    let members = here.filter_map(|area| Some((area.code.clone(), *places.get(area.code.as_str())?)));
    Lookup {
        level,
        members: members.collect(),
        unknown: places.get(UNKNOWN).copied(),
        cross: None,
    }
}

/// Each pair of members of two dimensions is a member. Which areas have it follows from those.
fn of_cross(pipeline: &Pipeline, dimension: &Dimension, level: LevelIndex, of: [DimensionIndex; 2]) -> Lookup {
    let places: BTreeMap<&str, u16> = (0..)
        .zip(&dimension.members)
        .map(|(at, member)| (member.id.as_str(), at))
        .collect();
    let [first, second] = of.map(|at| &pipeline.dimensions[at]);
    // Members are counted in 16 bits.
    let pair = |(id, [a, b]): (String, [usize; 2])| Some(((a as u16, b as u16), *places.get(id.as_str())?));
    Lookup {
        level,
        members: BTreeMap::new(),
        unknown: places.get(UNKNOWN).copied(),
        cross: Some(Cross {
            of,
            pairs: crossed_members(first, second).filter_map(pair).collect(),
        }),
    }
}

fn lookup(
    dimension: &Dimension,
    level: LevelIndex,
    source: &Path,
    areas: &[Area],
    pipeline: &Pipeline,
    found: &mut Vec<Diagnostic>,
) -> Lookup {
    let position = |id: &str| {
        dimension
            .members
            .iter()
            .position(|member| member.id == id)
            .map(|at| at as u16)
    };
    let mut lookup = Lookup {
        level,
        members: BTreeMap::new(),
        unknown: position(UNKNOWN),
        cross: None,
    };
    let mut faults = Faults::of(source, found);
    let Some(table) = read_table(source, &mut faults) else {
        return lookup;
    };
    let (code_column, member_column) = (table.column("code"), table.column(&dimension.id));
    for (name, column) in [("code", code_column), (&dimension.id, member_column)] {
        if column.is_none() {
            faults.add(
                "column-missing",
                table.header.span.clone(),
                format!("the column `{name}` is missing"),
            );
        }
    }
    if code_column.is_none() || member_column.is_none() {
        return lookup;
    }
    let codes: BTreeSet<&str> = areas.iter().map(|area| area.code.as_str()).collect();
    let here: BTreeSet<&str> = areas
        .iter()
        .filter(|area| area.level == level)
        .map(|area| area.code.as_str())
        .collect();
    let mut places = BTreeMap::new();
    for record in &table.records {
        let (code, member) = (record.cell(code_column), record.cell(member_column));
        let span = record.span_of(code_column);
        if !here.contains(code) {
            let level = &pipeline.registry.levels[level];
            let why = if codes.contains(code) {
                format!("is no area of level `{level}`")
            } else {
                "is no area of the registry".into()
            };
            faults.add("unknown-area", span.clone(), format!("`{code}` {why}"));
        }
        if let Some(earlier) = places.insert(code.to_owned(), span.clone()) {
            let fault = faults.add("duplicate-code", span, format!("`{code}` has a second row"));
            fault.related = Some((earlier, "the first".into()));
        }
        match position(member) {
            Some(at) => {
                lookup.members.insert(code.to_owned(), at);
            }
            None => {
                let ids: Vec<&str> = dimension.members.iter().map(|member| member.id.as_str()).collect();
                let message = format!("`{member}` is no member of the dimension `{}`", dimension.id);
                faults.hinted(
                    "unknown-member",
                    record.span_of(member_column),
                    message,
                    format!("members: {}", ids.join(", ")),
                );
            }
        }
    }
    lookup
}

/// A diagnostic for each dimension that would lose areas: in force in some period, in no row, and no `unknown` to take them.
pub(super) fn uncovered(pipeline: &Pipeline, registry: &Registry) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (dimension, lookup) in pipeline.dimensions.iter().zip(&registry.shared.lookups) {
        let (
            Some(lookup),
            DimensionLevel::Area {
                source: AreaSource::Table(source),
                ..
            },
        ) = (lookup, &dimension.level)
        else {
            continue;
        };
        if lookup.unknown.is_some() {
            continue;
        }
        let mut lost = BTreeSet::new();
        for day in pipeline.reference_days() {
            let areas = registry.on(day);
            lost.extend(
                areas
                    .at_level(lookup.level)
                    .filter(|a| !lookup.members.contains_key(&a.code))
                    .map(|a| a.code.clone()),
            );
        }
        if let Some(first) = lost.first() {
            let rest = if lost.len() > 1 {
                format!(" and {}", plural(lost.len() - 1, "more area"))
            } else {
                String::new()
            };
            let message = format!(
                "no row for {first}{rest}, and the dimension `{}` has no member `{UNKNOWN}`",
                dimension.id
            );
            let hint = format!("add the rows, or add `{UNKNOWN}` to `order` of the dimension");
            Faults::of(source, &mut found).hinted("areas-without-member", 0..0, message, hint);
        }
    }
    found
}
