//! `croissant.json`: the release as a schema.org/Dataset with Croissant 1.1 record sets
//! (<https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html>), for catalogues, search engines and data loaders.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::citation::{described, spdx};
use super::facts::{facts_columns, received_columns, uncounted_columns};
use super::titles::unit_title;
use super::values::{Listed, values};
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
    let mut lists = CodeLists::default();
    for table in tables {
        let path = format!("tables/{}.parquet", table.name);
        let key = (!table.spec.key_may_be_null()).then_some(table.spec.key.as_slice());
        let set = RecordSet {
            id: table.name,
            title: &table.spec.title,
            source: json!({ "fileObject": { "@id": path } }),
            key: key.unwrap_or_default(),
        };
        records.push(set.json(pipeline, &table.spec.columns, &mut lists));
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
            records.push(set.json(pipeline, &columns(pipeline, form), &mut lists));
        }
    }
    records.extend(lists.json());
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
    fn json(&self, pipeline: &Pipeline, columns: &[ColumnSpec], lists: &mut CodeLists) -> Json {
        let field = |column| self.field(pipeline, column, lists);
        let fields: Vec<Json> = columns.iter().map(field).collect();
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

    fn field(&self, pipeline: &Pipeline, column: &ColumnSpec, lists: &mut CodeLists) -> Json {
        let mut source = self.source.clone();
        source["extract"] = json!({ "column": column.name });
        let mut field = json!({
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
        });
        if let Some(list) = lists.of(self.id, &column.name, values(pipeline, column)) {
            field["references"] = json!({ "field": { "@id": format!("{list}/code") } });
        }
        field
    }
}

/// Lists of codes with what each means: columns of the same codes share one.
#[derive(Default)]
struct CodeLists(Vec<(String, Vec<Listed>)>);

impl CodeLists {
    /// Id of the list of a column; None: its values are no codes, or nothing is said of them.
    fn of(&mut self, set: &str, column: &str, codes: Vec<Listed>) -> Option<String> {
        if !codes.iter().any(|code| code.title.is_some()) {
            return None;
        }
        if let Some((id, _)) = self.0.iter().find(|(_, known)| *known == codes) {
            return Some(id.clone());
        }
        let id = format!("codes_{set}_{column}");
        self.0.push((id.clone(), codes));
        Some(id)
    }

    fn json(&self) -> impl Iterator<Item = Json> + '_ {
        self.0.iter().map(|(id, codes)| code_list(id, codes))
    }
}

fn code_list(id: &str, codes: &[Listed]) -> Json {
    let fields = [
        ("code", Text::new("代码", "Code")),
        ("title_zh", Text::new("含义（中文）", "What it means, in Chinese")),
        ("title_en", Text::new("含义（英文）", "What it means, in English")),
    ];
    let field = |(name, title): (&str, Text)| json!({ "@type": "cr:Field", "@id": format!("{id}/{name}"), "name": name, "description": tagged(&title), "dataType": "sc:Text" });
    let record = |code: &Listed| {
        let title = |lang| code.title.as_ref().map_or("", |title| title.get(lang));
        Map::from_iter([
            (format!("{id}/code"), json!(code.id)),
            (format!("{id}/title_zh"), json!(title(Lang::Zh))),
            (format!("{id}/title_en"), json!(title(Lang::En))),
        ])
    };
    json!({
        "@type": "cr:RecordSet",
        "@id": id,
        "name": id,
        "description": tagged(&Text::new("代码表", "Code list")),
        "dataType": "sc:Enumeration",
        "key": { "@id": format!("{id}/code") },
        "field": fields.map(field),
        "data": codes.iter().map(record).collect::<Vec<_>>(),
    })
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
