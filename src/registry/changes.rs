//! The table of changes: `old_code,new_code,date,kind[,share][,source]`. It says what became of an area whose code is no longer in
//! force, and where an area came from.

use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;

use super::Area;
use super::faults::{Faults, read_table};
use crate::domain::Diagnostic;

/// What happened to an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Another name under the same code.
    Rename,
    /// Another code for the same area.
    Recode,
    /// It became part of another area, as a whole.
    Merge,
    /// Its parts went to several areas.
    Split,
    /// A part of it went to another area, and it goes on.
    Transfer,
    /// It has no predecessor.
    Created,
    /// It has no successor.
    Abolished,
}

const KINDS: [(&str, ChangeKind); 7] = [
    ("rename", ChangeKind::Rename),
    ("recode", ChangeKind::Recode),
    ("merge", ChangeKind::Merge),
    ("split", ChangeKind::Split),
    ("transfer", ChangeKind::Transfer),
    ("created", ChangeKind::Created),
    ("abolished", ChangeKind::Abolished),
];

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Code before; empty: none.
    pub old: String,
    /// Code after; empty: none.
    pub new: String,
    /// First day of the new state.
    pub date: Date,
    /// What happened.
    pub kind: ChangeKind,
}

/// All changes, found by either code.
#[derive(Debug, Default)]
pub(super) struct Changes {
    all: Vec<Change>,
    by_old: HashMap<String, Vec<usize>>,
    by_new: HashMap<String, Vec<usize>>,
}

impl Changes {
    /// Reads the table; whatever is wrong with it goes to `found`.
    pub(super) fn read(path: Option<&Path>, areas: &[Area], found: &mut Vec<Diagnostic>) -> Changes {
        let mut changes = Changes::default();
        let Some(path) = path else { return changes };
        let mut faults = Faults::of(path, found);
        let Some(table) = read_table(path, &mut faults) else {
            return changes;
        };
        let columns = ["old_code", "new_code", "date", "kind"].map(|name| (name, table.column(name)));
        for (name, _) in columns.iter().filter(|(_, column)| column.is_none()) {
            faults.hinted(
                "column-missing",
                table.header.span.clone(),
                format!("the column `{name}` is missing"),
                "columns: old_code, new_code, date, kind, share, source",
            );
        }
        let [old, new, date, kind] = columns.map(|(_, column)| column);
        if [old, new, date, kind].iter().any(Option::is_none) {
            return changes;
        }
        for record in &table.records {
            let known = KINDS
                .iter()
                .find(|(word, _)| *word == record.cell(kind))
                .map(|(_, kind)| *kind);
            let day: Option<Date> = record.cell(date).parse().ok();
            if known.is_none() {
                let words = KINDS.map(|(word, _)| word).join(", ");
                let message = format!("`{}` is no kind of change", record.cell(kind));
                faults.hinted("wrong-value", record.span_of(kind), message, format!("one of {words}"));
            }
            if day.is_none() {
                let message = format!("`{}` is no date", record.cell(date));
                faults.hinted("wrong-value", record.span_of(date), message, "written 2018-12-31");
            }
            let share = table.column("share");
            let part = record.cell(share);
            if !part.is_empty() && !part.parse::<f64>().is_ok_and(|part| part > 0.0 && part <= 1.0) {
                let message = format!("`{part}` is no share of an area");
                faults.hinted(
                    "wrong-value",
                    record.span_of(share),
                    message,
                    "more than 0, and 1 at most",
                );
            }
            let (Some(kind), Some(day)) = (known, day) else {
                continue;
            };
            let change = Change {
                old: record.cell(old).to_owned(),
                new: record.cell(new).to_owned(),
                date: day,
                kind,
            };
            for (column, code, may_lack) in [
                (old, &change.old, kind == ChangeKind::Created),
                (new, &change.new, kind == ChangeKind::Abolished),
            ] {
                if code.is_empty() && !may_lack {
                    let message = "a change of this kind has a code before and one after".to_owned();
                    faults.hinted(
                        "wrong-value",
                        record.span_of(column),
                        message,
                        "created and abolished lack one",
                    );
                }
            }
            // A code of the time before the registry begins need not be in it; one that comes must.
            if !change.new.is_empty() && areas.binary_search_by(|area| area.code.cmp(&change.new)).is_err() {
                let message = format!("the registry has no area `{}`", change.new);
                faults.hinted(
                    "unknown-area",
                    record.span_of(new),
                    message,
                    "write its code as in the divisions",
                );
            }
            changes.enter(change);
        }
        faults.fold("unknown-area", 5);
        changes
    }

    fn enter(&mut self, change: Change) {
        let at = self.all.len();
        self.by_old.entry(change.old.clone()).or_default().push(at);
        self.by_new.entry(change.new.clone()).or_default().push(at);
        self.all.push(change);
    }

    /// What a code that is not in force on a day stands for then; None: the table does not say.
    pub(super) fn moved(&self, code: &str, day: Date, in_force: &dyn Fn(&str) -> bool) -> Option<Moved> {
        self.forward(code, day, in_force)
            .or_else(|| self.backward(code, day, in_force))
    }

    /// Where an area that ended before the day went, step by step.
    fn forward(&self, code: &str, day: Date, in_force: &dyn Fn(&str) -> bool) -> Option<Moved> {
        let (mut whole, mut date) = (true, None);
        let (mut open, mut codes) = (vec![code.to_owned()], Vec::new());
        // Codes may come back, so the way is bounded.
        for _ in 0..16 {
            let Some(at) = open.pop() else { break };
            let steps = self.by_old.get(&at).into_iter().flatten().map(|step| &self.all[*step]);
            let left: Vec<&Change> = steps.filter(|step| step.date <= day && step.new != at).collect();
            whole &= left.len() == 1 && matches!(left[0].kind, ChangeKind::Recode | ChangeKind::Merge);
            for step in left {
                date = date.max(Some(step.date));
                if in_force(&step.new) {
                    codes.push(step.new.clone());
                } else if !step.new.is_empty() {
                    open.push(step.new.clone());
                }
            }
        }
        let is_recode = |step: &usize| self.all[*step].kind == ChangeKind::Recode;
        let recoded = self.by_old.get(code).is_some_and(|steps| steps.iter().all(is_recode));
        Moved::new(codes, date?, whole, whole && recoded, false)
    }

    /// What an area that begins after the day was on that day.
    fn backward(&self, code: &str, day: Date, in_force: &dyn Fn(&str) -> bool) -> Option<Moved> {
        let steps = self.by_new.get(code)?.iter().map(|step| &self.all[*step]);
        let from: Vec<&Change> = steps.filter(|step| step.date > day && in_force(&step.old)).collect();
        let date = from.iter().map(|step| step.date).min()?;
        let is_recode = from.len() == 1 && from[0].kind == ChangeKind::Recode;
        Moved::new(
            from.iter().map(|step| step.old.clone()).collect(),
            date,
            is_recode,
            is_recode,
            true,
        )
    }
}

/// What a code that is not in force stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Codes in force: of its successors, or of its predecessors.
    pub codes: Vec<String>,
    /// Day of the last change on the way.
    pub date: Date,
    /// All of it is in the only code, so that its figures may be sent under that one.
    pub is_whole: bool,
    /// It is the same area under another code, so that codes below it go on with other beginnings.
    pub is_recoded: bool,
    /// The code comes into force after the day asked for.
    pub is_early: bool,
}

impl Moved {
    fn new(mut codes: Vec<String>, date: Date, whole: bool, recoded: bool, is_early: bool) -> Option<Moved> {
        codes.sort();
        codes.dedup();
        let only = codes.len() == 1;
        (!codes.is_empty()).then_some(Moved {
            codes,
            date,
            is_whole: whole && only,
            is_recoded: recoded && only,
            is_early,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(rows: &[(&str, &str, &str, ChangeKind)]) -> Changes {
        let mut changes = Changes::default();
        for (old, new, date, kind) in rows {
            changes.enter(Change {
                old: (*old).to_owned(),
                new: (*new).to_owned(),
                date: date.parse().unwrap(),
                kind: *kind,
            });
        }
        changes
    }

    #[test]
    fn a_code_leads_to_what_is_in_force() {
        use ChangeKind::{Merge, Recode, Split};
        let changes = changes(&[
            ("a", "b", "2016-12-31", Recode),
            ("b", "c", "2018-12-31", Recode),
            ("d", "c", "2018-12-31", Merge),
            ("e", "f", "2018-12-31", Split),
            ("e", "c", "2018-12-31", Split),
        ]);
        let at = |code: &str, day: &str| {
            let day: Date = day.parse().unwrap();
            let late = day >= "2018-12-31".parse().unwrap();
            let force: &[&str] = if late { &["c", "f"] } else { &["b", "d", "e"] };
            let moved = changes.moved(code, day, &|code| force.contains(&code))?;
            Some((moved.codes.join(" "), moved.is_whole, moved.is_recoded, moved.is_early))
        };
        let said = |codes: &str, whole, recoded, early| Some((codes.to_owned(), whole, recoded, early));
        assert_eq!(at("a", "2020-12-31"), said("c", true, true, false));
        assert_eq!(at("a", "2017-12-31"), said("b", true, true, false));
        assert_eq!(at("d", "2020-12-31"), said("c", true, false, false));
        assert_eq!(at("e", "2020-12-31"), said("c f", false, false, false));
        assert_eq!(at("c", "2017-12-31"), said("b d e", false, false, true));
        assert_eq!(at("f", "2017-12-31"), said("e", false, false, true));
        assert_eq!(at("x", "2020-12-31"), None);
    }
}
