//! The two files in which runs are noted.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::lake::{Error, FileMeta, Output, disk, read_table, replace_table};
use crate::report::RunRecord;
use crate::tables::{RunRow, Table};

/// Adds a run to `runs.parquet`, in the place of what was noted of the same one. Gives the time at which a run last published the
/// current release or found it unchanged, if any has.
pub fn append(output: &Output, record: &RunRecord, meta: &FileMeta) -> Result<Option<Timestamp>, Error> {
    let row = record.row();
    let mut table = Table::of::<RunRow>();
    let earlier = earlier(output)?;
    let others = earlier
        .rows::<RunRow>()
        .filter(|other| other.started_at != row.started_at);
    others.for_each(|other| table.push(other));
    table.push(row);
    table.sort_by_key();
    replace_table(&output.runs(), &table, meta)?;
    let mut rows: Vec<RunRow> = table.rows().collect();
    rows.retain(|row| matches!(row.outcome, "published" | "unchanged"));
    let last = rows
        .last()
        .and_then(|row| row.ended_at.unwrap_or(row.started_at).parse().ok());
    Ok(last)
}

/// Puts a run into `run.json`.
pub fn replace(output: &Output, record: &RunRecord) -> Result<(), Error> {
    disk::replace(&file(output), &[record.json().as_bytes()])
}

/// The run that `run.json` says is under way, although nobody holds the lock: it was killed. None: there is none.
pub fn unended(output: &Output) -> Option<RunRecord> {
    /// What is known of it.
    #[derive(Deserialize)]
    struct Running {
        started_at: String,
        run_id: Option<String>,
        outcome: String,
        as_of: Date,
        periods: String,
        left_out: Option<String>,
        huizong_version: String,
        definition_sha256: String,
    }
    let text = std::fs::read(file(output)).ok()?;
    let running: Running = serde_json::from_slice(&text).ok()?;
    let killed = RunRow {
        outcome: "killed",
        periods: &running.periods,
        left_out: running.left_out.as_deref(),
        error: Some("the run did not end: it was killed, or the machine failed"),
        huizong_version: &running.huizong_version,
        definition_sha256: &running.definition_sha256,
        ..RunRow::running(&running.started_at, running.run_id.as_deref(), running.as_of)
    };
    (running.outcome == "running").then(|| RunRecord::of(killed))
}

fn file(output: &Output) -> PathBuf {
    output.root().join("run.json")
}

/// The runs so far. A file that cannot be read is set aside, and a new one begins.
fn earlier(output: &Output) -> Result<Table, Error> {
    let file = output.runs();
    if !file.exists() {
        return Ok(Table::of::<RunRow>());
    }
    read_table::<RunRow>(&file).or_else(|error| {
        let aside = output.root().join("runs-damaged.parquet");
        disk::rename(&file, &aside)?;
        tracing::warn!(%error, "runs.parquet cannot be read; it is now runs-damaged.parquet, and a new one begins");
        Ok(Table::of::<RunRow>())
    })
}
