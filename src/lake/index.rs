//! Hashes of files, by what the file system says of them: a file that nobody has touched is not read again.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Error, sealed};

/// A file that was changed this shortly before it was looked at may be changed again without another time: its hash is not
/// believed the next time.
pub(super) const RACY: Duration = Duration::from_secs(2);

/// What the file system says of a file. Times in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat {
    size: u64,
    modified: i128,
    changed: i128,
    inode: u64,
    device: u64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Known {
    stat: Stat,
    sha256: [u8; 32],
}

/// The files of the run before, and those of this one.
#[derive(Debug)]
pub struct FileIndex {
    path: PathBuf,
    known: HashMap<String, Known>,
    seen: Mutex<BTreeMap<String, Known>>,
    /// When it was opened, before any file was looked at.
    opened: i128,
}

impl FileIndex {
    /// Opens the index. One that is not there or damaged is empty: every file is read.
    pub fn open(path: &Path) -> FileIndex {
        let bytes = fs::read(path).ok();
        let known = bytes
            .as_deref()
            .and_then(sealed::open)
            .and_then(|content| postcard::from_bytes(content).ok());
        FileIndex {
            path: path.to_owned(),
            known: known.unwrap_or_default(),
            seen: Mutex::new(BTreeMap::new()),
            opened: nanoseconds_since_1970(),
        }
    }

    /// Forgets what is known, so that every file is read.
    #[must_use]
    pub fn distrusted(self) -> FileIndex {
        FileIndex {
            known: HashMap::new(),
            ..self
        }
    }

    /// sha256 of a file; `name` is its path below the input folder. None: it cannot be opened.
    pub fn sha256(&self, name: &str, location: &Path) -> Option<[u8; 32]> {
        let stat = Stat::of(location)?;
        let is_same = |known: &Known| known.stat == stat;
        let seen = self.seen().get(name).copied();
        let known = seen
            .filter(is_same)
            .or_else(|| self.known.get(name).copied().filter(is_same));
        let sha256 = match known {
            Some(known) => known.sha256,
            None => Sha256::digest(fs::read(location).ok()?).into(),
        };
        self.learn(name, stat, sha256);
        Some(sha256)
    }

    /// Remembers the sha256 of a file that was read after it had been as `stat` says.
    pub fn learn(&self, name: &str, stat: Stat, sha256: [u8; 32]) {
        if is_settled(&stat, self.opened) {
            self.seen().insert(name.to_owned(), Known { stat, sha256 });
        }
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what is known of the files of this run. `is_complete`: it looked at all that the pipeline covers, so that other files
    /// are forgotten.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, is_complete: bool) -> Result<(), Error> {
        let mut kept = self.seen().clone();
        if !is_complete {
            for (name, known) in &self.known {
                kept.entry(name.clone()).or_insert(*known);
            }
        }
        let content = postcard::to_stdvec(&kept).expect("an index can be encoded");
        sealed::write(&self.path, &content)
    }
}

impl Stat {
    /// Of a file; None: there is none.
    pub fn of(path: &Path) -> Option<Stat> {
        let found = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        let time = |seconds: i64, nanoseconds: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        Some(Stat {
            size: found.size(),
            modified: time(found.mtime(), found.mtime_nsec()),
            changed: time(found.ctime(), found.ctime_nsec()),
            inode: found.ino(),
            device: found.dev(),
        })
    }
}

/// Whether a file was changed so long before a time that its next change after it will have another time.
fn is_settled(stat: &Stat, at: i128) -> bool {
    stat.modified.max(stat.changed) + RACY.as_nanos() as i128 <= at
}

/// Now.
pub(super) fn nanoseconds_since_1970() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos() as i128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_again_once_anything_about_it_has_changed() {
        let dir = tempfile::tempdir().unwrap();
        let (file, index) = (dir.path().join("a.csv"), dir.path().join("index"));
        let hash = |text: &str| -> [u8; 32] { Sha256::digest(text).into() };
        fs::write(&file, "one").unwrap();
        let first = FileIndex::open(&index);
        assert_eq!(first.sha256("a.csv", &file), Some(hash("one")));
        first.save(true).unwrap();
        // The file is too young to be believed by its times.
        assert!(FileIndex::open(&index).known.is_empty());
        // It is as young for a run that looked at it early and learns its hash late.
        let (early, stat) = (FileIndex::open(&index), Stat::of(&file).unwrap());
        std::thread::sleep(RACY);
        early.learn("a.csv", stat, hash("one"));
        early.save(true).unwrap();
        assert!(FileIndex::open(&index).known.is_empty());

        let old = fs::File::options().write(true).open(&file).unwrap();
        old.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        std::thread::sleep(RACY);
        let second = FileIndex::open(&index);
        second.sha256("a.csv", &file);
        second.save(true).unwrap();
        let mut third = FileIndex::open(&index);
        third.known.get_mut("a.csv").unwrap().sha256 = hash("known");
        assert_eq!(third.sha256("a.csv", &file), Some(hash("known")), "it is not read");
        // The same size and the same time of change, but another content.
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        fs::write(&file, "two").unwrap();
        old.set_modified(modified).unwrap();
        assert_eq!(third.sha256("a.csv", &file), Some(hash("two")));
        assert_eq!(third.sha256("gone.csv", &dir.path().join("gone.csv")), None);

        // A run over some of the periods forgets nothing of the others.
        FileIndex::open(&index).save(false).unwrap();
        assert_eq!(FileIndex::open(&index).known.len(), 1);
        FileIndex::open(&index).save(true).unwrap();
        assert!(FileIndex::open(&index).known.is_empty());

        fs::write(&index, "damaged").unwrap();
        assert!(FileIndex::open(&index).known.is_empty());
    }
}
