//! Why a job did not come to an end.

use crate::domain::{Diagnostic, plural};

/// The machine failed, or what the ministry wrote cannot be used. Faults of the data are findings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The corrections cannot be read: figures without them would be wrong in silence.
    #[error("the corrections have {}", plural(.0.len(), "fault"))]
    Corrections(Vec<Diagnostic>),
    /// Reporters or receipts could not be read.
    #[error(transparent)]
    Registry(#[from] crate::registry::Error),
    /// The input could not be read.
    #[error(transparent)]
    Intake(#[from] crate::intake::Error),
    /// Rules could not be judged.
    #[error(transparent)]
    Check(#[from] crate::check::Error),
    /// Rows could not be encoded.
    #[error(transparent)]
    Lake(#[from] crate::lake::Error),
    /// Sums could not be made.
    #[error(transparent)]
    Rollup(#[from] crate::rollup::Error),
}
