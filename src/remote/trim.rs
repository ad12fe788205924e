//! What a working copy no longer needs of releases: the store has it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::copies::Copies;
use super::error::Error;
use crate::lake::{self, Output, disk};
use crate::release::{MANIFEST, SIGNATURE};

/// Leaves only the manifests, with their signatures, of releases that are not current and whose files were fetched that long ago.
pub(super) fn trim(
    output: &Output,
    current: Option<&str>,
    copies: &mut Copies,
    fetched: Duration,
) -> Result<(), Error> {
    for (_, id) in output.releases()? {
        let folder = output.release(&id);
        if Some(id.as_str()) != current && is_older(&folder, fetched) && leave_manifest(&folder)? {
            copies.forget_gone(&format!("releases/{id}/"));
        }
    }
    Ok(())
}

/// Whether nothing has come into a folder for some time. Where nobody can say, it has not.
fn is_older(folder: &Path, than: Duration) -> bool {
    let changed = fs::metadata(folder).and_then(|found| found.modified());
    changed.is_ok_and(|changed| changed.elapsed().unwrap_or_default() >= than)
}

/// Removes everything else of a release; whether there was anything.
fn leave_manifest(folder: &Path) -> Result<bool, lake::Error> {
    let failed = || lake::Error::io("list the folder", folder);
    let mut any = false;
    for entry in fs::read_dir(folder).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        if [MANIFEST, SIGNATURE].iter().any(|kept| entry.file_name() == *kept) {
            continue;
        }
        any = true;
        match entry.path().is_dir() {
            true => disk::remove_folder(&entry.path())?,
            false => disk::remove_file(&entry.path())?,
        }
    }
    Ok(any)
}
