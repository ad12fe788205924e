//! The divisions table → areas.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::Area;
use super::faults::{Faults, read_table};
use super::limits::Limits;
use super::validate;
use crate::domain::{Diagnostic, plural};
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{CodeScheme, LevelIndex, Pipeline, RegistrySpec};

const KNOWN: [&str; 11] = [
    "code",
    "name",
    "name_en",
    "level",
    "kind",
    "parent_code",
    "valid_from",
    "valid_to",
    "code_prefixes",
    "aliases",
    "source",
];
const REQUIRED: [&str; 3] = ["code", "name", "parent_code"];

/// Codes of another shape that are told one by one.
const MOST_ALIKE: usize = 5;

/// All areas by code and beginning; whatever is wrong with them goes to `found`.
pub(super) fn read(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) -> Vec<Area> {
    let spec = &pipeline.registry;
    let mut faults = Faults::of(&spec.divisions, found);
    let Some(table) = read_table(&spec.divisions, &mut faults) else {
        return Vec::new();
    };
    check_columns(&table, &mut faults);
    if REQUIRED.iter().any(|name| table.column(name).is_none()) {
        return Vec::new();
    }
    let limits = Limits::of(pipeline, &table, &KNOWN);
    let reader = RowReader {
        spec,
        table: &table,
        limits: &limits,
    };
    let mut rows: Vec<(Area, &Record)> = Vec::with_capacity(table.records.len());
    let mut levels = Vec::with_capacity(table.records.len());
    for record in &table.records {
        let (area, level) = reader.area(record, &mut faults);
        rows.push((area, record));
        levels.push(level);
    }
    // Codes of another scheme are all of them wrong, and so are the cells of a column that holds no numbers.
    faults.fold("bad-code", MOST_ALIKE);
    faults.fold("bad-limit", MOST_ALIKE);
    let unplaced = settle_levels(&mut rows, &levels, &reader, &mut faults);
    validate::all(&rows, unplaced, spec, &table, &mut faults);
    let mut areas: Vec<Area> = rows.into_iter().map(|(area, _)| area).collect();
    found.extend(limits.unknown(&KNOWN));
    areas.sort_by(|a, b| (&a.code, a.first_day()).cmp(&(&b.code, b.first_day())));
    areas
}

fn check_columns(table: &CsvTable, faults: &mut Faults) {
    for name in REQUIRED {
        if table.column(name).is_none() {
            let message = format!("the column `{name}` is missing");
            faults.hinted(
                "column-missing",
                table.header.span.clone(),
                message,
                format!("columns: {}", KNOWN.join(", ")),
            );
        }
    }
    for (at, name) in table.columns().iter().enumerate() {
        let span = table.header.span_of(Some(at));
        if table.column(name) != Some(at) && !name.is_empty() {
            faults.hinted(
                "column-twice",
                span,
                format!("the column `{name}` stands here a second time"),
                "leave one of the two columns out",
            );
        } else if !KNOWN.contains(&name.as_str())
            && let Some(near) = KNOWN.iter().find(|known| strsim::damerau_levenshtein(known, name) == 1)
        {
            faults.hinted(
                "unknown-column",
                span,
                format!("unknown column `{name}`"),
                format!("did you mean `{near}`?"),
            );
        }
    }
}

/// Cells of a row → an area.
struct RowReader<'a> {
    spec: &'a RegistrySpec,
    table: &'a CsvTable,
    limits: &'a Limits<'a>,
}

impl RowReader<'_> {
    /// The area with level 0 for the time being, and the level its row states.
    fn area(&self, record: &Record, faults: &mut Faults) -> (Area, Option<LevelIndex>) {
        if record.width() > self.table.header.width() {
            let message = format!(
                "{} where the header has {}",
                plural(record.width(), "cell"),
                self.table.header.width()
            );
            faults.hinted(
                "row-ragged",
                record.span.clone(),
                message,
                "quote a cell that contains a comma",
            );
        }
        let text = |name: &str| record.cell(self.table.column(name)).to_owned();
        let some = |name: &str| Some(text(name)).filter(|cell| !cell.is_empty());
        let list = |name: &str| {
            text(name)
                .split(';')
                .map(|s| s.trim().to_owned())
                .filter(|s| !s.is_empty())
                .collect()
        };
        let area = Area {
            code: self.code(record, faults),
            name: text("name"),
            name_en: some("name_en"),
            level: 0,
            kind: text("kind"),
            parent_code: some("parent_code"),
            valid_from: self.date(record, "valid_from", faults),
            valid_to: self.date(record, "valid_to", faults),
            code_prefixes: list("code_prefixes"),
            aliases: list("aliases"),
            source: some("source"),
            limits: self.limits.read(record, faults),
        };
        if area.name.is_empty() {
            faults.add(
                "cell-empty",
                record.span.clone(),
                format!("area {} has no name", area.code),
            );
        }
        (area, self.level(record, faults))
    }

    fn code(&self, record: &Record, faults: &mut Faults) -> String {
        let column = self.table.column("code");
        let code = record.cell(column);
        let six_digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        if code.is_empty() {
            faults.add("cell-empty", record.span.clone(), "the row has no code");
        } else if self.spec.code_scheme == CodeScheme::Gb2260 && !six_digits {
            let hint = "`code_scheme = \"plain\"` allows any text";
            faults.hinted(
                "bad-code",
                record.span_of(column),
                format!("`{code}` is no code of six digits"),
                hint,
            );
        }
        code.to_owned()
    }

    fn date(&self, record: &Record, name: &str, faults: &mut Faults) -> Option<Date> {
        let column = self.table.column(name);
        let cell = record.cell(column);
        if cell.is_empty() {
            return None;
        }
        let date = if cell.len() == 10 { cell.parse().ok() } else { None };
        if date.is_none() {
            faults.hinted(
                "bad-date",
                record.span_of(column),
                format!("`{cell}` is no date"),
                "write it as 2018-12-31",
            );
        }
        date
    }

    fn level(&self, record: &Record, faults: &mut Faults) -> Option<LevelIndex> {
        let column = self.table.column("level");
        let cell = record.cell(column);
        if cell.is_empty() {
            return None;
        }
        let found = self.spec.levels.iter().position(|level| level == cell);
        if found.is_none() {
            let hint = format!("levels: {}", self.spec.levels.join(", "));
            faults.hinted(
                "unknown-level",
                record.span_of(column),
                format!("unknown level `{cell}`"),
                hint,
            );
        }
        found
    }
}

/// Gives every area its level (as stated, else one below its parent's) and, where it has none, its kind. Returns the
/// rows for which there is no level.
fn settle_levels(
    rows: &mut [(Area, &Record)],
    stated: &[Option<LevelIndex>],
    reader: &RowReader,
    faults: &mut Faults,
) -> BTreeSet<usize> {
    let level_of: Vec<Option<LevelIndex>> = {
        let mut first_row: HashMap<&str, usize> = HashMap::new();
        for (at, (area, _)) in rows.iter().enumerate() {
            first_row.entry(&area.code).or_insert(at);
        }
        (0..rows.len())
            .map(|at| level_by_hierarchy(at, rows, stated, &first_row))
            .collect()
    };
    let levels = &reader.spec.levels;
    let mut unplaced = BTreeSet::new();
    for (at, (area, record)) in rows.iter_mut().enumerate() {
        match level_of[at] {
            Some(level) if level < levels.len() => area.level = level,
            Some(_) => {
                unplaced.insert(at);
                let message = format!(
                    "{} lies deeper than the {} levels of the registry",
                    area.code,
                    levels.len()
                );
                faults.hinted(
                    "level-too-deep",
                    record.span.clone(),
                    message,
                    "add a level to `[registry].levels`",
                );
            }
            None => {
                unplaced.insert(at);
                let span = record.span_of(reader.table.column("parent_code"));
                faults.add(
                    "parent-cycle",
                    span,
                    format!("the parents of {} lead back to itself", area.code),
                );
            }
        }
        if area.kind.is_empty() {
            area.kind.clone_from(&levels[area.level]);
        }
    }
    unplaced
}

/// Climbs until a row states its level or has no known parent; None: the climb never ends.
fn level_by_hierarchy(
    mut at: usize,
    rows: &[(Area, &Record)],
    stated: &[Option<LevelIndex>],
    first_row: &HashMap<&str, usize>,
) -> Option<LevelIndex> {
    for climbed in 0..=rows.len() {
        if let Some(level) = stated[at] {
            return Some(level + climbed);
        }
        match rows[at].0.parent_code.as_deref().and_then(|code| first_row.get(code)) {
            Some(&parent) => at = parent,
            None => return Some(climbed),
        }
    }
    None
}
