//! Files on disk: paths, Parquet files with their metadata, the lock; and the bridge between Arrow and polars.

pub mod bridge;
mod error;
mod index;
mod lock;
mod members;
mod metadata;
mod output;
mod parquet;
pub mod quarantine;
mod read;
pub mod records;
pub mod sealed;
pub mod sql;
mod table;

pub use arrow::array::RecordBatch;
pub use error::Error;
pub use index::FileIndex;
pub use lock::Lock;
pub use metadata::{FieldMeta, FileMeta};
pub use output::{Lost, Output, link};
pub use parquet::{Encoded, Written, encode, write};
pub use read::{column_types, frame_of, read, read_frame, read_table, text_at};
pub use table::{table_to_batch, write_table};
