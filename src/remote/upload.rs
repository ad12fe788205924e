//! Files → objects: a long one in parts, of which nobody sees anything until all have arrived.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use object_store::path::Path as Key;
use object_store::{ObjectStoreExt, UpdateVersion, WriteMultipart};

use super::error::Error;
use super::session::Session;
use super::store::{Mark, Store};
use crate::lake;
use crate::release::{MANIFEST, is_dated};

/// Bytes of a part of a file that is sent in several.
const PART: usize = 8 << 20;

/// Parts of a file under way at one time.
const PARTS: usize = 2;

/// Sends a file, whatever is there.
pub(super) async fn replaced(store: &Store, folder: &Path, path: &str) -> Result<Mark, Error> {
    let mut file = Opened::below(folder, path)?;
    let key = store.key(path)?;
    if file.is_long() {
        let parts = in_parts(store, (&key, path), &mut file).await?;
        return finished(store, (&key, path), parts, &file).await;
    }
    let bytes = file.bytes()?;
    let length = file.length;
    let put = store.inner.put(&key, bytes.into()).await;
    let put = put.map_err(store.failed("write", path))?;
    marked(store, (&key, path), put.into(), length).await
}

/// Sends a file of a release that is not published yet. Whoever has taken over the lock may have published a release of the same id by
/// now, so what is there is replaced only by the holder of the lock: then a run that had lost it has left it.
pub(super) async fn created(session: &Session, path: &str) -> Result<Mark, Error> {
    session.check_lately().await?;
    let store = &session.store;
    let mut file = Opened::below(session.output(), path)?;
    let key = store.key(path)?;
    if file.is_long() && !differs_by_run(path) {
        let parts = in_parts(store, (&key, path), &mut file).await?;
        // Not every store takes a condition with the last request. Another run's file of the same release is the same.
        if let Err(error) = session.checked().await {
            let _ = parts.abort().await;
            return Err(error);
        }
        return finished(store, (&key, path), parts, &file).await;
    }
    let bytes = file.bytes()?;
    let mut version = store.swapped(path, &bytes, None).await?;
    if version.is_none() {
        // In this order: what was there while the lock was held is not what somebody who took it has published.
        let found = store.found(path).await?;
        session.checked().await?;
        let before = found.as_ref().map(|(_, version)| version);
        version = store.swapped(path, &bytes, before).await?;
    }
    let version = version.ok_or_else(|| session.overtaken())?;
    marked(store, (&key, path), version, file.length).await
}

/// Whether two runs that make one release make another file of it: one with the time.
fn differs_by_run(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name == MANIFEST || is_dated(name)
}

/// A file that is to be sent.
struct Opened {
    file: File,
    place: PathBuf,
    length: u64,
}

impl Opened {
    fn below(folder: &Path, path: &str) -> Result<Opened, Error> {
        let place = folder.join(path);
        let failed = || lake::Error::io("read", &place);
        let file = File::open(&place).map_err(failed())?;
        let length = file.metadata().map_err(failed())?.len();
        Ok(Opened { file, place, length })
    }

    fn is_long(&self) -> bool {
        self.length > PART as u64
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = self.file.read_to_end(&mut bytes);
        read.map_err(lake::Error::io("read", &self.place))?;
        Ok(bytes)
    }
}

/// The mark of an object that was written, by the answer to that.
async fn marked(store: &Store, (key, path): (&Key, &str), written: UpdateVersion, length: u64) -> Result<Mark, Error> {
    if let Some(mark) = Mark::of_written(written, length) {
        return Ok(mark);
    }
    let meta = store.inner.head(key).await;
    meta.map(|meta| Mark::of(&meta)).map_err(store.failed("look at", path))
}

/// Sends a long file; it is not yet put together.
async fn in_parts(store: &Store, (key, path): (&Key, &str), opened: &mut Opened) -> Result<WriteMultipart, Error> {
    let refused = store.failed("write", path);
    let upload = store.inner.put_multipart(key).await.map_err(&refused)?;
    let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
    loop {
        let mut bytes = Vec::with_capacity(PART);
        let next = match (&mut opened.file).take(PART as u64).read_to_end(&mut bytes) {
            Ok(0) => return Ok(parts),
            Ok(_) => parts.wait_for_capacity(PARTS).await.map_err(&refused),
            Err(error) => Err(lake::Error::io("read", &opened.place)(error).into()),
        };
        if let Err(error) = next {
            // Parts that nobody puts together would stay, and be paid for.
            let _ = parts.abort().await;
            return Err(error);
        }
        parts.put(bytes.into());
    }
}

/// Puts a long file together.
async fn finished(
    store: &Store,
    (key, path): (&Key, &str),
    parts: WriteMultipart,
    opened: &Opened,
) -> Result<Mark, Error> {
    match parts.finish().await {
        Ok(put) => marked(store, (key, path), put.into(), opened.length).await,
        // The answer to the last request may have been lost. An object of this length may as well be the one before.
        Err(error) => match holding(store, key, opened).await {
            Some(mark) => Ok(mark),
            None => Err(store.failed("write", path)(error)),
        },
    }
}

/// The mark of an object, if it holds what the file does.
async fn holding(store: &Store, key: &Key, opened: &Opened) -> Option<Mark> {
    let found = store.inner.get(key).await.ok()?;
    let mark = Mark::of(&found.meta);
    let mut file = File::open(&opened.place).ok()?;
    let mut content = found.into_stream();
    let mut length = 0;
    while let Some(piece) = content.next().await {
        let piece = piece.ok()?;
        let mut own = vec![0; piece.len()];
        file.read_exact(&mut own).ok()?;
        if own != piece {
            return None;
        }
        length += piece.len() as u64;
    }
    (length == opened.length).then_some(mark)
}
