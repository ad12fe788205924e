//! How a signal stops the program: no change is made on disk any more, and temporary folders are removed.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

/// Read by every change on disk; whoever stops the program locks it for good.
static CHANGES: RwLock<()> = RwLock::new(());
/// Whether the result of the run is being put in its place, or is there.
static COMMITTED: AtomicBool = AtomicBool::new(false);
/// Folders that nothing of may be left.
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

thread_local! {
    /// Whether this thread has stopped the program: it alone may still change something, to note how the run ended.
    static HAS_STOPPED: Cell<bool> = const { Cell::new(false) };
}

/// Waits for good once another thread has stopped the program; else it is not stopped while the guard lives.
pub fn going_on() -> Option<RwLockReadGuard<'static, ()>> {
    let waits = !HAS_STOPPED.get();
    waits.then(|| CHANGES.read().unwrap_or_else(PoisonError::into_inner))
}

/// From here on the result is put in its place: the run comes to its end, whatever signal comes.
pub fn commit() {
    let _going_on = going_on();
    COMMITTED.store(true, Ordering::SeqCst);
}

/// What was committed was a part of the work, in a temporary folder: the whole can still be stopped.
pub fn reopen() {
    COMMITTED.store(false, Ordering::SeqCst);
}

/// Stops all changes on disk for good, but for those of this thread, and removes the temporary folders. False: the result has been committed, and nothing is stopped.
pub fn stop() -> bool {
    let changes = CHANGES.write().unwrap_or_else(PoisonError::into_inner);
    if COMMITTED.load(Ordering::SeqCst) {
        return false;
    }
    std::mem::forget(changes);
    HAS_STOPPED.set(true);
    clear();
    true
}

/// Removes the temporary folders; nobody may write to them any more.
pub fn clear() {
    let folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    for folder in folders.iter() {
        // What cannot be removed now is removed by the next run.
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// Notes a temporary folder.
pub(super) fn note(folder: &Path) {
    let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    folders.push(folder.to_owned());
}

/// Forgets a folder that is gone, or has its place.
pub(super) fn forget(folder: &Path) {
    let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    folders.retain(|one| one != folder);
}
