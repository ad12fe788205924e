//! What the rules that need more than one row must find, by plain loops over the rows as they will count. Nothing here is shared
//! with the engine: it is what the engine is held against.

use std::collections::{BTreeMap, BTreeSet};

use super::draw::Row;
use super::lay::Counted;
use super::left::Left;
use super::model::FormModel;
use super::reporters::Reporter;
use super::submit::Standing;
use super::truth::member;
use crate::domain::{Period, Severity};
use crate::pipeline::{CoverRule, HistoryRule, OutlierRule, Peers, Pipeline, ReconcileRule, Rule, RuleKind, UNKNOWN};

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
    /// Rows that are known to be put out.
    pub(super) known: &'a Rows,
}

/// Rows by sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows(BTreeMap<(String, String), BTreeSet<usize>>);

impl Rows {
    fn key(standing: &Standing) -> (String, String) {
        (standing.path.clone(), standing.sheet.clone())
    }

    fn of(&self, standing: &Standing) -> Option<&BTreeSet<usize>> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&Rows::key(standing))
    }

    fn add(&mut self, seats: Vec<Seat>) {
        for (entry, record, _) in seats {
            self.0.entry(Rows::key(entry.standing)).or_default().insert(record.line);
        }
    }
}

/// What has been found so far.
#[derive(Default)]
struct Told {
    all: Vec<Found>,
    /// Rows that hard rules put out.
    out: Rows,
    /// Rows that a rule asks about and that do not say why.
    asked: Rows,
    /// Cells that hard rules are about, by sheet: line and column.
    blamed: BTreeSet<(String, String, usize, usize)>,
}

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

/// A row with the entry it stands in.
type Seat<'a> = (&'a Entry<'a>, &'a Counted, &'a Row);

impl Told {
    /// Notes that a hard rule is about a column of rows.
    fn blame(&mut self, seats: &[Seat], column: Option<usize>) {
        let Some(column) = column else { return };
        for (entry, record, _) in seats {
            let standing = entry.standing;
            let cell = (standing.path.clone(), standing.sheet.clone(), record.line, column);
            self.blamed.insert(cell);
        }
    }
}

impl<'a> Oracle<'a> {
    /// All findings, in order.
    pub(super) fn findings(&'a self) -> Vec<Found> {
        self.judge().0
    }

    /// All findings, in order, and the rows that hard rules put out. Period after period: a row that is out is no peer, and
    /// later periods do not look back at it.
    pub(super) fn judge(&'a self) -> (Vec<Found>, Rows) {
        let mut told = Told {
            out: self.outside_of_scope(),
            ..Told::default()
        };
        let periods: BTreeSet<Period> = self.entries.iter().map(|entry| entry.period).collect();
        for period in periods {
            let mut broken = Vec::new();
            for rule in &self.pipeline.rules {
                if let RuleKind::History(history) = &rule.kind {
                    broken.extend(self.history(rule, history, period, &mut told));
                }
            }
            told.out.add(broken);
            let mut broken = Vec::new();
            for rule in &self.pipeline.rules {
                if let RuleKind::Outlier(outlier) = &rule.kind {
                    let out = self.outlier(rule, outlier, period, &mut told);
                    told.blame(&out, outlier.per);
                    broken.extend(out);
                }
            }
            told.out.add(broken);
            for rule in &self.pipeline.rules {
                if let RuleKind::Cover(cover) = &rule.kind {
                    self.cover(rule, cover, period, &mut told);
                }
            }
        }
        for rule in &self.pipeline.rules {
            if let RuleKind::Reconcile(reconcile) = &rule.kind {
                self.reconcile(rule, reconcile, &mut told);
            }
        }
        self.totals(&mut told);
        told.all.sort();
        (told.all, told.out)
    }

    /// What is known of the rows of reporters that are not looked at.
    fn outside_of_scope(&self) -> Rows {
        let Some((reporter, _)) = self.scope else {
            return Rows::default();
        };
        let mut rows = self.known.clone();
        if !rows.0.is_empty() {
            for entry in self.entries.iter().filter(|entry| entry.reporter.code == reporter) {
                rows.0.remove(&Rows::key(entry.standing));
            }
        }
        rows
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

    /// Rows that count.
    fn seats<'o>(&'a self, form: usize, out: &'o Rows) -> impl Iterator<Item = Seat<'a>> + use<'a, 'o> {
        self.of_form(form).flat_map(|entry| {
            let lines = out.of(entry.standing);
            let stands = move |record: &&Counted| lines.is_none_or(|lines| !lines.contains(&record.line));
            let records = entry.standing.records.iter().filter(stands);
            records.filter_map(move |record| Some((entry, record, record.kept.as_ref()?)))
        })
    }

    fn model(&self, form: usize) -> Option<&FormModel<'a>> {
        self.models.iter().find(|model| model.index == form)
    }

    fn figure(&self, model: &FormModel, row: &Row, slot: usize) -> Option<f64> {
        Some(row[slot].number()? as f64 / 10_f64.powi(model.scale(slot) as i32))
    }

    /// Rows that break a rule among those it judged, put together where the column is to blame. Gives those that are out: of
    /// a column that a hard rule blames all that say anything in it.
    fn tell(&self, rule: &Rule, column: usize, judged: &[(Seat<'a>, bool)], told: &mut Told) -> Vec<Seat<'a>> {
        let broken = judged.iter().filter(|(_, broken)| *broken).map(|(seat, _)| *seat);
        let is_hard = rule.severity == Severity::Hard;
        if !is_hard {
            let unanswered = broken.clone().filter(|seat| !self.is_explained(seat));
            told.asked.add(unanswered.collect());
        }
        let mut out: Vec<Seat> = broken.filter(|_| is_hard).collect();
        let mut sheets: BTreeMap<(&str, &str), (&Entry, usize, Vec<usize>)> = BTreeMap::new();
        for ((entry, record, _), broken) in judged {
            let standing = entry.standing;
            let (_, count, lines) = sheets
                .entry((&standing.path, &standing.sheet))
                .or_insert_with(|| (*entry, 0, Vec::new()));
            *count += 1;
            if *broken {
                lines.push(record.line);
            }
        }
        for ((path, sheet), (entry, count, lines)) in sheets {
            let is_one = lines.len() >= ONE_CAUSE.0 && lines.len() as f64 >= ONE_CAUSE.1 * count as f64;
            if is_one && is_hard {
                let seats = entry.standing.records.iter().filter_map(|record| {
                    let row = record.kept.as_ref().filter(|row| row[column].is_known())?;
                    Some((entry, record, row))
                });
                out.extend(seats);
            }
            let rows: Vec<Option<usize>> = if is_one {
                vec![None]
            } else {
                lines.into_iter().map(Some).collect()
            };
            told.all.extend(rows.into_iter().map(|row| Found {
                path: path.to_owned(),
                sheet: sheet.to_owned(),
                row,
                column: self.pipeline.forms[rule.form].columns[column].id.clone(),
                code: rule.id.clone(),
            }));
        }
        told.blame(&out, Some(column));
        out
    }

    /// Whether the row says why.
    fn is_explained(&self, (entry, _, row): &Seat) -> bool {
        let slot = self.models[entry.standing.model].form.explanation;
        slot.is_some_and(|slot| row[slot].is_known())
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

    fn history(&'a self, rule: &Rule, history: &HistoryRule, period: Period, told: &mut Told) -> Vec<Seat<'a>> {
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

    fn outlier(&'a self, rule: &Rule, outlier: &OutlierRule, period: Period, told: &mut Told) -> Vec<Seat<'a>> {
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

    fn cover(&'a self, rule: &Rule, cover: &CoverRule, period: Period, told: &mut Told) {
        let Some(model) = self.model(rule.form) else { return };
        if cover.register.is_some() {
            return;
        }
        // All that are there, and those of them that count.
        let units = |entry: &Entry| -> (BTreeSet<Vec<String>>, BTreeSet<Vec<String>>) {
            let lines = told.out.of(entry.standing);
            let (mut there, mut counting) = (BTreeSet::new(), BTreeSet::new());
            for record in &entry.standing.records {
                let Some(row) = &record.kept else { continue };
                let key = self.key(model, entry, row);
                if lines.is_none_or(|lines| !lines.contains(&record.line)) {
                    counting.insert(key.clone());
                }
                there.insert(key);
            }
            (there, counting)
        };
        for entry in self.of_scope(rule.form).filter(|entry| entry.period == period) {
            let (there, counting) = units(entry);
            let before = self
                .of_form(rule.form)
                .filter(|other| other.reporter.code == entry.reporter.code && other.period < period)
                .map(|other| (other.period, units(other)))
                .filter(|(_, (_, counting))| !counting.is_empty())
                .max_by_key(|(period, _)| *period);
            let Some((_, (were_there, counted))) = before.filter(|_| !there.is_empty()) else {
                continue;
            };
            let odd = if cover.finds_new {
                counting.difference(&were_there).count()
            } else {
                counted.difference(&there).count()
            };
            if odd as f64 > cover.max_share * counted.len() as f64 {
                told.all.push(Found {
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

    /// What has become of each record, those that contradict each other one by one.
    fn fates<'e>(entry: &'e Entry<'a>, out: &Rows) -> Vec<(&'e Counted, Fate<'e>)> {
        let lines = out.of(entry.standing);
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
        let standing = entry.standing;
        let cell = (standing.path.clone(), standing.sheet.clone(), record.line, column);
        record.read.blamed.contains(&column) || told.blamed.contains(&cell)
    }

    /// The sum over the rows of the other form, and what may yet become of it.
    fn left(&'a self, reconcile: &ReconcileRule, entry: &Entry, told: &Told) -> Option<Left> {
        let model = self.model(reconcile.left_form)?;
        let is_other = |other: &&Entry| other.period == entry.period && other.reporter.code == entry.reporter.code;
        let other = self.of_form(reconcile.left_form).find(is_other)?;
        let asked = told
            .asked
            .of(other.standing)
            .filter(|_| reconcile.left_column.is_some());
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

    fn reconcile(&'a self, rule: &Rule, reconcile: &ReconcileRule, told: &mut Told) {
        let Some(model) = self.model(rule.form) else { return };
        let mut found = Vec::new();
        for entry in self.of_scope(rule.form) {
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
                let right = self.figure(model, row, reconcile.right_column);
                let Some((left, right)) = self.left(reconcile, entry, told).zip(right) else {
                    continue;
                };
                if !left.may_be(right, reconcile.tolerance.allowed(right)) {
                    found.push(Found {
                        path: entry.standing.path.clone(),
                        sheet: entry.standing.sheet.clone(),
                        row: Some(record.line),
                        column: model.form.columns[reconcile.right_column].id.clone(),
                        code: rule.id.clone(),
                    });
                }
            }
        }
        told.all.extend(found);
    }

    fn totals(&self, told: &mut Told) {
        let looked = |entry: &&Entry| self.scope.is_none_or(|(reporter, _)| entry.reporter.code == reporter);
        for entry in self.entries.iter().filter(looked) {
            let Some((line, stated)) = &entry.standing.total else {
                continue;
            };
            if told.out.of(entry.standing).is_some_and(|lines| !lines.is_empty()) {
                continue;
            }
            let model = &self.models[entry.standing.model];
            for (&slot, &stated) in stated
                .iter()
                .filter(|(slot, _)| is_added_up(self.pipeline, model, **slot))
            {
                if let Some(sum) = whole_sum(entry.standing, slot)
                    && sum != stated
                {
                    told.all.push(Found {
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
                let peers = self.seats(rule.form, self.known).filter(|(other, _, peer)| {
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
                let told = Told {
                    out: self.known.clone(),
                    ..Told::default()
                };
                let left = self.left(reconcile, entry, &told)?.whole()?;
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
