//! Everything that `report.html` shows, in both languages and without markup. Lengths are in the units of their drawing.

mod analysis;
mod compared;
mod crosses;
mod data;
mod sheet;

use serde::Serialize;

use crate::domain::Text;

pub use analysis::{
    Clustered, GapBlock, GapRowView, GapView, GoalLine, Goals, IndicatorView, LorenzView, Mark, Placed, Shade, Strip,
    Tile, TileGroup, Tiles, Trend,
};
pub use compared::{Boundaries, ChangeLine, ChangeView, Split};
pub use crosses::{CrossCell, CrossRow, CrossView};
pub use data::{
    Bar, FindingGroup, FindingsView, HeatCell, HeatRow, Part, ReportingView, RevisionsView, RowsView, StackLine,
    StackView,
};
pub use sheet::{Cell, Figure, Sheet, digits};

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
    /// Of how many indicators the areas are shown; None: of all.
    pub tiles_note: Option<Text>,
    /// Pairs of groups that dimensions compare.
    pub gaps: Vec<GapView>,
    /// How many of the pairs are shown; None: all.
    pub gap_pairs: Option<Text>,
    /// What must be known to read how their gaps have changed.
    pub gap_notes: Vec<Text>,
    /// Indicators by the members of two dimensions at once.
    pub crosses: Vec<CrossView>,
    /// What their cells hold, and how many of them are shown.
    pub cross_notes: Vec<Text>,
    /// What the compositions by two such dimensions make of a change.
    pub cross_effects: Vec<Figure>,
    /// What has changed since earlier periods, the latest of them first.
    pub changes: Vec<ChangeView>,
    /// What each factor adds to the change of a product; None: there is no product.
    pub products: Option<Figure>,
    /// How unequal areas are, with bounds; None: no index has a row.
    pub inequality: Option<Figure>,
    /// Whether areas become more alike; None: nothing is compared.
    pub convergence: Option<Figure>,
    /// What of inequality lies between groups; None: no dimension has a row.
    pub between: Option<Figure>,
    /// Whether neighbours are alike; None: no area has a neighbour.
    pub neighbours: Option<Figure>,
    /// What the figures of the root would be if what is missing were estimated; None: nothing is missing.
    pub estimates: Option<Figure>,
    /// Which tables are for the areas of one day; None: the pipeline has chosen none.
    pub boundaries: Option<Boundaries>,
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
