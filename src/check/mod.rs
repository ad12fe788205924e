//! Rules over the records of a partition. One file a kind of rule, one line each in [`KINDS`]; what a rule finds are values, and
//! rows that cannot stand are marked, never dropped.

mod duplicates;
mod partition;
mod row;

use std::sync::Arc;

use polars::frame::DataFrame;
use polars::prelude::PolarsError;

use crate::domain::{Finding, MatchedColumn};
use crate::pipeline::{FormIndex, Pipeline};
use partition::Partition;

/// What has become of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// It counts.
    Accepted,
    /// Something about it must be mended first.
    Quarantined,
    /// An identical record counts in its place.
    Superseded,
}

/// The submission some records came from: what places a finding in it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Index into the run's list of submissions, as in the frame's column `submission`.
    pub submission: u32,
    /// Relative to the input folder, as the clerk knows it.
    pub path: Arc<str>,
    /// Sheet of a workbook.
    pub sheet: Option<Arc<str>>,
    /// Where the form's columns stand.
    pub columns: Vec<MatchedColumn>,
}

/// A rule that could not be judged: the machine's fault, not the data's.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// polars refused the formula.
    #[error("judging the rule {rule}")]
    Rule {
        /// Its id.
        rule: String,
        /// Why.
        source: PolarsError,
    },
    /// The frame is not what normalize makes.
    #[error("reading the records of the form {form}")]
    Frame {
        /// Id of the form.
        form: String,
        /// Why.
        source: PolarsError,
    },
}

/// A kind of rule: reads the records that still stand, adds findings and marks rows.
type Kind = for<'a> fn(&mut Partition<'a>) -> Result<(), Error>;

/// All kinds in the order they are judged: a record is looked at only while no earlier kind has put it out.
const KINDS: [Kind; 2] = [duplicates::check, row::check];

/// Judges the records of a partition: `area_code`, the form's columns, `submission` and `row`, in order of submission and row.
/// `states` has one entry a record; those that normalize put out come as quarantined and take no part.
/// Findings come in the order of the frame.
///
/// # Errors
/// When polars cannot evaluate a formula, or the frame lacks a column.
pub fn check(
    pipeline: &Pipeline,
    form: FormIndex,
    frame: &DataFrame,
    states: &mut [RowState],
    origins: &[Origin],
) -> Result<Vec<Finding>, Error> {
    let mut partition = Partition::new(pipeline, form, frame, states, origins)?;
    for kind in KINDS {
        kind(&mut partition)?;
    }
    Ok(partition.into_findings())
}
