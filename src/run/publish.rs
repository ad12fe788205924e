//! The last stage: write the tables, ask the gate, publish or withhold.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::tables::Figures;
use super::{Outcome, RunError, influence, ledger};
use crate::coverage;
use crate::domain::{Period, Severity, Table, Text};
use crate::imbalance;
use crate::lake::{Error, Output, write_table};
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::release::{self, GateCheck, Input, Manifest, RowCounts, Staging};
use crate::report::{codebook, datapackage};

/// What was received and is no submission, without a finding.
#[derive(Clone, Copy, Debug)]
pub struct Ignored {
    /// Hidden files and the like, and periods not asked for.
    pub files: u64,
    /// Sheets that a return had added.
    pub sheets: u64,
}

/// Publishes or withholds what has been staged.
///
/// # Errors
/// When something cannot be written or moved; `current` is then as it was.
pub fn publish(
    pipeline: &Pipeline,
    root: &str,
    output: &Output,
    staging: Staging,
    figures: Figures,
    ignored: Ignored,
) -> Result<Outcome, RunError> {
    let gate = ask_gate(pipeline, root, &figures);
    let manifest = manifest(pipeline, &figures, ignored, gate.clone());
    let published = if gate.iter().all(|check| check.passed) {
        Some(release::publish(staging, output, manifest)?)
    } else {
        release::withhold(staging, output, manifest)?;
        None
    };
    let current = output.current_release()?;
    Ok(Outcome {
        published,
        current,
        gate,
        tables: figures.tables,
        rows: figures.rows,
    })
}

/// Writes the tables and what describes them.
///
/// # Errors
/// When something cannot be written.
pub fn write_tables(pipeline: &Pipeline, staging: &Staging, figures: &Figures) -> Result<(), RunError> {
    let extracts: Vec<(&Table, ExtractFormat)> = (pipeline.extracts.iter())
        .flat_map(|extract| {
            let tables = figures.tables.iter().filter(|table| table.name == extract.table);
            tables.flat_map(|table| extract.formats.iter().map(move |&format| (table, format)))
        })
        .collect();
    let write_one = |table: &Table| {
        let path = format!("tables/{}.parquet", table.name);
        write_table(&staging.path(&path), table, pipeline).map(|written| staging.note(&path, written))
    };
    let (tables, extracts) = rayon::join(
        || figures.tables.par_iter().try_for_each(write_one),
        || {
            extracts
                .par_iter()
                .try_for_each(|&(table, format)| release::write_extract(staging, table, format))
        },
    );
    tables.and(extracts)?;
    staging.write(
        "CODEBOOK.md",
        codebook(pipeline, &figures.tables, &null_reasons()).as_bytes(),
    )?;
    let package = datapackage(pipeline, &figures.tables, &staging.files());
    let failed = |error: serde_json::Error| Error::io("encode", &staging.path("datapackage.json"))(error.into());
    let mut package = serde_json::to_string_pretty(&package).map_err(failed)?;
    package.push('\n');
    Ok(staging.write("datapackage.json", package.as_bytes())?)
}

/// What the tokens of `null_reason` mean, in whichever table they stand.
pub fn null_reasons() -> Vec<(&'static str, Text)> {
    let of_comparisons = imbalance::Reason::ALL
        .iter()
        .map(|reason| (reason.token(), reason.text()));
    coverage::reasons().into_iter().chain(of_comparisons).collect()
}

fn ask_gate(pipeline: &Pipeline, root: &str, figures: &Figures) -> Vec<GateCheck> {
    let reporting = figures
        .tables
        .iter()
        .find(|table| table.name == "reporting")
        .expect("reporting is a table");
    let periods = ledger::by_period(&figures.entries);
    let count = |period: &Period| {
        let rows = periods.get(&Some(*period)).copied().unwrap_or_default();
        (*period, rows.accepted, rows.quarantined)
    };
    let rows: Vec<(Period, u64, u64)> = pipeline.periods.iter().map(count).collect();
    release::judge(
        pipeline,
        reporting,
        root,
        &rows,
        &influence::open(&figures.entries),
        &figures.broken,
    )
}

fn manifest(pipeline: &Pipeline, figures: &Figures, ignored: Ignored, gate: Vec<GateCheck>) -> Manifest {
    let rows = figures.rows;
    let mut submissions: BTreeMap<String, u64> = BTreeMap::new();
    let mut findings: BTreeMap<String, u64> = [Severity::Hard, Severity::Explain, Severity::Info]
        .map(|severity| (severity.as_str().to_string(), 0))
        .into();
    let mut inputs: BTreeMap<String, Option<String>> = BTreeMap::new();
    for entry in &figures.entries {
        *submissions.entry(entry.status.as_str().to_string()).or_default() += 1;
        for finding in &entry.findings {
            *findings.entry(finding.severity.as_str().to_string()).or_default() += 1;
        }
        let sha256 = (!entry.submission.sha256.is_empty()).then(|| entry.submission.sha256.clone());
        inputs.insert(entry.file().to_string(), sha256);
    }
    for file in &figures.beside {
        for finding in &file.findings {
            *findings.entry(finding.severity.as_str().to_string()).or_default() += 1;
        }
        inputs.insert(file.path.clone(), file.sha256.clone());
    }
    Manifest {
        release: String::new(),
        created_at: jiff::Timestamp::now().to_string(),
        pipeline: pipeline.name.clone(),
        definition_sha256: pipeline.digest.clone(),
        huizong_version: env!("CARGO_PKG_VERSION"),
        synthetic: pipeline.synthetic,
        periods: pipeline.periods.iter().map(ToString::to_string).collect(),
        rows: RowCounts {
            read: rows.read,
            accepted: rows.accepted,
            quarantined: rows.quarantined,
            superseded: rows.superseded,
            set_aside: rows.set_aside,
        },
        submissions,
        findings,
        files_ignored: ignored.files,
        sheets_ignored: ignored.sheets,
        gate,
        inputs: inputs
            .into_iter()
            .map(|(path, sha256)| Input { path, sha256 })
            .collect(),
        outputs: Vec::new(),
    }
}
