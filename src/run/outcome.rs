//! What a run is asked for, how it tells its progress, and what comes of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::RunError;
use super::exports::Exports;
use super::revisions::Since;
use super::scope::NotDue;
use crate::domain::Period;
use crate::lake::Lost;
use crate::partition::Rows;
use crate::release::{GateCheck, SigningKey};
use crate::remote::{Mirror, Session};
use crate::report::{RunRecord, Summary};

/// Options of one run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Folder of the submissions.
    pub input: PathBuf,
    /// Folder for the releases.
    pub output: PathBuf,
    /// Where both are, if they are copies of what is in an object store.
    pub stores: Stores,
    /// Whether every file of the input is read, though it looks unchanged since an earlier run.
    pub rehash: bool,
    /// Whether nothing is published and the output folder stays as it is: everything is computed and judged, and thrown away.
    pub dry: bool,
    /// Whether the results of all partitions must have been kept: where one is missing, the run ends without computing any.
    pub only_gathered: bool,
    /// With which release the figures are compared.
    pub since: Since,
    /// What the run writes for other systems.
    pub exports: Exports,
    /// Signs the manifest of the release.
    pub sign: Option<Arc<SigningKey>>,
}

impl RunOptions {
    pub(super) fn key(&self) -> Option<&SigningKey> {
        self.sign.as_deref()
    }
}

/// What of a run is in an object store.
#[derive(Clone, Debug, Default)]
pub struct Stores {
    /// The submissions.
    pub input: Option<Arc<Mirror>>,
    /// The releases. What the run publishes is sent there, and only then it is published.
    pub output: Option<Arc<Session>>,
    /// Releases that are only looked at.
    pub read: Option<Arc<Session>>,
}

/// Who has started a run: what is said to them, and what they say of its end.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Gets the progress.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Gives the exit code and the words for what the run came to.
    pub told: &'a dyn Fn(&Result<Outcome, RunError>) -> Told,
}

/// Exit code and words for what a run came to, as they are noted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Exit code; None: the run is a part of something else.
    pub exit: Option<u8>,
    /// Why the gate withheld it, in English.
    pub reasons: Option<String>,
    /// What to do about an error, in English.
    pub hint: Option<String>,
}

/// A run that has ended.
#[derive(Debug)]
pub struct Ended {
    /// What it came to.
    pub outcome: Result<Outcome, RunError>,
    /// What is noted of it.
    pub record: RunRecord,
}

/// Progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A stage begins.
    Stage {
        /// Its name.
        name: &'static str,
        /// Number of its steps.
        steps: u64,
    },
    /// One step is done.
    Step,
    /// The stage is complete.
    Done,
}

/// Outcome of the release that a run has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is current now.
    Published {
        /// Periods of the release before that the pipeline no longer has, in order; usually none.
        dropped: Vec<String>,
    },
    /// It equals the current release, which stays.
    Unchanged,
    /// The gate withheld it.
    Withheld,
    /// It has fewer periods than the current release, and is in a folder of its own.
    Partial {
        /// Periods of the current release that the run left out, in order.
        lacking: Vec<Period>,
    },
}

/// Result of a run.
#[derive(Debug)]
pub struct Outcome {
    /// Outcome of the release.
    pub ending: Ending,
    /// The release that is current after the run; None: there is none yet.
    pub current: Option<String>,
    /// Set where `current` led to no release before the run, although it should have.
    pub lost: Option<Lost>,
    /// Checks of the gate.
    pub gate: Vec<GateCheck>,
    /// Date of the run.
    pub as_of: jiff::civil::Date,
    /// Forms that were not due on that date.
    pub not_due: Vec<NotDue>,
    /// Periods of the pipeline that the run left out.
    pub left_out: Vec<Period>,
    /// Submissions by status.
    pub submissions: BTreeMap<String, u64>,
    /// Findings by severity.
    pub findings: BTreeMap<String, u64>,
    /// What is told of it.
    pub summary: Summary,
    /// Figures that are not those of the release before; None: there was none, or the release is the same.
    pub figures_changed: Option<u64>,
    /// Counts of all rows.
    pub rows: Rows,
    /// Partitions of a period, and how many of them an earlier run had kept.
    pub partitions: Partitions,
    /// Why partitions were computed, each reason with their number. One may have several.
    pub computed_because: BTreeMap<&'static str, u64>,
}

impl Outcome {
    /// Whether the release that the run has made is the current one, by this run or an earlier one.
    pub fn is_current(&self) -> bool {
        matches!(self.ending, Ending::Published { .. } | Ending::Unchanged)
    }
}

/// How many partitions of a period a run had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Partitions {
    /// All.
    pub all: u64,
    /// Those whose result an earlier run had kept.
    pub reused: u64,
}
