//! Rows that break a rule, or do not.

use super::{EXPLAINED, Expectation, NOTHING, Named, ROW_OUT, Read, Spoiler, Spoilt};
use crate::domain::{FindingCode, Severity};
use crate::pipeline::formula::{Scalar, evaluate};
use crate::pipeline::{Column, ColumnKind, Relation, Rule, RuleKind, SumRule};
use crate::sample::amend::swapped;
use crate::sample::chance::{Chance, happens, one};
use crate::sample::draw::Row;
use crate::sample::recipe::{BreakRecipe, Change};
use crate::sample::value::{Value, decimal};

impl Spoiler<'_> {
    pub(super) fn broken_rule(&self, rng: &mut Chance, index: usize, row: &Row) -> Option<Spoilt> {
        let recipe = self.model.recipe.breaks.get(index)?;
        if !self.model.is_meant(recipe, row) || !self.shows(recipe) {
            return None;
        }
        let mut changed = self.changed(recipe, row, &|_| None)?;
        let broken = self.broken(&changed);
        let [rule] = broken.as_slice() else { return None };
        if rule.id != recipe.rule || rule.severity == Severity::Info {
            return None;
        }
        let is_hard = rule.severity == Severity::Hard;
        let explained = !is_hard && self.explain(rng, &mut changed);
        let expected = Expectation {
            column: self.place_of(rule),
            code: FindingCode::rule(&rule.id),
            severity: Some(rule.severity),
            kind: recipe.kind(),
            consequence: match (is_hard, explained) {
                (true, _) => ROW_OUT,
                (false, true) => EXPLAINED,
                (false, false) => NOTHING,
            },
            mend: self.meant(recipe, row),
        };
        Some(Spoilt {
            merged: None,
            cells: self.style.record(self.model, &changed),
            twin: None,
            expected: Some(expected),
            // A clerk who sums up takes the figures as they stand in the sheet.
            stated: changed.clone(),
            named: Named::As(changed.clone()),
            read: Read {
                rows: vec![changed.clone()],
                blamed: columns_of(rule),
            },
            kept: (!is_hard).then_some(changed),
            held: None,
        })
    }

    /// Whether a slip can be told: neighbours change places only where they stand side by side.
    fn shows(&self, recipe: &BreakRecipe) -> bool {
        let place = |id: &String| {
            let slot = self.model.slot(id);
            self.style.columns.iter().position(|laid| laid.slot == slot)
        };
        match recipe.set.keys().map(place).collect::<Vec<_>>()[..] {
            [Some(one), Some(other)] if recipe.slip.is_some() => one.abs_diff(other) == 1,
            _ => true,
        }
    }

    /// What the cells of a slip would have said.
    fn meant(&self, recipe: &BreakRecipe, row: &Row) -> String {
        let cell = |id: &String| {
            let slot = self.model.slot(id)?;
            let figure = decimal(row[slot].number()?, self.model.scale(slot));
            Some(format!("{id}={figure}"))
        };
        let cells = recipe.set.keys().filter_map(cell).filter(|_| recipe.slip.is_some());
        cells.collect::<Vec<_>>().join("; ")
    }

    /// Lets the county say why, sometimes.
    fn explain(&self, rng: &mut Chance, row: &mut Row) -> bool {
        let faults = &self.recipe.faults;
        match (self.model.form.explanation, one(rng, &faults.explanations)) {
            (Some(slot), Some(words)) if happens(rng, faults.explained) => {
                row[slot] = Value::Word(words.clone());
                true
            }
            _ => false,
        }
    }

    /// The column at which a rule within a row is told.
    fn place_of(&self, rule: &Rule) -> String {
        let column = match &rule.kind {
            RuleKind::Row(assert) => assert.columns.first().copied(),
            RuleKind::Sum(sum) => Some(sum.total),
            _ => None,
        };
        column.map_or(String::new(), |at| self.model.form.columns[at].id.clone())
    }

    /// A row with what a recipe sets; None where it does not fit. `bound` says where a rule's bound lies.
    pub(in crate::sample) fn changed(
        &self,
        recipe: &BreakRecipe,
        row: &Row,
        bound: &dyn Fn(f64) -> Option<f64>,
    ) -> Option<Row> {
        let mut changed = row.clone();
        for (id, change) in &recipe.set {
            let slot = self.model.slot(id)?;
            changed[slot] = self.content(row, slot, change, bound)?;
            if let Some(column) = self.model.form.columns.get(slot)
                && !in_range(column, &changed[slot])
            {
                return None;
            }
        }
        Some(changed)
    }

    fn content(&self, row: &Row, slot: usize, change: &Change, bound: &dyn Fn(f64) -> Option<f64>) -> Option<Value> {
        if let Some(word) = &change.word {
            return Some(Value::Word(word.clone()));
        }
        if change.unknown {
            return Some(Value::Unknown);
        }
        if change.digits {
            return swapped(row[slot].number()?).map(Value::Number);
        }
        let unit = 10_f64.powi(self.model.scale(slot) as i32);
        if let Some(share) = change.bound {
            return Some(Value::Number((bound(share)? * unit).round() as i64));
        }
        let from = change.of.as_deref().map_or(Some(slot), |id| self.model.slot(id))?;
        let figure = row[from].number()? as f64 / 10_f64.powi(self.model.scale(from) as i32);
        let figure = figure * change.times.unwrap_or(1.0) + change.plus;
        Some(Value::Number((figure * unit).round() as i64))
    }

    /// The rules within a row that a row breaks.
    pub(in crate::sample) fn broken(&self, row: &Row) -> Vec<&Rule> {
        let rules = self.pipeline.rules.iter().filter(|rule| rule.form == self.model.index);
        rules
            .filter(|rule| match &rule.kind {
                RuleKind::Row(assert) => {
                    let value = |column: usize| scalar(&self.model.form.columns[column], &row[column]);
                    match evaluate(assert, &value) {
                        Scalar::Boolean(holds) => !holds,
                        _ => !rule.missing_passes,
                    }
                }
                RuleKind::Sum(sum) => self.sum_holds(sum, row).map_or(!rule.missing_passes, |holds| !holds),
                _ => false,
            })
            .collect()
    }

    /// Whether a total stands to its parts as it should; None where that is not known.
    fn sum_holds(&self, sum: &SumRule, row: &Row) -> Option<bool> {
        let figure = |slot: usize| {
            let number = row[slot].number()?;
            Some(number as f64 / 10_f64.powi(self.model.scale(slot) as i32))
        };
        let Some(total) = figure(sum.total) else {
            return sum.missing_part_is_zero.then_some(true);
        };
        let mut parts = 0.0;
        for &part in &sum.parts {
            match figure(part) {
                Some(figure) => parts += figure,
                None if sum.missing_part_is_zero => {}
                None => return None,
            }
        }
        let allowed = sum.tolerance.allowed(total) + 1e-9;
        Some(match sum.relation {
            Relation::Equal => (total - parts).abs() <= allowed,
            Relation::AtLeast => total >= parts - allowed,
            Relation::AtMost => total <= parts + allowed,
        })
    }
}

/// The columns that a rule within a row looks at.
fn columns_of(rule: &Rule) -> Vec<usize> {
    match &rule.kind {
        RuleKind::Row(assert) => assert.columns.clone(),
        RuleKind::Sum(sum) => std::iter::once(sum.total).chain(sum.parts.iter().copied()).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn in_range(column: &Column, value: &Value) -> bool {
    let figure = |n: i64| n as f64 / 10_f64.powi(column.kind.decimals() as i32);
    match (column.range, value.number()) {
        (Some((min, max)), Some(n)) => (min..=max).contains(&figure(n)),
        _ => true,
    }
}

/// What a formula reads of a clean value.
pub(in crate::sample) fn scalar(column: &Column, value: &Value) -> Scalar {
    match (value, &column.kind) {
        (Value::Unknown | Value::NotApplicable, _) => Scalar::Null,
        (Value::Number(n), ColumnKind::Decimal { scale, .. }) => {
            Scalar::Decimal(decimal(*n, *scale).parse().unwrap_or(0.0))
        }
        (Value::Number(n), _) => Scalar::Integer(*n),
        (Value::Flag(flag), _) => Scalar::Boolean(*flag),
        (Value::Word(day), ColumnKind::Date) => day.parse().map_or(Scalar::Null, Scalar::Date),
        (Value::Word(word), _) => Scalar::Text(word.clone()),
    }
}
