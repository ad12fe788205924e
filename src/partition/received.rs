//! What each area sent of a partition.

use std::collections::BTreeMap;

use super::case::Case;
use super::error::Error;
use super::files::corrected_cells;
use crate::domain::AreaCounts;
use crate::lake::RecordBatch;
use crate::lake::records;
use crate::normalize::Normalized;

/// What each area sent: rows by area, and the sender's submission, with whether each winner's sender was in time. An area that a wider file covers has received it too.
pub(super) fn count_areas(
    cases: &[Case],
    batch: &RecordBatch,
    accepted: &[bool],
    held: &[bool],
    winners: &[(usize, Normalized)],
    on_time: &[Option<bool>],
) -> Result<BTreeMap<String, AreaCounts>, Error> {
    let mut areas: BTreeMap<String, AreaCounts> = BTreeMap::new();
    for (area, rows) in records::count_by_area(batch, accepted)? {
        areas.entry(area).or_default().rows_accepted = rows;
    }
    for (area, rows) in records::count_by_area(batch, held)? {
        areas.entry(area).or_default().rows_quarantined = rows;
    }
    for ((_, normalized), on_time) in winners.iter().zip(on_time) {
        for (area, cells) in &normalized.required_cells {
            let entry = areas.entry(area.clone()).or_default();
            entry.cells_due += cells.due;
            entry.cells_answered += cells.answered;
            entry.submissions += 1;
            entry.on_time = entry.on_time.or(*on_time);
        }
    }
    count_corrected(cases, batch, accepted, winners, &mut areas)?;
    Ok(areas)
}

/// Accepted rows with corrected cells, noted with their areas.
fn count_corrected(
    cases: &[Case],
    batch: &RecordBatch,
    accepted: &[bool],
    winners: &[(usize, Normalized)],
    areas: &mut BTreeMap<String, AreaCounts>,
) -> Result<(), Error> {
    let mut base = 0;
    let (mut at_rows, mut columns) = (Vec::new(), Vec::new());
    for (at, normalized) in winners {
        if let Some(table) = cases[*at].read.table.as_ref() {
            for (row, cells) in corrected_cells(table) {
                let position = table.records.binary_search(&row).map(|position| base + position);
                if let Some(position) = position.ok().filter(|position| accepted[*position]) {
                    at_rows.push(position);
                    columns.push(cells);
                }
            }
        }
        base += normalized.batch.num_rows();
    }
    if at_rows.is_empty() {
        return Ok(());
    }
    for (area, cells) in records::areas_at(batch, &at_rows)?.into_iter().zip(columns) {
        areas.entry(area).or_default().corrected.push(cells);
    }
    Ok(())
}
