//! JSON Schemas of the files, generated from the types that read them.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::definition::{
    ChecksFile, CorrectionsFile, DimensionsFile, FormFile, IndicatorsFile, MeasuresFile, PipelineFile,
};

/// The schema of one file's type.
pub(super) fn of<T: JsonSchema>() -> Value {
    SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Name of each kind of file and its schema.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("pipeline", of::<PipelineFile>()),
        ("form", of::<FormFile>()),
        ("checks", of::<ChecksFile>()),
        ("measures", of::<MeasuresFile>()),
        ("indicators", of::<IndicatorsFile>()),
        ("dimensions", of::<DimensionsFile>()),
        ("corrections", of::<CorrectionsFile>()),
    ]
}
