//! Which areas are neighbours: pairs of a table, or areas whose centroids are nearest to each other.

mod centroids;
mod pairs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Area;
use super::faults::{Faults, read_table};
use crate::domain::Diagnostic;
use centroids::Centroid;

/// Unknown codes that are told one by one.
const MOST_ALIKE: usize = 5;
/// How many areas are nearest where the definition does not say.
const NEAREST: usize = 6;

/// Which areas are neighbours.
#[derive(Debug)]
pub enum Neighbours {
    /// By code, the neighbours of an area with their weights. A pair counts in both directions.
    Pairs(BTreeMap<String, BTreeMap<String, f64>>),
    /// The areas nearest to an area are its neighbours; it need not be one of theirs.
    Nearest {
        /// How many.
        count: usize,
        /// By code.
        centroids: BTreeMap<String, Centroid>,
    },
}

impl Default for Neighbours {
    fn default() -> Neighbours {
        Neighbours::Pairs(BTreeMap::new())
    }
}

impl Neighbours {
    /// Whether no area has a neighbour.
    pub fn is_empty(&self) -> bool {
        match self {
            Neighbours::Pairs(of) => of.is_empty(),
            Neighbours::Nearest { centroids, .. } => centroids.len() < 2,
        }
    }

    /// How many of these areas, which are of one level and in force together, have a neighbour among them.
    pub(super) fn with_neighbours(&self, codes: &[&str]) -> usize {
        match self {
            Neighbours::Pairs(_) => self.among(codes).iter().filter(|near| !near.is_empty()).count(),
            // Whoever has a centroid is near to another, if there is one.
            Neighbours::Nearest { centroids, .. } => {
                let placed = codes.iter().filter(|code| centroids.contains_key(**code)).count();
                if placed > 1 { placed } else { 0 }
            }
        }
    }

    /// Every code that the table names.
    pub(super) fn codes(&self) -> BTreeSet<&str> {
        match self {
            Neighbours::Pairs(of) => of.keys().map(String::as_str).collect(),
            Neighbours::Nearest { centroids, .. } => centroids.keys().map(String::as_str).collect(),
        }
    }

    /// Of each area its neighbours among these areas, which are of one level and in force together: their places in the list, in ascending order,
    /// with weights.
    pub fn among(&self, codes: &[&str]) -> Vec<Vec<(usize, f64)>> {
        match self {
            Neighbours::Pairs(of) => {
                let places: BTreeMap<&str, usize> = codes.iter().copied().zip(0..).collect();
                let placed = |(code, weight): (&String, &f64)| Some((*places.get(code.as_str())?, *weight));
                let near = |code: &&str| {
                    let mut near: Vec<_> = of.get(*code).into_iter().flatten().filter_map(placed).collect();
                    near.sort_by_key(|(place, _)| *place);
                    near
                };
                codes.iter().map(near).collect()
            }
            Neighbours::Nearest { count, centroids } => centroids::nearest(*count, centroids, codes),
        }
    }
}

/// Reads a table of pairs, or of centroids; whatever is wrong goes to `found`. `nearest`: how many areas nearest to an area are its neighbours.
pub(super) fn read(path: &Path, nearest: Option<usize>, areas: &[Area], found: &mut Vec<Diagnostic>) -> Neighbours {
    let mut faults = Faults::of(path, found);
    let Some(table) = read_table(path, &mut faults) else {
        return Neighbours::default();
    };
    let has = |name: &str| table.column(name).is_some();
    let are_centroids = has("longitude") || has("latitude");
    let needed: &[&str] = if are_centroids {
        &["area_code", "longitude", "latitude"]
    } else {
        &["area_code", "neighbour_code"]
    };
    let missing: Vec<&&str> = needed.iter().filter(|name| !has(name)).collect();
    for name in &missing {
        let message = format!("the column `{name}` is missing");
        let hint = "columns of pairs: area_code, neighbour_code, weight; of centroids: area_code, longitude, latitude";
        faults.hinted("column-missing", table.header.span.clone(), message, hint);
    }
    if !missing.is_empty() {
        return Neighbours::default();
    }
    if !are_centroids && nearest.is_some() {
        let message = "`nearest` of `[registry]` means nothing for a table of pairs";
        let hint = "it counts areas by the distance of their centroids: area_code, longitude, latitude";
        faults.hinted("misplaced-key", table.header.span.clone(), message, hint);
    }
    let neighbours = if are_centroids {
        Neighbours::Nearest {
            count: nearest.unwrap_or(NEAREST),
            centroids: centroids::of_table(&table, areas, &mut faults),
        }
    } else {
        Neighbours::Pairs(pairs::of_table(&table, areas, &mut faults))
    };
    // Where many codes are unknown, the table is of another registry.
    faults.fold("unknown-area", MOST_ALIKE);
    neighbours
}
