//! Rows of the table of changes that are sound and have no effect, or no more than that submissions learn a new code.

use jiff::civil::Date;

use super::Area;
use super::changes::{Change, ChangeKind, KINDS};
use super::changes_table::{MOST_ALIKE, Reader, table_of};
use super::faults::Faults;
use crate::domain::Diagnostic;
use crate::pipeline::Pipeline;
use crate::pipeline::csv_table::Record;

/// Codes of rows about an area that the divisions do not have, and of rows without an effect.
const NAMES_ALONE: &str = "change-of-unknown-area";
const IDLE: &str = "change-without-effect";

/// Warnings of rows that are probably mistakes, and notes on rows that may be right because the table serves other pipelines, too.
pub(super) fn told(pipeline: &Pipeline, areas: &[Area]) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let (mut warnings, mut notes) = (Vec::new(), Vec::new());
    let Some(path) = pipeline.registry.changes.as_deref() else {
        return (warnings, notes);
    };
    // The registry is loaded, so the table has no fault.
    let mut none = Vec::new();
    let mut faults = Faults::of(path, &mut none);
    let Some(table) = table_of(path, &mut faults) else {
        return (warnings, notes);
    };
    let reader = Reader::new(&table, areas, pipeline);
    let rows = reader.rows(&mut faults);
    let old_code = table.column("old_code");
    let mut doubts = Faults::of(path, &mut warnings);
    for (change, record) in &rows {
        if is_unchanged(change, pipeline, &reader) {
            let message = format!(
                "`{}` has the same row of the divisions before and on {}, so it keeps its name",
                change.old, change.date
            );
            let hint = "end its row the day before (`valid_to`) and begin one with the new name (`valid_from`), or delete the change";
            doubts.hinted(IDLE, record.span_of(old_code), message, hint);
        }
    }
    let unknown =
        |(change, _): &&(Change, &Record)| !change.old.is_empty() && !reader.areas.contains_key(change.old.as_str());
    let unknown: Vec<_> = rows.iter().filter(unknown).collect();
    // A few are slips. Where they are many, the table is older than the divisions.
    let mut recorded = Faults::of(path, &mut notes);
    let to = if unknown.len() > MOST_ALIKE {
        &mut recorded
    } else {
        &mut doubts
    };
    for (change, record) in unknown {
        let message = format!(
            "`{}` is no area of the registry: the change of {} names its successor, and moves no figure",
            change.old, change.date
        );
        let hint = "correct the code if it is a slip; it is right if the area ended before the divisions begin";
        to.hinted(NAMES_ALONE, record.span_of(old_code), message, hint);
    }
    to.fold(NAMES_ALONE, MOST_ALIKE);
    for (change, record) in &rows {
        if let Some(why) = idle(change, pipeline, &reader) {
            let hint = "it is right where the table serves other periods, too; else correct the date";
            recorded.hinted(IDLE, record.span.clone(), why, hint);
        }
    }
    recorded.fold(IDLE, MOST_ALIKE);
    (warnings, notes)
}

/// Whether a rename leaves the row of the divisions as it was, though areas of the time before are needed.
fn is_unchanged(change: &Change, pipeline: &Pipeline, reader: &Reader) -> bool {
    let is_needed = pipeline
        .reference_days()
        .first()
        .is_some_and(|first| *first < change.date);
    change.kind == ChangeKind::Rename && is_needed && reader.is_one_row(&change.old, change.date)
}

/// Why a change has no effect: it is outside the days that areas are compared between, and no code is given up or taken on by it then.
fn idle(change: &Change, pipeline: &Pipeline, reader: &Reader) -> Option<String> {
    let days = pipeline.reference_days();
    let (first, last) = (*days.first()?, *days.last()?);
    let (date, kind) = (change.date, change.kind);
    let word = KINDS.iter().find(|(_, one)| *one == kind)?.0;
    let stays = !change.old.is_empty() && reader.is_one_row(&change.old, date);
    let is_idle = |gives_up: bool| match kind {
        ChangeKind::Rename | ChangeKind::Transfer => true,
        // Submissions that use the new code too early, or the old one too late, are pointed to the right code: so the change has an effect.
        ChangeKind::Created => gives_up,
        ChangeKind::Abolished => !gives_up,
        ChangeKind::Split => gives_up && stays,
        ChangeKind::Recode | ChangeKind::Merge => false,
    };
    // A rename that changes nothing is told as that.
    if is_unchanged(change, pipeline, reader) {
        return None;
    }
    let is_after = last < date && !pipeline.open_ended;
    if date <= first && is_idle(true) {
        Some(format!(
            "the change `{word}` of {date} has no effect: it has happened by {first}, the first day on which the pipeline needs areas"
        ))
    } else if is_after && is_idle(false) {
        Some(format!(
            "the change `{word}` of {date} has no effect: it has not happened by {last}, the last day on which the pipeline needs areas"
        ))
    } else {
        None
    }
}

impl Reader<'_> {
    /// Whether one row of the divisions holds on a day and on its eve.
    fn is_one_row(&self, code: &str, day: Date) -> bool {
        let eve = day.yesterday().unwrap_or(day);
        let mut rows = self.areas.get(code).into_iter().flatten();
        rows.any(|area| area.is_valid_on(eve) && area.is_valid_on(day))
    }
}
