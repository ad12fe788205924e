//! Submissions with the same cells as one of another period or another sender: probably one file that was sent in two places.
//!
//! Each submission leaves a sketch of some of its records. Where two sketches are equal, the files are read again and compared
//! whole, so that only suspects cost time.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::RunError;
use crate::domain::{Code, Finding, Lang, Text};
use crate::intake::{FoundFile, ReadSubmission};
use crate::partition::{Entry, Shared, Sketch, same_records};

/// Adds a finding to each submission whose cells are those of an earlier one of another period or sender: of an earlier period, else
/// of the one that came first. Submissions of which nothing counts are not compared: other findings say why. `files` are those of
/// the run.
///
/// # Errors
/// When a file cannot be read again because the machine fails.
pub fn tell(shared: &Shared<'_>, files: &[&FoundFile], entries: &mut [Entry]) -> Result<(), RunError> {
    let files: BTreeMap<&str, &FoundFile> = files.iter().map(|file| (file.path.as_str(), *file)).collect();
    let told: Vec<Vec<(usize, Finding)>> = alike(entries)
        .par_iter()
        .map(|group| of_group(shared, &files, entries, group))
        .collect::<Result<_, RunError>>()?;
    for (at, finding) in told.into_iter().flatten() {
        entries[at].findings.push(finding);
    }
    Ok(())
}

/// Submissions of one form with equal sketches, the earliest first.
fn alike(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(usize, Sketch), Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let counts = entry.state.counts();
        if let Some(sketch) = entry.sketch.filter(|_| counts && entry.submission.period.is_some()) {
            groups.entry((entry.submission.form, sketch)).or_default().push(at);
        }
    }
    let earliest_first = |mut group: Vec<usize>| {
        group.sort_by_key(|&at| {
            let entry = &entries[at];
            // Of two files without a receipt nobody knows which came first.
            let came = (entry.submitted_at.is_none(), entry.submitted_at);
            let submission = &entry.submission;
            (submission.period, came, &submission.path, &submission.id)
        });
        group
    };
    let groups = groups.into_values().map(earliest_first);
    groups
        .filter(|group| group.iter().any(|&at| differs(&entries[group[0]], &entries[at])))
        .collect()
}

/// Whether two submissions are of different periods or senders.
fn differs(one: &Entry, other: &Entry) -> bool {
    let of = |entry: &Entry| (entry.submission.period, entry.submission.area_code.clone());
    of(one) != of(other)
}

/// Compares the cells of a group with those of its first submission.
fn of_group(
    shared: &Shared<'_>,
    files: &BTreeMap<&str, &FoundFile>,
    entries: &[Entry],
    group: &[usize],
) -> Result<Vec<(usize, Finding)>, RunError> {
    let read = |at: usize| -> Result<Option<ReadSubmission>, RunError> {
        let Some(file) = files.get(entries[at].file()) else {
            return Ok(None);
        };
        let all = shared.intake.read(file)?.submissions;
        let is_it = |read: &ReadSubmission| read.submission.id == entries[at].submission.id;
        Ok(all.into_iter().find(is_it))
    };
    let (&first, others) = group.split_first().expect("a group has submissions");
    let Some(original) = read(first)? else {
        return Ok(Vec::new());
    };
    let others = others.par_iter().filter(|at| differs(&entries[first], &entries[**at]));
    let told = others.map(|&at| {
        let same = read(at)?.is_some_and(|read| is_same(&read, &original));
        Ok(same.then(|| (at, finding(shared, &entries[first]))))
    });
    let told: Vec<Option<(usize, Finding)>> = told.collect::<Result<_, RunError>>()?;
    Ok(told.into_iter().flatten().collect())
}

/// Whether two submissions are the same sheet of the same bytes, or hold the same cells.
fn is_same(one: &ReadSubmission, other: &ReadSubmission) -> bool {
    let same_bytes = one.submission.sha256 == other.submission.sha256;
    let tables = one.table.as_ref().zip(other.table.as_ref());
    tables.is_some_and(|(one, other)| same_bytes && one.sheet == other.sheet || same_records(one, other))
}

/// Names the other submission, its period and its sender.
fn finding(shared: &Shared<'_>, original: &Entry) -> Finding {
    let submission = &original.submission;
    let sender = &submission.area_code;
    let period = submission
        .period
        .expect("submissions without a period are not compared");
    let areas = shared.areas(submission.form, period);
    let sender = areas.code_and_name(sender);
    let words = |lang| format!("{period} {}", sender.get(lang));
    Finding::new(Code::SubmissionIdentical)
        .raw(&*submission.path)
        .expected_as(Text::new(words(Lang::Zh), words(Lang::En)))
}
