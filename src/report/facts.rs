//! The columns of a form's facts, as the codebook and the data package describe them.

use crate::domain::{ColumnSpec, Text, ValueKind};
use crate::pipeline::{Column, ColumnKind, Form, Pipeline};

/// Columns of `facts/<form>/…`: period, partition, area, the form's own, and where the row came from.
pub fn facts_columns(pipeline: &Pipeline, form: &Form) -> Vec<ColumnSpec> {
    let partition = &pipeline.registry.levels[pipeline.registry.partition];
    let mut columns = vec![
        given("period", ValueKind::Text, Text::new("报告期", "Reporting period")),
        given(
            &format!("{partition}_code"),
            ValueKind::Text,
            Text::new(
                format!("所属分区（{partition}）地区代码"),
                format!("Code of the area of level {partition} it lies in"),
            ),
        ),
        given(
            "area_code",
            ValueKind::Text,
            Text::new("所属地区代码", "Code of the area the row belongs to"),
        ),
    ];
    columns.extend(form.columns.iter().map(form_column));
    columns.extend([
        given(
            "submission_id",
            ValueKind::Text,
            Text::new("上报编号", "Submission it came in"),
        ),
        ColumnSpec {
            null: Some(Text::new("不是工作簿", "no workbook")),
            ..given("sheet", ValueKind::Text, Text::new("工作表", "Sheet"))
        },
        given(
            "row",
            ValueKind::Integer,
            Text::new("行号（从1起，按文件所见）", "Row as the clerk sees it, from 1"),
        ),
    ]);
    columns
}

fn given(name: &str, kind: ValueKind, title: Text) -> ColumnSpec {
    ColumnSpec {
        name: name.into(),
        kind,
        title,
        unit: None,
        null: None,
    }
}

fn form_column(column: &Column) -> ColumnSpec {
    let (kind, unit) = match &column.kind {
        ColumnKind::Integer { unit } => (ValueKind::Integer, unit.clone()),
        ColumnKind::Decimal { unit, percent, .. } => (
            ValueKind::Real,
            unit.clone().or_else(|| percent.then(|| "percent".into())),
        ),
        ColumnKind::Boolean { .. } => (ValueKind::Boolean, None),
        ColumnKind::Date => (ValueKind::Date, None),
        ColumnKind::Text
        | ColumnKind::Category { .. }
        | ColumnKind::DivisionCode { .. }
        | ColumnKind::DivisionName { .. } => (ValueKind::Text, None),
    };
    let null = (!column.required).then(|| Text::new("未填、无法读取或不适用", "missing, unreadable or not applicable"));
    ColumnSpec {
        name: column.id.clone(),
        kind,
        title: column.title.clone(),
        unit,
        null,
    }
}
