//! What is published about a table and its columns.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::values::ValueKind;
use crate::domain::Text;

/// A column of a table as published.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// `snake_case`.
    pub name: String,
    /// Logical type.
    pub kind: ValueKind,
    /// What a person calls it.
    pub title: Text,
    /// Unit, where it has one.
    pub unit: Option<String>,
    /// What a null means; absent: never null.
    pub null: Option<Text>,
    /// The column of the table that says why this one is null: it holds a reason in the same rows, and in no other.
    pub null_in: Option<String>,
    /// Every value it may hold, where the engine or a definition fixes them.
    pub values: Vec<String>,
    /// What each of these means.
    pub value_titles: BTreeMap<String, Text>,
    /// Whose ids the column holds, where its values are those of the pipeline.
    pub values_of: Option<ValuesOf>,
    /// What the column must not be used for.
    pub caveat: Option<Text>,
}

/// Ids that a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValuesOf {
    /// Levels of the registry.
    Level,
    /// Forms.
    Form,
    /// Periods of the pipeline.
    Period,
    /// Dimensions.
    Dimension,
    /// What an inequality index is computed over: areas of a level, cells or members.
    Units,
    /// Inequality indices.
    InequalityIndex,
}

/// A table as published.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// What a person calls it.
    pub title: Text,
    /// Columns that tell rows apart; rows are sorted by them. Where none can be null they are the primary key.
    pub key: Vec<String>,
    /// In order.
    pub columns: Vec<ColumnSpec>,
}

/// Name and columns of a published table.
#[derive(Clone, Copy, Debug)]
pub struct TableHead<'a> {
    /// The file's stem.
    pub name: &'a str,
    /// What is published about it.
    pub spec: &'a TableSpec,
}

impl TableSpec {
    /// Whether a column of the key may be null: such a key is unique, and no primary key.
    pub fn key_may_be_null(&self) -> bool {
        let nullable = |name: &String| self.columns.iter().any(|c| c.name == *name && c.null.is_some());
        self.key.iter().any(nullable)
    }
}
