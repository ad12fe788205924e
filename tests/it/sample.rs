//! The generator: its committed output is what it makes, quirks are no faults, and it serves other pipelines too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use calamine::Reader;

use crate::support::{community_services, huizong, read_csv, root, run, said, table};

/// The arguments that made `sample_data/`.
const COMMITTED: [&str; 6] = ["--counties", "2", "--communities", "50", "--fault-rate", "0.0208"];

#[test]
fn the_committed_sample_is_what_the_generator_makes() {
    let dir = tempfile::tempdir().unwrap();
    generate(&community_services(), dir.path(), &COMMITTED);
    let (made, kept) = (files(dir.path()), files(&root().join("sample_data")));
    let names = |all: &BTreeMap<String, Vec<u8>>| all.keys().cloned().collect::<BTreeSet<String>>();
    let odd: Vec<String> = names(&made).symmetric_difference(&names(&kept)).cloned().collect();
    let differ = |(name, bytes): (&String, &Vec<u8>)| (!same(name, bytes, &made[name])).then(|| name.clone());
    let changed: Vec<String> = if odd.is_empty() {
        kept.iter().filter_map(differ).collect()
    } else {
        Vec::new()
    };
    assert!(
        odd.is_empty() && changed.is_empty(),
        "only on one side: {odd:?}; changed: {changed:?}\naccept with: huizong sample --pipeline pipelines/community-services --output sample_data {}",
        COMMITTED.join(" ")
    );
    assert!(
        kept.values().map(Vec::len).sum::<usize>() < 6_000_000,
        "the sample is to stay below 6 MB"
    );
}

/// Codes that no county of the sample gives rise to, nor nearly, and why.
const NOT_PLANTED: [(&str, &str); 43] = [
    (
        "text-garbled",
        "texts of the sample are names of its pools, none of them broken; `reading`",
    ),
    (
        "encoding-mixed",
        "two files joined are no file of one county; `reading`",
    ),
    (
        "encoding-assumed",
        "the headers of the shipped forms prove their encoding; `reading`",
    ),
    (
        "encoding-unproven",
        "the headers of the shipped forms prove their encoding; `reading`",
    ),
    (
        "decimal-mark-unclear",
        "told of the whole column of a sheet in which nothing else shows its notation; `notation`",
    ),
    (
        "decimal-mark-assumed",
        "no column of the shipped forms has three decimals; `notation`",
    ),
    (
        "thousands-assumed",
        "the other columns of a sheet show its notation; `reading`",
    ),
    (
        "percent-mixed",
        "the one percent column of the shipped forms has one decimal, too few for a share; `notation`",
    ),
    (
        "file-too-large",
        "a file beyond the limits would be larger than the sample; `hostile`",
    ),
    ("register-fault", "the registers are not the counties'; `registry`"),
    (
        "unit-line-unclear",
        "the headers of the shipped forms name their units, which go before any line; `reading`",
    ),
    (
        "unit-undeclared",
        "every column of the shipped forms declares its unit; `normalize`",
    ),
    (
        "code-stored-otherwise",
        "codes of the shipped registry begin with no zero; `reading`",
    ),
    (
        "code-zeros-lost",
        "codes of the shipped registry begin with no zero; `reading`",
    ),
    (
        "code-misnamed",
        "codes of the shipped registry begin with no zero; `reading`",
    ),
    (
        "number-shown-otherwise",
        "odder than what a generator of tables makes; `reading`",
    ),
    ("correction-dropped", "what the ministry writes; `feedback`"),
    ("correction-fault", "what the ministry writes; `feedback`"),
    ("correction-stale", "what the ministry writes; `feedback`"),
    ("correction-unmatched", "what the ministry writes; `feedback`"),
    (
        "quote-unclosed",
        "odder than what a generator of tables makes; `hostile`",
    ),
    ("sheet-hidden", "odder than what a generator of tables makes; `hostile`"),
    (
        "sheet-continued",
        "odder than what a generator of tables makes; `hostile`",
    ),
    (
        "revision-unreadable",
        "odder than what a generator of tables makes; `night`",
    ),
    (
        "formula-uncomputed",
        "odder than what a generator of tables makes; `hostile`",
    ),
    (
        "return-contradicted",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "return-foreign",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "return-misplaced",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "return-outdated",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "rows-without-area",
        "every row of the shipped forms names its area; `belonging`",
    ),
    (
        "value-too-large",
        "the ranges of the shipped forms end far below it; `numbers`",
    ),
    (
        "area-reassigned",
        "the shipped registry gives no code of a county to another one; `reassigned`",
    ),
    (
        "code-reassigned",
        "the shipped registry gives no code of a county to another one; `reassigned`",
    ),
    (
        "fill-stopped",
        "no column of the shipped forms lets a blank mean the cell above; `reading`",
    ),
    ("cell-raised", "the generator sets no cell in raised type; `reading`"),
    (
        "note-doubtful",
        "the generator sets no digits within a number in raised type; `reading`",
    ),
    (
        "number-noted",
        "the generator writes no mark of a note as a character; `reading`",
    ),
    (
        "header-merged",
        "the generator merges headers of groups alone; `reading`",
    ),
    (
        "decimal-comma-assumed",
        "the generator writes no commas into columns of whole numbers; `reading`",
    ),
    (
        "record-named-total",
        "the generator names no record like a total; `numbers`",
    ),
    ("row-equals-sum", "the generator names its totals; `reading`"),
    ("row-key-only", "the generator fills its rows; `reading`"),
    ("total-with-code", "the generator gives no total a code; `numbers`"),
];

/// Codes without a near miss, and why.
const NO_NEIGHBOUR: [(&str, &str); 1] = [(
    "file-encrypted",
    "the lawful file nearest to it is a workbook of the old kind, which no crate at hand writes; `readers`",
)];

#[test]
fn the_committed_sample_holds_every_kind_of_fault_and_a_near_miss_of_it() {
    let truth = read_csv(&root().join("sample_data/truth/truth.csv"));
    let lines: BTreeSet<(bool, &str, &str)> = truth
        .iter()
        .map(|line| (line["severity"] == "none", line["kind"].as_str(), line["code"].as_str()))
        .collect();
    let holds = |is_near: bool, kind: &str, code: &str| {
        let mut same = lines.iter().filter(|(near, _, of)| (*near, *of) == (is_near, code));
        same.any(|(_, of, _)| *of == kind || of.strip_prefix(kind).is_some_and(|slip| slip.starts_with(", ")))
    };
    let pipeline = huizong::pipeline::load(&community_services()).unwrap();
    let mut lacking = Vec::new();
    for rule in &pipeline.rules {
        let (id, fault, near) = (&rule.id, format!("rule {}", rule.id), format!("near {}", rule.id));
        if rule.severity != huizong::domain::Severity::Info && !holds(false, &fault, id) {
            lacking.push(fault);
        }
        if !holds(true, &near, id) {
            lacking.push(near);
        }
    }
    let is_in = |list: &[(&str, &str)], code: &str| list.iter().any(|(name, _)| *name == code);
    for (code, entry) in huizong::domain::catalog().iter() {
        if entry.severity == huizong::domain::Severity::Info || is_in(&NOT_PLANTED, code) {
            continue;
        }
        let kind = if code == "total-differs" {
            "rule total-differs"
        } else {
            code
        };
        if !holds(false, kind, code) {
            lacking.push(code.clone());
        }
        let near = format!("near {code}");
        if !is_in(&NO_NEIGHBOUR, code) && !holds(true, &near, code) {
            lacking.push(near);
        }
    }
    // A whole column at fault, and a column in which just too few rows are for that.
    let whole =
        |line: &&BTreeMap<String, String>| line["kind"] == "rule history-facility-area" && line["row"].is_empty();
    let slips = [
        (truth.iter().any(|line| whole(&line)), "a whole column"),
        (
            holds(true, "near whole column history-facility-area", "history-facility-area"),
            "nearly a whole column",
        ),
        (
            holds(
                false,
                "rule social-workers-within-staff, swapped neighbours",
                "social-workers-within-staff",
            ),
            "neighbours",
        ),
        (
            holds(
                false,
                "rule kinds-of-communities, swapped digits",
                "kinds-of-communities",
            ),
            "digits",
        ),
        (
            holds(false, "rule total-differs, swapped digits", "total-differs"),
            "digits of a total",
        ),
    ];
    lacking.extend(
        slips
            .into_iter()
            .filter(|(is_there, _)| !is_there)
            .map(|(_, name)| name.to_owned()),
    );
    assert!(lacking.is_empty(), "not planted: {lacking:?}");
}

#[test]
fn every_province_and_the_corps_send_in_every_period() {
    let reporters = read_csv(&root().join("sample_data/submissions/reporters.csv"));
    for period in ["2015", "2018", "2020"] {
        let codes: BTreeSet<&str> = reporters
            .iter()
            .filter(|r| r["period"] == period)
            .map(|r| r["area_code"].as_str())
            .collect();
        let provinces: BTreeSet<&str> = codes.iter().filter(|c| **c != "660000").map(|c| &c[..2]).collect();
        assert_eq!(provinces.len(), 31, "{period}");
        assert!(codes.contains("660000"), "{period}");
        assert!(
            !codes.iter().any(|c| c.starts_with("6590")),
            "the cities of the Corps report through it"
        );
    }
}

#[test]
fn national_levels_come_near_the_published_ones() {
    let truth = read_csv(&root().join("sample_data/truth/truth_indicators.csv"));
    // How far off chance may lead a sample of this size: points of a percentage, a tenth of any other figure.
    for (period, indicator, published, tolerance) in [
        ("2015", "urban_facility_coverage", 82.0, 2.0),
        ("2020", "urban_facility_coverage", 100.0, 0.5),
        ("2015", "rural_facility_coverage", 12.3, 1.0),
        ("2020", "rural_facility_coverage", 65.7, 2.0),
        ("2015", "urban_platform_coverage", 10.0, 1.0),
        ("2020", "urban_platform_coverage", 60.0, 2.5),
        ("2015", "urban_facility_area_per_100_households", 20.0, 2.0),
        ("2020", "urban_facility_area_per_100_households", 30.0, 3.0),
        ("2020", "volunteer_share", 13.0, 1.0),
        ("2020", "urban_social_organisations", 10.0, 1.0),
        ("2020", "rural_social_organisations", 5.0, 0.5),
    ] {
        let is_it = |l: &&BTreeMap<String, String>| {
            l["period"] == period && l["area_code"] == "000000" && l["indicator"] == indicator
        };
        let value: f64 = truth.iter().find(is_it).unwrap()["value"].parse().unwrap();
        let off = (value - published).abs();
        assert!(
            off < tolerance,
            "{indicator} in {period} is {value}, published {published}"
        );
    }
}

#[test]
fn quirks_are_no_faults() {
    let dir = tempfile::tempdir().unwrap();
    generate(
        &community_services(),
        dir.path(),
        &[
            "--counties",
            "1",
            "--communities",
            "25",
            "--fault-rate",
            "0",
            "--seed",
            "11",
        ],
    );
    let truth = read_csv(&dir.path().join("truth/truth.csv"));
    assert!(truth.iter().all(|line| line["severity"] == "none"), "{truth:?}");
    let output = dir.path().join("output");
    let (code, text) = run(&community_services(), &dir.path().join("submissions"), &output, &[]);
    assert_eq!(code, 0, "{text}");
    let loud: Vec<String> = table(&output, "findings")
        .iter()
        .filter(|f| f["severity"].text() != Some("info"))
        .map(|f| format!("{f:?}"))
        .collect();
    assert!(loud.is_empty(), "{}", loud.join("\n"));
    let formats: BTreeSet<String> = table(&output, "submissions")
        .iter()
        .map(|s| s["format"].text().unwrap().to_owned())
        .collect();
    assert!(
        ["csv", "tsv", "xlsx", "json", "jsonl", "html", "xml2003"]
            .iter()
            .all(|f| formats.contains(*f)),
        "{formats:?}"
    );
}

#[test]
fn chance_does_not_depend_on_threads_nor_another_seed_repeat_it() {
    let (one, two, other) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let small = [
        "--counties",
        "1",
        "--communities",
        "8",
        "--periods",
        "2018",
        "--formats",
        "csv",
    ];
    generate(&community_services(), one.path(), &small);
    generate(
        &community_services(),
        other.path(),
        &[&small[..], &["--seed", "5"]].concat(),
    );
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let pipeline = huizong::pipeline::load(&community_services()).unwrap();
    let registry = huizong::registry::Registry::load(&pipeline).unwrap();
    let options = huizong::sample::Options {
        output: two.path().to_owned(),
        counties: huizong::sample::Counties::Some(1),
        periods: vec![huizong::domain::Period::parse_any("2018").unwrap()],
        formats: vec![huizong::sample::Format::Csv],
        encodings: Vec::new(),
        communities: Some(8.0),
        fault_rate: 0.01,
        quirk_rate: 1.0,
        seed: None,
    };
    pool.install(|| huizong::sample::generate(&pipeline, &registry, &options))
        .unwrap();
    assert_eq!(files(one.path()), files(two.path()));
    assert_ne!(files(one.path()), files(other.path()));
}

#[test]
fn another_pipeline_with_its_own_recipe_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = dir.path().join("forest");
    for (name, text) in FOREST {
        let path = pipeline.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let sample = dir.path().join("sample");
    generate(&pipeline, &sample, &["--fault-rate", "0.2"]);
    let output = dir.path().join("output");
    let (code, text) = run(&pipeline, &sample.join("submissions"), &output, &[]);
    assert_eq!(code, 0, "{text}");
    let mut found: Vec<[String; 3]> = table(&output, "findings")
        .iter()
        .filter(|f| f["severity"].text() != Some("info"))
        .map(|f| {
            let row = f["row"].number().map_or(String::new(), |row| row.to_string());
            [
                f["path"].text().unwrap().to_owned(),
                row,
                f["code"].text().unwrap().to_owned(),
            ]
        })
        .collect();
    let truth = read_csv(&sample.join("truth/truth.csv"));
    let (near, truth): (Vec<_>, Vec<_>) = truth.into_iter().partition(|line| line["severity"] == "none");
    let mut planted: Vec<[String; 3]> = truth
        .iter()
        .map(|line| ["path", "row", "code"].map(|name| line[name].clone()))
        .collect();
    found.sort();
    planted.sort();
    assert!(planted.len() > 10, "{planted:?}");
    assert_eq!(found, planted);
    // The list of stands that lies beside the submissions.
    for rule in ["stands-missing", "stands-unlisted"] {
        let of_rule = |line: &&BTreeMap<String, String>| line["code"] == rule;
        assert!(truth.iter().any(|line| of_rule(&line)), "no fault of {rule}");
        let quiet: Vec<&str> = near.iter().filter(of_rule).map(|line| line["path"].as_str()).collect();
        assert!(!quiet.is_empty(), "no near miss of {rule}");
        assert!(
            !found
                .iter()
                .any(|[path, _, code]| code == rule && quiet.contains(&path.as_str()))
        );
    }
}

#[test]
fn a_recipe_that_is_wrong_is_told_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in FOREST {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(
            path,
            if name == "sample.toml" {
                text.replace("per = \"area\"", "per = \"aera\"")
            } else {
                text.to_owned()
            },
        )
        .unwrap();
    }
    let output = dir.path().join("out");
    let ended = huizong([
        "sample",
        "--pipeline",
        dir.path().to_str().unwrap(),
        "--output",
        output.to_str().unwrap(),
    ]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(said(&ended).contains("aera"), "{}", said(&ended));
    assert!(!output.exists(), "nothing is written");
}

fn generate(pipeline: &Path, output: &Path, more: &[&str]) {
    let fixed = [
        "sample",
        "--pipeline",
        pipeline.to_str().unwrap(),
        "--output",
        output.to_str().unwrap(),
    ];
    let ended = huizong(fixed.iter().chain(more));
    assert!(ended.status.success(), "{}", said(&ended));
}

/// All files below a folder, by path.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = walkdir::WalkDir::new(dir)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    all.map(|entry| {
        let name = entry
            .path()
            .strip_prefix(dir)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        (name, fs::read(entry.path()).unwrap())
    })
    .collect()
}

/// Text files byte for byte; workbooks cell for cell, or unreadable both.
fn same(name: &str, one: &[u8], other: &[u8]) -> bool {
    if !name.ends_with(".xlsx") {
        return one == other;
    }
    cells(one) == cells(other)
}

fn cells(bytes: &[u8]) -> Option<Vec<(String, Vec<Vec<String>>)>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).ok()?;
    let sheets = book.worksheets();
    let row = |row: &[calamine::Data]| row.iter().map(|cell| format!("{cell:?}")).collect();
    Some(
        sheets
            .into_iter()
            .map(|(name, range)| (name, range.rows().map(row).collect()))
            .collect(),
    )
}

/// Half-yearly reports of forest stands, in English and with plain codes.
const FOREST: [(&str, &str); 7] = [
    (
        "pipeline.toml",
        r#"
[pipeline]
name = "forest"
title = { en = "Forest stands" }
period = "half"
periods = ["2020H1", "2020H2"]
synthetic = true
[registry]
divisions = "divisions.csv"
levels = ["country", "region", "district"]
partition = "region"
code_scheme = "plain"
[reporters]
file = "reporters.csv"
"#,
    ),
    (
        "divisions.csv",
        "code,name,level,parent_code\nX,Land,country,\nN,North,region,X\nS,South,region,X\nN1,Pine,district,N\nN2,Fir,district,N\nN3,Yew,district,N\nS1,Oak,district,S\n\
         S2,Ash,district,S\nS3,Elm,district,S\n",
    ),
    (
        "forms/stands.toml",
        r#"
[form]
id = "stands"
title = { en = "Stands" }
unit = "stand"
key = ["stand"]
files = ["{period}/{district}_stands*"]
[form.missing]
"" = "missing"
"n/k" = "missing"
[[column]]
id = "stand"
type = "text"
headers = ["Stand", "Stand number"]
required = true
[[column]]
id = "area"
type = "decimal"
scale = 2
unit = "ha"
headers = ["Area"]
required = true
range = { min = 0, max = 5000 }
[[column]]
id = "thinned"
type = "decimal"
scale = 2
unit = "ha"
headers = ["Thinned"]
range = { min = 0, max = 5000 }
[[column]]
id = "kind"
type = "category"
headers = ["Kind"]
[column.values]
broad = ["broadleaf", "deciduous"]
needle = ["conifer"]
"#,
    ),
    (
        "checks.toml",
        r#"
[[row]]
id = "thinned-within-area"
form = "stands"
assert = "thinned <= area"
severity = "hard"
missing = "pass"
message = { en = "more thinned than there is", zh = "…" }
[[cover]]
id = "stands-missing"
form = "stands"
against = "register"
register = "stand_list.csv"
find = "missing"
max_share = 0.1
[[cover]]
id = "stands-unlisted"
form = "stands"
against = "register"
register = "stand_list.csv"
find = "new"
"#,
    ),
    (
        "measures.toml",
        r#"
[[measure]]
id = "area"
form = "stands"
value = "area"
scale = 2
[[measure]]
id = "thinned"
form = "stands"
value = "thinned"
scale = 2
"#,
    ),
    (
        "indicators.toml",
        r#"
[[indicator]]
id = "thinned_share"
title = { en = "Thinned" }
numerator = "thinned"
denominator = "area"
factor = 100
unit = "percent"
register = "area"
bounded = true
better = "higher"
"#,
    ),
    (
        "sample.toml",
        r#"
seed = 1
[formats]
csv = 2
xlsx = 1
[encodings]
utf-8 = 1
[faults]
symbol = ["??"]
not_a_number = ["much"]
not_a_category = ["shrub"]
[[form]]
id = "stands"
rows = 20
persistence = 0.9
sheets = ["Sheet1"]
[form.code]
column = "stand"
serial = { any = "001-999" }
[[form.draw]]
id = "kind"
choice = { broad = 1, needle = 2 }
[[form.draw]]
id = "area"
level = 30
spread = 0.3
[[form.draw]]
id = "thinned"
per = "area"
level = { "2020H1" = 0.1, "2020H2" = 0.2 }
within = "area"
spread = 0.2
times = { kind = { needle = 1.5 } }
[[form.break]]
rule = "thinned-within-area"
set = { thinned = { of = "area", plus = 1 } }
"#,
    ),
];
