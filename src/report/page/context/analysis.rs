//! What the latest analysis shows: goals, indicators, gaps.

use serde::Serialize;

use super::compared::ChangeView;
use super::sheet::Figure;
use crate::domain::Text;

/// Indicators with a target.
#[derive(Clone, Debug, Serialize)]
pub struct Goals {
    /// Around the chart.
    pub about: Figure,
    /// One goal each.
    pub lines: Vec<GoalLine>,
    /// Whether bounds of one lie beyond its line.
    pub is_cut: bool,
    /// The pace of each, by every method; None: none has one.
    pub progress: Option<Figure>,
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
    /// The pace that is asked for, the one that is seen, and where it leads; None: there is none.
    pub pace: Option<Text>,
    /// The way from start to target; None: they are the same, or there is no value.
    pub strip: Option<Strip>,
}

/// A way from start to target: places on a line of [`STRIP`](super::super::draw::STRIP).
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
    /// Kinds of cluster that areas are in, as the table `spatial_clusters` names them, each with its words.
    pub clusters: Vec<(String, Text)>,
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
    /// How it lies among its neighbours; None: as it may by chance.
    pub cluster: Option<Clustered>,
}

/// An area that is unlike what chance would make of it and its neighbours.
#[derive(Clone, Debug, Serialize)]
pub struct Clustered {
    /// As the table `spatial_clusters` names it: `high_high`.
    pub kind: String,
    /// The same in words.
    pub words: Text,
    /// Whether it stays significant among so many areas.
    pub is_certain: bool,
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
    /// How the gaps have changed since the first period; None: no change is known.
    pub changes: Option<ChangeView>,
    /// What single dimensions add to their mix effects; None: the strata are of one dimension.
    pub mixes: Option<Figure>,
}

/// Indicators with a scale in common.
#[derive(Clone, Debug, Serialize)]
pub struct GapBlock {
    /// The unit, or that these are values where there is no word for it.
    pub unit: Text,
    /// Values at both ends of the scale.
    pub ends: (String, String),
    /// Indicators, goals first.
    pub lines: Vec<GapRowView>,
}

/// A gap: places on a line of [`STRIP`](super::super::draw::STRIP).
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
