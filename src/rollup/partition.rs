//! Records of one partition → its part of the cube.

use polars::prelude::*;
use polars::sql::sql_expr;

use super::Error;
use super::sql::{ACCEPTED, AREA, Lists, RECORDS, magnitude_sql, pairs, used};
use crate::pipeline::{ColumnKind, FormIndex, Pipeline};

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

    /// The same of the records to `keep`, given with the columns of the facts alone; those `accepted` count.
    ///
    /// # Errors
    /// As [`Plan::partition`].
    pub fn judged(&self, frame: &DataFrame, keep: &[bool], accepted: &[bool]) -> Result<CubePart, Error> {
        let marked = || -> PolarsResult<DataFrame> {
            let mut frame = frame.clone();
            frame.with_column(Column::new(ACCEPTED.into(), accepted))?;
            if keep.iter().all(|keep| *keep) {
                return Ok(frame);
            }
            frame.filter(&BooleanChunked::from_slice("keep".into(), keep))
        };
        self.partition(&marked().map_err(|source| query(&self.form, source))?)
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
    /// Integer columns read by compound measures; they are made doubles, so that products cannot wrap either.
    integers: Vec<String>,
    /// Decimal and other columns read by them.
    others: Vec<String>,
    /// Of measures that are a formula.
    compound: Extremes,
    /// Of measures that are a column: its extremes are theirs, and no value between need be computed.
    plain: Extremes,
}

/// Smallest and largest value of some measures.
#[derive(Default)]
struct Extremes {
    /// Two for each measure.
    expressions: Vec<Expr>,
    /// Ids of the measures.
    measures: Vec<String>,
}

impl Guard {
    fn new(pipeline: &Pipeline, form: FormIndex) -> PolarsResult<Guard> {
        let columns = &pipeline.forms[form].columns;
        let (mut compound, mut plain) = (Extremes::default(), Extremes::default());
        let mut read = std::collections::BTreeSet::new();
        for at in used(&pairs(pipeline, form)) {
            let measure = &pipeline.measures[at];
            let Some(text) = magnitude_sql(measure) else { continue };
            match measure.value.columns[..] {
                [only] if measure.value.text == columns[only].id => {
                    let factor = lit(10_i64.saturating_pow(measure.scale) as f64);
                    let value = |extreme: Expr| extreme.cast(DataType::Float64) * factor.clone();
                    let column = col(&measure.value.text);
                    plain.add(at, &measure.id, [value(column.clone().min()), value(column.max())]);
                }
                _ => {
                    read.extend(measure.value.columns.iter().copied());
                    let value = sql_expr(&text)?;
                    compound.add(at, &measure.id, [value.clone().min(), value.max()]);
                }
            }
        }
        let is_integer = |at: &usize| matches!(columns[*at].kind, ColumnKind::Integer { .. });
        let (integers, others) = read.into_iter().partition::<Vec<usize>, _>(is_integer);
        let ids = |all: Vec<usize>| all.into_iter().map(|at| columns[at].id.clone()).collect();
        Ok(Guard {
            integers: ids(integers),
            others: ids(others),
            compound,
            plain,
        })
    }

    /// The first measure whose sum might not fit.
    fn too_large(&self, frame: &DataFrame) -> PolarsResult<Option<String>> {
        if let Some(found) = self.plain.too_large(frame.clone().lazy(), frame.height())? {
            return Ok(Some(found));
        }
        let doubles = self.integers.iter().map(|name| col(name).cast(DataType::Float64));
        let columns: Vec<Expr> = doubles.chain(self.others.iter().map(col)).collect();
        if columns.is_empty() {
            return Ok(None);
        }
        let read = frame.clone().lazy().select(columns);
        self.compound.too_large(read, frame.height())
    }
}

impl Extremes {
    fn add(&mut self, at: usize, measure: &str, [min, max]: [Expr; 2]) {
        let named = [min.alias(format!("{at} min")), max.alias(format!("{at} max"))];
        self.expressions.extend(named);
        self.measures.push(measure.to_owned());
    }

    /// The first measure whose sum over so many records might not fit.
    fn too_large(&self, records: LazyFrame, height: usize) -> PolarsResult<Option<String>> {
        if self.measures.is_empty() || height == 0 {
            return Ok(None);
        }
        let extremes = records.select(self.expressions.clone()).collect()?;
        let limit = 2_f64.powi(62) / height as f64;
        for (measure, of_it) in self.measures.iter().zip(extremes.columns().chunks(2)) {
            for extreme in of_it {
                if extreme.f64()?.get(0).is_some_and(|value| value.abs() >= limit) {
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
