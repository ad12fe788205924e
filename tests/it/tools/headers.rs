//! `huizong headers`: layouts that no form knows, and what makes them known.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::support::table;

/// A copy of the pipeline of `docs/own-pipeline.md`, and a folder for its submissions and output.
fn lakeland() -> (tempfile::TempDir, PathBuf, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (pipeline, input, output) = (
        folder.path().join("pipeline"),
        folder.path().join("in"),
        folder.path().join("out"),
    );
    fs::create_dir_all(pipeline.join("forms")).unwrap();
    fs::create_dir(&input).unwrap();
    for (path, bytes) in contents(&root().join("tests/cases/plain-codes/pipeline")) {
        fs::write(pipeline.join(path), bytes).unwrap();
    }
    // These tests send one year of two.
    let plan = pipeline.join("pipeline.toml");
    let text = fs::read_to_string(&plan).unwrap() + "\n[gate]\nmin_reporting_share = 0\n";
    fs::write(plan, text).unwrap();
    (folder, pipeline, input, output)
}

/// Puts the printed lines where they say they belong, as a person would.
fn paste(printed: &str, form: &Path) {
    let mut text = fs::read_to_string(form).unwrap();
    let lines = printed
        .split_once("# forms/libraries.toml\n")
        .expect("lines for the form")
        .1;
    let mut lines = lines.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(id) = line.strip_prefix("# [[column]] ") {
            let headers = lines.next().unwrap();
            assert!(headers.starts_with("headers = ["), "{headers}");
            let column = text
                .find(&format!("[[column]]\n{id}\n"))
                .unwrap_or_else(|| panic!("{id}"));
            let start = column + text[column..].find("headers = ").unwrap();
            let end = start + text[start..].find('\n').unwrap();
            text.replace_range(start..end, headers);
        } else {
            text += line;
            text.push('\n');
        }
    }
    fs::write(form, text).unwrap();
}

fn layouts(output: &Path) -> Vec<(String, String, String)> {
    let text = |row: &Row, column: &str| row[column].text().unwrap_or("-").to_owned();
    table(output, "layouts")
        .iter()
        .map(|row| (text(row, "header"), text(row, "field"), text(row, "status")))
        .collect()
}

#[test]
fn pasting_what_headers_prints_makes_the_layouts_known() {
    let (_folder, pipeline, input, output) = lakeland();
    // No known header at all; and a required one lacking beside columns of the ministry's own.
    fs::write(
        input.join("libraries_2021.csv"),
        "Staates,Populations,Librarys\nAL,\"1,200,000\",60\nBR,800000,32\n",
    )
    .unwrap();
    let nasty = "State code,Residents total,Libraries,\"Floor \"\"net\"\"\n(m2)\",\"=cmd|x\u{1b}[31m\"\nAL,1200000,60,12.25,2021-03-01\nBR,800000,32,7.5,\n";
    fs::write(input.join("libraries_2022.csv"), nasty).unwrap();
    let (code, text) = run(&pipeline, &input, &output, &["--quiet"]);
    assert_eq!(code, 1, "nothing can be accepted: {text}");
    let (dir, out) = (pipeline.to_str().unwrap(), output.to_str().unwrap());
    let text = complaint(&["headers", "--pipeline", dir, "--output", out], 2);
    assert!(text.contains("--withheld"), "{text}");

    let ended = huizong(["headers", "--pipeline", dir, "--output", out, "--withheld"]);
    let printed = String::from_utf8(ended.stdout).unwrap();
    assert!(
        printed.contains("Header layouts not read completely: 2;") && printed.contains("libraries_2021.csv"),
        "{printed}"
    );
    assert!(!printed.contains('\u{1b}'), "{printed:?}");
    for part in [
        "type = \"decimal\"\nscale = 2\nunit = \"m2\"",
        "type = \"date\"",
        "→ residents",
        "never to be quoted",
    ] {
        assert!(printed.contains(part), "{part} is not in\n{printed}");
    }
    paste(&printed, &pipeline.join("forms/libraries.toml"));
    let ended = huizong([
        "headers",
        "--pipeline",
        dir,
        "--output",
        out,
        "--withheld",
        "--format",
        "csv",
    ]);
    assert!(
        said(&ended).contains(",mapped,"),
        "the definition has them, the run has not: {}",
        said(&ended)
    );

    let (code, text) = run(&pipeline, &input, &output, &["--quiet"]);
    assert_eq!(code, 0, "{text}");
    for (header, column, status) in layouts(&output) {
        assert_eq!(status, "known", "{header}");
        assert_ne!(column, "-", "{header}");
    }
    let ended = huizong(["headers", "--pipeline", dir, "--output", out]);
    assert!(
        said(&ended).contains("Header layouts not read completely: 0; read completely: 2."),
        "{}",
        said(&ended)
    );
}

/// People by area and period as `reporters.csv` of the sample has them, read without any code of ours.
fn residents() -> BTreeMap<(String, String), f64> {
    let rows = crate::support::read_csv(&root().join("sample_data/submissions/reporters.csv"));
    let known = rows.into_iter().filter(|row| !row["residents"].is_empty());
    known
        .map(|row| {
            (
                (row["area_code"].clone(), row["period"].clone()),
                row["residents"].parse().unwrap(),
            )
        })
        .collect()
}

#[test]
fn unknown_headers_are_weighed_by_the_people_behind_them() {
    let told: Value = serde_json::from_str(&printed(&["headers", &dir(), "--format", "json"])).unwrap();
    let residents = residents();
    let whole: f64 = residents
        .iter()
        .filter(|((_, period), _)| period == "2020")
        .map(|(_, n)| n)
        .sum();
    let layouts = told["layouts"].as_array().unwrap();
    assert!(!layouts.is_empty(), "{told}");
    let mut senders: BTreeMap<&str, f64> = BTreeMap::new();
    for layout in layouts {
        let areas = layout["areas"].as_array().unwrap();
        assert_eq!(layout["senders"].as_u64().unwrap() as usize, areas.len());
        let mut sum = 0.0;
        for area in areas {
            let (code, period) = (
                area["area_code"].as_str().unwrap(),
                area["period"].as_str().unwrap().to_owned(),
            );
            let people = residents[&(code.to_owned(), period)];
            assert_eq!(area["population"].as_f64(), Some(people), "{code}");
            senders.insert(code, people);
            sum += people;
        }
        assert!(sum > 0.0);
        assert_eq!(layout["population"].as_f64(), Some(sum));
        assert!((layout["population_share"].as_f64().unwrap() - sum / whole).abs() < 1e-12);
    }
    let people = |layout: &Value| layout["population"].as_f64().unwrap();
    assert!(
        layouts.is_sorted_by(|a, b| people(a) >= people(b)),
        "the largest first: {told}"
    );
    assert_eq!(told["senders"].as_u64().unwrap() as usize, senders.len());
    assert_eq!(told["population"].as_f64(), Some(senders.values().sum()));
    let text = printed(&["headers", &dir()]);
    assert!(text.contains("of all areas that owe it"), "{text}");
}

#[test]
fn a_population_that_nobody_knows_is_null_and_says_why() {
    let (_folder, pipeline, input, output) = lakeland();
    fs::write(
        input.join("libraries_2021.csv"),
        "State,Residents,Libraries,Net\nAL,1200000,60,7\n",
    )
    .unwrap();
    let (dir, out) = (pipeline.to_str().unwrap(), output.to_str().unwrap());
    let told = |format: &str| {
        said(&huizong([
            "headers",
            "--pipeline",
            dir,
            "--output",
            out,
            "--format",
            format,
        ]))
    };
    let published = || {
        let (code, text) = run(&pipeline, &input, &output, &["--quiet"]);
        assert_eq!(code, 0, "{text}");
        let json: Value = serde_json::from_str(&told("json")).unwrap();
        (
            json["population"].clone(),
            json["population_share"].clone(),
            told("table"),
        )
    };
    let (people, _, text) = published();
    assert!(
        people.is_null() && text.contains("the definition names no column"),
        "{text}"
    );
    let definition = pipeline.join("pipeline.toml");
    let mut lines = fs::read_to_string(&definition).unwrap();
    lines += "\n[reporters]\nfile = \"owing.csv\"\npopulation = \"people\"\n";
    fs::write(&definition, lines).unwrap();
    // One file of the whole country answers for its states.
    fs::write(
        input.join("owing.csv"),
        "area_code,form,people\nAL,libraries,1200000\nBR,libraries,800000\n",
    )
    .unwrap();
    let (people, share, text) = published();
    assert_eq!(
        (people.as_f64(), share.as_f64()),
        (Some(2_000_000.0), Some(1.0)),
        "{text}"
    );
    fs::write(
        input.join("owing.csv"),
        "area_code,form,people\nAL,libraries,1200000\nBR,libraries,\n",
    )
    .unwrap();
    let (people, share, text) = published();
    assert!(people.is_null() && share.is_null(), "a part is no sum: {text}");
    assert!(text.contains("the register does not say"), "{text}");
}

#[test]
fn a_column_that_stands_there_twice_is_for_the_sender_to_mend() {
    let (_folder, pipeline, input, output) = lakeland();
    fs::write(
        input.join("libraries_2021.csv"),
        "State,Residents,Libraries\nAL,1200000,60\n",
    )
    .unwrap();
    fs::write(
        input.join("libraries_2022.csv"),
        "State,Residents,Libraries,libraries\nAL,1200000,60,61\n",
    )
    .unwrap();
    let (code, text) = run(&pipeline, &input, &output, &["--quiet"]);
    assert_eq!(code, 0, "{text}");
    let ended = huizong([
        "headers",
        "--pipeline",
        pipeline.to_str().unwrap(),
        "--output",
        output.to_str().unwrap(),
        "--format",
        "json",
    ]);
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let layouts = told["layouts"].as_array().unwrap();
    assert_eq!(layouts.len(), 1, "{told}");
    for header in layouts[0]["headers"].as_array().unwrap() {
        assert_eq!(
            (&header["remedy"]["is"], &header["nearest"]),
            (&"repeated".into(), &"libraries".into())
        );
    }
    assert!(told["mappings"].as_array().unwrap().is_empty(), "{told}");
}

#[test]
fn another_definition_is_told() {
    let (_folder, pipeline, input, output) = lakeland();
    fs::write(
        input.join("libraries_2021.csv"),
        "State,Residents,Libraries,Libraries/with internet\nAL,1200000,60,30\n",
    )
    .unwrap();
    let (code, text) = run(&pipeline, &input, &output, &["--quiet"]);
    assert_eq!(code, 0, "{text}");
    let (dir, out) = (
        pipeline.to_str().unwrap().to_owned(),
        output.to_str().unwrap().to_owned(),
    );
    let ask = |indicator: &str| {
        huizong([
            "trace",
            indicator,
            "--area",
            "AL",
            "--period",
            "2021",
            "--pipeline",
            &dir,
            "--output",
            &out,
        ])
    };
    assert!(
        said(&ask("online_share")).contains("30 ÷ 60 × 100 = 50 %"),
        "{}",
        said(&ask("online_share"))
    );
    let measures = pipeline.join("measures.toml");
    let text = fs::read_to_string(&measures).unwrap();
    fs::write(
        &measures,
        text.replace("value = \"libraries_online\"", "value = \"libraries_online * 2\""),
    )
    .unwrap();
    let ended = ask("online_share");
    assert_eq!(ended.status.code(), Some(2), "{}", said(&ended));
    assert!(
        said(&ended).contains("add up to 60 ÷ 60, but 30 ÷ 60 is published"),
        "{}",
        said(&ended)
    );
    let ended = ask("libraries_per_100000");
    assert!(
        said(&ended).contains("the definition has changed since"),
        "{}",
        said(&ended)
    );
}
