use std::path::PathBuf;

use crate::domain::{Diagnostic, Period, agreeing, plural};
use crate::partition;

/// Why a run did not come to an end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The registry is faulty; nothing was written.
    #[error("the registry has {}", plural(.0.len(), "fault"))]
    Definition(Vec<Diagnostic>),
    /// The corrections cannot be read; nothing was written, since figures without them would be wrong in silence.
    #[error("the corrections have {}", plural(.0.len(), "fault"))]
    Corrections(Vec<Diagnostic>),
    /// There is no such input.
    #[error("there is no folder of submissions at {}", path.display())]
    NoInput {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// No file has the path of a form, but many would have it below another folder.
    #[error("no file in {} has the path of a form; below {}, {matching} of {files} would have it", path.display(), better.display())]
    Misplaced {
        /// The input folder.
        path: PathBuf,
        /// Files in it.
        files: usize,
        /// The folder that would be the right one.
        better: PathBuf,
        /// Files whose paths below it are those of forms.
        matching: usize,
    },
    /// A period was asked for that the pipeline does not have.
    #[error("the pipeline has no period {given}; it has {known}")]
    NoSuchPeriod {
        /// As the user wrote it.
        given: String,
        /// Those it has.
        known: String,
    },
    /// There is no release to be verified.
    #[error("there is no release in {}", path.display())]
    NoRelease {
        /// The output folder.
        path: PathBuf,
    },
    /// The manifest of the current release is gone, or cannot be understood.
    #[error("the release {id} is damaged: its manifest.json is gone or cannot be understood")]
    DamagedRelease {
        /// The release.
        id: String,
    },
    /// No submission is of a partition area that was asked about.
    #[error("no submission belongs to a partition area {given}")]
    NoSuchPartition {
        /// As the user wrote it.
        given: String,
    },
    /// An open-ended pipeline whose first period begins after the date of the run.
    #[error("no period of the pipeline has begun on {as_of}; the first is {first}")]
    NotBegun {
        /// Date of the run.
        as_of: jiff::civil::Date,
        /// The first period.
        first: Period,
    },
    /// A run that may compute nothing has found partitions whose results nobody has computed, or not of this input and definition.
    #[error(
        "{} {} not computed: {}",
        plural(.missing.len(), "partition"),
        agreeing(.missing.len(), "is", "are"),
        listed(.missing, "; ", "and", "more")
    )]
    NotGathered {
        /// Period and area of each, in the order of the chains.
        missing: Vec<String>,
    },
    /// The output folder lies in the folder of submissions: the next run would read releases as submissions.
    #[error("the output folder {} lies in the folder of submissions", path.display())]
    OutputInInput {
        /// The output folder.
        path: PathBuf,
    },
    /// A file that the run is to write lies in the folder of submissions: the next run would read it as one.
    #[error("the file {} lies in the folder of submissions", path.display())]
    FileInInput {
        /// The file.
        path: PathBuf,
    },
    /// Reporters or receipts could not be read.
    #[error(transparent)]
    Registry(#[from] crate::registry::Error),
    /// The input could not be read.
    #[error(transparent)]
    Intake(#[from] crate::intake::Error),
    /// Rules could not be judged.
    #[error(transparent)]
    Check(#[from] crate::check::Error),
    /// Something could not be written, or another run is at it.
    #[error(transparent)]
    Lake(#[from] crate::lake::Error),
    /// The object store failed, or another run is at it.
    #[error(transparent)]
    Remote(#[from] crate::remote::Error),
    /// Sums could not be made.
    #[error(transparent)]
    Rollup(#[from] crate::rollup::Error),
    /// The engine of the pipeline did not sum.
    #[error(transparent)]
    Engine(Box<super::engine_error::EngineError>),
    /// A return could not be made.
    #[error(transparent)]
    Returns(#[from] crate::returns::Error),
    /// A file was written while the run read it, so that its return cannot be made of what was judged.
    #[error("the file {path} changed while the run read it; nothing was published")]
    InputChanged {
        /// Its path, relative to the input folder.
        path: String,
    },
    /// The account of rows does not balance: a fault of the program, never published.
    #[error("the account of rows does not balance for {path}: {rows:?}")]
    Unbalanced {
        /// The submission.
        path: String,
        /// Its account.
        rows: partition::Rows,
    },
    /// The facts hold other rows than those that the submissions count as accepted: a fault of the program, never published.
    #[error("rows accepted: {accepted}, but the facts hold {facts}; nothing was published")]
    FactsDiffer {
        /// Rows accepted, by the account of the submissions.
        accepted: u64,
        /// Rows in all files of facts.
        facts: u64,
    },
}

/// Partitions that a message names.
const NAMED: usize = 20;

/// The first of many, and how many more there are.
pub fn listed(all: &[String], between: &str, and: &str, more: &str) -> String {
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(between);
    match all.len().saturating_sub(NAMED) {
        0 => named,
        further => format!("{named}{between}{and} {further} {more}"),
    }
}

impl From<super::engine_error::EngineError> for RunError {
    fn from(error: super::engine_error::EngineError) -> RunError {
        RunError::Engine(Box::new(error))
    }
}

impl From<partition::Error> for RunError {
    fn from(error: partition::Error) -> RunError {
        match error {
            partition::Error::Corrections(faults) => RunError::Corrections(faults),
            partition::Error::Registry(error) => RunError::Registry(error),
            partition::Error::Intake(error) => RunError::Intake(error),
            partition::Error::Check(error) => RunError::Check(error),
            partition::Error::Lake(error) => RunError::Lake(error),
            partition::Error::Rollup(error) => RunError::Rollup(error),
        }
    }
}
