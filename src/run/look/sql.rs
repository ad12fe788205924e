//! The SQL that reads the rows of a release, and sums them as the run did.

use std::fmt::Write as _;
use std::path::Path;

use super::{LookError, Offer, Release};
use crate::domain::{Lang, RowState, Text};
use crate::pipeline::sql::quoted;
use crate::pipeline::{FormIndex, Pipeline};
use crate::rollup::cube_sql;

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
/// When the form is not known, or the release has no row of it.
pub fn sql(pipeline: &Pipeline, release: &Release, form: &str, query: Query, lang: Lang) -> Result<String, LookError> {
    let ids = || pipeline.forms.iter().map(|form| form.id.as_str());
    let unknown = || LookError::Unknown {
        what: "form",
        given: form.to_owned(),
        offer: Offer::new(form, ids()),
    };
    let at = ids().position(|id| id == form).ok_or_else(unknown)?;
    let records = records(pipeline, at, &release.folder).ok_or_else(|| LookError::NoRows { form: form.to_owned() })?;
    let mut text = comment(pipeline, at, query, lang);
    match query {
        Query::Records => text.push_str(&records),
        Query::Cube => {
            let states = [RowState::Accepted, RowState::Superseded].map(RowState::as_str);
            let kept = format!(
                "(\nSELECT *, \"row_status\" = '{}' AS \"accepted\" FROM (\n{records}) AS judged\nWHERE \"row_status\" <> '{}'\n) AS records",
                states[0], states[1]
            );
            text.push_str(&cube_sql(pipeline, at, &kept, &["period"]));
        }
    }
    Ok(text)
}

/// The rows of a form in all files of a release; None where it has none.
fn records(pipeline: &Pipeline, form: FormIndex, release: &Path) -> Option<String> {
    let definition = &pipeline.forms[form];
    let own = definition.columns.iter().map(|column| column.id.as_str());
    let first = ["period", "area_code"]
        .into_iter()
        .filter(|name| definition.column(name).is_none());
    let columns: Vec<String> = first
        .chain(own)
        .chain(["submission_id", "sheet", "row"])
        .map(quoted)
        .collect();
    let columns = columns.join(", ");
    let accepted = format!("'{}' AS \"row_status\", NULL AS \"codes\"", RowState::Accepted.as_str());
    let parts = [("facts", accepted.as_str()), ("uncounted", "\"row_status\", \"codes\"")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(folder, _)| release.join(folder).join(&definition.id).is_dir())
        .map(|(folder, status)| {
            let files = release.join(folder).join(&definition.id).join("*/*.parquet");
            let files = files.display().to_string().replace('\'', "''");
            format!("SELECT {columns}, {status}\nFROM read_parquet('{files}')\n")
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join("UNION ALL\n"))
}

/// What the columns are, as lines of comment.
fn comment(pipeline: &Pipeline, form: FormIndex, query: Query, lang: Lang) -> String {
    let definition = &pipeline.forms[form];
    let title = definition.title.get(lang);
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
