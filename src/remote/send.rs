//! What changed in a working copy → objects. A release comes whole before `current` names it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::{ObjectStoreExt, WriteMultipart};

use super::copies::files_below;
use super::error::Error;
use super::lease::Lease;
use super::pointer::Pointer;
use super::session::{MANIFEST, Needed, Session, State, publishing, releases};
use super::store::{AT_ONCE, Store, wait};
use crate::lake::{self, Output, disk};
use crate::release::{Record, SIGNATURE};

/// Bytes of a part of a file that is sent in several.
const PART: usize = 8 << 20;

/// Parts of a file under way at one time.
const PARTS: usize = 2;

impl Session {
    /// That nobody has taken over.
    fn check(&self) -> Result<(), Error> {
        self.lease.as_ref().map_or(Ok(()), Lease::check)
    }

    /// Sends what a run or a command has changed in the working copy, and lets `current` name the release that is current there.
    ///
    /// # Errors
    /// When the store fails or another run has taken over: `current` is as it was.
    pub fn send(&self) -> Result<(), Error> {
        send(self)
    }

    /// Sends what is noted of runs.
    ///
    /// # Errors
    /// When the store fails.
    pub fn send_journal(&self) -> Result<(), Error> {
        self.check()?;
        let state = &mut *self.state();
        let mut changed = vec!["runs.parquet".to_owned(), "run.json".to_owned()];
        changed.retain(|path| self.output().join(path).is_file() && !state.copies.is_untouched(path));
        files(self, state, &changed)?;
        Ok(state.copies.save()?)
    }
}

fn send(session: &Session) -> Result<(), Error> {
    let output = Output::at(session.output());
    session.check()?;
    let state = &mut *session.state();
    let current = output.current_release()?;
    let sent = releases(&state.objects);
    let here: BTreeSet<String> = output.releases()?.into_iter().map(|(_, id)| id).collect();
    let new: Vec<&String> = here.difference(&sent).collect();
    for id in &new {
        new_release(session, state, id)?;
    }
    let confirmed = |id| [MANIFEST, SIGNATURE].map(|file| format!("releases/{id}/{file}"));
    let mut changed: Vec<String> = here.intersection(&sent).flat_map(confirmed).collect();
    changed.extend(files_below(session.output(), "state")?);
    changed.extend(files_below(session.output(), "withheld")?);
    changed.extend(files_below(session.output(), "partial")?);
    changed.push("hold".to_owned());
    changed.retain(|path| session.output().join(path).is_file() && !state.copies.is_untouched(path));
    files(session, state, &changed)?;
    let tags = output.tags()?;
    for (name, id) in &tags {
        session
            .store
            .put(&format!("tags/{name}"), format!("{id}\n").into_bytes())?;
    }
    if let Some(id) = current
        && state.current.release() != Some(&id)
    {
        publish(session, state, id)?;
    }
    let begun: Vec<String> = new.iter().map(|id| publishing(id)).collect();
    session.store.remove(&begun)?;
    session.check()?;
    let gone = gone(session, state, (&sent, &here), &tags)?;
    session.store.remove(&gone)?;
    for path in &gone {
        state.objects.remove(path);
        state.copies.forget(path);
    }
    state.copies.save()?;
    Ok(trim(&output, state.current.release())?)
}

/// Lets `current` name a release, if nobody else has taken over.
fn publish(session: &Session, state: &mut State, id: String) -> Result<(), Error> {
    session.check()?;
    let fence = session.lease.as_ref().map_or(0, |lease| lease.number);
    let pointer = Pointer {
        release: Some(id),
        fence,
    };
    state.current = state.current.moved_to(&session.store, pointer)?;
    Ok(())
}

/// Sends a release, its manifest last, and looks whether all of it has arrived.
fn new_release(session: &Session, state: &mut State, id: &str) -> Result<(), Error> {
    session.store.put(&publishing(id), Vec::new())?;
    let folder = format!("releases/{id}");
    let mut all = files_below(session.output(), &folder)?;
    let manifest = format!("{folder}/{MANIFEST}");
    all.retain(|path| *path != manifest);
    let copied = copied(session, state, id)?;
    let (there, new): (Vec<String>, Vec<String>) = all.iter().cloned().partition(|path| copied.contains_key(path));
    tracing::info!(release = id, sent = new.len(), copied = there.len(), "sent the release");
    copy(session, state, &there, &copied)?;
    files(session, state, &new)?;
    let arrived = session.store.list(&folder)?;
    for path in &all {
        let length = std::fs::metadata(session.output().join(path)).map(|found| found.len());
        let is_whole = arrived
            .get(path)
            .is_some_and(|mark| length.is_ok_and(|length| length == mark.size));
        if !is_whole {
            let address = session.store.address(path);
            return Err(Error::Changed { address });
        }
    }
    // Whoever has taken over may have sent a release of this name, which must stay theirs.
    session.check()?;
    files(session, state, &[manifest])
}

/// Files of a new release that another one in the store has as well: its path there.
fn copied(session: &Session, state: &State, id: &str) -> Result<BTreeMap<String, String>, Error> {
    let output = Output::at(session.output());
    let (Some(new), Some(base)) = (Record::read(&output.release(id)), state.current.release()) else {
        return Ok(BTreeMap::new());
    };
    let Some(before) = Record::read(&output.release(base)) else {
        return Ok(BTreeMap::new());
    };
    let known: BTreeMap<&str, &str> = (before.outputs.iter())
        .map(|file| (file.sha256.as_str(), file.path.as_str()))
        .collect();
    let same = new.outputs.iter().filter_map(|file| {
        let from = format!("releases/{base}/{}", known.get(file.sha256.as_str())?);
        let is_there = (state.objects.get(&from)).is_some_and(|mark| state.copies.is_current(&from, mark));
        is_there.then(|| (format!("releases/{id}/{}", file.path), from))
    });
    Ok(same.collect())
}

/// Copies objects within the store.
fn copy(session: &Session, state: &mut State, paths: &[String], from: &BTreeMap<String, String>) -> Result<(), Error> {
    let store = &session.store;
    let tasks = paths.iter().map(|path| async move {
        let (source, target) = (store.key(&from[path])?, store.key(path)?);
        let copied = store.inner.copy(&source, &target).await;
        copied.map_err(store.failed("copy", path))
    });
    wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>())?;
    note(session, state, paths)
}

/// Sends files of the working copy.
fn files(session: &Session, state: &mut State, paths: &[String]) -> Result<(), Error> {
    let (store, folder) = (&session.store, session.output());
    let tasks = paths.iter().map(|path| one(store, folder, path));
    wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>())?;
    note(session, state, paths)
}

/// Notes what the store now says of objects that were written.
fn note(session: &Session, state: &mut State, paths: &[String]) -> Result<(), Error> {
    let store = &session.store;
    let tasks = paths.iter().map(|path| async move {
        let meta = store.inner.head(&store.key(path)?).await;
        let meta = meta.map_err(store.failed("look at", path))?;
        Ok::<_, Error>((path.clone(), super::store::Mark::of(&meta)))
    });
    let marks: Vec<_> = wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect())?;
    for (path, mark) in marks {
        state.copies.learn(&path, mark.clone());
        state.objects.insert(path, mark);
    }
    Ok(())
}

/// Sends a file: a long one in parts, of which nobody sees anything until all have arrived.
async fn one(store: &Store, folder: &Path, path: &str) -> Result<(), Error> {
    use std::io::Read;
    let place = folder.join(path);
    let failed = || lake::Error::io("read", &place);
    let mut file = std::fs::File::open(&place).map_err(failed())?;
    let length = file.metadata().map_err(failed())?.len();
    let (key, refused) = (store.key(path)?, store.failed("write", path));
    if length <= PART as u64 {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed())?;
        return store.inner.put(&key, bytes.into()).await.map(drop).map_err(refused);
    }
    let upload = store.inner.put_multipart(&key).await.map_err(&refused)?;
    let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
    loop {
        let mut bytes = Vec::with_capacity(PART);
        let read = (&mut file).take(PART as u64).read_to_end(&mut bytes);
        let next = match read {
            Ok(0) => break,
            Ok(_) => parts.wait_for_capacity(PARTS).await.map_err(&refused),
            Err(error) => Err(failed()(error).into()),
        };
        if let Err(error) = next {
            // Parts that nobody puts together would stay, and be paid for.
            let _ = parts.abort().await;
            return Err(error);
        }
        parts.put(bytes.into());
    }
    let Err(error) = parts.finish().await else {
        return Ok(());
    };
    // The answer to the last request may have been lost.
    match store.inner.head(&key).await {
        Ok(meta) if meta.size == length => Ok(()),
        _ => Err(refused(error)),
    }
}

/// Objects that the working copy no longer has: releases and results that were removed, tags, a hold that was lifted.
fn gone(
    session: &Session,
    state: &State,
    (sent, here): (&BTreeSet<String>, &BTreeSet<String>),
    tags: &BTreeMap<String, String>,
) -> Result<Vec<String>, Error> {
    let is_here = |path: &str| session.output().join(path).is_file();
    let is_gone = |path: &&String| match path.split_once('/') {
        Some(("releases", rest)) => rest
            .split_once('/')
            .is_some_and(|(id, _)| sent.contains(id) && !here.contains(id)),
        // Only what was fetched can have been removed.
        Some(("state" | "withheld" | "partial", _)) => session.needed == Needed::State && !is_here(path),
        Some(("tags", name)) => state.tags.contains(name) && !tags.contains_key(name),
        Some(_) => false,
        None => *path == "hold" && !is_here(path),
    };
    Ok(state.objects.keys().filter(is_gone).cloned().collect())
}

/// Leaves of releases that are not current only their manifests, with the signatures: the store has the rest.
fn trim(output: &Output, current: Option<&str>) -> Result<(), lake::Error> {
    for (_, id) in output.releases()? {
        if Some(id.as_str()) == current {
            continue;
        }
        let folder = output.release(&id);
        let entries = std::fs::read_dir(&folder).map_err(lake::Error::io("list the folder", &folder))?;
        for entry in entries {
            let entry = entry.map_err(lake::Error::io("list the folder", &folder))?;
            match entry.path().is_dir() {
                true => disk::remove_folder(&entry.path())?,
                false if [MANIFEST, SIGNATURE].iter().any(|kept| entry.file_name() == *kept) => {}
                false => disk::remove_file(&entry.path())?,
            }
        }
    }
    Ok(())
}
