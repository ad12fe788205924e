//! The row of a run that has ended.

use std::collections::BTreeMap;

use crate::domain::Period;
use crate::pipeline::Pipeline;
use crate::release::GateCheck;
use crate::report::RunRecord;
use crate::run::RunError;
use crate::run::outcome::{Ending, Outcome, Told};
use crate::run::stages::{Stage, Stages};
use crate::tables::RunRow;

/// What is known of a run when it ends, whatever it came to.
pub struct Ended<'a> {
    /// Its row while it was under way.
    pub row: RunRow<'a>,
    /// Its stages.
    pub stages: &'a Stages,
    /// When it ended.
    pub ended_at: String,
    /// How long it took.
    pub seconds: f64,
}

impl Ended<'_> {
    fn row<'b>(&'b self, outcome: &'b str, exit: Option<u8>) -> RunRow<'b> {
        let seconds = |stage| self.stages.seconds(stage);
        RunRow {
            outcome,
            exit: exit.map(i64::from),
            ended_at: Some(&self.ended_at),
            seconds: Some(self.seconds),
            seconds_prepare: seconds(Stage::Prepare),
            seconds_compare: seconds(Stage::Compare),
            seconds_read: seconds(Stage::Read),
            seconds_figures: seconds(Stage::Figures),
            seconds_tables: seconds(Stage::Tables),
            seconds_returns: seconds(Stage::Returns),
            seconds_publish: seconds(Stage::Publish),
            peak_memory_bytes: peak_memory(),
            ..self.row
        }
    }
}

/// Of a run that came to a result.
pub fn of_outcome(ended: Ended<'_>, pipeline: &Pipeline, outcome: &Outcome, told: &Told) -> RunRecord {
    let (dropped, lacking) = match &outcome.ending {
        Ending::Published { dropped } => (Some(dropped.join("; ")).filter(|all| !all.is_empty()), None),
        Ending::Partial { lacking } => (None, listed(lacking)),
        Ending::Unchanged | Ending::Withheld => (None, None),
    };
    let current = outcome.current.as_deref();
    // What was withheld or set apart is no release, whatever was current before.
    let release = current.filter(|_| matches!(outcome.ending, Ending::Published { .. } | Ending::Unchanged));
    let not_due = |judged_as_sent: bool| {
        let all = outcome.not_due.iter();
        let named = all
            .filter(|one| one.judged_as_sent == judged_as_sent)
            .map(|one| format!("{} {}", one.period, pipeline.forms[one.form].id));
        Some(named.collect::<Vec<_>>().join("; ")).filter(|named| !named.is_empty())
    };
    let (not_judged, judged_as_sent) = (not_due(false), not_due(true));
    let because = counted(&outcome.computed_because);
    let failed = failed(&outcome.gate);
    let passed = outcome.gate.iter().filter(|check| check.passed).count();
    let count = |of: &BTreeMap<String, u64>, what: &str| Some(of.get(what).copied().unwrap_or(0) as i64);
    let rows = outcome.rows;
    RunRecord::of(RunRow {
        release,
        current,
        lacking: lacking.as_deref(),
        dropped: dropped.as_deref(),
        submissions: Some(outcome.submissions.values().sum::<u64>() as i64),
        submissions_rejected: count(&outcome.submissions, "rejected"),
        rows_read: Some(rows.read as i64),
        rows_accepted: Some(rows.accepted as i64),
        rows_quarantined: Some(rows.quarantined as i64),
        rows_superseded: Some(rows.superseded as i64),
        rows_set_aside: Some(rows.set_aside as i64),
        findings_hard: count(&outcome.findings, "hard"),
        findings_explain: count(&outcome.findings, "explain"),
        findings_info: count(&outcome.findings, "info"),
        not_judged: not_judged.as_deref(),
        judged_as_sent: judged_as_sent.as_deref(),
        partitions: Some(outcome.partitions.all as i64),
        partitions_reused: Some(outcome.partitions.reused as i64),
        computed_because: because.as_deref(),
        figures_moved: outcome.figures_changed.map(|count| count as i64),
        gate_passed: (!outcome.gate.is_empty()).then_some(passed as i64),
        gate_failed: failed.as_deref(),
        reasons: told.reasons.as_deref(),
        ..ended.row(outcome.ending.token(), told.exit)
    })
}

/// Of a run that failed.
pub fn of_error(ended: Ended<'_>, error: &RunError, told: &Told) -> RunRecord {
    let error = with_causes(error);
    RunRecord::of(RunRow {
        error: Some(&error),
        hint: told.hint.as_deref(),
        ..ended.row("failed", told.exit)
    })
}

/// Of a run that a signal has stopped.
pub fn of_signal(ended: Ended<'_>, signal: &str, exit: u8) -> RunRecord {
    RunRecord::of(RunRow {
        signal: Some(signal),
        ..ended.row("interrupted", Some(exit))
    })
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

/// Periods, separated by `; `. None: there is none.
pub fn listed(periods: &[Period]) -> Option<String> {
    let all: Vec<String> = periods.iter().map(ToString::to_string).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// `definition 12; file_changed 3`. None: nothing was counted.
fn counted(counts: &BTreeMap<&'static str, u64>) -> Option<String> {
    let each: Vec<String> = counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
    (!each.is_empty()).then(|| each.join("; "))
}

/// Checks of the gate that were not passed: `min_reporting_share 2020 communities`. None: there is none.
fn failed(gate: &[GateCheck]) -> Option<String> {
    let each = |check: &GateCheck| {
        let parts = [Some(check.check), check.period.as_deref(), check.about.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let failed: Vec<String> = gate.iter().filter(|check| !check.passed).map(each).collect();
    (!failed.is_empty()).then(|| failed.join("; "))
}

/// An error with its causes.
fn with_causes(error: &RunError) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        said.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    said
}

/// Most memory that the process has held at once, in bytes. None: the system does not say.
fn peak_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}
