//! LibreOffice, where the machine has it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Opens files of a folder and saves them again as workbooks into another one, whose path it gives.
pub fn saved_again<'a>(soffice: &Path, folder: &Path, names: impl Iterator<Item = &'a String>) -> PathBuf {
    let saved = folder.join("saved");
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let ended = Command::new(soffice)
        .args([
            &profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "xlsx",
            "--outdir",
        ])
        .arg(&saved)
        .args(names.map(|name| folder.join(name)))
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    saved
}
