//! What each reporter of a form owes, has sent, and has to do: from `reporting`, `submissions` and `findings`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Period, Text};
use crate::pipeline::{Form, Pipeline};
use crate::registry::{Area, Areas, Registry};
use crate::report::BesideLine;
use crate::run::look::error::LookError;
use crate::run::look::names::{area, name_of};
use crate::run::look::release::Release;
use crate::run::unread::is_fault_of_file;
use crate::tables::{FindingRow, ReportingRow, SubmissionRow, columns};

columns! {
    pub(super) struct Owed<'a> of ReportingRow {
        pub(super) period: &'a str,
        pub(super) form: &'a str,
        pub(super) area_code: &'a str,
        pub(super) expected: i64,
        pub(super) received: i64,
        pub(super) on_time: Option<i64>,
    }
}

columns! {
    pub(super) struct Sent<'a> of SubmissionRow {
        pub(super) submission_id: &'a str,
        pub(super) path: &'a str,
        pub(super) form: Option<&'a str>,
        pub(super) period: Option<&'a str>,
        pub(super) area_code: Option<&'a str>,
        pub(super) status: &'a str,
        pub(super) rejected_with: Option<&'a str>,
        pub(super) late_days: Option<i64>,
        pub(super) return_path: Option<&'a str>,
    }
}

columns! {
    pub(super) struct Found<'a> of FindingRow {
        pub(super) submission_id: Option<&'a str>,
        pub(super) path: &'a str,
        pub(super) code: &'a str,
        pub(super) severity: &'a str,
        pub(super) status: &'a str,
        pub(super) correction: Option<&'a str>,
    }
}

/// Form and area of a reporter.
pub(super) type Key = (String, String);

/// What one reporter of one form owes, has sent, and has to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Reporter {
    pub(super) expected: bool,
    pub(super) received: bool,
    /// Whether the form was due on the date of the run.
    pub(super) due: bool,
    /// None: no receipts.
    pub(super) on_time: Option<bool>,
    /// Of the usable submission that came first.
    pub(super) late_days: Option<i64>,
    /// Of the first one of which nothing counts.
    pub(super) unusable_late_days: Option<i64>,
    pub(super) paths: Vec<String>,
    /// The marked workbooks that go back, below the release.
    pub(super) returns: Vec<String>,
    /// Some submission that counts has an accepted row.
    pub(super) counts: bool,
    pub(super) hard: BTreeMap<String, i64>,
    pub(super) explain: BTreeMap<String, i64>,
}

impl Reporter {
    pub(super) fn late(&self) -> bool {
        self.received && self.on_time == Some(false)
    }

    pub(super) fn missing(&self) -> bool {
        self.expected && !self.received && self.due
    }

    pub(super) fn rejected(&self) -> bool {
        !self.paths.is_empty() && !self.counts
    }

    pub(super) fn in_order(&self) -> bool {
        !(self.missing() || self.late() || self.rejected()) && self.hard.is_empty() && self.explain.is_empty()
    }
}

/// The areas of a period: at its end, and on the day that each form is judged on.
pub(super) struct Days {
    pub(super) end: Arc<Areas>,
    pub(super) forms: BTreeMap<String, Arc<Areas>>,
}

impl Days {
    pub(super) fn of(pipeline: &Pipeline, registry: &Registry, period: Period) -> Days {
        let of_form = |form: &Form| (form.id.clone(), registry.of_form(form, period));
        Days {
            end: registry.at(period),
            forms: pipeline.forms.iter().map(of_form).collect(),
        }
    }

    pub(super) fn of_form(&self, form: &str) -> &Areas {
        self.forms.get(form).unwrap_or(&self.end)
    }

    /// An area by code or name; where the period's end does not have it, as a form had it.
    pub(super) fn area(&self, given: &str) -> Result<&Area, LookError> {
        let earlier = |unknown| {
            self.forms
                .values()
                .find_map(|areas| area(given, areas).ok())
                .ok_or(unknown)
        };
        area(given, &self.end).or_else(earlier)
    }

    pub(super) fn name_of(&self, code: &str) -> Text {
        let has = |areas: &&Arc<Areas>| areas.get(code).is_some();
        let areas = std::iter::once(&self.end).chain(self.forms.values()).find(has);
        name_of(areas.unwrap_or(&self.end), code)
    }
}

/// Who owes a form: the areas whose own part of `reporting` is not only that of the areas below them. `due` are the forms that were
/// due for the period.
pub(super) fn owing(owed: &[Owed], days: &Days, (period, due): (&str, &BTreeSet<String>)) -> BTreeMap<Key, Reporter> {
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
pub(super) fn add_submissions(
    pipeline: &Pipeline,
    release: &Release,
    reporters: &mut BTreeMap<Key, Reporter>,
    period: Period,
) -> Result<(Vec<String>, Vec<BesideLine>), LookError> {
    let submissions = release.table::<Sent>()?;
    let asked: Vec<String> = pipeline.periods.iter().map(ToString::to_string).collect();
    let period = period.to_string();
    let mut keys: BTreeMap<&str, Key> = BTreeMap::new();
    // Why a file cannot be read concerns the reporters of all its forms, and is told at one of its submissions.
    let mut others: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
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
        if let Some(with) = sent.rejected_with {
            others.entry(with).or_default().push(key.clone());
        }
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
        let others = others.get(submission).filter(|_| is_fault_of_file(found.code));
        for key in keys.get(submission).into_iter().chain(others.into_iter().flatten()) {
            let Some(reporter) = reporters.get_mut(key) else {
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
