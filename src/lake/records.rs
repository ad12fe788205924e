//! Batches of a partition on their way to facts: put together, masked, given their provenance.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayBuilder, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder,
    UInt32Array, make_comparator,
};
use arrow::compute::{
    SortColumn, SortOptions, cast, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch,
};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};

use super::Error;
use super::members::members;
use crate::domain::RowStatuses;
use crate::pipeline::{Form, FormIndex, Pipeline};

/// Where a record comes from: what the `submission` number of a batch stands for.
#[derive(Clone, Copy, Debug)]
pub struct Provenance<'a> {
    /// Submission id.
    pub id: &'a str,
    /// Sheet of a workbook.
    pub sheet: Option<&'a str>,
    /// Columns with another content than was received, joined by `;`, by row as the clerk counts; None: no row has any.
    pub corrected: Option<&'a BTreeMap<u32, String>>,
}

/// One batch out of several of the same form; None where there is none.
///
/// # Errors
/// When the batches have different columns.
pub fn concat(batches: &[RecordBatch]) -> Result<Option<RecordBatch>, Error> {
    let Some(first) = batches.first() else { return Ok(None) };
    let all = concat_batches(&first.schema(), batches);
    all.map(Some).map_err(|source| Error::Columns {
        what: "a partition".into(),
        source,
    })
}

/// The code of the partition's area that an area lies in; None where it lies in none.
pub type AreaCode<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Columns that uncounted rows have behind those of facts.
const STATUS: [&str; 2] = ["row_status", "codes"];

/// The rows of a partition that do not count, each with its status and codes, which [`facts`] passes on.
///
/// # Errors
/// When columns do not fit together.
pub fn uncounted(batch: &RecordBatch, statuses: &RowStatuses) -> Result<RecordBatch, Error> {
    let rows = statuses.uncounted();
    let positions = UInt32Array::from_iter_values(rows.iter().map(|(record, ..)| *record as u32));
    let states = rows.iter().map(|(_, state, _)| state.as_str());
    let codes = rows.iter().map(|(.., codes)| &**codes);
    let texts: [ArrayRef; 2] = [
        Arc::new(StringArray::from_iter_values(states)),
        Arc::new(StringArray::from_iter_values(codes)),
    ];
    let built = || {
        let taken = take_record_batch(batch, &positions)?;
        let mut fields: Vec<Arc<Field>> = taken.schema().fields().iter().cloned().collect();
        let mut columns = taken.columns().to_vec();
        for (name, column) in STATUS.into_iter().zip(texts) {
            fields.push(Arc::new(Field::new(name, DataType::Utf8, false)));
            columns.push(column);
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    };
    built().map_err(|source| Error::Columns {
        what: "uncounted rows".into(),
        source,
    })
}

/// The rows of a partition that are to be published, with period, partition, members and provenance as text columns: the accepted ones as
/// facts, sorted by key, or those of [`uncounted`], whose columns may all be null, sorted by [`ORIGIN`].
///
/// # Errors
/// When columns do not fit together.
pub fn facts<'a>(
    batch: &RecordBatch,
    accepted: &[bool],
    (pipeline, of_form): (&Pipeline, FormIndex),
    period: &str,
    partition: (&str, AreaCode<'_>),
    provenance: &dyn Fn(u32) -> Provenance<'a>,
) -> Result<RecordBatch, Error> {
    let form = &pipeline.forms[of_form];
    let wrong = |source| Error::Columns {
        what: format!("facts of {}", form.id),
        source,
    };
    let kept = sorted(batch, accepted, form).map_err(wrong)?;
    let areas = texts(&kept, "area_code").map_err(wrong)?;
    let submissions = kept
        .column_by_name("submission")
        .expect("normalize gives the column `submission`");
    let submissions = cast(submissions, &DataType::Int64).map_err(wrong)?;
    let submissions = submissions.as_primitive::<Int64Type>();
    let rows = kept.num_rows();
    let is_uncounted = kept.column_by_name(STATUS[0]).is_some();

    let mut fields = vec![Field::new("period", DataType::Utf8, false)];
    let mut columns: Vec<ArrayRef> = vec![Arc::new(repeated(rows, [(rows, Some(period))]))];
    let partition_code = format!("{}_code", partition.0);
    // A form whose key is the partition's own code brings the column itself.
    if form.column(&partition_code).is_none() {
        fields.push(Field::new(partition_code, DataType::Utf8, true));
        columns.push(Arc::new(partition_codes(&areas, partition.1)));
    }
    fields.push(Field::new("area_code", DataType::Utf8, false));
    columns.push(Arc::new(areas.clone()));
    for column in &form.columns {
        let array = kept
            .column_by_name(&column.id)
            .expect("normalize gives every column of the form");
        let array = if array.data_type() == &DataType::Utf8View {
            cast(array, &DataType::Utf8).map_err(wrong)?
        } else {
            array.clone()
        };
        let nullable = is_uncounted || !column.required;
        fields.push(Field::new(&column.id, array.data_type().clone(), nullable));
        columns.push(array);
    }
    for (field, array) in members(pipeline, of_form, &kept).map_err(wrong)? {
        fields.push(field);
        columns.push(array);
    }
    // Rows of one submission mostly stand together.
    let runs = submissions.values().chunk_by(|a, b| a == b);
    let origins: Vec<(usize, Provenance)> = runs.map(|run| (run.len(), provenance(run[0] as u32))).collect();
    fields.push(Field::new("submission_id", DataType::Utf8, false));
    let ids = origins.iter().map(|(run, origin)| (*run, Some(origin.id)));
    columns.push(Arc::new(repeated(rows, ids)));
    fields.push(Field::new("sheet", DataType::Utf8, true));
    let sheets = origins.iter().map(|(run, origin)| (*run, origin.sheet));
    columns.push(Arc::new(repeated(rows, sheets)));
    fields.push(Field::new("row", DataType::Int64, false));
    let numbers = kept.column_by_name("row").expect("normalize gives the column `row`");
    let numbers = cast(numbers, &DataType::Int64).map_err(wrong)?;
    fields.push(Field::new("corrected", DataType::Utf8, true));
    let corrected = corrected(&origins, numbers.as_primitive());
    columns.extend([numbers, Arc::new(corrected)]);
    for name in STATUS {
        if let Some(column) = kept.column_by_name(name) {
            fields.push(Field::new(name, DataType::Utf8, false));
            columns.push(column.clone());
        }
    }
    let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(wrong)?;
    if is_uncounted {
        by_origin(&rows).map_err(wrong)
    } else {
        Ok(rows)
    }
}

/// Columns that tell the rows of a release apart whether they count or not.
pub const ORIGIN: [&str; 3] = ["submission_id", "sheet", "row"];

/// Rows in order of where they came from: the form's key may be missing in some, and the same in others.
fn by_origin(rows: &RecordBatch) -> Result<RecordBatch, arrow::error::ArrowError> {
    let options = Some(SortOptions {
        descending: false,
        nulls_first: true,
    });
    let columns = ORIGIN.map(|name| SortColumn {
        values: rows.column_by_name(name).expect("every row has its origin").clone(),
        options,
    });
    take_record_batch(rows, &lexsort_to_indices(&columns, None)?)
}

/// Number of rows per area among those of the mask, in order of area.
///
/// # Errors
/// When the batch has no text column `area_code`.
pub fn count_by_area(batch: &RecordBatch, mask: &[bool]) -> Result<BTreeMap<String, i64>, Error> {
    let areas = texts(batch, "area_code").map_err(|source| Error::Columns {
        what: "a partition".into(),
        source,
    })?;
    let mut counts = BTreeMap::new();
    let mut run: Option<(&str, i64)> = None;
    for (at, keep) in mask.iter().enumerate() {
        if !keep || areas.is_null(at) {
            continue;
        }
        match &mut run {
            Some((area, count)) if *area == areas.value(at) => *count += 1,
            _ => {
                if let Some((area, count)) = run.take() {
                    *counts.entry(area.to_string()).or_insert(0) += count;
                }
                run = Some((areas.value(at), 1));
            }
        }
    }
    if let Some((area, count)) = run {
        *counts.entry(area.to_string()).or_insert(0) += count;
    }
    Ok(counts)
}

/// The areas of some rows of a batch.
///
/// # Errors
/// When the batch has no text column `area_code`.
pub fn areas_at(batch: &RecordBatch, rows: &[usize]) -> Result<Vec<String>, Error> {
    let areas = texts(batch, "area_code").map_err(|source| Error::Columns {
        what: "a partition".into(),
        source,
    })?;
    Ok(rows.iter().map(|&row| areas.value(row).to_owned()).collect())
}

fn texts(batch: &RecordBatch, name: &str) -> Result<StringArray, arrow::error::ArrowError> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| arrow::error::ArrowError::SchemaError(format!("no {name}")))?;
    Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone())
}

fn partition_codes(areas: &StringArray, code_of: &dyn Fn(&str) -> Option<String>) -> StringArray {
    let mut last: Option<(&str, Option<String>)> = None;
    let mut codes = StringBuilder::with_capacity(areas.len(), areas.len() * 6);
    for at in 0..areas.len() {
        let area = areas.value(at);
        if last.as_ref().is_none_or(|(of, _)| *of != area) {
            last = Some((area, code_of(area)));
        }
        codes.append_option(last.as_ref().and_then(|(_, code)| code.as_deref()));
    }
    codes.finish()
}

/// A column of texts that stand in so many rows each.
fn repeated<'t>(rows: usize, runs: impl IntoIterator<Item = (usize, Option<&'t str>)>) -> StringArray {
    let mut runs = runs.into_iter().peekable();
    let length = runs.peek().and_then(|(_, text)| *text).map_or(0, str::len);
    let mut column = StringBuilder::with_capacity(rows, rows * length);
    for (run, text) in runs {
        match text {
            Some(text) => column.append_value_n(text, run),
            None => column.append_nulls(run),
        }
    }
    column.finish()
}

/// Which columns of each row are corrected; few submissions have any.
fn corrected(origins: &[(usize, Provenance)], numbers: &Int64Array) -> StringArray {
    let mut column = StringBuilder::with_capacity(numbers.len(), 0);
    for (run, origin) in origins {
        match origin.corrected {
            None => column.append_nulls(*run),
            Some(rows) => {
                let from = column.len();
                let ids = numbers.values()[from..from + run]
                    .iter()
                    .map(|row| rows.get(&(*row as u32)));
                ids.for_each(|ids| column.append_option(ids));
            }
        }
    }
    column.finish()
}

/// The accepted rows by area and the form's key; a batch already so is not copied.
fn sorted(batch: &RecordBatch, accepted: &[bool], form: &Form) -> Result<RecordBatch, arrow::error::ArrowError> {
    let mut names = vec!["area_code"];
    names.extend(form.key.iter().map(|&at| form.columns[at].id.as_str()));
    let comparators = names.iter().map(|name| {
        let column = batch.column_by_name(name).expect("a key is a column");
        make_comparator(column, column, SortOptions::default())
    });
    let comparators = comparators.collect::<Result<Vec<_>, _>>()?;
    let compare = |a: &u32, b: &u32| {
        let mut all = comparators.iter().map(|compare| compare(*a as usize, *b as usize));
        all.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    let positions = 0..accepted.len() as u32;
    let mut order: Vec<u32> = positions.filter(|&at| accepted[at as usize]).collect();
    if !order.is_sorted_by(|a, b| compare(a, b).is_le()) {
        // Files come in order of their areas and most are in order of their key, which this sort makes use of.
        order.sort_by(compare);
        return take_record_batch(batch, &UInt32Array::from(order));
    }
    if order.len() == accepted.len() {
        return Ok(batch.clone());
    }
    filter_record_batch(batch, &BooleanArray::from(accepted.to_vec()))
}
