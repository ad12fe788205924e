//! Areas with their validity, the dimensions that group them, and who owes which form.
//!
//! [`Registry::load`] reads the divisions and every lookup table of a pipeline, or returns all errors in them at once.
//! [`Registry::of_form`] is the set of [`Areas`] valid on the reference date of a form, to be used for the
//! records, reporters and figures of a form. [`Registry::at`] is the set at the end of a period, to be used if no form is known.
//! [`Reporters`] and [`Receipts`] come with the submissions, so a fault in them is a [`RegisterFault`] and does not
//! stop a run.

mod area;
mod areas;
mod bearers;
mod changes;
mod changes_sound;
mod changes_table;
mod csv_size;
mod divisions;
mod explanations;
mod faults;
mod lookups;
mod names;
mod receipts;
mod register;
mod reporters;
mod slices;
mod succession;
mod symbols;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_changes;
mod units;
mod validate;

pub use area::Area;
pub use areas::Areas;
pub use bearers::{Bearer, Named};
pub use changes::{ChangeKind, Moved};
pub use explanations::{Explanation, Explanations};
pub use receipts::Receipts;
pub use register::{Error, RegisterFault, RegisterFile};
pub use reporters::Reporters;
pub use slices::Slices;
pub use succession::{Ground, Succession};
pub use units::{UnitList, UnitLists};

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use crate::domain::{Diagnostic, Period};
use crate::pipeline::{CodeScheme, Dimension, DimensionLevel, Form, LevelIndex, Pipeline};
use changes::Changes;
use lookups::Lookup;

/// All areas of all times, and the groups they belong to.
#[derive(Debug)]
pub struct Registry {
    shared: Arc<Shared>,
    /// Snapshots by day.
    snapshots: Mutex<BTreeMap<Date, Arc<Areas>>>,
}

/// Shared by all snapshots.
#[derive(Debug)]
struct Shared {
    /// By code, then by the beginning of validity.
    areas: Vec<Area>,
    /// Number of levels.
    levels: usize,
    scheme: CodeScheme,
    /// One for each dimension of the pipeline; None for those of rows.
    lookups: Vec<Option<Lookup>>,
    changes: Changes,
}

impl Registry {
    /// Reads the divisions and the lookup tables of all area dimensions.
    ///
    /// # Errors
    /// All errors in all tables, each with its file and byte range; an unreadable file is one of them.
    pub fn load(pipeline: &Pipeline) -> Result<Registry, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let areas = divisions::read(&pipeline.registry, &mut faults);
        // Lookup tables refer to the divisions, so errors in the divisions would cause further ones there.
        let lookups = if faults.is_empty() {
            lookups::read(pipeline, &areas, &mut faults)
        } else {
            Vec::new()
        };
        // The same holds for changes.
        let changes = if faults.is_empty() {
            changes_table::read(pipeline.registry.changes.as_deref(), &areas, &mut faults)
        } else {
            Changes::default()
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let spec = &pipeline.registry;
        let shared = Shared {
            areas,
            levels: spec.levels.len(),
            scheme: spec.code_scheme,
            lookups,
            changes,
        };
        let registry = Registry {
            shared: Arc::new(shared),
            snapshots: Mutex::default(),
        };
        let uncovered = lookups::uncovered(pipeline, &registry);
        if uncovered.is_empty() {
            Ok(registry)
        } else {
            Err(uncovered)
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
            }),
            DimensionLevel::Row { .. } => None,
        };
        let shared = Shared {
            areas,
            levels: spec.levels.len(),
            scheme: spec.code_scheme,
            lookups: pipeline.dimensions.iter().zip(members).map(lookup).collect(),
            changes: Changes::default(),
        };
        Registry {
            shared: Arc::new(shared),
            snapshots: Mutex::default(),
        }
    }

    /// Warnings about the definition: valid, but probably not intended with this registry.
    pub fn warnings(&self, pipeline: &Pipeline) -> Vec<Diagnostic> {
        symbols::shadowed(pipeline, self.all())
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
            .or_insert_with(|| Arc::new(Areas::new(&self.shared, day)))
            .clone()
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
