//! A run as events of OpenLineage 2-0-2, which catalogues of data read: one JSON object a line.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::domain::Lang;
use crate::tables::{ColumnSpec, ValueKind};

const SPEC: &str = "https://openlineage.io/spec";

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineageState {
    /// It has begun.
    Start,
    /// It came to a result.
    Complete,
    /// It failed, or its result was withheld.
    Fail,
    /// It was interrupted or killed.
    Abort,
}

/// An event of a run.
#[derive(Clone, Debug)]
pub struct LineageEvent<'a> {
    /// What has happened.
    pub state: LineageState,
    /// When, UTC, RFC 3339.
    pub time: &'a str,
    /// Id of the run, a UUID.
    pub run_id: &'a str,
    /// Namespace of the job.
    pub namespace: &'a str,
    /// Name of the job.
    pub job: &'a str,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// What was read.
    pub inputs: &'a [LineageInput],
    /// What was written.
    pub outputs: &'a [LineageOutput],
}

/// What was sent of a form for a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineageInput {
    /// Folder, form and period.
    pub name: String,
    /// Submissions and rows; None: not known.
    pub counts: Option<LineageCounts>,
}

/// How many files and rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineageCounts {
    /// Files, or submissions.
    pub files: u64,
    /// Rows.
    pub rows: u64,
    /// Size; 0: not known.
    pub bytes: u64,
}

/// A table of the release, or the rows of a form.
#[derive(Clone, Debug)]
pub struct LineageOutput {
    /// Path below `current`, which stays the same from release to release.
    pub name: String,
    /// Id of the release; None: it is none.
    pub version: Option<String>,
    /// Its columns.
    pub columns: Vec<ColumnSpec>,
    /// Files, rows and bytes.
    pub counts: LineageCounts,
    /// Nulls of each column by name; empty: not counted.
    pub nulls: BTreeMap<String, u64>,
}

impl LineageEvent<'_> {
    /// The event as one line.
    pub fn line(&self) -> String {
        let state = match self.state {
            LineageState::Start => "START",
            LineageState::Complete => "COMPLETE",
            LineageState::Fail => "FAIL",
            LineageState::Abort => "ABORT",
        };
        let mut of_run = Map::new();
        let engine = json!({ "name": "huizong", "version": env!("CARGO_PKG_VERSION") });
        of_run.insert(
            "processing_engine".into(),
            facet("1-1-1", "ProcessingEngineRunFacet", engine),
        );
        if let Some(error) = self.error {
            let message = json!({ "message": error, "programmingLanguage": "Rust" });
            of_run.insert("errorMessage".into(), facet("1-0-1", "ErrorMessageRunFacet", message));
        }
        let kind = json!({ "processingType": "BATCH", "integration": "HUIZONG", "jobType": "RUN" });
        let event = json!({
            "eventType": state,
            "eventTime": self.time,
            "producer": producer(),
            "schemaURL": format!("{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"),
            "run": { "runId": self.run_id, "facets": of_run },
            "job": {
                "namespace": self.namespace,
                "name": self.job,
                "facets": { "jobType": facet("2-0-4", "JobTypeJobFacet", kind) },
            },
            "inputs": self.inputs.iter().map(input).collect::<Vec<_>>(),
            "outputs": self.outputs.iter().map(output).collect::<Vec<_>>(),
        });
        format!("{event}\n")
    }
}

/// Who speaks, as a package URL.
fn producer() -> String {
    format!("pkg:generic/huizong@{}", env!("CARGO_PKG_VERSION"))
}

fn facet(version: &str, name: &str, mut content: Value) -> Value {
    content["_producer"] = producer().into();
    content["_schemaURL"] = format!("{SPEC}/facets/{version}/{name}.json#/$defs/{name}").into();
    content
}

fn input(of: &LineageInput) -> Value {
    let mut dataset = json!({ "namespace": "file", "name": of.name });
    if let Some(counts) = of.counts {
        let metrics = json!({ "rowCount": counts.rows, "fileCount": counts.files, "columnMetrics": {} });
        let name = "DataQualityMetricsInputDatasetFacet";
        dataset["inputFacets"] = json!({ "dataQualityMetrics": facet("1-0-3", name, metrics) });
    }
    dataset
}

fn output(of: &LineageOutput) -> Value {
    let field = |(at, column): (usize, &ColumnSpec)| {
        let mut field = json!({ "name": column.name, "type": type_of(column.kind), "ordinal_position": at + 1 });
        let title = column.title.get(Lang::En);
        if !title.is_empty() {
            let unit = column
                .unit
                .as_ref()
                .map_or_else(String::new, |unit| format!(" ({unit})"));
            field["description"] = format!("{title}{unit}").into();
        }
        field
    };
    let fields: Vec<Value> = of.columns.iter().enumerate().map(field).collect();
    let mut facets = Map::new();
    facets.insert(
        "schema".into(),
        facet("1-2-0", "SchemaDatasetFacet", json!({ "fields": fields })),
    );
    if let Some(version) = &of.version {
        let version = json!({ "datasetVersion": version });
        facets.insert("version".into(), facet("1-0-1", "DatasetVersionDatasetFacet", version));
    }
    let LineageCounts { files, rows, bytes } = of.counts;
    if !of.nulls.is_empty() {
        let counted = of
            .columns
            .iter()
            .filter_map(|column| of.nulls.get_key_value(&column.name));
        let nulls: Map<String, Value> = counted
            .map(|(column, nulls)| (column.clone(), json!({ "nullCount": nulls })))
            .collect();
        let metrics = json!({ "rowCount": rows, "fileCount": files, "bytes": bytes, "columnMetrics": nulls });
        facets.insert(
            "dataQualityMetrics".into(),
            facet("1-0-0", "DataQualityMetricsDatasetFacet", metrics),
        );
    }
    let statistics = json!({ "rowCount": rows, "size": bytes, "fileCount": files });
    json!({
        "namespace": "file",
        "name": of.name,
        "facets": facets,
        "outputFacets": { "outputStatistics": facet("1-0-2", "OutputStatisticsOutputDatasetFacet", statistics) },
    })
}

fn type_of(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "string",
        ValueKind::Integer => "int64",
        ValueKind::Real => "double",
        ValueKind::Boolean => "boolean",
        ValueKind::Date => "date",
    }
}
