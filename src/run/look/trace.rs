//! From a published figure down to the rows and cells it is summed from.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::super::bundle::partition_of;
use super::super::partition::file_name;
use super::super::reference::restriction;
use super::{LookError, Release, area, name_of, nearest, period};
use crate::domain::{Period, Table, a1};
use crate::lake::{self, RecordBatch, bridge, read, text_at};
use crate::pipeline::{Form, Indicator, Pipeline};
use crate::registry::{Area, Areas};
use crate::report::{
    Held, TraceArea, TraceCell, TraceFile, TraceLevel, TraceRecord, TraceReport, TraceRest, unit_word,
};
use crate::rollup::{self, Traced, Tracer};

/// What is asked.
#[derive(Clone, Debug)]
pub struct TraceQuery {
    /// Id of the indicator.
    pub indicator: String,
    /// Code of the area.
    pub area: String,
    /// The period.
    pub period: String,
    /// Areas of a level, and records, that are listed; None: all.
    pub top: Option<usize>,
}

/// Looks. The sums are those of the facts; that they are what is published is checked.
///
/// # Errors
/// When a name is unknown, the release has no such figure, cannot be read, or does not add up.
pub fn trace(pipeline: &Pipeline, release: &Release, query: &TraceQuery) -> Result<TraceReport, LookError> {
    let at = pipeline
        .indicators
        .iter()
        .position(|indicator| indicator.id == query.indicator);
    let at = at.ok_or_else(|| LookError::Unknown {
        what: "indicator",
        given: query.indicator.clone(),
        nearest: nearest(
            &query.indicator,
            pipeline.indicators.iter().map(|indicator| indicator.id.as_str()),
        ),
    })?;
    let period = period(&query.period, pipeline)?;
    let registry = &release.registry;
    let areas = registry.at(period);
    let indicator = &pipeline.indicators[at];
    let search = Search {
        pipeline,
        release,
        indicator,
        form: &pipeline.forms[pipeline.measures[indicator.denominator].form],
        period,
        areas: &areas,
        area: area(&query.area, &areas)?,
        top: query.top.unwrap_or(usize::MAX),
    };
    let published = search.published()?;
    let found = search.add_up(&Tracer::new(pipeline, at)?)?;
    search.compare(&found, &published)?;
    search.report(found, &published)
}

/// The published row of the figure.
struct Published {
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    expected: i64,
    reported: i64,
    null_reason: Option<String>,
}

/// Exact sums.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    numerator: i64,
    denominator: i64,
    rows: i64,
}

/// What the facts give.
#[derive(Default)]
struct Found {
    whole: Sums,
    /// By the area of the records.
    by_area: BTreeMap<String, Sums>,
    /// The records that add most, in order.
    top: Vec<Record>,
    held: Held,
    denominator_of_these: i64,
}

/// A record that counts, with what is shown of it.
struct Record {
    numerator: i64,
    denominator: i64,
    area_code: String,
    key: Vec<String>,
    submission: String,
    sheet: Option<String>,
    row: Option<i64>,
    values: Vec<(String, Option<String>)>,
}

struct Search<'a> {
    pipeline: &'a Pipeline,
    release: &'a Release,
    indicator: &'a Indicator,
    form: &'a Form,
    period: Period,
    areas: &'a Areas,
    area: &'a Area,
    top: usize,
}

impl Search<'_> {
    fn published(&self) -> Result<Published, LookError> {
        let columns = [
            "period",
            "area_code",
            "indicator",
            "numerator",
            "denominator",
            "value",
            "n_expected",
            "n_reported",
            "null_reason",
        ];
        let table = self.release.table("indicators", &columns)?;
        let period = self.period.to_string();
        let row = (0..table.height()).find(|&row| {
            table.text(row, "indicator") == Some(&self.indicator.id)
                && table.text(row, "area_code") == Some(&self.area.code)
                && table.text(row, "period") == Some(&period)
        });
        let row = row.ok_or_else(|| LookError::NoFigure {
            indicator: self.indicator.id.clone(),
            area: self.area.code.clone(),
            period,
        })?;
        let number = |column: &str| table.number(row, column);
        Ok(Published {
            numerator: number("numerator"),
            denominator: number("denominator"),
            value: number("value"),
            expected: number("n_expected").map_or(0, |n| n as i64),
            reported: number("n_reported").map_or(0, |n| n as i64),
            null_reason: table.text(row, "null_reason").map(str::to_owned),
        })
    }

    /// The facts files in which rows of the area may lie: that of its partition, those of partitions within it, and those
    /// of wider senders.
    fn files(&self) -> Result<Vec<PathBuf>, LookError> {
        let folder = self
            .release
            .folder
            .join("facts")
            .join(&self.form.id)
            .join(self.period.to_string());
        let mut wanted: Vec<String> = (self.areas.ancestors(&self.area.code).iter())
            .map(|area| partition_of(self.pipeline, self.areas, &area.code))
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

    fn add_up(&self, tracer: &Tracer<'_>) -> Result<Found, LookError> {
        let key = self.form.key.iter().map(|&at| self.form.columns[at].id.as_str());
        let provenance = ["area_code", "submission_id", "sheet", "row"];
        let needed: Vec<&str> = tracer.needed().into_iter().chain(key).chain(provenance).collect();
        let shown = tracer.read();
        let mut found = Found::default();
        for path in self.files()? {
            let batch = read(&path, &needed)?;
            if let Some(column) = needed.iter().find(|column| batch.column_by_name(column).is_none()) {
                return Err(LookError::OtherDefinition {
                    form: self.form.id.clone(),
                    column: (*column).to_owned(),
                });
            }
            let frame = bridge::to_polars(&batch).map_err(lake::Error::from)?;
            let records = tracer.records(self.areas, &frame)?;
            self.add_batch(&mut found, &batch, records, &shown)?;
        }
        Ok(found)
    }

    fn add_batch(
        &self,
        found: &mut Found,
        batch: &RecordBatch,
        records: Vec<Traced>,
        shown: &[&str],
    ) -> Result<(), LookError> {
        let mut counted: Vec<(usize, i64, i64, String)> = Vec::new();
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
                self.hold(found, &record)?;
                continue;
            };
            found.whole = self.plus(found.whole, numerator, denominator)?;
            let own = found.by_area.entry(record.area_code.clone()).or_default();
            *own = self.plus(*own, numerator, denominator)?;
            counted.push((row, numerator, denominator, record.area_code));
        }
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.3.cmp(&b.3)).then(a.0.cmp(&b.0)));
        counted.truncate(self.top);
        found
            .top
            .extend(counted.into_iter().map(|(row, numerator, denominator, area_code)| {
                Record {
                    numerator,
                    denominator,
                    area_code,
                    key: self
                        .form
                        .key
                        .iter()
                        .filter_map(|&at| text_at(batch, &self.form.columns[at].id, row))
                        .collect(),
                    submission: text_at(batch, "submission_id", row).unwrap_or_default(),
                    sheet: text_at(batch, "sheet", row),
                    row: text_at(batch, "row", row).and_then(|row| row.parse().ok()),
                    values: shown
                        .iter()
                        .map(|column| ((*column).to_owned(), text_at(batch, column, row)))
                        .collect(),
                }
            }));
        let order = |record: &Record| {
            (
                std::cmp::Reverse(record.numerator),
                record.area_code.clone(),
                record.key.clone(),
                record.submission.clone(),
                record.row,
            )
        };
        found.top.sort_by_cached_key(order);
        found.top.truncate(self.top);
        Ok(())
    }

    /// An accepted record that is not in the figure, and why.
    fn hold(&self, found: &mut Found, record: &Traced) -> Result<(), LookError> {
        let held = &mut found.held;
        match (record.included, record.numerator, record.denominator) {
            (Some(false), ..) => held.rows_excluded += 1,
            (None, ..) => held.rows_undecided += 1,
            (Some(true), _, None) => held.rows_without_denominator += 1,
            (Some(true), _, Some(denominator)) => {
                held.rows_without_numerator += 1;
                let sum = found.denominator_of_these.checked_add(denominator);
                found.denominator_of_these = sum.ok_or_else(|| self.overflow())?;
            }
        }
        Ok(())
    }

    fn plus(&self, sums: Sums, numerator: i64, denominator: i64) -> Result<Sums, LookError> {
        let plus = |a: i64, b: i64| a.checked_add(b).ok_or_else(|| self.overflow());
        Ok(Sums {
            numerator: plus(sums.numerator, numerator)?,
            denominator: plus(sums.denominator, denominator)?,
            rows: sums.rows + 1,
        })
    }

    fn overflow(&self) -> LookError {
        rollup::Error::Overflow {
            what: self.indicator.id.clone(),
        }
        .into()
    }

    fn numerator(&self, sum: i64) -> f64 {
        sum as f64 / 10_f64.powi(self.pipeline.measures[self.indicator.numerator].scale as i32)
    }

    fn denominator(&self, sum: i64) -> f64 {
        sum as f64 / 10_f64.powi(self.pipeline.measures[self.indicator.denominator].scale as i32)
    }

    /// The rows must add up to what is published, to the last digit.
    fn compare(&self, found: &Found, published: &Published) -> Result<(), LookError> {
        let (numerator, denominator) = (
            self.numerator(found.whole.numerator),
            self.denominator(found.whole.denominator),
        );
        let same = match (published.numerator, published.denominator) {
            (Some(a), Some(b)) => (a, b) == (numerator, denominator),
            _ => found.whole.rows == 0,
        };
        let text = |value: Option<f64>| value.map_or("-".to_owned(), |value| value.to_string());
        if same {
            return Ok(());
        }
        Err(LookError::Mismatch {
            found: format!("{numerator} ÷ {denominator}"),
            published: format!("{} ÷ {}", text(published.numerator), text(published.denominator)),
            changed: self.release.source.definition_changed,
        })
    }

    fn report(&self, found: Found, published: &Published) -> Result<TraceReport, LookError> {
        let (pipeline, indicator) = (self.pipeline, self.indicator);
        let submissions = Submissions::read(self.release)?;
        let mut held = found.held.clone();
        held.reporters_expected = published.expected;
        held.reporters_reported = published.reported;
        held.denominator_of_these = self.denominator(found.denominator_of_these);
        (held.rows_quarantined, held.rows_quarantined_above) = submissions.quarantined(self);
        let levels = self.area.level + 1..pipeline.registry.levels.len();
        let mut report = TraceReport {
            source: self.release.source.clone(),
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            unit: indicator.unit.clone(),
            unit_title: unit_word(pipeline, &indicator.unit),
            factor: indicator.factor,
            numerator_formula: pipeline.measures[indicator.numerator].value.text.clone(),
            denominator_formula: pipeline.measures[indicator.denominator].value.text.clone(),
            restriction: restriction(pipeline, indicator),
            form: self.form.id.clone(),
            form_title: self.form.title.clone(),
            period: self.period.to_string(),
            area: TraceArea {
                value: published.value,
                ..self.part(&self.area.code, &found.whole, &found)
            },
            null_reason: published.null_reason.clone().filter(|_| published.value.is_none()),
            rows: found.whole.rows,
            held,
            levels: levels.filter_map(|level| self.level(level, &found)).collect(),
            records: Vec::new(),
            records_rest: TraceRest::default(),
            files: Vec::new(),
        };
        let mut listed = Sums::default();
        let mut files: BTreeMap<String, usize> = BTreeMap::new();
        for record in &found.top {
            listed = self.plus(listed, record.numerator, record.denominator)?;
            let file = *files.entry(record.submission.clone()).or_insert_with(|| {
                report.files.push(submissions.file(&record.submission));
                report.files.len() - 1
            });
            report.records.push(self.record(record, file, &submissions, &found));
        }
        report.records_rest = self.rest(&found.whole, &listed, found.whole.rows - listed.rows);
        Ok(report)
    }

    fn level(&self, level: usize, found: &Found) -> Option<TraceLevel> {
        let mut parts: BTreeMap<String, Sums> = BTreeMap::new();
        for (code, own) in &found.by_area {
            let above = self.areas.ancestors(code);
            let at = above
                .iter()
                .find(|area| area.level <= level)
                .map_or(code.as_str(), |area| &area.code);
            let part = parts.entry(at.to_owned()).or_default();
            part.numerator += own.numerator;
            part.denominator += own.denominator;
            part.rows += own.rows;
        }
        // A level that no area has says nothing that the one above does not.
        parts
            .keys()
            .find(|code| self.areas.get(code).is_some_and(|area| area.level == level))?;
        let mut parts: Vec<(String, Sums)> = parts.into_iter().collect();
        parts.sort_by(|a, b| b.1.numerator.cmp(&a.1.numerator).then_with(|| a.0.cmp(&b.0)));
        let hidden = parts.split_off(parts.len().min(self.top));
        let mut listed = Sums::default();
        for (_, own) in &parts {
            listed.numerator += own.numerator;
            listed.denominator += own.denominator;
        }
        Some(TraceLevel {
            level: self.pipeline.registry.levels[level].clone(),
            areas: parts.iter().map(|(code, own)| self.part(code, own, found)).collect(),
            rest: self.rest(&found.whole, &listed, hidden.len() as i64),
        })
    }

    fn part(&self, code: &str, own: &Sums, found: &Found) -> TraceArea {
        let (numerator, denominator) = (self.numerator(own.numerator), self.denominator(own.denominator));
        let parent = self.areas.get(code).and_then(|area| area.parent_code.as_deref());
        TraceArea {
            code: code.to_owned(),
            name: name_of(self.areas, code),
            above: parent
                .filter(|parent| *parent != self.area.code && code != self.area.code)
                .map(|parent| name_of(self.areas, parent)),
            numerator,
            denominator,
            value: (own.denominator != 0).then(|| numerator / denominator * self.indicator.factor),
            share: self.share(own.numerator, found),
        }
    }

    fn share(&self, numerator: i64, found: &Found) -> Option<f64> {
        (found.whole.numerator != 0).then(|| numerator as f64 / found.whole.numerator as f64)
    }

    fn rest(&self, whole: &Sums, listed: &Sums, count: i64) -> TraceRest {
        TraceRest {
            count,
            numerator: self.numerator(whole.numerator - listed.numerator),
            denominator: self.denominator(whole.denominator - listed.denominator),
        }
    }

    fn record(&self, record: &Record, file: usize, submissions: &Submissions, found: &Found) -> TraceRecord {
        let cell = |(column, value): &(String, Option<String>)| {
            let place = submissions.place(&record.submission, column);
            TraceCell {
                column: column.clone(),
                header: place.as_ref().map(|(header, _)| header.clone()),
                cell: place.and_then(|(_, index)| Some(a1(index?, u32::try_from(record.row?).ok()?))),
                value: value.clone(),
            }
        };
        TraceRecord {
            key: record.key.clone(),
            area_code: record.area_code.clone(),
            area: name_of(self.areas, &record.area_code),
            numerator: self.numerator(record.numerator),
            denominator: self.denominator(record.denominator),
            share: self.share(record.numerator, found),
            file,
            sheet: record.sheet.clone(),
            row: record.row,
            cells: record.values.iter().map(cell).collect(),
        }
    }
}

/// Where records came from.
struct Submissions {
    table: Table,
    by_id: BTreeMap<String, usize>,
    /// Layout and column → header and physical column, from 0.
    places: BTreeMap<(String, String), (String, u32)>,
}

impl Submissions {
    fn read(release: &Release) -> Result<Submissions, LookError> {
        let columns = [
            "submission_id",
            "path",
            "sha256",
            "form",
            "period",
            "county_code",
            "format",
            "status",
            "rows_quarantined",
            "layout",
        ];
        let table = release.table("submissions", &columns)?;
        let by_id = (0..table.height())
            .filter_map(|row| Some((table.text(row, "submission_id")?.to_owned(), row)))
            .collect();
        let layouts = release.table("layouts", &["layout", "position", "column", "header"])?;
        let mut places = BTreeMap::new();
        for row in 0..layouts.height() {
            let text = |column: &str| layouts.text(row, column).map(str::to_owned);
            let index = layouts
                .number(row, "position")
                .and_then(|at| (at as u32).checked_sub(1));
            if let (Some(layout), Some(column), Some(header), Some(index)) =
                (text("layout"), text("column"), text("header"), index)
            {
                places.insert((layout, column), (header, index));
            }
        }
        Ok(Submissions { table, by_id, places })
    }

    fn text(&self, submission: &str, column: &str) -> Option<&str> {
        self.table.text(*self.by_id.get(submission)?, column)
    }

    fn file(&self, submission: &str) -> TraceFile {
        let text = |column: &str| self.text(submission, column).unwrap_or_default().to_owned();
        TraceFile {
            submission: submission.to_owned(),
            path: text("path"),
            sha256: text("sha256"),
        }
    }

    /// Header and physical column of a form's column; no physical column in a JSON file.
    fn place(&self, submission: &str, column: &str) -> Option<(String, Option<u32>)> {
        let layout = self.text(submission, "layout")?;
        let (header, index) = self.places.get(&(layout.to_owned(), column.to_owned()))?;
        let keyed = self
            .text(submission, "format")
            .is_some_and(|format| format.starts_with("json"));
        Some((header.clone(), Some(*index).filter(|_| !keyed)))
    }

    /// Quarantined rows of the form and period: of senders in the area, and of wider ones.
    fn quarantined(&self, search: &Search<'_>) -> (i64, i64) {
        let (mut within, mut above) = (0, 0);
        let period = search.period.to_string();
        for row in 0..self.table.height() {
            let text = |column: &str| self.table.text(row, column);
            if text("form") != Some(&search.form.id)
                || text("period") != Some(&period)
                || text("status") == Some("superseded")
            {
                continue;
            }
            let sender = text("county_code").unwrap_or_default();
            let rows = self.table.number(row, "rows_quarantined").map_or(0, |rows| rows as i64);
            if search.areas.contains(&search.area.code, sender) {
                within += rows;
            } else if search.areas.contains(sender, &search.area.code) {
                above += rows;
            }
        }
        (within, above)
    }
}
