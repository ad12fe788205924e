//! Files that the program keeps for itself: whole, or not there at all.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Error, disk};

/// First bytes of every such file.
const MARK: &[u8; 8] = b"huizong\x01";

/// Writes the content with its hash: first beside its place, then in it. What a loss of power tears is noticed by the hash.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    disk::replace(path, &[MARK, &Sha256::digest(content), content])
}

/// The content; None: the file is another one, cut off or changed.
pub fn open(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(MARK)?;
    let (hash, content) = rest.split_at_checked(32)?;
    (Sha256::digest(content).as_slice() == hash).then_some(content)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_cut_off_or_changed_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("folder/file");
        write(&path, b"content").unwrap();
        let bytes = fs::read(&path).unwrap();
        assert_eq!(open(&bytes), Some(&b"content"[..]));
        for cut in 0..bytes.len() {
            assert_eq!(open(&bytes[..cut]), None, "{cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(open(&changed), None, "{at}");
        }
        assert_eq!(fs::read_dir(dir.path().join("folder")).unwrap().count(), 1);
    }
}
