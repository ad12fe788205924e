//! The object that marks a release which is being sent: unless `current` names that release, it was never published.

use std::collections::BTreeMap;

use super::error::Error;
use super::lease::Lease;
use super::pointer::{Read, is_release_name};
use super::store::{Mark, Store, wait};
use crate::release::MANIFEST;

const FOLDER: &str = "publishing/";

/// What a marker says that could not be removed: its release was published.
const PUBLISHED: &[u8] = b"published\n";

fn marker(id: &str) -> String {
    format!("{FOLDER}{id}")
}

/// Marks a release that is about to be sent.
pub(super) fn begin(store: &Store, id: &str) -> Result<(), Error> {
    store.put(&marker(id), Vec::new())
}

/// Ends the mark of a release that was published. Where it cannot be removed, it says so from now on: else a run after the next release
/// would take this one for one that was never published.
pub(super) fn end(store: &Store, id: &str) -> Result<(), Error> {
    store.remove(&[marker(id)]).or_else(|error| {
        uncleared(store, &error);
        store.put(&marker(id), PUBLISHED.to_vec())
    })
}

/// Warns that something is left in the store. Nobody is kept from publishing by that.
pub(super) fn uncleared(store: &Store, error: &Error) {
    let (address, cause) = (store.address(""), error.cause());
    tracing::warn!(
        address,
        %error,
        cause,
        "clearing up failed; the next run does it, if the key may delete objects (s3:DeleteObject)"
    );
}

/// Removes what runs that were killed have sent of releases that they did not publish. What cannot be removed is not among the objects
/// either.
pub(super) fn clear_unpublished(
    (store, lease): (&Store, &Lease),
    current: &Read,
    objects: &mut BTreeMap<String, Mark>,
) -> Result<(), Error> {
    let begun = objects.keys().filter_map(|path| path.strip_prefix(FOLDER));
    let begun: Vec<String> = begun.filter(|id| is_release_name(id)).map(str::to_owned).collect();
    objects.retain(|path, _| !path.starts_with(FOLDER));
    let mut published = Vec::new();
    for id in begun {
        // A list of long ago may have what has been published since.
        let Some((said, _)) = store.read(&marker(&id))? else {
            continue;
        };
        if said == PUBLISHED {
            published.push(marker(&id));
            continue;
        }
        // Whoever has taken over may have published a release of this id.
        wait(lease.checked())?;
        if current.release() == Some(&id) {
            end(store, &id)?;
            continue;
        }
        let folder = format!("releases/{id}/");
        let is_of_it = |path: &String| path.starts_with(&folder);
        let files = objects.keys().filter(|path| is_of_it(path)).cloned().collect();
        if let Err(error) = remove(store, &id, files) {
            uncleared(store, &error);
        }
        objects.retain(|path, _| !is_of_it(path));
    }
    // There may be one of each release: that is told once.
    if let Err(error) = store.remove(&published) {
        uncleared(store, &error);
    }
    Ok(())
}

/// Removes first what makes a release of it, at last what says that it is none.
fn remove(store: &Store, id: &str, files: Vec<String>) -> Result<(), Error> {
    let manifest = format!("releases/{id}/{MANIFEST}");
    for paths in [vec![manifest], files, vec![marker(id)]] {
        store.remove(&paths)?;
    }
    Ok(())
}
