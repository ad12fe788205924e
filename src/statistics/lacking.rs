//! What is missing of a member, reporter by reporter: what could turn the sign of its gap.

use super::frame::Frame;
use super::held::of;
use super::moved::Moving;
use super::places::Place;
use super::turning::{Lacking, LackingRows};
use crate::domain::{Cell, Fraction, Sums};
use crate::pipeline::DimensionIndex;

impl<'a> Frame<'a> {
    /// What is missing of each area of a scope that belongs to a member.
    pub(super) fn lacking(&self, scope: usize, dimension: DimensionIndex, member: usize) -> Vec<Lacking<'a>> {
        let is_whole = !self.is_split(dimension, member);
        if let Some(moving) = &self.moving {
            return self.lacking_moved(moving, (scope, dimension, member), is_whole);
        }
        let by_scope = self.by_scope.get_or_init(|| self.located_by_scope());
        let (reporters, areas) = &by_scope[scope];
        let mut all = Vec::new();
        if is_whole {
            for reporter in reporters.iter().map(|&at| &self.reporters[at]) {
                let lacking = reporter.lacking();
                if lacking.missing > 0.0 && self.owes(dimension, reporter.place, member) {
                    all.push(lacking);
                }
            }
            return all;
        }
        // Of a dimension of rows, what is missing was read, and lies in the cells.
        for located in areas.iter().map(|&at| &self.areas[at]) {
            let missing = (self.scale).rest(&self.sums_of_member(located.cells, located.place, (dimension, member)));
            if missing > 0.0 {
                all.push(Lacking {
                    code: located.code,
                    missing,
                    rows: LackingRows::default(),
                });
            }
        }
        all
    }

    /// By scope: positions of the reporters, and of the areas that are reporters. The root has all.
    fn located_by_scope(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut all = vec![(Vec::new(), Vec::new()); self.places.scopes.len()];
        for (at, reporter) in self.reporters.iter().enumerate() {
            Self::scopes_of(reporter.place.scope, all.len()).for_each(|scope| all[scope].0.push(at));
        }
        for (at, located) in self.areas.iter().enumerate().filter(|(_, located)| located.reports) {
            Self::scopes_of(located.place.scope, all.len()).for_each(|scope| all[scope].1.push(at));
        }
        all
    }

    /// The same on constant boundaries, of what is known to lie in the scope and the member. Where nobody knows it, the member has no figure.
    fn lacking_moved(
        &self,
        moving: &Moving<'a>,
        (scope, dimension, member): (usize, DimensionIndex, usize),
        is_whole: bool,
    ) -> Vec<Lacking<'a>> {
        let count = self.places.scopes.len();
        let is_here = |place: &Place| Frame::scopes_of(place.scope, count).any(|own| own == scope);
        let mut all = Vec::new();
        let mut add = |code, missing, rows| {
            if missing > 0.0 {
                all.push(Lacking { code, missing, rows });
            }
        };
        if is_whole {
            for reporter in &self.reporters {
                let missing = reporter.missing.denominator;
                let here = |place: &Place| {
                    let is_owed = is_here(place) && self.owes(dimension, place, member);
                    is_owed.then_some(()).into_iter()
                };
                self.ground(reporter).spread(here, |(), shares| {
                    // Of a share of an area nobody knows the rows.
                    let rows = if shares.known == Fraction::ONE {
                        reporter.rows
                    } else {
                        LackingRows::default()
                    };
                    add(reporter.code, missing.share(shares.known).most(), rows);
                });
            }
            return all;
        }
        for area in moving.sources.iter().filter(|area| area.reports) {
            // Which cells have a member of a cross depends on the place.
            let here = |place: &Place| {
                let own = || self.sums_of_member(area.cells, place, (dimension, member)).rest;
                is_here(place).then(own).into_iter()
            };
            (area.ground).spread(here, |rest, shares| {
                let rest = Sums {
                    rest,
                    ..Sums::default()
                };
                let missing = self.scale.rest(&of(&rest, shares.known));
                add(area.code, missing, LackingRows::default());
            });
        }
        all
    }

    /// What cells of an area have that belong to a member of a dimension of rows.
    fn sums_of_member(&self, cells: &[Cell], place: &Place, (dimension, member): (DimensionIndex, usize)) -> Sums {
        let of_member = |cell: &&Cell| self.member_of_cell(dimension, place, cell) == member;
        let own = cells.iter().filter(of_member);
        own.fold(Sums::default(), |sum, cell| sum.plus(&Sums::from(cell)))
    }
}
