//! What comes back: the ministry's corrections and the counties' explanations, run as a ministry runs them.

mod guards;
mod parts;

use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;

use crate::support::{Published, Row, facts, read_parquet, run, table};

const PIPELINE: &str = r#"
[pipeline]
name = "small"
period = "year"
periods = ["2019", "2020"]
[registry]
divisions = "divisions.csv"
levels = ["nation", "province", "county"]
partition = "province"
code_scheme = "gb2260"
"#;

const DIVISIONS: &str = "code,name,level,kind,parent_code
000000,全国,nation,nation,
130000,河北省,province,province,000000
130102,长安区,county,county,130000
130104,桥西区,county,county,130000
";

const ROSTER: &str = r#"
[form]
id = "roster"
unit = "community"
key = ["code"]
files = ["{period}/{county}_roster*"]
revision = "_r{revision}"
explanation = "remark"
[form.missing]
"—" = "missing"
"无" = "zero"
[[column]]
id = "code"
type = "division_code"
level = "community"
headers = ["代码"]
required = true
[[column]]
id = "households"
type = "integer"
unit = "户"
headers = ["户数"]
required = true
[[column]]
id = "money"
type = "decimal"
scale = 4
unit = "万元"
headers = ["经费"]
[[column]]
id = "remark"
type = "text"
headers = ["说明"]
"#;

const SUMMARY: &str = r#"
[form]
id = "summary"
unit = "county"
key = []
files = ["{period}/{county}_summary*"]
explanation = "remark"
[[column]]
id = "staff"
type = "integer"
unit = "人"
headers = ["人员"]
[[column]]
id = "remark"
type = "text"
headers = ["备注"]
"#;

/// Two columns tell its rows apart.
const ITEMS: &str = r#"
[form]
id = "items"
unit = "county"
key = ["county", "item"]
files = ["{period}/items*"]
[[column]]
id = "county"
type = "division_code"
level = "county"
headers = ["县"]
required = true
[[column]]
id = "item"
type = "text"
headers = ["项目"]
required = true
[[column]]
id = "number"
type = "integer"
unit = "个"
headers = ["数量"]
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

const MEASURES: &str = r#"
[[measure]]
id = "communities"
form = "roster"
value = "1"
unit = "个"
[[measure]]
id = "households"
form = "roster"
value = "households"
unit = "户"
[[measure]]
id = "money"
form = "roster"
value = "money"
scale = 4
unit = "万元"
"#;

const INDICATORS: &str = r#"
[[indicator]]
id = "size"
numerator = "households"
denominator = "communities"
unit = "个"
[[indicator]]
id = "money"
numerator = "money"
denominator = "communities"
unit = "个"
"#;

/// A correction; its further keys follow.
fn correction(id: &str, action: &str, more: &str) -> String {
    format!(
        "[[correction]]\nid = \"{id}\"\naction = \"{action}\"\nform = \"roster\"\nperiod = \"2020\"\narea = \"130102\"\n{more}\n\
         reason = {{ zh = \"电话核实\", en = \"confirmed by telephone\" }}\napproved_by = \"统计处处长\"\nreported = \"2021-03-02\"\n"
    )
}

const GOOD: &str = "代码,户数,经费,说明\n130102001001,100,1.5,\n130102001002,200,2.5,\n130102001003,300,3.5,\n";

/// A ministry's folder in the making.
struct World {
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let world = World {
            dir: tempfile::tempdir().unwrap(),
        };
        for (path, text) in [
            ("pipeline/pipeline.toml", PIPELINE),
            ("pipeline/divisions.csv", DIVISIONS),
            ("pipeline/checks.toml", CHECKS),
            ("pipeline/measures.toml", MEASURES),
            ("pipeline/indicators.toml", INDICATORS),
            ("pipeline/forms/roster.toml", ROSTER),
            ("pipeline/forms/summary.toml", SUMMARY),
            ("pipeline/forms/items.toml", ITEMS),
            ("input/2020/130104_roster.csv", &GOOD.replace("130102", "130104")),
        ] {
            world.put(path, text);
        }
        world
    }

    fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn sent(self, name: &str, content: impl AsRef<[u8]>) -> World {
        self.put(&format!("input/2020/{name}"), content);
        self
    }

    fn beside(self, name: &str, content: impl AsRef<[u8]>) -> World {
        self.put(&format!("input/{name}"), content);
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, more: &[&str]) -> (i32, String) {
        run(&self.path("pipeline"), &self.path("input"), &self.path("output"), more)
    }

    fn published(self) -> World {
        let (code, said) = self.run(&[]);
        assert_eq!(code, 0, "{said}");
        self
    }

    fn table(&self, name: &str) -> Vec<Row> {
        table(&self.path("output"), name)
    }

    /// Path, code, row, severity and status of every finding but infos of the reader.
    fn findings(&self) -> Vec<String> {
        let paths: std::collections::BTreeMap<String, String> = (self.table("submissions").iter())
            .map(|row| (shown(row, "submission_id"), shown(row, "path")))
            .collect();
        let mut found: Vec<String> = (self.table("findings").iter())
            .map(|row| {
                let path = &paths[&shown(row, "submission_id")];
                let name = Path::new(path).file_stem().unwrap().to_str().unwrap();
                format!("{name} {}", line(row, &["row", "code", "status", "explanation"]))
            })
            .filter(|line| !line.contains("revision-superseded"))
            .collect();
        found.sort();
        found
    }

    fn message(&self, code: &str) -> String {
        let rows = self.table("findings");
        let row = rows.iter().find(|row| shown(row, "code") == code);
        shown(row.unwrap_or_else(|| panic!("no {code}")), "message_en")
    }

    fn corrections(&self) -> Vec<String> {
        let columns = ["correction", "row", "column", "raw", "value", "obs_status", "status"];
        self.table("corrections")
            .iter()
            .map(|row| line(row, &columns))
            .collect()
    }

    fn submission(&self, path: &str) -> Row {
        let mut rows = self.table("submissions").into_iter();
        rows.find(|row| shown(row, "path") == path).unwrap()
    }

    /// code, households, money, corrected of the facts of the county.
    fn facts(&self) -> Vec<String> {
        let rows = facts(&self.path("output"), "roster", "2020");
        let own = rows.iter().filter(|row| shown(row, "area_code") == "130102");
        own.map(|row| {
            let code = shown(row, "code");
            format!("{} {}", &code[9..], line(row, &["households", "money", "corrected"]))
        })
        .collect()
    }
}

fn shown(row: &Row, column: &str) -> String {
    match &row[column] {
        Published::Null => "–".into(),
        Published::Text(text) => text.clone(),
        Published::Integer(number) => number.to_string(),
        Published::Real(number) => number.to_string(),
        Published::Boolean(flag) => flag.to_string(),
    }
}

fn line(row: &Row, columns: &[&str]) -> String {
    columns
        .iter()
        .map(|column| shown(row, column))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn without_either_file_nothing_changes() {
    let world = World::new().sent("130102_roster.csv", GOOD).published();
    assert_eq!(world.facts(), ["001 100 1.5 –", "002 200 2.5 –", "003 300 3.5 –"]);
    assert!(world.corrections().is_empty());
    assert_eq!(world.findings(), [] as [&str; 0]);
}

#[test]
fn each_action_holds_and_what_was_sent_stays_beside_it() {
    // The key as a person may type it: full-width digits, blanks.
    let file = correction(
        "cell",
        "override",
        "key = \"１３０１０２ 001001\"\ncolumn = \"households\"\nvalue = \"１,１００ 户\"\nexpect = \" 100\"",
    ) + &correction(
        "times",
        "scale",
        "key = \"130102001002\"\ncolumn = \"money\"\nfactor = \"1/10000\"",
    ) + &correction("row", "drop", "key = { code = \"130102001003\" }");
    let world = World::new()
        .sent("130102_roster.csv", GOOD.replace("200,2.5", "200,\"25,001万元\""))
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        world.facts(),
        ["001 1100 1.5 households", "002 200 2.5 money"].map(|row| row.replace("2.5", "2.5001"))
    );
    assert_eq!(
        world.corrections(),
        [
            "cell 2 households 100 1100 E applied",
            "row 4  code=130102001003; households=300; money=3.5; remark= – O applied",
            "times 3 money 25,001万元 2.5001 E applied",
        ]
    );
    let row = &world.table("corrections")[0];
    assert_eq!(
        line(
            row,
            &[
                "period",
                "form",
                "area_code",
                "action",
                "reason_zh",
                "reason_en",
                "approved_by",
                "reported"
            ]
        ),
        "2020 roster 130102 override 电话核实 confirmed by telephone 统计处处长 2021-03-02"
    );
    let submission = world.submission("2020/130102_roster.csv");
    assert_eq!(
        line(
            &submission,
            &[
                "status",
                "rows_read",
                "rows_accepted",
                "rows_quarantined",
                "rows_set_aside",
                "findings_open"
            ]
        ),
        "accepted 4 2 0 2 0"
    );
    assert_eq!(world.findings(), ["130102_roster 4 correction-dropped info –"]);
    let indicators = world.table("indicators");
    let figure = |area: &str, indicator: &str| {
        let row = indicators.iter().find(|row| {
            shown(row, "period") == "2020" && shown(row, "area_code") == area && shown(row, "indicator") == indicator
        });
        line(row.unwrap(), &["numerator", "denominator", "n_corrected"])
    };
    assert_eq!(figure("130102", "size"), "1300 2 1");
    assert_eq!(figure("000000", "money"), "11.5001 5 1");
    assert_eq!(figure("130104", "size"), "600 3 0");
}

#[test]
fn a_whole_column_is_scaled_exactly_and_a_cell_of_its_own_keeps_its_own() {
    let rows = "130102001001,100,\"１２,３４５.６\",\n130102001002,200,12万元,\n130102001003,300,—,\n130102001004,400,约300,\n\
                130102001005,500,0.3,\n130102001006,600,7,\n";
    let file = correction(
        "unit",
        "scale",
        "column = \"money\"\nfactor = \"0.1\"\nexpect = \"12,345.6\"",
    ) + &correction(
        "own",
        "override",
        "key = \"130102001006\"\ncolumn = \"money\"\nvalue = \"8\"",
    );
    let world = World::new()
        .sent("130102_roster.csv", format!("代码,户数,经费,说明\n{rows}"))
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        world.corrections(),
        [
            "own 7 money 7 8 E applied",
            "unit 2 money １２,３４５.６ 1234.56 E applied",
            "unit 3 money 12万元 1.2 E applied",
            "unit 6 money 0.3 0.03 E applied",
        ]
    );
    // What is no figure stays what it was, and is told as ever.
    assert_eq!(world.findings(), ["130102_roster 5 not-a-number open –"]);
}

#[test]
fn what_the_source_has_mended_is_left_alone_and_told() {
    let expecting = |expect: &str| {
        correction(
            "old",
            "override",
            &format!("key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"1000\"\nexpect = \"{expect}\""),
        )
    };
    let world = World::new()
        .sent("130102_roster.csv", GOOD)
        .beside("corrections.toml", expecting("10"))
        .published();
    assert_eq!(world.facts()[0], "001 100 1.5 –");
    assert_eq!(world.corrections(), ["old 2 households 100 – – stale"]);
    assert_eq!(world.findings(), ["corrections 1 correction-stale open –"]);
    assert!(
        world.message("correction-stale").contains("old"),
        "{}",
        world.message("correction-stale")
    );
    // With a second revision that mends it: the first one's correction is replaced with it.
    let world = World::new()
        .sent("130102_roster.csv", GOOD)
        .sent("130102_roster_r1.csv", GOOD.replace("1001,100", "1001,1000"))
        .beside("corrections.toml", expecting("100"))
        .published();
    assert_eq!(world.facts()[0], "001 1000 1.5 –");
    let mut became = world.corrections();
    became.sort();
    assert_eq!(
        became,
        [
            "old 2 households 100 1000 – superseded",
            "old 2 households 1000 – – stale"
        ]
    );
    assert_eq!(world.findings(), ["corrections 1 correction-stale open –"]);
}

#[test]
fn what_matches_nothing_is_told_with_its_reason() {
    let world = World::new().sent("130102_roster.csv", GOOD.replace(",经费", ",其他"));
    let cell = |id: &str, key: &str, column: &str| {
        correction(
            id,
            "override",
            &format!("key = \"{key}\"\ncolumn = \"{column}\"\nvalue = \"1\""),
        )
    };
    let file = cell("row", "130102001009", "households")
        + &cell("column", "130102001001", "money")
        + &cell("sender", "130108001001", "households").replace("\"130102\"", "\"130108\"")
        + &correction("revision", "drop", "revision = 3")
        + &correction(
            "figure",
            "scale",
            "key = \"130102001001\"\ncolumn = \"households\"\nfactor = \"10\"",
        )
        .replace("\"2020\"", "\"2019\"");
    let world = world.beside("corrections.toml", &file).published();
    let reasons: Vec<String> = (world.table("findings").iter())
        .filter(|row| shown(row, "code") == "correction-unmatched")
        .map(|row| line(row, &["severity", "row", "message_en"]))
        .collect();
    let nothing = "no submission of this form, period and sender was received";
    let mut expected = [
        ("row", 1, "no row has this key"),
        ("column", 13, "the submission has no such column"),
        ("sender", 25, nothing),
        ("revision", 37, nothing),
        ("figure", 47, nothing),
    ]
    .map(|(id, line, why)| format!("hard {line} the correction {id} has no effect: {why}"));
    expected.sort();
    let mut reasons = reasons;
    reasons.sort();
    assert_eq!(reasons, expected);
    assert_eq!(
        world.corrections(),
        [
            "column 0  – – – unmatched",
            "figure 0  – – – unmatched",
            "revision 0  – – – unmatched",
            "row 0  – – – unmatched",
            "sender 0  – – – unmatched"
        ]
    );
    // A run that leaves the period out says nothing of its corrections.
    let (code, said) = world.run(&["--period", "2020"]);
    assert_eq!(code, 0, "{said}");
    assert!(world.corrections().iter().all(|row| !row.starts_with("figure")));
}

#[test]
fn of_two_rows_with_one_key_the_content_tells_which_is_meant() {
    let twice = format!("{GOOD}130102001001,150,1.5,\n");
    let unsaid = correction("one", "drop", "key = \"130102001001\"");
    let world = World::new()
        .sent("130102_roster.csv", &twice)
        .beside("corrections.toml", &unsaid)
        .published();
    assert!(world.message("correction-unmatched").contains("2 rows have this key"));
    assert_eq!(world.facts().len(), 2, "both are out: nobody can tell which is right");
    let said = correction(
        "one",
        "drop",
        "key = \"130102001001\"\ncolumn = \"households\"\nexpect = \"150\"",
    );
    let world = world.beside("corrections.toml", &said).published();
    assert_eq!(world.facts()[0], "001 100 1.5 –");
    assert_eq!(world.findings(), ["130102_roster 5 correction-dropped info –"]);
}

#[test]
fn a_key_that_cannot_be_read_is_corrected_by_what_stands_there() {
    let file = correction(
        "code",
        "override",
        "key = \"1.30102E+11\"\ncolumn = \"code\"\nvalue = \"130102001001\"",
    );
    let world = World::new()
        .sent("130102_roster.csv", GOOD.replace("130102001001", "1.30102E+11"))
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(world.facts()[0], "001 100 1.5 code");
    assert_eq!(world.findings(), [] as [&str; 0]);
}

#[test]
fn a_dropped_submission_does_not_count_and_an_earlier_one_may() {
    let drop = correction("all", "drop", "revision = 1");
    let world = World::new()
        .sent("130102_roster_r1.csv", GOOD)
        .beside("corrections.toml", &drop)
        .published();
    let columns = [
        "status",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "rows_set_aside",
    ];
    let submission = world.submission("2020/130102_roster_r1.csv");
    assert_eq!(line(&submission, &columns), "rejected 4 0 3 1");
    assert_eq!(world.findings(), ["130102_roster_r1 – correction-dropped open –"]);
    assert_eq!(world.corrections(), ["all 0  – – O applied"]);
    let held = read_parquet(&world.path("output/current/quarantine/roster/2020/130000.parquet"));
    assert_eq!(held.len(), 3);
    assert!(held.iter().all(|row| shown(row, "codes") == "correction-dropped"));
    let world = world
        .sent("130102_roster.csv", GOOD.replace(",100", ",101"))
        .published();
    assert_eq!(world.facts()[0], "001 101 1.5 –");
    assert_eq!(
        line(&world.submission("2020/130102_roster.csv"), &columns),
        "accepted 4 3 0 0 1".replace(" 0 0 ", " 0 ")
    );
}

#[test]
fn a_content_that_the_cleaner_refuses_is_told_as_the_corrections_own() {
    let file = correction(
        "bad",
        "override",
        "key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"约一百\"",
    ) + &correction(
        "rule",
        "override",
        "key = \"130102001002\"\ncolumn = \"money\"\nvalue = \"0.0005\"",
    );
    let world = World::new()
        .sent("130102_roster.csv", GOOD)
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        world.findings(),
        ["130102_roster 2 not-an-integer open –", "130102_roster 3 poor open –"]
    );
    let rows = world.table("findings");
    assert_eq!(shown(&rows[0], "raw"), "100", "what the county sent");
    let message = shown(&rows[0], "message_en");
    assert!(
        message.contains("约一百") && message.contains("given by the correction bad"),
        "{message}"
    );
    assert_eq!(
        world.corrections(),
        ["bad 2 households 100 – O refused", "rule 3 money 2.5 0.0005 – held"]
    );
    let held = read_parquet(&world.path("output/current/quarantine/roster/2020/130000.parquet"));
    let raw: Vec<_> = held.iter().map(|row| line(row, &["households", "money"])).collect();
    assert_eq!(raw, ["100 1.5", "200 2.5"], "as received");
}

#[test]
fn a_form_of_one_row_and_one_with_two_keys() {
    let of = |form: &str, area: &str, text: String| {
        text.replace("\"roster\"", &format!("\"{form}\""))
            .replace("\"130102\"", &format!("\"{area}\""))
    };
    let file = of(
        "summary",
        "130102",
        correction("one", "override", "column = \"staff\"\nvalue = \"12\""),
    ) + &of(
        "items",
        "000000",
        correction(
            "two",
            "scale",
            "key = { item = \"甲\", county = \"130104\" }\ncolumn = \"number\"\nfactor = \"10\"",
        ),
    );
    let world = World::new()
        .sent("130102_summary.csv", "人员,备注\n120,\n")
        .sent("items.csv", "县,项目,数量\n130102,甲,1\n130104,甲,2\n130104,乙,3\n")
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        world.corrections(),
        ["one 2 staff 120 12 E applied", "two 3 number 2 20 E applied"]
    );
    assert_eq!(world.findings(), [] as [&str; 0]);
    let items = facts(&world.path("output"), "items", "2020");
    let numbers: Vec<_> = items
        .iter()
        .map(|row| line(row, &["county", "item", "number"]))
        .collect();
    assert_eq!(numbers, ["130102 甲 1", "130104 乙 3", "130104 甲 20"]);
}

#[test]
fn every_fault_of_the_file_is_told_and_the_sound_rest_holds() {
    let file = include_str!("feedback/faulty.toml");
    let world = World::new()
        .sent("130102_roster.csv", GOOD)
        .beside("corrections.toml", file)
        .published();
    assert_eq!(world.facts()[0], "001 1000 1.5 households");
    let faults: String = (world.table("findings").iter())
        .map(|row| {
            format!(
                "{}\n",
                line(
                    row,
                    &["row", "code", "severity", "raw", "expected", "message_en", "message_zh"]
                )
            )
        })
        .collect();
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/feedback/faulty.txt");
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        fs::write(&expected, &faults).unwrap();
    }
    let committed = fs::read_to_string(&expected).unwrap_or_default();
    snapbox::assert_data_eq!(committed, snapbox::IntoData::raw(snapbox::Data::text(faults)));
}

#[test]
fn a_file_that_cannot_be_read_stops_the_run() {
    let broken = correction("a", "drop", "").replace("action = \"drop\"", "action = \"drop");
    let world = World::new()
        .sent("130102_roster.csv", GOOD)
        .beside("corrections.toml", broken);
    let (code, said) = world.run(&[]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("error[toml-syntax]") && said.contains("corrections.toml:3:"),
        "{said}"
    );
    assert!(!world.path("output/current").exists());
    let world = world.beside("corrections.toml", GB18030.encode("# 更正").0);
    let (code, said) = world.run(&[]);
    assert!(code == 2 && said.contains("not UTF-8"), "{said}");
    // A byte-order mark is what editors add, no fault.
    let world = world.beside("corrections.toml", "\u{feff}# 更正\n").published();
    assert!(world.corrections().is_empty());
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
fn a_remark_explains_its_row_and_a_sign_for_nothing_does_not() {
    let world = World::new()
        .sent("130102_roster.csv", odd(["大型居住区", " 无 ", "已核实"]))
        .sent("130102_summary.csv", "人员,备注\n120,\"含 临聘\"\n")
        .published();
    assert_eq!(
        world.findings(),
        [
            "130102_roster 2 large explained 大型居住区",
            "130102_roster 3 large open –",
            "130102_roster 4 poor open –",
            "130102_roster 5 not-a-number open –",
            "130102_summary 2 crowded explained 含 临聘",
        ]
    );
    let submission = world.submission("2020/130102_roster.csv");
    assert_eq!(
        line(&submission, &["findings_hard", "findings_explain", "findings_open"]),
        "1 3 3"
    );
    for sign in ["", "—", "/", "N/A", "……"] {
        let world = World::new()
            .sent("130102_roster.csv", odd([sign, sign, sign]))
            .published();
        assert!(
            world.findings().contains(&"130102_roster 2 large open –".into()),
            "{sign}"
        );
    }
}

#[test]
fn explanations_beside_the_input_hold_by_key_for_every_revision() {
    let lines = "form,period,area_code,key,column,code,explanation,explained_by,date\n\
                 roster,2020,130102,１３０１０２001001,,large,大型居住区,县民政局统计员,2021-03-01\n\
                 roster,2020,130102,130102001003,,poor,确实很少,,\n\
                 roster,2020,130102,130102001004,经费,,约数,,\n\
                 roster,2020,130102,130102001009,,,查无此行,,\n\
                 roster,2019,130102,130102001001,,,去年的,,\n\
                 summary,2020,130102,,,,含临聘,,\n\
                 roster,2020,130102,130102001002,,lrage,写错,,\n\
                 roster,2020,130102,130102001002,,,—,,\n\
                 rooster,2020,130102,x,,,y,,\n\
                 roster,2020,130102,130102001002,nothing,,y,,\n\
                 roster,2021,130102,130102001002,,,y,,\n\
                 roster,2020,130102,a;b,,,y,,\n";
    let expected = [
        "130102_roster_r1 2 poor open 确实很少",
        "130102_roster_r1 3 large explained 大型居住区 (县民政局统计员, 2021-03-01)",
        "130102_roster_r1 4 large open –",
        "130102_roster_r1 5 not-a-number explained 约数",
        "130102_summary 2 crowded explained 含临聘",
        "explanations 11 register-fault open –",
        "explanations 12 register-fault open –",
        "explanations 13 explanation-unmatched info –",
        "explanations 3 explanation-unmatched info –",
        "explanations 5 explanation-unmatched info –",
        "explanations 6 explanation-unmatched info –",
        "explanations 8 register-fault open –",
        "explanations 9 register-fault open –",
        "explanations 10 register-fault open –",
    ];
    // The second revision puts the rows into another order.
    let first = odd(["", "", ""]);
    let mut rows: Vec<&str> = first.lines().collect();
    rows.swap(1, 3);
    rows.swap(2, 3);
    let second = rows.join("\n");
    let encodings: [(&str, Vec<u8>); 3] = [
        ("utf-8", lines.into()),
        (
            "utf-8 with a mark, other line ends",
            format!("\u{feff}{}", lines.replace('\n', "\r\n")).into(),
        ),
        ("gbk, tabs", GB18030.encode(&lines.replace(',', "\t")).0.into_owned()),
    ];
    for (what, content) in encodings {
        let world = World::new()
            .sent("130102_roster.csv", &first)
            .sent("130102_roster_r1.csv", &second)
            .sent("130102_summary.csv", "人员,备注\n120,\n")
            .beside("explanations.csv", content)
            .published();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(world.findings(), expected, "{what}");
    }
}

#[test]
fn an_explanation_without_a_key_concerns_no_single_row() {
    let whole = "form,period,area_code,explanation\nroster,2020,130102,本表由新系统导出\n";
    let sheet = "随手记,代码,户数,说明\nx,130102001001,9000,\n";
    let world = World::new()
        .sent("130102_roster.csv", sheet)
        .beside("explanations.csv", whole)
        .published();
    assert_eq!(
        world.findings(),
        [
            "130102_roster 1 column-unknown explained 本表由新系统导出",
            "130102_roster 2 large open –",
            "130102_roster – column-absent explained 本表由新系统导出",
        ]
    );
}

#[test]
fn the_summary_says_what_is_explained_and_what_is_corrected() {
    let world = World::new()
        .sent("130102_roster.csv", odd(["大型居住区", "", ""]))
        .beside("corrections.toml", correction("one", "drop", "key = \"130102001003\""));
    let (code, said) = world.run(&[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Of 3 explain findings 1 are explained."), "{said}");
    assert!(said.contains("Corrections: 1 in force, 0 without effect"), "{said}");
}

/// The page's own examples are read without a fault.
#[test]
fn the_page_shows_files_that_are_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
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
    let (explanations, faults) = huizong::registry::Explanations::load(&pipeline, &[], input.path()).unwrap();
    assert_eq!((explanations.list.len(), faults), (2, vec![]));
}
