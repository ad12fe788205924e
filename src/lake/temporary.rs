use std::path::Path;

use super::{Error, disk, stop};

/// A folder that is removed when it is dropped, and when a signal stops the program.
#[derive(Debug)]
pub struct TemporaryFolder {
    folder: Option<tempfile::TempDir>,
}

impl TemporaryFolder {
    /// A fresh one in `parent`, whose name begins with `prefix`.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn within(parent: &Path, prefix: &str) -> Result<TemporaryFolder, Error> {
        let folder = disk::temporary_folder(parent, prefix, stop::note)?;
        Ok(TemporaryFolder { folder: Some(folder) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.as_ref().expect("only `move_to` gives it away").path()
    }

    /// Moves it to the place where it stays.
    ///
    /// # Errors
    /// When it cannot be moved; it is removed then.
    pub fn move_to(mut self, place: &Path) -> Result<(), Error> {
        disk::rename(self.path(), place)?;
        if let Some(folder) = self.folder.take() {
            stop::forget(&folder.keep());
        }
        Ok(())
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_owned();
            drop(folder);
            stop::forget(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_gone_unless_it_was_moved() {
        let dir = tempfile::tempdir().unwrap();
        let folder = TemporaryFolder::within(dir.path(), ".x-").unwrap();
        let path = folder.path().to_owned();
        assert!(path.is_dir());
        drop(folder);
        assert!(!path.exists());

        let folder = TemporaryFolder::within(dir.path(), ".x-").unwrap();
        let path = folder.path().to_owned();
        folder.move_to(&dir.path().join("kept")).unwrap();
        assert!(dir.path().join("kept").is_dir() && !path.exists());
    }
}
