//! Units against those of an earlier period, or a list.

use std::collections::BTreeSet;

use super::{Entry, Found, Key, Oracle, Rows, Told, unit_key};
use crate::domain::{FindingCode, Period};
use crate::pipeline::{CoverRule, Rule};
use crate::sample::faults::Named;
use crate::sample::units::Listed;

/// Units of a sheet, or of a list.
#[derive(Default)]
struct Units<'a> {
    counting: BTreeSet<Key<'a>>,
    /// Of rows that are out.
    held: BTreeSet<Key<'a>>,
    /// Rows that are out, and nobody knows of which unit.
    nameless: usize,
}

impl Units<'_> {
    fn is_empty(&self) -> bool {
        self.counting.is_empty() && self.held.is_empty()
    }
}

impl<'a> Oracle<'a> {
    pub(super) fn cover(&'a self, rule: &Rule, cover: &CoverRule, period: Period, told: &mut Told) {
        let mut found = Vec::new();
        let own = self
            .of_scope()
            .filter(|entry| entry.period == period && self.is_of(entry, rule.form));
        for entry in own {
            let units = self.units(entry, &told.out);
            let against = match cover.register {
                Some(_) => entry.listed.map(|listed| Units {
                    counting: self.listed(entry, listed),
                    ..Units::default()
                }),
                None => self.earlier_units(rule.form, entry, &told.out),
            };
            let Some(against) = against.filter(|against| !against.counting.is_empty() && !units.is_empty()) else {
                continue;
            };
            // A row whose key cannot be read may be any unit.
            let odd = if cover.finds_new {
                let known = |key: &&Key| !against.counting.contains(*key) && !against.held.contains(*key);
                units
                    .counting
                    .iter()
                    .filter(known)
                    .count()
                    .saturating_sub(against.nameless)
            } else {
                let gone = |key: &&Key| !units.counting.contains(*key) && !units.held.contains(*key);
                against
                    .counting
                    .iter()
                    .filter(gone)
                    .count()
                    .saturating_sub(units.nameless)
            };
            if odd > 0 && odd as f64 > cover.max_share * against.counting.len() as f64 {
                found.push(Found {
                    path: entry.standing.path.clone(),
                    // Units that are not there lie on no sheet.
                    sheet: String::new(),
                    row: None,
                    column: String::new(),
                    code: FindingCode::rule(&rule.id),
                });
            }
        }
        told.all.extend(found);
    }

    /// The units of a sheet.
    fn units(&self, entry: &Entry<'a>, out: &Rows) -> Units<'a> {
        let model = &self.models[entry.standing.model];
        let lines = out.of(entry);
        let mut units = Units::default();
        for record in &entry.standing.records {
            let is_out = lines.is_some_and(|lines| lines.contains(&record.line));
            match (&record.kept, &record.named) {
                (Some(row), _) if !is_out => drop(units.counting.insert(self.key(model, entry, row))),
                (Some(row), _) | (None, Named::As(row)) => drop(units.held.insert(self.key(model, entry, row))),
                (None, Named::Nobody) => units.nameless += 1,
            }
        }
        units
    }

    /// The units of the same sender in the latest earlier period in which any counts.
    fn earlier_units(&'a self, form: usize, entry: &Entry, out: &Rows) -> Option<Units<'a>> {
        let is_earlier = |other: &&Entry| other.period < entry.period && self.is_of(other, form);
        let others = self.of_reporter(&entry.reporter.origin).filter(is_earlier);
        let units = others.map(|other| (other.period, self.units(other, out)));
        let counting = units.filter(|(_, units)| !units.counting.is_empty());
        counting.max_by_key(|(period, _)| *period).map(|(_, units)| units)
    }

    /// Whether a sheet has just the units that a list names, though some of its rows do not count.
    pub(in crate::sample) fn lists_all(&self, entry: &Entry<'a>) -> bool {
        let units = self.units(entry, self.known);
        let there: BTreeSet<Key> = units.counting.union(&units.held).cloned().collect();
        let is_all = |listed: &'a Listed| self.listed(entry, listed) == there;
        entry.listed.is_some_and(is_all) && !units.held.is_empty()
    }

    /// The units of the list of a sheet.
    fn listed(&self, entry: &Entry<'a>, listed: &'a Listed) -> BTreeSet<Key<'a>> {
        let model = &self.models[entry.standing.model];
        let keys = listed.keys();
        keys.map(|cells| unit_key(model, entry.reporter, cells.iter()))
            .collect()
    }
}
