use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::domain::hex;
use sha2::{Digest, Sha256};

use super::{REPORT, is_dated, is_workbook};
use crate::lake::{Encoded, Error, Output, TemporaryFolder, Written, disk};
use crate::tables::{Columns, RevisionRow};

/// A release in the making: a folder beside the releases, and what has been written into it.
/// Dropped without being published, it disappears.
#[derive(Debug)]
pub struct Staging {
    dir: TemporaryFolder,
    files: Mutex<BTreeMap<String, Written>>,
    made_by: String,
}

impl Staging {
    /// A fresh one.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(output: &Output) -> Result<Staging, Error> {
        Ok(Staging {
            dir: output.stage()?,
            files: Mutex::default(),
            made_by: String::new(),
        })
    }

    /// The same, whose content also depends on `made_by`: what decides about returns, and is in no table.
    pub fn made_by(self, made_by: impl Into<String>) -> Staging {
        Staging {
            made_by: made_by.into(),
            ..self
        }
    }

    /// Where a file of the release goes; `relative` is `/`-separated.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Notes a file that has been written. Safe from several threads.
    pub fn note(&self, relative: &str, written: Written) {
        let mut files = self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.insert(relative.to_string(), written);
    }

    /// Writes a small file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, relative: &str, bytes: &[u8]) -> Result<(), Error> {
        self.store(relative, bytes)?;
        self.note(
            relative,
            Written {
                sha256: hex(&Sha256::digest(bytes)),
                bytes: bytes.len() as u64,
                rows: 0,
            },
        );
        Ok(())
    }

    /// Writes a file piece by piece, which is too large to be held.
    ///
    /// # Errors
    /// When a piece cannot be had, or the file not be written.
    pub fn write_pieces<E: From<Error>>(
        &self,
        relative: &str,
        pieces: impl Iterator<Item = Result<Vec<u8>, E>>,
    ) -> Result<(), E> {
        let mut file = disk::NewFile::create(&self.path(relative))?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        for piece in pieces {
            let piece = piece?;
            file.add(&piece)?;
            hash.update(&piece);
            bytes += piece.len() as u64;
        }
        let sha256 = hex(&hash.finalize());
        self.note(relative, Written { sha256, bytes, rows: 0 });
        Ok(())
    }

    fn store(&self, relative: &str, bytes: &[u8]) -> Result<(), Error> {
        disk::write(&self.path(relative), bytes)
    }

    /// Writes an encoded table. Safe from several threads.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, file: &Encoded) -> Result<(), Error> {
        self.store(&file.path, &file.bytes)?;
        self.note(&file.path, file.written());
        Ok(())
    }

    /// Puts a file that is there already into the release. Safe from several threads.
    ///
    /// # Errors
    /// When it can be neither linked nor copied.
    pub fn link(&self, from: &Path, relative: &str, written: Written) -> Result<(), Error> {
        disk::link(from, &self.path(relative))?;
        self.note(relative, written);
        Ok(())
    }

    /// What has been written so far, by path.
    pub fn files(&self) -> BTreeMap<String, Written> {
        self.files
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// 8 hex digits over what made the release and the names and hashes of its files: equal content, equal digits. Returns
    /// and workbooks follow from these, and are made only where something has changed; manifest and what [`is_dated`] have a clock time in them; what
    /// has changed since the release before depends on that one, too.
    pub fn content_hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}\n", self.made_by));
        for (path, written) in self.files() {
            if !path.starts_with("returns/")
                && path != "manifest.json"
                && !is_dated(&path)
                && !is_workbook(&path)
                && !follows_from_before(&path)
            {
                hash.update(format!("{path}\0{}\n", written.sha256));
            }
        }
        hex(&hash.finalize())[..8].to_string()
    }

    /// Moves the folder to the place where it stays.
    ///
    /// # Errors
    /// When it cannot be moved; it disappears then.
    pub(super) fn move_to(self, place: &Path) -> Result<(), Error> {
        self.dir.move_to(place)
    }
}

/// Whether a file follows from the input and from the release before: the table `revisions`, extracts of it, and the report.
pub fn follows_from_before(path: &str) -> bool {
    if path == REPORT {
        return true;
    }
    let name = path.strip_prefix("tables/").or_else(|| path.strip_prefix("extracts/"));
    name.is_some_and(|name| name.split('.').next() == Some(RevisionRow::TABLE))
}
