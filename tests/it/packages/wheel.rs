use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{finished, package, text};
use crate::readers::python;
use crate::support::{said, shipped};

/// A new virtual environment with nothing but the wheel, made without a network.
fn installed(folder: &Path) {
    finished(Command::new(python()).args(["-m", "venv"]).arg(folder));
    let arguments = ["-m", "pip", "install", "--no-index", "--disable-pip-version-check"];
    finished(
        Command::new(folder.join("bin/python"))
            .args(arguments)
            .arg(package(".whl")),
    );
}

/// The installed program in a folder, where nothing else can be found.
fn alone(environment: &Path, folder: &Path) -> Command {
    let mut command = Command::new(environment.join("bin/huizong"));
    command
        .env_clear()
        .env("PATH", environment.join("bin"))
        .current_dir(folder);
    command
}

#[test]
fn the_wheel_shows_the_report_of_the_sample_within_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let environment = here.join("environment");
    package(".whl");
    let began = Instant::now();
    installed(&environment);
    let next = finished(alone(&environment, here).args(["init", "demo", "--sample"]));
    for command in ["run", "open", "status"] {
        assert!(next.contains(&format!("huizong {command} demo")), "{next}");
    }
    let summary = finished(alone(&environment, here).args(["run", "demo"]));
    let page = finished(alone(&environment, here).args(["open", "demo"]));
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    let report = fs::read_to_string(here.join(page.trim())).unwrap();
    assert!(report.contains("Urban and rural community services"));
    // It is the release of the README, byte for byte: the id has the hash of its files.
    let id = |output: &Path| {
        fs::canonicalize(output.join("current"))
            .unwrap()
            .file_name()
            .unwrap()
            .to_owned()
    };
    assert_eq!(id(&here.join("demo/output")), id(&shipped().output), "{summary}");
    assert!(here.join("demo/truth/truth.csv").is_file());
}

#[test]
fn the_wheel_brings_completions_and_manual_pages() {
    let folder = tempfile::tempdir().unwrap();
    let environment = folder.path().join("environment");
    installed(&environment);
    let share = environment.join("share");
    for (shell, path) in [
        ("bash", "bash-completion/completions/huizong"),
        ("fish", "fish/vendor_completions.d/huizong.fish"),
        ("zsh", "zsh/site-functions/_huizong"),
    ] {
        let printed = finished(alone(&environment, folder.path()).args(["completions", shell]));
        assert_eq!(fs::read_to_string(share.join(path)).unwrap(), printed, "{path}");
    }
    for page in ["huizong.1", "huizong-run.1", "huizong-init.1"] {
        let page = fs::read_to_string(share.join("man/man1").join(page)).unwrap();
        assert!(page.contains(".SH NAME"), "{page}");
    }
    let licences = fs::read_to_string(share.join("doc/huizong/THIRD-PARTY.txt")).unwrap();
    assert!(licences.contains("\npolars-core "), "{licences}");
}

#[test]
fn the_wheel_brings_the_package_that_loads_releases() {
    let folder = tempfile::tempdir().unwrap();
    let environment = folder.path().join("environment");
    installed(&environment);
    let without = Command::new(environment.join("bin/python"))
        .args(["-c", "import huizong"])
        .output()
        .unwrap();
    assert!(said(&without).contains("pip install pyarrow"), "{}", said(&without));
    // With pyarrow of the environment of the tests, and nothing else of it.
    let wheel = folder.path().join("wheel");
    fs::create_dir(&wheel).unwrap();
    symlink(modules(&environment).join("huizong"), wheel.join("huizong")).unwrap();
    let script = "import sys, huizong; release = huizong.open(sys.argv[1]); \
                  print(huizong.__version__, release.indicators('latest', engine='pyarrow').num_rows)";
    let told = finished(
        Command::new(python())
            .env("PYTHONPATH", &wheel)
            .args(["-c", script])
            .arg(&shipped().output),
    );
    let (version, rows) = told.trim().split_once(' ').unwrap();
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    assert!(rows.parse::<u32>().unwrap() > 100, "{told}");
}

/// Where an environment has its modules.
fn modules(environment: &Path) -> std::path::PathBuf {
    let told = Command::new(environment.join("bin/python"))
        .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        .output()
        .unwrap();
    text(&told).trim().into()
}
