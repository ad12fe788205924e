//! Sums that another program has made: a Parquet file of which nothing is believed.

use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};

use super::Error;
use super::read::read;

/// The columns that are asked for, each list in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumsColumns {
    /// Of text.
    pub texts: Vec<String>,
    /// Of 64 bits.
    pub integers: Vec<String>,
    /// Of 38 digits.
    pub decimals: Vec<String>,
}

/// What they hold, none of it null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumsTable {
    /// Number of rows.
    pub height: usize,
    /// As of [`SumsColumns`].
    pub texts: Vec<Vec<String>>,
    /// As of [`SumsColumns`].
    pub integers: Vec<Vec<i64>>,
    /// As of [`SumsColumns`].
    pub decimals: Vec<Vec<i128>>,
}

/// Reads them.
///
/// # Errors
/// When the file cannot be read, or a column is missing, of another type, or null in a row.
pub fn read_sums(path: &Path, columns: &SumsColumns) -> Result<SumsTable, Error> {
    let SumsColumns {
        texts,
        integers,
        decimals,
    } = columns;
    let names = texts.iter().chain(integers).chain(decimals).map(String::as_str);
    let batch = read(path, &names.collect::<Vec<_>>())?;
    let unfit = |message| Error::Columns {
        what: path.display().to_string(),
        source: arrow::error::ArrowError::SchemaError(message),
    };
    let found = |name: &str, data_type: &DataType| column(&batch, name, data_type).map_err(unfit);
    let digits = DataType::Decimal128(38, 0);
    Ok(SumsTable {
        height: batch.num_rows(),
        texts: (texts.iter())
            .map(|name| {
                let column = found(name, &DataType::Utf8)?;
                Ok(column.as_string::<i32>().iter().flatten().map(str::to_owned).collect())
            })
            .collect::<Result<_, Error>>()?,
        integers: (integers.iter())
            .map(|name| {
                Ok(found(name, &DataType::Int64)?
                    .as_primitive::<Int64Type>()
                    .values()
                    .to_vec())
            })
            .collect::<Result<_, Error>>()?,
        decimals: (decimals.iter())
            .map(|name| Ok(found(name, &digits)?.as_primitive::<Decimal128Type>().values().to_vec()))
            .collect::<Result<_, Error>>()?,
    })
}

fn column<'b>(batch: &'b RecordBatch, name: &str, data_type: &DataType) -> Result<&'b dyn Array, String> {
    let Some(array) = batch.column_by_name(name) else {
        return Err(format!("the column `{name}` is missing"));
    };
    if array.data_type() != data_type {
        return Err(format!(
            "`{name}` is not of type {data_type:?}, but {:?}",
            array.data_type()
        ));
    }
    match array.null_count() {
        0 => Ok(array),
        _ => Err(format!("`{name}` is null in a row")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::sync::Arc;

    use ::parquet::arrow::ArrowWriter;
    use arrow::array::{ArrayRef, Decimal128Array, Int64Array, StringArray};

    use super::*;

    fn written(columns: Vec<(&str, ArrayRef)>) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
                .unwrap();
        let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        (folder, path)
    }

    fn asked() -> SumsColumns {
        SumsColumns {
            texts: vec!["area".into()],
            integers: vec!["records".into()],
            decimals: vec!["a/b rest".into()],
        }
    }

    fn digits(values: Vec<Option<i128>>) -> ArrayRef {
        Arc::new(Decimal128Array::from(values).with_precision_and_scale(38, 0).unwrap())
    }

    #[test]
    fn sums_come_back_whole_whatever_the_order_of_the_columns() {
        let large = 10_i128.pow(38) - 1;
        let (_folder, path) = written(vec![
            ("a/b rest", digits(vec![Some(large), Some(-large)])),
            ("records", Arc::new(Int64Array::from(vec![1, i64::MAX]))),
            ("area", Arc::new(StringArray::from(vec!["a", "\u{4e2d}"]))),
            ("beside", Arc::new(Int64Array::from(vec![None, Some(1)]))),
        ]);
        let expected = SumsTable {
            height: 2,
            texts: vec![vec!["a".into(), "\u{4e2d}".into()]],
            integers: vec![vec![1, i64::MAX]],
            decimals: vec![vec![large, -large]],
        };
        assert_eq!(read_sums(&path, &asked()).unwrap(), expected);
    }

    #[test]
    fn a_column_that_is_missing_null_or_of_another_type_is_an_error() {
        let area: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
        let records: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let rest = digits(vec![Some(1)]);
        let none: ArrayRef = Arc::new(StringArray::from(vec![None::<&str>]));
        for (columns, fault) in [
            (
                vec![("area", area.clone()), ("records", records.clone())],
                "rest` is missing",
            ),
            (
                vec![("area", none), ("records", records.clone()), ("a/b rest", rest.clone())],
                "`area` is null",
            ),
            (
                vec![
                    ("area", area.clone()),
                    ("records", rest.clone()),
                    ("a/b rest", rest.clone()),
                ],
                "`records` is not of type Int64",
            ),
            (
                vec![("area", area), ("records", records.clone()), ("a/b rest", records)],
                "`a/b rest` is not of type Decimal128(38, 0)",
            ),
        ] {
            let (_folder, path) = written(columns);
            let error = read_sums(&path, &asked()).unwrap_err();
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert!(source.contains(fault), "{source}");
        }
    }
}
