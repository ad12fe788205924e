//! Files of the input folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::claim::Claim;
use crate::domain::Finding;

/// The files of the input folder.
#[derive(Debug, Default)]
pub struct Found {
    /// In path order; without leftovers of programs, reporters and receipts.
    pub files: Vec<FoundFile>,
    /// Number of leftovers of programs (hidden files, locks, unfinished downloads: `leftovers.toml`), which are ignored.
    pub hidden: u64,
}

/// A file in the input folder.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Relative to the input folder, `/`-separated.
    pub path: String,
    /// Where its bytes are.
    pub(super) location: Location,
    /// Set if it is not a file but a symbolic link, a pipe or the like, which are neither followed nor opened.
    pub(super) irregular: Option<&'static str>,
    /// Forms whose templates match, in order of the pipeline.
    pub claims: Vec<Claim>,
    /// Further finding on a file that matches no form.
    pub told: Option<Box<Finding>>,
}

impl FoundFile {
    /// Its path on disk; None: it is no file, or lies in memory.
    pub fn location(&self) -> Option<&Path> {
        match &self.location {
            Location::Disk(path) if self.irregular.is_none() => Some(path),
            _ => None,
        }
    }

    /// What it is if it is no file: a symbolic link, a pipe or the like.
    pub fn irregular(&self) -> Option<&'static str> {
        self.irregular
    }
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
pub(super) enum Location {
    /// A path on disk.
    Disk(PathBuf),
    /// In memory, whole.
    Memory(Arc<[u8]>),
}
