//! A sheet, and the records that a line of it can be the sum of.

use std::ops::Range;

use super::spans::{Of, spans};
use super::stated::StatedRow;
use crate::check::error::Error;
use crate::check::flags::Flags;
use crate::check::partition::Partition;

/// A sheet, and the records that a line can be the sum of.
pub(super) struct Sheet<'a> {
    pub(super) partition: &'a Partition<'a>,
    pub(super) flags: &'a Flags<'a>,
    /// Its first record.
    pub(super) first: usize,
    pub(super) sums: Vec<(Of, Vec<usize>)>,
}

/// The sums that a line can state: one for a line of a wider area. `numbers` are the rows of the records in `range`.
pub(super) fn sums(
    partition: &Partition,
    range: Range<usize>,
    numbers: &[u32],
    row: &StatedRow,
) -> Result<Vec<(Of, Vec<usize>)>, Error> {
    let Some(wider) = &row.area else {
        let records = |of: Range<usize>| (range.start + of.start..range.start + of.end).collect();
        let found = spans(numbers, row).into_iter();
        return Ok(found.map(|(of, span)| (of, records(span))).collect());
    };
    let codes = partition.column("area_code")?.str().map_err(|source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    })?;
    let mut last: Option<(&str, bool)> = None;
    let mut parts = Vec::new();
    for record in range {
        let code = codes.get(record).unwrap_or_default();
        let within = match last {
            Some((same, within)) if same == code => within,
            _ => partition.context.areas.contains(wider, code),
        };
        last = Some((code, within));
        if within {
            parts.push(record);
        }
    }
    Ok(vec![(Of::All, parts)])
}
