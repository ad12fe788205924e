//! Findings that the ministry's corrections have made: the same submissions as received do not have them.
//!
//! The records of a partition with corrections are judged a second time, as received. What is found only with the corrections is
//! theirs: it names them, and is not sent to the county.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::choose::{Chosen, Rejected};
use super::error::Error;
use super::judged::{Judged, judge_records};
use super::shared::Shared;
use crate::check;
use crate::domain::{Finding, Overlay, RawTable, SetAside};
use crate::normalize::{Context, Normalized, normalize};
use crate::pipeline::corrections::{Change, Correction};

/// Corrections that a finding names; how many more there are is said.
const NAMED: usize = 3;

/// Submission, code, row and column: what tells findings apart.
type Key = (usize, String, Option<u32>, Option<String>);

fn key(submission: usize, finding: &Finding) -> Key {
    let column = finding.place.column.as_deref().map(str::to_owned);
    let code = finding.code.as_str().to_owned();
    (submission, code, finding.place.row, column)
}

/// Marks what corrections have made among the findings of a partition.
///
/// # Errors
/// When columns cannot be built.
pub fn mark(
    shared: &Shared<'_>,
    judging: &check::Context<'_>,
    cases: &[Case],
    choices: &mut [Chosen],
    judged: Option<&mut Judged>,
) -> Result<(), Error> {
    let originals: BTreeMap<usize, RawTable> = (choices.iter())
        .flat_map(|chosen| {
            let winner = chosen.winner.iter().map(|(at, _)| *at);
            winner.chain(chosen.rejected.iter().map(|rejected| rejected.at))
        })
        .filter_map(|at| Some((at, as_received(cases[at].read.table.as_ref()?)?)))
        .collect();
    if originals.is_empty() {
        return Ok(());
    }
    let again = |at: usize| -> Option<Normalized> {
        let context = Context {
            pipeline: shared.pipeline,
            form: judging.form,
            areas: judging.areas,
            sender: &cases[at].read.submission.area_code,
            submission: at as u32,
        };
        Some(normalize(originals.get(&at)?, &context))
    };
    let mut without: BTreeSet<Key> = BTreeSet::new();
    let mut others = Vec::new();
    for chosen in choices.iter() {
        for rejected in &chosen.rejected {
            let found = again(rejected.at).map_or_else(Vec::new, |normalized| normalized.findings);
            without.extend(found.iter().map(|finding| key(rejected.at, finding)));
        }
        if let Some((at, normalized)) = &chosen.winner {
            let normalized = again(*at).unwrap_or_else(|| normalized.clone());
            without.extend(normalized.findings.iter().map(|finding| key(*at, finding)));
            others.push(Chosen {
                winner: Some((*at, normalized)),
                ..Chosen::default()
            });
        }
    }
    if let Some(judged) = judge_records(judging, cases, &others)? {
        for (submission, findings) in &judged.checked.findings {
            without.extend(findings.iter().map(|finding| key(*submission as usize, finding)));
        }
    }
    let desk = Desk { shared, cases };
    let of_choices = choices.iter_mut().flat_map(|chosen| {
        let winner = (chosen.winner.iter_mut())
            .flat_map(|(at, normalized)| normalized.findings.iter_mut().map(|finding| (*at, finding)));
        // What is said of a submission beside its rows, such as a tie, is no work of a correction.
        let is_corrected = |rejected: &&mut Rejected| originals.contains_key(&rejected.at);
        let rejected = chosen.rejected.iter_mut().filter(is_corrected);
        let rejected = rejected.flat_map(|one| one.findings.iter_mut().map(|finding| (one.at, finding)));
        winner.chain(rejected)
    });
    let of_rules = judged.into_iter().flat_map(|judged| &mut judged.checked.findings);
    let of_rules = of_rules.flat_map(|(at, findings)| findings.iter_mut().map(|finding| (*at as usize, finding)));
    for (at, finding) in of_choices.chain(of_rules).filter(|(_, finding)| finding.is_open()) {
        if !without.contains(&key(at, finding)) {
            desk.attribute(at, finding);
        }
    }
    Ok(())
}

/// A table without what corrections did to it; None: they did nothing.
fn as_received(table: &RawTable) -> Option<RawTable> {
    let is_dropped = |(_, kind): &&(u32, SetAside)| *kind == SetAside::Dropped;
    let dropped: Vec<u32> = table.set_aside.iter().filter(is_dropped).map(|(row, _)| *row).collect();
    if table.corrected.is_empty() && dropped.is_empty() {
        return None;
    }
    let mut table = table.clone();
    table.corrected = Overlay::default();
    table.records.extend(dropped);
    table.records.sort_unstable();
    table.set_aside.retain(|(_, kind)| *kind != SetAside::Dropped);
    Some(table)
}

struct Desk<'a> {
    shared: &'a Shared<'a>,
    cases: &'a [Case],
}

impl Desk<'_> {
    /// Names the corrections in a finding: those of its cells, else of its rows, else of its submission, else all.
    fn attribute(&self, at: usize, finding: &mut Finding) {
        let list = &self.shared.feedback.corrections.list;
        let one = &self.cases[at].read;
        let (submission, table) = (&one.submission, one.table.as_ref());
        let rows: BTreeSet<u32> = finding
            .place
            .row
            .into_iter()
            .chain(finding.rows.iter().copied())
            .collect();
        let columns: BTreeSet<&str> = (finding.place.column.as_deref().into_iter())
            .chain(finding.cells.iter().filter_map(|cell| cell.place.column.as_deref()))
            .collect();
        let form = &self.shared.pipeline.forms[submission.form];
        let mut by_cell = BTreeSet::new();
        let mut by_row = BTreeSet::new();
        let mut by_submission = BTreeSet::new();
        for (row, index) in table.iter().flat_map(|table| table.corrected.cells()) {
            let Some(table) = table else { continue };
            let id = table.corrected.get(row, index).map(|corrected| &*corrected.correction);
            let Some(at) = list.iter().position(|correction| Some(correction.id.as_str()) == id) else {
                continue;
            };
            by_submission.insert(at);
            if rows.contains(&table.grid.number(row as usize)) {
                by_row.insert(at);
                if list[at]
                    .column
                    .is_some_and(|column| columns.contains(&*form.columns[column].id))
                {
                    by_cell.insert(at);
                }
            }
        }
        let is_of_sender = |correction: &Correction| {
            correction.form == submission.form
                && Some(correction.period) == submission.period
                && correction.area == submission.area_code
        };
        let all = |is: &dyn Fn(&Correction) -> bool| -> BTreeSet<usize> {
            list.iter()
                .enumerate()
                .filter(|(_, one)| is(one))
                .map(|(at, _)| at)
                .collect()
        };
        by_submission.extend(all(&|one| one.change == Change::Drop && is_of_sender(one)));
        let of_form = all(&|one| one.form == submission.form && Some(one.period) == submission.period);
        let found = [by_cell, by_row, by_submission, of_form];
        let corrections: Vec<&Correction> = found
            .iter()
            .find(|found| !found.is_empty())
            .into_iter()
            .flatten()
            .map(|at| &list[*at])
            .collect();
        let named: Vec<(&str, u32)> = corrections
            .iter()
            .map(|one| (one.id.as_str(), one.line))
            .take(NAMED)
            .collect();
        finding.attribute(&self.shared.feedback.corrections.path, &named, corrections.len());
    }
}
