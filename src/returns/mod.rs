//! What goes back to a county: its own sheet as received, with every faulty cell coloured and commented, behind a list of
//! what was found and how to mend it. Mended and sent back as the next revision it is read like any other submission.
//!
//! Reading order: `layout` (where the cells of a submission stand in the return) → `marks` (which of them a finding marks)
//! → `sheet` (the county's own cells) and `list` (the findings) → `choices` (drop-downs) → `words` (the texts).

mod choices;
mod layout;
mod list;
mod look;
mod marks;
mod name;
mod sheet;
mod text;
mod words;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::domain::{Finding, Influence, Lang, Merged, RawTable, ReturnMark, Severity, Submission, Text};
use crate::pipeline::Form;
use layout::Layout;
use look::Look;
use marks::Marks;
use words::Words;

/// Why a return could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workbook could not be encoded: a fault of the program.
    #[error("cannot make the return of {submission}")]
    Encode {
        /// Id of the submission.
        submission: String,
        /// Why not.
        source: XlsxError,
    },
}

/// One submission that somebody must act on.
#[derive(Debug)]
pub struct Return<'a> {
    /// Title of the pipeline.
    pub title: &'a Text,
    /// The figures are made up.
    pub synthetic: bool,
    /// The form it was sent as.
    pub form: &'a Form,
    /// What was received.
    pub submission: &'a Submission,
    /// Name of the sending area, where the registry knows it.
    pub area: Option<&'a str>,
    /// Records that count, and records held back.
    pub rows: (u64, u64),
    /// What is open, in the order of the table of findings.
    pub findings: &'a [&'a Finding],
    /// What the county has explained already, in the same order: its words must not get lost with the next revision.
    pub explained: &'a [&'a Finding],
    /// The sheet as received; None where no table could be read.
    pub table: Option<&'a RawTable>,
    /// Its merged cells.
    pub merged: &'a [Merged],
    /// How it is to be sent back.
    pub answer: &'a Answer,
    /// The revision as which it stands for the submission; None: it must not stand for it.
    pub becomes: Option<u32>,
    /// What the file itself is called.
    pub name: &'a str,
    /// Other submissions of the sender that go back to be sent again, each as a revision of its own: the highest that comes
    /// counts, so that one of all is enough.
    pub rivals: &'a [&'a str],
    /// What every return says of deadline and contact; empty: nothing.
    pub note: &'a Text,
    /// Languages of all words that are not the county's own: one, or both with the first one leading.
    pub langs: &'a [Lang],
}

impl Return<'_> {
    /// The first cell of every sheet that is not the county's own.
    fn mark(&self) -> String {
        let id = self.submission.id.clone();
        let becomes = self.becomes;
        ReturnMark { id, becomes }.to_string()
    }
}

/// How a return is to be sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// As the next revision, under this path.
    Revision(String),
    /// In place of the file that was sent: the form knows no revisions, or its file holds other forms, too.
    Replace(String),
    /// Its name or folder was wrong: where such a file belongs, as the form's templates have it.
    Elsewhere(Vec<String>),
}

/// Makes the workbook. Equal input gives equal bytes.
///
/// # Errors
/// When the workbook cannot be encoded.
pub fn workbook(given: &Return<'_>) -> Result<Vec<u8>, Error> {
    made(given).map_err(|source| Error::Encode {
        submission: given.submission.id.clone(),
        source,
    })
}

fn made(given: &Return<'_>) -> Result<Vec<u8>, XlsxError> {
    let all: Vec<Words> = given.langs.iter().map(|&lang| Words { lang }).collect();
    let words = all.first().copied().unwrap_or(Words { lang: Lang::En });
    let look = Look::new();
    let layout = given.table.and_then(|table| Layout::of(table, given.form));
    let findings = ordered(given.findings);
    let marks = layout
        .as_ref()
        .map(|layout| Marks::of(&findings, layout, given.form, given.merged));
    let name = name::of_sheet(given, &words);

    let mut workbook = Workbook::new();
    // A fixed date: the same findings give the same bytes.
    let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_author("huizong")
            .set_creation_datetime(&created),
    );
    for words in &all {
        let page = list::Page {
            given,
            findings: &findings,
            layout: layout.as_ref(),
            sheet: &name,
            words,
            look: &look,
        };
        page.write(workbook.add_worksheet())?;
    }
    if let (Some(layout), Some(marks)) = (&layout, &marks) {
        let own = sheet::Own {
            given,
            layout,
            marks,
            findings: &findings,
            name: &name,
            words: &all,
            look: &look,
        };
        own.write(workbook.add_worksheet())?;
        choices::write(&mut workbook, given, layout, &words)?;
    }
    workbook.save_to_buffer()
}

/// The gravest first; of one severity those that move the figures most; else in the order they came.
fn ordered<'a>(findings: &[&'a Finding]) -> Vec<&'a Finding> {
    let mut all = findings.to_vec();
    let size = |finding: &Finding| -> f64 { finding.influence.as_ref().map_or(0.0, Influence::size) };
    all.sort_by(|a, b| {
        let gravest = b.severity.cmp(&a.severity);
        gravest.then_with(|| size(b).total_cmp(&size(a)))
    });
    all
}

/// How many findings have a severity.
fn count(findings: &[&Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}
