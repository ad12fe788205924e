//! The SQL that reads the rows of a release, and sums them as the run did.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::error::LookError;
use super::files::files_of_form;
use super::offer::Offer;
use super::release::Release;
use crate::domain::{Lang, RowState, Text};
use crate::lake::column_types;
use crate::pipeline::formula::ValueType;
use crate::pipeline::sql::{duckdb_files, quoted};
use crate::pipeline::{FormIndex, Pipeline};
use crate::rollup::{cube_columns, cube_sql};

/// What a query gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// The rows that were judged, with their status.
    Records,
    /// Their sums by period, area and members of the row-level dimensions.
    Cube,
}

/// The query over the files of a release, for DuckDB, with a comment that says what it gives.
///
/// # Errors
/// When the form is not known, or the release has no row of it. When sums are asked for and the release, made by another
/// definition, lacks a column of theirs or has it with another type.
pub fn sql(pipeline: &Pipeline, release: &Release, form: &str, query: Query, lang: Lang) -> Result<String, LookError> {
    let ids = || pipeline.forms.iter().map(|form| form.id.as_str());
    let unknown = || LookError::Unknown {
        what: "form",
        given: form.to_owned(),
        offer: Offer::new(form, ids()),
    };
    let at = ids().position(|id| id == form).ok_or_else(unknown)?;
    let stored = Stored::find(pipeline, at, &release.folder)?;
    let mut text = comment(pipeline, at, query, lang);
    if let Some(note) = release.source.note_on_definition(lang) {
        let _ = writeln!(text, "-- {note}");
    }
    text.push_str(&stored.differences(lang));
    match query {
        Query::Records => text.push_str(&stored.records()),
        Query::Cube => {
            for column in cube_columns(pipeline, at) {
                stored.require(column)?;
            }
            let states = [RowState::Accepted, RowState::Superseded].map(RowState::as_str);
            let kept = format!(
                "(\nSELECT *, \"row_status\" = '{}' AS \"accepted\" FROM (\n{}) AS judged\nWHERE \"row_status\" <> '{}'\n) AS records",
                states[0],
                stored.records(),
                states[1]
            );
            text.push_str(&cube_sql(pipeline, at, &kept, &["period"]));
        }
    }
    Ok(text)
}

/// The files of a form in a release, and the columns they have.
struct Stored<'p> {
    form: &'p str,
    /// Columns of the form by the definition at hand, with their types.
    columns: Vec<(&'p str, ValueType)>,
    /// Columns of the files with their types. Those of the partition's area and of members, which follow from others, too.
    found: BTreeMap<String, Option<ValueType>>,
    /// `facts` and `uncounted`, where they hold rows of the form.
    folders: Vec<(Part, PathBuf)>,
}

/// The two folders of judged rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Facts,
    Uncounted,
}

impl<'p> Stored<'p> {
    fn find(pipeline: &'p Pipeline, form: FormIndex, release: &Path) -> Result<Stored<'p>, LookError> {
        let definition = &pipeline.forms[form];
        let columns = definition.columns.iter();
        let mut stored = Stored {
            form: &definition.id,
            columns: columns
                .map(|column| (column.id.as_str(), column.kind.value_type()))
                .collect(),
            found: BTreeMap::new(),
            folders: Vec::new(),
        };
        for (part, name) in [(Part::Facts, "facts"), (Part::Uncounted, "uncounted")] {
            let folder = release.join(name).join(&definition.id);
            // One run has written all files of a folder, so the first has the columns of all.
            if let Some(first) = files_of_form(&folder)?.first() {
                stored.found.extend(column_types(first)?);
                stored.folders.push((part, folder));
            }
        }
        if stored.folders.is_empty() {
            return Err(LookError::NoRows {
                form: definition.id.clone(),
            });
        }
        Ok(stored)
    }

    /// The rows of all files.
    fn records(&self) -> String {
        let has = |name: &str| self.columns.iter().any(|(column, _)| *column == name);
        let first = ["period", "area_code"].into_iter().filter(|name| !has(name));
        let own = self
            .columns
            .iter()
            .map(|(name, value_type)| match self.found.contains_key(*name) {
                true => quoted(name),
                false => format!("CAST(NULL AS {}) AS {}", value_type.sql(), quoted(name)),
            });
        let columns: Vec<String> = first
            .map(quoted)
            .chain(own)
            .chain(["submission_id", "sheet", "row"].map(quoted))
            .collect();
        let columns = columns.join(", ");
        let parts = self.folders.iter().map(|(part, folder)| {
            let status = match part {
                Part::Facts => format!("'{}' AS \"row_status\", NULL AS \"codes\"", RowState::Accepted.as_str()),
                Part::Uncounted => "\"row_status\", \"codes\"".to_owned(),
            };
            let files = duckdb_files(folder, "*/*.parquet");
            format!("SELECT {columns}, {status}\nFROM {files}\n")
        });
        parts.collect::<Vec<_>>().join("UNION ALL\n")
    }

    /// A column that sums are made of is there, with the type that their formulas expect.
    fn require(&self, column: &str) -> Result<(), LookError> {
        let Some(found) = self.found.get(column) else {
            return Err(LookError::OtherDefinition {
                form: self.form.to_owned(),
                column: column.to_owned(),
            });
        };
        let expected = self.columns.iter().find(|(name, _)| *name == column);
        match expected {
            Some((_, expected)) if Some(*expected) != *found => Err(LookError::OtherType {
                form: self.form.to_owned(),
                column: column.to_owned(),
                found: sql_name(*found),
                expected: expected.sql(),
            }),
            _ => Ok(()),
        }
    }

    /// How the columns of the files differ from those of the definition, as lines of comment; nothing where they do not.
    fn differences(&self, lang: Lang) -> String {
        let lacking = |(name, _): &&(&str, ValueType)| !self.found.contains_key(*name);
        let lacking: Vec<&str> = self.columns.iter().filter(lacking).map(|(name, _)| *name).collect();
        let other_types: Vec<String> = (self.columns.iter())
            .filter_map(|(name, now)| {
                let found = self.found.get(*name)?;
                (*found != Some(*now)).then(|| format!("{name} ({} → {})", sql_name(*found), now.sql()))
            })
            .collect();
        let mut text = String::new();
        if !lacking.is_empty() {
            let (zh, en) = (
                format!("该版本的文件没有以下各列，查询结果中为 NULL：{}", lacking.join("、")),
                format!(
                    "The files of the release lack these columns, which are NULL here: {}",
                    lacking.join(", ")
                ),
            );
            let _ = writeln!(text, "-- {}", Text::new(zh, en).get(lang));
        }
        if !other_types.is_empty() {
            let (zh, en) = (
                format!("以下各列在该版本的文件中为另一类型：{}", other_types.join("、")),
                format!(
                    "These columns have another type in the files of the release: {}",
                    other_types.join(", ")
                ),
            );
            let _ = writeln!(text, "-- {}", Text::new(zh, en).get(lang));
        }
        text
    }
}

/// Name of a type of the files; `?` where no column that a run writes has it.
fn sql_name(found: Option<ValueType>) -> &'static str {
    found.map_or("?", ValueType::sql)
}

/// What the columns are, as lines of comment.
fn comment(pipeline: &Pipeline, form: FormIndex, query: Query, lang: Lang) -> String {
    let definition = &pipeline.forms[form];
    let title = definition.title.get(lang).replace(['\r', '\n'], " ");
    let said = match query {
        Query::Records => Text::new(
            format!("{title}：读入并审核的各行及其状态"),
            format!("{title}: the rows that were judged, with their status"),
        ),
        Query::Cube => Text::new(
            format!("{title}：按报告期、地区和分组成员汇总，与发布所用的合计相同"),
            format!("{title}: sums by period, area and members, the same as behind the published figures"),
        ),
    };
    let mut text = format!("-- {}\n", said.get(lang));
    if query == Query::Records {
        return text;
    }
    let sums = Text::new(
        "numerator、denominator：已计入且分子分母均已知的行；rest：其余各行的分母；unknown：分母未知的行数。均为整数，乘以 10 的 -s 次方即为度量的单位：",
        "numerator, denominator: rows that count and have both; rest: denominators of all other rows; unknown: rows without a \
         denominator. All are integers; times 10^-s they are in the unit of their measure:",
    );
    let _ = writeln!(text, "-- {}", sums.get(lang));
    for measure in pipeline.measures.iter().filter(|measure| measure.form == form) {
        let _ = writeln!(text, "--   {}: s = {}", measure.id, measure.scale);
    }
    for at in pipeline.row_dimensions(form) {
        let dimension = &pipeline.dimensions[at];
        let members: Vec<String> = (dimension.members.iter().enumerate())
            .map(|(number, member)| format!("{number} = {}", member.id))
            .collect();
        let _ = writeln!(text, "-- \"{} member\": {}", dimension.id, members.join(", "));
    }
    text
}
