//! Where areas lie and which members they belong to: all that this stage asks of the registry.

use std::collections::BTreeMap;

use crate::pipeline::LevelIndex;

/// An area within which figures are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Code of the area.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Where an area lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Index into [`Places::scopes`] of the partition-level area it lies in; None: in the root alone.
    pub scope: Option<usize>,
    /// Level of the area.
    pub level: LevelIndex,
    /// One entry a dimension of the pipeline: index into its members; None where it has no entry (or groups rows).
    pub members: Vec<Option<u16>>,
}

/// The areas of one period.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The scopes: the root, then the areas of the partition level in ascending order of codes.
    pub scopes: Vec<Scope>,
    /// Every area that owes something or has cells, by code.
    pub areas: BTreeMap<String, Place>,
}

impl Places {
    /// Where an area lies; an area the registry does not know lies in the root, in no member.
    pub(super) fn of(&self, code: &str) -> &Place {
        static NOWHERE: Place = Place {
            scope: None,
            level: 0,
            members: Vec::new(),
        };
        self.areas.get(code).unwrap_or(&NOWHERE)
    }
}
