use std::fs;
use std::process::Command;

use super::{finished, is_root, tool};
use crate::support::{done, program, root, said, shout};

#[test]
fn the_containerfile_has_no_known_flaw() {
    let found = tool("hadolint").arg(root().join("Containerfile")).output().unwrap();
    assert!(found.status.success(), "{}", said(&found));
    let flawed = tempfile::NamedTempFile::new().unwrap();
    fs::write(&flawed, "FROM debian\nRUN apt-get install curl\n").unwrap();
    let found = tool("hadolint").arg(flawed.path()).output().unwrap();
    assert!(!found.status.success(), "a flaw is seen");
}

#[test]
fn the_containerfile_builds_with_the_version_that_the_tests_use() {
    let toolchain: toml::Table = fs::read_to_string(root().join("rust-toolchain.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let version = toolchain["toolchain"]["channel"].as_str().unwrap();
    let file = fs::read_to_string(root().join("Containerfile")).unwrap();
    assert!(file.contains(&format!("FROM rust:{version}-")), "{version}");
    assert!(file.contains("\nUSER 65532:65532\n"), "not root");
}

#[test]
fn the_image_has_the_authorities_that_a_store_is_asked_with() {
    let file = fs::read_to_string(root().join("Containerfile")).unwrap();
    let (_, image) = file.split_once("\nFROM debian:12-slim\n").unwrap();
    // Where the program looks for them on Debian.
    let list = "/etc/ssl/certs/ca-certificates.crt";
    assert!(
        image.contains(&format!("\nCOPY --from=build {list} {list}\n")),
        "{image}"
    );
}

/// As `podman run --read-only --network none --volume demo:/srv/huizong` runs it.
#[test]
fn a_run_writes_nothing_but_its_output() {
    let unshare = if is_root() {
        vec!["--mount", "--net"]
    } else {
        vec!["--user", "--map-root-user", "--mount", "--net"]
    };
    let can = Command::new("unshare").args(&unshare).arg("true").output();
    if program("", "unshare").is_none() || !can.is_ok_and(|ended| ended.status.success()) {
        return shout("no run was made on a read-only file system: unshare is not allowed here");
    }
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["init", "demo"]);
    let demo = folder.path().join("demo");
    fs::create_dir(demo.join("output")).unwrap();
    let script = r#"
        set -e
        mount --bind "$1/output" "$1/output"
        mount -o remount,bind,ro /
        if touch "$1/written" 2>/dev/null; then exit 9; fi
        exec "$2" run "$1"
    "#;
    let told = finished(
        Command::new("unshare")
            .args(&unshare)
            .args(["sh", "-c", script, "sh"])
            .arg(&demo)
            .arg(env!("CARGO_BIN_EXE_huizong"))
            .env("LC_ALL", "C"),
    );
    assert!(told.contains("Published: 000001-"), "{told}");
}
