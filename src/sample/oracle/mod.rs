//! What the rules that need more than one row must find, by plain loops over the rows as they will count. Nothing here is shared
//! with the engine: it is what the engine is held against.

mod bounds;
mod cover;
mod figures;
mod sums;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::draw::Row;
use super::lay::Counted;
use super::model::FormModel;
use super::reporters::Reporter;
use super::submit::Standing;
use super::units::Listed;
use super::value::Value;
use crate::domain::{FindingCode, Period, Severity};
use crate::pipeline::{ColumnKind, Pipeline, Rule, RuleKind};

pub(super) use figures::Figures;
pub(super) use sums::{is_added_up, whole_sum};

/// Code of a stated total that is not the sum of its rows.
/// From so many rows on, and such a share of those judged, what they break is one thing wrong with their column.
pub(super) const ONE_CAUSE: (usize, f64) = (10, 0.8);

/// One form of an accepted submission.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Number of its sheet among all of the partition.
    pub(super) sheet: usize,
    pub(super) period: Period,
    pub(super) reporter: &'a Reporter,
    pub(super) standing: &'a Standing,
    /// The units that a list names.
    pub(super) listed: Option<&'a Listed>,
    /// What the rules on outliers judge of it.
    pub(super) figures: &'a Figures,
}

/// A finding that must be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) path: String,
    pub(super) sheet: String,
    pub(super) row: Option<usize>,
    pub(super) column: String,
    pub(super) code: FindingCode,
}

/// The submissions of one partition in all periods.
pub(super) struct Oracle<'a> {
    pipeline: &'a Pipeline,
    models: &'a [FormModel<'a>],
    entries: Vec<Entry<'a>>,
    /// Look only at what this reporter and period can have changed.
    scope: Option<(&'a str, Period)>,
    /// Rows that are known to be put out.
    known: &'a Rows,
    /// Indices of the entries of each reporter, by the code under which it was first known; only of the one that is looked at, where there is one.
    by_reporter: BTreeMap<&'a str, Vec<usize>>,
}

/// Rows by number of their sheet. Copies share what neither of them has changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows(BTreeMap<usize, Arc<BTreeSet<usize>>>);

impl Rows {
    fn of(&self, entry: &Entry) -> Option<&BTreeSet<usize>> {
        self.0.get(&entry.sheet).map(Arc::as_ref)
    }

    fn add(&mut self, seats: Vec<Seat>) {
        for (entry, record, _) in seats {
            let lines = self.0.entry(entry.sheet).or_default();
            Arc::make_mut(lines).insert(record.line);
        }
    }
}

/// What tells a unit apart: the area, in a form without a key, or the cells of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'a> {
    Area(&'a str),
    Unit(Vec<Part<'a>>),
}

/// A cell of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part<'a> {
    Value(&'a Value),
    /// A code that begins with that of its area: the code under which the area was first known, and the rest.
    Below(&'a str, &'a str),
}

/// What has been found so far.
#[derive(Default)]
struct Told {
    all: Vec<Found>,
    /// Rows that hard rules put out.
    out: Rows,
    /// Rows that a rule asks about and that do not say why.
    asked: Rows,
    /// Cells that hard rules are about: number of the sheet, line and column.
    blamed: BTreeSet<(usize, usize, usize)>,
}

/// A row with the entry it stands in.
type Seat<'a> = (&'a Entry<'a>, &'a Counted, &'a Row);

impl Told {
    /// Notes that a hard rule is about a column of rows.
    fn blame(&mut self, seats: &[Seat], column: Option<usize>) {
        let Some(column) = column else { return };
        let cells = seats
            .iter()
            .map(|(entry, record, _)| (entry.sheet, record.line, column));
        self.blamed.extend(cells);
    }
}

impl<'a> Oracle<'a> {
    /// Judges these entries, or only what the reporter and period of `scope` can have changed. `known`: rows that are out.
    pub(super) fn new(
        pipeline: &'a Pipeline,
        models: &'a [FormModel<'a>],
        entries: Vec<Entry<'a>>,
        scope: Option<(&'a str, Period)>,
        known: &'a Rows,
    ) -> Oracle<'a> {
        let mut by_reporter: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let origin = entry.reporter.origin.as_str();
            if scope.is_none_or(|(reporter, _)| reporter == origin) {
                by_reporter.entry(origin).or_default().push(at);
            }
        }
        Oracle {
            pipeline,
            models,
            entries,
            scope,
            known,
            by_reporter,
        }
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
            for (at, rule) in self.pipeline.rules.iter().enumerate() {
                if let RuleKind::Outlier(outlier) = &rule.kind {
                    let out = self.outlier(at, outlier, period, &mut told);
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
        for entry in self.of_reporter(reporter) {
            rows.0.remove(&entry.sheet);
        }
        rows
    }

    fn is_of(&self, entry: &Entry, form: usize) -> bool {
        self.models[entry.standing.model].index == form
    }

    fn of_form(&'a self, form: usize) -> impl Iterator<Item = &'a Entry<'a>> {
        self.entries.iter().filter(move |entry| self.is_of(entry, form))
    }

    /// What a reporter sent in all periods.
    fn of_reporter(&'a self, code: &str) -> impl Iterator<Item = &'a Entry<'a>> {
        let own = self.by_reporter.get(code).map_or(&[][..], Vec::as_slice);
        own.iter().map(|&at| &self.entries[at])
    }

    /// What the reporter looked at sent in all periods, or every reporter.
    fn of_scope(&'a self) -> impl Iterator<Item = &'a Entry<'a>> {
        let own = self.by_reporter.values().flatten();
        own.map(|&at| &self.entries[at])
    }

    /// Rows of these entries that count.
    fn seats<'o>(
        &'a self,
        entries: impl Iterator<Item = &'a Entry<'a>>,
        out: &'o Rows,
    ) -> impl Iterator<Item = Seat<'a>> {
        entries.flat_map(move |entry| {
            let lines = out.of(entry);
            let stands = move |record: &&Counted| lines.is_none_or(|lines| !lines.contains(&record.line));
            let records = entry.standing.records.iter().filter(stands);
            records.filter_map(move |record| Some((entry, record, record.kept.as_ref()?)))
        })
    }

    fn model(&self, form: usize) -> Option<&FormModel<'a>> {
        self.models.iter().find(|model| model.index == form)
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
        let mut sheets: BTreeMap<usize, (&Entry, usize, Vec<usize>)> = BTreeMap::new();
        for ((entry, record, _), broken) in judged {
            let (_, count, lines) = sheets.entry(entry.sheet).or_insert_with(|| (*entry, 0, Vec::new()));
            *count += 1;
            if *broken {
                lines.push(record.line);
            }
        }
        for (entry, count, lines) in sheets.into_values() {
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
                path: entry.standing.path.clone(),
                sheet: entry.standing.sheet.clone(),
                row,
                column: self.pipeline.forms[rule.form].columns[column].id.clone(),
                code: FindingCode::rule(&rule.id),
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

    /// What tells the unit of a row apart.
    pub(super) fn key<'k>(&self, model: &FormModel, entry: &Entry<'k>, row: &'k Row) -> Key<'k> {
        if model.form.key.is_empty() {
            return Key::Area(&entry.reporter.origin);
        }
        unit_key(model, entry.reporter, model.form.key.iter().map(|&slot| &row[slot]))
    }
}

/// The key of a unit, from the cells of its key.
fn unit_key<'k>(model: &FormModel, reporter: &'k Reporter, cells: impl Iterator<Item = &'k Value>) -> Key<'k> {
    let part = |(&slot, cell): (&usize, &'k Value)| {
        let is_code = matches!(model.form.columns[slot].kind, ColumnKind::DivisionCode { .. });
        match cell {
            Value::Word(code) if is_code && code.starts_with(&reporter.code) => {
                Part::Below(&reporter.origin, &code[reporter.code.len()..])
            }
            _ => Part::Value(cell),
        }
    };
    Key::Unit(model.form.key.iter().zip(cells).map(part).collect())
}
