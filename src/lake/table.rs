use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};

use super::{Encoded, Error, FieldMeta, FileMeta, Written, disk, encode};
use crate::domain::days_of_date;
use crate::pipeline::Pipeline;
use crate::tables::{Table, TableSpec, ValueKind, Values};

/// Writes a table of the release as Parquet.
///
/// # Errors
/// When encoding fails or the file cannot be written.
pub fn write_table(path: &Path, table: &Table, pipeline: &Pipeline) -> Result<Written, Error> {
    let encoded = encoded(path, table, &FileMeta::of_table(pipeline, &table.spec))?;
    disk::write(path, &encoded.bytes)?;
    Ok(encoded.written())
}

/// Puts a table in the place of the file that is there, at one moment; it outlasts a loss of power.
///
/// # Errors
/// When encoding fails or the file cannot be written or replaced.
pub fn replace_table(path: &Path, table: &Table, file: &FileMeta) -> Result<(), Error> {
    disk::replace_durably(path, &[&encoded(path, table, file)?.bytes])
}

fn encoded(path: &Path, table: &Table, file: &FileMeta) -> Result<Encoded, Error> {
    let field = |name: &str| field_meta(&table.spec, name);
    encode_rows(path, table, 0..table.height(), (file, &field))
}

/// What a column of a table says of itself.
pub(super) fn field_meta(spec: &TableSpec, name: &str) -> FieldMeta {
    let column = spec.columns.iter().find(|column| column.name == name);
    column.map(FieldMeta::of_spec).unwrap_or_default()
}

/// Encodes some rows of a table.
pub(super) fn encode_rows(
    path: &Path,
    table: &Table,
    rows: Range<usize>,
    (file, field): (&FileMeta, &dyn Fn(&str) -> FieldMeta),
) -> Result<Encoded, Error> {
    // In slices: as a batch, the largest table of a nation would take as much memory once more.
    let mut slices = rows.clone().step_by(SLICE).map(|start| {
        let end = rows.end.min(start + SLICE);
        batch_of(table, start..end)
    });
    let first = slices
        .next()
        .unwrap_or_else(|| batch_of(table, rows.start..rows.start))?;
    encode(&path.to_string_lossy(), &first, slices, file, field)
}

/// The table as an Arrow batch: same columns, same order.
///
/// # Errors
/// When columns differ in length, which [`Table::push`] does not allow.
pub fn table_to_batch(table: &Table) -> Result<RecordBatch, Error> {
    batch_of(table, 0..table.height())
}

/// Rows of a slice of a table.
const SLICE: usize = 16_384;

fn batch_of(table: &Table, rows: Range<usize>) -> Result<RecordBatch, Error> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (spec, values) in table.spec.columns.iter().zip(table.columns()) {
        let array: ArrayRef = match values {
            Values::Text(all) => Arc::new(rows.clone().map(|row| all.get(row)).collect::<StringArray>()),
            Values::Integer(all) => Arc::new(Int64Array::from_iter(rows.clone().map(|row| all.get(row)))),
            Values::Real(all) => Arc::new(Float64Array::from_iter(rows.clone().map(|row| all.get(row)))),
            Values::Boolean(all) => Arc::new(BooleanArray::from_iter(all[rows.clone()].iter().copied())),
            Values::Date(all) => {
                let days = all[rows.clone()].iter().map(|day| day.map(days_of_date));
                Arc::new(days.collect::<Date32Array>())
            }
        };
        fields.push(Field::new(&spec.name, data_type(values.kind()), spec.null.is_some()));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|source| Error::Columns {
        what: table.name.clone(),
        source,
    })
}

/// The Arrow type of a kind of value.
pub(super) fn data_type(kind: ValueKind) -> DataType {
    match kind {
        ValueKind::Text => DataType::Utf8,
        ValueKind::Integer => DataType::Int64,
        ValueKind::Real => DataType::Float64,
        ValueKind::Boolean => DataType::Boolean,
        ValueKind::Date => DataType::Date32,
    }
}
