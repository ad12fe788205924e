//! Rows of a Parquet file that a condition selects, read batch by batch: first the columns that the condition reads, then, of the rows
//! that are wanted, the columns that are shown. Row groups that cannot hold such a row are not read at all.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection};
use ::parquet::file::metadata::RowGroupMetaData;
use arrow::array::{RecordBatch, RecordBatchReader};

use super::Error;
use super::bridge::to_polars;
use super::read::frame_of;
use super::sql::Condition;
use crate::tables::Frame;

/// Rows of a batch.
const BATCH: usize = 65_536;

/// A condition on the rows of a file.
#[derive(Clone, Debug)]
pub struct Filter {
    /// As SQL that [`super::sql::expression`] reads.
    pub sql: String,
    /// The columns that it reads.
    pub columns: Vec<String>,
    /// Columns of which each holds one of some texts in every row for which it is true.
    pub texts: Vec<(String, Vec<String>)>,
}

/// The number of rows of a file, by its footer.
///
/// # Errors
/// When it cannot be read.
pub fn count_rows(path: &Path) -> Result<usize, Error> {
    Ok(counted(&open(path)?))
}

/// The rows of a file for which a condition is true, numbered from 0, and some columns of these rows.
///
/// # Errors
/// When the file cannot be read, lacks a column that the condition reads, or the condition cannot be judged for some row.
pub fn matching_rows(path: &Path, filter: &Filter, columns: &[&str]) -> Result<(Vec<usize>, Frame), Error> {
    let unfit = |source| Error::Condition {
        path: path.into(),
        source,
    };
    let condition = Condition::read(&filter.sql).map_err(unfit)?;
    let builder = open(path)?;
    let (groups, ranges) = groups(&builder, filter);
    let all: Vec<&str> = filter
        .columns
        .iter()
        .map(String::as_str)
        .chain(columns.iter().copied())
        .collect();
    let mut numbers = ranges.into_iter().flatten();
    let batches = reader(path, builder.with_row_groups(groups), &all)?;
    let asked = |mut frame: Frame| {
        frame.columns.retain(|(name, _)| columns.contains(&name.as_str()));
        frame
    };
    let (mut rows, mut beside) = (Vec::new(), asked(empty(&batches)));
    for batch in batches {
        let batch = batch.map_err(decoding(path))?;
        let here: Vec<usize> = numbers.by_ref().take(batch.num_rows()).collect();
        let found = condition.rows(to_polars(&batch)?).map_err(unfit)?;
        rows.extend(found.iter().map(|&row| here[row]));
        beside.append(asked(frame_of(&batch)).picked(&found));
    }
    Ok((rows, beside))
}

/// Some columns of some rows of a file, which are given in order and are numbered from 0. Row groups and pages without any of them are
/// passed over.
///
/// # Errors
/// When the file cannot be read.
pub fn rows_at(path: &Path, columns: &[&str], rows: &[usize]) -> Result<Frame, Error> {
    let builder = open(path)?;
    let total = counted(&builder);
    let chosen = RowSelection::from_consecutive_ranges(runs(rows).into_iter(), total);
    let batches = reader(path, builder.with_row_selection(chosen), columns)?;
    let mut frame = empty(&batches);
    for batch in batches {
        frame.append(frame_of(&batch.map_err(decoding(path))?));
    }
    Ok(frame)
}

type Builder = ParquetRecordBatchReaderBuilder<File>;

fn open(path: &Path) -> Result<Builder, Error> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    Builder::try_new(file).map_err(|source| Error::Decode {
        path: path.into(),
        source,
    })
}

fn counted(builder: &Builder) -> usize {
    let groups = builder.metadata().row_groups().iter();
    groups.map(height).sum()
}

fn height(group: &RowGroupMetaData) -> usize {
    usize::try_from(group.num_rows()).unwrap_or_default()
}

fn reader(path: &Path, builder: Builder, columns: &[&str]) -> Result<ParquetRecordBatchReader, Error> {
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let built = builder.with_projection(mask).with_batch_size(BATCH).build();
    built.map_err(|source| Error::Decode {
        path: path.into(),
        source,
    })
}

/// The columns that are read, without a row.
fn empty(batches: &ParquetRecordBatchReader) -> Frame {
    frame_of(&RecordBatch::new_empty(batches.schema()))
}

fn decoding(path: &Path) -> impl FnOnce(arrow::error::ArrowError) -> Error {
    let what = path.display().to_string();
    move |source| Error::Columns { what, source }
}

/// The row groups that may hold a row for which the condition is true, and the numbers of their rows.
fn groups(builder: &Builder, filter: &Filter) -> (Vec<usize>, Vec<Range<usize>>) {
    let mut first = 0;
    let (mut groups, mut rows) = (Vec::new(), Vec::new());
    for (at, group) in builder.metadata().row_groups().iter().enumerate() {
        let end = first + height(group);
        if filter
            .texts
            .iter()
            .all(|(column, texts)| may_hold(group, column, texts))
        {
            groups.push(at);
            rows.push(first..end);
        }
        first = end;
    }
    (groups, rows)
}

/// Whether some row of a group may hold one of some texts in a column, by the least and the greatest that the file states.
fn may_hold(group: &RowGroupMetaData, column: &str, texts: &[String]) -> bool {
    let chunk = group
        .columns()
        .iter()
        .find(|chunk| chunk.column_descr().name() == column);
    let statistics = chunk.and_then(|chunk| chunk.statistics());
    let bounds = statistics.and_then(|statistics| Some((statistics.min_bytes_opt()?, statistics.max_bytes_opt()?)));
    bounds.is_none_or(|(least, most)| texts.iter().any(|text| (least..=most).contains(&text.as_bytes())))
}

/// Ascending numbers as ranges.
fn runs(rows: &[usize]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for &row in rows {
        match runs.last_mut() {
            Some(last) if last.end == row => last.end += 1,
            _ => runs.push(row..row + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use ::parquet::arrow::ArrowWriter;
    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;
    use crate::tables::{Numbers, Values};

    /// Three row groups: years in order, numbers from 0, of which every third is null.
    fn written() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        let batch = |years: [&str; 4], first: i64| {
            let numbers = (first..first + 4).map(|n| (n % 3 != 0).then_some(n));
            let years: ArrayRef = Arc::new(StringArray::from(years.to_vec()));
            let numbers: ArrayRef = Arc::new(numbers.collect::<Int64Array>());
            RecordBatch::try_from_iter_with_nullable([("year", years, false), ("n", numbers, true)]).unwrap()
        };
        let first = batch(["2015", "2015", "2016", "2016"], 0);
        let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), first.schema(), None).unwrap();
        for batch in [first, batch(["2017"; 4], 4), batch(["2017", "2018", "2018", "2018"], 8)] {
            writer.write(&batch).unwrap();
            writer.flush().unwrap();
        }
        writer.close().unwrap();
        (folder, path)
    }

    fn filter(sql: &str, columns: &[&str], years: &[&str]) -> Filter {
        let texts = years.iter().map(|year| (*year).to_owned()).collect::<Vec<_>>();
        Filter {
            sql: sql.to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            texts: (!texts.is_empty())
                .then(|| ("year".to_owned(), texts))
                .into_iter()
                .collect(),
        }
    }

    #[test]
    fn rows_are_found_by_their_number_in_the_file() {
        let (_folder, path) = written();
        assert_eq!(count_rows(&path).unwrap(), 12);
        let found = |filter: &Filter| matching_rows(&path, filter, &["n"]).unwrap();
        let (rows, beside) = found(&filter("year = '2017'", &["year"], &["2017"]));
        assert_eq!(rows, [4, 5, 6, 7, 8]);
        let numbers = Values::Integer([Some(4), Some(5), None, Some(7), Some(8)].into_iter().collect());
        assert_eq!(beside.columns, [("n".to_owned(), numbers)]);
        assert_eq!(found(&filter("n > 6", &["n"], &[])).0, [7, 8, 10, 11]);
        assert_eq!(found(&filter("1 = 1", &[], &[])).0.len(), 12);
        let (none, beside) = found(&filter("year = '2030'", &["year"], &["2030"]));
        assert_eq!((none.len(), beside.columns.len(), beside.height), (0, 1, 0));
        let lacking = filter("m > 6", &["m"], &[]);
        assert!(matches!(
            matching_rows(&path, &lacking, &[]),
            Err(Error::Condition { .. })
        ));
    }

    #[test]
    fn row_groups_that_cannot_hold_a_row_are_not_read() {
        let (_folder, path) = written();
        let read = |years: &[&str]| groups(&open(&path).unwrap(), &filter("", &[], years)).0;
        assert_eq!(read(&[]), [0, 1, 2]);
        assert_eq!(read(&["2015"]), [0]);
        assert_eq!(read(&["2017"]), [1, 2]);
        assert_eq!(read(&["2016", "2018"]), [0, 2]);
        assert_eq!(read(&["2030"]), [0_usize; 0]);
    }

    #[test]
    fn chosen_rows_come_in_the_order_of_the_file() {
        let (_folder, path) = written();
        let numbers = |rows: &[usize]| rows_at(&path, &["n"], rows).unwrap().columns[0].1.clone();
        assert_eq!(
            numbers(&[1, 2, 7, 11]),
            Values::Integer([1, 2, 7, 11].into_iter().map(Some).collect())
        );
        assert_eq!(numbers(&[]), Values::Integer(Numbers::default()));
    }
}
