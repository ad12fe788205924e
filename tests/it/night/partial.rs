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

/// What is wrong with `current` itself, and which run may then publish.
#[cfg(unix)]
#[test]
fn a_lost_link_is_told_and_no_part_takes_its_place() {
    let elsewhere = |world: &World| {
        fs::create_dir(world.path("elsewhere")).unwrap();
        world.path("elsewhere")
    };
    type Case<'a> = (&'a str, &'a dyn Fn(&World), &'a str);
    let cases: [Case<'_>; 3] = [
        (
            "gone",
            &|_| {},
            "is missing; to restore the latest release: ln -sfn releases/000001-",
        ),
        (
            "dangling",
            &|world| std::os::unix::fs::symlink("releases/000099-deadbeef", world.output().join("current")).unwrap(),
            "points to releases/000099-deadbeef, which is no release; to restore the latest release: ln -sfn releases/000001-",
        ),
        (
            "elsewhere",
            &|world| std::os::unix::fs::symlink(elsewhere(world), world.output().join("current")).unwrap(),
            "/elsewhere, which is no release; to restore",
        ),
    ];
    for (case, spoil, told) in cases {
        let world = two_years("");
        fs::remove_file(world.output().join("current")).unwrap();
        spoil(&world);
        let (code, text) = world.run(&["--period", "2020"]);
        let text = unwrapped(&text);
        assert_eq!((code, text.contains(told)), (0, true), "{case}: {text}");
        let first = "PARTIAL RUN, not published: only 2020. The link current leads to no release, so 2018 may have been published before.";
        assert!(
            text.contains(first) && !text.contains("stays current"),
            "{case}: {text}"
        );
        assert_eq!(
            fs::read_dir(world.output().join("releases")).unwrap().count(),
            1,
            "{case}"
        );
        let (_, chinese) = world.run(&["--period", "2020", "--lang", "zh"]);
        assert!(
            chinese.contains("要恢复最新的版本：ln -sfn releases/000001-"),
            "{case}: {chinese}"
        );
        let status = said(&huizong([
            "status".as_ref(),
            world.path("pipeline").as_os_str(),
            "--output".as_ref(),
            world.output().as_os_str(),
        ]));
        let part = "leads to no release";
        assert!(
            status.contains(part) && status.contains("ln -sfn releases/000001-"),
            "{case}: {status}"
        );
        // A withheld one does not say that nothing was published.
        let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
        let strict = plan.replace("min_reporting_share = 0\n", "min_reporting_share = 1.0\n");
        world.put("pipeline/pipeline.toml", strict);
        world.put("input/2020/130104_people.csv", "");
        let (code, text) = world.run(&[]);
        assert_eq!(
            (code, text.contains("The link current leads to no release.")),
            (1, true),
            "{case}: {text}"
        );
        assert!(
            !text.to_lowercase().contains("nothing has been published"),
            "{case}: {text}"
        );
        world.put("pipeline/pipeline.toml", plan);
        // A run over everything mends it, and says so.
        let (code, text) = world.run(&[]);
        assert_eq!(
            (code, current(&world).starts_with("000002-")),
            (0, true),
            "{case}: {text}"
        );
        assert!(text.contains("this run has made it point to 000002-"), "{case}: {text}");
        let (_, text) = world.run(&[]);
        assert!(!text.contains("point"), "{case}: {text}");
    }
}

#[test]
fn a_first_run_over_a_part_is_told_of_nothing() {
    let world = nation("['2018', '2020']", "year", "").county("2018", "130102", "100", &["3"]);
    let (code, text) = world.run(&["--period", "2018"]);
    assert_eq!((code, text.contains("WARN")), (0, false), "{text}");
}

#[test]
fn a_folder_in_the_place_of_the_link_is_told_before_any_work() {
    let world = two_years("");
    let link = world.output().join("current");
    let release = fs::canonicalize(&link).unwrap();
    fs::remove_file(&link).unwrap();
    crate::support::copy_folder(&release, &link);
    for period in [&[][..], &["--period", "2020"]] {
        let (code, text) = world.run(period);
        assert_eq!(code, 3, "{text}");
        let told = unwrapped(&text);
        for part in ["output/current must be a link to a release", "move or rename it"] {
            assert!(told.contains(part), "{part}: {text}");
        }
        let (_, text) = world.run(&[period, &["--lang", "zh"]].concat());
        assert!(
            text.contains("应为指向发布版本的链接") && text.contains("请将它移走"),
            "{text}"
        );
        assert!(!text.contains("because") && !text.contains("nvalid"), "{text}");
    }
    assert_eq!(fs::read_dir(world.output().join("releases")).unwrap().count(), 1);
    fs::rename(&link, world.path("copy")).unwrap();
    assert_eq!(world.run(&[]).0, 0);
}

#[test]
fn damage_of_the_release_that_stays_is_told_by_a_partial_run() {
    let world = two_years("");
    let (_, text) = world.run(&["--period", "2020"]);
    assert!(!text.contains("damaged"), "{text}");
    fs::write(world.output().join("current/tables/indicators.parquet"), "cut off").unwrap();
    let (code, text) = world.run(&["--period", "2020"]);
    assert_eq!((code, text.contains("PARTIAL RUN")), (0, true), "{text}");
    for part in [
        "tables/indicators.parquet",
        "is damaged",
        "a run over all periods publishes it anew",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
