//! Why an engine beside huizong did not sum.

use std::path::PathBuf;

use crate::lake;

/// Why an engine beside huizong did not sum.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no Python to run its client.
    #[error("`{python}` cannot be started, which runs the client of {engine}")]
    NoPython {
        /// The engine.
        engine: String,
        /// The interpreter.
        python: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Python lacks its client.
    #[error("`{python}` lacks the package {package}, the client of {engine}")]
    NoPackage {
        /// The engine.
        engine: String,
        /// The interpreter.
        python: String,
        /// What is to be installed.
        package: String,
    },
    /// Its SQL has no name for the folder of the files.
    #[error("{engine} would take the path {} for a pattern", path.display())]
    Unnamed {
        /// The engine, with its address.
        engine: String,
        /// The output folder.
        path: PathBuf,
    },
    /// Nobody answers.
    #[error("{engine} cannot be reached: {reason}")]
    Unreachable {
        /// The engine, with its address.
        engine: String,
        /// What the client says.
        reason: String,
    },
    /// It does not run the query.
    #[error("{engine} did not sum the rows of form `{form}`: {reason}")]
    Refused {
        /// The engine, with its address.
        engine: String,
        /// Id of the form.
        form: String,
        /// What the client says.
        reason: String,
    },
    /// Its answer cannot be read.
    #[error("the sums of form `{form}` that {engine} gave cannot be read")]
    Unread {
        /// The engine, with its address.
        engine: String,
        /// Id of the form.
        form: String,
        /// What is wrong with the file.
        source: Box<lake::Error>,
    },
    /// Its answer cannot be right.
    #[error("the sums of form `{form}` that {engine} gave cannot be right: {reason}")]
    Wrong {
        /// The engine, with its address.
        engine: String,
        /// Id of the form.
        form: String,
        /// What is wrong with them.
        reason: String,
    },
    /// It takes too long.
    #[error("{engine} has not answered within {minutes} minutes")]
    Late {
        /// The engine, with its address.
        engine: String,
        /// The limit of the pipeline.
        minutes: u64,
    },
    /// The client is gone.
    #[error("the client of {engine} ended without an answer: {reason}")]
    Ended {
        /// The engine, with its address.
        engine: String,
        /// The last that it wrote.
        reason: String,
    },
}
