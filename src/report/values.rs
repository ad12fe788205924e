//! The values that a column of a table may hold, where a definition or the engine fixes them.

use crate::domain::{CELL, MEMBER, Text, index_specs};
use crate::pipeline::Pipeline;
use crate::tables::{ColumnSpec, ValuesOf};

/// A value that a column may hold, and what it means; None: it stands for itself.
#[derive(PartialEq)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) title: Option<Text>,
}

impl Listed {
    fn of(id: &str, title: &Text) -> Listed {
        Listed {
            id: id.to_owned(),
            title: (!title.0.is_empty()).then(|| title.clone()),
        }
    }
}

/// Every value of a column; empty where it may hold any.
pub fn column_values(pipeline: &Pipeline, column: &ColumnSpec) -> Vec<String> {
    values(pipeline, column).into_iter().map(|value| value.id).collect()
}

/// Every value of a column with what it means; empty where it may hold any.
pub(super) fn values(pipeline: &Pipeline, column: &ColumnSpec) -> Vec<Listed> {
    let Some(of) = column.values_of else {
        let title = |id: &String| column.value_titles.get(id).cloned();
        return column
            .values
            .iter()
            .map(|id| Listed {
                id: id.clone(),
                title: title(id),
            })
            .collect();
    };
    match of {
        ValuesOf::Level => levels(pipeline).collect(),
        ValuesOf::Form => pipeline
            .forms
            .iter()
            .map(|form| Listed::of(&form.id, &form.title))
            .collect(),
        ValuesOf::Period => pipeline
            .periods
            .iter()
            .map(|period| Listed::of(&period.to_string(), &Text::default()))
            .collect(),
        ValuesOf::Dimension => pipeline
            .dimensions
            .iter()
            .map(|dimension| Listed::of(&dimension.id, &dimension.title))
            .collect(),
        ValuesOf::InequalityIndex => index_specs()
            .iter()
            .map(|spec| Listed::of(&spec.id, &spec.title))
            .collect(),
        ValuesOf::Units => {
            let others = [
                (CELL, Text::new("地区×成员", "a part of an area: area by member")),
                (MEMBER, Text::new("成员", "a member of the dimension")),
            ];
            levels(pipeline)
                .chain(others.map(|(id, title)| Listed::of(id, &title)))
                .collect()
        }
    }
}

fn levels(pipeline: &Pipeline) -> impl Iterator<Item = Listed> {
    let titles = pipeline.registry.titles.iter();
    pipeline
        .registry
        .levels
        .iter()
        .zip(titles)
        .map(|(id, title)| Listed::of(id, title))
}
