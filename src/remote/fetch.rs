//! Objects → files, many at a time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};
use object_store::{GetOptions, ObjectStoreExt};

use super::copies::Copies;
use super::error::Error;
use super::store::{AT_ONCE, Mark, Store, wait};
use crate::lake::disk;

/// How often an object is begun anew that is replaced while it is read.
const TRIES: usize = 5;

/// Bytes of a part of a path that file systems allow.
const LONGEST_NAME: usize = 255;

/// Copies objects to files of a folder, each whole or not at all. An object that is gone by now has no file afterwards. Where one fails,
/// `copies` knows the others all the same.
pub(super) fn fetch(
    store: &Store,
    folder: &Path,
    wanted: Vec<(String, Mark)>,
    copies: &mut Copies,
) -> Result<(), Error> {
    for (path, _) in &wanted {
        let reason = unusable(path);
        if let Some(reason) = reason {
            let address = store.address(path);
            return Err(Error::Key { address, reason });
        }
    }
    let fails = AtomicBool::new(false);
    let tasks = wanted.into_iter().enumerate().map(|(at, (path, mark))| {
        let fails = &fails;
        async move {
            // After a failure only what is under way comes to its end.
            if fails.load(Ordering::Relaxed) {
                return None;
            }
            let size = mark.size;
            let found = one(store, folder, (at, &path), mark).await;
            fails.fetch_or(found.is_err(), Ordering::Relaxed);
            Some((path, size, found))
        }
    });
    let done: Vec<_> = wait(stream::iter(tasks).buffer_unordered(AT_ONCE).collect());
    let mut failed = None;
    for (path, size, found) in done.into_iter().flatten() {
        match found {
            Ok(Some(mark)) => copies.learn(&path, mark),
            Ok(None) => {
                disk::remove_file(&folder.join(&path))?;
                copies.forget(&path);
                if size > 0 {
                    store.refuse_slash(&path)?;
                }
            }
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Why the path of an object cannot be that of a file.
fn unusable(path: &str) -> Option<&'static str> {
    let too_long = |part: &str| part.len() > LONGEST_NAME;
    let is_outside = |part: &str| matches!(part, "" | "." | "..");
    match () {
        () if path.contains('\0') => Some("its key has a character that no file name can have"),
        () if path.split('/').any(too_long) => Some("a part of its key is longer than 255 bytes"),
        () if path.split('/').any(is_outside) => Some("a part of its key is empty, `.` or `..`"),
        () => None,
    }
}

async fn one(store: &Store, folder: &Path, (at, path): (usize, &str), mut mark: Mark) -> Result<Option<Mark>, Error> {
    let key = store.key(path)?;
    for _ in 0..TRIES {
        let options = GetOptions {
            if_match: mark.e_tag.clone(),
            ..GetOptions::default()
        };
        match store.inner.get_opts(&key, options).await {
            Ok(found) => {
                let size = found.meta.size;
                let read = Mark::of(&found.meta);
                let target = folder.join(path);
                let beside = folder.join(format!("{}fetch-{at}", disk::TEMPORARY));
                let mut file = disk::NewFile::create(&beside)?;
                let mut content = found.into_stream();
                let mut length = 0;
                while let Some(piece) = content.next().await {
                    let piece = piece.map_err(store.failed("read", path))?;
                    length += piece.len() as u64;
                    file.add(&piece)?;
                }
                if length == size {
                    if let Some(parent) = target.parent() {
                        disk::create_folders(parent)?;
                    }
                    disk::rename(&beside, &target)?;
                    return Ok(Some(read));
                }
                disk::remove_file(&beside)?;
            }
            // It is another one by now, or the list was an old one.
            Err(object_store::Error::Precondition { .. } | object_store::Error::NotFound { .. }) => {
                match store.inner.head(&key).await {
                    Ok(meta) => mark = Mark::of(&meta),
                    Err(object_store::Error::NotFound { .. }) => return Ok(None),
                    Err(error) => return Err(store.failed("read", path)(error)),
                }
            }
            Err(error) => return Err(store.failed("read", path)(error)),
        }
    }
    let address = store.address(path);
    Err(Error::Changed { address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_fetched_before_a_failure_is_known() {
        let (store, dir) = (Store::in_memory(), tempfile::tempdir().unwrap());
        let folder = dir.path().join("copy");
        for path in ["one", "folder/two"] {
            store.put(path, b"text".to_vec()).unwrap();
        }
        let mut copies = Copies::open(dir.path().join("index"), &folder);
        // The place of the second one is taken.
        disk::write(&folder.join("folder"), b"a file").unwrap();
        let listed = store.list("").unwrap();
        let wanted = ["one", "folder/two"].map(|path| (path.to_owned(), listed[path].clone()));
        assert!(fetch(&store, &folder, wanted.to_vec(), &mut copies).is_err());
        assert!(copies.is_current("one", &listed["one"]));
        assert!(!copies.is_current("folder/two", &listed["folder/two"]));
    }
}
