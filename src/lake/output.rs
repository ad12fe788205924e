use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Error, TemporaryFolder, disk};

/// `current` leads to no release: it is gone, or points elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Where it points to; None: there is no such link.
    pub target: Option<PathBuf>,
    /// Id of the latest release; None: there is none.
    pub newest: Option<String>,
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
        disk::create_folders(&releases)?;
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

    /// What runs keep for the next one.
    pub fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    /// The table of all runs.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs.parquet")
    }

    /// Links to releases, by the names that people have given them.
    pub fn tags_folder(&self) -> PathBuf {
        self.root.join("tags")
    }

    /// Ids of the releases by the names that people have given them; a link that leads to none is left out.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn tags(&self) -> Result<BTreeMap<String, String>, Error> {
        let folder = self.tags_folder();
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            entries => entries.map_err(Error::io("list the folder", &folder))?,
        };
        let mut tags = BTreeMap::new();
        for entry in entries {
            let entry = entry.map_err(Error::io("list the folder", &folder))?;
            let target = fs::read_link(entry.path()).ok();
            let id = target.and_then(|target| Some(target.file_name()?.to_string_lossy().into_owned()));
            if let Some(id) = id.filter(|id| self.release(id).is_dir()) {
                tags.insert(entry.file_name().to_string_lossy().into_owned(), id);
            }
        }
        Ok(tags)
    }

    /// A fresh name below the output folder; a folder with it is removed by the next run at the latest.
    pub fn discarded(&self, name: &str) -> PathBuf {
        self.root.join(format!("{STAGING}{name}"))
    }

    /// Lets `current` lead to a release that is there, with one rename.
    ///
    /// # Errors
    /// When the link cannot be made, moved or flushed.
    pub fn point_current(&self, id: &str) -> Result<(), Error> {
        let next = self.root.join(format!("{}current", disk::TEMPORARY));
        disk::point(&next, &Path::new("releases").join(id))?;
        disk::rename(&next, &self.current())?;
        disk::sync_folder(&self.root)
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

    /// A fresh folder beside the releases, so that publishing is a rename.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn stage(&self) -> Result<TemporaryFolder, Error> {
        TemporaryFolder::within(&self.root, STAGING)
    }

    /// The link that becomes `current` by a rename. While it exists, the release that it names is being published; one that `current`
    /// does not lead to has not been.
    pub fn publishing(&self) -> PathBuf {
        self.root.join(".publishing")
    }

    /// Removes what a run that was killed has left behind, so that the output is what it was before that run. `thoroughly`: looks
    /// for temporary files among the results that are kept, too.
    ///
    /// # Errors
    /// When a folder cannot be listed or something cannot be removed.
    pub fn clear_leftovers(&self, thoroughly: bool) -> Result<(), Error> {
        if let Ok(target) = fs::read_link(self.publishing()) {
            let id = target.file_name().map(|name| name.to_string_lossy().into_owned());
            let current = self.current_release()?;
            if let Some(id) = id.filter(|id| current.as_ref() != Some(id) && is_release(id)) {
                disk::remove_folder(&self.release(&id))?;
            }
            disk::remove_file(&self.publishing())?;
        }
        let entries = fs::read_dir(&self.root).map_err(Error::io("list the folder", &self.root))?;
        for entry in entries {
            let entry = entry.map_err(Error::io("list the folder", &self.root))?;
            if entry.file_name().to_string_lossy().starts_with(STAGING) {
                disk::remove_folder(&entry.path())?;
            } else if disk::is_temporary(&entry.file_name()) {
                disk::remove_file(&entry.path())?;
            }
        }
        if thoroughly {
            disk::remove_temporary_below(&self.state())?;
            if let Some(current) = self.current_release()? {
                disk::remove_temporary_below(&self.release(&current))?;
            }
        }
        Ok(())
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
            releases.extend(sequence(&id).map(|sequence| (sequence, id)));
        }
        releases.sort();
        Ok(releases)
    }
}

const STAGING: &str = ".staging-";

/// Number of a release; None: no release has this name.
fn sequence(id: &str) -> Option<u32> {
    id.split('-').next().and_then(|number| number.parse().ok())
}

/// Whether a name is the id of a release.
pub fn is_release(id: &str) -> bool {
    sequence(id).is_some()
}
