//! Sums and outliers of a small pipeline, and one finding for one cause.

mod columns;
mod outliers;
mod shapes;
mod sums;

use crate::support::{World, joined};

const ROSTER: &str = r#"
unit = "community"
key = ["code"]
files = ["{period}/{county}_roster*"]
missing = { "—" = "missing" }
"#;

const COLUMNS: &str = "
    code       | division_code | 代码 | level = 'community'; required = true
    name       | text          | 名称
    class      | category      | 类型 | values = { town = ['城'], village = ['村'] }
    households | integer       | 户数 | range = { min = 1, max = 100000000 }
    fund       | decimal       | 经费 | scale = 2
    has_room   | boolean       | 有无
    staff      | integer       | 人员 | range = { min = 0, max = 500 }
    of_staff   | integer       | 其中 | range = { min = 0, max = 500 }
    total      | decimal       | 合计 | scale = 1
    part_a     | decimal       | 甲   | scale = 1
    part_b     | integer       | 乙
    filled     | date          | 日期
";

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

/// The file of the county that most tests send.
const SENT: &str = "2020/130102_roster.csv";

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

/// The pipeline, before anything is sent.
fn world() -> World {
    World::counties(&["2020"])
        .form("roster", ROSTER, COLUMNS)
        .defined("checks.toml", CHECKS)
        .defined("dimensions.toml", DIMENSIONS)
}

/// What is published of one county's rows.
fn sent(rows: &[Cells]) -> World {
    world().sent(SENT, csv(rows)).published()
}

/// Row, column, code, raw, expected, mend and count of each finding.
fn told(night: &World) -> Vec<String> {
    let columns = ["row", "field", "code", "raw", "expected", "mend", "n_affected"];
    let findings = night.table("findings");
    findings.iter().map(|row| joined(row, &columns, " | ")).collect()
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
    assert_eq!(told(&sent(&sound("130102", 60))), [] as [&str; 0]);
}
