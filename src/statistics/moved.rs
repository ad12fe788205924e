//! The cells of an indicator in a period, moved to the areas of the day of constant boundaries.
//!
//! What the shares of divided areas allocate is an integer again once all sums count parts of a unit: as many as the common denominator
//! of the shares has. So the same statistics are computed from it, and ratios are still compared exactly.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reason;
use super::area_with_missing::AreaWithMissing;
use super::follow::Follow;
use super::ground::{Ground, Grounds};
use super::held::of;
use super::ranking::scopes_of;
use super::reporters::Reporter;
use crate::domain::exact::{LOST, plus};
use crate::domain::{Cell, CellKeys, Fraction, IndicatorCells, Sums};

/// Cells that count parts of a unit (see [`Grounds::parts`]).
pub(super) struct MovedCells {
    /// Of the areas of the reference date.
    by_source: IndicatorCells,
    /// Of the areas of the chosen day, as far as it is known how much each has. Nothing is left of what nobody reports.
    pub(super) by_target: IndicatorCells,
    /// Codes of those areas of the reference date that are reporters.
    reporting: Vec<String>,
}

impl MovedCells {
    /// `reporting`: codes of reporters, in order.
    pub(super) fn new(source: &IndicatorCells, grounds: &Grounds, reporting: &[&str]) -> MovedCells {
        let mut by_source = source.clone();
        for cell in &mut by_source.cells {
            for sum in [&mut cell.numerator, &mut cell.denominator, &mut cell.rest] {
                *sum = times(*sum, grounds.parts);
            }
        }
        let mut found: BTreeMap<(&str, u32), Cell> = BTreeMap::new();
        let mut reports = Follow::new(reporting.iter().map(|code| (*code, ())));
        for (code, cells) in by_source.by_area() {
            let reports = reports.at(code).is_some();
            for lot in grounds.lots(code) {
                let [(target, _)] = lot.among.as_slice() else {
                    continue;
                };
                for cell in cells {
                    let moved = found.entry((target, cell.combination)).or_default();
                    let own = of(&Sums::from(cell), lot.share);
                    moved.numerator = plus(moved.numerator, own.numerator);
                    moved.denominator = plus(moved.denominator, own.denominator);
                    moved.rest = plus(moved.rest, if reports { own.rest } else { 0 });
                    moved.rows += cell.rows;
                }
            }
        }
        let mut areas: Vec<String> = Vec::new();
        let mut cells = Vec::with_capacity(found.len());
        for ((code, combination), cell) in found {
            if areas.last().is_none_or(|last| last != code) {
                areas.push(code.to_owned());
            }
            cells.push(Cell {
                area: areas.len() as u32 - 1,
                combination,
                ..cell
            });
        }
        let keys = CellKeys {
            areas,
            combinations: source.keys.combinations.clone(),
        };
        MovedCells {
            by_target: IndicatorCells {
                keys: Arc::new(keys),
                cells,
                // Of the areas of the reference date.
                left_out: Vec::new(),
                ..source.clone()
            },
            by_source,
            reporting: reporting.iter().map(|code| (*code).to_owned()).collect(),
        }
    }
}

/// A number of units as parts of a unit.
fn times(sum: i128, parts: i128) -> i128 {
    match sum {
        LOST => LOST,
        sum => sum.checked_mul(parts).unwrap_or(LOST),
    }
}

/// Where the cells of an area count.
#[derive(Clone, Copy)]
pub(super) struct SourceArea<'a> {
    pub(super) code: &'a str,
    pub(super) ground: Ground<'a>,
    /// Whether it is a reporter.
    pub(super) reports: bool,
    pub(super) cells: &'a [Cell],
}

/// What the areas of a scope say of the indices over them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UnitFlags {
    /// Nobody knows how much one of them has, or lacks.
    pub(super) is_open: bool,
    /// One of them has a part of a divided area.
    pub(super) is_allocated: bool,
    /// Something of a reporter is not in the figures.
    pub(super) is_partial: bool,
}

impl UnitFlags {
    /// # Errors
    /// A unit is open: then so is every index over it.
    pub(super) fn known(self) -> Result<(), Reason> {
        if self.is_open {
            Err(Reason::ShareUnknown)
        } else {
            Ok(())
        }
    }

    /// Status of an index over the units, after SDMX.
    pub(super) fn status(self, has_value: bool) -> &'static str {
        match (has_value, self.is_partial, self.is_allocated) {
            (false, ..) => "O",
            (true, true, _) => "P",
            (true, false, true) => "E",
            (true, false, false) => "A",
        }
    }
}

/// How a frame on constant boundaries differs from one as reported.
pub(super) struct Moving<'a> {
    pub(super) grounds: &'a Grounds<'a>,
    /// The areas of the reference date.
    pub(super) sources: Vec<SourceArea<'a>>,
    /// By scope.
    pub(super) unit_flags: Vec<UnitFlags>,
}

impl<'a> Moving<'a> {
    pub(super) fn new(moved: &'a MovedCells, grounds: &'a Grounds<'a>, reporters: &[Reporter<'a>]) -> Moving<'a> {
        let mut reporting = Follow::new(moved.reporting.iter().map(|code| (code.as_str(), ())));
        let source_area = |(code, cells): (&'a str, &'a [Cell])| {
            Some(SourceArea {
                code,
                ground: grounds.of(code)?,
                reports: reporting.at(code).is_some(),
                cells,
            })
        };
        let sources: Vec<SourceArea> = moved.by_source.by_area().filter_map(source_area).collect();
        let mut unit_flags = vec![UnitFlags::default(); grounds.places.scopes.len()];
        for (code, cells) in moved.by_source.by_area() {
            let mut cells = cells.iter();
            if cells.any(|cell| cell.numerator != 0 || cell.denominator != 0) {
                note(&mut unit_flags, grounds, code);
            }
        }
        for reporter in reporters {
            let Some(ground) = grounds.of(reporter.code) else {
                continue;
            };
            if reporter.missing.denominator.known != Ok(0.0) {
                note(&mut unit_flags, grounds, reporter.code);
            }
            for scope in ground
                .places()
                .flat_map(|place| scopes_of(place.scope.unwrap_or(0), grounds.places.scopes.len()))
            {
                unit_flags[scope].is_partial |= reporter.missing.partial;
            }
        }
        Moving {
            grounds,
            sources,
            unit_flags,
        }
    }

    /// What the areas of the chosen day lack, as far as it is known, by code.
    pub(super) fn areas_with_missing<'f>(&'f self, reporters: &[Reporter]) -> BTreeMap<&'f str, AreaWithMissing<'f>> {
        let mut all: BTreeMap<&str, AreaWithMissing<'_>> = BTreeMap::new();
        for reporter in reporters {
            for lot in self.grounds.lots(reporter.code) {
                let is_known = lot.among.len() == 1;
                for (code, place) in &lot.among {
                    let area = all.entry(code).or_insert(AreaWithMissing::of_nobody(place));
                    area.is_nobody = false;
                    area.is_split &= reporter.missing.all_read;
                    if is_known {
                        area.missing = area.missing.plus(reporter.missing.denominator.share(lot.share));
                    }
                }
            }
        }
        all
    }
}

/// Notes what the division of an area on which there is something means for each scope that has a part of it. Of what an abolished area had only the
/// area above it is known: no unit has it, and it is none itself.
fn note(unit_flags: &mut [UnitFlags], grounds: &Grounds<'_>, code: &str) {
    for lot in grounds.lots(code) {
        let is_open = lot.among.len() > 1 || lot.among.iter().any(|(_, place)| grounds.is_above(place, code));
        for (_, place) in &lot.among {
            for scope in scopes_of(place.scope.unwrap_or(0), unit_flags.len()) {
                unit_flags[scope].is_open |= is_open;
                unit_flags[scope].is_allocated |= !is_open && lot.share != Fraction::ONE;
            }
        }
    }
}
