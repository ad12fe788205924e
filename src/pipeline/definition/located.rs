//! Values that remember where they stand.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use toml::Spanned;

/// A value and the bytes of its file that hold it; compared by value.
#[derive(Clone, Debug)]
pub struct Located<T>(Spanned<T>);

impl<T> Located<T> {
    /// Where it stands.
    pub fn span(&self) -> Range<usize> {
        self.0.span()
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.get_ref()
    }
}

impl<T: fmt::Display> fmt::Display for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Located<T> {}

impl<T: PartialOrd> PartialOrd for Located<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: Ord> Ord for Located<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Located)
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The periods of a pipeline: a list, the first and the last, or the first alone.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Periods {
    /// Each by name.
    List(Vec<Located<String>>),
    /// All from one period on, up to another if given; both included.
    Between(PeriodRange),
}

/// `{ from = "2016Q1", to = "2020Q4" }`, or `{ from = "2020-01" }`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodRange {
    /// The first.
    pub from: Located<String>,
    /// The last, included; absent: the periods are open-ended, and a run reads all that have begun by its date.
    pub to: Option<Located<String>>,
}

impl<'de> Deserialize<'de> for Periods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Periods;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of periods, { from, to }, or { from } alone")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Periods, A::Error> {
                Deserialize::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Periods::List)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Periods, A::Error> {
                Deserialize::deserialize(de::value::MapAccessDeserializer::new(map)).map(Periods::Between)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// One text, or a list of them.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum OneOrMany {
    /// Alone.
    One(String),
    /// In a list.
    Many(Vec<Located<String>>),
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a list of texts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<OneOrMany, A::Error> {
                Deserialize::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(OneOrMany::Many)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// What sums the rows: a word, or the address of an engine.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum CubeEngineDef {
    /// One that runs on this machine.
    Named(CubeEngineName),
    /// One that is reached through a network.
    At(CubeEngineAddress),
}

/// An engine on this machine.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CubeEngineName {
    /// The one within huizong.
    Embedded,
    /// DuckDB, by its Python package.
    Duckdb,
}

/// `{ spark_connect = "sc://host:15002" }` or `{ flight_sql = "grpc://host:32010" }`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CubeEngineAddress {
    /// Address of a server that speaks Spark Connect.
    pub spark_connect: Option<Located<String>>,
    /// Address of a Sail server that speaks Arrow Flight SQL.
    pub flight_sql: Option<Located<String>>,
}

impl<'de> Deserialize<'de> for CubeEngineDef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = CubeEngineDef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an engine, or its address")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<CubeEngineDef, E> {
                Deserialize::deserialize(de::value::StrDeserializer::new(text)).map(CubeEngineDef::Named)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CubeEngineDef, A::Error> {
                Deserialize::deserialize(de::value::MapAccessDeserializer::new(map)).map(CubeEngineDef::At)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
