//! Pairs figures that came in different bundles.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::check::{Pairing, settle};
use crate::domain::{Finding, Period};
use crate::partition::{Entry, SettledLine, Shared, State};
use crate::pipeline::{Form, FormIndex};
use crate::registry::{Areas, Registry};

/// What comes of the figures of a period.
pub struct Settled {
    /// Lines of the table `reconciliation`.
    pub lines: Vec<SettledLine>,
    /// Findings, each with the id of its submission.
    pub findings: Vec<(String, Finding)>,
}

/// Pairs the figures of a period that came in different bundles, and settles those that stay alone.
pub fn settle_loose(
    shared: &Shared<'_>,
    entries: &[Entry],
    (places, refused): (&Places, &Refused),
    loose: Vec<(String, Pairing)>,
) -> Settled {
    let (pipeline, registry) = (shared.pipeline, &shared.registry);
    let mut pairs: BTreeMap<(usize, String), Pairing> = BTreeMap::new();
    for (id, mut pairing) in loose {
        let Some(&at) = places.0.get(&id) else { continue };
        pairing.submissions().for_each(|submission| *submission = at);
        match pairs.entry((pairing.rule, pairing.area.clone())) {
            std::collections::btree_map::Entry::Vacant(slot) => drop(slot.insert(pairing)),
            std::collections::btree_map::Entry::Occupied(mut slot) => slot.get_mut().merge(pairing),
        }
    }
    let id = |at: u32| entries[at as usize].submission.id.clone();
    let (mut lines, mut findings) = (Vec::new(), Vec::new());
    let mut reached = BTreeMap::new();
    for pairing in pairs.values() {
        let missing = pairing.missing_form(pipeline);
        let reached = missing.and_then(|form| {
            let of = || refused.reached(registry, (form, &pipeline.forms[form]), pairing.period);
            let reached = reached.entry((form, pairing.period)).or_insert_with(of);
            reached.as_ref().map(|reached| reached.has(&pairing.area))
        });
        let refused = reached.unwrap_or(false);
        let Some(mut settled) = settle(pipeline, pairing, Vec::new(), refused) else {
            continue;
        };
        if let Some((submission, finding)) = settled.finding.take() {
            findings.push((id(submission), finding));
        }
        lines.push(SettledLine::of(settled.line.submission.map(id), settled));
    }
    Settled { lines, findings }
}

/// The place of each submission among the entries.
pub struct Places(HashMap<String, u32>);

impl Places {
    /// Of these entries, as long as their order stays.
    pub fn of(entries: &[Entry]) -> Places {
        let ids = entries.iter().map(|entry| entry.submission.id.clone());
        Places(ids.zip(0..).collect())
    }

    /// The place of a submission.
    pub fn get(&self, id: &str) -> Option<usize> {
        self.0.get(id).map(|&at| at as usize)
    }
}

/// Senders of which nothing counts.
pub struct Refused(BTreeMap<(FormIndex, Period), BTreeSet<String>>);

impl Refused {
    /// Of these entries.
    pub fn of(entries: &[Entry]) -> Refused {
        let mut senders: BTreeMap<(FormIndex, Period), BTreeSet<String>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.state == State::Rejected) {
            if let Some(period) = entry.submission.period {
                let sender = entry.submission.area_code.clone();
                senders
                    .entry((entry.submission.form, period))
                    .or_default()
                    .insert(sender);
            }
        }
        Refused(senders)
    }

    /// Those of a period.
    pub fn of_period(&self, period: Period) -> Vec<(&FormIndex, &BTreeSet<String>)> {
        let own = self.0.iter().filter(|((_, of), _)| *of == period);
        own.map(|((form, _), senders)| (form, senders)).collect()
    }

    /// The areas of whose figures one of them may have sent some; None: nobody of the form was refused.
    fn reached(&self, registry: &Registry, (at, form): (FormIndex, &Form), period: Period) -> Option<Reached<'_>> {
        let senders = self.0.get(&(at, period))?;
        let areas = registry.of_form(form, period);
        let around = senders.iter().flat_map(|sender| areas.ancestors(sender));
        let around = around.map(|area| area.code.clone()).collect();
        Some(Reached { senders, around, areas })
    }
}

/// Refused senders of a form in a period, with the areas around them: looked up, for there may be thousands of senders and of figures.
struct Reached<'a> {
    senders: &'a BTreeSet<String>,
    /// The senders themselves, and all areas in which one of them lies.
    around: BTreeSet<String>,
    areas: Arc<Areas>,
}

impl Reached<'_> {
    /// Whether a figure of an area is one that a sender may have sent.
    fn has(&self, area: &str) -> bool {
        let above = self.areas.ancestors(area);
        self.around.contains(area) || above.iter().any(|area| self.senders.contains(&area.code))
    }
}
