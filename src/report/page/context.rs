//! Everything that `report.html` shows, in both languages and without markup. Lengths are in the units of their drawing.

use serde::Serialize;

use crate::domain::Text;
use crate::report::number;

/// The page of a release.
#[derive(Clone, Debug, Serialize)]
pub struct Context {
    /// Title of the pipeline.
    pub title: Text,
    /// Name of the root area.
    pub root: Text,
    /// The latest period of which enough was sent; None: none has a figure.
    pub period: Option<String>,
    /// The figures are made up.
    pub synthetic: bool,
    /// Why the page must not be quoted; None: it belongs to a release.
    pub notice: Option<Text>,
    /// The language that is shown where the browser asks for neither.
    pub lead: &'static str,
    /// The few numbers at the top.
    pub facts: Vec<Fact>,
    /// Indicators with a target; None: there is none.
    pub goals: Option<Goals>,
    /// One indicator each, goals first.
    pub indicators: Vec<IndicatorView>,
    /// Pairs of groups that dimensions compare.
    pub gaps: Vec<GapView>,
    /// Who has reported, by form.
    pub reporting: Vec<ReportingView>,
    /// Where every row went.
    pub rows: RowsView,
    /// What was found.
    pub findings: FindingsView,
    /// Figures that were stated twice; None: none was compared.
    pub reconciliation: Option<StackView>,
    /// What is not as in the release before.
    pub revisions: RevisionsView,
    /// What each indicator means.
    pub definitions: Vec<Definition>,
    /// The tables of the release: path, and what a person calls them.
    pub files: Vec<(String, Text)>,
    /// Licence of the data.
    pub licence: Option<String>,
    /// Who publishes them.
    pub publisher: Option<Text>,
    /// Whom readers can ask.
    pub contact: Option<Text>,
}

/// A number at the top.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// What it counts.
    pub label: Text,
    /// The number.
    pub value: Text,
    /// More of it.
    pub note: Option<Text>,
}

/// What stands around a chart, and the table with the same figures.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// Name of its place in the page and of its CSV.
    pub id: String,
    /// What the chart shows, as a sentence.
    pub headline: Text,
    /// What is measured, where, when, and in which unit.
    pub subtitle: Text,
    /// What must be known to read it.
    pub notes: Vec<Text>,
    /// The figures.
    pub table: Sheet,
}

/// A table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sheet {
    /// Titles of the columns; the first one holds the heads of the rows.
    pub columns: Vec<Text>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell: a text or a number, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Words.
    pub text: Option<Text>,
    /// A number as a person reads it.
    pub number: Option<String>,
    /// The same as a program reads it, with six digits.
    pub value: Option<String>,
}

impl Cell {
    pub fn text(text: Text) -> Cell {
        Cell {
            text: Some(text),
            ..Cell::default()
        }
    }

    /// A code or a path, which is the same in every language.
    pub fn code(code: &str) -> Cell {
        Cell::text(Text::new(code, code))
    }

    pub fn figure(value: Option<f64>) -> Cell {
        Cell::beside(value, None)
    }

    /// With as many digits as it takes to be told from another.
    pub fn beside(value: Option<f64>, other: Option<f64>) -> Cell {
        Cell::shown(value, |value| number::figure_beside(value, other))
    }

    /// A difference, with its sign.
    pub fn signed(value: Option<f64>) -> Cell {
        Cell::shown(value, number::signed)
    }

    /// A share, as a percentage for a person and as 0..1 for a program.
    pub fn share(share: Option<f64>) -> Cell {
        Cell::shown(share, number::percent)
    }

    /// A relative change as a percentage with its sign.
    pub fn change(change: f64) -> Cell {
        Cell::shown(Some(change), |change| {
            let sign = if change > 0.0 { "+" } else { "" };
            format!("{sign}{}", number::percent(change))
        })
    }

    pub fn count(count: i64) -> Cell {
        Cell {
            number: Some(number::count(count)),
            value: Some(count.to_string()),
            text: None,
        }
    }

    fn shown(value: Option<f64>, show: impl Fn(f64) -> String) -> Cell {
        Cell {
            number: value.map(show),
            value: value.map(number::six_digits),
            text: None,
        }
    }
}

/// Indicators with a target.
#[derive(Clone, Debug, Serialize)]
pub struct Goals {
    /// Around the chart.
    pub about: Figure,
    /// One goal each.
    pub lines: Vec<GoalLine>,
    /// Whether bounds of one lie beyond its line.
    pub is_cut: bool,
}

/// A goal: from where, to where, and how far.
#[derive(Clone, Debug, Serialize)]
pub struct GoalLine {
    /// Title of the indicator, with its unit.
    pub title: Text,
    /// `12.3 (2015)`; None: there is none.
    pub start: Option<String>,
    /// Value now.
    pub now: Option<String>,
    /// `60.9–66.1`; None: there are none.
    pub bounds: Option<String>,
    /// `50 (2020)`.
    pub target: String,
    /// What the table `indicators` says of it: `met`, `not_met` or `unknown`.
    pub verdict: String,
    /// The verdict holds whatever is missing.
    pub robust: Option<bool>,
    /// The smallest set of areas whose missing reports could turn it; None: it is robust, or there are no bounds.
    pub turned_by: Option<Text>,
    /// The way from start to target; None: they are the same, or there is no value.
    pub strip: Option<Strip>,
}

/// A way from start to target: places on a line of [`super::draw::STRIP`].
#[derive(Clone, Debug, Serialize)]
pub struct Strip {
    /// Place of the start.
    pub start: f64,
    /// Place of the target.
    pub target: f64,
    /// Place of the value.
    pub now: f64,
    /// Places of the bounds.
    pub bounds: Option<(f64, f64)>,
    /// Whether a bound lies beyond the line.
    pub is_cut: bool,
}

/// One indicator: its course, its areas, and how evenly it is spread.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorView {
    /// Its id.
    pub id: String,
    /// Title, with the unit.
    pub title: Text,
    /// Whether it has a target.
    pub is_goal: bool,
    /// By period; None: the root has no figure.
    pub trend: Option<Trend>,
    /// By area; None: none has a figure, or the page has no room.
    pub tiles: Option<Tiles>,
    /// None: it is undefined in this period.
    pub lorenz: Option<LorenzView>,
}

/// A figure of the root by period, with bounds.
#[derive(Clone, Debug, Serialize)]
pub struct Trend {
    /// Around the chart.
    pub about: Figure,
    /// Areas between the bounds, as points of polygons.
    pub bands: Vec<String>,
    /// The course without its gaps, as points of lines.
    pub lines: Vec<String>,
    /// Its points.
    pub points: Vec<Mark>,
    /// Published baselines.
    pub baselines: Vec<Mark>,
    /// Targets.
    pub targets: Vec<Mark>,
    /// Marks of the axis of values, from below.
    pub levels: Vec<Mark>,
    /// Marks of the axis of time.
    pub periods: Vec<Mark>,
    /// Whether bounds lie beyond the drawing.
    pub is_cut: bool,
}

/// A place in a drawing with what stands there.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// From the left.
    pub x: f64,
    /// From above.
    pub y: f64,
    /// What it says.
    pub label: String,
    /// Whether the label is drawn, and is not only shown on demand.
    pub is_named: bool,
}

/// A figure by area of the partition level.
#[derive(Clone, Debug, Serialize)]
pub struct Tiles {
    /// Around the chart.
    pub about: Figure,
    /// Areas by the members of a classification; one without a title where there is none. Of a map: those without a place on it.
    pub groups: Vec<TileGroup>,
    /// Areas that have a place on the map of the pipeline.
    pub map: Vec<Placed>,
    /// Shades with their ranges.
    pub key: Vec<Shade>,
    /// Whether an area has no figure.
    pub has_none: bool,
    /// Whether areas are judged against the target.
    pub is_judged: bool,
}

/// Areas that lie together.
#[derive(Clone, Debug, Serialize)]
pub struct TileGroup {
    /// What a person calls them.
    pub title: Option<Text>,
    /// In order of their codes.
    pub tiles: Vec<Tile>,
}

/// An area.
#[derive(Clone, Debug, Serialize)]
pub struct Tile {
    /// Its name.
    pub name: Text,
    /// Its figure.
    pub value: Option<String>,
    /// From 1, the lowest, to 5; 0: no figure.
    pub shade: usize,
    /// `met` or `not_met`; None: not judged.
    pub verdict: Option<String>,
}

/// An area on a map of equal tiles.
#[derive(Clone, Debug, Serialize)]
pub struct Placed {
    /// From 1, the northernmost.
    pub row: u32,
    /// From 1, the westernmost.
    pub column: u32,
    /// A few letters.
    pub label: Text,
    /// What it shows.
    pub tile: Tile,
}

/// A shade and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shade {
    /// From 1, the lowest.
    pub shade: usize,
    /// `12–34`.
    pub range: String,
}

/// How evenly an indicator is spread over areas.
#[derive(Clone, Debug, Serialize)]
pub struct LorenzView {
    /// Around the chart.
    pub about: Figure,
    /// Points of the curve.
    pub line: String,
    /// What the axis from the left counts.
    pub across: Text,
    /// What the axis from below counts.
    pub up: Text,
}

/// Two groups, indicator by indicator.
#[derive(Clone, Debug, Serialize)]
pub struct GapView {
    /// Name of its place in the page.
    pub id: String,
    /// `Macro region: East and West`.
    pub label: Text,
    /// The first group.
    pub a: Text,
    /// The second group.
    pub b: Text,
    /// Around the chart.
    pub about: Figure,
    /// Indicators of one unit each.
    pub blocks: Vec<GapBlock>,
}

/// Indicators with a scale in common.
#[derive(Clone, Debug, Serialize)]
pub struct GapBlock {
    /// The unit; empty where there is no word for it.
    pub unit: Text,
    /// Values at both ends of the scale.
    pub ends: (String, String),
    /// Indicators, goals first.
    pub lines: Vec<GapRowView>,
}

/// A gap: places on a line of [`super::draw::STRIP`].
#[derive(Clone, Debug, Serialize)]
pub struct GapRowView {
    /// Title of the indicator.
    pub title: Text,
    /// Place of the first group.
    pub a: f64,
    /// Place of the second group.
    pub b: f64,
    /// Value of the first group.
    pub value_a: String,
    /// Value of the second group.
    pub value_b: String,
    /// a − b.
    pub gap: String,
    /// From b: what the composition makes of it, as start and length.
    pub mix: Option<(f64, f64)>,
    /// From there to a: what the levels make of it.
    pub rate: Option<(f64, f64)>,
    /// Whether the side that is ahead is the same whatever is missing.
    pub is_sure: Option<bool>,
}

/// Who has reported a form.
#[derive(Clone, Debug, Serialize)]
pub struct ReportingView {
    /// Around the chart; its table has the latest period in full.
    pub about: Figure,
    /// Periods of the columns.
    pub periods: Vec<String>,
    /// The root, then areas.
    pub rows: Vec<HeatRow>,
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
    /// Where it begins on a line of [`super::draw::STRIP`].
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
    /// Its length on a line of [`super::draw::STRIP`].
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

/// What an indicator means.
#[derive(Clone, Debug, Serialize)]
pub struct Definition {
    /// Title, with the unit.
    pub title: Text,
    /// Its id.
    pub id: String,
    /// Down to the columns of its form.
    pub formula: Text,
    /// Where its goals come from.
    pub sources: Option<Text>,
    /// What must be known of it.
    pub caveats: Option<Text>,
}
