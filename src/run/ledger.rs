//! What became of each submission: the account of its rows, and the tables `submissions` and `findings`.

use std::sync::Arc;

use jiff::civil::Date;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::beside::Beside;
use super::feedback::Remarks;
use super::identical::Sketch;
use super::influence::Shares;
use super::names::Names;
use crate::domain::{
    CellValue, Code, Finding, HeaderLayout, Influence, Lang, Likeness, Reply, RowState, RowStatuses, Severity, Submission, hex,
};
use crate::intake::Claim;
use crate::pipeline::{Form, Pipeline};
use crate::tables::{FindingRow, NO_BASE, SubmissionRow, Table};

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
    pub fn give_reason(&mut self, submission: u32) {
        if self.status == Status::Rejected && self.count(Severity::Hard) == 0 {
            self.findings.push(Finding::new(Code::RowsMissing, submission));
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

    fn count(&self, severity: Severity) -> i64 {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count() as i64
    }
}

/// By path and id: the order of the bundles does not show. Findings get their submission's number.
pub fn settle_order(entries: &mut [Entry]) {
    entries.sort_by(|a, b| (&a.submission.path, &a.submission.id).cmp(&(&b.submission.path, &b.submission.id)));
    for (at, entry) in entries.iter_mut().enumerate() {
        entry
            .findings
            .iter_mut()
            .for_each(|finding| finding.submission = at as u32);
    }
}

/// The account of the whole run.
pub fn total(entries: &[Entry]) -> Rows {
    let mut total = Rows::default();
    entries.iter().for_each(|entry| total.add(&entry.rows));
    total
}

/// Table `submissions`.
pub fn submissions(pipeline: &Pipeline, names: &Names<'_>, entries: &[Entry]) -> Table {
    let mut table = Table::of::<SubmissionRow>();
    for entry in entries {
        let s = &entry.submission;
        let area_code = (entry.claimed && !s.area_code.is_empty()).then_some(s.area_code.as_str());
        let area_name = area_code.and_then(|code| names.of(s.form, s.period, code));
        let period = s.period.map(|period| period.to_string());
        table.push(SubmissionRow {
            submission_id: &s.id,
            path: &s.path,
            sha256: Some(s.sha256.as_str()).filter(|digest| !digest.is_empty()),
            form: entry.claimed.then(|| pipeline.forms[s.form].id.as_str()),
            period: period.as_deref(),
            area_code,
            area_name: area_name.as_deref(),
            revision: entry.claimed.then_some(i64::from(s.revision)),
            format: &s.format,
            encoding: s.encoding.as_deref(),
            submitted_at: entry.submitted_at,
            late_days: entry.late_days,
            status: entry.status.as_str(),
            rows_read: entry.rows.read as i64,
            rows_accepted: entry.rows.accepted as i64,
            rows_quarantined: entry.rows.quarantined as i64,
            rows_superseded: entry.rows.superseded as i64,
            rows_set_aside: entry.rows.set_aside as i64,
            findings_hard: entry.count(Severity::Hard),
            findings_explain: entry.count(Severity::Explain),
            findings_info: entry.count(Severity::Info),
            findings_open: entry.findings.iter().filter(|finding| finding.is_open()).count() as i64,
            layout: entry.layout.as_ref().map(|layout| layout.id.as_str()),
            return_path: entry.return_path.as_deref(),
        });
    }
    table.sort_by_key();
    table
}

/// Table `findings`, in order of submission, then row and column. Those on a file beside the submissions have no submission.
pub fn findings(pipeline: &Pipeline, entries: &[Entry], beside: &[Beside]) -> Table {
    let mut table = Table::of::<FindingRow>();
    for entry in entries {
        let s = &entry.submission;
        let form = entry.claimed.then(|| &pipeline.forms[s.form]);
        let period = s.period.map(|period| period.to_string());
        let whose = Whose {
            id: &s.id,
            submission: Some(&s.id),
            path: &s.path,
            period: period.as_deref(),
            form,
            area_code: (entry.claimed && !s.area_code.is_empty()).then_some(s.area_code.as_str()),
        };
        push_findings(&mut table, &whose, &entry.findings);
    }
    for file in beside {
        let id = format!("beside-{}", &hex(&Sha256::digest(file.path.as_bytes()))[..8]);
        let whose = Whose {
            id: &id,
            path: &file.path,
            ..Whose::default()
        };
        push_findings(&mut table, &whose, &file.findings);
    }
    table.sort_by_key();
    table
}

/// The submission or file that findings are on.
#[derive(Default)]
struct Whose<'a> {
    /// What their ids begin with.
    id: &'a str,
    /// None: a file beside the submissions.
    submission: Option<&'a str>,
    path: &'a str,
    period: Option<&'a str>,
    form: Option<&'a Form>,
    area_code: Option<&'a str>,
}

/// Adds the findings of one submission or file.
fn push_findings(table: &mut Table, whose: &Whose<'_>, findings: &[Finding]) {
    let form = whose.form;
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    for (at, finding) in findings.iter().enumerate() {
        let place = &finding.place;
        let column = form.and_then(|form| Some(&form.columns[form.column(place.column.as_deref()?)?]));
        let title = |lang: Lang| column.map(|column| column.title.get(lang));
        let influence = finding.influence.as_ref();
        let (finding_id, cell, cells) = (format!("{}-{:05}", whose.id, at + 1), place.a1(), shown_cells(finding));
        let (influence_root, root_null) = share(influence, |of| of.national);
        let (influence_partition, partition_null) = share(influence, |of| of.partition);
        let message = |lang: Lang| finding.message(lang, title(lang));
        table.push(FindingRow {
            finding_id: &finding_id,
            submission_id: whose.submission,
            path: whose.path,
            period: whose.period,
            form: form.map(|form| form.id.as_str()),
            area_code: whose.area_code,
            code: finding.code.as_str(),
            severity: finding.severity.as_str(),
            sheet: place.sheet.as_deref(),
            row: place.row.map(i64::from),
            field: place.column.as_deref(),
            cell: cell.as_deref(),
            raw: finding.raw.as_deref(),
            expected: finding.expected.as_deref(),
            mend: finding.mend.as_deref(),
            n_affected: finding.count as i64,
            cells: cells.as_deref(),
            threshold: finding.threshold.as_deref(),
            status: status_of(finding),
            correction: finding.correction.as_deref(),
            explanation: finding.explanation.as_deref(),
            influence_indicator: influence.map(|of| of.indicator.as_str()),
            influence_root,
            influence_root_null_reason: root_null,
            influence_partition,
            influence_partition_null_reason: partition_null,
            influence_counted: influence.map(|of| of.counts),
            figure_with: influence.and_then(|of| of.figures.with),
            figure_without: influence.and_then(|of| of.figures.without),
            figure_mended: influence.and_then(|of| of.figures.mended),
            message_zh: &message(Lang::Zh),
            message_en: &message(Lang::En),
        });
    }
}

/// The size of an influence, or why there is none.
fn share(
    influence: Option<&Influence>,
    of: impl Fn(&Influence) -> Option<f64>,
) -> (Option<f64>, Option<&'static str>) {
    match influence.map(of) {
        None => (None, Some("moves_nothing")),
        Some(None) => (None, Some("undefined")),
        Some(Some(change)) if change.is_infinite() => (None, Some(NO_BASE)),
        Some(change) => (change, None),
    }
}

/// `H12=300; I12=250`; a cell of another submission with its path before it.
fn shown_cells(finding: &Finding) -> Option<String> {
    let shown = |cell: &CellValue| {
        let path = cell.path.as_deref().map_or(String::new(), |path| format!("{path}!"));
        let at = cell
            .place
            .a1()
            .or_else(|| cell.place.column.as_deref().map(str::to_owned));
        format!("{path}{}={}", at.unwrap_or_default(), cell.value)
    };
    let cells: Vec<String> = finding.cells.iter().map(shown).collect();
    (!cells.is_empty()).then(|| cells.join("; "))
}

fn status_of(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Info => "info",
        _ if finding.is_open() => "open",
        _ => "explained",
    }
}

/// Sheet, row and column first.
pub type Order<'a> = (
    Option<&'a str>,
    Option<u32>,
    Option<u32>,
    &'a str,
    Option<&'a str>,
    Option<&'a str>,
);

/// What the table of findings of a submission is sorted by.
pub fn order(finding: &Finding) -> Order<'_> {
    let place = &finding.place;
    let column = place.column.as_deref();
    (
        place.sheet.as_deref(),
        place.row,
        place.column_index,
        finding.code.as_str(),
        column,
        finding.raw.as_deref(),
    )
}
