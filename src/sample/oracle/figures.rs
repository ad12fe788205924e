//! Figures against those of an earlier period, and against their peers.

use std::collections::BTreeMap;

use super::{Entry, Oracle, Seat, Told};
use crate::domain::{Period, Severity};
use crate::pipeline::{HistoryRule, OutlierRule, Peers, Rule};
use crate::sample::draw::Row;
use crate::sample::model::FormModel;
use crate::sample::truth::member;

impl<'a> Oracle<'a> {
    /// The value of the same unit in the latest period before this one that has one.
    pub(in crate::sample) fn earlier(&'a self, form: usize, column: usize, entry: &Entry, row: &Row) -> Option<f64> {
        let model = self.model(form)?;
        let key = self.key(model, entry, row);
        let mut latest: Option<(Period, f64)> = None;
        for (other, _, before) in self.seats(form, self.known) {
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

    pub(super) fn history(
        &'a self,
        rule: &Rule,
        history: &HistoryRule,
        period: Period,
        told: &mut Told,
    ) -> Vec<Seat<'a>> {
        let Some(model) = self.model(rule.form) else {
            return Vec::new();
        };
        // A rule with a smallest group looks at the whole partition.
        let looked = |entry: &Entry| {
            history.min_group > 1 || self.scope.is_none_or(|(reporter, _)| entry.reporter.code == reporter)
        };
        let mut values: BTreeMap<Vec<String>, (Period, f64)> = BTreeMap::new();
        let seats = self.seats(rule.form, &told.out).filter(|(entry, ..)| looked(entry));
        for (entry, _, row) in seats.filter(|(entry, ..)| entry.period < period) {
            if let Some(figure) = self.figure(model, row, history.column) {
                let latest = values
                    .entry(self.key(model, entry, row))
                    .or_insert((entry.period, figure));
                if latest.0 <= entry.period {
                    *latest = (entry.period, figure);
                }
            }
        }
        let mut judged = Vec::new();
        let mut group = 0;
        let seats = self.seats(rule.form, &told.out).filter(|(entry, ..)| looked(entry));
        for seat in seats.filter(|(entry, ..)| entry.period == period) {
            let (entry, _, row) = seat;
            let earlier = values.get(&self.key(model, entry, row)).map(|(_, figure)| *figure);
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
        if group < history.min_group as usize {
            return Vec::new();
        }
        self.tell(rule, history.column, &judged, told)
    }

    /// What an outlier rule judges of a row.
    pub(super) fn judged(&self, model: &FormModel, outlier: &OutlierRule, row: &Row) -> Option<f64> {
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

    pub(super) fn group(&self, model: &FormModel, outlier: &OutlierRule, entry: &Entry, row: &Row) -> Vec<String> {
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

    pub(super) fn outlier(
        &'a self,
        rule: &Rule,
        outlier: &OutlierRule,
        period: Period,
        told: &mut Told,
    ) -> Vec<Seat<'a>> {
        let is_looked = rule.severity == Severity::Hard || self.scope.is_none_or(|(_, of)| of == period);
        let Some(model) = self.model(rule.form).filter(|_| is_looked) else {
            return Vec::new();
        };
        let mut groups: BTreeMap<Vec<String>, Vec<(Seat, f64)>> = BTreeMap::new();
        let seats = self.seats(rule.form, &told.out);
        for seat in seats.filter(|(entry, ..)| entry.period == period) {
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
        self.tell(rule, outlier.column, &judged, told)
    }
}

/// Median, and the median distance from it ÷ 0.6745; the mean distance × 1.253314 where that is 0.
pub(super) fn middle_and_spread(values: &[f64]) -> (f64, f64) {
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
