//! What became of each submission, and the account of its rows.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::feedback::Remarks;
use super::shares::Shares;
use super::sketch::Sketch;
use crate::domain::{Code, Finding, HeaderLayout, Likeness, Reply, RowState, RowStatuses, Severity, Submission, hex};
use crate::intake::Claim;

/// What became of a submission as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Every record counts, and nothing must be mended.
    Accepted,
    /// Some records count; others are held back, or a column must be mended.
    Partial,
    /// No record counts.
    Rejected,
    /// A later revision, or an identical copy, counts instead.
    Superseded,
}

impl Status {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Accepted => "accepted",
            Status::Partial => "partial",
            Status::Rejected => "rejected",
            Status::Superseded => "superseded",
        }
    }
}

/// Rows of a submission by what became of them. `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Every physical row.
    pub read: u64,
    /// Records that count.
    pub accepted: u64,
    /// Records held back.
    pub quarantined: u64,
    /// Records that another record or submission replaces.
    pub superseded: u64,
    /// Headers, totals, notes, blanks.
    pub set_aside: u64,
}

impl Rows {
    /// The invariant of every run.
    pub fn balance(&self) -> bool {
        self.read == self.accepted + self.quarantined + self.superseded + self.set_aside
    }

    /// Adds another account.
    pub fn add(&mut self, other: &Rows) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.quarantined += other.quarantined;
        self.superseded += other.superseded;
        self.set_aside += other.set_aside;
    }
}

/// One line of the table `submissions`, with its findings.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// What was received; its form is None where no form claims the file.
    pub submission: Submission,
    /// Whether a form claims it.
    pub claimed: bool,
    /// The claim it was read by.
    pub claim: Option<Claim>,
    /// What became of it.
    pub status: Status,
    /// The account of its rows.
    pub rows: Rows,
    /// What became of each record, until the bundle is done; empty: what the findings on the whole say of all.
    #[serde(skip)]
    pub statuses: RowStatuses,
    /// When it came, by the receipts.
    pub submitted_at: Option<Date>,
    /// Days after it was due; negative: early.
    pub late_days: Option<i64>,
    /// What was found in it.
    pub findings: Vec<Finding>,
    /// What the county has written into the list of its return.
    pub replies: Vec<Reply>,
    /// Whether it is a return that came back.
    pub is_return: bool,
    /// Its headers; None where there is nothing like a header.
    pub layout: Option<Arc<HeaderLayout>>,
    /// What the cells of its unknown columns look like, by physical position.
    pub likeness: Vec<(u32, Likeness)>,
    /// What submissions with the same cells have in common; None: it has too few figures to say.
    pub sketch: Option<Sketch>,
    /// What the county says of its rows.
    pub remarks: Remarks,
    /// What the records that findings are about add to the figures.
    pub shares: Shares,
    /// Path of its return within the release; None: nothing of it goes back.
    pub return_path: Option<String>,
}

impl Entry {
    /// A file that no form claims, with what was found about it.
    pub fn unclaimed(path: &str, findings: Vec<Finding>) -> Entry {
        Entry {
            submission: Submission {
                id: format!("unclaimed-{}", &hex(&Sha256::digest(path.as_bytes()))[..8]),
                path: path.to_string(),
                sha256: String::new(),
                form: 0,
                period: None,
                area_code: String::new(),
                revision: 0,
                format: "unknown".into(),
                encoding: None,
            },
            claimed: false,
            claim: None,
            status: Status::Rejected,
            rows: Rows::default(),
            statuses: RowStatuses::default(),
            submitted_at: None,
            late_days: None,
            findings,
            replies: Vec::new(),
            is_return: false,
            layout: None,
            likeness: Vec::new(),
            sketch: None,
            remarks: Remarks::default(),
            shares: Shares::new(),
            return_path: None,
        }
    }

    /// Settles the status from the account, where no other submission took its place.
    pub fn settle(&mut self) {
        let whole = self.rows.quarantined == 0 && self.count(Severity::Hard) == 0;
        self.status = match self.rows.accepted {
            0 => Status::Rejected,
            _ if whole => Status::Accepted,
            _ => Status::Partial,
        };
    }

    /// Takes over what became of each record, and counts them. Rows that a correction drops are counted already.
    pub fn take_statuses(&mut self, statuses: RowStatuses) {
        self.rows.accepted = statuses.count(RowState::Accepted) as u64;
        self.rows.quarantined = statuses.count(RowState::Quarantined) as u64;
        self.rows.superseded += statuses.count(RowState::Superseded) as u64;
        self.statuses = statuses;
    }

    /// The quarantined among so many records, each with its codes. Where the records were not judged, all of them are, for
    /// the hard findings on the whole.
    pub fn held(&self, records: usize) -> Vec<(usize, Arc<str>)> {
        if !self.statuses.is_empty() || self.rows.quarantined == 0 {
            return self.statuses.held();
        }
        let on_the_whole = |finding: &&Finding| {
            finding.severity == Severity::Hard && finding.place.row.is_none() && finding.rows.is_empty()
        };
        let causes = self.findings.iter().filter(on_the_whole);
        RowStatuses::quarantined(records, causes.map(|finding| finding.code.clone())).held()
    }

    /// A submission of which nothing counts says why: where no other finding does, it held no record at all.
    pub fn give_reason(&mut self) {
        if self.status == Status::Rejected && self.count(Severity::Hard) == 0 {
            self.findings.push(Finding::new(Code::RowsMissing));
        }
    }

    /// Whether a code of the catalog was found in it.
    pub fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }

    /// Path of the file, without a sheet.
    pub fn file(&self) -> &str {
        let path = self.submission.path.as_str();
        path.split_once('#').map_or(path, |(file, _)| file)
    }

    /// Findings of a severity.
    pub fn count(&self, severity: Severity) -> i64 {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count() as i64
    }
}

/// The account of the whole run.
pub fn total(entries: &[Entry]) -> Rows {
    let mut total = Rows::default();
    entries.iter().for_each(|entry| total.add(&entry.rows));
    total
}
