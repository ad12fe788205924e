//! The releases of an output folder, as their manifests and the file system describe them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::manifest::OutputFile;
use super::record::{MANIFEST, SIGNATURE};
use crate::lake::{Error, Output};

/// A release, or a run that was set apart.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id; of a run that was set apart the name of its folder.
    pub id: String,
    /// What its manifest says; None: it cannot be read.
    pub about: Option<About>,
    /// Names that people have given it, in order.
    pub tags: Vec<String>,
    /// Whether `current` leads to it.
    pub is_current: bool,
    /// What it takes on the disk.
    pub size: Size,
}

/// What a manifest says of a release.
#[derive(Clone, Debug, Deserialize)]
pub struct About {
    /// When it was published.
    pub created_at: Timestamp,
    /// When a later run last came to the same.
    pub confirmed_at: Option<Timestamp>,
    /// Date of the run.
    pub as_of: String,
    /// Its periods.
    pub periods: Vec<String>,
    /// Rows by what became of them.
    pub rows: BTreeMap<String, u64>,
    /// Submissions by status.
    pub submissions: BTreeMap<String, u64>,
    /// Findings by severity.
    pub findings: BTreeMap<String, u64>,
    /// What the gate asked.
    pub gate: Vec<Asked>,
    /// Every file.
    pub(super) outputs: Vec<OutputFile>,
}

/// A question of the gate, as far as it is needed here.
#[derive(Clone, Debug, Deserialize)]
pub struct Asked {
    /// Whether it passed.
    pub passed: bool,
}

/// Bytes of a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Of files that exist in this release only.
    pub alone: u64,
    /// Of files that it shares with other releases or with what runs keep.
    pub shared: u64,
}

impl About {
    fn read(folder: &Path) -> Option<About> {
        serde_json::from_slice(&fs::read(folder.join(MANIFEST)).ok()?).ok()
    }

    /// When a run last published or confirmed it.
    pub fn last_seen(&self) -> Timestamp {
        self.confirmed_at.map_or(self.created_at, |at| at.max(self.created_at))
    }

    /// Files that the other one has not, or has otherwise, or has alone.
    pub fn differing(&self, other: &About) -> Vec<String> {
        let hashes = |about: &About| -> BTreeMap<String, String> {
            let files = about.outputs.iter().filter(|file| !super::is_dated(&file.path));
            files.map(|file| (file.path.clone(), file.sha256.clone())).collect()
        };
        let (ours, theirs) = (hashes(self), hashes(other));
        let mut names: Vec<String> = ours.keys().chain(theirs.keys()).cloned().collect();
        names.sort();
        names.dedup();
        names.retain(|name| ours.get(name) != theirs.get(name));
        names
    }
}

/// When a run was withheld after the release in a folder was published or confirmed; None: none was.
pub fn withheld_since(output: &Output, folder: &Path) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Seen {
        created_at: Timestamp,
        confirmed_at: Option<Timestamp>,
    }
    let read = |folder: &Path| -> Option<Seen> { serde_json::from_slice(&fs::read(folder.join(MANIFEST)).ok()?).ok() };
    let (held, last) = (read(&output.withheld())?, read(folder)?);
    let last = last.confirmed_at.unwrap_or(last.created_at);
    Some(held.created_at).filter(|at| *at > last)
}

/// The releases, in order.
///
/// # Errors
/// When a folder cannot be listed.
pub fn catalogue(output: &Output) -> Result<Vec<Listed>, Error> {
    let (current, tags) = (output.current_release()?, output.tags()?);
    let one = |(_, id): (u32, String)| {
        let folder = output.release(&id);
        let named = tags.iter().filter(|(_, tagged)| **tagged == id);
        let about = About::read(&folder);
        let size = match &about {
            // The working copy of an object store has no more of most releases; nothing is shared there.
            Some(about) if has_manifest_alone(&folder) => Size {
                alone: about.outputs.iter().map(|file| file.bytes).sum(),
                shared: 0,
            },
            _ => Files::of(&[&folder])?.size(),
        };
        Ok(Listed {
            about,
            tags: named.map(|(name, _)| name.clone()).collect(),
            is_current: current.as_ref() == Some(&id),
            size,
            id,
        })
    };
    output.releases()?.into_iter().map(one).collect()
}

/// Whether a release is in an object store, and its working copy has no more of it than the manifest and its signature.
pub fn has_manifest_alone(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let is_of_manifest = |entry: fs::DirEntry| entry.file_name() == MANIFEST || entry.file_name() == SIGNATURE;
    folder.join(MANIFEST).is_file() && entries.flatten().all(is_of_manifest)
}

/// The run that was withheld, or set apart, where there is one.
///
/// # Errors
/// When its folder cannot be listed.
pub fn set_apart_in(folder: &Path) -> Result<Option<Listed>, Error> {
    if !folder.is_dir() {
        return Ok(None);
    }
    Ok(Some(Listed {
        id: folder
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        about: About::read(folder),
        tags: Vec::new(),
        is_current: false,
        size: Files::of(&[folder])?.size(),
    }))
}

/// The files below some folders by what the file system calls them: device and inode.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<(u64, u64), Found>);

#[derive(Debug)]
struct Found {
    bytes: u64,
    /// Names that it has anywhere.
    names: u64,
    /// Of these below the folders.
    here: u64,
}

impl Files {
    /// All files below the folders, or the files themselves.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn of(places: &[&Path]) -> Result<Files, Error> {
        let mut files = Files::default();
        let mut left: Vec<PathBuf> = places.iter().map(|place| place.to_path_buf()).collect();
        while let Some(place) = left.pop() {
            let failed = || Error::io("look at", &place);
            let about = fs::symlink_metadata(&place).map_err(failed())?;
            if about.is_dir() {
                for entry in fs::read_dir(&place).map_err(failed())? {
                    left.push(entry.map_err(failed())?.path());
                }
            } else if about.is_file() {
                let new = Found {
                    bytes: about.len(),
                    names: about.nlink(),
                    here: 0,
                };
                files.0.entry((about.dev(), about.ino())).or_insert(new).here += 1;
            }
        }
        Ok(files)
    }

    /// Bytes that would be free without the folders, and those that would not.
    pub fn size(&self) -> Size {
        let mut size = Size::default();
        for found in self.0.values() {
            match found.here >= found.names {
                true => size.alone += found.bytes,
                false => size.shared += found.bytes,
            }
        }
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_names_elsewhere_is_shared_until_all_of_them_are_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        for folder in [&one, &two] {
            fs::create_dir(folder).unwrap();
        }
        fs::write(one.join("a"), "12345").unwrap();
        fs::write(one.join("b"), "123").unwrap();
        fs::hard_link(one.join("a"), two.join("a")).unwrap();
        fs::hard_link(one.join("b"), one.join("c")).unwrap();
        let size = |places: &[&Path]| Files::of(places).unwrap().size();
        assert_eq!(size(&[&one]), Size { alone: 3, shared: 5 });
        assert_eq!(size(&[&two]), Size { alone: 0, shared: 5 });
        assert_eq!(size(&[&one, &two]), Size { alone: 8, shared: 0 });
    }
}
