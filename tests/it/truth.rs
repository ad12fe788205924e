//! The engine against the generator: every planted fault is found where it was planted, and nothing else is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Row, community_services, copy_folder, huizong, read_csv, root, run, said, table};

/// path, sheet, row, column, code, severity
type Key = [String; 6];

#[test]
fn findings_on_the_shipped_sample_equal_the_truth() {
    let output = tempfile::tempdir().unwrap();
    compare(&community_services(), &root().join("sample_data"), output.path(), 200);
}

#[test]
fn findings_on_a_second_seed_equal_the_truth() {
    let copy = tempfile::tempdir().unwrap();
    fresh(&with_a_wider_gate(copy.path()), &size("2", "50", "0.015", "2"), 100);
}

#[test]
fn findings_on_a_third_seed_equal_the_truth() {
    let copy = tempfile::tempdir().unwrap();
    fresh(&with_a_wider_gate(copy.path()), &size("2", "50", "0.015", "3"), 100);
}

#[test]
fn old_codes_are_planted_and_found_with_their_mends() {
    let copy = tempfile::tempdir().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let sample = dir.path().join("sample");
    generate(&sample, &size("1", "30", "0.015", "5"));
    compare(&with_a_wider_gate(copy.path()), &sample, &dir.path().join("output"), 50);
    let truth = read_csv(&sample.join("truth/truth.csv"));
    for (kind, has_row, has_mend) in [
        ("code-unknown, old code", true, true),
        ("code-unknown, old code of several rows", false, true),
        ("area-unknown, old code", false, true),
        ("near code-unknown, old code", true, false),
    ] {
        let line = truth.iter().find(|line| line["kind"] == kind);
        let line = line.unwrap_or_else(|| panic!("{kind} is not planted"));
        let is = |name: &str| !line[name].is_empty();
        assert_eq!((is("row"), is("mend")), (has_row, has_mend), "{line:?}");
    }
}

/// Web pages and SpreadsheetML are few among the formats of a sample: here every submission is one.
#[test]
fn findings_on_files_that_are_not_what_they_are_called_equal_the_truth() {
    let copy = tempfile::tempdir().unwrap();
    let mut arguments = size("1", "30", "0.025", "6").to_vec();
    arguments.extend(["--formats", "html,xml2003"]);
    fresh(&with_a_wider_gate(copy.path()), &arguments, 50);
}

#[test]
fn published_figures_of_the_sample_stand_by_the_truth() {
    let output = tempfile::tempdir().unwrap();
    let (code, text) = run(
        &community_services(),
        &root().join("sample_data/submissions"),
        output.path(),
        &[],
    );
    assert_eq!(code, 0, "{text}");
    let name = |row: &Row, name: &str| row[name].text().unwrap_or_default().to_owned();
    let published: BTreeMap<[String; 3], Row> = table(output.path(), "indicators")
        .into_iter()
        .map(|row| (["period", "area_code", "indicator"].map(|key| name(&row, key)), row))
        .collect();
    let truth = read_csv(&root().join("sample_data/truth/truth_indicators.csv"));
    let moved = moved_by_findings(output.path());
    let (mut off, mut compared) = (Vec::new(), 0);
    let mut measured = 0;
    let of_nation = |one: &&BTreeMap<String, String>| one["area_code"] == "000000" && one["period"] == "2020";
    for one in truth.iter().filter(of_nation) {
        let key = ["period", "area_code", "indicator"].map(|name| one[name].clone());
        let number = |name: &str| published[&key][name].number();
        let (Some(lower), Some(upper)) = (number("lower"), number("upper")) else {
            continue;
        };
        let (truth, value): (f64, _) = (one["value"].parse().unwrap(), number("value").unwrap());
        let moved = moved.get(&one["indicator"]).copied().unwrap_or(0.0);
        compared += 1;
        // Where nobody knows how much is missing, it may be so much that the value is far from the truth; the bounds hold it all the same.
        let is_measured = number("n_denominators_bracketed") == Some(0.0);
        measured += usize::from(is_measured);
        let is_near = (value - moved - truth).abs() <= 0.05 * truth.abs();
        if is_measured && !is_near || truth < lower - moved.max(0.0) || upper - moved.min(0.0) < truth {
            off.push(format!(
                "{key:?} {lower} {value} {upper}, of which {moved} by findings, true {truth}"
            ));
        }
    }
    assert!(measured > 10 && compared > measured, "{measured} of {compared}");
    assert!(off.is_empty(), "{} of {compared}:\n{}", off.len(), off.join("\n"));
}

/// By indicator: how much its national figure of 2020 owes to figures that a rule asks about. These count until they are answered, and
/// their findings say what they move; what moves a figure by less than a hundredth is left out.
fn moved_by_findings(output: &Path) -> BTreeMap<String, f64> {
    let mut moved = BTreeMap::new();
    for row in table(output, "findings") {
        let is_asked = row["severity"].text() == Some("explain")
            && row["path"].text().is_some_and(|path| path.starts_with("2020/"))
            && (row["influence_root"].number().is_some_and(|share| share > 0.01)
                || row["influence_root_null_reason"].text() == Some("no_base"));
        let figures = ["figure_with", "figure_without"].map(|name| row[name].number());
        if let (true, [Some(with), Some(without)]) = (is_asked, figures) {
            *moved
                .entry(row["influence_indicator"].text().unwrap().to_owned())
                .or_default() += with - without;
        }
    }
    moved
}

#[test]
fn findings_on_a_small_sample_equal_the_truth() {
    let copy = tempfile::tempdir().unwrap();
    let pipeline = with_a_wider_gate(copy.path());
    // Few rows a county: totals over rows that are questioned, units that are a tenth of all, columns without a figure.
    for seed in ["11", "21"] {
        fresh(&pipeline, &size("1", "9", "0.015", seed), 50);
    }
}

#[test]
fn figures_of_a_faultless_sample_equal_the_truth_exactly() {
    let dir = tempfile::tempdir().unwrap();
    let sample = dir.path().join("sample");
    generate(&sample, &size("2", "12", "0", "7"));
    let output = dir.path().join("output");
    let (code, text) = run(&community_services(), &sample.join("submissions"), &output, &[]);
    assert_eq!(code, 0, "{text}");
    let published: BTreeMap<[String; 3], Row> = table(&output, "indicators")
        .into_iter()
        .map(|row| {
            (
                ["period", "area_code", "indicator"].map(|name| row[name].text().unwrap().to_string()),
                row,
            )
        })
        .collect();
    let truth = read_csv(&sample.join("truth/truth_indicators.csv"));
    assert!(truth.len() > 500, "the truth has {} figures", truth.len());
    let mut wrong = Vec::new();
    for expected in &truth {
        let key = ["period", "area_code", "indicator"].map(|name| expected[name].clone());
        let row = published
            .get(&key)
            .unwrap_or_else(|| panic!("{key:?} is not published"));
        for name in ["numerator", "denominator", "value"] {
            let want: Option<f64> = (!expected[name].is_empty()).then(|| expected[name].parse().unwrap());
            if row[name].number() != want {
                wrong.push(format!("{key:?} {name}: published {:?}, true {want:?}", row[name]));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} figures differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

fn generate(sample: &Path, more: &[&str]) {
    let pipeline = community_services();
    let mut args = vec![
        "sample",
        "--pipeline",
        pipeline.to_str().unwrap(),
        "--output",
        sample.to_str().unwrap(),
    ];
    args.extend(more);
    let made = huizong(args);
    assert!(made.status.success(), "{}", said(&made));
}

fn size<'a>(counties: &'a str, communities: &'a str, fault_rate: &'a str, seed: &'a str) -> [&'a str; 8] {
    [
        "--counties",
        counties,
        "--communities",
        communities,
        "--fault-rate",
        fault_rate,
        "--seed",
        seed,
    ]
}

fn fresh(pipeline: &Path, arguments: &[&str], least: usize) {
    let dir = tempfile::tempdir().unwrap();
    let sample = dir.path().join("sample");
    generate(&sample, arguments);
    compare(pipeline, &sample, &dir.path().join("output"), least);
}

/// The shipped pipeline with a gate that lets a small sample pass, of which a refused sheet holds back more.
fn with_a_wider_gate(folder: &Path) -> PathBuf {
    let pipeline = folder.join("pipeline");
    copy_folder(&community_services(), &pipeline);
    let settings = pipeline.join("pipeline.toml");
    let text = fs::read_to_string(&settings).unwrap();
    // A row of a small sample moves its nation more than one of the real nation would.
    let wider = "row_share = 0.2\nmax_open_influence = 1000";
    let text = text
        .replace("row_share = 0.05", wider)
        .replace("reporting_share = 0.80", "reporting_share = 0.5");
    fs::write(&settings, text).unwrap();
    pipeline
}

/// Hard and explain findings and the truth, as multisets; at least so many of them.
fn compare(pipeline: &Path, sample: &Path, output: &Path, least: usize) {
    let (code, text) = run(pipeline, &sample.join("submissions"), output, &[]);
    assert_eq!(code, 0, "{text}");
    let paths: BTreeMap<String, String> = table(output, "submissions")
        .into_iter()
        .map(|row| {
            (
                row["submission_id"].text().unwrap().into(),
                row["path"].text().unwrap().into(),
            )
        })
        .collect();
    let mut balance: BTreeMap<Key, i64> = BTreeMap::new();
    let mut proposed: BTreeMap<Key, Row> = BTreeMap::new();
    let mut found = 0;
    for row in table(output, "findings")
        .iter()
        .filter(|row| row["severity"].text() != Some("info"))
    {
        *balance.entry(key(row, &paths)).or_default() += 1;
        proposed.insert(key(row, &paths), row.clone());
        found += 1;
    }
    let lines = read_csv(&sample.join("truth/truth.csv"));
    let (near, truth): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line["severity"] == "none");
    assert!(near.len() > least / 5, "only {} near misses are planted", near.len());
    assert_silent(&near, &balance);
    for planted in &truth {
        let key = ["path", "sheet", "row", "column", "code", "severity"].map(|name| planted[name].clone());
        if let Some(finding) = proposed.get(&key) {
            assert_mend(planted, finding);
        }
        *balance.entry(key).or_default() -= 1;
    }
    assert!(truth.len() > least, "only {} faults are planted", truth.len());
    let off: Vec<String> = balance
        .iter()
        .filter(|(_, count)| **count != 0)
        .map(|(key, count)| {
            format!(
                "{} {key:?}",
                if *count > 0 {
                    "found, not planted:"
                } else {
                    "planted, not found:"
                }
            )
        })
        .collect();
    assert!(
        off.is_empty(),
        "{} of {} planted and {found} found disagree:\n{}",
        off.len(),
        truth.len(),
        off[..off.len().min(60)].join("\n")
    );
}

/// What was meant, where the truth knows: in the mend of the finding's own cell, or in words where several cells are to be mended.
fn assert_mend(planted: &BTreeMap<String, String>, finding: &Row) {
    for (column, value) in planted["mend"].split("; ").filter_map(|cell| cell.split_once('=')) {
        match finding["mend"].text() {
            Some(mend) => assert!(planted["column"] != column || mend == value, "{planted:?}: {mend}"),
            None => {
                let message = finding["message_en"].text().unwrap();
                assert!(message.contains(value), "{planted:?}: {message}");
            }
        }
    }
}

/// What lies just within a bound is not found. Without a column (or sheet), the code must stand nowhere in the row (or file). What
/// is nearly the fault of a whole column is told of its rows, and not of the column.
fn assert_silent(near: &[BTreeMap<String, String>], found: &BTreeMap<Key, i64>) {
    for line in near {
        let of_column = line["kind"].starts_with("near whole column");
        let is_here = |[path, sheet, row, column, code, _]: &&Key| {
            let same = |name: &str, value: &String| line[name].is_empty() || line[name] == *value;
            line["path"] == *path
                && line["code"] == *code
                && same("sheet", sheet)
                && (same("row", row) && !of_column || of_column && row.is_empty())
                && same("column", column)
        };
        let loud: Vec<&Key> = found.keys().filter(is_here).collect();
        assert!(loud.is_empty(), "a near miss is found: {loud:?}");
    }
}

fn key(row: &Row, paths: &BTreeMap<String, String>) -> Key {
    let text = |name: &str| row[name].text().unwrap_or_default().to_string();
    let path = paths[row["submission_id"].text().unwrap()]
        .split('#')
        .next()
        .unwrap()
        .to_string();
    let number = row["row"].number().map(|number| number.to_string()).unwrap_or_default();
    let severity = text("severity");
    [path, text("sheet"), number, text("field"), text("code"), severity]
}
