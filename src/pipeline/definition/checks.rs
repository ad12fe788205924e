//! `checks.toml`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, OneOrMany, RangeDef};
use crate::domain::{Severity, Text};

/// `checks.toml`: audit rules.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "checks")]
pub struct ChecksFile {
    /// Rules within one row.
    #[serde(default)]
    pub row: Vec<Located<RowDef>>,
    /// A total against its parts.
    #[serde(default)]
    pub sum: Vec<Located<SumDef>>,
    /// A figure of one form against the sum over another.
    #[serde(default)]
    pub reconcile: Vec<Located<ReconcileDef>>,
    /// A figure against the same unit's earlier one.
    #[serde(default)]
    pub history: Vec<Located<HistoryDef>>,
    /// A figure against those of its peers.
    #[serde(default)]
    pub outlier: Vec<Located<OutlierDef>>,
    /// The units of a sender against a register, or against its units of the period before.
    #[serde(default)]
    pub cover: Vec<Located<CoverDef>>,
}

/// `[[row]]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowDef {
    /// Code of its findings: lower-case letters, digits and `-`.
    pub id: Located<String>,
    /// Its form.
    pub form: Located<String>,
    /// What must hold: an SQL expression over the form's columns.
    pub assert: Located<String>,
    /// What a broken rule asks of the county.
    pub severity: Severity,
    /// Whether an unknown result passes.
    #[serde(default)]
    pub missing: UnknownResult,
    /// Message: `{ zh = "…", en = "…" }`.
    pub message: Text,
    /// What the rule is called in summaries; default: made from the message.
    pub title: Option<Text>,
}

/// `[[sum]]`: a total of a row and its parts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SumDef {
    /// Code of its findings; default: `sum-` and the total.
    pub id: Option<Located<String>>,
    /// Its form.
    pub form: Located<String>,
    /// A number.
    pub total: Located<String>,
    /// Numbers of the same unit.
    pub parts: Located<Vec<Located<String>>>,
    /// Relation of the total to the sum of the parts.
    #[serde(default)]
    pub relation: RelationDef,
    /// Difference that is allowed; default: none.
    pub tolerance: Option<Located<ToleranceDef>>,
    /// What a broken rule asks of the county; default: hard.
    pub severity: Option<Severity>,
    /// Result for a row in which the total or a part is missing.
    #[serde(default)]
    pub missing: MissingPart,
    /// Message; default: made from the columns.
    pub message: Option<Text>,
    /// What the rule is called in summaries; default: made from the message or the columns.
    pub title: Option<Text>,
}

/// Relation of a total to the sum of its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationDef {
    /// They are equal.
    #[default]
    Equal,
    /// The total is not less.
    AtLeast,
    /// The total is not more.
    AtMost,
}

/// `{ abs = 1, rel = 0.005 }`: the larger of the two is allowed.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToleranceDef {
    /// In the column's unit.
    #[serde(default)]
    pub abs: f64,
    /// Share of the stated figure.
    #[serde(default)]
    pub rel: f64,
}

/// Result of a sum with a missing part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingPart {
    /// It passes.
    #[default]
    Pass,
    /// It fails.
    Fail,
    /// A missing part counts as zero; without a total the sum passes.
    Zero,
}

/// `[[reconcile]]`: a figure that an area states, compared with the sum over its rows of another form.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReconcileDef {
    /// Code of its findings; default: `reconcile-` and the stated column.
    pub id: Option<Located<String>>,
    /// `SUM(form.column)` or `COUNT(form)`; a truth value counts 1 where true.
    pub left: Located<String>,
    /// Only rows of the left form in these members of its row-level dimensions.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<Located<String>, Located<OneOrMany>>,
    /// `form.column`: the stated figure; rows of this form are areas at the level of `by`.
    pub right: Located<String>,
    /// Level of the areas compared.
    pub by: Located<String>,
    /// Difference that is allowed; default: none.
    pub tolerance: Option<Located<ToleranceDef>>,
    /// The figure to trust, shown in the table `reconciliation`.
    #[serde(rename = "use", default)]
    pub used: SideDef,
    /// explain or info; default: explain. A difference does not say which of the two is wrong, so neither is quarantined.
    pub severity: Option<Located<Severity>>,
    /// Whether an area with only one of the two figures passes.
    #[serde(default)]
    pub missing: UnknownResult,
    /// Message; default: made from the columns.
    pub message: Option<Text>,
    /// What the rule is called in summaries; default: made from the message or the columns.
    pub title: Option<Text>,
}

/// One of two figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SideDef {
    /// The sum over the rows.
    #[default]
    Left,
    /// The stated figure.
    Right,
}

/// `[[history]]`: value ÷ the same unit's value of the latest earlier period that has one.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryDef {
    /// Code of its findings; default: `history-` and the column.
    pub id: Option<Located<String>>,
    /// Its form, which needs a key.
    pub form: Located<String>,
    /// A number.
    pub column: Located<String>,
    /// Bounds of the ratio, both included.
    pub ratio: Located<RangeDef>,
    /// Units whose earlier value is smaller are not judged: small numbers jump; default: 0, an earlier zero is never judged.
    pub min_base: Option<Located<f64>>,
    /// Fewer units with an earlier value in a partition: none is judged; default: 1.
    pub min_group: Option<Located<u32>>,
    /// What a broken rule asks of the county; default: explain.
    pub severity: Option<Severity>,
    /// Whether a unit without one of the two values passes.
    #[serde(default)]
    pub missing: UnknownResult,
    /// Message; default: made from the column.
    pub message: Option<Text>,
    /// What the rule is called in summaries; default: made from the message or the column.
    pub title: Option<Text>,
}

/// `[[outlier]]`: robust distance from the median of a peer group.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutlierDef {
    /// Code of its findings; default: `outlier-` and the column.
    pub id: Option<Located<String>>,
    /// Its form.
    pub form: Located<String>,
    /// A number.
    pub column: Located<String>,
    /// Judge the column ÷ this one, such as area per household.
    pub per: Option<Located<String>>,
    /// How far a value lies from its peers.
    #[serde(default)]
    pub method: OutlierMethod,
    /// Judge the logarithm: for figures that differ by factors. Values of zero and below are then not judged.
    #[serde(default)]
    pub log: bool,
    /// Distances beyond it are found.
    pub threshold: Located<f64>,
    /// What makes peers: levels of the registry and dimensions. One must be the level of the partition or one below it.
    pub by: Located<Vec<Located<String>>>,
    /// Smaller groups are not judged; default: 10.
    pub min_group: Option<Located<u32>>,
    /// What a broken rule asks of the county; default: explain.
    pub severity: Option<Severity>,
    /// Whether a row without the value passes.
    #[serde(default)]
    pub missing: UnknownResult,
    /// Message; default: made from the column.
    pub message: Option<Text>,
    /// What the rule is called in summaries; default: made from the message or the column.
    pub title: Option<Text>,
}

/// How far a value lies from its peers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutlierMethod {
    /// 0.6745·|x − median| ÷ MAD; where MAD is 0, |x − median| ÷ (1.253314·mean deviation) (Iglewicz and Hoaglin 1993).
    #[default]
    ModifiedZ,
}

/// `[[cover]]`: units that are missing, or that are new.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverDef {
    /// Code of its findings; default: `cover-`, the form and what is found.
    pub id: Option<Located<String>>,
    /// Its form, which needs a key.
    pub form: Located<String>,
    /// With what the units of a sender are compared.
    pub against: AgainstDef,
    /// Relative to the input, with `against = "register"`: the form's key columns, and period if the register changes.
    pub register: Option<Located<String>>,
    /// Units that are missing, or units that are new.
    pub find: FindDef,
    /// Up to this share of the units compared with, there is no finding; default: 0.
    pub max_share: Option<Located<f64>>,
    /// explain or info; default: explain. A unit that is not there has no row to quarantine.
    pub severity: Option<Located<Severity>>,
    /// Result for a sender with nothing to compare with.
    #[serde(default)]
    pub missing: UnknownResult,
    /// Message; default: made from the form.
    pub message: Option<Text>,
    /// What the rule is called in summaries; default: made from the message or the form.
    pub title: Option<Text>,
}

/// With what the units of a sender are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgainstDef {
    /// A list of units delivered with the input.
    Register,
    /// The sender's accepted units of the latest earlier period.
    Previous,
}

/// Which difference is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindDef {
    /// Units that should be there and are not.
    Missing,
    /// Units that are there and were not expected.
    New,
}

/// Result for a row that cannot be decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownResult {
    /// It passes.
    #[default]
    Pass,
    /// It fails.
    Fail,
}
