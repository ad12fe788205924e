//! What a person is told of each statistic; how they are computed is no matter of this module.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Text;

/// `computed_over` where units are areas split by the members of a dimension of rows.
pub const CELL: &str = "cell";
/// `computed_over` where units are the members of a dimension.
pub const MEMBER: &str = "member";

/// A statistic as `huizong explain` tells of it; an inequality index also as the codebook defines it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatisticSpec {
    /// Name in the tables.
    pub id: String,
    /// Tables in which it is a column, or that have rows of an index.
    pub tables: Vec<String>,
    /// Title.
    pub title: Text,
    /// With the letters that docs/methods.md explains.
    pub formula: String,
    /// Unit, and where it is undefined.
    pub note: Text,
    /// Values that it can have.
    pub range: Text,
    /// When it leads a reader astray.
    pub misleads: Text,
    /// Author and year.
    pub source: Option<String>,
}

/// Every inequality index, in the order of the codebook.
pub fn index_specs() -> &'static [StatisticSpec] {
    #[derive(Deserialize)]
    struct File {
        index: Vec<StatisticSpec>,
    }
    static SPECS: LazyLock<Vec<StatisticSpec>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("inequality.toml")).expect("inequality.toml is checked by a test");
        file.index
    });
    &SPECS
}

/// The statistics that are a column of a table, in the order of docs/methods.md.
pub fn column_specs() -> &'static [StatisticSpec] {
    #[derive(Deserialize)]
    struct File {
        statistic: Vec<StatisticSpec>,
    }
    static SPECS: LazyLock<Vec<StatisticSpec>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("statistics.toml")).expect("statistics.toml is checked by a test");
        file.statistic
    });
    &SPECS
}
