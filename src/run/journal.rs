//! Every run is noted in `runs.parquet` of the output folder, whatever it came to.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use jiff::Timestamp;

use super::{Ending, Outcome, RunError, Scope};
use crate::domain::Period;
use crate::lake::{Error, Output, disk, read_table, replace_table};
use crate::pipeline::Pipeline;
use crate::release::GateCheck;
use crate::tables::{RunRow, Table};

/// A run that has begun.
pub struct Begun {
    at: Timestamp,
    clock: Instant,
}

impl Begun {
    /// Now.
    pub fn now() -> Begun {
        Begun {
            at: Timestamp::now(),
            clock: Instant::now(),
        }
    }

    /// Notes how it ended. That this fails is a warning: the run has ended as it has.
    pub fn note(&self, pipeline: &Pipeline, scope: &Scope, output: &Output, ended: &Result<Outcome, RunError>) {
        if let Err(error) = self.append(pipeline, scope, output, ended) {
            tracing::warn!(%error, "the run could not be noted in runs.parquet");
        }
    }

    fn append(
        &self,
        pipeline: &Pipeline,
        scope: &Scope,
        output: &Output,
        ended: &Result<Outcome, RunError>,
    ) -> Result<(), Error> {
        let mut table = earlier(output)?;
        let (started_at, periods) = (
            self.at.to_string(),
            Period::listed(&pipeline.periods).replace(", ", "; "),
        );
        let outcome = ended.as_ref().ok();
        let release = |outcome: &Outcome| match outcome.ending {
            Ending::Published { .. } | Ending::Unchanged => outcome.current.clone(),
            Ending::Withheld | Ending::Partial { .. } => None,
        };
        let (release, current) = (outcome.and_then(release), outcome.and_then(|of| of.current.clone()));
        let gate_failed = outcome.map(|of| failed(&of.gate)).filter(|failed| !failed.is_empty());
        let error = ended.as_ref().err().map(told);
        let counted = |of: fn(&Outcome) -> &BTreeMap<String, u64>, what: &str| {
            outcome.map(|outcome| of(outcome).get(what).copied().unwrap_or(0) as i64)
        };
        let rows = outcome.map(|outcome| outcome.rows);
        table.push(RunRow {
            started_at: &started_at,
            seconds: (self.clock.elapsed().as_secs_f64() * 1e3).round() / 1e3,
            outcome: outcome.map_or("failed", |outcome| outcome.ending.token()),
            release: release.as_deref(),
            current: current.as_deref(),
            as_of: scope.as_of,
            periods: &periods,
            submissions: outcome.map(|outcome| outcome.submissions.values().sum::<u64>() as i64),
            submissions_rejected: counted(|of| &of.submissions, "rejected"),
            rows_read: rows.map(|rows| rows.read as i64),
            rows_accepted: rows.map(|rows| rows.accepted as i64),
            rows_quarantined: rows.map(|rows| rows.quarantined as i64),
            rows_superseded: rows.map(|rows| rows.superseded as i64),
            rows_set_aside: rows.map(|rows| rows.set_aside as i64),
            findings_hard: counted(|of| &of.findings, "hard"),
            findings_explain: counted(|of| &of.findings, "explain"),
            findings_info: counted(|of| &of.findings, "info"),
            partitions: outcome.map(|outcome| outcome.partitions.all as i64),
            partitions_reused: outcome.map(|outcome| outcome.partitions.reused as i64),
            figures_moved: outcome.filter(|of| of.ending != Ending::Unchanged).map(|of| of.moved as i64),
            gate_failed: gate_failed.as_deref(),
            error: error.as_deref(),
            huizong_version: env!("CARGO_PKG_VERSION"),
            definition_sha256: &pipeline.digest,
        });
        replace_table(&path(output), &table, pipeline)
    }
}

/// Where the runs of an output folder are noted.
pub fn path(output: &Output) -> PathBuf {
    output.root().join("runs.parquet")
}

/// The runs so far. A file that cannot be read is set aside, and a new one begins.
fn earlier(output: &Output) -> Result<Table, Error> {
    let file = path(output);
    let mut table = Table::of::<RunRow>();
    if !file.exists() {
        return Ok(table);
    }
    match read_table::<RunRow>(&file) {
        Ok(read) => read.rows::<RunRow>().for_each(|row| table.push(row)),
        Err(error) => {
            let aside = output.root().join("runs-damaged.parquet");
            disk::rename(&file, &aside)?;
            tracing::warn!(%error, "runs.parquet cannot be read; it is now runs-damaged.parquet, and a new one begins");
        }
    }
    Ok(table)
}

impl Ending {
    /// As it stands in logs and tables.
    pub fn token(&self) -> &'static str {
        match self {
            Ending::Published { .. } => "published",
            Ending::Unchanged => "unchanged",
            Ending::Withheld => "withheld",
            Ending::Partial { .. } => "partial",
        }
    }
}

/// Checks of the gate that were not passed: `min_reporting_share 2020 communities`.
fn failed(gate: &[GateCheck]) -> String {
    let each = |check: &GateCheck| {
        let parts = [Some(check.check), check.period.as_deref(), check.about.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let failed: Vec<String> = gate.iter().filter(|check| !check.passed).map(each).collect();
    failed.join("; ")
}

/// An error with its causes.
fn told(error: &RunError) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        said.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    said
}
