//! What the accepted records of a period leave behind for later ones.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use polars::frame::DataFrame;

use super::context::{Context, Origin};
use super::error::Error;
use super::keys::{Keys, Units};
use super::memory::{Memory, history_columns};
use super::partition::Partition;
use super::past::{Past, PastColumn, Source, by_key};
use super::record_keys::keys;
use crate::domain::RowStatuses;
use crate::pipeline::{FormIndex, Pipeline, RuleKind};

impl Memory {
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
}

impl Past {
    /// The same after one more period: its accepted figures go before those of earlier ones.
    pub(super) fn next(
        &mut self,
        partition: &Partition,
        keys: &[Option<Cow<'_, str>>],
        columns: &[usize],
    ) -> Result<Past, Error> {
        let mut sources = std::mem::take(&mut self.sources);
        let mut parts = std::mem::take(&mut self.parts);
        let figures = columns
            .iter()
            .map(|&column| partition.figures(column))
            .collect::<Result<Vec<_>, _>>()?;
        let mut next = Past {
            columns: columns.iter().map(|_| PastColumn::default()).collect(),
            ..Past::default()
        };
        let mut source_of: BTreeMap<u32, u32> = BTreeMap::new();
        let records = partition.standing();
        let fresh = by_key(&records, keys);
        let mut old = 0;
        for (key, record) in fresh {
            while old < self.keys.len() && self.keys.get(old) < key {
                next.keep(self, old);
                old += 1;
            }
            let before = (old < self.keys.len() && self.keys.get(old) == key).then_some(old);
            old += usize::from(before.is_some());
            let source = *source_of.entry(partition.submission(record)).or_insert_with(|| {
                sources.push(source(partition, record, columns));
                (sources.len() - 1) as u32
            });
            next.keys.push(key);
            for (at, column) in next.columns.iter_mut().enumerate() {
                let (value, from) = match (figures[at].get(record), before) {
                    (Some(value), _) => {
                        if !parts.is_empty() {
                            parts.remove(&(key.to_owned(), at));
                        }
                        (value, (source, partition.row(record)))
                    }
                    (None, Some(old)) => (self.columns[at].values[old], self.columns[at].from[old]),
                    (None, None) => (f64::NAN, (source, 0)),
                };
                column.values.push(value);
                column.from.push(from);
            }
        }
        for old in old..self.keys.len() {
            next.keep(self, old);
        }
        next.sources = sources;
        next.parts = parts;
        Ok(next)
    }
}

fn source(partition: &Partition, record: usize, columns: &[usize]) -> Source {
    let origin = partition.origin(record);
    let place = |&column: &usize| {
        let matched = origin?.columns.iter().find(|matched| matched.column == column)?;
        Some(matched.index)
    };
    Source {
        path: origin.map_or_else(|| Arc::from(""), |origin| Arc::clone(&origin.path)),
        sheet: origin.and_then(|origin| origin.sheet.clone()),
        columns: columns.iter().map(place).collect(),
    }
}

/// Units of a sender in the period at hand.
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

fn looks_for_units(pipeline: &Pipeline, form: FormIndex) -> bool {
    let rules = pipeline.rules.iter().filter(|rule| rule.form == form);
    rules
        .into_iter()
        .any(|rule| matches!(&rule.kind, RuleKind::Cover(cover) if cover.register.is_none()))
}
