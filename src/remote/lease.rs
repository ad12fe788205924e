//! The lock of an output in an object store: it ends by itself unless its holder goes on renewing it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use object_store::UpdateVersion;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::store::{Store, wait};
use crate::lake::LockOwner;

const LOCK: &str = "lock";

/// How long a lock holds that is not renewed, unless `HUIZONG_LOCK_SECONDS` says otherwise. A run that was killed keeps others waiting so long.
const HOLDS: i64 = 60;

/// How far clocks may differ before somebody is told.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(5);

/// How long it is believed that nobody has taken the lock.
const LATELY: Duration = Duration::from_secs(2);

/// What the object says.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Note {
    /// Goes up with each holder.
    number: u64,
    /// When it was last renewed.
    renewed: Timestamp,
    /// Until when it holds.
    until: Timestamp,
    /// Whether its holder has given it back.
    ended: bool,
    /// Of all writers only this one has this text, whatever their clocks say.
    holder: String,
    owner: LockOwner,
}

/// Holds an output in an object store while a run writes.
#[derive(Debug)]
pub(super) struct Lease {
    shared: Arc<Shared>,
    /// Its number: higher than that of any lock before.
    pub(super) number: u64,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    held: Mutex<Held>,
    woken: Condvar,
    holds: SignedDuration,
}

#[derive(Debug)]
struct Held {
    note: Note,
    version: UpdateVersion,
    /// When the store was last asked, and had it as this holder's.
    checked: Instant,
    /// Somebody else has it by now.
    is_lost: bool,
    ends: bool,
}

impl Lease {
    /// Takes the lock.
    pub(super) fn take(store: &Store) -> Result<Lease, Error> {
        let set = std::env::var("HUIZONG_LOCK_SECONDS").ok();
        // A value that is none is refused before any command.
        let holds = SignedDuration::from_secs(set.and_then(|text| text.parse().ok()).unwrap_or(HOLDS));
        let address = store.address(LOCK);
        let found = store.read(LOCK)?;
        let before: Option<Note> = match &found {
            Some((bytes, _)) => Some(serde_json::from_slice(bytes).map_err(|_| Error::Foreign {
                address: address.clone(),
            })?),
            None => None,
        };
        let now = Timestamp::now();
        if let Some(note) = &before
            && note.renewed > until(now, CLOCKS_DIFFER)
        {
            let (host, renewed) = (&note.owner.host, note.renewed.to_string());
            tracing::warn!(
                address,
                host,
                renewed,
                "the lock was renewed in the future: the clock of that machine or of this one is wrong"
            );
        }
        if let Some(note) = before.as_ref().filter(|note| !note.ended && note.until > now) {
            return Err(locked(address, note));
        }
        let number = before.as_ref().map_or(1, |note| note.number + 1);
        let owner = LockOwner::myself();
        let note = Note {
            number,
            renewed: now,
            until: until(now, holds),
            ended: false,
            holder: format!("{}-{}-{}", owner.host, owner.pid, now.as_nanosecond()),
            owner,
        };
        let version = store.swap(LOCK, &text(&note), found.as_ref().map(|(_, version)| version))?;
        let Some(version) = version else {
            // Somebody was faster.
            let read = store.read(LOCK)?;
            let note = read.and_then(|(bytes, _)| serde_json::from_slice(&bytes).ok());
            return Err(note.map_or_else(
                || Error::Foreign {
                    address: address.clone(),
                },
                |note| locked(address.clone(), &note),
            ));
        };
        let shared = Arc::new(Shared {
            store: store.clone(),
            held: Mutex::new(Held {
                note,
                version,
                checked: Instant::now(),
                is_lost: false,
                ends: false,
            }),
            woken: Condvar::new(),
            holds,
        });
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|other| other.strong_count() > 0);
        held.push(Arc::downgrade(&shared));
        drop(held);
        std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.renew()
        });
        Ok(Lease { shared, number })
    }

    /// That nobody else has taken the lock: as the store has it now.
    pub(super) async fn checked(&self) -> Result<(), Error> {
        let shared = &self.shared;
        if !shared.held().is_lost {
            let asked = Instant::now();
            let found = shared.found().await?;
            let mut held = shared.held();
            if found.is_some_and(|(note, _)| note.holder == held.note.holder) {
                held.checked = asked;
                return Ok(());
            }
        }
        Err(Error::Overtaken {
            address: shared.store.address(""),
        })
    }

    /// The same, if it was not so a moment ago: before each of many requests.
    pub(super) async fn check_lately(&self) -> Result<(), Error> {
        let (is_lost, age) = {
            let held = self.shared.held();
            (held.is_lost, held.checked.elapsed())
        };
        match is_lost || age > LATELY {
            true => self.checked().await,
            false => Ok(()),
        }
    }
}

/// Locks of this process, for the thread that a signal starts.
static HELD: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

/// Gives back what this process holds: it is about to end, and nobody will drop anything.
pub fn give_back() {
    let held: Vec<Weak<Shared>> = std::mem::take(&mut *HELD.lock().unwrap_or_else(PoisonError::into_inner));
    for shared in held.iter().filter_map(Weak::upgrade) {
        shared.give_back(Duration::from_secs(1));
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.shared.give_back(Duration::from_secs(10));
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the thread that renews the lock give it back. A store that does not answer keeps nobody from ending.
    fn give_back(&self, at_most: Duration) {
        let mut held = self.held();
        held.ends = true;
        self.woken.notify_all();
        let going_on = |held: &mut Held| !held.note.ended && !held.is_lost;
        drop(self.woken.wait_timeout_while(held, at_most, going_on));
    }

    /// What the lock says now. One that somebody has removed is put there again, unless another run was faster.
    async fn found(&self) -> Result<Option<(Note, UpdateVersion)>, Error> {
        let mut found = self.store.found(LOCK).await?;
        if found.is_none() {
            let note = text(&self.held().note);
            if self.store.swapped(LOCK, &note, None).await?.is_some() {
                let address = self.store.address(LOCK);
                tracing::warn!(
                    address,
                    "the lock was removed while this run held it, and is there again"
                );
            }
            found = self.store.found(LOCK).await?;
        }
        Ok(found.and_then(|(bytes, version)| Some((serde_json::from_slice(&bytes).ok()?, version))))
    }

    /// Renews the lock three times while it holds, until it is given back or lost.
    fn renew(&self) {
        let third = Duration::try_from(self.holds / 3).unwrap_or_default();
        loop {
            let held = self.held();
            let (held, _) = self
                .woken
                .wait_timeout_while(held, third, |held| !held.ends)
                .unwrap_or_else(PoisonError::into_inner);
            let (mut note, version, ends) = (held.note.clone(), held.version.clone(), held.ends);
            drop(held);
            note.renewed = Timestamp::now();
            note.ended = ends;
            if !ends {
                note.until = until(note.renewed, self.holds);
            }
            match self.store.swap(LOCK, &text(&note), Some(&version)) {
                Ok(Some(version)) => {
                    let mut held = self.held();
                    (held.note, held.version) = (note, version);
                    self.woken.notify_all();
                }
                // A renewal whose answer was lost is still one of this holder.
                Ok(None) => match wait(self.found()) {
                    Ok(Some((found, version))) if found.holder == note.holder => {
                        let mut held = self.held();
                        (held.note, held.version) = (found, version.clone());
                        if !ends {
                            continue;
                        }
                        // Whoever waits for the end must not wait for the store.
                        drop(held);
                        let _ = self.store.swap(LOCK, &text(&note), Some(&version));
                        self.ended();
                    }
                    Ok(_) => {
                        self.held().is_lost = true;
                        self.woken.notify_all();
                        return;
                    }
                    Err(_) => {}
                },
                // The next time is tried again; what decides is whether somebody else has taken it.
                Err(error) => tracing::warn!(error = %error, "the lock could not be renewed"),
            }
            if ends {
                return self.ended();
            }
        }
    }

    /// Lets go whoever waits for the end.
    fn ended(&self) {
        self.held().note.ended = true;
        self.woken.notify_all();
    }
}

fn until(now: Timestamp, holds: SignedDuration) -> Timestamp {
    now.saturating_add(holds).unwrap_or(Timestamp::MAX)
}

fn text(note: &Note) -> Vec<u8> {
    serde_json::to_vec(note).expect("a note is plain data")
}

fn locked(address: String, note: &Note) -> Error {
    let round = |at: Timestamp| at.round(jiff::Unit::Second).unwrap_or(at).to_string();
    Error::Locked {
        address,
        owner: note.owner.clone(),
        until: round(note.until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_gets_the_lock() {
        let store = Store::in_memory();
        let taken: Vec<Result<Lease, Error>> = std::thread::scope(|scope| {
            let tasks: Vec<_> = (0..8).map(|_| scope.spawn(|| Lease::take(&store))).collect();
            tasks.into_iter().map(|task| task.join().unwrap()).collect()
        });
        assert_eq!(taken.iter().filter(|lease| lease.is_ok()).count(), 1);
        let refused = taken.iter().filter_map(|lease| lease.as_ref().err());
        for error in refused {
            assert!(matches!(error, Error::Locked { .. }), "{error}");
        }
        drop(taken);
        let next = Lease::take(&store).unwrap();
        assert_eq!(next.number, 2);
    }

    #[test]
    fn a_lock_that_is_not_renewed_is_taken_over_and_its_holder_knows() {
        let store = Store::in_memory();
        let first = Lease::take(&store).unwrap();
        // As if its holder had been away since long ago.
        let (bytes, version) = store.read(LOCK).unwrap().unwrap();
        let mut note: Note = serde_json::from_slice(&bytes).unwrap();
        note.until = Timestamp::UNIX_EPOCH;
        store.swap(LOCK, &text(&note), Some(&version)).unwrap().unwrap();
        let second = Lease::take(&store).unwrap();
        assert_eq!(second.number, 2);
        assert!(matches!(wait(first.checked()), Err(Error::Overtaken { .. })));
        let shared = Arc::clone(&first.shared);
        drop(first);
        assert!(shared.held().is_lost);
        assert!(wait(second.checked()).is_ok());
        let (bytes, _) = store.read(LOCK).unwrap().unwrap();
        let note: Note = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(
            (note.number, note.ended),
            (2, false),
            "the first has not given back what is the second's"
        );
    }

    #[test]
    fn a_lock_that_somebody_removes_is_not_taken_over() {
        let store = Store::in_memory();
        let first = Lease::take(&store).unwrap();
        store.remove(&[LOCK.to_owned()]).unwrap();
        assert!(wait(first.checked()).is_ok());
        assert!(matches!(Lease::take(&store), Err(Error::Locked { .. })));
        drop(first);
        let second = Lease::take(&store).unwrap();
        assert_eq!(second.number, 2, "the first gave it back");
        // Somebody who wants it was faster than its holder.
        store.remove(&[LOCK.to_owned()]).unwrap();
        let third = Lease::take(&store).unwrap();
        assert!(matches!(wait(second.checked()), Err(Error::Overtaken { .. })));
        assert!(wait(third.checked()).is_ok());
    }

    #[test]
    fn whatever_else_lies_there_is_not_overwritten() {
        let store = Store::in_memory();
        store.put(LOCK, b"somebody's".to_vec()).unwrap();
        assert!(matches!(Lease::take(&store), Err(Error::Foreign { .. })));
    }
}
