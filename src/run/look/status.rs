//! Who has not reported, who is late, who has something to mend: from `reporting`, `submissions` and `findings`.

mod due;
mod reporters;
mod since;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use due::{due_forms, later, latest};
use reporters::{Days, Key, Owed, Reporter, add_submissions, owing};
pub use since::since;

use super::error::LookError;
use super::names::{name_of, period};
use super::release::Release;
use crate::domain::Text;
use crate::pipeline::Pipeline;
use crate::report::{
    CodeCount, FindingInfluence, InfluentialLine, Moved, ReporterLine, StatusLine, StatusReport, Step, explain_command,
    finding_title, influential, moved,
};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct StatusQuery {
    /// A period; None: the latest that was due on the date of the run, else the latest in which anything was received.
    pub period: Option<String>,
    /// Code of an area; None: all.
    pub area: Option<String>,
    /// Whether every reporter with something to do is listed.
    pub reporters: bool,
}

/// The open findings that move a figure most, of these reporters.
fn most_influential(
    pipeline: &Pipeline,
    release: &Release,
    reporters: &BTreeMap<Key, Reporter>,
) -> Result<Vec<InfluentialLine>, LookError> {
    let findings = release.table::<FindingInfluence>()?;
    let paths: BTreeSet<&str> = reporters
        .values()
        .flat_map(|of| of.paths.iter().map(String::as_str))
        .collect();
    Ok(influential(pipeline, findings.rows(), |path| paths.contains(path)))
}

/// The reporting status of a period of a release: who owes, who has reported, and what is open.
///
/// # Errors
/// When a name is unknown, or the release cannot be read.
pub fn status(pipeline: &Pipeline, release: &Release, query: &StatusQuery) -> Result<StatusReport, LookError> {
    let registry = &release.registry;
    let reporting = release.table::<Owed>()?;
    let owed: Vec<Owed> = reporting.rows().collect();
    let period = match &query.period {
        Some(given) => period(given, pipeline)?,
        None => latest(pipeline, release, &owed),
    };
    let days = Days::of(pipeline, registry, period);
    let areas = &days.end;
    let within = query.area.as_deref().map(|given| days.area(given)).transpose()?;
    let scope = within.map_or_else(|| areas.root().code.clone(), |area| area.code.clone());
    let due = due_forms(pipeline, release, period);
    let mut reporters = owing(&owed, &days, (&period.to_string(), &due));
    let (unclaimed, beside) = add_submissions(pipeline, release, &mut reporters, period)?;
    let lies_within = |form: &str, sender: &str| sender == scope || days.of_form(form).contains(&scope, sender);
    reporters.retain(|(form, sender), _| within.is_none() || lies_within(form, sender));
    let level = pipeline.registry.partition;
    let listed = query.reporters || within.is_some_and(|area| area.level > 0);
    let mut lines: BTreeMap<String, StatusLine> = BTreeMap::new();
    let mut total = StatusLine::new(&scope, days.name_of(&scope));
    for ((form, sender), reporter) in &reporters {
        let areas = days.of_form(form);
        let above = match within {
            // The province of a county has other figures than the county.
            Some(area) if area.level > level => area.code.as_str(),
            _ => (areas.ancestor_at(sender, level)).map_or(sender.as_str(), |area| &area.code),
        };
        let line = lines
            .entry(above.to_owned())
            .or_insert_with(|| StatusLine::new(above, name_of(areas, above)));
        for line in [line, &mut total] {
            count(line, reporter);
        }
    }
    let title = |form: &str| {
        pipeline
            .forms
            .iter()
            .find(|f| f.id == form)
            .map_or_else(|| Text::new(form, form), |f| f.title.clone())
    };
    let shown = reporters.iter().filter(|(_, reporter)| !reporter.in_order());
    let mut todo: Vec<ReporterLine> = shown
        .map(|((form, sender), reporter)| ReporterLine {
            area_code: sender.clone(),
            area: name_of(days.of_form(form), sender),
            above: days
                .of_form(form)
                .ancestor_at(sender, level)
                .filter(|area| area.code != *sender)
                .map(|area| name_of(days.of_form(form), &area.code)),
            form: form.clone(),
            form_title: title(form),
            missing: reporter.missing(),
            late: reporter.late(),
            late_days: (reporter.late_days.or(reporter.unusable_late_days)).filter(|days| reporter.late() && *days > 0),
            rejected: reporter.rejected(),
            hard: by_count(pipeline, &reporter.hard),
            explain: by_count(pipeline, &reporter.explain),
            submissions: reporter.paths.clone(),
            workbooks: reporter.returns.clone(),
        })
        .collect();
    todo.sort_by(|a, b| (&a.area_code, &a.form).cmp(&(&b.area_code, &b.form)));
    let is_done = |reporter: &&Reporter| reporter.expected && reporter.in_order();
    let in_order = reporters.values().filter(is_done).count();
    let influential = most_influential(pipeline, release, &reporters)?;
    let moved = match release.table::<Step>() {
        Ok(steps) => moved(pipeline, &scope, steps.rows()),
        // A release of an earlier version does not have the table.
        Err(_) => Moved::default(),
    };
    let reporters = listed.then_some(todo);
    let later = match (&query.period, within) {
        (None, None) => later(pipeline, release, &owed, period)?,
        _ => Vec::new(),
    };
    let explain = explained_by(pipeline, reporters.as_deref().unwrap_or_default(), &influential);
    Ok(StatusReport {
        title: pipeline.title.clone(),
        source: release.source.clone(),
        withheld_since: release.withheld_since.clone(),
        period: period.to_string(),
        area: days.name_of(&scope),
        forms: pipeline.forms.iter().map(|form| form.title.clone()).collect(),
        lines: lines.into_values().collect(),
        total,
        in_order,
        later,
        unclaimed: within.is_none().then_some(unclaimed),
        moved,
        influential,
        beside: within.is_none().then_some(beside),
        reporters,
        explain,
    })
}

/// The command that explains every code that is shown; None: none is.
fn explained_by(pipeline: &Pipeline, reporters: &[ReporterLine], influential: &[InfluentialLine]) -> Option<String> {
    let of_reporters = reporters.iter().flat_map(|line| line.hard.iter().chain(&line.explain));
    let codes = of_reporters.map(|code| code.code.as_str());
    let mut codes = codes
        .chain(influential.iter().map(|line| line.code.as_str()))
        .peekable();
    codes.peek()?;
    Some(explain_command(pipeline, codes))
}

fn count(line: &mut StatusLine, reporter: &Reporter) {
    line.expected += i64::from(reporter.expected);
    line.received += i64::from(reporter.expected && reporter.received);
    line.missing += i64::from(reporter.missing());
    line.not_due += i64::from(reporter.expected && !reporter.received && !reporter.due);
    line.late = line
        .late
        .filter(|_| !reporter.received || reporter.on_time.is_some())
        .map(|late| late + i64::from(reporter.late()));
    line.open_hard += i64::from(!reporter.hard.is_empty());
    line.open_explain += i64::from(!reporter.explain.is_empty());
    line.rejected += i64::from(reporter.rejected());
}

/// The most frequent first, ties by code.
fn by_count(pipeline: &Pipeline, codes: &BTreeMap<String, i64>) -> Vec<CodeCount> {
    let mut all: Vec<CodeCount> = codes
        .iter()
        .map(|(code, count)| CodeCount {
            code: code.clone(),
            title: finding_title(pipeline, code),
            count: *count,
        })
        .collect();
    all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
    all
}
