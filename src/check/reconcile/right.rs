//! The figure that an area states.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::areas::Figures;
use crate::check::error::Error;
use crate::check::flags::Flags;
use crate::check::ledger::Reason;
use crate::domain::{Place, RowState};
use crate::pipeline::ReconcileRule;

/// The figure that an area states.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stated {
    pub(super) value: Option<f64>,
    /// Whether its row counts.
    pub(super) counts: bool,
    /// What a finding proposes instead.
    pub(super) mended: Option<f64>,
    /// A rule asks about it.
    pub(super) questioned: bool,
    /// Why there is none to compare.
    pub(super) held: Option<Reason>,
    pub(super) submission: u32,
    pub(super) place: Place,
}

/// The stated figure of each area.
pub(super) fn figures(
    side: &Figures<'_>,
    rule: &ReconcileRule,
    flags: &Flags<'_>,
) -> Result<BTreeMap<String, Stated>, Error> {
    let partition = &side.partition;
    let (names, areas) = side.at(rule.level);
    let values = partition.figures(rule.right_column)?;
    let column = partition.form.columns[rule.right_column].id.as_str();
    let mut found: BTreeMap<String, Stated> = BTreeMap::new();
    for (record, &area) in areas.iter().enumerate() {
        let Some(name) = names.get(area as usize) else { continue };
        if partition.statuses.of(record) == RowState::Superseded {
            continue;
        }
        let (submission, row) = (partition.submission(record), partition.row(record));
        let (value, counts) = (values.get(record), partition.stands(record));
        let held = match value {
            Some(_) => None,
            None if !counts => Some(Reason::StatedRowHeldBack),
            None => flags
                .unreadable(submission, column, row)
                .then_some(Reason::StatedCellUnreadable),
        };
        let stated = Stated {
            value,
            counts,
            mended: value.and_then(|value| flags.mended(submission, column, row, value)),
            questioned: flags.is_questioned(submission, column, row)
                || (!counts && flags.is_blamed(submission, column, row)),
            held,
            submission,
            place: partition.cell_place(record, Some(rule.right_column)),
        };
        match found.entry(name.clone()) {
            Slot::Vacant(slot) => drop(slot.insert(stated)),
            // One that counts goes before one held back; of two held back nobody knows which would.
            Slot::Occupied(mut slot) => match (slot.get().counts, counts) {
                (false, true) => drop(slot.insert(stated)),
                (false, false) => {
                    let first = slot.get_mut();
                    (first.value, first.held) = (None, Some(Reason::StatedRowHeldBack));
                }
                (true, true) if slot.get().value.is_none() && value.is_some() => drop(slot.insert(stated)),
                (true, _) => {}
            },
        }
    }
    Ok(found)
}
