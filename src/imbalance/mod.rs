//! Groups, gaps and inequality indices: who is ahead, how far, and how much of it lies between groups.
//!
//! Everything is computed from the cells of the cube; units are weighted by the indicator's own denominator.

mod bounds;
mod distribution;
mod frame;
mod gaps;
mod groups;
mod identities;
pub mod index;
mod inequality;
pub mod kitagawa;
mod places;
mod reason;
mod senders;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::domain::{FormCoverage, IndicatorCells, Period};
use crate::pipeline::{FormIndex, Pipeline};
use crate::tables::{GapRow, GroupRow, InequalityPartRow, InequalityRow, Table};

pub use distribution::{Distribution, Group, Point, Unit};
pub use identities::{Broken, Identity, check_mirror, check_parts};
pub use places::{Place, Places, Scope};
pub use reason::{Reason, reasons};

/// What the four tables are made of.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The definitions.
    pub pipeline: &'a Pipeline,
    /// Every indicator in every period.
    pub cells: &'a [IndicatorCells],
    /// Who owed a form and what came.
    pub coverage: &'a BTreeMap<(Period, FormIndex), FormCoverage>,
    /// Where the areas of each day lie that a form is judged on.
    pub places: &'a BTreeMap<Date, Places>,
}

/// The four tables, and every identity that does not hold (none, unless the engine is wrong).
pub struct Comparisons {
    /// A row for each period, scope, indicator, dimension and member.
    pub groups: Table,
    /// A row for each period, scope, indicator and pair that a dimension compares.
    pub gaps: Table,
    /// A row for each period, scope, indicator, kind of units and index.
    pub inequality: Table,
    /// A row for each period, scope, indicator, dimension, index and part.
    pub inequality_parts: Table,
    /// First those of the gaps, then those of the indices.
    pub broken: Vec<Broken>,
}

/// Computes them, indicators in parallel.
pub fn compare(inputs: &Inputs) -> Comparisons {
    let frames = inputs
        .cells
        .par_iter()
        .filter_map(|cells| frame::Frame::new(inputs, cells));
    let found: Vec<_> = frames
        .map(|frame| {
            let profiles = frame.profiles();
            let groups = groups::groups(&frame, &profiles);
            (groups, gaps::gaps(&frame, &profiles), inequality::inequality(&frame))
        })
        .collect();
    let (mut groups, mut gaps, mut indices, mut parts_of_indices) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut broken, mut others) = (Vec::new(), Vec::new());
    for (of_groups, (of_gaps, in_gaps), inequality) in found {
        groups.push(of_groups);
        gaps.push(of_gaps);
        indices.push(inequality.indices);
        parts_of_indices.push(inequality.parts);
        broken.extend(in_gaps);
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
        inequality,
        inequality_parts,
        broken,
    }
}
