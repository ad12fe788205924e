//! Who has reported, what each area has reached against its targets, and how far apart areas and groups are.
//!
//! Everything is computed from the cells of the cube; units are weighted by the indicator's own denominator. Nothing here
//! drops what is missing: an area that owes a form and has not sent it stays in every count, and its denominator, where the
//! register knows it, widens the bounds of every area above it. `docs/methods.md` gives each formula with its source.

mod area_figures;
mod area_with_missing;
mod between_shares;
mod bounds;
mod change_effects;
mod compositions;
mod constant_boundaries;
mod convergence;
mod coverage;
mod cross_classified;
mod difference;
mod distribution;
mod estimates;
mod figure;
mod follow;
mod frame;
mod gap_changes;
mod gap_mixes;
mod gap_strata;
mod gaps;
mod ground;
mod groups;
mod held;
mod identities;
mod impossible;
pub mod index;
mod indicators;
mod inequality;
mod inputs;
mod judgement;
pub mod kitagawa;
mod lack;
mod lacking;
mod last_reports;
mod levels;
mod line;
mod list_bounds;
mod lorenz;
mod members;
mod missing;
mod moments;
mod moved;
mod on_boundaries;
mod open;
mod places;
mod points;
mod product_effects;
mod profiles;
mod progress;
mod ranges;
mod ranking;
mod ranks;
mod reason;
mod register;
mod reporters;
mod reporting;
mod roster;
mod series;
mod spatial;
mod spatial_tables;
mod student;
mod summation;
#[cfg(test)]
mod tests;
mod ties;
mod turning;
mod unit;
mod verdicts;

use rayon::prelude::*;

use crate::domain::Lorenz;
use crate::tables::{GapRow, GroupRow, InequalityPartRow, InequalityRow, Table, VerdictRow};

pub use between_shares::{BetweenShares, TheilPart};
pub use change_effects::{ChangeEffects, MemberParts};
pub use constant_boundaries::{constant_boundaries, crosswalks};
pub use convergence::convergence;
pub use coverage::Coverage;
pub use distribution::Distribution;
pub use estimates::Estimates;
pub use figure::Scale;
pub use gap_changes::{FoundChanges, GapChanges};
pub use gap_strata::{GapStrata, StrataOfMember};
pub use identities::{Broken, Identity, check_mirror, check_parts};
pub use impossible::{ImpossibleRatio, impossible_ratios};
pub use indicators::indicators;
pub use inputs::Inputs;
pub use last_reports::{LastReports, complete_reports, hand_on, put_beside, unregistered};
pub use on_boundaries::{OnBoundaries, compare_on_boundaries};
pub use places::{Place, Places, Scope, Told, places};
pub use points::{Group, Point};
pub use product_effects::product_effects;
pub use progress::{Progress, Standing};
pub use ranks::ranks;
pub use reason::Reason;
pub use register::{BeyondRegister, register_findings};
pub use reporting::reporting;
pub use series::{AreaSeries, Entry, Observed, Series};
pub use spatial_tables::{Spatial, spatial};
pub use unit::Unit;

/// The tables, the curves over the areas of the root, and the identities that do not hold (none, unless the program has an error).
pub struct Comparisons {
    /// A row for each period, scope, indicator, dimension and member.
    pub groups: Table,
    /// A row for each period, scope, indicator and pair that a dimension compares.
    pub gaps: Table,
    /// Sums of the strata by which gaps are split.
    pub gap_strata: Vec<GapStrata>,
    /// A row for each period, scope, indicator, kind of units and index.
    pub inequality: Table,
    /// A row for each period, scope, indicator, dimension, index and part.
    pub inequality_parts: Table,
    /// A row for each area of the smallest sets that could turn the sign of a gap.
    pub verdicts: Table,
    /// Of each period and indicator for which it is defined.
    pub lorenz: Vec<Lorenz>,
    /// First those of the gaps, then those of the indices.
    pub broken: Vec<Broken>,
}

impl Comparisons {
    /// Those of several sets of periods together.
    pub fn joined(all: Vec<Comparisons>) -> Comparisons {
        let (mut groups, mut gaps, mut indices, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut verdicts, mut lorenz, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        let mut gap_strata = Vec::new();
        for one in all {
            groups.push(one.groups);
            gaps.push(one.gaps);
            gap_strata.extend(one.gap_strata);
            indices.push(one.inequality);
            parts.push(one.inequality_parts);
            verdicts.push(one.verdicts);
            lorenz.extend(one.lorenz);
            broken.extend(one.broken);
        }
        Comparisons {
            groups: Table::joined::<GroupRow>(groups),
            gaps: Table::joined::<GapRow>(gaps),
            gap_strata,
            inequality: Table::joined::<InequalityRow>(indices),
            inequality_parts: Table::joined::<InequalityPartRow>(parts),
            verdicts: Table::joined::<VerdictRow>(verdicts),
            lorenz,
            broken,
        }
    }
}

/// Computes the tables and the curves, indicators in parallel.
pub fn compare(inputs: &Inputs) -> Comparisons {
    let frames = (0..inputs.cells.len())
        .into_par_iter()
        .filter_map(|at| frame::Frame::new(inputs, at));
    let found: Vec<_> = frames
        .map(|frame| {
            let profiles = frame.profiles();
            let figures: Vec<_> = frame
                .dimensions()
                .map(|dimension| groups::figures(&frame, &profiles, dimension))
                .collect();
            (
                groups::groups(&frame, &figures),
                gaps::gaps(&frame, &profiles, &figures),
                inequality::inequality(&frame, &figures),
            )
        })
        .collect();
    let (mut groups, mut gaps, mut indices, mut parts_of_indices) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut verdicts, mut lorenz) = (Vec::new(), Vec::new());
    let (mut broken, mut others) = (Vec::new(), Vec::new());
    let mut gap_strata = Vec::new();
    for (of_groups, of_gaps, inequality) in found {
        groups.push(of_groups);
        gaps.push(of_gaps.gaps);
        gap_strata.extend(of_gaps.strata);
        verdicts.push(of_gaps.verdicts);
        indices.push(inequality.indices);
        parts_of_indices.push(inequality.parts);
        lorenz.extend(inequality.lorenz);
        broken.extend(of_gaps.broken);
        others.extend(inequality.broken);
    }
    broken.append(&mut others);
    let ((inequality, inequality_parts), (groups, gaps)) = rayon::join(
        || {
            (
                Table::joined::<InequalityRow>(indices),
                Table::joined::<InequalityPartRow>(parts_of_indices),
            )
        },
        || (Table::joined::<GroupRow>(groups), Table::joined::<GapRow>(gaps)),
    );
    Comparisons {
        groups,
        gaps,
        gap_strata,
        inequality,
        inequality_parts,
        verdicts: Table::joined::<VerdictRow>(verdicts),
        lorenz,
        broken,
    }
}
