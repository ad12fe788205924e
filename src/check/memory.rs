//! What the accepted records of a partition's earlier periods leave behind: as little as the rules of the form ask for, in
//! columns, sorted by key.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use polars::frame::DataFrame;

use super::partition::Partition;
use super::unit::keys;
use super::{Context, Error, Origin, RowState};
use crate::domain::{CellValue, Period, Place};
use crate::pipeline::{FormIndex, Pipeline, RuleKind};

/// What one form and partition remember.
#[derive(Debug, Default)]
pub struct Memory {
    latest: Option<Period>,
    past: Past,
    senders: BTreeMap<Arc<str>, Units>,
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
    pub fn before(&mut self, period: Period, skipped: &[Period]) -> Option<&Memory> {
        let latest = self.latest?;
        if skipped.iter().any(|&skipped| latest < skipped && skipped < period) {
            *self = Memory::default();
            return None;
        }
        Some(self)
    }

    /// Adds the accepted records of the next period.
    ///
    /// # Errors
    /// When the frame lacks a column.
    pub fn remember(
        &mut self,
        context: &Context<'_>,
        frame: &DataFrame,
        states: &mut [RowState],
        origins: &[Origin],
    ) -> Result<(), Error> {
        let columns = history_columns(context.pipeline, context.form);
        let partition = Partition::new(context, frame, states, origins)?;
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
        Ok(())
    }

    /// The earlier figures of history rules.
    pub(super) fn past(&self) -> &Past {
        &self.past
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
#[derive(Debug, Default)]
pub(super) struct Keys {
    text: String,
    ends: Vec<usize>,
}

impl Keys {
    fn push(&mut self, key: &str) {
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
#[derive(Debug)]
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

/// The latest known figure of each unit.
#[derive(Debug, Default)]
pub(super) struct Past {
    keys: Keys,
    /// One a column of [`history_columns`].
    columns: Vec<PastColumn>,
    sources: Vec<Source>,
}

/// One column's figures.
#[derive(Debug, Default)]
struct PastColumn {
    /// NaN: none.
    values: Vec<f64>,
    /// Index into the sources, and row as the clerk counts.
    from: Vec<(u32, u32)>,
}

/// A submission of an earlier period.
#[derive(Debug)]
struct Source {
    path: Arc<str>,
    sheet: Option<Arc<str>>,
    /// Physical place of each history column.
    columns: Vec<Option<u32>>,
}

/// A unit's earlier figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Earlier {
    pub(super) value: f64,
    unit: u32,
}

/// No unit of the past.
const NONE: u32 = u32::MAX;

/// Which unit of the past each record is.
pub(super) struct Join(Vec<u32>);

impl Past {
    /// Finds the units of records again: both sides are in order of their keys.
    pub(super) fn join(&self, records: &[usize], keys: &[Option<Cow<'_, str>>]) -> Join {
        let mut found = vec![NONE; keys.len()];
        let mut at = 0;
        for (key, record) in by_key(records, keys) {
            while at < self.keys.len() && self.keys.get(at) < key {
                at += 1;
            }
            if at < self.keys.len() && self.keys.get(at) == key {
                found[record] = at as u32;
            }
        }
        Join(found)
    }

    /// The earlier figure of a record in a history column, by its position among them.
    pub(super) fn figure(&self, join: &Join, record: usize, column: usize) -> Option<Earlier> {
        let unit = join.0[record];
        let value = *self.columns.get(column)?.values.get(unit as usize)?;
        (!value.is_nan()).then_some(Earlier { value, unit })
    }

    /// Where an earlier figure stands.
    pub(super) fn cell(&self, earlier: Earlier, column: usize, name: &str) -> CellValue {
        let (source, row) = self.columns[column].from[earlier.unit as usize];
        let source = &self.sources[source as usize];
        CellValue {
            place: Place {
                sheet: source.sheet.clone(),
                row: Some(row),
                column: Some(Arc::from(name)),
                column_index: source.columns[column],
            },
            path: Some(Arc::clone(&source.path)),
            value: earlier.value.to_string(),
        }
    }

    /// The same after one more period: its accepted figures go before those of earlier ones.
    fn next(&mut self, partition: &Partition, keys: &[Option<Cow<'_, str>>], columns: &[usize]) -> Result<Past, Error> {
        let mut sources = std::mem::take(&mut self.sources);
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
                    (Some(value), _) => (value, (source, partition.row(record))),
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
        Ok(next)
    }

    /// Takes over a unit that the new period does not have.
    fn keep(&mut self, from: &Past, unit: usize) {
        self.keys.push(from.keys.get(unit));
        for (to, from) in self.columns.iter_mut().zip(&from.columns) {
            to.values.push(from.values[unit]);
            to.from.push(from.from[unit]);
        }
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

/// Records that have a key, in order of it. A roster mostly is so already.
fn by_key<'k>(records: &[usize], keys: &'k [Option<Cow<'_, str>>]) -> Vec<(&'k str, usize)> {
    let keyed = |&record: &usize| Some((keys[record].as_deref()?, record));
    let mut all: Vec<(&str, usize)> = records.iter().filter_map(keyed).collect();
    if !all.is_sorted() {
        all.sort_unstable();
    }
    all
}
