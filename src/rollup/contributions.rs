//! What single records add to the indicators of their form, by the expressions of the cube.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::cube::{FormShape, Restriction};
use super::error::{Error, query};
use super::sql::AREA;
use super::trace::members;
use super::values::Values;
use crate::lake::sql::expression;
use crate::pipeline::sql::{member, quoted};
use crate::pipeline::{FormIndex, MeasureIndex, Pipeline};
use crate::registry::Areas;

/// What one record adds to an indicator, where it counts: both are known, and `where` holds. Integers as in the cube.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Index of the indicator.
    pub indicator: usize,
    /// Numerator × 10^scale.
    pub numerator: i128,
    /// Denominator × 10^scale.
    pub denominator: i128,
}

/// Area of a record, and what it adds to each indicator in which it counts.
pub type Adds = (String, Vec<Contribution>);

/// The expressions of all indicators of a form, read once and run on the records of any partition.
pub struct Contributions {
    form: String,
    shape: FormShape,
    select: Vec<Expr>,
    values: Values,
    indicators: Vec<Of>,
}

/// An indicator that reads a form.
struct Of {
    /// Index of the indicator.
    indicator: usize,
    /// Numerator and denominator among the measures; None: it is of another form, and a record adds nothing to it.
    measures: [Option<MeasureIndex>; 2],
    restriction: Restriction,
}

impl Contributions {
    /// For the indicators of a form.
    ///
    /// # Errors
    /// When polars cannot read an expression: a fault of the engine.
    pub fn new(pipeline: &Pipeline, form: FormIndex) -> Result<Contributions, Error> {
        let name = &pipeline.forms[form].id;
        let shape = FormShape::new(pipeline, form);
        let of_form = |at: &usize| pipeline.forms_of(&pipeline.indicators[*at]).contains(&form);
        let indicators: Vec<_> = (0..pipeline.indicators.len())
            .filter(of_form)
            .map(|at| {
                let spec = &pipeline.indicators[at];
                let own = |measure: MeasureIndex| Some(measure).filter(|of| pipeline.measures[*of].form == form);
                Of {
                    indicator: at,
                    measures: [spec.numerator, spec.denominator].map(own),
                    restriction: Restriction::new(pipeline, at, form),
                }
            })
            .collect();
        let mut list = vec![quoted(AREA)];
        let measures: BTreeSet<usize> = indicators.iter().flat_map(|of| of.measures).flatten().collect();
        list.extend(
            shape
                .dimensions
                .iter()
                .zip(&shape.member_columns)
                .map(|(&dimension, name)| format!("{} AS {}", member(pipeline, form, dimension), quoted(name))),
        );
        let select = list
            .iter()
            .map(|text| expression(text).map_err(|source| query(name, source)));
        Ok(Contributions {
            form: name.clone(),
            select: select.collect::<Result<_, _>>()?,
            values: Values::new(pipeline, form, measures).map_err(|source| query(name, source))?,
            shape,
            indicators,
        })
    }

    /// Submission and row of each record.
    ///
    /// # Errors
    /// When the frame is not what normalize makes.
    pub fn places(&self, records: &DataFrame) -> Result<Vec<(u32, u32)>, Error> {
        let numbers = |name: &str| -> PolarsResult<Vec<u32>> {
            let column = records.column(name)?.i64()?;
            Ok(column.iter().map(|number| number.unwrap_or_default() as u32).collect())
        };
        let both = || -> PolarsResult<_> { Ok(numbers("submission")?.into_iter().zip(numbers("row")?).collect()) };
        both().map_err(|source| query(&self.form, source))
    }

    /// Area of the records at these positions, and what each adds to each indicator.
    ///
    /// # Errors
    /// When polars refuses the query.
    pub fn at(
        &self,
        pipeline: &Pipeline,
        areas: &Areas,
        records: &DataFrame,
        positions: &[usize],
    ) -> Result<Vec<Adds>, Error> {
        let read = || self.read(pipeline, areas, &take(records, positions)?);
        read().map_err(|source| query(&self.form, source))
    }

    /// The same with other figures in a column, one a position.
    ///
    /// # Errors
    /// As [`Contributions::at`].
    pub fn with(
        &self,
        pipeline: &Pipeline,
        areas: &Areas,
        records: &DataFrame,
        (column, figures): (&str, &[(usize, f64)]),
    ) -> Result<Vec<Adds>, Error> {
        let read = || {
            let positions: Vec<usize> = figures.iter().map(|(position, _)| *position).collect();
            let mut some = take(records, &positions)?;
            let values: Vec<f64> = figures.iter().map(|(_, figure)| *figure).collect();
            let kind = some.column(column)?.dtype().clone();
            let values = Series::new(column.into(), values).cast(&kind)?;
            some.with_column(values.into_column())?;
            self.read(pipeline, areas, &some)
        };
        read().map_err(|source| query(&self.form, source))
    }

    fn read(&self, pipeline: &Pipeline, areas: &Areas, records: &DataFrame) -> PolarsResult<Vec<Adds>> {
        let selected = records.clone().lazy().select(self.select.clone()).collect()?;
        let values = self.values.of(records)?.into_iter().map(|exact| exact.values);
        let measures: BTreeMap<usize, Vec<Option<i128>>> = self.values.measures().zip(values).collect();
        let of_record = |(row, (area, members)): (usize, (String, Vec<u16>))| {
            let adds = self.indicators.iter().filter_map(|of| {
                let value = |measure: Option<MeasureIndex>| measure.map_or(Some(0), |measure| measures[&measure][row]);
                let [numerator, denominator] = of.measures.map(value);
                (of.restriction.holds(&members) == Some(true)).then_some(Contribution {
                    indicator: of.indicator,
                    numerator: numerator?,
                    denominator: denominator?,
                })
            });
            (area, adds.collect())
        };
        let members = members(pipeline, &self.shape, areas, records, &selected)?;
        Ok(members.into_iter().enumerate().map(of_record).collect())
    }
}

fn take(records: &DataFrame, positions: &[usize]) -> PolarsResult<DataFrame> {
    let positions: Vec<IdxSize> = positions.iter().map(|position| *position as IdxSize).collect();
    records.take(&IdxCa::from_vec("positions".into(), positions))
}
