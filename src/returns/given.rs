//! What a return is made from.

use crate::domain::{Finding, Lang, Period, RawTable, ReturnMark, Submission, Text};
use crate::pipeline::units::Units;
use crate::pipeline::{CodeScheme, Form, FormIndex, Rule, rule_of};

/// Ending of a return's name.
pub const ENDING: &str = ".xlsx";

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
    pub(super) fn rule(&self, finding: &Finding) -> Option<&'a Rule> {
        rule_of(self.rules, finding)
    }

    /// The first cell of every sheet that is not the county's own.
    pub(super) fn mark(&self) -> String {
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

/// Cells of a record that are known beforehand: column of the form and text.
pub type KnownRow = Vec<(usize, String)>;

/// What a blank sheet is made of.
#[derive(Clone, Copy, Debug)]
pub struct Blank<'a> {
    /// The form.
    pub form: &'a Form,
    /// The period it is for; None: none in particular.
    pub period: Option<Period>,
    /// Its position among the forms of the pipeline.
    pub index: FormIndex,
    /// The rules of the pipeline; those over one row of the form are asked for while it is filled in.
    pub rules: &'a [Rule],
    /// Units, as headers name them.
    pub units: &'a Units,
    /// How codes look.
    pub scheme: CodeScheme,
    /// Rows that are known beforehand; may be empty.
    pub rows: &'a [KnownRow],
}
