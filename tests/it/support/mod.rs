//! What the integration tests share: a small world built in a few lines, the binary run as a user runs it, and what it
//! published read back.

mod cells;
mod changes;
mod pieces;
mod program;
mod server;
mod shipped;
mod tables;
mod world;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub use cells::Cells;
pub use changes::{Divided, changes, follow};
pub use pieces::{indicators, measures, plan};
pub use program::{program, shout};
pub use server::{Started, python, started};
pub use shipped::shipped;
pub use tables::{
    Published, Row, contents, copy_folder, facts, joined, null_meanings, published, quarantined, read_csv,
    read_parquet, shown, table, uncounted, undated,
};
pub use world::World;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shipped pipeline.
pub fn community_services() -> PathBuf {
    root().join("pipelines/community-services")
}

/// The binary, in English whatever the machine's locale.
pub fn huizong<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(args)
        .env("LC_ALL", "C")
        .env_remove("COLUMNS")
        .output()
        .expect("the binary starts")
}

/// The binary in a folder, in English whatever the machine's locale.
pub fn within(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(args)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .env_remove("COLUMNS")
        .output()
        .unwrap()
}

/// The standard output of a command that succeeds and has nothing to complain of.
pub fn done(folder: &Path, args: &[&str]) -> String {
    let ended = within(folder, args);
    assert_eq!(ended.status.code(), Some(0), "{args:?}: {}", said(&ended));
    assert!(ended.stderr.is_empty(), "{args:?}: {}", said(&ended));
    String::from_utf8(ended.stdout).unwrap()
}

/// What a command said, on both channels.
pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs a pipeline on `input` into `output` and returns its exit code and what it said.
pub fn run(pipeline: &Path, input: &Path, output: &Path, more: &[&str]) -> (i32, String) {
    let mut args = vec!["run".into(), pipeline.as_os_str().to_owned()];
    args.extend([
        "--input".into(),
        input.as_os_str().to_owned(),
        "--output".into(),
        output.as_os_str().to_owned(),
    ]);
    args.extend(more.iter().map(|arg| arg.into()));
    let ended = huizong(args);
    (ended.status.code().unwrap_or(-1), said(&ended))
}
