//! What reading and cleaning gave of a file, as an earlier run has kept it: a job that has it need not open the file.
//!
//! Of most files the cells themselves are not kept: the typed ones are in the facts and uncounted rows of the earlier run, and nobody
//! asks for those as received. Where somebody does, because a record is quarantined, corrected, explained or sent again, the sheet
//! is kept as it was read. Where that turns out only now, the file is opened.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::entry::{Rows, State};
use super::error::Error;
use super::shared::Shared;
use super::sketch::Sketch;
use crate::check::StatedRow;
use crate::domain::{
    Finding, HeaderLayout, Likeness, MatchedColumn, Period, RawTable, Reply, RowStatuses, SenderKey, SetAside,
    Submission,
};
use crate::intake::{Claim, Consulted, FileRead, FoundFile, ReadSubmission};
use crate::lake::{RecordBatch, records_by_submission};
use crate::normalize::{self, Normalized, RequiredCells};
use crate::pipeline::{Form, FormIndex};

/// A file as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum KeptFile {
    /// As it was read, with all of its cells.
    Read(FileRead),
    /// As it was cleaned, without its cells.
    Cleaned(CleanedFile),
}

/// A file whose submissions all count, and in which no record is quarantined.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CleanedFile {
    pub(super) ignored_sheets: u64,
    pub(super) consulted: Consulted,
    pub(super) submissions: Vec<Cleaned>,
}

impl KeptFile {
    /// What was looked at to read it.
    pub fn consulted(&self) -> Consulted {
        match self {
            KeptFile::Read(file) => file.consulted,
            KeptFile::Cleaned(file) => file.consulted,
        }
    }

    /// Forms and periods of its submissions that were cleaned: areas, too, decided what came of them.
    pub fn cleaned(&self) -> impl Iterator<Item = (FormIndex, Option<Period>)> {
        let submissions = match self {
            KeptFile::Read(_) => &[][..],
            KeptFile::Cleaned(file) => &file.submissions,
        };
        let submissions = submissions.iter().map(|cleaned| &cleaned.submission);
        submissions.map(|submission| (submission.form, submission.period))
    }

    fn senders(&self) -> Vec<SenderKey<'_>> {
        match self {
            KeptFile::Read(file) => (file.submissions.iter())
                .map(|read| read.submission.sender_key())
                .collect(),
            KeptFile::Cleaned(file) => (file.submissions.iter())
                .map(|cleaned| cleaned.submission.sender_key())
                .collect(),
        }
    }
}

/// A submission as it was read and cleaned, before any rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cleaned {
    pub(super) submission: Submission,
    pub(super) claim: Claim,
    /// What reading has found.
    pub(super) read: Vec<Finding>,
    /// What was told of its lines of totals.
    pub(super) told: Vec<Finding>,
    pub(super) stated: Vec<StatedRow>,
    pub(super) replies: Vec<Reply>,
    pub(super) rows: Rows,
    pub(super) layout: Option<Arc<HeaderLayout>>,
    pub(super) likeness: Vec<(u32, Likeness)>,
    pub(super) sketch: Option<Sketch>,
    /// The content of the form's own column of explanations, by row as the clerk counts.
    pub(super) remarks: BTreeMap<u32, String>,
    pub(super) sheet: Option<Arc<str>>,
    pub(super) columns: Vec<MatchedColumn>,
    pub(super) records: CleanedRecords,
}

/// What cleaning says of the records of a submission, beside their cells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CleanedRecords {
    pub(super) statuses: RowStatuses,
    pub(super) findings: Vec<Finding>,
    pub(super) required_cells: BTreeMap<String, RequiredCells>,
}

impl CleanedRecords {
    /// Of records that have just been cleaned.
    pub(super) fn of(normalized: &Normalized) -> CleanedRecords {
        CleanedRecords {
            statuses: normalized.statuses.clone(),
            findings: normalized.findings.clone(),
            required_cells: normalized.required_cells.clone(),
        }
    }

    /// The records with their cells. None: these are not theirs.
    pub(super) fn with(self, at: usize, form: &Form, cells: &RecordBatch) -> Option<Normalized> {
        let batch = normalize::of_submission(at as u32, form, cells.columns().to_vec()).ok()?;
        (batch.num_rows() == self.statuses.len()).then_some(Normalized {
            batch,
            statuses: self.statuses,
            findings: self.findings,
            required_cells: self.required_cells,
        })
    }
}

/// A submission that was not read again: what of its sheet is still known.
pub(super) struct KeptSheet {
    pub(super) sheet: Option<Arc<str>>,
    pub(super) columns: Vec<MatchedColumn>,
    pub(super) normalized: Normalized,
}

/// What was found in a submission before it was judged, noted while its job goes on.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    /// What reading has found, and whether it rejected the submission.
    pub(super) read: Vec<Finding>,
    pub(super) rejected: bool,
    /// What was told of its lines of totals.
    pub(super) told: Vec<Finding>,
    /// Its table before lines of totals were taken out, without the cells, which nobody changes.
    pub(super) table: Option<RawTable>,
    /// The account after it.
    pub(super) rows: Rows,
}

/// What earlier runs have kept of the files of a bundle.
#[derive(Debug, Default)]
pub struct KeptFiles {
    /// Files whose content and whatever reading and cleaning depend on are as they were, by path.
    pub files: BTreeMap<String, KeptFile>,
    /// Facts and uncounted rows of these, with their form.
    pub records: Vec<(FormIndex, PathBuf)>,
}

/// A file of a bundle, with what is known of it.
pub(super) enum Source {
    /// Read, just now or (`is_kept`) by an earlier run.
    Read {
        /// What was read.
        read: FileRead,
        /// Whether an earlier run has read it.
        is_kept: bool,
    },
    /// Cleaned by an earlier run, with the cells of the records of each submission.
    Cleaned(CleanedFile, Vec<RecordBatch>),
}

impl KeptFiles {
    /// The files among these that need not be read: those that were kept, and that nothing asks for as they were received.
    pub fn unread<'f>(&self, shared: &Shared<'_>, files: &'f [FoundFile]) -> BTreeSet<&'f str> {
        // A file that nobody has kept may hold submissions of anyone whom its claims name.
        let mut senders: BTreeMap<SenderKey<'_>, usize> = BTreeMap::new();
        let mut may_be_anyone = false;
        for file in files {
            match self.files.get(&file.path) {
                Some(kept) => {
                    for sender in kept.senders() {
                        *senders.entry(sender).or_default() += 1;
                    }
                }
                None => {
                    for claim in &file.claims {
                        may_be_anyone |= claim.is_pattern();
                        let (period, area) = shared.intake.identity(claim);
                        *senders.entry((claim.form, period, area)).or_default() += 1;
                    }
                }
            }
        }
        let is_alone = |cleaned: &Cleaned| senders.get(&cleaned.submission.sender_key()) == Some(&1);
        let is_silent = |cleaned: &Cleaned| {
            let submission = &cleaned.submission;
            submission.period.is_some_and(|period| {
                let sender = (submission.form, period, submission.area_code.clone());
                let feedback = &shared.feedback;
                feedback.corrections_of(&sender).is_empty() && feedback.explanations_of(&sender).is_empty()
            })
        };
        let is_kept = |file: &&FoundFile| match self.files.get(&file.path) {
            None => false,
            Some(KeptFile::Read(_)) => true,
            Some(KeptFile::Cleaned(kept)) => {
                !may_be_anyone && kept.submissions.iter().all(|one| is_alone(one) && is_silent(one))
            }
        };
        files.iter().filter(is_kept).map(|file| file.path.as_str()).collect()
    }

    /// Every file of a bundle: those that need not be read as they were kept, the others as `read` gives them.
    ///
    /// # Errors
    /// When the machine fails.
    pub(super) fn sources(
        mut self,
        shared: &Shared<'_>,
        files: &[FoundFile],
        read: impl Fn(&FoundFile) -> Result<FileRead, Error> + Sync + Send,
    ) -> Result<Vec<Source>, Error> {
        let mut kept: BTreeMap<&str, Source> = BTreeMap::new();
        let mut cleaned: Vec<(&str, CleanedFile)> = Vec::new();
        for path in self.unread(shared, files) {
            match self.files.remove(path) {
                Some(KeptFile::Read(read)) => drop(kept.insert(path, Source::Read { read, is_kept: true })),
                Some(KeptFile::Cleaned(file)) => cleaned.push((path, file)),
                None => {}
            }
        }
        if !cleaned.is_empty() {
            let records = self.cells(shared);
            for (path, file) in cleaned {
                let cells = file.submissions.iter().map(|cleaned| {
                    let cells = records.get(&cleaned.submission.form)?.get(&cleaned.submission.id)?;
                    (cells.num_rows() == cleaned.records.statuses.len()).then(|| cells.clone())
                });
                if let Some(cells) = cells.collect::<Option<Vec<RecordBatch>>>() {
                    kept.insert(path, Source::Cleaned(file, cells));
                }
            }
        }
        let again: Vec<&FoundFile> = files.iter().filter(|file| !kept.contains_key(&*file.path)).collect();
        let mut again = (shared.spread.inner().map(&again, |file| read(file))?).into_iter();
        let mut just_read = || again.next().map(|read| Source::Read { read, is_kept: false });
        let source = |file: &FoundFile| kept.remove(&*file.path).or_else(&mut just_read);
        Ok(files.iter().filter_map(source).collect())
    }

    /// The cells of all records that were kept, by form and submission.
    fn cells(&self, shared: &Shared<'_>) -> BTreeMap<FormIndex, HashMap<String, RecordBatch>> {
        let mut by_form: BTreeMap<FormIndex, Vec<PathBuf>> = BTreeMap::new();
        for (form, path) in &self.records {
            by_form.entry(*form).or_default().push(path.clone());
        }
        let mut cells = BTreeMap::new();
        for (form, paths) in by_form {
            let schema = Arc::new(normalize::schema(&shared.pipeline.forms[form]));
            // What cannot be read is as if it had not been kept.
            if let Ok(Some(records)) = records_by_submission(&paths, &schema) {
                cells.insert(form, records);
            }
        }
        cells
    }
}

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
    let as_cleaned = |at: &usize| Some(&cases[*at]).filter(|case| is_alone(case)).and_then(|case| cleaned(shared, case));
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
            None => {
                read.submissions = of_it.iter().map(|at| as_read(&mut cases[*at])).collect();
                KeptFile::Read(read)
            }
        };
        all.insert(path, kept);
    }
    all
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
    let is_plain = entry.corrected.is_empty() && read.answers.is_none() && !read.rejected;
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
