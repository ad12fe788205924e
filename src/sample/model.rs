//! The recipe with every name resolved against the pipeline: what is drawn, in which order, from what.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::SampleError;
use super::recipe::{BreakRecipe, DrawRecipe, FormRecipe, Recipe, range};
use super::value::Value;
use crate::domain::Period;
use crate::pipeline::{ColumnKind, DimensionLevel, Form, Pipeline, RowUnit, RuleKind};

/// Decimals of a figure that is drawn as a whole number of 64 bits.
const MOST_DECIMALS: u32 = 9;

/// One form, ready to be drawn.
pub(super) struct FormModel<'a> {
    /// Index in the pipeline.
    pub(super) index: usize,
    pub(super) form: &'a Form,
    pub(super) recipe: &'a FormRecipe,
    /// Names of all values of a row: the form's columns, then hidden variables.
    pub(super) slots: Vec<String>,
    pub(super) draws: Vec<Draw<'a>>,
    pub(super) code: Option<UnitCode>,
    /// The breaks of rules that a row alone decides.
    pub(super) row_breaks: Vec<usize>,
}

/// How a code below the registry is made.
pub(super) struct UnitCode {
    pub(super) slot: usize,
    pub(super) serial_by: Option<usize>,
    /// First, last and digits of the serial number.
    pub(super) serial: BTreeMap<String, (u32, u32, usize)>,
}

/// One value of a row.
pub(super) struct Draw<'a> {
    pub(super) recipe: &'a DrawRecipe,
    pub(super) slot: usize,
    pub(super) what: What,
    pub(super) by: By,
    pub(super) per: Option<usize>,
    pub(super) when: Option<usize>,
    pub(super) within: Option<usize>,
    /// Earlier draws within the same column.
    pub(super) siblings: Vec<usize>,
    pub(super) scale: u32,
    /// Logarithms of factors.
    pub(super) times: Vec<(Source, BTreeMap<String, f64>)>,
    /// Inclusive bounds in the unit.
    pub(super) min: f64,
    pub(super) max: f64,
}

/// What kind of value is drawn.
pub(super) enum What {
    Choice,
    Chance,
    Number,
    Text,
    Subunit,
    Day(i64, i64),
    Total(Vec<usize>),
    Sum(Sum),
}

/// A sum over rows of another form.
pub(super) struct Sum {
    /// Index among the models.
    pub(super) form: usize,
    pub(super) column: Option<usize>,
    pub(super) only: Option<(usize, String)>,
}

/// What decides between tables of a draw.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Nothing,
    Period,
    Slot(usize),
}

/// Where the member of a factor comes from.
pub(super) enum Source {
    Area(String),
    Slot(usize),
}

impl<'a> FormModel<'a> {
    /// Index of a value by its name.
    pub(super) fn slot(&self, id: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot == id)
    }

    /// Whether a row is an area of the registry.
    pub(super) fn is_area(&self) -> bool {
        matches!(self.form.unit, RowUnit::Area(_))
    }

    /// Whether a row is one that a recipe is about.
    pub(super) fn is_meant(&self, recipe: &BreakRecipe, row: &[Value]) -> bool {
        let has = |(id, member): (&String, &String)| self.slot(id).is_some_and(|slot| row[slot].member() == member);
        recipe.only.iter().all(has)
    }

    /// Decimals of a value.
    pub(super) fn scale(&self, slot: usize) -> u32 {
        self.form.columns.get(slot).map_or_else(
            || self.draws.iter().find(|d| d.slot == slot).map_or(0, |d| d.scale),
            |column| column.kind.decimals(),
        )
    }
}

/// Faults of the recipe are told with the path of the file.
struct Resolver<'a> {
    path: PathBuf,
    pipeline: &'a Pipeline,
}

/// All forms of the recipe, in its order.
pub(super) fn resolve<'a>(
    pipeline: &'a Pipeline,
    recipe: &'a Recipe,
    path: &Path,
) -> Result<Vec<FormModel<'a>>, SampleError> {
    let resolver = Resolver {
        path: path.to_owned(),
        pipeline,
    };
    let mut models = Vec::new();
    for one in &recipe.form {
        let model = resolver.form(one, &models)?;
        models.push(model);
    }
    Ok(models)
}

impl<'a> Resolver<'a> {
    fn fault(&self, message: String) -> SampleError {
        SampleError::recipe(&self.path, message)
    }

    fn form(&self, recipe: &'a FormRecipe, earlier: &[FormModel<'a>]) -> Result<FormModel<'a>, SampleError> {
        let found = self
            .pipeline
            .forms
            .iter()
            .enumerate()
            .find(|(_, form)| form.id == recipe.id);
        let (index, form) =
            found.ok_or_else(|| self.fault(format!("form {}: the pipeline has no such form", recipe.id)))?;
        let mut slots: Vec<String> = form.columns.iter().map(|column| column.id.clone()).collect();
        for draw in &recipe.draw {
            if !slots.contains(&draw.id) {
                slots.push(draw.id.clone());
            }
        }
        let mut model = FormModel {
            index,
            form,
            recipe,
            slots,
            draws: Vec::new(),
            code: None,
            row_breaks: Vec::new(),
        };
        for draw in &recipe.draw {
            let draw = self.draw(draw, &model, earlier)?;
            model.draws.push(draw);
        }
        model.code = self.code(&model)?;
        for rule in recipe.breaks.iter().chain(&recipe.near) {
            if !self.pipeline.rules.iter().any(|r| r.id == rule.rule && r.form == index) {
                return Err(self.fault(format!("break {}: form {} has no such rule", rule.rule, recipe.id)));
            }
            for id in rule.only.keys() {
                self.slot(&model, id, &rule.rule)?;
            }
            for (id, change) in &rule.set {
                for id in std::iter::once(id).chain(&change.of) {
                    self.slot(&model, id, &rule.rule)?;
                }
            }
        }
        let of_row = |at: &usize| {
            self.pipeline
                .rules
                .iter()
                .any(|r| r.id == recipe.breaks[*at].rule && is_of_row(&r.kind))
        };
        model.row_breaks = (0..recipe.breaks.len()).filter(of_row).collect();
        Ok(model)
    }

    fn slot(&self, model: &FormModel, id: &str, whose: &str) -> Result<usize, SampleError> {
        model.slot(id).ok_or_else(|| {
            self.fault(format!(
                "form {}, {whose}: there is neither a column nor a draw {id}",
                model.recipe.id
            ))
        })
    }

    fn draw(
        &self,
        recipe: &'a DrawRecipe,
        model: &FormModel<'a>,
        earlier: &[FormModel<'a>],
    ) -> Result<Draw<'a>, SampleError> {
        let slot = self.slot(model, &recipe.id, &recipe.id)?;
        let of = |id: &Option<String>| id.as_deref().map(|id| self.slot(model, id, &recipe.id)).transpose();
        let by = match recipe.by.as_deref() {
            None => By::Nothing,
            Some("period") => By::Period,
            Some(id) => By::Slot(self.slot(model, id, &recipe.id)?),
        };
        let within = of(&recipe.within)?;
        let siblings = model
            .draws
            .iter()
            .filter(|d| within.is_some() && d.within == within)
            .map(|d| d.slot)
            .collect();
        let mut times = Vec::new();
        for (name, factors) in &recipe.times {
            let logs = factors
                .iter()
                .map(|(member, factor)| (member.clone(), factor.ln()))
                .collect();
            times.push((self.source(model, name, recipe)?, logs));
        }
        let column = model.form.columns.get(slot);
        if let Some(column) = column.filter(|column| column.kind.decimals() > MOST_DECIMALS) {
            return Err(self.fault(format!(
                "form {}, {}: numbers are drawn with {MOST_DECIMALS} decimals at most; give the column {} a `scale`",
                model.recipe.id, recipe.id, column.id
            )));
        }
        let per = of(&recipe.per)?;
        let what = self.what(recipe, model, earlier)?;
        let own_scale = match (column, &what) {
            (Some(column), _) => column.kind.decimals(),
            (None, What::Total(parts)) => parts.iter().map(|&part| model.scale(part)).max().unwrap_or(0),
            (None, _) => 0,
        };
        let limits = column
            .and_then(|c| c.range)
            .unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        Ok(Draw {
            recipe,
            slot,
            what,
            by,
            per,
            when: of(&recipe.when)?,
            within,
            siblings,
            scale: own_scale,
            times,
            min: recipe.min.unwrap_or(0.0).max(limits.0),
            max: recipe.max.unwrap_or(f64::INFINITY).min(limits.1),
        })
    }

    fn source(&self, model: &FormModel, name: &str, recipe: &DrawRecipe) -> Result<Source, SampleError> {
        let of_area = |d: &&crate::pipeline::Dimension| d.id == name && matches!(d.level, DimensionLevel::Area { .. });
        if self.pipeline.dimensions.iter().any(|d| of_area(&d)) {
            return Ok(Source::Area(name.to_owned()));
        }
        Ok(Source::Slot(self.slot(model, name, &recipe.id)?))
    }

    fn what(&self, recipe: &DrawRecipe, model: &FormModel, earlier: &[FormModel]) -> Result<What, SampleError> {
        if let Some(sum) = &recipe.sum {
            let form = earlier.iter().position(|m| m.recipe.id == sum.form);
            let form =
                form.ok_or_else(|| self.fault(format!("{}: no form {} before this one", recipe.id, sum.form)))?;
            let slot = |id: &Option<String>| {
                id.as_deref()
                    .map(|id| self.slot(&earlier[form], id, &recipe.id))
                    .transpose()
            };
            let column = slot(&sum.column)?;
            let only = slot(&sum.of)?.zip(sum.member.clone());
            return Ok(What::Sum(Sum { form, column, only }));
        }
        if !recipe.total_of.is_empty() {
            let parts = recipe
                .total_of
                .iter()
                .map(|id| self.slot(model, id, &recipe.id))
                .collect::<Result<_, _>>()?;
            return Ok(What::Total(parts));
        }
        let kind = model
            .slot(&recipe.id)
            .and_then(|slot| model.form.columns.get(slot))
            .map(|c| &c.kind);
        let has_level = recipe.level.is_some() || !recipe.levels.is_empty();
        Ok(match (recipe.after_days, kind) {
            (Some((from, to)), _) => What::Day(from, to),
            _ if recipe.subunit_name => What::Subunit,
            _ if !recipe.texts.is_empty() => What::Text,
            _ if !recipe.choice.is_empty() || !recipe.choices.is_empty() => What::Choice,
            (None, Some(ColumnKind::Boolean { .. })) if has_level => What::Chance,
            _ if recipe.chance && has_level => What::Chance,
            _ if has_level => What::Number,
            _ => return Err(self.fault(format!("draw {}: it says nothing about how it is drawn", recipe.id))),
        })
    }

    fn code(&self, model: &FormModel) -> Result<Option<UnitCode>, SampleError> {
        let Some(code) = &model.recipe.code else {
            return Ok(None);
        };
        let serial_by = code
            .serial_by
            .as_deref()
            .map(|id| self.slot(model, id, "code"))
            .transpose()?;
        let mut serial = BTreeMap::new();
        for (member, text) in &code.serial {
            let range = range(text).ok_or_else(|| self.fault(format!("code: {text} is no range like 001-199")))?;
            serial.insert(member.clone(), range);
        }
        Ok(Some(UnitCode {
            slot: self.slot(model, &code.column, "code")?,
            serial_by,
            serial,
        }))
    }
}

/// Whether a row alone decides.
pub(super) fn is_of_row(kind: &RuleKind) -> bool {
    matches!(kind, RuleKind::Row(_) | RuleKind::Sum(_))
}

/// A level at a period; between two given ones on the straight line, beyond them the nearest.
pub(super) fn level_at(level: &super::recipe::Level, period: Period) -> f64 {
    let map = match level {
        super::recipe::Level::Same(figure) => return *figure,
        super::recipe::Level::By(map) => map,
    };
    let time = |p: Period| f64::from(p.year()) + f64::from(p.part()) / f64::from(p.kind().per_year());
    let at = time(period);
    let known: Vec<(f64, f64)> = map
        .iter()
        .filter_map(|(key, figure)| Some((time(Period::parse_any(key)?), *figure)))
        .collect();
    let before = known.iter().rev().find(|(t, _)| *t <= at);
    let after = known.iter().find(|(t, _)| *t >= at);
    match (before, after) {
        (Some((t0, a)), Some((t1, b))) if t1 > t0 => a + (b - a) * (at - t0) / (t1 - t0),
        (Some((_, figure)), _) | (_, Some((_, figure))) => *figure,
        (None, None) => 0.0,
    }
}

/// The entry of a table keyed by periods that holds at a period: the latest not after it, else the first.
pub(super) fn entry_at<T>(map: &BTreeMap<String, T>, period: Period) -> Option<&T> {
    let known = || {
        map.iter()
            .filter_map(|(key, entry)| Some((Period::parse_any(key)?, entry)))
    };
    known()
        .filter(|(p, _)| *p <= period)
        .last()
        .or_else(|| known().next())
        .map(|(_, entry)| entry)
}
