//! What a file gives once it has been read.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::marks::Mark;
use crate::domain::{Finding, RawTable, Reply, Submission};

/// What the reading of files has looked at beside the forms that claim them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consulted {
    /// The names of areas, by which an encoding is recognised.
    pub area_names: bool,
    /// Forms that do not claim the file: a sheet may be one of theirs, and a return may answer one.
    pub other_forms: bool,
}

impl Consulted {
    /// What either has looked at.
    #[must_use]
    pub fn or(self, other: Consulted) -> Consulted {
        Consulted {
            area_names: self.area_names || other.area_names,
            other_forms: self.other_forms || other.other_forms,
        }
    }
}

/// One file, read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FileRead {
    /// SHA-256 of the file in lower-case hex; empty if it cannot be read.
    pub sha256: String,
    /// One for each claim; empty if the file matches no form.
    pub submissions: Vec<ReadSubmission>,
    /// Finding on a file without a submission: `file-unclaimed`.
    pub findings: Vec<Finding>,
    /// Number of sheets that a return had added to the county's own, which are set aside.
    pub ignored_sheets: u64,
    /// Answers in the list of a return, if the file is only that list.
    pub replies: Vec<Reply>,
    /// What was looked at to read it.
    pub consulted: Consulted,
}

/// One submission, read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadSubmission {
    /// Sender, form, period and file.
    pub submission: Submission,
    /// The claim by which it was read, including period and areas from the sheet's name.
    pub claim: Claim,
    /// The table; None if the submission cannot be read or has no header.
    pub table: Option<RawTable>,
    /// What was found in it.
    pub findings: Vec<Finding>,
    /// Whether no row can be accepted.
    pub rejected: bool,
    /// The period stated in the title block, if it differs from that of the path.
    pub stated_period: Option<String>,
    /// Answers in the list of the return, if this is one that came back.
    pub replies: Vec<Reply>,
    /// The submission that it answers, if it is a return that came back.
    pub answers: Option<Mark>,
}
