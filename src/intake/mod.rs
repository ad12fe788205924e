//! Bytes → cells: find the files, decide format and encoding by content, find the header, tell records from the
//! rest. Strings with provenance come out; no cell is judged here.
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
mod fault;
#[cfg(test)]
mod fixture;
mod footer;
mod garbled;
mod header;
mod json;
mod layout;
mod left;
mod lines;
mod load;
mod marks;
mod merged;
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
mod suggest;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod unit_clauses;
mod unit_columns;
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
use template::{Pattern, Template};
use words::squeeze;

use crate::domain::{Finding, Merged, Period, RawTable, Reply, Submission};
use crate::pipeline::{FormIndex, LevelIndex, Pipeline};

/// The machine failed. What is wrong with a single file is a finding instead.
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

/// What lies below the input folder.
#[derive(Debug, Default)]
pub struct Found {
    /// In path order; without hidden files, reporters and receipts.
    pub files: Vec<FoundFile>,
    /// Hidden files and folders, and lock files of an office program (`~$…`): left alone.
    pub hidden: u64,
}

/// A file below the input folder.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Relative to the input folder, `/`-separated.
    pub path: String,
    /// Where it lies.
    location: PathBuf,
    /// What it is instead of a file: a symbolic link, a pipe and the like, which are neither followed nor opened.
    irregular: Option<&'static str>,
    /// Forms whose template matches, in order of the pipeline; none: nobody claims it.
    pub claims: Vec<Claim>,
    /// What is to be said of the file where nobody claims it, beside that.
    pub told: Option<Finding>,
}

/// A form's claim on a file, or on one sheet of it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The form.
    pub form: FormIndex,
    /// The sheet part of the template.
    pub sheet: Option<SheetPart>,
    /// Where `{period}` stands, if it is one of the pipeline's kind.
    pub period: Option<Period>,
    /// The text where `{period}` stands.
    pub period_text: Option<String>,
    /// The text of every level placeholder, from the root down.
    pub areas: Vec<(LevelIndex, String)>,
    /// 0 without a revision part.
    pub revision: u32,
    /// What stands where a revision would, and is no number of it: `_R2`, `_r2x`.
    pub unread_revision: Option<String>,
    /// What is to be said of a claim that the mark of a return has made or has contradicted.
    pub told: Option<Finding>,
}

/// The part of a template behind `#`.
#[derive(Clone, Debug)]
pub struct SheetPart {
    /// As written.
    pub text: String,
    /// With placeholders or `*`: every sheet of such a name, blanks left out, is a submission.
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

/// One file, read.
#[derive(Debug, Default)]
pub struct FileRead {
    /// Of the file's bytes, lower-case hex; empty where they cannot be read.
    pub sha256: String,
    /// One a claim; none where nobody claims the file.
    pub submissions: Vec<ReadSubmission>,
    /// On the file where it has no submission: `file-unclaimed`.
    pub findings: Vec<Finding>,
    /// Sheets that a return had added to the county's own: set aside.
    pub ignored_sheets: u64,
    /// What the county has written into the list of a return, where the file is nothing but that list.
    pub replies: Vec<Reply>,
}

/// One submission, read.
#[derive(Debug)]
pub struct ReadSubmission {
    /// Who sent what.
    pub submission: Submission,
    /// The claim it was read by; its period and areas include what the sheet's name says.
    pub claim: Claim,
    /// One table; none where the submission cannot be read or has no header.
    pub tables: Vec<RawTable>,
    /// Their submission index is 0.
    pub findings: Vec<Finding>,
    /// Whether a finding says that no row can be accepted.
    pub rejected: bool,
    /// The period stated in the title block, where it is not the path's.
    pub stated_period: Option<String>,
    /// What the county has written into the list of its return, where this is one that came back.
    pub replies: Vec<Reply>,
    /// What it answers, where it is a return that came back.
    pub answers: Option<Mark>,
}

/// What is compiled once for a run: templates and the headers of every form.
pub struct Intake<'p> {
    pipeline: &'p Pipeline,
    input: PathBuf,
    root_code: String,
    templates: Vec<Template>,
    books: Vec<Book<'p>>,
    /// Names of areas, which tell in which encoding a file is.
    names: HashSet<String>,
}

impl<'p> Intake<'p> {
    /// For submissions below `input`; `root_code` is the area of files whose template names none.
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

    /// The same with the names of the registry's areas: a name in a file proves its encoding, as a header does.
    pub fn with_names<'n>(mut self, names: impl Iterator<Item = &'n str>) -> Intake<'p> {
        self.names
            .extend(names.filter(|name| !name.is_ascii()).map(str::to_owned));
        self
    }

    /// Every file below the input, with the forms that claim it.
    pub fn discover(&self) -> Result<Found, Error> {
        discover::discover(self.pipeline, &self.templates, &self.input)
    }

    /// Reads one file: a result for each claim. A file that cannot be opened is a finding; a failing disk is an error.
    pub fn read(&self, file: &FoundFile) -> Result<FileRead, Error> {
        read::read(self, file)
    }

    /// Reads bytes as a file of this path below the input would be read: for whoever holds them already.
    pub fn read_bytes(&self, path: &str, bytes: Vec<u8>) -> FileRead {
        let claims = template::claims(&self.templates, self.pipeline, path);
        read::contents(self, path, &claims, Ok(bytes))
    }

    /// Which submissions a file answers, by the marks of the returns in it. Looked at before the file is read: of anything but a
    /// workbook only the first bytes.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn marks(&self, file: &FoundFile) -> Result<Vec<Mark>, Error> {
        let limits = &self.pipeline.limits;
        if !read::may_be_workbook(file) {
            return Ok(Vec::new());
        }
        let bytes = read::bytes(file, limits.file_bytes)?;
        Ok(bytes.map_or_else(|_| Vec::new(), |bytes| marks::in_bytes(self.pipeline, bytes, limits)))
    }

    /// Period and code of the area that a claim on a file stands for, as far as the path says.
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

    /// The merged cells of a sheet of a workbook; none where they cannot be known.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn merged(&self, file: &FoundFile, sheet: &str) -> Result<Vec<Merged>, Error> {
        Ok(read::bytes(file, self.pipeline.limits.file_bytes)?
            .map_or_else(|_| Vec::new(), |bytes| merged::of(&bytes, sheet, &self.pipeline.limits)))
    }

    /// Where a workbook with one form's sheet is this submission for the first time; None where the form's templates leave no
    /// place for that.
    pub fn place(&self, claim: &Claim) -> Option<String> {
        answer::first(self.pipeline, &self.templates, claim)
    }

    /// Where a workbook with one form's sheet answers a submission, so that it is this revision of it and of nothing else;
    /// None where the form's templates leave no place for that.
    pub fn answer(&self, claim: &Claim, revision: u32) -> Option<String> {
        answer::path(self.pipeline, &self.templates, claim, revision)
    }
}
