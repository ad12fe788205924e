//! What the rows under a stated line come to, and how often it counts rows that came twice.

use std::collections::BTreeMap;

use polars::prelude::Float64Chunked;

use super::sheet::Sheet;
use super::stated::StatedRow;
use crate::check::flags::Questioned;
use crate::check::held::Held;
use crate::check::ledger::{figure, scaled};
use crate::domain::{RowState, Text};
use crate::pipeline::Column;

/// What the rows of a line come to, as integers of the column's scale.
#[derive(Default)]
pub(super) struct Parts {
    /// All rows, as sent.
    pub(super) sent: i128,
    /// Those that count.
    pub(super) accepted: i128,
    /// The same with rows that came twice.
    pub(super) twice: i128,
    /// What the proposed mends of their cells would add.
    pub(super) mends: i128,
    pub(super) questioned: Questioned,
    pub(super) held: Held,
    /// A row that counts has a cell that could not be read.
    pub(super) is_unread: bool,
    pub(super) known: usize,
    /// Most decimals written.
    pub(super) decimals: u32,
}

/// How often the sums of a line count identical rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    /// No row of it came twice.
    None,
    /// Once, as its other figures show.
    Once,
    /// As often as they came, as its other figures show.
    Each,
    /// Its other figures show neither, or both.
    Unknown,
}

impl Repeats {
    /// The sum that the line means; None where that does not depend on rows that came twice, or is not known.
    pub(super) fn sum(self, parts: &Parts) -> Option<i128> {
        match self {
            Repeats::Once => Some(parts.accepted),
            Repeats::Each => Some(parts.sent),
            Repeats::None | Repeats::Unknown => None,
        }
    }

    /// The sum that the line may mean beside the one that is told.
    pub(super) fn hint(self, parts: &Parts, told: i128, scale: u32) -> Option<Text> {
        let shown = |sum| figure(sum, scale);
        (self == Repeats::Unknown).then(|| {
            if told == parts.sent {
                let sum = shown(parts.accepted);
                Text::new(
                    format!("相同的行只计一次时，合计为 {sum}"),
                    format!("with identical rows counted once, the sum is {sum}"),
                )
            } else {
                let sum = shown(parts.sent);
                Text::new(
                    format!("相同的行逐行计入时，合计为 {sum}"),
                    format!("with every identical row counted, the sum is {sum}"),
                )
            }
        })
    }
}

impl Sheet<'_> {
    /// How often a line counts identical rows, where that changes its sum of a column: the sums of its other columns show it.
    pub(super) fn repeats(
        &self,
        row: &StatedRow,
        column: usize,
        records: &[usize],
        parts: &Parts,
        columns: &BTreeMap<usize, Float64Chunked>,
    ) -> Repeats {
        if parts.sent == parts.accepted || !parts.held.is_empty() {
            return Repeats::None;
        }
        let (mut once, mut each) = (false, false);
        for other in row.figures.iter().filter(|other| other.column != column) {
            let of = &self.partition.form.columns[other.column];
            let parts = self.parts(records, row.submission, of, &columns[&other.column]);
            let value = scaled(other.value, of.kind.decimals());
            if parts.sent != parts.accepted {
                once |= parts.accepted == value;
                each |= parts.sent == value;
            }
        }
        match (once, each) {
            (true, false) => Repeats::Once,
            (false, true) => Repeats::Each,
            _ => Repeats::Unknown,
        }
    }

    /// What some records of a column come to.
    pub(super) fn parts(&self, records: &[usize], submission: u32, column: &Column, figures: &Float64Chunked) -> Parts {
        let scale = column.kind.decimals();
        let mends = self.flags.mends(submission, &column.id);
        let questioned = self.flags.questioned_rows(submission);
        let mut parts = Parts::default();
        for &record in records {
            let state = self.partition.statuses.of(record);
            let row = self.partition.row(record);
            let Some(figure) = figures.get(record) else {
                match state {
                    RowState::Accepted => parts.is_unread |= self.flags.unreadable(submission, &column.id, row),
                    RowState::Quarantined => parts.held.open(),
                    RowState::Superseded => {}
                }
                continue;
            };
            let as_read = figure;
            let figure = scaled(as_read, scale);
            parts.known += 1;
            parts.sent += figure;
            parts.questioned.see(figure, questioned.contains(&row));
            parts.decimals = parts.decimals.max(decimals(figure, scale));
            match state {
                RowState::Accepted => {
                    parts.accepted += figure;
                    parts.twice += figure;
                }
                RowState::Quarantined => {
                    let is_blamed = self.flags.is_blamed(submission, &column.id, row);
                    parts.held.see(figure, is_blamed);
                }
                RowState::Superseded => parts.twice += figure,
            }
            if let Some(mended) = mends.get(&row).and_then(|mend| mend.applied_to(as_read)) {
                parts.mends += scaled(mended, scale) - figure;
            }
        }
        parts
    }
}

/// Decimals that a figure needs, of the most it may have.
pub(super) fn decimals(scaled: i128, scale: u32) -> u32 {
    let (mut rest, mut decimals) = (scaled, scale);
    while decimals > 0 && rest % 10 == 0 {
        rest /= 10;
        decimals -= 1;
    }
    decimals
}
