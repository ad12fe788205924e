//! `huizong sql` against the same plain loops: DuckDB sums the published rows.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use super::records::Sum;
use super::{Scene, World};
use crate::support::{community_services, shipped, table};

/// Runs the SQL of standard input and prints each row as JSON.
const IN_DUCKDB: &str = "
import duckdb, json, sys
result = duckdb.sql(sys.stdin.read())
for row in result.fetchall():
    print(json.dumps(dict(zip(result.columns, row)), default=str))
";

fn asked(query: &str, form: &str) -> Vec<BTreeMap<String, Json>> {
    let sql = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(["sql", query, "--form", form, "--lang", "en", "--output"])
        .arg(&shipped().output)
        .arg(community_services())
        .output()
        .unwrap();
    assert!(sql.status.success(), "{}", String::from_utf8_lossy(&sql.stderr));
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let mut duckdb = Command::new(python)
        .args(["-c", IN_DUCKDB])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    duckdb.stdin.take().unwrap().write_all(&sql.stdout).unwrap();
    let made = duckdb.wait_with_output().unwrap();
    assert!(
        made.status.success(),
        "DuckDB refused {}",
        String::from_utf8_lossy(&sql.stdout)
    );
    let lines = std::str::from_utf8(&made.stdout).unwrap().lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn duckdb_makes_the_cube_of_plain_loops_from_published_rows() {
    let world = World::load(&shipped().output);
    let cubes: Vec<_> = (world.pipeline.forms.iter())
        .map(|form| asked("cube", &form.id))
        .collect();
    let mut compared = 0;
    for &period in &world.pipeline.periods {
        let (scene, name) = (Scene::new(&world, period), period.to_string());
        let whole = world.pipeline.indicators.iter().enumerate();
        for (at, indicator) in whole.filter(|(_, indicator)| indicator.filter.is_empty()) {
            let id = |measure: usize| world.pipeline.measures[measure].id.as_str();
            let pair = format!("{}/{}", id(indicator.numerator), id(indicator.denominator));
            let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
            let cube = &cubes[world.form_of(at)];
            for row in cube.iter().filter(|row| row["period"] == name.as_str()) {
                let figure = |of: &str| row[&format!("{pair} {of}")].as_i64().unwrap();
                let adds = Sum {
                    numerator: figure("numerator"),
                    denominator: figure("denominator"),
                    rows: figure("rows"),
                    rest: figure("rest"),
                    unknown: figure("unknown"),
                };
                sums.entry(row["area_code"].as_str().unwrap()).or_default().add(&adds);
            }
            for (area, sum) in sums {
                let expected = scene.sum(at, |record| record.areas[0] == area);
                assert_eq!(sum, expected, "{} of {area} in {name}", indicator.id);
                compared += 1;
            }
        }
    }
    assert!(compared > 1000, "{compared} sums are too few to mean anything");
}

#[test]
fn the_records_are_all_rows_that_were_judged() {
    let world = World::load(&shipped().output);
    for form in &world.pipeline.forms {
        let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
        for row in asked("records", &form.id) {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            assert_eq!(row["codes"].is_null(), text("row_status") == "accepted", "{row:?}");
            *counts.entry((text("submission_id"), text("row_status"))).or_default() += 1;
        }
        assert!(!counts.is_empty());
        for row in table(&shipped().output, "submissions") {
            let id = row["submission_id"].text().unwrap().to_owned();
            let count = |status: &str| counts.get(&(id.clone(), status.to_owned())).copied().unwrap_or(0);
            if row["form"].text() != Some(&form.id) {
                continue;
            }
            let told = |name: &str| row[name].number().unwrap() as i64;
            assert_eq!(count("accepted"), told("rows_accepted"), "{row:?}");
            if ["accepted", "partial"].contains(&row["status"].text().unwrap()) {
                assert_eq!(count("quarantined"), told("rows_quarantined"), "{row:?}");
                assert_eq!(count("superseded"), told("rows_superseded"), "{row:?}");
            }
        }
    }
}
