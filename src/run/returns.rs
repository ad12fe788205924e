//! Which submissions go back to their senders, under what names; the files are read again, so that no night has to keep
//! the cells of all of them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::ledger::{Entry, Status};
use super::night::Night;
use super::partition::file_name;
use super::{Progress, RunError};
use crate::domain::{Finding, Period};
use crate::intake::{FoundFile, ReadSubmission};
use crate::pipeline::FormIndex;
use crate::returns::{Answer, Return, workbook};

/// What is wrong with where a file lies, so that no next revision beside it can mend it.
const MISPLACED: [&str; 5] = [
    "period-unexpected",
    "area-reassigned",
    "area-unknown",
    "area-unexpected",
    "area-contradicted",
];

/// Writes a return for every submission with something open. Findings must be settled.
///
/// # Errors
/// When the machine fails.
pub fn write(night: &Night<'_>, files: &[&FoundFile], entries: &[Entry]) -> Result<(), RunError> {
    if !night.pipeline.returns.write {
        return Ok(());
    }
    let due: Vec<&Entry> = entries.iter().filter(|entry| is_due(entry)).collect();
    let ways = Ways {
        latest: latest_revisions(entries),
        again: again(&due),
    };
    let names = names(night, &due);
    let mut by_file: BTreeMap<&str, Vec<(&Entry, &str)>> = BTreeMap::new();
    for (entry, name) in due.iter().zip(&names) {
        by_file.entry(entry.file()).or_default().push((entry, name));
    }
    let work: Vec<(&FoundFile, Vec<(&Entry, &str)>)> = files
        .iter()
        .filter_map(|file| Some((*file, by_file.remove(file.path.as_str())?)))
        .collect();
    let steps = work.len() as u64;
    (night.progress)(Progress::Stage { name: "return", steps });
    work.par_iter().with_max_len(1).try_for_each(|(file, due)| {
        let written = of_file(night, file, due, &ways);
        (night.progress)(Progress::Step);
        written
    })?;
    (night.progress)(Progress::Done);
    tracing::info!(returns = due.len(), "returned");
    Ok(())
}

/// Whether somebody must act on a submission that no other one replaces.
fn is_due(entry: &Entry) -> bool {
    entry.claimed && entry.status != Status::Superseded && entry.findings.iter().any(Finding::is_open)
}

type Sender<'a> = (FormIndex, Option<Period>, &'a str);

fn sender(entry: &Entry) -> Sender<'_> {
    let submission = &entry.submission;
    (submission.form, submission.period, submission.area_code.as_str())
}

/// The highest revision that each sender has sent, whatever became of it.
fn latest_revisions(entries: &[Entry]) -> BTreeMap<Sender<'_>, u32> {
    let mut latest = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.claimed) {
        let revision = latest.entry(sender(entry)).or_insert(0);
        *revision = entry.submission.revision.max(*revision);
    }
    latest
}

/// By what name something is to be sent again.
struct Ways<'a> {
    latest: BTreeMap<Sender<'a>, u32>,
    /// What each sender is asked to send again: revision and path of what it sent, in order.
    again: BTreeMap<Sender<'a>, Vec<(u32, &'a str)>>,
}

impl Ways<'_> {
    fn again<'s>(&'s self, entry: &'s Entry) -> &'s [(u32, &'s str)] {
        self.again.get(&sender(entry)).map_or(&[], Vec::as_slice)
    }

    /// The revision as which a submission is to be sent again: beyond all that the sender has sent, and another one for each
    /// of several that go back, such as two that tie. So whichever comes, none ties with another: the highest counts. None:
    /// revisions end there.
    fn revision(&self, entry: &Entry) -> Option<u32> {
        let own = (entry.submission.revision, entry.submission.path.as_str());
        let before = self.again(entry).partition_point(|other| *other < own);
        let latest = self.latest.get(&sender(entry)).copied().unwrap_or(0);
        latest.checked_add(1)?.checked_add(u32::try_from(before).ok()?)
    }

    /// What else is to be sent again as a revision of its own: one of them all is enough.
    fn rivals<'s>(&'s self, entry: &'s Entry) -> Vec<&'s str> {
        let own = entry.submission.path.as_str();
        let all = self.again(entry).iter().map(|(_, path)| *path);
        all.filter(|path| *path != own).collect()
    }
}

fn again<'a>(due: &[&'a Entry]) -> BTreeMap<Sender<'a>, Vec<(u32, &'a str)>> {
    let mut again: BTreeMap<Sender<'_>, Vec<(u32, &str)>> = BTreeMap::new();
    for entry in due.iter().filter(|entry| !is_misplaced(entry) && !is_part(entry)) {
        let sent = (entry.submission.revision, entry.submission.path.as_str());
        again.entry(sender(entry)).or_default().push(sent);
    }
    again.values_mut().for_each(|sent| sent.sort_unstable());
    again
}

fn is_misplaced(entry: &Entry) -> bool {
    let mut codes = entry.findings.iter().map(|finding| finding.code.as_ref());
    codes.any(|code| MISPLACED.contains(&code))
}

/// As a revision of its own it would replace the rest of the county's rows.
fn is_part(entry: &Entry) -> bool {
    entry.findings.iter().any(|finding| finding.code == "sheet-continued")
}

/// `returns/2020/130102_communities.xlsx`; where a sender gets several of a form, with their revisions, and where these
/// are equal with a number.
fn names(night: &Night<'_>, due: &[&Entry]) -> Vec<String> {
    let base = |entry: &Entry| {
        let submission = &entry.submission;
        let period = submission
            .period
            .map_or("unknown".to_owned(), |period| period.to_string());
        let form = &night.pipeline.forms[submission.form].id;
        format!("returns/{period}/{}_{form}", file_name(&submission.area_code))
    };
    let with_revision = |entry: &Entry| format!("{}_r{}", base(entry), entry.submission.revision);
    let mut same: BTreeMap<String, usize> = BTreeMap::new();
    for entry in due {
        *same.entry(base(entry)).or_default() += 1;
        *same.entry(with_revision(entry)).or_default() += 1;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    due.iter()
        .map(|entry| {
            let (plain, revised) = (base(entry), with_revision(entry));
            let name = if same[&plain] == 1 {
                plain
            } else if same[&revised] == 1 {
                revised
            } else {
                let number = seen.entry(revised.clone()).or_default();
                *number += 1;
                format!("{revised}_{number}")
            };
            name + ".xlsx"
        })
        .collect()
}

fn of_file(night: &Night<'_>, file: &FoundFile, due: &[(&Entry, &str)], ways: &Ways<'_>) -> Result<(), RunError> {
    let read = night.intake.read(file)?;
    for (entry, name) in due {
        let found = read
            .submissions
            .iter()
            .find(|found| found.submission.id == entry.submission.id);
        let bytes = made(night, file, entry, found, ways)?;
        night.staging.write(name, &bytes)?;
    }
    Ok(())
}

fn made(
    night: &Night<'_>,
    file: &FoundFile,
    entry: &Entry,
    found: Option<&ReadSubmission>,
    ways: &Ways<'_>,
) -> Result<Vec<u8>, RunError> {
    let pipeline = night.pipeline;
    let submission = &entry.submission;
    let sorted = |wanted: &dyn Fn(&Finding) -> bool| {
        let mut found: Vec<&Finding> = entry.findings.iter().filter(|finding| wanted(finding)).collect();
        found.sort_by(|a, b| super::ledger::order(a).cmp(&super::ledger::order(b)));
        found
    };
    let findings = sorted(&Finding::is_open);
    let explained = sorted(&|finding| !finding.is_open() && finding.explanation.is_some());
    let table = found.and_then(|found| found.tables.first());
    let merged = match table.and_then(|table| table.sheet.as_deref()) {
        Some(sheet) => night.intake.merged(file, sheet)?,
        // A web page is one sheet without a name.
        None if table.is_some_and(|table| table.grid.markings().is_some()) => night.intake.merged(file, "")?,
        None => Vec::new(),
    };
    let areas = submission.period.map(|period| night.registry.at(period));
    let area = areas.as_ref().and_then(|areas| areas.get(&submission.area_code));
    let answer = answer(night, entry, found, ways.revision(entry));
    let rivals = match answer {
        Answer::Revision(_) => ways.rivals(entry),
        Answer::Replace(_) | Answer::Elsewhere(_) => Vec::new(),
    };
    Ok(workbook(&Return {
        title: &pipeline.title,
        synthetic: pipeline.synthetic,
        form: &pipeline.forms[submission.form],
        submission,
        area: area.map(|area| area.name.as_str()),
        rows: (entry.rows.accepted, entry.rows.quarantined),
        findings: &findings,
        explained: &explained,
        table,
        merged: &merged,
        answer,
        rivals: &rivals,
        lang: pipeline.returns.lang,
    })?)
}

/// How the sender is to send it again.
fn answer(night: &Night<'_>, entry: &Entry, found: Option<&ReadSubmission>, revision: Option<u32>) -> Answer {
    let form = &night.pipeline.forms[entry.submission.form];
    if is_misplaced(entry) {
        return Answer::Elsewhere(form.files.iter().map(|template| template.path.clone()).collect());
    }
    found
        .filter(|_| !is_part(entry))
        .and_then(|found| night.intake.answer(&found.claim, revision?))
        .map_or_else(|| Answer::Replace(entry.file().to_owned()), Answer::Revision)
}
