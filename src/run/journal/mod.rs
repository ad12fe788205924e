//! Every run is noted, whatever it came to: in `runs.parquet` of the output folder, and in `run.json` until the next one begins.

mod files;
mod row;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::exports::Exports;
use super::lineage::Lineage;
use super::outcome::{Outcome, RunOptions, Told};
use super::stages::{Stages, seconds};
use super::{RunError, Scope};
use crate::lake::{FileMeta, Output};
use crate::pipeline::Pipeline;
use crate::report::RunRecord;
use crate::tables::{Columns, RunRow, table_specs};

/// The run that this process makes, for the thread that a signal starts.
static UNDER_WAY: Mutex<Option<Arc<Begun>>> = Mutex::new(None);

/// A run that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Its stages.
    pub stages: Stages,
    clock: Instant,
    started_at: String,
    run_id: String,
    as_of: Date,
    periods: String,
    left_out: Option<String>,
    definition_sha256: String,
    output: Output,
    meta: FileMeta,
    exports: Exports,
    lineage: Option<Lineage>,
}

impl Begun {
    /// Now, by the holder of the lock. `run.json` says so from here on; if it says the same of an earlier run, that one was killed,
    /// which is noted. That anything cannot be noted is a warning: the run goes on.
    pub fn now(pipeline: &Pipeline, scope: &Scope, output: &Output, options: &RunOptions) -> Arc<Begun> {
        let begun = Arc::new(Begun::of(pipeline, scope, output, options));
        if let Some(killed) = files::unended(output) {
            tracing::warn!(
                started_at = killed.row().started_at,
                "an earlier run did not end: it was killed, or the machine failed"
            );
            begun.append(&killed);
            if let Some(lineage) = &begun.lineage {
                lineage.end(&killed, &begun.started_at);
            }
        }
        if let Some(lineage) = &begun.lineage {
            lineage.start(&begun.run_id, &begun.started_at);
        }
        begun.replace(&RunRecord::of(begun.row()));
        *UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&begun));
        begun
    }

    /// Now, and nothing says so.
    pub fn of(pipeline: &Pipeline, scope: &Scope, output: &Output, options: &RunOptions) -> Begun {
        let at = Timestamp::now();
        Begun {
            stages: Stages::default(),
            clock: Instant::now(),
            started_at: at.to_string(),
            run_id: run_id(&pipeline.name, at),
            as_of: scope.as_of,
            periods: row::listed(&pipeline.periods).unwrap_or_default(),
            left_out: row::listed(&scope.left_out),
            definition_sha256: pipeline.digest.clone(),
            output: output.clone(),
            meta: FileMeta::of_table(pipeline, &table_specs()[RunRow::TABLE]),
            exports: options.exports.clone(),
            lineage: Lineage::of(pipeline, options),
        }
    }

    /// Notes how the run ended.
    pub fn note(&self, pipeline: &Pipeline, ended: &Result<Outcome, RunError>, told: &Told) -> RunRecord {
        let record = self.record(pipeline, ended, told);
        self.write(&record);
        if let Some(lineage) = &self.lineage {
            let time = record.row().ended_at.unwrap_or_default();
            match ended {
                Ok(outcome) => lineage.result(&record, time, (pipeline, &self.output), outcome),
                Err(_) => lineage.end(&record, time),
            }
        }
        record
    }

    /// What is known of the run when it ends.
    pub fn record(&self, pipeline: &Pipeline, ended: &Result<Outcome, RunError>, told: &Told) -> RunRecord {
        match ended {
            Ok(outcome) => row::of_outcome(self.ended(), pipeline, outcome, told),
            Err(error) => row::of_error(self.ended(), error, told),
        }
    }

    fn write(&self, record: &RunRecord) {
        let confirmed = self.append(record);
        self.replace(record);
        self.exports.write_metrics(record, confirmed);
    }

    fn append(&self, record: &RunRecord) -> Option<Timestamp> {
        files::append(&self.output, record, &self.meta).unwrap_or_else(|error| {
            tracing::warn!(%error, "the run could not be noted in runs.parquet");
            None
        })
    }

    fn replace(&self, record: &RunRecord) {
        if let Err(error) = files::replace(&self.output, record) {
            tracing::warn!(%error, "run.json could not be written");
        }
    }

    /// The row of the run while it is under way.
    fn row(&self) -> RunRow<'_> {
        RunRow {
            periods: &self.periods,
            left_out: self.left_out.as_deref(),
            definition_sha256: &self.definition_sha256,
            ..RunRow::running(&self.started_at, Some(&self.run_id), self.as_of)
        }
    }

    /// What is known of the run when it ends, but for the outcome.
    fn ended(&self) -> row::Ended<'_> {
        row::Ended {
            row: self.row(),
            stages: &self.stages,
            ended_at: Timestamp::now().to_string(),
            seconds: seconds(self.clock.elapsed()),
        }
    }
}

/// Notes that a signal has stopped the run of this process, by the thread that has stopped it. None: no run has begun.
pub fn interrupted(signal: &str, exit: u8) -> Option<RunRecord> {
    let begun = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
    let record = row::of_signal(begun.ended(), signal, exit);
    begun.write(&record);
    if let Some(lineage) = &begun.lineage {
        lineage.end(&record, record.row().ended_at.unwrap_or_default());
    }
    Some(record)
}

/// A UUID of version 7: the millisecond of the start, then what tells apart runs of one millisecond.
fn run_id(pipeline: &str, at: Timestamp) -> String {
    let mut digest = Sha256::new();
    digest.update(format!("{pipeline}\n{}\n{}", at.as_nanosecond(), std::process::id()));
    let chance = digest.finalize();
    let milliseconds = at.as_millisecond().unsigned_abs();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&chance[..10]);
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = crate::domain::hex(&bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_run_begins_with_its_millisecond_and_says_its_version() {
        let at: Timestamp = "2026-11-28T01:20:47.739247Z".parse().unwrap();
        let id = run_id("p", at);
        let parts: Vec<&str> = id.split('-').collect();
        assert_eq!(
            parts.iter().map(|part| part.len()).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
        let milliseconds = u64::from_str_radix(&format!("{}{}", parts[0], parts[1]), 16).unwrap();
        assert_eq!(i64::try_from(milliseconds).unwrap(), at.as_millisecond());
        assert!(
            parts[2].starts_with('7') && parts[3].starts_with(['8', '9', 'a', 'b']),
            "{id}"
        );
        assert_ne!(id, run_id("q", at));
    }
}
