//! Other pipelines with a recipe of their own.

use super::*;

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
