use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema};
use sha2::{Digest, Sha256};

use super::{Error, FieldMeta, FileMeta};

/// A file that has been written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// sha256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Rows in it; 0 for files that are no table.
    pub rows: u64,
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
    let encoding = |source| Error::Parquet {
        path: path.into(),
        source,
    };
    let batch = with_metadata(path, batch, file, field)?;
    let options = ArrowWriterOptions::new()
        .with_properties(properties(file))
        .with_skip_arrow_metadata(false);
    let mut bytes = Vec::with_capacity(batch.get_array_memory_size() / 4 + 4096);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).map_err(encoding)?;
    writer.write(&batch).map_err(encoding)?;
    writer.close().map_err(encoding)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    }
    fs::write(path, &bytes).map_err(Error::io("write", path))?;
    Ok(Written {
        sha256: hex(&Sha256::digest(&bytes)),
        bytes: bytes.len() as u64,
        rows: batch.num_rows() as u64,
    })
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The table's own words stand in Parquet's key-value list too, where readers without Arrow look for them.
fn properties(file: &FileMeta) -> WriterProperties {
    let entries = file
        .entries()
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value))
        .collect();
    WriterProperties::builder()
        .set_created_by(concat!("huizong ", env!("CARGO_PKG_VERSION")).to_string())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(entries))
        .build()
}

fn with_metadata(
    path: &Path,
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
        what: path.display().to_string(),
        source,
    })
}
