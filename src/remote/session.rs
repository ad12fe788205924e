//! The releases of an object store as an output folder: fetched before they are read or a run begins.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::address::Address;
use super::copies::{Copies, files_below};
use super::error::Error;
use super::fetch::fetch;
use super::lease::Lease;
use super::pointer::{Pointer, Read};
use super::publishing::clear_unpublished;
use super::store::{AT_ONCE, Mark, Store, wait};
use super::trim::trim;
use crate::domain::Lang;
use crate::lake::{Lock, Output, disk, is_release};
use crate::release::{MANIFEST, REPORT, SIGNATURE, workbook_path};

/// How often the objects are listed until the current release is among them.
const LISTED: usize = 5;

/// How long what was fetched of an earlier release stays in the working copy of those who only read.
const READ_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);

/// What a command needs of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// The manifests of all releases with their signatures, and what is beside them.
    Manifests,
    /// The data of the current release, too, without what people look at: returns, report, workbooks and extracts.
    Data,
    /// The data of the current release and its report, with the page on columns to which that leads.
    Report,
    /// All of the current release.
    Current,
    /// What runs keep for the next one, too, and what they set apart.
    State,
}

/// An output in an object store, and its working copy.
#[derive(Debug)]
pub struct Session {
    pub(super) store: Store,
    folder: PathBuf,
    pub(super) lease: Option<Lease>,
    pub(super) needed: Needed,
    pub(super) state: Mutex<State>,
    _lock: Lock,
}

/// What is known of the store.
#[derive(Debug)]
pub(super) struct State {
    pub(super) current: Read,
    /// All objects, by path.
    pub(super) objects: BTreeMap<String, Mark>,
    pub(super) copies: Copies,
    /// Tags that the store has, each with the id of its release.
    pub(super) tags: BTreeMap<String, String>,
}

impl State {
    /// Notes that an object was written, and is the file of the working copy.
    pub(super) fn note(&mut self, path: &str, mark: Mark) {
        self.copies.learn(path, mark.clone());
        self.objects.insert(path.to_owned(), mark);
    }
}

impl Session {
    /// Opens an output to change it: takes its lock, and fetches the current release and what runs keep for the next one. `all`: see
    /// [`working_copies`](super::working_copies).
    ///
    /// # Errors
    /// When another run is at it, the store fails, or the working copy cannot be written.
    pub fn to_write(address: &Address, all: &Path, needed: Needed) -> Result<Session, Error> {
        let store = Store::open(address)?;
        Session::writing(store, &address.working_copy(all), needed)
    }

    /// Opens an output to look at it. Nothing in the store changes.
    ///
    /// # Errors
    /// When the store fails, or the working copy cannot be written.
    pub fn to_read(address: &Address, all: &Path, needed: Needed) -> Result<Session, Error> {
        let store = Store::open(address)?;
        Session::reading(store, &address.working_copy(all), needed)
    }

    pub(super) fn writing(store: Store, copy: &Path, needed: Needed) -> Result<Session, Error> {
        let place = copy.join("output");
        let (folder, lock) = opened(&place)?;
        let lease = Lease::take(&store)?;
        let session = Session::begun(store, folder, Some(lease), lock, needed)?;
        Ok(session)
    }

    /// Readers have a copy of their own: a run may be under way in the other.
    pub(super) fn reading(store: Store, copy: &Path, needed: Needed) -> Result<Session, Error> {
        let (folder, lock) = opened(&copy.join("read"))?;
        Session::begun(store, folder, None, lock, needed)
    }

    fn begun(
        store: Store,
        folder: PathBuf,
        lease: Option<Lease>,
        lock: Lock,
        needed: Needed,
    ) -> Result<Session, Error> {
        disk::remove_temporary_below(&folder)?;
        // What a run left that was killed here is told by the store.
        disk::remove_file(&Output::at(&folder).publishing())?;
        let mut current = Read::of(&store)?;
        if let Some(lease) = &lease {
            // From here on whoever held the lock before, should they still be there, can publish nothing.
            let fenced = Pointer {
                release: current.release().map(str::to_owned),
                fence: lease.number,
            };
            current = current.moved_to(&store, fenced)?;
        }
        let mut objects = listed(&store, current.release())?;
        if let Some(lease) = &lease {
            clear_unpublished((&store, lease), &current, &mut objects)?;
        }
        let index = folder.with_extension("index");
        let copies = Copies::open(index, &folder);
        let session = Session {
            store,
            folder,
            lease,
            needed,
            state: Mutex::new(State {
                current,
                objects,
                copies,
                tags: BTreeMap::new(),
            }),
            _lock: lock,
        };
        session.fetch_needed(needed)?;
        Ok(session)
    }

    /// The working copy: an output folder as any other.
    pub fn output(&self) -> &Path {
        &self.folder
    }

    /// Address of the output, for people.
    pub fn address(&self) -> String {
        self.store.address("")
    }

    /// Fetches all files of a release.
    ///
    /// # Errors
    /// When the store fails, or a file cannot be written.
    pub fn fetch_release(&self, id: &str) -> Result<(), Error> {
        self.fetch_below(&mut self.state(), &[&format!("releases/{id}/")])
    }

    /// Fetches what runs set apart: withheld ones and those of fewer periods.
    ///
    /// # Errors
    /// When the store fails, or a file cannot be written.
    pub fn fetch_set_apart(&self) -> Result<(), Error> {
        self.fetch_below(&mut self.state(), &["withheld/", "partial/"])
    }

    /// That nobody has taken over.
    pub(super) fn check(&self) -> Result<(), Error> {
        wait(self.checked())
    }

    /// The same, from among other requests.
    pub(super) async fn checked(&self) -> Result<(), Error> {
        match &self.lease {
            Some(lease) => lease.checked().await,
            None => Ok(()),
        }
    }

    /// That nobody had taken over a moment ago.
    pub(super) async fn check_lately(&self) -> Result<(), Error> {
        match &self.lease {
            Some(lease) => lease.check_lately().await,
            None => Ok(()),
        }
    }

    pub(super) fn overtaken(&self) -> Error {
        Error::Overtaken {
            address: self.address(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fetch_needed(&self, needed: Needed) -> Result<(), Error> {
        let mut state = self.state();
        let complete: BTreeSet<String> = releases(&state.objects);
        self.remove_others(&complete, &state.objects)?;
        let current = state.current.release().map(str::to_owned);
        let of_current = current.as_ref().map(|id| format!("releases/{id}/"));
        let manifest = |id| [MANIFEST, SIGNATURE].map(|file| format!("releases/{id}/{file}"));
        let mut wanted: Vec<String> = (complete.iter().flat_map(manifest))
            .chain(["hold", "runs.parquet", "run.json"].map(str::to_owned))
            .collect();
        match needed {
            Needed::Manifests => {}
            Needed::Data => wanted.extend(current.iter().flat_map(|id| data(&state.objects, id))),
            Needed::Report => {
                wanted.extend(current.iter().flat_map(|id| data(&state.objects, id)));
                wanted.extend(current.iter().map(|id| format!("releases/{id}/{REPORT}")));
            }
            Needed::Current => wanted.extend(of_current),
            Needed::State => {
                wanted.extend(of_current);
                wanted.extend(["state/", "withheld/", "partial/"].map(str::to_owned));
            }
        }
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        self.fetch_below(&mut state, &wanted)?;
        self.point(&state, current.as_deref())?;
        state.tags = Output::at(&self.folder).tags()?;
        if self.lease.is_none() {
            trim(
                &Output::at(&self.folder),
                current.as_deref(),
                &mut state.copies,
                READ_WITHIN,
            )?;
            state.copies.save()?;
        }
        Ok(())
    }

    /// Removes what the store no longer has, or never had: releases of a run that could not send them.
    fn remove_others(&self, complete: &BTreeSet<String>, objects: &BTreeMap<String, Mark>) -> Result<(), Error> {
        let output = Output::at(&self.folder);
        for (_, id) in output.releases()? {
            if !complete.contains(&id) {
                disk::remove_folder(&output.release(&id))?;
            }
        }
        for path in ["hold", "runs.parquet", "run.json"] {
            if !objects.contains_key(path) {
                disk::remove_file(&self.folder.join(path))?;
            }
        }
        for folder in ["releases", "withheld", "partial"] {
            for path in files_below(&self.folder, folder)? {
                if !objects.contains_key(&path) {
                    disk::remove_file(&self.folder.join(path))?;
                }
            }
        }
        Ok(())
    }

    /// Fetches the objects of these paths, or below those that end with a slash, where the working copy has not got them.
    fn fetch_below(&self, state: &mut State, places: &[&str]) -> Result<(), Error> {
        let is_wanted = |path: &str| {
            let is_at = |place: &&str| match place.ends_with('/') {
                true => path.starts_with(*place),
                false => path == *place,
            };
            places.iter().any(is_at)
        };
        let wanted: Vec<(String, Mark)> = state
            .objects
            .iter()
            .filter(|(path, mark)| is_wanted(path) && !state.copies.is_current(path, mark))
            .map(|(path, mark)| (path.clone(), mark.clone()))
            .collect();
        if !wanted.is_empty() {
            tracing::info!(address = %self.address(), files = wanted.len(), "fetched from the output");
        }
        let done = fetch(&self.store, &self.folder, wanted, &mut state.copies);
        state.copies.save()?;
        done
    }

    /// Lets the links of the working copy lead where the objects of the store say.
    fn point(&self, state: &State, current: Option<&str>) -> Result<(), Error> {
        let output = Output::at(&self.folder);
        match current {
            Some(id) if output.current_release()?.as_deref() != Some(id) => output.point_current(id)?,
            None => disk::remove_file(&output.current())?,
            Some(_) => {}
        }
        let names = state.objects.keys().filter_map(|path| path.strip_prefix("tags/"));
        let read = names.map(|name| async move {
            let found = self.store.found(&format!("tags/{name}")).await?;
            let id = found.map(|(bytes, _)| String::from_utf8_lossy(&bytes).trim().to_owned());
            Ok::<_, Error>(id.map(|id| (name.to_owned(), id)))
        });
        let read: Vec<Option<(String, String)>> = wait(stream::iter(read).buffer_unordered(AT_ONCE).try_collect())?;
        let tags: BTreeMap<String, String> = read.into_iter().flatten().collect();
        let here = output.tags()?;
        for name in here.keys().filter(|name| !tags.contains_key(*name)) {
            disk::remove_file(&output.tags_folder().join(name))?;
        }
        for (name, id) in &tags {
            if here.get(name) != Some(id) && is_file_name(name) && is_file_name(id) {
                disk::create_folders(&output.tags_folder())?;
                disk::point(&output.tags_folder().join(name), &Path::new("../releases").join(id))?;
            }
        }
        Ok(())
    }
}

/// All objects. A list of long ago, without the current release, is asked for again.
fn listed(store: &Store, current: Option<&str>) -> Result<BTreeMap<String, Mark>, Error> {
    let Some(id) = current else { return store.list("") };
    let manifest = format!("releases/{id}/{MANIFEST}");
    for _ in 0..LISTED {
        let objects = store.list("")?;
        if objects.contains_key(&manifest) {
            return Ok(objects);
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    Err(Error::Lost {
        address: store.address(&manifest),
    })
}

/// Files and folders of a release that have its data, without what is made of them for people.
fn data(objects: &BTreeMap<String, Mark>, id: &str) -> BTreeSet<String> {
    let folder = format!("releases/{id}/");
    let is_for_people = |name: &str| {
        matches!(name, "returns/" | "extracts/" | REPORT)
            || [Lang::Zh, Lang::En].map(workbook_path).iter().any(|path| path == name)
    };
    let names = objects.keys().filter_map(|path| path.strip_prefix(&folder));
    let names = names.map(|path| path.split_inclusive('/').next().unwrap_or(path));
    let names = names.filter(|name| !is_for_people(name));
    names.map(|name| format!("{folder}{name}")).collect()
}

/// Ids of the releases that were sent whole: a manifest comes last.
pub(super) fn releases(objects: &BTreeMap<String, Mark>) -> BTreeSet<String> {
    let id = |path: &String| {
        let (id, file) = path.strip_prefix("releases/")?.split_once('/')?;
        (file == MANIFEST && is_release(id)).then(|| id.to_owned())
    };
    objects.keys().filter_map(id).collect()
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\0']) && !matches!(name, "." | "..")
}

/// The folder of a working copy, and the lock that keeps a second process of this machine out of it.
fn opened(folder: &Path) -> Result<(PathBuf, Lock), Error> {
    disk::create_folders(&folder.join("releases"))?;
    let lock = Lock::take(&folder.with_extension("lock"))?;
    Ok((folder.to_owned(), lock))
}

#[cfg(test)]
mod tests;
