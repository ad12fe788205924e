//! What is shown of the data: who has reported, where rows went, what was found, what is not as before.

use serde::Serialize;

use super::sheet::Figure;
use crate::domain::Text;

/// Who has reported a form.
#[derive(Clone, Debug, Serialize)]
pub struct ReportingView {
    /// Around the chart; its table has the latest period in full.
    pub about: Figure,
    /// Periods of the columns.
    pub periods: Vec<String>,
    /// The root, then areas.
    pub rows: Vec<HeatRow>,
    /// Shares as programs read them, with an empty cell for the heads of the rows.
    pub digits: String,
}

/// An area, period by period.
#[derive(Clone, Debug, Serialize)]
pub struct HeatRow {
    /// Its name.
    pub area: Text,
    /// Whether it is the root.
    pub is_root: bool,
    /// By period.
    pub cells: Vec<HeatCell>,
}

/// What came of what was owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeatCell {
    /// From 1, the least, to 5, all of it; 0: nothing is owed.
    pub shade: usize,
    /// `97%`; None: nothing is owed.
    pub share: Option<String>,
    /// The same as a program reads it.
    pub value: Option<String>,
    /// `67/69`.
    pub of: String,
}

/// Where every row went.
#[derive(Clone, Debug, Serialize)]
pub struct RowsView {
    /// Around the chart.
    pub about: Figure,
    /// Parts of the whole.
    pub parts: Vec<Part>,
}

/// A part of a bar.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// How it is drawn: `good`, `bad`, `told` or `open`.
    pub kind: &'static str,
    /// What it is.
    pub label: Text,
    /// How many.
    pub count: String,
    /// Where it begins on a line of [`STRIP`](super::super::draw::STRIP).
    pub start: f64,
    /// How long it is.
    pub length: f64,
}

/// Bars of parts.
#[derive(Clone, Debug, Serialize)]
pub struct StackView {
    /// Around the chart.
    pub about: Figure,
    /// Parts as they are named in the key.
    pub key: Vec<(&'static str, Text)>,
    /// One bar each.
    pub lines: Vec<StackLine>,
}

/// A bar of parts.
#[derive(Clone, Debug, Serialize)]
pub struct StackLine {
    /// What it is about.
    pub title: Text,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct FindingsView {
    /// Around the chart.
    pub about: Figure,
    /// The most frequent kinds of each severity.
    pub groups: Vec<FindingGroup>,
    /// Open findings that move a figure of the root most; None: none does.
    pub influential: Option<Figure>,
}

/// Kinds of finding of one severity.
#[derive(Clone, Debug, Serialize)]
pub struct FindingGroup {
    /// `hard`, `explain` or `info`.
    pub severity: &'static str,
    /// What a person calls it.
    pub title: Text,
    /// The most frequent kinds.
    pub bars: Vec<Bar>,
    /// Kinds beyond them, which are in the table.
    pub rest: usize,
}

/// A bar.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// What it counts.
    pub title: Text,
    /// How many.
    pub count: String,
    /// Its length on a line of [`STRIP`](super::super::draw::STRIP).
    pub length: f64,
}

/// What is not as in the release before.
#[derive(Clone, Debug, Serialize)]
pub struct RevisionsView {
    /// Around the chart; its table has the figures of the root that moved most.
    pub about: Figure,
    /// Steps by cause.
    pub causes: Vec<Bar>,
}
