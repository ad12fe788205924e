//! What is needed to read a sheet.

use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::Areas;

/// What is needed to read a sheet.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The definitions.
    pub pipeline: &'a Pipeline,
    /// The form of the sheet.
    pub form: FormIndex,
    /// Areas in force on the day of the submission's period that the form is judged on.
    pub areas: &'a Areas,
    /// Code of the sending area; it is one of `areas`.
    pub sender: &'a str,
    /// Number of the submission among those of its bundle; the column `submission` of its records holds it.
    pub submission: u32,
}
