//! The job of a bundle: the submissions of one period and partition area, from their bytes to typed rows, findings and sums.
//!
//! A job writes nothing and knows no clock. What it gives depends on the definition and the registers ([`Shared`]), the files,
//! and what earlier periods have left behind ([`Memories`]); all of it can be written as bytes and read again.
//!
//! Each submission is a [`Case`](case::Case) while the job runs and an [`Entry`] of its result. A *bundle* holds all forms of a
//! period and partition area, a *partition* the records of one of these forms.

mod answers;
mod bundle;
mod bundle_result;
mod by_period;
mod by_sender;
mod case;
mod choose;
mod cleaned;
mod contents;
mod corrected;
mod entry;
mod error;
mod feedback;
mod files;
mod held;
mod job;
mod judged;
mod keep;
mod lineage;
mod open;
mod place;
mod quarantine;
mod received;
mod result;
mod settled_line;
mod shared;
mod shares;
mod sketch;
mod spread;
mod stacks;
mod stated;
mod tie;
mod together;

pub use bundle::{Bundle, BundleKey, Chain, Chaining, bundle_key, bundles, chains};
pub use bundle_result::BundleResult;
pub use by_period::ByPeriod;
pub use by_sender::{Feedback, Sender};
pub use cleaned::{KeptFile, KeptFiles};
pub use contents::same_records;
pub use entry::{Applied, Entry, Outcome, Remarks, Rows, Share, Shares, State};
pub use error::Error;
pub use files::file_name;
pub use job::{Done, job};
pub use lineage::{Lineage, Memories};
pub use result::{LeftRecords, PartitionResult, Sums};
pub use settled_line::SettledLine;
pub use shared::Shared;
pub use sketch::Sketch;
pub use spread::Spread;
pub use together::Together;

#[cfg(test)]
mod tests;
