//! Records of earlier facts, read back as they were cleaned.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, Schema};

use super::Error;
use super::read::read;

/// The records of each submission in files of facts and uncounted rows, in the order of their rows, by the id of the submission.
/// The batches have the columns of `schema`, which are among those of the files. None: a file has other columns.
///
/// # Errors
/// When a file cannot be read.
pub fn records_by_submission(
    paths: &[PathBuf],
    schema: &Arc<Schema>,
) -> Result<Option<HashMap<String, RecordBatch>>, Error> {
    let mut columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    columns.push(SUBMISSION);
    let mut batches = Vec::new();
    let mut ids: Vec<StringArray> = Vec::new();
    for path in paths {
        let batch = read(path, &columns)?;
        let Some((records, of)) = fitted(&batch, schema) else {
            return Ok(None);
        };
        batches.push(records);
        ids.push(of);
    }
    let unfit = |source| Error::Columns {
        what: "records of an earlier run".into(),
        source,
    };
    let all = concat_batches(schema, &batches).map_err(unfit)?;
    let Some(numbers) = all
        .column_by_name(ROW)
        .and_then(|rows| rows.as_primitive_opt::<Int64Type>())
    else {
        return Ok(None);
    };
    let mut rows: HashMap<&str, Vec<u32>> = HashMap::new();
    let ids = ids.iter().flat_map(|ids| ids.iter());
    let mut of: Option<(&str, Vec<u32>)> = None;
    for (position, id) in (0..).zip(ids) {
        let id = id.unwrap_or_default();
        match &mut of {
            // The rows of a submission mostly stand together.
            Some((last, positions)) if *last == id => positions.push(position),
            _ => {
                if let Some((last, positions)) = of.replace((id, vec![position])) {
                    rows.entry(last).or_default().extend(positions);
                }
            }
        }
    }
    if let Some((last, positions)) = of {
        rows.entry(last).or_default().extend(positions);
    }
    let by_row = |(id, mut positions): (&str, Vec<u32>)| {
        positions.sort_by_key(|&position| numbers.value(position as usize));
        let first = positions.first().copied().unwrap_or_default();
        let are_together = (first..)
            .zip(&positions)
            .all(|(expected, position)| expected == *position);
        let of_it = match are_together {
            true => all.slice(first as usize, positions.len()),
            false => take_record_batch(&all, &UInt32Array::from(positions)).map_err(unfit)?,
        };
        Ok((id.to_owned(), of_it))
    };
    rows.into_iter().map(by_row).collect::<Result<_, Error>>().map(Some)
}

const SUBMISSION: &str = "submission_id";
const ROW: &str = "row";

/// The columns of the schema, and the ids of the submissions; None: the batch has others.
fn fitted(batch: &RecordBatch, schema: &Arc<Schema>) -> Option<(RecordBatch, StringArray)> {
    let column = |field: &Arc<arrow::datatypes::Field>| -> Option<ArrayRef> {
        let found = batch.column_by_name(field.name())?;
        (found.data_type() == field.data_type()).then(|| Arc::clone(found))
    };
    let columns: Vec<ArrayRef> = schema.fields().iter().map(column).collect::<Option<_>>()?;
    let ids = batch.column_by_name(SUBMISSION)?.as_string_opt::<i32>()?.clone();
    Some((RecordBatch::try_new(Arc::clone(schema), columns).ok()?, ids))
}
