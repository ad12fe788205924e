//! The submissions of an object store as files of a folder: only objects that are new or changed are fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::address::Address;
use super::copies::{Copies, files_below};
use super::error::Error;
use super::fetch::fetch;
use super::store::{Mark, Store};
use crate::lake::{Lock, disk};

/// The submissions of an object store as a folder, which nobody changes while this is held.
#[derive(Debug)]
pub struct Mirror {
    /// The folder.
    pub folder: PathBuf,
    /// Address of which it is a copy, for people.
    pub address: String,
    _lock: Lock,
}

/// Fetches what is new or changed below an address. `all`: see [`working_copies`](super::working_copies).
///
/// # Errors
/// When the store cannot be read, a key cannot be a path, the folder cannot be written, or another run is filling it.
pub fn inputs(address: &Address, all: &Path) -> Result<Mirror, Error> {
    let copy = address.working_copy(all);
    disk::create_folders(&copy)?;
    let lock = Lock::take(&copy.join("input.lock"))?;
    Ok(Mirror {
        folder: mirrored(&Store::open(address)?, &copy, |_| true)?,
        address: address.to_string(),
        _lock: lock,
    })
}

/// Fetches what is new or changed of the objects that are wanted, by their paths, into a folder of `copy`.
pub(super) fn mirrored(store: &Store, copy: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<PathBuf, Error> {
    let folder = copy.join("input");
    disk::create_folders(&folder)?;
    disk::remove_temporary_below(&folder)?;
    let mut copies = Copies::open(copy.join("input.index"), &folder);
    let mut listed = listed(store)?;
    if listed.is_empty() {
        let address = store.address("");
        return Err(Error::Nothing { address });
    }
    // A console writes an empty object in place of a folder.
    let mut folders = BTreeSet::new();
    for path in listed.keys() {
        folders.extend(path.match_indices('/').map(|(end, _)| path[..end].to_owned()));
    }
    for path in folders {
        match listed.get(&path).map(|mark| mark.size) {
            Some(0) => drop(listed.remove(&path)),
            Some(_) => {
                return Err(Error::Key {
                    address: store.address(&path),
                    reason: "other objects lie below it as in a folder",
                });
            }
            None => {}
        }
    }
    let gone: Vec<String> = files_below(&folder, "")?
        .into_iter()
        .filter(|path| !listed.contains_key(path))
        .collect();
    for path in &gone {
        disk::remove_file(&folder.join(path))?;
        copies.forget(path);
        remove_empty(&folder, path);
    }
    let wanted: Vec<_> = listed
        .into_iter()
        .filter(|(path, mark)| is_wanted(path) && !copies.is_current(path, mark))
        .collect();
    tracing::info!(
        address = %store.address(""),
        fetched = wanted.len(),
        removed = gone.len(),
        "fetched the submissions"
    );
    let done = fetch(store, &folder, wanted, &mut copies);
    copies.save()?;
    done?;
    Ok(folder)
}

/// The objects by path. An object whose key ends with a slash stands for a folder if it is empty; another one must not be passed over.
fn listed(store: &Store) -> Result<BTreeMap<String, Mark>, Error> {
    let mut listed: BTreeMap<String, Mark> = BTreeMap::new();
    for (path, mark) in store.all("")? {
        match listed.remove(&path) {
            Some(other) => {
                store.refuse_slash(&path)?;
                let longer = if other.size > mark.size { other } else { mark };
                listed.insert(path, longer);
            }
            None if path.is_empty() && mark.size > 0 => store.refuse_slash(&path)?,
            None if path.is_empty() => {}
            None => drop(listed.insert(path, mark)),
        }
    }
    Ok(listed)
}

/// Removes the folders above a file that is gone which are empty now: a folder of the same name may become a file.
fn remove_empty(folder: &Path, path: &str) {
    let mut above = Path::new(path).parent();
    while let Some(place) = above.filter(|place| !place.as_os_str().is_empty()) {
        // Fails where it is not empty.
        if std::fs::remove_dir(folder.join(place)).is_err() {
            break;
        }
        above = place.parent();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn files(folder: &Path) -> Vec<(String, String)> {
        let paths = files_below(folder, "").unwrap();
        paths
            .into_iter()
            .map(|path| {
                let text = fs::read_to_string(folder.join(&path)).unwrap();
                (path, text)
            })
            .collect()
    }

    #[test]
    fn the_folder_has_what_the_store_has() {
        let (store, dir) = (Store::in_memory(), tempfile::tempdir().unwrap());
        let put = |path: &str, text: &str| store.put(path, text.into()).unwrap();
        let pairs = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            all.iter()
                .map(|(path, text)| ((*path).into(), (*text).into()))
                .collect()
        };
        put("2020/13/名册 a%20.csv", "one");
        put("2020/13/b.csv", "two");
        put("2020", "");
        let folder = mirrored(&store, dir.path(), |_| true).unwrap();
        assert_eq!(
            files(&folder),
            pairs(&[("2020/13/b.csv", "two"), ("2020/13/名册 a%20.csv", "one")])
        );
        // What has not changed is not fetched: a file that was is another one.
        use std::os::unix::fs::MetadataExt;
        let inode = |path: &str| fs::metadata(folder.join(path)).unwrap().ino();
        let before = inode("2020/13/b.csv");
        put("2020/13/名册 a%20.csv", "three");
        store.remove(&["2020/13/c.csv".into()]).unwrap();
        mirrored(&store, dir.path(), |_| true).unwrap();
        assert_eq!(inode("2020/13/b.csv"), before);
        assert_eq!(files(&folder)[1].1, "three");
        // What somebody did to a copy is undone.
        fs::write(folder.join("2020/13/b.csv"), "forged").unwrap();
        fs::write(folder.join("more.csv"), "forged").unwrap();
        store.remove(&["2020/13/名册 a%20.csv".into()]).unwrap();
        mirrored(&store, dir.path(), |_| true).unwrap();
        assert_eq!(files(&folder), pairs(&[("2020/13/b.csv", "two")]));
        // A folder becomes a file, and the other way round.
        store.remove(&["2020/13/b.csv".into()]).unwrap();
        put("2020/13", "a file");
        mirrored(&store, dir.path(), |_| true).unwrap();
        assert_eq!(files(&folder), pairs(&[("2020/13", "a file")]));
        put("2020/13/b.csv", "two");
        let error = mirrored(&store, dir.path(), |_| true).unwrap_err();
        assert!(matches!(error, Error::Key { .. }), "{error}");
    }
}
