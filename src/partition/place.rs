//! Judges each submission as a whole: does anyone expect it.

use super::shared::Shared;
use crate::domain::{Code, Finding, Period, RawTable, Severity};
use crate::intake::ReadSubmission;
use crate::pipeline::{ColumnKind, Form};
use crate::registry::{Areas, Named};

/// Finds what is wrong with a submission before any of its rows is read as a record. A hard finding rejects it.
pub fn judge(shared: &Shared<'_>, read: &ReadSubmission) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(period) = asked_for(shared, read, &mut findings) else {
        return findings;
    };
    let submission = &read.submission;
    let areas = shared.areas(read.submission.form, period);
    let sender = submission.area_code.as_str();
    if areas.get(sender).is_none() {
        let moved = areas.moved(sender);
        let finding = Finding::new(Code::AreaUnknown).raw(sender);
        findings.push(match moved {
            Some(moved) => Finding {
                mend: moved.is_recoded.then(|| moved.codes[0].clone().into()),
                ..finding.expected_as(areas.tell(sender, &moved))
            },
            None => Finding {
                mend: areas.in_other_case(sender).map(|area| area.code.clone().into()),
                ..finding
            },
        });
        return findings;
    }
    let ancestors: Vec<&str> = areas.ancestors(sender).iter().map(|area| area.code.as_str()).collect();
    for (_, code) in &read.claim.areas {
        if !ancestors.contains(&code.as_str()) {
            findings.push(
                Finding::new(Code::AreaContradicted)
                    .raw(sender)
                    .expected(code)
                    .with_expected_text(areas.code_and_name(code))
                    .naming(&areas.code_and_name(sender)),
            );
        }
    }
    // A file of the whole country, or of a province, is no reporter's: its rows are judged one by one.
    let one_reporter = areas
        .get(sender)
        .is_some_and(|area| area.level == shared.pipeline.registry.leaf());
    let bearer = reassigned(shared, read, &areas);
    if bearer
        .as_ref()
        .is_some_and(|finding| finding.severity == Severity::Hard)
    {
        findings.extend(bearer);
        return findings;
    }
    let expected = shared.reporters.expected(submission.form, period);
    if findings.is_empty() && one_reporter && !expected.contains_key(sender) {
        let other = areas.other_bearers(sender).first();
        let mend = other.filter(|other| other.moved.is_recoded && expected.contains_key(&other.moved.codes[0]));
        let finding = Finding::new(Code::AreaUnexpected).raw(sender);
        let finding = match other {
            Some(other) => finding.expected_as(areas.tell(sender, &other.moved)),
            None => finding,
        };
        let finding = Finding {
            mend: mend.map(|other| other.moved.codes[0].clone().into()),
            ..finding
        };
        findings.push(finding.naming(&areas.code_and_name(sender)));
    } else {
        findings.extend(bearer);
    }
    findings
}

/// Rows of a sheet that are no records and whose text may name the sender.
const TITLES: usize = 200;

/// What is to be told of a sender whose code belongs to another area at other times: that the submission names that one, or
/// neither.
fn reassigned(shared: &Shared<'_>, read: &ReadSubmission, areas: &Areas) -> Option<Finding> {
    let submission = &read.submission;
    let sender = submission.area_code.as_str();
    let first = areas.other_bearers(sender).first()?;
    let form = &shared.pipeline.forms[submission.form];
    let path = std::iter::once(submission.path.as_str());
    let tables = read.table.as_slice();
    let titles = areas.named(sender, path.chain(tables.iter().flat_map(titles)), true);
    let cells = areas.named(sender, tables.iter().flat_map(|table| names(table, form)), false);
    let (code, bearer) = match (titles, cells) {
        (Named::Own, _) | (_, Named::Own) => return None,
        (Named::Other(bearer), _) | (_, Named::Other(bearer)) => (Code::AreaReassigned, bearer),
        (Named::Nobody, Named::Nobody) => (Code::AreaReused, first),
    };
    let is_sure = code == Code::AreaReassigned && bearer.moved.is_recoded;
    let finding = Finding::new(code)
        .raw(sender)
        .expected_as(areas.tell(sender, &bearer.moved));
    Some(Finding {
        mend: is_sure.then(|| bearer.moved.codes[0].clone().into()),
        ..finding
    })
}

/// The cells of rows that are no records.
fn titles(table: &RawTable) -> impl Iterator<Item = &str> {
    let rows = (0..table.grid.height()).filter(move |&row| table.records.binary_search(&(row as u32)).is_err());
    let cells = move |row| (0..table.grid.width(row)).map(move |column| table.grid.cell(row, column));
    rows.take(TITLES).flat_map(cells)
}

/// The cells of records that may hold the name of an area.
fn names<'t>(table: &'t RawTable, form: &'t Form) -> impl Iterator<Item = &'t str> {
    let is_name = |column: usize| {
        let kind = &form.columns[column].kind;
        matches!(kind, ColumnKind::Text | ColumnKind::DivisionName { .. })
    };
    let columns = table.columns.iter().filter(move |matched| is_name(matched.column));
    columns.flat_map(|matched| table.records.iter().map(|&row| table.said(row, matched.index).0))
}

fn asked_for(shared: &Shared<'_>, read: &ReadSubmission, findings: &mut Vec<Finding>) -> Option<Period> {
    let periods = &shared.pipeline.periods;
    let found = read.submission.period.filter(|period| periods.contains(period));
    // What has no sheet has no period either, and says so itself.
    let sheetless = read.rejected && read.table.is_none() && read.claim.period_text.is_none();
    if found.is_none() && !sheetless {
        let text = read.submission.period.map(|period| period.to_string());
        let text = text.or_else(|| read.claim.period_text.clone()).unwrap_or_default();
        let all: Vec<String> = periods.iter().map(ToString::to_string).collect();
        let finding = Finding::new(Code::PeriodUnexpected).raw(text).expected(all.join(" "));
        // A table may go further back than anyone asks.
        let is_of_table = shared.pipeline.forms[read.submission.form].unpivot.is_some();
        findings.push(match is_of_table && read.submission.period.is_some() {
            true => finding.severity(Severity::Info),
            false => finding,
        });
    }
    found
}
