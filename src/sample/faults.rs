//! Faults of rows and cells: what is written instead of the clean content, and what must be found.

use super::chance::{Chance, happens, index, one};
use super::draw::Row;
use super::model::FormModel;
use super::recipe::{BreakRecipe, Change, Recipe};
use super::reporters::Reporter;
use super::sheet::{Cell, Style};
use super::value::{Value, decimal};
use crate::domain::Severity;
use crate::pipeline::formula::{Scalar, evaluate};
use crate::pipeline::{CodeScheme, Column, ColumnKind, Pipeline, Relation, Rule, RuleKind, SumRule};

/// What a finding must say, apart from its place.
#[derive(Clone, Debug)]
pub(super) struct Expectation {
    pub(super) column: String,
    pub(super) code: String,
    /// None: nothing may be found.
    pub(super) severity: Option<Severity>,
    pub(super) kind: String,
    pub(super) consequence: &'static str,
}

pub(super) const ROW_OUT: &str = "row quarantined";
pub(super) const CELL_NULL: &str = "cell null";
pub(super) const REJECTED: &str = "submission rejected";
pub(super) const NOTHING: &str = "none";
pub(super) const EXPLAINED: &str = "explained";
pub(super) const NEAR_MISS: &str = "near miss";

/// A kind of fault within a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowFault {
    Ragged,
    Conflict,
    OutsideJurisdiction,
    CodeUnknown,
    CodeMalformed,
    CodeScientific,
    Missing,
    Symbol,
    NotInteger,
    NotNumber,
    TooPrecise,
    UnitUnknown,
    NotBoolean,
    NotCategory,
    NotDate,
    OutOfRange,
    TooLong,
    /// Index into the form's breaks.
    Rule(usize),
}

/// All kinds for a form, in the order in which they are planted.
pub(super) fn kinds(model: &FormModel) -> Vec<RowFault> {
    use RowFault as F;
    let cells = [
        F::NotInteger,
        F::OutOfRange,
        F::Symbol,
        F::OutsideJurisdiction,
        F::NotNumber,
        F::NotBoolean,
        F::Conflict,
        F::NotCategory,
        F::CodeScientific,
        F::TooPrecise,
        F::NotDate,
        F::Missing,
        F::UnitUnknown,
        F::CodeMalformed,
        F::Ragged,
        F::TooLong,
        F::CodeUnknown,
    ];
    let mut all = Vec::new();
    let rules: Vec<F> = model.row_breaks.iter().copied().map(F::Rule).collect();
    for at in 0..cells.len().max(rules.len()) {
        all.extend(cells.get(at));
        all.extend(rules.get(at));
    }
    all
}

/// What spoiling one row needs to know.
pub(super) struct Spoiler<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) recipe: &'a Recipe,
    pub(super) model: &'a FormModel<'a>,
    pub(super) style: &'a Style,
    /// A code that the registry does not know, of the length of the reporter's.
    pub(super) unknown_area: &'a str,
    /// Another area than the sender.
    pub(super) stranger: Option<&'a Reporter>,
}

/// A spoilt row.
pub(super) struct Spoilt {
    pub(super) cells: Vec<Cell>,
    /// A second row for the same unit.
    pub(super) twin: Option<Vec<Cell>>,
    /// None: what it breaks is told elsewhere.
    pub(super) expected: Option<Expectation>,
    /// What the clerk adds up.
    pub(super) stated: Row,
    /// What counts of it; None: nothing.
    pub(super) kept: Option<Row>,
    /// The cell that cannot be read.
    pub(super) held: Option<usize>,
    /// What can be read where nothing counts.
    pub(super) read: Read,
}

/// What can be read of a row that is put out.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    /// Two that contradict each other; none where the cells have shifted.
    pub(super) rows: Vec<Row>,
    /// Columns that a rule is about.
    pub(super) blamed: Vec<usize>,
}

impl Spoiler<'_> {
    /// Plants a fault into a row; None where this kind does not fit it.
    pub(super) fn spoil(&self, rng: &mut Chance, fault: RowFault, row: &Row) -> Option<Spoilt> {
        use RowFault as F;
        let faults = &self.recipe.faults;
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        let is_decimal = |c: &Column| matches!(c.kind, ColumnKind::Decimal { percent: false, .. });
        let has_unit = |c: &Column| is_decimal(c) && c.kind.unit().is_some();
        let is_figure = |c: &Column| is_integer(c) || matches!(c.kind, ColumnKind::Decimal { .. });
        let word = |rng: &mut Chance, words: &[String]| one(rng, words).cloned();
        match fault {
            F::Ragged => self.ragged(rng, row),
            F::Conflict => self.conflict(rng, row),
            F::OutsideJurisdiction | F::CodeUnknown | F::CodeMalformed | F::CodeScientific => self.bad_code(fault, row),
            F::Missing => {
                let required = |c: &Column| c.required;
                self.cell_fault(rng, row, "cell-missing", &required, |_, _, _| Some(String::new()))
            }
            F::Symbol => self.cell_fault(rng, row, "symbol-undeclared", &is_figure, |rng, _, _| {
                word(rng, &faults.symbol)
            }),
            F::NotInteger => self.cell_fault(rng, row, "not-an-integer", &is_integer, |rng, _, _| {
                word(rng, &faults.not_an_integer)
            }),
            F::NotNumber => self.cell_fault(rng, row, "not-a-number", &is_decimal, |rng, _, _| {
                word(rng, &faults.not_a_number)
            }),
            F::TooPrecise => self.cell_fault(rng, row, "too-precise", &is_decimal, |_, column, value| {
                // Rounded to the agreed decimals it is the true figure again.
                let (number, scale) = (value.number()?, column.kind.decimals());
                let unit = 10_i64.pow(scale);
                let places = scale as usize;
                let fraction = if scale > 0 {
                    format!("{:0places$}", number % unit)
                } else {
                    String::new()
                };
                (number >= 0).then(|| format!("{}.{fraction}0004", number / unit))
            }),
            F::UnitUnknown => self.cell_fault(rng, row, "unit-unknown", &has_unit, |_, column, value| {
                Some(decimal(value.number()?, column.kind.decimals()) + faults.unit_unknown.as_deref()?)
            }),
            F::NotBoolean => {
                let is_boolean = |c: &Column| matches!(c.kind, ColumnKind::Boolean { .. });
                self.cell_fault(rng, row, "not-a-boolean", &is_boolean, |rng, _, _| {
                    word(rng, &faults.not_a_boolean)
                })
            }
            F::NotCategory => {
                let is_category = |c: &Column| matches!(c.kind, ColumnKind::Category { .. });
                self.cell_fault(rng, row, "not-a-category", &is_category, |rng, _, _| {
                    word(rng, &faults.not_a_category)
                })
            }
            F::NotDate => {
                let is_date = |c: &Column| c.kind == ColumnKind::Date;
                self.cell_fault(rng, row, "not-a-date", &is_date, |rng, _, _| {
                    word(rng, &faults.not_a_date)
                })
            }
            F::OutOfRange => {
                let ranged = |c: &Column| c.range.is_some() && is_figure(c);
                self.cell_fault(rng, row, "out-of-range", &ranged, |_, column, _| {
                    Some(format!("{}", (column.range?.1 * 1.2) as i64 + 1))
                })
            }
            F::TooLong => {
                let is_text = |c: &Column| c.kind == ColumnKind::Text;
                self.cell_fault(rng, row, "text-too-long", &is_text, |_, _, value| {
                    let Value::Word(word) = value else { return None };
                    (faults.too_long > 0 && !word.is_empty())
                        .then(|| word.chars().cycle().take(faults.too_long).collect())
                })
            }
            F::Rule(index) => self.broken_rule(rng, index, row),
        }
    }

    /// Writes another text into one fitting cell, the value of which is known.
    fn cell_fault(
        &self,
        rng: &mut Chance,
        row: &Row,
        code: &str,
        fits: &dyn Fn(&Column) -> bool,
        text: impl Fn(&mut Chance, &Column, &Value) -> Option<String>,
    ) -> Option<Spoilt> {
        let columns = &self.model.form.columns;
        let able: Vec<usize> = (0..columns.len())
            .filter(|&slot| fits(&columns[slot]) && row[slot].is_known())
            .collect();
        let slot = *one(rng, &able)?;
        let column = &columns[slot];
        let text = text(rng, column, &row[slot])?;
        let mut emptied = row.clone();
        emptied[slot] = Value::Unknown;
        // A figure that goes missing must not break a rule on its own.
        if !column.required && !self.broken(&emptied).is_empty() {
            return None;
        }
        Some(self.with_cell(row, slot, text, code))
    }

    fn with_cell(&self, row: &Row, slot: usize, text: String, code: &str) -> Spoilt {
        let mut cells = self.style.record(self.model, row);
        if let Some(at) = self.style.columns.iter().position(|c| c.slot == Some(slot)) {
            cells[at] = Cell::text(text);
        }
        let column = &self.model.form.columns[slot];
        let severity = if column.required { Severity::Hard } else { usual(code) };
        let consequence = if severity == Severity::Hard { ROW_OUT } else { CELL_NULL };
        let expected = Expectation {
            column: column.id.clone(),
            code: code.to_owned(),
            severity: Some(severity),
            kind: code.to_owned(),
            consequence,
        };
        let mut without = row.clone();
        without[slot] = Value::Unknown;
        let read = Read {
            rows: vec![without.clone()],
            ..Read::default()
        };
        let kept = (!column.required).then_some(without);
        Spoilt {
            cells,
            twin: None,
            expected: Some(expected),
            stated: row.clone(),
            held: kept.is_some().then_some(slot),
            kept,
            read,
        }
    }

    /// The code column whose area a row belongs to, and faults of it.
    fn bad_code(&self, fault: RowFault, row: &Row) -> Option<Spoilt> {
        let is_code = |slot: &usize| matches!(self.model.form.columns[*slot].kind, ColumnKind::DivisionCode { .. });
        let slot = self.model.form.key.iter().copied().find(is_code)?;
        let below = matches!(
            self.model.form.columns[slot].kind,
            ColumnKind::DivisionCode { level: None }
        );
        let Value::Word(code) = &row[slot] else { return None };
        let national = self.pipeline.registry.code_scheme == CodeScheme::Gb2260;
        let replaced = |area: &str| {
            Some(if below {
                format!("{area}{}", code.get(area.len()..)?)
            } else {
                area.to_owned()
            })
        };
        let (text, name) = match fault {
            RowFault::OutsideJurisdiction if national || !below => {
                (replaced(self.stranger?.bases.first()?)?, "outside-jurisdiction")
            }
            RowFault::CodeUnknown if national || !below => (replaced(self.unknown_area)?, "code-unknown"),
            RowFault::CodeMalformed if national => {
                (code.get(..code.len().checked_sub(1)?)?.to_owned(), "code-malformed")
            }
            RowFault::CodeScientific if national && below => (scientific(code)?, "code-scientific"),
            _ => return None,
        };
        Some(self.with_cell(row, slot, text, name))
    }

    /// One cell too many in the middle: what follows shifts, and the last one stands beyond the header.
    fn ragged(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        let mut cells = self.style.record(self.model, row);
        if !self.style.format.is_sheet() || cells.last().is_none_or(|c| c.text.trim().is_empty()) || cells.len() < 4 {
            return None;
        }
        let at = 2 + index(rng, cells.len() - 3);
        cells.insert(at, cells[at].clone());
        Some(Spoilt {
            cells,
            twin: None,
            expected: Some(of_row("row-ragged")),
            stated: row.clone(),
            kept: None,
            held: None,
            read: Read::default(),
        })
    }

    /// The same unit once more, with one other figure.
    fn conflict(&self, rng: &mut Chance, row: &Row) -> Option<Spoilt> {
        if self.model.is_area() || self.model.form.key.is_empty() {
            return None;
        }
        let columns = &self.model.form.columns;
        let able: Vec<usize> = (0..columns.len())
            .filter(|&s| row[s].number().is_some() && !self.model.form.key.contains(&s))
            .collect();
        let slot = *one(rng, &able)?;
        let mut other = row.clone();
        other[slot] = Value::Number(row[slot].number()? + 1);
        if !self.broken(&other).is_empty() || !in_range(&columns[slot], &other[slot]) {
            return None;
        }
        let (cells, twin) = (
            self.style.record(self.model, row),
            self.style.record(self.model, &other),
        );
        Some(Spoilt {
            cells,
            twin: Some(twin),
            expected: Some(of_row("row-conflict")),
            stated: row.clone(),
            kept: None,
            held: None,
            read: Read {
                rows: vec![row.clone(), other],
                ..Read::default()
            },
        })
    }

    fn broken_rule(&self, rng: &mut Chance, index: usize, row: &Row) -> Option<Spoilt> {
        let recipe = self.model.recipe.breaks.get(index)?;
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
            code: rule.id.clone(),
            severity: Some(rule.severity),
            kind: format!("rule {}", rule.id),
            consequence: match (is_hard, explained) {
                (true, _) => ROW_OUT,
                (false, true) => EXPLAINED,
                (false, false) => NOTHING,
            },
        };
        Some(Spoilt {
            cells: self.style.record(self.model, &changed),
            twin: None,
            expected: Some(expected),
            // A clerk who sums up takes the figures as they stand in the sheet.
            stated: changed.clone(),
            read: Read {
                rows: vec![changed.clone()],
                blamed: columns_of(rule),
            },
            kept: (!is_hard).then_some(changed),
            held: None,
        })
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
    pub(super) fn changed(&self, recipe: &BreakRecipe, row: &Row, bound: &dyn Fn(f64) -> Option<f64>) -> Option<Row> {
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
    pub(super) fn broken(&self, row: &Row) -> Vec<&Rule> {
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

/// A finding on a whole row.
fn of_row(code: &str) -> Expectation {
    Expectation {
        column: String::new(),
        code: code.to_owned(),
        severity: Some(usual(code)),
        kind: code.to_owned(),
        consequence: ROW_OUT,
    }
}

/// The catalog's severity.
pub(super) fn usual(code: &str) -> Severity {
    crate::domain::catalog()
        .get(code)
        .map_or(Severity::Hard, |entry| entry.severity)
}

fn in_range(column: &Column, value: &Value) -> bool {
    let figure = |n: i64| n as f64 / 10_f64.powi(column.kind.decimals() as i32);
    match (column.range, value.number()) {
        (Some((min, max)), Some(n)) => (min..=max).contains(&figure(n)),
        _ => true,
    }
}

/// What a formula reads of a clean value.
pub(super) fn scalar(column: &Column, value: &Value) -> Scalar {
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

/// What a spreadsheet makes of a long number: `1.30102E+11`.
fn scientific(code: &str) -> Option<String> {
    let exponent = code.len().checked_sub(1)?;
    let mantissa: f64 = code.parse::<f64>().ok()? / 10_f64.powi(exponent as i32);
    Some(format!("{mantissa:.5}E+{exponent:02}"))
}
