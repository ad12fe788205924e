//! What comes back: the ministry's corrections and the counties' explanations, run as a ministry runs them.

mod corrections;
mod explanations;
mod faults;
mod guards;
mod parts;

use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;

use crate::support::{Row, World, huizong, indicators, joined, measures, root, said, shown};

const ROSTER: &str = r#"
unit = "community"
key = ["code"]
files = ["{period}/{county}_roster*"]
revision = "_r{revision}"
explanation = "remark"
missing = { "—" = "missing", "无" = "zero" }
"#;

const SUMMARY: &str = r#"
unit = "county"
key = []
files = ["{period}/{county}_summary*"]
explanation = "remark"
"#;

/// Two columns tell its rows apart.
const ITEMS: &str = r#"
unit = "county"
key = ["county", "item"]
files = ["{period}/items*"]
"#;

const CHECKS: &str = r#"
[[row]]
id = "large"
form = "roster"
assert = "households <= 5000"
severity = "explain"
missing = "pass"
message = { zh = "户数过多", en = "too many households" }
[[row]]
id = "poor"
form = "roster"
assert = "money >= 0.001"
severity = "hard"
missing = "pass"
message = { zh = "经费过少", en = "too little money" }
[[row]]
id = "crowded"
form = "summary"
assert = "staff <= 100"
severity = "explain"
missing = "pass"
message = { zh = "人员过多", en = "too many staff" }
"#;

const MEASURES: &str = "
    communities | roster | 1          | unit = '个'
    households  | roster | households | unit = '户'
    money       | roster | money      | scale = 4; unit = '万元'
";

const INDICATORS: &str = "
    size  | households | communities | unit = '个'
    money | money      | communities | unit = '个'
";

/// A correction; its further keys follow.
fn correction(id: &str, action: &str, more: &str) -> String {
    format!(
        "[[correction]]\nid = \"{id}\"\naction = \"{action}\"\nform = \"roster\"\nperiod = \"2020\"\narea = \"130102\"\n{more}\n\
         reason = {{ zh = \"电话核实\", en = \"confirmed by telephone\" }}\napproved_by = \"统计处处长\"\nreported = \"2021-03-02\"\n"
    )
}

const GOOD: &str = "代码,户数,经费,说明\n130102001001,100,1.5,\n130102001002,200,2.5,\n130102001003,300,3.5,\n";

/// A ministry's folder in which one of two counties has sent its roster.
fn ministry() -> World {
    let roster = "
        code       | division_code | 代码 | level = 'community'; required = true
        households | integer       | 户数 | unit = '户'; required = true
        money      | decimal       | 经费 | scale = 4; unit = '万元'
        remark     | text          | 说明
    ";
    let summary = "
        staff  | integer | 人员 | unit = '人'
        remark | text    | 备注
    ";
    let items = "
        county | division_code | 县   | level = 'county'; required = true
        item   | text          | 项目 | required = true
        number | integer       | 数量 | unit = '个'
    ";
    World::counties(&["2019", "2020"])
        .form("roster", ROSTER, roster)
        .form("summary", SUMMARY, summary)
        .form("items", ITEMS, items)
        .defined("checks.toml", CHECKS)
        .defined("measures.toml", measures(MEASURES))
        .defined("indicators.toml", indicators(INDICATORS))
        .sent("2020/130104_roster.csv", GOOD.replace("130102", "130104"))
}

/// File, row, code, status and explanation of every finding but those on revisions that were replaced.
fn found(world: &World) -> Vec<String> {
    let mut found: Vec<String> = (world.table("findings").iter())
        .map(|row| {
            let path = shown(row, "path");
            let name = Path::new(&path).file_stem().unwrap().to_str().unwrap();
            format!("{name} {}", line(row, &["row", "code", "status", "explanation"]))
        })
        .filter(|line| !line.contains("revision-superseded"))
        .collect();
    found.sort();
    found
}

/// The message of the first finding of a code.
fn message(world: &World, code: &str) -> String {
    let rows = world.table("findings");
    let row = rows.iter().find(|row| shown(row, "code") == code);
    shown(row.unwrap_or_else(|| panic!("no {code}")), "message_en")
}

/// What each correction did.
fn corrected(world: &World) -> Vec<String> {
    let columns = ["correction", "row", "field", "raw", "value", "obs_status", "status"];
    let rows = world.table("corrections");
    rows.iter().map(|row| line(row, &columns)).collect()
}

/// code, households, money, corrected of the facts of the county.
fn counted(world: &World) -> Vec<String> {
    let rows = world.facts("roster", "2020");
    let own = rows.iter().filter(|row| shown(row, "area_code") == "130102");
    own.map(|row| {
        let code = shown(row, "code");
        format!("{} {}", &code[9..], line(row, &["households", "money", "corrected"]))
    })
    .collect()
}

fn line(row: &Row, columns: &[&str]) -> String {
    joined(row, columns, " ")
}

/// Rows 2 and 3 are large, row 4 breaks a hard rule, and row 5 has a figure that cannot be read.
const ODD: &str = "代码,户数,经费,说明\n130102001001,9000,1.5,{1}\n130102001002,8000,2.5,{2}\n\
                   130102001003,300,0.0001,{3}\n130102001004,400,约3,\n";

fn odd(remarks: [&str; 3]) -> String {
    ODD.replace("{1}", remarks[0])
        .replace("{2}", remarks[1])
        .replace("{3}", remarks[2])
}

#[test]
fn without_either_file_nothing_changes() {
    let world = ministry().sent("2020/130102_roster.csv", GOOD).published();
    assert_eq!(counted(&world), ["001 100 1.5 -", "002 200 2.5 -", "003 300 3.5 -"]);
    assert!(corrected(&world).is_empty());
    assert_eq!(found(&world), [] as [&str; 0]);
}

#[test]
fn the_summary_says_what_is_explained_and_what_is_corrected() {
    let world = ministry()
        .sent("2020/130102_roster.csv", odd(["大型居住区", "", ""]))
        .beside("corrections.toml", correction("one", "drop", "key = \"130102001003\""));
    let (code, said) = world.run(&[]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("Explained: 1 of 3 findings that ask for an explanation."),
        "{said}"
    );
    assert!(said.contains("Corrections: 1 in force, 0 without effect"), "{said}");
}

/// The page's own examples are read without a fault.
#[test]
fn the_page_shows_files_that_are_sound() {
    let root = root();
    let page = fs::read_to_string(root.join("docs/feedback.md")).unwrap();
    let block = |name: &str| {
        let after = page.split_once(&format!("```{name}\n")).unwrap().1;
        after.split_once("```").unwrap().0.to_owned()
    };
    let input = tempfile::tempdir().unwrap();
    fs::write(input.path().join("explanations.csv"), block("csv")).unwrap();
    fs::write(input.path().join("corrections.toml"), block("toml")).unwrap();
    let pipeline = huizong::pipeline::load(&crate::support::community_services()).unwrap();
    let corrections = huizong::pipeline::corrections::read(&pipeline, &[], input.path()).unwrap();
    assert_eq!((corrections.list.len(), corrections.faults), (3, vec![]));
    let (explanations, files) = huizong::registry::Explanations::load(&pipeline, &[], input.path()).unwrap();
    assert_eq!((explanations.list.len(), &files[0].faults), (2, &vec![]));
}
