//! What periods, neighbours and estimates say beside the figures of the latest period.

use serde::Serialize;

use super::sheet::Figure;
use crate::domain::Text;

/// What has changed since an earlier period, and what of it is mix and what is rate.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView {
    /// `2015 → 2020`.
    pub label: Text,
    /// Around the drawing.
    pub about: Figure,
    /// Goals; where there is none, the first indicators.
    pub lines: Vec<ChangeLine>,
}

/// A change, and how each dimension splits it.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeLine {
    /// Title of the indicator.
    pub title: Text,
    /// From where to where: `+21.8 → +52.8`; None: the change says enough.
    pub course: Option<String>,
    /// `+52.3`.
    pub change: String,
    /// What became of a gap; None: it is no gap.
    pub turn: Option<Text>,
    /// `+41.8 … +55.2`; None: there are none.
    pub bounds: Option<String>,
    /// Whether it rose, or fell, whatever is missing.
    pub is_sure: Option<bool>,
    /// One dimension each; of a gap one group each.
    pub splits: Vec<Split>,
}

/// The effects of a dimension, or of a group: places on a line of [`STRIP`](super::super::draw::STRIP), with 0 in its middle.
#[derive(Clone, Debug, Serialize)]
pub struct Split {
    /// Title of the dimension or group.
    pub name: Text,
    /// From 0: what the composition makes of it, as start and length.
    pub mix: (f64, f64),
    /// From there to the change: what the levels make of it.
    pub rate: (f64, f64),
    /// Both effects.
    pub effects: (String, String),
}

/// Tables that have the figures of every period for the areas of one day.
#[derive(Clone, Debug, Serialize)]
pub struct Boundaries {
    /// The day.
    pub day: String,
    /// Path of each, and what a person calls it.
    pub tables: Vec<(String, Text)>,
    /// Some of them are sheets of the workbooks.
    pub has_sheets: bool,
}
