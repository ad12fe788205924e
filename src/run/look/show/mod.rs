//! Rows of a table of a release, selected, ordered and limited: only the columns and row groups are read that this takes.

mod condition;
mod select;
mod stored;
mod wide;

use std::collections::BTreeMap;

use super::error::LookError;
use super::release::Release;
use crate::lake::rows_at;
use crate::pipeline::Pipeline;
use crate::report::RowsHead;
use crate::tables::{ColumnSpec, Frame};

use condition::Condition;
use select::{Place, Selected, select};
pub use stored::table_names;
use stored::{Stored, column};
use wide::wide;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct ShowQuery {
    /// `indicators`, or `facts/FORM` and `uncounted/FORM`.
    pub table: String,
    /// Which rows; None: all.
    pub condition: Option<String>,
    /// Columns, in this order; empty: all.
    pub columns: Vec<String>,
    /// Columns that order the rows, each descending behind a `-`; empty: the order of the table.
    pub sort: Vec<String>,
    /// Rows at most; None: all.
    pub limit: Option<usize>,
    /// Columns that are spread over a column an indicator; empty: a row stays a row.
    pub wide: Vec<String>,
}

/// The rows that were asked for, which come piece by piece.
pub struct Shown {
    head: RowsHead,
    rows: Rows,
}

/// Rows that are still to come.
enum Rows {
    /// In files.
    Stored {
        stored: Stored,
        places: Vec<Place>,
        /// Rows of a piece.
        piece: usize,
    },
    /// In memory.
    Held(Option<Frame>),
}

/// Rows of a piece: as many as a row group has, or half of it.
const PIECE: usize = 65_536;

/// Selects rows of a table.
///
/// # Errors
/// When there is no such table or column, the condition is faulty, or a file cannot be read.
pub fn show(pipeline: &Pipeline, release: &Release, query: &ShowQuery) -> Result<Shown, LookError> {
    let stored = Stored::find(pipeline, release, &query.table)?;
    let condition = match &query.condition {
        Some(text) => Some(Condition::read(text, pipeline, release, &stored)?),
        None => None,
    };
    let head = RowsHead {
        source: release.source.clone(),
        title: stored.title.clone(),
        columns: stored.columns.clone(),
        chosen: !query.columns.is_empty(),
        key: stored.key.clone(),
        fixed: condition.as_ref().map(Condition::fixed).unwrap_or_default(),
        listed: 0,
        selected: 0,
        total: stored.count()?,
    };
    match query.wide.is_empty() {
        true => listed(stored, condition.as_ref(), query, head),
        false => spread(pipeline, &stored, condition.as_ref(), query, head),
    }
}

/// Rows as they are stored.
fn listed(
    stored: Stored,
    condition: Option<&Condition>,
    query: &ShowQuery,
    mut head: RowsHead,
) -> Result<Shown, LookError> {
    let sort = sort(query, &stored.columns)?;
    if head.chosen {
        head.columns.clear();
        for name in &query.columns {
            let column = column(name, &stored.columns)?;
            if head.columns.iter().all(|other| other.name != column.name) {
                head.columns.push(column.clone());
            }
        }
    }
    let by: Vec<&str> = sort.iter().map(|(name, _)| *name).collect();
    let limit = query.limit.unwrap_or(usize::MAX);
    // The first in another order may be any of them.
    let most = if sort.is_empty() { limit } else { usize::MAX };
    let Selected {
        count,
        mut places,
        columns,
    } = select(&stored, condition, most, &by)?;
    if !sort.is_empty() {
        let order = columns.order(sort.iter().copied());
        places = order.into_iter().take(limit).map(|row| places[row]).collect();
    }
    head.selected = count;
    head.listed = places.len();
    // Rows in another order than that of the file are all read at once: each piece would read the file anew.
    let piece = if sort.is_empty() { PIECE } else { places.len() };
    Ok(Shown {
        head,
        rows: Rows::Stored { stored, places, piece },
    })
}

/// The same with a column an indicator.
fn spread(
    pipeline: &Pipeline,
    stored: &Stored,
    condition: Option<&Condition>,
    query: &ShowQuery,
    head: RowsHead,
) -> Result<Shown, LookError> {
    let (columns, mut frame) = wide(pipeline, stored, condition, &query.wide)?;
    let sort = sort(query, &columns)?;
    let mut rows = frame.order(sort);
    let selected = rows.len();
    rows.truncate(query.limit.unwrap_or(usize::MAX));
    frame = frame.picked(&rows);
    let head = RowsHead {
        columns,
        key: wide::KEY.map(str::to_owned).to_vec(),
        listed: frame.height,
        selected,
        // The rows of the table are others.
        total: selected,
        ..head
    };
    Ok(Shown {
        head,
        rows: Rows::Held(Some(frame)),
    })
}

/// The columns that order the rows, and whether each descends.
fn sort<'q>(query: &'q ShowQuery, columns: &[ColumnSpec]) -> Result<Vec<(&'q str, bool)>, LookError> {
    let one = |given: &'q String| {
        let name = given.strip_prefix('-');
        let (name, descends) = (name.unwrap_or(given), name.is_some());
        column(name, columns).map(|_| (name, descends))
    };
    query.sort.iter().map(one).collect()
}

impl Shown {
    /// What is shown.
    pub fn head(&self) -> &RowsHead {
        &self.head
    }

    /// The next rows; None: there are no more.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn next_rows(&mut self) -> Result<Option<Frame>, LookError> {
        let (stored, places, piece) = match &mut self.rows {
            Rows::Held(frame) => return Ok(frame.take().filter(|frame| frame.height > 0)),
            Rows::Stored { places, .. } if places.is_empty() => return Ok(None),
            Rows::Stored { stored, places, piece } => (stored, places, *piece),
        };
        let rest = places.split_off(piece.min(places.len()));
        let here = std::mem::replace(places, rest);
        let names: Vec<&str> = self.head.columns.iter().map(|column| column.name.as_str()).collect();
        read(stored, &here, &names).map(Some)
    }
}

/// Columns of rows, in the order in which these are given.
fn read(stored: &Stored, places: &[Place], columns: &[&str]) -> Result<Frame, LookError> {
    let mut files: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, place) in places.iter().enumerate() {
        files.entry(place.file).or_default().push((place.row, at));
    }
    let mut frame = Frame::default();
    let mut order = vec![0; places.len()];
    for (file, mut rows) in files {
        rows.sort_unstable();
        for ((_, at), number) in rows.iter().zip(frame.height..) {
            order[*at] = number;
        }
        let rows: Vec<usize> = rows.into_iter().map(|(row, _)| row).collect();
        frame.append(rows_at(&stored.files[file], columns, &rows)?);
    }
    Ok(if order.is_sorted() { frame } else { frame.picked(&order) })
}
