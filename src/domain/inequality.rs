//! What a person is told of each inequality index; how they are computed is no matter of this module.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Text;

/// `computed_over` where units are areas split by the members of a dimension of rows.
pub const CELL: &str = "cell";
/// `computed_over` where units are the members of a dimension.
pub const MEMBER: &str = "member";

/// An inequality index as the codebook defines it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexSpec {
    /// Name in the tables.
    pub id: String,
    /// Title.
    pub title: Text,
    /// With the letters that `inequality.toml` explains.
    pub formula: String,
    /// Unit, range, and where it is undefined.
    pub note: Text,
    /// Author and year.
    pub source: Option<String>,
}

/// Every index, in the order of the codebook.
pub fn index_specs() -> &'static [IndexSpec] {
    #[derive(Deserialize)]
    struct File {
        index: Vec<IndexSpec>,
    }
    static SPECS: LazyLock<Vec<IndexSpec>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("inequality.toml")).expect("inequality.toml is checked by a test");
        file.index
    });
    &SPECS
}
