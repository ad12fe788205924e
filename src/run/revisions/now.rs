//! The release that this run makes.

use crate::partition::Shared;
use crate::release::Staging;
use crate::rollup::{Cube, CubeParts};
use crate::run::compared::Compared;
use crate::tables::Table;

/// What this run has found.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    pub shared: &'a Shared<'a>,
    pub staging: &'a Staging,
    /// The sums of all partitions.
    pub parts: &'a CubeParts,
    /// The tables of the release.
    pub compared: &'a Compared,
    pub submissions: &'a Table,
    pub corrections: &'a Table,
    pub area_spans: &'a Table,
    /// All sums, where the release before may have grouped areas in another way.
    pub cube: Option<&'a Cube>,
}
