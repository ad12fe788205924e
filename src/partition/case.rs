//! A submission while the job of its bundle runs: its sheet, what became of its records, and its line of the result.

use std::sync::Arc;

use super::cleaned::{Cleaned, CleanedRecords, KeptSheet, Opened};
use super::entry::{Entry, Rows, State};
use super::place::judge;
use super::shared::Shared;
use super::stated::set_aside;
use crate::check::StatedRow;
use crate::domain::{Code, Finding, FindingCode, MatchedColumn, RawTable, RowState, RowStatuses, Severity};
use crate::intake::{FileRead, FoundFile, ReadSubmission};
use crate::lake::RecordBatch;
use crate::normalize::{Context, Normalized, normalize};

/// A submission under judgement. Its place in the bundle's list is its number in frames, until the job is done.
pub struct Case {
    /// What intake gave; its findings and replies have gone to the entry.
    pub read: ReadSubmission,
    /// Its lines that state the sum of others.
    pub stated: Vec<StatedRow>,
    /// Index of the first submission of its sender, form and period with the same content: of equal ones it is the same number.
    pub content: usize,
    /// What became of its records.
    pub records: Judgement,
    /// What the job gives of it.
    pub entry: Entry,
    /// What an earlier run has kept of it: its sheet is then not read again, unless its cells are asked for.
    pub(super) kept: Option<KeptSheet>,
    /// What was found before it was judged.
    pub(super) opened: Opened,
    /// What cleaning said of its records, where it counts and was read.
    pub(super) cleaned: Option<CleanedRecords>,
}

/// What is known of the records of a submission.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// Nobody looked at single ones: what hard findings on the whole say holds for all.
    AsWhole,
    /// The status of each.
    Each(RowStatuses),
}

impl Case {
    /// A submission of which nothing counts yet: all of its records are quarantined. `at` is its place in the bundle's list.
    pub fn open(shared: &Shared<'_>, file: &FoundFile, at: usize, mut read: ReadSubmission) -> Case {
        let mut opened = Opened {
            read: std::mem::take(&mut read.findings),
            rejected: read.rejected,
            table: read.table.as_ref().map(RawTable::without_cells),
            ..Opened::default()
        };
        let mut findings = opened.read.clone();
        findings.extend(judge(shared, &read));
        read.rejected |= reject(&findings);
        let (told, stated) = set_aside(shared, at, &mut read);
        findings.extend(told.iter().cloned());
        let entry = Entry::opened(shared, file, &mut read, findings);
        (opened.told, opened.rows) = (told, entry.rows);
        Case {
            read,
            stated,
            content: at,
            records: Judgement::AsWhole,
            opened,
            entry,
            kept: None,
            cleaned: None,
        }
    }

    /// The same of one that an earlier run has kept, with the cells of its records. None: these are not its own.
    pub(super) fn again(
        shared: &Shared<'_>,
        file: &FoundFile,
        at: usize,
        (cleaned, cells): (&Cleaned, &RecordBatch),
    ) -> Option<Case> {
        let form = &shared.pipeline.forms[cleaned.submission.form];
        let normalized = cleaned.records.clone().with(at, form, cells)?;
        let mut read = ReadSubmission {
            submission: cleaned.submission.clone(),
            claim: cleaned.claim.clone(),
            table: None,
            findings: Vec::new(),
            rejected: false,
            stated_period: None,
            replies: cleaned.replies.clone(),
            answers: None,
        };
        let mut findings = cleaned.read.clone();
        findings.extend(judge(shared, &read));
        read.rejected |= reject(&findings);
        findings.extend(cleaned.told.iter().cloned());
        let mut stated = cleaned.stated.clone();
        stated.iter_mut().for_each(|row| row.submission = at as u32);
        let mut entry = Entry::opened(shared, file, &mut read, findings);
        entry.rows = cleaned.rows;
        entry.layout.clone_from(&cleaned.layout);
        entry.likeness.clone_from(&cleaned.likeness);
        entry.sketch = cleaned.sketch;
        entry.remarks.rows.clone_from(&cleaned.remarks);
        Some(Case {
            read,
            stated,
            content: at,
            records: Judgement::AsWhole,
            entry,
            kept: Some(KeptSheet {
                sheet: cleaned.sheet.clone(),
                columns: cleaned.columns.clone(),
                normalized,
            }),
            opened: Opened::default(),
            cleaned: None,
        })
    }

    /// Takes over the sheet of one that was kept, whose cells are asked for, from its file as it was read now. False: the file holds
    /// something else by now.
    pub(super) fn take_sheet(&mut self, shared: &Shared<'_>, at: usize, file: &FileRead) -> bool {
        let own = &self.read.submission;
        let is_own = |other: &&ReadSubmission| other.submission.id == own.id && other.submission.sha256 == own.sha256;
        let Some(mut found) = file.submissions.iter().find(is_own).cloned() else {
            return false;
        };
        set_aside(shared, at, &mut found);
        self.read.table = found.table;
        let records = self.read.table.as_ref().map_or(0, |table| table.records.len());
        records == self.record_count()
    }

    /// Its records as they are cleaned. None: it has no sheet.
    pub(super) fn normalized(&self, context: &Context<'_>) -> Option<Normalized> {
        match &self.kept {
            Some(kept) => Some(kept.normalized.clone()),
            None => Some(normalize(self.read.table.as_ref()?, context)),
        }
    }

    /// The name of its sheet in a workbook.
    pub(super) fn sheet(&self) -> Option<&Arc<str>> {
        match &self.kept {
            Some(kept) => kept.sheet.as_ref(),
            None => self.read.table.as_ref()?.sheet.as_ref(),
        }
    }

    /// The columns of its sheet that the form knows.
    pub(super) fn columns(&self) -> &[MatchedColumn] {
        match &self.kept {
            Some(kept) => &kept.columns,
            None => self.read.table.as_ref().map_or(&[], |table| &table.columns),
        }
    }

    fn record_count(&self) -> usize {
        match &self.kept {
            Some(kept) => kept.normalized.batch.num_rows(),
            None => self.read.table.as_ref().map_or(0, |table| table.records.len()),
        }
    }

    /// Settles the state from the account, where no other submission took its place. One of which nothing counts says why: where no
    /// other finding does, it held no record at all.
    pub fn settle(&mut self) {
        let entry = &mut self.entry;
        if entry.state == State::Superseded {
            return;
        }
        let whole = entry.rows.quarantined == 0 && entry.count(Severity::Hard) == 0;
        entry.state = match entry.rows.accepted {
            0 => State::Rejected,
            _ if whole => State::Accepted,
            _ => State::Partial,
        };
        let is_told = entry.count(Severity::Hard) > 0 || entry.has(Code::PeriodUnexpected);
        if entry.state == State::Rejected && !is_told {
            entry.findings.push(Finding::new(Code::RowsMissing));
        }
    }

    /// Takes over what became of each record, and counts them. Rows that a correction drops are counted already.
    pub fn take_statuses(&mut self, statuses: RowStatuses) {
        let rows = &mut self.entry.rows;
        rows.accepted = statuses.count(RowState::Accepted) as u64;
        rows.quarantined = statuses.count(RowState::Quarantined) as u64;
        rows.superseded += statuses.count(RowState::Superseded) as u64;
        self.records = Judgement::Each(statuses);
    }

    /// Marks that another submission counts instead: its rows are superseded, and what was wrong with it matters no longer.
    pub fn replace(&mut self, finding: Finding) {
        let rows = &mut self.entry.rows;
        rows.superseded = rows.read - rows.set_aside;
        rows.quarantined = 0;
        let count = rows.superseded;
        self.entry.state = State::Superseded;
        self.entry.findings = vec![finding.count(count)];
        self.records = Judgement::AsWhole;
    }

    /// Its quarantined records by position, each with its codes.
    pub fn quarantined(&self) -> Vec<(usize, Arc<str>)> {
        let records = self.record_count();
        match &self.records {
            Judgement::Each(statuses) => statuses.held(),
            Judgement::AsWhole if self.entry.rows.quarantined == 0 => Vec::new(),
            Judgement::AsWhole => RowStatuses::quarantined(records, self.causes()).held(),
        }
    }

    /// Hard findings on the whole.
    fn causes(&self) -> impl Iterator<Item = FindingCode> {
        let on_the_whole = |finding: &&Finding| {
            finding.severity == Severity::Hard && finding.place.row.is_none() && finding.rows.is_empty()
        };
        let causes = self.entry.findings.iter().filter(on_the_whole);
        causes.map(|finding| finding.code.clone())
    }

    /// Whether a record is quarantined; `position` counts records.
    pub fn holds(&self, position: usize) -> bool {
        match &self.records {
            Judgement::Each(statuses) => statuses.of(position) == RowState::Quarantined,
            Judgement::AsWhole => false,
        }
    }
}

/// Whether findings reject a submission: a hard one that concerns no single row or column.
fn reject(findings: &[Finding]) -> bool {
    let on_the_whole = |finding: &Finding| finding.place.row.is_none() && finding.place.column.is_none();
    let is_hard = |finding: &Finding| finding.severity == Severity::Hard && on_the_whole(finding);
    // A period of a table that goes further back than anyone asks is no fault of the sender, and counts nowhere.
    (findings.iter()).any(|finding| is_hard(finding) || finding.code == Code::PeriodUnexpected)
}

impl Rows {
    /// The account as long as nothing counts.
    pub(super) fn of(read: &ReadSubmission) -> Rows {
        read.table.as_ref().map_or_else(Rows::default, |table| Rows {
            read: table.grid.height() as u64,
            set_aside: table.set_aside.len() as u64,
            quarantined: table.records.len() as u64,
            ..Rows::default()
        })
    }
}
