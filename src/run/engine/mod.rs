//! The one step that reads every row, in an engine beside huizong: the sums that jobs have left to it, form by form. It reads the files of
//! the release in the making; everything after the sums is the same as with those that jobs make.

mod client;
mod dialect;

use std::collections::BTreeMap;
use std::path::PathBuf;

use client::{Client, Query};
use dialect::Dialect;

use super::RunError;
use super::engine_error::EngineError;
use crate::domain::Period;
use crate::lake::{Error, Output, SumsTable, TemporaryFolder, disk, read_sums};
use crate::partition::{BundleResult, LeftRecords, Shared, Sums};
use crate::pipeline::{ExternalEngine, FormIndex};
use crate::release::Staging;
use crate::rollup::{CubeParts, LeftSums};

/// The sums that jobs have left to the engine of the pipeline: none where it is the one within. `output` is where the files of the run are
/// staged: the engine reads them there.
///
/// # Errors
/// When the engine cannot be reached, refuses a query, takes too long, or gives what cannot be right.
pub fn sums(
    shared: &Shared<'_>,
    (staging, output): (&Staging, &Output),
    results: &[BundleResult],
) -> Result<CubeParts, RunError> {
    let pipeline = shared.pipeline;
    let Some(engine) = pipeline.engine.external() else {
        return Ok(CubeParts::default());
    };
    let (left, made) = left_of(results);
    let folder = output.stage()?;
    let place = std::path::absolute(folder.path()).map_err(Error::io("find", folder.path()))?;
    if !Dialect::of(engine).can_name(&place) {
        let (engine, path) = (client::shown(engine), output.root().to_owned());
        return Err(EngineError::Unnamed { engine, path }.into());
    }
    // A temporary folder is closed to others, as whom the engine may run.
    disk::open_to_others(folder.path(), output.root()).map_err(Error::io("open to others", folder.path()))?;
    let (mut parts, mut asked) = (CubeParts::default(), Vec::new());
    for (form, records) in left {
        let of_form = LeftForm {
            form,
            id: &pipeline.forms[form].id,
            sums: LeftSums::new(pipeline, form),
            records: records
                .iter()
                .map(|(period, all)| (*period, all.iter().map(|one| one.records).sum()))
                .collect(),
        };
        let query = of_form.query(
            Dialect::of(engine),
            (staging, &folder),
            records.values().flatten().copied(),
        )?;
        match query {
            Some(query) => asked.push((of_form, query)),
            // Nothing but superseded records, and not even a file: every sum is one of nothing.
            None => of_form.add(&SumsTable::default(), engine, &mut parts)?,
        }
    }
    let queries: Vec<&Query> = asked.iter().map(|(_, query)| query).collect();
    if !queries.is_empty() {
        tracing::info!(
            engine = client::shown(engine),
            forms = queries.len(),
            partitions_summed_within = made,
            "asking the engine for the sums"
        );
        Client::new(engine, pipeline.engine.minutes).run(&queries)?;
    }
    for (of_form, query) in &asked {
        let answer = read_sums(&query.result, &query.columns).map_err(|source| EngineError::Unread {
            engine: client::shown(engine),
            form: of_form.id.to_owned(),
            source: Box::new(source),
        })?;
        of_form.add(&answer, engine, &mut parts)?;
    }
    Ok(parts)
}

/// By form and period.
type Left<'r> = BTreeMap<FormIndex, BTreeMap<Period, Vec<&'r LeftRecords>>>;

/// What jobs have left, and the number of partitions whose sums they have made.
fn left_of(results: &[BundleResult]) -> (Left<'_>, usize) {
    let (mut left, mut made) = (Left::new(), 0);
    for partition in results.iter().flat_map(|bundle| &bundle.partitions) {
        match &partition.sums {
            Some(Sums::Left(records)) => {
                let of_form = left.entry(partition.form).or_default();
                of_form.entry(partition.period).or_default().push(records);
            }
            Some(Sums::Made(_)) => made += 1,
            None => {}
        }
    }
    (left, made)
}

/// A form whose sums are left to an engine.
struct LeftForm<'p> {
    form: FormIndex,
    id: &'p str,
    sums: LeftSums,
    /// How many records of each period.
    records: BTreeMap<Period, u64>,
}

impl LeftForm<'_> {
    /// What the engine is asked; its files are linked into folders of their own, so that it need not be told thousands of names. None: there
    /// is no file.
    fn query<'r>(
        &self,
        dialect: Dialect,
        (staging, folder): (&Staging, &TemporaryFolder),
        left: impl Iterator<Item = &'r LeftRecords>,
    ) -> Result<Option<Query>, RunError> {
        let own =
            std::path::absolute(folder.path().join(self.form.to_string())).map_err(Error::io("find", folder.path()))?;
        let mut folders = BTreeMap::new();
        for (number, path) in left.flat_map(|records| &records.files).enumerate() {
            let part = path.split('/').next().unwrap_or_default();
            let in_part = folders.entry(part).or_insert_with(|| own.join(part));
            disk::link(&staging.path(path), &in_part.join(format!("{number:06}.parquet")))?;
        }
        let files = |part: &str| folders.get(part).map(|folder: &PathBuf| dialect.files(folder));
        let (facts, uncounted) = (files("facts"), files("uncounted"));
        if facts.is_none() && uncounted.is_none() {
            return Ok(None);
        }
        let sql = self.sums.sql(facts.as_deref(), uncounted.as_deref());
        Ok(Some(Query {
            form: self.id.to_owned(),
            sql: dialect.adapted(&sql),
            columns: self.sums.columns(),
            result: own.join("sums.parquet"),
        }))
    }

    /// Adds what an answer says of each period.
    fn add(&self, answer: &SumsTable, engine: &ExternalEngine, parts: &mut CubeParts) -> Result<(), EngineError> {
        let cells = self.sums.cells(answer, &self.records);
        let cells = cells.map_err(|reason| EngineError::Wrong {
            engine: client::shown(engine),
            form: self.id.to_owned(),
            reason,
        })?;
        for (period, cells) in cells {
            parts.push(self.form, period, cells);
        }
        Ok(())
    }
}
