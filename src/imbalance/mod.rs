//! Groups, gaps and inequality indices: who is ahead, by how much, and how much of the inequality is between groups.
//!
//! All figures are computed from the cells of the cube; units are weighted by the indicator's own denominator.

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

use crate::domain::{FormCoverage, IndicatorCells, Lang, Period, Table, Value};
use crate::pipeline::{FormIndex, Pipeline};

pub use distribution::{Distribution, Group, Point, Unit};
pub use identities::{Broken, Identity, check_mirror, check_parts};
pub use places::{Place, Places, Scope};
pub use reason::{Reason, reasons};

/// Input of the four tables.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The definitions.
    pub pipeline: &'a Pipeline,
    /// Every indicator in every period.
    pub cells: &'a [IndicatorCells],
    /// Who owed a form, and what was received.
    pub coverage: &'a BTreeMap<(Period, FormIndex), FormCoverage>,
    /// The areas of each reference date of a form.
    pub places: &'a BTreeMap<Date, Places>,
}

/// The four tables, and the identities that do not hold (none, unless the program has an error).
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

/// Computes the four tables, indicators in parallel.
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
                Table::joined("inequality", indices),
                Table::joined("inequality_parts", parts_of_indices),
            )
        },
        || (Table::joined("groups", groups), Table::joined("gaps", gaps)),
    );
    Comparisons {
        groups,
        gaps,
        inequality,
        inequality_parts,
        broken,
    }
}

/// The first columns of all four tables: period, scope and indicator, with their names.
fn key<'a>(frame: &frame::Frame<'a>, scope: usize) -> Vec<Value<'a>> {
    let Scope { code, name } = &frame.places.scopes[scope];
    let title = |lang: Lang| frame.indicator.title.0.get(lang.tag()).map(String::as_str);
    vec![
        frame.source.period.to_string().into(),
        code.into(),
        name.into(),
        (&frame.indicator.id).into(),
        title(Lang::Zh).into(),
        title(Lang::En).into(),
    ]
}
