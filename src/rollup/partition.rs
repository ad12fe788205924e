//! Records of one partition → its part of the cube.

use polars::prelude::*;
use polars::sql::sql_expr;

use super::Error;
use super::sql::{AREA, Lists, RECORDS, magnitude_sql, pairs, used};
use crate::pipeline::{FormIndex, Pipeline};

/// The expressions of [`super::cube_sql`], read once and run on every partition of a form.
pub struct Plan {
    form: String,
    measured: Vec<Expr>,
    paired: Vec<Expr>,
    keys: Vec<String>,
    sums: Vec<Expr>,
    cube: Vec<Expr>,
    guard: Guard,
}

/// One partition's cube: a row an area × members of the form's row-level dimensions, sorted by them.
/// Columns as of [`super::cube_sql`].
#[derive(Clone, Debug)]
pub struct CubePart {
    /// All columns but the area are Int64.
    pub frame: DataFrame,
}

/// [`Plan::partition`] for a single partition.
pub fn partition(pipeline: &Pipeline, form: FormIndex, frame: &DataFrame) -> Result<CubePart, Error> {
    Plan::new(pipeline, form)?.partition(frame)
}

impl Plan {
    /// Reads the expressions of a form.
    pub fn new(pipeline: &Pipeline, form: FormIndex) -> Result<Plan, Error> {
        let name = &pipeline.forms[form].id;
        let lists = Lists::new(pipeline, form);
        let read = |list: &[String]| -> Result<Vec<Expr>, Error> {
            list.iter()
                .map(|text| sql_expr(text).map_err(|source| query(name, source)))
                .collect()
        };
        Ok(Plan {
            form: name.clone(),
            measured: read(&lists.measured)?,
            paired: read(&lists.paired)?,
            keys: lists.keys,
            cube: read(&lists.cube)?,
            sums: aggregates(&lists.counts, &lists.sums),
            guard: Guard::new(pipeline, form).map_err(|source| query(name, source))?,
        })
    }

    /// Sums the measures of all records of a partition. `frame` holds accepted and quarantined records (superseded ones
    /// are already out) in the columns of the facts and a boolean column `accepted`.
    pub fn partition(&self, frame: &DataFrame) -> Result<CubePart, Error> {
        if let Some(what) = self
            .guard
            .too_large(frame)
            .map_err(|source| query(&self.form, source))?
        {
            return Err(Error::Overflow { what });
        }
        self.sum(frame)
            .map(|frame| CubePart { frame })
            .map_err(|source| query(&self.form, source))
    }

    fn sum(&self, frame: &DataFrame) -> PolarsResult<DataFrame> {
        let keys: Vec<Expr> = self.keys.iter().map(col).collect();
        let grouped = frame
            .clone()
            .lazy()
            .select(self.measured.clone())
            .select(self.paired.clone())
            .group_by(keys)
            .agg(&self.sums)
            .filter(col(AREA).is_not_null())
            .select(self.cube.clone())
            .collect()?;
        grouped.sort(&self.keys, SortMultipleOptions::default())
    }
}

/// The number of records, counts of known values, and sums.
fn aggregates(counts: &[(String, String)], sums: &[String]) -> Vec<Expr> {
    let records = std::iter::once(len().alias(RECORDS));
    let counts = counts.iter().map(|(column, name)| col(column).count().alias(name));
    let integers = records.chain(counts).map(|count| count.cast(DataType::Int64));
    integers.chain(sums.iter().map(|name| col(name).sum())).collect()
}

/// polars wraps silently where a sum of integers leaves 64 bits. So the largest value of every measure is looked at
/// first, in doubles: times the number of records it must stay clear of the limit.
struct Guard {
    /// Integer columns read by the measures; they are made doubles, so that products cannot wrap either.
    integers: Vec<String>,
    /// Decimal and other columns read by them.
    others: Vec<String>,
    /// Smallest and largest value of each measure, in this order.
    extremes: Vec<Expr>,
    /// Ids of the measures.
    measures: Vec<String>,
}

impl Guard {
    fn new(pipeline: &Pipeline, form: FormIndex) -> PolarsResult<Guard> {
        let mut guard = Guard {
            integers: Vec::new(),
            others: Vec::new(),
            extremes: Vec::new(),
            measures: Vec::new(),
        };
        let mut columns = std::collections::BTreeSet::new();
        for at in used(&pairs(pipeline, form)) {
            let measure = &pipeline.measures[at];
            let Some(text) = magnitude_sql(measure) else { continue };
            columns.extend(measure.value.columns.iter().copied());
            let value = sql_expr(&text)?;
            guard.extremes.push(value.clone().min().alias(format!("{at} min")));
            guard.extremes.push(value.max().alias(format!("{at} max")));
            guard.measures.push(measure.id.clone());
        }
        for column in columns.into_iter().map(|at| &pipeline.forms[form].columns[at]) {
            let is_integer = matches!(column.kind, crate::pipeline::ColumnKind::Integer { .. });
            let list = if is_integer {
                &mut guard.integers
            } else {
                &mut guard.others
            };
            list.push(column.id.clone());
        }
        Ok(guard)
    }

    /// The first measure whose sum might not fit.
    fn too_large(&self, frame: &DataFrame) -> PolarsResult<Option<String>> {
        let doubles = self.integers.iter().map(|name| col(name).cast(DataType::Float64));
        let columns: Vec<Expr> = doubles.chain(self.others.iter().map(col)).collect();
        if columns.is_empty() || frame.height() == 0 {
            return Ok(None);
        }
        let extremes = frame
            .clone()
            .lazy()
            .select(columns)
            .select(self.extremes.clone())
            .collect()?;
        let limit = 2_f64.powi(62) / frame.height() as f64;
        for (at, measure) in self.measures.iter().enumerate() {
            for column in &extremes.columns()[2 * at..2 * at + 2] {
                let value = column.f64()?.get(0);
                if value.is_some_and(|value| value.abs() >= limit) {
                    return Ok(Some(measure.clone()));
                }
            }
        }
        Ok(None)
    }
}

fn query(form: &str, source: PolarsError) -> Error {
    Error::Query {
        form: form.into(),
        source,
    }
}
