//! What rules need to know of the records that they judge.

use std::sync::Arc;

use super::memory::Memory;
use crate::domain::{MatchedColumn, Period};
use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::{Areas, UnitLists};

/// The submission of some records, as far as findings need it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Number of the submission among those of its bundle, as in the frame's column `submission`.
    pub submission: u32,
    /// Code of the area that sent it.
    pub sender: Arc<str>,
    /// Relative to the input folder, as the clerk knows it.
    pub path: Arc<str>,
    /// Sheet of a workbook.
    pub sheet: Option<Arc<str>>,
    /// Where the form's columns stand.
    pub columns: Vec<MatchedColumn>,
}

/// What the rules of a partition need beside its records.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The definition.
    pub pipeline: &'a Pipeline,
    /// The form of the records.
    pub form: FormIndex,
    /// The period of the records.
    pub period: Period,
    /// The areas in force on the day of the period that the form is judged on.
    pub areas: &'a Areas,
    /// Records of earlier periods of the same form and partition; None: there are none.
    pub earlier: Option<&'a Memory>,
    /// Lists of units delivered with the input.
    pub lists: &'a UnitLists,
}
