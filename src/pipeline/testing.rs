//! Forms, columns and indicators that say nothing beyond their name, for tests to say more.

use std::collections::BTreeMap;

use super::{Better, Column, ColumnKind, Form, Indicator, ReferenceDate, RowUnit};
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

/// The first measure by itself.
pub(crate) fn indicator(id: &str) -> Indicator {
    Indicator {
        id: id.into(),
        title: Text::default(),
        numerator: 0,
        denominator: 0,
        filter: Vec::new(),
        factor: 1.0,
        unit: "1".into(),
        register: None,
        bounded: false,
        better: Better::Neither,
        plausible: None,
        plausible_denominator: None,
        product_of: Vec::new(),
        target_level: None,
        baseline: BTreeMap::new(),
        target: BTreeMap::new(),
        sources: None,
        caveats: None,
    }
}
