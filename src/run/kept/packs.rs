//! Files that a run keeps for the next as they were read or cleaned, one pack a bundle. The cells of cleaned ones are in the facts of
//! the result that the pack belongs to.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::lake::{Error, disk, sealed};
use crate::partition::KeptFile;
use crate::run::dependencies::{Hash, program};

/// Level of compression: the fastest of the usual ones.
const LEVEL: i32 = 1;
/// A pack is read as long as it unpacks to no more than this; what the program writes is far smaller.
const MOST_BYTES: usize = 1 << 30;

/// A file of a pack.
#[derive(Debug, Serialize, Deserialize)]
pub struct Packed {
    /// Of all that reading and cleaning it depend on.
    pub key: Hash,
    /// What they gave.
    pub file: KeptFile,
}

/// What stands at the head of a pack.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    program: Hash,
    /// Of the files of the result whose records these are.
    result: Hash,
    /// Bytes of the rest, unpacked.
    bytes: usize,
}

/// The files of a pack by path. None: there is none, it is damaged, or it belongs to another result or program.
pub fn read(path: &Path, result: Hash) -> Option<BTreeMap<String, Packed>> {
    let bytes = std::fs::read(path).ok()?;
    let (head, rest) = postcard::take_from_bytes::<Head>(sealed::open(&bytes)?).ok()?;
    if head.program != program() || head.result != result || head.bytes > MOST_BYTES {
        return None;
    }
    let content = zstd::bulk::decompress(rest, head.bytes).ok()?;
    postcard::from_bytes(&content).ok()
}

/// Writes a pack; removes it where there is nothing to keep.
///
/// # Errors
/// When it cannot be written or removed.
pub fn write(path: &Path, result: Hash, files: &BTreeMap<String, Packed>) -> Result<(), Error> {
    let content = postcard::to_stdvec(files).expect("what is kept can be encoded");
    let packed = match files.is_empty() || content.len() > MOST_BYTES {
        true => None,
        false => zstd::bulk::compress(&content, LEVEL).ok(),
    };
    let Some(packed) = packed else {
        return disk::remove_file(path);
    };
    let head = Head {
        program: program(),
        result,
        bytes: content.len(),
    };
    let head = postcard::to_stdvec(&head).expect("what is kept can be encoded");
    sealed::write(path, &[head, packed].concat())
}

/// Whether a pack is one that this program can use.
pub fn is_usable(path: &Path) -> bool {
    let bytes = std::fs::read(path).unwrap_or_default();
    let head = sealed::open(&bytes).and_then(|content| postcard::take_from_bytes::<Head>(content).ok());
    head.is_some_and(|(head, _)| head.program == program())
}
