//! Lines of a sheet that state the sum of others: set aside, and held against the rows they are the sum of.

use super::{Entry, Error};
use super::{PartitionResult, Received, Shared};
use crate::check::{Flags, Records, StatedFigure, StatedRow, reconcile, totals};
use crate::domain::{Code, Finding, RawTable, SetAside};
use crate::normalize::{self, Notations, figures};

/// Lines of totals in a sheet that are held against its rows: no form has more, and each is held against several sums.
const HELD: usize = 100;

/// Takes lines of totals and of wider areas out of a submission's records, says what they were, and reads their figures.
pub fn set_aside(shared: &Shared<'_>, at: usize, one: &mut Received) -> Vec<Finding> {
    let submission = &one.read.submission;
    let Some(period) = submission
        .period
        .filter(|period| shared.pipeline.periods.contains(period))
    else {
        return Vec::new();
    };
    let areas = shared.areas(submission.form, period);
    let context = shared.context(submission, &areas, at);
    let additive = &shared.additive[submission.form];
    let (mut told, mut count) = (Vec::new(), 0);
    for table in &mut one.read.tables {
        told.extend(normalize::named_totals(table, &context, additive));
        let wider = normalize::totals(table, &context);
        count += wider.len() as u64;
        // What holds the sender has rows in other submissions.
        let is_within = |(_, area): &&(u32, String)| areas.contains(&submission.area_code, area);
        let within: Vec<(u32, String)> = wider.iter().filter(is_within).cloned().collect();
        let mut lines = lines_of(table, &within);
        for (position, _) in wider.into_iter().rev() {
            let row = table.records.remove(position as usize);
            table.set_aside.push((row, SetAside::Subtotal));
        }
        table.set_aside.sort_unstable();
        lines.truncate(HELD);
        if lines.is_empty() || additive.is_empty() || table.records.is_empty() {
            continue;
        }
        let notations = Notations::of(table, &shared.pipeline.forms[submission.form]);
        let rows = lines.iter().map(|(row, _)| *row).collect();
        let records = std::mem::replace(&mut table.records, rows);
        let read = figures(table, &context, additive, notations);
        table.records = records;
        let stated = lines.into_iter().enumerate().map(|(line, (row, area))| {
            let figure = |of: &normalize::Figures| {
                Some(StatedFigure {
                    column: of.column,
                    value: of.values[line]?,
                    converted: of.converted,
                })
            };
            let (earlier, later) = neighbours(table, row);
            StatedRow {
                submission: at as u32,
                row: table.grid.number(row as usize),
                area,
                earlier,
                later,
                figures: read.iter().filter_map(figure).collect(),
            }
        });
        one.stated.extend(stated);
    }
    if count > 0 {
        told.push(Finding::new(Code::RowTotal, at as u32).count(count));
    }
    told
}

/// The lines of a sheet whose figures can be held against rows, with the wider area that each is about: None for a line that is
/// the sum of all rows or of a section. Of several lines of one area it is not known which is the sum of what.
fn lines_of(table: &RawTable, wider: &[(u32, String)]) -> Vec<(u32, Option<String>)> {
    let totals = table.set_aside.iter();
    let totals = totals.filter(|(_, kind)| matches!(kind, SetAside::Total | SetAside::Section));
    let mut lines: Vec<(u32, Option<String>)> = totals.map(|(row, _)| (*row, None)).collect();
    let is_only = |area: &str| wider.iter().filter(|(_, of)| of == area).count() == 1;
    for (position, area) in wider.iter().filter(|(_, area)| is_only(area)) {
        lines.push((table.records[*position as usize], Some(area.clone())));
    }
    lines
}

/// The lines of totals above and below one, as the clerk counts: each the nearest, and the nearest of the same kind. Where there is
/// none below, the sheet's end.
fn neighbours(table: &RawTable, row: u32) -> (Vec<u32>, Vec<u32>) {
    let at = table.set_aside.partition_point(|(of, _)| *of < row);
    let kind = table.set_aside.get(at).map(|(_, kind)| *kind);
    let is_total = |(_, kind): &&(u32, SetAside)| kind.is_total();
    let number = |(row, _): &(u32, SetAside)| table.grid.number(*row as usize);
    let above = || table.set_aside[..at].iter().rev().filter(is_total);
    let below = || {
        table.set_aside[at..]
            .iter()
            .filter(is_total)
            .filter(|(of, _)| *of > row)
    };
    let alike = |(_, of): &&(u32, SetAside)| Some(*of) == kind;
    let (nearest, like) = (above().next().map(number), above().find(alike).map(number));
    let mut earlier: Vec<u32> = nearest.into_iter().chain(like).collect();
    let (nearest, like) = (below().next().map(number), below().find(alike).map(number));
    let mut later = vec![nearest.unwrap_or(u32::MAX), like.unwrap_or(u32::MAX)];
    earlier.dedup();
    later.dedup();
    (earlier, later)
}

/// Holds the figures of a bundle against each other, once all its records have been judged.
///
/// # Errors
/// When a frame is not as it should be.
pub fn hold_together(
    shared: &Shared<'_>,
    received: &[Received],
    entries: &mut [Entry],
    records: &mut [Records],
    done: &mut PartitionResult,
) -> Result<(), Error> {
    if records.is_empty() {
        return Ok(());
    }
    let stated: Vec<StatedRow> = received.iter().flat_map(|one| one.stated.iter().cloned()).collect();
    let (mut settled, loose) = {
        // What is said in the sheet itself is known already; other explanations come when all findings are known.
        let findings = entries.iter().flat_map(|entry| {
            let is_explained = |finding| entry.remarks.answer(finding).is_some();
            entry
                .findings
                .iter()
                .map(move |finding| (finding, is_explained(finding)))
        });
        let flags = Flags::new(findings);
        let (mut settled, loose) = reconcile(shared.pipeline, records, &flags)?;
        settled.extend(totals(shared.pipeline, records, &stated, &flags)?);
        (settled, loose)
    };
    for one in &mut settled {
        if let Some(finding) = one.finding.take() {
            entries[finding.submission as usize].findings.push(finding);
        }
    }
    let id = |at: u32| entries[at as usize].submission.id.clone();
    done.settled
        .extend(settled.into_iter().map(|one| (one.line.submission.map(id), one)));
    for mut pairing in loose {
        let submission = pairing.submissions().next().copied();
        done.loose.extend(submission.map(|at| (id(at), pairing)));
    }
    Ok(())
}
