//! SQL that more than one stage writes: names, texts, and the member of a row in a dimension. Portable, as formulas are.

use std::path::Path;

use super::model::{ColumnKind, DimensionIndex, DimensionLevel, FormIndex, Pipeline, UNKNOWN, ValueRange};

/// The member of a row-level dimension, as index into its members.
pub fn member(pipeline: &Pipeline, form: FormIndex, dimension: DimensionIndex) -> String {
    let spec = &pipeline.dimensions[dimension];
    let index = |id: &str| member_index(pipeline, dimension, id).to_string();
    let DimensionLevel::Row {
        column,
        slice,
        map,
        other,
    } = &spec.level
    else {
        return index(UNKNOWN);
    };
    let value = value_sql(pipeline, form, column, *slice);
    let otherwise = other.as_deref().unwrap_or(UNKNOWN);
    let mut arms = vec![format!("WHEN {value} IS NULL THEN {}", index(UNKNOWN))];
    for run in map.chunk_by(|a, b| a.1 == b.1) {
        arms.push(format!("WHEN {} THEN {}", in_ranges(&value, run), index(&run[0].1)));
    }
    format!("CAST(CASE {} ELSE {} END AS BIGINT)", arms.join(" "), index(otherwise))
}

/// The same as [`member`], for texts in memory.
pub struct Members<'a> {
    slice: Option<(usize, usize)>,
    map: Vec<(&'a ValueRange, u16)>,
    other: u16,
    unknown: u16,
}

impl<'a> Members<'a> {
    /// Of a dimension of rows; for any other, every row is of the unknown member.
    pub fn new(pipeline: &'a Pipeline, dimension: DimensionIndex) -> Members<'a> {
        let index = |id: &str| member_index(pipeline, dimension, id);
        let unknown = index(UNKNOWN);
        let (slice, map, other) = match &pipeline.dimensions[dimension].level {
            DimensionLevel::Row { slice, map, other, .. } => (*slice, map.as_slice(), other.as_deref()),
            DimensionLevel::Area { .. } | DimensionLevel::Pairs(_) => (None, &[][..], None),
        };
        Members {
            slice,
            map: map.iter().map(|(range, id)| (range, index(id))).collect(),
            other: other.map_or(unknown, index),
            unknown,
        }
    }

    /// Index of the member of a record with this text.
    pub fn of(&self, text: Option<&str>) -> u16 {
        let Some(text) = text else { return self.unknown };
        let value = match self.slice {
            Some((first, last)) => characters(text, first, last),
            None => text,
        };
        let found = self.map.iter().find(|(range, _)| range.contains(value));
        found.map_or(self.other, |(_, member)| *member)
    }
}

/// The characters from the first to the last, counted from 1.
pub fn characters(text: &str, first: usize, last: usize) -> &str {
    let at = |count: usize| match text.is_ascii() {
        true => count.min(text.len()),
        false => text.char_indices().nth(count).map_or(text.len(), |(at, _)| at),
    };
    let from = at(first.saturating_sub(1));
    &text[from..at(last).max(from)]
}

/// Index of a member, or [`crate::domain::Cell::NO_MEMBER`] where the dimension has no such member.
pub fn member_index(pipeline: &Pipeline, dimension: DimensionIndex, id: &str) -> u16 {
    let at = pipeline.dimensions[dimension]
        .members
        .iter()
        .position(|member| member.id == id);
    at.and_then(|at| u16::try_from(at).ok())
        .unwrap_or(crate::domain::Cell::NO_MEMBER)
}

/// The text a dimension looks at.
fn value_sql(pipeline: &Pipeline, form: FormIndex, column: &str, slice: Option<(usize, usize)>) -> String {
    let form = &pipeline.forms[form];
    let is_text = form.column(column).is_some_and(|at| {
        let kind = &form.columns[at].kind;
        !matches!(
            kind,
            ColumnKind::Integer { .. } | ColumnKind::Decimal { .. } | ColumnKind::Boolean { .. } | ColumnKind::Date
        )
    });
    let text = if is_text {
        quoted(column)
    } else {
        format!("CAST({} AS VARCHAR)", quoted(column))
    };
    match slice {
        Some((first, last)) => format!("SUBSTR({text}, {first}, {})", (last + 1).saturating_sub(first)),
        None => text,
    }
}

/// Whether a value is one of the values, or lies in one of the ranges of values of its own length.
fn in_ranges(value: &str, entries: &[(ValueRange, String)]) -> String {
    let (single, ranges): (Vec<&ValueRange>, Vec<&ValueRange>) = entries
        .iter()
        .map(|(range, _)| range)
        .partition(|range| range.from == range.to);
    let mut tests: Vec<String> = Vec::new();
    if !single.is_empty() {
        let list: Vec<String> = single.iter().map(|range| literal(&range.from)).collect();
        tests.push(format!("{value} IN ({})", list.join(", ")));
    }
    tests.extend(ranges.iter().map(|range| {
        let length = range.from.chars().count();
        let (from, to) = (literal(&range.from), literal(&range.to));
        format!("(LENGTH({value}) = {length} AND {value} BETWEEN {from} AND {to})")
    }));
    tests.join(" OR ")
}

/// An identifier that may hold anything.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The Parquet files below a folder of which the rest of the path is like `pattern`, as DuckDB reads them behind `FROM`. Characters of its
/// patterns stand for themselves in brackets. Without the option, a folder such as `year=2020` above the files would be a column.
pub fn duckdb_files(folder: &Path, pattern: &str) -> String {
    let is_of_pattern = |c: char| matches!(c, '[' | ']' | '*' | '?' | '{' | '}');
    let escaped = |c: char| {
        if is_of_pattern(c) {
            format!("[{c}]")
        } else {
            c.to_string()
        }
    };
    let folder: String = folder.display().to_string().chars().map(escaped).collect();
    let files = literal(&format!("{folder}/{pattern}"));
    format!("read_parquet({files}, hive_partitioning = false)")
}

/// A text that may hold anything.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
