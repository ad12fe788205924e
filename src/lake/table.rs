use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use jiff::civil::{Date, date};

use super::{Encoded, Error, FieldMeta, FileMeta, Written, disk, encode};
use crate::pipeline::Pipeline;
use crate::tables::{Table, Values};

/// Writes a table of the release as Parquet.
///
/// # Errors
/// When encoding fails or the file cannot be written.
pub fn write_table(path: &Path, table: &Table, pipeline: &Pipeline) -> Result<Written, Error> {
    let encoded = encoded(path, table, pipeline)?;
    disk::write(path, &encoded.bytes)?;
    Ok(encoded.written())
}

/// Puts a table in the place of the file that is there, at one moment; it outlasts a loss of power.
///
/// # Errors
/// When encoding fails or the file cannot be written or replaced.
pub fn replace_table(path: &Path, table: &Table, pipeline: &Pipeline) -> Result<(), Error> {
    disk::replace_durably(path, &[&encoded(path, table, pipeline)?.bytes])
}

fn encoded(path: &Path, table: &Table, pipeline: &Pipeline) -> Result<Encoded, Error> {
    let batch = table_to_batch(table)?;
    let file = FileMeta::of_table(pipeline, &table.spec);
    let field = |name: &str| {
        let spec = table.spec.columns.iter().find(|c| c.name == name);
        spec.map(FieldMeta::of_spec).unwrap_or_default()
    };
    encode(&path.to_string_lossy(), &batch, std::iter::empty(), &file, &field)
}

/// The table as an Arrow batch: same columns, same order.
///
/// # Errors
/// When columns differ in length, which [`Table::push`] does not allow.
pub fn table_to_batch(table: &Table) -> Result<RecordBatch, Error> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (spec, values) in table.spec.columns.iter().zip(table.columns()) {
        let (kind, array): (DataType, ArrayRef) = match values {
            Values::Text(all) => (DataType::Utf8, Arc::new(all.iter().collect::<StringArray>())),
            Values::Integer(all) => (DataType::Int64, Arc::new(Int64Array::from(all.clone()))),
            Values::Real(all) => (DataType::Float64, Arc::new(Float64Array::from(all.clone()))),
            Values::Boolean(all) => (DataType::Boolean, Arc::new(BooleanArray::from(all.clone()))),
            Values::Date(all) => (
                DataType::Date32,
                Arc::new(all.iter().map(|d| d.map(days_since_1970)).collect::<Date32Array>()),
            ),
        };
        fields.push(Field::new(&spec.name, kind, spec.null.is_some()));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|source| Error::Columns {
        what: table.name.clone(),
        source,
    })
}

/// Arrow's Date32.
pub fn days_since_1970(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}
