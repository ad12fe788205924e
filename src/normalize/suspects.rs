//! Records that are probably none: rows whose figures are the sums of others, whatever they are called, and rows that hold nothing
//! but their key. They count, and are reported.

use arrow::array::ArrayRef;

use super::cell::tidy;
use super::context::Context;
use super::sums;
use super::tally::Tally;
use crate::domain::{Code, Finding, Place, RawTable, RowState, Text};

/// Reports both. `arrays` are the form's columns in order.
pub(super) fn tell(table: &RawTable, context: &Context, arrays: &[ArrayRef], tally: &mut Tally) {
    let form = &context.pipeline.forms[context.form];
    let found = sums::find(
        form,
        &context.pipeline.additive(context.form),
        arrays,
        table.records.len(),
    );
    let counts = |position: &usize| tally.statuses.of(*position) == RowState::Accepted;
    let exact: Vec<u32> = found
        .exact
        .iter()
        .filter(|at| counts(at))
        .map(|at| table.records[*at])
        .collect();
    let near = found.near.filter(counts).map(|at| table.records[at]);
    tell_rows(table, context, tally, &exact, Finding::new(Code::RowEqualsSum));
    let nearly = Finding {
        message: Some(Text::new(
            "该行（“{raw}”）的数字与其他各行之和相等或相近，但没有写明是合计：按记录计入",
            "the figures of this row (“{raw}”) are the sums of all others, or close to them, but nothing says that it is a total; it is counted as a record",
        )),
        ..Finding::new(Code::RowEqualsSum)
    };
    tell_rows(table, context, tally, near.as_slice(), nearly);
    let blank = blank(table, context, tally);
    tell_rows(table, context, tally, &blank, Finding::new(Code::RowKeyOnly));
}

/// Reports rows with one finding.
fn tell_rows(table: &RawTable, context: &Context, tally: &mut Tally, rows: &[u32], finding: Finding) {
    let Some((&first, others)) = rows.split_first() else {
        return;
    };
    let place = in_key(table, context, tally.place(first as usize));
    let finding = finding.at(place).raw(shown(table, first));
    tally.tell(Finding {
        rows: others.iter().map(|row| table.grid.number(*row as usize)).collect(),
        ..finding.count(rows.len() as u64)
    });
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
    // A row that is blank for one period may hold something for another.
    let in_other_periods = (0..table.width).filter(|_| form.unpivot.is_some());
    let is_of_key = |index: &u32| {
        let mut of_it = table.columns.iter().filter(|matched| matched.index == *index);
        of_it.any(|matched| form.key.contains(&matched.column))
    };
    let others: Vec<u32> = others
        .into_iter()
        .chain(in_other_periods.filter(|index| !is_of_key(index)))
        .collect();
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
