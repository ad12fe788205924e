//! The exact value of measures, record by record: what the wide sums, the influence of findings and traces are made of.
//!
//! A formula is calculated as in any engine: whole numbers in 64 bits, decimals in doubles. The value of a record is the decimal
//! of that result × 10^scale, as an integer of 128 bits.

use std::collections::BTreeSet;

use polars::prelude::*;

use crate::domain::exact::{scaled, scaled_integer};
use crate::lake::sql::expression;
use crate::pipeline::formula::ValueType;
use crate::pipeline::{ColumnKind, FormIndex, Measure, MeasureIndex, Pipeline};

/// Whole numbers of 64 bits wrap silently; below it they cannot have, by the magnitude that doubles give.
const SURE: f64 = (1_u64 << 62) as f64;

/// The expressions of some measures of a form.
pub(super) struct Values {
    measures: Vec<One>,
    plain: Vec<Expr>,
    /// The columns that formulas of whole numbers read, as doubles.
    columns: Vec<Expr>,
    /// These formulas over doubles.
    magnitudes: Vec<Expr>,
}

struct One {
    measure: MeasureIndex,
    scale: u32,
    ty: ValueType,
    /// It calculates with whole numbers.
    has_magnitude: bool,
}

/// The values of a measure.
pub(super) struct Exact {
    /// × 10^scale, one a record; None: not known, or too large.
    pub(super) values: Vec<Option<i128>>,
    /// Records whose value is known and too large to be summed.
    pub(super) too_large: Vec<usize>,
}

impl Values {
    /// Of these measures, all of the form.
    ///
    /// # Errors
    /// When polars cannot read an expression: a fault of the engine.
    pub(super) fn new(
        pipeline: &Pipeline,
        form: FormIndex,
        measures: impl IntoIterator<Item = MeasureIndex>,
    ) -> PolarsResult<Values> {
        let columns = &pipeline.forms[form].columns;
        let mut read = BTreeSet::new();
        let mut values = Values {
            measures: Vec::new(),
            plain: Vec::new(),
            columns: Vec::new(),
            magnitudes: Vec::new(),
        };
        for at in measures {
            let measure = &pipeline.measures[at];
            let formula = measure.value.to_sql();
            let has_magnitude = measure.value.ty == ValueType::Integer && calculates(measure, columns);
            values
                .plain
                .push(expression(&plain_sql(measure, &formula))?.alias(name(values.measures.len())));
            if has_magnitude {
                values
                    .magnitudes
                    .push(expression(&format!("CAST({formula} AS DOUBLE)"))?.alias(name(values.measures.len())));
                read.extend(measure.value.columns.iter().copied());
            }
            values.measures.push(One {
                measure: at,
                scale: measure.scale,
                ty: measure.value.ty,
                has_magnitude,
            });
        }
        let as_double = |at: usize| match columns[at].kind {
            ColumnKind::Integer { .. } => col(&columns[at].id).cast(DataType::Float64),
            _ => col(&columns[at].id),
        };
        values.columns = read.into_iter().map(as_double).collect();
        Ok(values)
    }

    /// The measures, in the order of their values.
    pub(super) fn measures(&self) -> impl Iterator<Item = MeasureIndex> + '_ {
        self.measures.iter().map(|one| one.measure)
    }

    /// The values of records in the columns of the facts, a list a measure.
    ///
    /// # Errors
    /// When polars refuses the query, as where a column is not there.
    pub(super) fn of(&self, records: &DataFrame) -> PolarsResult<Vec<Exact>> {
        let plain = records.clone().lazy().select(self.plain.clone()).collect()?;
        let magnitudes = if self.magnitudes.is_empty() {
            None
        } else {
            let doubles = records.clone().lazy().select(self.columns.clone());
            Some(doubles.select(self.magnitudes.clone()).collect()?)
        };
        let of_one = |(at, one): (usize, &One)| {
            let of = |frame: &DataFrame, kind: &DataType| frame.column(&name(at))?.cast(kind);
            let exact = if one.ty == ValueType::Decimal {
                let doubles = of(&plain, &DataType::Float64)?;
                each(doubles.f64()?.iter(), |value| scaled(value, one.scale))
            } else {
                let integers = of(&plain, &DataType::Int64)?;
                let integers = integers.i64()?.iter();
                match magnitudes.as_ref().filter(|_| one.has_magnitude) {
                    None => each(integers, |value| scaled_integer(value, one.scale)),
                    Some(frame) => {
                        let sizes = of(frame, &DataType::Float64)?;
                        let both = integers.zip(sizes.f64()?.iter());
                        each(both.map(|(value, size)| value.zip(size)), |(value, size)| {
                            scaled_integer(value, one.scale).filter(|_| size.abs() < SURE)
                        })
                    }
                }
            };
            Ok(exact.repeated(records.height()))
        };
        self.measures.iter().enumerate().map(of_one).collect()
    }
}

fn each<T>(values: impl Iterator<Item = Option<T>>, exact: impl Fn(T) -> Option<i128>) -> Exact {
    let mut all = Exact {
        values: Vec::with_capacity(values.size_hint().0),
        too_large: Vec::new(),
    };
    for value in values {
        let read = value.map(&exact);
        if read == Some(None) {
            all.too_large.push(all.values.len());
        }
        all.values.push(read.flatten());
    }
    all
}

impl Exact {
    /// A constant is one value, however many records there are.
    fn repeated(self, height: usize) -> Exact {
        if self.values.len() == height {
            return self;
        }
        Exact {
            values: self.values.repeat(height),
            too_large: if self.too_large.is_empty() {
                Vec::new()
            } else {
                (0..height).collect()
            },
        }
    }
}

/// Whether a measure is more than a column or a constant.
fn calculates(measure: &Measure, columns: &[crate::pipeline::Column]) -> bool {
    match measure.value.columns[..] {
        [] => false,
        [only] => measure.value.text.trim() != columns[only].id,
        _ => true,
    }
}

fn plain_sql(measure: &Measure, formula: &str) -> String {
    match measure.value.ty {
        ValueType::Boolean => format!("CASE WHEN {formula} THEN 1 WHEN NOT ({formula}) THEN 0 END"),
        _ => formula.to_owned(),
    }
}

/// The column of a measure, by its place among the values.
fn name(at: usize) -> String {
    format!("value {at}")
}
