//! Two records each of which has the code of one area and the name of the other: one of both columns was sorted, or two cells were
//! exchanged. Nothing says which are right, so neither counts.

use std::collections::BTreeMap;

use super::cell::tidy;
use super::context::Context;
use super::tally::Tally;
use crate::domain::{Code, Finding, Place, RawTable, RowState, Text};
use crate::pipeline::{ColumnKind, Form};
use crate::registry::Areas;

/// A record whose name is that of another area than its code.
struct Crossed {
    position: usize,
    /// Code and name of the area that the name belongs to.
    named: String,
}

/// Takes such pairs out; `deciding`: the column that determines the area of a row.
pub(super) fn tell(table: &RawTable, context: &Context, deciding: Option<usize>, tally: &mut Tally) {
    let form = &context.pipeline.forms[context.form];
    let Some((column, level)) = deciding.and_then(|column| match form.columns[column].kind {
        ColumnKind::DivisionCode { level } => Some((column, level?)),
        _ => None,
    }) else {
        return;
    };
    let Some(matched) = table.columns.iter().find(|matched| matched.column == column) else {
        return;
    };
    let names = names(table, form);
    // By the codes of both areas, its own first.
    let mut crossed: BTreeMap<(String, String), Crossed> = BTreeMap::new();
    for (position, &row) in table.records.iter().enumerate() {
        if names.is_empty() || tally.statuses.of(position) != RowState::Accepted {
            continue;
        }
        let code = tidy(table.said(row, matched.index).0);
        let Some(own) = context.areas.get(code).filter(|area| area.level == level) else {
            continue;
        };
        let texts = || {
            names
                .iter()
                .map(|index| tidy(table.said(row, *index).0))
                .filter(|text| !text.is_empty())
        };
        if texts().any(|text| text == own.name) {
            continue;
        }
        if let Some(other) = texts().find_map(|text| other(context.areas, text, level, &own.code)) {
            let named = format!("{} {}", other.0, other.1);
            crossed.insert((own.code.clone(), other.0), Crossed { position, named });
        }
    }
    for ((own, other), found) in &crossed {
        if crossed.contains_key(&(other.clone(), own.clone())) {
            tally.statuses.quarantine(found.position, Code::CodeMisnamed);
            let place = Place {
                column: Some(form.columns[column].id.as_str().into()),
                column_index: Some(matched.index),
                ..tally.place(table.records[found.position] as usize)
            };
            let finding = Finding::new(Code::CodeMisnamed).at(place).raw(own.as_str());
            tally.tell(Finding {
                message: Some(Text::new(
                    "“{column}”的“{raw}”与本行名称（属于 {expected}）不是同一地区，另一行正好相反：代码或名称疑似互换，两行均未计入",
                    "“{raw}” in {column} is not the code of the area that the row names, which is {expected}, and another row has them the other way round: codes or names were exchanged, so neither row is counted",
                )),
                ..finding.expected(&*found.named)
            });
        }
    }
}

/// The physical columns of texts and names.
fn names(table: &RawTable, form: &Form) -> Vec<u32> {
    let is_name = |column: usize| {
        matches!(
            form.columns[column].kind,
            ColumnKind::Text | ColumnKind::DivisionName { .. }
        )
    };
    let columns = table.columns.iter().filter(|matched| is_name(matched.column));
    columns.map(|matched| matched.index).collect()
}

/// Code and name of the area of a level that bears exactly this name, if it is another one.
fn other(areas: &Areas, name: &str, level: usize, own: &str) -> Option<(String, String)> {
    let area = areas.by_name(name, level, &areas.root().code)?;
    (area.code != own && area.name == name).then(|| (area.code.clone(), area.name.clone()))
}
