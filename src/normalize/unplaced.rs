//! Rows of a wide sender that say in no column of the key where they belong: they are filed under the sender itself.

use super::area::RowAreas;
use super::context::Context;
use crate::domain::{Code, Finding, Place, RawTable, RowState, RowStatuses};
use crate::pipeline::{CodeScheme, Column, ColumnKind, RowUnit};

/// One finding for all such rows. None where the sender has no areas below it, where rows describe areas, or where the form
/// has no column that could say it, as a survey of a whole country has none.
pub(super) fn tell(
    table: &RawTable,
    context: &Context,
    deciding: Option<usize>,
    areas: &RowAreas,
    statuses: &RowStatuses,
) -> Option<Finding> {
    let pipeline = context.pipeline;
    let form = &pipeline.forms[context.form];
    let sender = context.areas.get(context.sender)?;
    let lowest = pipeline.registry.levels.len() - 1;
    if sender.level == lowest || !matches!(form.unit, RowUnit::Below(_)) {
        return None;
    }
    let says_where = |column: &Column| {
        matches!(
            column.kind,
            ColumnKind::DivisionCode { .. } | ColumnKind::DivisionName { .. }
        )
    };
    let at = match deciding {
        Some(at) => {
            let is_loose = matches!(form.columns[at].kind, ColumnKind::DivisionCode { level: None });
            (is_loose && pipeline.registry.code_scheme == CodeScheme::Plain).then_some(at)
        }
        None => form.columns.iter().position(says_where),
    }?;
    let of_sender = |&record: &usize| statuses.of(record) == RowState::Accepted && areas.get(record) == context.sender;
    let rows = (0..table.records.len()).filter(of_sender).count();
    let place = Place {
        column: Some(form.columns[at].id.as_str().into()),
        ..Place::default()
    };
    let finding = Finding::new(Code::RowsWithoutArea).at(place);
    (rows > 0).then(|| finding.raw(context.sender).count(rows as u64))
}
