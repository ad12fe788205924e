//! What is new in a release since another one: for the morning after.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::due::due_forms;
use super::reporters::{Days, Owed, owing};
use super::state::state;
use crate::domain::{Period, Text, shell_word};
use crate::lake::{Output, read_frame, read_table};
use crate::pipeline::Pipeline;
use crate::release::{self, GateCheck, Record, RevisionsState};
use crate::report::{
    FindingInfluence, LateLine, Moved, MovedBy, MovedLine, SinceReport, StoppedRun, indicator_title, influential,
    unit_word,
};
use crate::run::look::error::LookError;
use crate::run::look::names::name_of;
use crate::run::look::release::{Release, find};
use crate::run::look::which::Which;
use crate::tables::{Frame, RevisionRow, RunRow, Tolerance, Value, align, changed, columns};

/// The word for the release before the current one.
const PREVIOUS: &str = "previous";

/// What is new in the current release since the one that a word names, and what a later run was withheld for. Of a first release, which
/// none precedes, how it stands. `told` puts a check of the gate that was not passed into words.
///
/// # Errors
/// When a word means no release, or one of the two cannot be read.
pub fn since(
    pipeline: &mut Pipeline,
    output: &Path,
    word: &str,
    told: impl Fn(&Pipeline, &Text, &GateCheck) -> Text,
) -> Result<SinceReport, LookError> {
    let places = Output::at(output);
    let now = Release::open(output, pipeline, Which::Current)?;
    let before = match find(&places, word) {
        Err(LookError::Unknown { .. }) if word == PREVIOUS => None,
        found => Some(found?),
    };
    let then = match &before {
        Some(_) => Some(Release::named(output, pipeline, word)?),
        None => None,
    };
    let pipeline = &*pipeline;
    let areas = now.registry.on(pipeline
        .reference_days()
        .last()
        .copied()
        .unwrap_or(jiff::civil::Date::MAX));
    let root = name_of(&areas, now.registry.root_code());
    let causes = before
        .as_ref()
        .and_then(|before| causes(&places, &now.folder, &before.name));
    let moved = match &then {
        Some(then) => moved(
            pipeline,
            (&then.folder, &now.folder),
            now.registry.root_code(),
            causes.as_ref(),
        )?,
        None => Moved::default(),
    };
    let state = match &then {
        Some(_) => Vec::new(),
        None => state(pipeline, &now)?,
    };
    let withheld = withheld(&places, &now.folder).map(|(at, checks)| {
        let reasons = checks.iter().map(|check| told(pipeline, &root, check)).collect();
        (at, reasons)
    });
    let findings = now.table::<FindingInfluence>()?;
    Ok(SinceReport {
        title: pipeline.title.clone(),
        since: before.map(|before| before.name),
        current: now.source.release.clone().unwrap_or_default(),
        synthetic: now.source.synthetic,
        root,
        state,
        moved,
        explained: causes.is_some(),
        withheld,
        stopped: stopped(&places, then.as_ref().map_or(&now.folder, |then| &then.folder)),
        late: newly_late(pipeline, then.as_ref(), &now)?,
        has_due: pipeline.forms.iter().any(|form| form.due.is_some()),
        influential: influential(pipeline, findings.rows(), |_| true),
        folder: shell_word(&pipeline.dir.to_string_lossy()),
    })
}

columns! {
    struct Run<'a> of RunRow {
        started_at: &'a str,
        outcome: &'a str,
        signal: Option<&'a str>,
        error: Option<&'a str>,
    }
}

/// Runs that came to no result since a release was published, the latest first. None where nobody has noted them.
fn stopped(output: &Output, release: &Path) -> Vec<StoppedRun> {
    let published: Option<Timestamp> = Record::read(release).and_then(|record| record.created_at.parse().ok());
    let (Some(published), Ok(table)) = (published, read_table::<Run>(&output.runs())) else {
        return Vec::new();
    };
    let is_later = |run: &Run| run.started_at.parse().is_ok_and(|at: Timestamp| at > published);
    let runs = table.rows::<Run>().filter(is_later);
    let mut stopped: Vec<StoppedRun> = runs
        .filter(|run| matches!(run.outcome, "failed" | "interrupted" | "killed"))
        .map(|run| StoppedRun {
            started_at: run.started_at.to_owned(),
            outcome: run.outcome.to_owned(),
            why: run.signal.or(run.error).unwrap_or_default().to_owned(),
        })
        .collect();
    stopped.reverse();
    stopped
}

columns! {
    struct Change<'a> of RevisionRow {
        period: &'a str,
        area_code: &'a str,
        indicator: &'a str,
        dimension: Option<&'a str>,
        cause: &'a str,
        value_change: Option<f64>,
    }
}

/// Changes of values by period, area, indicator and cause.
type Causes = BTreeMap<(String, String, String), BTreeMap<String, Option<f64>>>;

/// What moved figures of whole areas, from the tables of all releases in between; None: one of them is gone or has none.
fn causes(output: &Output, current: &Path, since: &str) -> Option<Causes> {
    let mut all = Causes::new();
    let mut folder = current.to_owned();
    let mut record = Record::read(&folder)?;
    // A chain of releases is never longer than the numbers it has.
    for _ in 0..=output.last_sequence().ok()? {
        if record.release == since {
            return Some(all);
        }
        let table = read_table::<Change>(&folder.join("tables/revisions.parquet")).ok()?;
        for step in table.rows::<Change>().filter(|step| step.dimension.is_none()) {
            let key = (
                step.period.to_owned(),
                step.area_code.to_owned(),
                step.indicator.to_owned(),
            );
            let sum = all
                .entry(key)
                .or_default()
                .entry(step.cause.to_owned())
                .or_insert(Some(0.0));
            *sum = sum.zip(step.value_change).map(|(sum, change)| sum + change);
        }
        (record.revisions.state == RevisionsState::Compared).then_some(())?;
        folder = output.release(record.revisions.since.as_deref()?);
        record = Record::read(&folder)?;
    }
    None
}

/// Figures that are not the same in both releases, and those of the root that moved most.
fn moved(
    pipeline: &Pipeline,
    (before, after): (&Path, &Path),
    root: &str,
    causes: Option<&Causes>,
) -> Result<Moved, LookError> {
    let mut figures = 0;
    let mut lines = Vec::new();
    for (table, area) in [("indicators", "area_code"), ("groups", "scope_code")] {
        let relative = format!("tables/{table}.parquet");
        let (one, other) = (
            read_frame(&before.join(&relative))?,
            read_frame(&after.join(&relative))?,
        );
        let key = ["period", area, "indicator", "dimension", "member"];
        let key = if table == "groups" { &key[..] } else { &key[..3] };
        let Some(aligned) = align(&one, &other, key) else {
            continue;
        };
        let mut rows: BTreeSet<(usize, usize)> = BTreeSet::new();
        for column in ["numerator", "denominator", "value"] {
            let columns = one.column(column).zip(other.column(column));
            let cells = columns.and_then(|(one, other)| changed(one, other, &aligned.both, Tolerance::default()));
            rows.extend(cells.into_iter().flatten());
        }
        figures += rows.len();
        if table == "groups" {
            continue;
        }
        for (old, new) in rows {
            let text = |column: &str| text(&other, column, new);
            let (before, after) = (real(&one, "value", old), real(&other, "value", new));
            if text("area_code") != root || before == after {
                continue;
            }
            let (period, indicator) = (text("period"), text("indicator"));
            let of = causes.and_then(|causes| causes.get(&(period.clone(), root.to_owned(), indicator.clone())));
            lines.push(MovedLine {
                title: indicator_title(pipeline, &indicator),
                unit: unit_word(pipeline, &text("unit")),
                before,
                after,
                causes: (of.into_iter().flatten())
                    .map(|(cause, change)| MovedBy {
                        cause: cause.clone(),
                        change: *change,
                    })
                    .collect(),
                period,
                indicator,
            });
        }
    }
    Ok(Moved::of(figures, lines))
}

fn text(frame: &Frame, column: &str, row: usize) -> String {
    match frame.column(column).map(|values| values.get(row)) {
        Some(Value::Text(text)) => text.unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

fn real(frame: &Frame, column: &str, row: usize) -> Option<f64> {
    match frame.column(column)?.get(row) {
        Value::Real(value) => value,
        _ => None,
    }
}

/// When a run was withheld after the current release was published or confirmed, and the checks that it did not pass.
fn withheld(output: &Output, current: &Path) -> Option<(String, Vec<GateCheck>)> {
    #[derive(Deserialize)]
    struct Read {
        gate: Vec<ReadCheck>,
    }
    #[derive(Deserialize)]
    struct ReadCheck {
        check: String,
        period: Option<String>,
        about: Option<String>,
        value: Option<f64>,
        threshold: f64,
        passed: bool,
    }
    let at = release::withheld_since(output, current)?;
    let text = std::fs::read(output.withheld().join(release::MANIFEST)).ok()?;
    let held: Read = serde_json::from_slice(&text).ok()?;
    let failed = held
        .gate
        .into_iter()
        .filter(|check| !check.passed)
        .map(|check| GateCheck {
            check: GateCheck::named(&check.check),
            period: check.period,
            about: check.about,
            value: check.value,
            threshold: check.threshold,
            passed: false,
        });
    Some((at.to_string(), failed.collect()))
}

/// Reporters that are late or missing now and were not in the release before, if there is one: of a form that is due now, or whose period
/// has passed, and that has not come.
fn newly_late(pipeline: &Pipeline, then: Option<&Release>, now: &Release) -> Result<Vec<LateLine>, LookError> {
    let missing = |release: &Release, owed: &[Owed], period: Period| -> BTreeSet<(String, String)> {
        let days = Days::of(pipeline, &now.registry, period);
        let due = due_forms(pipeline, release, period);
        let owing = owing(owed, &days, (&period.to_string(), &due));
        let missing = owing.into_iter().filter(|(_, reporter)| reporter.missing());
        missing.map(|(key, _)| key).collect()
    };
    let before = then.map(|then| then.table::<Owed>()).transpose()?;
    let before: Vec<Owed> = before.iter().flat_map(|table| table.rows()).collect();
    let after = now.table::<Owed>()?;
    let after: Vec<Owed> = after.rows().collect();
    let mut lines = Vec::new();
    for &period in &pipeline.periods {
        let was = then.map_or_else(BTreeSet::new, |then| missing(then, &before, period));
        let days = Days::of(pipeline, &now.registry, period);
        for (form, area) in missing(now, &after, period).difference(&was) {
            let own = pipeline.forms.iter().find(|own| own.id == *form);
            lines.push(LateLine {
                period: period.to_string(),
                is_late: own.is_some_and(|own| own.due.is_some()),
                form: own.map_or_else(|| Text::new(form, form), |form| form.title.clone()),
                area: days.name_of(area),
                area_code: area.clone(),
            });
        }
    }
    Ok(lines)
}
