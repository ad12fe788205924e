//! From an indicator back to the records: what each one adds to numerator and denominator, by the expressions of the cube.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::cube::{FormShape, Members, Restriction};
use super::error::{Error, query};
use super::sql::AREA;
use super::values::Values;
use crate::domain::Cell;
use crate::lake::sql::expression;
use crate::pipeline::sql::{member, quoted};
use crate::pipeline::{DimensionLevel, FormIndex, MeasureIndex, Pipeline};
use crate::registry::Areas;

/// One accepted record as an indicator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// The area it belongs to.
    pub area_code: String,
    /// What it adds to the numerator × 10^scale; None: unknown.
    pub numerator: Option<i128>,
    /// What it adds to the denominator × 10^scale; None: unknown.
    pub denominator: Option<i128>,
    /// Whether the indicator's `where` holds for it; None: unknown.
    pub included: Option<bool>,
}

impl Traced {
    /// Numerator and denominator, where the record counts: both are known, and `where` holds.
    pub fn counted(&self) -> Option<(i128, i128)> {
        Some((self.numerator?, self.denominator?)).filter(|_| self.included == Some(true))
    }
}

/// The expressions of one indicator, read once and run on every partition.
pub struct Tracer<'p> {
    pipeline: &'p Pipeline,
    indicator: usize,
    shape: FormShape,
    restriction: Restriction,
    select: Vec<Expr>,
    values: Values,
    /// Numerator and denominator; None: it is of another form, and a record adds nothing to it.
    measures: [Option<MeasureIndex>; 2],
    form: FormIndex,
}

impl<'p> Tracer<'p> {
    /// For the indicator of that index and the records of a form that it reads.
    ///
    /// # Errors
    /// When polars cannot read an expression: a fault of the engine.
    pub fn new(pipeline: &'p Pipeline, indicator: usize, at: FormIndex) -> Result<Tracer<'p>, Error> {
        let spec = &pipeline.indicators[indicator];
        let form = &pipeline.forms[at].id;
        let shape = FormShape::new(pipeline, at);
        let mut list = vec![quoted(AREA)];
        let own = |measure: MeasureIndex| Some(measure).filter(|of| pipeline.measures[*of].form == at);
        let measures = [spec.numerator, spec.denominator].map(own);
        let values = Values::new(pipeline, at, measures.into_iter().flatten());
        list.extend(
            shape
                .dimensions
                .iter()
                .zip(&shape.member_columns)
                .map(|(&dimension, name)| format!("{} AS {}", member(pipeline, at, dimension), quoted(name))),
        );
        let select = list
            .iter()
            .map(|text| expression(text).map_err(|source| query(form, source)));
        Ok(Tracer {
            pipeline,
            indicator,
            restriction: Restriction::new(pipeline, indicator, at),
            select: select.collect::<Result<_, _>>()?,
            values: values.map_err(|source| query(form, source))?,
            shape,
            measures,
            form: at,
        })
    }

    /// Columns of the form that the indicator itself reads: those of its measures, and of its `where`.
    pub fn read(&self) -> Vec<&'p str> {
        let spec = &self.pipeline.indicators[self.indicator];
        let filtered = spec.filter.iter().map(|(dimension, _)| *dimension);
        self.columns_of(filtered)
    }

    /// All columns of the form that must be in the facts handed to [`Tracer::records`].
    pub fn needed(&self) -> Vec<&'p str> {
        self.columns_of(self.shape.dimensions.iter().copied())
    }

    fn columns_of(&self, dimensions: impl Iterator<Item = usize>) -> Vec<&'p str> {
        let pipeline = self.pipeline;
        let form = &pipeline.forms[self.form];
        let measures = self.measures.iter().flatten();
        let measured = measures.flat_map(|&at| &pipeline.measures[at].value.columns);
        let measured = measured.map(|&at| form.columns[at].id.as_str());
        let grouped = dimensions.filter_map(|at| match &pipeline.dimensions[at].level {
            DimensionLevel::Row { column, .. } => Some(column.as_str()).filter(|id| form.column(id).is_some()),
            DimensionLevel::Area { .. } | DimensionLevel::Pairs(_) => None,
        });
        let mut columns: Vec<&str> = Vec::new();
        for column in measured.chain(grouped) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// The records of a partition's facts, in their order.
    ///
    /// # Errors
    /// When polars refuses the query, as where the facts lack a column.
    pub fn records(&self, areas: &Areas, facts: &DataFrame) -> Result<Vec<Traced>, Error> {
        let failed = |source| query(&self.pipeline.forms[self.form].id, source);
        let frame = facts
            .clone()
            .lazy()
            .select(self.select.clone())
            .collect()
            .map_err(failed)?;
        let values = self.values.of(facts).map_err(failed)?;
        let values: BTreeMap<MeasureIndex, _> = self.values.measures().zip(values).collect();
        let value = |measure: Option<MeasureIndex>, row: usize| match measure {
            Some(measure) => values.get(&measure)?.values[row],
            None => Some(0),
        };
        let members = members(self.pipeline, &self.shape, areas, facts, &frame).map_err(failed)?;
        let mut records = Vec::with_capacity(facts.height());
        for (row, (area, members)) in members.into_iter().enumerate() {
            records.push(Traced {
                area_code: area,
                numerator: value(self.measures[0], row),
                denominator: value(self.measures[1], row),
                included: self.restriction.holds(&members),
            });
        }
        Ok(records)
    }
}

/// The values of a column of what was selected from so many records. A constant is one value, however many there are.
fn integers(selected: &DataFrame, name: &str, height: usize) -> PolarsResult<Vec<Option<i64>>> {
    let column = selected.column(name)?.cast(&DataType::Int64)?;
    let values: Vec<Option<i64>> = column.i64()?.iter().collect();
    Ok(if values.len() == height {
        values
    } else {
        values.repeat(height)
    })
}

/// Area and members of every dimension, record by record.
pub(super) fn members(
    pipeline: &Pipeline,
    shape: &FormShape,
    areas: &Areas,
    records: &DataFrame,
    selected: &DataFrame,
) -> PolarsResult<Vec<(String, Vec<u16>)>> {
    let own: Vec<Vec<Option<i64>>> = shape
        .member_columns
        .iter()
        .map(|name| integers(selected, name, records.height()))
        .collect::<PolarsResult<_>>()?;
    let mut members = Members::new(pipeline, shape, areas);
    let codes = records.column(AREA)?.str()?;
    let one = |(row, area): (usize, Option<&str>)| {
        let area = area.unwrap_or_default();
        let member = |column: &Vec<Option<i64>>| {
            column[row]
                .and_then(|member| u16::try_from(member).ok())
                .unwrap_or(Cell::NO_MEMBER)
        };
        let own: Vec<u16> = own.iter().map(member).collect();
        (area.to_owned(), members.of(area, &own).to_vec())
    };
    Ok(codes.iter().enumerate().map(one).collect())
}
