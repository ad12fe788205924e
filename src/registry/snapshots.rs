//! The registry: the areas of all times, and a snapshot of those in force on any day.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::area::Area;
use super::areas::Areas;
use super::bearers::bearers;
use super::changes::Changes;
use super::neighbours::Neighbours;
use super::shared::{Lookup, Shared};
use crate::domain::Period;
use crate::pipeline::{Dimension, DimensionLevel, Form, LevelIndex, Pipeline};

/// All areas of all times, and the groups they belong to.
#[derive(Debug)]
pub struct Registry {
    pub(super) shared: Arc<Shared>,
    /// Snapshots by day.
    snapshots: Mutex<BTreeMap<Date, Arc<Areas>>>,
}

impl Registry {
    pub(super) fn of(shared: Shared) -> Registry {
        Registry {
            shared: Arc::new(shared),
            snapshots: Mutex::default(),
        }
    }

    /// The areas that a release was made with, as it publishes them: `areas` by code and then by the start of their validity;
    /// `members`: for each dimension of areas the member of each area of its level.
    pub fn published(pipeline: &Pipeline, areas: Vec<Area>, members: Vec<BTreeMap<String, u16>>) -> Registry {
        let spec = &pipeline.registry;
        let lookup = |(dimension, members): (&Dimension, BTreeMap<String, u16>)| match dimension.level {
            DimensionLevel::Area { level, .. } => Some(Lookup {
                level,
                members,
                unknown: dimension.declared_unknown(),
                cross: None,
            }),
            DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => None,
        };
        Registry::of(Shared {
            areas,
            levels: spec.levels.len(),
            scheme: spec.code_scheme,
            lookups: pipeline.dimensions.iter().zip(members).map(lookup).collect(),
            changes: Changes::default(),
            neighbours: Neighbours::default(),
        })
    }

    /// All areas of all times, by code and then by the start of their validity.
    pub fn all(&self) -> &[Area] {
        &self.shared.areas
    }

    /// The areas valid at the end of a period.
    pub fn at(&self, period: Period) -> Arc<Areas> {
        self.on(period.end())
    }

    /// The areas valid on the reference date of a form in a period.
    pub fn of_form(&self, form: &Form, period: Period) -> Arc<Areas> {
        self.on(form.reference(period))
    }

    /// The areas valid on a day; computed once for each day, then shared.
    pub fn on(&self, day: Date) -> Arc<Areas> {
        let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        snapshots
            .entry(day)
            .or_insert_with(|| Arc::new(self.snapshot(day)))
            .clone()
    }

    fn snapshot(&self, day: Date) -> Areas {
        let mut areas = Areas::new(&self.shared, day);
        areas.bearers = bearers(&areas, &self.shared);
        areas
    }

    /// Which areas are neighbours.
    pub fn neighbours(&self) -> &Neighbours {
        &self.shared.neighbours
    }

    /// Code of the area that contains all others.
    pub fn root_code(&self) -> &str {
        let root = self.shared.areas.iter().find(|area| area.parent_code.is_none());
        &root.expect("validation demands a root").code
    }

    /// The lowest level.
    pub fn leaf(&self) -> LevelIndex {
        self.shared.levels - 1
    }
}
