//! The units of the inequality indices with what is missing of them: the range that the ratio of each lies in.
//!
//! A unit of which nothing came is among them: its denominator is known, and its ratio may be anything that is plausible.

use super::Reason;
use super::area_with_missing::AreaWithMissing;
use super::bounds::{Completions, Span};
use super::figure::Reporting;
use super::frame::Frame;
use super::ranking::scopes_of;
use crate::domain::{Cell, Sums};
use crate::pipeline::DimensionIndex;

/// The units of one scope.
#[derive(Clone, Debug, Default)]
struct Units {
    spans: Vec<Span>,
    /// Whether something is missing of any of them.
    is_open: bool,
    /// Why what is missing of one of them is not known.
    fault: Option<Reason>,
}

/// The units of all scopes.
pub(super) struct Ranges(Vec<Units>);

impl Ranges {
    /// Of units that nobody asks for, or of which nothing is missing.
    pub(super) fn closed(scopes: usize) -> Ranges {
        Ranges(vec![Units::default(); scopes])
    }

    /// The areas, in groups of which `dimension` tells.
    pub(super) fn of_areas(frame: &Frame, scopes: usize, dimension: Option<DimensionIndex>) -> Ranges {
        let mut all = Ranges::closed(scopes);
        if frame.is_complete() {
            return all;
        }
        for area in frame.areas_with_missing() {
            let group = dimension.and_then(|dimension| frame.member_of_area(dimension, area.place));
            let sums = total(area.cells.iter());
            all.add(frame, &area, group.unwrap_or(0), &sums, area.missing);
        }
        all
    }

    /// The members of rows of each area. What is missing is known by member where every record was read.
    pub(super) fn of_cells(frame: &Frame, scopes: usize, dimension: DimensionIndex) -> Ranges {
        let mut all = Ranges::closed(scopes);
        if frame.is_complete() {
            return all;
        }
        let members = frame.members_of_cells(dimension);
        let width = members.iter().max().map_or(0, |last| last + 1);
        for area in frame.areas_with_missing() {
            for member in 0..width {
                let own = |cell: &&Cell| members[cell.combination as usize] == member;
                let sums = total(area.cells.iter().filter(own));
                let missing = match (area.is_split, area.is_nobody) {
                    (false, _) => Err(Reason::RegisterNotSplit),
                    (true, true) => Ok(0.0),
                    (true, false) => Ok(frame.scale.rest(&sums)),
                };
                all.add(frame, &area, member, &sums, missing);
            }
        }
        all
    }

    /// The members of a dimension in one scope, which is the first here.
    pub(super) fn of_members<'a>(frame: &Frame, members: impl Iterator<Item = (&'a Sums, &'a Reporting)>) -> Ranges {
        let mut units = Units::default();
        for (member, (sums, reporting)) in members.enumerate() {
            units.add(frame, member, sums, reporting.missing.known);
        }
        Ranges(vec![units])
    }

    fn add(&mut self, frame: &Frame, area: &AreaWithMissing, group: usize, sums: &Sums, missing: Result<f64, Reason>) {
        for scope in scopes_of(area.place.scope.unwrap_or(0), self.0.len()) {
            self.0[scope].add(frame, group, sums, missing);
        }
    }

    /// What the units of a scope could be; None: nothing is missing.
    ///
    /// # Errors
    /// What is missing is not known, or not what is plausible of it.
    pub(super) fn completions(&self, frame: &Frame, scope: usize) -> Result<Option<Completions>, Reason> {
        let units = &self.0[scope];
        match (units.fault, units.is_open, frame.indicator.plausible) {
            (Some(fault), _, _) => Err(fault),
            (None, false, _) => Ok(None),
            (None, true, None) => Err(Reason::NoPlausible),
            (None, true, Some(_)) => Completions::new(&units.spans).map(Some),
        }
    }
}

impl Units {
    fn add(&mut self, frame: &Frame, group: usize, sums: &Sums, missing: Result<f64, Reason>) {
        let missing = match missing {
            Ok(missing) if missing.is_nan() => Err(Reason::TooLarge),
            missing => missing,
        };
        match missing {
            Ok(missing) => {
                self.is_open |= missing > 0.0;
                self.spans.push(span(frame, group, sums, missing));
            }
            // The first reason stands, as in the sums over reporters.
            Err(reason) => self.fault = self.fault.or(Some(reason)),
        }
    }
}

/// `missing` is the denominator of what is missing, in the unit of its measure.
fn span(frame: &Frame, group: usize, sums: &Sums, missing: f64) -> Span {
    let (numerator, denominator) = (frame.scale.numerator(sums), frame.scale.denominator(sums));
    let known = frame.scale.quotient(sums.numerator, sums.denominator);
    let factor = frame.indicator.factor;
    let (lowest, highest) = frame.indicator.plausible.unwrap_or_default();
    let with = |ratio: f64| (numerator + ratio / factor * missing) / (denominator + missing);
    let is_open = missing > 0.0 && denominator + missing > 0.0;
    let (low, high) = if is_open {
        (with(lowest), with(highest))
    } else {
        (known, known)
    };
    Span {
        low: low.min(high),
        high: high.max(low),
        weight: denominator + missing,
        group,
    }
}

fn total<'a>(cells: impl Iterator<Item = &'a Cell>) -> Sums {
    cells.fold(Sums::default(), |total, cell| total.plus(&Sums::from(cell)))
}
