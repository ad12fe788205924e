//! Areas with their validity, the dimensions that group them, and who owes which form.
//!
//! [`Registry::load`] reads the divisions and every lookup table of a pipeline, or returns all errors in them at once.
//! [`Registry::of_form`] is the set of [`Areas`] valid on the reference date of a form, to be used for the
//! records, reporters and figures of a form. [`Registry::at`] is the set at the end of a period, to be used if no form is known.
//! [`Reporters`] and [`Receipts`] come with the submissions, so a fault in them is a [`RegisterFault`] and does not
//! stop a run.

mod area;
mod areas;
mod bearer;
mod bearers;
mod changes;
mod changes_idle;
mod changes_sound;
mod changes_table;
mod covered;
mod crosswalk;
mod csv_size;
mod divisions;
mod explanations;
mod faults;
mod limits;
mod lookups;
mod names;
mod neighbours;
mod receipts;
mod register;
mod reporters;
mod shared;
mod slices;
mod snapshots;
mod succession;
mod symbols;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_changes;
#[cfg(test)]
mod tests_of_crosswalk;
mod units;
mod validate;

pub use area::Area;
pub use areas::Areas;
pub use bearer::Bearer;
pub use bearers::Named;
pub use changes::{ChangeKind, Moved};
pub use covered::FEWEST_NEIGHBOURS;
pub use crosswalk::{Crosswalk, Lies, Piece};
pub use explanations::{Explanation, Explanations};
pub use neighbours::Neighbours;
pub use receipts::Receipts;
pub use register::{Error, RegisterFault, RegisterFile};
pub use reporters::Reporters;
pub use slices::Slices;
pub use snapshots::Registry;
pub use succession::{Ground, Succession};
pub use units::{UnitList, UnitLists};

use crate::domain::Diagnostic;
use crate::pipeline::Pipeline;
use changes::Changes;
use shared::Shared;

impl Registry {
    /// Reads the divisions and the lookup tables of all area dimensions.
    ///
    /// # Errors
    /// All errors in all tables, each with its file and byte range; an unreadable file is one of them.
    pub fn load(pipeline: &Pipeline) -> Result<Registry, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let areas = divisions::read(pipeline, &mut faults);
        // Lookup tables refer to the divisions, so errors in the divisions would cause further ones there.
        let lookups = if faults.is_empty() {
            lookups::read(pipeline, &areas, &mut faults)
        } else {
            Vec::new()
        };
        // The same holds for changes.
        let changes = if faults.is_empty() {
            changes_table::read(pipeline, &areas, &mut faults)
        } else {
            Changes::default()
        };
        let neighbours = match &pipeline.registry.neighbours {
            Some(path) if faults.is_empty() => neighbours::read(path, pipeline.registry.nearest, &areas, &mut faults),
            _ => Neighbours::default(),
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let spec = &pipeline.registry;
        let registry = Registry::of(Shared {
            areas,
            levels: spec.levels.len(),
            scheme: spec.code_scheme,
            lookups,
            changes,
            neighbours,
        });
        let uncovered = lookups::uncovered(pipeline, &registry);
        if uncovered.is_empty() {
            Ok(registry)
        } else {
            Err(uncovered)
        }
    }

    /// Warnings about the definition: valid, but probably not intended with this registry.
    pub fn warnings(&self, pipeline: &Pipeline) -> Vec<Diagnostic> {
        symbols::shadowed(pipeline, self.all())
    }

    /// Warnings that `check` alone gives, on tables of the registry that say less than they seem to; then notes on rows that have no
    /// effect, and that are right where the tables serve other pipelines, too.
    pub fn doubts(&self, pipeline: &Pipeline) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        let (mut warnings, notes) = changes_idle::told(pipeline, self.all());
        warnings.extend(covered::covered(pipeline, self));
        (warnings, notes)
    }
}
