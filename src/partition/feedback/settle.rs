//! What became of the corrections of a bundle, once its rows are judged.

use std::collections::BTreeMap;

use crate::partition::case::Case;
use crate::partition::entry::{Outcome, State};

/// Judges corrections by what became of the rows they concern.
pub fn settle(cases: &mut [Case]) {
    if cases.iter().all(|case| case.entry.corrected.is_empty()) {
        return;
    }
    once(cases);
    for case in cases {
        let mut corrected = std::mem::take(&mut case.entry.corrected);
        for one in &mut corrected {
            if case.entry.state == State::Superseded {
                one.outcome = Outcome::Superseded;
                continue;
            }
            let table = case.read.table.as_ref();
            let position = one.row.and_then(|row| table?.records.binary_search(&row).ok());
            // What is dropped stands among the records no longer.
            let Some(position) = position.filter(|_| one.outcome == Outcome::Applied) else {
                continue;
            };
            if case.entry.state == State::Rejected || case.holds(position) {
                one.outcome = Outcome::Held;
            }
        }
        case.entry.corrected = corrected;
    }
}

/// Of submissions with the same content, keeps what corrections did to one: the one that counts, else the first.
fn once(cases: &mut [Case]) {
    let mut shown: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let rank = |at: usize| (cases[at].entry.state == State::Superseded, at);
    for (at, case) in cases.iter().enumerate() {
        for one in &case.entry.corrected {
            let best = shown.entry((one.correction, case.content)).or_insert(at);
            if rank(at) < rank(*best) {
                *best = at;
            }
        }
    }
    for (at, case) in cases.iter_mut().enumerate() {
        let content = case.content;
        let corrected = &mut case.entry.corrected;
        corrected.retain(|one| shown[&(one.correction, content)] == at);
    }
}
