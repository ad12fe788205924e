//! The members of records in the dimensions of rows, as columns of facts: with them a figure about some members can be recomputed
//! from what is published.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;

use crate::pipeline::sql::Members;
use crate::pipeline::{DimensionLevel, FormIndex, Pipeline};

/// A text column, never null, for each dimension of rows that the form has, in the order of the dimensions.
pub(super) fn members(
    pipeline: &Pipeline,
    form: FormIndex,
    records: &RecordBatch,
) -> Result<Vec<(Field, ArrayRef)>, ArrowError> {
    let of_dimension = |at: usize| {
        let dimension = &pipeline.dimensions[at];
        let DimensionLevel::Row { column, .. } = &dimension.level else {
            unreachable!("a dimension of rows groups by a column")
        };
        let column = records
            .column_by_name(column)
            .expect("normalize gives every column of the form");
        let texts = cast(column, &DataType::Utf8)?;
        let texts = texts.as_string::<i32>();
        let members = Members::new(pipeline, at);
        let mut found = StringBuilder::with_capacity(records.num_rows(), records.num_rows() * 8);
        for text in texts {
            found.append_value(dimension.member_id(usize::from(members.of(text))));
        }
        let field = Field::new(dimension.fact_column(), DataType::Utf8, false);
        Ok((field, Arc::new(found.finish()) as ArrayRef))
    };
    pipeline.row_dimensions(form).into_iter().map(of_dimension).collect()
}
