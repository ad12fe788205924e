//! Lines of a sheet that state the sum of others: set aside, and held against the rows they are the sum of.

use super::night::{BundleDone, Night, Received};
use super::{Entry, RunError};
use crate::check::{Flags, Records, StatedFigure, StatedRow, reconcile, totals};
use crate::domain::{Finding, SetAside};
use crate::normalize::{self, Notations, figures};

/// Takes the lines of wider areas out of a submission's records, says how many there were, and reads the figures of all lines
/// that state a sum.
pub fn set_aside(night: &Night<'_>, at: usize, one: &mut Received) -> Option<Finding> {
    let submission = &one.read.submission;
    let period = submission
        .period
        .filter(|period| night.pipeline.periods.contains(period))?;
    let areas = night.registry.at(period);
    let context = night.context(submission, &areas, at);
    let mut count = 0;
    for table in &mut one.read.tables {
        // Two lines of one sheet for the same whole are the sums of its sections: which, it does not say.
        let mut lines: Vec<(u32, Option<String>)> = Vec::new();
        let whole: Vec<u32> = table
            .set_aside
            .iter()
            .filter(|(_, kind)| *kind == SetAside::Total)
            .map(|(row, _)| *row)
            .collect();
        if let [only] = whole.as_slice() {
            lines.push((*only, None));
        }
        let wider = normalize::totals(table, &context);
        count += wider.len() as u64;
        let is_only = |area: &str| wider.iter().filter(|(_, of)| of == area).count() == 1;
        for (position, area) in &wider {
            if is_only(area) {
                lines.push((table.records[*position as usize], Some(area.clone())));
            }
        }
        for (position, _) in wider.into_iter().rev() {
            let row = table.records.remove(position as usize);
            table.set_aside.push((row, SetAside::Subtotal));
        }
        table.set_aside.sort_unstable();
        let columns = &night.additive[submission.form];
        if lines.is_empty() || columns.is_empty() || table.records.is_empty() {
            continue;
        }
        let notations = Notations::of(table, &night.pipeline.forms[submission.form]);
        let rows = lines.iter().map(|(row, _)| *row).collect();
        let records = std::mem::replace(&mut table.records, rows);
        let read = figures(table, &context, columns, notations);
        table.records = records;
        one.stated
            .extend(lines.into_iter().enumerate().map(|(line, (row, area))| {
                let figure = |of: &normalize::Figures| {
                    Some(StatedFigure {
                        column: of.column,
                        value: of.values[line]?,
                        converted: of.converted,
                    })
                };
                StatedRow {
                    submission: at as u32,
                    row: table.grid.number(row as usize),
                    area,
                    figures: read.iter().filter_map(figure).collect(),
                }
            }));
    }
    (count > 0).then(|| Finding::new("row-total", at as u32).count(count))
}

/// Holds the figures of a bundle against each other, once all its records have been judged.
///
/// # Errors
/// When a frame is not as it should be.
pub fn hold_together(
    night: &Night<'_>,
    received: &[Received],
    entries: &mut [Entry],
    records: &mut [Records],
    done: &mut BundleDone,
) -> Result<(), RunError> {
    if records.is_empty() {
        return Ok(());
    }
    let stated: Vec<StatedRow> = received.iter().flat_map(|one| one.stated.iter().cloned()).collect();
    let (mut settled, loose) = {
        let flags = Flags::new(entries.iter().flat_map(|entry| &entry.findings));
        let (mut settled, loose) = reconcile(night.pipeline, records, &flags)?;
        settled.extend(totals(night.pipeline, records, &stated, &flags)?);
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
