//! Figures against those of an earlier period, and against their peers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Key, Oracle, Seat, Told};
use crate::domain::{Period, Severity};
use crate::pipeline::{HistoryRule, OutlierRule, Peers, Pipeline, Rule, RuleKind};
use crate::sample::draw::Row;
use crate::sample::model::FormModel;
use crate::sample::reporters::Reporter;
use crate::sample::submit::Standing;
use crate::sample::truth::member;

/// Whether a figure of an earlier period is about the same area. What lies below areas goes on whatever becomes of these.
fn is_same_ground(model: &FormModel, entry: &Entry, earlier: Period) -> bool {
    !model.is_area() || !entry.reporter.other_ground.contains(&earlier)
}

/// What the rules on outliers judge of each row of a sheet that counts, by rule and group.
#[derive(Default)]
pub(in crate::sample) struct Figures(BTreeMap<usize, Vec<Group>>);

/// Rows of a sheet that a rule compares with each other, and with those of the same group in other sheets.
struct Group {
    peers: Vec<String>,
    /// Index of the record, and the figure.
    rows: Vec<(usize, f64)>,
}

impl Figures {
    pub(in crate::sample) fn new(
        pipeline: &Pipeline,
        model: &FormModel,
        reporter: &Reporter,
        standing: &Standing,
    ) -> Figures {
        let mut all = BTreeMap::new();
        for (at, rule) in pipeline.rules.iter().enumerate() {
            let RuleKind::Outlier(outlier) = &rule.kind else {
                continue;
            };
            if rule.form != model.index {
                continue;
            }
            let mut groups: Vec<Group> = Vec::new();
            for (index, record) in standing.records.iter().enumerate() {
                let Some(row) = &record.kept else { continue };
                let Some(figure) = judged(model, outlier, row) else {
                    continue;
                };
                let peers = peers(pipeline, model, outlier, reporter, row);
                let known = groups.iter_mut().find(|group| group.peers == peers);
                match known {
                    Some(group) => group.rows.push((index, figure)),
                    None => groups.push(Group {
                        peers: peers.into_iter().map(str::to_owned).collect(),
                        rows: vec![(index, figure)],
                    }),
                }
            }
            all.insert(at, groups);
        }
        Figures(all)
    }

    fn of(&self, rule: usize) -> &[Group] {
        self.0.get(&rule).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Oracle<'a> {
    /// The values of the units of a sender in the latest period before that of an entry that has one.
    pub(in crate::sample) fn earlier(&'a self, form: usize, column: usize, entry: &Entry) -> BTreeMap<Key<'a>, f64> {
        let mut latest: BTreeMap<Key, (Period, f64)> = BTreeMap::new();
        let Some(model) = self.model(form) else {
            return BTreeMap::new();
        };
        let own = self.of_reporter(&entry.reporter.origin);
        let before = own.filter(|other| {
            other.period < entry.period && self.is_of(other, form) && is_same_ground(model, entry, other.period)
        });
        for (other, _, row) in self.seats(before, self.known) {
            if let Some(figure) = figure(model, row, column) {
                let known = latest
                    .entry(self.key(model, other, row))
                    .or_insert((other.period, figure));
                if known.0 < other.period {
                    *known = (other.period, figure);
                }
            }
        }
        latest.into_iter().map(|(key, (_, figure))| (key, figure)).collect()
    }

    /// The figures that a rule holds a row against.
    pub(super) fn peers(
        &'a self,
        rule: usize,
        model: &FormModel,
        outlier: &OutlierRule,
        entry: &Entry,
        row: &Row,
    ) -> Vec<f64> {
        let group = peers(self.pipeline, model, outlier, entry.reporter, row);
        let mut values = Vec::new();
        for other in self.of_form(model.index).filter(|other| other.period == entry.period) {
            let lines = self.known.of(other);
            for peers in other.figures.of(rule).iter().filter(|peers| peers.peers == group) {
                let counts = |(at, _): &&(usize, f64)| {
                    lines.is_none_or(|lines| !lines.contains(&other.standing.records[*at].line))
                };
                values.extend(peers.rows.iter().filter(counts).map(|(_, figure)| *figure));
            }
        }
        values
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
        let looked: Vec<&Entry> = if history.min_group > 1 {
            self.of_form(rule.form).collect()
        } else {
            self.of_scope().filter(|entry| self.is_of(entry, rule.form)).collect()
        };
        let mut values: BTreeMap<Key, (Period, f64)> = BTreeMap::new();
        let before = looked.iter().copied().filter(|entry| entry.period < period);
        for (entry, _, row) in self.seats(before, &told.out) {
            if let Some(figure) = figure(model, row, history.column) {
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
        let now = looked.iter().copied().filter(|entry| entry.period == period);
        for seat in self.seats(now, &told.out) {
            let (entry, _, row) = seat;
            let earlier = values.get(&self.key(model, entry, row));
            let earlier = earlier.filter(|(period, _)| is_same_ground(model, entry, *period));
            let Some((now, earlier)) = figure(model, row, history.column).zip(earlier.map(|(_, figure)| *figure))
            else {
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

    /// The groups that a rule has judged anew: all, or those in which the reporter looked at has a row.
    fn is_judged(&'a self, rule: usize, period: Period) -> impl Fn(&Group) -> bool + use<'a> {
        let own = self
            .of_scope()
            .filter(|entry| self.scope.is_some() && entry.period == period);
        let groups: BTreeSet<&[String]> = own
            .flat_map(|entry| entry.figures.of(rule))
            .map(|group| group.peers.as_slice())
            .collect();
        move |group| self.scope.is_none() || groups.contains(group.peers.as_slice())
    }

    pub(super) fn outlier(
        &'a self,
        at: usize,
        outlier: &OutlierRule,
        period: Period,
        told: &mut Told,
    ) -> Vec<Seat<'a>> {
        let rule = &self.pipeline.rules[at];
        if rule.severity != Severity::Hard && self.scope.is_some_and(|(_, of)| of != period) {
            return Vec::new();
        }
        let is_judged = self.is_judged(at, period);
        let mut groups: BTreeMap<&[String], Vec<(Seat, f64)>> = BTreeMap::new();
        for entry in self.of_form(rule.form).filter(|entry| entry.period == period) {
            let lines = told.out.of(entry);
            for group in entry.figures.of(at).iter().filter(|group| is_judged(group)) {
                let seat = |&(index, figure): &(usize, f64)| {
                    let record = &entry.standing.records[index];
                    let stands = lines.is_none_or(|lines| !lines.contains(&record.line));
                    let row = record.kept.as_ref().filter(|_| stands)?;
                    Some(((entry, record, row), figure))
                };
                let members = groups.entry(&group.peers).or_default();
                members.extend(group.rows.iter().filter_map(seat));
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

/// What an outlier rule judges of a row.
fn judged(model: &FormModel, outlier: &OutlierRule, row: &Row) -> Option<f64> {
    let value = figure(model, row, outlier.column)?;
    let value = match outlier.per {
        Some(per) => value / figure(model, row, per).filter(|per| *per != 0.0)?,
        None => value,
    };
    match outlier.log {
        true if value <= 0.0 => None,
        true => Some(value.ln()),
        false => Some(value),
    }
}

/// Names of the groups by which a rule puts a row together with others.
fn peers<'r>(
    pipeline: &'r Pipeline,
    model: &FormModel,
    outlier: &OutlierRule,
    reporter: &'r Reporter,
    row: &'r Row,
) -> Vec<&'r str> {
    let peers = outlier.by.iter().map(|peers| match peers {
        Peers::Level(level) => reporter.line.get(level).map_or("", |(code, _)| code.as_str()),
        Peers::Dimension(at) => member(pipeline, model, reporter, *at, row),
    });
    peers.collect()
}

/// A cell as a number.
pub(super) fn figure(model: &FormModel, row: &Row, slot: usize) -> Option<f64> {
    Some(row[slot].number()? as f64 / 10_f64.powi(model.scale(slot) as i32))
}

/// Median, and the median distance from it ÷ 0.6745; the mean distance × 1.253314 where that is 0.
pub(super) fn middle_and_spread(values: &[f64]) -> (f64, f64) {
    let median = |values: &[f64]| {
        let mut values = values.to_vec();
        let half = values.len() / 2;
        if values.is_empty() {
            return 0.0;
        }
        let is_odd = values.len() % 2 == 1;
        let (lower, &mut middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
        let below = lower.iter().copied().max_by(f64::total_cmp);
        below.filter(|_| !is_odd).map_or(middle, |below| (below + middle) / 2.0)
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
