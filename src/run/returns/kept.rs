//! Returns that one run keeps for the next: a county that is told the same in the same cells gets the same workbook.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::due::Due;
use crate::domain::hex;
use crate::lake::{Error, Output, Written, disk, sealed};
use crate::partition::Shared;
use crate::release::Staging;
use crate::run::dependencies::{Hash, hash, program};
use crate::run::kept::{files_below, is_whole, sweep};
use crate::run::prepare::made_by;

/// Name of the file with the hashes of all others.
const INDEX: &str = "index";

/// What is known of each workbook, by all that it depends on.
type Index = BTreeMap<Hash, Written>;

/// The folder of workbooks.
pub(super) struct KeptReturns {
    folder: PathBuf,
    before: Index,
    now: Mutex<Index>,
}

fn folder(output: &Output) -> PathBuf {
    output.state().join("returns")
}

fn index(folder: &Path) -> Option<Index> {
    let bytes = std::fs::read(folder.join(INDEX)).ok()?;
    postcard::from_bytes(sealed::open(&bytes)?).ok()
}

impl KeptReturns {
    pub(super) fn open(output: &Output) -> KeptReturns {
        let folder = folder(output);
        KeptReturns {
            before: index(&folder).unwrap_or_default(),
            now: Mutex::default(),
            folder,
        }
    }

    /// What the return of a submission whose cells can be read depends on. The sheet follows from the content of the file and the
    /// definition.
    pub(super) fn key(shared: &Shared<'_>, due: &Due<'_>) -> Hash {
        let pipeline = shared.pipeline;
        let definition = (program(), &pipeline.digest, made_by(pipeline));
        let way = (format!("{:?}", due.way.answer), due.way.becomes);
        hash(&(definition, due.entry, way, due.name, &due.rivals))
    }

    /// Puts the workbook into the release, if it is there and whole.
    ///
    /// # Errors
    /// When it can be neither linked nor copied.
    pub(super) fn find(&self, key: Hash, staging: &Staging, name: &str) -> Result<bool, Error> {
        let path = self.folder.join(hex(&key));
        let Some(written) = self.before.get(&key).filter(|written| is_whole(&path, written)) else {
            return Ok(false);
        };
        staging.link(&path, name, written.clone())?;
        self.note(key, written.clone());
        Ok(true)
    }

    /// Keeps a workbook that has been written into the release.
    ///
    /// # Errors
    /// When it can be neither linked nor copied.
    pub(super) fn keep(&self, key: Hash, (staging, name): (&Staging, &str), bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(hex(&key));
        disk::remove_file(&path)?;
        disk::link(&staging.path(name), &path)?;
        let written = Written {
            sha256: hex(&Sha256::digest(bytes)),
            bytes: bytes.len() as u64,
            rows: 0,
        };
        self.note(key, written);
        Ok(())
    }

    fn note(&self, key: Hash, written: Written) {
        self.now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, written);
    }

    /// Clears away what this run has not used, where it covered all periods.
    ///
    /// # Errors
    /// When something cannot be written or removed.
    pub(super) fn close(self, is_complete: bool) -> Result<(), Error> {
        let mut all = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !is_complete {
            all.extend(self.before);
        }
        let path = self.folder.join(INDEX);
        sealed::write(&path, &postcard::to_stdvec(&all).expect("hashes can be encoded"))?;
        let mut used: BTreeSet<PathBuf> = all.keys().map(|key| self.folder.join(hex(key))).collect();
        used.insert(path);
        sweep(&self.folder, &used)
    }
}

/// Workbooks that the index does not know.
///
/// # Errors
/// When the folder cannot be listed.
pub fn unused(output: &Output) -> Result<Vec<PathBuf>, Error> {
    let folder = folder(output);
    let known = index(&folder);
    let is_known = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        known
            .as_ref()
            .is_some_and(|index| name == INDEX || index.keys().any(|key| *hex(key) == *name))
    };
    Ok(files_below(&folder)?
        .into_iter()
        .filter(|path| !is_known(path))
        .collect())
}
