//! One hash of what the file system says of everything below a folder: whether anything there may have changed since.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::index::{RACY, nanoseconds_since_1970};

/// Folders within folders that are looked into.
const DEPTH: usize = 40;

/// What the file system says of everything below a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// sha256 over path, kind, size, times and inode of each file, and the names of the folders.
    pub hash: [u8; 32],
    /// When the last file was changed, in nanoseconds since 1970; `i128::MIN` where there is none.
    changed: i128,
    /// When the files were looked at.
    at: i128,
}

impl Fingerprint {
    /// Of everything below a folder but the files `left_out` in it. None: something cannot be listed or looked at, or a link leads to
    /// another folder, so that nothing is known. No file is opened. Folders are looked into in parallel.
    pub fn of(folder: &Path, left_out: &[&str]) -> Option<Fingerprint> {
        let at = nanoseconds_since_1970();
        let (hash, changed) = walk(folder, left_out, 0)?;
        Some(Fingerprint { hash, changed, at })
    }

    /// Whether every file was changed long enough ago that its next change will have another time.
    pub fn is_settled(&self) -> bool {
        self.changed.saturating_add(RACY.as_nanos() as i128) <= self.at
    }
}

/// What an entry of a folder is.
enum Entry {
    Folder,
    Other(Metadata),
}

fn walk(folder: &Path, left_out: &[&str], depth: usize) -> Option<([u8; 32], i128)> {
    let mut entries: Vec<(OsString, Entry)> = Vec::new();
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let name = entry.file_name();
        if left_out.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let kind = entry.file_type().ok()?;
        // A register may lie in a folder that a link leads to, which would not be looked into.
        if kind.is_symlink() && fs::metadata(entry.path()).is_ok_and(|of| of.is_dir()) {
            return None;
        }
        let entry = match kind.is_dir() {
            true => Entry::Folder,
            // Of a link itself, not of what it leads to.
            false => Entry::Other(entry.metadata().ok()?),
        };
        entries.push((name, entry));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let folders = entries.par_iter().filter(|(_, entry)| matches!(entry, Entry::Folder));
    let folders: Option<Vec<([u8; 32], i128)>> = match depth < DEPTH {
        true => folders
            .map(|(name, _)| walk(&folder.join(name), &[], depth + 1))
            .collect(),
        false => (entries.is_empty()).then(Vec::new),
    };
    let mut folders = folders?.into_iter();
    let (mut hash, mut changed) = (Sha256::new(), i128::MIN);
    for (name, entry) in &entries {
        let name = name.as_encoded_bytes();
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        match entry {
            Entry::Folder => {
                let (inner, latest) = folders.next()?;
                hash.update(b"d");
                hash.update(inner);
                changed = changed.max(latest);
            }
            Entry::Other(found) => {
                let times = [(found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec())];
                hash.update([kind(found)]);
                hash.update(found.size().to_le_bytes());
                hash.update(found.ino().to_le_bytes());
                hash.update(found.dev().to_le_bytes());
                for (seconds, nanoseconds) in times {
                    let time = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
                    hash.update(time.to_le_bytes());
                    changed = changed.max(time);
                }
            }
        }
    }
    Some((hash.finalize().into(), changed))
}

/// What an entry is that is no folder.
fn kind(found: &Metadata) -> u8 {
    let kind = found.file_type();
    match () {
        () if kind.is_file() => b'f',
        () if kind.is_symlink() => b'l',
        () if kind.is_fifo() => b'p',
        () if kind.is_socket() => b's',
        () => b'o',
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn of(folder: &Path) -> [u8; 32] {
        Fingerprint::of(folder, &["manifest.json"]).unwrap().hash
    }

    #[test]
    fn whatever_may_change_a_result_changes_it() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("2020/13")).unwrap();
        for name in ["2020/13/a.csv", "2020/13/b.csv", "reporters.csv"] {
            fs::write(at(name), "one").unwrap();
        }
        let modified = |name: &str| fs::metadata(at(name)).unwrap().modified().unwrap();
        let changes: [(&str, &dyn Fn()); 9] = [
            ("another size", &|| fs::write(at("2020/13/a.csv"), "four").unwrap()),
            ("another time", &|| {
                let file = fs::File::options().write(true).open(at("2020/13/a.csv")).unwrap();
                file.set_modified(SystemTime::now() - Duration::from_secs(9)).unwrap();
            }),
            ("another content of the same size and time", &|| {
                let before = modified("2020/13/b.csv");
                std::thread::sleep(Duration::from_millis(20));
                fs::write(at("2020/13/b.csv"), "two").unwrap();
                let file = fs::File::options().write(true).open(at("2020/13/b.csv")).unwrap();
                file.set_modified(before).unwrap();
            }),
            ("another name", &|| {
                fs::rename(at("2020/13/a.csv"), at("2020/13/c.csv")).unwrap()
            }),
            ("another folder", &|| fs::rename(at("2020/13"), at("2020/14")).unwrap()),
            ("a new file", &|| fs::write(at("2020/14/d.csv"), "").unwrap()),
            ("a new folder", &|| fs::create_dir(at("2021")).unwrap()),
            ("a file that is gone", &|| fs::remove_file(at("2020/14/b.csv")).unwrap()),
            ("a link in place of a file", &|| {
                fs::remove_file(at("2020/14/c.csv")).unwrap();
                std::os::unix::fs::symlink("d.csv", at("2020/14/c.csv")).unwrap();
            }),
        ];
        for (what, change) in changes {
            let before = of(dir.path());
            assert_eq!(of(dir.path()), before, "looking changes nothing");
            change();
            assert_ne!(of(dir.path()), before, "{what}");
        }
    }

    #[test]
    fn what_is_left_out_or_only_looked_at_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("tables")).unwrap();
        fs::write(dir.path().join("tables/a"), "a").unwrap();
        let before = of(dir.path());
        fs::write(dir.path().join("manifest.json"), "{}").unwrap();
        fs::read(dir.path().join("tables/a")).unwrap();
        assert_eq!(of(dir.path()), before);
        fs::write(dir.path().join("tables/manifest.json"), "{}").unwrap();
        assert_ne!(of(dir.path()), before, "only the one in the folder itself is left out");
        assert_eq!(Fingerprint::of(&dir.path().join("gone"), &[]), None);
        std::os::unix::fs::symlink("tables", dir.path().join("lists")).unwrap();
        assert_eq!(
            Fingerprint::of(dir.path(), &[]),
            None,
            "what lies behind a link is not looked at"
        );
    }

    #[test]
    fn files_that_have_just_been_changed_are_not_settled() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Fingerprint::of(dir.path(), &[]).unwrap().is_settled(), "there is none");
        fs::write(dir.path().join("a"), "a").unwrap();
        assert!(!Fingerprint::of(dir.path(), &[]).unwrap().is_settled());
        std::thread::sleep(RACY + Duration::from_millis(50));
        assert!(Fingerprint::of(dir.path(), &[]).unwrap().is_settled());
    }
}
