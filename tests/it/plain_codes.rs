//! `docs/own-pipeline.md`: small countries with plain codes come through with the figures that the page shows.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Command;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Rows of a table as text by column; a null is the empty text.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap())
        .unwrap()
        .build()
        .unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        for row in 0..batch.num_rows() {
            let cell = |(field, column): (&std::sync::Arc<arrow::datatypes::Field>, &ArrayRef)| {
                (field.name().clone(), text(column, row))
            };
            rows.push(batch.schema().fields().iter().zip(batch.columns()).map(cell).collect());
        }
    }
    rows
}

fn text(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        other => panic!("{other} is not compared here"),
    }
}

/// The columns that an expected CSV names, of the rows of a table, as lines; sorted.
fn lines(rows: &[BTreeMap<String, String>], columns: &str) -> Vec<String> {
    let line = |row: &BTreeMap<String, String>| {
        columns
            .split(',')
            .map(|c| row[c].as_str())
            .collect::<Vec<_>>()
            .join(",")
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    lines
}

fn compare(case: &Path, expected: &str, rows: &[BTreeMap<String, String>]) {
    let expected = std::fs::read_to_string(case.join(expected)).unwrap();
    let (columns, rest) = expected.split_once('\n').unwrap();
    let mut wanted: Vec<&str> = rest.lines().collect();
    wanted.sort();
    snapbox::assert_data_eq!(
        lines(rows, columns).join("\n"),
        snapbox::IntoData::raw(snapbox::Data::text(wanted.join("\n")))
    );
}

#[test]
fn a_small_country_with_plain_codes_comes_through() {
    comes_through("plain-codes", "Public libraries of Lakeland");
}

#[test]
fn a_monthly_pipeline_with_three_forms_in_two_languages_comes_through() {
    comes_through("district-health", "Health services of Riverland");
}

/// Runs a case of the page, and compares what is published with what the page shows.
fn comes_through(case: &str, title: &str) {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case);
    let output = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(["run", "--lang", "en", "--output"])
        .arg(output.path())
        .arg(case.join("pipeline"))
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stderr)
    );
    let summary = String::from_utf8(run.stdout).unwrap();
    assert!(summary.contains(title), "{summary}");

    let tables = output.path().join("current/tables");
    compare(&case, "expected.csv", &table(&tables.join("indicators.parquet")));

    let submissions = table(&tables.join("submissions.parquet"));
    let mut findings = table(&tables.join("findings.parquet"));
    findings.retain(|finding| finding["severity"] != "info");
    for finding in &mut findings {
        let of = submissions
            .iter()
            .find(|s| s["submission_id"] == finding["submission_id"])
            .unwrap();
        finding.insert("path".into(), of["path"].clone());
    }
    compare(&case, "expected_findings.csv", &findings);

    for submission in &submissions {
        let rows = |column: &str| submission[column].parse::<i64>().unwrap();
        let parts = ["rows_accepted", "rows_quarantined", "rows_superseded", "rows_set_aside"];
        assert_eq!(
            rows("rows_read"),
            parts.into_iter().map(rows).sum::<i64>(),
            "{}",
            submission["path"]
        );
    }
}

#[test]
fn a_file_named_by_a_code_in_another_case_is_told_the_code() {
    use crate::support::World;
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/district-health");
    let world = World::of(&case.join("pipeline"));
    let sheet = std::fs::read(case.join("submissions/2024-01/N_facilities.csv")).unwrap();
    world.put("input/2024-01/n_facilities.csv", sheet);
    let (_, said) = world.run(&["--quiet"]);
    let made = ["current", "withheld"].map(|place| world.output().join(place).join("tables/findings.parquet"));
    let findings = table(made.iter().find(|path| path.is_file()).expect(&said));
    let finding = findings.iter().find(|finding| finding["code"] == "area-unknown");
    assert_eq!(finding.unwrap_or_else(|| panic!("{said}"))["mend"], "N");
}
