//! The files of a new pipeline.

use std::path::Path;

use super::super::Exit;
use super::super::exit::complain;
use crate::lake::disk;

/// Writes files into a folder, each as `adapted`.
pub fn put(folder: &Path, files: &[(&str, &str)], adapted: impl Fn(&str) -> String) -> Result<(), Exit> {
    for (path, text) in files {
        if let Err(error) = disk::write(&folder.join(path), adapted(text).as_bytes()) {
            complain(&error, None);
            return Err(Exit::Machine);
        }
    }
    Ok(())
}
