use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::night::ending::complete;
use crate::support::huizong;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd")
}

/// Lines of a unit that set something, each key with its value.
fn settings(unit: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(folder().join(unit)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let split = lines.filter_map(|line| line.split_once('='));
    split.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn setting(unit: &str, key: &str) -> String {
    let all = settings(unit);
    let found = all.into_iter().find(|(name, _)| name == key);
    found.unwrap_or_else(|| panic!("{unit} does not set {key}")).1
}

/// What `systemd-analyze verify` complains of; None: this machine has no systemd.
fn complaints(change: impl Fn(&str) -> String) -> Option<String> {
    let units = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".service") || name.ends_with(".timer") {
            // The programs need not be installed here.
            let text = fs::read_to_string(&path).unwrap();
            let text = text
                .replace("ExecStart=huizong-notify", "ExecStart=/bin/true")
                .replace("ExecStart=huizong", "ExecStart=/bin/true");
            fs::write(units.path().join(name), change(&text)).unwrap();
        }
    }
    let names = [
        "huizong@community-services.service",
        "huizong@community-services.timer",
        "huizong-failed@community-services.service",
    ];
    let paths = names.map(|name| units.path().join(name));
    let told = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(paths)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    // Units of the machine itself may have faults of their own.
    let own = said
        .lines()
        .filter(|line| line.contains("huizong") || line.contains(&*units.path().to_string_lossy()));
    Some(own.collect::<Vec<_>>().join("\n"))
}

#[test]
fn systemd_finds_no_fault_in_the_units() {
    let Some(said) = complaints(str::to_owned) else {
        eprintln!("skipped: systemd-analyze is not installed here");
        return;
    };
    assert_eq!(said, "");
    let broken = complaints(|text| text.replace("ProtectSystem=strict", "ProtectSystem=strickt"));
    assert!(broken.is_some_and(|said| said.contains("strickt")), "a fault is seen");
}

#[test]
fn the_units_say_what_the_page_promises() {
    let (service, timer) = ("huizong@.service", "huizong@.timer");
    for (unit, key, value) in [
        (service, "Type", "oneshot"),
        (service, "ProtectSystem", "strict"),
        (service, "OnFailure", "huizong-failed@%i.service"),
        (service, "Restart", "no"),
        (timer, "Persistent", "true"),
        (timer, "FixedRandomDelay", "true"),
    ] {
        assert_eq!(setting(unit, key), value, "{unit} {key}");
    }
    // Withheld, failed and refused runs fail the unit.
    let success = setting(service, "SuccessExitStatus");
    assert!(
        !success.split(' ').any(|code| ["1", "2", "3", "4"].contains(&code)),
        "{success}"
    );
}

/// The command of the unit is one that the binary takes, and it writes only where the unit allows it.
#[test]
fn the_command_of_the_unit_runs() {
    let command = setting("huizong@.service", "ExecStart");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let metrics = words
        .iter()
        .position(|word| *word == "--metrics")
        .map(|at| words[at + 1])
        .unwrap();
    let writable = settings("huizong@.service");
    let mut writable = writable
        .iter()
        .filter(|(key, _)| key == "ReadWritePaths")
        .map(|(_, path)| path.trim_start_matches('-'));
    assert!(writable.any(|path| Path::new(metrics).starts_with(path)), "{metrics}");
    let world = complete();
    let (pipeline, input, output) = (world.path("pipeline"), world.path("input"), world.output());
    let own = |word: &&str| match *word {
        "pipelines/%i" => pipeline.to_str().unwrap().to_owned(),
        word if word == metrics => world.path("huizong.prom").to_str().unwrap().to_owned(),
        word => word.to_owned(),
    };
    let more = ["--input", input.to_str().unwrap(), "--output", output.to_str().unwrap()];
    let words = words.iter().map(own).chain(more.map(str::to_owned));
    let told = huizong(words.collect::<Vec<_>>());
    assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(world.path("huizong.prom").is_file());
}
