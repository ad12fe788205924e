//! What the job of a bundle gives of each submission: what became of it, its findings, and the account of its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::shared::Shared;
use super::sketch::Sketch;
use crate::domain::{Code, Finding, HeaderLayout, Likeness, Reply, Severity, Submission, Text, hex};
use crate::intake::{Claim, FileRead, FoundFile, ReadSubmission};
use crate::pipeline::FormIndex;
use crate::rollup::Contribution;

/// What became of a submission, or of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// No form claims the file.
    Unclaimed,
    /// No record counts.
    Rejected,
    /// Some records count; others are quarantined, or a column must be mended.
    Partial,
    /// Every record counts, and nothing must be mended.
    Accepted,
    /// A later revision, or an identical copy, counts instead.
    Superseded,
}

impl State {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Unclaimed | State::Rejected => "rejected",
            State::Partial => "partial",
            State::Accepted => "accepted",
            State::Superseded => "superseded",
        }
    }

    /// Whether any record counts.
    pub fn counts(self) -> bool {
        matches!(self, State::Accepted | State::Partial)
    }

    /// Whether it stands for its sender: a form claims it, and no other submission counts instead.
    pub fn stands(self) -> bool {
        !matches!(self, State::Unclaimed | State::Superseded)
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

    /// The account of many submissions.
    pub fn total(entries: &[Entry]) -> Rows {
        let mut total = Rows::default();
        entries.iter().for_each(|entry| total.add(&entry.rows));
        total
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
    /// What was received; of a file that no form claims, path and hash alone are known.
    pub submission: Submission,
    /// The claim it was read by.
    pub claim: Option<Claim>,
    /// What became of it.
    pub state: State,
    /// The account of its rows.
    pub rows: Rows,
    /// When it came, by the receipts.
    pub submitted_at: Option<Date>,
    /// Days after it was due; negative: early.
    pub late_days: Option<i64>,
    /// What was found in it.
    pub findings: Vec<Finding>,
    /// Id of the submission at which the tables tell why the file cannot be read, if it is not this one.
    pub rejected_with: Option<String>,
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
    /// What corrections did to it.
    pub corrected: Vec<Applied>,
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
            claim: None,
            state: State::Unclaimed,
            rows: Rows::default(),
            submitted_at: None,
            late_days: None,
            findings,
            rejected_with: None,
            replies: Vec::new(),
            is_return: false,
            layout: None,
            likeness: Vec::new(),
            sketch: None,
            corrected: Vec::new(),
            remarks: Remarks::default(),
            shares: Shares::new(),
            return_path: None,
        }
    }

    /// A submission of which nothing counts yet, with what was found in it; takes the replies out of `read`.
    pub(super) fn opened(
        shared: &Shared<'_>,
        file: &FoundFile,
        read: &mut ReadSubmission,
        findings: Vec<Finding>,
    ) -> Entry {
        let submission = &read.submission;
        let form = &shared.pipeline.forms[submission.form];
        let submitted_at = shared.receipts.received_at(&file.path);
        let due = submission.period.zip(submitted_at);
        let table = read.table.as_ref();
        Entry {
            submission: submission.clone(),
            claim: Some(read.claim.clone()),
            state: State::Rejected,
            rows: Rows::of(read),
            submitted_at,
            late_days: due.and_then(|(period, came)| form.late_days(period, came)),
            is_return: read.answers.is_some(),
            layout: table.and_then(|table| table.layout.clone()),
            likeness: table.map_or_else(Vec::new, |table| table.likeness.clone()),
            sketch: table.and_then(|table| Sketch::of(table, form)),
            replies: std::mem::take(&mut read.replies),
            ..Entry::unclaimed(&file.path, findings)
        }
    }

    /// A file as read that no form claims.
    pub(super) fn of_unclaimed(shared: &Shared<'_>, file: &FoundFile, read: &FileRead) -> Entry {
        let mut entry = Entry::unclaimed(&file.path, read.findings.clone());
        entry.submission.sha256.clone_from(&read.sha256);
        entry.replies.clone_from(&read.replies);
        entry.submitted_at = shared.receipts.received_at(&file.path);
        entry
    }

    /// The form that claims it.
    pub fn form(&self) -> Option<FormIndex> {
        (self.state != State::Unclaimed).then_some(self.submission.form)
    }

    /// Code of the area that sent it; None: not known.
    pub fn sender(&self) -> Option<&str> {
        let code = self.submission.area_code.as_str();
        (self.state != State::Unclaimed && !code.is_empty()).then_some(code)
    }

    /// Whether it came in time; None: no receipt tells, or nothing was due.
    pub fn is_on_time(&self) -> Option<bool> {
        self.late_days.map(|days| days <= 0)
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

/// What a correction did to a submission, or why it did nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Applied {
    /// Index of the correction.
    pub correction: usize,
    /// Row of the grid; None: no single row.
    pub row: Option<u32>,
    /// The same as the clerk counts; 0: none.
    pub number: u32,
    /// Column of the form.
    pub column: Option<usize>,
    /// What was received.
    pub raw: Option<String>,
    /// What is read instead.
    pub value: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a correction in a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It holds.
    Applied,
    /// The cleaner refuses what it gives.
    Refused,
    /// The row or submission does not count for another reason.
    Held,
    /// Something else stands there than it expects.
    Stale,
    /// Another revision or a correction takes the place of what it corrects.
    Superseded,
    /// It finds nothing here, for this reason.
    Unmatched(Text),
}

impl Outcome {
    /// The word in tables.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::Applied => "applied",
            Outcome::Refused => "refused",
            Outcome::Held => "held",
            Outcome::Stale => "stale",
            Outcome::Superseded => "superseded",
            Outcome::Unmatched(_) => "unmatched",
        }
    }
}

/// What is said of the rows of a submission.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Remarks {
    /// The content of the form's own column, by row as the clerk counts.
    pub rows: BTreeMap<u32, String>,
    /// Rows that an explanation names by their key, by the explanation's index.
    pub keyed: BTreeMap<usize, BTreeSet<u32>>,
    /// Rows that an explanation could mean, by its index: they are of several units, whose keys differ in case or blanks only.
    pub unclear: BTreeMap<usize, BTreeSet<u32>>,
    /// Rows of all records, ascending, where an explanation asks: what is told of another row concerns a column.
    pub records: Vec<u32>,
}

impl Remarks {
    /// The explanation that the form's own column gives for a finding; one that stands for many rows is explained where each of them is.
    pub fn answer(&self, finding: &Finding) -> Option<&str> {
        let mut rows = finding.place.row.iter().chain(&finding.rows).peekable();
        let first = self.rows.get(*rows.peek()?)?;
        let is_asked = finding.severity == Severity::Explain;
        (is_asked && rows.all(|row| self.rows.contains_key(row))).then_some(first)
    }
}

/// What a record adds to the indicators of its form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Share {
    /// Where it belongs.
    pub area_code: String,
    /// Whether it counts; else it is quarantined.
    pub counts: bool,
    /// As it stands.
    pub as_sent: Vec<Contribution>,
    /// As it would be with a proposed mend, by column of the form.
    pub mended: BTreeMap<String, Vec<Contribution>>,
}

/// Shares of the records of a submission that findings are about, by row as the clerk counts.
pub type Shares = BTreeMap<u32, Share>;
