//! The facts of a figure added up again: exact sums, and the records that add most.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::search::Search;
use crate::domain::exact::plus;
use crate::lake::{self, RecordBatch, bridge, integer_at, read, text_at};
use crate::partition::file_name;
use crate::pipeline::{Form, FormIndex};
use crate::report::Held;
use crate::rollup::{Traced, Tracer};
use crate::run::look::error::LookError;

/// Exact sums.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) numerator: i128,
    pub(super) denominator: i128,
    pub(super) rows: i64,
}

impl Sums {
    pub(super) fn add(&mut self, numerator: i128, denominator: i128) {
        self.numerator = plus(self.numerator, numerator);
        self.denominator = plus(self.denominator, denominator);
        self.rows += 1;
    }
}

/// What the facts give.
#[derive(Default)]
pub(super) struct Found {
    pub(super) whole: Sums,
    /// By the area of the records.
    pub(super) by_area: BTreeMap<String, Sums>,
    /// The records that add most, in order.
    pub(super) top: Vec<Record>,
    pub(super) held: Held,
    pub(super) denominator_of_these: i128,
}

/// A record that counts, with what is shown of it.
pub(super) struct Record {
    pub(super) form: FormIndex,
    pub(super) numerator: i128,
    pub(super) denominator: i128,
    pub(super) area_code: String,
    pub(super) key: Vec<String>,
    pub(super) submission: String,
    pub(super) sheet: Option<String>,
    pub(super) row: Option<i64>,
    pub(super) values: Vec<(String, Option<String>)>,
}

impl Search<'_> {
    /// The facts files in which rows of the area may lie: that of its partition, those of partitions within it, and those
    /// of wider senders.
    fn files(&self, form: &Form) -> Result<Vec<PathBuf>, LookError> {
        let folder = self
            .release
            .folder
            .join("facts")
            .join(&form.id)
            .join(self.period.to_string());
        let mut wanted: Vec<String> = (self.areas.ancestors(&self.area.code).iter())
            .map(|area| self.areas.partition_of(self.pipeline.registry.partition, &area.code))
            .chain(
                (self.areas.at_level(self.pipeline.registry.partition))
                    .filter(|area| self.areas.contains(&self.area.code, &area.code))
                    .map(|area| area.code.clone()),
            )
            .map(|code| format!("{}.parquet", file_name(&code)))
            .collect();
        wanted.sort();
        wanted.dedup();
        let mut files = Vec::new();
        for name in wanted {
            let path = folder.join(name);
            match fs::metadata(&path) {
                Ok(_) => files.push(path),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(lake::Error::io("open", &path)(error).into()),
            }
        }
        Ok(files)
    }

    /// Adds the facts of a form; of two forms, the numerator's comes first.
    pub(super) fn add_up(&self, at: FormIndex, tracer: &Tracer<'_>, found: &mut Found) -> Result<(), LookError> {
        let form = &self.pipeline.forms[at];
        let key = form.key.iter().map(|&at| form.columns[at].id.as_str());
        let provenance = ["area_code", "submission_id", "sheet", "row"];
        let needed: Vec<&str> = tracer.needed().into_iter().chain(key).chain(provenance).collect();
        let shown = tracer.read();
        let mut top = Vec::new();
        for path in self.files(form)? {
            let batch = read(&path, &needed)?;
            if let Some(column) = needed.iter().find(|column| batch.column_by_name(column).is_none()) {
                return Err(LookError::OtherDefinition {
                    form: form.id.clone(),
                    column: (*column).to_owned(),
                });
            }
            let frame = bridge::to_polars(&batch).map_err(lake::Error::from)?;
            let records = tracer.records(self.areas, &frame)?;
            top.extend(self.add_batch(found, (at, &batch), records, &shown));
            top.sort_by_cached_key(|record: &Record| {
                (
                    Reverse(self.rank(at, record.numerator, record.denominator)),
                    record.area_code.clone(),
                    record.key.clone(),
                    record.submission.clone(),
                    record.row,
                )
            });
            top.truncate(self.top);
        }
        found.top.append(&mut top);
        Ok(())
    }

    /// By what records of a form are ranked: what they add to the numerator, where that is of the form.
    fn rank(&self, form: FormIndex, numerator: i128, denominator: i128) -> i128 {
        if self.pipeline.measures[self.indicator.numerator].form == form {
            numerator
        } else {
            denominator
        }
    }

    /// Adds records; gives those that add most.
    fn add_batch(
        &self,
        found: &mut Found,
        (form, batch): (FormIndex, &RecordBatch),
        records: Vec<Traced>,
        shown: &[&str],
    ) -> Vec<Record> {
        let columns = &self.pipeline.forms[form];
        let mut counted: Vec<(usize, i128, i128, String)> = Vec::new();
        let mut inside: Option<(String, bool)> = None;
        for (row, record) in records.into_iter().enumerate() {
            if inside.as_ref().is_none_or(|(code, _)| *code != record.area_code) {
                let is = record.area_code == self.area.code || self.areas.contains(&self.area.code, &record.area_code);
                inside = Some((record.area_code.clone(), is));
            }
            if !inside.as_ref().is_some_and(|(_, is)| *is) {
                continue;
            }
            let Some((numerator, denominator)) = record.counted() else {
                hold(found, &record);
                continue;
            };
            if (self.counting.as_ref()).is_some_and(|areas| !areas.contains(record.area_code.as_str())) {
                found.held.rows_unmatched += 1;
                continue;
            }
            found.whole.add(numerator, denominator);
            let own = found.by_area.entry(record.area_code.clone()).or_default();
            own.add(numerator, denominator);
            counted.push((row, numerator, denominator, record.area_code));
        }
        let part = |of: &(usize, i128, i128, String)| self.rank(form, of.1, of.2);
        counted.sort_by(|a, b| part(b).cmp(&part(a)).then_with(|| a.3.cmp(&b.3)).then(a.0.cmp(&b.0)));
        counted.truncate(self.top);
        let record = |(row, numerator, denominator, area_code)| {
            let key = columns.key.iter();
            Record {
                form,
                numerator,
                denominator,
                area_code,
                key: key
                    .filter_map(|&at| text_at(batch, &columns.columns[at].id, row))
                    .collect(),
                submission: text_at(batch, "submission_id", row).unwrap_or_default(),
                sheet: text_at(batch, "sheet", row),
                row: integer_at(batch, "row", row),
                values: shown
                    .iter()
                    .map(|column| ((*column).to_owned(), text_at(batch, column, row)))
                    .collect(),
            }
        };
        counted.into_iter().map(record).collect()
    }
}

/// An accepted record that is not in the figure, and why.
fn hold(found: &mut Found, record: &Traced) {
    let held = &mut found.held;
    match (record.included, record.numerator, record.denominator) {
        (Some(false), ..) => held.rows_excluded += 1,
        (None, ..) => held.rows_undecided += 1,
        (Some(true), _, None) => held.rows_without_denominator += 1,
        (Some(true), _, Some(denominator)) => {
            held.rows_without_numerator += 1;
            found.denominator_of_these = plus(found.denominator_of_these, denominator);
        }
    }
}
