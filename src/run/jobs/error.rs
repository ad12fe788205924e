use std::path::PathBuf;

use crate::lake;
use crate::remote;
use crate::run::RunError;

/// Why jobs were not planned, or a job not computed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The file of a job cannot be read.
    #[error("cannot read the job {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is damaged, or none of a job.
    #[error("{} is no job of this version of huizong: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The job was planned by another version of the program.
    #[error("{} was planned by another version of huizong: {planned}, and this is {own}", path.display())]
    OtherProgram {
        /// The file of the job.
        path: PathBuf,
        /// The version that planned it.
        planned: String,
        /// The version that is to compute it.
        own: String,
    },
    /// The definition or the registry is another one than when the job was planned.
    #[error("the definition in {} has changed since {} was planned", pipeline.display(), path.display())]
    OtherDefinition {
        /// The file of the job.
        path: PathBuf,
        /// Folder of the pipeline.
        pipeline: PathBuf,
    },
    /// There is no pipeline where the job says.
    #[error("{} is for the pipeline {}, and there is none", path.display(), pipeline.display())]
    NoPipeline {
        /// The file of the job.
        path: PathBuf,
        /// Folder of the pipeline.
        pipeline: PathBuf,
    },
    /// The output folder is not the one for which the job was planned: planning makes the folder for the results.
    #[error("{} keeps its results in {}, and there is no such folder", path.display(), state.display())]
    NoState {
        /// The file of the job.
        path: PathBuf,
        /// The folder.
        state: PathBuf,
    },
    /// As of a run.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl From<lake::Error> for JobError {
    fn from(error: lake::Error) -> JobError {
        JobError::Run(error.into())
    }
}

impl From<remote::Error> for JobError {
    fn from(error: remote::Error) -> JobError {
        JobError::Run(error.into())
    }
}
