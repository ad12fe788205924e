//! Bytes → cells: finds the files, detects format and encoding from the content, finds the header, and separates records from
//! other rows. The result is text with its place of origin; no cell is interpreted here.
//!
//! Reading order: [`discover`](Intake::discover) → `sniff` (which format) → `decode` (with `charset` and `lines`) and `delimited`, `workbook` or
//! `json` (cells of sheets) → `sheets` (which form claims which sheet) → `header` → `rows`.

mod alphabets;
mod answer;
mod archive;
mod biff;
mod charset;
mod columns;
mod compound;
mod constant;
mod declared;
mod decode;
mod delimited;
mod discover;
mod dos;
mod escapes;
mod fault;
#[cfg(test)]
mod fixture;
mod footer;
mod garbled;
mod header;
mod header_periods;
mod json;
mod layout;
mod left;
mod leftovers;
mod lines;
mod load;
mod marks;
mod ods;
mod open;
mod parts;
mod password;
mod percent;
mod read;
mod repeat;
mod replies;
mod rows;
mod sections;
mod separators;
mod sheet;
mod sheets;
mod sniff;
mod stated;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod title_years;
mod unit_cells;
mod unit_clauses;
mod unit_columns;
mod unit_lines;
mod unit_marks;
mod unit_notes;
mod unit_of_column;
mod unit_scope;
mod unit_words;
mod units;
mod words;
mod workbook;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use charset::Words;
use header::Book;
pub use marks::Mark;
use serde::{Deserialize, Serialize};
use template::{Pattern, Template};
use words::squeeze;

use crate::domain::{Finding, Period, RawTable, Reply, Submission};
use crate::pipeline::{FormIndex, LevelIndex, Pipeline};

/// The machine failed. A fault of a single file is a finding instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder of the input cannot be listed.
    #[error("cannot list the folder {}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The disk failed while a file was read.
    #[error("cannot read the file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The files of the input folder.
#[derive(Debug, Default)]
pub struct Found {
    /// In path order; without leftovers of programs, reporters and receipts.
    pub files: Vec<FoundFile>,
    /// Number of leftovers of programs (hidden files, locks, unfinished downloads: `leftovers.toml`), which are ignored.
    pub hidden: u64,
}

/// A file in the input folder.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Relative to the input folder, `/`-separated.
    pub path: String,
    /// Where its bytes are.
    location: Location,
    /// Set if it is not a file but a symbolic link, a pipe or the like, which are neither followed nor opened.
    irregular: Option<&'static str>,
    /// Forms whose templates match, in order of the pipeline.
    pub claims: Vec<Claim>,
    /// Further finding on a file that matches no form.
    pub told: Option<Finding>,
}

impl FoundFile {
    /// Its path on disk; None: it is no file, or lies in memory.
    pub fn location(&self) -> Option<&Path> {
        match &self.location {
            Location::Disk(path) if self.irregular.is_none() => Some(path),
            _ => None,
        }
    }

    /// What it is if it is no file: a symbolic link, a pipe or the like.
    pub fn irregular(&self) -> Option<&'static str> {
        self.irregular
    }
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
enum Location {
    /// A path on disk.
    Disk(PathBuf),
    /// In memory, whole.
    Memory(Arc<[u8]>),
}

/// A match of a form's template with a file, or with one sheet of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// The form.
    pub form: FormIndex,
    /// The sheet part of the template.
    pub sheet: Option<SheetPart>,
    /// The period in the path, if it is of the pipeline's kind.
    pub period: Option<Period>,
    /// The text of `{period}`.
    pub period_text: Option<String>,
    /// The text of every level placeholder, from the root down.
    pub areas: Vec<(LevelIndex, String)>,
    /// 0 without a revision part.
    pub revision: u32,
    /// Text in the place of the revision that is not one: `_R2`, `_r2x`.
    pub unread_revision: Option<String>,
    /// Whether the name says that the file is an old one, in a part that the template leaves open: `_old`, `_作废`.
    pub old: bool,
    /// Finding on a match that the mark of a return has made or contradicted.
    pub told: Option<Finding>,
}

impl Claim {
    /// The area a path names: the deepest of its level placeholders; None where it names none.
    pub fn sender(&self) -> Option<&str> {
        self.areas.last().map(|(_, code)| code.as_str())
    }
}

/// The part of a template after `#`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SheetPart {
    /// As written.
    pub text: String,
    /// With placeholders or `*`: every sheet with a matching name (blanks ignored) is a submission.
    #[serde(skip)]
    pattern: Option<Arc<Pattern>>,
}

impl SheetPart {
    fn new(text: &str, pipeline: &Pipeline) -> SheetPart {
        let pattern = text
            .contains(['{', '*'])
            .then(|| Pattern::of_sheet(&squeeze(text), pipeline))
            .flatten()
            .map(Arc::new);
        SheetPart {
            text: text.to_owned(),
            pattern,
        }
    }
}

/// What the reading of files has looked at beside the forms that claim them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consulted {
    /// The names of areas, by which an encoding is recognised.
    pub area_names: bool,
    /// Forms that do not claim the file: a sheet may be one of theirs, and a return may answer one.
    pub other_forms: bool,
}

impl Consulted {
    /// What either has looked at.
    #[must_use]
    pub fn or(self, other: Consulted) -> Consulted {
        Consulted {
            area_names: self.area_names || other.area_names,
            other_forms: self.other_forms || other.other_forms,
        }
    }
}

/// One file, read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FileRead {
    /// SHA-256 of the file in lower-case hex; empty if it cannot be read.
    pub sha256: String,
    /// One for each claim; empty if the file matches no form.
    pub submissions: Vec<ReadSubmission>,
    /// Finding on a file without a submission: `file-unclaimed`.
    pub findings: Vec<Finding>,
    /// Number of sheets that a return had added to the county's own, which are set aside.
    pub ignored_sheets: u64,
    /// Answers in the list of a return, if the file is only that list.
    pub replies: Vec<Reply>,
    /// What was looked at to read it.
    pub consulted: Consulted,
}

/// One submission, read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadSubmission {
    /// Sender, form, period and file.
    pub submission: Submission,
    /// The claim by which it was read, including period and areas from the sheet's name.
    pub claim: Claim,
    /// The table; None if the submission cannot be read or has no header.
    pub table: Option<RawTable>,
    /// What was found in it.
    pub findings: Vec<Finding>,
    /// Whether no row can be accepted.
    pub rejected: bool,
    /// The period stated in the title block, if it differs from that of the path.
    pub stated_period: Option<String>,
    /// Answers in the list of the return, if this is one that came back.
    pub replies: Vec<Reply>,
    /// The submission that it answers, if it is a return that came back.
    pub answers: Option<Mark>,
}

/// Templates and headers of every form, compiled once for a run.
pub struct Intake<'p> {
    pipeline: &'p Pipeline,
    input: PathBuf,
    root_code: String,
    templates: Vec<Template>,
    books: Vec<Book<'p>>,
    /// Names of areas, by which the encoding of a file is recognised.
    names: HashSet<String>,
}

impl<'p> Intake<'p> {
    /// For submissions in `input`; `root_code` is the sender of files whose template has no area.
    pub fn new(pipeline: &'p Pipeline, input: &Path, root_code: &str) -> Intake<'p> {
        Intake {
            pipeline,
            input: input.to_owned(),
            root_code: root_code.to_owned(),
            templates: template::compile(pipeline),
            books: pipeline
                .forms
                .iter()
                .map(|form| Book::new(form, &pipeline.units))
                .collect(),
            names: HashSet::new(),
        }
    }

    /// Adds the names of the registry's areas: a name in a file proves its encoding, as a header does.
    pub fn with_names<'n>(mut self, names: impl Iterator<Item = &'n str>) -> Intake<'p> {
        self.names
            .extend(names.filter(|name| !name.is_ascii()).map(str::to_owned));
        self
    }

    /// Every file in the input folder, with the forms that match it.
    pub fn discover(&self) -> Result<Found, Error> {
        discover::discover(self.pipeline, &self.templates, &self.input)
    }

    /// The folder that the files would be submissions of, where none is one of the input folder, and how many would be; None: they
    /// would be of none. An input folder that is one level too high or too low takes away every submission at once.
    pub fn misplaced(&self, files: &[FoundFile]) -> Option<(PathBuf, usize)> {
        discover::misplaced(self.pipeline, &self.templates, &self.input, files)
    }

    /// Reads one file, with a result for each claim. A file that cannot be opened is a finding; a failing disk is an error.
    pub fn read(&self, file: &FoundFile) -> Result<FileRead, Error> {
        read::read(self, file)
    }

    /// A file with this path below the input folder, whose bytes are at hand.
    pub fn in_memory(&self, path: &str, bytes: impl Into<Arc<[u8]>>) -> FoundFile {
        FoundFile {
            path: path.to_owned(),
            location: Location::Memory(bytes.into()),
            irregular: None,
            claims: template::claims(&self.templates, self.pipeline, path),
            told: None,
        }
    }

    /// Reads bytes as if they were the content of a file with this path in the input folder.
    pub fn read_bytes(&self, path: &str, bytes: Vec<u8>) -> FileRead {
        let claims = template::claims(&self.templates, self.pipeline, path);
        read::contents(self, path, &claims, Ok(bytes))
    }

    /// Submissions that a file answers, by the marks of the returns in it. Of anything but a
    /// workbook, only the first bytes are read.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn marks(&self, file: &FoundFile) -> Result<Vec<Mark>, Error> {
        let limits = &self.pipeline.limits;
        if !read::may_be_workbook(file) {
            return Ok(Vec::new());
        }
        let bytes = read::bytes(file, limits.file_bytes)?;
        Ok(bytes.map_or_else(|_| Vec::new(), |bytes| marks::in_bytes(self.pipeline, bytes, limits)))
    }

    /// Period and area code of a claim on a file, as far as the path contains them.
    pub fn identity<'c>(&'c self, claim: &'c Claim) -> (Option<Period>, &'c str) {
        let pipeline = self.pipeline;
        let only = || match pipeline.periods.as_slice() {
            [period] => Some(*period),
            _ => None,
        };
        let period = match &claim.period_text {
            Some(_) => claim.period,
            None => pipeline.forms[claim.form].period.or_else(only),
        };
        let area = claim.areas.last().map_or(self.root_code.as_str(), |(_, code)| code);
        (period, area)
    }

    /// Path for a workbook with one form's sheet as the first submission; None if no template of the form allows it.
    pub fn place(&self, claim: &Claim) -> Option<String> {
        answer::first(self.pipeline, &self.templates, claim)
    }

    /// Path for a workbook with one form's sheet as this revision of a submission, and of no other; None if no template of the
    /// form allows it.
    pub fn answer(&self, claim: &Claim, revision: u32) -> Option<String> {
        answer::path(self.pipeline, &self.templates, claim, revision)
    }
}
