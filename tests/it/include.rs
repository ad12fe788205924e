//! `[[include]]`: a second plan over the forms and the registry of the first, with no line of Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use huizong::pipeline::{self, Pipeline};

use crate::support::{community_services, copy_folder, huizong, joined, read_csv, root, run, said, table};

fn plan_of_2025() -> PathBuf {
    root().join("pipelines/community-services-2025")
}

fn load(dir: &Path) -> Pipeline {
    pipeline::load(dir).unwrap_or_else(|faults| panic!("{}", huizong::cli::diagnostics::render(&faults, false)))
}

#[test]
fn the_second_plan_is_sound_and_has_what_it_takes() {
    let ended = huizong(["check", plan_of_2025().to_str().unwrap()]);
    assert!(ended.status.success(), "{}", said(&ended));
    assert!(!said(&ended).contains("warning"), "{}", said(&ended));
    let (first, second) = (load(&community_services()), load(&plan_of_2025()));
    let forms = |plan: &Pipeline| plan.forms.iter().map(|form| form.id.clone()).collect::<Vec<_>>();
    assert_eq!(forms(&first), forms(&second));
    assert_eq!(first.registry.levels, second.registry.levels);
    assert_eq!(
        fs::canonicalize(&first.registry.divisions).unwrap(),
        fs::canonicalize(&second.registry.divisions).unwrap()
    );
    assert_eq!(first.rules.len(), second.rules.len());
    let dimensions: Vec<&str> = second.dimensions.iter().map(|one| one.id.as_str()).collect();
    let taken: Vec<&str> = first.dimensions.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(dimensions, [taken.as_slice(), &["urban_population"]].concat());
}

/// A change in a file that is taken is a change of the plan that takes it; in one that is not, none.
#[test]
fn the_digest_covers_what_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (
        dir.path().join("community-services"),
        dir.path().join("community-services-2025"),
    );
    copy_folder(&community_services(), &first);
    copy_folder(&plan_of_2025(), &second);
    let digests = || (load(&second).digest, load(&second).rules_digest);
    let mut before = digests();
    assert_eq!(
        before,
        (load(&plan_of_2025()).digest, load(&plan_of_2025()).rules_digest)
    );
    for (file, of_rules) in [
        ("pipeline.toml", true),
        ("forms/communities.toml", true),
        ("dimensions.toml", true),
        ("measures.toml", true),
        ("checks.toml", true),
        ("registry/divisions.csv", false),
        ("registry/changes.csv", false),
        ("registry/terrain.csv", false),
    ] {
        let text = fs::read_to_string(first.join(file)).unwrap();
        fs::write(first.join(file), format!("{text}\n")).unwrap();
        let after = digests();
        assert_ne!(before.0, after.0, "{file}");
        assert_eq!(before.1 != after.1, of_rules, "{file}");
        before = after;
    }
    for file in ["indicators.toml", "sample.toml"] {
        let text = fs::read_to_string(first.join(file)).unwrap();
        fs::write(first.join(file), format!("{text}\n")).unwrap();
        assert_eq!(before, digests(), "{file}");
    }
}

#[test]
fn the_second_plan_judges_its_goals_over_a_sample_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (sample, output) = (dir.path().join("sample"), dir.path().join("output"));
    let plan = plan_of_2025();
    let size = ["--counties", "1", "--communities", "30", "--fault-rate", "0.004"];
    let made = huizong(
        [
            "sample",
            "--pipeline",
            plan.to_str().unwrap(),
            "--output",
            sample.to_str().unwrap(),
        ]
        .iter()
        .chain(&size),
    );
    assert!(made.status.success(), "{}", said(&made));
    let (code, text) = run(&plan, &sample.join("submissions"), &output, &[]);
    assert_eq!(code, 0, "{text}");

    let findings = table(&output, "findings");
    let loud = findings
        .iter()
        .filter(|finding| finding["severity"].text() != Some("info"));
    let found: BTreeSet<String> = loud
        .map(|finding| joined(finding, &["path", "row", "code"], " "))
        .collect();
    let truth = read_csv(&sample.join("truth/truth.csv"));
    let planted = truth.iter().filter(|line| line["severity"] != "none");
    let or_dash = |text: &str| {
        if text.is_empty() {
            "-".to_owned()
        } else {
            text.to_owned()
        }
    };
    let planted: BTreeSet<String> = planted
        .map(|line| format!("{} {} {}", line["path"], or_dash(&line["row"]), line["code"]))
        .collect();
    assert_eq!(found, planted);
    assert!(
        found.iter().any(|one| one.ends_with("history-facility-area")),
        "{found:?}"
    );

    let national = table(&output, "indicators").into_iter().filter(|row| {
        row["area_code"].text() == Some("000000")
            && row["period"].text() == Some("2025")
            && row["target"].number().is_some()
    });
    let goals: BTreeMap<String, (f64, Option<f64>)> = national
        .map(|row| {
            let id = row["indicator"].text().unwrap().to_owned();
            (id, (row["target"].number().unwrap(), row["baseline"].number()))
        })
        .collect();
    let published = [
        ("community_workers_per_10000", (18.0, Some(15.0))),
        ("facility_area_per_100_households", (30.0, None)),
        ("rural_facility_coverage", (80.0, Some(65.7))),
        ("urban_facility_coverage", (100.0, Some(100.0))),
    ];
    assert_eq!(goals, published.map(|(id, goal)| (id.to_owned(), goal)).into());
}
