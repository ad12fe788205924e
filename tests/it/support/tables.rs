//! Published files, read without polars.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// One value of a published table.
#[derive(Clone, Debug, PartialEq)]
pub enum Published {
    Null,
    Text(String),
    Integer(i64),
    Real(f64),
    Boolean(bool),
}

impl Published {
    pub fn text(&self) -> Option<&str> {
        match self {
            Published::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Published::Integer(number) => Some(*number as f64),
            Published::Real(number) => Some(*number),
            _ => None,
        }
    }
}

/// A row by column.
pub type Row = BTreeMap<String, Published>;

/// A value as text; `-` where there is none.
pub fn shown(row: &Row, column: &str) -> String {
    match &row[column] {
        Published::Null => "-".into(),
        Published::Text(text) => text.clone(),
        Published::Integer(number) => number.to_string(),
        Published::Real(number) => number.to_string(),
        Published::Boolean(flag) => flag.to_string(),
    }
}

/// Values of a row as one text.
pub fn joined(row: &Row, columns: &[&str], separator: &str) -> String {
    let texts: Vec<String> = columns.iter().map(|column| shown(row, column)).collect();
    texts.join(separator)
}

/// All rows of one Parquet file.
pub fn read_parquet(path: &Path) -> Vec<Row> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let base = rows.len();
        rows.resize(base + batch.num_rows(), Row::new());
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            for at in 0..batch.num_rows() {
                rows[base + at].insert(field.name().clone(), value(array, at));
            }
        }
    }
    rows
}

fn value(array: &dyn Array, at: usize) -> Published {
    if array.is_null(at) {
        return Published::Null;
    }
    match array.data_type() {
        DataType::Utf8 => Published::Text(array.as_string::<i32>().value(at).to_string()),
        DataType::Int64 => Published::Integer(array.as_primitive::<Int64Type>().value(at)),
        DataType::Float64 => Published::Real(array.as_primitive::<Float64Type>().value(at)),
        DataType::Boolean => Published::Boolean(array.as_boolean().value(at)),
        DataType::Date32 => Published::Text(
            cast(&array.slice(at, 1), &DataType::Utf8)
                .unwrap()
                .as_string::<i32>()
                .value(0)
                .to_string(),
        ),
        other => panic!("no plain type: {other}"),
    }
}

/// A table of the current release below `output`.
pub fn table(output: &Path, name: &str) -> Vec<Row> {
    read_parquet(&output.join("current/tables").join(format!("{name}.parquet")))
}

/// Columns of a table of the current release with what a null in them means, by the file's own metadata.
pub fn null_meanings(output: &Path, name: &str) -> BTreeMap<String, String> {
    let path = output.join("current/tables").join(format!("{name}.parquet"));
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let fields = reader.schema().fields().iter();
    fields
        .filter_map(|field| Some((field.name().clone(), field.metadata().get("null_en")?.clone())))
        .collect()
}

/// All facts of a form and period.
pub fn facts(output: &Path, form: &str, period: &str) -> Vec<Row> {
    partitions(&output.join("current/facts").join(form).join(period))
}

/// All rows of a form and period that were judged and do not count.
pub fn uncounted(output: &Path, form: &str, period: &str) -> Vec<Row> {
    partitions(&output.join("current/uncounted").join(form).join(period))
}

/// All rows of a form and period that are held back.
pub fn quarantined(output: &Path, form: &str, period: &str) -> Vec<Row> {
    partitions(&output.join("current/quarantine").join(form).join(period))
}

fn partitions(folder: &Path) -> Vec<Row> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().flat_map(|path| read_parquet(path)).collect()
}

/// Every file below a folder with its bytes, by relative path.
pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let relative = entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            (relative, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The files of a release that do not tell when it was made.
pub fn undated(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let dated = ["manifest.json", "datapackage.json", "croissant.json", "CITATION.cff"];
    files
        .into_iter()
        .filter(|(path, _)| !dated.contains(&path.as_str()))
        .collect()
}

/// Copies every file below a folder.
pub fn copy_folder(from: &Path, to: &Path) {
    for (path, bytes) in contents(from) {
        let target = to.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
}

/// The Parquet files of the current release, by relative path.
pub fn published(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = contents(&fs::canonicalize(output.join("current")).unwrap());
    files.retain(|path, _| path.ends_with(".parquet") && !path.ends_with("/revisions.parquet"));
    files
}

/// Rows of a CSV file by header.
pub fn read_csv(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(|row| row.unwrap()).collect()
}
