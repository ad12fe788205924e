//! Audit rules, a structure a kind.

use crate::domain::{Severity, Text};
use crate::pipeline::formula::Formula;
use crate::pipeline::index::{DimensionIndex, FormIndex, LevelIndex};

/// A rule of `checks.toml` (审核关系).
#[derive(Debug)]
pub struct Rule {
    /// Code of its findings.
    pub id: String,
    /// The form it judges; of a reconciliation the one with the stated figure.
    pub form: FormIndex,
    /// What a broken rule asks of the county. Hard puts the row out.
    pub severity: Severity,
    /// Whether what cannot be judged passes.
    pub missing_passes: bool,
    /// What a person calls it.
    pub title: Text,
    /// What a person reads of a finding, with places for what it is about.
    pub message: Text,
    /// What must hold, in the notation of the definitions: `staff >= social_workers`.
    pub statement: String,
    /// The same as a person reads it, with titles of columns and forms.
    pub in_words: Text,
    /// What is judged.
    pub kind: RuleKind,
}

impl Rule {
    /// The formula of a rule within one row.
    pub fn assert(&self) -> Option<&Formula> {
        match &self.kind {
            RuleKind::Row(formula) => Some(formula),
            _ => None,
        }
    }
}

/// What a rule judges. Columns are indices into those of the rule's form.
#[derive(Debug)]
pub enum RuleKind {
    /// A boolean formula over one row.
    Row(Formula),
    /// A total against its parts.
    Sum(SumRule),
    /// A value against the same unit's earlier one.
    History(HistoryRule),
    /// A value against its peers.
    Outlier(OutlierRule),
    /// Units against those that should be there.
    Cover(CoverRule),
    /// A stated figure against the sum over another form.
    Reconcile(ReconcileRule),
}

impl RuleKind {
    /// The word in `checks.toml` and in tables.
    pub fn name(&self) -> &'static str {
        match self {
            RuleKind::Row(_) => "row",
            RuleKind::Sum(_) => "sum",
            RuleKind::History(_) => "history",
            RuleKind::Outlier(_) => "outlier",
            RuleKind::Cover(_) => "cover",
            RuleKind::Reconcile(_) => "reconcile",
        }
    }
}

/// `[[sum]]`
#[derive(Clone, Debug, PartialEq)]
pub struct SumRule {
    /// The total.
    pub total: usize,
    /// Its parts, at least one, of the same unit.
    pub parts: Vec<usize>,
    /// How the total stands to their sum.
    pub relation: Relation,
    /// Difference that is allowed.
    pub tolerance: Tolerance,
    /// A missing part counts as zero.
    pub missing_part_is_zero: bool,
}

/// Relation of a total to the sum of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are equal.
    Equal,
    /// The total is not less.
    AtLeast,
    /// The total is not more.
    AtMost,
}

/// Difference that is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// In the unit of the figures.
    pub abs: f64,
    /// Share of the stated figure.
    pub rel: f64,
}

impl Tolerance {
    /// What a stated figure may be off by: the larger of the two.
    pub fn allowed(self, stated: f64) -> f64 {
        self.abs.max(self.rel * stated.abs())
    }
}

/// `[[history]]`: ratio to the unit's value of the latest earlier period that has one.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryRule {
    /// The column.
    pub column: usize,
    /// Smallest and largest ratio, both included.
    pub ratio: (f64, f64),
    /// Earlier values below it are not judged, nor is zero.
    pub min_base: f64,
    /// Fewer units with an earlier value in a partition: none is judged.
    pub min_group: u32,
}

/// `[[outlier]]`: modified z within groups of peers; all groups lie within a partition.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlierRule {
    /// The column.
    pub column: usize,
    /// Judge the ratio to this column.
    pub per: Option<usize>,
    /// Judge the logarithm; values of zero and below are then not judged.
    pub log: bool,
    /// Distances beyond it are found.
    pub threshold: f64,
    /// What makes peers.
    pub by: Vec<Peers>,
    /// Smaller groups are not judged.
    pub min_group: u32,
}

/// What makes peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    /// The same area at a level.
    Level(LevelIndex),
    /// The same member of a dimension.
    Dimension(DimensionIndex),
}

/// `[[cover]]`: judged for each sender.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverRule {
    /// A register of units beside the input; None: the sender's accepted units of the latest earlier period.
    pub register: Option<String>,
    /// Units that are there and were not expected; else units that should be there and are not.
    pub finds_new: bool,
    /// Up to this share of the units held against is no finding.
    pub max_share: f64,
}

/// `[[reconcile]]`: judged for each area with either figure.
#[derive(Clone, Debug, PartialEq)]
pub struct ReconcileRule {
    /// Form that is summed or counted.
    pub left_form: FormIndex,
    /// Column of it that is summed; a truth value counts 1 where true; None: its rows are counted.
    pub left_column: Option<usize>,
    /// Only rows in one of these members of each row-level dimension.
    pub filter: Vec<(DimensionIndex, Vec<String>)>,
    /// Column of the rule's form with the stated figure.
    pub right_column: usize,
    /// Level of the areas; not above the partition.
    pub level: LevelIndex,
    /// Difference that is allowed.
    pub tolerance: Tolerance,
    /// The figure that counts.
    pub used: Side,
}

/// One of two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The sum over the rows.
    Left,
    /// The stated figure.
    Right,
}

impl Side {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Left => "left",
            Side::Right => "right",
        }
    }
}
