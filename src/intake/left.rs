//! Sheets of a file that none of its claims takes: more of one that was read, a sheet of another form, or none of either.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::file_read::ReadSubmission;
use super::header::Header;
use super::read::{Reader, named_like};
use super::sheet::Sheet;
use super::stated::stated;
use super::table;
use super::title_years::{self, Year};
use super::words::squeeze;
use crate::domain::{Code, Finding, MatchedColumn, Period, Place, Severity, Submission};
use crate::pipeline::FormIndex;

/// What is made of them.
pub(super) struct Left {
    /// Those that go on with a sheet that was read, and do not count.
    pub(super) continued: Vec<ReadSubmission>,
    /// What is told of the others.
    pub(super) findings: Vec<Finding>,
}

impl Reader<'_> {
    /// `left` are positions in `sheets`, whose names are `names`.
    pub(super) fn left(
        &self,
        left: Vec<usize>,
        sheets: &mut [Option<Sheet>],
        names: &[Arc<str>],
        submissions: &[ReadSubmission],
    ) -> Left {
        let (mut continued, mut findings, mut unclaimed) = (Vec::new(), Vec::new(), Vec::new());
        for at in left {
            if let Some(more) = self.continued(&mut sheets[at], submissions) {
                continued.push(more);
                continue;
            }
            match self.of_other_form(&mut sheets[at], submissions) {
                Some(finding) => findings.push(finding),
                None => unclaimed.extend(names.get(at).map(|name| &**name)),
            }
        }
        findings.extend(sheets_unclaimed(&unclaimed, &self.intake.pipeline.periods));
        Left { continued, findings }
    }

    /// A sheet left over that holds records under the header of one that was read: more of it, or a copy. A submission is one
    /// sheet, so its rows are accounted for and do not count.
    fn continued(&self, left: &mut Option<Sheet>, submissions: &[ReadSubmission]) -> Option<ReadSubmission> {
        let sheet = left.as_ref()?;
        let name = sheet.name.as_deref().unwrap_or_default();
        // What is named like another year goes on with none.
        let is_other = |read: &ReadSubmission| {
            let period = read.submission.period;
            period.is_some_and(|period| title_years::of_sheet(name, period) == Year::Other)
        };
        let (of, header) = submissions.iter().filter(|read| !is_other(read)).find_map(|read| {
            let table = read.table.as_ref().filter(|_| !read.claim.is_pattern())?;
            let header = self.intake.books[read.claim.form].find(sheet)?;
            let columns = |columns: &[MatchedColumn]| columns.iter().map(|c| c.column).collect::<BTreeSet<usize>>();
            let same = columns(&header.columns) == columns(&table.columns) && !table.columns.is_empty();
            same.then_some((read, header))
        })?;
        let book = &self.intake.books[of.claim.form];
        let name = sheet.name.clone().unwrap_or_default();
        let read = table::read(book, left.take()?, Some(header), of.submission.period);
        let table = read.table.filter(|table| !table.records.is_empty())?;
        let of_sheet = of
            .table
            .as_ref()
            .and_then(|table| table.sheet.clone())
            .unwrap_or_default();
        let finding = Finding::new(Code::SheetContinued)
            .at(Place {
                sheet: Some(name.clone()),
                ..Place::default()
            })
            .raw(&*name)
            .expected(&*of_sheet)
            .count(table.records.len() as u64);
        let path = self.sheet_path(Some(&name));
        Some(ReadSubmission {
            submission: Submission {
                format: of.submission.format.clone(),
                encoding: of.submission.encoding.clone(),
                period: of.submission.period,
                ..self.submission(&of.claim, path)
            },
            claim: of.claim.clone(),
            table: Some(table),
            findings: vec![finding],
            rejected: true,
            stated_period: None,
            replies: Vec::new(),
            answers: None,
        })
    }

    /// A sheet with the header of another form and with records, in a file in which that form has no place.
    fn of_other_form(&self, left: &mut Option<Sheet>, submissions: &[ReadSubmission]) -> Option<Finding> {
        let (form, header) = self.other_form(left.as_ref()?, submissions)?;
        let period = submissions.first()?.submission.period;
        let name = left.as_ref()?.name.clone().unwrap_or_default();
        let table = table::read(&self.intake.books[form], left.take()?, Some(header), period).table;
        let rows = table.map_or(0, |table| table.records.len());
        let place = Place {
            sheet: Some(name.clone()),
            ..Place::default()
        };
        let files = &self.intake.pipeline.forms[form].files;
        let files: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let finding = Finding::new(Code::SheetOfOtherForm).at(place).raw(&*name);
        let finding = finding.expected(files.join(" | ")).count(rows as u64);
        (rows > 0).then(|| named_like(finding, self.intake.pipeline, [&self.intake.pipeline.forms[form]]))
    }

    /// The form whose header a sheet has, of those that do not claim the file.
    fn other_form(&self, sheet: &Sheet, submissions: &[ReadSubmission]) -> Option<(FormIndex, Header)> {
        let is_claimed = |form: &FormIndex| {
            let mut claims = self.claims.iter().chain(submissions.iter().map(|read| &read.claim));
            claims.any(|claim| claim.form == *form)
        };
        let forms = (0..self.intake.pipeline.forms.len()).filter(|form| !is_claimed(form));
        let found = forms.filter_map(|form| Some((form, self.intake.books[form].find(sheet)?)));
        found.max_by_key(|(form, header)| (header.score(), std::cmp::Reverse(*form)))
    }
}

/// The sheets that no form claims: one finding for all, and one for those named like a period that was asked for.
fn sheets_unclaimed(names: &[&str], periods: &[Period]) -> Vec<Finding> {
    let asked = |name: &&str| {
        let squeezed = squeeze(name);
        let says = |period: &Period| {
            squeezed.contains(&period.to_string()) || stated(name).iter().any(|stated| stated.fits(*period))
        };
        periods.iter().any(says)
    };
    let (due, others): (Vec<&str>, Vec<&str>) = names.iter().copied().partition(asked);
    let finding = |names: Vec<&str>| {
        let finding = Finding::new(Code::SheetUnclaimed).count(names.len() as u64);
        (!names.is_empty()).then(|| finding.raw(names.join(", ")))
    };
    let due = finding(due).map(|found| found.severity(Severity::Explain));
    due.into_iter().chain(finding(others)).collect()
}
