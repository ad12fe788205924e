//! Which member the rows of an area have, which they can have, and whether what is missing of the area can be told by member.

use std::collections::BTreeSet;

use super::frame::Frame;
use super::places::Place;
use crate::domain::Cell;
use crate::pipeline::{DimensionIndex, DimensionLevel};

impl Frame<'_> {
    /// Member of an area, for a dimension of areas; None for one of rows.
    pub(super) fn member_of_area(&self, dimension: DimensionIndex, place: &Place) -> Option<usize> {
        let of = &self.pipeline.dimensions[dimension];
        match of.level {
            DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => None,
            DimensionLevel::Area { .. } => Some(of.member_of(entry(dimension, &place.members))),
        }
    }

    /// Member of rows with a combination of members, in an area with these entries.
    pub(super) fn member_at(&self, dimension: DimensionIndex, of_area: &[Option<u16>], combination: usize) -> usize {
        let own = |part: DimensionIndex| match self.of_combinations[part].get(combination) {
            Some(&member) => u16::try_from(member).ok(),
            None => entry(part, of_area),
        };
        match self.of_combinations[dimension].get(combination) {
            Some(&member) => member,
            None => self.pipeline.member(dimension, &own),
        }
    }

    /// Member of a cell of an area.
    pub(super) fn member_of_cell(&self, dimension: DimensionIndex, place: &Place, cell: &Cell) -> usize {
        self.member_at(dimension, &place.members, cell.combination as usize)
    }

    /// One more than the last member that a cell may have, of a dimension of rows.
    pub(super) fn width_of_cells(&self, dimension: DimensionIndex) -> usize {
        let of = &self.pipeline.dimensions[dimension];
        match of.level {
            DimensionLevel::Pairs(_) => of.members.len().max(of.unknown() + 1),
            DimensionLevel::Area { .. } | DimensionLevel::Row { .. } => {
                let last = self.of_combinations[dimension].iter().max();
                last.map_or(0, |last| last + 1)
            }
        }
    }

    /// The members of a dimension of rows of which an area has cells, or might have; `width` is that of the cells. Those of a cross that
    /// its rows cannot have are not among them.
    pub(super) fn cells_possible(
        &self,
        dimension: DimensionIndex,
        place: &Place,
        width: usize,
    ) -> impl Iterator<Item = usize> + use<> {
        let (all, some) = match self.pipeline.dimensions[dimension].level {
            DimensionLevel::Pairs(_) => (0..0, self.pairs_possible(dimension, place)),
            DimensionLevel::Area { .. } | DimensionLevel::Row { .. } => (0..width, Vec::new()),
        };
        all.chain(some)
    }

    /// Of the members that rows of an area can have, those that rows of any area have; where there is one alone, that one.
    fn pairs_possible(&self, dimension: DimensionIndex, place: &Place) -> Vec<usize> {
        let mut possible = self.members_possible(dimension, place);
        if possible.len() > 1 {
            let combinations = 0..self.source.keys.combinations.len();
            let found: BTreeSet<usize> = combinations
                .map(|combination| self.member_at(dimension, &place.members, combination))
                .collect();
            possible.retain(|member| found.contains(member));
        }
        possible
    }

    /// Members that rows of an area can have within the indicator's restriction, in ascending order: of a dimension of areas its own, of a
    /// cross the pairs with it.
    pub(super) fn members_possible(&self, dimension: DimensionIndex, place: &Place) -> Vec<usize> {
        let of = &self.pipeline.dimensions[dimension];
        match &of.level {
            DimensionLevel::Area { .. } => vec![of.member_of(entry(dimension, &place.members))],
            DimensionLevel::Row { .. } => (0..of.members.len().max(of.unknown() + 1))
                .filter(|&member| !self.filtered_out(dimension, member))
                .collect(),
            DimensionLevel::Pairs(pairs) => {
                let [first, second] = pairs.of.map(|part| self.members_possible(part, place));
                let member = |pair| pairs.member(pair).unwrap_or_else(|| of.unknown());
                let all = first.iter().flat_map(|&a| second.iter().map(move |&b| member([a, b])));
                let all: BTreeSet<usize> = all.collect();
                all.into_iter().collect()
            }
        }
    }

    /// The members, below `width`, that an area owes rows of. Each member of a dimension of rows is owed by every area.
    pub(super) fn members_owed(
        &self,
        dimension: DimensionIndex,
        place: &Place,
        width: usize,
    ) -> impl Iterator<Item = usize> + Clone + use<> {
        let of = &self.pipeline.dimensions[dimension];
        let (all, some) = match of.level {
            DimensionLevel::Area { .. } => {
                let own = of.member_of(entry(dimension, &place.members));
                (own..own + 1, Vec::new())
            }
            DimensionLevel::Row { .. } => (0..width, Vec::new()),
            DimensionLevel::Pairs(_) => (0..0, self.members_possible(dimension, place)),
        };
        all.chain(some).filter(move |&member| member < width)
    }

    /// Whether an area owes rows of a member.
    pub(super) fn owes(&self, dimension: DimensionIndex, place: &Place, member: usize) -> bool {
        self.members_owed(dimension, place, member + 1).any(|own| own == member)
    }

    /// Whether what is missing of an area that owes rows of this member may belong to another one, so that only what was read can be told by
    /// member.
    pub(super) fn is_split(&self, dimension: DimensionIndex, member: usize) -> bool {
        match &self.pipeline.dimensions[dimension].level {
            DimensionLevel::Area { .. } => false,
            DimensionLevel::Row { .. } => !self.pinned_to(dimension, member),
            DimensionLevel::Pairs(pairs) => match pairs.pair(member) {
                Some(pair) => (pairs.of.into_iter().zip(pair)).any(|(part, member)| self.is_split(part, member)),
                None => pairs.of.into_iter().any(|part| {
                    let unknown = self.pipeline.dimensions[part].unknown();
                    !self.filtered_out(part, unknown) && self.is_split(part, unknown)
                }),
            },
        }
    }

    /// Whether the indicator is restricted to members of this dimension that leave this one out; of a cross, to members of either part.
    pub(super) fn filtered_out(&self, dimension: DimensionIndex, member: usize) -> bool {
        let of = &self.pipeline.dimensions[dimension];
        if let DimensionLevel::Pairs(pairs) = &of.level {
            return match pairs.pair(member) {
                Some(pair) => (pairs.of.into_iter().zip(pair)).any(|(part, member)| self.filtered_out(part, member)),
                None => {
                    (pairs.of.into_iter()).all(|part| self.filtered_out(part, self.pipeline.dimensions[part].unknown()))
                }
            };
        }
        let id = of.member_id(member);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && !members.iter().any(|m| m == id))
    }

    /// Whether the indicator is restricted to this member alone: then all that is missing belongs to it.
    fn pinned_to(&self, dimension: DimensionIndex, member: usize) -> bool {
        let id = self.pipeline.dimensions[dimension].member_id(member);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && members.iter().all(|m| m == id))
    }

    /// Whether the indicator is restricted to one member of this dimension: of one group there is nothing to compare.
    pub(super) fn is_pinned(&self, dimension: DimensionIndex) -> bool {
        if let DimensionLevel::Pairs(pairs) = &self.pipeline.dimensions[dimension].level {
            return pairs.of.into_iter().all(|part| self.is_pinned(part));
        }
        let one = |members: &[String]| members.iter().all(|member| *member == members[0]);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && one(members))
    }
}

/// What the registry says of an area in a dimension of areas.
fn entry(dimension: DimensionIndex, of_area: &[Option<u16>]) -> Option<u16> {
    of_area.get(dimension).copied().flatten()
}
