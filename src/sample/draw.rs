//! Draws the clean rows of one reporter, form and period.

use std::collections::BTreeMap;

use super::chance::{Chance, deviate, one, share_of, stream, uniform, weighted};
use super::model::{By, Draw, FormModel, Source, Sum, What, entry_at};
use super::recipe::{Otherwise, range};
use super::reporters::Reporter;
use super::value::Value;
use crate::domain::Period;
use crate::pipeline::ColumnKind;

/// A clean row: the values of a form's slots.
pub(super) type Row = Vec<Value>;

/// Chance that one value of one row takes.
#[derive(Clone, Copy)]
pub(super) struct Noise {
    /// Decides the value.
    pub(super) at: f64,
    /// Rounds whole numbers, so that small means hold.
    pub(super) round: f64,
}

/// What is the same for all rows of one drawing.
pub(super) struct Scene<'a> {
    pub(super) seed: u64,
    pub(super) model: &'a FormModel<'a>,
    pub(super) reporter: &'a Reporter,
    pub(super) period: Period,
    pub(super) pools: &'a BTreeMap<String, Vec<String>>,
    /// For each draw: constant by member of its `by`.
    pub(super) constants: &'a [BTreeMap<String, f64>],
    /// For each draw: deviate of the area.
    pub(super) area: Vec<f64>,
    /// Clean rows of the same reporter and period, by model.
    pub(super) others: &'a [Vec<Row>],
}

/// For each draw of a form: how far this area lies from the mean, in σ; the same in every period.
pub(super) fn area_deviates(seed: u64, model: &FormModel, reporter: &Reporter) -> Vec<f64> {
    let mut rng = stream(seed, &["area", &reporter.origin, &model.recipe.id]);
    model
        .draws
        .iter()
        .map(|_| deviate(uniform(&mut rng).clamp(0.01, 0.99)))
        .collect()
}

/// A group of units within the area.
pub(super) struct Subunit {
    prefix: String,
    name: String,
    used: BTreeMap<String, u32>,
}

impl Scene<'_> {
    /// `n` rows, with codes.
    pub(super) fn rows(&self, n: usize) -> Vec<Row> {
        let (area, form) = (self.reporter.origin.as_str(), self.model.recipe.id.as_str());
        let mut lasting = stream(self.seed, &["unit", area, form]);
        let mut fresh = stream(self.seed, &["figures", area, form, &self.period.to_string()]);
        let mut subunits = self.subunits(n);
        let count = subunits.len();
        let mut rows = Vec::with_capacity(n);
        for at in 0..n {
            let subunit = subunits.get_mut(at * count / n.max(1));
            let mut row = self.blank_row();
            for (index, draw) in self.model.draws.iter().enumerate() {
                let noise = self.noise(draw, &mut lasting, &mut fresh);
                row[draw.slot] = match &draw.what {
                    What::Subunit => subunit.as_ref().map_or(Value::Unknown, |s| Value::Word(s.name.clone())),
                    What::Text => self.text(draw, &row, noise.at, &mut lasting),
                    _ => self.value(index, draw, &row, noise, self.constant(index, draw, &row)),
                };
            }
            self.code(&mut row, subunit);
            self.forget(&mut row, &mut fresh);
            rows.push(row);
        }
        rows
    }

    fn noise(&self, draw: &Draw, lasting: &mut Chance, fresh: &mut Chance) -> Noise {
        let (old, new, pick) = (uniform(lasting), uniform(fresh), uniform(fresh));
        let fixed = matches!(draw.what, What::Text) || (matches!(draw.what, What::Choice) && draw.by != By::Period);
        let at = match draw.what {
            What::Number => drift(old, new, self.model.recipe.persistence),
            _ if fixed || pick < self.model.recipe.persistence => old,
            _ => new,
        };
        Noise {
            at,
            round: uniform(fresh),
        }
    }

    /// A row with what the area alone decides.
    pub(super) fn blank_row(&self) -> Row {
        let mut row = vec![Value::Unknown; self.model.slots.len()];
        for (slot, column) in self.model.form.columns.iter().enumerate() {
            let level = match column.kind {
                ColumnKind::DivisionCode { level: Some(level) } => level,
                ColumnKind::DivisionName { level } => level,
                _ => continue,
            };
            if let Some((code, name)) = self.reporter.line.get(&level) {
                let is_code = matches!(column.kind, ColumnKind::DivisionCode { .. });
                row[slot] = Value::Word(if is_code { code.clone() } else { name.clone() });
            }
        }
        row
    }

    /// One value, from those drawn before it.
    pub(super) fn value(&self, index: usize, draw: &Draw, row: &Row, noise: Noise, constant: f64) -> Value {
        if let Some(when) = draw.when
            && row[when] != Value::Flag(true)
        {
            return match draw.recipe.otherwise {
                Otherwise::Zero => Value::Number(0),
                Otherwise::NotApplicable => Value::NotApplicable,
            };
        }
        match &draw.what {
            What::Choice => self.choice(draw, row, noise.at),
            What::Chance => Value::Flag(noise.at < logistic(self.score(index, draw, row) + constant)),
            What::Number => self.number(index, draw, row, noise, constant),
            What::Day(from, to) => self.day(*from, *to, noise.at),
            What::Total(parts) => total(
                parts.iter().map(|&part| (&row[part], self.model.scale(part))),
                draw.scale,
            ),
            What::Sum(sum) => self
                .others
                .get(sum.form)
                .map_or(Value::Unknown, |rows| sum_of(sum, rows)),
            What::Text | What::Subunit => Value::Unknown,
        }
    }

    fn number(&self, index: usize, draw: &Draw, row: &Row, noise: Noise, constant: f64) -> Value {
        let Some(plain) = self.plain_number(index, draw, row, noise.at) else {
            return Value::NotApplicable;
        };
        let unit = 10_f64.powi(draw.scale as i32);
        let scaled = self.bound(draw, row, plain * constant) * unit;
        let whole = if draw.scale == 0 {
            (scaled + noise.round).floor()
        } else {
            scaled.round()
        };
        let room = self.room(draw, row).unwrap_or(f64::INFINITY) * unit;
        Value::Number(whole.min((room + 1e-6).floor()).max(0.0) as i64)
    }

    /// The figure before its constant; None where there is no base.
    pub(super) fn plain_number(&self, index: usize, draw: &Draw, row: &Row, at: f64) -> Option<f64> {
        let base = self.base(draw, row)?;
        Some(base * (self.score(index, draw, row) + draw.recipe.spread * deviate(at)).exp())
    }

    /// What the level is a ratio to.
    pub(super) fn base(&self, draw: &Draw, row: &Row) -> Option<f64> {
        match draw.per {
            None => Some(1.0),
            Some(per) => row[per]
                .number()
                .map(|n| n as f64 / 10_f64.powi(self.model.scale(per) as i32)),
        }
    }

    /// A figure held to its bounds.
    pub(super) fn bound(&self, draw: &Draw, row: &Row, figure: f64) -> f64 {
        let room = self.room(draw, row).unwrap_or(f64::INFINITY);
        figure.max(draw.min).min(draw.max).min(room)
    }

    /// What is left of the column that this one lies within.
    fn room(&self, draw: &Draw, row: &Row) -> Option<f64> {
        let figure = |slot: usize| {
            row[slot]
                .number()
                .map_or(0.0, |n| n as f64 / 10_f64.powi(self.model.scale(slot) as i32))
        };
        let within = draw.within?;
        Some((figure(within) - draw.siblings.iter().map(|&slot| figure(slot)).sum::<f64>()).max(0.0))
    }

    /// Sum of logarithms of factors of the area and the row.
    pub(super) fn score(&self, index: usize, draw: &Draw, row: &Row) -> f64 {
        let factor = |(source, logs): &(Source, BTreeMap<String, f64>)| {
            let member = match source {
                Source::Area(dimension) => self.reporter.members.get(dimension).map_or("", String::as_str),
                Source::Slot(slot) => row[*slot].member(),
            };
            logs.get(member).copied().unwrap_or(0.0)
        };
        draw.times.iter().map(factor).sum::<f64>() + draw.recipe.area_spread * self.area[index]
    }

    /// The member of `by` that a row has.
    pub(super) fn member<'r>(&self, draw: &Draw, row: &'r Row) -> &'r str {
        match draw.by {
            By::Slot(slot) => row[slot].member(),
            By::Nothing | By::Period => "",
        }
    }

    fn constant(&self, index: usize, draw: &Draw, row: &Row) -> f64 {
        self.constants
            .get(index)
            .and_then(|by| by.get(self.member(draw, row)))
            .copied()
            .unwrap_or(0.0)
    }

    fn choice(&self, draw: &Draw, row: &Row, at: f64) -> Value {
        let table = match draw.by {
            By::Nothing => Some(&draw.recipe.choice),
            By::Period => entry_at(&draw.recipe.choices, self.period),
            By::Slot(slot) => draw.recipe.choices.get(row[slot].member()),
        };
        let Some(table) = table.filter(|table| !table.is_empty()) else {
            return Value::Unknown;
        };
        let index = weighted(table.values().copied(), at);
        table
            .keys()
            .nth(index)
            .map_or(Value::Unknown, |member| Value::Word(member.clone()))
    }

    fn text(&self, draw: &Draw, row: &Row, at: f64, rng: &mut Chance) -> Value {
        let key = match draw.by {
            By::Slot(slot) => row[slot].member(),
            By::Nothing | By::Period => "any",
        };
        let Some(patterns) = draw.recipe.texts.get(key) else {
            return Value::Unknown;
        };
        let index = ((at * patterns.len() as f64) as usize).min(patterns.len().saturating_sub(1));
        patterns
            .get(index)
            .map_or(Value::Unknown, |pattern| Value::Word(self.fill(pattern, rng)))
    }

    /// A pattern with words for its names.
    fn fill(&self, pattern: &str, rng: &mut Chance) -> String {
        let mut text = pattern.replace("{area}", &self.reporter.name);
        for (name, words) in self.pools {
            let hole = format!("{{{name}}}");
            if text.contains(&hole)
                && let Some(word) = one(rng, words)
            {
                text = text.replace(&hole, word);
            }
        }
        text
    }

    fn day(&self, from: i64, to: i64, at: f64) -> Value {
        let days = from + (at * (to - from + 1) as f64) as i64;
        let day = self.period.end().checked_add(jiff::Span::new().days(days));
        day.map_or(Value::Unknown, |day| Value::Word(day.to_string()))
    }

    fn subunits(&self, n: usize) -> Vec<Subunit> {
        let mut rng = stream(self.seed, &["subunits", &self.reporter.origin, &self.model.recipe.id]);
        let base = |at: usize| {
            self.reporter
                .bases
                .get(at % self.reporter.bases.len().max(1))
                .cloned()
                .unwrap_or_default()
        };
        let Some(recipe) = &self.model.recipe.subunit else {
            return vec![Subunit {
                prefix: base(0),
                name: self.reporter.name.clone(),
                used: BTreeMap::new(),
            }];
        };
        let count = ((n as f64 / recipe.rows).round() as usize).max(1);
        let mut next: Vec<Option<(u32, u32, usize)>> = recipe.codes.iter().map(|codes| range(&codes.range)).collect();
        let mut all = Vec::with_capacity(count);
        for at in 0..count {
            let open = recipe
                .codes
                .iter()
                .zip(&next)
                .map(|(c, n)| if n.is_some() { c.weight } else { 0.0 });
            let which = weighted(open, uniform(&mut rng));
            let Some(Some((first, last, digits))) = next.get(which).copied() else {
                break;
            };
            next[which] = (first < last).then_some((first + 1, last, digits));
            let name = one(&mut rng, &recipe.codes[which].names).map_or(String::new(), |p| self.fill(p, &mut rng));
            all.push(Subunit {
                prefix: format!("{}{first:0digits$}", base(at)),
                name,
                used: BTreeMap::new(),
            });
        }
        all
    }

    fn code(&self, row: &mut Row, subunit: Option<&mut Subunit>) {
        let (Some(code), Some(subunit)) = (&self.model.code, subunit) else {
            return;
        };
        let member = code.serial_by.map_or("any", |slot| row[slot].member()).to_owned();
        let Some((first, _, digits)) = code.serial.get(&member).copied() else {
            return;
        };
        let used = subunit.used.entry(member).or_insert(0);
        row[code.slot] = Value::Word(format!("{}{:0digits$}", subunit.prefix, first + *used));
        *used += 1;
    }

    /// Leaves out what the clerk does not know; only now, since later figures are drawn from the true ones.
    fn forget(&self, row: &mut Row, rng: &mut Chance) {
        for draw in &self.model.draws {
            if draw.recipe.missing > 0.0 && uniform(rng) < draw.recipe.missing && row[draw.slot].is_known() {
                row[draw.slot] = Value::Unknown;
            }
        }
    }
}

/// A figure moves about its lasting place, and never far: no community is drawn anew.
fn drift(lasting: f64, fresh: f64, persistence: f64) -> f64 {
    const EDGE: f64 = 0.002;
    let held = |at: f64| deviate(at.clamp(EDGE, 1.0 - EDGE));
    share_of(persistence * held(lasting) + (1.0 - persistence * persistence).max(0.0).sqrt() * held(fresh))
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn total<'v>(parts: impl Iterator<Item = (&'v Value, u32)>, scale: u32) -> Value {
    Value::Number(
        parts
            .map(|(part, own)| part.number().unwrap_or(0) * 10_i64.pow(scale.saturating_sub(own)))
            .sum(),
    )
}

/// Sum of a column over rows, unknown figures left out.
pub(super) fn sum_of(sum: &Sum, rows: &[Row]) -> Value {
    let counted = rows.iter().filter(|row| {
        sum.only
            .as_ref()
            .is_none_or(|(slot, member)| row[*slot].member() == member)
    });
    Value::Number(match sum.column {
        None => counted.count() as i64,
        Some(column) => counted.filter_map(|row| row[column].number()).sum(),
    })
}
