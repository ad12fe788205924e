//! The object `current`: which release readers read.

use object_store::UpdateVersion;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::store::Store;

const CURRENT: &str = "current";

/// What `current` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pointer {
    /// Id of the release.
    pub(super) release: String,
    /// Number of the lock under which it was written: who takes over a lock writes it anew, so that the one before cannot.
    pub(super) fence: u64,
}

/// What `current` says, and the version of the object.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub(super) pointer: Option<Pointer>,
    version: Option<UpdateVersion>,
}

impl Read {
    pub(super) fn of(store: &Store) -> Result<Read, Error> {
        let Some((bytes, version)) = store.read(CURRENT)? else {
            return Ok(Read::default());
        };
        let address = store.address(CURRENT);
        let pointer = serde_json::from_slice(&bytes).map_err(|_| Error::Foreign { address })?;
        Ok(Read {
            pointer: Some(pointer),
            version: Some(version),
        })
    }

    /// Id of the release; None: there is none yet.
    pub(super) fn release(&self) -> Option<&str> {
        self.pointer.as_ref().map(|pointer| pointer.release.as_str())
    }

    /// Lets `current` name a release, unless somebody else has written it since it was read.
    pub(super) fn moved_to(&self, store: &Store, pointer: Pointer) -> Result<Read, Error> {
        let text = serde_json::to_string(&pointer).expect("a pointer is plain data") + "\n";
        match store.swap(CURRENT, text.as_bytes(), self.version.as_ref())? {
            Some(version) => Ok(Read {
                pointer: Some(pointer),
                version: Some(version),
            }),
            None => Err(Error::Overtaken {
                address: store.address(""),
            }),
        }
    }
}
