use std::path::{Path, PathBuf};

use super::LockOwner;

/// The machine failed: what was being done, to which path, and why it did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file operation failed.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was being done, as an infinitive: `write`, `create the folder`.
        action: &'static str,
        /// To which path.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Parquet encoding failed.
    #[error("cannot encode {}", path.display())]
    Parquet {
        /// The file under way.
        path: PathBuf,
        /// Why it failed.
        source: ::parquet::errors::ParquetError,
    },
    /// A file of a release is no Parquet file, or damaged.
    #[error("cannot read {} as Parquet", path.display())]
    Decode {
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: ::parquet::errors::ParquetError,
    },
    /// Another run holds the output folder.
    #[error("another run is writing to {}{}", path.display(), told(owner.as_ref()))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it; None: the file does not say.
        owner: Option<LockOwner>,
    },
    /// `current` is a folder or a file, which no run may replace.
    #[error("{} must be a link to a release, but is a file or a folder", path.display())]
    NoLink {
        /// Its path.
        path: PathBuf,
    },
    /// Columns do not fit together: a fault of the program, told rather than panicked.
    #[error("columns of {what} do not fit together")]
    Columns {
        /// The table.
        what: String,
        /// What Arrow says.
        source: arrow::error::ArrowError,
    },
    /// A condition cannot be judged for some row.
    #[error("cannot judge the condition for the rows of {}", path.display())]
    Condition {
        /// The file with the rows.
        path: PathBuf,
        /// Why.
        source: super::sql::Refusal,
    },
    /// The bridge between Arrow and polars refused a column.
    #[error(transparent)]
    Bridge(#[from] super::bridge::Error),
}

impl Error {
    /// Wraps an I/O error with what was being done, for `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Io { action, path, source }
    }
}

fn told(owner: Option<&LockOwner>) -> String {
    let told = |LockOwner { pid, host, started }: &LockOwner| format!(": process {pid} on {host}, since {started}");
    owner.map_or_else(String::new, told)
}
