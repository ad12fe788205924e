//! The last stage: write the tables, ask the gate, publish, withhold or set apart.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::compared::Compared;
use super::outcome::{Ending, Outcome, Partitions};
use super::parted;
use super::reasons::null_reasons;
use super::scope::{NotDue, Scope, not_due};
use super::tables::{Figures, WRITTEN};
use super::{RunError, Since, influence};
use crate::domain::{Period, Severity};
use crate::lake::{Error, Lost, Output, read_table, write_table};
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::release::{
    self, Asked, Current, Evidence, GateCheck, Hold, Input, Manifest, Published, RevisionsState, RowCounts, SigningKey,
    Staging,
};
use crate::report::{
    self, Earlier, EarlierState, Gathering, Sources, Standing, Summary, citation, codebook, croissant, datapackage,
    sdmx_structure, summarise,
};
use crate::tables::{AreaRow, Columns, IndicatorRow, RevisionRow, SubmissionRow, Table, TableHead, columns};

/// What was received and is no submission, without a finding.
#[derive(Clone, Copy, Debug)]
pub struct Ignored {
    /// Hidden files and the like, and periods not asked for.
    pub files: u64,
    /// Sheets that a return had added.
    pub sheets: u64,
}

/// What decides whether a run is published.
pub struct GateResult {
    /// The release that is current; None: there is none, or it is lost.
    before: Option<Current>,
    /// Set where `current` leads to no release although it should.
    lost: Option<Lost>,
    /// Forms that were not due.
    not_due: Vec<NotDue>,
    /// Checks of the gate.
    gate: Vec<GateCheck>,
    /// Periods of the release that the run left out.
    lacking: Vec<Period>,
}

impl GateResult {
    /// After a release was withdrawn, nothing else is published. A run over some of the periods publishes nothing anyway.
    pub fn respect(&mut self, hold: Option<Hold>) {
        if let Some(hold) = hold.filter(|_| self.lacking.is_empty()) {
            self.gate.push(hold.check());
        }
    }

    /// Whether the run is not published but kept to look at, in a folder of its own.
    pub fn is_set_apart(&self) -> bool {
        self.standing() != Standing::Published
    }

    fn standing(&self) -> Standing {
        if !self.lacking.is_empty() {
            Standing::Partial
        } else if self.gate.iter().all(|check| check.passed) {
            Standing::Published
        } else {
            Standing::Withheld
        }
    }
}

/// Asks the gate, and whether what is published has periods that the run left out. Where `current` is lost, any period that the
/// run left out may have been published. `since`: with which release the run compares its own, and whose gate went before.
///
/// # Errors
/// When the release that is current cannot be read.
pub fn judge(
    pipeline: &Pipeline,
    (root, scope): (&str, &Scope),
    (output, since): (&Output, &Since),
    figures: &Figures,
) -> Result<GateResult, RunError> {
    let before = release::current(output)?;
    let lost = output.lost()?;
    let compared_with = match since {
        Since::Folder(folder) => Some(release::current_in(folder)),
        Since::Current | Since::Nothing => before.clone(),
    };
    let not_due = not_due(pipeline, scope.as_of, compared_with.as_ref(), &figures.accounts);
    let gate = ask_gate(pipeline, root, figures, &not_due);
    let mut lacking = match &lost {
        Some(_) => scope.left_out.clone(),
        None => lacking(before.as_ref(), pipeline, scope),
    };
    if let Some(current) = before.as_ref().filter(|_| !lacking.is_empty()) {
        release::warn_of_damage(output, &current.id);
        // One that has not begun, and for which nobody has sent anything, is there by a date of the run that is still to come.
        let running = Period::containing(scope.as_of, pipeline.period_kind);
        let sent = sent(output, current);
        lacking.retain(|period| *period <= running || sent.as_ref().is_none_or(|sent| sent.contains(period)));
    }
    Ok(GateResult {
        before,
        lost,
        not_due,
        gate,
        lacking,
    })
}

columns! {
    struct Sent<'a> of SubmissionRow {
        period: Option<&'a str>,
    }
}

/// Periods of the current release with any submission; None: its table cannot be read.
fn sent(output: &Output, current: &Current) -> Option<BTreeSet<Period>> {
    let path = output.release(&current.id).join("tables/submissions.parquet");
    let table = read_table::<Sent>(&path).ok()?;
    let periods = table.rows::<Sent>().filter_map(|row| Period::parse_any(row.period?));
    Some(periods.collect())
}

/// Publishes what has been staged, signed with `key`, withholds it, or sets it apart where it has fewer periods than what is published.
/// `standing`: the current release, where it has the same tables.
///
/// # Errors
/// When something cannot be written or moved; `current` is then as it was.
pub fn publish(
    pipeline: &Pipeline,
    scope: &Scope,
    (output, key): (&Output, Option<&SigningKey>),
    staging: Staging,
    (figures, judged): (Figures, GateResult),
    (ignored, standing): (Ignored, Option<String>),
) -> Result<Outcome, RunError> {
    if standing.is_none() || judged.is_set_apart() {
        write_for_readers(pipeline, &staging, (&figures, judged.standing()))?;
    }
    let manifest = manifest(pipeline, scope, &figures, ignored, (&judged.gate, &judged.not_due));
    let counts = (manifest.submissions.clone(), manifest.findings.clone());
    let ending = match judged.standing() {
        Standing::Partial => {
            release::set_apart(staging, &output.partial(), manifest)?;
            Ending::Partial {
                lacking: judged.lacking.clone(),
            }
        }
        Standing::Published => match release::publish(staging, output, manifest, standing, key)? {
            Published::New(_) => Ending::Published {
                dropped: dropped(judged.before.as_ref(), pipeline, scope),
            },
            Published::Unchanged(_) => Ending::Unchanged,
        },
        Standing::Withheld => {
            release::set_apart(staging, &output.withheld(), manifest)?;
            Ending::Withheld
        }
    };
    outcome((pipeline, scope), (ending, output), (figures, judged), counts)
}

/// What [`publish`] would do, of which nothing is done.
///
/// # Errors
/// When the release that is current cannot be read.
pub fn rehearse(
    pipeline: &Pipeline,
    scope: &Scope,
    output: &Output,
    (figures, judged): (Figures, GateResult),
    (ignored, standing): (Ignored, Option<String>),
) -> Result<Outcome, RunError> {
    let manifest = manifest(pipeline, scope, &figures, ignored, (&judged.gate, &judged.not_due));
    let counts = (manifest.submissions, manifest.findings);
    let ending = if !judged.lacking.is_empty() {
        Ending::Partial {
            lacking: judged.lacking.clone(),
        }
    } else if judged.is_set_apart() {
        Ending::Withheld
    } else if standing.is_some() {
        Ending::Unchanged
    } else {
        Ending::Published {
            dropped: dropped(judged.before.as_ref(), pipeline, scope),
        }
    };
    outcome((pipeline, scope), (ending, output), (figures, judged), counts)
}

/// Writes what people look at, which follows from the tables: `report.html` and the workbooks.
fn write_for_readers(
    pipeline: &Pipeline,
    staging: &Staging,
    (figures, standing): (&Figures, Standing),
) -> Result<(), RunError> {
    let tables = figures.shown();
    let earlier = Earlier {
        release: figures.revisions.since.clone(),
        state: match figures.revisions.state {
            RevisionsState::First => EarlierState::None,
            RevisionsState::Compared => EarlierState::Compared,
            RevisionsState::Damaged | RevisionsState::OtherSchema => EarlierState::Unfit,
        },
    };
    let sources = Sources {
        tables: &tables,
        heads: &figures.heads(),
        reconciled: &figures.reconciled,
        lorenz: &figures.compared.lorenz,
        earlier: &earlier,
        standing,
    };
    let reasons = null_reasons();
    let gathered = Gathering::new(pipeline, &sources, &reasons);
    let (page, workbooks) = rayon::join(
        || report::page(&gathered),
        || report::workbooks(&gathered, staging.dir()),
    );
    staging.write(release::REPORT, page.as_bytes())?;
    let failed = |error| Error::io("encode", &staging.path("workbook.xlsx"))(std::io::Error::other(error));
    for file in workbooks.map_err(failed)? {
        staging.write(&release::workbook_path(file.lang), &file.bytes)?;
    }
    Ok(())
}

/// Counts by status or severity.
type Counts = BTreeMap<String, u64>;

fn outcome(
    (pipeline, scope): (&Pipeline, &Scope),
    (ending, output): (Ending, &Output),
    (figures, judged): (Figures, GateResult),
    (submissions, findings): (Counts, Counts),
) -> Result<Outcome, RunError> {
    let figures_changed = (ending != Ending::Unchanged).then(|| figures_changed(&figures));
    Ok(Outcome {
        ending,
        current: output.current_release()?,
        lost: judged.lost,
        gate: judged.gate,
        as_of: scope.as_of,
        summary: told(pipeline, scope, &figures, &judged.not_due),
        not_due: judged.not_due,
        left_out: scope.left_out.clone(),
        submissions,
        findings,
        figures_changed,
        rows: figures.rows,
        partitions: Partitions::default(),
        computed_because: BTreeMap::new(),
    })
}

/// Figures that are not those of the release before.
fn figures_changed(figures: &Figures) -> u64 {
    let tables = figures.tables.iter().filter(|table| table.name == RevisionRow::TABLE);
    let first = tables
        .flat_map(|table| table.rows::<RevisionRow>())
        .filter(|row| row.step == 1);
    first.count() as u64
}

/// What is told of a run.
fn told(pipeline: &Pipeline, scope: &Scope, figures: &Figures, not_due: &[NotDue]) -> Summary {
    let not_due = not_due.iter().map(|one| report::NotDue {
        period: one.period,
        form: pipeline.forms[one.form].id.clone(),
        due: one.due,
        judged_as_sent: one.judged_as_sent,
    });
    let not_due: Vec<report::NotDue> = not_due.collect();
    let tables = figures.shown();
    summarise(pipeline, &tables, &null_reasons(), (scope.as_of, &not_due))
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

/// Periods of what was published that the definition no longer has. An open-ended one still has those that have not begun.
fn dropped(before: Option<&Current>, pipeline: &Pipeline, scope: &Scope) -> Vec<String> {
    let now: Vec<String> = pipeline.periods.iter().map(ToString::to_string).collect();
    let running = Period::containing(scope.as_of, pipeline.period_kind);
    let has_not_begun = |period: &str| {
        let period = Period::parse(period, pipeline.period_kind);
        pipeline.open_ended && period.is_some_and(|period| period > running)
    };
    let periods = before.and_then(|current| current.periods.clone()).unwrap_or_default();
    let is_dropped = |period: &String| !now.contains(period) && !has_not_begun(period);
    periods.into_iter().filter(is_dropped).collect()
}

/// Writes the tables and what describes them.
///
/// # Errors
/// When something cannot be written.
pub fn write_tables(pipeline: &Pipeline, staging: &Staging, figures: &Figures) -> Result<(), RunError> {
    let extracts = |name: &str| -> Vec<ExtractFormat> {
        let of_table = pipeline.extracts.iter().filter(|extract| extract.table == name);
        of_table.flat_map(|extract| extract.formats.iter().copied()).collect()
    };
    let write_one = |table: &Table| {
        let path = format!("tables/{}.parquet", table.name);
        write_table(&staging.path(&path), table, pipeline).map(|written| staging.note(&path, written))
    };
    let write_whole = |table: &Table| {
        write_one(table)?;
        extracts(&table.name)
            .into_iter()
            .try_for_each(|format| release::write_extract(pipeline, staging, table, format))
    };
    let write_parted =
        |table: TableHead<'static>| parted::write(pipeline, staging, (&figures.compared, table), &extracts(table.name));
    let (whole, parted) = rayon::join(
        || figures.tables.par_iter().try_for_each(write_whole),
        || {
            Compared::heads()
                .collect::<Vec<_>>()
                .into_par_iter()
                .try_for_each(write_parted)
        },
    );
    parted?;
    whole?;
    for table in WRITTEN {
        for format in extracts(table) {
            parted::extract_written(pipeline, staging, TableHead::of(table), format)?;
        }
    }
    if extracts(IndicatorRow::TABLE).contains(&ExtractFormat::SdmxCsv) {
        let areas = figures.tables.iter().find(|table| table.name == AreaRow::TABLE);
        let areas = areas.expect("every release has the table of areas");
        let structure = sdmx_structure(pipeline, &figures.compared.top[0], areas);
        staging.write(release::SDMX_STRUCTURE, structure.as_bytes())?;
    }
    let heads = figures.heads();
    staging.write("CODEBOOK.md", codebook(pipeline, &heads, &null_reasons()).as_bytes())?;
    let files = staging.files();
    let package = datapackage(pipeline, &heads, &files);
    for (path, schema) in &package.schemas {
        write_json(staging, path, schema)?;
    }
    write_json(staging, release::DATA_PACKAGE, &package.descriptor)?;
    write_json(staging, release::CROISSANT, &croissant(pipeline, &heads, &files))?;
    Ok(staging.write(release::CITATION, citation(pipeline).as_bytes())?)
}

fn write_json(staging: &Staging, path: &str, value: &serde_json::Value) -> Result<(), RunError> {
    let failed = |error: serde_json::Error| Error::io("encode", &staging.path(path))(error.into());
    let mut text = serde_json::to_string_pretty(value).map_err(failed)?;
    text.push('\n');
    Ok(staging.write(path, text.as_bytes())?)
}

fn ask_gate(pipeline: &Pipeline, root: &str, figures: &Figures, not_due: &[NotDue]) -> Vec<GateCheck> {
    let table = |name: &str| {
        let mut tables = figures.tables.iter();
        tables.find(|table| table.name == name).expect("every table is made")
    };
    let evidence = Evidence {
        root,
        reporting: table("reporting"),
        values: figures.compared.values,
        accounts: &figures.accounts,
        open: &influence::open(&figures.entries),
        broken: &figures.compared.broken,
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
        *submissions.entry(entry.state.as_str().to_string()).or_default() += 1;
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
        signed_by: None,
        pipeline: pipeline.name.clone(),
        definition_sha256: pipeline.digest.clone(),
        rules_sha256: pipeline.rules_digest.clone(),
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
        revisions: figures.revisions.clone(),
        inputs: inputs
            .into_iter()
            .map(|(path, sha256)| Input { path, sha256 })
            .collect(),
        outputs: Vec::new(),
    }
}
