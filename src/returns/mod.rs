//! What goes back to a county: its own sheet as received, with every faulty cell coloured and commented, behind a list of
//! what was found and how to mend it. Mended and sent back as the next revision it is read like any other submission.
//!
//! Reading order: `layout` (where the cells of a submission stand in the return) → `marks` (which of them a finding marks)
//! → `sheet` (the county's own cells) and `list` (the findings) → `choices` (drop-downs) → `words` (the texts). Where nothing of
//! what was sent can be read, `blank` encloses a sheet to be filled in; `template` makes one before anything is sent.

mod blank;
mod choices;
mod identity;
mod layout;
mod list;
mod look;
mod marks;
mod name;
mod sheet;
mod template;
mod text;
mod words;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::domain::{Finding, Influence, Lang, Merged, RawTable, ReturnMark, Severity, Submission, Text};
use crate::pipeline::{Form, Rule, RuleKind};
pub use blank::{Blank, KnownRow};
pub use identity::identity;
use layout::Layout;
use look::Look;
use marks::Marks;
pub use template::{Template, template};
use words::{Enclosed, Words};

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
    /// The rules of the pipeline, to which findings may belong.
    pub rules: &'a [Rule],
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
    /// A sheet to be filled in where no table could be read.
    pub blank: Option<Blank<'a>>,
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

impl<'a> Return<'a> {
    /// What judged a finding of a rule.
    fn rule(&self, finding: &Finding) -> Option<&'a RuleKind> {
        let rule = self.rules.iter().find(|rule| finding.code.is_rule(&rule.id));
        rule.map(|rule| &rule.kind)
    }

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
    /// Its name or folder was wrong: where such a file belongs, with words in place of what is not known of it.
    Elsewhere(Vec<Text>),
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
    let words: Vec<Words> = given.langs.iter().map(|&lang| Words { lang }).collect();
    let look = Look::new();
    let layout = given.table.and_then(|table| Layout::of(table, given.form));
    let blank = given.blank.as_ref().filter(|_| given.table.is_none());
    let findings = ordered(given.findings);
    let marks = layout
        .as_ref()
        .map(|layout| Marks::of(&findings, layout, given.form, given.merged));
    let name = name::of_sheet(given);
    let enclosed = match (&layout, blank) {
        (Some(_), _) => Enclosed::Own,
        (None, Some(_)) => Enclosed::Blank,
        (None, None) => Enclosed::Nothing,
    };

    let mut workbook = started()?;
    for words in &words {
        let page = list::Page {
            given,
            findings: &findings,
            layout: layout.as_ref(),
            enclosed,
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
            words: &words,
            look: &look,
        };
        own.write(workbook.add_worksheet())?;
        choices::write(&mut workbook, given, layout, &words)?;
    } else if let Some(blank) = blank {
        blank.write(&mut workbook, (&name, &given.mark()), &words, &look)?;
    }
    workbook.save_to_buffer()
}

/// A workbook that knows no time: equal content gives equal bytes.
fn started() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_author("huizong")
            .set_creation_datetime(&created),
    );
    Ok(workbook)
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
