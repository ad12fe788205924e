use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// The output folder of a pipeline: `current`, `releases/`, `withheld/`, `partial/`, `lock`.
#[derive(Clone, Debug)]
pub struct Output {
    root: PathBuf,
}

impl Output {
    /// Opens the folder, making it where it is lacking.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(root: &Path) -> Result<Output, Error> {
        let releases = root.join("releases");
        fs::create_dir_all(&releases).map_err(Error::io("create the folder", &releases))?;
        Ok(Output { root: root.into() })
    }

    /// The folder as it is, to be looked at.
    pub fn at(root: &Path) -> Output {
        Output { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Held while a run writes.
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The link that readers follow.
    pub fn current(&self) -> PathBuf {
        self.root.join("current")
    }

    /// Where a published release lies.
    pub fn release(&self, id: &str) -> PathBuf {
        self.root.join("releases").join(id)
    }

    /// Where the tables of a run lie that the gate withheld: to look at, never to quote.
    pub fn withheld(&self) -> PathBuf {
        self.root.join("withheld")
    }

    /// Where a run lies that has fewer periods than what is published: to look at, never in the place of it.
    pub fn partial(&self) -> PathBuf {
        self.root.join("partial")
    }

    /// A fresh folder beside the releases, so that publishing is a rename; folders that a killed run left are cleared away.
    ///
    /// # Errors
    /// When a folder cannot be listed, removed or made.
    pub fn stage(&self) -> Result<tempfile::TempDir, Error> {
        let entries = fs::read_dir(&self.root).map_err(Error::io("list the folder", &self.root))?;
        for entry in entries {
            let path = entry.map_err(Error::io("list the folder", &self.root))?.path();
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(STAGING))
            {
                fs::remove_dir_all(&path).map_err(Error::io("remove the left-over folder", &path))?;
            }
        }
        let made = tempfile::Builder::new().prefix(STAGING).tempdir_in(&self.root);
        made.map_err(Error::io("create a staging folder in", &self.root))
    }

    /// Id of the release that `current` points to.
    ///
    /// # Errors
    /// When the link exists but cannot be read.
    pub fn current_release(&self) -> Result<Option<String>, Error> {
        let link = self.current();
        match fs::read_link(&link) {
            Ok(target) => Ok(target.file_name().map(|name| name.to_string_lossy().into_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read the link", &link)(error)),
        }
    }

    /// Number of the latest release, 0 where there is none: the sequence goes on whatever `current` points to.
    ///
    /// # Errors
    /// When the releases cannot be listed.
    pub fn last_sequence(&self) -> Result<u32, Error> {
        let releases = self.root.join("releases");
        let entries = fs::read_dir(&releases).map_err(Error::io("list the folder", &releases))?;
        let mut last = 0;
        for entry in entries {
            let name = entry.map_err(Error::io("list the folder", &releases))?.file_name();
            let sequence = name.to_string_lossy().split('-').next().and_then(|n| n.parse().ok());
            last = last.max(sequence.unwrap_or(0));
        }
        Ok(last)
    }
}

const STAGING: &str = ".staging-";
