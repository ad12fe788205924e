//! Which column of the form each physical column is.

use std::collections::{BTreeMap, HashMap};

use super::{Book, HeaderRemark, Known, Layout};
use crate::domain::{MatchedColumn, without_note};
use crate::intake::unit_notes::{self, Note};
use crate::intake::unit_words::unit_words;
use crate::intake::units;
use crate::intake::words::words;
use crate::pipeline::header::normalize_with;

/// How well a header fits a column; of several headers the best ones count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Without a bracket that is no known unit.
    WithoutNote,
    /// Its lower rows alone.
    LowerPart,
    Whole,
}

/// Whether a header of several rows may begin with a cell, for the cells asked so far.
type Openings<'c> = HashMap<&'c str, bool>;

impl Book<'_> {
    /// `parts`: for each physical column its header cells from the top down.
    pub(super) fn layout(&self, parts: Vec<Vec<String>>) -> Layout {
        let mut places: BTreeMap<usize, Vec<(u32, Option<String>, Fit)>> = BTreeMap::new();
        let mut openings = Openings::default();
        let mut names = Vec::with_capacity(parts.len());
        let mut above = BTreeMap::new();
        let mut remarks = BTreeMap::new();
        for (index, column) in parts.iter().enumerate() {
            let name = column.join("/");
            let found = self.of_parts(column, &name, &mut openings);
            let without_note = || {
                let (bare, known, fit, remark) = self.without_note(column)?;
                remarks.extend(remark.map(|remark| (index as u32, remark)));
                above.extend(self.upper_rows(&bare, fit).map(|rows| (index as u32, rows)));
                Some((known, Fit::WithoutNote))
            };
            let found = found.or_else(without_note);
            if let Some((_, fit)) = &found {
                above.extend(self.upper_rows(column, *fit).map(|rows| (index as u32, rows)));
            }
            if let Some((known, fit)) = found {
                places
                    .entry(known.column)
                    .or_default()
                    .push((index as u32, known.unit, fit));
            }
            names.push(name);
        }
        let mut layout = Layout {
            names,
            above,
            remarks,
            ..Layout::default()
        };
        for (column, mut found) in places {
            // The same sub-header beneath another group is another column, and so is one with a remark in brackets.
            let best = found.iter().map(|(.., fit)| *fit).max();
            found.retain(|(.., fit)| Some(*fit) == best);
            if best == Some(Fit::WithoutNote) && found.len() > 1 {
                continue;
            }
            if let [(index, unit, _)] = found.as_slice() {
                let is_its = |unit: &String| self.is_its_unit(column, &parts[*index as usize], unit);
                let unit = unit.clone().filter(is_its);
                layout.columns.push(MatchedColumn {
                    column,
                    index: *index,
                    unit,
                });
            } else {
                layout
                    .doubled
                    .insert(column, found.iter().map(|(index, ..)| *index).collect());
            }
        }
        layout.columns.sort_by_key(|column| column.index);
        layout
    }

    /// Header cells above those that name a column, where the lower ones alone do.
    fn upper_rows(&self, parts: &[String], fit: Fit) -> Option<Vec<String>> {
        let lower = |from: &usize| self.look_up(&parts[*from..].join("/")).is_some();
        (fit == Fit::LowerPart).then(|| {
            let from = (1..parts.len()).find(lower).unwrap_or(parts.len());
            parts[..from].to_vec()
        })
    }

    /// Whether a unit in a header is that of its column: of figures and, where it stands above the last row, of what they measure. Beneath
    /// 设施（亩） a column of metres keeps its own unit.
    fn is_its_unit(&self, column: usize, parts: &[String], unit: &str) -> bool {
        let column = &self.form.columns[column];
        let is_in_last_row = || {
            let last = parts.last().filter(|_| parts.len() > 1);
            last.is_none_or(|last| normalize_with(last, self.units).unit.is_some())
        };
        let Some(own) = units::own(column) else {
            return units::is_numeric(column);
        };
        let is_alike =
            || self.units.measure_alike(unit, own) || (unit_words().is_money(unit) && unit_words().is_money(own));
        is_in_last_row() || !self.units.knows(unit) || self.units.is_multiplier(unit) || is_alike()
    }

    /// By the joined header, else by its lower parts; and which of them it was.
    fn of_parts<'c>(&self, parts: &'c [String], name: &str, openings: &mut Openings<'c>) -> Option<(Known, Fit)> {
        let [top, beneath @ ..] = parts else { return None };
        let whole = if beneath.is_empty() || self.may_open(top, openings) {
            self.look_up(name)
        } else {
            None
        };
        if let Some(known) = whole {
            return Some((known, Fit::Whole));
        }
        (!beneath.is_empty())
            .then(|| self.of_parts(beneath, &beneath.join("/"), openings))?
            .map(|(known, _)| (known, Fit::LowerPart))
    }

    /// False only where no header of several rows begins with this cell. A title spans every column of the sheet and differs
    /// from file to file: this spares normalising it once a column.
    fn may_open<'c>(&self, cell: &'c str, openings: &mut Openings<'c>) -> bool {
        *openings.entry(cell).or_insert_with(|| {
            // Brackets and the like may swallow the border between two cells: such a cell is looked up with what follows.
            let plain =
                |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3000}' | ':' | '：') || c.is_ascii_alphanumeric();
            if !cell.chars().all(plain) {
                return true;
            }
            let text = normalize_with(cell, self.units).text;
            let opens = |text: &str| {
                let begins = |known: &String| {
                    known
                        .strip_prefix(text)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                text.is_empty() || self.normal.keys().any(begins)
            };
            opens(&text) || words().without_prefixes(&text).is_some_and(|text| opens(&text))
        })
    }

    /// A column whose header ends in a bracket or in the mark of a note.
    fn without_note(&self, parts: &[String]) -> Option<(Vec<String>, Known, Fit, Option<HeaderRemark>)> {
        self.without_bracket(parts).or_else(|| self.without_mark(parts))
    }

    /// A column whose header ends in the mark of a note, as in `Residents¹` or `Residents 1)`, with the same beside it. A raised digit
    /// behind a unit is a part of it.
    fn without_mark(&self, parts: &[String]) -> Option<(Vec<String>, Known, Fit, Option<HeaderRemark>)> {
        let (last, upper) = parts.split_last()?;
        let last = last.trim_end();
        let before = without_note(last).or_else(|| without_half_bracket(last))?;
        let bare: Vec<String> = upper.iter().cloned().chain([before.to_owned()]).collect();
        let (known, fit) = self.of_parts(&bare, &bare.join("/"), &mut Openings::new())?;
        let remark = HeaderRemark {
            text: last[before.len()..].trim().to_owned(),
            is_agreed: false,
        };
        known.unit.is_none().then_some((bare, known, fit, Some(remark)))
    }

    /// A column whose header ends in a bracket: in an unknown unit, as in `床位（万张）`, or in a remark, as in `Residents (2022)`.
    /// With it come the header without the bracket, how well that fits, and the remark.
    fn without_bracket(&self, parts: &[String]) -> Option<(Vec<String>, Known, Fit, Option<HeaderRemark>)> {
        let (last, upper) = parts.split_last()?;
        let inner = last.trim_end().strip_suffix([')', '）', ']', '】'])?;
        let open = inner.rfind(['(', '（', '[', '【'])?;
        let (before, note) = (
            inner[..open].trim_end(),
            inner[open..].trim_start_matches(['(', '（', '[', '【']).trim(),
        );
        let bare: Vec<String> = upper.iter().cloned().chain([before.to_owned()]).collect();
        let (known, fit) = self.of_parts(&bare, &bare.join("/"), &mut Openings::new())?;
        if known.unit.is_some() || note.is_empty() {
            return None;
        }
        let is_numeric = units::is_numeric(&self.form.columns[known.column]);
        let remark = |is_agreed| {
            let text = note.to_owned();
            Some(HeaderRemark { text, is_agreed })
        };
        let (unit, remark) = match unit_notes::read(note, self.units) {
            Note::Unit(unit) if is_numeric => (Some(unit), None),
            Note::Remark => (None, remark(true)),
            Note::Words if is_numeric => (None, remark(false)),
            _ => return None,
        };
        Some((bare, Known { unit, ..known }, fit, remark))
    }
}

/// What stands before a blank and `1)`.
fn without_half_bracket(text: &str) -> Option<&str> {
    let (before, number) = text.strip_suffix([')', '）'])?.rsplit_once(char::is_whitespace)?;
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| before.trim_end())
}
