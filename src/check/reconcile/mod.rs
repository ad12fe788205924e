//! A figure that an area states against the sum over its rows of another form: `[[reconcile]]`.

mod areas;
mod compare;
mod left;
mod right;
mod settle;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use crate::check::hints::RowName;
use crate::check::ledger::{Flags, Line, Status};
use crate::check::records::Records;
use crate::check::{Error, Tally};
use crate::domain::{Finding, Period};
use crate::pipeline::{Pipeline, ReconcileRule, Rule, RuleKind};
use areas::Figures;
use compare::compare;
use left::{Summed, rows_of, sums};
use right::{Stated, figures};

pub use settle::settle;

/// Both figures of an area, as far as they are there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pairing {
    /// Index of the rule.
    pub rule: usize,
    /// The period.
    pub period: Period,
    /// The area.
    pub area: String,
    left: Option<Summed>,
    right: Option<Stated>,
}

impl Pairing {
    /// Both figures are there.
    pub fn is_whole(&self) -> bool {
        self.left.is_some() && self.right.is_some()
    }

    /// The numbers of the submissions it speaks of, to number them anew.
    pub fn submissions(&mut self) -> impl Iterator<Item = &mut u32> {
        let left = self.left.as_mut().map(|left| &mut left.submission);
        left.into_iter()
            .chain(self.right.as_mut().map(|right| &mut right.submission))
    }

    /// The same with what another bundle knows of the area.
    pub fn merge(&mut self, other: Pairing) {
        match (&mut self.left, other.left) {
            (Some(left), Some(more)) => {
                left.sum += more.sum;
                left.mends += more.mends;
                left.questioned.add(more.questioned);
                left.lacking.add(more.lacking);
                left.held.add(more.held);
                left.is_unread |= more.is_unread;
            }
            (left, more) => *left = left.take().or(more),
        }
        self.right = self.right.take().or(other.right);
    }

    /// The form whose figure is missing.
    pub fn missing_form(&self, pipeline: &Pipeline) -> Option<usize> {
        let (rule, reconcile) = definition(pipeline, self.rule)?;
        match (&self.left, &self.right) {
            (None, _) => Some(reconcile.left_form),
            (_, None) => Some(rule.form),
            _ => None,
        }
    }
}

/// What became of a pairing.
#[derive(Debug, Serialize, Deserialize)]
pub struct Settled {
    /// Its line of the ledger.
    pub line: Line,
    /// What the county is told, with the submission that is concerned.
    pub finding: Option<(u32, Finding)>,
    /// For the account of the rule.
    pub tally: Tally,
}

/// Index of a pipeline's reconciliations.
fn definition(pipeline: &Pipeline, rule: usize) -> Option<(&Rule, &ReconcileRule)> {
    let rule = pipeline.rules.get(rule)?;
    match &rule.kind {
        RuleKind::Reconcile(reconcile) => Some((rule, reconcile)),
        _ => None,
    }
}

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
