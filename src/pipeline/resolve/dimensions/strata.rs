//! Strata by which the gaps of a dimension are split.

use crate::pipeline::definition::{DimensionDef, Located};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::model::{Dimension, DimensionIndex, DimensionLevel, LevelIndex, MOST_SPLIT_STRATA};

/// The strata of a dimension. Warns where there may be more than mixes are split over.
pub(super) fn resolve(
    at: DimensionIndex,
    written: &DimensionDef,
    dimensions: &[Dimension],
    source: &Source,
    faults: &mut Faults,
) -> Vec<DimensionIndex> {
    let strata = strata(at, written, dimensions, source, faults);
    if strata.len() > MOST_SPLIT_STRATA && !dimensions[at].compare.is_empty() {
        let named = written.strata.as_ref().and_then(|names| names.get(MOST_SPLIT_STRATA));
        let span = named.map_or_else(|| written.id.span(), Located::span);
        let message = format!(
            "gaps of `{}` have up to {} dimensions of strata: the tables of mixes have no rows of a gap with more than {MOST_SPLIT_STRATA}",
            written.id,
            strata.len()
        );
        let hint = format!("name at most {MOST_SPLIT_STRATA} in `strata`");
        faults.warn(source, "too-many-strata", span, message, hint);
    }
    strata
}

/// As written; else every other dimension that is no cross. One of areas leaves out those of areas of its own level, a cross all that it is made of and those of
/// areas of the level of one of these.
fn strata(
    at: DimensionIndex,
    written: &DimensionDef,
    dimensions: &[Dimension],
    source: &Source,
    faults: &mut Faults,
) -> Vec<DimensionIndex> {
    let Some(names) = &written.strata else {
        let own = levels_of_areas(dimensions, at);
        let same_level = |other: &Dimension| match other.level {
            DimensionLevel::Area { level, .. } => own.contains(&level),
            DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => false,
        };
        // A cross says nothing that the dimensions it is made of do not.
        let is_cross_or_part =
            |other: usize| dimensions[other].level.crossed().is_some() || is_made_of(dimensions, at, other);
        return (0..dimensions.len())
            .filter(|&other| other != at && !same_level(&dimensions[other]) && !is_cross_or_part(other))
            .collect();
    };
    let mut all = Vec::new();
    for name in names {
        match dimensions.iter().position(|d| d.id == **name) {
            Some(other) if other == at => {
                let message = format!("`{}` cannot be a stratum of itself", name);
                let hint = "name other dimensions".to_owned();
                faults.add(source, "wrong-value", name.span(), message, hint);
            }
            Some(other) if all.contains(&other) => {
                let message = format!("`{}` is among the strata twice", name);
                faults.add(source, "wrong-value", name.span(), message, "name it once".to_owned());
            }
            Some(other) if is_made_of(dimensions, other, at) || is_made_of(dimensions, at, other) => {
                let message = format!("`{}` cannot be a stratum of `{}`", name, dimensions[at].id);
                let hint =
                    "one of both crosses the other, so that each stratum lies in one group: name other dimensions";
                faults.add(source, "wrong-value", name.span(), message, hint.to_owned());
            }
            Some(other) => all.push(other),
            None => {
                let known = dimensions.iter().map(|d| d.id.as_str());
                faults.unknown(source, "unknown-dimension", name, "dimension", known);
            }
        }
    }
    all
}

/// Levels of the areas that a dimension groups, or that those group which a cross is made of.
fn levels_of_areas(dimensions: &[Dimension], at: DimensionIndex) -> Vec<LevelIndex> {
    match &dimensions[at].level {
        DimensionLevel::Area { level, .. } => vec![*level],
        DimensionLevel::Row { .. } => Vec::new(),
        DimensionLevel::Pairs(pairs) => {
            let parts = pairs.of.into_iter();
            parts.flat_map(|part| levels_of_areas(dimensions, part)).collect()
        }
    }
}

/// Whether a dimension is one of the two that a cross is made of, or is made of in turn.
fn is_made_of(dimensions: &[Dimension], cross: DimensionIndex, part: DimensionIndex) -> bool {
    let parts = dimensions[cross].level.crossed();
    parts.is_some_and(|parts| (parts.into_iter()).any(|one| one == part || is_made_of(dimensions, one, part)))
}
