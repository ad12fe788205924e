//! Which column of the form each physical column is.

use std::collections::{BTreeMap, HashMap};

use super::{Book, Known, Layout};
use crate::domain::MatchedColumn;
use crate::intake::units;
use crate::intake::words::words;
use crate::pipeline::header::normalize_with;

/// How well a header fits a column; of several headers the best ones count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Without a note in brackets that is no known unit.
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
        for (index, column) in parts.iter().enumerate() {
            let name = column.join("/");
            let found = self.of_parts(column, &name, &mut openings);
            if let Some((_, Fit::LowerPart)) = &found {
                let lower = |from: &usize| self.look_up(&column[*from..].join("/")).is_some();
                let from = (1..column.len()).find(lower).unwrap_or(column.len());
                above.insert(index as u32, column[..from].to_vec());
            }
            if let Some((known, fit)) = found.or_else(|| Some((self.without_note(&name)?, Fit::WithoutNote))) {
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
                let unit = unit.clone().filter(|_| units::is_numeric(&self.form.columns[column]));
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

    /// A column of figures whose header ends in a unit that nobody knows, as in `床位（万张）`, or in a remark: `Residents (2022)`.
    fn without_note(&self, header: &str) -> Option<Known> {
        let header = header.trim_end();
        let inner = header.strip_suffix([')', '）', ']', '】'])?;
        let open = inner.rfind(['(', '（', '[', '【'])?;
        let (before, note) = (
            &inner[..open],
            inner[open..].trim_start_matches(['(', '（', '[', '【']).trim(),
        );
        let known = self
            .look_up(before)
            .filter(|known| known.unit.is_none() && !note.is_empty())?;
        units::is_numeric(&self.form.columns[known.column]).then(|| Known {
            unit: units::of_note(note, self.units).map(str::to_owned),
            ..known
        })
    }
}
