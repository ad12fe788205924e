//! What the folders of a release hold.

use std::fs;
use std::path::{Path, PathBuf};

use crate::lake;

/// The names in a folder, in order; none where it does not exist or is a file.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, lake::Error> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let listing = fs::read_dir(folder).map_err(lake::Error::io("list the folder", folder))?;
    let names = listing.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    let mut names = names
        .collect::<Result<Vec<String>, _>>()
        .map_err(lake::Error::io("list the folder", folder))?;
    names.sort();
    Ok(names)
}

/// The Parquet files in the folder of a form, by period and area.
pub(super) fn files_of_form(folder: &Path) -> Result<Vec<PathBuf>, lake::Error> {
    let mut files = Vec::new();
    for period in names(folder)? {
        let period = folder.join(period);
        let own = names(&period)?.into_iter().filter(|name| name.ends_with(".parquet"));
        files.extend(own.map(|name| period.join(name)));
    }
    Ok(files)
}
