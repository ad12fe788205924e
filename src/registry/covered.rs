//! How much of a level the table of neighbours covers.

use std::collections::BTreeSet;

use super::neighbours::Neighbours;
use super::snapshots::Registry;
use crate::domain::{Diagnostic, Period};
use crate::pipeline::{LevelIndex, Pipeline};

/// With fewer areas the tables of neighbours have no figures.
pub const FEWEST_NEIGHBOURS: usize = 10;

/// Warns of a table that names no neighbours, and of each level of which it covers too few for figures, or less than half.
pub(super) fn covered(pipeline: &Pipeline, registry: &Registry) -> Vec<Diagnostic> {
    let Some(path) = &pipeline.registry.neighbours else {
        return Vec::new();
    };
    let warning = |message: String, hint: &str| Diagnostic {
        code: "few-neighbours",
        message,
        file: path.clone(),
        span: 0..0,
        related: None,
        hint: Some(hint.to_owned()),
    };
    let neighbours = registry.neighbours();
    if neighbours.is_empty() {
        let hint = "write a row for each pair (area_code, neighbour_code), or for the centroid of each area (area_code, longitude, latitude)";
        return vec![warning("the table names no neighbours".to_owned(), hint)];
    }
    let thinnest = levels(neighbours, registry)
        .into_iter()
        .filter_map(|level| Some((level, thinnest(level, pipeline, registry)?)));
    let told = thinnest.map(|(level, (period, covered, all))| {
        let name = &pipeline.registry.levels[level];
        let message = format!("areas of the level `{name}` with a neighbour in {period}: {covered} of {all}");
        if covered < FEWEST_NEIGHBOURS {
            let hint = format!(
                "the tables of neighbours have figures of {FEWEST_NEIGHBOURS} areas or more: add rows, or name neighbours of a lower level"
            );
            warning(message, &hint)
        } else {
            let hint = "an area without a neighbour is not in the tables of neighbours: add its rows";
            warning(message, hint)
        }
    });
    told.collect()
}

/// The levels of the areas that the table names.
fn levels(neighbours: &Neighbours, registry: &Registry) -> BTreeSet<LevelIndex> {
    let named = neighbours.codes();
    let areas = registry.all().iter();
    areas
        .filter(|area| named.contains(area.code.as_str()))
        .map(|area| area.level)
        .collect()
}

/// Of the periods in which too few areas of a level have a neighbour, the one in which the smallest share has; with their number and that of all areas.
fn thinnest(level: LevelIndex, pipeline: &Pipeline, registry: &Registry) -> Option<(Period, usize, usize)> {
    let counts = pipeline.periods.iter().map(|&period| {
        let areas = registry.at(period);
        let codes: Vec<&str> = areas.at_level(level).map(|area| area.code.as_str()).collect();
        (period, registry.neighbours().with_neighbours(&codes), codes.len())
    });
    // A level may have no area in a period at all.
    let is_thin = |covered: usize, all: usize| all > 0 && (covered < FEWEST_NEIGHBOURS || covered * 2 < all);
    counts
        .filter(|(_, covered, all)| is_thin(*covered, *all))
        .min_by_key(|(period, covered, all)| (covered * 1_000_000 / all, *period))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::CodeScheme;
    use crate::registry::testing::World;

    /// What is told of a table beside twenty-four states, two of which have counties.
    fn told(table: &str) -> Vec<String> {
        let mut divisions = String::from("code,name,parent_code\n0,root,\n");
        for at in 0..24 {
            divisions += &format!("S{at},state {at},0\n");
        }
        divisions += "C0,county,S0\nC1,county,S1\n";
        let mut world = World::new(&["nation", "state", "county"], CodeScheme::Plain);
        world.divisions(&divisions);
        world.neighbours(table);
        let registry = Registry::load(&world.pipeline).unwrap();
        let (warnings, notes) = registry.doubts(&world.pipeline);
        assert!(
            notes.is_empty()
                && warnings
                    .iter()
                    .all(|one| one.code == "few-neighbours" && one.has_chinese())
        );
        let said = |hint: &Option<String>| hint.clone().unwrap();
        warnings
            .iter()
            .map(|one| format!("{} | {}", one.message, said(&one.hint)))
            .collect()
    }

    /// Pairs of each state with the next one, as many as asked for.
    fn pairs(count: usize) -> String {
        let rows = (0..count).map(|at| format!("S{at},S{}\n", at + 1));
        format!("area_code,neighbour_code\n{}", rows.collect::<String>())
    }

    #[test]
    fn a_table_that_covers_little_is_told_with_counts() {
        assert!(told(&pairs(0))[0].starts_with("the table names no neighbours | write a row for each pair"));
        let few = told(&pairs(8));
        assert_eq!(few.len(), 1, "{few:?}");
        assert!(few[0].starts_with(
            "areas of the level `state` with a neighbour in 2019: 9 of 24 | the tables of neighbours have figures of 10"
        ));
        let thin = told(&pairs(10));
        assert!(
            thin[0].starts_with("areas of the level `state` with a neighbour in 2019: 11 of 24 | an area without"),
            "{thin:?}"
        );
        assert!(told(&pairs(11)).is_empty());
        // Each level is judged for itself.
        let county = told(&format!("{}C0,C1\n", pairs(23)));
        assert_eq!(county.len(), 1, "{county:?}");
        assert!(county[0].starts_with("areas of the level `county` with a neighbour in 2019: 2 of 2 | "));
    }

    #[test]
    fn a_lone_centroid_has_no_neighbour() {
        let head = "area_code,longitude,latitude\n";
        assert!(told(&format!("{head}S1,1,1\n"))[0].starts_with("the table names no neighbours"));
        let apart = told(&format!("{head}S1,1,1\nC1,1,1\n"));
        assert!(
            apart[0].starts_with("areas of the level `state` with a neighbour in 2019: 0 of 24"),
            "{apart:?}"
        );
        assert!(
            apart[1].starts_with("areas of the level `county` with a neighbour in 2019: 0 of 2"),
            "{apart:?}"
        );
    }
}
