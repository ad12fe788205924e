//! Whether the sums of a partition fit 64 bits.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::sql::{magnitude_sql, pairs, used};
use crate::domain::exact::EASY;
use crate::lake::sql::expression;
use crate::pipeline::formula::{Formula, ValueType};
use crate::pipeline::{ColumnKind, FormIndex, Pipeline};

/// Most decimals of a measure whose sums may fit 64 bits.
const FEW_DECIMALS: u32 = 9;

/// polars wraps silently where a sum of integers leaves 64 bits. So the largest value of every measure is looked at
/// first, in doubles: times the number of records it must stay clear of the limit.
pub(super) struct Guard {
    /// A measure has so many decimals that its sums never fit.
    is_hopeless: bool,
    /// Integer columns read by compound measures; they are made doubles, so that products cannot wrap either.
    integers: Vec<String>,
    /// Decimal and other columns read by them.
    others: Vec<String>,
    /// Of measures that are a formula.
    compound: Extremes,
    /// Measures that are a column: its extremes are theirs, and no value between need be computed.
    plain: Vec<Plain>,
    /// Formulas of measures that are more than a column.
    formulas: Vec<Formula>,
    /// The columns of whole numbers that these read: index and id.
    wholes: Vec<(usize, String)>,
}

/// A measure that is a column.
struct Plain {
    column: String,
    /// What makes the integer of a value.
    factor: f64,
    /// As in [`Extremes`].
    limit: f64,
}

/// Smallest and largest value of some measures.
#[derive(Default)]
struct Extremes {
    /// Two for each measure.
    expressions: Vec<Expr>,
    /// What each value of a measure must stay below: that of a decimal, so that the integer made of it is its own.
    limits: Vec<f64>,
}

impl Guard {
    pub(super) fn new(pipeline: &Pipeline, form: FormIndex) -> PolarsResult<Guard> {
        let columns = &pipeline.forms[form].columns;
        let (mut compound, mut plain) = (Extremes::default(), Vec::new());
        let mut read = BTreeSet::new();
        let used = used(&pairs(pipeline, form));
        let is_hopeless = used.iter().any(|at| pipeline.measures[*at].scale > FEW_DECIMALS);
        let mut formulas = Vec::new();
        for at in used {
            let measure = &pipeline.measures[at];
            if !matches!(measure.value.columns[..], [only] if measure.value.text == columns[only].id) {
                formulas.push(measure.value.clone());
            }
            let Some(text) = magnitude_sql(measure) else { continue };
            let limit = if measure.value.ty == ValueType::Decimal {
                EASY
            } else {
                f64::INFINITY
            };
            match measure.value.columns[..] {
                [only] if measure.value.text == columns[only].id => plain.push(Plain {
                    column: measure.value.text.clone(),
                    factor: 10_i64.saturating_pow(measure.scale) as f64,
                    limit,
                }),
                _ => {
                    read.extend(measure.value.columns.iter().copied());
                    let value = expression(&text)?;
                    compound.add(at, limit, [value.clone().min(), value.max()]);
                }
            }
        }
        let is_integer = |at: &usize| matches!(columns[*at].kind, ColumnKind::Integer { .. });
        let wholes: BTreeSet<usize> = formulas
            .iter()
            .flat_map(|formula| formula.columns.iter().copied())
            .collect();
        let wholes = wholes.into_iter().filter(is_integer);
        let wholes = wholes.map(|at| (at, columns[at].id.clone())).collect();
        let (integers, others) = read.into_iter().partition::<Vec<usize>, _>(is_integer);
        let ids = |all: Vec<usize>| all.into_iter().map(|at| columns[at].id.clone()).collect();
        Ok(Guard {
            is_hopeless,
            integers: ids(integers),
            others: ids(others),
            compound,
            plain,
            formulas,
            wholes,
        })
    }

    /// Whether no whole number that a formula calculates with can leave 64 bits, which some engines refuse where polars goes on.
    pub(super) fn calculates_within(&self, frame: &DataFrame) -> PolarsResult<bool> {
        let mut largest: BTreeMap<usize, f64> = BTreeMap::new();
        for (at, name) in &self.wholes {
            let values = frame.column(name)?.cast(&DataType::Float64)?;
            let values = values.f64()?;
            let extremes = [values.min(), values.max()].into_iter().flatten();
            largest.insert(*at, extremes.map(f64::abs).fold(0.0, f64::max));
        }
        let within = |formula: &Formula| formula.largest_whole(&|at| largest.get(&at).copied()) < 2_f64.powi(62);
        Ok(self.formulas.iter().all(within))
    }

    /// Whether all sums of these records fit.
    pub(super) fn fits(&self, frame: &DataFrame) -> PolarsResult<bool> {
        if self.is_hopeless {
            return Ok(false);
        }
        for plain in &self.plain {
            if !plain.fits(frame)? {
                return Ok(false);
            }
        }
        let doubles = self.integers.iter().map(|name| col(name).cast(DataType::Float64));
        let columns: Vec<Expr> = doubles.chain(self.others.iter().map(col)).collect();
        if columns.is_empty() {
            return Ok(true);
        }
        let read = frame.clone().lazy().select(columns);
        self.compound.fit(read, frame.height())
    }
}

impl Plain {
    fn fits(&self, records: &DataFrame) -> PolarsResult<bool> {
        let values = records.column(&self.column)?.as_materialized_series();
        let extremes = [values.min::<f64>()?, values.max::<f64>()?].into_iter().flatten();
        let limit = limit_of_value(self.limit, records.height());
        Ok(!extremes
            .map(|extreme| extreme * self.factor)
            .any(|value| is_large(value, limit)))
    }
}

/// What each value must stay below so that the sum over so many records fits.
fn limit_of_value(limit: f64, records: usize) -> f64 {
    limit.min(2_f64.powi(62) / records as f64)
}

fn is_large(value: f64, limit: f64) -> bool {
    value.is_nan() || value.abs() >= limit
}

impl Extremes {
    fn add(&mut self, at: usize, limit: f64, [min, max]: [Expr; 2]) {
        let named = [min.alias(format!("{at} min")), max.alias(format!("{at} max"))];
        self.expressions.extend(named);
        self.limits.push(limit);
    }

    /// Whether the sums of all measures over so many records fit.
    fn fit(&self, records: LazyFrame, height: usize) -> PolarsResult<bool> {
        if self.limits.is_empty() || height == 0 {
            return Ok(true);
        }
        let extremes = records.select(self.expressions.clone()).collect()?;
        for (limit, of_it) in self.limits.iter().zip(extremes.columns().chunks(2)) {
            let limit = limit_of_value(*limit, height);
            for extreme in of_it {
                if extreme.f64()?.get(0).is_some_and(|value| is_large(value, limit)) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
