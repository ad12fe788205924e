//! Each command that takes an address.

use super::*;
use crate::night::incremental::history_world;

/// The commands that the page on object stores lists.
fn listed() -> Vec<String> {
    let page = std::fs::read_to_string(root().join("docs/object-store.md")).unwrap();
    let (_, rest) = page
        .split_once("Every command that takes `--output` takes an address: ")
        .unwrap();
    let (line, _) = rest.split_once(".\n").unwrap();
    line.split(", ")
        .map(|command| command.trim_matches('`').to_owned())
        .collect()
}

#[test]
fn every_command_takes_addresses_of_both_servers() {
    for server in [seaweedfs(), moto()] {
        let (bucket, world, machine) = (Bucket::new(server, "commands"), history_world(), Machine::new());
        let (pipeline, jobs) = (world.path("pipeline"), world.path("jobs"));
        let (pipeline, jobs) = (pipeline.to_str().unwrap(), jobs.to_str().unwrap());
        for figures in ["88,10", "89,11"] {
            world.put(
                "input/2019/140105_people.csv",
                format!("代码,人数,贫困人数\n140105,{figures}\n"),
            );
            bucket.send(&world.path("input"), "in");
            let ended = machine.run(&bucket, &world.path("pipeline"), &[]);
            assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
        }
        for command in listed() {
            let (args, code) = match command.as_str() {
                "releases" => (vec!["releases"], 0),
                "rollback" => (vec!["rollback", "previous", "--yes"], 0),
                "tag" => (vec!["tag", "1", "first"], 0),
                "gc" => (vec!["gc", pipeline, "--yes"], 0),
                "open" => (vec!["open", pipeline], 0),
                "show" => (vec!["show", "reporting", pipeline], 0),
                "diff" => (vec!["diff", "1", "2"], 1),
                "summary" => (vec!["summary", pipeline], 0),
                "status" => (vec!["status", pipeline], 0),
                "trace" => (
                    vec!["trace", "poverty", pipeline, "--area", "000000", "--period", "2020"],
                    0,
                ),
                // Rolled back to the release before the last submission.
                "verify" => (vec!["verify", pipeline], 1),
                "plan" => (vec!["plan", pipeline], 0),
                "jobs" => (vec!["jobs", "plan", pipeline, "--jobs", jobs], 0),
                // The rollback holds back what runs publish.
                "publish" => (vec!["publish", pipeline], 1),
                other => panic!("docs/object-store.md names the command {other}, which nobody tries"),
            };
            let (input, output) = (bucket.address("in"), bucket.address("out"));
            let mut all = [&args[..], &["--output", &output]].concat();
            if matches!(command.as_str(), "verify" | "plan" | "jobs" | "publish") {
                all.extend(["--input", &input]);
            }
            let mut started = machine.command(&bucket, &all);
            let ended = started
                .env_remove("DISPLAY")
                .env_remove("WAYLAND_DISPLAY")
                .output()
                .unwrap();
            assert_eq!(ended.status.code(), Some(code), "{all:?}: {}", said(&ended));
        }
        assert!(bucket.current().0.starts_with("000001-"));
    }
}
