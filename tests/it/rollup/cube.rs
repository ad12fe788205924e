//! The cube: another engine makes the same of the same text, and levels add up.

use std::fs;
use std::process::Command;

use huizong::rollup::{Plan, cube_sql};
use proptest::prelude::*;

use super::*;

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
        .arg(cube_sql(&country.pipeline, 0, "records", &[]))
        .output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut theirs: Vec<&str> = std::str::from_utf8(&made.stdout).unwrap().lines().collect();
    theirs.sort_unstable();

    let plan = Plan::new(&country.pipeline, 0).unwrap();
    let part = plan.partition(&frame(&rows)).unwrap().0.frame;
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
            let sums = levels(&cells, &areas).areas;
            for (parent, children) in [("E", ["E1", "E2"]), ("W", ["W1", "W2"]), ("N", ["E", "W"])] {
                let parts = children.iter().filter_map(|child| sums.get(*child));
                let total = parts.fold(Default::default(), |a: huizong::domain::Sums, b| a.plus(b));
                prop_assert_eq!(sums.get(parent).copied().unwrap_or_default(), total);
            }
            let known: i128 = cells.cells.iter().map(|cell| cell.numerator).sum();
            prop_assert_eq!(sums.get("N").map_or(0, |sums| sums.numerator), known);
        }
    }
}
