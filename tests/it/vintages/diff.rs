use std::fs;

use serde_json::Value;

use super::{asked, world};
use crate::support::World;

fn diff(world: &World, sides: &[&str], more: &[&str]) -> (i32, String) {
    asked(world, &[&["diff"], sides].concat(), more)
}

fn json(world: &World, sides: &[&str], more: &[&str]) -> (i32, Value) {
    let (code, text) = diff(world, sides, &[&["--format", "json"], more].concat());
    (code, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")))
}

fn table<'v>(report: &'v Value, name: &str) -> &'v Value {
    let mut tables = report["tables"].as_array().unwrap().iter();
    tables.find(|table| table["table"] == name).unwrap()
}

/// Two releases: a county has sent another figure, another one has gone.
fn two() -> World {
    let world = world().published();
    world.put("input/2020/130102_people.csv", "代码,人数,贫困人数\n130102,110,22\n");
    fs::remove_file(world.path("input/2020/130104_houses.csv")).unwrap();
    world.published()
}

#[test]
fn what_differs_between_two_releases_is_told_by_table_and_row() {
    let world = two();
    let (code, report) = json(&world, &[], &["--top", "100"]);
    assert_eq!(code, 1);
    assert_eq!(
        report["inputs"],
        serde_json::json!({"added": 0, "removed": 1, "changed": 1})
    );
    assert_eq!(report["definition_changed"], false);
    let indicators = table(&report, "indicators");
    assert_eq!((&indicators["added"], &indicators["removed"]), (&0.into(), &0.into()));
    let nation = indicators["top"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["row"] == "2020 000000 poverty" && change["column"] == "numerator");
    let nation = nation.unwrap_or_else(|| panic!("{indicators}"));
    assert_eq!((&nation["before"], &nation["after"]), (&"20".into(), &"32".into()));
    assert_eq!(nation["difference"], 12.0);
    let rows = table(&report, "facts/houses");
    assert_eq!((&rows["added"], &rows["removed"]), (&0.into(), &2.into()), "{rows}");
    // The file that was sent again is another submission; its row is, too.
    let rows = table(&report, "facts/people");
    assert_eq!((&rows["added"], &rows["removed"]), (&1.into(), &1.into()), "{rows}");
    let areas = table(&report, "areas");
    assert_eq!(
        (&areas["changed"], &areas["rows_before"]),
        (&0.into(), &0.into()),
        "not even read"
    );
}

#[test]
fn the_exit_code_says_whether_anything_differs() {
    let world = two();
    for (sides, more, code) in [
        (&["previous", "current"][..], &[][..], 1),
        (&["1", "2"], &[], 1),
        (&["current", "current"], &[], 0),
        (&["previous", "current"], &["--table", "areas"], 0),
        (&["previous", "current"], &["--table", "indicators"], 1),
        (&["previous", "current"], &["--table", "nonsense"], 2),
        (&["previous", "nonsense"], &[], 2),
        (&["previous", "current"], &["--tolerance", "-1"], 2),
        (&["withheld", "current"], &[], 2),
    ] {
        let (found, text) = diff(&world, sides, more);
        assert_eq!(found, code, "{sides:?} {more:?}: {text}");
    }
    let (_, text) = diff(&world, &["previous", "curent"], &[]);
    assert!(
        text.contains("there is no release curent") && text.contains("did you mean current?"),
        "{text}"
    );
    let (_, text) = diff(&world, &["previous", "curent"], &["--lang", "zh"]);
    assert!(text.contains("没有这个版本：curent"), "{text}");
    let folder = world.output().join("releases");
    let paths: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect();
    assert_eq!(diff(&world, &[&paths[0], &paths[1]], &[]).0, 1);
    assert_eq!(diff(&world, &[&paths[0], &paths[0]], &[]).0, 0);
}

#[test]
fn doubles_may_differ_by_a_tolerance() {
    let world = world().published();
    world.put("input/2020/130102_people.csv", "代码,人数,贫困人数\n130102,110,11\n");
    let world = world.published();
    let values = |more: &[&str]| {
        let (_, report) = json(&world, &[], &[&["--table", "indicators"], more].concat());
        let columns = report["tables"][0]["columns"].as_array().unwrap();
        columns.iter().any(|column| column["column"] == "numerator")
    };
    assert!(values(&[]));
    assert!(values(&["--tolerance", "0.9"]));
    assert!(!values(&["--tolerance", "1"]));
    assert!(values(&["--relative-tolerance", "0.05"]));
    assert!(!values(&["--relative-tolerance", "0.1"]));
}

#[test]
fn a_difference_reads_well_in_both_languages_and_as_markdown() {
    let world = two();
    let (_, text) = diff(&world, &[], &["--top", "50"]);
    for part in [
        "Files received: 0 added, 1 removed, 1 changed",
        "Tables that are the same:",
        "2020 130102 poverty · value: ",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (_, text) = diff(&world, &[], &["--top", "2", "--lang", "zh"]);
    for part in ["上报文件：新增 0，减少 1，内容改变 1", "张表相同。", "改变行"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (_, text) = diff(&world, &[], &["--format", "markdown", "--table", "indicators"]);
    assert!(
        text.contains("| indicators | 0 | 0 |") && text.contains("n\\_reported"),
        "{text}"
    );
    let (_, text) = diff(&world, &["current", "current"], &[]);
    assert!(text.contains("tables are the same."), "{text}");
}

#[test]
fn other_columns_are_told_and_rows_without_their_key_are_not_compared() {
    let world = two();
    let old = world.output().join("releases").join("old");
    let copied = |from: &str, to: &str| {
        fs::create_dir_all(old.join("tables")).unwrap();
        fs::copy(
            world.output().join("current/tables").join(from),
            old.join("tables").join(to),
        )
        .unwrap();
    };
    copied("rules.parquet", "indicators.parquet");
    let path = old.display().to_string();
    let (code, report) = json(&world, &[&path, "current"], &["--table", "indicators"]);
    assert_eq!(code, 1);
    let found = &report["tables"][0];
    assert_eq!(found["not_keyed"], true);
    assert!(
        found["columns_added"]
            .as_array()
            .unwrap()
            .contains(&"denominator".into()),
        "{found}"
    );
    let (_, text) = diff(&world, &[&path, "current"], &["--table", "indicators"]);
    assert!(text.contains("rows cannot be compared"), "{text}");
    let (_, report) = json(&world, &[&path, "current"], &["--table", "areas"]);
    assert_eq!(
        (&report["tables"][0]["only_in"], &report["tables"][0]["added"]),
        (&"to".into(), &4.into())
    );
}
