//! Programs that a machine may have or not.

use std::io::Write;
use std::path::PathBuf;

/// A program as an environment variable names it, or as the path has it.
pub fn program(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&folders).map(|folder| folder.join(name));
    named.into_iter().chain(on_path).find(|path| path.is_file())
}

/// Says what was not tried, past the harness that keeps the output of passing tests to itself.
pub fn shout(what: &str) {
    let line = format!("\n*** SKIPPED *** {what}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
