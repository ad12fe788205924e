//! Figures that a sheet itself states as sums of its rows: the lines 合计 and 小计, and the lines of wider areas.

mod parts;
mod sheet;
mod spans;
mod stated;

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::Float64Chunked;

use super::context::Origin;
use super::error::Error;
use super::figures::{allowance, noise};
use super::flags::{Flags, Questioned};
use super::held::joined;
use super::hints::{RowName, hint, with_hint};
use super::ledger::{Line, Reason, STATED_AREA, Status, TOTAL_ROW, Used, figure, scaled};
use super::reconcile::Settled;
use super::records::Records;
use super::tally::Tally;
use crate::domain::{CellValue, Code, Finding, Lang, Mend, Place, Text};
use crate::pipeline::{Column, ColumnKind, Pipeline};
use parts::{Parts, Repeats, decimals};
use sheet::{Sheet, sums};
use spans::Of;
pub use stated::{StatedFigure, StatedRow};

/// Share of a stated figure by which it may be off where figures were written in another unit, and so rounded.
const CONVERTED: f64 = 0.005;

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
        while record < partition.statuses.len() {
            let submission = partition.submission(record);
            let end = (record..partition.statuses.len())
                .find(|&at| partition.submission(at) != submission)
                .unwrap_or(partition.statuses.len());
            let numbers: Vec<u32> = match by_submission.contains_key(&submission) {
                true => (record..end).map(|at| partition.row(at)).collect(),
                false => Vec::new(),
            };
            for row in by_submission.get(&submission).into_iter().flatten() {
                let sheet = Sheet {
                    partition: &partition,
                    flags,
                    first: record,
                    sums: sums(&partition, record..end, &numbers, row)?,
                };
                for stated in &row.figures {
                    if let std::collections::btree_map::Entry::Vacant(slot) = figures.entry(stated.column) {
                        slot.insert(partition.figures(stated.column)?);
                    }
                }
                settled.extend(
                    row.figures
                        .iter()
                        .filter_map(|stated| sheet.judge(row, stated, &figures)),
                );
            }
            record = end;
        }
    }
    Ok(settled)
}

/// How a stated figure compares with one sum.
struct Verdict {
    status: Status,
    reason: Reason,
    /// The sum that agrees, or comes nearest.
    left: i128,
    allowed: i128,
}

impl Sheet<'_> {
    fn judge(
        &self,
        row: &StatedRow,
        stated: &StatedFigure,
        columns: &BTreeMap<usize, Float64Chunked>,
    ) -> Option<Settled> {
        let figures = &columns[&stated.column];
        let column = &self.partition.form.columns[stated.column];
        let scale = column.kind.decimals();
        let value = scaled(stated.value, scale);
        let converted = stated.converted || self.flags.converted(row.submission, &column.id);
        let mut tried: Vec<(Of, &[usize], Parts, Verdict)> = Vec::new();
        for (of, records) in &self.sums {
            let parts = self.parts(records, row.submission, column, figures);
            if parts.known > 0 {
                let verdict = self.compare(&parts, column, (stated.value, value), converted);
                tried.push((*of, records, parts, verdict));
            }
        }
        let distance = |verdict: &Verdict| (verdict.left - value).abs();
        // The first of those that fit best; where none does, the nearest.
        let best = tried.iter().min_by_key(|(.., verdict)| match verdict.status {
            Status::Agrees => (0, 0),
            Status::WithinTolerance => (1, 0),
            Status::Differs => (3, distance(verdict)),
            _ => (2, 0),
        });
        let (_, records, parts, verdict) = best?;
        let &Verdict {
            status,
            reason,
            allowed,
            ..
        } = verdict;
        let repeats = match status {
            Status::Differs => self.repeats(row, stated.column, records, parts, columns),
            _ => Repeats::None,
        };
        let left = repeats.sum(parts).unwrap_or(verdict.left);
        let origin = self.partition.origin(self.first)?;
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
            used: if status == Status::Incomplete {
                Used::Neither
            } else {
                Used::Rows
            },
            status,
            reason,
        };
        let finding = (status == Status::Differs).then(|| {
            let rows = records.iter().filter_map(|&record| {
                let figure = scaled(figures.get(record)?, scale);
                let row = self.partition.row(record).to_string();
                Some((figure, RowName { row, path: None }))
            });
            let hint = hint((left, value), allowed, rows);
            // Whether rows held back belong to the sum is not known yet, nor which of several sums is meant.
            let is_known = !converted && parts.held.is_empty() && tried.len() == 1 && repeats != Repeats::Unknown;
            let sum = figure(left, scale);
            let mend = is_known.then(|| Mend::figure(sum.to_string(), sum));
            let more = |more: i128| figure(parts.accepted + more, scale).to_string();
            let hint = joined(hint, parts.held.hint(more));
            let hint = joined(hint, repeats.hint(parts, left, scale));
            let sums: Vec<(Of, f64)> = (tried.iter())
                .map(|(of, .., verdict)| (*of, figure(verdict.left, scale)))
                .collect();
            let message = match sums.as_slice() {
                [_] => Code::TotalDiffers.entry().message.clone(),
                _ => none_of(&sums),
            };
            let finding = Finding {
                message: Some(with_hint(&message, hint.as_ref())),
                mend,
                ..finding(&line, origin, (stated.column, column))
            };
            (row.submission, finding)
        });
        Some(Settled {
            line,
            finding,
            tally: Tally::default(),
        })
    }

    /// Compares a stated figure, as written and as an integer of the column's scale, with the sum of some rows.
    fn compare(&self, parts: &Parts, column: &Column, (stated, value): (f64, i128), converted: bool) -> Verdict {
        let allowed = self.allowed(column, parts, (stated, value), converted);
        let within = |sum: i128| (sum - value).abs() <= allowed;
        // Of rows that came twice a clerk may have added both or one, of rows held back all, some or none.
        let plain = [(Reason::SumOfRows, parts.sent), (Reason::SumOfRows, parts.accepted)];
        let ways = parts.held.ways().into_iter();
        let ways = ways.flat_map(|(reason, more)| [(reason, parts.accepted + more), (reason, parts.twice + more)]);
        let held = if parts.held.is_empty() {
            Vec::new()
        } else {
            ways.collect()
        };
        let ways: Vec<(Reason, i128)> = plain.into_iter().chain(held).collect();
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
            (Status::Incomplete, Reason::CellsUnreadable, nearest)
        } else if parts.mends != 0 && (within(parts.sent + parts.mends) || within(parts.accepted + parts.mends)) {
            (Status::Incomplete, Reason::FollowsFromFinding, nearest)
        } else if one_way(parts.questioned) {
            (Status::Incomplete, Reason::CellsQuestioned, nearest)
        } else if is_open(parts.held.is_open()) || parts.held.accounts_for(parts.accepted - value, parts.questioned) {
            (Status::Incomplete, Reason::RowsHeldBack, nearest)
        } else {
            (Status::Differs, Reason::SumOfRows, nearest)
        };
        Verdict {
            status,
            reason,
            left,
            allowed,
        }
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
        let shown = decimals(stated, scale);
        let most = parts.decimals.max(shown);
        let noise = scaled(noise(&column.kind, value), scale);
        // A sum that is rounded to fewer decimals than its rows have is off by half a unit of its own last place.
        let rounded = match shown < most {
            true => 10_i128.pow(scale - shown) / 2,
            false => 0,
        };
        noise.max(rounded).max(rounding * 10_i128.pow(scale - most))
    }
}

/// The message on a figure that is none of several sums.
fn none_of(sums: &[(Of, f64)]) -> Text {
    let shown = |lang: Lang| {
        let each = sums.iter().map(|(of, sum)| match (of.words(), lang) {
            ((zh, _), Lang::Zh) => format!("{zh} {sum}"),
            ((_, en), Lang::En) => format!("{en} {sum}"),
        });
        each.collect::<Vec<_>>()
    };
    Text::new(
        format!(
            "{{column}}的合计填为 {{raw}}，与本表任何一种合计都不符：{}",
            shown(Lang::Zh).join("，")
        ),
        format!(
            "{{column}} is totalled as {{raw}}, which is none of the sums that the line can state: {}",
            shown(Lang::En).join(", ")
        ),
    )
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
    Finding::new(Code::TotalDiffers)
        .at(place)
        .raw(shown(line.right))
        .expected(shown(line.left))
        .threshold(line.tolerance.map_or(String::new(), allowance))
        .cells(vec![stated, sum])
}
