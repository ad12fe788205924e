//! What a workbook shows beside the values of its cells: raised, lowered and struck text, hidden rows and columns, merged cells,
//! number formats that pad with zeros. The workbook library gives the values alone, so the files are read once more for these.

mod ods;
mod pattern;
mod xls;
mod xlsx;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) use ods::of_ods;
pub(super) use pattern::{Pattern, disguises};
pub(super) use xls::of_xls;
pub(super) use xlsx::of_xlsx;

use super::value::Value;
use crate::domain::{Markings, Merged, Run, RunKind, counted_text};

/// Merged blocks of a sheet that are looked at: a form has one for each title and header, or a few for each record.
const MOST_MERGED: usize = 200_000;

/// What one sheet shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    markings: Markings,
    /// Cells whose whole content is struck through.
    struck: BTreeSet<(u32, u32)>,
    /// Number formats that pad with zeros, by cell.
    padded: BTreeMap<(u32, u32), Arc<Pattern>>,
    /// Filled cells of the row under way, and those of them that are struck as a whole.
    row: Option<(u32, u32, u32)>,
}

impl Shown {
    /// The value of a cell as a reader of the sheet sees it. `pattern` is a number format of its own.
    pub(super) fn read(&mut self, row: u32, column: u32, mut value: Value, pattern: Option<&Pattern>) -> Value {
        let at = (row, column);
        if value.numeric {
            let pattern = pattern.or_else(|| self.padded.get(&at).map(|pattern| &**pattern));
            if let Some(shown) = pattern.and_then(|pattern| pattern.show(&value.text)) {
                let stored = std::mem::replace(&mut value.text, shown);
                self.markings.stored.insert(at, stored);
            }
        }
        if self.markings.struck_rows.contains(&row) {
            self.markings.runs.remove(&at);
            return value;
        }
        if let Some(runs) = self.markings.runs.get(&at) {
            return Value::text(counted_text(runs));
        }
        if self.struck.contains(&at) && !value.text.is_empty() {
            let run = Run {
                text: value.text,
                kind: RunKind::Struck,
            };
            self.markings.runs.insert(at, Arc::from([run]));
            return Value::text("");
        }
        value
    }

    /// Notes a number that its format shows as another one.
    pub(super) fn disguise(&mut self, row: u32, column: u32, format: &Arc<str>) {
        self.markings.formats.insert((row, column), format.clone());
    }

    /// What is left to tell of a sheet with so many rows and columns.
    pub(super) fn into_markings(mut self, height: u32) -> Markings {
        self.markings.hidden_rows.retain(|row| *row < height);
        self.markings.struck_rows.retain(|row| *row < height);
        self.markings.merged.retain(|block| block.first.0 < height);
        self.markings.merged.sort_unstable();
        self.markings.merged.dedup();
        self.markings
    }

    /// Notes a cell that holds something, in reading order, with the runs of its text where it has several.
    pub(super) fn add(&mut self, at: (u32, u32), runs: Option<Arc<[Run]>>, struck: bool) {
        if self.row.is_none_or(|(row, _, _)| row != at.0) {
            self.end_row();
            self.row = Some((at.0, 0, 0));
        }
        let struck = match &runs {
            Some(runs) => runs
                .iter()
                .all(|run| run.kind == RunKind::Struck || run.text.trim().is_empty()),
            None => struck,
        };
        if let Some((_, filled, all)) = &mut self.row {
            *filled += 1;
            *all += u32::from(struck);
        }
        match runs {
            Some(runs) => {
                self.markings.runs.insert(at, runs);
            }
            None if struck => {
                self.struck.insert(at);
            }
            None => {}
        }
    }

    pub(super) fn end_row(&mut self) {
        if let Some((row, filled, struck)) = self.row.take()
            && filled > 0
            && filled == struck
        {
            self.markings.struck_rows.insert(row);
        }
    }

    pub(super) fn merge(&mut self, first: (u32, u32), last: (u32, u32)) {
        let several = first != last && first.0 <= last.0 && first.1 <= last.1;
        if several && self.markings.merged.len() < MOST_MERGED {
            self.markings.merged.push(Merged { first, last });
        }
    }

    /// Hides a row.
    pub(super) fn hide_row(&mut self, row: u32) {
        self.markings.hidden_rows.insert(row);
    }

    /// Hides columns `first` to `last`; no more than a sheet may have.
    pub(super) fn hide_columns(&mut self, first: u32, last: u32, most: usize) {
        let last = last.min(most as u32);
        self.markings
            .hidden_columns
            .extend(first..=last.max(first).min(most as u32));
    }
}

/// How a font sets text.
fn kind(struck: bool, raised: bool, lowered: bool) -> RunKind {
    match (struck, raised, lowered) {
        (true, _, _) => RunKind::Struck,
        (false, true, _) => RunKind::Superscript,
        (false, false, true) => RunKind::Subscript,
        _ => RunKind::Plain,
    }
}

/// The runs of a text; None: all of it is set in one way that says nothing, which a text that is raised as a whole is, too.
pub(super) fn worth_telling(runs: Vec<Run>) -> Option<Arc<[Run]>> {
    let mut filled = runs.iter().filter(|run| !run.text.trim().is_empty());
    let plain = |run: &Run| run.kind == RunKind::Plain;
    let raised = |run: &Run| matches!(run.kind, RunKind::Superscript | RunKind::Subscript);
    let silent = filled.clone().all(plain) || filled.all(raised);
    (!silent).then(|| Arc::from(runs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, kind: RunKind) -> Run {
        Run {
            text: text.to_owned(),
            kind,
        }
    }

    #[test]
    fn a_row_that_is_struck_whole_keeps_its_cells() {
        let mut shown = Shown::default();
        shown.add((1, 0), None, true);
        shown.add((1, 1), Some(Arc::from([run("x", RunKind::Struck)])), false);
        shown.add((2, 0), None, true);
        shown.add((2, 1), None, false);
        shown.end_row();
        let read = |shown: &mut Shown, row, column| shown.read(row, column, Value::text("x"), None).text;
        assert_eq!(read(&mut shown, 1, 0), "x");
        assert_eq!(read(&mut shown, 1, 1), "x");
        assert_eq!(read(&mut shown, 2, 0), "");
        assert_eq!(read(&mut shown, 2, 1), "x");
        let markings = shown.into_markings(3);
        assert_eq!(markings.struck_rows, [1].into());
        assert_eq!(markings.runs.keys().collect::<Vec<_>>(), [&(2, 0)]);
    }

    #[test]
    fn bold_and_raised_as_a_whole_say_nothing() {
        use RunKind::{Plain, Struck, Superscript};
        for (runs, tells) in [
            (vec![run("12", Plain), run("500", Plain)], false),
            (vec![run("12", Superscript), run(" ", Plain)], false),
            (vec![run("12", Plain), run("1", Superscript)], true),
            (vec![run("12", Struck)], true),
        ] {
            assert_eq!(worth_telling(runs.clone()).is_some(), tells, "{runs:?}");
        }
    }
}
