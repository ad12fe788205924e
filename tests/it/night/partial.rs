//! Runs over some of the periods: what is published never loses one.

use std::fs;

use super::small::{Sent, manifest, nation, texts, unwrapped};
use crate::support::{World, huizong, published, said};

/// Two years of two counties, both published.
fn two_years(gate: &str) -> World {
    let world = nation("['2018', '2020']", "year", gate);
    let world = world
        .county("2018", "130102", "100", &["3", "4"])
        .county("2018", "130104", "200", &["5"])
        .county("2020", "130102", "110", &["3", "4"])
        .county("2020", "130104", "210", &["5"]);
    world.published()
}

fn current(world: &World) -> String {
    let link = fs::read_link(world.output().join("current")).unwrap();
    link.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn a_run_over_one_period_leaves_a_fuller_release_where_it_is() {
    let world = two_years("");
    let (before, files) = (current(&world), published(&world.output()));
    let (code, text) = world.run(&["--period", "2020"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(current(&world), before);
    assert_eq!(published(&world.output()), files);
    assert_eq!(fs::read_dir(world.output().join("releases")).unwrap().count(), 1);
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        format!("PARTIAL RUN, not published: only 2020. {before} also has 2018, and stays current.")
    );
    let partial = manifest(&world, "partial");
    assert_eq!(texts(&partial["periods"]), ["2020"]);
    assert_eq!(texts(&partial["periods_left_out"]), ["2018"]);
    assert!(
        world
            .output()
            .join("partial/facts/people/2020/130000.parquet")
            .is_file()
    );
    assert!(text.contains("output/partial/tables/*.parquet"), "{text}");
    let (_, chinese) = world.run(&["--period", "2020", "--lang", "zh"]);
    let first = chinese.lines().next().unwrap();
    assert!(
        first.starts_with("【未发布】本次只汇总 2020；") && first.contains("2018"),
        "{first}"
    );
}

#[test]
fn a_partial_run_can_be_looked_at() {
    let world = two_years("");
    let look = |which: &[&str]| {
        let (pipeline, output) = (world.path("pipeline"), world.output());
        let args = [
            "status",
            pipeline.to_str().unwrap(),
            "--output",
            output.to_str().unwrap(),
        ];
        said(&huizong(args.iter().chain(which)))
    };
    assert!(
        look(&["--partial"]).contains("there is no release"),
        "nothing is there yet"
    );
    world.run(&["--period", "2020"]);
    let text = look(&["--partial"]);
    assert!(text.contains("A run over some of the periods, not published"), "{text}");
    assert!(look(&[]).contains("Release 000001-"));
}

#[test]
fn a_release_takes_the_place_of_one_with_no_further_period() {
    let world = nation("['2018', '2020']", "year", "")
        .county("2018", "130102", "100", &["3"])
        .county("2020", "130102", "110", &["3"]);
    let (code, text) = world.run(&["--period", "2020"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("Published: 000001-") && text.contains("Periods left out of this run: 2018"),
        "{text}"
    );
    // The same again, and then the other: each only where nothing is lost.
    let (code, text) = world.run(&["--period", "2020"]);
    assert_eq!(
        (code, text.contains("Nothing has changed since 000001-")),
        (0, true),
        "{text}"
    );
    let (_, text) = world.run(&["--period", "2018"]);
    assert!(text.starts_with("PARTIAL RUN, not published: only 2018."), "{text}");
    let (_, text) = world.run(&["--period", "2018", "--period", "2020"]);
    assert!(
        text.contains("Published: 000002-") && !text.contains("left out"),
        "{text}"
    );
}

#[test]
fn a_partial_run_is_judged_by_the_gate_too() {
    let world = two_years("[gate]\nmin_reporting_share = 0.9\n").sent("2020/130104_people.csv", "");
    let before = current(&world);
    let (code, text) = world.run(&["--period", "2020"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.starts_with("PARTIAL RUN"), "{text}");
    let text = unwrapped(&text);
    assert!(
        text.contains("The gate would withhold it as well: - 2020 people: 50.0 % of the expected reporters"),
        "{text}"
    );
    assert_eq!(current(&world), before);
    assert!(!world.output().join("withheld").exists());
}

#[test]
fn a_period_that_the_definition_drops_is_told() {
    let world = two_years("");
    let text = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let world = world.defined("pipeline.toml", text.replace("['2018', '2020']", "['2020']"));
    let (code, text) = world.run(&[]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("No longer published, because the definition no longer has them: 2018"),
        "{text}"
    );
}

#[test]
fn a_release_whose_periods_cannot_be_read_is_not_replaced_by_a_part() {
    let world = two_years("");
    fs::write(world.output().join("current/manifest.json"), "{").unwrap();
    let before = current(&world);
    let (code, text) = world.run(&["--period", "2020"]);
    assert_eq!((code, text.starts_with("PARTIAL RUN")), (0, true), "{text}");
    assert_eq!(current(&world), before);
}
