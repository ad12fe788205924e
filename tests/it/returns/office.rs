//! LibreOffice, where the machine has it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Its program, as `HUIZONG_SOFFICE` names it or as the path has it.
pub fn program() -> Option<PathBuf> {
    let named = std::env::var_os("HUIZONG_SOFFICE").map(PathBuf::from);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&folders).map(|folder| folder.join("soffice"));
    named.into_iter().chain(on_path).find(|path| path.is_file())
}

/// Says what was not tried, past the harness that keeps the output of passing tests to itself.
pub fn shout(what: &str) {
    let line = format!("\n*** SKIPPED *** {what}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

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
