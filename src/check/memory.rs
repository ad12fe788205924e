//! What the accepted records of a partition's earlier periods leave behind: as little as the rules of the form ask for, in
//! columns, sorted by key.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::follow::Follow;
use super::keys::Units;
use super::past::Past;
use crate::domain::{Period, Unknown};
use crate::pipeline::{Column, FormIndex, Pipeline, RuleKind};
use crate::registry::{Registry, Succession};

/// What one form and partition remember.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    pub(super) latest: Option<Period>,
    pub(super) past: Past,
    pub(super) senders: BTreeMap<Arc<str>, Units>,
    /// The day whose codes it speaks in.
    pub(super) as_of: Option<Date>,
    /// Areas that got or lost ground since, so that what is remembered is not of them, with how.
    unclear: BTreeMap<String, Unknown>,
}

impl Memory {
    /// Whether any rule of a form looks back.
    pub fn is_needed(pipeline: &Pipeline, form: FormIndex) -> bool {
        pipeline
            .rules
            .iter()
            .filter(|rule| rule.form == form)
            .any(|rule| match &rule.kind {
                RuleKind::History(_) => true,
                RuleKind::Cover(cover) => cover.register.is_none(),
                _ => false,
            })
    }

    /// What can be looked back at from a period. Where a period between was left out of the run, nobody knows what it
    /// would have said: nothing.
    ///
    /// Areas that changed since are followed: see [`Follow`].
    pub fn before(
        &mut self,
        pipeline: &Pipeline,
        (form, period): (FormIndex, Period),
        skipped: &[Period],
        registry: &Registry,
    ) -> Option<&Memory> {
        let latest = self.latest?;
        if skipped.iter().any(|&skipped| latest < skipped && skipped < period) {
            *self = Memory::default();
            return None;
        }
        self.turn(pipeline, form, registry, pipeline.forms[form].reference(period));
        Some(self)
    }

    /// Turns what is remembered into the codes of a later day.
    pub fn turn(&mut self, pipeline: &Pipeline, form: FormIndex, registry: &Registry, day: Date) {
        let Some(as_of) = self.as_of.filter(|as_of| *as_of < day) else {
            return;
        };
        self.as_of = Some(day);
        let succession = registry.succession(as_of, day);
        if !succession.is_empty() {
            self.follow(pipeline, form, &succession);
        }
    }

    /// What both remember, of the same form and in the codes of the same day.
    #[must_use]
    pub fn joined(self, mut other: Memory) -> Memory {
        let mut senders = self.senders;
        for (sender, units) in std::mem::take(&mut other.senders) {
            senders.entry(sender).or_insert(units);
        }
        let mut unclear = self.unclear;
        unclear.append(&mut other.unclear);
        Memory {
            latest: self.latest.max(other.latest),
            past: self.past.joined(other.past),
            senders,
            as_of: self.as_of.max(other.as_of),
            unclear,
        }
    }

    fn follow(&mut self, pipeline: &Pipeline, form: FormIndex, succession: &Succession) {
        let of = &pipeline.forms[form];
        let follow = Follow::new(of, pipeline.registry.code_scheme, succession);
        let columns = history_columns(pipeline, form);
        let columns: Vec<&Column> = columns.iter().map(|&column| &of.columns[column]).collect();
        self.past = follow.past(std::mem::take(&mut self.past), &columns);
        self.senders = follow.senders(std::mem::take(&mut self.senders));
        self.unclear = follow.unclear(&self.unclear);
    }

    /// Whether any area got or lost ground.
    pub(super) fn has_unclear(&self) -> bool {
        !self.unclear.is_empty()
    }

    /// How an area got or lost ground since the period that is remembered, so that what it said then cannot be held against
    /// it; None: it did not. To be asked where nothing is remembered.
    pub(super) fn unclear(&self, area: &str) -> Option<Unknown> {
        self.unclear.get(area).copied()
    }

    /// The earlier figures of history rules.
    pub(super) fn past(&self) -> &Past {
        &self.past
    }

    /// Keys of earlier periods, as far as rules look back at them; some of them several times.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let of_senders = self.senders.values().flat_map(|units| units.accepted.iter());
        self.past.keys.iter().chain(of_senders)
    }

    /// The units of a sender's latest earlier period.
    pub(super) fn units(&self, sender: &str) -> Option<&Units> {
        self.senders.get(sender)
    }
}

/// The columns of a form that history rules judge, each once.
pub(super) fn history_columns(pipeline: &Pipeline, form: FormIndex) -> Vec<usize> {
    let rules = pipeline.rules.iter().filter(|rule| rule.form == form);
    let mut columns: Vec<usize> = rules
        .filter_map(|rule| match &rule.kind {
            RuleKind::History(history) => Some(history.column),
            _ => None,
        })
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}
