//! `pipeline.toml`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{CubeEngineDef, Located, OneOrMany, Periods};
use crate::domain::{PeriodKind, Text};
use crate::pipeline::units::UnitDef;

/// `pipeline.toml`: what is published, from which registry, and when it is withheld.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "pipeline")]
pub struct PipelineFile {
    /// What is published.
    pub pipeline: PipelineDef,
    /// What is taken from the folders of other pipelines.
    #[serde(default)]
    pub include: Vec<Located<IncludeDef>>,
    /// Where the areas come from; absent only where the registry of another pipeline is included.
    pub registry: Option<Located<RegistryDef>>,
    /// Who owes what; without it every area of the form's level owes it, or the root where neither rows nor files name an area.
    pub reporters: Option<ReportersDef>,
    /// When a release is withheld.
    pub gate: Option<GateDef>,
    /// What counties and the ministry say about the data, beside the submissions.
    pub feedback: Option<FeedbackDef>,
    /// How much a received file may hold.
    pub limits: Option<LimitsDef>,
    /// What goes back to the counties.
    pub returns: Option<ReturnsDef>,
    /// Which releases `huizong gc` keeps.
    pub releases: Option<ReleasesDef>,
    /// Boundaries that figures of all periods are also published on.
    pub boundaries: Option<BoundariesDef>,
    /// How the report of a release looks.
    pub report: Option<ReportDef>,
    /// What sums the rows.
    pub engine: Option<EngineDef>,
    /// Further outputs beside Parquet.
    #[serde(default)]
    pub extract: Vec<ExtractDef>,
    /// Units beside the built-in ones.
    #[serde(default)]
    pub unit: Vec<Located<UnitDef>>,
}

/// `[pipeline]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineDef {
    /// Short name: lower-case letters, digits, `-` and `_`.
    pub name: Located<String>,
    /// Title: `{ zh = "…", en = "…" }`.
    pub title: Option<Text>,
    /// Language of what goes back to the counties: `"zh"`, `"en"`, or both as `["zh", "en"]`; default: that of the
    /// titles.
    pub lang: Option<Located<OneOrMany>>,
    /// Length of a period.
    pub period: PeriodKind,
    /// What is published: `["2015", "2020"]`, `{ from = "2016Q1", to = "2020Q4" }`, or `{ from = "2020-01" }`, which is
    /// open-ended: each run reads all periods that have begun by its date.
    pub periods: Located<Periods>,
    /// Licence of the published data.
    pub licence: Option<String>,
    /// Who publishes the data: `{ zh = "…", en = "…" }`.
    pub publisher: Option<Text>,
    /// Whom readers of the data can ask: `{ zh = "…", en = "…" }`.
    pub contact: Option<Text>,
    /// What the data are about: `{ zh = "…", en = "…" }`.
    pub description: Option<Text>,
    /// Address of a page about the data.
    pub homepage: Option<Located<String>>,
    /// The data are synthetic: every output says so.
    #[serde(default)]
    pub synthetic: bool,
    /// Default of `--input`, relative to this folder.
    pub input: Option<Located<String>>,
    /// Default of `--output`, relative to this folder.
    pub output: Option<Located<String>>,
}

/// `[[include]]`: parts of the definition of another pipeline, as if they stood in this folder.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IncludeDef {
    /// The folder of the other pipeline, relative to this one, such as `"../community-services"`.
    pub from: Located<String>,
    /// What is taken, whole: nothing of it can be replaced here, and no id be defined again.
    pub take: Located<Vec<Located<PartDef>>>,
}

/// A part of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartDef {
    /// `[registry]` of `pipeline.toml`.
    Registry,
    /// `[[unit]]` of `pipeline.toml`.
    Units,
    /// `forms/*.toml`
    Forms,
    /// `dimensions.toml`
    Dimensions,
    /// `measures.toml`
    Measures,
    /// `indicators.toml`
    Indicators,
    /// `checks.toml`
    Checks,
}

/// `[registry]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryDef {
    /// Table of areas, relative to this folder: code, name, name_en, level, kind, parent_code, valid_from, valid_to, source.
    pub divisions: Located<String>,
    /// Table of changes of areas, relative to this folder: old_code, new_code, date, kind, share, source.
    pub changes: Option<Located<String>>,
    /// Table of areas that are neighbours, relative to this folder: area_code, neighbour_code, weight. Or of their
    /// centroids: area_code, longitude, latitude.
    pub neighbours: Option<Located<String>>,
    /// How many areas nearest to an area are its neighbours, where the table is of centroids; default 6.
    pub nearest: Option<Located<usize>>,
    /// Names of the levels from the root down.
    pub levels: Located<Vec<Located<String>>>,
    /// Titles of the levels, such as `province = { zh = "省级", en = "Province" }`; a level without one is called by
    /// its name.
    #[serde(default)]
    pub titles: BTreeMap<Located<String>, Text>,
    /// The level by which facts are partitioned.
    pub partition: Located<String>,
    /// How codes nest.
    #[serde(default)]
    pub code_scheme: SchemeDef,
}

/// How codes nest.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SchemeDef {
    /// Any text; the hierarchy is `parent_code` alone.
    #[default]
    Plain,
    /// Chinese division codes.
    Gb2260,
}

/// `[reporters]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportersDef {
    /// Relative to the input: area_code, form, period?, expected_rows, and any register columns.
    pub file: Located<String>,
    /// Relative to the input: path, received_at; without it timeliness is null.
    pub receipts: Option<Located<String>>,
    /// Column of the file that says how many people live in the area, used in `reporting` and
    /// `huizong headers`. One row of an area and period suffices, whatever its form; without it population is null.
    pub population: Option<Located<String>>,
}

/// `[feedback]`: files that need not exist.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackDef {
    /// Relative to the input: corrections of submitted data; default: `corrections.toml`.
    pub corrections: Option<Located<String>>,
    /// Relative to the input: what counties say about explain findings; default: `explanations.csv`.
    pub explanations: Option<Located<String>>,
}

/// `[gate]`: conditions of a release, which is withheld if one is not met. A form is judged for a period once it is due.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateDef {
    /// Expected reporters with something usable, per period and form, at the root, 0..1; absent: at least one of them.
    pub min_reporting_share: Option<Located<f64>>,
    /// Rows quarantined or in files that cannot be read, of all rows, per period and form, 0..1; absent: not checked.
    pub max_quarantined_row_share: Option<Located<f64>>,
    /// How far one open explain finding may move a figure of the root, as a share of what the figure is without it (0.1).
    pub max_open_influence: Option<Located<f64>>,
    /// Other shares for single forms, by id: `[gate.form.FORM]`.
    #[serde(default)]
    pub form: BTreeMap<Located<String>, FormGateDef>,
}

/// `[gate.form.FORM]`: an absent share is that of `[gate]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormGateDef {
    /// Instead of `min_reporting_share` of `[gate]`.
    pub min_reporting_share: Option<Located<f64>>,
    /// Instead of `max_quarantined_row_share` of `[gate]`.
    pub max_quarantined_row_share: Option<Located<f64>>,
}

/// `[limits]`: a file that exceeds one gets a finding and is not read; an absent key has its default.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsDef {
    /// Bytes of a file (268435456).
    pub file_bytes: Option<Located<u64>>,
    /// Bytes that a workbook unpacks to, counted while it is unpacked (268435456).
    pub unpacked_bytes: Option<Located<u64>>,
    /// Unpacked bytes for each packed one, where there are more than 16 MiB of them (250).
    pub compression_ratio: Option<Located<u64>>,
    /// Sheets of a workbook (64).
    pub sheets: Option<Located<u64>>,
    /// Rows of a sheet, blank ones before its last included (1048576).
    pub rows: Option<Located<u64>>,
    /// Columns of a sheet (4096).
    pub columns: Option<Located<u64>>,
    /// Cells of all sheets of a file, blanks between them included (20000000).
    pub cells: Option<Located<u64>>,
    /// Bytes of one cell's text (131068).
    pub cell_bytes: Option<Located<u64>>,
    /// Depth of objects and lists within each other in JSON (64).
    pub nesting: Option<Located<u64>>,
    /// Findings of one code in one column of one submission that are listed; the others are one finding with their number
    /// (1000).
    pub findings: Option<Located<u64>>,
    /// Bytes of a register: the reporters, the receipts, a list of units, the explanations (67108864).
    pub register_bytes: Option<Located<u64>>,
    /// Rows of a register (1000000).
    pub register_rows: Option<Located<u64>>,
    /// Bytes of the corrections, from which no part can be left out (4194304).
    pub corrections_bytes: Option<Located<u64>>,
}

/// `[returns]`: a marked-up workbook for every submission with something to fix or to explain.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnsDef {
    /// Whether they are written; default: true.
    pub write: Option<bool>,
    /// Language of their words, where it is not that of the pipeline: `"zh"`, `"en"`, or both as `["zh", "en"]`.
    pub lang: Option<Located<OneOrMany>>,
    /// Text in every return, such as deadline and contact: `{ zh = "…", en = "…" }`.
    pub note: Option<Located<Text>>,
}

/// `[releases]`: which releases `huizong gc` keeps. Without a key it removes none.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleasesDef {
    /// Days for which a release is kept after a run last published or confirmed it, from 7.
    pub keep_days: Option<Located<u64>>,
    /// Number of the latest releases that are kept however old they are, from 1.
    pub keep_last: Option<Located<u64>>,
}

/// `[boundaries]`: figures of every period for the areas of one day, in the table `indicators_constant_boundaries` and those that `tables` adds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundariesDef {
    /// A period of the pipeline, whose last day is meant, or a day: `"2020"`, `"2020-12-31"`. Needs `changes` in `[registry]`.
    pub constant: Located<String>,
    /// Further tables that are published on these boundaries: `"groups"`, `"gaps"`, `"inequality"`,
    /// `"verdicts"`, `"between_shares"`, `"change_effects"`, `"gap_changes"`, `"gap_mixes"`, `"gap_change_mixes"`, `"product_effects"`,
    /// `"ranks"`. `"indicators"` always is.
    pub tables: Option<Vec<Located<String>>>,
}

/// `[report]`: how `report.html` looks.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportDef {
    /// Table with the place of each area of the partition level on a map of equal tiles: columns `code`, `row` and `column` from 1, and
    /// `label_zh` and `label_en`, a few letters each.
    pub tiles: Option<Located<String>>,
}

/// `[engine]`: what sums the rows. Nothing that is published depends on it, so that it is no part of the definition's hash.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineDef {
    /// `"embedded"` (default), `"duckdb"`, `{ spark_connect = "sc://host:15002" }` or `{ flight_sql = "grpc://host:32010" }`.
    pub cube: Option<Located<CubeEngineDef>>,
    /// Minutes after which an engine that has not answered is given up (240).
    pub minutes: Option<Located<u64>>,
}

/// `[[extract]]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtractDef {
    /// Name of a table of the release.
    pub table: Located<String>,
    /// Formats to write it in.
    pub formats: Vec<ExtractFormatDef>,
}

/// A format beside Parquet.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtractFormatDef {
    /// Comma-separated, UTF-8.
    Csv,
    /// Workbook.
    Xlsx,
    /// SDMX-CSV 2.0, of the table `indicators` alone: figures of the root and of the areas of the partition level.
    SdmxCsv,
}
