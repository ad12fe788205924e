//! The units of the inequality indices with what is missing of them: the range that the ratio of each lies in.
//!
//! A unit of which nothing came is among them: its denominator is known, and its ratio may be anything that is plausible.

use super::Reason;
use super::area_with_missing::AreaWithMissing;
use super::bounds::{Completions, Groups, Known, Outcomes, Ranged, RangedWeights, Span};
use super::figure::Reporting;
use super::frame::Frame;
use super::lack::Lack;
use super::places::Place;
use super::ranking::scopes_of;
use crate::domain::{Cell, Sums};
use crate::pipeline::DimensionIndex;

/// The units of one scope.
#[derive(Clone, Debug, Default)]
struct Units {
    spans: Vec<Span>,
    /// Those of which nobody knows how much is missing.
    ranged: Vec<Ranged>,
    /// Why nobody knows it.
    unknown: Option<Reason>,
    /// Whether something is missing of any of them.
    is_open: bool,
    /// Why nobody knows even what the missing of one of them lies between.
    fault: Option<Reason>,
}

/// The units of all scopes.
pub(super) struct Ranges<'f> {
    scopes: Vec<Units>,
    /// Of areas, the place of each; the number of its group is its position among these.
    places: Vec<&'f Place>,
}

impl<'f> Ranges<'f> {
    /// Of units of which nothing is missing.
    fn closed(scopes: usize) -> Ranges<'f> {
        Ranges {
            scopes: vec![Units::default(); scopes],
            places: Vec::new(),
        }
    }

    /// The areas, each a group of its own.
    pub(super) fn of_areas(frame: &'f Frame, scopes: usize) -> Ranges<'f> {
        let mut all = Ranges::closed(scopes);
        if frame.is_complete() {
            return all;
        }
        for area in frame.areas_with_missing() {
            let sums = total(area.cells.iter());
            all.add(frame, &area, all.places.len(), &sums, area.missing);
            all.places.push(area.place);
        }
        all
    }

    /// The same areas, in the groups that a dimension makes.
    pub(super) fn regrouped(&self, frame: &Frame, dimension: DimensionIndex) -> Ranges<'f> {
        let member = |place: &&Place| frame.member_of_area(dimension, place).unwrap_or(0);
        let members: Vec<usize> = self.places.iter().map(member).collect();
        let regroup = |units: &Units| {
            if !units.is_open {
                // Nobody asks for the groups of these.
                return Units {
                    fault: units.fault,
                    ..Units::default()
                };
            }
            let mut units = units.clone();
            units.spans.iter_mut().for_each(|span| span.group = members[span.group]);
            for unit in &mut units.ranged {
                let group = members[unit.least.group];
                (unit.least.group, unit.most.group) = (group, group);
            }
            units
        };
        Ranges {
            scopes: self.scopes.iter().map(regroup).collect(),
            places: Vec::new(),
        }
    }

    /// The members of rows of each area. What is missing is known by member where every record was read.
    pub(super) fn of_cells(frame: &Frame, scopes: usize, dimension: DimensionIndex) -> Ranges<'f> {
        let mut all = Ranges::closed(scopes);
        if frame.is_complete() {
            return all;
        }
        let width = frame.width_of_cells(dimension);
        for area in frame.areas_with_missing() {
            for member in frame.cells_possible(dimension, area.place, width) {
                let own = |cell: &&Cell| frame.member_of_cell(dimension, area.place, cell) == member;
                let sums = total(area.cells.iter().filter(own));
                let missing = match (area.is_split, area.is_nobody) {
                    (false, _) if !frame.is_split(dimension, member) => area.missing,
                    (false, _) => Lack::exactly(Err(Reason::RegisterNotSplit)),
                    (true, true) => Lack::NOTHING,
                    (true, false) => Lack::exactly(Ok(frame.scale.rest(&sums))),
                };
                all.add(frame, &area, member, &sums, missing);
            }
        }
        all
    }

    /// The members of a dimension in one scope, which is the first here.
    pub(super) fn of_members<'a>(
        frame: &Frame,
        members: impl Iterator<Item = (&'a Sums, &'a Reporting)>,
    ) -> Ranges<'f> {
        let mut units = Units::default();
        for (member, (sums, reporting)) in members.enumerate() {
            units.add(frame, member, sums, reporting.missing);
        }
        Ranges {
            scopes: vec![units],
            places: Vec::new(),
        }
    }

    fn add(&mut self, frame: &Frame, area: &AreaWithMissing, group: usize, sums: &Sums, missing: Lack) {
        for scope in scopes_of(area.place.scope.unwrap_or(0), self.scopes.len()) {
            self.scopes[scope].add(frame, group, sums, missing);
        }
    }

    /// What the units of a scope could be; None: nothing is missing.
    ///
    /// # Errors
    /// What is missing is not known, or not what is plausible of it.
    pub(super) fn outcomes(&self, frame: &Frame, scope: usize) -> Result<Option<Outcomes>, Reason> {
        let units = &self.scopes[scope];
        if let Some(fault) = units.fault {
            return Err(fault);
        }
        if !units.is_open {
            return Ok(None);
        }
        frame.indicator.plausible.ok_or(Reason::NoPlausible)?;
        Ok(Some(match units.unknown {
            None => Outcomes::Weighted(Box::new(Completions::new(&units.spans)?)),
            Some(unknown) => Outcomes::Ranged(Box::new(RangedWeights::new(&units.spans, &units.ranged, unknown)?)),
        }))
    }

    /// What the groups of these units could be, where something is missing.
    ///
    /// # Errors
    /// No unit can have a weight.
    pub(super) fn groups(&self, scope: usize) -> Result<Groups, Reason> {
        let units = &self.scopes[scope];
        Groups::new(&units.spans, &units.ranged, units.unknown)
    }
}

impl Units {
    fn add(&mut self, frame: &Frame, group: usize, sums: &Sums, missing: Lack) {
        match (missing.known, missing.between) {
            (Ok(lacking), _) if lacking.is_nan() => self.fail(Reason::TooLarge),
            (Ok(lacking), _) => {
                self.is_open |= lacking > 0.0;
                self.spans
                    .push(known(frame, group, sums).with(lacking, plausible(frame)));
            }
            (Err(_), Err(reason)) => self.fail(reason),
            (Err(unknown), Ok(between)) => {
                self.add_ranged(known(frame, group, sums), between, plausible(frame), unknown);
            }
        }
    }

    fn add_ranged(&mut self, known: Known, between: (f64, f64), plausible: (f64, f64), unknown: Reason) {
        match known.between(between, plausible) {
            Ok(unit) => {
                self.is_open = true;
                self.unknown = self.unknown.or(Some(unknown));
                self.ranged.push(unit);
            }
            Err(reason) => self.fail(reason),
        }
    }

    /// The first reason stands, as in the sums over reporters.
    fn fail(&mut self, reason: Reason) {
        self.fault = self.fault.or(Some(reason));
    }
}

/// What a unit is known to have, in the units of the measures.
fn known(frame: &Frame, group: usize, sums: &Sums) -> Known {
    Known {
        numerator: frame.scale.numerator(sums),
        denominator: frame.scale.denominator(sums),
        ratio: frame.scale.quotient(sums.numerator, sums.denominator),
        group,
    }
}

/// The plausible range as plain ratios.
fn plausible(frame: &Frame) -> (f64, f64) {
    let (lowest, highest) = frame.indicator.plausible.unwrap_or_default();
    (lowest / frame.indicator.factor, highest / frame.indicator.factor)
}

fn total<'a>(cells: impl Iterator<Item = &'a Cell>) -> Sums {
    cells.fold(Sums::default(), |total, cell| total.plus(&Sums::from(cell)))
}
