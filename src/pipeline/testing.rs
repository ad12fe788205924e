//! Forms and columns that say nothing beyond their name, for tests to say more.

use std::collections::BTreeMap;

use super::{Column, ColumnKind, Form, ReferenceDate, RowUnit};
use crate::domain::Text;

/// A column that may be empty and has no header.
pub(crate) fn column(id: &str, kind: ColumnKind) -> Column {
    Column {
        id: id.into(),
        title: Text::default(),
        description: None,
        kind,
        headers: Vec::new(),
        required: false,
        range: None,
        additive: true,
        repeats_merged: false,
        fills_down: false,
        rounded: false,
    }
}

/// A form without a key and without files.
pub(crate) fn form(id: &str, unit: RowUnit, columns: Vec<Column>) -> Form {
    Form {
        id: id.into(),
        title: Text::default(),
        unit,
        key: Vec::new(),
        files: Vec::new(),
        period: None,
        revision: None,
        due: None,
        reference: ReferenceDate::End,
        decimal: None,
        thousands: None,
        date_order: None,
        missing: BTreeMap::new(),
        missing_at: BTreeMap::new(),
        explanation: None,
        columns,
        unpivot: None,
    }
}
