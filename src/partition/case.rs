//! A submission while the job of its bundle runs: its sheet, what became of its records, and its line of the result.

use std::sync::Arc;

use super::entry::{Entry, Rows, State};
use super::place::judge;
use super::shared::Shared;
use super::stated::set_aside;
use crate::check::StatedRow;
use crate::domain::{Code, Finding, FindingCode, RowState, RowStatuses, Severity};
use crate::intake::{FoundFile, ReadSubmission};

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
        let mut findings = std::mem::take(&mut read.findings);
        findings.extend(judge(shared, &read));
        let on_the_whole = |finding: &Finding| finding.place.row.is_none() && finding.place.column.is_none();
        read.rejected |= (findings.iter()).any(|finding| finding.severity == Severity::Hard && on_the_whole(finding));
        let (told, stated) = set_aside(shared, at, &mut read);
        findings.extend(told);
        let entry = Entry::opened(shared, file, &mut read, findings);
        Case {
            read,
            stated,
            content: at,
            records: Judgement::AsWhole,
            entry,
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
        if entry.state == State::Rejected && entry.count(Severity::Hard) == 0 {
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
        let records = self.read.table.as_ref().map_or(0, |table| table.records.len());
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
