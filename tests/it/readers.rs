//! What we publish opens in the tools that people have: duckdb, pandas, polars and pyarrow, without a flag; and the data
//! package holds in the eyes of frictionless.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::support::{World, community_services, copy_folder, root};

/// The interpreter with what the tests open releases with.
pub fn python() -> OsString {
    std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs")
}

fn opens(pipeline: &str, recompute: &[&str]) {
    let output = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(["run", "--quiet", "--output"])
        .arg(output.path())
        .arg(root().join(pipeline))
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "huizong run: {}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stderr)
    );
    let script = root().join("tests/setup/open_tables.py");
    let opened = Command::new(python())
        .arg(script)
        .arg(output.path())
        .args(recompute)
        .output()
        .unwrap();
    assert!(
        opened.status.success(),
        "open_tables.py: {}",
        String::from_utf8_lossy(&opened.stderr)
    );
}

/// What `frictionless validate datapackage.json` says of the current release: how many resources are valid, and every error.
fn validated(output: &Path) -> (usize, Vec<String>) {
    let ended = Command::new(python())
        .args(["-m", "frictionless", "validate", "--json", "datapackage.json"])
        .current_dir(output.join("current"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&ended.stdout);
    let report: serde_json::Value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {text}{}", String::from_utf8_lossy(&ended.stderr)));
    let errors = |of: &serde_json::Value| -> Vec<String> {
        let list = of["errors"].as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|error| format!("{}: {}", of["name"], error["message"]))
            .collect()
    };
    let tasks = report["tasks"].as_array().unwrap();
    let mut all = errors(&report);
    all.extend(tasks.iter().flat_map(errors));
    let valid = tasks.iter().filter(|task| task["valid"] == true).count();
    assert_eq!(report["valid"] == true, all.is_empty(), "{text}");
    assert_eq!(ended.status.success(), all.is_empty(), "{text}");
    (valid, all)
}

/// Files that the data package has to describe.
fn described(output: &Path) -> usize {
    let release = std::fs::canonicalize(output.join("current")).unwrap();
    let folders = ["tables", "facts", "uncounted", "quarantine", "extracts"];
    let files = folders
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(release.join(folder)));
    // The structure of the SDMX extract describes a table, and is none.
    let is_table = |path: &Path| path.extension().is_none_or(|ending| ending != "xml");
    files
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| entry.file_type().is_file() && is_table(entry.path()))
        })
        .count()
}

#[test]
fn every_table_of_the_shipped_pipeline_opens_and_says_what_it_is() {
    opens("pipelines/community-services", &["--recompute"]);
}

#[test]
fn a_form_that_brings_the_code_of_its_partition_is_described_as_it_is() {
    opens("tests/cases/plain-codes/pipeline", &[]);
}

/// Two provinces of the sample in one year, with a correction of nothing and tables in every format.
pub fn two_provinces() -> World {
    let plan = std::fs::read_to_string(community_services().join("pipeline.toml")).unwrap();
    let (before, after) = plan.split_once("[gate]").unwrap();
    let open = "[gate]\nmin_reporting_share = 0.0\nmax_quarantined_row_share = 1.0\nmax_open_influence = 1000.0\n";
    let plan = format!("{before}{open}\n{}", &after[after.find("[[extract]]").unwrap()..]);
    let world = World::of(&community_services())
        .defined("pipeline.toml", plan)
        .extended(
            "pipeline.toml",
            "\n[[extract]]\ntable = \"reconciliation\"\nformats = [\"csv\", \"xlsx\"]\n\
             [[extract]]\ntable = \"corrections\"\nformats = [\"csv\"]\n",
        )
        .beside(
            "corrections.toml",
            "[[correction]]\nid = \"nothing\"\naction = \"drop\"\nform = \"communities\"\nperiod = \"2020\"\n\
             area = \"110101\"\nkey = \"110101001001\"\nreason = { en = \"closed\" }\napproved_by = \"office\"\n\
             reported = \"2021-01-01\"\n",
        );
    let sample = root().join("sample_data/submissions");
    for folder in ["2020/110000", "2020/540000"] {
        copy_folder(&sample.join(folder), &world.path("input").join(folder));
    }
    for register in ["reporters.csv", "receipts.csv"] {
        let all = std::fs::read_to_string(sample.join(register)).unwrap();
        // A line begins with the code of an area, or with a path that has it.
        let here = |line: &&str| {
            ["11", "54", "2020/11", "2020/54"]
                .iter()
                .any(|start| line.starts_with(start))
        };
        let lines: Vec<&str> = all.lines().take(1).chain(all.lines().skip(1).filter(here)).collect();
        world.put(&format!("input/{register}"), lines.join("\n") + "\n");
    }
    world
}

#[test]
fn the_data_package_is_valid_as_a_whole() {
    let world = two_provinces();
    let output = world.publish(&[]);
    let corrections = world.table("corrections");
    assert!(corrections.iter().any(|row| row["submission_id"].text().is_none()));
    assert_eq!(validated(&output), (described(&output), Vec::new()));
}

#[test]
fn the_data_package_of_a_small_country_is_valid_and_dated() {
    let case = root().join("tests/cases/plain-codes");
    let world = World::of(&case.join("pipeline"));
    copy_folder(&case.join("submissions"), &world.path("input"));
    let output = world.publish(&[]);
    assert_eq!(validated(&output), (described(&output), Vec::new()));
    let package = std::fs::read(output.join("current/datapackage.json")).unwrap();
    let package: serde_json::Value = serde_json::from_slice(&package).unwrap();
    let manifest = std::fs::read(output.join("current/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(package["created"], manifest["created_at"]);
    let (sequence, hash) = manifest["release"].as_str().unwrap().split_once('-').unwrap();
    assert_eq!(sequence, "000001");
    assert_eq!(package["version"], format!("1.0.0+{hash}"));
    // The same night again is no new release, although it has another time.
    let (code, said) = world.run(&["--lang", "en"]);
    assert!(code == 0 && said.contains("Nothing has changed since 000001"), "{said}");
}
