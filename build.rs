//! Marks the program with a hash of its sources: results that another version has kept are never used.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What the program is made of.
const SOURCES: [&str; 5] = ["src", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "build.rs"];

/// What it is made for, and how.
const SETTINGS: [&str; 3] = ["TARGET", "CARGO_ENCODED_RUSTFLAGS", "OPT_LEVEL"];

/// What stands between the flags of CARGO_ENCODED_RUSTFLAGS.
const BETWEEN_FLAGS: u8 = 0x1f;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("Cargo names the folder"));
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        add(&root.join(source), &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file);
        for part in [name.as_os_str().as_encoded_bytes(), &fs::read(file).unwrap_or_default()] {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
    }
    for setting in SETTINGS {
        println!("cargo::rerun-if-env-changed={setting}");
        let value = env::var_os(setting).unwrap_or_default();
        for flag in value.as_encoded_bytes().split(|byte| *byte == BETWEEN_FLAGS) {
            // Where the sources lie on the machine of who builds is no setting.
            if !flag.starts_with(b"--remap-path-prefix") {
                hasher.write_usize(flag.len());
                hasher.write(flag);
            }
        }
    }
    println!("cargo::rustc-env=HUIZONG_SOURCES={:016x}", hasher.finish());
}

/// Adds a file, or every file in a folder.
fn add(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| add(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
