//! Releases that are there: listed, made current again, named, removed; and read while others are published.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::small::{Sent, manifest, nation, unwrapped};
use crate::support::{World, contents, huizong, published, read_parquet, said};

fn world() -> World {
    nation("['2019', '2020']", "year", "")
        .county("2019", "130102", "90", &["2"])
        .county("2020", "130102", "100", &["3", "4"])
}

/// The figure of 130104 in 2020, which was sent as the only change.
fn send(world: &World, people: u32) {
    world.put(
        "input/2020/130104_people.csv",
        format!("代码,人数,贫困人数\n130104,{people},10\n"),
    );
}

/// A world with as many releases, each of which has another figure.
fn with_releases(number: u32) -> World {
    let world = world();
    for people in 1..=number {
        send(&world, people);
        world.publish(&[]);
    }
    world
}

fn asked(world: &World, args: &[&str]) -> (i32, String) {
    let output = world.output();
    let ended = huizong(args.iter().copied().chain(["--output", output.to_str().unwrap()]));
    (ended.status.code().unwrap(), said(&ended))
}

fn json(world: &World, args: &[&str]) -> Value {
    let (code, said) = asked(world, &[args, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{said}");
    serde_json::from_str(&said).expect(&said)
}

/// `huizong gc`, which reads the rules of the pipeline.
fn gc(world: &World, more: &[&str]) -> Value {
    let pipeline = world.path("pipeline");
    json(
        world,
        &[&["gc", "--pipeline", pipeline.to_str().unwrap()], more].concat(),
    )
}

fn current(world: &World) -> String {
    let link = fs::read_link(world.output().join("current")).unwrap();
    link.file_name().unwrap().to_string_lossy().into_owned()
}

fn ids(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.output().join("releases")).unwrap();
    let mut ids: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    ids.sort();
    ids
}

/// Lets a release have been published so many days ago.
fn aged(world: &World, place: &str, days: i64) {
    let mut all = manifest(world, place);
    let day = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    all["created_at"] = day.to_string().into();
    all["confirmed_at"] = Value::Null;
    fs::write(world.output().join(place).join("manifest.json"), all.to_string()).unwrap();
}

#[test]
fn releases_are_listed_with_what_is_in_them_and_what_they_take() {
    let world = world();
    let (code, text) = asked(&world, &["releases"]);
    assert!(code == 2 && text.contains("there is no output folder at"), "{text}");
    world.publish(&[]);
    send(&world, 5);
    world.publish(&[]);
    let all = json(&world, &["releases"]);
    let releases = all["releases"].as_array().unwrap();
    assert!(all["on_hold_since"].is_null());
    assert_eq!(
        releases
            .iter()
            .map(|one| one["id"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ids(&world)
    );
    let counts = |name: &str| {
        releases
            .iter()
            .map(|one| one[name].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(counts("submissions"), [4, 5]);
    assert_eq!(counts("rows_accepted"), [5, 6]);
    assert_eq!(counts("gate_failed"), [0, 0]);
    assert_eq!(releases[0]["periods"], serde_json::json!(["2019", "2020"]));
    assert_eq!(
        releases
            .iter()
            .map(|one| one["current"].as_bool().unwrap())
            .collect::<Vec<_>>(),
        [false, true]
    );
    // Rows of 2019 are the same files in both; tables belong to one each.
    for (at, id) in ids(&world).iter().enumerate() {
        let folder = world.output().join("releases").join(id);
        let bytes: usize = contents(&folder).values().map(Vec::len).sum();
        assert_eq!(
            counts("bytes_alone")[at] + counts("bytes_shared")[at],
            bytes as u64,
            "{id}"
        );
        assert!(counts("bytes_alone")[at] > counts("bytes_shared")[at] && counts("bytes_shared")[at] > 0);
    }
    let (_, csv) = asked(&world, &["releases", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 3);
    assert!(
        csv.lines()
            .nth(2)
            .unwrap()
            .starts_with(&format!("{},true,false,20", current(&world))),
        "{csv}"
    );
    let (_, text) = asked(&world, &["releases"]);
    assert!(
        text.contains("2019–2020") && text.contains("passed") && text.contains("current"),
        "{text}"
    );
    let (_, text) = asked(&world, &["releases", "--lang", "zh"]);
    assert!(text.contains("当前") && text.contains("发布日期"), "{text}");
    // A release whose manifest is gone is listed all the same.
    fs::remove_file(
        world
            .output()
            .join("releases")
            .join(&ids(&world)[0])
            .join("manifest.json"),
    )
    .unwrap();
    let all = json(&world, &["releases"]);
    assert!(all["releases"][0]["rows_accepted"].is_null() && all["releases"][0]["bytes_alone"].is_u64());
}

#[test]
fn a_release_is_withdrawn_and_stays_so_until_a_person_says_otherwise() {
    let world = with_releases(3);
    let all = ids(&world);
    let before = contents(&world.output());
    for more in [&[][..], &["--dry-run"]] {
        let (code, text) = asked(&world, &[&["rollback", "2"], more].concat());
        let text = unwrapped(&text);
        assert!(
            code == 0 && text.contains("Nothing has been changed") && text.contains("Add --yes"),
            "{text}"
        );
        assert!(
            text.contains("tables: findings, indicators") || text.contains("indicators"),
            "{text}"
        );
    }
    assert_eq!(contents(&world.output()), before);
    let plan = json(&world, &["rollback", "previous"]);
    assert_eq!(
        (
            plan["from"].as_str(),
            plan["to"].as_str(),
            plan["done"].as_bool(),
            plan["holds"].as_bool()
        ),
        (Some(&*all[2]), Some(&*all[1]), Some(false), Some(true))
    );
    let (code, text) = asked(&world, &["rollback", "previous", "--yes"]);
    assert!(
        code == 0 && unwrapped(&text).contains("Runs then publish nothing"),
        "{text}"
    );
    assert_eq!(current(&world), all[1]);
    // The next runs do not publish it again, though something else has changed in the meantime.
    for people in [3, 4] {
        send(&world, people);
        let (code, text) = world.run(&[]);
        assert_eq!(code, 1, "{text}");
        assert!(
            unwrapped(&text).contains(&format!("{} was withdrawn, and nothing is published until", all[2])),
            "{text}"
        );
        assert_eq!(current(&world), all[1]);
        assert!(manifest(&world, "withheld")["gate"].to_string().contains("\"hold\""));
    }
    let (_, text) = world.run(&["--lang", "zh"]);
    assert!(text.replace('\n', "").contains("已撤下"), "{text}");
    let list = json(&world, &["releases"]);
    assert!(list["on_hold_since"].is_string());
    let withdrawn: Vec<_> = list["releases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["withdrawn"].as_bool().unwrap())
        .collect();
    assert_eq!(withdrawn, [false, false, true]);
    // What the input gives is what is current: nothing is to be published, and nothing withheld.
    send(&world, 2);
    let (code, text) = world.run(&[]);
    assert_eq!((code, current(&world)), (0, all[1].clone()), "{text}");
    // One period only is told by its own rules.
    assert_eq!(world.run(&["--period", "2020"]).0, 0);

    send(&world, 4);
    let (code, text) = asked(&world, &["rollback", "--lift"]);
    assert!(code == 0 && text.contains(&all[2]), "{text}");
    world.publish(&[]);
    assert!(current(&world).starts_with("000004-"));
    let (code, text) = asked(&world, &["rollback", "--lift"]);
    assert!(code == 2 && text.contains("no release was withdrawn"), "{text}");
}

#[test]
fn going_forward_again_lifts_the_hold() {
    let world = with_releases(3);
    let all = ids(&world);
    assert_eq!(asked(&world, &["rollback", &all[1], "--yes"]).0, 0);
    assert_eq!(asked(&world, &["rollback", "000001", "--yes"]).0, 0);
    // After two steps back it is still the first one that was withdrawn.
    let hold = fs::read_to_string(world.output().join("hold")).unwrap();
    assert!(
        hold.contains(&format!("withdrawn = \"{}\"", all[2])) && hold.contains(&all[0]),
        "{hold}"
    );
    let done = json(&world, &["rollback", "3", "--yes"]);
    assert_eq!(
        (done["holds"].as_bool(), done["done"].as_bool()),
        (Some(false), Some(true))
    );
    assert!(!world.output().join("hold").exists());
    let (code, text) = world.run(&[]);
    assert_eq!((code, current(&world)), (0, all[2].clone()), "{text}");
}

#[test]
fn what_cannot_be_made_current_is_refused_and_nothing_changes() {
    let world = with_releases(2);
    let all = ids(&world);
    for (release, code, told) in [
        ("7", 2, "no release is called 7"),
        ("0000", 2, "no release is called 0000"),
        (&*all[1], 2, "is the current release already"),
        ("current", 2, "is the current release already"),
    ] {
        let (found, text) = asked(&world, &["rollback", release, "--yes"]);
        assert!(found == code && text.contains(told), "{release}: {text}");
        let (_, text) = asked(&world, &["rollback", release, "--lang", "zh"]);
        assert!(text.contains("错误："), "{text}");
    }
    assert_eq!(asked(&world, &["rollback"]).0, 2);
    assert_eq!(asked(&world, &["rollback", "1", "--yes", "--dry-run"]).0, 2);
    fs::write(
        world
            .output()
            .join("releases")
            .join(&all[0])
            .join("tables/areas.parquet"),
        "cut off",
    )
    .unwrap();
    let (code, text) = asked(&world, &["rollback", "1", "--yes"]);
    assert!(
        code == 3 && text.contains("tables/areas.parquet is gone or is not the file"),
        "{text}"
    );
    assert_eq!(current(&world), all[1]);
    assert!(!world.output().join("hold").exists());
    // A definition with errors keeps nobody from going back.
    world.put("pipeline/pipeline.toml", "broken");
    let pipeline = world.path("pipeline");
    let (code, _) = asked(&world, &["releases", "--pipeline", pipeline.to_str().unwrap()]);
    assert_eq!(code, 0);
}

#[test]
fn a_hold_that_nobody_can_read_stops_runs() {
    let world = with_releases(2);
    asked(&world, &["rollback", "1", "--yes"]);
    fs::write(world.output().join("hold"), "torn").unwrap();
    send(&world, 9);
    let (code, text) = world.run(&[]);
    assert!(code == 3 && text.contains("output/hold"), "{text}");
    assert!(current(&world).starts_with("000001-"));
}

#[test]
fn a_tag_names_a_release_and_is_taken_away_again() {
    let world = with_releases(2);
    let all = ids(&world);
    let (code, text) = asked(&world, &["tag", "1", "2020-annual"]);
    assert!(
        code == 0 && text == format!("{} has the tag 2020-annual\n", all[0]),
        "{text}"
    );
    let tagged = world.output().join("tags/2020-annual/tables/indicators.parquet");
    assert!(!read_parquet(&tagged).is_empty(), "the tag is a way to the release");
    assert_eq!(asked(&world, &["tag", "2020-annual", "年报"]).0, 0);
    assert_eq!(asked(&world, &["tag", "1", "年报"]).0, 0, "it has it already");
    for (args, told) in [
        (
            &["tag", "current", "年报"][..],
            format!("the tag 年报 is that of {}", all[0]),
        ),
        (&["tag", "1", "../x"], "cannot be a tag".to_owned()),
        (&["tag", "1", "000002-x"], "cannot be a tag".to_owned()),
        (&["tag", "5", "x"], "no release is called 5".to_owned()),
        (&["tag", "--delete", "x"], "no release has the tag x".to_owned()),
    ] {
        let (code, text) = asked(&world, args);
        assert!(code == 2 && text.contains(&told), "{text}");
    }
    let list = json(&world, &["releases"]);
    assert_eq!(list["releases"][0]["tags"], serde_json::json!(["2020-annual", "年报"]));
    let (code, text) = asked(&world, &["tag", "--delete", "年报", "--lang", "zh"]);
    assert!(code == 0 && text.contains("不再有标签 年报"), "{text}");
    assert_eq!(asked(&world, &["rollback", "2020-annual", "--yes"]).0, 0);
    assert_eq!(current(&world), all[0]);
}

#[test]
fn only_what_no_rule_keeps_is_removed() {
    let world = with_releases(6);
    let all = ids(&world);
    // 1 and 2 are old, 3 is old and tagged, 4 was replaced 6 days ago, 5 is the one before the current, 6 is current and old.
    for (at, days) in [(0, 90), (1, 60), (2, 50), (3, 40), (4, 6), (5, 30)] {
        aged(&world, &format!("releases/{}", all[at]), days);
    }
    asked(&world, &["tag", "3", "annual"]);
    // A run that was withheld long ago, and results of no use.
    let gate = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let strict = gate.replace("min_reporting_share = 0\n", "min_reporting_share = 1\n");
    assert_ne!(gate, strict);
    world.put("pipeline/pipeline.toml", &strict);
    assert_eq!(world.run(&[]).0, 1);
    aged(&world, "withheld", 8);
    world.put("pipeline/pipeline.toml", &gate);
    let (code, text) = world.run(&[]);
    assert_eq!(code, 0, "{text}");
    aged(&world, &format!("releases/{}", all[5]), 30);
    world.put("output/state/objects/feed", "of no result");
    world.put("output/state/results/2020/torn", "torn");

    let removed = |report: &Value| {
        let items = report["items"].as_array().unwrap().iter();
        let gone = items.filter(|item| item["removed"] == true);
        gone.map(|item| item["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let rest = ["withheld", "state/results/2020/torn", "state/objects/feed"].map(str::to_owned);
    let report = gc(&world, &[]);
    assert_eq!(
        (removed(&report), report["has_rules"].as_bool()),
        (rest.to_vec(), Some(false))
    );

    let ruled = |rules: &str| world.put("pipeline/pipeline.toml", format!("{gate}\n[releases]\n{rules}\n"));
    let with = |ids: &[usize]| {
        ids.iter()
            .map(|&at| all[at].clone())
            .chain(rest.clone())
            .collect::<Vec<_>>()
    };
    for (rules, gone) in [
        ("keep_last = 1", &[0, 1][..]),
        ("keep_last = 5", &[0]),
        ("keep_days = 55", &[0]),
        ("keep_days = 7\nkeep_last = 3", &[0, 1]),
    ] {
        ruled(rules);
        assert_eq!(removed(&gc(&world, &[])), with(gone), "{rules}");
    }
    let before = contents(&world.output());
    let plan = gc(&world, &[]);
    assert_eq!(contents(&world.output()), before, "a plan removes nothing");
    let size = |output: &Path| {
        let mut seen = BTreeSet::new();
        let files = walkdir::WalkDir::new(output).into_iter().map(|entry| entry.unwrap());
        let files = files
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.metadata().unwrap());
        use std::os::unix::fs::MetadataExt;
        files
            .filter(|about| seen.insert(about.ino()))
            .map(|about| about.len())
            .sum::<u64>()
    };
    let (space, files) = (size(&world.output()), published(&world.output()));
    let done = gc(&world, &["--yes"]);
    assert_eq!((done["done"].as_bool(), removed(&done)), (Some(true), with(&[0, 1])));
    assert_eq!(done["bytes_freed"], plan["bytes_freed"]);
    assert_eq!(space - size(&world.output()), done["bytes_freed"].as_u64().unwrap());
    assert_eq!(ids(&world), all[2..]);
    assert!(!world.output().join("withheld").exists());
    assert_eq!(published(&world.output()), files);
    assert!(removed(&gc(&world, &[])).is_empty());
    // Runs go on as if nothing had been.
    send(&world, 70);
    world.publish(&[]);
    assert!(current(&world).starts_with("000007-"));
    let pipeline = world.path("pipeline");
    let (code, text) = asked(
        &world,
        &["gc", "--pipeline", pipeline.to_str().unwrap(), "--lang", "zh"],
    );
    assert!(
        code == 0
            && ["将删除 0 项", "有标签", "当前版本的上一版本"]
                .iter()
                .all(|told| text.contains(told)),
        "{text}"
    );
}

#[test]
fn readers_that_resolve_the_link_once_never_see_two_releases() {
    let world = world();
    send(&world, 0);
    world.publish(&["--quiet"]);
    let (ended, link) = (AtomicBool::new(false), world.output().join("current"));
    let read = || {
        let (mut releases, mut reads) = (BTreeSet::new(), 0);
        while !ended.load(Ordering::Relaxed) {
            let folder = fs::canonicalize(&link).unwrap();
            let about: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
            assert_eq!(folder.file_name().unwrap().to_str(), about["release"].as_str());
            // The same figure in rows and in tables, and each file the one that the manifest names.
            let people = |row: &crate::support::Row, column: &str| row[column].number().unwrap();
            let facts = read_parquet(&folder.join("facts/people/2020/130000.parquet"));
            let sent: f64 = facts.iter().map(|row| people(row, "people")).sum();
            let indicators = read_parquet(&folder.join("tables/indicators.parquet"));
            let of = |row: &&crate::support::Row| {
                row["area_code"].text() == Some("000000")
                    && row["period"].text() == Some("2020")
                    && row["indicator"].text() == Some("poverty")
            };
            let figure = indicators.iter().find(of).unwrap();
            assert_eq!(people(figure, "denominator"), sent);
            for file in about["outputs"].as_array().unwrap() {
                let found = fs::metadata(folder.join(file["path"].as_str().unwrap())).unwrap();
                assert_eq!(Some(found.len()), file["bytes"].as_u64());
            }
            releases.insert(about["release"].as_str().unwrap().to_owned());
            reads += 1;
        }
        (releases.len(), reads)
    };
    let seen = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2).map(|_| scope.spawn(read)).collect();
        for people in 1..=50 {
            send(&world, people);
            world.publish(&["--quiet"]);
        }
        ended.store(true, Ordering::Relaxed);
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert_eq!(ids(&world).len(), 51);
    for (releases, reads) in seen {
        assert!(
            releases > 10 && reads >= releases,
            "{releases} releases in {reads} reads"
        );
    }
}

/// The pipeline is the last word of every command about releases, or an option.
#[test]
fn every_command_takes_the_pipeline_as_an_argument() {
    let world = with_releases(2);
    let pipeline = world.path("pipeline");
    let pipeline = pipeline.to_str().unwrap();
    for (command, codes) in [
        (&["releases"][..], [0, 0]),
        (&["gc"], [0, 0]),
        (&["summary"], [0, 0]),
        (&["status"], [0, 0]),
        (&["rollback", "1"], [0, 0]),
        (&["rollback", "--lift"], [2, 2]),
        (&["tag", "1", "sound"], [0, 0]),
        (&["tag", "--delete", "sound"], [0, 2]),
        (&["diff"], [1, 1]),
        (&["diff", "previous"], [1, 1]),
        (&["diff", "1", "1"], [0, 0]),
    ] {
        let (last, option) = (
            [command, &[pipeline]].concat(),
            [command, &["--pipeline", pipeline]].concat(),
        );
        for (args, expected) in [last, option].into_iter().zip(codes) {
            let (code, text) = asked(&world, &args);
            assert_eq!(code, expected, "{args:?}: {text}");
            assert!(
                !text.contains("argument") && !text.contains("pipeline given"),
                "{args:?}: {text}"
            );
        }
    }
    for args in [
        &["rollback", "--lift", "1", pipeline][..],
        &["rollback", "1", pipeline, "--pipeline", pipeline],
    ] {
        let (code, text) = asked(&world, args);
        assert!(code == 2 && text.contains("argument"), "{args:?}: {text}");
    }
}
