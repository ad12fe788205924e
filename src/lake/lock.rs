use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;

use super::{Error, LockOwner};

/// Holds the output folder for one run; given back when dropped, or by the system when the process dies.
#[derive(Debug)]
pub struct Lock {
    file: File,
    abandoned: bool,
}

impl Lock {
    /// Takes the lock at `path`. The text in the file is for people: the system says whether it is held.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process holds it, [`Error::Io`] when the file cannot be made.
    pub fn take(path: &Path) -> Result<Lock, Error> {
        let mut options = OpenOptions::new();
        let open = options.create(true).truncate(false).read(true).write(true).open(path);
        let mut file = open.map_err(Error::io("open the lock", path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let owner = LockOwner::read(&file);
                return Err(Error::Locked {
                    path: path.into(),
                    owner,
                });
            }
            Err(TryLockError::Error(source)) => return Err(Error::io("lock", path)(source)),
        }
        // Whoever ends in order leaves an empty file.
        let abandoned = file.metadata().is_ok_and(|found| found.len() > 0);
        let note = toml::to_string(&LockOwner::myself()).expect("a lock owner is plain data");
        let written = file.set_len(0).and_then(|()| file.write_all(note.as_bytes()));
        written.map_err(Error::io("write the lock", path))?;
        Ok(Lock { file, abandoned })
    }

    /// Holds the lock at `path` if somebody of this machine took it and was killed; None otherwise, or where that cannot be told.
    pub fn of_abandoned(path: &Path) -> Option<Lock> {
        let file = OpenOptions::new().read(true).write(true).open(path).ok()?;
        file.try_lock().ok()?;
        let owner = LockOwner::read(&file)?;
        (owner.host == LockOwner::myself().host).then_some(Lock { file, abandoned: true })
    }

    /// Whether the one that held it before was killed, or the machine has failed.
    pub fn was_abandoned(&self) -> bool {
        self.abandoned
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A text that stays makes the next run look for leftovers, and does no other harm.
        let _ = self.file.set_len(0);
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
        assert!(!first.was_abandoned());
        let Err(Error::Locked { owner: Some(owner), .. }) = Lock::take(&path) else {
            panic!("the owner is told")
        };
        assert_eq!(owner.pid, std::process::id());
        assert!(!owner.host.is_empty() && owner.started.ends_with('Z'), "{owner:?}");
        drop(first);
        assert!(!Lock::take(&path).unwrap().was_abandoned());
    }

    #[test]
    fn the_lock_of_a_process_that_died_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        std::fs::write(&path, "12345\n").unwrap();
        let lock = Lock::take(&path).unwrap();
        assert!(lock.was_abandoned());
        std::fs::write(&path, "no TOML [").unwrap();
        assert!(matches!(Lock::take(&path), Err(Error::Locked { owner: None, .. })));
    }
}
