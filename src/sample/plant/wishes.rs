//! What is to be planted, kinds in turn.

use std::collections::VecDeque;

use crate::domain::Code;
use crate::pipeline::{CoverRule, Pipeline, RuleKind};
use crate::sample::amend::WrongTotal;
use crate::sample::model::{FormModel, is_of_row};
use crate::sample::near::{NEAR_CODES, NESTED};
use crate::sample::recipe::{BreakRecipe, Recipe};

/// What is to be planted.
#[derive(Clone, Copy, Debug)]
pub(in crate::sample) struct Wish<'a> {
    /// Index of the model.
    pub(super) model: usize,
    pub(super) aim: Aim,
    pub(super) recipe: Option<&'a BreakRecipe>,
    pub(super) is_near: bool,
}

/// What a wish is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim {
    /// Index of the rule.
    Rule(usize),
    /// A stated total.
    Total(WrongTotal),
    /// Two cells of a column of whole numbers that have a comma for their decimals.
    Commas,
    /// A rounded decimal that has a comma between thousands, in a sheet that shows no other mark.
    Thousands,
    /// A whole number with a point between thousands, in a sheet whose decimals have one, too.
    Unclear,
    /// The code of a fault of rows and cells; only near misses.
    Cell(Code),
    /// So many rows under an old code of their area; near: rows under the same code while it was valid.
    Former(usize),
}

impl Wish<'_> {
    /// Whether a row, sheet or reporter lies at the bound as it is.
    pub(super) fn is_as_it_stands(&self, pipeline: &Pipeline) -> bool {
        let is_exact =
            |rule: usize| matches!(&pipeline.rules[rule].kind, RuleKind::Cover(cover) if cover.max_share <= 0.0);
        match (self.aim, self.recipe) {
            (Aim::Rule(rule), None) => self.is_near && is_exact(rule),
            (Aim::Rule(_), Some(recipe)) => self.is_near && recipe.set.is_empty(),
            (Aim::Former(_), _) => self.is_near,
            _ => false,
        }
    }
}

impl Wish<'_> {
    /// Whether few reporters can grant it, so that it goes before others wherever one is.
    pub(in crate::sample) fn is_rare(&self) -> bool {
        matches!(self.aim, Aim::Former(_))
    }
}

/// All that is to be planted: faults in proportion to the rate, and a near miss of each.
pub(in crate::sample) fn wishes<'a>(
    pipeline: &Pipeline,
    recipe: &Recipe,
    models: &[FormModel<'a>],
    rate: f64,
) -> VecDeque<Wish<'a>> {
    if rate <= 0.0 {
        return VecDeque::new();
    }
    let rounds = ((rate * 100.0).round() as usize).clamp(1, 10);
    let (mut faults, mut near, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    for (at, model) in models.iter().enumerate() {
        of_rules(pipeline, (at, model), &mut faults, &mut near);
        let wish = |aim, is_near| Wish {
            model: at,
            aim,
            recipe: None,
            is_near,
        };
        if recipe.words.total.is_some() && !model.is_area() {
            let wrong = [WrongTotal::Rows, WrongTotal::Digits, WrongTotal::Coded];
            faults.extend(wrong.map(|how| wish(Aim::Total(how), false)));
            near.extend([WrongTotal::Rows, WrongTotal::Coded].map(|how| wish(Aim::Total(how), true)));
        }
        if model.is_area() {
            faults.extend([Aim::Thousands, Aim::Unclear].map(|aim| wish(aim, false)));
        }
        // Cells are alike in all forms; that with most rows has most of them.
        if models.iter().position(|model| !model.is_area()).unwrap_or(0) == at {
            let codes = NEAR_CODES.into_iter().chain([NESTED]);
            cells.extend(codes.map(|code| wish(Aim::Cell(code), true)));
            faults.push(wish(Aim::Commas, false));
            faults.extend([1, 3].map(|rows| wish(Aim::Former(rows), false)));
            near.push(wish(Aim::Former(1), true));
        }
    }
    let again = (1..rounds).flat_map(|_| faults.iter().filter(|wish| wish.recipe.is_none_or(|r| !r.whole_sheet)));
    let more: Vec<Wish> = again.copied().collect();
    faults.into_iter().chain(near).chain(cells).chain(more).collect()
}

fn of_rules<'a>(
    pipeline: &Pipeline,
    (at, model): (usize, &FormModel<'a>),
    faults: &mut Vec<Wish<'a>>,
    near: &mut Vec<Wish<'a>>,
) {
    let rule_of = |id: &str| {
        let mut rules = pipeline.rules.iter();
        rules.position(|rule| rule.id == id && rule.form == model.index)
    };
    let wish = |rule: usize, recipe, is_near| Wish {
        model: at,
        aim: Aim::Rule(rule),
        recipe,
        is_near,
    };
    for one in &model.recipe.breaks {
        let rule = rule_of(&one.rule).filter(|&rule| !is_of_row(&pipeline.rules[rule].kind));
        faults.extend(rule.map(|rule| wish(rule, Some(one), false)));
    }
    for one in &model.recipe.near {
        near.extend(rule_of(&one.rule).map(|rule| wish(rule, Some(one), true)));
    }
    for (rule, _) in covers(pipeline, model.index) {
        faults.push(wish(rule, None, false));
        near.push(wish(rule, None, true));
    }
}

/// Rules about the units of a form.
fn covers(pipeline: &Pipeline, form: usize) -> impl Iterator<Item = (usize, &CoverRule)> {
    let rules = pipeline.rules.iter().enumerate();
    rules.filter_map(move |(at, rule)| match &rule.kind {
        RuleKind::Cover(cover) if rule.form == form => Some((at, cover)),
        _ => None,
    })
}
