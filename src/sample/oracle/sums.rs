//! Sums: figures against the rows of another form, and stated totals against those of their own sheet.

use std::collections::BTreeSet;

use super::figures::figure;
use super::{Entry, Found, Oracle, Rows, Told};
use crate::domain::{Code, FindingCode};
use crate::pipeline::{Pipeline, ReconcileRule, Rule, UNKNOWN};
use crate::sample::draw::Row;
use crate::sample::lay::Counted;
use crate::sample::left::Left;
use crate::sample::model::FormModel;
use crate::sample::submit::Standing;
use crate::sample::truth::member;
use crate::sample::value::Value;

/// What stands in a row.
#[derive(Clone, Copy)]
enum Fate<'a> {
    /// It counts.
    In(&'a Row),
    /// It is out, and can be read.
    Out(&'a Row),
    /// It is out, and its cells have shifted.
    Lost,
}

impl<'a> Oracle<'a> {
    /// What has become of each record, those that contradict each other one by one.
    fn fates<'e>(entry: &'e Entry<'a>, out: &Rows) -> Vec<(&'e Counted, Fate<'e>)> {
        let lines = out.of(entry);
        let mut fates = Vec::new();
        for record in &entry.standing.records {
            match &record.kept {
                Some(row) if lines.is_some_and(|lines| lines.contains(&record.line)) => {
                    fates.push((record, Fate::Out(row)));
                }
                Some(row) => fates.push((record, Fate::In(row))),
                None if record.read.rows.is_empty() => fates.push((record, Fate::Lost)),
                None => fates.extend(record.read.rows.iter().map(|row| (record, Fate::Out(row)))),
            }
        }
        fates
    }

    /// Whether a rule that has put a row out is about a column of it.
    fn is_blamed(entry: &Entry, record: &Counted, column: usize, told: &Told) -> bool {
        let cell = (entry.sheet, record.line, column);
        record.read.blamed.contains(&column) || told.blamed.contains(&cell)
    }

    /// What the sender of an entry sent of a form for the same period.
    fn other_form(&'a self, form: usize, entry: &Entry) -> impl Iterator<Item = &'a Entry<'a>> {
        let period = entry.period;
        let own = self.of_reporter(&entry.reporter.origin);
        own.filter(move |other| other.period == period && self.is_of(other, form))
    }

    /// The sum over the rows of the other form, and what may yet become of it.
    pub(super) fn left(&'a self, reconcile: &ReconcileRule, entry: &Entry, told: &Told) -> Option<Left> {
        let model = self.model(reconcile.left_form)?;
        let other = self.other_form(reconcile.left_form, entry).next()?;
        let asked = told.asked.of(other).filter(|_| reconcile.left_column.is_some());
        let mut left = Left::new(reconcile.left_column.map_or(0, |column| model.scale(column)));
        for (record, fate) in Oracle::fates(other, &told.out) {
            let (Fate::In(row) | Fate::Out(row)) = fate else {
                // Cells that have shifted say nothing, but that there is a row.
                match reconcile.left_column {
                    None => left.piece(1),
                    Some(_) => left.is_open = true,
                }
                continue;
            };
            let of = |dimension| member(self.pipeline, model, other.reporter, dimension, row);
            let mut filters = reconcile.filter.iter();
            let is_in = |(dimension, members): &(usize, Vec<String>)| {
                // Of a row that is out it may be unknown where it belongs.
                let member = of(*dimension);
                let is_lost = matches!(fate, Fate::Out(_)) && member == UNKNOWN;
                is_lost || members.iter().any(|one| one == member)
            };
            if !filters.all(is_in) {
                continue;
            }
            let amount = match reconcile.left_column {
                None => Some(1),
                Some(column) if row[column].member() == "true" => Some(1),
                Some(column) if row[column].member() == "false" => Some(0),
                Some(column) => row[column].number(),
            };
            let is_blamed = |column| Oracle::is_blamed(other, record, column, told);
            match (fate, amount) {
                (Fate::In(_), Some(amount)) => {
                    left.sum += amount;
                    left.largest = left.largest.max(amount.abs());
                    left.any = true;
                    if asked.is_some_and(|lines| lines.contains(&record.line)) {
                        left.asked += amount;
                        left.loose += 1;
                    }
                }
                (Fate::In(_), None) if record.held == reconcile.left_column => left.is_unread = true,
                (Fate::In(_), None) => left.loose += 1,
                (_, Some(amount)) if reconcile.left_column.is_some_and(is_blamed) => left.blame(amount),
                (_, Some(amount)) => left.piece(amount),
                (_, None) => left.is_open = true,
            }
        }
        Some(left)
    }

    /// Whether a figure is just the sum over the other form, in the sheet of which a row stands twice or a cell is not known.
    pub(in crate::sample) fn agrees_beside_odd_rows(
        &'a self,
        reconcile: &ReconcileRule,
        entry: &Entry,
        record: &Counted,
    ) -> bool {
        let is_odd = |record: &Counted| {
            let lacks = |row: &Row| row.contains(&Value::Unknown);
            record.is_twice || record.kept.as_ref().is_some_and(lacks)
        };
        let mut others = self.other_form(reconcile.left_form, entry);
        let has_odd = others.any(|other| other.standing.records.iter().any(is_odd));
        let model = &self.models[entry.standing.model];
        let right = record
            .kept
            .as_ref()
            .and_then(|row| figure(model, row, reconcile.right_column));
        let told = Told {
            out: self.known.clone(),
            ..Told::default()
        };
        let left = self.left(reconcile, entry, &told).and_then(|left| left.whole());
        has_odd
            && left
                .zip(right)
                .is_some_and(|(left, right)| left == right && right > 0.0)
    }

    pub(super) fn reconcile(&'a self, rule: &Rule, reconcile: &ReconcileRule, told: &mut Told) {
        let Some(model) = self.model(rule.form) else { return };
        let mut found = Vec::new();
        for entry in self.of_scope().filter(|entry| self.is_of(entry, rule.form)) {
            let mut fates = Oracle::fates(entry, &told.out);
            // A form of one row an area: of two that contradict each other nobody knows which is meant.
            if fates.iter().any(|(_, fate)| matches!(fate, Fate::In(_))) {
                fates.retain(|(_, fate)| matches!(fate, Fate::In(_)));
            } else if fates.len() > 1 {
                continue;
            }
            for (record, fate) in fates {
                let (Fate::In(row) | Fate::Out(row)) = fate else {
                    continue;
                };
                let is_out = matches!(fate, Fate::Out(_));
                if is_out && Oracle::is_blamed(entry, record, reconcile.right_column, told) {
                    continue;
                }
                let right = figure(model, row, reconcile.right_column);
                let Some((left, right)) = self.left(reconcile, entry, told).zip(right) else {
                    continue;
                };
                if !left.may_be(right, reconcile.tolerance.allowed(right)) {
                    found.push(Found {
                        path: entry.standing.path.clone(),
                        sheet: entry.standing.sheet.clone(),
                        row: Some(record.line),
                        column: model.form.columns[reconcile.right_column].id.clone(),
                        code: FindingCode::rule(&rule.id),
                    });
                }
            }
        }
        told.all.extend(found);
    }

    pub(super) fn totals(&'a self, told: &mut Told) {
        for entry in self.of_scope() {
            let Some((line, stated)) = &entry.standing.total else {
                continue;
            };
            if told.out.of(entry).is_some_and(|lines| !lines.is_empty()) {
                continue;
            }
            let model = &self.models[entry.standing.model];
            for (&slot, &stated) in stated
                .iter()
                .filter(|(slot, _)| is_added_up(self.pipeline, model, **slot))
            {
                if let Some(sum) = whole_sum(entry.standing, slot)
                    && sum != stated
                    && !is_open(entry.standing, slot, sum - stated, told.asked.of(entry))
                {
                    told.all.push(Found {
                        path: entry.standing.path.clone(),
                        sheet: entry.standing.sheet.clone(),
                        row: Some(*line),
                        column: model.form.columns[slot].id.clone(),
                        code: Code::TotalDiffers.into(),
                    });
                }
            }
        }
    }
}

/// Whether a column is summed as it stands: only then its total says something.
pub(in crate::sample) fn is_added_up(pipeline: &Pipeline, model: &FormModel, slot: usize) -> bool {
    let measures = pipeline.measures.iter().filter(|measure| measure.form == model.index);
    measures
        .into_iter()
        .any(|measure| measure.value.columns == [slot] && measure.value.text.trim() == model.form.columns[slot].id)
}

/// Whether rows that are asked about may account for a difference of a sum: none falls below 0, nor rises above the largest.
fn is_open(standing: &Standing, slot: usize, difference: i64, asked: Option<&BTreeSet<usize>>) -> bool {
    let (mut less, mut rows, mut largest) = (0, 0, 0);
    for record in &standing.records {
        let Some(figure) = record.kept.as_ref().and_then(|row| row[slot].number()) else {
            continue;
        };
        largest = largest.max(figure.abs());
        if asked.is_some_and(|lines| lines.contains(&record.line)) {
            less += figure;
            rows += 1;
        }
    }
    if difference > 0 {
        difference <= less
    } else {
        -difference <= rows * largest
    }
}

/// Sum of a column over the records of a sheet; None where a record or a cell of it is held back.
pub(in crate::sample) fn whole_sum(standing: &Standing, slot: usize) -> Option<i64> {
    let mut sum = 0;
    for record in &standing.records {
        let row = record.kept.as_ref().filter(|_| record.held != Some(slot))?;
        sum += row[slot].number().unwrap_or(0);
    }
    Some(sum)
}
