//! The last stage: write the tables, ask the gate, publish, withhold or set apart.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::scope::{NotDue, Scope, not_due};
use super::tables::Figures;
use super::{Ending, Outcome, RunError, influence};
use crate::domain::{Period, Severity, Text};
use crate::lake::{Error, Output, write_table};
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::release::{self, Asked, Current, Evidence, GateCheck, Input, Manifest, Published, RowCounts, Staging};
use crate::report::{codebook, datapackage};
use crate::statistics;
use crate::tables::Table;

/// What was received and is no submission, without a finding.
#[derive(Clone, Copy, Debug)]
pub struct Ignored {
    /// Hidden files and the like, and periods not asked for.
    pub files: u64,
    /// Sheets that a return had added.
    pub sheets: u64,
}

/// Publishes what has been staged, withholds it, or sets it apart where it has fewer periods than what is published. `standing`: the
/// current release, where it has the same tables.
///
/// # Errors
/// When something cannot be written or moved; `current` is then as it was.
pub fn publish(
    pipeline: &Pipeline,
    (root, scope): (&str, &Scope),
    output: &Output,
    staging: Staging,
    figures: Figures,
    (ignored, standing): (Ignored, Option<String>),
) -> Result<Outcome, RunError> {
    let before = release::current(output)?;
    let not_due = not_due(pipeline, scope.as_of, before.as_ref(), &figures.accounts);
    let gate = ask_gate(pipeline, root, &figures, &not_due);
    let manifest = manifest(pipeline, scope, &figures, ignored, (&gate, &not_due));
    let (submissions, findings) = (manifest.submissions.clone(), manifest.findings.clone());
    let lacking = lacking(before.as_ref(), pipeline, scope);
    let ending = if !lacking.is_empty() {
        release::set_apart(staging, &output.partial(), manifest)?;
        Ending::Partial { lacking }
    } else if gate.iter().all(|check| check.passed) {
        match release::publish(staging, output, manifest, standing)? {
            Published::New(_) => Ending::Published {
                dropped: dropped(before, pipeline),
            },
            Published::Unchanged(_) => Ending::Unchanged,
        }
    } else {
        release::set_apart(staging, &output.withheld(), manifest)?;
        Ending::Withheld
    };
    Ok(Outcome {
        ending,
        current: output.current_release()?,
        gate,
        as_of: scope.as_of,
        not_due,
        left_out: scope.left_out.clone(),
        submissions,
        findings,
        tables: figures.tables,
        rows: figures.rows,
    })
}

/// Periods of what is published that the run has left out, so that it must not take its place: those that were not asked for, and
/// of an open-ended pipeline those that begin after the date of the run. A release whose periods cannot be read may have any.
fn lacking(before: Option<&Current>, pipeline: &Pipeline, scope: &Scope) -> Vec<Period> {
    let Some(current) = before else { return Vec::new() };
    let Some(published) = &current.periods else {
        return scope.left_out.clone();
    };
    let first = pipeline.periods.iter().chain(&scope.left_out).min();
    let is_later = |period: &Period| {
        let is_known = pipeline.periods.contains(period) || scope.left_out.contains(period);
        pipeline.open_ended && !is_known && first.is_some_and(|first| period > first)
    };
    let published = published
        .iter()
        .filter_map(|text| Period::parse(text, pipeline.period_kind));
    published
        .filter(|period| scope.left_out.contains(period) || is_later(period))
        .collect()
}

/// Periods of what was published that the definition no longer has.
fn dropped(before: Option<Current>, pipeline: &Pipeline) -> Vec<String> {
    let now: Vec<String> = pipeline.periods.iter().map(ToString::to_string).collect();
    let periods = before.and_then(|current| current.periods).unwrap_or_default();
    periods.into_iter().filter(|period| !now.contains(period)).collect()
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
    for (path, schema) in &package.schemas {
        write_json(staging, path, schema)?;
    }
    write_json(staging, release::DATA_PACKAGE, &package.descriptor)
}

fn write_json(staging: &Staging, path: &str, value: &serde_json::Value) -> Result<(), RunError> {
    let failed = |error: serde_json::Error| Error::io("encode", &staging.path(path))(error.into());
    let mut text = serde_json::to_string_pretty(value).map_err(failed)?;
    text.push('\n');
    Ok(staging.write(path, text.as_bytes())?)
}

/// What the reasons for nulls mean, in whichever table they stand.
pub fn null_reasons() -> Vec<(&'static str, Text)> {
    let all = statistics::Reason::ALL.iter();
    all.map(|reason| (reason.token(), reason.text())).collect()
}

fn ask_gate(pipeline: &Pipeline, root: &str, figures: &Figures, not_due: &[NotDue]) -> Vec<GateCheck> {
    let table = |name: &str| {
        let mut tables = figures.tables.iter();
        tables.find(|table| table.name == name).expect("every table is made")
    };
    let evidence = Evidence {
        root,
        reporting: table("reporting"),
        indicators: table("indicators"),
        accounts: &figures.accounts,
        open: &influence::open(&figures.entries),
        broken: &figures.broken,
    };
    release::judge(pipeline, &evidence, |period, form| {
        let mut not_due = not_due.iter();
        match not_due.find(|one| (one.period, one.form) == (period, form)) {
            None => Asked::Everything,
            Some(one) if one.judged_as_sent => Asked::WhatWasSent,
            Some(_) => Asked::Nothing,
        }
    })
}

fn manifest(
    pipeline: &Pipeline,
    scope: &Scope,
    figures: &Figures,
    ignored: Ignored,
    (gate, not_due): (&[GateCheck], &[NotDue]),
) -> Manifest {
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
        confirmed_at: None,
        pipeline: pipeline.name.clone(),
        definition_sha256: pipeline.digest.clone(),
        huizong_version: env!("CARGO_PKG_VERSION"),
        synthetic: pipeline.synthetic,
        as_of: scope.as_of.to_string(),
        periods: pipeline.periods.iter().map(ToString::to_string).collect(),
        periods_left_out: scope.left_out.iter().map(ToString::to_string).collect(),
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
        gate: gate.to_vec(),
        gate_not_due: not_due
            .iter()
            .map(|one| release::NotDue {
                period: one.period.to_string(),
                form: pipeline.forms[one.form].id.clone(),
                due: one.due.to_string(),
                judged_as_sent: one.judged_as_sent,
            })
            .collect(),
        inputs: inputs
            .into_iter()
            .map(|(path, sha256)| Input { path, sha256 })
            .collect(),
        outputs: Vec::new(),
    }
}
