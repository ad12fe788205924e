//! `datapackage.json`: the release as a Frictionless data package (<https://datapackage.org/standard/data-package/>).

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::facts::{facts_columns, received_columns};
use crate::domain::{ColumnSpec, Lang, Table, Text, ValueKind};
use crate::lake::Written;
use crate::pipeline::{Form, Pipeline};

/// Columns that hold what another table's column of the same name holds.
const REFERENCES: [(&str, &str); 3] = [
    ("area_code", "areas"),
    ("indicator", "indicator_definitions"),
    ("submission_id", "submissions"),
];

/// Tables with rows of no submission at all, where the key is then empty: a sum that nobody stated, a correction of nothing.
const WITHOUT_SUBMISSION: [&str; 2] = ["corrections", "reconciliation"];

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Describes every table of the release, in each of its forms, with schema, licence, size and hash; `files` are those written so
/// far, by path relative to the release. Holds no clock time and no absolute path.
pub fn datapackage(pipeline: &Pipeline, tables: &[Table], files: &BTreeMap<String, Written>) -> Json {
    let package = Package {
        pipeline,
        tables,
        files,
    };
    let mut described = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": pipeline.name,
        "title": pipeline.title.get(Lang::En),
        "titles": pipeline.title,
        "synthetic": pipeline.synthetic,
        "resources": package.resources(),
    });
    if let (Some(licences), Json::Object(members)) = (package.licences(), &mut described) {
        members.insert("licenses".into(), licences);
    }
    described
}

struct Package<'a> {
    pipeline: &'a Pipeline,
    tables: &'a [Table],
    files: &'a BTreeMap<String, Written>,
}

/// A resource before its files are known.
struct Described<'a> {
    name: String,
    title: &'a Text,
    format: &'static str,
    mediatype: &'static str,
    schema: Json,
}

impl<'a> Described<'a> {
    fn parquet(name: String, title: &'a Text, schema: Json) -> Self {
        Described {
            name,
            title,
            format: "parquet",
            mediatype: "application/vnd.apache.parquet",
            schema,
        }
    }
}

impl Package<'_> {
    fn resources(&self) -> Vec<Json> {
        let tables = self.tables.iter().map(|table| self.table(table));
        let facts = self.pipeline.forms.iter().filter_map(|form| self.facts(form));
        let held_back = self.pipeline.forms.iter().filter_map(|form| self.quarantine(form));
        tables.chain(facts).chain(held_back).chain(self.extracts()).collect()
    }

    fn licences(&self) -> Option<Json> {
        self.pipeline.licence.as_ref().map(|name| json!([{ "name": name }]))
    }

    fn table(&self, table: &Table) -> Json {
        let described = Described::parquet(table.name.clone(), &table.spec.title, self.table_schema(table));
        self.resource(described, vec![format!("tables/{}.parquet", table.name)])
    }

    fn table_schema(&self, table: &Table) -> Json {
        let key = table.spec.key.iter().map(String::as_str).collect();
        self.schema(&table.name, &table.spec.columns, key)
    }

    fn facts(&self, form: &Form) -> Option<Json> {
        let paths = self.below(&format!("facts/{}/", form.id))?;
        let mut key = vec!["period"];
        key.extend(form.key.iter().map(|&column| form.columns[column].id.as_str()));
        if form.key.is_empty() {
            key.push("area_code");
        }
        let name = format!("facts_{}", form.id);
        let schema = self.schema(&name, &facts_columns(self.pipeline, form), key);
        Some(self.resource(Described::parquet(name, &form.title, schema), paths))
    }

    fn quarantine(&self, form: &Form) -> Option<Json> {
        let paths = self.below(&format!("quarantine/{}/", form.id))?;
        let name = format!("quarantine_{}", form.id);
        let schema = self.schema(&name, &received_columns(self.pipeline, form), Vec::new());
        Some(self.resource(Described::parquet(name, &form.title, schema), paths))
    }

    fn extracts(&self) -> Vec<Json> {
        let mut all = Vec::new();
        for table in self.tables {
            for (format, mediatype) in [("csv", "text/csv"), ("xlsx", XLSX)] {
                let path = format!("extracts/{}.{format}", table.name);
                if !self.files.contains_key(&path) {
                    continue;
                }
                let described = Described {
                    name: format!("extract_{}_{format}", table.name),
                    title: &table.spec.title,
                    format,
                    mediatype,
                    schema: self.table_schema(table),
                };
                all.push(self.resource(described, vec![path]));
            }
        }
        all
    }

    /// Written files below a folder; None where there are none.
    fn below(&self, folder: &str) -> Option<Vec<String>> {
        let paths: Vec<String> = self.files.keys().filter(|p| p.starts_with(folder)).cloned().collect();
        (!paths.is_empty()).then_some(paths)
    }

    fn schema(&self, name: &str, columns: &[ColumnSpec], key: Vec<&str>) -> Json {
        let mut members = Map::from_iter([("fields".to_owned(), columns.iter().map(field).collect())]);
        if !key.is_empty() {
            members.insert("primaryKey".into(), json!(key));
        }
        let references: Vec<Json> = REFERENCES
            .iter()
            .filter(|(column, table)| {
                let there = self.tables.iter().any(|t| t.name == *table);
                let always = *table != "submissions" || !WITHOUT_SUBMISSION.contains(&name);
                there && always && *table != name && columns.iter().any(|c| c.name == *column)
            })
            .map(
                |(column, table)| json!({ "fields": [column], "reference": { "resource": table, "fields": [column] } }),
            )
            .collect();
        if !references.is_empty() {
            members.insert("foreignKeys".into(), references.into());
        }
        Json::Object(members)
    }

    /// Size of all its files; their hash only where it is one file: `manifest.json` has that of each.
    fn resource(&self, described: Described, paths: Vec<String>) -> Json {
        let written: Vec<&Written> = paths.iter().filter_map(|path| self.files.get(path)).collect();
        let mut members = Map::from_iter([
            ("name".to_owned(), json!(described.name)),
            ("title".to_owned(), json!(described.title.get(Lang::En))),
            ("titles".to_owned(), json!(described.title)),
            ("format".to_owned(), json!(described.format)),
            ("mediatype".to_owned(), json!(described.mediatype)),
            ("schema".to_owned(), described.schema),
        ]);
        if written.len() == paths.len() {
            members.insert(
                "bytes".into(),
                written.iter().map(|file| file.bytes).sum::<u64>().into(),
            );
        }
        if let [file] = written[..] {
            members.insert("hash".into(), format!("sha256:{}", file.sha256).into());
        }
        let path = match &paths[..] {
            [path] => json!(path),
            _ => json!(paths),
        };
        members.insert("path".into(), path);
        if let Some(licences) = self.licences() {
            members.insert("licenses".into(), licences);
        }
        Json::Object(members)
    }
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
