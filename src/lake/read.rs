//! Parquet files of a release, read back for the commands that look at it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::Error;
use crate::domain::{Table, Value, ValueKind, table_specs};

/// The named columns of a Parquet file, in the file's order; a column it lacks is left out.
///
/// # Errors
/// When the file cannot be opened, or is no Parquet file.
pub fn read(path: &Path, columns: &[&str]) -> Result<RecordBatch, Error> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let decoding = |source| Error::Decode {
        path: path.into(),
        source,
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(decoding)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let kept: Vec<usize> = (builder.schema().fields().iter().enumerate())
        .filter(|(_, field)| columns.contains(&field.name().as_str()))
        .map(|(at, _)| at)
        .collect();
    let unfit = |source| Error::Columns {
        what: path.display().to_string(),
        source,
    };
    let schema = Arc::new(builder.schema().project(&kept).map_err(unfit)?);
    let mut batches = Vec::new();
    for batch in builder.with_projection(mask).build().map_err(decoding)? {
        batches.push(batch.map_err(unfit)?);
    }
    concat_batches(&schema, &batches).map_err(unfit)
}

/// Columns of a table of a release. What the file lacks, as one of an earlier version may, is null.
///
/// # Errors
/// When the file cannot be read, or a column is of another type than the table's specification says.
pub fn read_table(path: &Path, name: &str, columns: &[&str]) -> Result<Table, Error> {
    let mut spec = table_specs()
        .get(name)
        .expect("tables.toml names every table that is read")
        .clone();
    spec.columns.retain(|column| columns.contains(&column.name.as_str()));
    spec.key.retain(|column| columns.contains(&column.as_str()));
    let batch = read(path, columns)?;
    let kinds: Vec<(ValueKind, Option<&Arc<dyn Array>>)> = (spec.columns.iter())
        .map(|column| (column.kind, batch.column_by_name(&column.name)))
        .collect();
    for (column, (kind, array)) in spec.columns.iter().zip(&kinds) {
        if array.is_some_and(|array| *array.data_type() != data_type(*kind)) {
            let message = format!("{} is not of type {:?}", column.name, data_type(*kind));
            return Err(Error::Columns {
                what: path.display().to_string(),
                source: arrow::error::ArrowError::SchemaError(message),
            });
        }
    }
    let mut table = Table::with_spec(name, spec);
    for row in 0..batch.num_rows() {
        table.push(kinds.iter().map(|(kind, array)| value(*kind, *array, row)));
    }
    Ok(table)
}

/// A cell as text: figures in their shortest form, days as `2020-12-31`. None where it is null, or there is no such column.
pub fn text_at(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let array = batch.column_by_name(column)?;
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().value(row).to_owned()),
        DataType::Int64 => Some(array.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::Float64 => Some(array.as_primitive::<Float64Type>().value(row).to_string()),
        DataType::Boolean => Some(array.as_boolean().value(row).to_string()),
        DataType::Date32 => day(array.as_primitive::<Date32Type>().value(row)).map(|day| day.to_string()),
        _ => None,
    }
}

fn data_type(kind: ValueKind) -> DataType {
    match kind {
        ValueKind::Text => DataType::Utf8,
        ValueKind::Integer => DataType::Int64,
        ValueKind::Real => DataType::Float64,
        ValueKind::Boolean => DataType::Boolean,
        ValueKind::Date => DataType::Date32,
    }
}

/// A value of a column whose type has been looked at.
fn value(kind: ValueKind, array: Option<&Arc<dyn Array>>, row: usize) -> Value<'_> {
    let array = array.filter(|array| array.is_valid(row));
    match kind {
        ValueKind::Text => array.map(|array| array.as_string::<i32>().value(row)).into(),
        ValueKind::Integer => array.map(|array| array.as_primitive::<Int64Type>().value(row)).into(),
        ValueKind::Real => array.map(|array| array.as_primitive::<Float64Type>().value(row)).into(),
        ValueKind::Boolean => array.map(|array| array.as_boolean().value(row)).into(),
        ValueKind::Date => array
            .and_then(|array| day(array.as_primitive::<Date32Type>().value(row)))
            .into(),
    }
}

fn day(since_1970: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(since_1970.days()).ok()
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
    use arrow::datatypes::{Field, Schema};

    use super::super::{FieldMeta, FileMeta, write};
    use super::*;

    fn written(columns: Vec<(&str, Arc<dyn Array>)>) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
            .collect();
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
        let meta = FileMeta {
            title: crate::domain::Text::default(),
            key: Vec::new(),
            licence: None,
            synthetic: false,
        };
        write(&path, &batch, &meta, &|_| FieldMeta::default()).unwrap();
        (folder, path)
    }

    #[test]
    fn a_table_comes_back_as_it_was_and_what_it_lacks_is_null() {
        let (_folder, path) = written(vec![
            ("submission_id", Arc::new(StringArray::from(vec!["a", "b"]))),
            ("late_days", Arc::new(Int64Array::from(vec![None, Some(-3)]))),
            ("submitted_at", Arc::new(Date32Array::from(vec![Some(18_627), None]))),
            ("beside", Arc::new(BooleanArray::from(vec![true, false]))),
        ]);
        let columns = ["submission_id", "submitted_at", "late_days", "layout"];
        let table = read_table(&path, "submissions", &columns).unwrap();
        assert_eq!(table.height(), 2);
        assert_eq!(table.text(1, "submission_id"), Some("b"));
        assert_eq!(table.number(1, "late_days"), Some(-3.0));
        assert_eq!(table.get(0, "submitted_at"), Value::Date(Some(date(2020, 12, 31))));
        assert_eq!(table.text(0, "layout"), None);
    }

    #[test]
    fn a_column_of_another_type_and_a_file_of_another_kind_are_errors() {
        let (folder, path) = written(vec![("submission_id", Arc::new(Int64Array::from(vec![1])))]);
        assert!(matches!(
            read_table(&path, "submissions", &["submission_id"]),
            Err(Error::Columns { .. })
        ));
        let text = folder.path().join("y.parquet");
        std::fs::write(&text, "no parquet").unwrap();
        assert!(matches!(read(&text, &["a"]), Err(Error::Decode { .. })));
        assert!(matches!(read(&folder.path().join("z"), &["a"]), Err(Error::Io { .. })));
    }

    #[test]
    fn cells_are_text_in_their_shortest_form() {
        let (_folder, path) = written(vec![
            ("f", Arc::new(Float64Array::from(vec![Some(3.0), Some(0.25), None]))),
            ("d", Arc::new(Date32Array::from(vec![0, -1, 1]))),
        ]);
        let batch = read(&path, &["d", "f", "none"]).unwrap();
        let of = |name: &str| (0..3).map(|row| text_at(&batch, name, row)).collect::<Vec<_>>();
        assert_eq!(of("f"), [Some("3".into()), Some("0.25".into()), None]);
        assert_eq!(of("d")[1].as_deref(), Some("1969-12-31"));
        assert_eq!(of("none"), [None, None, None]);
    }
}
