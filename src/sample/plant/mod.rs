//! Plants faults that only show beside other submissions, and what lies just within the bounds: a candidate is laid out and
//! judged by the oracle, and stays only where it breaks its own rule and no other.

mod candidates;
mod lines;
mod wishes;

use std::collections::{BTreeMap, VecDeque};

use super::SampleError;
use super::amend::{Amendment, What};
use super::chance::{Chance, index, stream};
use super::model::FormModel;
use super::oracle::{Entry, Found, Oracle, Rows};
use super::plan::UnitPlan;
use super::submit::{Outcome, Stage, Standing};
use super::truth::Line;
use crate::domain::Severity;
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
    /// Laid out anew, but not yet written.
    pub(super) amendment: Option<Amendment>,
}

/// The units of one partition in all periods.
pub(super) struct Plot<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) models: &'a [FormModel<'a>],
    pub(super) units: Vec<Unit<'a>>,
    pub(super) rng: Chance,
    /// Rows that rules over several rows have put out.
    out: Rows,
}

/// A candidate, and what must be told of it.
struct Candidate {
    unit: usize,
    amendment: Amendment,
    /// What the oracle must find of it, in order.
    codes: Vec<String>,
    /// The one of them that it is about, what the truth calls it, and what was meant.
    code: String,
    kind: String,
    mend: String,
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
        name: &str,
    ) -> Plot<'a> {
        Plot {
            pipeline,
            models,
            units,
            rng: stream(seed, &["plant", name]),
            out: Rows::default(),
        }
    }

    /// Plants up to `count` of the wishes; what finds no place here waits for the next partition. Gives the lines of the truth
    /// that concern more than one row.
    pub(super) fn plant(&mut self, wishes: &mut VecDeque<Wish>, count: usize) -> Result<Vec<Line>, SampleError> {
        let mut lines = Vec::new();
        let mut planted: BTreeMap<Found, Meant> = BTreeMap::new();
        self.out = self.oracle(None, None).judge().1;
        for _ in 0..count.min(wishes.len()) {
            let Some(wish) = wishes.pop_front() else { break };
            match self.grant(&wish)? {
                Some((more, found)) => {
                    lines.extend(more);
                    planted.extend(found);
                }
                None => wishes.push_back(wish),
            }
        }
        for unit in self.units.iter_mut().filter(|unit| unit.amendment.is_some()) {
            unit.outcome = unit.stage.unit(unit.plan, unit.amendment.as_ref(), false)?;
        }
        let findings = self.oracle(None, None).findings();
        lines.extend(findings.iter().map(|found| self.line(found, planted.get(found))));
        Ok(lines)
    }

    fn grant(&mut self, wish: &Wish) -> Result<Option<Granted>, SampleError> {
        if let (Aim::Total(_), true) = (wish.aim, wish.is_near) {
            return Ok(self.right_total(wish.model).map(|line| (vec![line], Vec::new())));
        }
        let order = self.order(wish);
        if wish.is_as_it_stands(self.pipeline) {
            let found = order
                .into_iter()
                .find_map(|unit| Some((unit, self.as_it_stands(wish, unit)?)));
            return Ok(found.map(|(unit, line)| {
                self.units[unit].amendment = Some(Amendment {
                    model: wish.model,
                    what: What::Nothing,
                    is_listed: true,
                });
                (vec![line], Vec::new())
            }));
        }
        for unit in order.into_iter().take(REPORTERS) {
            let candidates = self.candidates(unit, wish);
            for candidate in candidates {
                if let Some(found) = self.holds(&candidate)? {
                    let lines = self.near_line(wish, candidate.unit).into_iter().collect();
                    return Ok(Some((lines, found)));
                }
            }
        }
        Ok(None)
    }

    /// The units in which a wish may be granted, in the order in which they are tried.
    fn order(&mut self, wish: &Wish) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, index(&mut self.rng, at + 1));
        }
        let is_sum = |rule: usize| matches!(self.pipeline.rules[rule].kind, RuleKind::Reconcile(_));
        let of_sums = match wish.aim {
            Aim::Rule(rule) => is_sum(rule),
            Aim::Total(_) => true,
            Aim::Cell(_) => false,
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

    /// Lays a candidate out; keeps it, and gives what it adds to the findings, where that is what it must.
    fn holds(&mut self, candidate: &Candidate) -> Result<Option<Vec<(Found, Meant)>>, SampleError> {
        let unit = &self.units[candidate.unit];
        let outcome = unit.stage.unit(unit.plan, Some(&candidate.amendment), true)?;
        let reporter = unit.stage.cast.reporters[unit.plan.reporter].code.as_str();
        let scope = Some((reporter, unit.stage.period));
        let before = self.oracle(scope, None).findings();
        let after = self.oracle(scope, Some((candidate.unit, &outcome))).findings();
        let gone = before.iter().any(|found| !after.contains(found));
        let added: Vec<Found> = after.into_iter().filter(|found| !before.contains(found)).collect();
        let mut codes: Vec<&str> = added.iter().map(|found| found.code.as_str()).collect();
        codes.sort_unstable();
        if gone || codes != candidate.codes {
            return Ok(None);
        }
        let unit = &mut self.units[candidate.unit];
        unit.outcome = outcome;
        unit.amendment = Some(candidate.amendment.clone());
        let is_hard = |found: &Found| self.severity(&found.code) == Severity::Hard;
        if added.iter().any(is_hard) {
            self.out = self.oracle(None, None).judge().1;
        }
        let own = added.into_iter().filter(|found| found.code == candidate.code);
        let meant = (candidate.kind.clone(), candidate.mend.clone());
        Ok(Some(own.map(|found| (found, meant.clone())).collect()))
    }

    /// Everything that stands, one unit's outcome replaced.
    fn oracle<'o>(
        &'o self,
        scope: Option<(&'o str, crate::domain::Period)>,
        instead: Option<(usize, &'o Outcome)>,
    ) -> Oracle<'o> {
        let entries = self.units.iter().enumerate().flat_map(move |(at, unit)| {
            let outcome = instead
                .filter(|(other, _)| *other == at)
                .map_or(&unit.outcome, |(_, outcome)| outcome);
            outcome.standing.iter().map(move |standing| Entry {
                period: unit.stage.period,
                reporter: &unit.stage.cast.reporters[unit.plan.reporter],
                standing,
                listed: outcome.listed.get(&standing.model),
            })
        });
        Oracle {
            pipeline: self.pipeline,
            models: self.models,
            entries: entries.collect(),
            scope,
            known: &self.out,
        }
    }

    /// What a unit sends of one form.
    fn entry<'o>(&'o self, unit: usize, standing: &'o Standing) -> Entry<'o> {
        let Unit {
            stage, plan, outcome, ..
        } = &self.units[unit];
        Entry {
            period: stage.period,
            reporter: &stage.cast.reporters[plan.reporter],
            standing,
            listed: outcome.listed.get(&standing.model),
        }
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
