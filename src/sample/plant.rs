//! Plants faults that only show beside other submissions, and what lies just within the bounds: a candidate is laid out and
//! judged by the oracle, and stays only where it breaks its own rule and no other.

use std::collections::{BTreeSet, VecDeque};

use super::SampleError;
use super::amend::{Amendment, Patch, What};
use super::chance::{Chance, index, stream};
use super::draw::Row;
use super::faults::{EXPLAINED, Expectation, NEAR_MISS, NOTHING, ROW_OUT, Spoiler, usual};
use super::model::{FormModel, is_of_row};
use super::oracle::{Entry, Found, Oracle, Rows, TOTAL_DIFFERS, is_added_up, whole_sum};
use super::plan::UnitPlan;
use super::recipe::{BreakRecipe, Format, Recipe};
use super::submit::{Outcome, Stage, Standing};
use super::truth::Line;
use crate::domain::Severity;
use crate::pipeline::{Pipeline, Rule, RuleKind};

/// Reporters looked at for one wish in one partition, and rows of each.
const REPORTERS: usize = 16;
const ROWS: usize = 6;

/// What is to be planted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    /// Index of the model.
    model: usize,
    /// Index of the rule; None: a stated total.
    rule: Option<usize>,
    recipe: Option<&'a BreakRecipe>,
    is_near: bool,
}

/// All that is to be planted, kinds in turn: faults in proportion to the rate, and a near miss of each.
pub(super) fn wishes<'a>(
    pipeline: &Pipeline,
    recipe: &Recipe,
    models: &[FormModel<'a>],
    rate: f64,
) -> VecDeque<Wish<'a>> {
    if rate <= 0.0 {
        return VecDeque::new();
    }
    let rounds = ((rate * 100.0).round() as usize).clamp(1, 10);
    let (mut faults, mut near) = (Vec::new(), Vec::new());
    for (at, model) in models.iter().enumerate() {
        let rule_of = |id: &str| {
            pipeline
                .rules
                .iter()
                .position(|rule| rule.id == id && rule.form == model.index)
        };
        let wish = |rule, recipe, is_near| Wish {
            model: at,
            rule,
            recipe,
            is_near,
        };
        for one in &model.recipe.breaks {
            let rule = rule_of(&one.rule).filter(|&rule| !is_of_row(&pipeline.rules[rule].kind));
            faults.extend(rule.map(|rule| wish(Some(rule), Some(one), false)));
        }
        near.extend(
            model
                .recipe
                .near
                .iter()
                .map(|one| wish(rule_of(&one.rule), Some(one), true)),
        );
        for (rule, cover) in covers(pipeline, model.index) {
            faults.push(wish(Some(rule), None, false));
            near.extend((cover > 0.0).then(|| wish(Some(rule), None, true)));
        }
        if recipe.words.total.is_some() && !model.is_area() {
            faults.push(wish(None, None, false));
            near.push(wish(None, None, true));
        }
    }
    let again = (1..rounds).flat_map(|_| faults.iter().filter(|wish| wish.recipe.is_none_or(|r| !r.whole_sheet)));
    let more: Vec<Wish> = again.copied().collect();
    faults.into_iter().chain(near).chain(more).collect()
}

/// Rules about the units of a form against those of an earlier period, with their shares.
fn covers(pipeline: &Pipeline, form: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
    pipeline
        .rules
        .iter()
        .enumerate()
        .filter_map(move |(at, rule)| match &rule.kind {
            RuleKind::Cover(cover) if rule.form == form && cover.register.is_none() => Some((at, cover.max_share)),
            _ => None,
        })
}

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
    /// The one of them that it is about.
    code: String,
}

/// Lines of the truth, and what the oracle finds for them.
type Granted = (Vec<Line>, Vec<Found>);

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
        let mut planted = BTreeSet::new();
        self.out = self.oracle(None, None).judge().1;
        for _ in 0..count.min(wishes.len()) {
            let Some(wish) = wishes.pop_front() else { break };
            match self.grant(&wish)? {
                Some((more, codes)) => {
                    lines.extend(more);
                    planted.extend(codes);
                }
                None => wishes.push_back(wish),
            }
        }
        for unit in self.units.iter_mut().filter(|unit| unit.amendment.is_some()) {
            unit.outcome = unit.stage.unit(unit.plan, unit.amendment.as_ref(), false)?;
        }
        let findings = self.oracle(None, None).findings();
        lines.extend(findings.iter().map(|found| self.line(found, planted.contains(found))));
        Ok(lines)
    }

    fn grant(&mut self, wish: &Wish) -> Result<Option<Granted>, SampleError> {
        if wish.rule.is_none() && wish.is_near {
            return Ok(self.right_total(wish.model).map(|line| (vec![line], Vec::new())));
        }
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, index(&mut self.rng, at + 1));
        }
        let is_sum = |rule: usize| matches!(self.pipeline.rules[rule].kind, RuleKind::Reconcile(_));
        let of_sums = wish.rule.is_none_or(is_sum);
        let able = |unit: &usize| {
            let unit = &self.units[*unit];
            unit.amendment.is_none()
                && standing(&unit.outcome, wish.model).is_some_and(|standing| standing.is_plain)
                && (!of_sums || !is_questioned(&unit.outcome))
        };
        let mut order: Vec<usize> = order.into_iter().filter(able).collect();
        if !of_sums {
            // Senders without a fault are few, and sums want them.
            order.sort_by_key(|unit| self.units[*unit].outcome.truth.is_empty());
        }
        order.truncate(REPORTERS);
        for unit in order {
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

    fn candidates(&mut self, unit: usize, wish: &Wish) -> Vec<Candidate> {
        let rows = standing(&self.units[unit].outcome, wish.model).map_or(0, |standing| standing.records.len());
        let draws: Vec<usize> = (0..ROWS)
            .filter(|_| rows > 0)
            .map(|_| index(&mut self.rng, rows))
            .collect();
        let explanation = index(&mut self.rng, 1000);
        let candidate = |what, codes| Candidate {
            unit,
            amendment: Amendment {
                model: wish.model,
                what,
            },
            codes,
            code: wish
                .rule
                .map_or(TOTAL_DIFFERS, |rule| &self.pipeline.rules[rule].id)
                .to_owned(),
        };
        let Some(rule) = wish.rule.map(|rule| &self.pipeline.rules[rule]) else {
            let slot = self.totalled(unit, wish.model, explanation);
            let wrong = slot.map(|slot| candidate(What::Total(slot), vec![TOTAL_DIFFERS.to_owned()]));
            return wrong.into_iter().collect();
        };
        let mut codes = Vec::new();
        if !wish.is_near {
            codes.push(rule.id.clone());
        }
        codes.extend(wish.recipe.iter().flat_map(|recipe| recipe.follows.iter().cloned()));
        codes.sort();
        match (&rule.kind, wish.recipe) {
            (RuleKind::Cover(cover), _) => {
                let share = (cover.max_share * rows as f64).floor() as usize;
                let counts: Vec<usize> = if wish.is_near {
                    (1..=share).rev().take(3).collect()
                } else {
                    vec![share + 4]
                };
                let what = |count| {
                    if cover.finds_new {
                        What::Add(count)
                    } else {
                        What::Drop(count)
                    }
                };
                counts
                    .into_iter()
                    .map(|count| candidate(what(count), codes.clone()))
                    .collect()
            }
            (_, Some(recipe)) if recipe.whole_sheet => {
                let model = &self.models[wish.model];
                let column = recipe
                    .set
                    .iter()
                    .next()
                    .and_then(|(id, change)| Some((model.slot(id)?, change.times?)));
                let fits = |&(slot, times): &(usize, f64)| self.fits(unit, wish.model, slot, times);
                let whole = column
                    .filter(fits)
                    .map(|(slot, times)| candidate(What::Column(slot, times), codes));
                whole.into_iter().collect()
            }
            (_, Some(recipe)) => {
                let patches = draws
                    .iter()
                    .filter_map(|&at| self.patch(unit, wish, rule, recipe, at, explanation));
                patches
                    .map(|patch| candidate(What::Row(patch), codes.clone()))
                    .collect()
            }
            (_, None) => Vec::new(),
        }
    }

    /// Whether a whole column can stand in another unit without leaving what is allowed.
    fn fits(&self, unit: usize, model: usize, slot: usize, times: f64) -> bool {
        let (Some(standing), model) = (standing(&self.units[unit].outcome, model), &self.models[model]) else {
            return false;
        };
        let largest = model.form.columns[slot].range.map_or(f64::INFINITY, |(_, max)| max)
            * 10_f64.powi(model.scale(slot) as i32);
        let rows = standing.records.iter().filter_map(|record| record.kept.as_ref());
        rows.filter_map(|row| row[slot].number())
            .all(|number| number as f64 * times <= largest)
    }

    /// A row with what the recipe sets, if that fits it and breaks no rule within the row.
    fn patch(
        &self,
        unit: usize,
        wish: &Wish,
        rule: &Rule,
        recipe: &BreakRecipe,
        at: usize,
        chance: usize,
    ) -> Option<Patch> {
        let Unit {
            stage, plan, outcome, ..
        } = &self.units[unit];
        let model = &self.models[wish.model];
        let standing = standing(outcome, wish.model)?;
        let record = standing.records.get(at).filter(|record| record.held.is_none())?;
        let row = record.kept.as_ref()?;
        let reporter = &stage.cast.reporters[plan.reporter];
        let entry = Entry {
            period: stage.period,
            reporter,
            standing,
        };
        let oracle = self.oracle(None, None);
        let style = stage.style(&mut self.rng.clone(), model, reporter, Format::Csv);
        let laying = stage.laying(reporter, model, &style);
        let spoiler: Spoiler = laying.spoiler();
        if !spoiler.broken(row).is_empty() {
            return None;
        }
        let mut changed: Row = spoiler.changed(recipe, row, &|share| oracle.toward(rule, &entry, row, share))?;
        if changed == *row || !spoiler.broken(&changed).is_empty() {
            return None;
        }
        let faults = &stage.wishes.recipe.faults;
        if !wish.is_near
            && rule.severity == Severity::Explain
            && (chance as f64) < faults.explained * 1000.0
            && let (Some(slot), Some(words)) = (
                model.form.explanation,
                faults.explanations.get(chance % faults.explanations.len().max(1)),
            )
        {
            changed[slot] = super::value::Value::Word(words.clone());
        }
        let expected = wish.is_near.then(|| Expectation {
            column: self.column_of(rule),
            code: rule.id.clone(),
            severity: None,
            kind: format!("near {}", rule.id),
            consequence: NEAR_MISS,
        });
        Some(Patch {
            at,
            row: changed,
            expected,
        })
    }

    /// Lays a candidate out; keeps it, and gives what it adds to the findings, where that is what it must.
    fn holds(&mut self, candidate: &Candidate) -> Result<Option<Vec<Found>>, SampleError> {
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
        Ok(Some(
            added.into_iter().filter(|found| found.code == candidate.code).collect(),
        ))
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

    /// A column with a stated total that can be held against its rows.
    fn totalled(&self, unit: usize, model: usize, chance: usize) -> Option<usize> {
        let standing = standing(&self.units[unit].outcome, model)?;
        let (_, figures) = standing.total.as_ref()?;
        let able: Vec<usize> = figures
            .keys()
            .copied()
            .filter(|&slot| {
                is_added_up(self.pipeline, &self.models[model], slot) && whole_sum(standing, slot).is_some()
            })
            .collect();
        able.get(chance % able.len().max(1)).copied()
    }

    /// A total that is right, beside rows that are held back: nothing may be found.
    fn right_total(&self, model: usize) -> Option<Line> {
        self.units.iter().find_map(|unit| {
            let standing = standing(&unit.outcome, model).filter(|standing| standing.is_plain)?;
            let (line, _) = standing.total.as_ref()?;
            standing.records.iter().find(|record| record.kept.is_none())?;
            Some(near(&standing.path, &standing.sheet, TOTAL_DIFFERS).at_row(Some(*line)))
        })
    }

    /// The line of a near miss of units; those of rows are told with the row.
    fn near_line(&self, wish: &Wish, unit: usize) -> Option<Line> {
        let rule = &self.pipeline.rules[wish.rule.filter(|_| wish.is_near)?];
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        matches!(rule.kind, RuleKind::Cover(_)).then(|| near(&standing.path, "", &rule.id))
    }

    fn column_of(&self, rule: &Rule) -> String {
        let column = match &rule.kind {
            RuleKind::Row(assert) => assert.columns.first().copied(),
            RuleKind::Sum(sum) => Some(sum.total),
            RuleKind::History(history) => Some(history.column),
            RuleKind::Outlier(outlier) => Some(outlier.column),
            RuleKind::Reconcile(reconcile) => Some(reconcile.right_column),
            RuleKind::Cover(_) => None,
        };
        column.map_or(String::new(), |at| {
            self.pipeline.forms[rule.form].columns[at].id.clone()
        })
    }

    fn line(&self, found: &Found, is_planted: bool) -> Line {
        let severity = self.severity(&found.code);
        let word = if is_planted { "rule" } else { "follows" };
        Line {
            row: found.row,
            severity: severity.as_str(),
            kind: format!("{word} {}", found.code),
            ..Line::of_column(
                &found.path,
                &found.sheet,
                &found.column,
                &found.code,
                self.consequence(found),
            )
        }
    }

    /// The rule's severity, or the catalog's.
    fn severity(&self, code: &str) -> Severity {
        let rule = self.pipeline.rules.iter().find(|rule| rule.id == code);
        rule.map_or_else(|| usual(code), |rule| rule.severity)
    }

    /// Whether the row is out, or says why.
    fn consequence(&self, found: &Found) -> &'static str {
        if self.severity(&found.code) == Severity::Hard {
            return ROW_OUT;
        }
        let standings = self.units.iter().flat_map(|unit| &unit.outcome.standing);
        let of_sheet = standings.filter(|standing| standing.path == found.path && standing.sheet == found.sheet);
        let explained =
            of_sheet.flat_map(|standing| standing.records.iter().map(move |record| (standing.model, record)));
        let has_words = |(model, record): (usize, &super::lay::Counted)| {
            let words = self.models[model]
                .form
                .explanation
                .zip(record.kept.as_ref())
                .map(|(slot, row)| row[slot].is_known());
            Some(record.line) == found.row && words == Some(true)
        };
        if explained.into_iter().any(has_words) {
            EXPLAINED
        } else {
            NOTHING
        }
    }
}

/// Whether a rule asks about a figure that counts: a difference in its sum would settle nothing.
fn is_questioned(outcome: &Outcome) -> bool {
    let explain = Severity::Explain.as_str();
    let mut lines = outcome.truth.iter();
    lines.any(|line| line.severity == explain && line.kind.starts_with("rule "))
}

fn near(path: &str, sheet: &str, code: &str) -> Line {
    Line {
        severity: "none",
        kind: format!("near {code}"),
        ..Line::of_column(path, sheet, "", code, NEAR_MISS)
    }
}

fn standing(outcome: &Outcome, model: usize) -> Option<&Standing> {
    outcome.standing.iter().find(|standing| standing.model == model)
}
