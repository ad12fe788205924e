//! The object `current`: which release readers read.

use object_store::UpdateVersion;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::store::Store;
use crate::lake::is_release;

const CURRENT: &str = "current";

/// What `current` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pointer {
    /// Id of the release; None: nothing has been published yet.
    pub(super) release: Option<String>,
    /// Number of the lock under which it was written: who takes over a lock writes it anew, so that the one before cannot.
    pub(super) fence: u64,
}

/// What `current` says, and the version of the object.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub(super) pointer: Option<Pointer>,
    version: Option<UpdateVersion>,
}

pub(super) fn is_release_name(id: &str) -> bool {
    is_release(id) && !id.contains('/')
}

impl Read {
    pub(super) fn of(store: &Store) -> Result<Read, Error> {
        let Some((bytes, version)) = store.read(CURRENT)? else {
            return Ok(Read::default());
        };
        let address = store.address(CURRENT);
        let pointer: Option<Pointer> = serde_json::from_slice(&bytes).ok();
        // What is no id could lead out of the folder of the releases.
        let pointer = pointer.filter(|pointer| pointer.release.as_deref().is_none_or(is_release_name));
        let pointer = pointer.ok_or(Error::Foreign { address })?;
        Ok(Read {
            pointer: Some(pointer),
            version: Some(version),
        })
    }

    /// Id of the release; None: there is none yet.
    pub(super) fn release(&self) -> Option<&str> {
        self.pointer.as_ref()?.release.as_deref()
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
