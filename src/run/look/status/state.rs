//! How a release stands, in a few lines: what was sent, who has reported what is due, and how the goals are met.

use std::collections::BTreeMap;

use super::due::{due_forms, latest};
use super::reporters::Owed;
use crate::pipeline::Pipeline;
use crate::report::{GoalsLine, ReportedLine, SentLine, StateLine};
use crate::run::look::error::LookError;
use crate::run::look::release::Release;
use crate::tables::{IndicatorRow, ReportingRow, SubmissionRow, columns};

columns! {
    struct Sent<'a> of SubmissionRow {
        status: &'a str,
        rows_read: i64,
        rows_accepted: i64,
    }
}

columns! {
    struct Reported<'a> of ReportingRow {
        period: &'a str,
        form: &'a str,
        area_code: &'a str,
        expected: i64,
        received: i64,
        usable: i64,
    }
}

columns! {
    struct Judged<'a> of IndicatorRow {
        period: &'a str,
        area_code: &'a str,
        target: Option<f64>,
        verdict: &'a str,
    }
}

/// What was sent in all; of each form that was due, who has reported; and the verdicts on the goals of the period shown by `status`.
///
/// # Errors
/// When the release cannot be read.
pub(super) fn state(pipeline: &Pipeline, release: &Release) -> Result<Vec<StateLine>, LookError> {
    let root = release.registry.root_code();
    let mut lines = vec![StateLine::Sent(sent(release)?)];
    let reporting = release.table::<Reported>()?;
    let of_root: Vec<Reported> = reporting
        .rows::<Reported>()
        .filter(|row| row.area_code == root)
        .collect();
    for &period in &pipeline.periods {
        let due = due_forms(pipeline, release, period);
        let period = period.to_string();
        for form in pipeline.forms.iter().filter(|form| due.contains(&form.id)) {
            let of_form = of_root.iter().filter(|row| row.period == period && row.form == form.id);
            lines.extend(of_form.map(|row| {
                StateLine::Reported(ReportedLine {
                    period: period.clone(),
                    form: form.title.clone(),
                    expected: row.expected,
                    received: row.received,
                    usable: row.usable,
                })
            }));
        }
    }
    let owed = release.table::<Owed>()?;
    let owed: Vec<Owed> = owed.rows().collect();
    let period = latest(pipeline, release, &owed).to_string();
    let indicators = release.table::<Judged>()?;
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    let of_root = |row: &Judged| row.area_code == root && row.period == period && row.target.is_some();
    for row in indicators.rows::<Judged>().filter(of_root) {
        *verdicts.entry(row.verdict.to_owned()).or_default() += 1;
    }
    if !verdicts.is_empty() {
        lines.push(StateLine::Goals(GoalsLine { period, verdicts }));
    }
    Ok(lines)
}

fn sent(release: &Release) -> Result<SentLine, LookError> {
    let submissions = release.table::<Sent>()?;
    let mut line = SentLine::default();
    for row in submissions.rows::<Sent>() {
        line.submissions += 1;
        line.rejected += i64::from(row.status == "rejected");
        line.rows_read += row.rows_read;
        line.rows_accepted += row.rows_accepted;
    }
    Ok(line)
}
