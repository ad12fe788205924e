//! The signature of a release: one of its manifest, which has the hash of every file, in a file beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use super::key::{PublicKey, SigningKey};
use super::record::{MANIFEST, Record, SIGNATURE};
use crate::lake::Error;

/// How long a manifest may stand beside the signature of the one before it.
const BETWEEN: Duration = Duration::from_millis(200);

/// What a release is, held against a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// The key's signature is that of its manifest.
    Valid,
    /// It has no signature.
    Missing,
    /// Its signature does not have the 64 bytes of one.
    Malformed,
    /// Its manifest names another key.
    OtherKey,
    /// The signature is not that of the manifest.
    Invalid,
}

/// Holds the signature of a release against a key; None: there is no manifest. What the manifest says is believed only if it is valid, and
/// only of the bytes that come along: the file may be another one by now.
///
/// # Errors
/// When a file cannot be read.
pub fn signed(folder: &Path, key: &PublicKey) -> Result<Option<(Signed, Vec<u8>)>, Error> {
    let found = once(folder, key)?;
    if !matches!(found, Some((Signed::Invalid, _))) {
        return Ok(found);
    }
    // A run replaces the manifest first, and its signature directly after.
    std::thread::sleep(BETWEEN);
    once(folder, key)
}

fn once(folder: &Path, key: &PublicKey) -> Result<Option<(Signed, Vec<u8>)>, Error> {
    let Some(manifest) = contents(&folder.join(MANIFEST))? else {
        return Ok(None);
    };
    let Some(signature) = contents(&folder.join(SIGNATURE))? else {
        return Ok(Some((Signed::Missing, manifest)));
    };
    let names_other = || {
        let record = Record::parse(&manifest).and_then(|record| record.signed_by);
        record.is_some_and(|id| id != key.id())
    };
    let state = match () {
        () if key.verifies(&manifest, &signature) => Signed::Valid,
        () if signature.len() != 64 => Signed::Malformed,
        () if names_other() => Signed::OtherKey,
        () => Signed::Invalid,
    };
    Ok(Some((state, manifest)))
}

/// Whether there is a signature, of whomever.
pub(super) fn has_signature(folder: &Path) -> bool {
    folder.join(SIGNATURE).is_file()
}

/// Whether a release may stay as it is: where runs sign, it has the signature of their key. What somebody else has put there is not signed
/// because a run finds nothing changed.
pub fn is_signed_as_asked(folder: &Path, key: Option<&SigningKey>) -> bool {
    key.is_none_or(|key| matches!(signed(folder, &key.public()), Ok(Some((Signed::Valid, _)))))
}

fn contents(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(Error::io("read", path)),
    }
}
