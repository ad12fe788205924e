//! What the rules that need more than one row must find, by plain loops over the rows as they will count. Nothing here is shared
//! with the engine: it is what the engine is held against.

use std::collections::{BTreeMap, BTreeSet};

use super::draw::Row;
use super::lay::Counted;
use super::model::FormModel;
use super::reporters::Reporter;
use super::submit::Standing;
use super::truth::member;
use crate::domain::Period;
use crate::pipeline::{CoverRule, HistoryRule, OutlierRule, Peers, Pipeline, ReconcileRule, Rule, RuleKind};

/// Code of a stated total that is not the sum of its rows.
pub(super) const TOTAL_DIFFERS: &str = "total-differs";
/// From so many rows on, and such a share of those judged, what they break is one thing wrong with their column.
const ONE_CAUSE: (usize, f64) = (10, 0.8);

/// One form of an accepted submission.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) period: Period,
    pub(super) reporter: &'a Reporter,
    pub(super) standing: &'a Standing,
}

/// A finding that must be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) path: String,
    pub(super) sheet: String,
    pub(super) row: Option<usize>,
    pub(super) column: String,
    pub(super) code: String,
}

/// The submissions of one partition in all periods.
pub(super) struct Oracle<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) models: &'a [FormModel<'a>],
    pub(super) entries: Vec<Entry<'a>>,
    /// Look only at what this reporter and period can have changed.
    pub(super) scope: Option<(&'a str, Period)>,
}

/// A row with the entry it stands in.
type Seat<'a> = (&'a Entry<'a>, &'a Counted, &'a Row);

impl<'a> Oracle<'a> {
    /// All findings, in order.
    pub(super) fn findings(&'a self) -> Vec<Found> {
        let mut all = Vec::new();
        for rule in &self.pipeline.rules {
            match &rule.kind {
                RuleKind::Row(_) | RuleKind::Sum(_) => {}
                RuleKind::History(history) => self.history(rule, history, &mut all),
                RuleKind::Outlier(outlier) => self.outlier(rule, outlier, &mut all),
                RuleKind::Cover(cover) => self.cover(rule, cover, &mut all),
                RuleKind::Reconcile(reconcile) => self.reconcile(rule, reconcile, &mut all),
            }
        }
        self.totals(&mut all);
        all.sort();
        all
    }

    fn of_form(&'a self, form: usize) -> impl Iterator<Item = &'a Entry<'a>> {
        self.entries
            .iter()
            .filter(move |entry| self.models[entry.standing.model].index == form)
    }

    /// The entries of the reporter looked at, in all periods.
    fn of_scope(&'a self, form: usize) -> impl Iterator<Item = &'a Entry<'a>> {
        self.of_form(form)
            .filter(|entry| self.scope.is_none_or(|(reporter, _)| entry.reporter.code == reporter))
    }

    fn seats(&'a self, form: usize) -> impl Iterator<Item = Seat<'a>> {
        self.of_form(form).flat_map(|entry| {
            let records = entry.standing.records.iter();
            records.filter_map(move |record| Some((entry, record, record.kept.as_ref()?)))
        })
    }

    fn model(&self, form: usize) -> Option<&FormModel<'a>> {
        self.models.iter().find(|model| model.index == form)
    }

    fn figure(&self, model: &FormModel, row: &Row, slot: usize) -> Option<f64> {
        Some(row[slot].number()? as f64 / 10_f64.powi(model.scale(slot) as i32))
    }

    /// Rows that break a rule among those it judged, put together where the column is to blame.
    fn tell(&self, rule: &Rule, column: usize, judged: &[(Seat, bool)], all: &mut Vec<Found>) {
        let mut sheets: BTreeMap<(&str, &str), (usize, Vec<usize>)> = BTreeMap::new();
        for ((entry, record, _), broken) in judged {
            let standing = entry.standing;
            let (count, lines) = sheets.entry((&standing.path, &standing.sheet)).or_default();
            *count += 1;
            if *broken {
                lines.push(record.line);
            }
        }
        for ((path, sheet), (count, lines)) in sheets {
            let is_one = lines.len() >= ONE_CAUSE.0 && lines.len() as f64 >= ONE_CAUSE.1 * count as f64;
            let rows: Vec<Option<usize>> = if is_one {
                vec![None]
            } else {
                lines.into_iter().map(Some).collect()
            };
            all.extend(rows.into_iter().map(|row| Found {
                path: path.to_owned(),
                sheet: sheet.to_owned(),
                row,
                column: self.pipeline.forms[rule.form].columns[column].id.clone(),
                code: rule.id.clone(),
            }));
        }
    }

    fn key(&self, model: &FormModel, entry: &Entry, row: &Row) -> Vec<String> {
        if model.form.key.is_empty() {
            return vec![entry.reporter.code.clone()];
        }
        model.form.key.iter().map(|&slot| format!("{:?}", row[slot])).collect()
    }

    /// The value of the same unit in the latest period before this one that has one.
    pub(super) fn earlier(&'a self, form: usize, column: usize, entry: &Entry, row: &Row) -> Option<f64> {
        let model = self.model(form)?;
        let key = self.key(model, entry, row);
        let mut latest: Option<(Period, f64)> = None;
        for (other, _, before) in self.seats(form) {
            if other.period < entry.period
                && latest.is_none_or(|(period, _)| period < other.period)
                && self.key(model, other, before) == key
                && let Some(figure) = self.figure(model, before, column)
            {
                latest = Some((other.period, figure));
            }
        }
        latest.map(|(_, figure)| figure)
    }

    fn history(&'a self, rule: &Rule, history: &HistoryRule, all: &mut Vec<Found>) {
        let Some(model) = self.model(rule.form) else { return };
        // A rule with a smallest group looks at the whole partition.
        let looked = |entry: &Entry| {
            history.min_group > 1 || self.scope.is_none_or(|(reporter, _)| entry.reporter.code == reporter)
        };
        let mut values: BTreeMap<Vec<String>, BTreeMap<Period, f64>> = BTreeMap::new();
        for (entry, _, row) in self.seats(rule.form).filter(|(entry, ..)| looked(entry)) {
            if let Some(figure) = self.figure(model, row, history.column) {
                values
                    .entry(self.key(model, entry, row))
                    .or_default()
                    .insert(entry.period, figure);
            }
        }
        let periods: BTreeSet<Period> = self.of_form(rule.form).map(|entry| entry.period).collect();
        for period in periods {
            let mut judged = Vec::new();
            let mut group = 0;
            for seat in self
                .seats(rule.form)
                .filter(|(entry, ..)| entry.period == period && looked(entry))
            {
                let (entry, _, row) = seat;
                let earlier = values
                    .get(&self.key(model, entry, row))
                    .and_then(|by| by.range(..period).next_back())
                    .map(|(_, figure)| *figure);
                let Some((now, earlier)) = self.figure(model, row, history.column).zip(earlier) else {
                    continue;
                };
                group += 1;
                if earlier == 0.0 || earlier < history.min_base {
                    continue;
                }
                let ratio = now / earlier;
                judged.push((seat, ratio < history.ratio.0 || ratio > history.ratio.1));
            }
            if group >= history.min_group as usize {
                self.tell(rule, history.column, &judged, all);
            }
        }
    }

    /// What an outlier rule judges of a row.
    fn judged(&self, model: &FormModel, outlier: &OutlierRule, row: &Row) -> Option<f64> {
        let figure = self.figure(model, row, outlier.column)?;
        let figure = match outlier.per {
            Some(per) => figure / self.figure(model, row, per).filter(|per| *per != 0.0)?,
            None => figure,
        };
        match outlier.log {
            true if figure <= 0.0 => None,
            true => Some(figure.ln()),
            false => Some(figure),
        }
    }

    fn group(&self, model: &FormModel, outlier: &OutlierRule, entry: &Entry, row: &Row) -> Vec<String> {
        let peers = outlier.by.iter().map(|peers| match peers {
            Peers::Level(level) => entry
                .reporter
                .line
                .get(level)
                .map_or(String::new(), |(code, _)| code.clone()),
            Peers::Dimension(at) => member(self.pipeline, model, entry.reporter, *at, row).to_owned(),
        });
        std::iter::once(entry.period.to_string()).chain(peers).collect()
    }

    fn outlier(&'a self, rule: &Rule, outlier: &OutlierRule, all: &mut Vec<Found>) {
        let Some(model) = self.model(rule.form) else { return };
        let mut groups: BTreeMap<Vec<String>, Vec<(Seat, f64)>> = BTreeMap::new();
        let looked = |entry: &Entry| self.scope.is_none_or(|(_, period)| entry.period == period);
        for seat in self.seats(rule.form).filter(|(entry, ..)| looked(entry)) {
            let (entry, _, row) = seat;
            if let Some(value) = self.judged(model, outlier, row) {
                groups
                    .entry(self.group(model, outlier, entry, row))
                    .or_default()
                    .push((seat, value));
            }
        }
        let mut judged = Vec::new();
        for members in groups
            .values()
            .filter(|members| members.len() >= outlier.min_group as usize)
        {
            let values: Vec<f64> = members.iter().map(|(_, value)| *value).collect();
            let (middle, spread) = middle_and_spread(&values);
            let is_far = |value: f64| value != middle && (value - middle).abs() > outlier.threshold * spread;
            judged.extend(members.iter().map(|(seat, value)| (*seat, is_far(*value))));
        }
        self.tell(rule, outlier.column, &judged, all);
    }

    fn cover(&'a self, rule: &Rule, cover: &CoverRule, all: &mut Vec<Found>) {
        let Some(model) = self.model(rule.form) else { return };
        if cover.register.is_some() {
            return;
        }
        let units = |entry: &Entry| -> BTreeSet<Vec<String>> {
            let kept = entry.standing.records.iter().filter_map(|record| record.kept.as_ref());
            kept.map(|row| self.key(model, entry, row)).collect()
        };
        for entry in self.of_scope(rule.form) {
            let now = units(entry);
            let before = self
                .of_form(rule.form)
                .filter(|other| other.reporter.code == entry.reporter.code && other.period < entry.period)
                .map(|other| (other.period, units(other)))
                .filter(|(_, units)| !units.is_empty())
                .max_by_key(|(period, _)| *period);
            let Some((_, before)) = before.filter(|_| !now.is_empty()) else {
                continue;
            };
            let odd = if cover.finds_new {
                now.difference(&before).count()
            } else {
                before.difference(&now).count()
            };
            if odd as f64 > cover.max_share * before.len() as f64 {
                all.push(Found {
                    path: entry.standing.path.clone(),
                    // Units that are not there lie on no sheet.
                    sheet: String::new(),
                    row: None,
                    column: String::new(),
                    code: rule.id.clone(),
                });
            }
        }
    }

    /// The sum over the rows of the other form; None where it is not whole.
    pub(super) fn left(&'a self, reconcile: &ReconcileRule, entry: &Entry) -> Option<f64> {
        let model = self.model(reconcile.left_form)?;
        let is_other = |other: &&Entry| other.period == entry.period && other.reporter.code == entry.reporter.code;
        let other = self.of_form(reconcile.left_form).find(is_other)?;
        let mut sum = 0;
        for record in &other.standing.records {
            let row = record.kept.as_ref()?;
            let is_in = reconcile.filter.iter().all(|(dimension, members)| {
                let member = member(self.pipeline, model, other.reporter, *dimension, row);
                members.iter().any(|one| one == member)
            });
            let amount = match reconcile.left_column {
                None => 1,
                Some(column) if row[column].member() == "true" => 1,
                Some(column) if row[column].member() == "false" => 0,
                Some(column) => row[column].number()?,
            };
            sum += if is_in { amount } else { 0 };
        }
        let scale = reconcile.left_column.map_or(0, |column| model.scale(column));
        Some(sum as f64 / 10_f64.powi(scale as i32))
    }

    fn reconcile(&'a self, rule: &Rule, reconcile: &ReconcileRule, all: &mut Vec<Found>) {
        let Some(model) = self.model(rule.form) else { return };
        let of_entry = |entry: &'a Entry<'a>| {
            let records = entry.standing.records.iter();
            records.filter_map(move |record| Some((entry, record, record.kept.as_ref()?)))
        };
        for (entry, record, row) in self.of_scope(rule.form).flat_map(of_entry) {
            let right = self.figure(model, row, reconcile.right_column);
            let Some((left, right)) = self.left(reconcile, entry).zip(right) else {
                continue;
            };
            if (left - right).abs() > reconcile.tolerance.allowed(right) + 1e-6 {
                all.push(Found {
                    path: entry.standing.path.clone(),
                    sheet: entry.standing.sheet.clone(),
                    row: Some(record.line),
                    column: model.form.columns[reconcile.right_column].id.clone(),
                    code: rule.id.clone(),
                });
            }
        }
    }

    fn totals(&self, all: &mut Vec<Found>) {
        let looked = |entry: &&Entry| self.scope.is_none_or(|(reporter, _)| entry.reporter.code == reporter);
        for entry in self.entries.iter().filter(looked) {
            let Some((line, stated)) = &entry.standing.total else {
                continue;
            };
            let model = &self.models[entry.standing.model];
            for (&slot, &stated) in stated
                .iter()
                .filter(|(slot, _)| is_added_up(self.pipeline, model, **slot))
            {
                if let Some(sum) = whole_sum(entry.standing, slot)
                    && sum != stated
                {
                    all.push(Found {
                        path: entry.standing.path.clone(),
                        sheet: entry.standing.sheet.clone(),
                        row: Some(*line),
                        column: model.form.columns[slot].id.clone(),
                        code: TOTAL_DIFFERS.to_owned(),
                    });
                }
            }
        }
    }

    /// The figure of a cell that lies at this share of the way to where a rule fires.
    pub(super) fn toward(&'a self, rule: &Rule, entry: &Entry, row: &Row, share: f64) -> Option<f64> {
        let model = self.model(rule.form)?;
        match &rule.kind {
            RuleKind::History(history) => {
                let earlier = self.earlier(rule.form, history.column, entry, row)?;
                let end = if share < 0.0 { history.ratio.0 } else { history.ratio.1 };
                Some(earlier * end.powf(share.abs()))
            }
            RuleKind::Outlier(outlier) => {
                let group = self.group(model, outlier, entry, row);
                let peers = self.seats(rule.form).filter(|(other, _, peer)| {
                    other.period == entry.period && self.group(model, outlier, other, peer) == group
                });
                let values: Vec<f64> = peers
                    .filter_map(|(_, _, peer)| self.judged(model, outlier, peer))
                    .collect();
                let (middle, spread) = middle_and_spread(&values);
                let value = middle + share * outlier.threshold * spread;
                let value = if outlier.log { value.exp() } else { value };
                let per = outlier.per.map_or(Some(1.0), |per| self.figure(model, row, per))?;
                Some(value * per)
            }
            RuleKind::Reconcile(reconcile) => {
                let left = self.left(reconcile, entry)?;
                let off = share * reconcile.tolerance.allowed(left);
                // Towards the sum, so that rounding does not lead beyond the bound.
                let unit = 10_f64.powi(model.scale(reconcile.right_column) as i32);
                Some(left + (off * unit).trunc() / unit)
            }
            _ => None,
        }
    }
}

/// Whether a column is summed as it stands: only then its total says something.
pub(super) fn is_added_up(pipeline: &Pipeline, model: &FormModel, slot: usize) -> bool {
    let measures = pipeline.measures.iter().filter(|measure| measure.form == model.index);
    measures
        .into_iter()
        .any(|measure| measure.value.columns == [slot] && measure.value.text.trim() == model.form.columns[slot].id)
}

/// Sum of a column over the records of a sheet; None where a record or a cell of it is held back.
pub(super) fn whole_sum(standing: &Standing, slot: usize) -> Option<i64> {
    let mut sum = 0;
    for record in &standing.records {
        let row = record.kept.as_ref().filter(|_| record.held != Some(slot))?;
        sum += row[slot].number().unwrap_or(0);
    }
    Some(sum)
}

/// Median, and the median distance from it ÷ 0.6745; the mean distance × 1.253314 where that is 0.
fn middle_and_spread(values: &[f64]) -> (f64, f64) {
    let median = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => 0.0,
            n if n % 2 == 1 => sorted[n / 2],
            n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
        }
    };
    let middle = median(values);
    let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let mad = median(&distances);
    let spread = if mad > 0.0 {
        mad / 0.6745
    } else {
        1.253314 * distances.iter().sum::<f64>() / distances.len().max(1) as f64
    };
    (middle, spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_hardly_moved_by_one_far_value() {
        assert_eq!(middle_and_spread(&[1.0, 2.0, 3.0, 4.0, 1000.0]), (3.0, 1.0 / 0.6745));
        let (middle, spread) = middle_and_spread(&[5.0, 5.0, 5.0, 9.0]);
        assert_eq!((middle, spread), (5.0, 1.253314));
    }
}
