//! The pairs of groups that the page shows.

use std::collections::BTreeMap;

use super::common::by;
use crate::domain::Text;
use crate::pipeline::Dimension;
use crate::report::gather::Gathering;
use crate::report::page::sentences;
use crate::tables::{Columns, GapRow};

/// Pairs for which the page has room. Each has its drawing, its table and its changes, in both languages.
const PAIRS: usize = 24;

/// A dimension and two of its members.
type Key<'a> = (&'a str, &'a str, &'a str);

/// Pairs with a gap of the root in the latest period.
pub(super) struct Pairs<'a> {
    /// Those that are shown, in the order of the definition.
    pub(super) shown: Vec<(&'a Dimension, &'a str, &'a str)>,
    /// How many there are.
    all: usize,
    /// The rows of those that are shown.
    rows: BTreeMap<Key<'a>, Vec<GapRow<'a>>>,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(all: &'a Gathering<'a>) -> Pairs<'a> {
        let (root, now) = (all.root(), all.period_text());
        let rows = all.sources.table(GapRow::TABLE).rows::<GapRow>();
        let here = rows.filter(|row| row.scope_code == root && row.period == now);
        let mut rows = by(here, |row| (row.dimension, row.a, row.b));
        rows.retain(|_, rows| rows.iter().any(is_known));
        let declared = all.pipeline.dimensions.iter().flat_map(|dimension| {
            let pairs = dimension.compare.iter();
            pairs.map(move |(a, b)| (dimension, a.as_str(), b.as_str()))
        });
        let mut shown: Vec<_> = declared
            .filter(|(dimension, a, b)| rows.contains_key(&(dimension.id.as_str(), *a, *b)))
            .collect();
        let count = shown.len();
        shown.truncate(PAIRS);
        rows.retain(|key, _| shown.iter().any(|(of, a, b)| (of.id.as_str(), *a, *b) == *key));
        Pairs {
            shown,
            all: count,
            rows,
        }
    }

    /// The gaps of a pair, of every indicator; none where the pair is not shown.
    pub(super) fn rows(&self, key: Key<'a>) -> &[GapRow<'a>] {
        self.rows.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether the pair is shown.
    pub(super) fn has(&self, key: Key<'_>) -> bool {
        self.rows.contains_key(&key)
    }

    /// How many pairs the page has no room for. None: all are shown.
    pub(super) fn left_out(&self) -> Option<Text> {
        let shown = self.shown.len();
        (shown < self.all).then(|| sentences::first_pairs(shown, self.all, GapRow::TABLE))
    }
}

/// Whether the gap and both values are known: it can be drawn.
fn is_known(row: &GapRow<'_>) -> bool {
    row.gap.is_some() && row.value_a.is_some() && row.value_b.is_some()
}
