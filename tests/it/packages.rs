//! What `dist/build` makes installs on a machine without Rust, and works there.

mod debian;
mod image;
mod wheel;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::support::{root, said};

/// Folder of the packages: the one that HUIZONG_DIST names, else made of the binary that is tested.
fn packages() -> &'static Path {
    static PACKAGES: LazyLock<PathBuf> = LazyLock::new(|| match std::env::var_os("HUIZONG_DIST") {
        Some(made) => root().join(made),
        None => {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dist");
            finished(Command::new(root().join("dist/build")).arg("--here").arg(&folder));
            folder
        }
    });
    &PACKAGES
}

/// The one package whose name ends so.
fn package(ending: &str) -> PathBuf {
    let all = fs::read_dir(packages()).unwrap().map(|entry| entry.unwrap().path());
    let fitting: Vec<_> = all.filter(|path| path.to_str().unwrap().ends_with(ending)).collect();
    assert_eq!(fitting.len(), 1, "{fitting:?} end with {ending}");
    fitting[0].clone()
}

/// A program that `dist/tools` has set up.
fn tool(name: &str) -> Command {
    static TOOLS: LazyLock<PathBuf> = LazyLock::new(|| {
        finished(&mut Command::new(root().join("dist/tools")));
        root().join("target/tools/bin")
    });
    Command::new(TOOLS.join(name))
}

/// The standard output of a command that succeeds.
fn finished(command: &mut Command) -> String {
    let ended = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(ended.status.success(), "{command:?}: {}", said(&ended));
    text(&ended)
}

fn text(ended: &Output) -> String {
    String::from_utf8(ended.stdout.clone()).unwrap()
}

/// Whether the tests run as root, who alone can make other users' files.
fn is_root() -> bool {
    finished(Command::new("id").arg("-u")).trim() == "0"
}

#[test]
fn every_file_is_in_the_list_of_checksums() {
    let list = fs::read_to_string(packages().join("SHA256SUMS")).unwrap();
    let listed: Vec<(&str, &str)> = list.lines().map(|line| line.split_once("  ").unwrap()).collect();
    assert_eq!(listed.len(), fs::read_dir(packages()).unwrap().count() - 1, "{list}");
    assert_eq!(listed.len(), 4, "{list}");
    for (sum, name) in listed {
        let bytes = fs::read(packages().join(name)).unwrap();
        let found: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sum, "{name}");
    }
}

#[test]
fn the_list_of_components_names_what_the_lock_file_names() {
    let list: serde_json::Value = serde_json::from_slice(&fs::read(package(".cdx.json")).unwrap()).unwrap();
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    let locked: Vec<(&str, &str)> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["name"].as_str().unwrap(), package["version"].as_str().unwrap()))
        .collect();
    let components = list["components"].as_array().unwrap();
    for component in components {
        let named = (
            component["name"].as_str().unwrap(),
            component["version"].as_str().unwrap(),
        );
        assert!(locked.contains(&named), "{named:?}");
        assert!(
            component["licenses"].is_array() || component["purl"].is_string(),
            "{named:?}"
        );
    }
    for name in ["polars-core", "parquet", "calamine", "mimalloc"] {
        assert!(components.iter().any(|component| component["name"] == name), "{name}");
    }
    let text = list.to_string();
    for own in [root().to_str().unwrap(), "serialNumber"] {
        assert!(!text.contains(own), "differs from machine to machine: {own}");
    }
}

#[test]
fn the_archive_of_the_sources_has_what_a_build_needs() {
    let listed = finished(Command::new("tar").arg("-tzf").arg(package("-source.tar.gz")));
    let version = env!("CARGO_PKG_VERSION");
    for file in [
        "Cargo.lock",
        "src/main.rs",
        "pyproject.toml",
        "dist/build",
        "rust-toolchain.toml",
        "LICENSE",
    ] {
        let path = format!("huizong-{version}/{file}");
        assert!(listed.lines().any(|line| line == path), "{path}");
    }
    assert!(!listed.contains("/target/"));
}

#[test]
fn the_licences_of_all_crates_are_with_them() {
    let told = finished(Command::new(root().join("dist/licences")).current_dir(root()));
    let (list, texts) = told.split_once(&"=".repeat(80)).unwrap();
    for line in ["polars-core ", "object_store ", "zstd-sys ", "libmimalloc-sys "] {
        assert!(list.lines().any(|found| found.starts_with(line)), "{line}");
    }
    for text in [
        "Microsoft Corporation, Daan Leijen",
        "Copyright (c) Meta Platforms, Inc. and affiliates",
        "Permission is hereby granted, free of charge",
        "Apache License",
    ] {
        assert!(texts.contains(text), "{text}");
    }
    // Nothing only for tests, and no path of this machine.
    assert!(!list.lines().any(|line| line.starts_with("proptest ")), "{list}");
    for own in [root().to_str().unwrap(), ".cargo/registry"] {
        assert!(!told.contains(own), "{own}");
    }
    assert_eq!(
        told,
        finished(Command::new(root().join("dist/licences")).current_dir(root()))
    );
}

#[test]
fn a_folder_of_something_else_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thesis.txt");
    fs::write(&file, "years of work").unwrap();
    let ended = Command::new(root().join("dist/build"))
        .arg("--here")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!ended.status.success() && file.is_file());
    assert!(said(&ended).contains("has no SHA256SUMS"), "{}", said(&ended));
}

/// One version stands in three files, which different tools read.
#[test]
fn the_versions_are_in_step() {
    let version = env!("CARGO_PKG_VERSION");
    for (file, line) in [
        ("python/huizong/pyproject.toml", format!("version = \"{version}\"")),
        (
            "python/huizong/src/huizong/__init__.py",
            format!("__version__ = \"{version}\""),
        ),
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.lines().any(|found| found == line), "{file} has no line {line}");
    }
}
