//! Who has reported, form by form.

use std::collections::{BTreeMap, BTreeSet};

use super::{Areas, integer};
use crate::domain::{Period, Table};
use crate::pipeline::Pipeline;
use crate::report::summary::{NotDue, NotDueLine, Outcome, ReportingLine, ReportingSection};

pub(super) fn reporting_sections(
    pipeline: &Pipeline,
    reporting: &Table,
    submissions: &Table,
    areas: &Areas,
    period: Option<Period>,
) -> Vec<ReportingSection> {
    let known: BTreeSet<&str> = (0..reporting.height())
        .filter_map(|row| reporting.text(row, "period"))
        .collect();
    let last_asked = pipeline
        .periods
        .iter()
        .copied()
        .filter(|p| known.contains(p.to_string().as_str()))
        .max();
    let Some(period) = period.or(last_asked).map(|p| p.to_string()) else {
        return Vec::new();
    };
    let level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let mut sections = Vec::new();
    for form in &pipeline.forms {
        let quarantined = quarantined_rows(submissions, areas, &form.id, &period);
        let mut section = ReportingSection {
            period: period.clone(),
            form: form.id.clone(),
            title: form.title.clone(),
            total: None,
            areas: Vec::new(),
        };
        for row in 0..reporting.height() {
            if reporting.text(row, "form") != Some(&form.id) || reporting.text(row, "period") != Some(&period) {
                continue;
            }
            let line = reporting_line(reporting, row, areas, &quarantined);
            if line.area_code == areas.root {
                section.total = Some(line);
            } else if reporting.text(row, "level") == Some(level) {
                section.areas.push(line);
            }
        }
        sections.push(section);
    }
    sections
}

/// How far the forms have come in the root area that are not due yet, where anybody owes them: of periods that have begun, or of which
/// something was sent.
pub(super) fn not_due_lines(pipeline: &Pipeline, reporting: &Table, root: &str, outcome: &Outcome) -> Vec<NotDueLine> {
    let running = Period::containing(outcome.as_of, pipeline.period_kind);
    let line = |one: &NotDue| {
        let period = one.period.to_string();
        let row = (0..reporting.height()).find(|&row| {
            reporting.text(row, "area_code") == Some(root)
                && reporting.text(row, "form") == Some(&one.form)
                && reporting.text(row, "period") == Some(&period)
        })?;
        let form = pipeline.forms.iter().find(|form| form.id == one.form)?;
        let received = integer(reporting, row, "received").unwrap_or(0);
        (one.period <= running || received > 0).then_some(())?;
        Some(NotDueLine {
            period,
            title: form.title.clone(),
            due: one.due,
            expected: integer(reporting, row, "expected").filter(|expected| *expected > 0)?,
            received,
            usable: integer(reporting, row, "usable").unwrap_or(0),
            judged_as_sent: one.judged_as_sent,
        })
    };
    outcome.not_due.iter().filter_map(line).collect()
}

fn reporting_line(table: &Table, row: usize, areas: &Areas, quarantined: &BTreeMap<String, i64>) -> ReportingLine {
    let area_code = table.text(row, "area_code").unwrap_or_default().to_owned();
    ReportingLine {
        area: areas.name(&area_code),
        expected: integer(table, row, "expected").unwrap_or(0),
        received: integer(table, row, "received").unwrap_or(0),
        usable: integer(table, row, "usable").unwrap_or(0),
        on_time: integer(table, row, "on_time"),
        share: table.number(row, "usable_share"),
        rows_accepted: integer(table, row, "rows_accepted").unwrap_or(0),
        rows_expected: integer(table, row, "rows_expected"),
        rows_quarantined: quarantined.get(&area_code).copied().unwrap_or(0),
        area_code,
    }
}

/// Quarantined rows of a form and period by sender and every area it lies in.
fn quarantined_rows(submissions: &Table, areas: &Areas, form: &str, period: &str) -> BTreeMap<String, i64> {
    let mut by_area = BTreeMap::new();
    for row in 0..submissions.height() {
        if submissions.text(row, "form") != Some(form) || submissions.text(row, "period") != Some(period) {
            continue;
        }
        let rows = integer(submissions, row, "rows_quarantined").unwrap_or(0);
        let sender = submissions.text(row, "area_code").unwrap_or(&areas.root);
        for code in areas.with_ancestors(sender) {
            *by_area.entry(code.to_owned()).or_insert(0) += rows;
        }
    }
    by_area
}
