//! `datapackage.json`: the release as a Frictionless data package (<https://datapackage.org/standard/data-package/>).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::facts::{facts_columns, received_columns, uncounted_columns};
use super::titles::unit_title;
use super::values::{Listed, values};
use crate::domain::{Lang, Text};
use crate::lake::records::ORIGIN;
use crate::lake::{FieldMeta, Written};
use crate::pipeline::{Form, Pipeline};
use crate::tables::{ColumnSpec, Columns, IndicatorRow, TableHead, TableSpec, ValueKind, sdmx_spec};

/// Columns that hold what columns of another table hold: these columns, that table, those columns.
const REFERENCES: [(&[&str], &str, &[&str]); 7] = [
    (&["area_code"], "areas", &["area_code"]),
    (&["scope_code"], "areas", &["area_code"]),
    (&["indicator"], "indicator_definitions", &["indicator"]),
    (&["submission_id"], "submissions", &["submission_id"]),
    (&["dimension", "member"], "members", &["dimension", "member"]),
    (&["dimension", "a"], "members", &["dimension", "member"]),
    (&["dimension", "b"], "members", &["dimension", "member"]),
];

/// Tables whose `area_code` may not be in `areas`: what was received may be no area of the registry, and a span may lie outside of
/// all periods.
const BEYOND_AREAS: [&str; 4] = ["submissions", "findings", "quarantine", "area_spans"];

/// How readers of Parquet that know no null among numbers show one.
const NULL_NUMBER: &str = "nan";

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is written of a data package.
pub struct DataPackage {
    /// `datapackage.json`.
    pub descriptor: Json,
    /// Schemas that several resources share, by path relative to the release.
    pub schemas: BTreeMap<String, Json>,
}

/// Describes every table of the release, in each of its forms, with schema, licence and hash; `files` are those written so
/// far, by path relative to the release. Each file is a resource of its own: parts of a data package's resource must be such
/// that they can be strung together, which Parquet files cannot. Holds no clock time and no absolute path.
pub fn datapackage(pipeline: &Pipeline, tables: &[TableHead<'_>], files: &BTreeMap<String, Written>) -> DataPackage {
    let package = Package {
        pipeline,
        tables,
        files,
    };
    let mut schemas = BTreeMap::new();
    let resources = package.resources(&mut schemas);
    let mut descriptor = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": pipeline.name,
        "title": pipeline.title.get(Lang::En),
        "titles": pipeline.title,
        "synthetic": pipeline.synthetic,
        "units": package.units(),
        "resources": resources,
    });
    if let Json::Object(members) = &mut descriptor {
        members.extend(package.credit());
    }
    DataPackage { descriptor, schemas }
}

struct Package<'a> {
    pipeline: &'a Pipeline,
    tables: &'a [TableHead<'a>],
    files: &'a BTreeMap<String, Written>,
}

/// A resource before its file is known.
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

/// What tells rows of a table apart.
enum Key<'a> {
    /// Never null.
    Primary(Vec<&'a str>),
    /// A column of it may be null.
    Unique(Vec<&'a str>),
    None,
}

impl<'a> Key<'a> {
    fn of(spec: &'a TableSpec) -> Key<'a> {
        let columns = spec.key.iter().map(String::as_str).collect();
        if spec.key_may_be_null() {
            Key::Unique(columns)
        } else {
            Key::Primary(columns)
        }
    }
}

impl Package<'_> {
    fn resources(&self, schemas: &mut BTreeMap<String, Json>) -> Vec<Json> {
        let mut all: Vec<Json> = self.tables.iter().map(|table| self.table(table)).collect();
        for form in &self.pipeline.forms {
            all.extend(self.parts("facts", form, self.facts_schema(form), schemas));
        }
        for form in &self.pipeline.forms {
            all.extend(self.parts("uncounted", form, self.uncounted_schema(form), schemas));
        }
        for form in &self.pipeline.forms {
            all.extend(self.parts("quarantine", form, self.quarantine_schema(form), schemas));
        }
        all.extend(self.extracts());
        all
    }

    /// Who publishes the data, under which licence, from which sources, and what they are about; what nobody has said is left out.
    fn credit(&self) -> Map<String, Json> {
        let credit = &self.pipeline.credit;
        let mut members = Map::new();
        if let Some(licences) = self.licences() {
            members.insert("licenses".into(), licences);
        }
        let contributor = |(text, role): (&Option<Text>, &str)| {
            let text = text.as_ref()?;
            Some(json!({ "title": text.get(Lang::En), "titles": text, "roles": [role] }))
        };
        let contributors = [(&credit.publisher, "publisher"), (&credit.contact, "contact")];
        let contributors: Vec<Json> = contributors.into_iter().filter_map(contributor).collect();
        if !contributors.is_empty() {
            members.insert("contributors".into(), contributors.into());
        }
        if let Some(description) = &credit.description {
            members.insert("description".into(), json!(description.get(Lang::En)));
            members.insert("descriptions".into(), json!(description));
        }
        if let Some(homepage) = &credit.homepage {
            members.insert("homepage".into(), json!(homepage));
        }
        let mut sources: Vec<Json> = Vec::new();
        for text in self
            .pipeline
            .indicators
            .iter()
            .filter_map(|indicator| indicator.sources.as_ref())
        {
            let source = json!({ "title": text.get(Lang::En), "titles": text });
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        if !sources.is_empty() {
            members.insert("sources".into(), sources.into());
        }
        members
    }

    /// How readers write each unit that a column or an indicator has, by its code; one without words stands for itself.
    fn units(&self) -> BTreeMap<String, Text> {
        let of_tables = self.tables.iter().flat_map(|table| &table.spec.columns);
        let of_tables = of_tables.filter_map(|column| column.unit.as_deref());
        let of_indicators = self.pipeline.indicators.iter().map(|indicator| indicator.unit.as_str());
        let of_forms = self.pipeline.forms.iter().flat_map(|form| &form.columns);
        // Some are written by other words than their code.
        let of_forms = of_forms.filter_map(|column| FieldMeta::of_column(&self.pipeline.units, column).unit);
        of_tables
            .chain(of_indicators)
            .map(str::to_owned)
            .chain(of_forms)
            .filter_map(|code| unit_title(self.pipeline, &code).map(|title| (code, title)))
            .collect()
    }

    fn licences(&self) -> Option<Json> {
        self.pipeline.licence.as_ref().map(|name| json!([{ "name": name }]))
    }

    fn table(&self, table: &TableHead<'_>) -> Json {
        let schema = self.schema(table.name, &table.spec.columns, Key::of(table.spec), Nulls::OfParquet);
        let described = Described::parquet(table.name.to_owned(), &table.spec.title, schema);
        self.resource(described, format!("tables/{}.parquet", table.name))
    }

    fn facts_schema(&self, form: &Form) -> Json {
        let mut key = vec!["period"];
        key.extend(form.key.iter().map(|&column| form.columns[column].id.as_str()));
        if form.key.is_empty() {
            key.push("area_code");
        }
        let columns = facts_columns(self.pipeline, form);
        self.schema("facts", &columns, Key::Primary(key), Nulls::OfParquet)
    }

    fn uncounted_schema(&self, form: &Form) -> Json {
        let columns = uncounted_columns(self.pipeline, form);
        self.schema("uncounted", &columns, Key::Unique(ORIGIN.to_vec()), Nulls::OfParquet)
    }

    fn quarantine_schema(&self, form: &Form) -> Json {
        let columns = received_columns(self.pipeline, form);
        self.schema("quarantine", &columns, Key::None, Nulls::OfParquet)
    }

    /// A resource a file of a form below `folder`. They share one schema, which is written only where there are files.
    fn parts(&self, folder: &str, form: &Form, schema: Json, schemas: &mut BTreeMap<String, Json>) -> Vec<Json> {
        let start = format!("{folder}/{}/", form.id);
        let at = format!("schemas/{folder}_{}.json", form.id);
        let mut all = Vec::new();
        let mut names = BTreeSet::new();
        for path in self.files.keys().filter(|path| path.starts_with(&start)) {
            let name = fresh_name(path.trim_end_matches(".parquet"), &mut names);
            let described = Described::parquet(name, &form.title, json!(at));
            let Json::Object(mut members) = self.resource(described, path.clone()) else {
                unreachable!("a resource is an object")
            };
            members.insert("partOf".into(), json!(format!("{folder}_{}", form.id)));
            all.push(Json::Object(members));
        }
        if !all.is_empty() {
            schemas.insert(at, schema);
        }
        all
    }

    fn extracts(&self) -> Vec<Json> {
        let mut all = Vec::new();
        for table in self.tables {
            for (format, mediatype) in [("csv", "text/csv"), ("xlsx", XLSX)] {
                all.extend(self.extracts_of(table, (format, mediatype)));
            }
        }
        all.extend(self.sdmx());
        all
    }

    /// Figures as SDMX-CSV, where there are.
    fn sdmx(&self) -> Option<Json> {
        let path = format!("extracts/{}.sdmx.csv", IndicatorRow::TABLE);
        self.files.contains_key(&path).then(|| {
            let spec = sdmx_spec();
            let described = Described {
                name: format!("extract_{}_sdmx_csv", IndicatorRow::TABLE),
                title: &spec.title,
                format: "csv",
                mediatype: "application/vnd.sdmx.data+csv;version=2.0.0",
                schema: self.schema("sdmx", &spec.columns, Key::of(spec), Nulls::OfText),
            };
            self.resource(described, path)
        })
    }

    /// The files of a table in a further format: one, or one a period.
    fn extracts_of(&self, table: &TableHead<'_>, (format, mediatype): (&'static str, &'static str)) -> Vec<Json> {
        let whole = format!("extracts/{}.{format}", table.name);
        let folder = format!("extracts/{}/", table.name);
        let is_own = |path: &&String| **path == whole || path.starts_with(&folder) && path.ends_with(format);
        let mut names = BTreeSet::new();
        let resource = |path: &String| {
            let part = path.strip_prefix(&folder).and_then(|file| file.split('.').next());
            let part = part.map_or_else(String::new, |period| format!("_{period}"));
            let described = Described {
                name: fresh_name(&format!("extract_{}{part}_{format}", table.name), &mut names),
                title: &table.spec.title,
                format,
                mediatype,
                schema: self.schema(table.name, &table.spec.columns, Key::of(table.spec), Nulls::OfText),
            };
            self.resource(described, path.clone())
        };
        self.files.keys().filter(is_own).map(resource).collect()
    }

    fn schema(&self, name: &str, columns: &[ColumnSpec], key: Key<'_>, nulls: Nulls) -> Json {
        let fields: Vec<Json> = columns.iter().map(|column| self.field(column, nulls)).collect();
        let mut members = Map::from_iter([("fields".to_owned(), fields.into())]);
        match key {
            Key::Primary(key) => drop(members.insert("primaryKey".into(), json!(key))),
            Key::Unique(key) => drop(members.insert("uniqueKeys".into(), json!([key]))),
            Key::None => {}
        }
        // A text may be empty in Parquet, and is then no null.
        if nulls == Nulls::OfParquet {
            members.insert("missingValues".into(), json!([]));
        }
        let references: Vec<Json> = REFERENCES
            .iter()
            .filter(|(own, table, _)| {
                let there = self.tables.iter().any(|t| t.name == *table);
                let beyond = BEYOND_AREAS.contains(&name) && *own == ["area_code"];
                let has = |column: &&str| columns.iter().any(|c| c.name == *column);
                there && *table != name && !beyond && own.iter().all(has)
            })
            .map(|(own, table, to)| json!({ "fields": own, "reference": { "resource": table, "fields": to } }))
            .collect();
        if !references.is_empty() {
            // Validators read the other table anew for each resource. Of the many files of rows they are told without
            // being asked to.
            let is_file_of_many = matches!(name, "facts" | "uncounted" | "quarantine");
            let member = if is_file_of_many { "references" } else { "foreignKeys" };
            members.insert(member.into(), references.into());
        }
        Json::Object(members)
    }

    /// Size of text and workbooks alone: what reads Parquet does not count the bytes, and holds their number to be wrong.
    fn resource(&self, described: Described, path: String) -> Json {
        let mut members = Map::from_iter([
            ("name".to_owned(), json!(described.name)),
            ("type".to_owned(), json!("table")),
            ("title".to_owned(), json!(described.title.get(Lang::En))),
            ("titles".to_owned(), json!(described.title)),
            ("format".to_owned(), json!(described.format)),
            ("mediatype".to_owned(), json!(described.mediatype)),
            ("schema".to_owned(), described.schema),
        ]);
        if let Some(written) = self.files.get(&path) {
            members.insert("hash".into(), format!("sha256:{}", written.sha256).into());
            if described.format != "parquet" {
                members.insert("bytes".into(), written.bytes.into());
            }
        }
        if described.format == "csv" {
            members.insert("encoding".into(), json!("utf-8"));
        }
        members.insert("path".into(), json!(path));
        if let Some(licences) = self.licences() {
            members.insert("licenses".into(), licences);
        }
        Json::Object(members)
    }

    fn field(&self, column: &ColumnSpec, nulls: Nulls) -> Json {
        let kind = match column.kind {
            ValueKind::Text => "string",
            ValueKind::Integer => "integer",
            ValueKind::Real => "number",
            ValueKind::Boolean => "boolean",
            ValueKind::Date => "date",
        };
        let mut constraints = Map::from_iter([("required".to_owned(), json!(column.null.is_none()))]);
        let values = values(self.pipeline, column);
        if !values.is_empty() {
            let ids: Vec<&str> = values.iter().map(|value| value.id.as_str()).collect();
            constraints.insert("enum".into(), json!(ids));
        }
        let mut members = Map::from_iter([
            ("name".to_owned(), json!(column.name)),
            ("type".to_owned(), json!(kind)),
            ("title".to_owned(), json!(column.title.get(Lang::En))),
            ("titles".to_owned(), json!(column.title)),
            ("constraints".to_owned(), Json::Object(constraints)),
        ]);
        let number = matches!(column.kind, ValueKind::Integer | ValueKind::Real);
        if number && nulls == Nulls::OfParquet {
            members.insert("missingValues".into(), json!([NULL_NUMBER]));
        }
        if values.iter().any(|value| value.title.is_some()) {
            members.insert("categories".into(), values.iter().map(category).collect());
        }
        if let Some(unit) = &column.unit {
            members.insert("unit".into(), json!(unit));
        }
        if let Some(caveat) = &column.caveat {
            members.insert("description".into(), json!(caveat.get(Lang::En)));
            members.insert("caveats".into(), json!(caveat));
        }
        if let Some(meaning) = &column.null {
            members.insert("nullMeaning".into(), json!(meaning));
        }
        Json::Object(members)
    }
}

/// A value of a list, with its label in English, as the standard has it, and in all languages.
fn category(value: &Listed) -> Json {
    match &value.title {
        Some(title) => json!({ "value": value.id, "label": title.get(Lang::En), "labels": title }),
        None => json!({ "value": value.id }),
    }
}

/// A name of lower-case letters, digits and marks, as some readers of data packages demand, for a path.
fn fresh_name(path: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '.' | '-') => c,
        _ => '_',
    };
    let name: String = path.chars().map(plain).collect();
    let tries = (2..).map(|number| format!("{name}_{number}"));
    let mut tries = std::iter::once(name.clone()).chain(tries);
    let fresh = tries.find(|name| !taken.contains(name)).expect("numbers do not end");
    taken.insert(fresh.clone());
    fresh
}

/// How a format shows nulls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    /// Parquet has them; an empty text is a text.
    OfParquet,
    /// An empty cell.
    OfText,
}
