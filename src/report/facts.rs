//! The columns of a form's facts and quarantine, as the codebook and the data package describe them.

use std::collections::BTreeMap;

use crate::domain::RowState;
use crate::lake::FieldMeta;
use crate::pipeline::{ColumnKind, Form, Pipeline};
use crate::tables::{ColumnSpec, ValueKind, ValuesOf};

/// Columns of `facts/<form>/…`: period, partition, area, the form's own, the members of the row, and where it came from.
pub fn facts_columns(pipeline: &Pipeline, form: &Form) -> Vec<ColumnSpec> {
    let partition = format!("{}_code", pipeline.registry.levels[pipeline.registry.partition]);
    let own = form
        .columns
        .iter()
        .map(|column| (column.id.as_str(), value_kind(&column.kind)));
    let mut columns = vec![("period", ValueKind::Text)];
    // A form whose key is the partition's own code brings that column itself.
    if form.column(&partition).is_none() {
        columns.push((&partition, ValueKind::Text));
    }
    columns.push(("area_code", ValueKind::Text));
    columns.extend(own);
    let at = pipeline.forms.iter().position(|one| one.id == form.id);
    let dimensions = at.map_or_else(Vec::new, |at| pipeline.row_dimensions(at));
    let members: Vec<String> = dimensions
        .iter()
        .map(|&at| pipeline.dimensions[at].fact_column())
        .collect();
    columns.extend(members.iter().map(|name| (name.as_str(), ValueKind::Text)));
    columns.extend([
        ("submission_id", ValueKind::Text),
        ("sheet", ValueKind::Text),
        ("row", ValueKind::Integer),
        ("corrected", ValueKind::Text),
    ]);
    columns
        .into_iter()
        .map(|(name, kind)| ColumnSpec {
            values: categories(pipeline, form, name),
            values_of: (name == "period").then_some(ValuesOf::Period),
            ..described(FieldMeta::of_fact(pipeline, form, name), name, kind)
        })
        .collect()
}

/// All columns of `uncounted/<form>/…`: those of the facts, each of which may be null, and the status of the row.
pub fn uncounted_columns(pipeline: &Pipeline, form: &Form) -> Vec<ColumnSpec> {
    let mut columns = facts_columns(pipeline, form);
    for column in &mut columns {
        column.null = FieldMeta::of_uncounted(pipeline, form, &column.name).null;
    }
    columns.extend(status_columns(pipeline));
    columns
}

/// Columns that `uncounted/<form>/…` has behind those of the facts.
pub(super) fn status_columns(pipeline: &Pipeline) -> Vec<ColumnSpec> {
    let text = |name: &str| described(FieldMeta::of_system_column(pipeline, name), name, ValueKind::Text);
    let states = [RowState::Quarantined, RowState::Superseded];
    let status = ColumnSpec {
        values: states.map(|state| state.as_str().to_owned()).to_vec(),
        ..text("row_status")
    };
    vec![status, text("codes")]
}

/// Every value of a column of categories or members; of other columns none.
fn categories(pipeline: &Pipeline, form: &Form, name: &str) -> Vec<String> {
    if let (None, Some(dimension)) = (form.column(name), pipeline.dimension_of_facts(name)) {
        return dimension.members.iter().map(|member| member.id.clone()).collect();
    }
    match form.column(name).map(|at| &form.columns[at].kind) {
        Some(ColumnKind::Category { values }) => values.iter().map(|(id, _)| id.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Columns that `quarantine/<form>/…` has beside the form's own, which it holds as text.
pub(super) fn quarantine_columns(pipeline: &Pipeline) -> Vec<ColumnSpec> {
    [
        ("period", ValueKind::Text),
        ("area_code", ValueKind::Text),
        ("submission_id", ValueKind::Text),
        ("sheet", ValueKind::Text),
        ("row", ValueKind::Integer),
        ("codes", ValueKind::Text),
        ("other_cells", ValueKind::Text),
    ]
    .map(|(name, kind)| described(FieldMeta::of_quarantine(pipeline, name), name, kind))
    .to_vec()
}

/// All columns of `quarantine/<form>/…`, in order.
pub(super) fn received_columns(pipeline: &Pipeline, form: &Form) -> Vec<ColumnSpec> {
    let mut columns = quarantine_columns(pipeline);
    let last = columns.pop();
    columns.extend(form.columns.iter().map(|column| {
        let meta = FieldMeta::of_received(pipeline, form, &column.id);
        described(meta, &column.id, ValueKind::Text)
    }));
    columns.extend(last);
    columns
}

fn described(meta: FieldMeta, name: &str, kind: ValueKind) -> ColumnSpec {
    ColumnSpec {
        name: name.into(),
        kind,
        title: meta.title,
        unit: meta.unit,
        null: meta.null,
        null_in: None,
        values: Vec::new(),
        value_titles: BTreeMap::new(),
        values_of: None,
        caveat: None,
    }
}

fn value_kind(kind: &ColumnKind) -> ValueKind {
    match kind {
        ColumnKind::Integer { .. } => ValueKind::Integer,
        ColumnKind::Decimal { .. } => ValueKind::Real,
        ColumnKind::Boolean { .. } => ValueKind::Boolean,
        ColumnKind::Date => ValueKind::Date,
        ColumnKind::Text
        | ColumnKind::Category { .. }
        | ColumnKind::DivisionCode { .. }
        | ColumnKind::DivisionName { .. } => ValueKind::Text,
    }
}
