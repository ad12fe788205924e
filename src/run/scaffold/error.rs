//! Why no form can be proposed.

use std::path::PathBuf;

use crate::domain::{Diagnostic, Finding, Lang, plural};

/// Why no form can be proposed.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// There is no file.
    #[error("there is no file {}", path.display())]
    NoFile {
        /// What was named.
        path: PathBuf,
    },
    /// The file cannot be read as a table; the finding is the one that its sender would get.
    #[error("{}: {}", path.display(), finding.message(Lang::En, None))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        finding: Box<Finding>,
    },
    /// The workbook has no sheet of this name.
    #[error("there is no sheet {given} in {}", path.display())]
    NoSheet {
        /// The file.
        path: PathBuf,
        /// As the user wrote it.
        given: String,
        /// Names of its sheets.
        known: Vec<String>,
    },
    /// Nothing in the sheet looks like the header of a table.
    #[error("no row of {} looks like the header of a table", path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
    },
    /// A definition or a registry with faults.
    #[error("the definition has {}", plural(.0.len(), "error"))]
    Definition(Vec<Diagnostic>),
    /// The disk failed while the file was read.
    #[error(transparent)]
    Read(#[from] crate::intake::Error),
    /// The disk failed.
    #[error(transparent)]
    Lake(#[from] crate::lake::Error),
}
