//! The job of a bundle, from files to rows, findings and sums.

use std::collections::{BTreeMap, BTreeSet};

use super::answers;
use super::bundle_result::BundleResult;
use super::case::Case;
use super::cleaned::{KeptFile, KeptFiles};
use super::contents;
use super::entry::{Entry, State};
use super::error::Error;
use super::feedback;
use super::lineage::Memories;
use super::open::OpenFiles;
use super::quarantine::quarantine;
use super::result::partition;
use super::shared::Shared;
use super::shares;
use super::stacks::{Stack, stacks};
use super::together::{Together, hold_together};
use crate::domain::{AreaCounts, Period};
use crate::intake::FoundFile;
use crate::pipeline::FormIndex;

/// A result, and what can be kept of the files behind it.
pub struct Done {
    /// The result.
    pub result: BundleResult,
    /// Its figures that were held against each other.
    pub together: Together,
    /// Files that need not be read for the next result, by path.
    pub kept: BTreeMap<String, KeptFile>,
    /// Files that were read.
    pub files_read: u64,
}

/// Reads, judges, normalizes and checks the files of a bundle. What it gives depends on nothing but the definition, the registers, the
/// files and what earlier periods have left behind; what was kept of the files only saves reading them. None: a file has changed
/// since it was kept, and nothing of it may be used.
///
/// # Errors
/// When the machine fails; faults of the data are findings in the entries.
pub fn job(
    shared: &Shared<'_>,
    files: &[FoundFile],
    memories: &mut Memories,
    kept: KeptFiles,
) -> Result<Option<Done>, Error> {
    let mut done = BundleResult::default();
    let Some((mut open, mut cases)) = OpenFiles::of(shared, files, kept, &mut done)? else {
        return Ok(None);
    };
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
    let together = hold_together(shared, &mut cases, &mut records)?;
    drop(records);
    for judged in partitions.iter_mut().filter_map(|partition| partition.judged.take()) {
        shares::note(shared, &judged, &mut cases)?;
    }
    if !open.open_quarantined(shared, &mut cases)? {
        return Ok(None);
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
    let files_read = open.files_read;
    let kept = open.kept(shared, &mut cases);
    done.partitions = partitions.into_iter().map(|partition| partition.result).collect();
    done.entries
        .extend(cases.into_iter().map(|case| in_words(shared, case.entry)));
    Ok(Some(Done {
        result: done,
        together,
        kept,
        files_read,
    }))
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
