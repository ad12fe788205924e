use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// `current` leads to no release: it is gone, or points elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Where it points to; None: there is no such link.
    pub target: Option<PathBuf>,
    /// Id of the latest release; None: there is none.
    pub newest: Option<String>,
}

/// Makes a file appear in a second place: as a link to the same content, or as a copy where the file system has no such links.
///
/// # Errors
/// When neither can be made.
pub fn link(from: &Path, to: &Path) -> Result<(), Error> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    }
    let made = fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop));
    made.map_err(Error::io("copy", to))
}

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

    /// Id of the release that `current` points to; None: there is no such link, or it leads to no release.
    ///
    /// # Errors
    /// When `current` is no link, or cannot be read.
    pub fn current_release(&self) -> Result<Option<String>, Error> {
        let Some(target) = self.target()? else { return Ok(None) };
        let id = target.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(id.filter(|id| self.leads_to(id)))
    }

    /// Whether `current` has been lost: it leads to no release, although there are releases or there is such a link.
    ///
    /// # Errors
    /// When `current` is no link, or something cannot be read.
    pub fn lost(&self) -> Result<Option<Lost>, Error> {
        if self.current_release()?.is_some() {
            return Ok(None);
        }
        let is_complete = |id: &String| self.release(id).join("manifest.json").is_file();
        let releases = self.releases()?.into_iter().map(|(_, id)| id);
        let lost = Lost {
            target: self.target()?,
            newest: releases.rev().find(is_complete),
        };
        Ok((lost.target.is_some() || lost.newest.is_some()).then_some(lost))
    }

    /// Where the link `current` points to; None: there is no link.
    fn target(&self) -> Result<Option<PathBuf>, Error> {
        let link = self.current();
        match fs::symlink_metadata(&link) {
            Ok(found) if !found.is_symlink() => return Err(Error::NoLink { path: link }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            _ => {}
        }
        fs::read_link(&link)
            .map(Some)
            .map_err(Error::io("read the link", &link))
    }

    /// Whether `current` leads to the folder of this release.
    fn leads_to(&self, id: &str) -> bool {
        let real = fs::canonicalize(self.release(id)).ok();
        real.is_some_and(|real| real.is_dir() && fs::canonicalize(self.current()).is_ok_and(|current| current == real))
    }

    /// Number of the latest release, 0 where there is none: the sequence goes on whatever `current` points to.
    ///
    /// # Errors
    /// When the releases cannot be listed.
    pub fn last_sequence(&self) -> Result<u32, Error> {
        Ok(self.releases()?.last().map_or(0, |(sequence, _)| *sequence))
    }

    /// Number and id of each release, in order; whether it is complete is not looked at.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn releases(&self) -> Result<Vec<(u32, String)>, Error> {
        let folder = self.root.join("releases");
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::io("list the folder", &folder))?,
        };
        let mut releases = Vec::new();
        for entry in entries {
            let name = entry.map_err(Error::io("list the folder", &folder))?.file_name();
            let id = name.to_string_lossy().into_owned();
            let sequence = id.split('-').next().and_then(|number| number.parse().ok());
            releases.extend(sequence.map(|sequence| (sequence, id)));
        }
        releases.sort();
        Ok(releases)
    }
}

const STAGING: &str = ".staging-";
