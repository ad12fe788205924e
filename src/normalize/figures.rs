//! Figures of some columns alone, for lines that are no records.

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use super::column;
use super::context::Context;
use super::notations::Notations;
use super::sheet::Sheet;
use super::tally::Tally;
use crate::domain::{Code, RawTable};
use crate::pipeline::Column;

/// The figures of one column, a row each; None where missing or bad.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Index in the form.
    pub column: usize,
    /// In the column's unit.
    pub values: Vec<Option<f64>>,
    /// Whether any was written in another unit.
    pub converted: bool,
}

/// Reads the numeric `columns` of a sheet's records as figures of any size: a total may lie beyond the range of its parts.
/// Faults in them make no findings.
/// `notations` are those of the sheet's own records.
pub fn figures(table: &RawTable, context: &Context, columns: &[usize], notations: Notations) -> Vec<Figures> {
    let pipeline = context.pipeline;
    let form = &pipeline.forms[context.form];
    let sheet = Sheet::of(table, context);
    let sheet = Sheet {
        notations: notations.into(),
        ..sheet
    };
    let read = |&at: &usize| {
        let matched = table.columns.iter().find(|matched| matched.column == at)?;
        let of = &form.columns[at];
        let unbounded = Column {
            id: of.id.clone(),
            title: of.title.clone(),
            description: None,
            kind: of.kind.clone(),
            headers: Vec::new(),
            required: false,
            range: None,
            additive: of.additive,
            repeats_merged: of.repeats_merged,
            fills_down: of.fills_down,
            rounded: of.rounded,
        };
        let mut tally = Tally::new(table, pipeline.limits.findings);
        let array = column::build(&sheet, &unbounded, matched, false, None, None, &mut tally);
        let doubles = cast(&array, &DataType::Float64).ok()?;
        let findings = tally.into_findings();
        Some(Figures {
            column: at,
            values: doubles.as_primitive::<Float64Type>().iter().collect(),
            converted: findings.iter().any(|finding| finding.code == Code::UnitConverted),
        })
    };
    columns.iter().filter_map(read).collect()
}
