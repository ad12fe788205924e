//! Who has reported, form by form.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::areas::Areas;
use crate::domain::Period;
use crate::pipeline::Pipeline;
use crate::report::summary::{NotDue, NotDueLine, ReportingLine, ReportingSection};
use crate::tables::{ReportingRow, SubmissionRow, Table};

pub(super) fn reporting_sections(
    pipeline: &Pipeline,
    reporting: &Table,
    submissions: &Table,
    areas: &Areas,
    period: Option<Period>,
) -> Vec<ReportingSection> {
    let reporting = reporting.rows::<ReportingRow>();
    let known: BTreeSet<&str> = reporting.clone().map(|row| row.period).collect();
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
        for row in reporting
            .clone()
            .filter(|row| row.form == form.id && row.period == period)
        {
            let line = reporting_line(&row, areas, &quarantined);
            if line.area_code == areas.root {
                section.total = Some(line);
            } else if row.level == level {
                section.areas.push(line);
            }
        }
        sections.push(section);
    }
    sections
}

/// How far the forms have come in the root area that are not due yet, where anybody owes them: of periods that have begun, or of which
/// something was sent.
pub(super) fn not_due_lines(
    pipeline: &Pipeline,
    reporting: &Table,
    root: &str,
    (as_of, not_due): (Date, &[NotDue]),
) -> Vec<NotDueLine> {
    let running = Period::containing(as_of, pipeline.period_kind);
    let line = |one: &NotDue| {
        let period = one.period.to_string();
        let row = reporting
            .rows::<ReportingRow>()
            .find(|row| row.area_code == root && row.form == one.form && row.period == period)?;
        let form = pipeline.forms.iter().find(|form| form.id == one.form)?;
        (row.expected > 0 && (one.period <= running || row.received > 0)).then_some(())?;
        Some(NotDueLine {
            period,
            title: form.title.clone(),
            due: one.due,
            expected: row.expected,
            received: row.received,
            usable: row.usable,
            judged_as_sent: one.judged_as_sent,
        })
    };
    not_due.iter().filter_map(line).collect()
}

fn reporting_line(row: &ReportingRow, areas: &Areas, quarantined: &BTreeMap<String, i64>) -> ReportingLine {
    ReportingLine {
        area: areas.name(row.area_code),
        expected: row.expected,
        received: row.received,
        usable: row.usable,
        on_time: row.on_time,
        share: row.usable_share,
        rows_accepted: row.rows_accepted,
        rows_expected: row.rows_expected,
        rows_quarantined: quarantined.get(row.area_code).copied().unwrap_or(0),
        area_code: row.area_code.to_owned(),
    }
}

/// Quarantined rows of a form and period by sender and every area it lies in.
fn quarantined_rows(submissions: &Table, areas: &Areas, form: &str, period: &str) -> BTreeMap<String, i64> {
    let mut by_area = BTreeMap::new();
    for submission in submissions.rows::<SubmissionRow>() {
        if submission.form != Some(form) || submission.period != Some(period) {
            continue;
        }
        let sender = submission.area_code.unwrap_or(&areas.root);
        for code in areas.with_ancestors(sender) {
            *by_area.entry(code.to_owned()).or_insert(0) += submission.rows_quarantined;
        }
    }
    by_area
}
