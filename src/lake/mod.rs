//! Files on disk: paths, every change that is made there, Parquet files with their metadata, the lock; and the bridge between Arrow and polars.

mod again;
pub mod bridge;
pub mod disk;
mod error;
mod fingerprint;
mod index;
mod lock;
mod lock_owner;
mod members;
mod metadata;
mod output;
mod parquet;
mod parts;
pub mod quarantine;
mod read;
pub mod records;
pub mod sealed;
pub mod sql;
pub mod stop;
mod table;
mod temporary;

pub use again::records_by_submission;
pub use arrow::array::RecordBatch;
pub use error::Error;
pub use fingerprint::Fingerprint;
pub use index::{FileIndex, Stat};
pub use lock::Lock;
pub use lock_owner::LockOwner;
pub use metadata::{FieldMeta, FileMeta};
pub use output::{Lost, Output};
pub use parquet::{Encoded, Written, encode, write};
pub use parts::{PartedFile, TableFile, encode_part};
pub use read::{column_types, frame_of, integer_at, read, read_frame, read_table, read_whole_table, text_at};
pub use table::{replace_table, table_to_batch, write_table};
pub use temporary::TemporaryFolder;
