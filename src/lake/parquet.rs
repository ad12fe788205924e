use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::domain::hex;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::basic::{Compression, Encoding, ZstdLevel};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::schema::types::ColumnPath;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Error, FieldMeta, FileMeta, disk};

/// A file that has been written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// sha256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Rows in it; 0 for files that are no table.
    pub rows: u64,
}

/// A Parquet file that is still to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encoded {
    /// Its path within the release, `/`-separated.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Rows in it.
    pub rows: u64,
}

impl Encoded {
    /// Size, rows and hash of the file.
    pub fn written(&self) -> Written {
        Written {
            sha256: hex(&Sha256::digest(&self.bytes)),
            bytes: self.bytes.len() as u64,
            rows: self.rows,
        }
    }
}

/// Writes one batch as a Parquet file with titles, units and null meanings in its metadata. Makes the folder.
/// The same batch and metadata give the same bytes.
///
/// # Errors
/// When encoding fails or the file cannot be written.
pub fn write(
    path: &Path,
    batch: &RecordBatch,
    file: &FileMeta,
    field: &dyn Fn(&str) -> FieldMeta,
) -> Result<Written, Error> {
    let encoded = encode(&path.to_string_lossy(), batch, std::iter::empty(), file, field)?;
    disk::write(path, &encoded.bytes)?;
    Ok(encoded.written())
}

/// Encodes a table as the Parquet file `path`: `first` and those that follow, of the same columns, where it is too large to be
/// held as one batch.
///
/// # Errors
/// When a batch cannot be made or encoding fails.
pub fn encode(
    path: &str,
    first: &RecordBatch,
    further: impl Iterator<Item = Result<RecordBatch, Error>>,
    file: &FileMeta,
    field: &dyn Fn(&str) -> FieldMeta,
) -> Result<Encoded, Error> {
    let encoding = |source| Error::Parquet {
        path: path.into(),
        source,
    };
    let batch = with_metadata(path, first, file, field)?;
    let options = ArrowWriterOptions::new()
        .with_properties(properties(file, &batch))
        .with_skip_arrow_metadata(false);
    let mut bytes = Vec::with_capacity(batch.get_array_memory_size() / 4 + 4096);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).map_err(encoding)?;
    writer.write(&batch).map_err(encoding)?;
    let mut rows = batch.num_rows();
    drop(batch);
    for next in further {
        let next = with_metadata(path, &next?, file, field)?;
        rows += next.num_rows();
        writer.write(&next).map_err(encoding)?;
    }
    writer.close().map_err(encoding)?;
    Ok(Encoded {
        path: path.to_owned(),
        bytes,
        rows: rows as u64,
    })
}

/// The table's own words stand in Parquet's key-value list too, where readers without Arrow look for them.
pub(super) fn properties(file: &FileMeta, batch: &RecordBatch) -> WriterProperties {
    let entries = file
        .entries()
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value))
        .collect();
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("huizong ", env!("CARGO_PKG_VERSION")).to_string())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_key_value_metadata(Some(entries));
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let path = ColumnPath::new(vec![field.name().clone()]);
        if is_whole_number(array.data_type()) {
            // A dictionary of them takes longer to make than all else that is done to them.
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        } else if hardly_repeats(array) {
            properties = properties.set_column_dictionary_enabled(path, false);
        }
    }
    properties.build()
}

/// Whether values of a type are stored as whole numbers.
fn is_whole_number(of: &DataType) -> bool {
    matches!(of, DataType::Int64 | DataType::Date32)
}

/// Texts looked at to tell whether a dictionary would pay.
const SAMPLE: usize = 512;

/// Whether a column holds texts of which most stand there once, as codes and names do: a dictionary of them is larger than
/// they are, and making it takes longer than all else that is done to them.
fn hardly_repeats(array: &dyn Array) -> bool {
    if array.data_type() != &DataType::Utf8 || array.len() < SAMPLE {
        return false;
    }
    let texts = array.as_string::<i32>();
    let sample = (0..texts.len()).step_by(texts.len() / SAMPLE);
    let sample = sample.filter(|&at| texts.is_valid(at)).map(|at| texts.value(at));
    let (mut distinct, mut seen) = (HashSet::with_capacity(2 * SAMPLE), 0);
    for text in sample {
        distinct.insert(text);
        seen += 1;
    }
    distinct.len() * 4 > seen * 3
}

pub(super) fn with_metadata(
    path: &str,
    batch: &RecordBatch,
    file: &FileMeta,
    field: &dyn Fn(&str) -> FieldMeta,
) -> Result<RecordBatch, Error> {
    let fields: Vec<Field> = batch
        .schema()
        .fields()
        .iter()
        .map(|f| {
            f.as_ref()
                .clone()
                .with_metadata(field(f.name()).entries().into_iter().collect::<HashMap<_, _>>())
        })
        .collect();
    let metadata: HashMap<String, String> = file.entries().into_iter().collect();
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    RecordBatch::try_new(schema, batch.columns().to_vec()).map_err(|source| Error::Columns {
        what: path.to_owned(),
        source,
    })
}
