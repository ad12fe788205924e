//! What reading and cleaning gave of a file, as an earlier run has kept it: a job that has it need not open the file.
//!
//! Of most files the cells themselves are not kept: the typed ones are in the facts and uncounted rows of the earlier run, and nobody
//! asks for those as received. Where somebody does, because a record is quarantined, corrected, explained or sent again, the sheet
//! is kept as it was read. Where that turns out only now, the file is opened.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::entry::Rows;
use super::error::Error;
use super::shared::Shared;
use super::sketch::Sketch;
use crate::check::StatedRow;
use crate::domain::{
    Finding, HeaderLayout, Likeness, MatchedColumn, Period, RawTable, Reply, RowStatuses, SenderKey, Submission,
};
use crate::intake::{Claim, Consulted, FileRead, FoundFile};
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
        let is_kept = |file: &&FoundFile| match self.files.get(&file.path) {
            None => false,
            Some(KeptFile::Read(_)) => true,
            Some(KeptFile::Cleaned(kept)) => {
                !may_be_anyone
                    && kept
                        .submissions
                        .iter()
                        .all(|one| is_alone(one) && is_silent(shared, &one.submission))
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

/// Whether nobody corrects or explains anything of a submission's sender.
pub(super) fn is_silent(shared: &Shared<'_>, submission: &Submission) -> bool {
    submission.period.is_some_and(|period| {
        let sender = (submission.form, period, submission.area_code.clone());
        let feedback = &shared.feedback;
        feedback.corrections_of(&sender).is_empty() && feedback.explanations_of(&sender).is_empty()
    })
}
