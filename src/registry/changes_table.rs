//! Reading the table of changes, and what is wrong with it.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use super::Area;
use super::changes::{Change, ChangeKind, Changes, KINDS};
use super::changes_sound;
use super::faults::{Faults, UNKNOWN_CODE, read_table};
use crate::domain::Diagnostic;
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{Pipeline, RegistrySpec};

const REQUIRED: [&str; 4] = ["old_code", "new_code", "date", "kind"];

/// Unknown codes that are told one by one.
pub(super) const MOST_ALIKE: usize = 5;

/// The changes of a registry, none where it has no table of them; whatever is wrong goes to `found`.
pub(super) fn read(pipeline: &Pipeline, areas: &[Area], found: &mut Vec<Diagnostic>) -> Changes {
    let Some(path) = pipeline.registry.changes.as_deref() else {
        return Changes::default();
    };
    let mut faults = Faults::of(path, found);
    let Some(table) = table_of(path, &mut faults) else {
        return Changes::default();
    };
    let reader = Reader::new(&table, areas, pipeline);
    let rows = reader.rows(&mut faults);
    // Where many codes are unknown, the table is of another registry.
    faults.fold("unknown-area", MOST_ALIKE);
    reader.once(&rows, &mut faults);
    changes_sound::judge(&rows, &reader.areas, reader.known_from, &table, &mut faults);
    Changes::new(rows.into_iter().map(|(change, _)| change).collect())
}

/// The table, if it has the columns that it needs.
pub(super) fn table_of(path: &Path, faults: &mut Faults) -> Option<CsvTable> {
    let table = read_table(path, faults)?;
    let mut complete = true;
    for name in REQUIRED.iter().filter(|name| table.column(name).is_none()) {
        complete = false;
        let columns = format!("columns: {}, share, source", REQUIRED.join(", "));
        let message = format!("the column `{name}` is missing");
        faults.hinted("column-missing", table.header.span.clone(), message, columns);
    }
    complete.then_some(table)
}

/// Rows of the table → changes.
pub(super) struct Reader<'a> {
    table: &'a CsvTable,
    spec: &'a RegistrySpec,
    pub(super) areas: BTreeMap<&'a str, Vec<&'a Area>>,
    /// The first day of which the registry knows that something began or ended; before it no code can be missed.
    known_from: Option<Date>,
    /// The first day for which the pipeline needs areas: what ended after it must be in the divisions.
    first_day: Option<Date>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(table: &'a CsvTable, all: &'a [Area], pipeline: &'a Pipeline) -> Reader<'a> {
        let mut areas: BTreeMap<&str, Vec<&Area>> = BTreeMap::new();
        for area in all {
            areas.entry(&area.code).or_default().push(area);
        }
        let known_from = all
            .iter()
            .flat_map(|area| [area.valid_from, area.valid_to])
            .flatten()
            .min();
        Reader {
            table,
            spec: &pipeline.registry,
            areas,
            known_from,
            first_day: pipeline.reference_days().first().copied(),
        }
    }

    /// The rows that are sound in themselves.
    pub(super) fn rows(&self, faults: &mut Faults) -> Vec<(Change, &'a Record)> {
        let records = self.table.records.iter();
        records
            .filter_map(|record| Some((self.change(record, faults)?, record)))
            .collect()
    }

    fn change(&self, record: &Record, faults: &mut Faults) -> Option<Change> {
        let date = self.date(record, faults);
        let kind = self.kind(record, faults);
        let share = self.share(record, faults);
        let (date, kind, share) = (date?, kind?, share?);
        let code = |name: &str| record.cell(self.table.column(name)).to_owned();
        let change = Change {
            old: code("old_code"),
            new: code("new_code"),
            date,
            kind,
            share,
        };
        let sound = self.has_its_codes(&change, record, faults)
            && self.in_force(&change, record, faults)
            && self.is_of_one_level(&change, record, faults);
        sound.then_some(change)
    }

    fn date(&self, record: &Record, faults: &mut Faults) -> Option<Date> {
        let column = self.table.column("date");
        let cell = record.cell(column);
        let date = if cell.len() == 10 { cell.parse().ok() } else { None };
        if date.is_none() {
            let message = format!("`{cell}` is no date");
            faults.hinted("bad-date", record.span_of(column), message, "write it as 2018-12-31");
        }
        date
    }

    fn kind(&self, record: &Record, faults: &mut Faults) -> Option<ChangeKind> {
        let column = self.table.column("kind");
        let cell = record.cell(column);
        let found = KINDS.iter().find(|(name, _)| *name == cell);
        if found.is_none() {
            let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            let message = format!("`{cell}` is no kind of change");
            let hint = format!("kinds: {}", names.join(", "));
            faults.hinted("unknown-kind", record.span_of(column), message, hint);
        }
        found.map(|(_, kind)| *kind)
    }

    /// The share, None inside where the cell is blank.
    fn share(&self, record: &Record, faults: &mut Faults) -> Option<Option<f64>> {
        let column = self.table.column("share");
        let cell = record.cell(column);
        if cell.is_empty() {
            return Some(None);
        }
        let share = cell.parse().ok().filter(|share| (0.0..=1.0).contains(share));
        if share.is_none() {
            let message = format!("`{cell}` is no share");
            faults.hinted(
                "bad-share",
                record.span_of(column),
                message,
                "a share is a number from 0 to 1",
            );
        }
        share.map(Some)
    }

    /// Whether the codes that its kind asks for are there, and no others.
    fn has_its_codes(&self, change: &Change, record: &Record, faults: &mut Faults) -> bool {
        let (old, new) = (!change.old.is_empty(), !change.new.is_empty());
        let (sound, says) = match change.kind {
            ChangeKind::Created => (
                !old && new,
                "an area that was created has a `new_code` and no `old_code`",
            ),
            ChangeKind::Abolished => (
                old && !new,
                "an area that was abolished has an `old_code` and no `new_code`",
            ),
            ChangeKind::Rename => (
                old && change.old == change.new,
                "an area that was renamed has the same `old_code` and `new_code`",
            ),
            _ => (
                old && new && change.old != change.new,
                "this kind of change leads from one code to another",
            ),
        };
        if !sound {
            let hint = "a new code is a recode; leave `old_code` blank for created, `new_code` for abolished";
            faults.hinted("change-codes", record.span.clone(), says, hint);
        }
        sound
    }

    /// Whether the old area was in force the day before, and the new one is on the day.
    fn in_force(&self, change: &Change, record: &Record, faults: &mut Faults) -> bool {
        let eve = change.date.yesterday().unwrap_or(change.date);
        let sides = [("old_code", &change.old, eve), ("new_code", &change.new, change.date)];
        let mut sound = true;
        for (column, code, day) in sides {
            if code.is_empty() {
                continue;
            }
            let span = record.span_of(self.table.column(column));
            match self.areas.get(code.as_str()) {
                Some(rows) if rows.iter().any(|area| area.is_valid_on(day)) => {}
                Some(_) => {
                    sound = false;
                    let message = format!("`{code}` is not in force on {day}");
                    let hint = "`date` is the first day of the new state: the old code is in force the day before, the new one on it";
                    faults.hinted("change-not-valid", span, message, hint);
                }
                // The table of divisions need not hold what ended before it begins.
                None if column == "old_code" && self.is_before_divisions(change.date) => {}
                None => {
                    sound = false;
                    let message = format!("`{code}` is no area of the registry");
                    faults.hinted("unknown-area", span, message, UNKNOWN_CODE);
                }
            }
        }
        sound
    }

    /// Whether nobody asks for the areas of the eve of a day, nor do the divisions say that anything began or ended until then.
    fn is_before_divisions(&self, day: Date) -> bool {
        let is_by = |from: Option<Date>| from.is_none_or(|from| day <= from);
        is_by(self.known_from) && is_by(self.first_day)
    }

    /// The area that has a code on a day.
    fn bearer(&self, code: &str, day: Date) -> Option<&'a Area> {
        let mut rows = self.areas.get(code)?.iter();
        rows.find(|area| area.is_valid_on(day)).copied()
    }

    /// Whether both areas are of one level: sums of a level go over to areas of that level.
    fn is_of_one_level(&self, change: &Change, record: &Record, faults: &mut Faults) -> bool {
        let eve = change.date.yesterday().unwrap_or(change.date);
        let sides = [self.bearer(&change.old, eve), self.bearer(&change.new, change.date)];
        let [Some(old), Some(new)] = sides else { return true };
        if old.level == new.level {
            return true;
        }
        let [before, after] = [old, new].map(|area| self.spec.levels[area.level].as_str());
        let message = format!(
            "`{}` is an area of the level `{before}`, `{}` of the level `{after}`",
            old.code, new.code
        );
        let hint = "a change leads to an area of the same level: write what became of the areas within, too; the area itself is `abolished`, \
                    and the one of the other level `created`";
        faults.hinted("different-levels", record.span.clone(), message, hint);
        false
    }

    /// A change is told once.
    fn once(&self, rows: &[(Change, &Record)], faults: &mut Faults) {
        let mut seen: BTreeMap<_, &Record> = BTreeMap::new();
        for (change, record) in rows {
            if let Some(earlier) = seen.insert((&change.old, &change.new, change.date), record) {
                let fault = faults.add("duplicate-change", record.span.clone(), "this change has a second row");
                fault.related = Some((earlier.span.clone(), "the first".into()));
                fault.hint = Some("keep one of the rows".into());
            }
        }
    }
}
