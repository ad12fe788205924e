//! Who has not reported, who is late, who has something to mend: from `reporting`, `submissions` and `findings`.

mod due;
mod since;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use due::{due_forms, later, latest};
pub use since::since;

use super::{LookError, Release, area, name_of, period};
use crate::domain::{Period, Text};
use crate::pipeline::{Form, Pipeline};
use crate::registry::{Area, Areas, Registry};
use crate::report::{
    BesideLine, CodeCount, FindingInfluence, InfluentialLine, Moved, ReporterLine, StatusLine, StatusReport, Step,
    explain_command, finding_title, influential, moved,
};
use crate::tables::{FindingRow, ReportingRow, SubmissionRow, columns};

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

columns! {
    struct Owed<'a> of ReportingRow {
        period: &'a str,
        form: &'a str,
        area_code: &'a str,
        expected: i64,
        received: i64,
        on_time: Option<i64>,
    }
}

columns! {
    struct Sent<'a> of SubmissionRow {
        submission_id: &'a str,
        path: &'a str,
        form: Option<&'a str>,
        period: Option<&'a str>,
        area_code: Option<&'a str>,
        status: &'a str,
        late_days: Option<i64>,
        return_path: Option<&'a str>,
    }
}

columns! {
    struct Found<'a> of FindingRow {
        submission_id: Option<&'a str>,
        path: &'a str,
        code: &'a str,
        severity: &'a str,
        status: &'a str,
        correction: Option<&'a str>,
    }
}

/// Form and area of a reporter.
type Key = (String, String);

/// What one reporter of one form owes, has sent, and has to do.
#[derive(Clone, Debug, Default)]
struct Reporter {
    expected: bool,
    received: bool,
    /// Whether the form was due on the date of the run.
    due: bool,
    /// None: no receipts.
    on_time: Option<bool>,
    /// Of the usable submission that came first.
    late_days: Option<i64>,
    /// Of the first one of which nothing counts.
    unusable_late_days: Option<i64>,
    paths: Vec<String>,
    /// The marked workbooks that go back, below the release.
    returns: Vec<String>,
    /// Some submission that counts has an accepted row.
    counts: bool,
    hard: BTreeMap<String, i64>,
    explain: BTreeMap<String, i64>,
}

impl Reporter {
    fn late(&self) -> bool {
        self.received && self.on_time == Some(false)
    }

    fn missing(&self) -> bool {
        self.expected && !self.received && self.due
    }

    fn rejected(&self) -> bool {
        !self.paths.is_empty() && !self.counts
    }

    fn in_order(&self) -> bool {
        !(self.missing() || self.late() || self.rejected()) && self.hard.is_empty() && self.explain.is_empty()
    }
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

/// Looks.
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

/// The areas of a period: at its end, and on the day that each form is judged on.
struct Days {
    end: Arc<Areas>,
    forms: BTreeMap<String, Arc<Areas>>,
}

impl Days {
    fn of(pipeline: &Pipeline, registry: &Registry, period: Period) -> Days {
        let of_form = |form: &Form| (form.id.clone(), registry.of_form(form, period));
        Days {
            end: registry.at(period),
            forms: pipeline.forms.iter().map(of_form).collect(),
        }
    }

    fn of_form(&self, form: &str) -> &Areas {
        self.forms.get(form).unwrap_or(&self.end)
    }

    /// An area by code or name; where the period's end does not have it, as a form had it.
    fn area(&self, given: &str) -> Result<&Area, LookError> {
        let earlier = |unknown| {
            self.forms
                .values()
                .find_map(|areas| area(given, areas).ok())
                .ok_or(unknown)
        };
        area(given, &self.end).or_else(earlier)
    }

    fn name_of(&self, code: &str) -> Text {
        let has = |areas: &&Arc<Areas>| areas.get(code).is_some();
        let areas = std::iter::once(&self.end).chain(self.forms.values()).find(has);
        name_of(areas.unwrap_or(&self.end), code)
    }
}

/// Who owes a form: the areas whose own part of `reporting` is not only that of the areas below them. `due` are the forms that were
/// due for the period.
fn owing(owed: &[Owed], days: &Days, (period, due): (&str, &BTreeSet<String>)) -> BTreeMap<Key, Reporter> {
    // Expected, received, on time: own = total − those of the areas right below.
    let mut own: BTreeMap<Key, (i64, i64, Option<i64>)> = BTreeMap::new();
    for row in owed.iter().filter(|row| row.period == period) {
        let mut add = |code: &str, sign: i64| {
            let key = (row.form.to_owned(), code.to_owned());
            let there = own.entry(key).or_insert((0, 0, Some(0)));
            there.0 += sign * row.expected;
            there.1 += sign * row.received;
            there.2 = there.2.zip(row.on_time).map(|(a, b)| a + sign * b);
        };
        add(row.area_code, 1);
        if let Some(parent) = days
            .of_form(row.form)
            .get(row.area_code)
            .and_then(|area| area.parent_code.as_deref())
        {
            add(parent, -1);
        }
    }
    own.retain(|_, (expected, ..)| *expected > 0);
    let reporter = |form: &str, (_, received, on_time): (i64, i64, Option<i64>)| Reporter {
        expected: true,
        received: received > 0,
        due: due.contains(form),
        on_time: on_time.map(|n| n > 0),
        ..Reporter::default()
    };
    let made = |(key, figures): (Key, _)| {
        let reporter = reporter(&key.0, figures);
        (key, reporter)
    };
    own.into_iter().map(made).collect()
}

/// Adds what was sent and what is open in it; gives back the paths of what belongs to nobody (files that no form
/// claims, or whose period nobody asked for), and what is open in files that are no submissions.
fn add_submissions(
    pipeline: &Pipeline,
    release: &Release,
    reporters: &mut BTreeMap<Key, Reporter>,
    period: Period,
) -> Result<(Vec<String>, Vec<BesideLine>), LookError> {
    let submissions = release.table::<Sent>()?;
    let asked: Vec<String> = pipeline.periods.iter().map(ToString::to_string).collect();
    let period = period.to_string();
    let mut keys: BTreeMap<&str, Key> = BTreeMap::new();
    let mut unclaimed = Vec::new();
    for sent in submissions.rows::<Sent>() {
        let of = sent.period.unwrap_or_default();
        let (Some(form), Some(sender), true) = (sent.form, sent.area_code, asked.iter().any(|p| p == of)) else {
            unclaimed.push(sent.path.to_owned());
            continue;
        };
        if of != period {
            continue;
        }
        let key = (form.to_owned(), sender.to_owned());
        // The first usable revision tells how late a reporter is, though another one has replaced it. Of a late reporter what came
        // in time was not usable.
        let days = sent.late_days.filter(|days| *days > 0);
        if sent.status == "superseded" {
            if let Some(reporter) = reporters.get_mut(&key) {
                reporter.late_days = reporter.late_days.into_iter().chain(days).min();
            }
            continue;
        }
        let reporter = reporters.entry(key.clone()).or_default();
        reporter.paths.push(sent.path.to_owned());
        reporter.returns.extend(sent.return_path.map(str::to_owned));
        reporter.counts |= sent.status != "rejected";
        let told = match sent.status {
            "rejected" => &mut reporter.unusable_late_days,
            _ => &mut reporter.late_days,
        };
        *told = (*told).into_iter().chain(days).min();
        keys.insert(sent.submission_id, key);
    }
    let findings = release.table::<Found>()?;
    let mut beside: BTreeMap<&str, i64> = BTreeMap::new();
    for found in findings.rows::<Found>() {
        // What the ministry's corrections made is no reporter's to mend.
        if found.correction.is_some() {
            if found.status == "open" && found.submission_id.is_some_and(|id| keys.contains_key(id)) {
                *beside.entry(&pipeline.feedback.corrections).or_default() += 1;
            }
            continue;
        }
        let Some(submission) = found.submission_id else {
            if found.status == "open" {
                *beside.entry(found.path).or_default() += 1;
            }
            continue;
        };
        let Some(reporter) = keys.get(submission).and_then(|key| reporters.get_mut(key)) else {
            continue;
        };
        let codes = match found.severity {
            _ if found.status == "explained" => continue,
            "hard" => &mut reporter.hard,
            "explain" => &mut reporter.explain,
            _ => continue,
        };
        *codes.entry(found.code.to_owned()).or_default() += 1;
    }
    for reporter in reporters.values_mut() {
        reporter.paths.sort();
        reporter.returns.sort();
    }
    let line = |(path, findings): (&str, i64)| BesideLine {
        path: path.to_owned(),
        findings,
    };
    unclaimed.sort();
    Ok((unclaimed, beside.into_iter().map(line).collect()))
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
