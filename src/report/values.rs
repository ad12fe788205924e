//! The values that a column of a table may hold, where a definition or the engine fixes them.

use crate::domain::{CELL, MEMBER, index_specs};
use crate::pipeline::Pipeline;
use crate::tables::{ColumnSpec, ValuesOf};

/// Every value of a column; empty where it may hold any.
pub fn column_values(pipeline: &Pipeline, column: &ColumnSpec) -> Vec<String> {
    let Some(of) = column.values_of else {
        return column.values.clone();
    };
    match of {
        ValuesOf::Level => pipeline.registry.levels.clone(),
        ValuesOf::Form => pipeline.forms.iter().map(|form| form.id.clone()).collect(),
        ValuesOf::Period => pipeline.periods.iter().map(ToString::to_string).collect(),
        ValuesOf::Dimension => pipeline
            .dimensions
            .iter()
            .map(|dimension| dimension.id.clone())
            .collect(),
        ValuesOf::InequalityIndex => index_specs().iter().map(|spec| spec.id.clone()).collect(),
        ValuesOf::Units => {
            let others = [CELL, MEMBER].map(str::to_owned);
            pipeline.registry.levels.iter().cloned().chain(others).collect()
        }
    }
}
