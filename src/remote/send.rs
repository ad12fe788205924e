//! What changed in a working copy → objects. A release comes whole before `current` names it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::ObjectStoreExt;

use super::copies::files_below;
use super::error::Error;
use super::pointer::Pointer;
use super::publishing::{begin, end, uncleared};
use super::session::{Needed, Session, State, releases};
use super::store::{AT_ONCE, Mark, wait};
use super::trim::trim;
use super::upload::{created, replaced};
use crate::lake::Output;
use crate::release::{MANIFEST, Record, SIGNATURE, is_dated};

impl Session {
    /// Sends what a run or a command has changed in the working copy, and lets `current` name the release that is current there.
    ///
    /// # Errors
    /// When the store fails or another run has taken over: `current` is as it was. What fails after `current` was replaced is a warning.
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
    for id in here.difference(&sent) {
        new_release(session, state, id)?;
    }
    let confirmed = |id| [MANIFEST, SIGNATURE].map(|file| format!("releases/{id}/{file}"));
    let mut changed: Vec<String> = here.intersection(&sent).flat_map(confirmed).collect();
    changed.extend(files_below(session.output(), "state")?);
    changed.extend(files_below(session.output(), "withheld")?);
    changed.extend(files_below(session.output(), "partial")?);
    changed.push("hold".to_owned());
    // What another machine has removed from the store may still be of use here, and is sent again.
    let is_there = |path: &String| state.objects.contains_key(path) && state.copies.is_untouched(path);
    changed.retain(|path| session.output().join(path).is_file() && !is_there(path));
    files(session, state, &changed)?;
    let named = output.tags()?;
    tags(session, state, &named)?;
    let moved_to = current.filter(|id| state.current.release() != Some(id));
    let is_published = moved_to.is_some();
    if let Some(id) = moved_to {
        publish(session, state, id)?;
    }
    match clear_up(session, state, (&sent, &here), named) {
        // Nothing of this makes the release another one.
        Err(error) if is_published => uncleared(&session.store, &error),
        done => done?,
    }
    Ok(())
}

/// Removes what the output no longer has, and what the working copy no longer needs.
fn clear_up(
    session: &Session,
    state: &mut State,
    (sent, here): (&BTreeSet<String>, &BTreeSet<String>),
    tags: BTreeMap<String, String>,
) -> Result<(), Error> {
    for id in here.difference(sent) {
        end(&session.store, id)?;
    }
    session.check()?;
    let gone = gone(session, state, (sent, here), &tags)?;
    for path in &gone {
        state.objects.remove(path);
        state.copies.forget(path);
    }
    let (unused, asked): (Vec<String>, Vec<String>) = gone.into_iter().partition(|path| is_left_to_runs(path));
    session.store.remove(&asked)?;
    // Nobody has asked for this: it may as well stay.
    if let Err(error) = session.store.remove(&unused) {
        uncleared(&session.store, &error);
    }
    state.tags = tags;
    let current = state.current.release().map(str::to_owned);
    let output = Output::at(session.output());
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
    begin(&session.store, id)?;
    let folder = format!("releases/{id}");
    let mut all = files_below(session.output(), &folder)?;
    let manifest = format!("{folder}/{MANIFEST}");
    all.retain(|path| *path != manifest);
    let copied = copied(session, state, id)?;
    let (there, new): (Vec<String>, Vec<String>) = all.iter().cloned().partition(|path| copied.contains_key(path));
    tracing::info!(release = id, sent = new.len(), copied = there.len(), "sent the release");
    copy(session, &there, &copied)?;
    new_files(session, state, &new)?;
    let arrived = session.store.list(&folder)?;
    for path in &all {
        let length = std::fs::metadata(session.output().join(path)).map(|found| found.len());
        let mark = arrived.get(path);
        let Some(mark) = mark.filter(|mark| length.is_ok_and(|length| length == mark.size)) else {
            // Whoever has taken over may have sent its own file: that is why nothing is published, not the difference.
            session.check()?;
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
    new_files(session, state, &[manifest])
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
    // A dated file is this run's own, and is not copied over another one's.
    let same = new
        .outputs
        .iter()
        .filter(|file| !is_dated(&file.path))
        .filter_map(|file| {
            let from = format!("releases/{base}/{}", known.get(file.sha256.as_str())?);
            let is_there = (state.objects.get(&from)).is_some_and(|mark| state.copies.is_current(&from, mark));
            is_there.then(|| (format!("releases/{id}/{}", file.path), from))
        });
    Ok(same.collect())
}

/// Copies objects within the store. Not every store takes a condition with a copy; a release of the same id has the same content there.
fn copy(session: &Session, paths: &[String], from: &BTreeMap<String, String>) -> Result<(), Error> {
    let store = &session.store;
    let tasks = paths.iter().map(|path| async move {
        session.check_lately().await?;
        let (source, target) = (store.key(&from[path])?, store.key(path)?);
        let copied = store.inner.copy(&source, &target).await;
        copied.map_err(store.failed("copy", path))
    });
    wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect())
}

/// Sends files of the working copy, whatever is there.
fn files(session: &Session, state: &mut State, paths: &[String]) -> Result<(), Error> {
    let sent = paths.iter().map(|path| async move {
        session.check_lately().await?;
        Ok((path, replaced(&session.store, session.output(), path).await?))
    });
    noted(state, sent)
}

/// Sends files of a new release.
fn new_files(session: &Session, state: &mut State, paths: &[String]) -> Result<(), Error> {
    noted(
        state,
        (paths.iter()).map(|path| async move { Ok((path, created(session, path).await?)) }),
    )
}

/// Sends files, and notes what the store has of them.
fn noted<'a>(
    state: &mut State,
    tasks: impl Iterator<Item = impl Future<Output = Result<(&'a String, Mark), Error>>>,
) -> Result<(), Error> {
    let sent: Vec<(&String, Mark)> = wait(stream::iter(tasks).buffer_unordered(AT_ONCE).try_collect())?;
    for (path, mark) in sent {
        state.note(path, mark);
    }
    Ok(())
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

/// Whether runs write and remove an object as they need it.
fn is_left_to_runs(path: &str) -> bool {
    ["state/", "withheld/", "partial/"]
        .iter()
        .any(|folder| path.starts_with(folder))
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
        Some(_) if is_left_to_runs(path) => session.needed == Needed::State && !is_here(path),
        Some(("tags", name)) => state.tags.contains_key(name) && !tags.contains_key(name),
        Some(_) => false,
        None => *path == "hold" && !is_here(path),
    };
    Ok(state.objects.keys().filter(is_gone).cloned().collect())
}
