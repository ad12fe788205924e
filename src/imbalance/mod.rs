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

use crate::domain::{FormCoverage, IndicatorCells, Period, Table, Value};
use crate::pipeline::{DimensionIndex, FormIndex, Pipeline};

pub use distribution::{Distribution, Group, Point, Unit};
pub use gaps::gaps;
pub use groups::groups;
pub use identities::{Broken, Identity, check_mirror, check_parts};
pub use inequality::inequality;
pub use places::{Place, Places};
pub use reason::{Reason, reasons};

/// What the three tables are made of.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The definitions.
    pub pipeline: &'a Pipeline,
    /// Every indicator in every period.
    pub cells: &'a [IndicatorCells],
    /// Who owed a form and what came.
    pub coverage: &'a BTreeMap<(Period, FormIndex), FormCoverage>,
    /// Where the areas of each period lie.
    pub places: &'a BTreeMap<Period, Places>,
}

/// The first columns of all three tables.
fn key(frame: &frame::Frame, scope: usize, dimension: DimensionIndex) -> Vec<Value> {
    vec![
        frame.source.period.to_string().into(),
        (&frame.places.scopes[scope]).into(),
        (&frame.indicator.id).into(),
        (&frame.pipeline.dimensions[dimension].id).into(),
    ]
}

fn table(name: &str, rows: Vec<Vec<Vec<Value>>>) -> Table {
    let mut table = Table::new(name);
    for row in rows.into_iter().flatten() {
        table.push(row);
    }
    table.sort_by_key();
    table
}
