//! Parquet files of a release, read back for the commands that look at it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow::array::{Array, AsArray, RecordBatch, new_null_array};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};

use super::Error;
use super::table::data_type;
use crate::domain::{date_of_days, plural};
use crate::pipeline::formula::ValueType;
use crate::tables::{Columns, Frame, RowColumn, Table, TableHead, ValueKind, Values};

/// The named columns of a Parquet file, in the file's order; a column it lacks is left out.
///
/// # Errors
/// When the file cannot be opened, or is no Parquet file.
pub fn read(path: &Path, columns: &[&str]) -> Result<RecordBatch, Error> {
    read_groups(path, columns, None)
}

/// The same of some row groups; None: of all.
fn read_groups(path: &Path, columns: &[&str], groups: Option<&[usize]>) -> Result<RecordBatch, Error> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let decoding = |source| Error::Decode {
        path: path.into(),
        source,
    };
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(decoding)?;
    if let Some(groups) = groups {
        builder = builder.with_row_groups(groups.to_vec());
    }
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

/// Names and types of the columns of a Parquet file, in the file's order; None where no column of a release has the type.
///
/// # Errors
/// When the file cannot be opened, or is no Parquet file.
pub fn column_types(path: &Path) -> Result<Vec<(String, Option<ValueType>)>, Error> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|source| Error::Decode {
        path: path.into(),
        source,
    })?;
    let fields = builder.schema().fields().iter();
    Ok(fields
        .map(|field| (field.name().clone(), value_type(field.data_type())))
        .collect())
}

fn value_type(data_type: &DataType) -> Option<ValueType> {
    match data_type {
        DataType::Utf8 => Some(ValueType::Text),
        DataType::Int64 => Some(ValueType::Integer),
        DataType::Float64 => Some(ValueType::Decimal),
        DataType::Boolean => Some(ValueType::Boolean),
        DataType::Date32 => Some(ValueType::Date),
        _ => None,
    }
}

/// Columns of a table of a release. A column that may be null and that the file lacks, as one of an earlier version may, is null.
///
/// # Errors
/// When the file cannot be read, a column is of another type than the rows of the table say, or one that is never null is
/// missing or holds a null.
pub fn read_table<'a, R: Columns<'a>>(path: &Path) -> Result<Table, Error> {
    read_row_groups::<R>(path, None)
}

/// The same of some row groups; None: of all.
pub(super) fn read_row_groups<'a, R: Columns<'a>>(path: &Path, groups: Option<&[usize]>) -> Result<Table, Error> {
    let (values, height) = columns_of(path, R::COLUMNS, groups)?;
    Ok(Table::of_columns::<R>(values, height))
}

/// A whole table of a release, whose columns its definition does not change.
///
/// # Errors
/// As of [`read_table`].
pub fn read_whole_table(path: &Path, head: TableHead<'static>) -> Result<Table, Error> {
    let columns = head.spec.columns.iter().map(|column| RowColumn {
        name: &column.name,
        kind: column.kind,
        nullable: column.null.is_some(),
    });
    let (values, height) = columns_of(path, &columns.collect::<Vec<_>>(), None)?;
    Ok(Table::from_columns(head, values, height))
}

/// Columns of some row groups; None: of all; with the number of rows.
fn columns_of(path: &Path, columns: &[RowColumn], groups: Option<&[usize]>) -> Result<(Vec<Values>, usize), Error> {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let batch = read_groups(path, &names, groups)?;
    let unfit = |message| Error::Columns {
        what: path.display().to_string(),
        source: arrow::error::ArrowError::SchemaError(message),
    };
    let values = columns.iter().map(|column| values(column, &batch).map_err(unfit));
    Ok((values.collect::<Result<_, Error>>()?, batch.num_rows()))
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
        DataType::Date32 => date_of_days(array.as_primitive::<Date32Type>().value(row)).map(|day| day.to_string()),
        _ => None,
    }
}

/// A whole number. None where it is null, or there is no such column of whole numbers.
pub fn integer_at(batch: &RecordBatch, column: &str, row: usize) -> Option<i64> {
    let numbers = batch.column_by_name(column)?.as_primitive_opt::<Int64Type>()?;
    numbers.is_valid(row).then(|| numbers.value(row))
}

/// The values of a column; what is wrong with it, where it is not as the rows of the table say.
fn values(column: &RowColumn, batch: &RecordBatch) -> Result<Values, String> {
    let RowColumn { name, kind, nullable } = column;
    let data_type = data_type(*kind);
    let array = match batch.column_by_name(name) {
        Some(array) if *array.data_type() != data_type => return Err(format!("{name} is not of type {data_type:?}")),
        Some(array) => array.clone(),
        None => new_null_array(&data_type, batch.num_rows()),
    };
    if !nullable && array.null_count() > 0 {
        return Err(format!(
            "{name} is missing, or null in {}",
            plural(array.null_count(), "row")
        ));
    }
    Ok(typed(*kind, &array))
}

/// Every column of a Parquet file. One of a type that no column of a release has is left out.
///
/// # Errors
/// When the file cannot be read.
pub fn read_frame(path: &Path) -> Result<Frame, Error> {
    let types = column_types(path)?;
    let names: Vec<&str> = types.iter().map(|(name, _)| name.as_str()).collect();
    Ok(frame_of(&read(path, &names)?))
}

/// Every column of a batch, likewise.
pub fn frame_of(batch: &RecordBatch) -> Frame {
    let kind = |value_type: ValueType| match value_type {
        ValueType::Text => ValueKind::Text,
        ValueType::Integer => ValueKind::Integer,
        ValueType::Decimal => ValueKind::Real,
        ValueType::Boolean => ValueKind::Boolean,
        ValueType::Date => ValueKind::Date,
    };
    let schema = batch.schema();
    let columns = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .filter_map(|(field, array)| {
            let value_type = value_type(array.data_type())?;
            Some((field.name().clone(), typed(kind(value_type), array)))
        });
    Frame {
        columns: columns.collect(),
        height: batch.num_rows(),
    }
}

/// The values of an array of that type.
fn typed(kind: ValueKind, array: &dyn Array) -> Values {
    match kind {
        ValueKind::Text => Values::Text(array.as_string::<i32>().iter().collect()),
        ValueKind::Integer => Values::Integer(array.as_primitive::<Int64Type>().iter().collect()),
        ValueKind::Real => Values::Real(array.as_primitive::<Float64Type>().iter().collect()),
        ValueKind::Boolean => Values::Boolean(array.as_boolean().iter().collect()),
        ValueKind::Date => {
            let days = array.as_primitive::<Date32Type>().iter();
            Values::Date(days.map(|days| date_of_days(days?)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
    use arrow::datatypes::{Field, Schema};
    use jiff::civil::{Date, date};

    use super::super::{FieldMeta, FileMeta, write};
    use super::*;
    use crate::tables::{SubmissionRow, columns};

    columns! {
        struct Few<'a> of SubmissionRow {
            submission_id: &'a str,
            submitted_at: Option<Date>,
            late_days: Option<i64>,
            layout: Option<&'a str>,
        }
    }

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
        let table = read_table::<Few>(&path).unwrap();
        let rows: Vec<Few> = table.rows().collect();
        let shown: Vec<_> = rows
            .iter()
            .map(|row| (row.submission_id, row.late_days, row.layout))
            .collect();
        assert_eq!(shown, [("a", None, None), ("b", Some(-3), None)]);
        assert_eq!(rows[0].submitted_at, Some(date(2020, 12, 31)));
    }

    #[test]
    fn a_column_that_differs_from_the_rows_and_a_file_of_another_kind_are_errors() {
        let wrong: [Vec<(&str, Arc<dyn Array>)>; 3] = [
            vec![("submission_id", Arc::new(Int64Array::from(vec![1])))],
            vec![("submission_id", Arc::new(StringArray::from(vec![None::<&str>])))],
            vec![("layout", Arc::new(StringArray::from(vec!["x"])))],
        ];
        for (columns, fault) in wrong.into_iter().zip(["not of type Utf8", "null in 1 row", "missing"]) {
            let (_folder, path) = written(columns);
            let error = read_table::<Few>(&path).unwrap_err();
            assert!(
                matches!(&error, Error::Columns { source, .. } if source.to_string().contains(fault)),
                "{error}"
            );
        }
        let folder = tempfile::tempdir().unwrap();
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
