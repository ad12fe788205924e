//! Figures that a sheet itself states as sums of its rows: the line 合计, and the lines of wider areas.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use polars::prelude::Float64Chunked;

use super::figures::noise;
use super::held::{Held, joined};
use super::hints::{hint, with_hint};
use super::ledger::{Flags, Line, Mend, Questioned, STATED_AREA, Status, TOTAL_DIFFERS, TOTAL_ROW, figure, scaled};
use super::partition::Partition;
use super::reconcile::Settled;
use super::records::Records;
use super::{Error, Origin, RowState, Tally};
use crate::domain::{CellValue, Finding, Place, catalog};
use crate::pipeline::{Column, ColumnKind, FormIndex, Pipeline};

/// A line of a sheet that was set aside as a sum of others.
#[derive(Clone, Debug)]
pub struct StatedRow {
    /// The submission.
    pub submission: u32,
    /// Row, as the clerk counts.
    pub row: u32,
    /// The wider area it is about; None: all rows of the sheet.
    pub area: Option<String>,
    /// Its figures.
    pub figures: Vec<StatedFigure>,
}

/// A figure of such a line.
#[derive(Clone, Copy, Debug)]
pub struct StatedFigure {
    /// Column of the form.
    pub column: usize,
    /// The figure, in the column's unit.
    pub value: f64,
    /// Whether it was written in another unit.
    pub converted: bool,
}

/// Share of a stated figure by which it may be off where figures were written in another unit, and so rounded.
const CONVERTED: f64 = 0.005;

/// The columns of a form whose sum has a meaning: those that a measure sums as they stand, and that do not say otherwise.
pub fn additive(pipeline: &Pipeline, form: FormIndex) -> Vec<usize> {
    let columns = &pipeline.forms[form].columns;
    let measures = pipeline.measures.iter().filter(|measure| measure.form == form);
    let mut found: Vec<usize> = measures
        .filter_map(|measure| match measure.value.columns.as_slice() {
            [only] if measure.value.text.trim() == columns[*only].id => Some(*only),
            _ => None,
        })
        .filter(|&at| match columns[at].kind {
            ColumnKind::Integer { .. } => columns[at].additive,
            ColumnKind::Decimal { percent, .. } => columns[at].additive && !percent,
            _ => false,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Holds stated lines against the rows of their own sheets.
///
/// # Errors
/// When a frame lacks a column.
pub fn totals(
    pipeline: &Pipeline,
    records: &mut [Records],
    stated: &[StatedRow],
    flags: &Flags<'_>,
) -> Result<Vec<Settled>, Error> {
    let mut by_submission: BTreeMap<u32, Vec<&StatedRow>> = BTreeMap::new();
    for row in stated {
        by_submission.entry(row.submission).or_default().push(row);
    }
    let mut settled = Vec::new();
    for one in records {
        let partition = one.partition(pipeline)?;
        let mut figures: BTreeMap<usize, Float64Chunked> = BTreeMap::new();
        let mut record = 0;
        while record < partition.states.len() {
            let submission = partition.submission(record);
            let end = (record..partition.states.len())
                .find(|&at| partition.submission(at) != submission)
                .unwrap_or(partition.states.len());
            for row in by_submission.get(&submission).into_iter().flatten() {
                let sheet = Sheet {
                    partition: &partition,
                    flags,
                    range: record..end,
                    parts: parts(&partition, record..end, row)?,
                };
                for stated in &row.figures {
                    if let std::collections::btree_map::Entry::Vacant(slot) = figures.entry(stated.column) {
                        slot.insert(partition.figures(stated.column)?);
                    }
                    settled.extend(sheet.judge(row, stated, &figures[&stated.column]));
                }
            }
            record = end;
        }
    }
    Ok(settled)
}

/// The records of a sheet, and which of them a line is the sum of.
struct Sheet<'a> {
    partition: &'a Partition<'a>,
    flags: &'a Flags<'a>,
    range: Range<usize>,
    parts: Vec<usize>,
}

fn parts(partition: &Partition, range: Range<usize>, row: &StatedRow) -> Result<Vec<usize>, Error> {
    let Some(wider) = &row.area else {
        return Ok(range.collect());
    };
    let codes = partition.column("area_code")?.str().map_err(|source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    })?;
    let mut last: Option<(&str, bool)> = None;
    let mut parts = Vec::new();
    for record in range {
        let code = codes.get(record).unwrap_or_default();
        let within = match last {
            Some((same, within)) if same == code => within,
            _ => partition.context.areas.contains(wider, code),
        };
        last = Some((code, within));
        if within {
            parts.push(record);
        }
    }
    Ok(parts)
}

/// What the rows of a line come to, as integers of the column's scale.
#[derive(Default)]
struct Parts {
    /// All rows, as sent.
    sent: i128,
    /// Those that count.
    accepted: i128,
    /// The same with rows that came twice.
    twice: i128,
    /// What the proposed mends of their cells would add.
    mends: i128,
    questioned: Questioned,
    held: Held,
    /// A row that counts has a cell that could not be read.
    is_unread: bool,
    known: usize,
    /// Most decimals written.
    decimals: u32,
}

impl Sheet<'_> {
    fn judge(&self, row: &StatedRow, stated: &StatedFigure, figures: &Float64Chunked) -> Option<Settled> {
        let column = &self.partition.form.columns[stated.column];
        let scale = column.kind.decimals();
        let parts = self.parts(row.submission, column, figures);
        if parts.known == 0 {
            return None;
        }
        let value = scaled(stated.value, scale);
        let converted = stated.converted || self.flags.converted(row.submission, &column.id);
        let allowed = self.allowed(column, &parts, (stated.value, value), converted);
        let within = |sum: i128| (sum - value).abs() <= allowed;
        // Of rows that came twice a clerk may have added both or one, of rows held back all, some or none.
        let plain = [("sum_of_rows", parts.sent), ("sum_of_rows", parts.accepted)];
        let ways = parts.held.ways().into_iter();
        let ways = ways.flat_map(|(reason, more)| [(reason, parts.accepted + more), (reason, parts.twice + more)]);
        let held = if parts.held.is_empty() {
            Vec::new()
        } else {
            ways.collect()
        };
        let ways: Vec<(&str, i128)> = plain.into_iter().chain(held).collect();
        let nearest = if (parts.accepted - value).abs() < (parts.sent - value).abs() && parts.held.is_empty() {
            parts.accepted
        } else {
            parts.sent
        };
        let one_way = |beside: Questioned| ways.iter().any(|(_, sum)| beside.accounts_for(sum - value));
        // What cannot be read may be anything, but no less than nothing, unless the column says otherwise.
        let may_fall = column.range.is_none_or(|(min, _)| min < 0.0);
        let is_open = |is_open: bool| is_open && (may_fall || parts.accepted <= value);
        let (status, reason, left) = if let Some((reason, sum)) = ways.iter().find(|(_, sum)| *sum == value) {
            (Status::Agrees, *reason, *sum)
        } else if let Some((reason, sum)) = ways.iter().find(|(_, sum)| within(*sum)) {
            (Status::WithinTolerance, *reason, *sum)
        } else if is_open(parts.is_unread) {
            (Status::Incomplete, "cells_unreadable", nearest)
        } else if parts.mends != 0 && (within(parts.sent + parts.mends) || within(parts.accepted + parts.mends)) {
            (Status::Incomplete, "follows_from_finding", nearest)
        } else if one_way(parts.questioned) {
            (Status::Incomplete, "cells_questioned", nearest)
        } else if is_open(parts.held.is_open()) || parts.held.accounts_for(parts.accepted - value, parts.questioned) {
            (Status::Incomplete, "rows_held_back", nearest)
        } else {
            (Status::Differs, "sum_of_rows", nearest)
        };
        let origin = self.partition.origin(self.range.start)?;
        let line = Line {
            period: self.partition.context.period,
            area: row.area.clone().unwrap_or_else(|| origin.sender.to_string()),
            rule: if row.area.is_some() { STATED_AREA } else { TOTAL_ROW }.to_owned(),
            column: column.id.clone(),
            submission: Some(row.submission),
            row: row.row,
            left: Some(figure(left, scale)),
            right: Some(stated.value),
            difference: Some(figure(left - value, scale)),
            tolerance: Some(figure(allowed, scale)),
            used: if status == Status::Incomplete { "none" } else { "left" },
            status,
            reason,
        };
        let finding = (status == Status::Differs).then(|| {
            let rows = self.parts.iter().filter_map(|&record| {
                let figure = scaled(figures.get(record)?, scale);
                Some((figure, self.partition.row(record).to_string()))
            });
            let hint = hint((left, value), allowed, rows);
            // Whether rows held back belong to the sum is not known yet.
            let is_known = !converted && parts.held.is_empty();
            let mend = is_known.then(|| figure(left, scale).to_string());
            let more = |more: i128| figure(parts.accepted + more, scale).to_string();
            let hint = joined(hint, parts.held.hint(more));
            let message = catalog()
                .get(TOTAL_DIFFERS)
                .map(|entry| with_hint(&entry.message, hint.as_ref()));
            Finding {
                message,
                mend,
                ..finding(&line, origin, (stated.column, column))
            }
        });
        Some(Settled {
            line,
            finding,
            tally: Tally::default(),
        })
    }

    fn parts(&self, submission: u32, column: &Column, figures: &Float64Chunked) -> Parts {
        let scale = column.kind.decimals();
        let mut mends: BTreeMap<u32, Mend> = BTreeMap::new();
        for (row, mend) in self.flags.mends(submission, &column.id) {
            mends.entry(row).or_insert(mend);
        }
        let questioned = self.flags.questioned_rows(submission);
        let mut parts = Parts::default();
        for &record in &self.parts {
            let state = self.partition.states[record];
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
            if let Some(mend) = mends.get(&row) {
                parts.mends += scaled(mend.of(as_read), scale) - figure;
            }
        }
        parts
    }

    /// What rounding may do. Figures rounded each for itself miss their rounded sum by some units of the last place, the root of
    /// their number at most; whole numbers are not rounded unless they were written in another unit.
    fn allowed(&self, column: &Column, parts: &Parts, (value, stated): (f64, i128), converted: bool) -> i128 {
        let scale = column.kind.decimals();
        let rounding = ((parts.known + 1) as f64).sqrt().ceil() as i128;
        if converted {
            let share = (CONVERTED * value.abs() * 10_f64.powi(scale as i32)).ceil() as i128;
            return share.max(rounding);
        }
        if !matches!(column.kind, ColumnKind::Decimal { .. }) {
            return 0;
        }
        let decimals = parts.decimals.max(decimals(stated, scale));
        let noise = scaled(noise(&column.kind, value), scale);
        noise.max(rounding * 10_i128.pow(scale - decimals))
    }
}

/// Decimals that a figure needs, of the most it may have.
fn decimals(scaled: i128, scale: u32) -> u32 {
    let (mut rest, mut decimals) = (scaled, scale);
    while decimals > 0 && rest % 10 == 0 {
        rest /= 10;
        decimals -= 1;
    }
    decimals
}

fn finding(line: &Line, origin: &Origin, (at, column): (usize, &Column)) -> Finding {
    let matched = origin.columns.iter().find(|matched| matched.column == at);
    let place = Place {
        sheet: origin.sheet.clone(),
        row: Some(line.row),
        column: Some(Arc::from(column.id.as_str())),
        column_index: matched.map(|matched| matched.index),
    };
    let shown = |figure: Option<f64>| figure.map_or(String::new(), |figure| figure.to_string());
    let stated = CellValue {
        place: place.clone(),
        path: None,
        value: shown(line.right),
    };
    let sum = CellValue {
        place: Place {
            row: None,
            ..place.clone()
        },
        path: None,
        value: shown(line.left),
    };
    Finding::new(TOTAL_DIFFERS, origin.submission)
        .at(place)
        .raw(shown(line.right))
        .expected(shown(line.left))
        .threshold(format!("±{}", shown(line.tolerance)))
        .cells(vec![stated, sum])
}
