//! The table of changes: `old_code,new_code,date,kind[,share][,source]`. It says what became of an area whose code is no longer in
//! force, and where an area came from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

/// What happened to an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Another name under the same code.
    Rename,
    /// Another code for the same area.
    Recode,
    /// It became part of another area, as a whole.
    Merge,
    /// A part of it became part of another area; it ended, or the other one began.
    Split,
    /// A part of it went to another area, and it goes on.
    Transfer,
    /// It has no predecessor.
    Created,
    /// It has no successor.
    Abolished,
}

impl ChangeKind {
    /// Whether the old area ends as a whole.
    pub(super) fn ends_old(self) -> bool {
        matches!(self, ChangeKind::Recode | ChangeKind::Merge | ChangeKind::Abolished)
    }

    /// Whether the new area begins.
    pub(super) fn begins_new(self) -> bool {
        matches!(self, ChangeKind::Recode | ChangeKind::Created)
    }

    /// Whether a whole area, or ground that founds or ends one, goes from one code to another.
    fn moves(self) -> bool {
        !matches!(self, ChangeKind::Rename | ChangeKind::Transfer)
    }
}

pub(super) const KINDS: [(&str, ChangeKind); 7] = [
    ("rename", ChangeKind::Rename),
    ("recode", ChangeKind::Recode),
    ("merge", ChangeKind::Merge),
    ("split", ChangeKind::Split),
    ("transfer", ChangeKind::Transfer),
    ("created", ChangeKind::Created),
    ("abolished", ChangeKind::Abolished),
];

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Code before; empty: none.
    pub old: String,
    /// Code after; empty: none.
    pub new: String,
    /// First day of the new state.
    pub date: Date,
    /// What happened.
    pub kind: ChangeKind,
    /// How much of the old area went over, 0..1; None: nobody knows.
    pub share: Option<f64>,
}

/// All changes by date and codes; those that move ground are found by either code.
#[derive(Debug, Default)]
pub(super) struct Changes {
    all: Vec<Change>,
    by_old: BTreeMap<String, Vec<usize>>,
    by_new: BTreeMap<String, Vec<usize>>,
}

/// Changes that are followed one after the other: a table may lead in a circle.
const MOST_STEPS: usize = 64;

impl Changes {
    pub(super) fn new(mut all: Vec<Change>) -> Changes {
        all.sort_by(|a, b| (a.date, &a.old, &a.new).cmp(&(b.date, &b.old, &b.new)));
        let mut changes = Changes::default();
        for (at, change) in all.iter().enumerate().filter(|(_, change)| change.kind.moves()) {
            changes.by_old.entry(change.old.clone()).or_default().push(at);
            changes.by_new.entry(change.new.clone()).or_default().push(at);
        }
        Changes { all, ..changes }
    }

    /// Changes after one day, up to and with another, in the order of time.
    pub(super) fn between(&self, after: Date, until: Date) -> impl Iterator<Item = &Change> {
        let of_time = move |change: &&Change| after < change.date && change.date <= until;
        self.all.iter().filter(of_time)
    }

    /// What a code that is not in force on a day stands for then; None: the table does not say.
    pub(super) fn moved(&self, code: &str, day: Date, in_force: &dyn Fn(&str) -> bool) -> Option<Moved> {
        self.forward(code, (day, day), in_force)
            .or_else(|| self.backward(code, (day, day), in_force))
    }

    /// What the area stands for on a day that left a code on a date; `is_early`: that takes the code on the date.
    pub(super) fn moved_on(
        &self,
        code: &str,
        date: Date,
        day: Date,
        is_early: bool,
        in_force: &dyn Fn(&str) -> bool,
    ) -> Option<Moved> {
        if is_early {
            let eve = date.yesterday().ok()?;
            self.backward(code, (eve, day), in_force)
        } else {
            self.forward(code, (date, day), in_force)
        }
    }

    /// Every code that a change names.
    pub(super) fn codes(&self) -> BTreeSet<&str> {
        let both = self.all.iter().flat_map(|change| [&change.old, &change.new]);
        both.map(String::as_str).collect()
    }

    /// Codes that were given up for others.
    pub(super) fn recoded(&self) -> impl Iterator<Item = &str> {
        let recodes = self.all.iter().filter(|change| change.kind == ChangeKind::Recode);
        recodes.map(|change| change.old.as_str())
    }

    /// What happened on a date to the area that had a code before it; `is_early`: that has it from then on.
    pub(super) fn kinds_on(&self, code: &str, date: Date, is_early: bool) -> Vec<ChangeKind> {
        let has = |change: &&Change| code == if is_early { &change.new } else { &change.old };
        let first = self.all.partition_point(|change| change.date < date);
        let of_date = self.all[first..].iter().take_while(|change| change.date == date);
        of_date.filter(has).map(|change| change.kind).collect()
    }

    /// Where an area that had ended by `last` went until the day, step by step.
    fn forward(&self, code: &str, (last, day): (Date, Date), in_force: &dyn Fn(&str) -> bool) -> Option<Moved> {
        let mut way = Way::default();
        let mut open = vec![(code, None)];
        for _ in 0..MOST_STEPS {
            let Some((at, since)) = open.pop() else { break };
            let until = if since.is_none() { last } else { day };
            let within = |date: &Date| *date <= until && since.is_none_or(|since| since < *date);
            let mut dates = self.dates(&self.by_old, at).filter(within);
            // The code may have ended more than once: the last time counts. A successor ended the first time after it began.
            let date = if since.is_none() {
                dates.next_back()
            } else {
                dates.next()
            };
            let step = self.step(&self.by_old, at, date);
            way.take(&step);
            let merges = step.iter().filter(|change| change.kind == ChangeKind::Merge);
            for change in merges {
                let others = self.step(&self.by_new, &change.new, date);
                let others = others
                    .iter()
                    .filter(|other| other.kind == ChangeKind::Merge && other.old != at);
                way.joined.extend(others.map(|other| other.old.clone()));
            }
            way.date = way.date.max(date);
            for change in step.iter().filter(|change| !change.new.is_empty()) {
                if in_force(&change.new) {
                    way.codes.push(change.new.clone());
                } else {
                    open.push((&change.new, date));
                }
            }
        }
        way.end(open.is_empty(), false)
    }

    /// What an area that begins after `first` was on the day.
    fn backward(&self, code: &str, (first, day): (Date, Date), in_force: &dyn Fn(&str) -> bool) -> Option<Moved> {
        let mut way = Way::default();
        let mut open = vec![(code, None)];
        for _ in 0..MOST_STEPS {
            let Some((at, until)) = open.pop() else { break };
            let from = if until.is_none() { first } else { day };
            let within = |date: &Date| from < *date && until.is_none_or(|until| *date < until);
            let mut dates = self.dates(&self.by_new, at).filter(within);
            let date = if until.is_none() {
                dates.next()
            } else {
                dates.next_back()
            };
            let step = self.step(&self.by_new, at, date);
            way.take(&step);
            way.date = way.date.or(date);
            for change in step.iter().filter(|change| !change.old.is_empty()) {
                if in_force(&change.old) {
                    way.codes.push(change.old.clone());
                } else {
                    open.push((&change.old, date));
                }
            }
        }
        way.end(open.is_empty(), true)
    }

    /// The days on which something happened to a code, in order.
    fn dates<'a>(
        &'a self,
        of: &'a BTreeMap<String, Vec<usize>>,
        code: &str,
    ) -> impl DoubleEndedIterator<Item = Date> + 'a {
        of.get(code).into_iter().flatten().map(|&at| self.all[at].date)
    }

    /// All that happened to a code on a day.
    fn step<'a>(&'a self, of: &BTreeMap<String, Vec<usize>>, code: &str, date: Option<Date>) -> Vec<&'a Change> {
        let changes = of.get(code).into_iter().flatten().map(|&at| &self.all[at]);
        changes.filter(|change| Some(change.date) == date).collect()
    }
}

/// The way from a code to those in force.
struct Way {
    codes: Vec<String>,
    date: Option<Date>,
    joined: Vec<String>,
    is_recoded: bool,
    is_merged: bool,
}

impl Default for Way {
    fn default() -> Way {
        Way {
            codes: Vec::new(),
            date: None,
            joined: Vec::new(),
            is_recoded: true,
            is_merged: true,
        }
    }
}

impl Way {
    /// Takes a step; only recodes leave the same area under another code, and merges leave it whole with others.
    fn take(&mut self, step: &[&Change]) {
        let is = |kinds: &[ChangeKind]| matches!(step, [only] if kinds.contains(&only.kind));
        self.is_recoded &= is(&[ChangeKind::Recode]);
        self.is_merged &= is(&[ChangeKind::Recode, ChangeKind::Merge]);
    }

    fn end(mut self, complete: bool, is_early: bool) -> Option<Moved> {
        self.codes.sort();
        self.codes.dedup();
        let is_only = complete && self.codes.len() == 1;
        let is_merged = self.is_merged && !self.is_recoded && is_only && !is_early;
        Some(Moved {
            date: self.date?,
            joined: if is_merged { self.joined } else { Vec::new() },
            is_recoded: self.is_recoded && is_only,
            is_merged,
            is_early,
            codes: self.codes,
        })
    }
}

/// What a code that is not in force stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Codes in force: of its successors, or of its predecessors; none where it was abolished, or begins from nothing.
    pub codes: Vec<String>,
    /// Day of the last change on the way.
    pub date: Date,
    /// Codes of the other areas that were merged into the only code with it; empty where it was not merged.
    pub joined: Vec<String>,
    /// It is the same area under another code: its figures may be sent under that one, and codes below it go on with other
    /// beginnings.
    pub is_recoded: bool,
    /// All of it went into the only code, with other ground: the figures of that one are sums.
    pub is_merged: bool,
    /// The code comes into force after the day asked for.
    pub is_early: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(rows: &[(&str, &str, &str, ChangeKind)]) -> Changes {
        let change = |(old, new, date, kind): &(&str, &str, &str, ChangeKind)| Change {
            old: (*old).to_owned(),
            new: (*new).to_owned(),
            date: date.parse().unwrap(),
            kind: *kind,
            share: None,
        };
        Changes::new(rows.iter().map(change).collect())
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
            Some((moved.codes.join(" "), moved.is_merged, moved.is_recoded, moved.is_early))
        };
        let said = |codes: &str, merged, recoded, early| Some((codes.to_owned(), merged, recoded, early));
        assert_eq!(at("a", "2020-12-31"), said("c", false, true, false));
        assert_eq!(at("a", "2017-12-31"), said("b", false, true, false));
        assert_eq!(at("d", "2020-12-31"), said("c", true, false, false));
        assert_eq!(at("e", "2020-12-31"), said("c f", false, false, false));
        assert_eq!(at("c", "2017-12-31"), said("b d e", false, false, true));
        assert_eq!(at("f", "2017-12-31"), said("e", false, false, true));
        assert_eq!(at("x", "2020-12-31"), None);
    }

    /// What a code stands for where only some codes are in force: codes, merged, recoded.
    fn stands_for(changes: &Changes, code: &str, day: &str, force: &[&str]) -> Option<(String, bool, bool)> {
        let moved = changes.moved(code, day.parse().unwrap(), &|code| force.contains(&code))?;
        Some((moved.codes.join(" "), moved.is_merged, moved.is_recoded))
    }

    #[test]
    fn what_was_merged_on_the_way_is_not_just_recoded() {
        use ChangeKind::{Merge, Recode};
        let changes = changes(&[
            ("a", "b", "2016-12-31", Recode),
            ("b", "c", "2018-12-31", Merge),
            ("d", "c", "2018-12-31", Merge),
        ]);
        let found = stands_for(&changes, "a", "2020-12-31", &["c"]);
        assert_eq!(found, Some(("c".to_owned(), true, false)));
    }

    #[test]
    fn a_part_that_was_given_away_before_does_not_count() {
        use ChangeKind::{Recode, Transfer};
        let changes = changes(&[
            ("a", "x", "2016-12-31", Transfer),
            ("a", "b", "2018-12-31", Recode),
            ("b", "y", "2019-12-31", Transfer),
        ]);
        let found = stands_for(&changes, "a", "2020-12-31", &["b", "x", "y"]);
        assert_eq!(found, Some(("b".to_owned(), false, true)));
    }

    #[test]
    fn a_successor_in_force_is_followed_no_further() {
        use ChangeKind::{Recode, Split};
        let changes = changes(&[("a", "b", "2016-12-31", Recode), ("b", "c", "2018-12-31", Split)]);
        let found = stands_for(&changes, "a", "2020-12-31", &["b", "c"]);
        assert_eq!(found, Some(("b".to_owned(), false, true)));
    }

    #[test]
    fn a_code_that_came_back_stands_for_where_it_went_last() {
        use ChangeKind::Recode;
        let changes = changes(&[
            ("a", "b", "2014-12-31", Recode),
            ("c", "a", "2016-12-31", Recode),
            ("a", "d", "2018-12-31", Recode),
        ]);
        let found = |day| stands_for(&changes, "a", day, &["b", "d", "c"]).unwrap().0;
        assert_eq!([found("2020-12-31"), found("2015-12-31")], ["d", "b"]);
    }

    #[test]
    fn a_code_used_too_early_is_followed_through_several_changes() {
        use ChangeKind::Recode;
        let changes = changes(&[("a", "b", "2016-12-31", Recode), ("b", "c", "2018-12-31", Recode)]);
        let found = stands_for(&changes, "c", "2015-12-31", &["a"]);
        assert_eq!(found, Some(("a".to_owned(), false, true)));
    }

    #[test]
    fn what_was_abolished_stands_for_nothing_and_circles_end() {
        use ChangeKind::{Abolished, Recode};
        let gone = changes(&[("a", "", "2016-12-31", Abolished)]);
        assert_eq!(
            stands_for(&gone, "a", "2020-12-31", &["b"]),
            Some((String::new(), false, false))
        );
        let circle = changes(&[("a", "b", "2016-12-31", Recode), ("b", "a", "2016-12-31", Recode)]);
        assert_eq!(
            stands_for(&circle, "a", "2020-12-31", &[]),
            Some((String::new(), false, false))
        );
    }
}
