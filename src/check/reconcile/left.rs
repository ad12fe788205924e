//! The sum over the rows of an area, and what is not certain of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::DataType;
use serde::{Deserialize, Serialize};

use super::areas::Figures;
use crate::check::error::Error;
use crate::check::flags::{Flags, Questioned};
use crate::check::held::Held;
use crate::check::hints::RowName;
use crate::check::ledger::scaled;
use crate::check::partition::Partition;
use crate::check::peers::members_of;
use crate::domain::{Cell, RowState};
use crate::pipeline::sql::member_index;
use crate::pipeline::{Column, ColumnKind, ReconcileRule, UNKNOWN};

/// The sum over the rows of an area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Summed {
    /// × 10^scale of the column.
    pub(super) sum: i128,
    /// What the proposed mends of its cells would add.
    pub(super) mends: i128,
    pub(super) questioned: Questioned,
    /// The same with rows whose cell is empty: what they lack counts as zero in the sum.
    pub(super) lacking: Questioned,
    pub(super) held: Held,
    /// A row that counts has a cell that could not be read.
    pub(super) is_unread: bool,
    pub(super) submission: u32,
    pub(super) path: Arc<str>,
    pub(super) sheet: Option<Arc<str>>,
}

/// What a row adds to the sum.
#[derive(Clone, Copy)]
enum Adds {
    Nothing,
    /// Its cell is empty.
    Unknown,
    /// This, if it belongs, which is unknown.
    Perhaps(i128),
    Figure(i128),
}

/// What each row adds to the left side, whatever has become of it.
fn additions(partition: &Partition, rule: &ReconcileRule) -> Result<Vec<Adds>, Error> {
    let broken = |source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    };
    let height = partition.statuses.len();
    let figures: Vec<Option<i128>> = match rule.left_column {
        None => vec![Some(1); height],
        Some(at) => {
            let column = &partition.form.columns[at];
            let series = partition.column(&column.id)?;
            if let ColumnKind::Decimal { scale, .. } = column.kind {
                let figures = partition.figures(at)?;
                figures
                    .iter()
                    .map(|figure| figure.map(|figure| scaled(figure, scale)))
                    .collect()
            } else {
                let whole = series.cast(&DataType::Int64).map_err(broken)?;
                let whole = whole.i64().map_err(broken)?;
                whole.iter().map(|figure| figure.map(i128::from)).collect()
            }
        }
    };
    let mut adds: Vec<Adds> = figures
        .into_iter()
        .map(|figure| figure.map_or(Adds::Unknown, Adds::Figure))
        .collect();
    for (dimension, members) in &rule.filter {
        let index = |id: &str| member_index(partition.pipeline, *dimension, id);
        let wanted: Vec<u16> = members.iter().map(|id| index(id)).collect();
        let unknown = index(UNKNOWN);
        for (add, found) in adds.iter_mut().zip(members_of(partition, *dimension)?) {
            *add = match found {
                found if wanted.contains(&found) => *add,
                found if found != unknown && found != Cell::NO_MEMBER => Adds::Nothing,
                _ => match *add {
                    Adds::Figure(figure) => Adds::Perhaps(figure),
                    add => add,
                },
            };
        }
    }
    Ok(adds)
}

/// The sum of each area.
pub(super) fn sums(
    side: &Figures<'_>,
    rule: &ReconcileRule,
    flags: &Flags<'_>,
) -> Result<BTreeMap<String, Summed>, Error> {
    let partition = &side.partition;
    let (names, areas) = side.at(rule.level);
    let adds = additions(partition, rule)?;
    let own = rule.left_column.map(|at| partition.form.columns[at].id.as_str());
    let mut columns: Vec<&str> = own.into_iter().collect();
    for (dimension, _) in &rule.filter {
        if let crate::pipeline::DimensionLevel::Row { column, .. } = &partition.pipeline.dimensions[*dimension].level {
            columns.push(column);
        }
    }
    let mut questioned = QuestionedRows::default();
    let mut all: Vec<Option<Summed>> = names.iter().map(|_| None).collect();
    for (record, &area) in areas.iter().enumerate() {
        let Some(slot) = all.get_mut(area as usize) else {
            continue;
        };
        if partition.statuses.of(record) == RowState::Superseded {
            continue;
        }
        let submission = partition.submission(record);
        let summed = slot.get_or_insert_with(|| {
            let origin = partition.origin(record);
            Summed {
                sum: 0,
                mends: 0,
                questioned: Questioned::default(),
                lacking: Questioned::default(),
                held: Held::default(),
                is_unread: false,
                submission,
                path: origin.map_or_else(|| Arc::from(""), |origin| Arc::clone(&origin.path)),
                sheet: origin.and_then(|origin| origin.sheet.clone()),
            }
        });
        let row = partition.row(record);
        match (partition.stands(record), adds[record]) {
            (_, Adds::Nothing) => {}
            (true, Adds::Figure(figure)) => {
                summed.sum += figure;
                let is_questioned = rule.left_column.is_some() && questioned.of(flags, submission).contains(&row);
                summed.questioned.see(figure, is_questioned);
                summed.lacking.see(figure, is_questioned);
            }
            (true, Adds::Unknown | Adds::Perhaps(_)) => {
                summed.is_unread |= columns.iter().any(|column| flags.unreadable(submission, column, row));
                summed.lacking.lack();
            }
            (false, Adds::Figure(figure) | Adds::Perhaps(figure)) => {
                let is_blamed = own.is_some_and(|column| flags.is_blamed(submission, column, row));
                summed.held.see(figure, is_blamed);
            }
            (false, Adds::Unknown) => summed.held.open(),
        }
    }
    if let Some(at) = rule.left_column {
        add_mends(partition, &partition.form.columns[at], (areas, &adds), flags, &mut all);
    }
    let found = names.iter().cloned().zip(all);
    Ok(found.filter_map(|(name, summed)| Some((name, summed?))).collect())
}

/// The questioned rows of the submission at hand.
#[derive(Default)]
struct QuestionedRows {
    submission: Option<u32>,
    rows: BTreeSet<u32>,
}

impl QuestionedRows {
    fn of(&mut self, flags: &Flags<'_>, submission: u32) -> &BTreeSet<u32> {
        if self.submission != Some(submission) {
            self.submission = Some(submission);
            self.rows = flags.questioned_rows(submission);
        }
        &self.rows
    }
}

/// What the mends that other findings propose would add to each sum.
fn add_mends(
    partition: &Partition,
    column: &Column,
    (areas, adds): (&[u32], &[Adds]),
    flags: &Flags<'_>,
    all: &mut [Option<Summed>],
) {
    let scale = column.kind.decimals();
    let mut record = 0;
    while record < areas.len() {
        let submission = partition.submission(record);
        let end = (record..areas.len())
            .find(|&at| partition.submission(at) != submission)
            .unwrap_or(areas.len());
        let mends = flags.mends(submission, &column.id);
        if !mends.is_empty() {
            for at in record..end {
                let Some(Some(summed)) = all.get_mut(areas[at] as usize) else {
                    continue;
                };
                let row = partition.row(at);
                let (Adds::Figure(figure), Some(mend)) = (adds[at], mends.get(&row)) else {
                    continue;
                };
                let as_read = crate::check::ledger::figure(figure, scale);
                let Some(mended) = mend.applied_to(as_read) else {
                    continue;
                };
                let more = scaled(mended, scale) - figure;
                match partition.statuses.of(at) {
                    RowState::Accepted => summed.mends += more,
                    RowState::Quarantined => summed.held.mend(more),
                    RowState::Superseded => {}
                }
            }
        }
        record = end;
    }
}

/// The figures of the accepted rows of some areas, with how the county knows them.
pub(super) fn rows_of(
    side: &Figures<'_>,
    rule: &ReconcileRule,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<(i128, RowName)>>, Error> {
    let partition = &side.partition;
    let (names, areas) = side.at(rule.level);
    let is_wanted: Vec<bool> = names.iter().map(|name| wanted(name)).collect();
    let mut found: BTreeMap<String, Vec<(i128, RowName)>> = BTreeMap::new();
    if is_wanted.contains(&true) {
        let adds = additions(partition, rule)?;
        for (record, &area) in areas.iter().enumerate() {
            if is_wanted.get(area as usize) == Some(&true)
                && partition.stands(record)
                && let Adds::Figure(figure) = adds[record]
            {
                let name = RowName {
                    row: partition.row(record).to_string(),
                    path: partition.origin(record).map(|origin| origin.path.to_string()),
                };
                found
                    .entry(names[area as usize].clone())
                    .or_default()
                    .push((figure, name));
            }
        }
    }
    Ok(found)
}
