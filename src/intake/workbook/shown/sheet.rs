//! What one sheet shows, and the value of each cell as a reader of the sheet sees it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::conditional::{Block, Conditionals};
use super::days::Lack;
use super::decimals;
use super::look::{Back, Look};
use super::number_format::NumberFormat;
use crate::domain::{Affix, Held, Markings, Merged, Run, RunKind, Unseen, counted_text};
use crate::intake::workbook::value::{Value, clock, within_a_day};

/// Merged blocks of a sheet that are looked at: a form has one for each title and header, or a few for each record.
const MOST_MERGED: usize = 200_000;

/// What one sheet shows.
#[derive(Debug, Default)]
pub(in crate::intake::workbook) struct Shown {
    pub(super) markings: Markings,
    /// Cells without runs whose whole content is struck through.
    struck: BTreeSet<(u32, u32)>,
    /// Words that cells show of numbers whose format shows numbers as they are: the value of a formula such as `=TRUE()`.
    pub(super) words: BTreeMap<(u32, u32), Arc<str>>,
    /// What cells show around amounts of money, whether or not their formats say so.
    pub(super) affixes: BTreeMap<(u32, u32), Arc<Affix>>,
    /// Number formats that say something, by cell.
    pub(super) formatted: BTreeMap<(u32, u32), Arc<NumberFormat>>,
    /// How cells are set, where it may make them invisible. Only looked up, never listed.
    pub(super) looks: HashMap<(u32, u32), Look>,
    /// Conditional formats that may do so.
    pub(super) conditionals: Conditionals,
    /// Cells of tables whose style gives them a background of its own.
    pub(super) tables: Vec<Block>,
    /// No zero of the sheet is shown.
    pub(in crate::intake::workbook) hides_zeros: bool,
    /// Filled cells of the row under way, and those of them that are struck as a whole.
    row: Option<(u32, u32, u32)>,
}

impl Shown {
    /// The value of a cell as a reader of the sheet sees it. `format` is a number format of its own.
    pub(in crate::intake::workbook) fn read(
        &mut self,
        row: u32,
        column: u32,
        mut value: Value,
        format: Option<&NumberFormat>,
    ) -> Value {
        let at = (row, column);
        let own = match value.held {
            Held::Number | Held::Date | Held::Time | Held::Text => self.formatted.remove(&at),
            _ => None,
        };
        if value.held == Held::Number
            && let Some(word) = self.words.remove(&at)
        {
            value = word_of(&value, &word);
        }
        if self.hides_zeros && value.held == Held::Number && value.text == "0" {
            self.markings.blank_zeros.insert(at);
        }
        if let Some(format) = format.or(own.as_deref()) {
            match value.held {
                Held::Number if format.is_span() => value = span(value),
                Held::Number => self.number(at, &mut value, format),
                Held::Date | Held::Time => self.day(at, &mut value, format),
                Held::Text if format.hides_text && !value.text.is_empty() => {
                    self.markings.unseen.insert(at, Unseen::Format);
                }
                _ => {}
            }
        }
        if let Some(affix) = self.affixes.remove(&at)
            && value.held == Held::Number
        {
            self.markings.affixes.entry(at).or_insert(affix);
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
        self.see(at, &value);
        value
    }

    /// Notes a cell whose content is not seen.
    fn see(&mut self, at: (u32, u32), value: &Value) {
        // Most sheets have none, and a place need not be hashed for each of their cells.
        let look = (!self.looks.is_empty()).then(|| self.looks.remove(&at)).flatten();
        let mut look = look.unwrap_or_default();
        let is_within = |((top, left), (bottom, right)): &Block| {
            (*top..=*bottom).contains(&at.0) && (*left..=*right).contains(&at.1)
        };
        if look.back == Back::Paper && self.tables.iter().any(is_within) {
            look.back = Back::Unknown;
        }
        let why = match self.conditionals.is_empty() {
            true => look.unseen(),
            false => self.conditionals.unseen(at, value, look),
        };
        if let Some(why) = why.filter(|_| !value.text.trim().is_empty()) {
            self.markings.unseen.insert(at, why);
        }
    }

    /// Notes how a format shows a number, and reads a code as it is shown.
    fn number(&mut self, at: (u32, u32), value: &mut Value, format: &NumberFormat) {
        let disguise = format.disguise.as_ref();
        if disguise.is_some_and(|disguise| disguise.hides(&value.text)) {
            self.markings.formats.insert(at, format.code.clone());
        }
        if disguise.is_some_and(|disguise| disguise.shows_nothing(&value.text)) {
            self.markings.unseen.insert(at, Unseen::Format);
        }
        if disguise.is_some_and(|disguise| disguise.blanks(&value.text)) {
            self.markings.blank_zeros.insert(at);
        }
        if let Some(affix) = disguise.and_then(|disguise| disguise.affix(&value.text)) {
            self.markings.affixes.insert(at, affix.clone());
        }
        if let Some(decimals) = format.decimals.filter(|count| decimals::differ(&value.text, *count)) {
            self.markings.decimals.insert(at, decimals);
        }
        if let Some(shown) = format.show(&value.text) {
            let stored = std::mem::replace(&mut value.text, shown);
            self.markings.stored.insert(at, stored);
        }
    }

    /// Notes a day of which a format shows a part. Where it shows a time alone, nobody sees the day.
    fn day(&mut self, at: (u32, u32), value: &mut Value, format: &NumberFormat) {
        match (format.lack, value.held) {
            (Some(Lack::Part), Held::Date) => {
                self.markings.partial_days.insert(at, format.code.clone());
            }
            (Some(Lack::Day), _) if value.text.get(4..5) == Some("-") => {
                *value = Value::holding(Held::Time, clock(&value.text));
            }
            (Some(Lack::Day), Held::Time) => value.text = within_a_day(&value.text),
            _ => {}
        }
    }

    /// What is left to tell of a sheet with so many rows and columns.
    pub(in crate::intake::workbook) fn into_markings(mut self, height: u32) -> Markings {
        self.markings.hidden_rows.retain(|row| *row < height);
        self.markings.struck_rows.retain(|row| *row < height);
        self.markings.merged.retain(|block| block.first.0 < height);
        self.markings.merged.sort_unstable();
        self.markings.merged.dedup();
        self.markings
    }

    /// Notes a cell that holds something, in reading order: the runs of its text where it has any, and how its own font sets it.
    pub(in crate::intake::workbook) fn add(&mut self, at: (u32, u32), runs: Option<&Arc<[Run]>>, own: RunKind) {
        if self.row.is_none_or(|(row, _, _)| row != at.0) {
            self.end_row();
            self.row = Some((at.0, 0, 0));
        }
        let all = all_of(runs.map_or(&[], |runs| runs), own);
        if let Some((_, filled, struck)) = &mut self.row {
            *filled += 1;
            *struck += u32::from(all == Some(RunKind::Struck));
        }
        match (all, runs) {
            (Some(RunKind::Struck | RunKind::Unseen(Unseen::Hidden)) | None, Some(runs)) => {
                self.markings.runs.insert(at, runs.clone());
            }
            (Some(RunKind::Struck), None) => {
                self.struck.insert(at);
            }
            (Some(RunKind::Superscript | RunKind::Subscript), _) => {
                self.markings.raised.insert(at);
            }
            (Some(RunKind::Unseen(why)), _) => {
                self.markings.unseen.insert(at, why);
            }
            _ => {}
        }
    }

    pub(in crate::intake::workbook) fn end_row(&mut self) {
        if let Some((row, filled, struck)) = self.row.take()
            && filled > 0
            && filled == struck
        {
            self.markings.struck_rows.insert(row);
        }
    }

    pub(in crate::intake::workbook) fn merge(&mut self, first: (u32, u32), last: (u32, u32)) {
        let several = first != last && first.0 <= last.0 && first.1 <= last.1;
        if several && self.markings.merged.len() < MOST_MERGED {
            self.markings.merged.push(Merged { first, last });
        }
    }

    /// Hides a row.
    pub(in crate::intake::workbook) fn hide_row(&mut self, row: u32) {
        self.markings.hidden_rows.insert(row);
    }

    /// Hides columns `first` to `last`; no more than a sheet may have.
    pub(in crate::intake::workbook) fn hide_columns(&mut self, first: u32, last: u32, most: usize) {
        let last = last.min(most as u32);
        self.markings
            .hidden_columns
            .extend(first..=last.max(first).min(most as u32));
    }
}

/// What a cell holds that shows a word of a number: a truth, if the number is 0 or 1.
fn word_of(number: &Value, word: &str) -> Value {
    match number.text.as_str() {
        "0" | "1" => Value::holding(Held::Truth, word),
        _ => Value::text(word),
    }
}

/// A number that a format shows as a span of time.
fn span(number: Value) -> Value {
    match number.text.parse() {
        Ok(days) => Value::span(days),
        Err(_) => number,
    }
}

/// The one way in which a whole text is set: that of `own` where it has no runs. None: parts of it are set otherwise than others.
/// Text that is raised and text that is lowered are the same here.
fn all_of(runs: &[Run], own: RunKind) -> Option<RunKind> {
    let level = |kind: RunKind| match kind {
        RunKind::Subscript => RunKind::Superscript,
        kind => kind,
    };
    let mut filled = runs.iter().filter(|run| !run.text.trim().is_empty());
    let Some(first) = filled.next() else { return Some(own) };
    let kind = level(first.kind);
    filled.all(|run| level(run.kind) == kind).then_some(kind)
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
        let runs: Arc<[Run]> = Arc::from([run("x", RunKind::Struck)]);
        shown.add((1, 0), None, RunKind::Struck);
        shown.add((1, 1), Some(&runs), RunKind::Plain);
        shown.add((2, 0), None, RunKind::Struck);
        shown.add((2, 1), None, RunKind::Plain);
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
    fn a_text_is_set_in_one_way_or_in_several() {
        use RunKind::{Plain, Struck, Subscript, Superscript};
        for (runs, own, kind) in [
            (vec![], Superscript, Some(Superscript)),
            (vec![run("12", Plain), run("500", Plain)], Plain, Some(Plain)),
            (vec![run("12", Superscript), run(" ", Plain)], Plain, Some(Superscript)),
            (
                vec![run("12", Superscript), run("3", Subscript)],
                Plain,
                Some(Superscript),
            ),
            (vec![run("12", Plain), run("1", Superscript)], Plain, None),
            (vec![run("12", Struck)], Plain, Some(Struck)),
        ] {
            assert_eq!(all_of(&runs, own), kind, "{runs:?}");
        }
    }
}
