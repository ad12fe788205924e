//! The job of a partition: the submissions of one partition area and period, from their bytes to typed rows, findings and sums.
//!
//! A job writes nothing and knows no clock. What it gives depends on the definition and the registers ([`Shared`]), the files,
//! and what earlier periods have left behind ([`Memories`]); all of it can be written as bytes and read again.

mod answers;
mod bundle;
mod choose;
mod contents;
mod corrected;
mod entry;
mod error;
mod feedback;
mod form;
mod held;
mod lineage;
mod place;
mod shares;
mod sketch;
mod spread;
mod stated;
mod tie;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use bundle::{Bundle, Chain, bundles, chains, partition_of, sender};
pub use contents::same_records;
pub use entry::{Entry, Rows, Status, settle_order, total};
pub use error::Error;
pub use feedback::{Applied, Feedback, Outcome, Remarks, Sender};
pub use form::{FormResult, file_name};
pub use lineage::{Lineage, Memories};
pub use shares::{Share, Shares, matters, rows};
pub use sketch::Sketch;
pub use spread::Spread;

use form::{Partition, partition};
use place::{judge, stacks};
use stated::{hold_together, set_aside};

use crate::check::{Pairing, Settled, StatedRow};
use crate::domain::{Finding, Period, Received as AreaReceived, RowStatuses, Severity, Submission};
use crate::intake::{FileRead, FoundFile, Intake, ReadSubmission};
use crate::lake::quarantine::{Quarantined, quarantine_batches};
use crate::lake::{Encoded, FieldMeta, FileMeta, encode};
use crate::normalize::Context;
use crate::pipeline::{FormIndex, Pipeline, corrections};
use crate::registry::{Areas, Explanations, Receipts, RegisterFile, Registry, Reporters, UnitLists};
use crate::rollup::{Contributions, Plan};

/// What every job of a run shares: the definition and the registers, as read. Nothing in it changes while the jobs run.
pub struct Shared<'p> {
    /// The definition.
    pub pipeline: &'p Pipeline,
    /// How the records of each form are summed.
    pub plans: Vec<Plan>,
    /// What single records of each form add to the indicators.
    pub contributions: Vec<Contributions>,
    /// The areas.
    pub registry: Registry,
    /// What the ministry corrects, and counties explain.
    pub feedback: Feedback,
    /// Who owes what.
    pub reporters: Reporters,
    /// What came when.
    pub receipts: Receipts,
    /// Templates and headers, compiled.
    pub intake: Intake<'p>,
    /// How partition areas follow each other.
    pub lineage: Lineage,
    /// Lists of units that rules hold submissions against.
    pub lists: UnitLists,
    /// Periods of the pipeline that are left out of the run.
    pub skipped: &'p [Period],
    /// Per form, the columns whose sum has a meaning.
    pub additive: Vec<Vec<usize>>,
    /// Which work is spread over the threads.
    pub spread: Spread,
    /// Called whenever a file has been read.
    pub step: &'p (dyn Fn() + Sync),
}

impl<'p> Shared<'p> {
    /// Reads the registers in the input folder. Gives them back too, with their faults.
    ///
    /// # Errors
    /// When the corrections have errors, a formula cannot be planned, or the machine fails.
    pub fn load(
        (pipeline, registry): (&'p Pipeline, Registry),
        skipped: &'p [Period],
        input: &Path,
        step: &'p (dyn Fn() + Sync),
    ) -> Result<(Shared<'p>, Vec<RegisterFile>), Error> {
        let (reporters, mut registers) = Reporters::load(pipeline, &registry, input)?;
        let (receipts, read) = Receipts::load(pipeline, input)?;
        registers.extend(read);
        let (lists, read) = UnitLists::load(pipeline, &registry, input)?;
        registers.extend(read);
        let corrections = corrections::read(pipeline, skipped, input).map_err(Error::Corrections)?;
        let (explanations, read) = Explanations::load(pipeline, skipped, input)?;
        registers.extend(read);
        let names = registry.all().iter().map(|area| area.name.as_str());
        let forms = 0..pipeline.forms.len();
        let shared = Shared {
            pipeline,
            plans: (forms.clone().map(|form| Plan::new(pipeline, form))).collect::<Result<_, _>>()?,
            contributions: (forms.clone().map(|form| Contributions::new(pipeline, form))).collect::<Result<_, _>>()?,
            feedback: Feedback::new(pipeline, corrections, explanations),
            reporters,
            receipts,
            intake: Intake::new(pipeline, input, registry.root_code()).with_names(names),
            lineage: Lineage::of(pipeline, &registry),
            lists,
            skipped,
            additive: forms.map(|form| pipeline.additive(form)).collect(),
            spread: Spread::Bundles,
            step,
            registry,
        };
        Ok((shared, registers))
    }
}

impl Shared<'_> {
    /// The areas in force on the day of a period that a form is judged on.
    pub fn areas(&self, form: FormIndex, period: Period) -> Arc<Areas> {
        self.registry.of_form(&self.pipeline.forms[form], period)
    }

    /// What the sheets of a submission are read against; `areas` are those of its form and period, `at` its place in the run's list.
    pub fn context<'c>(&'c self, submission: &'c Submission, areas: &'c Areas, at: usize) -> Context<'c> {
        Context {
            pipeline: self.pipeline,
            form: submission.form,
            areas,
            sender: &submission.area_code,
            submission: at as u32,
        }
    }
}

/// A submission that has been read.
pub struct Received {
    /// What intake gave.
    pub read: ReadSubmission,
    /// Whether a finding on the whole submission says that no row counts.
    pub rejected: bool,
    /// When it came.
    pub submitted_at: Option<Date>,
    /// Days after it was due.
    pub late_days: Option<i64>,
    /// Its lines that state the sum of others.
    pub stated: Vec<StatedRow>,
    /// Index of the first submission of its sender, form and period with the same content: of equal ones it is the same number.
    pub content: usize,
}

/// What the job of a partition area and period gives to the later stages.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PartitionResult {
    /// Its submissions, and files that nobody claims.
    pub entries: Vec<Entry>,
    /// Sums and counts of each form.
    pub forms: Vec<FormResult>,
    /// Sheets set aside because a return had added them.
    pub ignored_sheets: u64,
    /// What senders of rejected submissions sent, beside what the partitions say.
    pub rejected: Vec<(FormIndex, Period, String, AreaReceived)>,
    /// What corrections did to its submissions.
    pub corrected: Vec<Applied>,
    /// Figures that were held against each other, with the ids of their submissions.
    pub settled: Vec<(Option<String>, Settled)>,
    /// Figures whose fellow is not in the bundle, with the id of their submission.
    pub loose: Vec<(String, Pairing)>,
    /// Its files of facts, uncounted and quarantined rows.
    pub files: Vec<Encoded>,
}

/// Reads, judges, normalizes and checks the files of a bundle. What it gives depends on nothing but the definition, the registers, the
/// files and what earlier periods have left behind.
///
/// # Errors
/// When the machine fails; faults of the data are findings in the entries.
pub fn job(shared: &Shared<'_>, files: &[FoundFile], memories: &mut Memories) -> Result<PartitionResult, Error> {
    let reads: Vec<FileRead> = shared.spread.inner().map(files, |file| {
        let read = shared.intake.read(file);
        (shared.step)();
        read
    })?;
    let mut done = PartitionResult::default();
    let mut received = Vec::new();
    for (file, read) in files.iter().zip(reads) {
        done.ignored_sheets += read.ignored_sheets;
        if read.submissions.is_empty() {
            done.entries.push(unclaimed(shared, file, &read));
        }
        received.extend(read.submissions.into_iter().map(|read| receive(shared, file, read)));
    }
    let mut entries: Vec<Entry> = received
        .iter_mut()
        .enumerate()
        .map(|(at, one)| enter(shared, at, one))
        .collect();
    contents::tell_apart(&mut received);
    done.corrected = feedback::correct(shared, &mut received, &mut entries);
    feedback::remarks(shared, &received, &mut entries);
    let (mut partitions, mut records) = (Vec::new(), Vec::new());
    for (&(form, period), senders) in &stacks(&received) {
        let areas = shared.areas(form, period);
        let mut by_area: BTreeMap<String, BTreeMap<&str, &place::Stack>> = BTreeMap::new();
        for (sender, stack) in senders {
            let area = partition_of(shared.pipeline, &areas, sender);
            by_area.entry(area).or_default().insert(sender, stack);
        }
        for (area, senders) in &by_area {
            let definition = (shared.pipeline, &shared.registry, &shared.lineage);
            let memory = memories.at(definition, (form, period), area);
            let made = partition(shared, &received, &mut entries, (form, period), (area, senders), memory)?;
            let (mut made, kept) = made;
            done.files.append(&mut made.files);
            partitions.push(made);
            records.extend(kept);
        }
    }
    answers::tell(&received, &mut entries);
    hold_together(shared, &received, &mut entries, &mut records, &mut done)?;
    drop(records);
    for judged in partitions.iter_mut().filter_map(|partition| partition.judged.take()) {
        shares::note(shared, &judged, &mut entries)?;
    }
    done.files.extend(quarantine(shared, &received, &entries, &partitions)?);
    let judged = (partitions.iter()).flat_map(|partition| &partition.judged_submissions);
    let judged: BTreeSet<usize> = judged.copied().collect();
    for (at, entry) in entries.iter_mut().enumerate() {
        if entry.status != Status::Superseded {
            entry.settle();
            entry.give_reason(at as u32);
        }
        // What was read and then broke a rule in every row is counted by its partition already.
        if entry.status == Status::Rejected && !judged.contains(&at) {
            done.rejected.extend(rejected(&received[at], entry));
        }
    }
    done.forms = partitions.into_iter().map(|partition| partition.result).collect();
    feedback::settle(&mut done.corrected, &received, &entries);
    for entry in &mut entries {
        entry.statuses = RowStatuses::default();
        let (pipeline, form) = (shared.pipeline, entry.submission.form);
        let findings = std::mem::take(&mut entry.findings).into_iter();
        entry.findings = findings.map(|finding| pipeline.with_words(form, finding)).collect();
    }
    done.entries.append(&mut entries);
    Ok(done)
}

fn receive(shared: &Shared<'_>, file: &FoundFile, read: ReadSubmission) -> Received {
    let submission = &read.submission;
    let submitted_at = shared.receipts.received_at(&file.path);
    let form = &shared.pipeline.forms[submission.form];
    let due = submission.period.and_then(|period| form.due_on(period));
    let late_days = submitted_at
        .zip(due)
        .map(|(came, due)| i64::from((came - due).get_days()));
    let rejected = read.rejected;
    Received {
        read,
        rejected,
        submitted_at,
        late_days,
        stated: Vec::new(),
        content: 0,
    }
}

/// The entry as long as nothing counts: all records held back.
fn enter(shared: &Shared<'_>, at: usize, one: &mut Received) -> Entry {
    let mut findings = std::mem::take(&mut one.read.findings);
    findings.extend(judge(shared, one));
    for finding in &mut findings {
        finding.submission = at as u32;
    }
    let on_the_whole = |finding: &Finding| finding.severity == Severity::Hard && finding.place.row.is_none();
    one.rejected |= findings
        .iter()
        .any(|finding| on_the_whole(finding) && finding.place.column.is_none());
    findings.extend(set_aside(shared, at, one));
    let mut rows = Rows::default();
    for table in &one.read.tables {
        rows.read += table.grid.height() as u64;
        rows.set_aside += table.set_aside.len() as u64;
        rows.quarantined += table.records.len() as u64;
    }
    let form = &shared.pipeline.forms[one.read.submission.form];
    let table = one.read.tables.first();
    Entry {
        submission: one.read.submission.clone(),
        claimed: true,
        claim: Some(one.read.claim.clone()),
        status: Status::Rejected,
        rows,
        statuses: RowStatuses::default(),
        submitted_at: one.submitted_at,
        late_days: one.late_days,
        findings,
        replies: std::mem::take(&mut one.read.replies),
        is_return: one.read.answers.is_some(),
        layout: table.and_then(|table| table.layout.clone()),
        likeness: table.map_or_else(Vec::new, |table| table.likeness.clone()),
        sketch: table.and_then(|table| Sketch::of(table, form)),
        remarks: Remarks::default(),
        shares: Shares::new(),
        return_path: None,
    }
}

fn unclaimed(shared: &Shared<'_>, file: &FoundFile, read: &FileRead) -> Entry {
    let mut entry = Entry::unclaimed(&file.path, read.findings.clone());
    entry.submission.sha256.clone_from(&read.sha256);
    entry.replies.clone_from(&read.replies);
    entry.submitted_at = shared.receipts.received_at(&file.path);
    entry
}

fn rejected(one: &Received, entry: &Entry) -> Option<(FormIndex, Period, String, AreaReceived)> {
    let submission = &one.read.submission;
    let sent = AreaReceived {
        submissions: 1,
        on_time: one.late_days.map(|days| days <= 0),
        rows_refused: entry.rows.quarantined as i64,
        ..AreaReceived::default()
    };
    Some((submission.form, submission.period?, submission.area_code.clone(), sent))
}

/// Every quarantined record, as received, one file a form, period and partition area.
fn quarantine(
    shared: &Shared<'_>,
    received: &[Received],
    entries: &[Entry],
    partitions: &[Partition],
) -> Result<Vec<Encoded>, Error> {
    let mut held: BTreeMap<(FormIndex, String, String), Vec<Quarantined<'_>>> = BTreeMap::new();
    let areas = partitions.iter().flat_map(|partition| &partition.held);
    let areas: BTreeMap<(usize, usize), &Arc<str>> = areas.map(|held| (held.record, &held.area)).collect();
    let text = |period: Option<Period>| period.map(|period| period.to_string());
    let periods: Vec<Option<String>> = entries.iter().map(|entry| text(entry.submission.period)).collect();
    for (at, (entry, one)) in entries.iter().zip(received).enumerate() {
        let Some(table) = one.read.tables.first() else {
            continue;
        };
        let of_it = entry.held(table.records.len());
        if of_it.is_empty() {
            continue;
        }
        let sender = Some(entry.submission.area_code.as_str()).filter(|code| !code.is_empty());
        let sender: Option<Arc<str>> = sender.map(Into::into);
        let area = |record: usize| areas.get(&(at, record)).copied().or(sender.as_ref()).cloned();
        let rows = of_it.into_iter().map(|(record, codes)| Quarantined {
            submission_id: &entry.submission.id,
            period: periods[at].as_deref(),
            area_code: area(record),
            table,
            row: table.records[record],
            codes,
        });
        held.entry(place(shared, entry)).or_default().extend(rows);
    }
    let mut files = Vec::new();
    for ((form, period, area), mut rows) in held {
        let form = &shared.pipeline.forms[form];
        rows.sort_by(|a, b| (a.submission_id, a.row).cmp(&(b.submission_id, b.row)));
        let path = format!("quarantine/{}/{period}/{area}.parquet", form.id);
        let file = FileMeta {
            title: form.title.clone(),
            key: vec!["submission_id".into(), "sheet".into(), "row".into()],
            licence: shared.pipeline.licence.clone(),
            synthetic: shared.pipeline.synthetic,
        };
        let field = |name: &str| match form.column(name) {
            Some(at) => FieldMeta {
                title: form.columns[at].title.clone(),
                ..FieldMeta::default()
            },
            None => FieldMeta::of_quarantine(shared.pipeline, name),
        };
        let mut batches = quarantine_batches(form, &rows);
        let first = batches.next().expect("there is at least one batch")?;
        files.push(encode(&path, &first, batches, &file, &field)?);
    }
    Ok(files)
}

fn place(shared: &Shared<'_>, entry: &Entry) -> (FormIndex, String, String) {
    let submission = &entry.submission;
    let (period, area) = match submission.period {
        Some(period) => {
            let areas = shared.areas(submission.form, period);
            (
                period.to_string(),
                partition_of(shared.pipeline, &areas, &submission.area_code),
            )
        }
        None => ("unknown".to_string(), submission.area_code.clone()),
    };
    (submission.form, period, file_name(&area))
}

#[cfg(test)]
mod tests;
