//! `croissant.json`: the release as a schema.org/Dataset with Croissant 1.1 record sets
//! (<https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html>), for catalogues, search engines and data loaders.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::citation::{described, spdx};
use super::facts::{facts_columns, received_columns, uncounted_columns};
use super::titles::unit_title;
use crate::domain::{Lang, Text};
use crate::lake::Written;
use crate::pipeline::{Form, Indicator, Pipeline};
use crate::tables::{ColumnSpec, TableHead, ValueKind};

const PARQUET: &str = "application/x-parquet";

/// Describes every Parquet file of the release with its hash, and every table as a record set; `files` are those written so far, by
/// path relative to the release. Holds no clock time and no absolute path.
pub fn croissant(pipeline: &Pipeline, tables: &[TableHead<'_>], files: &BTreeMap<String, Written>) -> Json {
    let mut distribution: Vec<Json> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".parquet"))
        .map(|(path, written)| file_object(path, written))
        .collect();
    let mut records = Vec::new();
    for table in tables {
        let path = format!("tables/{}.parquet", table.name);
        let key = (!table.spec.key_may_be_null()).then_some(table.spec.key.as_slice());
        let set = RecordSet {
            id: table.name,
            title: &table.spec.title,
            source: json!({ "fileObject": { "@id": path } }),
            key: key.unwrap_or_default(),
        };
        records.push(set.json(pipeline, &table.spec.columns));
    }
    for (folder, columns) in FOLDERS {
        for form in &pipeline.forms {
            let at = format!("{folder}/{}", form.id);
            if !files.keys().any(|path| path.starts_with(&format!("{at}/"))) {
                continue;
            }
            distribution.push(file_set(&at));
            let set = RecordSet {
                id: &format!("{folder}_{}", form.id),
                title: &form.title,
                source: json!({ "fileSet": { "@id": at } }),
                key: &[],
            };
            records.push(set.json(pipeline, &columns(pipeline, form)));
        }
    }
    let mut dataset = about(pipeline);
    dataset.insert("distribution".into(), distribution.into());
    dataset.insert("recordSet".into(), records.into());
    dataset.into()
}

/// The columns of the files of a form in a folder.
type ColumnsOf = fn(&Pipeline, &Form) -> Vec<ColumnSpec>;

/// Folders with a file for each form, period and area of a partition.
const FOLDERS: [(&str, ColumnsOf); 3] = [
    ("facts", facts_columns),
    ("uncounted", uncounted_columns),
    ("quarantine", received_columns),
];

/// What is said of the dataset as a whole; what nobody has said is left out.
fn about(pipeline: &Pipeline) -> Map<String, Json> {
    let credit = &pipeline.credit;
    let mut members = Map::from_iter([
        ("@context".to_owned(), context()),
        ("@type".to_owned(), json!("Dataset")),
        ("conformsTo".to_owned(), json!("http://mlcommons.org/croissant/1.1")),
        ("identifier".to_owned(), json!(pipeline.name)),
        ("name".to_owned(), tagged(&pipeline.title)),
        ("description".to_owned(), tagged(&described(pipeline))),
        ("citeAs".to_owned(), json!(cited(pipeline))),
        ("inLanguage".to_owned(), json!(["zh", "en"])),
        ("variableMeasured".to_owned(), variables(pipeline)),
    ]);
    if let (Some(first), Some(last)) = (pipeline.periods.first(), pipeline.periods.last()) {
        let covered = format!("{}/{}", first.start(), last.end());
        members.insert("temporalCoverage".into(), json!(covered));
    }
    if let Some(licence) = &pipeline.licence {
        let address = spdx(licence).then(|| format!("https://spdx.org/licenses/{licence}"));
        members.insert("license".into(), json!(address.as_ref().unwrap_or(licence)));
    }
    if let Some(publisher) = &credit.publisher {
        let organization = json!({ "@type": "Organization", "name": tagged(publisher) });
        members.insert("creator".into(), organization.clone());
        members.insert("publisher".into(), organization);
    }
    if let Some(homepage) = &credit.homepage {
        members.insert("url".into(), json!(homepage));
    }
    members
}

/// Who published it, and its title.
fn cited(pipeline: &Pipeline) -> String {
    let title = pipeline.title.get(Lang::En);
    match &pipeline.credit.publisher {
        Some(publisher) => format!("{}: {title}", publisher.get(Lang::En)),
        None => title.to_owned(),
    }
}

/// The indicators, as search engines for datasets list them.
fn variables(pipeline: &Pipeline) -> Json {
    let variable = |indicator: &Indicator| {
        let unit = unit_title(pipeline, &indicator.unit);
        let unit = unit.as_ref().map_or(indicator.unit.as_str(), |unit| unit.get(Lang::En));
        json!({ "@type": "PropertyValue", "propertyID": indicator.id, "name": tagged(&indicator.title), "unitText": unit })
    };
    pipeline.indicators.iter().map(variable).collect()
}

fn file_object(path: &str, written: &Written) -> Json {
    json!({
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": format!("{} B", written.bytes),
        "encodingFormat": PARQUET,
        "sha256": written.sha256,
    })
}

/// The files of a form below a folder.
fn file_set(at: &str) -> Json {
    json!({
        "@type": "cr:FileSet",
        "@id": at,
        "name": at,
        "encodingFormat": PARQUET,
        "includes": format!("{at}/*/*.parquet"),
    })
}

struct RecordSet<'a> {
    id: &'a str,
    title: &'a Text,
    /// Where the columns are read from.
    source: Json,
    /// Columns that are never null and tell records apart.
    key: &'a [String],
}

impl RecordSet<'_> {
    fn json(&self, pipeline: &Pipeline, columns: &[ColumnSpec]) -> Json {
        let fields: Vec<Json> = columns.iter().map(|column| self.field(pipeline, column)).collect();
        let mut members = Map::from_iter([
            ("@type".to_owned(), json!("cr:RecordSet")),
            ("@id".to_owned(), json!(self.id)),
            ("name".to_owned(), json!(self.id)),
            ("description".to_owned(), tagged(self.title)),
            ("field".to_owned(), fields.into()),
        ]);
        if !self.key.is_empty() {
            let key: Vec<Json> = self.key.iter().map(|name| json!({ "@id": self.id_of(name) })).collect();
            members.insert("key".into(), key.into());
        }
        members.into()
    }

    fn id_of(&self, column: &str) -> String {
        format!("{}/{column}", self.id)
    }

    fn field(&self, pipeline: &Pipeline, column: &ColumnSpec) -> Json {
        let mut source = self.source.clone();
        source["extract"] = json!({ "column": column.name });
        json!({
            "@type": "cr:Field",
            "@id": self.id_of(&column.name),
            "name": column.name,
            "description": tagged(&meaning(pipeline, column)),
            "dataType": match column.kind {
                ValueKind::Text => "sc:Text",
                ValueKind::Integer => "sc:Integer",
                ValueKind::Real => "sc:Float",
                ValueKind::Boolean => "sc:Boolean",
                ValueKind::Date => "sc:Date",
            },
            "source": source,
        })
    }
}

/// Title, unit, meaning of a null and caveat of a column, in each language: the vocabulary has no place for each of its own.
fn meaning(pipeline: &Pipeline, column: &ColumnSpec) -> Text {
    let unit = column.unit.as_deref();
    let unit_in =
        |lang| unit.map(|code| unit_title(pipeline, code).map_or(code.to_owned(), |title| title.get(lang).to_owned()));
    let told = |lang, (unit_is, null_is, caution, between, stop): (&str, &str, &str, &str, &str)| {
        let parts = [
            Some(column.title.get(lang).to_owned()),
            unit_in(lang).map(|unit| format!("{unit_is}{unit}")),
            column.null.as_ref().map(|null| format!("{null_is}{}", null.get(lang))),
            column
                .caveat
                .as_ref()
                .map(|caveat| format!("{caution}{}", caveat.get(lang))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(between) + stop
    };
    Text::new(
        told(Lang::Zh, ("单位：", "空值：", "注意：", "。", "。")),
        told(Lang::En, ("Unit: ", "Null: ", "Caution: ", ". ", ".")),
    )
}

/// A text by language, as JSON-LD has it.
fn tagged(text: &Text) -> Json {
    match text.0.is_empty() {
        true => json!({ "en": "" }),
        false => json!(text),
    }
}

/// The context of Croissant 1.1, as its specification gives it.
fn context() -> Json {
    let mut members = Map::new();
    for name in [
        "arrayShape",
        "citeAs",
        "column",
        "containedIn",
        "equivalentProperty",
        "extract",
        "field",
        "fileProperty",
        "fileObject",
        "fileSet",
        "format",
        "includes",
        "isArray",
        "isLiveDataset",
        "jsonPath",
        "key",
        "md5",
        "parentField",
        "path",
        "recordSet",
        "references",
        "regex",
        "repeated",
        "replace",
        "samplingRate",
        "separator",
        "source",
        "subField",
        "transform",
    ] {
        members.insert(name.to_owned(), json!(format!("cr:{name}")));
    }
    for name in ["name", "description"] {
        members.insert(name.to_owned(), json!({ "@container": "@language" }));
    }
    let others = [
        ("@language", json!("en")),
        ("@vocab", json!("https://schema.org/")),
        ("conformsTo", json!("dct:conformsTo")),
        ("cr", json!("http://mlcommons.org/croissant/")),
        ("rai", json!("http://mlcommons.org/croissant/RAI/")),
        ("data", json!({ "@id": "cr:data", "@type": "@json" })),
        ("dataType", json!({ "@id": "cr:dataType", "@type": "@vocab" })),
        ("dct", json!("http://purl.org/dc/terms/")),
        ("examples", json!({ "@id": "cr:examples", "@type": "@json" })),
        ("sc", json!("https://schema.org/")),
    ];
    members.extend(others.map(|(name, value)| (name.to_owned(), value)));
    members.into()
}
