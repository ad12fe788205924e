//! Returns: workbooks that go back to counties. A return contains a list of the findings, with how to fix them, and the county's own sheet
//! as received, with every affected cell coloured and commented. It comes back as the next revision, and is read like any other submission.
//!
//! Reading order: `layout` (where the cells of a submission stand in the return) → `marks` (which cells a finding marks)
//! → `sheet` (the county's own cells) and `list` (the findings) → `choices` (drop-downs) → `words` (the texts). If nothing of
//! a submission can be read, `blank` adds a blank sheet; `template` makes one before anything is sent.

mod blank;
mod choices;
mod identity;
mod layout;
mod list;
mod look;
mod marks;
mod merged;
mod name;
mod sheet;
mod template;
mod text;
mod words;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::domain::{Finding, Influence, Lang, RETURN_MARK, RawTable, ReturnMark, Severity, Submission, Text};
use crate::pipeline::{Form, Rule, rule_of};
pub use blank::{Blank, KnownRow};
pub use identity::identity;
use layout::Layout;
use look::Look;
use marks::Marks;
pub use template::{Template, template};
use words::{Enclosed, Words};

/// Ending of a return's name.
pub const ENDING: &str = ".xlsx";

/// Why a return could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workbook could not be encoded: an error of the program.
    #[error("cannot make the return of {submission}")]
    Encode {
        /// Id of the submission.
        submission: String,
        /// Cause.
        source: XlsxError,
    },
}

/// One submission with open findings.
#[derive(Debug)]
pub struct Return<'a> {
    /// Title of the pipeline.
    pub title: &'a Text,
    /// The figures are synthetic.
    pub synthetic: bool,
    /// Its form.
    pub form: &'a Form,
    /// All forms of the pipeline.
    pub forms: &'a [Form],
    /// The rules of the pipeline, by which findings may have been made.
    pub rules: &'a [Rule],
    /// The submission as received.
    pub submission: &'a Submission,
    /// Name of the sending area, if the registry has it.
    pub area: Option<&'a Text>,
    /// Numbers of accepted and quarantined records.
    pub rows: (u64, u64),
    /// Open findings, in the order of the table.
    pub findings: &'a [&'a Finding],
    /// Explained findings, in the same order, so that the explanations are not lost with the next revision.
    pub explained: &'a [&'a Finding],
    /// The sheet as received; None if no table could be read.
    pub table: Option<&'a RawTable>,
    /// A blank sheet, if no table could be read.
    pub blank: Option<Blank<'a>>,
    /// How it is to be sent back.
    pub answer: &'a Answer,
    /// The revision as which it replaces the submission; None: it must not replace it.
    pub becomes: Option<u32>,
    /// File name.
    pub name: &'a str,
    /// Other submissions of the sender that are returned, each as a revision of its own. The highest revision that comes back
    /// counts, so one of them is enough.
    pub rivals: &'a [&'a str],
    /// Text with deadline and contact; may be empty.
    pub note: &'a Text,
    /// Languages of all text that is not the county's own: one, or both, the first one leading.
    pub langs: &'a [Lang],
}

impl<'a> Return<'a> {
    /// The rule that made a finding.
    fn rule(&self, finding: &Finding) -> Option<&'a Rule> {
        rule_of(self.rules, finding)
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
    /// As the next revision, with this path.
    Revision(String),
    /// In place of the original file: the form has no revisions, or the file contains other forms as well.
    Replace(String),
    /// Its name or folder was wrong: where such a file belongs, with words in place of unknown parts.
    Elsewhere(Vec<Text>),
}

/// Makes the workbook. The same input gives the same bytes.
///
/// # Errors
/// If the workbook cannot be encoded.
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
    let marks = layout.as_ref().map(|layout| Marks::of(&findings, layout, given.form));
    let name = name::of_sheet(given);
    let enclosed = match (&layout, blank) {
        (Some(_), _) => Enclosed::Own,
        (None, Some(_)) => Enclosed::Blank,
        (None, None) => Enclosed::Nothing,
    };

    let mut workbook = started(Some(&given.mark()))?;
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

/// A workbook without a time stamp, so that the same content gives the same bytes. Its properties hold the mark of a return, too,
/// and keep it when the list is deleted.
fn started(mark: Option<&str>) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
    let properties = DocProperties::new()
        .set_author("huizong")
        .set_creation_datetime(&created);
    workbook.set_properties(&match mark {
        Some(mark) => properties.set_custom_property(RETURN_MARK, mark),
        None => properties,
    });
    Ok(workbook)
}

/// The most severe first; within a severity, those that move the figures most; then in their original order.
fn ordered<'a>(findings: &[&'a Finding]) -> Vec<&'a Finding> {
    let mut all = findings.to_vec();
    let size = |finding: &Finding| -> f64 { finding.influence.as_ref().map_or(0.0, Influence::size) };
    all.sort_by(|a, b| {
        let gravest = b.severity.cmp(&a.severity);
        gravest.then_with(|| size(b).total_cmp(&size(a)))
    });
    all
}

/// Number of findings of a severity.
fn count(findings: &[&Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}
