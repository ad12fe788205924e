//! Nights in which nothing has changed, and what is said of runs that were not published.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::small::{Sent, manifest, nation};
use crate::support::{World, huizong, published, said};

fn complete() -> World {
    nation("['2020']", "year", "[gate]\nmin_reporting_share = 0.9\n")
        .county("2020", "130102", "100", &["3", "4"])
        .county("2020", "130104", "200", &["5"])
}

fn current(world: &World) -> String {
    let link = fs::read_link(world.output().join("current")).unwrap();
    link.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn a_release_that_was_damaged_is_published_anew() {
    let world = complete().published();
    let (first, files) = (current(&world), published(&world.output()));
    let table = |world: &World| world.output().join("current/tables/indicators.parquet");
    fs::write(table(&world), "cut off").unwrap();
    let (code, text) = world.run(&[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("tables/indicators.parquet"), "{text}");
    let second = current(&world);
    assert!(
        first.starts_with("000001-") && second.starts_with("000002-"),
        "{second}"
    );
    assert_eq!(first[7..], second[7..], "it has the same content");
    assert_eq!(
        published(&world.output())["tables/indicators.parquet"],
        files["tables/indicators.parquet"]
    );
    // What is whole stands.
    world.run(&[]);
    assert_eq!(current(&world), second);
}

#[test]
fn the_manifest_of_an_unchanged_release_tells_of_the_last_run() {
    let world = complete();
    world.publish(&["--as-of", "2021-03-01"]);
    let before = manifest(&world, "current");
    assert!(before["confirmed_at"].is_null());
    world.publish(&["--as-of", "2021-06-01"]);
    let after = manifest(&world, "current");
    for same in ["release", "created_at", "outputs"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    assert_eq!(after["as_of"], "2021-06-01");
    assert!(after["confirmed_at"].as_str() > after["created_at"].as_str(), "{after}");
    assert_eq!(fs::read_dir(world.output().join("releases")).unwrap().count(), 1);
    world.publish(&["--as-of", "2021-04-01"]);
    assert_eq!(
        manifest(&world, "current"),
        after,
        "what was judged by a later date stays judged"
    );
}

/// Files that were changed within two seconds before a run are read again by the next one: waits until their times are believed.
fn settled() -> World {
    let world = complete();
    thread::sleep(Duration::from_millis(2100));
    world.published()
}

/// Removes the index of the files, which a run writes anew that looks at them one by one.
fn without_index(world: &World) -> PathBuf {
    let index = world.output().join("state/files");
    fs::remove_file(&index).unwrap();
    index
}

#[test]
fn a_run_that_sees_nothing_new_opens_no_file_and_says_the_same() {
    let world = settled();
    let (release, published) = (current(&world), published(&world.output()));
    let full = world.run(&["--rehash", "--as-of", "2021-03-01"]);
    assert!(full.1.contains("Nothing has changed since"), "{}", full.1);
    let index = without_index(&world);
    for at in 0..2 {
        for (lang, unchanged) in [("en", "Nothing has changed since"), ("zh", "未重复发布")] {
            let (code, text) = world.run(&["--lang", lang, "--as-of", "2021-03-01"]);
            assert_eq!((code, text.contains(unchanged)), (0, true), "{at} {lang} {text}");
            if lang == "en" {
                assert_eq!(text, full.1, "the same summary as that of a run that reads everything");
            }
            assert!(!index.exists(), "{at} {lang}: the files were looked at one by one");
        }
    }
    assert_eq!(current(&world), release);
    assert_eq!(crate::support::published(&world.output()), published);
    let runs = crate::support::read_parquet(&world.output().join("runs.parquet"));
    let outcomes: Vec<_> = runs.iter().map(|row| row["outcome"].text().unwrap()).collect();
    assert_eq!(
        outcomes,
        [
            "published",
            "unchanged",
            "unchanged",
            "unchanged",
            "unchanged",
            "unchanged"
        ]
    );
    for column in ["submissions", "rows_accepted", "findings_hard", "partitions"] {
        assert_eq!(runs[5][column], runs[0][column], "{column}");
    }
    // Who does not believe the times reads everything.
    world.run(&["--rehash"]);
    assert!(index.exists());
}

#[test]
fn whatever_may_have_changed_is_looked_at() {
    let world = settled();
    let file = world.path("input/2020/130102_people.csv");
    let table = world.output().join("current/tables/areas.parquet");
    let set_back = |path: &Path, change: &dyn Fn(&mut Vec<u8>)| {
        let modified = fs::metadata(path).unwrap().modified().unwrap();
        let mut content = fs::read(path).unwrap();
        change(&mut content);
        fs::write(path, content).unwrap();
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(modified).unwrap();
    };
    // A file that was only touched, by its time of change alone.
    set_back(&file, &|_| {});
    thread::sleep(Duration::from_millis(2100));
    let index = without_index(&world);
    let (code, text) = world.run(&[]);
    assert_eq!((code, index.exists()), (0, true), "{text}");
    assert!(text.contains("Nothing has changed since"), "{text}");
    // After that it is known again.
    let index = without_index(&world);
    world.run(&[]);
    assert!(!index.exists());
    // The same size and time, another content: of the release, and of the input.
    let before = current(&world);
    set_back(&table, &|content| content[9] ^= 1);
    let (_, text) = world.run(&[]);
    assert!(text.contains("tables/areas.parquet"), "{text}");
    assert_ne!(current(&world), before);
    set_back(&file, &|content| *content.last_mut().unwrap() = b'1');
    assert!(world.run(&[]).1.contains("Published"));
    // A date on which more is judged, and another definition.
    let withheld = complete();
    fs::remove_file(withheld.path("input/2020/130104_people.csv")).unwrap();
    thread::sleep(Duration::from_millis(2100));
    withheld.publish(&["--as-of", "2020-12-31"]);
    assert_eq!(withheld.run(&["--as-of", "2020-12-31"]).0, 0);
    assert_eq!(withheld.run(&["--as-of", "2021-03-01"]).0, 1);
    let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let world = world.defined(
        "pipeline.toml",
        plan.replace("min_reporting_share = 0.9", "min_reporting_share = 0.95"),
    );
    let index = without_index(&world);
    world.run(&[]);
    assert!(index.exists());
}

/// The returns of a withheld run are in its own folder, though its tables are those of the current release.
#[test]
fn a_run_that_only_the_gate_withholds_has_its_returns() {
    let gated = |share: &str| format!("[gate]\nmax_quarantined_row_share = {share}\n");
    let world = nation("['2020']", "year", &gated("1"))
        .county("2020", "130102", "100", &["3", "vier"])
        .published();
    let text = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let stricter = text.replace("row_share = 1\n", "row_share = 0.01\n");
    assert_ne!(text, stricter);
    let world = world.defined("pipeline.toml", stricter);
    let (code, text) = world.run(&[]);
    assert_eq!((code, text.contains("To be fixed (returns: 1)")), (1, true), "{text}");
    let names = |place: &str| {
        let files = fs::read_dir(world.output().join(place).join("returns/2020")).unwrap();
        files.map(|file| file.unwrap().file_name()).collect::<Vec<_>>()
    };
    assert_eq!(names("withheld"), names("current"));
    assert_eq!(names("withheld").len(), 1);
}

fn status(world: &World, more: &[&str]) -> String {
    let (pipeline, output) = (world.path("pipeline"), world.output());
    let args = [
        "status",
        pipeline.to_str().unwrap(),
        "--output",
        output.to_str().unwrap(),
    ];
    let told = huizong(args.iter().chain(more));
    assert_eq!(told.status.code(), Some(0), "{}", said(&told));
    said(&told)
}

#[test]
fn status_of_a_withheld_run_goes_on_with_that_run() {
    let world = complete().published().sent("2020/130104_people.csv", "");
    let (code, text) = world.run(&[]);
    assert_eq!(code, 1, "{text}");
    let withheld = status(&world, &["--withheld"]);
    let hint = "--withheld --counties lists them one by one; --withheld --area CODE looks at one area.";
    assert!(withheld.contains(hint), "{withheld}");
    let zh = status(&world, &["--withheld", "--lang", "zh"]);
    assert!(zh.contains("--withheld --counties 逐个列出"), "{zh}");
    // The empty file of one of four submissions.
    assert!(
        withheld.contains("Expected 4, of which no action is needed for 3."),
        "{withheld}"
    );
    assert!(zh.contains("应报的 4 份中，3 份无需处理。"), "{zh}");
    let listed = status(&world, &["--withheld", "--counties"]);
    assert!(listed.contains("return: withheld/returns/"), "{listed}");
    assert!(
        !status(&world, &[]).contains("--counties"),
        "of the current release nothing is asked"
    );
}

#[test]
fn status_counts_what_is_owed_and_nothing_else() {
    // A file of the province is nobody's debt.
    let world = complete().sent("2020/130000_all_people.csv", "代码,人数,贫困人数\n130102,100,10\n");
    let world = world.published();
    let text = status(&world, &[]);
    let owed = text.lines().find(|line| line.starts_with("Expected 4, of which "));
    let count: u32 = owed
        .expect(&text)
        .trim_end_matches('.')
        .split(' ')
        .next_back()
        .unwrap()
        .parse()
        .unwrap();
    assert!(count <= 4, "{text}");
}

#[test]
fn status_of_a_county_has_the_county_s_row() {
    let world = complete().published();
    for area in ["130102", "长安区"] {
        let csv = status(&world, &["--area", area, "--format", "json"]);
        let told: serde_json::Value = serde_json::from_str(&csv).unwrap();
        let lines = told["lines"].as_array().unwrap();
        assert_eq!(
            (lines.len(), lines[0]["area_code"].as_str()),
            (1, Some("130102")),
            "{area}"
        );
        assert_eq!(lines[0]["expected"], told["total"]["expected"]);
    }
    let of_province = status(&world, &["--area", "130000", "--lang", "zh"]);
    assert!(
        of_province.lines().any(|line| line.starts_with("河北省  ")),
        "{of_province}"
    );
}
