//! SIGINT and SIGTERM: a command ends soon, says so, and leaves nothing half done.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::small::{Sent, nation};
use crate::support::{World, published};

/// So many houses that a run over them takes a while.
pub fn large() -> World {
    let world = nation("['2020']", "year", "")
        .county("2020", "130102", "100", &["3", "4"])
        .county("2020", "130104", "200", &["5"]);
    ["130102", "130104"].into_iter().fold(world, |world, county| {
        let house = |at: usize| format!("{county}{:03}{:03},3\n", at / 999 + 1, at % 999 + 1);
        let houses = (0..60_000).map(house).collect::<String>();
        world.sent(&format!("2020/{county}_houses.csv"), format!("代码,间数\n{houses}"))
    })
}

/// The command under way, its temporary folders in `world`.
pub fn begun(world: &World, command: &str, more: &[&str]) -> Child {
    let temporary = world.path("temporary");
    fs::create_dir_all(&temporary).unwrap();
    Command::new(env!("CARGO_BIN_EXE_huizong"))
        .arg(command)
        .arg(world.path("pipeline"))
        .arg("--input")
        .arg(world.path("input"))
        .arg("--output")
        .arg(world.output())
        .args(more)
        .env("LC_ALL", "C")
        .env("TMPDIR", &temporary)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

pub fn wait_for(folder: &Path, prefix: &str) {
    let begun = Instant::now();
    let is_there = || {
        let names = fs::read_dir(folder).into_iter().flatten();
        names
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
    };
    while !is_there() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{prefix} does not come");
        sleep(Duration::from_millis(1));
    }
}

/// Names in a folder that begin with a point: temporary ones.
fn hidden(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.')).collect()
}

/// Exit code, what was said on standard error, and how long it took from the signal on.
pub fn stopped(mut child: Child, name: &str) -> (Option<i32>, String, Duration) {
    let begun = Instant::now();
    signal(&child, name);
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    let code = child.wait().unwrap().code();
    (code, told, begun.elapsed())
}

#[test]
fn a_signal_stops_a_run_soon_and_leaves_what_was_there() {
    let world = large();
    for (name, exit) in [("INT", 130), ("TERM", 143)] {
        let run = begun(&world, "run", &["--log-format", "json", "--quiet"]);
        wait_for(&world.output(), ".staging-");
        let (code, told, took) = stopped(run, name);
        assert_eq!(code, Some(exit), "{told}");
        assert!(took < Duration::from_secs(2), "{took:?}");
        let event: Value = serde_json::from_str(told.trim()).expect(&told);
        let fields = &event["fields"];
        assert_eq!(
            (
                fields["outcome"].as_str(),
                fields["exit"].as_i64(),
                fields["signal"].as_str()
            ),
            (Some("interrupted"), Some(i64::from(exit)), Some(&*format!("SIG{name}")))
        );
        assert_eq!(event["target"], "huizong::ending");
        assert_eq!(hidden(&world.output()), [] as [&str; 0]);
        assert!(!world.output().join("current").exists());
        assert_eq!(fs::read_dir(world.output().join("releases")).unwrap().count(), 0);
    }
    let run = begun(&world, "run", &[]);
    wait_for(&world.output(), ".staging-");
    let (_, told, _) = stopped(run, "TERM");
    assert_eq!(
        told,
        "interrupted by SIGTERM: nothing was published, and the current release is as it was\n"
    );
    // The lock is free, and the next run publishes what it would have published.
    world.publish(&[]);
    assert_eq!(published(&world.output()), published(&world.publish_into("other", &[])));
    assert_eq!(hidden(&world.output()), [] as [&str; 0]);
}

#[test]
fn a_run_that_a_signal_meets_at_any_moment_publishes_all_or_nothing() {
    let world = nation("['2020']", "year", "").county("2020", "130102", "100", &["3", "4"]);
    world.publish(&[]);
    world.put("input/2020/130104_people.csv", "代码,人数,贫困人数\n130104,199,10\n");
    let clock = Instant::now();
    world.publish(&[]);
    // Machines differ, and this one may be busy: the moments are spread over twice the time of a run.
    let moment = clock.elapsed() / 12;
    let mut codes = Vec::new();
    for at in 0..24 {
        world.put(
            "input/2020/130104_people.csv",
            format!("代码,人数,贫困人数\n130104,{},10\n", 200 + at),
        );
        let before = fs::read_link(world.output().join("current")).ok();
        let run = begun(&world, "run", &["--log-format", "json"]);
        sleep(moment * at);
        let (code, told, took) = stopped(run, "TERM");
        assert!(took < Duration::from_secs(2), "{took:?}");
        let after = fs::read_link(world.output().join("current")).ok();
        // A signal that comes before the program has looked out for one ends it as it ends any other.
        match code {
            Some(0) => assert_ne!(before, after, "{told}"),
            Some(143) | None => assert_eq!(before, after, "{told}"),
            _ => panic!("{code:?}: {told}"),
        }
        if code == Some(143) && world.output().exists() {
            assert_eq!(hidden(&world.output()), [] as [&str; 0], "{told}");
        }
        codes.push(code);
    }
    assert!(codes.iter().any(|code| *code != Some(0)), "{codes:?}");
    world.publish(&[]);
    assert_eq!(published(&world.output()), published(&world.publish_into("other", &[])));
}

#[test]
fn a_signal_stops_a_verification_and_its_folder_is_gone() {
    let world = large().published();
    let before = fs::read_link(world.output().join("current")).unwrap();
    let verify = begun(&world, "verify", &[]);
    wait_for(&world.path("temporary"), "huizong-verify-");
    sleep(Duration::from_millis(100));
    let (code, told, took) = stopped(verify, "INT");
    assert_eq!(
        (code, &*told),
        (Some(130), "interrupted by SIGINT: the release was not proved\n")
    );
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(fs::read_dir(world.path("temporary")).unwrap().count(), 0);
    assert_eq!(fs::read_link(world.output().join("current")).unwrap(), before);
}

#[test]
fn who_holds_the_lock_is_told() {
    let world = large();
    let mut run = begun(&world, "run", &[]);
    wait_for(&world.output(), ".staging-");
    let owner = format!(": process {} on ", run.id());
    let (code, said) = world.run(&[]);
    assert!(
        code == 4 && said.contains(&owner) && said.contains(", since 20"),
        "{said}"
    );
    let (_, said) = world.run(&["--lang", "zh"]);
    assert!(said.contains(&format!("上的进程 {}，始于 20", run.id())), "{said}");
    // The process dies, and its lock is taken over.
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(hidden(&world.output()).len(), 1);
    world.publish(&[]);
    assert_eq!(hidden(&world.output()), [] as [&str; 0]);
}
