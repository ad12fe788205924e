//! Which submissions go back to their senders, under what names. Their cells are taken from what a run keeps on disk, or read again, so
//! that no run has to hold the cells of all of them.

mod belongs;
mod due;
mod kept;
mod name;
mod way;

use std::collections::BTreeMap;

use due::Due;
use kept::KeptReturns;
pub use kept::unused;
use name::names;
use rayon::prelude::*;
use way::Way;

use super::RunError;
use super::dependencies::Hash;
use super::kept::Keeper;
use super::outcome::Progress;
use super::template::{blank, known_rows};
use crate::domain::{Code, Finding, SenderKey, base_name, from_hex};
use crate::intake::{FileRead, FoundFile, ReadSubmission};
use crate::lake::Output;
use crate::partition::{Bundle, Chain, Entry, Shared, State};
use crate::registry::Area;
use crate::release::Staging;
use crate::returns::{Answer, Return, workbook};

/// What is wrong with where a file lies, so that no next revision beside it can mend it.
const MISPLACED: [Code; 6] = [
    Code::PeriodUnexpected,
    Code::AreaReassigned,
    Code::AreaUnknown,
    Code::AreaUnexpected,
    Code::AreaContradicted,
    Code::ReturnContradicted,
];

/// What is said of words in a list that settled nothing, though the finding is still there.
const NOTICES: [Code; 3] = [Code::ReplyOutdated, Code::ReplyMisplaced, Code::ReplyWordless];

/// Plans a return for every submission with something open, and notes its path in the entry. Findings must be settled.
pub fn plan(shared: &Shared<'_>, entries: &mut [Entry]) -> Vec<Planned> {
    if !shared.pipeline.returns.write {
        return Vec::new();
    }
    let due: Vec<(usize, &Entry)> = (entries.iter().enumerate())
        .filter(|(_, entry)| is_due(entry))
        .collect();
    let of_due: Vec<&Entry> = due.iter().map(|(_, entry)| *entry).collect();
    let ways = Ways {
        latest: latest_revisions(entries),
        again: again(&of_due),
    };
    let answers: Vec<Way> = of_due.iter().map(|entry| way(shared, entry, &ways)).collect();
    let names = names(shared.pipeline, &of_due, &answers);
    let rivals = of_due.iter().zip(&answers).map(|(entry, way)| ways.rivals(entry, way));
    let rivals: Vec<Vec<String>> = rivals.collect();
    let at: Vec<usize> = due.into_iter().map(|(at, _)| at).collect();
    for (&at, name) in at.iter().zip(&names) {
        entries[at].return_path = Some(name.clone());
    }
    let planned = at.into_iter().zip(answers).zip(names).zip(rivals);
    planned
        .map(|(((entry, way), name), rivals)| Planned {
            entry,
            way,
            name,
            rivals,
        })
        .collect()
}

/// Writes the returns that were planned.
///
/// # Errors
/// When the machine fails.
pub fn write(
    (shared, staging, progress): (&Shared<'_>, &Staging, &(dyn Fn(Progress) + Sync)),
    (chains, keeper): (&[Chain], &Keeper),
    (entries, planned): (&[Entry], &[Planned]),
    (output, is_complete): (&Output, bool),
) -> Result<(), RunError> {
    let kept = KeptReturns::open(output);
    let looked_up = planned.par_iter().map(|planned| {
        let due = Due {
            entry: &entries[planned.entry],
            way: &planned.way,
            name: &planned.name,
            rivals: planned.rivals.iter().map(String::as_str).collect(),
        };
        let key = KeptReturns::key(shared, &due);
        let is_kept = kept.find(key, staging, due.name)?;
        Ok((!is_kept).then_some((key, due)))
    });
    let to_make: Vec<Option<(Hash, Due<'_>)>> = looked_up.collect::<Result<_, RunError>>()?;
    let mut by_file: BTreeMap<&str, Vec<(Hash, Due<'_>)>> = BTreeMap::new();
    let mut made = 0_usize;
    for (key, due) in to_make.into_iter().flatten() {
        made += 1;
        by_file.entry(due.entry.file()).or_default().push((key, due));
    }
    let steps = by_file.len() as u64;
    progress(Progress::Stage { name: "return", steps });
    let bundles: Vec<&Bundle> = chains.iter().flatten().collect();
    bundles.par_iter().with_max_len(1).try_for_each(|bundle| {
        let due = |file| -> Option<ToMake<'_>> { Some((file, by_file.get(&*file.path)?)) };
        let due: Vec<_> = bundle.files.iter().filter_map(due).collect();
        let step = || progress(Progress::Step);
        of_bundle((shared, staging, keeper), (bundle, due), (&kept, &step))
    })?;
    kept.close(is_complete)?;
    progress(Progress::Done);
    tracing::info!(returns = planned.len(), made, "returned");
    Ok(())
}

/// A file with the returns to its submissions, and what each depends on.
type ToMake<'a> = (&'a FoundFile, &'a Vec<(Hash, Due<'a>)>);

/// Writes the returns to the files of a bundle. A file that was kept with all of its cells is not read again.
fn of_bundle(
    (shared, staging, keeper): (&Shared<'_>, &Staging, &Keeper),
    (bundle, due): (&Bundle, Vec<ToMake<'_>>),
    (kept_returns, step): (&KeptReturns, &(dyn Fn() + Sync)),
) -> Result<(), RunError> {
    let content = |(file, due): &ToMake<'_>| {
        let sha256 = &due.first()?.1.entry.submission.sha256;
        Some((file.path.clone(), from_hex(sha256)?))
    };
    let contents: BTreeMap<String, Hash> = due.iter().filter_map(content).collect();
    let mut kept = match contents.is_empty() {
        true => BTreeMap::new(),
        false => keeper.as_read(bundle, &contents),
    };
    let work: Vec<(ToMake<'_>, Option<FileRead>)> = due
        .into_iter()
        .map(|(file, due)| ((file, due), kept.remove(&file.path)))
        .collect();
    drop(kept);
    work.into_par_iter()
        .with_max_len(1)
        .try_for_each(|((file, due), kept)| {
            let read = kept.map_or_else(|| shared.intake.read(file), Ok)?;
            // The submissions of another content are not found in it, and a blank sheet would go back.
            if due.iter().any(|(_, one)| one.entry.submission.sha256 != read.sha256) {
                let path = file.path.clone();
                return Err(RunError::InputChanged { path });
            }
            let written = of_file(shared, (staging, kept_returns), &read, due);
            step();
            written
        })
}

/// A return that is to be written.
pub struct Planned {
    /// Index of the submission among the entries of the run.
    entry: usize,
    way: Way,
    /// Path of the return within the release.
    name: String,
    /// Paths of the submissions one of which is enough to send again, without its own.
    rivals: Vec<String>,
}

fn way(shared: &Shared<'_>, entry: &Entry, ways: &Ways<'_>) -> Way {
    if is_misplaced(entry) {
        return Way {
            answer: Answer::Elsewhere(belongs::places(shared, entry)),
            becomes: None,
        };
    }
    let becomes = ways.revision(entry).filter(|_| !is_part(entry));
    let beside = becomes
        .zip(entry.claim.as_ref())
        .and_then(|(revision, claim)| shared.intake.answer(claim, revision));
    Way {
        answer: beside.map_or_else(|| Answer::Replace(entry.file().to_owned()), Answer::Revision),
        becomes,
    }
}

/// Whether somebody must act on a submission that no other one replaces.
fn is_due(entry: &Entry) -> bool {
    entry.state.stands() && entry.findings.iter().any(is_asked)
}

/// Whether the sender must act on a finding: what the ministry's own corrections made is no business of theirs.
fn is_asked(finding: &Finding) -> bool {
    finding.is_open() && finding.correction.is_none()
}

/// The highest revision that each sender has sent, whatever became of it.
fn latest_revisions(entries: &[Entry]) -> BTreeMap<SenderKey<'_>, u32> {
    let mut latest = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.state != State::Unclaimed) {
        let revision = latest.entry(entry.submission.sender_key()).or_insert(0);
        *revision = entry.submission.revision.max(*revision);
    }
    latest
}

/// By what name something is to be sent again.
struct Ways<'a> {
    latest: BTreeMap<SenderKey<'a>, u32>,
    /// What each sender is asked to send again: revision and path of what it sent, in order.
    again: BTreeMap<SenderKey<'a>, Vec<(u32, &'a str)>>,
}

impl Ways<'_> {
    fn again<'s>(&'s self, entry: &'s Entry) -> &'s [(u32, &'s str)] {
        self.again
            .get(&entry.submission.sender_key())
            .map_or(&[], Vec::as_slice)
    }

    /// The revision as which a submission is to be sent again: beyond all that the sender has sent, and another one for each
    /// of several that go back, such as two that tie. So whichever comes, none ties with another: the highest counts. None:
    /// revisions end there.
    fn revision(&self, entry: &Entry) -> Option<u32> {
        let own = (entry.submission.revision, entry.submission.path.as_str());
        let before = self.again(entry).partition_point(|other| *other < own);
        let latest = self.latest.get(&entry.submission.sender_key()).copied().unwrap_or(0);
        latest.checked_add(1)?.checked_add(u32::try_from(before).ok()?)
    }

    /// What else is to be sent again as a revision of its own: one of them all is enough.
    fn rivals(&self, entry: &Entry, way: &Way) -> Vec<String> {
        if !matches!(way.answer, Answer::Revision(_)) {
            return Vec::new();
        }
        let own = entry.submission.path.as_str();
        let all = self.again(entry).iter().map(|(_, path)| *path);
        all.filter(|path| *path != own).map(str::to_owned).collect()
    }
}

fn again<'a>(due: &[&'a Entry]) -> BTreeMap<SenderKey<'a>, Vec<(u32, &'a str)>> {
    let mut again: BTreeMap<SenderKey<'_>, Vec<(u32, &str)>> = BTreeMap::new();
    for entry in due.iter().filter(|entry| !is_misplaced(entry) && !is_part(entry)) {
        let sent = (entry.submission.revision, entry.submission.path.as_str());
        again.entry(entry.submission.sender_key()).or_default().push(sent);
    }
    again.values_mut().for_each(|sent| sent.sort_unstable());
    again
}

fn is_misplaced(entry: &Entry) -> bool {
    MISPLACED.iter().any(|&code| entry.has(code))
}

/// Whether a county is told of words in its last list that it may want to write again.
fn is_notice(finding: &Finding) -> bool {
    NOTICES.iter().any(|code| finding.code == *code)
}

/// As a revision of its own it would replace the rest of the county's rows.
fn is_part(entry: &Entry) -> bool {
    entry.has(Code::SheetContinued)
}

fn of_file(
    shared: &Shared<'_>,
    (staging, kept): (&Staging, &KeptReturns),
    read: &FileRead,
    due: &[(Hash, Due<'_>)],
) -> Result<(), RunError> {
    for (key, one) in due {
        let found = read
            .submissions
            .iter()
            .find(|found| found.submission.id == one.entry.submission.id);
        let bytes = made(shared, one, found)?;
        staging.write(one.name, &bytes)?;
        // A blank sheet in the place of one that cannot be read depends on more than the submission.
        if found.is_some_and(|found| found.table.is_some()) {
            kept.keep(*key, (staging, one.name), &bytes)?;
        }
    }
    Ok(())
}

fn made(shared: &Shared<'_>, due: &Due<'_>, found: Option<&ReadSubmission>) -> Result<Vec<u8>, RunError> {
    let entry = due.entry;
    let pipeline = shared.pipeline;
    let submission = &entry.submission;
    let sorted = |wanted: &dyn Fn(&Finding) -> bool| {
        let mut found: Vec<&Finding> = entry.findings.iter().filter(|finding| wanted(finding)).collect();
        found.sort_by(|a, b| super::ledger::order(a).cmp(&super::ledger::order(b)));
        found
    };
    let findings = sorted(&is_asked);
    let explained = sorted(&|finding| !finding.is_open() && (finding.explanation.is_some() || is_notice(finding)));
    let table = found.and_then(|found| found.table.as_ref());
    let areas = submission.period.map(|period| shared.areas(submission.form, period));
    let sender = (submission.period, submission.area_code.as_str());
    let known = match (table, sender, &areas) {
        (None, (Some(period), sender), Some(areas)) => {
            known_rows(pipeline, &shared.lists, submission.form, (period, sender), areas)
        }
        _ => Vec::new(),
    };
    let area = areas.as_ref().and_then(|areas| areas.get(&submission.area_code));
    let area = area.map(Area::title);
    Ok(workbook(&Return {
        title: &pipeline.title,
        synthetic: pipeline.synthetic,
        form: &pipeline.forms[submission.form],
        forms: &pipeline.forms,
        rules: &pipeline.rules,
        submission,
        area: area.as_ref(),
        rows: (entry.rows.accepted, entry.rows.quarantined),
        findings: &findings,
        explained: &explained,
        table,
        blank: Some(blank(pipeline, (submission.form, submission.period), &known)),
        answer: &due.way.answer,
        becomes: due.way.becomes,
        name: base_name(due.name),
        rivals: &due.rivals,
        note: &pipeline.returns.note,
        langs: &pipeline.returns.langs,
    })?)
}
