//! Corrections applied to the submissions of a bundle, before their cells are cleaned. What was received stays beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::check::StatedRow;
use crate::domain::{Code, Corrected, Finding, MatchedColumn, Place, RawTable, SetAside, Text, plural};
use crate::normalize::{self, CleanCell, Context, Notations, RowKeys};
use crate::partition::by_sender::Sender;
use crate::partition::case::Case;
use crate::partition::entry::{Applied, Entry, Outcome};
use crate::partition::shared::Shared;
use crate::pipeline::Form;
use crate::pipeline::corrections::{Change, Correction};
use crate::pipeline::units::Ratio;

/// Applies what the ministry says of the submissions of a bundle.
pub fn correct(shared: &Shared<'_>, cases: &mut [Case]) {
    if shared.feedback.corrections.list.is_empty() {
        return;
    }
    let paths = paths_by_content(cases);
    for (at, case) in cases.iter_mut().enumerate() {
        let submission = &case.read.submission;
        let Some(period) = submission.period else { continue };
        let sender: Sender = (submission.form, period, submission.area_code.clone());
        let all = shared.feedback.corrections_of(&sender);
        if all.is_empty() {
            continue;
        }
        let areas = shared.areas(submission.form, period);
        let meant = |correction: &Correction| {
            // Of equal files, any may be the one that counts.
            let here = |wanted: &String| paths[&case.content].iter().any(|path| is_path(path, wanted));
            correction.path.as_ref().is_none_or(here)
                && correction
                    .revision
                    .is_none_or(|revision| revision == submission.revision)
        };
        let list = &shared.feedback.corrections.list;
        let corrections: Vec<(usize, &Correction)> = all
            .iter()
            .map(|&index| (index, &list[index]))
            .filter(|(_, correction)| meant(correction))
            .collect();
        let context = shared.context(submission, &areas, at);
        let mut desk = Desk {
            form: &shared.pipeline.forms[submission.form],
            applied: Vec::new(),
        };
        if let Some((index, correction)) = corrections.iter().find(|(_, one)| one.is_of_whole(desk.form)) {
            desk.drop_whole(*index, correction, &mut case.read.rejected, &mut case.entry);
        } else if let Some(table) = case.read.table.as_mut() {
            desk.correct(table, &context, &corrections, &mut case.entry);
            for factor in desk.scaled_columns(&corrections) {
                scale_stated(&mut case.stated, factor);
            }
        }
        case.entry.corrected = desk.applied;
    }
}

/// Paths of the submissions that hold the same content, by its number.
fn paths_by_content(cases: &[Case]) -> BTreeMap<usize, Vec<String>> {
    let mut paths: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for one in cases {
        paths
            .entry(one.content)
            .or_default()
            .push(one.read.submission.path.clone());
    }
    paths
}

/// Whether a correction that names this path is about the submission at `path`.
fn is_path(path: &str, wanted: &str) -> bool {
    wanted == path || path.split_once('#').is_some_and(|(file, _)| wanted == file)
}

impl Correction {
    /// Whether it takes a whole submission out.
    fn is_of_whole(&self, form: &Form) -> bool {
        self.change == Change::Drop && (self.key.is_none() || form.key.is_empty())
    }
}

/// One submission under correction.
struct Desk<'a> {
    form: &'a Form,
    applied: Vec<Applied>,
}

/// Where a correction of rows is to happen.
enum Target {
    /// A record, by its row of the grid.
    Row(u32),
    /// Every record.
    All,
}

impl Desk<'_> {
    /// Columns all of whose figures are multiplied, with the factor.
    fn scaled_columns(&self, corrections: &[(usize, &Correction)]) -> Vec<(usize, Ratio)> {
        let of = |&(index, correction): &(usize, &Correction)| {
            let whole = correction.key.is_none() && !self.form.key.is_empty();
            let mut applied = self.applied.iter().filter(|one| one.correction == index);
            let holds = applied.any(|one| one.outcome == Outcome::Applied);
            match &correction.change {
                Change::Scale(factor) if whole && holds => Some((correction.column?, *factor)),
                _ => None,
            }
        };
        corrections.iter().filter_map(of).collect()
    }

    fn drop_whole(&mut self, index: usize, correction: &Correction, rejected: &mut bool, entry: &mut Entry) {
        *rejected = true;
        let finding = Finding::new(Code::CorrectionDropped);
        entry
            .findings
            .push(finding.expected(&correction.id).count(entry.rows.quarantined.max(1)));
        self.note(index, (None, None), None, Outcome::Applied);
    }

    fn correct(
        &mut self,
        table: &mut RawTable,
        context: &Context,
        corrections: &[(usize, &Correction)],
        entry: &mut Entry,
    ) {
        let targets = self.targets(table, context, corrections);
        let mut drops: BTreeMap<u32, &str> = BTreeMap::new();
        // A cell with a correction of its own keeps that, whatever is said of its column.
        let (cells, columns): (Vec<_>, Vec<_>) =
            (targets.iter()).partition(|(_, _, target)| matches!(target, Target::Row(_)));
        for (index, correction, target) in cells.into_iter().chain(columns) {
            match (target, &correction.change) {
                (Target::Row(row), Change::Drop) => {
                    let place = Some((*row, table.grid.number(*row as usize)));
                    if let Some(seen) = unexpected(table, correction, *row) {
                        self.note(*index, (place, correction.column), Some(seen), Outcome::Stale);
                        continue;
                    }
                    drops.insert(*row, &correction.id);
                    let raw = row_text(table, self.form, *row);
                    self.note(*index, (place, None), Some(raw), Outcome::Applied);
                }
                (target, _) => self.change(table, (*index, correction), target),
            }
        }
        self.read_again(table, context);
        self.take_out(table, &drops, entry);
    }

    /// The rows that corrections mean; those that mean none are noted.
    fn targets<'c>(
        &mut self,
        table: &RawTable,
        context: &Context,
        corrections: &[(usize, &'c Correction)],
    ) -> Vec<(usize, &'c Correction, Target)> {
        let keyed = corrections.iter().any(|(_, correction)| correction.key.is_some());
        let keys = keyed.then(|| RowKeys::new(table, *context)).flatten();
        let mut targets = Vec::new();
        for &(index, correction) in corrections {
            let found = match &correction.key {
                None if self.form.key.is_empty() => only_row(table),
                None => Ok(Target::All),
                Some(key) => {
                    let found = keys.as_ref().map(|keys| keys.find(key));
                    let rows = found.map_or_else(Vec::new, |found| found.unwrap_or_else(|several| several));
                    let rows = rows.into_iter().map(|position| table.records[position as usize]);
                    Self::one_of(table, correction, rows.collect())
                }
            };
            match found {
                Ok(target) => targets.push((index, correction, target)),
                Err(why) => self.note(index, (None, None), None, Outcome::Unmatched(why)),
            }
        }
        targets
    }

    /// The row that is meant where several have the key: the one with the content that is expected.
    fn one_of(table: &RawTable, correction: &Correction, rows: Vec<u32>) -> Result<Target, Text> {
        let fits = |row: &&u32| correction.expect.is_some() && unexpected(table, correction, **row).is_none();
        let expected: Vec<u32> = rows.iter().filter(fits).copied().collect();
        match (rows.as_slice(), expected.as_slice()) {
            ([], _) => Err(Text::new("没有这个主键的行", "no row has this key")),
            ([row], _) | (_, [row]) => Ok(Target::Row(*row)),
            // None of them has what is expected, which the first of them then shows.
            ([row, ..], []) if correction.expect.is_some() => Ok(Target::Row(*row)),
            _ => Err(Text::new(
                format!(
                    "有 {} 行是这个主键，无法判断所指哪一行（可用 column 和 expect 指明）",
                    rows.len()
                ),
                format!(
                    "{} rows have this key, and nobody can tell which is meant (`column` and `expect` can)",
                    rows.len()
                ),
            )),
        }
    }

    /// Changes one cell, or all figures of a column.
    fn change(&mut self, table: &mut RawTable, (index, correction): (usize, &Correction), target: &Target) {
        let Some(column) = matched(table, correction.column).cloned() else {
            let why = Text::new("上报中没有这一列", "the submission has no such column");
            return self.note(index, (None, None), None, Outcome::Unmatched(why));
        };
        let at = column.index as usize;
        let rows: Vec<u32> = match target {
            Target::Row(row) => vec![*row],
            Target::All => table.records.clone(),
        };
        let filled = |row: &&u32| !table.grid.cell(**row as usize, at).trim().is_empty();
        let first = match target {
            Target::Row(row) => Some(row),
            Target::All => rows.iter().find(filled),
        };
        let seen = first.map_or("", |row| table.grid.cell(*row as usize, at)).to_owned();
        if let Some(expect) = &correction.expect
            && !normalize::same_content(&seen, expect)
        {
            let place = first.map(|row| (*row, table.grid.number(*row as usize)));
            return self.note(index, (place, correction.column), Some(seen), Outcome::Stale);
        }
        let notations = Notations::of(table, self.form);
        let before = self.applied.len();
        let id: Arc<str> = correction.id.as_str().into();
        let column_of = correction.column;
        let form = self.form;
        // A number of JSON has a point for its decimals, whatever the texts of its column have.
        let plain = Notations::default();
        let scaled = |raw: &str, row: u32, is_double: bool, factor| {
            let has_point = table.grid.is_numeric(row as usize, at);
            let notations = if has_point { &plain } else { &notations };
            normalize::scaled(raw, is_double, form, (notations, &column), factor)
        };
        let mut taken = false;
        for row in rows {
            let numeric = table.is_double(row as usize, at);
            let raw = table.grid.cell(row as usize, at).to_owned();
            let (text, numeric) = match &correction.change {
                Change::Override(value) => (Some(value.clone()), false),
                Change::Scale(factor) => (scaled(&raw, row, numeric, *factor), numeric),
                Change::Drop => (None, false),
            };
            let Some(text) = text else { continue };
            let correction = id.clone();
            if !table.corrected.put(
                row,
                column.index,
                Corrected {
                    text,
                    numeric,
                    correction,
                },
            ) {
                taken = true;
                continue;
            }
            let place = (Some((row, table.grid.number(row as usize))), column_of);
            self.note(index, place, Some(raw), Outcome::Applied);
        }
        if self.applied.len() == before {
            let why = if taken {
                Text::new(
                    "所指单元格已有另一条更正",
                    "another correction holds for the cell already",
                )
            } else {
                Text::new(
                    "所指单元格没有可换算的数字",
                    "no figure stands there that could be scaled",
                )
            };
            self.note(index, (None, None), Some(seen), Outcome::Unmatched(why));
        }
    }

    /// What corrected cells are read as.
    fn read_again(&mut self, table: &RawTable, context: &Context) {
        let columns: BTreeSet<u32> = table.corrected.cells().map(|(_, index)| index).collect();
        for matched in table.columns.iter().filter(|matched| columns.contains(&matched.index)) {
            let Some(cells) = normalize::cleaned(table, context, matched.column) else {
                continue;
            };
            for one in self.applied.iter_mut().filter(|one| one.outcome == Outcome::Applied) {
                let Some(position) = one.row.and_then(|row| table.records.binary_search(&row).ok()) else {
                    continue;
                };
                if one.column == Some(matched.column) {
                    let CleanCell { value, refused } = cells[position].clone();
                    one.value = value;
                    if refused {
                        one.outcome = Outcome::Refused;
                    }
                }
            }
        }
    }

    /// Sets dropped records aside, and says so.
    fn take_out(&mut self, table: &mut RawTable, drops: &BTreeMap<u32, &str>, entry: &mut Entry) {
        if drops.is_empty() {
            return;
        }
        table.records.retain(|row| !drops.contains_key(row));
        for (&row, id) in drops {
            table.set_aside.push((row, SetAside::Dropped));
            let place = Place {
                sheet: table.sheet.clone(),
                row: Some(table.grid.number(row as usize)),
                ..Place::default()
            };
            let finding = Finding::new(Code::CorrectionDropped);
            let finding = finding.severity(crate::domain::Severity::Info).at(place);
            entry.findings.push(finding.expected(*id));
            entry.rows.set_aside += 1;
            entry.rows.quarantined -= 1;
        }
        table.set_aside.sort_unstable();
        let dropped = |one: &&mut Applied| one.column.is_some() && one.row.is_some_and(|row| drops.contains_key(&row));
        for one in self.applied.iter_mut().filter(dropped) {
            one.outcome = Outcome::Superseded;
        }
    }

    /// Notes what became of a correction; `place` is a row of the grid and a column of the form.
    fn note(
        &mut self,
        correction: usize,
        (row, column): (Option<(u32, u32)>, Option<usize>),
        raw: Option<String>,
        outcome: Outcome,
    ) {
        self.applied.push(Applied {
            correction,
            row: row.map(|(row, _)| row),
            number: row.map_or(0, |(_, number)| number),
            column,
            raw,
            value: None,
            outcome,
        });
    }
}

/// A line that states the sum of a column is in the unit of the column.
fn scale_stated(stated: &mut [StatedRow], (column, factor): (usize, Ratio)) {
    let figures = stated.iter_mut().flat_map(|row| &mut row.figures);
    for figure in figures.filter(|figure| figure.column == column) {
        figure.value = figure.value * factor.num as f64 / factor.den as f64;
        figure.converted = true;
    }
}

/// The record of a submission that is one row.
fn only_row(table: &RawTable) -> Result<Target, Text> {
    match table.records.as_slice() {
        [row] => Ok(Target::Row(*row)),
        rows => Err(Text::new(
            format!("该上报有 {} 行，无法判断所指哪一行", rows.len()),
            format!(
                "the submission has {}, and nobody can tell which is meant",
                plural(rows.len(), "row")
            ),
        )),
    }
}

fn matched(table: &RawTable, column: Option<usize>) -> Option<&MatchedColumn> {
    table.columns.iter().find(|matched| Some(matched.column) == column)
}

/// What stands in the column that a correction looks at, where that is not what it expects.
fn unexpected(table: &RawTable, correction: &Correction, row: u32) -> Option<String> {
    let expect = correction.expect.as_deref()?;
    let column = matched(table, correction.column);
    let cell = column.map_or("", |column| table.grid.cell(row as usize, column.index as usize));
    (!normalize::same_content(cell, expect)).then(|| cell.to_owned())
}

/// A row as received: the cells of the form's columns.
fn row_text(table: &RawTable, form: &Form, row: u32) -> String {
    let cell = |matched: &MatchedColumn| {
        let text = table.grid.cell(row as usize, matched.index as usize);
        format!("{}={text}", form.columns[matched.column].id)
    };
    table.columns.iter().map(cell).collect::<Vec<_>>().join("; ")
}
