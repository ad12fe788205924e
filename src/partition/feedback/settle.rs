//! What became of the corrections of a partition, once its rows are judged.

use std::collections::BTreeMap;

use super::correct::{Applied, Outcome};
use crate::domain::RowState;
use crate::partition::{Entry, Received, Status};

/// Judges corrections by what became of the rows they concern.
pub fn settle(applied: &mut Vec<Applied>, received: &[Received], entries: &[Entry]) {
    if applied.is_empty() {
        return;
    }
    once(applied, received, entries);
    for one in applied {
        let status = entries[one.at].status;
        if status == Status::Superseded {
            one.outcome = Outcome::Superseded;
            continue;
        }
        let table = received[one.at].read.tables.first();
        let position = one.row.and_then(|row| table?.records.binary_search(&row).ok());
        // What is dropped stands among the records no longer.
        let Some(position) = position.filter(|_| one.outcome == Outcome::Applied) else {
            continue;
        };
        let statuses = &entries[one.at].statuses;
        if status == Status::Rejected || !statuses.is_empty() && statuses.of(position) == RowState::Quarantined {
            one.outcome = Outcome::Held;
        }
    }
}

/// Of submissions with the same content, keeps what corrections did to one: the one that counts, else the first.
fn once(applied: &mut Vec<Applied>, received: &[Received], entries: &[Entry]) {
    let mut shown: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for one in applied.iter() {
        let of = (one.correction, received[one.at].content);
        let best = shown.entry(of).or_insert(one.at);
        let rank = |at: usize| (entries[at].status == Status::Superseded, at);
        if rank(one.at) < rank(*best) {
            *best = one.at;
        }
    }
    applied.retain(|one| shown[&(one.correction, received[one.at].content)] == one.at);
}
