//! Values that no sum can hold, told at the cells that they are made of.

use std::collections::BTreeMap;

use polars::frame::DataFrame;

use super::context::{Context, Origin};
use super::error::Error;
use super::partition::Partition;
use crate::domain::{Code, Finding, Lang, RowStatuses, Text};
use crate::pipeline::{MeasureIndex, Pipeline};

/// By submission, a finding for each record and the columns that its value is made of. `found` are measures, each with the position of a record
/// whose value counts as missing.
///
/// # Errors
/// When the frame lacks a column.
pub fn too_large(
    context: &Context<'_>,
    frame: &DataFrame,
    origins: &[Origin],
    found: impl IntoIterator<Item = (MeasureIndex, usize)>,
) -> Result<BTreeMap<u32, Vec<Finding>>, Error> {
    let pipeline = context.pipeline;
    // Measures of the same columns have the same fault.
    let mut records: BTreeMap<(usize, &[usize]), Vec<MeasureIndex>> = BTreeMap::new();
    for (measure, record) in found {
        let columns = pipeline.measures[measure].value.columns.as_slice();
        records.entry((record, columns)).or_default().push(measure);
    }
    if records.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut statuses = RowStatuses::accepted(frame.height());
    let mut partition = Partition::new(context, frame, &mut statuses, origins)?;
    for ((record, columns), measures) in records {
        let mut cells = Vec::with_capacity(columns.len());
        for &column in columns {
            cells.push(partition.cell(column, record)?);
        }
        let mut finding = Finding::new(Code::ValueTooLarge).at(partition.row_place(record));
        if let Some(first) = cells.first() {
            finding = finding.at(first.place.clone()).raw(first.value.clone());
        }
        finding.message = Some(message(pipeline, &measures));
        partition.note(record, if cells.len() > 1 { finding.cells(cells) } else { finding });
    }
    Ok(partition.into_checked().findings)
}

/// What the catalog says, with the titles of the measures in place of what is expected.
fn message(pipeline: &Pipeline, measures: &[MeasureIndex]) -> Text {
    let entry = Code::ValueTooLarge.entry();
    let told = |lang: Lang, separator: &str| {
        let titles: Vec<&str> = measures
            .iter()
            .map(|at| pipeline.measures[*at].title.get(lang))
            .collect();
        entry.message.get(lang).replace("{expected}", &titles.join(separator))
    };
    Text::new(told(Lang::Zh, "、"), told(Lang::En, ", "))
}
