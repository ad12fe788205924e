//! A figure that an area states against the sum over its rows of another form: `[[reconcile]]`.

mod areas;
mod compare;
mod definition;
mod left;
mod pairing;
mod right;
mod settle;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use crate::check::error::Error;
use crate::check::flags::Flags;
use crate::check::hints::RowName;
use crate::check::ledger::Status;
use crate::check::records::Records;
use crate::domain::Period;
use crate::pipeline::Pipeline;
use areas::Figures;
use compare::compare;
use definition::definition;
use left::{rows_of, sums};
pub use pairing::Pairing;
use right::figures;
pub use settle::{Settled, settle};

/// Pairs the figures of all areas in the records at hand. Those with both are settled, with a hint where the difference has
/// a likely cause; the others may find their fellow elsewhere.
///
/// # Errors
/// When a frame lacks a column, or polars cannot evaluate the members of a dimension.
pub fn reconcile(
    pipeline: &Pipeline,
    records: &mut [Records],
    flags: &Flags<'_>,
) -> Result<(Vec<Settled>, Vec<Pairing>), Error> {
    let mut settled = Vec::new();
    let mut loose = Vec::new();
    let sides = records.iter_mut().map(|one| Figures::new(one, pipeline));
    let sides: Vec<Figures> = sides.collect::<Result<_, _>>()?;
    for at in 0..pipeline.rules.len() {
        let Some((rule, reconcile)) = definition(pipeline, at) else {
            continue;
        };
        let mut pairs: BTreeMap<(Period, String), Pairing> = BTreeMap::new();
        let mut rows: BTreeMap<(Period, String), Vec<(i128, RowName)>> = BTreeMap::new();
        for side in &sides {
            let (form, period) = (side.partition.form_index, side.partition.context.period);
            if form != reconcile.left_form && form != rule.form {
                continue;
            }
            let mut add = |area: String, left, right| {
                let pairing = Pairing {
                    rule: at,
                    period,
                    area: area.clone(),
                    left,
                    right,
                };
                match pairs.entry((period, area)) {
                    Slot::Vacant(slot) => drop(slot.insert(pairing)),
                    Slot::Occupied(mut slot) => slot.get_mut().merge(pairing),
                }
            };
            if form == reconcile.left_form {
                for (area, summed) in sums(side, reconcile, flags)? {
                    add(area, Some(summed), None);
                }
            }
            if form == rule.form {
                for (area, stated) in figures(side, reconcile, flags)? {
                    add(area, None, Some(stated));
                }
            }
        }
        // Only where figures differ are rows looked at singly.
        let odd = |pairing: &Pairing| compare(pipeline, pairing).is_some_and(|of| of.status == Status::Differs);
        let odd: Vec<(Period, String)> = pairs
            .iter()
            .filter(|(_, pair)| odd(pair))
            .map(|(key, _)| key.clone())
            .collect();
        if !odd.is_empty() && reconcile.left_column.is_some() {
            for side in sides
                .iter()
                .filter(|side| side.partition.form_index == reconcile.left_form)
            {
                let period = side.partition.context.period;
                let wanted = |area: &str| odd.iter().any(|(of, name)| *of == period && name == area);
                for (area, figures) in rows_of(side, reconcile, wanted)? {
                    rows.entry((period, area)).or_default().extend(figures);
                }
            }
        }
        for (key, pairing) in pairs {
            if pairing.is_whole() {
                settled.extend(settle(pipeline, &pairing, rows.remove(&key).unwrap_or_default(), false));
            } else {
                loose.push(pairing);
            }
        }
    }
    Ok((settled, loose))
}
