//! Facts → cube → levels → `reporting` and `indicators`, on a country small enough to reckon by hand.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use huizong::coverage::{self, Coverage, register_findings};
use huizong::domain::{Expected, FormCoverage, IndicatorCells, Period, PeriodKind, Received, Table, Value};
use huizong::pipeline::{self, Pipeline};
use huizong::registry::Registry;
use huizong::rollup::{Cube, cube_sql, levels, partition};
use polars::prelude::*;
use proptest::prelude::*;

const PIPELINE: &str = r#"
[pipeline]
name = "rooms"
title = { zh = "活动室", en = "Rooms" }
period = "year"
periods = ["2015", "2020"]
[registry]
divisions = "divisions.csv"
levels = ["nation", "province", "county"]
partition = "province"
code_scheme = "plain"
[reporters]
file = "reporters.csv"
receipts = "receipts.csv"
"#;

/// East has two counties and west has two; the parent of a county is the letter it begins with.
const DIVISIONS: &str = "\
code,name,name_en,level,kind,parent_code,valid_from,valid_to,source
N,Nation,,nation,nation,,,,test
E,East,,province,province,N,,,test
W,West,,province,province,N,,,test
E1,East one,,county,county,E,,,test
E2,East two,,county,county,E,,,test
W1,West one,,county,county,W,,,test
W2,West two,,county,county,W,,,test
";

const FORM: &str = r#"
[form]
id = "roster"
title = { zh = "花名册", en = "Roster" }
unit = "community"
key = ["code"]
files = ["{period}/{province}/{county}_roster*"]
[form.missing]
"" = "missing"
[[column]]
id = "code"
type = "text"
headers = ["code"]
required = true
[[column]]
id = "kind"
type = "category"
values = { town = ["town"], village = ["village"] }
headers = ["kind"]
[[column]]
id = "room"
type = "boolean"
headers = ["room"]
[[column]]
id = "households"
type = "integer"
headers = ["households"]
[[column]]
id = "area"
type = "decimal"
scale = 2
headers = ["area"]
"#;

const MEASURES: &str = r#"
[[measure]]
id = "communities"
form = "roster"
value = "1"
[[measure]]
id = "rooms"
form = "roster"
value = "room"
[[measure]]
id = "households"
form = "roster"
value = "households"
[[measure]]
id = "area"
form = "roster"
value = "area"
scale = 2
"#;

const INDICATORS: &str = r#"
[[indicator]]
id = "town_rooms"
title = { zh = "城镇", en = "Towns with a room" }
numerator = "rooms"
denominator = "communities"
where = { kind = "town" }
factor = 100
unit = "percent"
register = "towns"
bounded = true
better = "higher"
plausible = { min = 0.0, max = 100.0 }
target_level = "nation"
baseline = { "2015" = 10.0 }
target = { "2020" = 60.0 }
[[indicator]]
id = "area_per_household"
title = { zh = "面积", en = "Area" }
numerator = "area"
denominator = "households"
factor = 1
unit = "m2"
better = "higher"
plausible = { min = 0.0, max = 10.0 }
[[indicator]]
id = "east_rooms"
title = { zh = "东部", en = "Rooms in the east" }
numerator = "rooms"
denominator = "communities"
where = { side = "east" }
factor = 1
unit = "share"
better = "higher"
"#;

const DIMENSIONS: &str = r#"
[[dimension]]
id = "kind"
title = { zh = "类别", en = "Kind" }
level = "community"
column = "kind"
map = { town = ["town"], village = ["village"] }
[[dimension]]
id = "side"
title = { zh = "方位", en = "Side" }
level = "province"
source = "sides.csv"
"#;

/// The pipeline with its registry, and the form's coverage and records, which a test fills in.
struct Country {
    pipeline: Pipeline,
    registry: Registry,
    coverage: FormCoverage,
    rows: Vec<Row>,
}

/// One record: area, accepted, kind, room, households, area in hundredths.
type Row = (
    String,
    bool,
    Option<&'static str>,
    Option<bool>,
    Option<i64>,
    Option<i64>,
);

impl Country {
    fn new() -> Country {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("forms")).unwrap();
        for (name, text) in [
            ("pipeline.toml", PIPELINE),
            ("divisions.csv", DIVISIONS),
            ("forms/roster.toml", FORM),
            ("measures.toml", MEASURES),
            ("indicators.toml", INDICATORS),
            ("dimensions.toml", DIMENSIONS),
            ("sides.csv", "code,side\nE,east\nW,west\n"),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let pipeline = pipeline::load(dir.path()).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let registry = Registry::load(&pipeline).unwrap();
        Country {
            pipeline,
            registry,
            coverage: FormCoverage::default(),
            rows: Vec::new(),
        }
    }

    /// A county that owes `rows` rows, `towns` of them towns.
    fn owes(mut self, code: &str, rows: Option<i64>, towns: Option<f64>) -> Country {
        let register = towns.map(|towns| ("towns".to_string(), towns)).into_iter().collect();
        self.coverage.expected.insert(code.into(), Expected { rows, register });
        self
    }

    /// A record of a county.
    fn row(mut self, code: &str, accepted: bool, kind: Option<&'static str>, room: Option<bool>) -> Country {
        self.rows.push((code.into(), accepted, kind, room, Some(10), Some(250)));
        let got = self.coverage.received.entry(code.into()).or_default();
        got.submissions = 1;
        got.rows_accepted += i64::from(accepted);
        got.rows_quarantined += i64::from(!accepted);
        self
    }

    /// As many accepted towns, so many of them with a room.
    fn towns(mut self, code: &str, towns: usize, with_room: usize) -> Country {
        for at in 0..towns {
            self = self.row(code, true, Some("town"), Some(at < with_room));
        }
        self
    }

    fn got(mut self, code: &str, change: impl Fn(&mut Received)) -> Country {
        change(self.coverage.received.entry(code.into()).or_default());
        self
    }

    fn cells(&self) -> Vec<IndicatorCells> {
        let mut cube = Cube::new(&self.pipeline);
        cube.add(0, period(), partition(&self.pipeline, 0, &frame(&self.rows)).unwrap())
            .unwrap();
        let areas = self.registry.at(period());
        let all = 0..self.pipeline.indicators.len();
        all.map(|indicator| cube.indicator(&self.pipeline, &areas, period(), indicator))
            .collect()
    }

    fn coverage(&self) -> Coverage {
        BTreeMap::from([((period(), 0), self.coverage.clone())])
    }

    fn indicators(&self) -> Table {
        let areas = self.registry.at(period());
        let sums: Vec<_> = self
            .cells()
            .iter()
            .map(|cells| levels(cells, &areas).unwrap())
            .collect();
        coverage::indicators(&self.pipeline, &self.registry, &sums, &self.coverage())
    }

    fn reporting(&self) -> Table {
        coverage::reporting(&self.pipeline, &self.registry, &self.coverage())
    }
}

fn period() -> Period {
    Period::parse("2020", PeriodKind::Year).unwrap()
}

fn frame(rows: &[Row]) -> DataFrame {
    let text = |get: &dyn Fn(&Row) -> Option<&str>| -> Vec<Option<String>> {
        rows.iter().map(|row| get(row).map(str::to_string)).collect()
    };
    let area: Vec<Option<f64>> = rows.iter().map(|row| row.5.map(|area| area as f64 / 100.0)).collect();
    let columns = vec![
        Column::new("area_code".into(), text(&|row| Some(&row.0))),
        Column::new("accepted".into(), rows.iter().map(|row| row.1).collect::<Vec<_>>()),
        Column::new("kind".into(), text(&|row| row.2)),
        Column::new("room".into(), rows.iter().map(|row| row.3).collect::<Vec<_>>()),
        Column::new("households".into(), rows.iter().map(|row| row.4).collect::<Vec<_>>()),
        Column::new("area".into(), area),
    ];
    DataFrame::new(rows.len(), columns).unwrap()
}

/// Chosen columns of the rows that `keep` wants, a line a row; `-` is null.
fn lines(table: &Table, columns: &[&str], keep: impl Fn(usize) -> bool) -> String {
    let show = |value: Value| match value {
        Value::Text(value) => value.map(std::borrow::Cow::into_owned),
        Value::Integer(value) => value.map(|n| n.to_string()),
        Value::Real(value) => value.map(|n| n.to_string()),
        Value::Boolean(value) => value.map(|b| b.to_string()),
        Value::Date(value) => value.map(|d| d.to_string()),
    };
    let line = |row| {
        let cells = columns
            .iter()
            .map(|column| show(table.get(row, column)).unwrap_or("-".into()));
        cells.collect::<Vec<_>>().join(" ")
    };
    (0..table.height())
        .filter(|&row| keep(row))
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn of_indicator(table: &Table, indicator: &str, columns: &[&str]) -> String {
    lines(table, columns, |row| table.text(row, "indicator") == Some(indicator))
}

const VALUES: [&str; 9] = [
    "area_code",
    "numerator",
    "denominator",
    "value",
    "obs_status",
    "n_expected",
    "n_reported",
    "n_quarantined",
    "null_reason",
];
const BOUNDS: [&str; 5] = ["area_code", "reported_weight_share", "lower", "upper", "null_reason"];

#[test]
fn what_all_have_sent_is_final() {
    let country = Country::new()
        .owes("E1", Some(4), Some(4.0))
        .owes("W1", Some(2), Some(2.0));
    let country = country.towns("E1", 4, 3).towns("W1", 2, 0);
    let table = country.indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &VALUES),
        "E 3 4 75 A 1 1 0 -\nE1 3 4 75 A 1 1 0 -\nN 3 6 50 A 2 2 0 -\nW 0 2 0 A 1 1 0 -\nW1 0 2 0 A 1 1 0 -"
    );
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().nth(2),
        Some("N 1 50 50 -")
    );
    assert_eq!(
        of_indicator(&table, "area_per_household", &VALUES).lines().nth(2),
        Some("N 15 60 0.25 A 2 2 0 -")
    );
}

#[test]
fn who_has_not_reported_widens_the_bounds() {
    let country = Country::new()
        .owes("E1", Some(4), Some(4.0))
        .owes("E2", Some(9), Some(6.0));
    let table = country.towns("E1", 4, 3).indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &VALUES),
        "E 3 4 75 P 2 1 0 -\nE1 3 4 75 A 1 1 0 -\nE2 - - - O 1 0 0 not_reported\nN 3 4 75 P 2 1 0 -"
    );
    // 3 of 4 known, 6 missing: 3/10 to 9/10.
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS),
        "E 0.4 30 90 -\nE1 1 75 75 -\nE2 0 0 100 not_reported\nN 0.4 30 90 -"
    );
    assert_eq!(
        of_indicator(&table, "area_per_household", &BOUNDS),
        "E - - - no_register\nE1 1 0.25 0.25 -\nE2 - - - not_reported;no_register\nN - - - no_register"
    );
}

#[test]
fn a_blank_in_the_register_leaves_no_bounds() {
    let country = Country::new().owes("E1", Some(1), Some(1.0)).owes("E2", Some(9), None);
    let table = country.towns("E1", 1, 1).indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().next(),
        Some("E - - - register_incomplete")
    );
}

#[test]
fn a_missing_bracket_leaves_no_bounds_but_where_nothing_is_missing() {
    let country = Country::new()
        .owes("E1", Some(3), Some(3.0))
        .towns("E1", 2, 1)
        .row("E1", false, Some("town"), None);
    assert_eq!(
        of_indicator(&country.indicators(), "east_rooms", &BOUNDS)
            .lines()
            .next(),
        Some("E 0.6666666666666666 - - no_plausible")
    );
    let country = Country::new().owes("E1", Some(2), None).towns("E1", 2, 1);
    assert_eq!(
        of_indicator(&country.indicators(), "east_rooms", &BOUNDS)
            .lines()
            .next(),
        Some("E 1 0.5 0.5 -")
    );
}

#[test]
fn quarantined_rows_and_missing_cells_count_as_unreported() {
    let country = Country::new().owes("E1", Some(5), Some(5.0)).towns("E1", 3, 3);
    let country = country
        .row("E1", false, Some("town"), Some(true))
        .row("E1", true, Some("town"), None);
    let table = country.indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &VALUES).lines().next(),
        Some("E 3 3 100 P 1 1 1 -")
    );
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().next(),
        Some("E 0.6 60 100 -")
    );
}

#[test]
fn a_row_sent_twice_is_missing_once() {
    let country = Country::new().owes("E1", Some(4), Some(4.0)).towns("E1", 3, 3);
    let twice = country
        .row("E1", false, Some("town"), Some(true))
        .row("E1", false, Some("town"), Some(false));
    assert_eq!(
        of_indicator(&twice.indicators(), "town_rooms", &BOUNDS).lines().next(),
        Some("E 0.75 75 100 -")
    );
}

#[test]
fn rows_never_sent_and_rows_of_unknown_kind_are_taken_from_the_register() {
    let half = Country::new().owes("E1", Some(4), Some(4.0)).towns("E1", 2, 2);
    let unknown = Country::new().owes("E1", Some(4), Some(4.0)).towns("E1", 2, 2);
    let unknown = unknown.row("E1", false, None, None).row("E1", false, None, None);
    for country in [half, unknown] {
        assert_eq!(
            of_indicator(&country.indicators(), "town_rooms", &VALUES)
                .split(' ')
                .nth(4),
            Some("P")
        );
        assert_eq!(
            of_indicator(&country.indicators(), "town_rooms", &BOUNDS)
                .lines()
                .next(),
            Some("E 0.5 50 100 -")
        );
    }
}

#[test]
fn a_register_that_disagrees_moves_nothing_where_all_has_come() {
    let country = Country::new().owes("E1", Some(2), Some(7.0)).towns("E1", 2, 1);
    assert_eq!(
        of_indicator(&country.indicators(), "town_rooms", &BOUNDS)
            .lines()
            .next(),
        Some("E 1 50 50 -")
    );
}

#[test]
fn what_cannot_exist_is_not_what_is_missing() {
    let villages = Country::new()
        .owes("E1", Some(1), Some(0.0))
        .row("E1", true, Some("village"), Some(true));
    assert_eq!(
        of_indicator(&villages.indicators(), "town_rooms", &VALUES)
            .lines()
            .next(),
        Some("E 0 0 - M 1 1 0 denominator_zero")
    );
    let silent = Country::new()
        .owes("E1", None, None)
        .row("E1", true, Some("town"), None);
    assert_eq!(
        of_indicator(&silent.indicators(), "town_rooms", &VALUES).lines().next(),
        Some("E - - - O 1 1 0 nothing_known")
    );
}

#[test]
fn a_restriction_to_areas_leaves_the_others_out_of_every_count() {
    let country = Country::new()
        .owes("E1", Some(1), None)
        .owes("W1", Some(1), None)
        .towns("E1", 1, 1);
    assert_eq!(
        of_indicator(&country.indicators(), "east_rooms", &VALUES),
        "E 1 1 1 A 1 1 0 -\nE1 1 1 1 A 1 1 0 -\nN 1 1 1 A 1 1 0 -"
    );
}

#[test]
fn only_the_named_level_is_judged() {
    let country = Country::new()
        .owes("E1", Some(10), Some(10.0))
        .owes("W1", Some(10), Some(10.0));
    let columns = [
        "area_code",
        "value",
        "baseline",
        "target",
        "attainment_share",
        "verdict",
        "verdict_robust",
    ];
    let table = country.towns("E1", 10, 7).indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &columns),
        "E 70 - - - no_target -\nE1 70 - - - no_target -\nN 70 10 60 1.2 met false\n\
         W - - - - no_target -\nW1 - - - - no_target -"
    );
}

#[test]
fn shares_are_never_capped_and_never_zero_for_unknown() {
    let country = Country::new()
        .owes("E1", Some(2), None)
        .owes("E2", Some(2), None)
        .owes("W1", None, None);
    let country = country.towns("E1", 3, 0).got("E1", |got| {
        got.on_time = Some(true);
        got.cells_due = 4;
        got.cells_answered = 3;
    });
    let table = country.reporting();
    let columns = [
        "area_code",
        "expected",
        "received",
        "on_time",
        "accepted",
        "reporting_share",
        "timeliness_share",
        "rows_expected",
        "rows_accepted",
        "completeness_share",
        "item_response_share",
        "weighted_share",
    ];
    assert_eq!(
        lines(&table, &columns, |_| true),
        "E 2 1 1 1 0.5 0.5 4 3 0.75 0.75 -\n\
         E1 1 1 1 1 1 1 2 3 1.5 0.75 -\n\
         E2 1 0 0 0 0 0 2 0 0 - -\n\
         N 3 1 1 1 0.3333333333333333 0.3333333333333333 - 3 - 0.75 -\n\
         W 1 0 0 0 0 0 - 0 - - -\n\
         W1 1 0 0 0 0 0 - 0 - - -"
    );
    let found = register_findings(&country.coverage());
    assert_eq!(
        found
            .iter()
            .map(|f| (f.area_code.as_str(), f.accepted, f.expected))
            .collect::<Vec<_>>(),
        [("E1", 3, 2)]
    );
}

#[test]
fn reporters_weigh_what_the_register_says() {
    let country = Country::new()
        .owes("E1", Some(1), Some(1.0))
        .owes("E2", Some(3), Some(9.0))
        .towns("E1", 1, 1);
    assert_eq!(
        lines(
            &country.reporting(),
            &["area_code", "weighted_share", "on_time"],
            |row| row == 0
        ),
        "E 0.1 -"
    );
    let by_rows = Country::new()
        .owes("E1", Some(1), None)
        .owes("E2", Some(3), Some(9.0))
        .towns("E1", 1, 1);
    assert_eq!(
        lines(&by_rows.reporting(), &["area_code", "weighted_share"], |row| row == 0),
        "E 0.25"
    );
}

#[test]
fn what_nobody_owed_raises_no_share() {
    let country = Country::new()
        .owes("E1", Some(1), Some(1.0))
        .towns("E1", 1, 1)
        .row("E2", false, Some("town"), None);
    assert_eq!(
        lines(&country.reporting(), &["area_code", "expected", "received"], |_| true),
        "E 1 1\nE1 1 1\nN 1 1"
    );
    let table = country.indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().next(),
        Some("E 1 100 100 -")
    );
}

/// Reads records from a CSV file and prints the cube of the SQL text that it is given, a line a row.
const IN_DUCKDB: &str = r#"
import sys, duckdb
types = {"area_code": "VARCHAR", "accepted": "BOOLEAN", "kind": "VARCHAR", "room": "BOOLEAN", "households": "BIGINT", "area": "DOUBLE"}
connection = duckdb.connect()
connection.execute("CREATE TABLE records AS SELECT * FROM read_csv(?, header = true, columns = ?)", [sys.argv[1], types])
for row in connection.execute(sys.argv[2]).fetchall():
    print(*row)
"#;

#[test]
fn duckdb_makes_the_same_cube_of_the_same_text() {
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let country = Country::new();
    let kinds = [Some("town"), Some("village"), None];
    let one = |at: i64| {
        let known = |value: i64, gap: i64| (at % gap != 0).then_some(value);
        let (area, kind) = (["E1", "E2", "W1"][at as usize % 3], kinds[at as usize % 7 % 3]);
        (
            area.to_string(),
            at % 5 != 0,
            kind,
            known(at, 4).map(|at| at % 2 == 0),
            known(at, 9),
            known(at * 29, 11),
        )
    };
    let rows: Vec<Row> = (0..200).map(one).collect();
    let show = |value: Option<String>| value.unwrap_or_default();
    let mut text = String::from("area_code,accepted,kind,room,households,area\n");
    for (area, accepted, kind, room, households, hundredths) in &rows {
        let area_m2 = show(hundredths.map(|h| (h as f64 / 100.0).to_string()));
        let (room, households) = (
            show(room.map(|r| r.to_string())),
            show(households.map(|h| h.to_string())),
        );
        text += &format!(
            "{area},{accepted},{},{room},{households},{area_m2}\n",
            kind.unwrap_or_default()
        );
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("records.csv");
    fs::write(&file, text).unwrap();
    let made = Command::new(python)
        .args(["-c", IN_DUCKDB])
        .arg(&file)
        .arg(cube_sql(&country.pipeline, 0))
        .output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut theirs: Vec<&str> = std::str::from_utf8(&made.stdout).unwrap().lines().collect();
    theirs.sort_unstable();

    let part = partition(&country.pipeline, 0, &frame(&rows)).unwrap().frame;
    let line = |row: usize| {
        let cells = part
            .columns()
            .iter()
            .map(|column| column.get(row).unwrap().str_value().to_string());
        cells.collect::<Vec<_>>().join(" ")
    };
    let mut ours: Vec<String> = (0..part.height()).map(line).collect();
    ours.sort_unstable();
    assert_eq!(theirs, ours);
}

fn row() -> impl Strategy<Value = Row> {
    let kind = prop::sample::select(vec![Some("town"), Some("village"), None]);
    let area = prop::sample::select(vec!["E1", "E2", "W1", "W2"]).prop_map(String::from);
    (
        area,
        any::<bool>(),
        kind,
        any::<Option<bool>>(),
        prop::option::of(0..900_i64),
        prop::option::of(0..90_000_i64),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn counties_sum_to_provinces_and_provinces_to_the_nation(rows in prop::collection::vec(row(), 0..60)) {
        let country = Country { rows, ..Country::new() };
        let areas = country.registry.at(period());
        for cells in country.cells() {
            let sums = levels(&cells, &areas).unwrap().areas;
            for (parent, children) in [("E", ["E1", "E2"]), ("W", ["W1", "W2"]), ("N", ["E", "W"])] {
                let parts = children.iter().filter_map(|child| sums.get(*child));
                let total = parts.fold(Default::default(), |a: huizong::domain::Sums, b| a.checked_add(b).unwrap());
                prop_assert_eq!(sums.get(parent).copied().unwrap_or_default(), total);
            }
            let known: i64 = cells.cells.iter().map(|cell| cell.numerator).sum();
            prop_assert_eq!(sums.get("N").map_or(0, |sums| sums.numerator), known);
        }
    }
}
