//! The generator: its committed output is what it makes, quirks are no faults, and it serves other pipelines too.

mod committed;
mod kinds;
mod own_recipe;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::{community_services, huizong, read_csv, root, run, said, table};

#[test]
fn quirks_are_no_faults() {
    let dir = tempfile::tempdir().unwrap();
    generate(
        &community_services(),
        dir.path(),
        &[
            "--counties",
            "1",
            "--communities",
            "25",
            "--fault-rate",
            "0",
            "--seed",
            "11",
        ],
    );
    let truth = read_csv(&dir.path().join("truth/truth.csv"));
    assert!(truth.iter().all(|line| line["severity"] == "none"), "{truth:?}");
    let output = dir.path().join("output");
    let (code, text) = run(&community_services(), &dir.path().join("submissions"), &output, &[]);
    assert_eq!(code, 0, "{text}");
    let loud: Vec<String> = table(&output, "findings")
        .iter()
        .filter(|f| f["severity"].text() != Some("info"))
        .map(|f| format!("{f:?}"))
        .collect();
    assert!(loud.is_empty(), "{}", loud.join("\n"));
    let formats: BTreeSet<String> = table(&output, "submissions")
        .iter()
        .map(|s| s["format"].text().unwrap().to_owned())
        .collect();
    assert!(
        ["csv", "tsv", "xlsx", "json", "jsonl", "html", "xml2003"]
            .iter()
            .all(|f| formats.contains(*f)),
        "{formats:?}"
    );
}

#[test]
fn chance_does_not_depend_on_threads_nor_another_seed_repeat_it() {
    let (one, two, other) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let small = [
        "--counties",
        "1",
        "--communities",
        "8",
        "--periods",
        "2018",
        "--formats",
        "csv",
    ];
    generate(&community_services(), one.path(), &small);
    generate(
        &community_services(),
        other.path(),
        &[&small[..], &["--seed", "5"]].concat(),
    );
    by_one_thread(two.path(), "2018", (1, 8.0), 0.01);
    assert_eq!(files(one.path()), files(two.path()));
    assert_ne!(files(one.path()), files(other.path()));
}

#[test]
fn the_work_grows_as_the_number_of_planted_faults_does() {
    let dir = tempfile::tempdir().unwrap();
    let judged = |rate: f64| {
        let made = by_one_thread(&dir.path().join(rate.to_string()), "2015,2018,2020", (1, 25.0), rate);
        (made.judged as f64, made.findings as f64)
    };
    let ((few, faults), (many, more)) = (judged(0.01), judged(0.05));
    assert!(more > 2.0 * faults, "{faults} and {more} faults");
    // Some find no place at first and are tried again; that is a share of them, and no power.
    let (before, after) = (few / faults, many / more);
    assert!(
        after < 1.5 * before,
        "{before} of {faults}, {after} of {more} judged for a fault"
    );
}

/// What is to be planted does not depend on the number of counties, and only so many of a partition are tried for it.
#[test]
fn the_work_of_planting_does_not_grow_with_the_number_of_counties() {
    let dir = tempfile::tempdir().unwrap();
    let made = |counties: usize| {
        let output = dir.path().join(counties.to_string());
        by_one_thread(&output, "2018", (counties, 4.0), 0.02)
    };
    let (few, many) = (made(16), made(48));
    assert!(many.rows > 2 * few.rows, "{few:?} {many:?}");
    assert!(many.judged < 2 * few.judged, "{few:?} {many:?}");
}

/// Makes a sample of CSV files in this process, by one thread: how many candidates are judged depends on their number.
///
/// `size`: reporters in each partition beside those of the recipe, and the mean number of their rows.
fn by_one_thread(output: &Path, periods: &str, size: (usize, f64), fault_rate: f64) -> huizong::sample::Made {
    let pipeline = huizong::pipeline::load(&community_services()).unwrap();
    let registry = huizong::registry::Registry::load(&pipeline).unwrap();
    let period = |text| huizong::domain::Period::parse_any(text).unwrap();
    let options = huizong::sample::Options {
        output: output.to_owned(),
        counties: huizong::sample::Counties::Some(size.0),
        periods: periods.split(',').map(period).collect(),
        formats: vec![huizong::sample::Format::Csv],
        encodings: Vec::new(),
        communities: Some(size.1),
        fault_rate,
        quirk_rate: 1.0,
        seed: None,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| huizong::sample::generate(&pipeline, &registry, &options))
        .unwrap()
}

fn generate(pipeline: &Path, output: &Path, more: &[&str]) {
    let fixed = [
        "sample",
        "--pipeline",
        pipeline.to_str().unwrap(),
        "--output",
        output.to_str().unwrap(),
    ];
    let ended = huizong(fixed.iter().chain(more));
    assert!(ended.status.success(), "{}", said(&ended));
}

/// All files below a folder, by path.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = walkdir::WalkDir::new(dir)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    all.map(|entry| {
        let name = entry
            .path()
            .strip_prefix(dir)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        (name, fs::read(entry.path()).unwrap())
    })
    .collect()
}
