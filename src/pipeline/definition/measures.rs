//! `measures.toml`, `indicators.toml`, `dimensions.toml`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, OneOrMany, RangeDef, Words};
use crate::domain::Text;

/// `measures.toml`: additive quantities.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "measures")]
pub struct MeasuresFile {
    /// Each of them.
    #[serde(default)]
    pub measure: Vec<Located<MeasureDef>>,
}

/// `[[measure]]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureDef {
    /// Name: lower-case letters, digits and `_`.
    pub id: Located<String>,
    /// Title.
    pub title: Option<Text>,
    /// The form it is summed over.
    pub form: Located<String>,
    /// What is summed: an SQL expression over the form's columns; a truth value counts 1 where true.
    pub value: Located<String>,
    /// Number of decimals: sums are exact integers × 10^-scale.
    pub scale: Option<Located<u32>>,
    /// Unit of the value.
    pub unit: Option<String>,
}

/// `indicators.toml`: measure ÷ measure × factor.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "indicators")]
pub struct IndicatorsFile {
    /// Each of them.
    #[serde(default)]
    pub indicator: Vec<Located<IndicatorDef>>,
}

/// `[[indicator]]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorDef {
    /// Name: lower-case letters, digits and `_`.
    pub id: Located<String>,
    /// Title.
    pub title: Option<Text>,
    /// A measure.
    pub numerator: Located<String>,
    /// A measure of the same form, or of another form about areas of the same level.
    pub denominator: Located<String>,
    /// Only rows in these members of dimensions.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<Located<String>, Located<OneOrMany>>,
    /// value = numerator ÷ denominator × factor.
    pub factor: Option<Located<f64>>,
    /// Unit of value, baseline, target, plausible and bounds.
    pub unit: String,
    /// Reporters' column with the denominator of areas that did not report.
    pub register: Option<Located<String>>,
    /// The plain ratio lies in 0..1.
    #[serde(default)]
    pub bounded: bool,
    /// Direction of improvement.
    #[serde(default)]
    pub better: BetterDef,
    /// Bracket for areas that did not report.
    pub plausible: Option<Located<RangeDef>>,
    /// Bracket for the denominator of one reporter of which neither register nor an earlier report tells it, in the denominator's unit.
    pub plausible_denominator: Option<Located<DenominatorDef>>,
    /// Other indicators whose product is this one.
    pub product_of: Option<Located<Vec<Located<String>>>>,
    /// The level judged against the target; default: all.
    pub target_level: Option<Located<String>>,
    /// Published starting points by period.
    #[serde(default)]
    pub baseline: BTreeMap<Located<String>, f64>,
    /// Targets by period.
    #[serde(default)]
    pub target: BTreeMap<Located<String>, f64>,
    /// Where it comes from.
    pub sources: Option<Text>,
    /// Caveats for readers.
    pub caveats: Option<Text>,
}

/// `{ min = 0, max = 100 }`, both included, or `{ max = "column" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DenominatorDef {
    /// The lowest denominator; default: 0.
    #[serde(default)]
    pub min: f64,
    /// The highest denominator, or the column of the divisions with the highest of each area.
    pub max: Located<MostDef>,
}

/// A number for all reporters, or the name of a column with a number for each.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum MostDef {
    /// For all.
    Number(f64),
    /// Of the divisions.
    Column(String),
}

/// Direction of improvement.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BetterDef {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither.
    #[default]
    Neither,
}

/// `dimensions.toml`: ways to group areas or rows.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "dimensions")]
pub struct DimensionsFile {
    /// Each of them.
    #[serde(default)]
    pub dimension: Vec<Located<DimensionDef>>,
}

/// `[[dimension]]`: `source` groups areas of a level by a lookup table or by the registry, `column` groups rows by a column of their form,
/// `cross` groups areas or rows by two other dimensions at once.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DimensionDef {
    /// Name: lower-case letters, digits and `_`.
    pub id: Located<String>,
    /// Title.
    pub title: Option<Text>,
    /// What it groups: a level of the registry, or the unit of a form. A cross has none of its own.
    pub level: Option<Located<String>>,
    /// Two dimensions that are defined above: each pair of their members is a member. The cross groups areas where both do, else rows.
    pub cross: Option<Located<[Located<String>; 2]>>,
    /// Lookup table, relative to this folder, with the columns `code` and the dimension's id; or `registry`: each area of the
    /// level is a member.
    pub source: Option<Located<String>>,
    /// Column whose value determines the member.
    pub column: Option<Located<String>>,
    /// First and last character of the value, from 1; default: the whole value.
    pub slice: Option<Located<[usize; 2]>>,
    /// Member → values, or ranges such as `001-199`.
    pub map: Option<Located<Words>>,
    /// Member of a known value that the map does not name; default: `unknown`.
    pub other: Option<Located<String>>,
    /// Members in order.
    #[serde(default)]
    pub order: Vec<Located<String>>,
    /// The order has a meaning.
    #[serde(default)]
    pub ordered: bool,
    /// What the order rests on, and how sure it is.
    pub order_basis: Option<Located<Text>>,
    /// Reference pairs for gaps.
    #[serde(default)]
    pub compare: Vec<Located<[Located<String>; 2]>>,
    /// Gaps for every other pair of members, too; `unknown` and the member of `other` are in none.
    #[serde(default)]
    pub compare_all: bool,
    /// Titles of the members.
    #[serde(default)]
    pub titles: BTreeMap<Located<String>, Text>,
    /// Dimensions by which a gap is decomposed into a part due to mix and a part due to rates.
    pub strata: Option<Vec<Located<String>>>,
}
