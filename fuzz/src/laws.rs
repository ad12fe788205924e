use std::collections::BTreeSet;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use huizong::domain::{Finding, Grid, Lang, RawTable, Severity};
use huizong::intake::FileRead;
use huizong::normalize::{Normalized, normalize, totals};

use super::world::World;

/// Days of 1800-01-01 and 2200-12-31 since 1970.
const DAYS: (i32, i32) = (-62_091, 84_370);

/// Reads bytes as a file of the shipped pipeline's county and checks all that must hold.
pub fn read(world: &World, intake: &huizong::intake::Intake<'_>, path: &str, bytes: &[u8]) -> FileRead {
    let read = intake.read_bytes(path, bytes.to_vec());
    holds(world, &read);
    read
}

/// What must hold of a file that a form claims.
pub fn holds(world: &World, read: &FileRead) {
    assert!(!read.submissions.is_empty(), "a claimed file is a submission");
    assert_eq!(read.sha256.len(), 64);
    for submission in &read.submissions {
        assert!(
            submission.rejected || submission.table.is_some(),
            "neither a table nor rejected"
        );
        if submission.rejected {
            assert!(
                submission
                    .findings
                    .iter()
                    .any(|finding| finding.severity == Severity::Hard),
                "rejected without a reason"
            );
        }
        submission.findings.iter().for_each(is_sayable);
        if let Some(table) = &submission.table {
            every_row_has_one_use(table);
            columns_are_told_apart(table);
            let context = world.context(submission.claim.form);
            let out = totals(table, &context);
            assert!(out.is_sorted() && out.iter().all(|(at, _)| (*at as usize) < table.records.len()));
            let records = normalize(table, &context);
            records_are_whole(table, &records);
        }
    }
}

/// Rows read = records + set aside, each once and in order.
fn every_row_has_one_use(table: &RawTable) {
    let aside: Vec<u32> = table.set_aside.iter().map(|(row, _)| *row).collect();
    assert!(table.records.is_sorted() && aside.is_sorted());
    let mut all = [table.records.as_slice(), &aside].concat();
    all.sort_unstable();
    assert!(
        all.iter().copied().eq(0..table.grid.height() as u32),
        "a row without a use, or with two"
    );
    let numbers: Vec<u32> = (0..table.grid.height()).map(|row| table.grid.number(row)).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "rows out of order");
}

fn columns_are_told_apart(table: &RawTable) {
    let places: Vec<u32> = table.columns.iter().map(|matched| matched.index).collect();
    assert!(places.is_sorted_by(|a, b| a < b) && places.iter().all(|at| *at < table.width));
    let columns: BTreeSet<usize> = table.columns.iter().map(|matched| matched.column).collect();
    assert_eq!(columns.len(), table.columns.len(), "one column from two places");
    let unmatched = table.unmatched.iter().map(|(at, _)| at);
    assert!(unmatched.clone().all(|at| *at < table.width && !places.contains(at)));
    assert!(unmatched.is_sorted_by(|a, b| a < b));
}

fn records_are_whole(table: &RawTable, records: &Normalized) {
    let count = table.records.len();
    assert_eq!(records.batch.num_rows(), count);
    assert_eq!(records.statuses.len(), count);
    let held = records.statuses.held();
    assert!(
        held.iter().all(|(_, codes)| !codes.is_empty()),
        "quarantined without a cause"
    );
    let number = |at: &usize| table.grid.number(table.records[*at] as usize);
    let out: BTreeSet<u32> = held.iter().map(|(at, _)| number(at)).collect();
    for finding in &records.findings {
        is_sayable(finding);
        if finding.severity == Severity::Hard
            && let Some(row) = finding.place.row
        {
            assert!(out.contains(&row), "{finding:?} left its row in");
        }
    }
    let (due, answered) = records.required_cells.values().fold((0, 0), |(due, answered), cells| {
        (due + cells.due, answered + cells.answered)
    });
    assert!(answered <= due && (count == 0 || due % count as i64 == 0));
    for column in records.batch.columns() {
        values_are_sane(column.as_ref());
    }
}

/// No figure that a double cannot tell from its neighbours, no negative zero, no year that no form means.
fn values_are_sane(column: &dyn Array) {
    match column.data_type() {
        DataType::Int64 => {
            let values = column.as_primitive::<Int64Type>();
            assert!(values.iter().flatten().all(|value| value.unsigned_abs() <= 1 << 53));
        }
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>();
            let sane = |value: f64| value.is_finite() && value.to_bits() != (-0.0_f64).to_bits();
            assert!(values.iter().flatten().all(sane));
        }
        DataType::Date32 => {
            let values = column.as_primitive::<Date32Type>();
            assert!(values.iter().flatten().all(|days| (DAYS.0..=DAYS.1).contains(&days)));
        }
        _ => {}
    }
}

/// The finding is in the catalog, and can be told in both languages and placed.
pub fn is_sayable(finding: &Finding) {
    assert!(finding.code.engine().is_some(), "{} is of no rule", finding.code);
    for lang in [Lang::Zh, Lang::En] {
        assert!(!finding.message(lang, None).is_empty());
    }
    if finding.place.row.is_some() && finding.place.column_index.is_some() {
        assert!(finding.place.a1().is_some());
    }
}

/// The cells of two grids are the same.
pub fn same_cells(a: &Grid, b: &Grid) {
    assert_eq!(a.height(), b.height());
    for row in 0..a.height() {
        assert!(a.row(row).eq(b.row(row)), "row {row} differs");
    }
}

/// The tables of two readings are the same, whatever encoding or layout they came in.
pub fn same_tables(a: &FileRead, b: &FileRead) {
    assert_eq!(a.submissions.len(), b.submissions.len());
    for (a, b) in a.submissions.iter().zip(&b.submissions) {
        assert_eq!(a.rejected, b.rejected);
        assert_eq!(a.stated_period, b.stated_period);
        assert_eq!(a.table.is_some(), b.table.is_some());
        for (a, b) in a.table.iter().zip(&b.table) {
            same_cells(&a.grid, &b.grid);
            assert_eq!(a.columns, b.columns);
            assert_eq!(a.unmatched, b.unmatched);
            assert_eq!((&a.records, &a.set_aside), (&b.records, &b.set_aside));
        }
    }
}
