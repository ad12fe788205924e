//! `huizong sql` against the same plain loops: DuckDB sums the published rows.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use super::records::Sum;
use super::{Scene, World};
use crate::support::{World as Small, community_services, huizong, indicators, measures, shipped, table};

/// Runs the SQL of standard input and prints each row as JSON.
const IN_DUCKDB: &str = "
import duckdb, json, sys
result = duckdb.sql(sys.stdin.read())
for row in result.fetchall():
    print(json.dumps(dict(zip(result.columns, row)), default=str))
";

/// The rows of a query over the shipped sample.
fn asked(query: &str, form: &str) -> Vec<BTreeMap<String, Json>> {
    in_duckdb(&sql(query, form, &community_services(), &shipped().output).unwrap())
}

/// The query over the current release in `output`, read by this pipeline; else what is said against it.
fn sql(query: &str, form: &str, pipeline: &Path, output: &Path) -> Result<String, String> {
    let [pipeline, output] = [pipeline, output].map(|path| path.as_os_str());
    let fixed = ["sql", query, "--form", form, "--lang", "en", "--output"].map(OsStr::new);
    let made = huizong(fixed.into_iter().chain([output, pipeline]));
    match made.status.success() {
        true => Ok(String::from_utf8(made.stdout).unwrap()),
        false => Err(String::from_utf8(made.stderr).unwrap()),
    }
}

/// The rows that DuckDB gives.
fn in_duckdb(sql: &str) -> Vec<BTreeMap<String, Json>> {
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let mut duckdb = Command::new(python)
        .args(["-c", IN_DUCKDB])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    duckdb.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let made = duckdb.wait_with_output().unwrap();
    assert!(made.status.success(), "DuckDB refused {sql}");
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
        let (scene, name) = (
            Scene::new(&world, period, vec![BTreeMap::new(); world.pipeline.indicators.len()]),
            period.to_string(),
        );
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

/// Two counties, one of which sends a form with a column of residents; the last row has none, and is quarantined.
fn small() -> Small {
    Small::counties(&["2020"])
        .form("sites", SETTINGS, SITES)
        .defined(
            "measures.toml",
            measures("sites | sites | 1\nresidents | sites | residents"),
        )
        .defined(
            "indicators.toml",
            indicators("mean | residents | sites | unit = '1'; better = 'higher'"),
        )
        .sent(
            "2020/130102.csv",
            "code,site,residents\n130102,a,12\n130102,b,30\n130102,c,\n",
        )
}

const SETTINGS: &str = "unit = 'site'\nkey = ['code', 'site']\nfiles = ['{period}/{county}.csv']";
const SITES: &str = "code | division_code | code | level = 'county'; required = true\n\
                     site | text | site | required = true\n\
                     residents | integer | residents | required = true";

#[test]
fn a_release_made_before_a_column_came_has_nulls_there() {
    let world = small().published();
    let (pipeline, output) = (world.path("pipeline"), world.output());
    let ask = |query: &str| sql(query, "sites", &pipeline, &output);
    let before = ask("records").unwrap();
    assert!(
        !before.contains("NULL here") && !before.contains("has changed since"),
        "{before}"
    );

    let world = world.form(
        "sites",
        SETTINGS,
        &format!("{SITES}\nvisits | integer | visits\nopened | date | opened"),
    );
    let records = ask("records").unwrap();
    assert!(records.contains("-- The files of the release lack these columns, which are NULL here: visits, opened\n"));
    assert!(records.contains("-- Note: the definition has changed since this release was made"));
    let rows = in_duckdb(&records);
    let shown = |row: &BTreeMap<String, Json>| {
        ["site", "residents", "visits", "opened", "row_status"].map(|name| row[name].to_string())
    };
    let mut rows: Vec<String> = rows.iter().map(|row| shown(row).join(" ")).collect();
    rows.sort_unstable();
    assert_eq!(
        rows,
        [
            r#""a" 12 null null "accepted""#,
            r#""b" 30 null null "accepted""#,
            r#""c" null null null "quarantined""#
        ]
    );
    // The sums read none of the new columns, so they are as published.
    let cube = in_duckdb(&ask("cube").unwrap());
    assert_eq!(cube.len(), 1, "{cube:?}");
    let figures =
        ["numerator", "denominator", "rest", "rows"].map(|sum| cube[0][&format!("residents/sites {sum}")].as_i64());
    assert_eq!(figures, [Some(42), Some(2), Some(1), Some(2)]);

    // A sum over a column that the files lack would be a figure that nobody published.
    let _world = world.defined(
        "measures.toml",
        measures("sites | sites | 1\nresidents | sites | visits"),
    );
    let refused = ask("cube").unwrap_err();
    assert!(
        refused.contains("its facts of sites lack the column visits")
            && refused.contains("use the definition that made the release"),
        "{refused}"
    );
    assert_eq!(in_duckdb(&ask("records").unwrap()).len(), 3);
}

#[test]
fn sums_over_a_column_of_another_type_are_refused() {
    let world = small().published();
    let world = world.form(
        "sites",
        SETTINGS,
        &SITES.replace("integer | residents |", "decimal | residents | scale = 0;"),
    );
    let ask = |query: &str| sql(query, "sites", &world.path("pipeline"), &world.output());
    let refused = ask("cube").unwrap_err();
    assert!(
        refused.contains("the column residents of sites is BIGINT in its files, and DOUBLE now"),
        "{refused}"
    );
    let records = ask("records").unwrap();
    assert!(
        records.contains("another type in the files of the release: residents (BIGINT → DOUBLE)"),
        "{records}"
    );
    assert_eq!(in_duckdb(&records).len(), 3);
}

#[test]
fn the_path_of_the_output_may_hold_what_duckdb_matches() {
    let world = small();
    let output = world.publish_into("period=it's [1]/of 20*?", &[]);
    // The pattern would match this folder, too, if `*` and `?` stood for other characters.
    let beside = world.publish_into("period=it's [1]/of 20-x", &[]);
    let rows = |output: &Path| in_duckdb(&sql("records", "sites", &world.path("pipeline"), output).unwrap());
    for output in [&output, &beside] {
        let rows = rows(output);
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row["period"] == "2020"), "{rows:?}");
    }
}

/// The query of `docs/methods.md` lists the rows behind a verdict: of the areas of the set those that are quarantined and within the restriction, or perhaps within it.
#[test]
fn the_documented_query_lists_the_rows_behind_a_verdict() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/methods.md")).unwrap();
    let after = page.split_once("## What could turn a verdict").unwrap().1;
    let query = after.split_once("```sql\n").unwrap().1.split_once("```").unwrap().0;
    let output = &shipped().output;
    let current = output.join("current");
    let listed = in_duckdb(&query.replace("output/current", current.to_str().unwrap()));
    let set: Vec<_> = (table(output, "verdicts").into_iter())
        .filter(|row| {
            let is = |column: &str, text: &str| row[column].text() == Some(text);
            let of_figure = row["dimension"].text().is_none() && is("area_code", "000000");
            of_figure && is("period", "2020") && is("indicator", "rural_platform_coverage")
        })
        .collect();
    let world = World::load(output);
    let indicator = (world.pipeline.indicators.iter())
        .position(|of| of.id == "rural_platform_coverage")
        .unwrap();
    let scene = Scene::new(
        &world,
        *world
            .pipeline
            .periods
            .iter()
            .find(|period| period.to_string() == "2020")
            .unwrap(),
        vec![BTreeMap::new(); world.pipeline.indicators.len()],
    );
    let mut expected = 0;
    for row in &set {
        let area = row["missing_code"].text().unwrap();
        let own = scene
            .records
            .iter()
            .filter(|record| !record.accepted && record.areas[0] == area);
        let own = own.filter(|record| record.form == world.form_of(indicator));
        let (within, all) = own.fold((0, 0), |(within, all), record| {
            (within + usize::from(record.adds[indicator].is_some()), all + 1)
        });
        let position = row["position"].number().unwrap() as i64;
        let found = listed.iter().filter(|one| one["position"] == position).count();
        assert_eq!(found, within, "{row:?}");
        assert!(within <= all);
        expected += within;
    }
    assert!(expected > 0);
    assert_eq!(listed.len(), expected);
}
