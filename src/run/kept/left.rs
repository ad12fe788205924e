//! What the result of a period leaves to later ones.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::partition::Memories;
use crate::run::dependencies::Hash;

/// What is left to later periods, encoded, with its hash.
pub struct Left {
    pub(super) bytes: Vec<u8>,
    pub(super) hash: Hash,
}

impl Left {
    /// Of the first period: nothing.
    pub fn nothing() -> Left {
        Left::of(&Memories::default())
    }

    pub(super) fn of(memories: &Memories) -> Left {
        Left::encoded(encode(memories))
    }

    pub(super) fn encoded(bytes: Vec<u8>) -> Left {
        Left {
            hash: Sha256::digest(&bytes).into(),
            bytes,
        }
    }

    /// What tells it from others.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// What rules remember. None: it cannot be read.
    pub fn memories(&self) -> Option<Memories> {
        postcard::from_bytes(&self.bytes).ok()
    }
}

pub(super) fn encode(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("what is kept can be encoded")
}
