//! Explain findings that the county has explained: in its own column of remarks, or in `explanations.csv`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Feedback, Sender};
use crate::domain::{Finding, Place, Severity, Text};
use crate::normalize::{self, Context, RowKeys};
use crate::pipeline::{Pipeline, RowUnit};
use crate::registry::Explanation;
use crate::run::ledger::note_beside;
use crate::run::{Entry, Night, Received, Status};

/// What is said of the rows of a submission.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    /// The content of the form's own column, by row as the clerk counts.
    rows: BTreeMap<u32, String>,
    /// Rows that an explanation names by their key, by the explanation's index.
    keyed: BTreeMap<usize, BTreeSet<u32>>,
    /// Rows of all records, ascending, where an explanation asks: what is told of another row concerns a column.
    records: Vec<u32>,
}

/// Notes what is said of rows while the sheets are at hand; findings may come later.
pub fn remarks(night: &Night<'_>, received: &[Received], entries: &mut [Entry]) {
    for (at, (one, entry)) in received.iter().zip(entries).enumerate() {
        let submission = &one.read.submission;
        let Some(period) = submission
            .period
            .filter(|period| night.pipeline.periods.contains(period))
        else {
            continue;
        };
        let Some(table) = one.read.tables.first() else { continue };
        let sender: Sender = (submission.form, period, submission.area_code.clone());
        let explained = night.feedback.explanations_of(&sender);
        if explained.is_empty() && night.pipeline.forms[submission.form].explanation.is_none() {
            continue;
        }
        let areas = night.registry.at(period);
        let context = Context {
            pipeline: night.pipeline,
            form: submission.form,
            areas: &areas,
            sender: &submission.area_code,
            submission: at as u32,
        };
        entry.remarks.rows = normalize::remarks(table, &context);
        let list = &night.feedback.explanations.list;
        if !explained.is_empty() {
            let rows = table.records.iter();
            entry.remarks.records = rows.map(|row| table.grid.number(*row as usize)).collect();
        }
        if explained.iter().all(|&index| list[index].key.is_empty()) {
            continue;
        }
        let Some(keys) = RowKeys::new(table, context) else {
            continue;
        };
        for &index in explained.iter().filter(|&&index| !list[index].key.is_empty()) {
            let rows = keys.find(&list[index].key).into_iter();
            let number = |position: u32| table.grid.number(table.records[position as usize] as usize);
            entry.remarks.keyed.insert(index, rows.map(number).collect());
        }
    }
}

/// Gives explain findings their explanations, and tells explanations that explain nothing. Hard findings keep theirs for whoever
/// reads them, and stay open.
pub fn explain(feedback: &Feedback, pipeline: &Pipeline, entries: &mut Vec<Entry>) {
    let list = &feedback.explanations.list;
    let mut used: BTreeMap<usize, Severity> = BTreeMap::new();
    for entry in entries
        .iter_mut()
        .filter(|entry| entry.claimed && entry.status != Status::Superseded)
    {
        let submission = &entry.submission;
        let Some(period) = submission.period else { continue };
        let sender: Sender = (submission.form, period, submission.area_code.clone());
        let form = &pipeline.forms[submission.form];
        let is_area = matches!(form.unit, RowUnit::Area(_)) && entry.remarks.records.len() == 1;
        let one_row = form.key.is_empty() || is_area;
        let explained = feedback.explanations_of(&sender);
        for finding in entry
            .findings
            .iter_mut()
            .filter(|finding| finding.severity != Severity::Info)
        {
            for &index in explained {
                if answers((index, &list[index]), finding, &entry.remarks, one_row) {
                    let worst = used.entry(index).or_insert(finding.severity);
                    *worst = finding.severity.min(*worst);
                    finding.explanation.get_or_insert_with(|| list[index].text.clone());
                }
            }
            if finding.severity == Severity::Explain && finding.explanation.is_none() {
                // One that stands for many rows is explained where each of them is.
                let rows = finding.place.row.iter().chain(&finding.rows);
                let remarks: Option<Vec<&String>> = rows.map(|row| entry.remarks.rows.get(row)).collect();
                finding.explanation = remarks.and_then(|remarks| remarks.first().map(|first| (*first).clone()));
            }
        }
    }
    let asked = |one: &Explanation| pipeline.periods.contains(&one.period);
    let unused = list.iter().enumerate().filter(|(_, one)| asked(one));
    let findings: Vec<Finding> = unused
        .filter_map(|(index, one)| idle(one, used.get(&index).copied()))
        .collect();
    note_beside(entries, &feedback.explanations.path, findings);
}

/// Whether an explanation speaks of a finding.
fn answers((index, one): (usize, &Explanation), finding: &Finding, remarks: &Remarks, one_row: bool) -> bool {
    let place = &finding.place;
    let is_record = |row: u32| remarks.records.binary_search(&row).is_ok();
    let row = match (one.key.is_empty(), place.row) {
        (true, row) => one_row || !row.is_some_and(is_record),
        (false, Some(row)) => remarks.keyed.get(&index).is_some_and(|rows| rows.contains(&row)),
        // A unit that is missing has no row: the finding names it by its key.
        (false, None) => finding.raw.as_deref() == Some(&one.key.join(" ")),
    };
    let column = one.column.as_deref().is_none_or(|column| {
        let other = finding
            .cells
            .iter()
            .any(|cell| cell.place.column.as_deref() == Some(column));
        place.column.as_deref() == Some(column) || other
    });
    row && column && one.code.as_deref().is_none_or(|code| code == finding.code)
}

/// What is told of an explanation that settles nothing.
fn idle(one: &Explanation, answered: Option<Severity>) -> Option<Finding> {
    let refused = match answered {
        Some(Severity::Hard) => Text::new(
            "强制性问题不能以说明代替改正，问题仍待处理",
            "a hard finding must be mended and is not settled by an explanation; it stays open",
        ),
        Some(_) => return None,
        None => Text::new("没有对应的核实性问题", "no explain finding answers to this explanation"),
    };
    let place = Place {
        row: Some(one.line),
        ..Place::default()
    };
    let finding = Finding::new("explanation-unmatched", 0).at(place).raw(&one.text);
    Some(Finding {
        message: Some(refused),
        ..finding
    })
}
