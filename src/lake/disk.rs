//! Every change that a run makes on disk: once a signal has stopped the program, none is made any more, and tests let each of
//! them fail.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::{Error, stop};

/// How the names of files begin that are written beside their place; one that a killed run left is removed by the next.
pub const TEMPORARY: &str = ".tmp-";

/// Kinds of changes, each of which can fail by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Folder,
    Write,
    Link,
    Rename,
    Remove,
    Sync,
}

/// Makes one change, unless the program has been stopped.
fn change<T>(kind: Change, path: &Path, make: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let _going_on = stop::going_on();
    faults::meet(kind, path)?;
    make()
}

/// Creates a folder and those above it.
///
/// # Errors
/// When one of them cannot be created.
pub fn create_folders(path: &Path) -> Result<(), Error> {
    let made = change(Change::Folder, path, || fs::create_dir_all(path));
    made.map_err(Error::io("create the folder", path))
}

/// Creates a fresh folder in `parent`; `note` gets its path before anything else can happen.
///
/// # Errors
/// When it cannot be created.
pub(super) fn temporary_folder(
    parent: &Path,
    prefix: &str,
    note: impl FnOnce(&Path),
) -> Result<tempfile::TempDir, Error> {
    let made = change(Change::Folder, parent, || {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir_in(parent)?;
        note(folder.path());
        Ok(folder)
    });
    made.map_err(Error::io("create a temporary folder in", parent))
}

/// Writes a file that nobody reads yet, and the folders above it.
///
/// # Errors
/// When one of them cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        create_folders(folder)?;
    }
    change(Change::Write, path, || fs::write(path, bytes)).map_err(Error::io("write", path))
}

/// A file that nobody reads yet, written piece by piece: it is too large to be held.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    path: PathBuf,
}

impl NewFile {
    /// Creates it, and the folders above it.
    ///
    /// # Errors
    /// When one of them cannot be created.
    pub fn create(path: &Path) -> Result<NewFile, Error> {
        if let Some(folder) = path.parent() {
            create_folders(folder)?;
        }
        let file = change(Change::Write, path, || File::create(path)).map_err(Error::io("write", path))?;
        let path = path.to_owned();
        Ok(NewFile { file, path })
    }

    /// Adds bytes at its end.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let added = change(Change::Write, &self.path, || self.file.write_all(bytes));
        added.map_err(Error::io("write", &self.path))
    }
}

/// Writes a file beside its place, then renames it into it: a reader finds the one before or the whole new one. It may be
/// lost with the power of the machine.
///
/// # Errors
/// When it cannot be written or renamed.
pub fn replace(path: &Path, parts: &[&[u8]]) -> Result<(), Error> {
    put_in_place(path, parts, false)
}

/// The same for a file that must outlast a loss of power.
///
/// # Errors
/// When it cannot be written, renamed or flushed.
pub fn replace_durably(path: &Path, parts: &[&[u8]]) -> Result<(), Error> {
    put_in_place(path, parts, true)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Adds a line to a file that programs may be reading, in one piece; a line that was torn before ends first.
///
/// # Errors
/// When it cannot be written.
pub fn append_line(path: &Path, line: &[u8]) -> Result<(), Error> {
    create_folders(path.parent().unwrap_or(Path::new(".")))?;
    let added = change(Change::Write, path, || {
        let mut file = File::options().create(true).read(true).append(true).open(path)?;
        let mut last = [b'\n'];
        if file.metadata()?.len() > 0 {
            file.seek(io::SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        let ends_torn: &[u8] = if last == [b'\n'] { b"" } else { b"\n" };
        file.write_all(&[ends_torn, line].concat())
    });
    added.map_err(Error::io("write", path))
}

fn put_in_place(path: &Path, parts: &[&[u8]], durably: bool) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folders(folder)?;
    let written = change(Change::Write, path, || {
        let mut file = beside(folder)?;
        parts.iter().try_for_each(|part| file.write_all(part))?;
        // A temporary file is closed to others; this one is as open as any that the program writes.
        open_to_others(file.path(), folder)?;
        Ok(file)
    });
    let file = written.map_err(Error::io("write", path))?;
    if durably {
        let flushed = change(Change::Sync, path, || file.as_file().sync_all());
        flushed.map_err(Error::io("flush", path))?;
    }
    let placed = change(Change::Rename, path, || file.persist(path).map_err(|error| error.error));
    placed.map(drop).map_err(Error::io("replace", path))
}

fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)
}

/// Makes a file appear in a second place: as a link to the same content, or as a copy where the file system has no such links.
///
/// # Errors
/// When neither can be made.
pub fn link(from: &Path, to: &Path) -> Result<(), Error> {
    let folder = to.parent().unwrap_or(Path::new("."));
    create_folders(folder)?;
    let linked = change(Change::Link, to, || fs::hard_link(from, to));
    let Err(refused) = linked else { return Ok(()) };
    if matches!(refused.kind(), io::ErrorKind::StorageFull | io::ErrorKind::NotFound) {
        return Err(Error::io("link", to)(refused));
    }
    let copied = change(Change::Write, to, || {
        let copy = beside(folder)?;
        fs::copy(from, copy.path())?;
        Ok(copy)
    });
    let copy = copied.map_err(Error::io("copy", to))?;
    let placed = change(Change::Rename, to, || copy.persist(to).map_err(|error| error.error));
    placed.map(drop).map_err(Error::io("copy", to))
}

/// Makes a symbolic link at `path`, in the place of one that a killed run left there.
///
/// # Errors
/// When it cannot be made.
pub fn point(path: &Path, target: &Path) -> Result<(), Error> {
    remove_file(path)?;
    let made = change(Change::Link, path, || std::os::unix::fs::symlink(target, path));
    made.map_err(Error::io("create the link", path))
}

/// Renames a file, a link or a folder.
///
/// # Errors
/// When it cannot be renamed.
pub fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    let moved = change(Change::Rename, to, || fs::rename(from, to));
    moved.map_err(Error::io("move a file or folder to", to))
}

/// Removes a file or link, if there is one.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove_file(path: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    match change(Change::Remove, path, || fs::remove_file(path)) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(Error::io("remove", path)),
    }
}

/// Removes a folder with all that is in it, if there is one.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove_folder(path: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    let removed = change(Change::Remove, path, || fs::remove_dir_all(path));
    removed.map_err(Error::io("remove the folder", path))
}

/// Waits until the entries of a folder outlast a loss of power: what was created, renamed or removed in it.
///
/// # Errors
/// When the system cannot say so.
pub fn sync_folder(path: &Path) -> Result<(), Error> {
    let synced = change(Change::Sync, path, || File::open(path)?.sync_all());
    synced.map_err(Error::io("flush the folder", path))
}

/// Waits until all that was written below a folder outlasts a loss of power.
///
/// # Errors
/// When the system cannot say so.
pub fn sync_all_below(path: &Path) -> Result<(), Error> {
    let synced = change(Change::Sync, path, || flush_all(path));
    synced.map_err(Error::io("flush the files in", path))
}

/// One call for the whole file system: a release may have thousands of small files, and each would take milliseconds.
#[cfg(target_os = "linux")]
fn flush_all(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(path)?)?)
}

#[cfg(not(target_os = "linux"))]
fn flush_all(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => flush_all(&entry.path())?,
            false => File::open(entry.path())?.sync_all()?,
        }
    }
    File::open(path)?.sync_all()
}

/// Gives a file or folder, which was made closed to others, the permissions of the folder it belongs to; a file cannot be run.
///
/// # Errors
/// When the system refuses.
pub fn open_to_others(path: &Path, like: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(like)?.permissions().mode();
    let mode = if path.is_dir() { mode } else { mode & 0o666 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Whether the name of a file says that it was written beside its place, and never came to it.
pub fn is_temporary(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with(TEMPORARY)
}

/// Removes the temporary files below a folder.
///
/// # Errors
/// When a folder cannot be listed, or a file removed.
pub fn remove_temporary_below(folder: &Path) -> Result<(), Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(Error::io("list the folder", folder))?,
    };
    for entry in entries {
        let entry = entry.map_err(Error::io("list the folder", folder))?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_temporary_below(&entry.path())?;
        } else if is_temporary(&entry.file_name()) {
            remove_file(&entry.path())?;
        }
    }
    Ok(())
}

/// Faults of the machine that tests arrange. Outside tests there are none.
#[cfg(not(test))]
mod faults {
    use super::{Change, Path, io};

    #[inline(always)]
    pub(super) fn meet(_: Change, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod faults {
    use std::collections::HashMap;
    use std::path::PathBuf;
    use std::sync::{LazyLock, Mutex, PoisonError};

    use super::{Change, Path, io};

    /// What is arranged for the changes below a folder: tests run at the same time, each in a folder of its own.
    #[derive(Debug, Default)]
    struct Watched {
        met: Vec<(Change, PathBuf)>,
        /// The change that fails, by its number, and the error of the system.
        fails: Option<(usize, i32)>,
    }

    static WATCHED: LazyLock<Mutex<HashMap<PathBuf, Watched>>> = LazyLock::new(Mutex::default);

    fn watched() -> std::sync::MutexGuard<'static, HashMap<PathBuf, Watched>> {
        WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the change with this number, from 0, fail below a folder; None: none of them, they are only noted.
    pub(crate) fn arrange(folder: &Path, fails: Option<(usize, i32)>) {
        let met = Vec::new();
        watched().insert(folder.to_owned(), Watched { met, fails });
    }

    /// The changes that have been met since, in order, and ends the watch.
    pub(crate) fn met(folder: &Path) -> Vec<(Change, PathBuf)> {
        watched().remove(folder).map_or_else(Vec::new, |watched| watched.met)
    }

    pub(super) fn meet(change: Change, path: &Path) -> io::Result<()> {
        let mut all = watched();
        let Some((_, watched)) = all.iter_mut().find(|(folder, _)| path.starts_with(folder)) else {
            return Ok(());
        };
        let number = watched.met.len();
        watched.met.push((change, path.to_owned()));
        match watched.fails {
            Some((fails, error)) if fails == number => Err(io::Error::from_raw_os_error(error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let (path, second) = (dir.path().join("a/b/file"), dir.path().join("c/second"));
        replace(&path, &[b"one ", b"two"]).unwrap();
        replace_durably(&path, &[b"three"]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        link(&path, &second).unwrap();
        replace(&path, &[b"four"]).unwrap();
        assert_eq!(fs::read(&second).unwrap(), b"three", "the link keeps what it had");
        for folder in ["a/b", "c"] {
            assert_eq!(fs::read_dir(dir.path().join(folder)).unwrap().count(), 1);
        }
        fs::write(dir.path().join("a/b/.tmp-x"), "left").unwrap();
        remove_temporary_below(dir.path()).unwrap();
        assert!(path.exists() && !dir.path().join("a/b/.tmp-x").exists());
        remove_temporary_below(&dir.path().join("nowhere")).unwrap();
    }

    #[test]
    fn lines_are_added_and_a_torn_one_ends_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/log");
        append_line(&path, b"one\n").unwrap();
        append_line(&path, b"two").unwrap();
        append_line(&path, b"three\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\nthree\n");
        assert!(append_line(dir.path(), b"x").is_err());
    }

    #[test]
    fn a_change_that_fails_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("folder/file");
        replace(&path, &[b"before"]).unwrap();
        faults::arrange(dir.path(), None);
        replace_durably(&path, &[b"before"]).unwrap();
        let all = faults::met(dir.path());
        let kinds: Vec<Change> = all.iter().map(|(kind, _)| *kind).collect();
        use Change::{Folder, Rename, Sync, Write};
        assert_eq!(kinds, [Folder, Write, Sync, Rename, Sync]);
        for at in 0..all.len() {
            faults::arrange(dir.path(), Some((at, 28)));
            let error = replace_durably(&path, &[b"after"]).unwrap_err();
            faults::met(dir.path());
            assert!(error.to_string().contains("folder"), "{error}");
            let now = fs::read(&path).unwrap();
            assert_eq!(now, if at < 4 { &b"before"[..] } else { b"after" }, "{at}");
            assert_eq!(fs::read_dir(dir.path().join("folder")).unwrap().count(), 1, "{at}");
        }
    }
}
