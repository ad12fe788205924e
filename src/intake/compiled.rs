//! Templates and headers of every form, compiled once for a run, and what follows from them without a look at a file.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answer;
use super::claim::Claim;
use super::found::{FoundFile, Location};
use super::header::Book;
use super::template::{self, Template};
use crate::domain::Period;
use crate::pipeline::Pipeline;

/// Templates and headers of every form, compiled once for a run.
pub struct Intake<'p> {
    pub(super) pipeline: &'p Pipeline,
    pub(super) input: PathBuf,
    pub(super) root_code: String,
    pub(super) templates: Vec<Template>,
    pub(super) books: Vec<Book<'p>>,
    /// Names of areas, by which the encoding of a file is recognised.
    pub(super) names: HashSet<String>,
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

    /// Period and area code of a claim on a file, as far as the path contains them.
    pub fn identity<'c>(&'c self, claim: &'c Claim) -> (Option<Period>, &'c str) {
        let pipeline = self.pipeline;
        let only = || match pipeline.periods.as_slice() {
            [period] => Some(*period),
            _ => None,
        };
        let period = match &claim.period_text {
            Some(_) => claim.period,
            None if pipeline.forms[claim.form].unpivot.is_some() => None,
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
