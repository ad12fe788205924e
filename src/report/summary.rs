//! The context of a run's summary: everything the text says, in no language yet.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::influential::InfluentialLine;
use super::moved::Moved;
use super::rules::{RuleLine, UnjudgedLine};
use crate::domain::{Period, Severity, Text};

/// What a run has found, ready to be told in any language; [`Outcome`] says what became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Title of the pipeline.
    pub title: Text,
    /// The figures are made up.
    pub synthetic: bool,
    /// Name of the root area.
    pub root: Text,
    /// Title of the level by which facts are partitioned.
    pub partition_level: Text,
    /// The latest period of which a form is due, as `status` shows it, even where it has no figure; else the latest one with figures.
    /// Every line below is about it. None: there is none.
    pub period: Option<String>,
    /// Indicators with a target, in the order of the definition.
    pub goals: Vec<IndicatorLine>,
    /// All other indicators.
    pub others: Vec<IndicatorLine>,
    /// What moved since the release before, most of all in the root, over all periods.
    pub moved: Moved,
    /// One section a reference pair of a dimension.
    pub gaps: Vec<GapSection>,
    /// One section a form.
    pub reporting: Vec<ReportingSection>,
    /// Forms that are not due yet, of periods that have begun or of which something was sent.
    pub not_due: Vec<NotDueLine>,
    /// Kinds of finding over all periods of the run, the gravest and most frequent first.
    pub findings: Vec<FindingLine>,
    /// The command that explains every code of the summary in place of `CODE`.
    pub explain: String,
    /// The rules that fire most, over all periods.
    pub rules: Vec<RuleLine>,
    /// Why rules could not judge, over all periods, the most frequent reason first.
    pub unjudged: Vec<UnjudgedLine>,
    /// Open findings that move a figure of the root most, over all periods.
    pub influential: Vec<InfluentialLine>,
    /// Submissions that go back to their senders; None: the pipeline writes no returns.
    pub returns: Option<usize>,
    /// What came back: explanations of the counties, corrections of the ministry.
    pub feedback: Feedback,
    /// Where every row of the run went.
    pub rows: RowAccount,
}

/// One indicator in the root area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndicatorLine {
    /// Id of the indicator.
    pub indicator: String,
    /// What a person calls it.
    pub title: Text,
    /// What a person calls the unit of all its values; empty where there is no word for it.
    pub unit: Text,
    /// Where it started.
    pub start: Option<Start>,
    /// Value now; None: see `null_reason`.
    pub now: Option<f64>,
    /// Bounds of the value, whatever the missing areas would have sent.
    pub bounds: Option<(f64, f64)>,
    /// Period and value of the target that counts now.
    pub target: Option<(String, f64)>,
    /// `met`, `not_met`, `no_target` or `unknown`.
    pub verdict: String,
    /// No plausible value of the missing areas could turn the verdict.
    pub robust: Option<bool>,
    /// Areas of the partition level: how many have met the target, of how many judged.
    pub areas_met: Option<(usize, usize)>,
    /// Why the value is null, as a person reads it.
    pub null_reason: Option<Text>,
}

/// Where an indicator started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// Its period.
    pub period: String,
    /// Its value, in the indicator's unit.
    pub value: f64,
    /// A published baseline of the definition; otherwise the run's own first value.
    pub published: bool,
}

/// A reference pair of a dimension.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GapSection {
    /// Title of the dimension.
    pub dimension: Text,
    /// Title of the first member.
    pub a: Text,
    /// Title of the second member.
    pub b: Text,
    /// Indicators whose gap is known, goals first.
    pub lines: Vec<GapLine>,
    /// Indicators whose gap is null.
    pub unknown: usize,
}

/// The gap of one indicator between the two members of a pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GapLine {
    /// Id of the indicator.
    pub indicator: String,
    /// What a person calls it.
    pub title: Text,
    /// What a person calls the unit of values and gap; empty where there is no word for it.
    pub unit: Text,
    /// Value of a.
    pub value_a: Option<f64>,
    /// Value of b.
    pub value_b: Option<f64>,
    /// a − b.
    pub gap: f64,
    /// a ÷ b.
    pub ratio: Option<f64>,
    /// Which member is better off (or simply higher, for an indicator without direction); None: equal.
    pub ahead: Option<Text>,
    /// The bounds of the gap exclude zero.
    pub certain: Option<bool>,
}

/// Who has reported a form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportingSection {
    /// The period it is about.
    pub period: String,
    /// Id of the form.
    pub form: String,
    /// What a person calls it.
    pub title: Text,
    /// The root area.
    pub total: Option<ReportingLine>,
    /// Areas of the partition level, by code.
    pub areas: Vec<ReportingLine>,
}

/// Reporting of one form in one area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportingLine {
    /// Code of the area.
    pub area_code: String,
    /// Its name.
    pub area: Text,
    /// Submissions expected.
    pub expected: i64,
    /// Of them, received.
    pub received: i64,
    /// Of them, with at least one accepted row.
    pub usable: i64,
    /// Received in time; None without receipts.
    pub on_time: Option<i64>,
    /// Usable ÷ expected, 0..1.
    pub share: Option<f64>,
    /// Rows accepted.
    pub rows_accepted: i64,
    /// Rows the register expects.
    pub rows_expected: Option<i64>,
    /// Rows quarantined in submissions from this area.
    pub rows_quarantined: i64,
}

impl ReportingLine {
    /// Everything came, in time, and every row of it was accepted.
    pub fn in_order(&self) -> bool {
        self.received == self.expected
            && self.usable == self.expected
            && self.on_time.is_none_or(|on_time| on_time == self.expected)
            && self.rows_quarantined == 0
            && self.rows_expected.is_none_or(|rows| rows == self.rows_accepted)
    }
}

/// All findings of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindingLine {
    /// How grave.
    pub severity: Severity,
    /// Code of the catalog, or id of a rule.
    pub code: String,
    /// Title of the catalog, or the rule's message.
    pub title: Text,
    /// Cells and rows concerned.
    pub count: i64,
    /// Senders concerned.
    pub senders: usize,
}

/// What was said about submissions after they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Explain findings.
    pub explain: i64,
    /// Of them, those that a county has explained.
    pub explained: i64,
    /// Cells, rows and submissions read otherwise than received.
    pub corrected: i64,
    /// Corrections without effect: stale, unmatched and the like, and those with a fault.
    pub idle: i64,
}

/// Where every row went: `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAccount {
    /// Submissions of all periods.
    pub submissions: usize,
    /// Rows read.
    pub read: i64,
    /// Rows accepted.
    pub accepted: i64,
    /// Rows kept in `quarantine/`.
    pub quarantined: i64,
    /// Rows of submissions that a later revision replaced, and repeated rows.
    pub superseded: i64,
    /// Headers, totals, notes and blanks.
    pub set_aside: i64,
}

/// What a run that writes nothing would have had to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DryRun {
    /// Partition areas by period.
    pub partitions: u64,
    /// Of them, those that a run would compute; the result of the others is kept.
    pub computed: u64,
    /// Why, each reason with their number, as in the plan.
    pub because: Vec<(&'static str, u64)>,
}

/// What became of the release.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Set where nothing was written: the rest is what would have become of the release.
    pub dry_run: Option<DryRun>,
    /// Published, unchanged, withheld or partial.
    pub state: State,
    /// Name of the release that is current after the run; None: there is none.
    pub release: Option<String>,
    /// Whether `current` leads to no release although it should.
    pub lost: bool,
    /// The output folder, as the user named it.
    pub output: String,
    /// Date of the run.
    pub as_of: Date,
    /// Periods of the pipeline that the run covers, in one line.
    pub periods: String,
    /// Periods that the run was told to leave out, in one line; None: none.
    pub left_out: Option<String>,
}

/// A form that is not due yet for a period.
#[derive(Clone, Debug)]
pub struct NotDue {
    /// The period.
    pub period: Period,
    /// Id of the form.
    pub form: String,
    /// The last day on which it may be sent.
    pub due: Date,
    /// The gate judged what was sent of it; false: nothing of it.
    pub judged_as_sent: bool,
}

/// How far a form has come that is not due yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotDueLine {
    /// The period.
    pub period: String,
    /// Title of the form.
    pub title: Text,
    /// The last day on which it may be sent.
    pub due: Date,
    /// Submissions expected.
    pub expected: i64,
    /// Of them, received.
    pub received: i64,
    /// Of them, with at least one accepted row.
    pub usable: i64,
    /// The gate judged what was sent of it; false: nothing of it.
    pub judged_as_sent: bool,
}

/// Whether the run has changed what is published.
#[derive(Clone, Debug)]
pub enum State {
    /// A new release is current.
    Published {
        /// Periods of the release before that the pipeline no longer has, in one line; None: none.
        dropped: Option<String>,
    },
    /// Nothing had changed since the current release.
    Unchanged,
    /// The gate held it back, for these reasons; what was current stays so.
    Withheld(Vec<Text>),
    /// It lacks periods of the current release, and lies in `partial`; what was current stays so.
    Partial {
        /// These periods, in one line.
        lacking: String,
        /// Why the gate would hold it back; empty: it would not.
        reasons: Vec<Text>,
    },
}
