//! Tables that are written as they come, a row group a time.

use std::borrow::Cow;
use std::path::Path;

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::errors::ParquetError;

use super::parquet::{properties, with_metadata};
use super::table::field_meta;
use super::{Encoded, Error, FileMeta, table_to_batch};
use crate::tables::{Table, TableHead};

/// The file of a table under way. What has come is held encoded.
pub struct TableWriter<'a> {
    path: &'a str,
    head: TableHead<'a>,
    meta: FileMeta,
    writer: ArrowWriter<Vec<u8>>,
    rows: u64,
}

impl<'a> TableWriter<'a> {
    /// Begins the file `path` of a release.
    ///
    /// # Errors
    /// When the columns of the table cannot be encoded.
    pub fn new(path: &'a str, head: TableHead<'a>, meta: FileMeta) -> Result<TableWriter<'a>, Error> {
        let empty = table_to_batch(&Table::with_spec(head.name, Cow::Owned(head.spec.clone())))?;
        let empty = with_metadata(path, &empty, &meta, &|column| field_meta(head.spec, column))?;
        let options = ArrowWriterOptions::new().with_properties(properties(&meta, &empty));
        let writer = ArrowWriter::try_new_with_options(Vec::new(), empty.schema(), options);
        Ok(TableWriter {
            path,
            head,
            meta,
            writer: writer.map_err(|source| failed(path, source))?,
            rows: 0,
        })
    }

    /// Adds rows, which come behind those that are there, as a row group of their own.
    ///
    /// # Errors
    /// When they cannot be encoded.
    pub fn write(&mut self, table: &Table) -> Result<(), Error> {
        let field = |column: &str| field_meta(self.head.spec, column);
        let batch = with_metadata(self.path, &table_to_batch(table)?, &self.meta, &field)?;
        self.rows += batch.num_rows() as u64;
        let written = self.writer.write(&batch).and_then(|()| self.writer.flush());
        written.map_err(|source| failed(self.path, source))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn finish(self) -> Result<Encoded, Error> {
        let bytes = self.writer.into_inner();
        Ok(Encoded {
            bytes: bytes.map_err(|source| failed(self.path, source))?,
            path: self.path.to_owned(),
            rows: self.rows,
        })
    }
}

fn failed(path: &str, source: ParquetError) -> Error {
    Error::Parquet {
        path: Path::new(path).into(),
        source,
    }
}
