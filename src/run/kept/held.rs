//! Figures of a bundle that were held against each other. A later run needs them only for periods in which something has changed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::left::with_hash;
use crate::domain::Period;
use crate::lake::Error;
use crate::partition::Together;
use crate::run::dependencies::Hash;

/// Those of a bundle, with a hash a period.
pub struct Held {
    content: Content,
    digests: BTreeMap<Period, Hash>,
}

enum Content {
    Memory(Together),
    File(PathBuf, Hash),
}

impl Held {
    /// In memory: where nothing is kept.
    pub fn of(together: Together) -> Held {
        Held {
            digests: together.digests(),
            content: Content::Memory(together),
        }
    }

    pub(super) fn in_file(path: PathBuf, hash: Hash, digests: BTreeMap<Period, Hash>) -> Held {
        Held {
            content: Content::File(path, hash),
            digests,
        }
    }

    /// The periods of which there are figures, each with a hash over them.
    pub fn digests(&self) -> &BTreeMap<Period, Hash> {
        &self.digests
    }

    /// Whether they can be read.
    pub(super) fn is_sound(&self) -> bool {
        match &self.content {
            Content::Memory(_) => true,
            Content::File(path, hash) => with_hash(path, hash).is_some(),
        }
    }

    /// Works with them.
    ///
    /// # Errors
    /// When their file has been damaged since the run found it whole.
    pub fn with<T>(&self, work: impl FnOnce(&Together) -> T) -> Result<T, Error> {
        match &self.content {
            Content::Memory(together) => Ok(work(together)),
            Content::File(path, hash) => {
                let bytes = with_hash(path, hash);
                let together = bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok());
                let damaged = std::io::Error::from(std::io::ErrorKind::InvalidData);
                let together = together.ok_or(damaged);
                Ok(work(&together.map_err(Error::io("read what was kept in", path))?))
            }
        }
    }
}
