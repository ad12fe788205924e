//! Figures of earlier periods: the latest known one of each unit, with where it stands.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::keys::Keys;
use crate::domain::{CellValue, Place};
use crate::pipeline::Column;

/// The latest known figure of each unit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Past {
    pub(super) keys: Keys,
    /// One a column of [`super::memory::history_columns`].
    pub(super) columns: Vec<PastColumn>,
    pub(super) sources: Vec<Source>,
    /// Figures that are sums, by key and column: the value, source and row of each summand.
    pub(super) parts: BTreeMap<(String, usize), Vec<Figure>>,
}

/// A figure, index into the sources, and row as the clerk counts.
type Figure = (f64, (u32, u32));

/// One column's figures.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct PastColumn {
    /// NaN: none.
    pub(super) values: Vec<f64>,
    /// Index into the sources, and row as the clerk counts.
    pub(super) from: Vec<(u32, u32)>,
}

/// A submission of an earlier period.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Source {
    pub(super) path: Arc<str>,
    pub(super) sheet: Option<Arc<str>>,
    /// Physical place of each history column.
    pub(super) columns: Vec<Option<u32>>,
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

impl Join {
    /// Whether a record is a unit of the past.
    pub(super) fn knows(&self, record: usize) -> bool {
        self.0[record] != NONE
    }
}

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

    /// Where an earlier figure stands: each summand, where areas were merged.
    pub(super) fn cells(&self, earlier: Earlier, column: usize, name: &str) -> Vec<CellValue> {
        let key = (self.keys.get(earlier.unit as usize).to_owned(), column);
        match self.parts.get(&key) {
            Some(parts) => parts.iter().map(|&part| self.cell(part, column, name)).collect(),
            None => {
                let from = self.columns[column].from[earlier.unit as usize];
                vec![self.cell((earlier.value, from), column, name)]
            }
        }
    }

    fn cell(&self, (value, (source, row)): Figure, column: usize, name: &str) -> CellValue {
        let source = &self.sources[source as usize];
        CellValue {
            place: Place {
                sheet: source.sheet.clone(),
                row: Some(row),
                column: Some(Arc::from(name)),
                column_index: source.columns[column],
            },
            path: Some(Arc::clone(&source.path)),
            value: value.to_string(),
        }
    }

    /// Takes over units whose areas have become one. A sum needs the figure of each, and a column that may be summed.
    pub(super) fn sum(&mut self, from: &Past, key: &str, units: &[usize], needed: usize, columns: &[&Column]) {
        self.keys.push(key);
        for (at, column) in columns.iter().enumerate() {
            let past = &from.columns[at];
            let parts: Vec<Figure> = units.iter().flat_map(|&unit| from.figures(unit, at)).collect();
            let is_known = units.iter().all(|&unit| !past.values[unit].is_nan());
            let sums = units.len() == needed && is_known && (needed == 1 || column.additive);
            let value = if sums {
                units.iter().map(|&unit| past.values[unit]).sum()
            } else {
                f64::NAN
            };
            self.columns[at].values.push(value);
            self.columns[at].from.push(past.from[units[0]]);
            if parts.len() > 1 && sums {
                self.parts.insert((key.to_owned(), at), parts);
            }
        }
    }

    /// A unit's figure, or those it is the sum of.
    fn figures(&self, unit: usize, column: usize) -> Vec<Figure> {
        let key = (self.keys.get(unit).to_owned(), column);
        let own = || vec![(self.columns[column].values[unit], self.columns[column].from[unit])];
        self.parts.get(&key).cloned().unwrap_or_else(own)
    }

    /// The units of both, which speak of the same day. A unit that both know may be another in each: it has no figure then.
    pub(super) fn joined(mut self, mut other: Past) -> Past {
        let offset = self.sources.len() as u32;
        for (_, (source, _)) in other.parts.values_mut().flatten() {
            *source += offset;
        }
        for (source, _) in other.columns.iter_mut().flat_map(|column| &mut column.from) {
            *source += offset;
        }
        let width = self.columns.len().max(other.columns.len());
        let mut both = Past {
            columns: (0..width).map(|_| PastColumn::default()).collect(),
            ..Past::default()
        };
        let (mut own, mut theirs) = (0, 0);
        while own < self.keys.len() || theirs < other.keys.len() {
            let key = |past: &Past, at: usize| (at < past.keys.len()).then(|| past.keys.get(at).to_owned());
            match (key(&self, own), key(&other, theirs)) {
                (Some(a), Some(b)) if a == b => {
                    both.keys.push(&a);
                    for (at, column) in both.columns.iter_mut().enumerate() {
                        column.values.push(f64::NAN);
                        column.from.push(self.columns[at].from[own]);
                        self.parts.remove(&(a.clone(), at));
                        other.parts.remove(&(a.clone(), at));
                    }
                    (own, theirs) = (own + 1, theirs + 1);
                }
                (Some(a), b) if b.as_ref().is_none_or(|b| a < *b) => {
                    both.keep(&self, own);
                    own += 1;
                }
                _ => {
                    both.keep(&other, theirs);
                    theirs += 1;
                }
            }
        }
        both.sources = self.sources;
        both.sources.append(&mut other.sources);
        both.parts = self.parts;
        both.parts.append(&mut other.parts);
        both
    }

    /// Takes over a unit that the new period does not have.
    pub(super) fn keep(&mut self, from: &Past, unit: usize) {
        self.keys.push(from.keys.get(unit));
        for (to, from) in self.columns.iter_mut().zip(&from.columns) {
            to.values.push(from.values[unit]);
            to.from.push(from.from[unit]);
        }
    }
}

/// Records that have a key, in order of it. A roster mostly is so already.
pub(super) fn by_key<'k>(records: &[usize], keys: &'k [Option<Cow<'_, str>>]) -> Vec<(&'k str, usize)> {
    let keyed = |&record: &usize| Some((keys[record].as_deref()?, record));
    let mut all: Vec<(&str, usize)> = records.iter().filter_map(keyed).collect();
    if !all.is_sorted() {
        all.sort_unstable();
    }
    all
}
