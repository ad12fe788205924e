//! What the rules that need more than one row must find, by plain loops over the rows as they will count. Nothing here is shared
//! with the engine: it is what the engine is held against.

mod bounds;
mod cover;
mod figures;
mod sums;

use std::collections::{BTreeMap, BTreeSet};

use super::draw::Row;
use super::lay::Counted;
use super::model::FormModel;
use super::reporters::Reporter;
use super::submit::Standing;
use super::units::{self, Listed};
use crate::domain::{Period, Severity};
use crate::pipeline::{Pipeline, Rule, RuleKind};

pub(super) use sums::{is_added_up, whole_sum};

/// Code of a stated total that is not the sum of its rows.
pub(super) const TOTAL_DIFFERS: &str = "total-differs";
/// From so many rows on, and such a share of those judged, what they break is one thing wrong with their column.
pub(super) const ONE_CAUSE: (usize, f64) = (10, 0.8);

/// One form of an accepted submission.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) period: Period,
    pub(super) reporter: &'a Reporter,
    pub(super) standing: &'a Standing,
    /// The units that a list names.
    pub(super) listed: Option<&'a Listed>,
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
        units::key(model, row)
    }
}
