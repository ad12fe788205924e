//! Sums and outliers of a small pipeline, and one finding for one cause.

use std::fs;
use std::path::PathBuf;

use crate::support::{Row, facts, read_parquet, run, table};

const PIPELINE: &str = r#"
[pipeline]
name = "small"
period = "year"
periods = ["2020"]
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

const FORM: &str = r#"
[form]
id = "roster"
unit = "community"
key = ["code"]
files = ["{period}/{county}_roster*"]
[form.missing]
"—" = "missing"
[[column]]
id = "code"
type = "division_code"
level = "community"
headers = ["代码"]
required = true
[[column]]
id = "name"
type = "text"
headers = ["名称"]
[[column]]
id = "class"
type = "category"
headers = ["类型"]
values = { town = ["城"], village = ["村"] }
[[column]]
id = "households"
type = "integer"
headers = ["户数"]
range = { min = 1, max = 100000000 }
[[column]]
id = "fund"
type = "decimal"
scale = 2
headers = ["经费"]
[[column]]
id = "has_room"
type = "boolean"
headers = ["有无"]
[[column]]
id = "staff"
type = "integer"
headers = ["人员"]
range = { min = 0, max = 500 }
[[column]]
id = "of_staff"
type = "integer"
headers = ["其中"]
range = { min = 0, max = 500 }
[[column]]
id = "total"
type = "decimal"
scale = 1
headers = ["合计"]
[[column]]
id = "part_a"
type = "decimal"
scale = 1
headers = ["甲"]
[[column]]
id = "part_b"
type = "integer"
headers = ["乙"]
[[column]]
id = "filled"
type = "date"
headers = ["日期"]
"#;

const CHECKS: &str = r#"
[[row]]
id = "staff-within"
form = "roster"
assert = "of_staff <= staff"
severity = "hard"
message = { zh = "其中多于人员", en = "more of the staff than staff" }
[[sum]]
form = "roster"
total = "total"
parts = ["part_a", "part_b"]
[[outlier]]
form = "roster"
column = "households"
log = true
threshold = 3.5
by = ["province", "kind"]
[[outlier]]
id = "fund-per-household"
form = "roster"
column = "fund"
per = "households"
threshold = 3.5
by = ["province"]
min_group = 50
"#;

const DIMENSIONS: &str = r#"
[[dimension]]
id = "kind"
title = { zh = "类型", en = "Kind" }
level = "community"
column = "class"
map = { town = ["town"], village = ["village"] }
"#;

/// Cells of one community, by column of the form.
type Cells = Vec<String>;

const CLASS: usize = 2;
const HOUSEHOLDS: usize = 3;
const FUND: usize = 4;
const HAS_ROOM: usize = 5;
const STAFF: usize = 6;
const OF_STAFF: usize = 7;
const TOTAL: usize = 8;
const PART_A: usize = 9;

/// Sound rows: no rule is broken, and all lie within three distances of their peers.
fn sound(county: &str, count: usize) -> Vec<Cells> {
    let row = |n: usize| {
        let (households, a, b) = (400 + 7 * (n % 30), 10.5 + n as f64, n);
        let cells: [String; 12] = [
            format!("{county}001{:03}", n + 1),
            format!("东风{n}社区"),
            "城".into(),
            households.to_string(),
            format!("{:.2}", households as f64 * (0.5 + 0.01 * (n % 7) as f64)),
            if n.is_multiple_of(3) { "否" } else { "是" }.into(),
            "20".into(),
            (n % 20).to_string(),
            format!("{:.1}", a + b as f64),
            format!("{a:.1}"),
            b.to_string(),
            "2020-12-31".into(),
        ];
        cells.to_vec()
    };
    (0..count).map(row).collect()
}

const HEADER: &str = "代码,名称,类型,户数,经费,有无,人员,其中,合计,甲,乙,日期";

fn csv(rows: &[Cells]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

/// A run over one county's file, or two.
struct Night {
    dir: tempfile::TempDir,
}

impl Night {
    fn of(files: &[(&str, String)]) -> Night {
        Night::defined(files, FORM, CHECKS)
    }

    fn defined(files: &[(&str, String)], form: &str, checks: &str) -> Night {
        let night = Night {
            dir: tempfile::tempdir().unwrap(),
        };
        let pipeline = night.dir.path().join("pipeline");
        fs::create_dir_all(pipeline.join("forms")).unwrap();
        for (file, text) in [
            ("pipeline.toml", PIPELINE),
            ("divisions.csv", DIVISIONS),
            ("forms/roster.toml", form),
            ("checks.toml", checks),
            ("dimensions.toml", DIMENSIONS),
        ] {
            fs::write(pipeline.join(file), text).unwrap();
        }
        let input = night.dir.path().join("input/2020");
        fs::create_dir_all(&input).unwrap();
        for (file, text) in files {
            fs::write(input.join(file), text).unwrap();
        }
        let (code, said) = run(&pipeline, &night.dir.path().join("input"), &night.output(), &[]);
        assert_eq!(code, 0, "{said}");
        night
    }

    fn one(rows: &[Cells]) -> Night {
        Night::of(&[("130102_roster.csv", csv(rows))])
    }

    fn output(&self) -> PathBuf {
        self.dir.path().join("output")
    }

    fn findings(&self) -> Vec<Row> {
        table(&self.output(), "findings")
    }

    /// Row, column, code, raw, expected, mend and count of each finding.
    fn said(&self) -> Vec<String> {
        let show = |row: &Row, name: &str| match &row[name] {
            crate::support::Published::Null => "·".to_owned(),
            crate::support::Published::Text(text) => text.clone(),
            crate::support::Published::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        let names = ["row", "column", "code", "raw", "expected", "mend", "count"];
        let line = |row: &Row| names.map(|name| show(row, name)).join(" | ");
        self.findings().iter().map(line).collect()
    }

    fn submission(&self) -> Row {
        table(&self.output(), "submissions").remove(0)
    }
}

fn with(
    mut rows: Vec<Cells>,
    faulty: std::ops::Range<usize>,
    column: usize,
    content: impl Fn(&str) -> String,
) -> Vec<Cells> {
    for row in &mut rows[faulty] {
        row[column] = content(&row[column]);
    }
    rows
}

fn times(factor: f64) -> impl Fn(&str) -> String {
    move |text| (text.parse::<f64>().unwrap() * factor).round().to_string()
}

#[test]
fn sound_rows_are_silent() {
    assert_eq!(Night::one(&sound("130102", 60)).said(), Vec::<String>::new());
}

#[test]
fn a_total_is_held_to_its_parts() {
    let mut rows = sound("130102", 30);
    rows[0][TOTAL] = "105".into(); // 10.5 + 0: ten times the sum
    rows[1][TOTAL] = "11.5".into(); // 11.5 + 1 without the one
    rows[2][TOTAL] = "17".into(); // 12.5 + 2 = 14.5, and nothing explains it
    rows[3][PART_A] = "—".into(); // unknown: passes
    let night = Night::one(&rows);
    assert_eq!(
        night.said(),
        [
            "2 | total | sum-total | 105 | 10.5 | 10.5 | 1",
            "3 | total | sum-total | 11.5 | 12.5 | 12.5 | 1",
            "4 | total | sum-total | 17 | 14.5 | 14.5 | 1",
        ]
    );
    let findings = night.findings();
    assert_eq!(findings[1]["cells"].text(), Some("I3=11.5; J3=11.5; K3=1"));
    let said = |at: usize| findings[at]["message_en"].text().unwrap();
    assert!(
        said(0).ends_with("the total is the sum × 10: a slip of the unit"),
        "{}",
        said(0)
    );
    assert!(said(1).ends_with("“乙” seems to be left out"), "{}", said(1));
    assert!(!said(2).contains(';'), "{}", said(2));
    assert_eq!(night.submission()["rows_quarantined"].number(), Some(3.0));
}

#[test]
fn a_bound_tells_no_figure_unless_a_slip_does() {
    let mut rows = sound("130102", 30);
    rows[0][TOTAL] = "1.05".into(); // 10.5 + 0: a tenth of the sum
    rows[1][TOTAL] = "11.5".into(); // 11.5 + 1 without the one
    rows[2][TOTAL] = "14.1".into(); // 12.5 + 2 = 14.5, and anything from there on would do
    rows[3][TOTAL] = "99".into(); // more is no fault
    let form = FORM.replacen("scale = 1\nheaders = [\"合计\"]", "scale = 2\nheaders = [\"合计\"]", 1);
    let checks = CHECKS.replacen(
        "parts = [\"part_a\", \"part_b\"]",
        "parts = [\"part_a\", \"part_b\"]\nrelation = \"at_least\"",
        1,
    );
    let night = Night::defined(&[("130102_roster.csv", csv(&rows))], &form, &checks);
    assert_eq!(
        night.said(),
        [
            "2 | total | sum-total | 1.05 | >= 10.5 | 10.5 | 1",
            "3 | total | sum-total | 11.5 | >= 12.5 | 12.5 | 1",
            "4 | total | sum-total | 14.1 | >= 14.5 | · | 1",
        ]
    );
}

#[test]
fn a_row_hears_of_its_sums_and_its_rules_at_once() {
    let mut rows = sound("130102", 30);
    rows[5][TOTAL] = "99".into();
    rows[5][STAFF] = "3".into();
    rows[5][OF_STAFF] = "8".into();
    let said = Night::one(&rows).said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("7 | of_staff | staff-within") && said[1].starts_with("7 | total | sum-total"));
}

#[test]
fn neighbours_filled_in_the_wrong_way_round_are_told() {
    let mut rows = sound("130102", 30);
    rows[5][STAFF] = "3".into();
    rows[5][OF_STAFF] = "8".into();
    let night = Night::one(&rows);
    assert_eq!(
        night.said(),
        ["7 | of_staff | staff-within | of_staff=8; staff=3 | of_staff <= staff | · | 1"]
    );
    let message = night.findings()[0]["message_zh"].text().unwrap().to_owned();
    assert_eq!(message, "其中多于人员；“其中”与“人员”疑似填反，应分别为 3 和 8");
}

#[test]
fn a_value_far_from_its_peers_is_found_with_what_is_usual() {
    let rows = with(sound("130102", 60), 8..9, HOUSEHOLDS, times(1000.0));
    let rows = with(rows, 8..9, FUND, times(1000.0));
    let night = Night::one(&rows);
    let found = night.findings();
    assert_eq!(found.len(), 1, "{:?}", night.said());
    let found = &found[0];
    assert_eq!(
        (found["code"].text(), found["row"].number(), found["severity"].text()),
        (Some("outlier-households"), Some(10.0), Some("explain"))
    );
    assert_eq!(
        (found["raw"].text(), found["mend"].text()),
        (Some("456000"), Some("456"))
    );
    assert_eq!(found["threshold"].text(), Some("3.5"));
    let (low, high) = found["expected"].text().unwrap().split_once("..").unwrap();
    let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
    assert!(low < 400.0 && high > 610.0 && high < 1000.0, "{low}..{high}");
}

#[test]
fn a_ratio_is_judged_in_the_unit_of_its_column() {
    let rows = with(sound("130102", 60), 8..9, FUND, times(100.0));
    let night = Night::one(&rows);
    let found = night.findings();
    assert_eq!(found.len(), 1, "{:?}", night.said());
    assert_eq!(found[0]["code"].text(), Some("fund-per-household"));
    assert_eq!(found[0]["cells"].text(), Some("E10=23256; D10=456"));
    assert_eq!(found[0]["mend"].text(), Some("232.56"));
    let (low, high) = found[0]["expected"].text().unwrap().split_once("..").unwrap();
    let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
    assert!(low < 228.0 && high > 255.0 && high < 350.0, "{low}..{high}");
}

#[test]
fn too_few_peers_judge_nobody() {
    let rows = with(sound("130102", 9), 8..9, HOUSEHOLDS, times(1000.0));
    assert_eq!(Night::one(&rows).said(), Vec::<String>::new());
    // ten in all, but five of a kind
    let rows = with(sound("130102", 10), 9..10, HOUSEHOLDS, times(1000.0));
    let rows = with(rows, 0..5, CLASS, |_| "村".into());
    assert_eq!(Night::one(&rows).said(), Vec::<String>::new());
}

#[test]
fn a_row_that_is_out_is_nobodys_peer() {
    // eleven sound ones and nine monsters that a hard rule puts out: with them as peers the one left would be usual
    let rows = with(sound("130102", 20), 0..9, HOUSEHOLDS, times(10_000.0));
    let rows = with(rows, 0..8, OF_STAFF, |_| "21".into());
    let night = Night::one(&rows);
    let codes: Vec<String> = night.said();
    let outliers = codes.iter().filter(|line| line.contains("outlier-households")).count();
    assert_eq!(outliers, 1, "{codes:?}");
}

#[test]
fn a_unit_that_is_wrong_in_a_whole_sheet_is_one_finding() {
    let others = csv(&sound("130104", 120));
    let wrong = |count: usize| {
        let rows = with(sound("130102", 20), 0..count, HOUSEHOLDS, times(10_000.0));
        let rows = with(rows, 0..count, FUND, times(10_000.0));
        Night::of(&[("130102_roster.csv", csv(&rows)), ("130104_roster.csv", others.clone())])
    };
    let night = wrong(16);
    assert_eq!(night.said().len(), 1, "{:?}", night.said());
    let one = &night.findings()[0];
    assert_eq!(
        (one["row"].number(), one["column"].text(), one["count"].number()),
        (None, Some("households"), Some(16.0))
    );
    assert_eq!(one["mend"].text(), Some("÷10000"));
    assert!(one["message_en"].text().unwrap().contains("16 rows of the column"));
    // one row less than four fifths
    assert_eq!(wrong(15).said().len(), 15);
}

#[test]
fn a_hard_cause_puts_out_its_rows_and_no_others() {
    let rows = with(sound("130102", 20), 2..20, TOTAL, |_| "1000000".into());
    let night = Night::one(&rows);
    let said = night.said();
    assert_eq!(said, ["· | total | sum-total | 1000000 | 14.5 … | · | 18"]);
    let submission = night.submission();
    assert_eq!(submission["status"].text(), Some("partial"));
    assert_eq!(submission["rows_accepted"].number(), Some(2.0));
    assert_eq!(facts(&night.output(), "roster", "2020").len(), 2);
    let held = read_parquet(&night.output().join("current/quarantine/roster/2020/130000.parquet"));
    assert_eq!(held.len(), 18);
    assert!(
        held.iter().all(|row| row["codes"].text() == Some("sum-total")),
        "{held:?}"
    );

    let singles = Night::one(&with(sound("130102", 20), 5..20, TOTAL, |_| "1000000".into()));
    assert_eq!(singles.said().len(), 15);
}

#[test]
fn a_fault_of_a_whole_column_is_one_finding() {
    let faulty = |count: usize| Night::one(&with(sound("130102", 20), 0..count, CLASS, |_| "城镇".into()));
    let night = faulty(16);
    assert_eq!(night.said(), ["· | class | not-a-category | 城镇 | 城|村 | · | 16"]);
    let message = night.findings()[0]["message_en"].text().unwrap().to_owned();
    assert!(
        message.ends_with("found “城镇”; 16 rows of the column have it"),
        "{message}"
    );
    assert_eq!(night.submission()["findings_explain"].number(), Some(1.0));
    assert_eq!(faulty(15).said().len(), 15);
    // of the cells that are filled, all
    let half = with(sound("130102", 24), 0..12, CLASS, |_| "城镇".into());
    assert_eq!(Night::one(&with(half, 12..24, CLASS, |_| "".into())).said().len(), 1);
}

#[test]
fn required_cells_empty_in_a_whole_column_put_their_rows_out() {
    let night = Night::one(&with(sound("130102", 20), 1..20, 0, |_| "".into()));
    assert_eq!(night.said(), ["· | code | cell-missing | · | · | · | 19"]);
    let held = read_parquet(&night.output().join("current/quarantine/roster/2020/130000.parquet"));
    assert_eq!(held.len(), 19);
    assert!(held.iter().all(|row| row["codes"].text() == Some("cell-missing")));
    assert_eq!(night.submission()["rows_accepted"].number(), Some(1.0));
}

/// The rows with one more cell before a column, or without the one there, and the header as it was.
fn shifted(mut rows: Vec<Cells>, at: usize, more: bool, which: std::ops::Range<usize>) -> Vec<Cells> {
    for (number, row) in rows.iter_mut().enumerate() {
        if which.contains(&number) {
            if more {
                row.insert(at, format!("{}组", number + 1));
            } else {
                row.remove(at);
            }
        }
    }
    rows
}

#[test]
fn columns_beside_their_headers_are_one_finding_and_nothing_is_read() {
    for (more, expected) in [
        (true, "· | households | columns-shifted | D:M | C:L | D:M → C:L | 20"),
        (false, "· | class | columns-shifted | C:K | D:L | C:K → D:L | 20"),
    ] {
        let rows = csv(&shifted(sound("130102", 20), CLASS, more, 0..20));
        let other = csv(&sound("130104", 20));
        let night = Night::of(&[("130102_roster.csv", rows), ("130104_roster.csv", other)]);
        let mut said = night.said();
        said.retain(|line| !line.contains("column-unknown"));
        assert_eq!(said, [expected], "{more}");
        let submission = night.submission();
        assert_eq!(submission["status"].text(), Some("rejected"));
        assert_eq!(submission["rows_quarantined"].number(), Some(20.0));
        assert_eq!(
            facts(&night.output(), "roster", "2020").len(),
            20,
            "of the other county"
        );
        let message = night.findings()[0]["message_en"].text().unwrap().to_owned();
        assert!(!message.contains('{'), "{message}");
        let held = read_parquet(&night.output().join("current/quarantine/roster/2020/130000.parquet"));
        assert!(held.iter().all(|row| row["codes"].text() == Some("columns-shifted")));
    }
}

#[test]
fn some_rows_out_of_line_are_no_shift_of_columns() {
    let night = Night::one(&shifted(sound("130102", 20), CLASS, true, 0..15));
    let said = night.said();
    assert!(said.iter().all(|line| !line.contains("columns-shifted")), "{said:?}");
    let of_class = said.iter().filter(|line| line.contains("not-a-category")).count();
    assert_eq!(of_class, 15, "{said:?}");
}

#[test]
fn two_columns_of_junk_are_no_shift() {
    let rows = with(sound("130102", 20), 0..20, HOUSEHOLDS, |_| "约三百".into());
    let night = Night::one(&with(rows, 0..20, HAS_ROOM, |_| "在建".into()));
    let said = night.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("not-an-integer") && said[1].contains("not-a-boolean"),
        "{said:?}"
    );
}

#[test]
fn a_block_pasted_twice_is_one_finding() {
    let mut rows = sound("130102", 20);
    rows.extend(sound("130102", 11));
    let night = Night::one(&rows);
    let said = night.said();
    assert_eq!(said, ["22 | · | row-duplicate | 22–32 | 2–12 | · | 11"]);
    assert_eq!(night.submission()["rows_superseded"].number(), Some(11.0));

    let each_twice: Vec<Cells> = sound("130102", 15)
        .into_iter()
        .flat_map(|row| [row.clone(), row])
        .collect();
    assert_eq!(
        Night::one(&each_twice).said(),
        ["3 | · | row-duplicate | 3–31 | 2–30 | · | 15"]
    );

    let mut few = sound("130102", 20);
    few.extend(sound("130102", 10));
    assert_eq!(Night::one(&few).said().len(), 10);
}

#[test]
fn the_order_of_rows_changes_no_judgement() {
    let mut rows = with(sound("130102", 60), 8..9, HOUSEHOLDS, times(1000.0));
    let judged = |rows: &[Cells]| {
        let mut said: Vec<(Option<String>, Option<String>, Option<String>)> = Night::one(rows)
            .findings()
            .iter()
            .map(|row| {
                ["code", "raw", "expected"]
                    .map(|name| row[name].text().map(str::to_owned))
                    .into()
            })
            .collect();
        said.sort();
        said
    };
    let first = judged(&rows);
    assert!(!first.is_empty());
    rows.reverse();
    assert_eq!(judged(&rows), first);
    rows.rotate_left(17);
    assert_eq!(judged(&rows), first);
}
