//! When a release is published, and what a run says that publishes none.

use super::*;

#[test]
fn a_night_without_a_single_accepted_row_is_withheld() {
    let night = Night::new().owes("130102", 5);
    let (code, text) = night.run(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("no row at all was accepted"), "{text}");
    assert!(!night.world.output().join("current").exists());
    assert!(night.world.output().join("withheld/tables/reporting.parquet").is_file());
}

#[test]
fn files_that_cannot_be_read_are_no_reports() {
    // Nine of ten states send an empty file, or one without a header.
    let case = crate::support::root().join("tests/cases/unreadable-files-are-no-reports");
    let output = tempfile::tempdir().unwrap();
    let (code, text) = run(&case.join("pipeline"), &case.join("submissions"), output.path(), &[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("10.0 % of the expected reporters sent something usable, below 90.0 %"),
        "{text}"
    );
    assert!(!output.path().join("current").exists());
}

#[test]
fn the_gate_keeps_the_earlier_release() {
    let night = Night::new()
        .owes("130102", 5)
        .owes("130104", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published();
    let before = fs::read_link(night.world.output().join("current")).unwrap();
    let (code, text) = run(
        &community_services(),
        &night.world.path("input"),
        &night.world.output(),
        &["--period", "2020"],
    );
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("50.0 % of the expected reporters sent something usable, below 80.0 %"),
        "{text}"
    );
    assert_eq!(fs::read_link(night.world.output().join("current")).unwrap(), before);
}

#[test]
fn the_exit_code_says_whose_fault_it_was() {
    let night = Night::new()
        .owes("130102", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published();
    let nowhere = night.world.path("nowhere");
    assert_eq!(
        run(&nowhere, &night.world.path("input"), &night.world.output(), &[]).0,
        2,
        "no definition"
    );
    assert_eq!(
        run(&night.world.path("pipeline"), &nowhere, &night.world.output(), &[]).0,
        2,
        "no input"
    );
    assert_eq!(
        run(
            &night.world.path("pipeline"),
            &night.world.path("input"),
            &night.world.output(),
            &["--period", "1999"]
        )
        .0,
        2,
        "no such period"
    );
    let inside = night.world.path("input").join("releases");
    assert_eq!(
        run(&night.world.path("pipeline"), &night.world.path("input"), &inside, &[]).0,
        2,
        "output among the submissions"
    );
    assert!(!inside.exists());
    let blocked = night.world.path("blocked");
    fs::write(&blocked, "a file, no folder").unwrap();
    let (code, text) = run(&night.world.path("pipeline"), &night.world.path("input"), &blocked, &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("blocked"), "the path is named: {text}");
    let held = fs::File::options()
        .write(true)
        .open(night.world.output().join("lock"))
        .unwrap();
    held.lock().unwrap();
    assert_eq!(night.run(&[]).0, 4, "locked");
}

#[test]
fn a_broken_definition_writes_nothing() {
    let night = Night::new().owes("130102", 5);
    let nowhere = "\n[[measure]]\nid = \"x\"\nform = \"nowhere\"\nvalue = \"1\"\n";
    let night = Night {
        world: night.world.extended("measures.toml", nowhere),
        ..night
    };
    let (code, text) = night.run(&[]);
    assert_eq!(code, 2);
    assert!(text.contains("nowhere") && text.contains("measures.toml"), "{text}");
    assert!(!night.world.output().exists());
}

#[test]
fn a_second_night_on_the_same_input_changes_nothing() {
    let night = Night::new()
        .owes("130102", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published();
    let before = fs::read_link(night.world.output().join("current")).unwrap();
    let (code, text) = night.run(&[]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(fs::read_link(night.world.output().join("current")).unwrap(), before);
    assert_eq!(fs::read_dir(night.world.output().join("releases")).unwrap().count(), 1);
}
