//! Rows that are held back, kept as they were received.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};

use super::Error;
use crate::domain::RawTable;
use crate::pipeline::Form;

/// A row held back: its raw cells and why.
#[derive(Clone, Debug)]
pub struct Quarantined<'a> {
    /// Submission id.
    pub submission_id: &'a str,
    /// Reporting period; None: it cannot be told.
    pub period: Option<&'a str>,
    /// Code of the area that the row belongs to, else of its sender; None: neither can be told.
    pub area_code: Option<Arc<str>>,
    /// The table it stands in.
    pub table: &'a RawTable,
    /// Row of the table's grid, from 0.
    pub row: u32,
    /// Codes of the findings that hold it back, sorted, joined by `;`.
    pub codes: Arc<str>,
}

/// Bytes of the rows of one batch, about: all rows of a night may come to more than a batch can hold, or the memory.
const BATCH_BYTES: usize = 16 << 20;
/// What a cell costs beside its text: its name, and marks around both.
const CELL_BYTES: usize = 16;

/// The rows in batches of bounded size; at least one, though there be no rows.
pub fn quarantine_batches<'r>(
    form: &'r Form,
    rows: &'r [Quarantined<'r>],
) -> impl Iterator<Item = Result<RecordBatch, Error>> + 'r {
    let mut left = Some(rows);
    std::iter::from_fn(move || {
        let rows = left?;
        let mut bytes = 0;
        let fits = |row: &&Quarantined<'_>| {
            let begins = bytes == 0;
            bytes += size(row);
            begins || bytes <= BATCH_BYTES
        };
        let (now, later) = rows.split_at(rows.iter().take_while(fits).count());
        left = (!later.is_empty()).then_some(later);
        Some(quarantine(form, now))
    })
}

/// Bytes that a row comes to, about.
fn size(row: &Quarantined<'_>) -> usize {
    let cells = row.table.grid.row(row.row as usize);
    CELL_BYTES + cells.map(|cell| cell.len() + CELL_BYTES).sum::<usize>()
}

/// The rows as text columns: period and area, provenance, codes, each column of the form as received, and the cells of columns no form knows as JSON.
///
/// # Errors
/// When columns do not fit together.
fn quarantine(form: &Form, rows: &[Quarantined<'_>]) -> Result<RecordBatch, Error> {
    let text = |values: Vec<Option<&str>>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let mut fields = vec![
        Field::new("period", DataType::Utf8, true),
        Field::new("area_code", DataType::Utf8, true),
        Field::new("submission_id", DataType::Utf8, false),
        Field::new("sheet", DataType::Utf8, true),
        Field::new("row", DataType::Int64, false),
        Field::new("codes", DataType::Utf8, false),
    ];
    let mut columns: Vec<ArrayRef> = vec![
        text(rows.iter().map(|r| r.period).collect()),
        text(rows.iter().map(|r| r.area_code.as_deref()).collect()),
        text(rows.iter().map(|r| Some(r.submission_id)).collect()),
        text(rows.iter().map(|r| r.table.sheet.as_deref()).collect()),
        Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|r| i64::from(r.table.grid.number(r.row as usize))),
        )),
        text(rows.iter().map(|r| Some(&*r.codes)).collect()),
    ];
    for (at, column) in form.columns.iter().enumerate() {
        let cell = |r: &Quarantined<'_>| {
            let matched = r.table.columns.iter().find(|c| c.column == at)?;
            Some(r.table.grid.cell(r.row as usize, matched.index as usize).to_string())
        };
        fields.push(Field::new(&column.id, DataType::Utf8, true));
        columns.push(Arc::new(rows.iter().map(cell).collect::<StringArray>()));
    }
    fields.push(Field::new("other_cells", DataType::Utf8, true));
    columns.push(Arc::new(rows.iter().map(other_cells).collect::<StringArray>()));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|source| Error::Columns {
        what: format!("quarantine of {}", form.id),
        source,
    })
}

/// Cells of unmatched columns that hold anything, by header, else by column letter.
fn other_cells(row: &Quarantined<'_>) -> Option<String> {
    let table = row.table;
    let width = table.grid.width(row.row as usize) as u32;
    let mut cells = serde_json::Map::new();
    for index in (0..width).filter(|index| !table.columns.iter().any(|c| c.index == *index)) {
        let text = table.grid.cell(row.row as usize, index as usize);
        if text.trim().is_empty() {
            continue;
        }
        let known = table.unmatched.binary_search_by_key(&index, |(at, _)| *at);
        let header = known.ok().map(|at| &table.unmatched[at]);
        let header = header.filter(|(_, header)| !header.is_empty());
        let letters = crate::domain::a1(index, 1);
        let name = header.map_or_else(
            || letters.trim_end_matches('1').to_string(),
            |(_, header)| header.clone(),
        );
        cells.insert(name, text.into());
    }
    (!cells.is_empty()).then(|| serde_json::Value::Object(cells).to_string())
}
