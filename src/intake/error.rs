//! Failures of the machine while the input is read.

use std::io;
use std::path::PathBuf;

/// The machine failed. A fault of a single file is a finding instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder of the input cannot be listed.
    #[error("cannot list the folder {}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The disk failed while a file was read.
    #[error("cannot read the file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
