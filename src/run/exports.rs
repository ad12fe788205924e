//! What a run says of itself to other systems, where it is asked to: metrics for Prometheus, events for OpenLineage. That
//! something of it cannot be written is a warning, and no failure of the run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::stages::seconds;
use crate::lake::disk;
use crate::report::{Beside, RunRecord, metrics};
use crate::tables::RunRow;

/// Files that a run is asked to write beside its output.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    /// Metrics, replaced by each run.
    pub metrics: Option<PathBuf>,
    /// Events of OpenLineage, to which each run adds.
    pub openlineage: Option<PathBuf>,
    /// Name of the pipeline as a label of the metrics: that of its folder, which is known although the definition has errors.
    pub label: String,
}

const LAST_SUCCESS: &str = "huizong_last_success_timestamp_seconds";

impl Exports {
    /// Those that are asked for.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.metrics.iter().chain(&self.openlineage)
    }

    /// Writes the metrics of a run. `confirmed`: when a run last published the current release or found it unchanged; None: as the
    /// metrics of the run before say.
    pub fn write_metrics(&self, record: &RunRecord, confirmed: Option<Timestamp>) {
        let Some(path) = &self.metrics else { return };
        let confirmed = confirmed.map(|at| at.as_millisecond() as f64 / 1e3);
        let beside = Beside {
            pipeline: &self.label,
            confirmed: confirmed.or_else(|| earlier_success(path)),
        };
        let text = metrics(record, beside);
        if let Err(error) = disk::replace(path, &[text.as_bytes()]) {
            tracing::warn!(%error, cause = cause(&error), "the metrics could not be written");
        }
    }

    /// Writes the metrics of a run that failed before it began: with exit code `exit`, after `took`.
    pub fn write_failure(&self, exit: u8, took: Duration) {
        let now = Timestamp::now();
        let (started, ended) = (now - took, now.to_string());
        let today = jiff::ZonedDateTime::now().date();
        let started = started.to_string();
        let row = RunRow {
            ended_at: Some(&ended),
            outcome: "failed",
            exit: Some(exit.into()),
            seconds: Some(seconds(took)),
            ..RunRow::running(&started, None, today)
        };
        self.write_metrics(&RunRecord::of(row), None);
    }

    /// Adds an event of OpenLineage.
    pub fn add_event(&self, line: &str) {
        let Some(path) = &self.openlineage else { return };
        if let Err(error) = disk::append_line(path, line.as_bytes()) {
            tracing::warn!(%error, cause = cause(&error), "the event of OpenLineage could not be written");
        }
    }
}

fn cause(error: &crate::lake::Error) -> String {
    std::error::Error::source(error).map_or_else(String::new, ToString::to_string)
}

/// When the last success was, as metrics that were written earlier say.
fn earlier_success(path: &Path) -> Option<f64> {
    let text = fs::read_to_string(path).ok()?;
    let mut lines = text.lines();
    let line = lines.find(|line| {
        line.strip_prefix(LAST_SUCCESS)
            .is_some_and(|rest| rest.starts_with('{'))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}
