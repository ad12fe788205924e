//! What is summed, and what is made of the sums.

use std::collections::BTreeMap;

use crate::domain::{Period, Text};
use crate::pipeline::formula::Formula;
use crate::pipeline::index::{DimensionIndex, FormIndex, LevelIndex, MeasureIndex};

/// `[[measure]]`
#[derive(Debug)]
pub struct Measure {
    /// Name.
    pub id: String,
    /// Title.
    pub title: Text,
    /// The form it is summed over.
    pub form: FormIndex,
    /// Numeric or boolean formula (a boolean counts 1 where true).
    pub value: Formula,
    /// Summed as integers of value × 10^scale.
    pub scale: u32,
    /// Unit of the value.
    pub unit: Option<String>,
}

/// `[[indicator]]`
#[derive(Debug)]
pub struct Indicator {
    /// Name.
    pub id: String,
    /// Title.
    pub title: Text,
    /// Of the same form as the denominator, or of another whose rows are about areas of the same level.
    pub numerator: MeasureIndex,
    /// The measure that weights areas and groups.
    pub denominator: MeasureIndex,
    /// Only rows in one of these members of each dimension.
    pub filter: Vec<(DimensionIndex, Vec<String>)>,
    /// value = numerator ÷ denominator × factor.
    pub factor: f64,
    /// Unit of value, baseline, target, plausible and bounds.
    pub unit: String,
    /// Reporters' column with the denominator of areas that did not report.
    pub register: Option<String>,
    /// The plain ratio lies in 0..1.
    pub bounded: bool,
    /// Direction of improvement.
    pub better: Better,
    /// Bracket for areas that did not report, in `unit`.
    pub plausible: Option<(f64, f64)>,
    /// Lowest and highest denominator of one reporter, in the unit of the denominator: for reporters of which nothing else tells it.
    pub plausible_denominator: Option<(f64, f64)>,
    /// Indicators whose product it is, by their places; empty: none are named.
    pub product_of: Vec<usize>,
    /// Level judged against the target; None: all.
    pub target_level: Option<LevelIndex>,
    /// Published starting points, in `unit`.
    pub baseline: BTreeMap<Period, f64>,
    /// Goals, in `unit`.
    pub target: BTreeMap<Period, f64>,
    /// Whether it is a goal of the plan (has a target anywhere).
    pub sources: Option<Text>,
    /// Caveats for readers.
    pub caveats: Option<Text>,
}

/// Direction of improvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither.
    Neither,
}
