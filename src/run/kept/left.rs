//! What the result of a period leaves to later ones.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::partition::Memories;
use crate::run::dependencies::Hash;

/// What is left to later periods, with its hash.
pub struct Left {
    content: Content,
    hash: Hash,
}

enum Content {
    Encoded(Vec<u8>),
    /// On disk: where nothing is computed, nobody asks for it.
    File(PathBuf),
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
            content: Content::Encoded(bytes),
        }
    }

    pub(super) fn in_file(path: PathBuf, hash: Hash) -> Left {
        Left {
            content: Content::File(path),
            hash,
        }
    }

    /// What tells it from others.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// As it is kept. None: its file is damaged.
    pub(super) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match &self.content {
            Content::Encoded(bytes) => Some(Cow::Borrowed(bytes)),
            Content::File(path) => with_hash(path, &self.hash).map(Cow::Owned),
        }
    }

    /// What rules remember. None: it cannot be read.
    pub fn memories(&self) -> Option<Memories> {
        postcard::from_bytes(&self.bytes()?).ok()
    }
}

/// The content of a file, if it has this hash.
pub(super) fn with_hash(path: &Path, hash: &Hash) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path).ok()?;
    (Sha256::digest(&bytes).as_slice() == hash).then_some(bytes)
}

pub(super) fn encode(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("what is kept can be encoded")
}
