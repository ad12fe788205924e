//! What the job of a bundle gives.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::result::PartitionResult;
use crate::domain::{AreaCounts, Period};
use crate::intake::Consulted;
use crate::lake::Encoded;
use crate::pipeline::FormIndex;

/// What the job of a bundle gives to the later stages.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct BundleResult {
    /// Its submissions, and files that nobody claims.
    pub entries: Vec<Entry>,
    /// Sums and counts of each of its partitions.
    pub partitions: Vec<PartitionResult>,
    /// Sheets set aside because a return had added them.
    pub ignored_sheets: u64,
    /// What senders of rejected submissions sent, beside what the partitions say.
    pub rejected: Vec<(FormIndex, Period, String, AreaCounts)>,
    /// Its files of facts, uncounted and quarantined rows.
    pub files: Vec<Encoded>,
    /// What its files were held against beside the forms that claim them.
    pub consulted: Consulted,
}
