//! What tells the units of a form apart.

use crate::pipeline::{ColumnKind, Form};

/// The columns that tell units apart. A key that names no area tells them apart within an area only.
pub(super) fn key_columns(form: &Form) -> Vec<String> {
    let names_area = |&at: &usize| {
        matches!(
            form.columns[at].kind,
            ColumnKind::DivisionCode { .. } | ColumnKind::DivisionName { .. }
        )
    };
    let area = (!form.key.iter().any(names_area)).then(|| "area_code".to_owned());
    form.key
        .iter()
        .map(|&at| form.columns[at].id.clone())
        .chain(area)
        .collect()
}
