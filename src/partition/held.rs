//! The records that a partition holds back, for its quarantine.

use std::sync::Arc;

use super::error::Error;
use crate::domain::{RowState, RowStatuses};
use crate::lake::records;
use crate::normalize::Normalized;

/// A record that is held back.
pub struct Held {
    /// Index of the submission, and position among its records.
    pub record: (usize, usize),
    /// Code of the area that it belongs to; the sender's if the row has none.
    pub area: Arc<str>,
}

/// The records of some submissions that are quarantined, in order; `statuses` are those of all their records.
///
/// # Errors
/// When a batch has no areas.
pub fn of(winners: &[(usize, Normalized)], statuses: &RowStatuses) -> Result<Vec<Held>, Error> {
    let mut held: Vec<Held> = Vec::new();
    let mut states = statuses.iter();
    for (at, normalized) in winners {
        let of_it = states.by_ref().take(normalized.batch.num_rows()).enumerate();
        let rows: Vec<usize> = of_it
            .filter(|(_, state)| *state == RowState::Quarantined)
            .map(|(row, _)| row)
            .collect();
        for (row, area) in rows.iter().zip(records::areas_at(&normalized.batch, &rows)?) {
            // Rows of one area mostly follow each other.
            let same = held
                .last()
                .filter(|last| *last.area == *area)
                .map(|last| Arc::clone(&last.area));
            held.push(Held {
                record: (*at, *row),
                area: same.unwrap_or_else(|| area.into()),
            });
        }
    }
    Ok(held)
}
