//! Who sends in a sample: areas of the lowest level, spread evenly over the partitions.

use std::collections::{BTreeMap, BTreeSet};

use super::chance::{stream, uniform};
use super::recipe::Recipe;
use crate::domain::Period;
use crate::pipeline::{DimensionLevel, LevelIndex, Pipeline};
use crate::registry::{Area, Areas};

/// How many reporters a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counties {
    /// Every one.
    All,
    /// So many of every partition, and those that the recipe names.
    Some(usize),
}

/// An area that sends submissions.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    pub(super) code: String,
    /// The code under which the area was first known: what is drawn of it stays the same under every later one.
    pub(super) origin: String,
    pub(super) name: String,
    /// Code and name of itself and its ancestors, by level.
    pub(super) line: BTreeMap<LevelIndex, (String, String)>,
    /// Beginnings of the codes of what lies in it.
    pub(super) bases: Vec<String>,
    /// Member by dimension of areas.
    pub(super) members: BTreeMap<String, String>,
    /// The code that the area had in earlier periods.
    pub(super) former: Option<String>,
    /// Earlier periods in which it had other ground.
    pub(super) other_ground: BTreeSet<Period>,
}

/// The areas of one period.
pub(super) struct Cast {
    /// Those who owe every form, by code.
    pub(super) reporters: Vec<Reporter>,
    /// Areas of the same level that owe nothing.
    pub(super) uncalled: Vec<Reporter>,
}

/// Chooses the reporters of a period. Each area has a fixed rank, so that later periods have the same ones. `origins`: the codes under
/// which areas that have another one by now were first known.
pub(super) fn cast(
    pipeline: &Pipeline,
    recipe: &Recipe,
    areas: &Areas,
    period: Period,
    seed: u64,
    counties: Counties,
    origins: &BTreeMap<String, String>,
) -> Cast {
    let leaf = pipeline.registry.leaf();
    let all: Vec<&Area> = areas
        .at_level(leaf)
        .filter(|area| area.is_valid_on(period.end()))
        .collect();
    let claimed = |area: &Area| {
        let by = |other: &&Area| {
            other.code != area.code && other.code_prefixes.iter().any(|p| area.code.starts_with(p.as_str()))
        };
        all.iter().any(by)
    };
    let with_prefixes = all.iter().any(|area| !area.code_prefixes.is_empty());
    let free: Vec<&Area> = all
        .iter()
        .copied()
        .filter(|area| !with_prefixes || !claimed(area))
        .collect();
    let (silent, speaking): (Vec<&Area>, Vec<&Area>) = free
        .into_iter()
        .partition(|area| recipe.silent_kinds.contains(&area.kind));
    let chosen = match counties {
        Counties::All => speaking,
        Counties::Some(n) => choose(pipeline, recipe, areas, (seed, origins), speaking, n),
    };
    let recoded = areas.recoded();
    let reporter = |area: &&Area| Reporter {
        former: recoded.get(&area.code).cloned(),
        origin: origins.get(&area.code).unwrap_or(&area.code).clone(),
        ..of_area(pipeline, areas, &all, area)
    };
    Cast {
        reporters: chosen.iter().map(reporter).collect(),
        uncalled: silent.iter().map(reporter).collect(),
    }
}

/// The named ones and `n` more of each partition.
fn choose<'a>(
    pipeline: &Pipeline,
    recipe: &Recipe,
    areas: &Areas,
    (seed, origins): (u64, &BTreeMap<String, String>),
    all: Vec<&'a Area>,
    n: usize,
) -> Vec<&'a Area> {
    let mut by_partition: BTreeMap<&str, Vec<(bool, f64, &'a Area)>> = BTreeMap::new();
    for area in all {
        let partition = areas
            .ancestor_at(&area.code, pipeline.registry.partition)
            .map_or("", |a| a.code.as_str());
        let origin = origins.get(&area.code).unwrap_or(&area.code);
        let rank = uniform(&mut stream(seed, &["rank", origin]));
        by_partition
            .entry(partition)
            .or_default()
            .push((!recipe.always.contains(&area.code), rank, area));
    }
    let mut chosen = BTreeMap::new();
    for ranked in by_partition.values_mut() {
        ranked.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.code.cmp(&b.2.code)));
        let named = ranked.iter().take_while(|(plain, _, _)| !plain).count();
        chosen.extend(
            ranked
                .iter()
                .take(n + named)
                .map(|(_, _, area)| (area.code.clone(), *area)),
        );
    }
    chosen.into_values().collect()
}

fn of_area(pipeline: &Pipeline, areas: &Areas, all: &[&Area], area: &Area) -> Reporter {
    let line = areas
        .ancestors(&area.code)
        .into_iter()
        .map(|a| (a.level, (a.code.clone(), a.name.clone())))
        .collect();
    let mut members = BTreeMap::new();
    for (index, dimension) in pipeline.dimensions.iter().enumerate() {
        if matches!(dimension.level, DimensionLevel::Area { .. })
            && let Some(member) = areas
                .member(index, &area.code)
                .and_then(|m| dimension.members.get(usize::from(m)))
        {
            members.insert(dimension.id.clone(), member.id.clone());
        }
    }
    Reporter {
        code: area.code.clone(),
        origin: area.code.clone(),
        name: area.name.clone(),
        line,
        bases: bases(all, area),
        members,
        former: None,
        other_ground: BTreeSet::new(),
    }
}

/// The codes of the areas that its prefixes claim; else a prefix as long as a code; else its own code.
fn bases(all: &[&Area], area: &Area) -> Vec<String> {
    let mut found = BTreeSet::new();
    for prefix in &area.code_prefixes {
        let claimed = all
            .iter()
            .filter(|a| a.code != area.code && a.code.starts_with(prefix.as_str()));
        let before = found.len();
        found.extend(claimed.map(|a| a.code.clone()));
        if found.len() == before && prefix.len() == area.code.len() {
            found.insert(prefix.clone());
        }
    }
    if found.is_empty() {
        found.insert(area.code.clone());
    }
    found.into_iter().collect()
}
