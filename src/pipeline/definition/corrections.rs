//! `corrections.toml`, which lies beside the submissions.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, de};

use super::Located;
use crate::domain::Text;

/// `corrections.toml`: corrections of submitted data by the ministry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "corrections")]
pub struct CorrectionsFile {
    /// In any order.
    #[serde(default)]
    pub correction: Vec<Located<CorrectionDef>>,
}

/// `[[correction]]`
// Required parts may be absent here, so that the others of a faulty entry can be checked as well.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionDef {
    /// Name, unique in the file.
    #[schemars(required)]
    pub id: Option<Located<String>>,
    /// What is done.
    #[schemars(required)]
    pub action: Option<Located<ActionDef>>,
    /// Form of the submission.
    #[schemars(required)]
    pub form: Option<Located<String>>,
    /// Period of the submission.
    #[schemars(required)]
    pub period: Option<Located<String>>,
    /// Code of the sender, as in the path.
    #[schemars(required)]
    pub area: Option<Located<String>>,
    /// Row: content of the key column, or `{ column = "content", … }` where the form's key has several.
    pub key: Option<Located<KeyDef>>,
    /// Column of the form.
    pub column: Option<Located<String>>,
    /// Only the submission of this path below the input, with `#sheet` where it has one.
    pub path: Option<Located<String>>,
    /// Only this revision.
    pub revision: Option<u32>,
    /// override: the content as a county would write it.
    pub value: Option<Located<String>>,
    /// scale: an exact factor, as `"10000"`, `"0.1"` or `"1/10000"`.
    pub factor: Option<Located<String>>,
    /// The content as sent; if it differs, the source has been fixed and the correction is not applied. For a whole
    /// column: the content of its first filled cell.
    pub expect: Option<Located<String>>,
    /// Why: a text, or `{ zh = "…", en = "…" }`.
    #[schemars(required)]
    pub reason: Option<Located<ReasonDef>>,
    /// Role that approved it.
    #[schemars(required)]
    pub approved_by: Option<Located<String>>,
    /// Day on which the fault was reported: `"2021-03-02"`.
    #[schemars(required)]
    pub reported: Option<Located<String>>,
}

/// What a correction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionDef {
    /// Drops a row, or the whole submission.
    Drop,
    /// Replaces the content of a cell.
    Override,
    /// Multiplies the figures of a cell, or of a whole column.
    Scale,
}

/// Which row is meant.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum KeyDef {
    /// Content of the only key column.
    One(String),
    /// Content of each key column.
    Columns(BTreeMap<String, Located<String>>),
}

impl<'de> Deserialize<'de> for KeyDef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = KeyDef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table of columns")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<KeyDef, E> {
                Ok(KeyDef::One(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<KeyDef, A::Error> {
                Deserialize::deserialize(de::value::MapAccessDeserializer::new(map)).map(KeyDef::Columns)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Why a correction is made.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum ReasonDef {
    /// In one language, whichever.
    Plain(String),
    /// By language.
    Texts(Text),
}

impl ReasonDef {
    /// The same words for every language where only one was given.
    pub fn text(&self) -> Text {
        match self {
            ReasonDef::Plain(text) => Text::new(text, text),
            ReasonDef::Texts(text) => text.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for ReasonDef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ReasonDef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or { zh, en }")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ReasonDef, E> {
                Ok(ReasonDef::Plain(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ReasonDef, A::Error> {
                Deserialize::deserialize(de::value::MapAccessDeserializer::new(map)).map(ReasonDef::Texts)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
