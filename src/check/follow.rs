//! What is remembered of earlier periods, carried over changes of areas: under the code of the later day, summed where
//! areas were merged, and forgotten where a part of an area went elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Keys, Units};
use super::past::{Past, PastColumn};
use super::unit::key_columns;
use crate::domain::{Unknown, unit_key, unit_parts};
use crate::pipeline::{CodeScheme, Column, ColumnKind, Form};
use crate::registry::{ChangeKind, Ground, Succession};

/// Digits of an area's code at the beginning of one below it.
const AREA_DIGITS: usize = 6;

/// How the key of a unit tells its area.
#[derive(Clone, Copy, Debug)]
enum Tells {
    /// The unit is the area.
    Itself,
    /// The area is one part of several.
    Part { at: usize, parts: usize },
    /// The code of the unit begins with that of its area.
    Prefix { at: usize, parts: usize },
    /// Not at all.
    Nothing,
}

/// How remembered units of a form go on.
pub(super) struct Follow<'a> {
    succession: &'a Succession,
    tells: Tells,
    /// Areas of the later day by those of the earlier day that they come from.
    targets: BTreeMap<&'a str, Vec<&'a str>>,
    /// Areas of the later day that are one earlier area as a whole.
    whole: BTreeSet<&'a str>,
    /// Areas of the later day that several earlier ones went into, as wholes, with their number.
    merged: BTreeMap<&'a str, usize>,
}

impl<'a> Follow<'a> {
    pub(super) fn new(form: &Form, scheme: CodeScheme, succession: &'a Succession) -> Follow<'a> {
        let mut targets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let (mut whole, mut merged) = (BTreeSet::new(), BTreeMap::new());
        for (code, ground) in succession.changed() {
            for from in &ground.from {
                targets.entry(from).or_default().push(code);
            }
            if ground.only().is_some() {
                whole.insert(code);
            } else if ground.part.is_none() && ground.from.len() > 1 {
                merged.insert(code, ground.from.len());
            }
        }
        Follow {
            succession,
            tells: tells(form, scheme),
            targets,
            whole,
            merged,
        }
    }

    /// The areas whose earlier figures are those of other areas, so that nothing can be held against them, with what happened.
    pub(super) fn unclear(&self, before: &BTreeMap<String, Unknown>) -> BTreeMap<String, Unknown> {
        let untouched = before.iter().filter(|(code, _)| !self.succession.is_touched(code));
        let untouched = untouched.map(|(code, change)| (code.clone(), *change));
        let changed = self.succession.changed().filter_map(|(code, ground)| {
            let inherited = || ground.from.iter().find_map(|from| before.get(from).copied());
            Some((code.to_owned(), change(ground).or_else(inherited)?))
        });
        untouched.chain(changed).collect()
    }

    /// The area that the key of a unit tells.
    fn area<'k>(&self, key: &'k str) -> Option<&'k str> {
        match self.tells {
            Tells::Itself => Some(key),
            Tells::Part { at, parts } => unit_parts(key, parts).get(at).copied(),
            Tells::Prefix { at, parts } => unit_parts(key, parts).get(at)?.get(..AREA_DIGITS),
            Tells::Nothing => None,
        }
    }

    /// The key of the unit in another area.
    fn under(&self, key: &str, area: &str) -> String {
        match self.tells {
            Tells::Itself | Tells::Nothing => area.to_owned(),
            Tells::Part { at, parts } => {
                let mut all = unit_parts(key, parts);
                all[at] = area;
                unit_key(&all)
            }
            Tells::Prefix { at, parts } => {
                let mut all = unit_parts(key, parts);
                let code = format!("{area}{}", &all[at][AREA_DIGITS..]);
                all[at] = &code;
                unit_key(&all)
            }
        }
    }

    /// Whether the unit's area changed.
    fn is_touched(&self, key: &str) -> bool {
        self.area(key).is_some_and(|area| self.succession.is_touched(area))
    }

    /// The key under which the figures of a unit go on, and how many units make up the one behind it; None: nowhere.
    fn onward(&self, key: &str) -> Option<(String, usize)> {
        let area = self.area(key)?;
        let below = matches!(self.tells, Tells::Prefix { .. });
        let targets = self.targets.get(area).map_or(&[][..], Vec::as_slice);
        match targets {
            [only] if self.whole.contains(only) => Some((self.under(key, only), 1)),
            [only] if matches!(self.tells, Tells::Itself) => Some(((*only).to_owned(), *self.merged.get(only)?)),
            // What lies below an area does not change with its bounds, as long as it keeps its code.
            targets if below && targets.contains(&area) => Some((key.to_owned(), 1)),
            _ => None,
        }
    }

    /// The figures of the later day's units.
    pub(super) fn past(&self, past: Past, columns: &[&Column]) -> Past {
        let mut moved: BTreeMap<String, (usize, Vec<usize>)> = BTreeMap::new();
        let mut kept = Vec::with_capacity(past.keys.len());
        for unit in 0..past.keys.len() {
            let key = past.keys.get(unit);
            if !self.is_touched(key) {
                kept.push(unit);
            } else if let Some((key, needed)) = self.onward(key) {
                moved.entry(key).or_insert((needed, Vec::new())).1.push(unit);
            }
        }
        let mut next = Past {
            columns: columns.iter().map(|_| PastColumn::default()).collect(),
            parts: past.parts.clone(),
            ..Past::default()
        };
        let mut kept = kept.into_iter().peekable();
        for (key, (needed, units)) in moved {
            while let Some(unit) = kept.next_if(|&unit| past.keys.get(unit) < key.as_str()) {
                next.keep(&past, unit);
            }
            // Nothing is taken for a unit that was there before.
            if kept.peek().is_none_or(|&unit| past.keys.get(unit) != key) {
                next.sum(&past, &key, &units, needed, columns);
            }
        }
        kept.for_each(|unit| next.keep(&past, unit));
        next.sources = past.sources;
        next
    }

    /// The units of each sender of the later day, where it is one earlier sender as a whole.
    pub(super) fn senders<S>(&self, senders: BTreeMap<S, Units>) -> BTreeMap<S, Units>
    where
        S: AsRef<str> + Ord + for<'s> From<&'s str>,
    {
        let mut next = BTreeMap::new();
        for (sender, units) in senders {
            let units = self.units(&units);
            if !self.succession.is_touched(sender.as_ref()) || self.keeps_units(sender.as_ref()) {
                next.insert(sender, units);
            } else if let Some([only]) = self.targets.get(sender.as_ref()).map(Vec::as_slice)
                && self.whole.contains(only)
            {
                next.insert(S::from(only), units);
            }
        }
        next
    }

    /// Whether a sender goes on, with units that are known by codes of their own: what moved away is missing, and to be asked for.
    fn keeps_units(&self, sender: &str) -> bool {
        let targets = self.targets.get(sender);
        matches!(self.tells, Tells::Prefix { .. }) && targets.is_some_and(|targets| targets.contains(&sender))
    }

    fn units(&self, units: &Units) -> Units {
        let (mut accepted, mut held) = (BTreeSet::new(), BTreeSet::new());
        for (keys, counts) in [(&units.accepted, true), (&units.held, false)] {
            for key in keys.iter() {
                match self.onward(key).filter(|_| self.is_touched(key)) {
                    Some((key, _)) if counts => accepted.insert(key),
                    Some((key, _)) => held.insert(key),
                    None if !self.is_touched(key) && counts => accepted.insert(key.to_owned()),
                    None if !self.is_touched(key) => held.insert(key.to_owned()),
                    None => {
                        // It went on somewhere: nobody may count on it, and none of these is new.
                        let area = self.area(key).unwrap_or_default();
                        let targets = self.targets.get(area).into_iter().flatten();
                        held.extend(targets.map(|target| self.under(key, target)));
                        true
                    }
                };
            }
        }
        let list = |keys: BTreeSet<String>| {
            let mut list = Keys::default();
            keys.iter().for_each(|key| list.push(key));
            list
        };
        Units {
            accepted: list(accepted),
            held: list(held),
            nameless: units.nameless,
        }
    }
}

/// What happened to an area that is no earlier one as a whole.
fn change(ground: &Ground) -> Option<Unknown> {
    match ground.part {
        Some(ChangeKind::Split) => Some(Unknown::AreaSplit),
        Some(_) => Some(Unknown::AreaTransferred),
        None if ground.from.is_empty() => Some(Unknown::AreaCreated),
        None if ground.from.len() > 1 => Some(Unknown::AreaMerged),
        None => None,
    }
}

/// Whether the units of a form are areas, so that figures of areas that became one can be summed.
pub(super) fn names_areas_alone(form: &Form) -> bool {
    matches!(tells(form, CodeScheme::Plain), Tells::Itself)
}

fn tells(form: &Form, scheme: CodeScheme) -> Tells {
    let names = key_columns(form);
    let parts = names.len();
    let kind = |name: &String| {
        let column = form.columns.iter().find(|column| column.id == *name);
        column.map(|column| &column.kind)
    };
    let mut found = Tells::Nothing;
    for (at, name) in names.iter().enumerate() {
        let area = match kind(name) {
            Some(ColumnKind::DivisionCode { level: None }) if scheme == CodeScheme::Gb2260 => {
                return Tells::Prefix { at, parts };
            }
            Some(ColumnKind::DivisionCode { level: Some(_) } | ColumnKind::DivisionName { .. }) => true,
            Some(_) => false,
            None => name == "area_code",
        };
        if area {
            found = Tells::Part { at, parts };
        }
    }
    match found {
        Tells::Part { parts: 1, .. } => Tells::Itself,
        other => other,
    }
}
