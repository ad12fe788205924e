//! Reading the table of changes, and what is wrong with it.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use super::Area;
use super::changes::{Change, ChangeKind, Changes, KINDS};
use super::changes_sound;
use super::faults::{Faults, read_table};
use crate::domain::Diagnostic;
use crate::pipeline::csv_table::{CsvTable, Record};

const REQUIRED: [&str; 4] = ["old_code", "new_code", "date", "kind"];

/// Unknown codes that are told one by one.
const MOST_ALIKE: usize = 5;

/// The changes of a registry, none where it has no table of them; whatever is wrong goes to `found`.
pub(super) fn read(path: Option<&Path>, areas: &[Area], found: &mut Vec<Diagnostic>) -> Changes {
    let Some(path) = path else {
        return Changes::default();
    };
    let mut faults = Faults::of(path, found);
    let Some(table) = read_table(path, &mut faults) else {
        return Changes::default();
    };
    let mut complete = true;
    for name in REQUIRED.iter().filter(|name| table.column(name).is_none()) {
        complete = false;
        let columns = format!("columns: {}, share, source", REQUIRED.join(", "));
        let message = format!("the column `{name}` is missing");
        faults.hinted("column-missing", table.header.span.clone(), message, columns);
    }
    if !complete {
        return Changes::default();
    }
    let reader = Reader::new(&table, areas);
    let records = table.records.iter();
    let rows: Vec<(Change, &Record)> = records
        .filter_map(|record| Some((reader.change(record, &mut faults)?, record)))
        .collect();
    // Where many codes are unknown, the table is of another registry.
    faults.fold("unknown-area", MOST_ALIKE);
    reader.once(&rows, &mut faults);
    changes_sound::judge(&rows, &reader.areas, reader.known_from, &table, &mut faults);
    Changes::new(rows.into_iter().map(|(change, _)| change).collect())
}

/// Rows of the table → changes.
struct Reader<'a> {
    table: &'a CsvTable,
    areas: BTreeMap<&'a str, Vec<&'a Area>>,
    /// The first day of which the registry knows that something began or ended; before it no code can be missed.
    known_from: Option<Date>,
}

impl<'a> Reader<'a> {
    fn new(table: &'a CsvTable, all: &'a [Area]) -> Reader<'a> {
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
            areas,
            known_from,
        }
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
        let sound = self.has_its_codes(&change, record, faults);
        (sound && self.in_force(&change, record, faults)).then_some(change)
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
                None if column == "old_code" && self.known_from.is_none_or(|from| change.date <= from) => {}
                None => {
                    sound = false;
                    faults.add("unknown-area", span, format!("`{code}` is no area of the registry"));
                }
            }
        }
        sound
    }

    /// A change is told once.
    fn once(&self, rows: &[(Change, &Record)], faults: &mut Faults) {
        let mut seen: BTreeMap<_, &Record> = BTreeMap::new();
        for (change, record) in rows {
            if let Some(earlier) = seen.insert((&change.old, &change.new, change.date), record) {
                let fault = faults.add("duplicate-change", record.span.clone(), "this change has a second row");
                fault.related = Some((earlier.span.clone(), "the first".into()));
            }
        }
    }
}
