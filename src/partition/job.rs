//! The job of a bundle, from files to rows, findings and sums.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::answers;
use super::case::Case;
use super::cleaned::{self, CleanedFile, KeptFile, KeptFiles, ReadFile, Source};
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

/// A result, and what can be kept of the files behind it.
pub struct Done {
    /// The result.
    pub result: BundleResult,
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
    let read = |file: &FoundFile| {
        let read = shared.intake.read(file);
        (shared.step)();
        Ok(read?)
    };
    let sources = kept.sources(shared, files, read)?;
    let mut done = BundleResult::default();
    let mut cases = Vec::new();
    let mut read: Vec<ReadFile> = Vec::new();
    let mut unread: Vec<(&FoundFile, CleanedFile, Range<usize>)> = Vec::new();
    let mut files_read = 0;
    for (file, source) in files.iter().zip(sources) {
        match source {
            Source::Read { read: mut of_file, is_kept } => {
                match is_kept {
                    true => (shared.step)(),
                    false => files_read += 1,
                }
                done.ignored_sheets += of_file.ignored_sheets;
                done.consulted = done.consulted.or(of_file.consulted);
                if of_file.submissions.is_empty() {
                    done.entries.push(Entry::of_unclaimed(shared, file, &of_file));
                }
                for submission in std::mem::take(&mut of_file.submissions) {
                    cases.push(Case::open(shared, file, cases.len(), submission));
                }
                read.push(ReadFile {
                    path: file.path.clone(),
                    read: of_file,
                });
            }
            Source::Cleaned(of_file, cells) => {
                (shared.step)();
                done.ignored_sheets += of_file.ignored_sheets;
                done.consulted = done.consulted.or(of_file.consulted);
                let first = cases.len();
                for one in of_file.submissions.iter().zip(&cells) {
                    let Some(case) = Case::again(shared, file, cases.len(), one) else {
                        return Ok(None);
                    };
                    cases.push(case);
                }
                unread.push((file, of_file, first..cases.len()));
            }
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
    let mut opened: BTreeMap<&str, FileRead> = BTreeMap::new();
    for (file, _, of_it) in &unread {
        // What is quarantined is published as it was received.
        let asked = of_it.clone().filter(|&at| !cases[at].quarantined().is_empty());
        let asked: Vec<usize> = asked.collect();
        if asked.is_empty() {
            continue;
        }
        files_read += 1;
        let read = shared.intake.read(file)?;
        for at in asked {
            if !cases[at].take_sheet(shared, at, &read) {
                return Ok(None);
            }
        }
        opened.insert(&file.path, read);
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
    let mut kept = cleaned::kept(shared, read, &mut cases);
    for (file, of_file, _) in unread {
        let as_now = match opened.remove(file.path.as_str()) {
            Some(read) => KeptFile::Read(read),
            None => KeptFile::Cleaned(of_file),
        };
        kept.insert(file.path.clone(), as_now);
    }
    done.partitions = partitions.into_iter().map(|partition| partition.result).collect();
    done.entries
        .extend(cases.into_iter().map(|case| in_words(shared, case.entry)));
    Ok(Some(Done {
        result: done,
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
