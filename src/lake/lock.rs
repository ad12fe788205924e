use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;

use super::Error;

/// Holds the output folder for one run; given back when dropped, or by the system when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path`.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process holds it, [`Error::Io`] when the file cannot be made.
    pub fn take(path: &Path) -> Result<Lock, Error> {
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(path);
        let mut file = open.map_err(Error::io("open the lock", path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Locked { path: path.into() }),
            Err(TryLockError::Error(source)) => return Err(Error::io("lock", path)(source)),
        }
        // The process id is for a person who wonders who holds it; the lock itself is the system's.
        let note = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        note.map_err(Error::io("write the lock", path))?;
        Ok(Lock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_turned_away_until_the_first_ends() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = Lock::take(&path).unwrap();
        assert!(matches!(Lock::take(&path), Err(Error::Locked { .. })));
        drop(first);
        Lock::take(&path).unwrap();
    }
}
