//! Groups, gaps, verdicts and inequality of every period for the areas of one day, whatever the boundaries were then.
//!
//! Sums and what is missing are moved by the registry's crosswalk, and the same statistics computed of them as of what was reported. Where
//! an area was divided in unknown shares, what holds all of its parts has the figure as it is; of anything else that may have some of it
//! there is none, and its bounds hold every amount of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use super::frame::{Frame, ascending};
use super::gap_strata::GapStrata;
use super::gaps::gaps;
use super::ground::{Grounds, targets};
use super::groups::{figures, groups};
use super::identities::Broken;
use super::inequality::inequality;
use super::inputs::Inputs;
use super::moved::MovedCells;
use super::places::{Places, places_among};
use super::reporters::reporters;
use crate::pipeline::RollUp;
use crate::registry::Crosswalk;
use crate::tables::{
    ConstantGapRow, ConstantGroupRow, ConstantInequalityPartRow, ConstantInequalityRow, ConstantVerdictRow, Table,
};

/// The tables on constant boundaries, each with rows if the pipeline asks for it; and the identities that do not hold (none, unless the program
/// has an error).
pub struct OnBoundaries {
    /// As `groups`, within the scopes of the chosen day.
    pub groups: Table,
    /// As `gaps`.
    pub gaps: Table,
    /// Sums of the strata by which they are split.
    pub gap_strata: Vec<GapStrata>,
    /// As `verdicts`, of gaps alone.
    pub verdicts: Table,
    /// As `inequality`, over the areas of the chosen day.
    pub inequality: Table,
    /// As `inequality_parts`.
    pub inequality_parts: Table,
    /// First those of the gaps, then those of the indices, indicator by indicator.
    pub broken: Vec<Broken>,
}

/// Computes the tables, indicators in parallel. `crosswalks`: by reference date, to the chosen day.
pub fn compare_on_boundaries(inputs: &Inputs, crosswalks: &BTreeMap<Date, Crosswalk>) -> OnBoundaries {
    let pipeline = inputs.pipeline;
    let Some(day) = pipeline
        .constant_boundaries
        .filter(|_| !pipeline.constant_tables.is_disjoint(&RollUp::OF_CELLS.into()))
    else {
        return nothing();
    };
    let moved: BTreeMap<Date, Places> = (inputs.places.iter())
        .filter_map(|(date, places)| {
            let crosswalk = crosswalks.get(date)?;
            let moved = places_among(pipeline, crosswalk.target(), targets(places, crosswalk));
            Some((*date, moved))
        })
        .collect();
    let grounds: BTreeMap<Date, Grounds> = (moved.iter())
        .map(|(date, moved)| {
            let grounds = Grounds::new(day, &inputs.places[date], &crosswalks[date], moved);
            (*date, grounds)
        })
        .collect();
    let found: Vec<OnBoundaries> = (0..inputs.cells.len())
        .into_par_iter()
        .filter_map(|at| of_one(inputs, &grounds, at))
        .collect();
    joined(found)
}

fn of_one(inputs: &Inputs, grounds: &BTreeMap<Date, Grounds>, at: usize) -> Option<OnBoundaries> {
    let (pipeline, source) = (inputs.pipeline, &inputs.cells[at]);
    let form = &pipeline.forms[pipeline.measures[pipeline.indicators[source.indicator].denominator].form];
    let grounds = grounds.get(&form.reference(source.period))?;
    let reporters = reporters(inputs, at);
    let moved = MovedCells::new(source, grounds, &ascending(&reporters));
    let frame = Frame::moved(pipeline, &moved, grounds, reporters);
    let profiles = frame.profiles();
    let figures: Vec<_> = (frame.dimensions())
        .map(|dimension| figures(&frame, &profiles, dimension))
        .collect();
    let mut all = nothing();
    let asks = |table: RollUp| pipeline.constant_tables.contains(&table);
    if asks(RollUp::Groups) {
        all.groups = groups(&frame, &figures);
    }
    if asks(RollUp::Gaps) {
        let found = gaps(&frame, &profiles, &figures);
        (all.gaps, all.gap_strata, all.verdicts) = (found.gaps, found.strata, found.verdicts);
        all.broken.extend(found.broken);
    }
    if asks(RollUp::Inequality) {
        let found = inequality(&frame, &figures);
        (all.inequality, all.inequality_parts) = (found.indices, found.parts);
        all.broken.extend(found.broken);
    }
    Some(all)
}

fn nothing() -> OnBoundaries {
    OnBoundaries {
        groups: Table::of::<ConstantGroupRow>(),
        gaps: Table::of::<ConstantGapRow>(),
        gap_strata: Vec::new(),
        verdicts: Table::of::<ConstantVerdictRow>(),
        inequality: Table::of::<ConstantInequalityRow>(),
        inequality_parts: Table::of::<ConstantInequalityPartRow>(),
        broken: Vec::new(),
    }
}

fn joined(all: Vec<OnBoundaries>) -> OnBoundaries {
    let (mut groups, mut gaps, mut indices, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut gap_strata, mut verdicts, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    for one in all {
        groups.push(one.groups);
        gaps.push(one.gaps);
        gap_strata.extend(one.gap_strata);
        verdicts.push(one.verdicts);
        indices.push(one.inequality);
        parts.push(one.inequality_parts);
        broken.extend(one.broken);
    }
    OnBoundaries {
        groups: Table::joined::<ConstantGroupRow>(groups),
        gaps: Table::joined::<ConstantGapRow>(gaps),
        gap_strata,
        verdicts: Table::joined::<ConstantVerdictRow>(verdicts),
        inequality: Table::joined::<ConstantInequalityRow>(indices),
        inequality_parts: Table::joined::<ConstantInequalityPartRow>(parts),
        broken,
    }
}
