//! What differs between two releases: tables by key, the files of rows by where each row came from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::error::LookError;
use super::files::names;
use super::offer::Offer;
use super::release::find;
use crate::lake::records::ORIGIN;
use crate::lake::{Output, read_frame};
use crate::release::{Found, Record};
use crate::report::{CellChange, ColumnChange, DiffReport, DiffSide, FileCounts, RetypedColumn, TableDiff};
use crate::tables::{Frame, Tolerance, Value, Values, align, changed, table_specs};

/// The table that says what changed since one certain release: held against that of another, it says nothing.
const RELATIVE: &str = "revisions";

/// What is asked.
#[derive(Clone, Debug)]
pub struct DiffQuery {
    /// The word for the first.
    pub from: String,
    /// The word for the second.
    pub to: String,
    /// Only this table; None: all.
    pub table: Option<String>,
    /// By how much doubles may differ and still be the same.
    pub absolute_tolerance: f64,
    /// The same as a share of the larger of the two.
    pub relative_tolerance: f64,
    /// Changed cells and rows that are named of each table.
    pub top: usize,
}

impl DiffQuery {
    fn tolerance(&self) -> Tolerance {
        Tolerance {
            absolute: self.absolute_tolerance,
            relative: self.relative_tolerance,
        }
    }
}

/// Holds two releases against each other. Files with the same hash in both manifests are not opened.
///
/// # Errors
/// When a word means no release, no table has the name, or a file cannot be read.
pub fn diff(output: &Path, query: &DiffQuery) -> Result<DiffReport, LookError> {
    let output = Output::at(output);
    let (from, to) = (find(&output, &query.from)?, find(&output, &query.to)?);
    let (one, other) = (Side::of(&from)?, Side::of(&to)?);
    let mut names: BTreeSet<&String> = one.tables.keys().chain(other.tables.keys()).collect();
    match &query.table {
        Some(table) if !names.contains(table) => {
            return Err(LookError::Unknown {
                what: "table",
                given: table.clone(),
                offer: Offer::of_all(table, names.iter().map(|name| name.as_str())),
            });
        }
        Some(table) => names.retain(|name| *name == table),
        None => names.retain(|name| *name != RELATIVE),
    }
    let names: Vec<&String> = names.into_iter().collect();
    let compared = names.par_iter().map(|name| compare(name, (&one, &other), query));
    let tables: Vec<TableDiff> = compared.collect::<Result<_, LookError>>()?;
    Ok(DiffReport {
        inputs: inputs(&one, &other),
        definition_changed: differs(&one, &other, |record| &record.definition_sha256),
        program_changed: differs(&one, &other, |record| &record.huizong_version),
        from: one.told(from.name),
        to: other.told(to.name),
        tolerance: query.tolerance(),
        tables,
    })
}

/// One of the two.
struct Side {
    record: Option<Record>,
    /// Files of each table, by path below the release.
    tables: BTreeMap<String, BTreeMap<String, StoredFile>>,
}

struct StoredFile {
    path: PathBuf,
    /// By the manifest; None: it does not have the file.
    sha256: Option<String>,
}

impl Side {
    fn of(found: &Found) -> Result<Side, LookError> {
        let record = Record::read(&found.folder);
        let mut hashes: BTreeMap<&str, &str> = BTreeMap::new();
        for file in record.iter().flat_map(|record| &record.outputs) {
            hashes.insert(&file.path, &file.sha256);
        }
        let mut tables: BTreeMap<String, BTreeMap<String, StoredFile>> = BTreeMap::new();
        let mut add = |table: String, relative: String| {
            let file = StoredFile {
                path: found.folder.join(&relative),
                sha256: hashes.get(relative.as_str()).map(ToString::to_string),
            };
            tables.entry(table).or_default().insert(relative, file);
        };
        for name in names(&found.folder.join("tables"))? {
            if let Some(table) = name.strip_suffix(".parquet") {
                add(table.to_owned(), format!("tables/{name}"));
            }
        }
        for part in ["facts", "uncounted"] {
            let of_part = found.folder.join(part);
            for form in names(&of_part)? {
                for period in names(&of_part.join(&form))? {
                    for name in names(&of_part.join(&form).join(&period))? {
                        if name.ends_with(".parquet") {
                            add(format!("{part}/{form}"), format!("{part}/{form}/{period}/{name}"));
                        }
                    }
                }
            }
        }
        Ok(Side { record, tables })
    }

    fn told(&self, name: String) -> DiffSide {
        let record = self.record.as_ref();
        DiffSide {
            name,
            created_at: record.map(|record| record.created_at.clone()),
            huizong_version: record.map(|record| record.huizong_version.clone()),
            periods: record.map(|record| record.periods.clone()).unwrap_or_default(),
        }
    }
}

fn differs<'a>(one: &'a Side, other: &'a Side, what: impl Fn(&'a Record) -> &'a String) -> Option<bool> {
    Some(what(one.record.as_ref()?) != what(other.record.as_ref()?))
}

/// Files received, by path and content.
fn inputs(one: &Side, other: &Side) -> Option<FileCounts> {
    let files = |side: &Side| -> Option<BTreeMap<String, Option<String>>> {
        let inputs = side.record.as_ref()?.inputs.iter();
        Some(inputs.map(|file| (file.path.clone(), file.sha256.clone())).collect())
    };
    let (before, after) = (files(one)?, files(other)?);
    let both = after.iter().filter_map(|(path, hash)| Some((before.get(path)?, hash)));
    let (mut shared, mut changed) = (0, 0);
    for (old, new) in both {
        shared += 1;
        changed += usize::from(old != new);
    }
    Some(FileCounts {
        added: after.len() - shared,
        removed: before.len() - shared,
        changed,
    })
}

fn compare(name: &str, (one, other): (&Side, &Side), query: &DiffQuery) -> Result<TableDiff, LookError> {
    let (before, after) = (one.tables.get(name), other.tables.get(name));
    let mut found = Comparison::new(name, query);
    found.diff.only_in = match (before, after) {
        (Some(_), None) => Some("from"),
        (None, Some(_)) => Some("to"),
        _ => None,
    };
    let empty = BTreeMap::new();
    let (before, after) = (before.unwrap_or(&empty), after.unwrap_or(&empty));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for path in paths {
        let (old, new) = (before.get(path), after.get(path));
        let same = |(old, new): (&StoredFile, &StoredFile)| old.sha256.is_some() && old.sha256 == new.sha256;
        if old.zip(new).is_some_and(same) {
            continue;
        }
        let read = |file: Option<&StoredFile>| file.map(|file| read_frame(&file.path)).transpose();
        found.files(read(old)?, read(new)?);
    }
    Ok(found.done())
}

/// What has been found of a table, one file after the other.
struct Comparison<'q> {
    query: &'q DiffQuery,
    diff: TableDiff,
    key: Vec<String>,
    columns: BTreeMap<String, Changed>,
    /// Columns in the order of the files.
    order: Vec<String>,
}

/// What has been found of a column.
#[derive(Default)]
struct Changed {
    cells: usize,
    /// Largest absolute value in either.
    scale: f64,
    /// The largest changes.
    top: Vec<CellChange>,
}

impl<'q> Comparison<'q> {
    fn new(name: &str, query: &'q DiffQuery) -> Comparison<'q> {
        let of_table = table_specs().get(name).map(|spec| spec.key.clone());
        // Rows have their origin, whatever the key of their form.
        let of_rows = || name.contains('/').then(|| ORIGIN.map(str::to_owned).to_vec());
        Comparison {
            query,
            diff: TableDiff::new(name),
            key: of_table.or_else(of_rows).unwrap_or_default(),
            columns: BTreeMap::new(),
            order: Vec::new(),
        }
    }

    /// Holds the same file of both against each other, of which one may be lacking.
    fn files(&mut self, before: Option<Frame>, after: Option<Frame>) {
        let empty = |like: &Option<Frame>| Frame {
            columns: like
                .iter()
                .flat_map(|frame| &frame.columns)
                .map(|(name, values)| (name.clone(), values.emptied()))
                .collect(),
            height: 0,
        };
        let (old, new) = match (before, after) {
            (None, None) => return,
            (before, None) => (before.clone().unwrap_or_default(), empty(&before)),
            (None, after) => (empty(&after), after.unwrap_or_default()),
            (Some(old), Some(new)) => (old, new),
        };
        self.diff.rows_before += old.height;
        self.diff.rows_after += new.height;
        self.schema(&old, &new);
        let Some(aligned) = align(&old, &new, &self.key) else {
            self.diff.not_keyed = true;
            return;
        };
        self.diff.removed += aligned.removed.len();
        self.diff.added += aligned.added.len();
        let named = |frame: &Frame, rows: &[usize], room: usize| -> Vec<String> {
            rows.iter().take(room).map(|row| self.key_of(frame, *row)).collect()
        };
        let room = |named: &Vec<String>| self.query.top.saturating_sub(named.len());
        let removed = named(&old, &aligned.removed, room(&self.diff.removed_rows));
        let added = named(&new, &aligned.added, room(&self.diff.added_rows));
        self.diff.removed_rows.extend(removed);
        self.diff.added_rows.extend(added);
        let mut rows: BTreeSet<usize> = BTreeSet::new();
        for (name, values) in &old.columns {
            let Some(other) = new.column(name).filter(|_| !self.key.contains(name)) else {
                continue;
            };
            let Some(cells) = changed(values, other, &aligned.both, self.query.tolerance()) else {
                continue;
            };
            if cells.is_empty() {
                continue;
            }
            rows.extend(cells.iter().map(|cell| cell.0));
            self.cells(name, values, (&new, other), &cells);
        }
        self.diff.changed += rows.len();
    }

    fn schema(&mut self, old: &Frame, new: &Frame) {
        let kind = |values: &Values| format!("{:?}", values.kind()).to_lowercase();
        for (name, values) in &old.columns {
            match new.column(name) {
                None => note(&mut self.diff.columns_removed, name.clone()),
                Some(other) if other.kind() != values.kind() => note(
                    &mut self.diff.columns_retyped,
                    RetypedColumn {
                        column: name.clone(),
                        before: kind(values),
                        after: kind(other),
                    },
                ),
                Some(_) => {}
            }
        }
        for (name, _) in new.columns.iter().filter(|(name, _)| old.column(name).is_none()) {
            note(&mut self.diff.columns_added, name.clone());
        }
    }

    fn cells(&mut self, name: &str, one: &Values, (new, other): (&Frame, &Values), cells: &[(usize, usize)]) {
        if !self.columns.contains_key(name) {
            self.order.push(name.to_owned());
        }
        let scale = largest(one).max(largest(other));
        let mut ranked: Vec<(f64, usize)> = cells
            .iter()
            .enumerate()
            .map(|(at, &(a, b))| (size(one, a, other, b), at))
            .collect();
        ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        ranked.truncate(self.query.top);
        let top: Vec<CellChange> = (ranked.into_iter())
            .map(|(size, at)| {
                let (a, b) = cells[at];
                CellChange {
                    row: self.key_of(new, b),
                    column: name.to_owned(),
                    before: text(one.get(a)),
                    after: text(other.get(b)),
                    difference: real(one.get(a)).zip(real(other.get(b))).map(|(one, other)| other - one),
                    size,
                }
            })
            .collect();
        let known = self.columns.entry(name.to_owned()).or_default();
        known.cells += cells.len();
        known.scale = known.scale.max(scale);
        known.top.extend(top);
        known.top.sort_by(|one, other| other.size.total_cmp(&one.size));
        known.top.truncate(self.query.top);
    }

    /// The values of a row's key.
    fn key_of(&self, frame: &Frame, row: usize) -> String {
        let columns = self.key.iter().filter_map(|name| frame.column(name));
        let values = columns.map(|values| text(values.get(row)).unwrap_or_else(|| "-".to_owned()));
        values.collect::<Vec<_>>().join(" ")
    }

    fn done(mut self) -> TableDiff {
        let mut top = Vec::new();
        for name in &self.order {
            let Some(column) = self.columns.remove(name) else {
                continue;
            };
            self.diff.columns.push(ColumnChange {
                column: name.clone(),
                cells: column.cells,
            });
            // Columns have units of their own: a change counts as a share of the largest value of its column.
            top.extend(column.top.into_iter().map(|mut change| {
                if column.scale > 0.0 {
                    change.size /= column.scale;
                }
                change
            }));
        }
        top.sort_by(|one: &CellChange, other: &CellChange| other.size.total_cmp(&one.size));
        top.truncate(self.query.top);
        self.diff.top = top;
        self.diff
    }
}

/// Adds what is not there yet: the files of a table have the same columns.
fn note<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

fn real(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Integer(value) => value.map(|value| value as f64),
        Value::Real(value) => value.filter(|value| !value.is_nan()),
        _ => None,
    }
}

/// How large a change is: the difference of two numbers, the number itself where the other is null; 0 of all else.
fn size(one: &Values, a: usize, other: &Values, b: usize) -> f64 {
    match (real(one.get(a)), real(other.get(b))) {
        (Some(one), Some(other)) => (other - one).abs(),
        (Some(only), None) | (None, Some(only)) => only.abs(),
        (None, None) => 0.0,
    }
}

fn largest(values: &Values) -> f64 {
    let sizes: Box<dyn Iterator<Item = f64> + '_> = match values {
        Values::Integer(all) => Box::new(all.iter().flatten().map(|value| (value as f64).abs())),
        Values::Real(all) => Box::new(all.iter().flatten().map(|value| value.abs())),
        _ => return 0.0,
    };
    sizes.filter(|size| size.is_finite()).fold(0.0, f64::max)
}

fn text(value: Value<'_>) -> Option<String> {
    match value {
        Value::Text(value) => value.map(str::to_owned),
        Value::Integer(value) => value.map(|value| value.to_string()),
        Value::Real(value) => value.map(|value| value.to_string()),
        Value::Boolean(value) => value.map(|value| value.to_string()),
        Value::Date(value) => value.map(|value| value.to_string()),
    }
}
