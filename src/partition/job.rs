//! The job of a bundle, from files to rows, findings and sums.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::answers;
use super::case::Case;
use super::contents;
use super::entry::{Entry, State};
use super::error::Error;
use super::feedback;
use super::lineage::Memories;
use super::quarantine::quarantine;
use super::result::{PartitionResult, partition};
use super::shared::Shared;
use super::shares;
use super::stacks::{Stack, stacks};
use super::together::{Together, hold_together};
use crate::check::{Pairing, Settled};
use crate::domain::{AreaCounts, Period};
use crate::intake::{Consulted, FileRead, FoundFile};
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
    /// Figures that were held against each other, with the ids of their submissions.
    pub settled: Vec<(Option<String>, Settled)>,
    /// Figures whose fellow is not in the bundle, with the id of their submission.
    pub loose: Vec<(String, Pairing)>,
    /// Its files of facts, uncounted and quarantined rows.
    pub files: Vec<Encoded>,
    /// What its files were held against beside the forms that claim them.
    pub consulted: Consulted,
}

/// Reads, judges, normalizes and checks the files of a bundle. What it gives depends on nothing but the definition, the registers, the
/// files and what earlier periods have left behind.
///
/// # Errors
/// When the machine fails; faults of the data are findings in the entries.
pub fn job(shared: &Shared<'_>, files: &[FoundFile], memories: &mut Memories) -> Result<BundleResult, Error> {
    let reads: Vec<FileRead> = shared.spread.inner().map(files, |file| {
        let read = shared.intake.read(file);
        (shared.step)();
        read
    })?;
    let mut done = BundleResult::default();
    let mut cases = Vec::new();
    for (file, read) in files.iter().zip(reads) {
        done.ignored_sheets += read.ignored_sheets;
        done.consulted = done.consulted.or(read.consulted);
        if read.submissions.is_empty() {
            done.entries.push(Entry::of_unclaimed(shared, file, &read));
        }
        for submission in read.submissions {
            cases.push(Case::open(shared, file, cases.len(), submission));
        }
    }
    contents::tell_apart(&mut cases);
    feedback::correct(shared, &mut cases);
    feedback::remarks(shared, &mut cases);
    let (mut partitions, mut records) = (Vec::new(), Vec::new());
    for (&(form, period), senders) in &stacks(&cases) {
        let areas = shared.areas(form, period);
        let mut by_area: BTreeMap<String, BTreeMap<&str, &Stack>> = BTreeMap::new();
        for (sender, stack) in senders {
            let area = areas.partition_of(shared.pipeline.registry.partition, sender);
            by_area.entry(area).or_default().insert(sender, stack);
        }
        for (area, senders) in &by_area {
            let definition = (shared.pipeline, &shared.registry, &shared.lineage);
            let memory = memories.at(definition, (form, period), area);
            let made = partition(shared, &mut cases, (form, period), (area, senders), memory)?;
            let (mut made, kept) = made;
            done.files.append(&mut made.files);
            partitions.push(made);
            records.extend(kept);
        }
    }
    answers::tell(&mut cases);
    let Together { settled, loose } = hold_together(shared, &mut cases, &mut records)?;
    (done.settled, done.loose) = (settled, loose);
    drop(records);
    for judged in partitions.iter_mut().filter_map(|partition| partition.judged.take()) {
        shares::note(shared, &judged, &mut cases)?;
    }
    let held = partitions.iter().flat_map(|partition| &partition.held);
    done.files.extend(quarantine(shared, &cases, held)?);
    let judged = (partitions.iter()).flat_map(|partition| &partition.judged_submissions);
    let judged: BTreeSet<usize> = judged.copied().collect();
    for (at, case) in cases.iter_mut().enumerate() {
        case.settle();
        // What was read and then broke a rule in every row is counted by its partition already.
        if case.entry.state == State::Rejected && !judged.contains(&at) {
            done.rejected.extend(rejected(case));
        }
    }
    feedback::settle(&mut cases);
    done.partitions = partitions.into_iter().map(|partition| partition.result).collect();
    done.entries
        .extend(cases.into_iter().map(|case| in_words(shared, case.entry)));
    Ok(done)
}

/// An entry whose findings say what they expect in words, too.
fn in_words(shared: &Shared<'_>, mut entry: Entry) -> Entry {
    let form = entry.submission.form;
    let findings = std::mem::take(&mut entry.findings).into_iter();
    entry.findings = findings
        .map(|finding| shared.pipeline.with_words(form, finding))
        .collect();
    entry
}

/// What was sent and rejected before any rule looked at its records.
fn rejected(case: &Case) -> Option<(FormIndex, Period, String, AreaCounts)> {
    let submission = &case.entry.submission;
    let sent = AreaCounts {
        submissions: 1,
        on_time: case.entry.is_on_time(),
        rows_refused: case.entry.rows.quarantined as i64,
        ..AreaCounts::default()
    };
    Some((submission.form, submission.period?, submission.area_code.clone(), sent))
}
