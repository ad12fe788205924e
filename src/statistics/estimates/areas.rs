//! Where the areas of a day lie, by their places in the order of codes.

use std::collections::HashMap;

use crate::pipeline::{DimensionLevel, LevelIndex, Pipeline};
use crate::registry::Areas;

/// From the narrowest group of units to the widest: stratum, area of the partition level, root.
pub(super) const TIERS: usize = 3;

/// An area of a day.
pub(super) struct Spot {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) level: LevelIndex,
    /// Places of the areas that it lies in, the root last.
    pub(super) above: Vec<usize>,
    /// Its group of each tier, numbered from 0; None: it lies in none.
    pub(super) groups: [Option<usize>; TIERS],
}

/// The areas of a day in the order of their codes.
pub(super) struct AreasOfDay {
    pub(super) spots: Vec<Spot>,
}

impl AreasOfDay {
    /// A stratum is the joint member of all dimensions of areas at or above the level of the area; where there is none, its area of the
    /// partition level.
    pub(super) fn new(pipeline: &Pipeline, areas: &Areas) -> AreasOfDay {
        let places: HashMap<&str, usize> = areas.iter().map(|area| area.code.as_str()).zip(0..).collect();
        let mut strata: HashMap<(Vec<Option<u16>>, Option<&str>), usize> = HashMap::new();
        let mut partitions: HashMap<&str, usize> = HashMap::new();
        let mut spots = Vec::with_capacity(places.len());
        for area in areas.iter() {
            let mut chain = areas.ancestors(&area.code).into_iter();
            let partition = areas
                .ancestor_at(&area.code, pipeline.registry.partition)
                .map(|area| area.code.as_str());
            let applies = |level: LevelIndex| level <= area.level;
            let members: Vec<Option<u16>> = (pipeline.dimensions.iter().enumerate())
                .filter(
                    |(_, dimension)| matches!(dimension.level, DimensionLevel::Area { level, .. } if applies(level)),
                )
                .map(|(at, _)| areas.member(at, &area.code))
                .collect();
            let next = strata.len();
            let instead = partition.filter(|_| members.is_empty());
            let stratum = *strata.entry((members, instead)).or_insert(next);
            let next = partitions.len();
            let partition = partition.map(|code| *partitions.entry(code).or_insert(next));
            chain.next();
            spots.push(Spot {
                code: area.code.clone(),
                name: area.name.clone(),
                level: area.level,
                above: chain
                    .filter_map(|area| places.get(area.code.as_str()).copied())
                    .collect(),
                groups: [Some(stratum), partition, Some(0)],
            });
        }
        AreasOfDay { spots }
    }
}
