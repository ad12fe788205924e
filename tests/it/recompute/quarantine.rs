//! Quarantined rows, typed again from their raw cells by plain rules. What these rules cannot tell for certain (words
//! around a number, another unit) is `Untold`: figures that hang on it are not compared.

use std::collections::{BTreeMap, BTreeSet};

use huizong::pipeline::{Column, ColumnKind, Form, MissingKind};

use super::Scene;
use crate::support::{Published, Row, read_parquet};

/// A cell of a record.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Known(Published),
    Untold,
}

const NULL: Cell = Cell::Known(Published::Null);

/// A row held back, of a submission that counts.
pub(super) struct Held {
    pub(super) area: String,
    pub(super) cells: BTreeMap<String, Cell>,
}

impl Scene<'_> {
    /// Held-back rows of the submissions of which something was read. All senders of the sample are areas of the lowest
    /// level, so a row's area is its sender.
    pub(super) fn held(&self, form: usize) -> Vec<Held> {
        let counted = self.counted(form);
        let spec = &self.world.pipeline.forms[form];
        let rows = self.quarantine(form).into_iter();
        rows.filter_map(|row| {
            let id = row["submission_id"].text().unwrap();
            let area = counted.get(id)?.clone();
            assert!(
                self.areas.values().all(|other| other.parent.as_ref() != Some(&area)),
                "{area} is not the lowest"
            );
            let cells = spec
                .columns
                .iter()
                .map(|column| (column.id.clone(), self.typed(spec, column, &row)));
            Some(Held {
                area,
                cells: cells.collect(),
            })
        })
        .collect()
    }

    fn quarantine(&self, form: usize) -> Vec<Row> {
        let id = &self.world.pipeline.forms[form].id;
        let folder = self
            .world
            .output
            .join("current/quarantine")
            .join(id)
            .join(self.period.to_string());
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        entries.flat_map(|entry| read_parquet(&entry.unwrap().path())).collect()
    }

    /// Submissions that count, with their senders: those with accepted rows, and those of which every row was read but
    /// broke a rule between cells or rows. A rejected revision supersedes nothing: where another of its sender counts, its
    /// rows are the same records once more, and of several that failed the earliest stands for them.
    pub(super) fn counted(&self, form: usize) -> BTreeMap<String, String> {
        let rules = self.world.pipeline.rules.iter().filter(|rule| rule.form == form);
        let of_rows: BTreeSet<&str> = rules.map(|rule| rule.id.as_str()).chain(["row-conflict"]).collect();
        let mut read: BTreeSet<String> = BTreeSet::new();
        for row in self.quarantine(form) {
            if row["codes"]
                .text()
                .unwrap()
                .split(';')
                .all(|code| of_rows.contains(code))
            {
                read.insert(row["submission_id"].text().unwrap().to_string());
            }
        }
        let text = |row: &Row, name: &str| row[name].text().unwrap().to_owned();
        let mut of_sender: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        for row in self.submissions(form) {
            let counts = match row["status"].text().unwrap() {
                "accepted" | "partial" => true,
                "rejected" => read.contains(row["submission_id"].text().unwrap()),
                _ => false,
            };
            if counts {
                of_sender.entry(text(row, "area_code")).or_default().push(row);
            }
        }
        let mut counted = BTreeMap::new();
        for (sender, mut rows) in of_sender {
            if rows.iter().any(|row| row["status"].text() != Some("rejected")) {
                rows.retain(|row| row["status"].text() != Some("rejected"));
            } else {
                let revision = |row: &Row| row["revision"].number().unwrap() as u32;
                let earliest = rows.iter().map(|row| revision(row)).min();
                rows.retain(|row| Some(revision(row)) == earliest);
            }
            counted.extend(rows.into_iter().map(|row| (text(row, "submission_id"), sender.clone())));
        }
        counted
    }

    /// Submissions of the form and period whose sender is known.
    pub(super) fn submissions(&self, form: usize) -> impl Iterator<Item = &Row> {
        let (id, period) = (&self.world.pipeline.forms[form].id, self.period.to_string());
        self.world.submissions.iter().filter(move |row| {
            row["form"].text() == Some(id) && row["period"].text() == Some(&period) && row["area_code"].text().is_some()
        })
    }

    fn typed(&self, form: &Form, column: &Column, row: &Row) -> Cell {
        let codes: Vec<&str> = row["codes"].text().unwrap().split(';').collect();
        let Some(raw) = row[&column.id].text() else { return NULL };
        if codes.contains(&"row-ragged") {
            return NULL;
        }
        let text = narrow(raw);
        match form.missing.get(&text) {
            Some(MissingKind::Zero) => return zero(&column.kind),
            Some(_) => return NULL,
            None if text.is_empty() => return NULL,
            None => {}
        }
        let submission = row["submission_id"].text().unwrap().to_string();
        if self.world.converted.contains(&(submission, column.id.clone())) {
            return Cell::Untold;
        }
        match &column.kind {
            ColumnKind::Integer { .. } | ColumnKind::Decimal { .. } => number(&text, column),
            ColumnKind::Boolean { yes, no } => boolean(&text, yes, no),
            ColumnKind::Category { values } => {
                let named = |words: &Vec<String>| words.contains(&text);
                let member = values
                    .iter()
                    .find(|(_, words)| named(words))
                    .map(|(member, _)| member.clone());
                member.map_or(NULL, |member| Cell::Known(Published::Text(member)))
            }
            ColumnKind::DivisionCode { .. } => {
                let bad = [
                    "code-malformed",
                    "code-scientific",
                    "code-unknown",
                    "outside-jurisdiction",
                ];
                if codes.iter().any(|code| bad.contains(code)) {
                    return NULL;
                }
                Cell::Known(Published::Text(text.chars().filter(|c| !c.is_whitespace()).collect()))
            }
            ColumnKind::Text | ColumnKind::Date | ColumnKind::DivisionName { .. } => Cell::Untold,
        }
    }
}

/// Half-width, without blanks and quotes around it.
fn narrow(raw: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap(),
        '\u{3000}' => ' ',
        other => other,
    };
    let text: String = raw.chars().map(half).collect();
    text.trim().trim_start_matches('\'').to_string()
}

fn zero(kind: &ColumnKind) -> Cell {
    match kind {
        ColumnKind::Integer { .. } => Cell::Known(Published::Integer(0)),
        ColumnKind::Decimal { .. } => Cell::Known(Published::Real(0.0)),
        ColumnKind::Boolean { .. } => Cell::Known(Published::Boolean(false)),
        _ => NULL,
    }
}

/// Digits alone are a number; what has no digit at all is none. A number outside the column's range is not known.
fn number(text: &str, column: &Column) -> Cell {
    let plain = text.replace(',', "");
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !text.chars().any(char::is_numeric) {
        return NULL;
    }
    if whole.is_empty() || !digits(whole) || !digits(decimals) || plain.ends_with('.') {
        return Cell::Untold;
    }
    let value: f64 = plain.parse().unwrap();
    if column.range.is_some_and(|(low, high)| value < low || high < value) {
        return NULL;
    }
    match column.kind {
        ColumnKind::Integer { .. } if decimals.is_empty() => Cell::Known(Published::Integer(value as i64)),
        ColumnKind::Decimal {
            scale, percent: false, ..
        } if decimals.len() <= scale as usize => Cell::Known(Published::Real(value)),
        _ => Cell::Untold,
    }
}

fn boolean(text: &str, yes: &[String], no: &[String]) -> Cell {
    let is = |words: &[String], usual: [&str; 2]| {
        let lower = text.to_lowercase();
        usual.contains(&lower.as_str()) || words.iter().any(|word| narrow(word).to_lowercase() == lower)
    };
    match (is(yes, ["1", "true"]), is(no, ["0", "false"])) {
        (true, _) => Cell::Known(Published::Boolean(true)),
        (_, true) => Cell::Known(Published::Boolean(false)),
        _ => NULL,
    }
}
