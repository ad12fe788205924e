//! What the accepted records of a partition's earlier periods leave behind: as little as the rules of the form ask for, in
//! columns, sorted by key.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use polars::frame::DataFrame;
use serde::{Deserialize, Serialize};

use super::follow::Follow;
use super::partition::Partition;
use super::past::Past;
use super::unit::keys;
use super::{Context, Error, Origin};
use crate::domain::{Period, RowStatuses, Unknown};
use crate::pipeline::{Column, FormIndex, Pipeline, RuleKind};
use crate::registry::{Registry, Succession};

/// What one form and partition remember.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    latest: Option<Period>,
    past: Past,
    senders: BTreeMap<Arc<str>, Units>,
    /// The day whose codes it speaks in.
    as_of: Option<Date>,
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

    /// Adds the accepted records of the next period.
    ///
    /// # Errors
    /// When the frame lacks a column.
    pub fn remember(
        &mut self,
        context: &Context<'_>,
        frame: &DataFrame,
        statuses: &mut RowStatuses,
        origins: &[Origin],
    ) -> Result<(), Error> {
        let columns = history_columns(context.pipeline, context.form);
        let partition = Partition::new(context, frame, statuses, origins)?;
        let keys = keys(&partition)?;
        if !columns.is_empty() {
            self.past = self.past.next(&partition, &keys, &columns)?;
        }
        if looks_for_units(context.pipeline, context.form) {
            for (sender, units) in units_by_sender(&partition, &keys) {
                // Who sent nothing that counts is held against the last time it did.
                if !units.accepted.is_empty() {
                    self.senders.insert(Arc::clone(sender), units.owned());
                }
            }
        }
        self.latest = Some(context.period);
        self.as_of = Some(context.pipeline.forms[context.form].reference(context.period));
        Ok(())
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

fn looks_for_units(pipeline: &Pipeline, form: FormIndex) -> bool {
    let rules = pipeline.rules.iter().filter(|rule| rule.form == form);
    rules
        .into_iter()
        .any(|rule| matches!(&rule.kind, RuleKind::Cover(cover) if cover.register.is_none()))
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

/// Keys in one buffer, sorted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Keys {
    text: String,
    ends: Vec<usize>,
}

impl Keys {
    pub(super) fn push(&mut self, key: &str) {
        self.text.push_str(key);
        self.ends.push(self.text.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..self.ends[at]]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }
}

/// Units of a sender in one period.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Units {
    /// Those that count.
    pub(super) accepted: Keys,
    /// Those held back.
    pub(super) held: Keys,
    /// Rows whose key could not be read: units that nobody can name.
    pub(super) nameless: usize,
}

/// The same of the period at hand.
#[derive(Default)]
pub(super) struct Present<'p> {
    pub(super) accepted: Vec<&'p str>,
    pub(super) held: Vec<&'p str>,
    pub(super) nameless: usize,
    /// The first record of the sender.
    pub(super) first: usize,
}

impl Present<'_> {
    fn owned(&self) -> Units {
        let owned = |keys: &[&str]| {
            let mut list = Keys::default();
            keys.iter().for_each(|key| list.push(key));
            list
        };
        Units {
            accepted: owned(&self.accepted),
            held: owned(&self.held),
            nameless: self.nameless,
        }
    }
}

/// The units of each sender, sorted, each once.
pub(super) fn units_by_sender<'p>(
    partition: &'p Partition,
    keys: &'p [Option<Cow<'p, str>>],
) -> BTreeMap<&'p Arc<str>, Present<'p>> {
    let mut senders: BTreeMap<&Arc<str>, Present> = BTreeMap::new();
    let mut record = 0;
    // Records come submission by submission.
    while record < keys.len() {
        let submission = partition.submission(record);
        let end = (record..keys.len())
            .find(|&at| partition.submission(at) != submission)
            .unwrap_or(keys.len());
        if let Some(origin) = partition.origin(record) {
            let present = senders.entry(&origin.sender).or_insert_with(|| Present {
                first: record,
                ..Present::default()
            });
            for (at, key) in keys.iter().enumerate().take(end).skip(record) {
                match key {
                    None => present.nameless += 1,
                    Some(key) if partition.stands(at) => present.accepted.push(key),
                    Some(key) => present.held.push(key),
                }
            }
        }
        record = end;
    }
    for present in senders.values_mut() {
        for list in [&mut present.accepted, &mut present.held] {
            list.sort_unstable();
            list.dedup();
        }
    }
    senders
}
