//! Records of one partition → its part of the cube.

use polars::prelude::*;

use super::cube::{CubeCells, CubePart, FormShape, read};
use super::error::{Error, query};
use super::guard::Guard;
use super::sql::{ACCEPTED, AREA, Lists, RECORDS, Width, measure_column, pairs, used};
use super::values::Values;
use crate::lake::sql::expression;
use crate::pipeline::{FormIndex, MeasureIndex, Pipeline};

/// The expressions of [`super::cube_sql`], read once and run on every partition of a form. Where sums may leave 64 bits, the
/// values of the records are summed in parts that cannot.
pub struct Plan {
    form: String,
    shape: FormShape,
    narrow: Steps,
    wide: Steps,
    values: Values,
    /// Names of the columns of each of the values.
    parts: Vec<[String; 4]>,
    guard: Guard,
}

/// A record whose value of a measure is known and too large to be summed; it counts as not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The measure.
    pub measure: MeasureIndex,
    /// Position of the record.
    pub record: usize,
}

/// The cube of a single partition, whose records [`Plan::partition`] sums.
///
/// # Errors
/// When polars refuses an expression.
pub fn partition(pipeline: &Pipeline, form: FormIndex, frame: &DataFrame) -> Result<CubeCells, Error> {
    let plan = Plan::new(pipeline, form)?;
    plan.cells(&plan.partition(frame)?.0)
}

impl Plan {
    /// Reads the expressions of a form.
    ///
    /// # Errors
    /// When polars refuses an expression.
    pub fn new(pipeline: &Pipeline, form: FormIndex) -> Result<Plan, Error> {
        let name = &pipeline.forms[form].id;
        let read = || -> PolarsResult<Plan> {
            let measures = used(&pairs(pipeline, form));
            let columns = |at: &MeasureIndex| {
                let column = measure_column(&pipeline.measures[*at]);
                std::array::from_fn(|part| format!("{column}{}", Width::Wide.parts()[part]))
            };
            Ok(Plan {
                form: name.clone(),
                shape: FormShape::new(pipeline, form),
                narrow: Steps::read(Lists::new(pipeline, form, Width::Narrow, &[]))?,
                wide: Steps::read(Lists::new(pipeline, form, Width::Wide, &[]))?,
                parts: measures.iter().map(columns).collect(),
                values: Values::new(pipeline, form, measures)?,
                guard: Guard::new(pipeline, form)?,
            })
        };
        read().map_err(|source| query(name, source))
    }

    /// Sums the measures of all records of a partition. `frame` holds accepted and quarantined records (superseded ones
    /// are already out) in the columns of the facts and a boolean column `accepted`.
    ///
    /// # Errors
    /// When polars refuses the query.
    pub fn partition(&self, frame: &DataFrame) -> Result<(CubePart, Vec<TooLarge>), Error> {
        let sum = || -> PolarsResult<(CubePart, Vec<TooLarge>)> {
            if !self.guard.fits(frame)? {
                return self.in_parts(frame);
            }
            let measured = frame.clone().lazy().select(self.narrow.measured.clone());
            let part = CubePart {
                frame: self.narrow.sum(measured)?,
                is_wide: false,
            };
            Ok((part, Vec::new()))
        };
        sum().map_err(|source| query(&self.form, source))
    }

    /// The same of the records to `keep`, given with the columns of the facts alone; those `accepted` count.
    ///
    /// # Errors
    /// As [`Plan::partition`].
    pub fn judged(
        &self,
        frame: &DataFrame,
        keep: &[bool],
        accepted: &[bool],
    ) -> Result<(CubeCells, Vec<TooLarge>), Error> {
        let marked = || -> PolarsResult<DataFrame> {
            let mut frame = frame.clone();
            frame.with_column(Column::new(ACCEPTED.into(), accepted))?;
            if keep.iter().all(|keep| *keep) {
                return Ok(frame);
            }
            frame.filter(&BooleanChunked::from_slice("keep".into(), keep))
        };
        let (part, mut found) = self.partition(&marked().map_err(|source| query(&self.form, source))?)?;
        if !found.is_empty() {
            let kept: Vec<usize> = (0..keep.len()).filter(|at| keep[*at]).collect();
            for one in &mut found {
                one.record = kept[one.record];
            }
        }
        Ok((self.cells(&part)?, found))
    }

    /// How many of the records to `keep` there are, where an engine beside huizong can sum them to the same; None: values or sums of
    /// theirs may leave 64 bits.
    ///
    /// # Errors
    /// As [`Plan::partition`].
    pub fn leaves(&self, frame: &DataFrame, keep: &[bool]) -> Result<Option<u64>, Error> {
        let is_easy = || Ok(self.guard.fits(frame)? && self.guard.calculates_within(frame)?);
        let is_easy: PolarsResult<bool> = is_easy();
        let records = keep.iter().filter(|keep| **keep).count() as u64;
        Ok(is_easy.map_err(|source| query(&self.form, source))?.then_some(records))
    }

    /// The sums of a frame that [`Plan::partition`] has made.
    fn cells(&self, part: &CubePart) -> Result<CubeCells, Error> {
        read(&self.shape, part).map_err(|source| query(&self.form, source))
    }

    /// Sums the values in parts of 32 bits.
    fn in_parts(&self, frame: &DataFrame) -> PolarsResult<(CubePart, Vec<TooLarge>)> {
        let mut measured = frame.clone().lazy().select(self.wide.measured.clone()).collect()?;
        let mut too_large = Vec::new();
        let measures = self.values.measures().zip(&self.parts);
        for ((measure, names), exact) in measures.zip(self.values.of(frame)?) {
            for (at, name) in names.iter().enumerate() {
                let part = exact.values.iter().map(|value| value.map(|value| part_of(value, at)));
                measured.with_column(Column::new(name.as_str().into(), part.collect::<Vec<_>>()))?;
            }
            too_large.extend(exact.too_large.into_iter().map(|record| TooLarge { measure, record }));
        }
        let part = CubePart {
            frame: self.wide.sum(measured.lazy())?,
            is_wide: true,
        };
        Ok((part, too_large))
    }
}

/// One of the four parts of a value, from the lowest bits up.
pub(super) fn part_of(value: i128, at: usize) -> i64 {
    let part = value >> (32 * at);
    // The last one keeps the sign.
    (if at == 3 { part } else { part & 0xffff_ffff }) as i64
}

/// What is done with the measured records, for sums of one width.
struct Steps {
    measured: Vec<Expr>,
    paired: Vec<Expr>,
    keys: Vec<String>,
    sums: Vec<Expr>,
    cube: Vec<Expr>,
}

impl Steps {
    fn read(lists: Lists) -> PolarsResult<Steps> {
        let read = |list: &[String]| {
            list.iter()
                .map(|text| expression(text))
                .collect::<PolarsResult<Vec<Expr>>>()
        };
        Ok(Steps {
            measured: read(&lists.measured)?,
            paired: read(&lists.paired)?,
            cube: read(&lists.cube)?,
            sums: aggregates(&lists.counts, &lists.sums),
            keys: lists.keys,
        })
    }

    fn sum(&self, measured: LazyFrame) -> PolarsResult<DataFrame> {
        let keys: Vec<Expr> = self.keys.iter().map(col).collect();
        let grouped = measured
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
