//! Returns that come back under another name or in another folder: the mark in them says what they answer, as long as their
//! content does not say otherwise.
//!
//! A path that says the same as the mark is left as it is: intake gives such a file its revision.

use std::sync::Arc;

use rayon::prelude::*;

use super::RunError;
use crate::domain::{Code, Finding, Period, base_name};
use crate::intake::{Claim, FoundFile, Intake, Mark, ReadSubmission};
use crate::normalize::{Context, normalize};
use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::{Areas, Registry};

/// Gives files the claims that the marks of returns in them make. `skipped` are periods that this run leaves out.
///
/// # Errors
/// When a file cannot be read because the machine fails.
pub fn recognise(
    pipeline: &Pipeline,
    skipped: &[Period],
    registry: &Registry,
    intake: &Intake<'_>,
    files: &mut [FoundFile],
) -> Result<(), RunError> {
    let judge = Judge {
        pipeline,
        skipped,
        registry,
        intake,
    };
    files.par_iter_mut().try_for_each(|file| judge.file(file))
}

/// What the content of a file says of the claims on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// No header of the form, another period in the title, or mostly records of other areas.
    Refutes,
    /// Nothing of the kind.
    Allows,
    /// It is the list of a return and nothing else: no submission.
    ListAlone,
}

/// Whether the path of a file and the mark in it say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    /// The path names what the mark names.
    Agrees,
    /// The path names no area, or no period, that there is.
    Unknown,
    /// The path names another form, period or area.
    Differs,
}

struct Judge<'a> {
    pipeline: &'a Pipeline,
    skipped: &'a [Period],
    registry: &'a Registry,
    intake: &'a Intake<'a>,
}

impl Judge<'_> {
    fn file(&self, file: &mut FoundFile) -> Result<(), RunError> {
        let mut marks = self.intake.marks(file)?;
        marks.retain(|mark| self.is_known(mark.form, Some(mark.period), &mark.area));
        // Of two returns of one form put together nobody knows which one the sheet is.
        let is_only = |mark: &Mark| marks.iter().all(|other| other.form != mark.form || same(other, mark));
        if marks.is_empty() || !marks.iter().all(is_only) {
            return Ok(());
        }
        marks.dedup_by(|later, first| {
            let is_same = same(later, first);
            first.becomes = first.becomes.max(later.becomes);
            is_same
        });
        let by_mark: Vec<Claim> = marks.iter().map(|mark| self.claim(mark)).collect();
        match self.path(file, &marks) {
            Path::Agrees => self.mend_ancestors(file, &marks),
            Path::Unknown => self.by_mark(file, by_mark)?,
            Path::Differs => self.between(file, by_mark, &marks)?,
        }
        Ok(())
    }

    fn is_known(&self, form: FormIndex, period: Option<Period>, area: &str) -> bool {
        let asked = |period: &Period| self.pipeline.periods.contains(period) || self.skipped.contains(period);
        period
            .filter(asked)
            .is_some_and(|period| self.areas(form, period).get(area).is_some())
    }

    fn path(&self, file: &FoundFile, marks: &[Mark]) -> Path {
        let agrees = |claim: &Claim| {
            let (period, area) = self.intake.identity(claim);
            let fits = |mark: &Mark| {
                let of_period = period.is_none() && claim.period_text.is_none() || period == Some(mark.period);
                // The names of sheets say the rest.
                let of_area = area == mark.area || claim.is_pattern() && self.is_within(mark, area);
                mark.form == claim.form && of_period && of_area
            };
            marks.iter().any(fits)
        };
        let known = |claim: &Claim| {
            let (period, area) = self.intake.identity(claim);
            claim.is_pattern() || self.is_known(claim.form, period, area)
        };
        if file.claims.iter().any(agrees) {
            Path::Agrees
        } else if file.claims.iter().any(known) {
            Path::Differs
        } else {
            Path::Unknown
        }
    }

    fn areas(&self, form: FormIndex, period: Period) -> Arc<Areas> {
        self.registry.of_form(&self.pipeline.forms[form], period)
    }

    fn is_within(&self, mark: &Mark, area: &str) -> bool {
        self.areas(mark.form, mark.period).contains(area, &mark.area)
    }

    /// The claim that a mark makes: as if the file lay where the form's templates have it.
    fn claim(&self, mark: &Mark) -> Claim {
        claim_of(
            &self.areas(mark.form, mark.period),
            mark.form,
            (mark.period, &mark.area),
            mark.becomes,
        )
    }

    /// The folder of another province: the file names its county, the mark the rest.
    fn mend_ancestors(&self, file: &mut FoundFile, marks: &[Mark]) {
        let name = base_name(&file.path).to_owned();
        for claim in &mut file.claims {
            let of_claim = |mark: &&Mark| mark.form == claim.form && self.intake.identity(claim).1 == mark.area;
            let Some(mark) = marks.iter().find(of_claim) else {
                continue;
            };
            let right = self.claim(mark);
            if !claim.areas.iter().all(|area| right.areas.contains(area)) {
                claim.areas = right.areas;
                let found = recognised(self.intake, claim, claim.revision.max(mark.becomes), &name);
                claim.told = Some(Box::new(found));
            }
        }
    }

    /// Where no form claims the path, or only for an area that does not exist, the mark alone says what the file is.
    fn by_mark(&self, file: &mut FoundFile, mut by_mark: Vec<Claim>) -> Result<(), RunError> {
        let name = base_name(&file.path).to_owned();
        let content = self.content(file, &by_mark)?;
        if content == Content::ListAlone {
            return Ok(());
        }
        if content == Content::Refutes {
            let finding = Finding::new(Code::ReturnContradicted).raw(self.tell(&by_mark));
            match file.claims.first_mut() {
                Some(claim) => claim.told = Some(Box::new(finding)),
                None => file.told = Some(Box::new(finding)),
            }
            return Ok(());
        }
        for claim in &mut by_mark {
            claim.told = Some(Box::new(recognised(self.intake, claim, claim.revision, &name)));
        }
        file.claims = by_mark;
        Ok(())
    }

    /// The path names one submission, the mark another: what the rows say decides, else nobody does.
    fn between(&self, file: &mut FoundFile, mut by_mark: Vec<Claim>, marks: &[Mark]) -> Result<(), RunError> {
        let by_path = self.content(file, &file.claims)?;
        let of_marks = self.content(file, &by_mark)?;
        // The path's other forms would be lost with it.
        let is_whole = file
            .claims
            .iter()
            .all(|claim| marks.iter().any(|mark| mark.form == claim.form));
        let is_other_form = file
            .claims
            .iter()
            .all(|claim| marks.iter().all(|mark| mark.form != claim.form));
        match (by_path, of_marks) {
            (Content::Refutes, Content::Allows) if is_whole || is_other_form => {
                for claim in &mut by_mark {
                    let found = recognised(self.intake, claim, claim.revision, &file.path);
                    let expected = found.expected;
                    let moved = Finding::new(Code::ReturnMisplaced).raw(&*file.path);
                    claim.told = Some(Box::new(Finding { expected, ..moved }));
                }
                file.claims = by_mark;
            }
            // The list of another return lies in the file: intake says so.
            (Content::Allows, Content::Refutes) | (Content::ListAlone, _) => {}
            _ => {
                let finding = Finding::new(Code::ReturnContradicted).raw(self.tell(&by_mark));
                let at = file
                    .claims
                    .iter()
                    .position(|claim| marks.iter().any(|mark| mark.form == claim.form));
                file.claims[at.unwrap_or(0)].told = Some(Box::new(finding));
            }
        }
        Ok(())
    }

    /// What the rows of a file say of claims on it.
    fn content(&self, file: &FoundFile, claims: &[Claim]) -> Result<Content, RunError> {
        let mut tried = file.clone();
        tried.claims = claims.to_vec();
        let read = self.intake.read(&tried)?;
        if read
            .findings
            .iter()
            .any(|finding| finding.code == Code::ReturnListAlone)
        {
            return Ok(Content::ListAlone);
        }
        let refuted = read.submissions.iter().any(|read| self.is_refuted(read));
        Ok(if refuted || read.submissions.is_empty() {
            Content::Refutes
        } else {
            Content::Allows
        })
    }

    fn is_refuted(&self, read: &ReadSubmission) -> bool {
        let submission = &read.submission;
        let Some(table) = read.table.as_ref().filter(|table| !table.columns.is_empty()) else {
            return true;
        };
        if read.stated_period.is_some() {
            return true;
        }
        let Some(areas) = submission.period.map(|period| self.areas(submission.form, period)) else {
            return false;
        };
        if areas.get(&submission.area_code).is_none() {
            return true;
        }
        let context = Context {
            pipeline: self.pipeline,
            form: submission.form,
            areas: &areas,
            sender: &submission.area_code,
            submission: 0,
        };
        let findings = normalize(table, &context).findings;
        let outside = findings
            .iter()
            .filter(|finding| finding.code == Code::OutsideJurisdiction);
        let outside: u64 = outside.map(|finding| finding.count).sum();
        outside * 2 > table.records.len() as u64
    }

    /// Who and what a mark names, for a message.
    fn tell(&self, claims: &[Claim]) -> String {
        let each = claims.iter().map(|claim| {
            let (period, area) = self.intake.identity(claim);
            let period = period.map(|period| period.to_string()).unwrap_or_default();
            format!("{period} {area} {}", self.pipeline.forms[claim.form].id)
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// The claim on a file that lies where the form's templates have it.
pub fn claim_of(areas: &Areas, form: FormIndex, (period, area): (Period, &str), revision: u32) -> Claim {
    let ancestors = areas.ancestors(area);
    let mut names: Vec<_> = ancestors.iter().map(|area| (area.level, area.code.clone())).collect();
    names.sort();
    Claim {
        form,
        sheet: None,
        period: Some(period),
        period_text: Some(period.to_string()),
        areas: names,
        revision,
        unread_revision: None,
        old: false,
        told: None,
    }
}

fn same(a: &Mark, b: &Mark) -> bool {
    (a.form, a.period, &a.area) == (b.form, b.period, &b.area)
}

/// That a file was recognised by its mark alone, and how it should have been called.
fn recognised(intake: &Intake<'_>, claim: &Claim, revision: u32, name: &str) -> Finding {
    let finding = Finding::new(Code::ReturnRecognised).raw(name);
    Finding {
        expected: intake.answer(claim, revision),
        ..finding
    }
}
