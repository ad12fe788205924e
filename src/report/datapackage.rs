//! `datapackage.json`: the release as a Frictionless data package (<https://datapackage.org/standard/data-package/>).

use serde_json::{Map, Value as Json, json};

use super::facts::facts_columns;
use crate::domain::{ColumnSpec, Lang, Table, Text, ValueKind};
use crate::pipeline::Pipeline;

/// The facts files of one form; paths relative to the release.
#[derive(Clone, Debug)]
pub struct FactsFiles {
    /// Index of the form.
    pub form: usize,
    /// Such as `facts/communities/2020/130000.parquet`, sorted.
    pub paths: Vec<String>,
}

/// Describes every table and facts file with schema, licence and title. Holds no clock time and no absolute path.
pub fn datapackage(pipeline: &Pipeline, tables: &[Table], facts: &[FactsFiles]) -> Json {
    let licences = pipeline.licence.as_ref().map(|name| json!([{ "name": name }]));
    let mut resources: Vec<Json> = tables
        .iter()
        .map(|table| table_resource(table, licences.as_ref()))
        .collect();
    resources.extend(
        facts
            .iter()
            .filter(|files| !files.paths.is_empty())
            .map(|files| facts_resource(pipeline, files, licences.as_ref())),
    );
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": pipeline.name,
        "title": pipeline.title.get(Lang::En),
        "titles": pipeline.title,
        "synthetic": pipeline.synthetic,
        "resources": resources,
    });
    if let (Some(licences), Json::Object(members)) = (licences, &mut package) {
        members.insert("licenses".into(), licences);
    }
    package
}

fn table_resource(table: &Table, licences: Option<&Json>) -> Json {
    let path = json!(format!("tables/{}.parquet", table.name));
    let schema = json!({
        "fields": table.spec.columns.iter().map(field).collect::<Vec<_>>(),
        "primaryKey": table.spec.key,
    });
    resource(&table.name, &table.spec.title, path, schema, licences)
}

fn facts_resource(pipeline: &Pipeline, files: &FactsFiles, licences: Option<&Json>) -> Json {
    let form = &pipeline.forms[files.form];
    let mut key = vec!["period"];
    key.extend(form.key.iter().map(|&column| form.columns[column].id.as_str()));
    if form.key.is_empty() {
        key.push("area_code");
    }
    let schema = json!({
        "fields": facts_columns(pipeline, form).iter().map(field).collect::<Vec<_>>(),
        "primaryKey": key,
    });
    resource(
        &format!("facts_{}", form.id),
        &form.title,
        json!(files.paths),
        schema,
        licences,
    )
}

fn resource(name: &str, title: &Text, path: Json, schema: Json, licences: Option<&Json>) -> Json {
    let mut members = Map::from_iter([
        ("name".to_owned(), json!(name)),
        ("title".to_owned(), json!(title.get(Lang::En))),
        ("titles".to_owned(), json!(title)),
        ("path".to_owned(), path),
        ("format".to_owned(), json!("parquet")),
        ("mediatype".to_owned(), json!("application/vnd.apache.parquet")),
        ("schema".to_owned(), schema),
    ]);
    if let Some(licences) = licences {
        members.insert("licenses".into(), licences.clone());
    }
    Json::Object(members)
}

fn field(column: &ColumnSpec) -> Json {
    let kind = match column.kind {
        ValueKind::Text => "string",
        ValueKind::Integer => "integer",
        ValueKind::Real => "number",
        ValueKind::Boolean => "boolean",
        ValueKind::Date => "date",
    };
    let mut members = Map::from_iter([
        ("name".to_owned(), json!(column.name)),
        ("type".to_owned(), json!(kind)),
        ("title".to_owned(), json!(column.title.get(Lang::En))),
        ("titles".to_owned(), json!(column.title)),
        ("constraints".to_owned(), json!({ "required": column.null.is_none() })),
    ]);
    if let Some(unit) = &column.unit {
        members.insert("unit".into(), json!(unit));
    }
    if let Some(meaning) = &column.null {
        members.insert("nullMeaning".into(), json!(meaning));
    }
    Json::Object(members)
}
