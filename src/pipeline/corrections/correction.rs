//! A correction: what is changed, where, and why.

use jiff::civil::Date;

use crate::domain::{Period, Text};
use crate::pipeline::model::FormIndex;
use crate::pipeline::units::Ratio;

/// One correction.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Its name.
    pub id: String,
    /// Line on which it begins.
    pub line: u32,
    /// What is done.
    pub change: Change,
    /// Form of the submission.
    pub form: FormIndex,
    /// Period of the submission.
    pub period: Period,
    /// Code of the sender.
    pub area: String,
    /// Content of each key column of the form, in its order; None: no row is named.
    pub key: Option<Vec<String>>,
    /// Column of the form.
    pub column: Option<usize>,
    /// Path of the only submission that is meant.
    pub path: Option<String>,
    /// Its only revision.
    pub revision: Option<u32>,
    /// What must stand there as sent.
    pub expect: Option<String>,
    /// Why.
    pub reason: Text,
    /// Role that approved it.
    pub approved_by: String,
    /// Day on which the fault was reported.
    pub reported: Date,
}

/// What a correction does.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Takes a row or a submission out.
    Drop,
    /// Puts this content into the cell.
    Override(String),
    /// Multiplies by this factor, which has a finite decimal form.
    Scale(Ratio),
}

impl Change {
    /// The word in the file and in tables.
    pub fn as_str(&self) -> &'static str {
        match self {
            Change::Drop => "drop",
            Change::Override(_) => "override",
            Change::Scale(_) => "scale",
        }
    }
}
