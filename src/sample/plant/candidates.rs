//! What may be done to a reporter's submissions to grant a wish, before the oracle has judged it.

use std::collections::BTreeSet;

use super::wishes::{Aim, Wish};
use super::{Candidate, Plot, ROWS, Unit, standing};
use crate::domain::Severity;
use crate::pipeline::{ColumnKind, CoverRule, Rule, RuleKind};
use crate::sample::amend::{Amendment, Patch, What, WrongTotal, swapped};
use crate::sample::chance::{Chance, index, stream};
use crate::sample::draw::Row;
use crate::sample::faults::{Expectation, NEAR_MISS, NOTHING, Spoiler};
use crate::sample::near::Place;
use crate::sample::oracle::{ONE_CAUSE, TOTAL_DIFFERS, is_added_up, whole_sum};
use crate::sample::recipe::{BreakRecipe, Format};
use crate::sample::sheet::Cell;
use crate::sample::truth::Line;
use crate::sample::value::{Value, decimal};

/// Tells that commas of a column are read as its decimal marks.
const COMMA_ASSUMED: &str = "decimal-comma-assumed";
/// Figures with a point that leave no doubt about a sheet, although some have a comma.
const POINTS: usize = 120;

impl Plot<'_> {
    pub(super) fn candidates(&self, unit: usize, wish: &Wish, rng: &mut Chance) -> Vec<Candidate> {
        let rows = standing(&self.units[unit].outcome, wish.model).map_or(0, |standing| standing.records.len());
        let draws: Vec<usize> = (0..ROWS).filter(|_| rows > 0).map(|_| index(rng, rows)).collect();
        let chance = index(rng, 1000);
        match wish.aim {
            Aim::Total(WrongTotal::Coded) => self.coded_total(unit, wish).into_iter().collect(),
            Aim::Commas => self.commas(unit, wish).into_iter().collect(),
            Aim::Total(how) => self.wrong_total(unit, wish, how, chance).into_iter().collect(),
            Aim::Cell(code) => {
                let patches = draws
                    .iter()
                    .filter_map(|&at| self.lawful(unit, wish.model, code, at, rng));
                patches
                    .map(|patch| candidate(unit, wish, What::Rows(vec![patch]), Vec::new()))
                    .collect()
            }
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

    /// A column with a stated total that can be held against its rows.
    fn wrong_total(&self, unit: usize, wish: &Wish, how: WrongTotal, chance: usize) -> Option<Candidate> {
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        let model = &self.models[wish.model];
        let (_, figures) = standing.total.as_ref()?;
        let fits = |(slot, figure): &(usize, i64)| {
            is_added_up(self.pipeline, model, *slot)
                && whole_sum(standing, *slot) == Some(*figure)
                && (how == WrongTotal::Rows || swapped(*figure).is_some())
        };
        let able: Vec<(usize, i64)> = figures
            .iter()
            .map(|(slot, figure)| (*slot, *figure))
            .filter(fits)
            .collect();
        let &(slot, figure) = able.get(chance % able.len().max(1))?;
        let mut wrong = candidate(unit, wish, What::Total(slot, how), vec![TOTAL_DIFFERS.to_owned()]);
        wrong.code = TOTAL_DIFFERS.to_owned();
        if how == WrongTotal::Digits {
            wrong.kind = format!("rule {TOTAL_DIFFERS}, swapped digits");
            wrong.mend = format!("{}={}", model.form.columns[slot].id, decimal(figure, model.scale(slot)));
        }
        Some(wrong)
    }

    /// A total with the code of a record, where no row is held back: a right total without one stands beside such rows.
    fn coded_total(&self, unit: usize, wish: &Wish) -> Option<Candidate> {
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        standing.total.as_ref()?;
        let slot = self.models[wish.model].code.as_ref()?.slot;
        let all_count = standing.records.iter().all(|record| record.kept.is_some());
        let has_whole = standing.records.iter().any(|record| record.held.is_none());
        let what = What::Total(slot, WrongTotal::Coded);
        (all_count && has_whole).then(|| candidate(unit, wish, what, Vec::new()))
    }

    /// Two cells with a comma for their decimals, as `12,0`, in a column of small whole numbers. All other figures of the sheet must show
    /// clearly that it has points, so that only this column is doubted.
    fn commas(&self, unit: usize, wish: &Wish) -> Option<Candidate> {
        let Unit { plan, outcome, .. } = &self.units[unit];
        let (standing, model) = (standing(outcome, wish.model)?, &self.models[wish.model]);
        let file = plan.files.iter().find(|file| file.models.contains(&wish.model))?;
        let columns = &model.form.columns;
        let kept = || standing.records.iter().filter_map(|record| record.kept.as_ref());
        let shows_point = |slot: usize| (1..3).contains(&columns[slot].kind.decimals());
        let of_row = |row: &Row| {
            (0..columns.len())
                .filter(|&slot| shows_point(slot) && row[slot].number().is_some())
                .count()
        };
        if file.is_shared() || file.format != Format::Csv || kept().map(of_row).sum::<usize>() < POINTS {
            return None;
        }
        // Nothing else may be odd about the column: neither a cell that is told of, nor a figure that may be written in groups.
        let is_small =
            |slot: usize| kept().all(|row| row[slot].number().is_none_or(|figure| (0..1000).contains(&figure)));
        let is_told = |slot: usize| {
            outcome
                .truth
                .iter()
                .any(|line| line.path == standing.path && line.column == columns[slot].id)
        };
        let is_free = |slot: &usize| {
            matches!(columns[*slot].kind, ColumnKind::Integer { .. }) && is_small(*slot) && !is_told(*slot)
        };
        let slot = (0..columns.len()).find(is_free)?;
        let patch = |at: usize| {
            let row = self
                .whole_row(unit, wish.model, at)
                .filter(|_| !standing.records[at].is_twice)?;
            let text = format!("{},0", row[slot].number()?);
            Some(Patch {
                at,
                row: row.clone(),
                expected: None,
                cells: vec![(slot, Cell::text(text))],
                blanks: 0,
                is_twice: false,
            })
        };
        let patches: Vec<Patch> = (0..standing.records.len()).filter_map(patch).take(2).collect();
        let line = Line::of_column(
            &standing.path,
            &standing.sheet,
            &columns[slot].id,
            COMMA_ASSUMED,
            NOTHING,
        );
        (patches.len() == 2).then(|| Candidate {
            line: Some(line),
            ..candidate(unit, wish, What::Rows(patches), Vec::new())
        })
    }

    /// The row with the lawful content nearest to what a code finds.
    fn lawful(&self, unit: usize, model: usize, code: &'static str, at: usize, rng: &Chance) -> Option<Patch> {
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
        let seats = [code, &reporter.code, &stage.period.to_string(), &at.to_string()];
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
    fn whole_row(&self, unit: usize, model: usize, at: usize) -> Option<&Row> {
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

    /// A whole column in another unit, where that leaves what is allowed for none of its figures.
    fn whole_column(&self, unit: usize, wish: &Wish, rule: &Rule, recipe: &BreakRecipe) -> Option<Candidate> {
        let (slot, times) = self.column(wish.model, recipe)?;
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        let mut rows = standing.records.iter().filter_map(|record| record.kept.as_ref());
        let fits = rows.all(|row| self.fits(wish.model, row, slot, times));
        let what = What::Column(slot, times, None);
        fits.then(|| candidate(unit, wish, what, codes(wish, rule)).about(rule))
    }

    /// As many rows of a column in another unit as are not yet the column's fault: each has a finding of its own.
    fn few_rows(&self, unit: usize, wish: &Wish, rule: &Rule, recipe: &BreakRecipe) -> Option<Candidate> {
        let RuleKind::History(history) = &rule.kind else {
            return None;
        };
        let (slot, times) = self.column(wish.model, recipe)?;
        let entry = self.entry(unit, wish.model)?;
        let oracle = self.oracle_of(unit, None);
        let figures = oracle.earlier(rule.form, history.column, &entry);
        let model = &self.models[wish.model];
        let is_judged = |at: &usize| {
            self.whole_row(unit, wish.model, *at).is_some_and(|row| {
                let earlier = figures.get(&oracle.key(model, &entry, row)).copied();
                let is_above = row[slot].number().is_some_and(|number| number > 0);
                is_above
                    && self.fits(wish.model, row, slot, times)
                    && earlier.is_some_and(|figure| figure > 0.0 && figure >= history.min_base)
            })
        };
        let rows: BTreeSet<usize> = (0..entry.standing.records.len())
            .filter(is_judged)
            .take(ONE_CAUSE.0 - 1)
            .collect();
        let codes = vec![rule.id.clone(); rows.len()];
        let enough = rows.len() == ONE_CAUSE.0 - 1;
        let what = What::Column(slot, times, Some(rows));
        enough.then(|| candidate(unit, wish, what, codes).about(rule))
    }

    /// The column that a recipe changes as a whole, and the factor.
    fn column(&self, model: usize, recipe: &BreakRecipe) -> Option<(usize, f64)> {
        let (id, change) = recipe.set.iter().next()?;
        Some((self.models[model].slot(id)?, change.times?))
    }

    fn fits(&self, model: usize, row: &Row, slot: usize, times: f64) -> bool {
        let model = &self.models[model];
        let unit = 10_f64.powi(model.scale(slot) as i32);
        let largest = model.form.columns[slot].range.map_or(f64::INFINITY, |(_, max)| max) * unit;
        row[slot].number().is_none_or(|number| number as f64 * times <= largest)
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
            code: rule.id.clone(),
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
fn codes(wish: &Wish, rule: &Rule) -> Vec<String> {
    let mut codes = Vec::new();
    if !wish.is_near {
        codes.push(rule.id.clone());
    }
    codes.extend(wish.recipe.iter().flat_map(|recipe| recipe.follows.iter().cloned()));
    codes.sort();
    codes
}

fn candidate(unit: usize, wish: &Wish, what: What, codes: Vec<String>) -> Candidate {
    Candidate {
        unit,
        amendment: Amendment {
            model: wish.model,
            what,
            is_listed: true,
        },
        codes,
        code: String::new(),
        kind: format!("rule {TOTAL_DIFFERS}"),
        mend: String::new(),
        line: None,
    }
}

impl Candidate {
    fn about(self, rule: &Rule) -> Candidate {
        Candidate {
            code: rule.id.clone(),
            kind: format!("rule {}", rule.id),
            ..self
        }
    }
}
