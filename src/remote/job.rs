//! What a partition job needs of an object store: some of the submissions, and the results that are kept of them.
//!
//! A job works in a temporary folder of its own, so that several may run on one machine. It takes no lock: what it sends is of use only
//! under the hash of all it depends on, and two jobs that send one object send the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::address::Address;
use super::copies::Copies;
use super::error::Error;
use super::fetch::fetch;
use super::mirror::mirrored;
use super::store::{AT_ONCE, Mark, Store, wait};
use super::upload::replaced;
use crate::lake::{self, Lock, TemporaryFolder, disk};

/// How the names of the temporary folders begin.
const JOB: &str = "job-";
/// The file of such a folder that a job holds while it is under way.
const LOCK: &str = "lock";

/// A temporary folder that is told from one which a killed job has left.
#[derive(Debug)]
struct JobFolder {
    // Given back before the folder is removed.
    _lock: Lock,
    folder: TemporaryFolder,
}

/// Some of the submissions in an object store, in a folder that is gone with the value.
#[derive(Debug)]
pub struct Inputs {
    /// The folder.
    pub folder: PathBuf,
    _copy: JobFolder,
}

impl Inputs {
    /// Fetches the submissions that are needed, by their paths. `all`: see [`working_copies`](super::working_copies).
    ///
    /// # Errors
    /// When the store cannot be read, a key cannot be a path, or the folder cannot be written.
    pub fn fetch(address: &Address, all: &Path, is_needed: &dyn Fn(&str) -> bool) -> Result<Inputs, Error> {
        let copy = JobFolder::within(all)?;
        Ok(Inputs {
            folder: mirrored(&Store::open(address)?, copy.folder.path(), is_needed)?,
            _copy: copy,
        })
    }
}

/// The results that are kept at an output in an object store, and a working copy of some of them, which is gone with the value.
#[derive(Debug)]
pub struct Results {
    store: Store,
    folder: PathBuf,
    /// What the store had when it was opened, by path.
    objects: BTreeMap<String, Mark>,
    /// Those that were fetched.
    copies: Mutex<Copies>,
    _copy: JobFolder,
}

impl JobFolder {
    /// A new one; those of jobs that were killed on this machine are removed first.
    fn within(all: &Path) -> Result<JobFolder, Error> {
        disk::create_folders(all)?;
        remove_abandoned(all)?;
        let folder = TemporaryFolder::within(all, JOB)?;
        // It has its name once it is held: nobody finds it before.
        let nameless = folder.path().join("lock.new");
        let lock = Lock::take(&nameless)?;
        disk::rename(&nameless, &folder.path().join(LOCK))?;
        Ok(JobFolder { _lock: lock, folder })
    }
}

/// Removes the folders of jobs that were killed on this machine. Other machines may share the place, and not the locks.
fn remove_abandoned(all: &Path) -> Result<(), Error> {
    let read = |source| lake::Error::io("read the folder", all)(source);
    for entry in std::fs::read_dir(all).map_err(read)? {
        let entry = entry.map_err(read)?;
        if !entry.file_name().to_string_lossy().starts_with(JOB) {
            continue;
        }
        if let Some(_held) = Lock::of_abandoned(&entry.path().join(LOCK)) {
            disk::remove_folder(&entry.path())?;
        }
    }
    Ok(())
}

impl Results {
    /// Opens what is kept at an output. Nothing is fetched yet. `all`: see [`working_copies`](super::working_copies).
    ///
    /// # Errors
    /// When the store cannot be read, or the folder cannot be made.
    pub fn open(address: &Address, all: &Path) -> Result<Results, Error> {
        Results::of(Store::open(address)?, JobFolder::within(all)?)
    }

    fn of(store: Store, copy: JobFolder) -> Result<Results, Error> {
        let folder = copy.folder.path().join("output");
        disk::create_folders(&folder)?;
        let copies = Copies::open(copy.folder.path().join("output.index"), &folder);
        Ok(Results {
            objects: store.list("state")?,
            copies: Mutex::new(copies),
            store,
            folder,
            _copy: copy,
        })
    }

    /// The working copy: an output folder without releases.
    pub fn output(&self) -> &Path {
        &self.folder
    }

    /// Fetches those of these files of the working copy that the store has.
    ///
    /// # Errors
    /// When the store cannot be read, or the working copy not be written.
    pub fn fetch(&self, files: &[PathBuf]) -> Result<(), Error> {
        let mut copies = self.copies();
        let wanted = self.paths(files).filter_map(|path| {
            let mark = self.objects.get(&path)?.clone();
            (!copies.is_current(&path, &mark)).then_some((path, mark))
        });
        let wanted = wanted.collect();
        fetch(&self.store, &self.folder, wanted, &mut copies)
    }

    /// Sends those of these files of the working copy that are there and were not fetched as they are.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn send(&self, files: &[PathBuf]) -> Result<(), Error> {
        let copies = self.copies();
        let is_new = |path: &String| self.folder.join(path).is_file() && !copies.is_untouched(path);
        let new: Vec<String> = self.paths(files).filter(is_new).collect();
        drop(copies);
        let tasks = new.iter().map(|path| replaced(&self.store, &self.folder, path));
        wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect::<Vec<Mark>>())?;
        Ok(())
    }

    fn copies(&self) -> MutexGuard<'_, Copies> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn paths<'a>(&'a self, files: &'a [PathBuf]) -> impl Iterator<Item = String> + 'a {
        let relative = |path: &PathBuf| Some(path.strip_prefix(&self.folder).ok()?.to_str()?.to_owned());
        files.iter().filter_map(relative)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_asked_for_is_fetched_and_what_is_new_is_sent() {
        let (store, dir) = (Store::in_memory(), tempfile::tempdir().unwrap());
        for path in ["state/keys/a", "state/keys/b", "runs.parquet"] {
            store.put(path, path.into()).unwrap();
        }
        let results = Results::of(store.clone(), JobFolder::within(dir.path()).unwrap()).unwrap();
        let at = |path: &str| results.output().join(path);
        results.fetch(&[at("state/keys/a"), at("state/keys/c")]).unwrap();
        assert!(at("state/keys/a").is_file() && !at("state/keys/b").exists() && !at("state/keys/c").exists());
        fs::create_dir_all(at("state/objects")).unwrap();
        fs::write(at("state/objects/x"), "x").unwrap();
        store.put("state/keys/a", "another".into()).unwrap();
        let all = [at("state/objects/x"), at("state/keys/a"), at("state/keys/c")];
        results.send(&all).unwrap();
        let read = |path: &str| store.read(path).unwrap().map(|(bytes, _)| bytes);
        assert_eq!(read("state/objects/x"), Some(b"x".to_vec()));
        assert_eq!(
            read("state/keys/a"),
            Some(b"another".to_vec()),
            "what was fetched is not sent"
        );
        fs::write(at("state/keys/a"), "computed anew").unwrap();
        results.send(&all).unwrap();
        assert_eq!(read("state/keys/a"), Some(b"computed anew".to_vec()));
    }

    #[test]
    fn what_a_killed_job_has_left_is_removed_by_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let running = JobFolder::within(dir.path()).unwrap();
        // A killed job leaves its lock with its name, and nobody holds it.
        let note = fs::read_to_string(running.folder.path().join(LOCK)).unwrap();
        let left = |name: &str, lock: &str| {
            fs::create_dir(dir.path().join(name)).unwrap();
            fs::write(dir.path().join(name).join("lock"), lock).unwrap();
        };
        left("job-killed", &note);
        let host = crate::lake::LockOwner::myself().host;
        left("job-elsewhere", &note.replace(&host, "another-machine"));
        left("other", &note);
        fs::create_dir(dir.path().join("job-begun")).unwrap();
        let next = JobFolder::within(dir.path()).unwrap();
        assert!(running.folder.path().exists() && next.folder.path().exists());
        assert!(!dir.path().join("job-killed").exists());
        for name in ["job-elsewhere", "job-begun", "other"] {
            assert!(dir.path().join(name).exists(), "{name}");
        }
        let path = next.folder.path().to_owned();
        drop(next);
        assert!(!path.exists());
    }
}
