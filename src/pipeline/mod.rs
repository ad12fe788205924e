//! A folder of TOML → [`Pipeline`], or all errors in it at once as [`crate::domain::Diagnostic`]s.
//!
//! Text → document ([`mod@shape`] finds unknown keys and wrong types) → [`definition`] (the serde mirror) → [`Pipeline`]
//! (every reference resolved, every formula typed).

mod column;
pub mod corrections;
pub mod csv_table;
mod definition;
mod expected;
mod faults;
mod files;
pub mod formula;
pub mod header;
mod include;
mod index;
mod model;
mod path_words;
mod paths;
pub mod plain;
mod resolve;
pub mod schema;
mod shape;
mod slices;
pub mod sql;
mod strings;
#[cfg(test)]
pub(crate) mod testing;
pub mod units;
mod value_type;

use std::path::Path;

use crate::domain::Diagnostic;
pub use expected::{expected_alone, rule_of};
use faults::Faults;
pub use model::*;
pub use path_words::{path_in_words, sheet_in_words};
pub use resolve::{is_free_id, usual_boolean};

/// Reads the folder of a pipeline.
///
/// # Errors
/// All errors in it, by file and place.
pub fn load(dir: &Path) -> Result<Pipeline, Vec<Diagnostic>> {
    load_with_warnings(dir).map(|(pipeline, _)| pipeline)
}

/// The same with what is sound, and hardly meant.
///
/// # Errors
/// As [`load`].
pub fn load_with_warnings(dir: &Path) -> Result<(Pipeline, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut faults = Faults::default();
    let files = include::read(dir, &mut faults);
    let pipeline = resolve::pipeline(dir, &files, &mut faults);
    let warnings = faults.take_warnings();
    match (pipeline, faults.into_sorted()) {
        (Some(pipeline), faults) if faults.is_empty() => Ok((pipeline, warnings)),
        (_, faults) => Err(faults),
    }
}
