//! What is summed, and what is made of the sums.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

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
    pub plausible_denominator: Option<DenominatorRange>,
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

/// What the denominator of one reporter lies between.
#[derive(Clone, Debug, PartialEq)]
pub struct DenominatorRange {
    /// The lowest.
    pub min: f64,
    /// The highest.
    pub max: MostDenominator,
}

/// The highest denominator of a reporter.
#[derive(Clone, Debug, PartialEq)]
pub enum MostDenominator {
    /// The same for all.
    Number(f64),
    /// That of its area, in a column of the divisions.
    Column(DivisionsColumn),
}

/// A column of the divisions that the definition names.
#[derive(Clone, PartialEq)]
pub struct DivisionsColumn {
    /// Its name.
    pub name: String,
    /// The file that names it.
    pub file: PathBuf,
    /// Its bytes.
    pub span: Range<usize>,
}

/// Results depend on the name, and not on where it stands.
impl fmt::Debug for DivisionsColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

impl DenominatorRange {
    /// The range of an area with these largest denominators, by column. Nothing limits it where its cell is blank.
    pub fn of_area(&self, limits: &BTreeMap<String, f64>) -> (f64, f64) {
        let max = match &self.max {
            MostDenominator::Number(max) => *max,
            MostDenominator::Column(column) => limits.get(&column.name).copied().unwrap_or(f64::INFINITY),
        };
        (self.min, max)
    }
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
