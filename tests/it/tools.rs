//! `huizong status`, `trace` and `headers`, run as a user runs them on what was published from the sample.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use huizong::pipeline;
use huizong::report::TraceReport;
use huizong::run::look::{LookError, Release, TraceQuery, Which, trace};
use serde_json::Value;

use crate::support::{Row, community_services, contents, huizong, root, run, said, table};

/// One period of the sample, published once for all tests.
static PUBLISHED: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools");
    if output.exists() {
        fs::remove_dir_all(&output).unwrap();
    }
    let input = root().join("sample_data/submissions");
    let (code, text) = run(&community_services(), &input, &output, &["--period", "2020", "--quiet"]);
    assert_eq!(code, 0, "{text}");
    output
});

/// What a command prints; it must succeed.
fn printed(args: &[&str]) -> String {
    let mut all: Vec<&str> = args.to_vec();
    all.extend(["--output", PUBLISHED.to_str().unwrap()]);
    let ended = huizong(all);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    String::from_utf8(ended.stdout).unwrap()
}

/// A command that must fail with this code: what it complains of.
fn complaint(args: &[&str], code: i32) -> String {
    let ended = huizong(args);
    assert_eq!(ended.status.code(), Some(code), "{}", said(&ended));
    assert!(ended.stdout.is_empty(), "{}", said(&ended));
    String::from_utf8(ended.stderr).unwrap()
}

fn dir() -> String {
    community_services().to_str().unwrap().to_owned()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].number().unwrap_or_default()
}

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

#[test]
fn what_is_unknown_is_told_with_its_neighbours() {
    let output = PUBLISHED.to_str().unwrap();
    let dir = dir();
    let trace = |indicator: &str, area: &str, period: &str| {
        complaint(
            &[
                "trace",
                indicator,
                "--area",
                area,
                "--period",
                period,
                "--pipeline",
                &dir,
                "--output",
                output,
            ],
            2,
        )
    };
    let text = trace("rural_facility_coverag", "000000", "2020");
    assert!(text.contains("did you mean rural_facility_coverage"), "{text}");
    let text = trace("rural_facility_coverage", "13000", "2020");
    assert!(
        text.contains("there is no area 13000") && text.contains("130000 河北省"),
        "{text}"
    );
    let text = trace("nope", "000000", "2020");
    assert!(
        !text.contains("did you mean") && text.contains("tables/indicators.parquet"),
        "{text}"
    );
    let text = trace("rural_facility_coverage", "nowhere", "2020");
    assert!(
        !text.contains("did you mean") && text.contains("tables/areas.parquet"),
        "{text}"
    );
    let text = trace("rural_facility_coverage", "000000", "2019");
    assert!(text.contains("2015, 2018, 2020"), "{text}");
    let text = trace("rural_facility_coverage", "130102", "2020");
    assert!(
        text.contains("no figure of rural_facility_coverage for 130102"),
        "{text}"
    );
    let text = trace("rural_facility_coverage", "朝阳区", "2020");
    assert!(
        text.contains("2 areas are called 朝阳区")
            && text.contains("110105 朝阳区 (北京市)")
            && text.contains("220104"),
        "{text}"
    );
    let text = complaint(
        &[
            "headers",
            "--form",
            "communitys",
            "--pipeline",
            &dir,
            "--output",
            output,
        ],
        2,
    );
    assert!(text.contains("did you mean communities"), "{text}");
    let nowhere = tempfile::tempdir().unwrap();
    for command in [
        &["status", &dir][..],
        &["status", "--pipeline", &dir],
        &["headers", &dir],
        &["headers", "--pipeline", &dir],
        &["trace", "nope", &dir, "--area", "000000", "--period", "2020"],
    ] {
        let text = complaint(&[command, &["--output", nowhere.path().to_str().unwrap()]].concat(), 2);
        assert!(
            text.contains("there is no release") && text.contains("huizong run"),
            "{text}"
        );
    }
    assert_eq!(
        fs::read_dir(nowhere.path()).unwrap().count(),
        0,
        "looking must not write"
    );
}

fn traced(indicator: &str, area: &str, top: Option<usize>) -> Result<TraceReport, LookError> {
    let mut pipeline = pipeline::load(&community_services()).unwrap();
    let release = Release::open(&PUBLISHED, &mut pipeline, Which::Current).unwrap();
    let query = TraceQuery {
        indicator: indicator.into(),
        area: area.into(),
        period: "2020".into(),
        top,
    };
    trace(&pipeline, &release, &query)
}

#[test]
fn every_level_and_the_records_add_up_to_what_is_published() {
    let mut pipeline = pipeline::load(&community_services()).unwrap();
    let release = Release::open(&PUBLISHED, &mut pipeline, Which::Current).unwrap();
    let (mut traced, mut restricted, mut incomplete) = (0, 0, 0);
    // The nation and a province by their largest parts, a city without counties and a county whole.
    let tops = |area: &str| match area {
        "000000" | "130000" => Some(Some(2)),
        "441900" | "110117" => Some(None),
        _ => None,
    };
    for row in table(&PUBLISHED, "indicators") {
        let (area, indicator) = (row["area_code"].text().unwrap(), row["indicator"].text().unwrap());
        if let Some(top) = tops(area) {
            let query = TraceQuery {
                indicator: indicator.into(),
                area: area.into(),
                period: "2020".into(),
                top,
            };
            let report =
                trace(&pipeline, &release, &query).unwrap_or_else(|error| panic!("{indicator} {area}: {error}"));
            let published = (number(&row, "numerator"), number(&row, "denominator"));
            let same = |what: &str, parts: Vec<(f64, f64)>| {
                let sum = parts
                    .iter()
                    .fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
                let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs();
                assert!(
                    close(sum.0, published.0) && close(sum.1, published.1),
                    "{indicator} {area} {what}: {sum:?} {published:?}"
                );
            };
            for level in &report.levels {
                let parts = level.areas.iter().map(|part| (part.numerator, part.denominator));
                same(
                    &level.level,
                    parts.chain([(level.rest.numerator, level.rest.denominator)]).collect(),
                );
                assert!(
                    level
                        .areas
                        .is_sorted_by(|a, b| (b.numerator, &a.code) <= (a.numerator, &b.code))
                );
            }
            let parts = report
                .records
                .iter()
                .map(|record| (record.numerator, record.denominator));
            let rest = &report.records_rest;
            same("records", parts.chain([(rest.numerator, rest.denominator)]).collect());
            assert_eq!(report.records.len() as i64 + rest.count, report.rows);
            assert_eq!(report.area.value, row["value"].number(), "{indicator} {area}");
            incomplete += usize::from(report.held.rows_without_numerator > 0);
            restricted += usize::from(report.held.rows_excluded > 0);
            traced += 1;
        }
    }
    let enough = traced > 120 && restricted > 30 && incomplete > 10;
    assert!(
        enough,
        "{traced} figures, {restricted} with a restriction, {incomplete} with missing cells"
    );
}

#[test]
fn what_is_held_back_is_counted() {
    let report = traced("rural_facility_coverage", "000000", Some(1)).unwrap();
    let submissions = table(&PUBLISHED, "submissions");
    let of_form = submissions
        .iter()
        .filter(|row| row["form"].text() == Some("communities") && row["status"].text() != Some("superseded"));
    let quarantined: f64 = of_form.map(|row| number(row, "rows_quarantined")).sum();
    assert_eq!(report.held.rows_quarantined as f64, quarantined);
    assert!(quarantined > 0.0);
    let held = &report.held;
    let told = report.rows
        + held.rows_without_numerator
        + held.rows_without_denominator
        + held.rows_undecided
        + held.rows_excluded;
    let facts = crate::support::facts(&PUBLISHED, "communities", "2020");
    assert_eq!(told as usize, facts.len(), "every accepted row is counted once");
}

/// Cells of UTF-8 files without line breaks in cells, by line and column.
fn cells(path: &str) -> Option<Vec<Vec<String>>> {
    let bytes = fs::read(root().join("sample_data/submissions").join(path)).unwrap();
    let text = String::from_utf8(bytes).ok()?;
    let delimiter = *b",;\t"
        .iter()
        .max_by_key(|byte| text.matches(char::from(**byte)).count())
        .unwrap();
    let cells = |line: &str| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .from_reader(line.as_bytes());
        let first = reader.records().next();
        first.map_or_else(Vec::new, |row| row.unwrap().iter().map(str::to_owned).collect())
    };
    Some(text.lines().map(cells).collect())
}

#[test]
fn a_traced_cell_holds_what_the_file_holds() {
    let report = traced("social_workers_per_community", "000000", None).unwrap();
    let mut compared = 0;
    let mut known: BTreeMap<usize, Option<Vec<Vec<String>>>> = BTreeMap::new();
    for record in &report.records {
        let path = &report.files[record.file].path;
        if !path.ends_with(".csv") {
            continue;
        }
        let Some(rows) = known.entry(record.file).or_insert_with(|| cells(path)).as_ref() else {
            continue;
        };
        let row = record.row.unwrap() as usize - 1;
        for cell in &record.cells {
            let (Some(at), Some(value)) = (&cell.cell, &cell.value) else {
                continue;
            };
            let letters = at.trim_end_matches(|c: char| c.is_ascii_digit());
            let column = letters
                .bytes()
                .fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1)
                - 1;
            let raw = rows
                .get(row)
                .and_then(|row| row.get(column))
                .unwrap_or_else(|| panic!("{path} {at}"));
            // Words and units are the cleaners' business; a plain figure must be the very same.
            if let Ok(figure) = raw.trim().parse::<f64>() {
                assert_eq!(figure, value.parse::<f64>().unwrap(), "{path} {at}");
                // A header of several rows is joined; its lowest part stands right above.
                let header = cell.header.as_deref().unwrap_or_default();
                let lowest = header.rsplit('/').next().unwrap_or_default();
                let stands = |row: &Vec<String>| row.get(column).is_some_and(|text| text.trim() == lowest);
                assert!(rows[..row].iter().any(stands), "{path} {at}: {header}");
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "only {compared} cells were compared");
    for file in &report.files {
        let name = file.path.split('#').next().unwrap();
        let bytes = fs::read(root().join("sample_data/submissions").join(name)).unwrap();
        let digest = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
        assert_eq!(
            digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            file.sha256,
            "{name}"
        );
    }
}

#[test]
fn a_trace_is_printed_for_people_and_programs() {
    let pipeline = dir();
    let trace = |more: &[&str]| {
        let args = [
            "trace",
            "rural_facility_coverage",
            "--area",
            "福建省",
            "--period",
            "2020",
            "--top",
            "2",
            "--pipeline",
            &pipeline,
        ];
        printed(&[&args, more].concat())
    };
    let zh = trace(&["--lang", "zh"]);
    for part in [
        "福建省 · 2020",
        "模拟数据",
        "分子",
        "未计入",
        "其余",
        "sha256",
        "有无综合服务设施 = ",
        "县级",
        "限定  城市社区与农村社区：农村社区",
    ] {
        assert!(zh.contains(part), "{part} is not in\n{zh}");
    }
    let json: Value = serde_json::from_str(&trace(&["--format", "json"])).unwrap();
    assert_eq!(json["area"]["code"], "350000");
    assert_eq!(json["records"].as_array().unwrap().len(), 2);
    let csv = trace(&["--format", "csv"]);
    let rows: Vec<BTreeMap<String, String>> = csv::Reader::from_reader(csv.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect();
    let sum = |level: &str| {
        rows.iter()
            .filter(|row| row["level"] == level)
            .map(|row| row["numerator"].parse::<f64>().unwrap())
            .sum::<f64>()
    };
    assert_eq!(rows[0]["numerator"].parse::<f64>().unwrap(), sum("county"));
    assert_eq!(sum("county"), sum("communities"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure_and_nothing_is_written() {
    let before = contents(&PUBLISHED);
    let mut child = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args([
            "trace",
            "rural_facility_coverage",
            "--area",
            "000000",
            "--period",
            "2020",
            "--top",
            "all",
            "--pipeline",
            &dir(),
        ])
        .args(["--output", PUBLISHED.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert!(ended.stderr.is_empty(), "{}", said(&ended));
    printed(&["headers", "--pipeline", &dir()]);
    printed(&["status", &dir(), "--counties"]);
    assert!(contents(&PUBLISHED) == before, "looking changed the output");
}

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
        printed.contains("2 not read whole") && printed.contains("libraries_2021.csv"),
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
        said(&ended).contains("0 not read whole, 2 read whole"),
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
