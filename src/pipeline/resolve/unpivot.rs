//! `[unpivot]` of a form.

use std::collections::BTreeMap;

use super::plan::Plan;
use crate::domain::fold;
use crate::pipeline::definition::{FormFile, NamesToDef};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::model::{Column, ColumnKind, Unpivot};

/// How a form's sheets with columns of several periods are read; None: they have none.
pub(super) fn resolve(
    file: &FormFile,
    columns: &[Column],
    plan: &Plan,
    source: &Source,
    faults: &mut Faults,
) -> Option<Unpivot> {
    let written = file.unpivot.as_ref()?;
    let NamesToDef::Period = *written.names_to;
    period_once(file, source, faults);
    let mut names = BTreeMap::new();
    for (period, headers) in &written.names {
        let Some(period) = plan.period(period, source, faults) else {
            continue;
        };
        for header in headers {
            let other = names.insert(fold(header), period).filter(|other| *other != period);
            if let Some(other) = other {
                let message = format!("the header `{header}` means {other} and {period}");
                let hint = "let each header mean one period".to_owned();
                faults.add(source, "ambiguous-word", header.span(), message, hint);
            }
        }
    }
    Some(Unpivot {
        values_to: values_to(file, columns, source, faults),
        names,
    })
}

/// A period that the header says can be said by nothing else.
fn period_once(file: &FormFile, source: &Source, faults: &mut Faults) {
    let hint = || "leave it out: each period that the headers name is a submission of its own".to_owned();
    if let Some(period) = &file.form.period {
        let message = "the form has one period, but the headers of its columns say which".to_owned();
        faults.add(source, "period-twice", period.span(), message, hint());
    }
    let mut templates = file.form.files.iter();
    if let Some(template) = templates.find(|template| template.contains("{period}")) {
        let message = format!("`{template}` names the period, and so do the headers of the columns");
        faults.add(source, "period-twice", template.span(), message, hint());
    }
}

fn values_to(file: &FormFile, columns: &[Column], source: &Source, faults: &mut Faults) -> Option<usize> {
    let id = file.unpivot.as_ref()?.values_to.as_ref()?;
    let Some(found) = columns.iter().position(|column| column.id == **id) else {
        // A column that is written but broken has its fault already.
        if !file.column.iter().any(|column| *column.id == **id) {
            let known = columns.iter().map(|column| column.id.as_str());
            faults.unknown(source, "unknown-column", id, "column", known);
        }
        return None;
    };
    let is_place =
        |kind: &ColumnKind| matches!(kind, ColumnKind::DivisionCode { .. } | ColumnKind::DivisionName { .. });
    if is_place(&columns[found].kind) || file.form.key.iter().any(|key| **key == **id) {
        let message = format!("`{id}` says what a row is about, so it is the same in all periods");
        let hint = "name the column that holds the figures of each period".to_owned();
        faults.add(source, "wrong-type", id.span(), message, hint);
    }
    Some(found)
}
