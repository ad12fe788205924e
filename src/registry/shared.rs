//! What the snapshots of all days share.

use std::collections::BTreeMap;

use super::area::Area;
use super::changes::Changes;
use super::neighbours::Neighbours;
use crate::pipeline::{CodeScheme, DimensionIndex, LevelIndex};

/// Shared by all snapshots.
#[derive(Debug)]
pub(super) struct Shared {
    /// By code, then by the beginning of validity.
    pub(super) areas: Vec<Area>,
    /// Number of levels.
    pub(super) levels: usize,
    pub(super) scheme: CodeScheme,
    /// One for each dimension of the pipeline; None for those of rows.
    pub(super) lookups: Vec<Option<Lookup>>,
    pub(super) changes: Changes,
    pub(super) neighbours: Neighbours,
}

impl Shared {
    /// The rows of a code, by the beginning of validity.
    pub(super) fn rows_of(&self, code: &str) -> &[Area] {
        let from = self.areas.partition_point(|area| area.code.as_str() < code);
        let rows = &self.areas[from..];
        &rows[..rows.partition_point(|area| area.code == code)]
    }
}

/// Members of the areas of one level.
#[derive(Debug)]
pub(super) struct Lookup {
    /// The level whose areas the table lists.
    pub(super) level: LevelIndex,
    /// Index of the member by code of the area.
    pub(super) members: BTreeMap<String, u16>,
    /// Index of the member `unknown`, for areas without an entry.
    pub(super) unknown: Option<u16>,
    /// For a cross: the pairs of members of two other dimensions; `members` is then empty.
    pub(super) cross: Option<Cross>,
}

/// The members that are pairs of members of two other dimensions.
#[derive(Debug)]
pub(super) struct Cross {
    pub(super) of: [DimensionIndex; 2],
    /// Index of the member by those of the pair.
    pub(super) pairs: BTreeMap<(u16, u16), u16>,
}
