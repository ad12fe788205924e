//! Tables that are written part by part. A part is a Parquet file of its own, whose row groups are copied as they are into the file of
//! the whole table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use ::parquet::file::writer::SerializedFileWriter;
use sha2::{Digest, Sha256};

use super::parquet::{properties, with_metadata};
use super::read::read_row_groups;
use super::table::{encode_rows, field_meta};
use super::{Error, FieldMeta, FileMeta, Written, disk, table_to_batch};
use crate::domain::hex;
use crate::tables::{Columns, Table, TableSpec};

/// Some rows of a table as a part. What a table says of itself is said by the file of the whole table alone, so that parts do not depend
/// on it.
///
/// # Errors
/// When encoding fails.
pub fn encode_part(path: &Path, table: &Table, rows: Range<usize>) -> Result<Vec<u8>, Error> {
    let nothing = |_: &str| FieldMeta::default();
    Ok(encode_rows(path, table, rows, (&FileMeta::default(), &nothing))?.bytes)
}

/// The file of a table under way.
pub struct PartedFile {
    path: PathBuf,
    writer: SerializedFileWriter<Vec<u8>>,
    file: disk::NewFile,
    hash: Sha256,
    bytes: u64,
    rows: u64,
}

impl PartedFile {
    /// Begins the file, and makes the folders above it.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(path: &Path, name: &str, spec: &TableSpec, meta: &FileMeta) -> Result<PartedFile, Error> {
        let empty = table_to_batch(&Table::with_spec(name, Cow::Owned(spec.clone())))?;
        let described = with_metadata(name, &empty, meta, &|column| field_meta(spec, column))?;
        let mut properties = properties(meta, &described);
        add_encoded_arrow_schema_to_metadata(&described.schema(), &mut properties);
        let schema = ArrowSchemaConverter::new().convert(&described.schema());
        let schema = schema.map_err(encoding(path))?.root_schema_ptr();
        let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties));
        Ok(PartedFile {
            path: path.to_owned(),
            writer: writer.map_err(encoding(path))?,
            file: disk::NewFile::create(path)?,
            hash: Sha256::new(),
            bytes: 0,
            rows: 0,
        })
    }

    /// Adds the rows of a part.
    ///
    /// # Errors
    /// When the part cannot be read, is of another table, or the file cannot be written.
    pub fn append(&mut self, part: &TableFile) -> Result<(), Error> {
        for group in part.metadata.row_groups() {
            self.append_group(part, group).map_err(encoding(&self.path))?;
            self.rows += group.num_rows().unsigned_abs();
            self.writer.flush().map_err(Error::io("write", &self.path))?;
            let ready = std::mem::take(self.writer.inner_mut());
            self.put(&ready)?;
        }
        Ok(())
    }

    fn append_group(&mut self, part: &TableFile, group: &RowGroupMetaData) -> Result<(), ParquetError> {
        let mut to = self.writer.next_row_group()?;
        for column in group.columns() {
            let chunk = ColumnCloseResult {
                bytes_written: column.compressed_size().unsigned_abs(),
                rows_written: group.num_rows().unsigned_abs(),
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            to.append_column(&part.file, chunk)?;
        }
        to.close().map(drop)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.add(bytes)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<Written, Error> {
        self.writer.finish().map_err(encoding(&self.path))?;
        let rest = std::mem::take(self.writer.inner_mut());
        self.put(&rest)?;
        Ok(Written {
            sha256: hex(&self.hash.finalize()),
            bytes: self.bytes,
            rows: self.rows,
        })
    }
}

fn encoding(path: &Path) -> impl FnOnce(ParquetError) -> Error {
    let path = path.to_owned();
    move |source| Error::Parquet { path, source }
}

/// The file of a table, or a part of one.
pub struct TableFile {
    path: PathBuf,
    file: File,
    metadata: ParquetMetaData,
}

impl TableFile {
    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be opened, or is no Parquet file.
    pub fn open(path: &Path) -> Result<TableFile, Error> {
        let file = File::open(path).map_err(Error::io("open", path))?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file);
        let metadata = metadata.map_err(|source| Error::Decode {
            path: path.into(),
            source,
        })?;
        Ok(TableFile {
            path: path.to_owned(),
            file,
            metadata,
        })
    }

    /// Nulls in each column, by name. Of a column whose file does not count them there is no entry.
    pub fn null_counts(&self) -> BTreeMap<String, u64> {
        let columns = self.metadata.file_metadata().schema_descr().columns().iter();
        let of = |at: usize| {
            let chunks = self.metadata.row_groups().iter().map(|group| group.column(at));
            chunks
                .map(|chunk| chunk.statistics()?.null_count_opt())
                .sum::<Option<u64>>()
        };
        let counted = columns
            .enumerate()
            .map(|(at, column)| (column.name().to_owned(), of(at)));
        counted.filter_map(|(name, count)| Some((name, count?))).collect()
    }

    /// The row groups whose rows all have this text in a column. None: some row group has rows with several texts, or does not say.
    pub fn groups_with(&self, column: &str, text: &str) -> Option<Vec<usize>> {
        let columns = self.metadata.file_metadata().schema_descr().columns();
        let at = columns.iter().position(|own| own.name() == column)?;
        let mut found = Vec::new();
        for (number, group) in self.metadata.row_groups().iter().enumerate() {
            let statistics = group.column(at).statistics()?;
            let (least, most) = (statistics.min_bytes_opt()?, statistics.max_bytes_opt()?);
            let is_exact = statistics.min_is_exact() && statistics.max_is_exact();
            if least != most || !is_exact {
                return None;
            }
            if least == text.as_bytes() {
                found.push(number);
            }
        }
        Some(found)
    }

    /// All row groups.
    pub fn all_groups(&self) -> Vec<usize> {
        (0..self.metadata.num_row_groups()).collect()
    }

    /// Whether some row groups have the same bytes as those of a part.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn has_same_bytes(&self, groups: &[usize], part: &TableFile) -> Result<bool, Error> {
        let own: Vec<&RowGroupMetaData> = groups.iter().map(|&at| self.metadata.row_group(at)).collect();
        let others = part.metadata.row_groups();
        if own.len() != others.len() {
            return Ok(false);
        }
        for (one, other) in own.into_iter().zip(others) {
            if one.num_columns() != other.num_columns() {
                return Ok(false);
            }
            for (mine, theirs) in one.columns().iter().zip(other.columns()) {
                let is_same = mine.column_path() == theirs.column_path()
                    && mine.num_values() == theirs.num_values()
                    && mine.compressed_size() == theirs.compressed_size()
                    && self.bytes(mine.byte_range())? == part.bytes(theirs.byte_range())?;
                if !is_same {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn bytes(&self, (start, length): (u64, u64)) -> Result<Vec<u8>, Error> {
        // A length that the file does not have is no reason to ask for the memory.
        let size = self.file.metadata().map_err(Error::io("read", &self.path))?.len();
        let mut bytes = vec![0; length.min(size) as usize];
        let read = self.file.read_exact_at(&mut bytes, start);
        read.map_err(Error::io("read", &self.path))?;
        Ok(bytes)
    }

    /// Columns of the rows in some row groups, as [`super::read_table`] reads them of all.
    ///
    /// # Errors
    /// As there.
    pub fn rows<'a, R: Columns<'a>>(&self, groups: &[usize]) -> Result<Table, Error> {
        read_row_groups::<R>(&self.path, Some(groups))
    }
}
