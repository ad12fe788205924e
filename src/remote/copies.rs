//! Which objects lie in a working copy, as they are in the store: these are neither fetched nor sent again.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::store::Mark;
use crate::lake::{self, sealed};

/// The file of a working copy, by what the file system says of it. Another link to it changes nothing of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Local {
    size: u64,
    /// In nanoseconds since 1970.
    modified: i128,
    inode: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Copy {
    mark: Mark,
    local: Local,
}

/// Objects and their copies, by path below the folder.
#[derive(Debug)]
pub(super) struct Copies {
    index: PathBuf,
    folder: PathBuf,
    known: BTreeMap<String, Copy>,
}

impl Copies {
    /// Of a folder. Without a readable index everything is fetched and sent.
    pub(super) fn open(index: PathBuf, folder: &Path) -> Copies {
        let bytes = fs::read(&index).ok();
        let known = bytes
            .as_deref()
            .and_then(sealed::open)
            .and_then(|content| postcard::from_bytes(content).ok());
        Copies {
            index,
            folder: folder.to_owned(),
            known: known.unwrap_or_default(),
        }
    }

    /// Whether the file at a path is a copy of the object.
    pub(super) fn is_current(&self, path: &str, mark: &Mark) -> bool {
        self.known.get(path).is_some_and(|copy| copy.mark.is_same(mark)) && self.is_untouched(path)
    }

    /// Whether the file at a path is as it was fetched or sent.
    pub(super) fn is_untouched(&self, path: &str) -> bool {
        let found = local(&self.folder.join(path));
        found.is_some() && found == self.known.get(path).map(|copy| copy.local)
    }

    /// Notes that the file at a path and the object are one.
    pub(super) fn learn(&mut self, path: &str, mark: Mark) {
        if let Some(local) = local(&self.folder.join(path)) {
            self.known.insert(path.to_owned(), Copy { mark, local });
        }
    }

    pub(super) fn forget(&mut self, path: &str) {
        self.known.remove(path);
    }

    /// Forgets what lay below a folder, given with a slash at its end, and does no longer.
    pub(super) fn forget_gone(&mut self, under: &str) {
        let folder = &self.folder;
        self.known
            .retain(|path, _| !path.starts_with(under) || local(&folder.join(path)).is_some());
    }

    /// Writes the index.
    pub(super) fn save(&self) -> Result<(), lake::Error> {
        let content = postcard::to_stdvec(&self.known).expect("an index can be encoded");
        sealed::write(&self.index, &content)
    }
}

fn local(path: &Path) -> Option<Local> {
    let found = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(Local {
        size: found.size(),
        modified: i128::from(found.mtime()) * 1_000_000_000 + i128::from(found.mtime_nsec()),
        inode: found.ino(),
    })
}

/// The files below a folder, by path below `root`; a folder that is not there has none.
pub(super) fn files_below(root: &Path, under: &str) -> Result<Vec<String>, lake::Error> {
    let mut files = Vec::new();
    let mut left = vec![under.to_owned()];
    while let Some(place) = left.pop() {
        let folder = root.join(&place);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(lake::Error::io("list the folder", &folder))?,
        };
        for entry in entries {
            let failed = || lake::Error::io("list the folder", &folder);
            let entry = entry.map_err(failed())?;
            if lake::disk::is_temporary(&entry.file_name()) {
                continue;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = match place.as_str() {
                "" => name,
                place => format!("{place}/{name}"),
            };
            let kind = entry.file_type().map_err(failed())?;
            if kind.is_dir() {
                left.push(path);
            } else if kind.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
