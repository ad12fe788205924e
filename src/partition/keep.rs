//! What of the files behind a job is kept for the next run, once all is judged.

use std::collections::BTreeMap;

use super::case::Case;
use super::cleaned::{Cleaned, CleanedFile, KeptFile, is_silent};
use super::entry::State;
use super::shared::Shared;
use crate::domain::{RawTable, SenderKey, SetAside};
use crate::intake::{FileRead, ReadSubmission};

/// Cells of the sheets of a file, above which it is read again rather than kept: encoded, they would double the memory of the largest file.
const MOST_CELLS: usize = 2_000_000;

/// A file behind a job that was read, by it or by an earlier one.
pub(super) struct ReadFile {
    pub(super) path: String,
    /// Without its submissions, which are cases of the job.
    pub(super) read: FileRead,
}

/// The files of a bundle that were read, as they can be kept once it is judged. The sheets are taken out of the cases where they are
/// asked for.
pub(super) fn kept(shared: &Shared<'_>, files: Vec<ReadFile>, cases: &mut [Case]) -> BTreeMap<String, KeptFile> {
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let mut senders: BTreeMap<SenderKey<'_>, usize> = BTreeMap::new();
    let mut of_file: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let submission = &case.read.submission;
        *ids.entry(&submission.id).or_default() += 1;
        *senders.entry(submission.sender_key()).or_default() += 1;
        of_file.entry(case.entry.file().to_owned()).or_default().push(at);
    }
    let is_alone = |case: &Case| {
        let submission = &case.read.submission;
        ids[&*submission.id] == 1 && senders[&submission.sender_key()] == 1
    };
    let as_cleaned = |at: &usize| {
        Some(&cases[*at])
            .filter(|case| is_alone(case))
            .and_then(|case| cleaned(shared, case))
    };
    let of_cases = |path: &str| of_file.get(path).map_or(&[][..], Vec::as_slice);
    let cleaned: Vec<Option<Vec<Cleaned>>> = (files.iter())
        .map(|file| of_cases(&file.path).iter().map(as_cleaned).collect())
        .collect();
    let mut all = BTreeMap::new();
    for (file, cleaned) in files.into_iter().zip(cleaned) {
        let ReadFile { path, mut read } = file;
        let of_it = of_cases(&path);
        let kept = match cleaned.filter(|_| !of_it.is_empty()) {
            Some(submissions) => KeptFile::Cleaned(CleanedFile {
                ignored_sheets: read.ignored_sheets,
                consulted: read.consulted,
                submissions,
            }),
            None if cells(cases, of_it) > MOST_CELLS => continue,
            None => {
                read.submissions = of_it.iter().map(|at| as_read(&mut cases[*at])).collect();
                KeptFile::Read(read)
            }
        };
        all.insert(path, kept);
    }
    all
}

fn cells(cases: &[Case], of_file: &[usize]) -> usize {
    let tables = of_file.iter().filter_map(|&at| cases[at].read.table.as_ref());
    tables.map(|table| table.grid.cells()).sum()
}

/// A submission as it was read. Its sheet is taken out of the case.
fn as_read(case: &mut Case) -> ReadSubmission {
    let opened = std::mem::take(&mut case.opened);
    let read = &mut case.read;
    let table = opened.table.zip(read.table.take());
    let table = table.map(|(as_read, now)| RawTable {
        grid: now.grid,
        ..as_read
    });
    ReadSubmission {
        submission: read.submission.clone(),
        claim: read.claim.clone(),
        table,
        findings: opened.read,
        rejected: opened.rejected,
        stated_period: read.stated_period.clone(),
        replies: case.entry.replies.clone(),
        answers: read.answers.clone(),
    }
}

/// A submission as it can be kept. None: its sheet is needed as it was received.
fn cleaned(shared: &Shared<'_>, case: &Case) -> Option<Cleaned> {
    let (read, entry) = (&case.read, &case.entry);
    let table = read.table.as_ref().filter(|table| is_as_received(table))?;
    let submission = &read.submission;
    let areas = shared.areas(submission.form, submission.period?);
    let counts = matches!(entry.state, State::Accepted | State::Partial) && entry.rows.quarantined == 0;
    let is_plain = is_silent(shared, submission) && read.answers.is_none() && !read.rejected;
    // Whose code has had another bearer is told by the titles of the sheet.
    let is_own = areas.other_bearers(&submission.area_code).is_empty();
    let records = case.cleaned.clone().filter(|_| counts && is_plain && is_own)?;
    Some(Cleaned {
        submission: submission.clone(),
        claim: read.claim.clone(),
        read: case.opened.read.clone(),
        told: case.opened.told.clone(),
        stated: case.stated.clone(),
        replies: entry.replies.clone(),
        rows: case.opened.rows,
        layout: entry.layout.clone(),
        likeness: entry.likeness.clone(),
        sketch: entry.sketch,
        remarks: entry.remarks.rows.clone(),
        sheet: table.sheet.clone(),
        columns: table.columns.clone(),
        records,
    })
}

/// Whether no correction has changed a table.
fn is_as_received(table: &RawTable) -> bool {
    let is_dropped = |(_, kind): &(u32, SetAside)| *kind == SetAside::Dropped;
    table.corrected.is_empty() && !table.set_aside.iter().any(is_dropped)
}
