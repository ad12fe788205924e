//! `verify` proves what a release says of itself, too.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::incremental::history_world;
use super::small::manifest;
use crate::support::{World, huizong, said};

fn verify(world: &World, more: &[&str]) -> (i32, String) {
    let paths = ["pipeline", "input", "output"].map(|place| world.path(place).display().to_string());
    let args = [
        "verify", &paths[0], "--input", &paths[1], "--output", &paths[2], "--quiet",
    ];
    let ended = huizong(args.iter().chain(more));
    (ended.status.code().unwrap(), said(&ended))
}

/// The faults that `verify` lists after a change to the folder of the current release, which is undone.
fn faults(world: &World, change: impl FnOnce(&Path)) -> Vec<String> {
    let folder = world.output().join("current");
    let path = folder.join("manifest.json");
    let before = fs::read(&path).unwrap();
    change(&folder);
    let (code, csv) = verify(world, &["--format", "csv"]);
    fs::write(&path, before).unwrap();
    assert_eq!(code, 1, "{csv}");
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_forged_manifest_is_found_out() {
    let world = history_world();
    world.publish(&["--as-of", "2021-06-30"]);
    let (code, text) = verify(&world, &[]);
    assert_eq!(code, 0, "{text}");
    let of = |all: &mut Value, path: &str| {
        let outputs = all["outputs"].as_array_mut().unwrap();
        let at = outputs.iter().position(|file| file["path"] == path);
        outputs.remove(at.unwrap())
    };
    type Edit<'a> = (&'a dyn Fn(&mut Value), &'a [&'a str]);
    let edits: [Edit; 12] = [
        (&|all| all["rows"]["accepted"] = json!(1), &["manifest,rows.accepted"]),
        (&|all| all["rows"]["read"] = json!(1), &["manifest,rows.read"]),
        (&|all| all["gate"][0]["value"] = json!(1e9), &["manifest,gate"]),
        (
            &|all| all["synthetic"] = json!(!all["synthetic"].as_bool().unwrap()),
            &["manifest,synthetic"],
        ),
        (
            &|all| all["findings"]["hard"] = json!(7000),
            &["manifest,findings.hard"],
        ),
        (
            &|all| all["definition_sha256"] = json!("00"),
            &["manifest,definition_sha256"],
        ),
        (
            &|all| all["release"] = json!("000009-00000000"),
            &[
                "differs,CITATION.cff",
                "differs,croissant.json",
                "differs,datapackage.json",
                "manifest,release",
            ],
        ),
        (&|all| all["note"] = json!("more"), &["manifest,note"]),
        (
            &|all| all["inputs"][0]["sha256"] = json!("00"),
            &["input_changed,2018/130102_houses.csv"],
        ),
        (
            &|all| drop(of(all, "tables/areas.parquet")),
            &["unlisted,tables/areas.parquet", "differs,tables/areas.parquet"],
        ),
        (
            &|all| drop(of(all, "datapackage.json")),
            &["unlisted,datapackage.json", "differs,datapackage.json"],
        ),
        (
            &|all| {
                let mut file = of(all, "tables/areas.parquet");
                file["rows"] = json!(1);
                all["outputs"].as_array_mut().unwrap().push(file);
            },
            &["differs,tables/areas.parquet"],
        ),
    ];
    for (edit, expected) in edits {
        let found = faults(&world, |folder| {
            let mut all = manifest(&world, "current");
            edit(&mut all);
            fs::write(folder.join("manifest.json"), all.to_string()).unwrap();
        });
        assert_eq!(found, expected);
    }
    let extra = world.output().join("current/tables/extra.txt");
    let found = faults(&world, |_| fs::write(&extra, "x").unwrap());
    assert_eq!(found, ["unlisted,tables/extra.txt"]);
    fs::remove_file(extra).unwrap();
    let (code, text) = verify(&world, &[]);
    assert_eq!(code, 0, "formatted anew or not, the manifest says the same: {text}");
}

#[test]
fn a_description_with_a_forged_hash_is_found_out() {
    let world = history_world();
    world.publish(&["--as-of", "2021-06-30"]);
    let found = faults(&world, |folder| {
        let path = folder.join("CITATION.cff");
        let text = fs::read_to_string(&path).unwrap() + "doi: \"10.0000/x\"\n";
        fs::write(&path, &text).unwrap();
        let mut all = manifest(&world, "current");
        let mut outputs = all["outputs"].as_array_mut().unwrap().iter_mut();
        let file = outputs.find(|file| file["path"] == "CITATION.cff").unwrap();
        file["bytes"] = json!(text.len());
        file["sha256"] = json!(sha256(text.as_bytes()));
        fs::write(folder.join("manifest.json"), all.to_string()).unwrap();
    });
    assert_eq!(found, ["differs,CITATION.cff"]);
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_release_with_a_damaged_manifest_is_called_damaged_and_the_one_after_it_is_proved() {
    let world = history_world();
    world.publish(&["--as-of", "2021-06-30"]);
    let path = world.output().join("current/manifest.json");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, "{").unwrap();
    let (code, text) = verify(&world, &[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("is damaged") && text.contains("huizong rollback"),
        "{text}"
    );
    let paths = ["pipeline", "output"].map(|place| world.path(place).display().to_string());
    for command in [&["status"][..], &["open"], &["show", "areas"]] {
        let ended = huizong(command.iter().chain(&[&*paths[0], "--output", &*paths[1]]));
        let text = said(&ended);
        assert!(!ended.status.success(), "{command:?}");
        assert!(
            text.contains("is damaged") && text.contains("huizong rollback"),
            "{command:?}: {text}"
        );
    }
    // What is compared with a damaged release has no revisions, and its report says so: both can be computed again.
    world.publish(&["--as-of", "2021-06-30"]);
    assert_eq!(manifest(&world, "current")["revisions"]["state"], "damaged");
    let (code, text) = verify(&world, &[]);
    assert_eq!(code, 0, "{text}");
    // One that was whole when it was compared with, and is damaged now.
    fs::write(&path, whole).unwrap();
    world.put("input/2019/130102_people.csv", "代码,人数,贫困人数\n130102,120,10\n");
    world.publish(&["--as-of", "2021-06-30"]);
    assert_eq!(manifest(&world, "current")["revisions"]["state"], "compared");
    let since = manifest(&world, "current")["revisions"]["since"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = world.output().join("releases").join(since).join("manifest.json");
    fs::write(before, "{").unwrap();
    let (code, text) = verify(&world, &[]);
    assert!(code == 0 && text.contains("is damaged: the table revisions"), "{text}");
}
