//! Partition jobs: parts of a run that other processes or machines compute before it.
//!
//! A job computes the chains of some partition areas and keeps their results where the next run looks for them, by everything they
//! depend on. So a job can be left out, repeated or started twice, and a run that finds other files than the job did computes them
//! itself. A job takes no lock, publishes nothing, and writes no file that another one writes with another content.

mod compute;
mod error;
mod file;
mod parts;
mod plan;

use super::RunError;
use super::kept::Keeper;
use super::prepare::Prepared;
pub use compute::{Defined, Job, compute};
pub use error::JobError;
pub use file::Folders;
pub use plan::{JobsQuery, plan_jobs};

/// Whether the results of all partitions are kept.
///
/// # Errors
/// If not.
pub fn gathered(prepared: &Prepared<'_>, keeper: &Keeper) -> Result<(), RunError> {
    let missing = prepared.shared.spread.outer().map(&prepared.chains, |chain| {
        let pending = keeper.pending(&prepared.shared, chain).iter();
        Ok::<_, RunError>(pending.map(ToString::to_string).collect::<Vec<_>>())
    })?;
    let missing: Vec<String> = missing.into_iter().flatten().collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(RunError::NotGathered { missing }),
    }
}
