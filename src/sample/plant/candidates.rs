//! What may be done to a reporter's submissions to grant a wish, before the oracle has judged it.

use super::wishes::{Aim, Wish};
use super::{Candidate, Plot, ROWS, Unit, standing};
use crate::domain::{Code, FindingCode, Severity};
use crate::pipeline::{CoverRule, Rule, RuleKind};
use crate::sample::amend::{Amendment, Patch, What, WrongTotal};
use crate::sample::chance::{Chance, index, stream};
use crate::sample::draw::Row;
use crate::sample::faults::{Expectation, NEAR_MISS, Spoiler};
use crate::sample::near::Place;
use crate::sample::recipe::{BreakRecipe, Format};
use crate::sample::truth::Line;
use crate::sample::value::Value;

impl Plot<'_> {
    pub(super) fn candidates(&self, unit: usize, wish: &Wish, rng: &mut Chance) -> Vec<Candidate> {
        let rows = standing(&self.units[unit].outcome, wish.model).map_or(0, |standing| standing.records.len());
        let draws: Vec<usize> = (0..ROWS).filter(|_| rows > 0).map(|_| index(rng, rows)).collect();
        let chance = index(rng, 1000);
        match wish.aim {
            Aim::Total(WrongTotal::Coded) => self.coded_total(unit, wish).into_iter().collect(),
            Aim::Commas => self.commas(unit, wish).into_iter().collect(),
            Aim::Thousands => self.thousands(unit, wish),
            Aim::Unclear => self.unclear(unit, wish).into_iter().collect(),
            Aim::Total(how) => self.wrong_total(unit, wish, how, chance).into_iter().collect(),
            Aim::Cell(code) => {
                let patches = draws
                    .iter()
                    .filter_map(|&at| self.lawful(unit, wish.model, code, at, rng));
                patches
                    .map(|patch| candidate(unit, wish, What::Rows(vec![patch]), Vec::new()))
                    .collect()
            }
            Aim::Former(rows) => self.old_codes(unit, wish, rows).into_iter().collect(),
            Aim::Rule(index) => {
                let rule = &self.pipeline.rules[index];
                match (&rule.kind, wish.recipe) {
                    (RuleKind::Cover(cover), _) => covered(unit, wish, rule, cover, rows),
                    (_, Some(recipe)) if recipe.whole_sheet && wish.is_near => {
                        self.few_rows(unit, wish, rule, recipe).into_iter().collect()
                    }
                    (_, Some(recipe)) if recipe.whole_sheet => {
                        self.whole_column(unit, wish, rule, recipe).into_iter().collect()
                    }
                    (_, Some(recipe)) => {
                        let patches = draws
                            .iter()
                            .filter_map(|&at| self.patch(unit, wish, (index, recipe), at, chance, rng));
                        let codes = codes(wish, rule);
                        patches
                            .map(|patch| candidate(unit, wish, What::Rows(vec![patch]), codes.clone()).about(rule))
                            .collect()
                    }
                    (_, None) => Vec::new(),
                }
            }
        }
    }

    /// The row with the lawful content nearest to what a code finds.
    fn lawful(&self, unit: usize, model: usize, code: Code, at: usize, rng: &Chance) -> Option<Patch> {
        let Unit {
            stage,
            plan,
            outcome,
            drawn,
            ..
        } = &self.units[unit];
        let drawn = &drawn[model];
        let (standing, reporter) = (standing(outcome, model)?, self.units[unit].reporter());
        let row = self.whole_row(unit, model, at)?;
        let file = plan.files.iter().find(|file| file.models.contains(&model))?;
        let model = &self.models[model];
        let format = if file.is_shared() { Format::Xlsx } else { file.format };
        let style = stage.style(&mut rng.clone(), model, reporter, format);
        let laying = stage.laying(reporter, model, &style);
        let seats = [
            code.as_str(),
            &reporter.code,
            &stage.period.to_string(),
            &at.to_string(),
        ];
        let is_taken = |text: &str| {
            let slot = model.code.as_ref().map(|code| code.slot);
            let kept = standing.records.iter().filter_map(|record| record.kept.as_ref());
            // A row that is put out has a code all the same.
            let mut rows = kept.chain(drawn);
            slot.is_none_or(|slot| rows.any(|row| row[slot].member() == text))
        };
        let place = Place {
            at,
            row,
            format,
            sender: &reporter.code,
            is_taken: &is_taken,
        };
        laying
            .spoiler()
            .near(&mut stream(stage.wishes.seed, &seats), code, &place)
    }

    /// A row with nothing wrong about it.
    pub(super) fn whole_row(&self, unit: usize, model: usize, at: usize) -> Option<&Row> {
        let outcome = &self.units[unit].outcome;
        let standing = standing(outcome, model)?;
        let record = standing.records.get(at).filter(|record| record.held.is_none())?;
        // A row that counts may be told of all the same, and keeps what is odd about it.
        let is_told = |line: &Line| {
            (&line.path, &line.sheet, line.row) == (&standing.path, &standing.sheet, Some(record.line))
                && line.severity != "none"
        };
        record.kept.as_ref().filter(|_| !outcome.truth.iter().any(is_told))
    }

    /// A row with what the recipe sets, if that fits it and breaks no rule within the row.
    fn patch(
        &self,
        unit: usize,
        wish: &Wish,
        (index, recipe): (usize, &BreakRecipe),
        at: usize,
        chance: usize,
        rng: &Chance,
    ) -> Option<Patch> {
        let rule = &self.pipeline.rules[index];
        let Unit { stage, .. } = &self.units[unit];
        let (model, reporter) = (&self.models[wish.model], self.units[unit].reporter());
        let row = self.whole_row(unit, wish.model, at)?;
        let entry = self.entry(unit, wish.model)?;
        let oracle = self.oracle_of(unit, None);
        let style = stage.style(&mut rng.clone(), model, reporter, Format::Csv);
        let laying = stage.laying(reporter, model, &style);
        let spoiler: Spoiler = laying.spoiler();
        if !spoiler.broken(row).is_empty() || !model.is_meant(recipe, row) {
            return None;
        }
        let mut changed: Row = spoiler.changed(recipe, row, &|share| oracle.toward(index, &entry, row, share))?;
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
            changed[slot] = Value::Word(words.clone());
        }
        let expected = wish.is_near.then(|| Expectation {
            column: self.column_of(rule),
            code: FindingCode::rule(&rule.id),
            severity: None,
            kind: format!("near {}", rule.id),
            consequence: NEAR_MISS,
            mend: String::new(),
        });
        Some(Patch {
            at,
            row: changed,
            expected,
            cells: Vec::new(),
            blanks: 0,
            is_twice: false,
        })
    }
}

/// Units left out, or new: just more than may be, or just as many.
fn covered(unit: usize, wish: &Wish, rule: &Rule, cover: &CoverRule, rows: usize) -> Vec<Candidate> {
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
    let all = counts.into_iter().map(|count| {
        let mut candidate = candidate(unit, wish, what(count), codes(wish, rule)).about(rule);
        candidate.amendment.is_listed = cover.register.is_none();
        candidate
    });
    all.collect()
}

/// What the oracle must find of a wish granted.
pub(super) fn codes(wish: &Wish, rule: &Rule) -> Vec<FindingCode> {
    let mut codes = Vec::new();
    if !wish.is_near {
        codes.push(FindingCode::rule(&rule.id));
    }
    codes.extend(
        wish.recipe
            .iter()
            .flat_map(|recipe| recipe.follows.iter().map(|code| FindingCode::named(code))),
    );
    codes.sort();
    codes
}

pub(super) fn candidate(unit: usize, wish: &Wish, what: What, codes: Vec<FindingCode>) -> Candidate {
    Candidate {
        unit,
        amendment: Amendment {
            model: wish.model,
            what,
            is_listed: true,
        },
        codes,
        code: Code::TotalDiffers.into(),
        kind: format!("rule {}", Code::TotalDiffers),
        mend: String::new(),
        line: None,
    }
}

impl Candidate {
    pub(super) fn about(self, rule: &Rule) -> Candidate {
        Candidate {
            code: FindingCode::rule(&rule.id),
            kind: format!("rule {}", rule.id),
            ..self
        }
    }
}
