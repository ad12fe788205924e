//! The columns of figures as SDMX-CSV.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::spec::{ColumnSpec, TableSpec};
use super::values::ValueKind;
use crate::domain::Text;

/// Who maintains dataflow, data structure and code lists.
pub const SDMX_AGENCY: &str = "HUIZONG";

/// Their version.
pub const SDMX_VERSION: &str = "1.0.0";

/// Id of the dataflow of a pipeline: its name in capitals.
pub fn sdmx_flow(pipeline: &str) -> String {
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    pipeline.chars().map(allowed).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Text,
    key: Vec<String>,
    column: Vec<Column>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    kind: Kind,
    title: Text,
    null: Option<Text>,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Real,
}

/// What is published about figures as SDMX-CSV.
pub fn sdmx_spec() -> &'static TableSpec {
    static SPEC: LazyLock<TableSpec> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("sdmx.toml")).expect("a test reads the file");
        TableSpec {
            title: file.title,
            key: file.key,
            columns: file.column.into_iter().map(spec).collect(),
        }
    });
    &SPEC
}

fn spec(column: Column) -> ColumnSpec {
    ColumnSpec {
        name: column.name,
        kind: match column.kind {
            Kind::Text => ValueKind::Text,
            Kind::Real => ValueKind::Real,
        },
        title: column.title,
        unit: None,
        null: column.null,
        null_in: None,
        values: column.values,
        value_titles: BTreeMap::new(),
        values_of: None,
        caveat: None,
    }
}
