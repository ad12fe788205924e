//! `huizong status`: counts, one area, and what fits a terminal.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::support::table;

#[test]
fn status_counts_what_the_tables_say() {
    let told: Value = serde_json::from_str(&printed(&["status", &dir(), "--format", "json", "--counties"])).unwrap();
    let reporting = table(&PUBLISHED, "reporting");
    let sum = |code: &str, column: &str| {
        let at = reporting.iter().filter(|row| row["area_code"].text() == Some(code));
        at.map(|row| number(row, column)).sum::<f64>()
    };
    let submissions = table(&PUBLISHED, "submissions");
    let findings = table(&PUBLISHED, "findings");
    let areas = table(&PUBLISHED, "areas");
    let lines: Vec<&Value> = told["lines"]
        .as_array()
        .unwrap()
        .iter()
        .chain([&told["total"]])
        .collect();
    assert_eq!(told["period"], "2020");
    assert!(lines.len() > 30);
    for line in lines {
        let code = line["area_code"].as_str().unwrap();
        for (name, column) in [("expected", "expected"), ("received", "received")] {
            assert_eq!(line[name].as_f64().unwrap(), sum(code, column), "{code} {name}");
        }
        assert_eq!(
            line["late"].as_f64().unwrap(),
            sum(code, "received") - sum(code, "on_time"),
            "{code}"
        );
        let parent = |area: &str| {
            areas
                .iter()
                .find(|row| row["area_code"].text() == Some(area))
                .and_then(|row| row["parent_code"].text())
        };
        let within = |sender: &str| std::iter::successors(Some(sender), |area| parent(area)).any(|area| area == code);
        let with = |severity: &str| {
            let open = findings
                .iter()
                .filter(|f| f["severity"].text() == Some(severity) && f["status"].text() == Some("open"));
            let ids: Vec<&str> = open.filter_map(|f| f["submission_id"].text()).collect();
            let mut senders: Vec<(&str, &str)> = (submissions.iter())
                .filter(|s| {
                    let of_period = s["period"].text() == Some("2020") && s["status"].text() != Some("superseded");
                    of_period && ids.contains(&s["submission_id"].text().unwrap())
                })
                .filter_map(|s| Some((s["area_code"].text()?, s["form"].text()?)))
                .filter(|(sender, _)| within(sender))
                .collect();
            senders.sort_unstable();
            senders.dedup();
            senders.len()
        };
        assert_eq!(line["open_hard"].as_u64().unwrap() as usize, with("hard"), "{code}");
        assert_eq!(
            line["open_explain"].as_u64().unwrap() as usize,
            with("explain"),
            "{code}"
        );
    }
    let listed = told["reporters"].as_array().unwrap();
    let missing = listed.iter().filter(|line| line["missing"] == true).count();
    assert_eq!(missing as f64, sum("000000", "expected") - sum("000000", "received"));
    assert!(missing > 0 && listed.iter().any(|line| line["late_days"].as_i64() > Some(0)));
    for line in listed.iter().filter(|line| line["missing"] == false) {
        assert!(!line["submissions"].as_array().unwrap().is_empty(), "{line}");
        let list = |name: &str| line[name].as_array().unwrap();
        let open = !list("hard").is_empty() || !list("explain").is_empty();
        assert_eq!(!list("workbooks").is_empty(), open, "what is open goes back: {line}");
        for path in list("workbooks") {
            assert!(
                PUBLISHED.join("current").join(path.as_str().unwrap()).is_file(),
                "{line}"
            );
        }
    }
}

#[test]
fn status_looks_at_one_area_in_either_language() {
    let zh = printed(&["status", &dir(), "--area", "130000", "--lang", "zh"]);
    assert!(
        zh.contains("河北省 · 2020") && zh.contains("未报") && zh.contains("130126 灵寿县"),
        "{zh}"
    );
    assert!(!zh.contains("天津"), "{zh}");
    let by_name = printed(&["status", &dir(), "--area", "河北省", "--lang", "zh"]);
    assert_eq!(by_name, zh);
    let csv = printed(&["status", &dir(), "--area", "130000", "--format", "csv"]);
    let rows: Vec<BTreeMap<String, String>> = csv::Reader::from_reader(csv.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect();
    let has_open = |row: &BTreeMap<String, String>| row["open_hard"] != "0" || row["open_explain"] != "0";
    assert!(rows.iter().any(has_open), "{csv}");
    assert!(rows.iter().all(|row| has_open(row) != row["codes"].is_empty()), "{csv}");
    assert!(rows.iter().all(|row| row["area_code"].starts_with("13")), "{csv}");
    let provinces = printed(&["status", &dir(), "--format", "csv"]);
    assert_eq!(provinces.lines().count(), 32, "{provinces}");
}

#[test]
fn nothing_is_wider_than_the_terminal_that_says_its_width() {
    use unicode_width::UnicodeWidthStr;
    let dir = dir();
    let figure = [
        "trace",
        "rural_facility_coverage",
        "--area",
        "000000",
        "--period",
        "2020",
        "--pipeline",
        &dir,
    ];
    let commands = [&["status", &dir, "--counties"][..], &["headers", &dir], &figure];
    for lang in ["zh", "en"] {
        for (columns, most) in [("80", 80), ("20", 60), ("300", 100), ("wide", 100)] {
            for command in commands {
                let mut child = Command::new(env!("CARGO_BIN_EXE_huizong"));
                child
                    .args(command)
                    .args(["--lang", lang, "--output", PUBLISHED.to_str().unwrap()]);
                let ended = child.env("COLUMNS", columns).output().unwrap();
                assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
                // Whatever the width, the first lines say at a glance what is looked at.
                for line in String::from_utf8(ended.stdout).unwrap().lines().skip(2) {
                    // What is copied from there must stay whole: hashes, paths, lines of TOML, codes with their titles.
                    let whole = line.contains('/') || line.starts_with([' ', '#']) || line.contains(" = [");
                    assert!(whole || line.width() <= most, "{command:?} {columns}: {line}");
                }
            }
        }
    }
}
