//! Records that are probably none: the last row of a sheet whose figures are the sums of all others, whatever it is called, and rows
//! that hold nothing but their key. They count, and are reported.

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use super::Context;
use super::cell::tidy;
use super::tally::Tally;
use crate::domain::exact::NOISE;
use crate::domain::{Code, Finding, Place, RawTable, RowState};

/// Rows from which on a sum proves anything: any row may equal another.
const PARTS: usize = 2;
/// Digits of all its figures from which on no row is the sum of the others by chance.
const DIGITS: u32 = 4;

/// Reports both. `arrays` are the form's columns in order.
pub(super) fn tell(table: &RawTable, context: &Context, arrays: &[ArrayRef], tally: &mut Tally) {
    if let Some(&row) = table.records.last()
        && tally.statuses.of(table.records.len() - 1) == RowState::Accepted
        && is_sum_of_others(context, arrays, table.records.len() - 1)
    {
        let place = in_key(table, context, tally.place(row as usize));
        tally.tell(Finding::new(Code::RowEqualsSum, 0).at(place).raw(shown(table, row)));
    }
    let blank = blank(table, context, tally);
    if let Some((&first, others)) = blank.split_first() {
        let place = in_key(table, context, tally.place(first as usize));
        let finding = Finding::new(Code::RowKeyOnly, 0).at(place).raw(shown(table, first));
        tally.tell(Finding {
            rows: others.iter().map(|row| table.grid.number(*row as usize)).collect(),
            ..finding.count(blank.len() as u64)
        });
    }
}

/// The cell of a row's key.
fn in_key(table: &RawTable, context: &Context, row: Place) -> Place {
    let form = &context.pipeline.forms[context.form];
    let key = form.key.first();
    let matched = key.and_then(|key| table.columns.iter().find(|matched| matched.column == *key));
    Place {
        column: matched.map(|matched| form.columns[matched.column].id.as_str().into()),
        column_index: matched.map(|matched| matched.index),
        ..row
    }
}

/// The cells of a row that hold anything.
fn shown(table: &RawTable, row: u32) -> String {
    let cells = table.grid.row(row as usize).map(str::trim);
    cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ")
}

/// Whether each figure of the last record, at `last`, is the sum of all others.
fn is_sum_of_others(context: &Context, arrays: &[ArrayRef], last: usize) -> bool {
    if last < PARTS {
        return false;
    }
    let form = &context.pipeline.forms[context.form];
    let mut digits = 0;
    for column in context.pipeline.additive(context.form) {
        let array = &arrays[column];
        if array.is_null(last) {
            continue;
        }
        let Ok(doubles) = cast(array, &DataType::Float64) else {
            return false;
        };
        let doubles = doubles.as_primitive::<Float64Type>();
        let value = doubles.value(last);
        let others = doubles.iter().take(last).flatten();
        let (count, sum) = others.fold((0, 0.0), |(count, sum), value| (count + 1, sum + value));
        let kind = &form.columns[column].kind;
        let share = if kind.is_double() { NOISE } else { 0.0 };
        let precision = 0.5 / 10_f64.powi(kind.decimals() as i32);
        if count < PARTS || (sum - value).abs() > precision.max(share * value.abs()) {
            return false;
        }
        digits += significant(value, kind.decimals());
    }
    digits >= DIGITS
}

/// Digits of a figure with so many decimals at most; none of zero.
fn significant(value: f64, decimals: u32) -> u32 {
    let scaled = (value.abs() * 10_f64.powi(decimals as i32)).round();
    let mut digits = 0;
    let mut rest = if scaled < 1e18 { scaled as u64 } else { 0 };
    while rest > 0 && rest % 10 == 0 {
        rest /= 10;
    }
    while rest > 0 {
        (rest, digits) = (rest / 10, digits + 1);
    }
    digits
}

/// Records that count and hold nothing in any known column but their key.
fn blank(table: &RawTable, context: &Context, tally: &Tally) -> Vec<u32> {
    let form = &context.pipeline.forms[context.form];
    let others: Vec<u32> = table
        .columns
        .iter()
        .filter(|matched| !form.key.contains(&matched.column))
        .map(|matched| matched.index)
        .collect();
    if others.is_empty() {
        return Vec::new();
    }
    let says = |row: u32, index: u32| {
        let corrected = table.corrected.get(row, index).map(|corrected| corrected.text.as_str());
        !tidy(corrected.unwrap_or(table.said(row, index).0)).is_empty()
    };
    let records = table.records.iter().zip(tally.statuses.iter());
    records
        .filter(|(row, state)| *state == RowState::Accepted && !others.iter().any(|&index| says(**row, index)))
        .map(|(row, _)| *row)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_say_something() {
        for (value, decimals, digits) in [
            (0.0, 0, 0),
            (7.0, 0, 1),
            (1000.0, 0, 1),
            (32_500.0, 0, 3),
            (-12.25, 2, 4),
            (1e30, 0, 0),
        ] {
            assert_eq!(significant(value, decimals), digits, "{value}");
        }
    }
}
