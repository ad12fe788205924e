//! An indicator whose numerator and denominator are of two forms: their sums are matched area by area.
//!
//! An area counts as a whole or not at all. It counts where both forms have sent everything of it: otherwise a numerator that is
//! not there would stand as zero above the denominator of all, or the other way round. Of an area that does not count, the
//! denominator that was read is what is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::cube::{Cube, GroupOf, Restriction};
use crate::domain::exact::plus;
use crate::domain::{Cell, IndicatorCells};
use crate::pipeline::sql::member_index;
use crate::pipeline::{DimensionIndex, FormIndex, MeasureIndex, Pipeline, UNKNOWN};
use crate::registry::Areas;

/// How many rows an area owes of a form in the period, where the register says so.
pub type OwedRows<'a> = &'a dyn Fn(FormIndex, &str) -> Option<i64>;

/// Sums of the records of one form in an area, of one combination of members that both forms have.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    /// Of accepted records.
    counted: i128,
    /// Of the others.
    held: i128,
    /// Accepted records behind it whose value is known.
    rows: i64,
    records: i64,
}

/// What a form has of an area.
#[derive(Debug, Default)]
struct Side {
    parts: BTreeMap<Vec<u16>, Part>,
    /// Records whose value is unknown, or of which it is unknown whether `where` holds.
    unknown: i64,
    /// Every record came, counts, and has a value.
    is_whole: bool,
}

impl Side {
    fn add(&mut self, members: Vec<u16>, group: &GroupOf<'_>) {
        let part = self.parts.entry(members).or_default();
        part.counted = plus(part.counted, group.sums.denominator);
        part.held = plus(part.held, group.sums.rest);
        part.rows += group.sums.rows;
        part.records += group.records;
        self.unknown += group.sums.unknown;
    }

    fn part(&self, members: &[u16]) -> Part {
        self.parts.get(members).copied().unwrap_or_default()
    }
}

/// Fills in the cells of an indicator of two forms.
pub(super) fn fill(cube: &Cube, pipeline: &Pipeline, areas: &Areas, owed: OwedRows<'_>, result: &mut IndicatorCells) {
    let spec = &pipeline.indicators[result.indicator];
    let shared = pipeline.shared_dimensions(spec);
    let of = |measure| sides(cube, (pipeline, areas), result, (measure, &shared), owed);
    let (mut above, mut below) = (of(spec.numerator), of(spec.denominator));
    let unknown: Vec<(DimensionIndex, u16)> = (shared.iter())
        .map(|&at| (at, member_index(pipeline, at, UNKNOWN)))
        .collect();
    let is_known = |members: &[u16]| unknown.iter().all(|(at, unknown)| members[*at] != *unknown);
    let codes: BTreeSet<String> = above.keys().chain(below.keys()).cloned().collect();
    let mut found: Vec<(String, Vec<u16>, Cell)> = Vec::new();
    for code in codes {
        let numerator = above.remove(&code).unwrap_or_default();
        let denominator = below.remove(&code).unwrap_or_default();
        let known = |side: &Side| -> Vec<Vec<u16>> {
            let all = side.parts.keys().filter(|members| is_known(members));
            all.cloned().collect()
        };
        let counts = numerator.is_whole && denominator.is_whole && known(&numerator) == known(&denominator);
        if counts {
            found.extend(together(&code, &numerator, &denominator));
            continue;
        }
        let missing = denominator.parts.iter().map(|(members, part)| {
            let rest = plus(part.counted, part.held);
            (
                code.clone(),
                members.clone(),
                Cell {
                    rest,
                    ..Cell::default()
                },
            )
        });
        found.extend(missing);
        if denominator.unknown > 0 {
            result.unknown.insert(code.clone(), denominator.unknown);
        }
        result.unmatched.insert(code);
    }
    result.fill(found);
}

/// The cells of an area that counts. A member that is not known on one side need not exist on the other: its records belong to the
/// area all the same.
fn together(code: &str, numerator: &Side, denominator: &Side) -> Vec<(String, Vec<u16>, Cell)> {
    let members: BTreeSet<&Vec<u16>> = numerator.parts.keys().chain(denominator.parts.keys()).collect();
    let cell = |members: &Vec<u16>| {
        let (over, under) = (numerator.part(members), denominator.part(members));
        let cell = Cell {
            numerator: over.counted,
            denominator: under.counted,
            rows: over.rows + under.rows,
            ..Cell::default()
        };
        (code.to_owned(), members.clone(), cell)
    };
    members.into_iter().map(cell).collect()
}

/// What the form of a measure has of it, by area.
fn sides(
    cube: &Cube,
    (pipeline, areas): (&Pipeline, &Areas),
    of: &IndicatorCells,
    (measure, shared): (MeasureIndex, &[DimensionIndex]),
    owed: OwedRows<'_>,
) -> BTreeMap<String, Side> {
    let form = pipeline.measures[measure].form;
    let restriction = Restriction::new(pipeline, of.indicator, form);
    let mut finder = cube.members(pipeline, areas, form);
    let mut sides: BTreeMap<String, Side> = BTreeMap::new();
    let mut came: BTreeMap<&String, i64> = BTreeMap::new();
    for group in cube.groups((form, of.period), (measure, measure)) {
        *came.entry(group.area).or_default() += group.records;
        let all = finder.of(group.area, group.own);
        let holds = restriction.holds(all);
        // Nothing is left of a group whose records were all taken away.
        if group.records == 0 || holds == Some(false) {
            continue;
        }
        let side = sides.entry(group.area.clone()).or_default();
        if holds.is_none() {
            side.unknown += group.records;
            continue;
        }
        let mut members = vec![Cell::NO_MEMBER; all.len()];
        shared.iter().for_each(|&dimension| members[dimension] = all[dimension]);
        side.add(members, &group);
    }
    for (area, side) in &mut sides {
        let all_count = side.parts.values().all(|part| part.rows == part.records);
        let all_came = owed(form, area).is_none_or(|rows| came.get(area).is_some_and(|came| *came >= rows));
        side.is_whole = !side.parts.is_empty() && side.unknown == 0 && all_count && all_came;
    }
    sides
}
