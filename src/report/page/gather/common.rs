//! What all parts of the page ask.

use std::collections::BTreeMap;

use crate::domain::Text;
use crate::pipeline::Dimension;
use crate::report::gather::Gathering;
use crate::report::page::context::Cell;
use crate::report::titles::reason_title;
use crate::tables::IndicatorRow;

/// Periods of charts and tables, the latest ones; all are in the release.
pub(super) const PERIODS: usize = 36;

/// A pair that a dimension compares.
pub(super) struct Pair<'a> {
    pub(super) id: String,
    pub(super) dimension: &'a Dimension,
    pub(super) a: Text,
    pub(super) b: Text,
}

/// The rows of a table by what they are about, in order of the table.
pub(super) fn by<K: Ord, R>(rows: impl Iterator<Item = R>, key: impl Fn(&R) -> K) -> BTreeMap<K, Vec<R>> {
    let mut all: BTreeMap<K, Vec<R>> = BTreeMap::new();
    for row in rows {
        all.entry(key(&row)).or_default().push(row);
    }
    all
}

/// A value, or why there is none.
pub(super) fn value_or_reason(all: &Gathering<'_>, row: &IndicatorRow<'_>) -> Cell {
    match (row.value, row.null_reason) {
        (None, Some(token)) => Cell::text(reason_title(all.reasons, token)),
        (value, _) => Cell::figure(value),
    }
}
