//! Plants faults that only show beside other submissions, and what lies just within the bounds: a candidate is laid out and
//! judged by the oracle, and stays only where it breaks its own rule and no other.

mod candidates;
mod columns;
mod lines;
mod wishes;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::SampleError;
use super::amend::{Amendment, What, WrongTotal};
use super::chance::{Chance, index, stream};
use super::lay::TOTAL_WITH_CODE;
use super::model::FormModel;
use super::oracle::{Entry, Figures, Found, Oracle, Rows};
use super::plan::UnitPlan;
use super::reporters::Reporter;
use super::submit::{Drawn, Outcome, Stage, Standing};
use super::truth::Line;
use crate::domain::{Code, FindingCode, Severity};
use crate::pipeline::{Pipeline, RuleKind};
use wishes::Aim;
pub(super) use wishes::{Wish, wishes};

/// Reporters looked at for one wish in one partition, and rows of each.
const REPORTERS: usize = 16;
const ROWS: usize = 6;

/// What a reporter sends in a period.
pub(super) struct Unit<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) plan: &'a UnitPlan,
    pub(super) outcome: Outcome,
    /// What is true of it, before anything is amended.
    drawn: Drawn,
    /// Of each form of `outcome.standing`.
    figures: Vec<Figures>,
    /// Laid out anew, but not yet written.
    amendment: Option<Amendment>,
}

impl<'a> Unit<'a> {
    /// Draws and lays out what a reporter sends.
    pub(super) fn new(stage: &'a Stage<'a>, plan: &'a UnitPlan) -> Result<Unit<'a>, SampleError> {
        let (outcome, drawn) = stage.unit(plan)?;
        let figures = figures(stage, plan, &outcome);
        Ok(Unit {
            stage,
            plan,
            outcome,
            drawn,
            figures,
            amendment: None,
        })
    }

    fn reporter(&self) -> &'a Reporter {
        &self.stage.cast.reporters[self.plan.reporter]
    }
}

/// What the rules on outliers judge of each form that a reporter sends.
fn figures(stage: &Stage, plan: &UnitPlan, outcome: &Outcome) -> Vec<Figures> {
    let reporter = &stage.cast.reporters[plan.reporter];
    let of_form = |standing: &Standing| Figures::new(stage.pipeline, &stage.models[standing.model], reporter, standing);
    outcome.standing.iter().map(of_form).collect()
}

/// The units of one partition in all periods.
pub(super) struct Plot<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) models: &'a [FormModel<'a>],
    pub(super) units: Vec<Unit<'a>>,
    seed: u64,
    name: &'a str,
    /// Rows that rules over several rows have put out.
    out: Rows,
    /// Candidates that were laid out and judged. How many beyond the first that fits is left to the threads.
    pub(super) judged: AtomicUsize,
}

/// A candidate, and what must be told of it.
struct Candidate {
    unit: usize,
    amendment: Amendment,
    /// What the oracle must find of it, in order.
    codes: Vec<FindingCode>,
    /// The one of them that it is about, what the truth calls it, and what was meant.
    code: FindingCode,
    kind: String,
    mend: String,
    /// What must be told of a column of the sheet.
    line: Option<Line>,
}

/// A candidate that is found as it must be.
struct Held {
    outcome: Outcome,
    figures: Vec<Figures>,
    /// Rows that are out beside it.
    out: Rows,
    found: Vec<(Found, Meant)>,
    candidate: Candidate,
}

/// What the truth calls a finding, and what was meant instead.
type Meant = (String, String);

/// Lines of the truth, and what the oracle finds for them.
type Granted = (Vec<Line>, Vec<(Found, Meant)>);

impl<'a> Plot<'a> {
    pub(super) fn new(
        pipeline: &'a Pipeline,
        models: &'a [FormModel<'a>],
        units: Vec<Unit<'a>>,
        seed: u64,
        name: &'a str,
    ) -> Plot<'a> {
        Plot {
            pipeline,
            models,
            units,
            seed,
            name,
            out: Rows::default(),
            judged: AtomicUsize::new(0),
        }
    }

    /// Plants up to `count` of the wishes; what finds no place here waits for the next partition. Gives the lines of the truth
    /// that concern more than one row.
    pub(super) fn plant(&mut self, wishes: &mut VecDeque<Wish>, count: usize) -> Result<Vec<Line>, SampleError> {
        let mut lines = Vec::new();
        let mut planted: BTreeMap<Found, Meant> = BTreeMap::new();
        self.out = self.oracle().judge().1;
        let (rare, others): (VecDeque<Wish>, VecDeque<Wish>) = wishes.drain(..).partition(Wish::is_rare);
        wishes.extend(others);
        let count = count.min(wishes.len());
        // What few can grant has chances of its own, so that the others fall as they would without it.
        let rare = rare
            .into_iter()
            .enumerate()
            .map(|(at, wish)| (wish, format!("rare {at}")));
        let others = (0..count).filter_map(|turn| Some((wishes.pop_front()?, turn.to_string())));
        let tried: Vec<(Wish, String)> = rare.chain(others).collect();
        for (wish, turn) in tried {
            match self.grant(&wish, &turn)? {
                Some((more, found)) => {
                    lines.extend(more);
                    planted.extend(found);
                }
                None => wishes.push_back(wish),
            }
        }
        let amended = self.units.par_iter_mut().filter(|unit| unit.amendment.is_some());
        amended.try_for_each(|unit| {
            let written = unit.amendment.as_ref();
            unit.outcome = match written {
                Some(amendment) => unit.stage.amended(unit.plan, &unit.drawn, amendment, false)?,
                None => return Ok(()),
            };
            unit.figures = figures(unit.stage, unit.plan, &unit.outcome);
            Ok(())
        })?;
        let findings = self.oracle().judge().0;
        let explained = self.explained();
        lines.extend(
            findings
                .iter()
                .map(|found| self.line(found, planted.get(found), &explained)),
        );
        Ok(lines)
    }

    fn grant(&mut self, wish: &Wish, turn: &str) -> Result<Option<Granted>, SampleError> {
        if let (Aim::Total(how), true) = (wish.aim, wish.is_near) {
            let code = if how == WrongTotal::Coded {
                TOTAL_WITH_CODE
            } else {
                Code::TotalDiffers
            };
            let line = self.right_total(wish.model, code);
            return Ok(line.map(|line| (vec![line], Vec::new())));
        }
        let order = self.order(wish, &mut stream(self.seed, &["plant", self.name, turn]));
        if wish.is_as_it_stands(self.pipeline) {
            let found = order
                .par_iter()
                .find_map_first(|&unit| Some((unit, self.as_it_stands(wish, unit)?)));
            return Ok(found.map(|(unit, line)| {
                self.units[unit].amendment = Some(Amendment {
                    model: wish.model,
                    what: What::Nothing,
                    is_listed: true,
                });
                (vec![line], Vec::new())
            }));
        }
        // Each has a stream of its own: which of them are tried beyond the first that fits is left to the threads.
        let attempt = |&unit: &usize| {
            let rng = &mut stream(self.seed, &["plant", self.name, turn, &unit.to_string()]);
            self.attempt(unit, wish, rng).transpose()
        };
        let few = &order[..order.len().min(REPORTERS)];
        let Some(held) = few.par_iter().find_map_first(attempt).transpose()? else {
            return Ok(None);
        };
        let at = held.candidate.unit;
        self.out = held.out;
        let unit = &mut self.units[at];
        (unit.outcome, unit.figures) = (held.outcome, held.figures);
        let Candidate { amendment, line, .. } = held.candidate;
        unit.amendment = Some(amendment);
        // A sheet may be called otherwise where it is laid out anew.
        let of = standing(&self.units[at].outcome, wish.model);
        let line = line.zip(of).map(|(line, of)| Line {
            path: of.path.clone(),
            sheet: of.sheet.clone(),
            ..line
        });
        let lines = self.near_line(wish, at).into_iter().chain(line).collect();
        Ok(Some((lines, held.found)))
    }

    /// The first candidate of a unit that is found as it must be.
    fn attempt(&self, unit: usize, wish: &Wish, rng: &mut Chance) -> Result<Option<Held>, SampleError> {
        let mut before = None;
        for candidate in self.candidates(unit, wish, rng) {
            let before = before.get_or_insert_with(|| self.oracle_of(unit, None).judge().0);
            if let Some(held) = self.holds(candidate, before)? {
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    /// The units in which a wish may be granted, in the order in which they are tried.
    fn order(&self, wish: &Wish, rng: &mut Chance) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, index(rng, at + 1));
        }
        let is_sum = |rule: usize| matches!(self.pipeline.rules[rule].kind, RuleKind::Reconcile(_));
        let of_sums = match wish.aim {
            Aim::Rule(rule) => is_sum(rule),
            Aim::Total(_) => true,
            Aim::Cell(_) | Aim::Commas | Aim::Thousands | Aim::Unclear | Aim::Former(_) => false,
        };
        let stays = wish.is_as_it_stands(self.pipeline);
        let able = |unit: &usize| {
            let unit = &self.units[*unit];
            let is_free = match &unit.amendment {
                None => true,
                Some(amendment) => stays && matches!(amendment.what, What::Nothing),
            };
            is_free
                && standing(&unit.outcome, wish.model).is_some_and(|standing| standing.is_plain)
                && (!of_sums || !is_questioned(&unit.outcome))
        };
        order.retain(able);
        if !of_sums {
            // Senders without a fault are few, and sums want them.
            order.sort_by_key(|unit| is_faultless(&self.units[*unit].outcome));
        }
        order
    }

    /// Lays a candidate out; gives it, where it adds to what was found before just what it must.
    fn holds(&self, candidate: Candidate, before: &[Found]) -> Result<Option<Held>, SampleError> {
        self.judged.fetch_add(1, Ordering::Relaxed);
        let unit = &self.units[candidate.unit];
        let outcome = unit.stage.amended(unit.plan, &unit.drawn, &candidate.amendment, true)?;
        let figures = figures(unit.stage, unit.plan, &outcome);
        let (after, out) = self.oracle_of(candidate.unit, Some((&outcome, &figures))).judge();
        let is_in = |all: &[Found], found: &Found| all.binary_search(found).is_ok();
        if before.iter().any(|found| !is_in(&after, found)) {
            return Ok(None);
        }
        let added: Vec<Found> = after.into_iter().filter(|found| !is_in(before, found)).collect();
        let mut codes: Vec<FindingCode> = added.iter().map(|found| found.code.clone()).collect();
        codes.sort_unstable();
        if codes != candidate.codes {
            return Ok(None);
        }
        let own = added.into_iter().filter(|found| found.code == candidate.code);
        let meant = (candidate.kind.clone(), candidate.mend.clone());
        Ok(Some(Held {
            found: own.map(|found| (found, meant.clone())).collect(),
            outcome,
            figures,
            out,
            candidate,
        }))
    }

    /// Judges all that stands.
    fn oracle(&self) -> Oracle<'_> {
        let units = self.units.iter().enumerate();
        let entries = units.flat_map(|(at, unit)| self.entries(at, &unit.outcome, &unit.figures));
        Oracle::new(self.pipeline, self.models, entries.collect(), None, &self.out)
    }

    /// Judges what a unit can have changed, as it stands or with another outcome.
    fn oracle_of<'o>(&'o self, unit: usize, instead: Option<(&'o Outcome, &'o [Figures])>) -> Oracle<'o> {
        let of = &self.units[unit];
        let units = self.units.iter().enumerate();
        let entries = units.flat_map(|(at, other)| {
            let (outcome, figures) = instead
                .filter(|_| at == unit)
                .unwrap_or((&other.outcome, &other.figures));
            self.entries(at, outcome, figures)
        });
        let scope = Some((of.reporter().origin.as_str(), of.stage.period));
        Oracle::new(self.pipeline, self.models, entries.collect(), scope, &self.out)
    }

    fn entries<'o>(
        &'o self,
        unit: usize,
        outcome: &'o Outcome,
        figures: &'o [Figures],
    ) -> impl Iterator<Item = Entry<'o>> {
        let (of, models) = (&self.units[unit], self.models.len());
        outcome
            .standing
            .iter()
            .zip(figures)
            .map(move |(standing, figures)| Entry {
                sheet: unit * models + standing.model,
                period: of.stage.period,
                reporter: of.reporter(),
                standing,
                listed: outcome.listed.get(&standing.model),
                figures,
            })
    }

    /// What a unit sends of one form.
    fn entry(&self, unit: usize, model: usize) -> Option<Entry<'_>> {
        let Unit { outcome, figures, .. } = &self.units[unit];
        let mut entries = self.entries(unit, outcome, figures);
        entries.find(|entry| entry.standing.model == model)
    }
}

/// Whether a rule asks about a figure that counts: a difference in its sum would settle nothing.
fn is_questioned(outcome: &Outcome) -> bool {
    let explain = Severity::Explain.as_str();
    let mut lines = outcome.truth.iter();
    lines.any(|line| line.severity == explain && line.kind.starts_with("rule "))
}

/// Whether nothing of it is to be found.
fn is_faultless(outcome: &Outcome) -> bool {
    outcome.truth.iter().all(|line| line.severity == "none")
}

fn standing(outcome: &Outcome, model: usize) -> Option<&Standing> {
    outcome.standing.iter().find(|standing| standing.model == model)
}
