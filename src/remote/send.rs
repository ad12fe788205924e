//! What changed in a working copy → objects. A release comes whole before `current` names it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path as Key;
use object_store::{ObjectStoreExt, WriteMultipart};

use super::copies::files_below;
use super::error::Error;
use super::lease::Lease;
use super::pointer::Pointer;
use super::session::{Needed, Session, State, publishing, releases};
use super::store::{AT_ONCE, Mark, Store, wait};
use super::trim::trim;
use crate::lake::{self, Output};
use crate::release::{MANIFEST, Record, SIGNATURE};

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
    let named = output.tags()?;
    tags(session, state, &named)?;
    if let Some(id) = current
        && state.current.release() != Some(&id)
    {
        publish(session, state, id)?;
    }
    let begun: Vec<String> = new.iter().map(|id| publishing(id)).collect();
    session.store.remove(&begun)?;
    session.check()?;
    let gone = gone(session, state, (&sent, &here), &named)?;
    session.store.remove(&gone)?;
    for path in &gone {
        state.objects.remove(path);
        state.copies.forget(path);
    }
    state.tags = named;
    let current = state.current.release().map(str::to_owned);
    trim(&output, current.as_deref(), &mut state.copies, Duration::ZERO)?;
    Ok(state.copies.save()?)
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
    copy(&session.store, &there, &copied)?;
    files(session, state, &new)?;
    let arrived = session.store.list(&folder)?;
    for path in &all {
        let length = std::fs::metadata(session.output().join(path)).map(|found| found.len());
        let mark = arrived.get(path);
        let Some(mark) = mark.filter(|mark| length.is_ok_and(|length| length == mark.size)) else {
            let address = session.store.address(path);
            return Err(Error::Changed { address });
        };
        // The answer to a copy says nothing of it.
        if copied.contains_key(path) {
            state.note(path, mark.clone());
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
fn copy(store: &Store, paths: &[String], from: &BTreeMap<String, String>) -> Result<(), Error> {
    let tasks = paths.iter().map(|path| async move {
        let (source, target) = (store.key(&from[path])?, store.key(path)?);
        let copied = store.inner.copy(&source, &target).await;
        copied.map_err(store.failed("copy", path))
    });
    wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect())
}

/// Sends files of the working copy.
fn files(session: &Session, state: &mut State, paths: &[String]) -> Result<(), Error> {
    let (store, folder) = (&session.store, session.output());
    let tasks = (paths.iter()).map(|path| async move { Ok::<_, Error>((path, one(store, folder, path).await?)) });
    let sent: Vec<(&String, Mark)> = wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect())?;
    for (path, mark) in sent {
        state.note(path, mark);
    }
    Ok(())
}

/// Sends a file: a long one in parts, of which nobody sees anything until all have arrived.
pub(super) async fn one(store: &Store, folder: &Path, path: &str) -> Result<Mark, Error> {
    let place = folder.join(path);
    let failed = || lake::Error::io("read", &place);
    let mut file = File::open(&place).map_err(failed())?;
    let length = file.metadata().map_err(failed())?.len();
    let (key, refused) = (store.key(path)?, store.failed("write", path));
    let put = if length <= PART as u64 {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed())?;
        Some(store.inner.put(&key, bytes.into()).await.map_err(refused)?)
    } else {
        let parts = in_parts(store, &key, (&mut file, &place), &refused).await?;
        match parts.finish().await {
            Ok(put) => Some(put),
            // The answer to the last request may have been lost.
            Err(error) => match store.inner.head(&key).await {
                Ok(meta) if meta.size == length => None,
                _ => return Err(refused(error)),
            },
        }
    };
    if let Some(mark) = put.and_then(|put| Mark::of_written(put, length)) {
        return Ok(mark);
    }
    let meta = store.inner.head(&key).await;
    meta.map(|meta| Mark::of(&meta)).map_err(store.failed("look at", path))
}

/// Sends a long file; it is not yet put together.
async fn in_parts(
    store: &Store,
    key: &Key,
    (file, place): (&mut File, &Path),
    refused: &impl Fn(object_store::Error) -> Error,
) -> Result<WriteMultipart, Error> {
    let upload = store.inner.put_multipart(key).await.map_err(refused)?;
    let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
    loop {
        let mut bytes = Vec::with_capacity(PART);
        let next = match file.take(PART as u64).read_to_end(&mut bytes) {
            Ok(0) => return Ok(parts),
            Ok(_) => parts.wait_for_capacity(PARTS).await.map_err(refused),
            Err(error) => Err(lake::Error::io("read", place)(error).into()),
        };
        if let Err(error) = next {
            // Parts that nobody puts together would stay, and be paid for.
            let _ = parts.abort().await;
            return Err(error);
        }
        parts.put(bytes.into());
    }
}

/// Sends the tags that the session has given or moved.
fn tags(session: &Session, state: &mut State, tags: &BTreeMap<String, String>) -> Result<(), Error> {
    let store = &session.store;
    let new = tags.iter().filter(|(name, id)| state.tags.get(*name) != Some(*id));
    let tasks = new.map(|(name, id)| async move {
        let path = format!("tags/{name}");
        let put = store.inner.put(&store.key(&path)?, format!("{id}\n").into()).await;
        put.map(drop).map_err(store.failed("write", &path))
    });
    wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect())
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
        Some(("tags", name)) => state.tags.contains_key(name) && !tags.contains_key(name),
        Some(_) => false,
        None => *path == "hold" && !is_here(path),
    };
    Ok(state.objects.keys().filter(is_gone).cloned().collect())
}
