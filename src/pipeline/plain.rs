//! Files that come with the submissions and are read as a whole.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The content of a plain file within the limit; None: it is none, or beyond. A link or a pipe could lead anywhere, or never end.
///
/// # Errors
/// The system fails to read it, or it is missing.
pub fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Whether nothing of this name is there: a link that leads nowhere is something.
pub fn is_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}
