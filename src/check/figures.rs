//! Columns of numbers as plain lists, one pass a column: exact integers for sums, doubles for distances.

use polars::prelude::{DataType, PolarsResult};

use super::error::Error;
use super::ledger::scaled;
use super::partition::Partition;
use crate::domain::exact::NOISE;
pub(super) use crate::domain::exact::written;
use crate::pipeline::{Column, ColumnKind};

/// How far the sum of a column's values may be off without anybody's fault: nothing where they are exact.
pub(super) fn noise(kind: &ColumnKind, figure: f64) -> f64 {
    if kind.is_double() { figure.abs() * NOISE } else { 0.0 }
}

/// The values of a numeric column × 10^`scale`; None where there is none. `scale` is at least that of the column, so that
/// nothing is lost; a column of the largest figures still fits, whatever the scale.
pub(super) fn integers(partition: &Partition, column: usize, scale: u32) -> Result<Vec<Option<i128>>, Error> {
    let definition = &partition.form.columns[column];
    let own = definition.kind.decimals();
    let rest = 10_i128.pow(scale.saturating_sub(own));
    let values = partition.column(&definition.id)?;
    let read = || -> PolarsResult<Vec<Option<i128>>> {
        Ok(if own == 0 {
            let values = values.cast(&DataType::Int64)?;
            values
                .i64()?
                .iter()
                .map(|value| Some(i128::from(value?) * rest))
                .collect()
        } else {
            let exact = |value: f64| scaled(value, own) * rest;
            values.f64()?.iter().map(|value| value.map(exact)).collect()
        })
    };
    read().map_err(|source| partition.broken(source))
}

/// The values of a numeric column; NaN where there is none.
pub(super) fn doubles(partition: &Partition, column: usize) -> Result<Vec<f64>, Error> {
    let read = || -> PolarsResult<Vec<f64>> {
        let values = partition.frame.column(&partition.form.columns[column].id)?;
        let values = values.cast(&DataType::Float64)?;
        Ok(values.f64()?.iter().map(|value| value.unwrap_or(f64::NAN)).collect())
    };
    read().map_err(|source| partition.broken(source))
}

/// The figure that the column's cell would hold; None where a figure has more decimals, or lies out of range.
pub(super) fn content(column: &Column, figure: f64) -> Option<f64> {
    if column.kind.is_double() {
        let in_range = column.range.is_none_or(|(min, max)| (min..=max).contains(&figure));
        return (in_range && figure.is_finite()).then_some(figure);
    }
    let power = 10_f64.powi(column.kind.decimals() as i32);
    let scaled = (figure * power).round();
    let rounded = scaled / power;
    let in_range = column.range.is_none_or(|(min, max)| (min..=max).contains(&rounded));
    (in_range && (rounded - figure).abs() <= 1e-6 * figure.abs().max(1.0)).then_some(rounded)
}
/// A difference that is allowed, without the noise of its multiplication: `±154.348`.
pub(super) fn allowance(allowed: f64) -> String {
    format!("±{}", (allowed * 1e9).round() / 1e9)
}
