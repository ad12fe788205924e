//! What a release and this repository have for researchers: descriptions for catalogues, the Python package, the notebooks.

use std::path::Path;
use std::process::{Command, Output};

use crate::readers::{python, two_provinces};
use crate::support::{World, copy_folder, root, said, shipped};

fn kit(task: &str, output: &Path) {
    let ended = Command::new(python())
        .arg(root().join("tests/setup/kit.py"))
        .arg(task)
        .arg(output)
        .output()
        .unwrap();
    assert!(ended.status.success(), "kit.py {task}: {}", said(&ended));
}

/// The tests of the Python package against a release.
fn package_tests(output: &Path) -> Output {
    let package = root().join("python/huizong");
    Command::new(python())
        .args(["-W", "error", "-m", "unittest", "discover"])
        .arg(package.join("tests"))
        .env("PYTHONPATH", package.join("src"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HUIZONG_OUTPUT", output)
        .output()
        .unwrap()
}

#[test]
fn the_descriptions_of_a_release_are_valid_and_load_every_row() {
    let world = two_provinces();
    kit("described", &world.publish(&[]));
}

#[test]
fn the_package_and_the_descriptions_know_no_domain() {
    let case = root().join("tests/cases/plain-codes");
    let world = World::of(&case.join("pipeline"));
    copy_folder(&case.join("submissions"), &world.path("input"));
    let output = world.publish(&[]);
    kit("described", &output);
    let ended = package_tests(&output);
    assert!(ended.status.success(), "{}", said(&ended));
}

#[test]
fn the_package_opens_the_shipped_sample() {
    let ended = package_tests(&shipped().output);
    assert!(ended.status.success(), "{}", said(&ended));
    assert!(said(&ended).contains("\nOK\n"), "{}", said(&ended));
}

#[test]
fn the_notebooks_run() {
    kit("notebooks", &shipped().output);
}

#[test]
fn what_the_pages_show_runs() {
    kit("pages", &shipped().output);
}

#[test]
fn the_package_can_be_installed() {
    let folder = tempfile::tempdir().unwrap();
    // Built from a copy: nothing is left beside the sources.
    let source = folder.path().join("huizong");
    copy_folder(&root().join("python/huizong"), &source);
    let ended = Command::new(python())
        .args([
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--disable-pip-version-check",
        ])
        .arg("--wheel-dir")
        .arg(folder.path())
        .arg(&source)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", said(&ended));
    let wheel = folder.path().join("huizong-0.1.0-py3-none-any.whl");
    let listed = Command::new(python())
        .args(["-m", "zipfile", "-l"])
        .arg(&wheel)
        .output()
        .unwrap();
    let listed = said(&listed);
    for file in ["__init__.py", "release.py", "py.typed"] {
        assert!(listed.contains(&format!("huizong/{file} ")), "{file}: {listed}");
    }
    assert!(listed.contains("licenses/LICENSE"), "{listed}");
}
