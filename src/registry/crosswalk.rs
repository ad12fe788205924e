//! Where the ground of the areas of one day lies among the areas of another: what sums are moved by from the boundaries of their
//! period to constant ones.
//!
//! The changes between the days are followed one day after the other, forwards or backwards. Each time an area stays whole, goes over
//! as a whole, or is divided. A divided area is a list of pieces, each a share of it with the areas among which it lies: one where
//! the table of changes gives the share, several where nobody knows which of them has how much. Several areas may become one again later,
//! and all of them may lie in one area above, which then has the piece whole.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::areas::Areas;
use super::changes::{Change, ChangeKind};
use super::snapshots::Registry;
use crate::domain::Fraction;

/// The areas of one day among those of another.
#[derive(Debug)]
pub struct Crosswalk {
    /// Areas of the other day.
    target: Arc<Areas>,
    /// By code of an area of the first day.
    areas: HashMap<String, Ground>,
}

/// The ground of an area of the first day.
#[derive(Debug)]
struct Ground {
    pieces: Vec<Piece>,
    /// The areas of the other day that it lies in, of every level.
    lies: Vec<Lies>,
}

/// A share of an area's ground, with the areas among which it lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Share of the ground.
    pub share: Fraction,
    /// Codes of areas of the other day: all of the piece lies in these, and of several nobody knows how much of it each has.
    pub among: BTreeSet<String>,
}

/// How much of an area lies in one of the other day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lies {
    /// Code of the area of the other day.
    pub within: String,
    /// Share of the ground that is known to lie in it.
    pub known: Fraction,
    /// Share of which nobody knows how much of it does.
    pub open: Fraction,
}

impl Crosswalk {
    /// The areas of the other day.
    pub fn target(&self) -> &Areas {
        &self.target
    }

    /// In which areas of the other day, of every level, an area of the first day lies: all of it in the root. None of an area that is
    /// not in force on the first day.
    pub fn of(&self, code: &str) -> &[Lies] {
        self.areas.get(code).map_or(&[], |ground| &ground.lies)
    }

    /// The pieces of an area of the first day, which together are all of it; no two lie among the same areas. None of an area that is
    /// not in force on the first day.
    pub fn pieces(&self, code: &str) -> &[Piece] {
        self.areas.get(code).map_or(&[], |ground| &ground.pieces)
    }
}

/// Areas that an area becomes on a day, each with its share; those without one have the rest, and nobody knows how much of it.
type Parts = Vec<(Option<Fraction>, String)>;

/// The changes of one day, in the direction in which they are followed.
struct Day<'c> {
    date: Date,
    is_forward: bool,
    changes: Vec<&'c Change>,
    /// By the code that they start from.
    from: BTreeMap<&'c str, Vec<&'c Change>>,
}

impl<'c> Day<'c> {
    fn new(changes: &[&'c Change], is_forward: bool) -> Day<'c> {
        let ground = changes.iter().filter(|change| change.kind != ChangeKind::Rename);
        let mut from: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for &change in ground {
            let code = if is_forward { &change.old } else { &change.new };
            from.entry(code).or_default().push(change);
        }
        Day {
            date: changes[0].date,
            is_forward,
            changes: changes.to_vec(),
            from,
        }
    }

    /// Whether a change leads to a code.
    fn has(&self, code: &str, leads: impl Fn(&Change) -> Option<&str>) -> bool {
        self.changes.iter().any(|change| leads(change) == Some(code))
    }
}

impl Registry {
    /// Where the areas in force on a day lie among those of another, earlier or later.
    pub fn crosswalk(&self, from: Date, to: Date) -> Crosswalk {
        let is_forward = from <= to;
        let changes: Vec<&Change> = self.shared.changes.between(from.min(to), from.max(to)).collect();
        let of_days = changes.chunk_by(|a, b| a.date == b.date);
        let mut days: Vec<Day> = of_days.map(|of_day| Day::new(of_day, is_forward)).collect();
        if !is_forward {
            days.reverse();
        }
        let target = self.on(to);
        let ground = |code: &str| {
            let pieces = days
                .iter()
                .fold(vec![whole(code)], |pieces, day| self.step(&pieces, day));
            let settled: Vec<Piece> = pieces.iter().map(|piece| self.settled(piece, &target, to)).collect();
            let found = together(&settled).and_then(|pieces| Some((lies(&pieces, &target)?, pieces)));
            let (lies, pieces) = found.unwrap_or_else(|| {
                let pieces = vec![undivided(&settled)];
                (lies(&pieces, &target).unwrap_or_default(), pieces)
            });
            Ground { pieces, lies }
        };
        let source = self.on(from);
        Crosswalk {
            areas: source
                .iter()
                .map(|area| (area.code.clone(), ground(&area.code)))
                .collect(),
            target,
        }
    }

    /// What pieces become on a day. Where a share would leave 128 bits, it is as if nobody knew it.
    fn step(&self, pieces: &[Piece], day: &Day) -> Vec<Piece> {
        let mut next = Vec::new();
        for piece in pieces {
            let parts: Vec<Parts> = piece.among.iter().map(|code| self.parts(code, day)).collect();
            let divided = match parts.as_slice() {
                [parts] => divided(piece.share, parts),
                _ => None,
            };
            match divided {
                Some(more) => next.extend(more),
                None => next.push(Piece {
                    share: piece.share,
                    among: parts.into_iter().flatten().map(|(_, code)| code).collect(),
                }),
            }
        }
        next
    }

    /// What an area becomes on a day; backwards, what it was before.
    fn parts(&self, code: &str, day: &Day) -> Parts {
        let whole = |code: &str| vec![(None, code.to_owned())];
        let Some(changes) = day.from.get(code) else {
            return whole(code);
        };
        let others = changes.iter().map(|change| match day.is_forward {
            true => (change.share, &change.new),
            false => (None, &change.old),
        });
        // Neither successor nor predecessor: what it has belongs to the area above alone.
        if let [(_, none)] = others.clone().collect::<Vec<_>>().as_slice()
            && none.is_empty()
        {
            let last = if day.is_forward {
                day.date.yesterday()
            } else {
                Ok(day.date)
            };
            let above = last.ok().and_then(|last| self.parent_on(code, last));
            return above.map_or_else(|| whole(code), |above| self.parts(&above, day));
        }
        let others = others.filter(|(_, code)| !code.is_empty());
        let mut parts: Parts = others
            .map(|(share, code)| (share.and_then(Fraction::of_share), code.clone()))
            .collect();
        if self.goes_on(code, day) {
            parts.push((None, code.to_owned()));
        }
        parts
    }

    /// Whether an area has its code the day before and on the day: not another one the same code.
    fn goes_on(&self, code: &str, day: &Day) -> bool {
        let Ok(eve) = day.date.yesterday() else { return false };
        let leaves = day.has(code, |change| change.kind.ends_old().then_some(change.old.as_str()));
        let begins = day.has(code, |change| change.kind.begins_new().then_some(change.new.as_str()));
        let is_renamed = || {
            day.has(code, |change| {
                (change.kind == ChangeKind::Rename).then_some(&*change.old)
            })
        };
        let gets_ground = || day.has(code, |change| Some(change.new.as_str()));
        let rows = || self.shared.rows_of(code).iter();
        let is_one_row = rows().any(|area| area.is_valid_on(eve) && area.is_valid_on(day.date));
        let is_twice = rows().any(|area| area.is_valid_on(eve)) && rows().any(|area| area.is_valid_on(day.date));
        !leaves && !begins && (is_one_row || is_twice && (is_renamed() || !gets_ground()))
    }

    fn parent_on(&self, code: &str, day: Date) -> Option<String> {
        let mut rows = self.shared.rows_of(code).iter();
        rows.find(|area| area.is_valid_on(day))?.parent_code.clone()
    }

    /// A piece among areas in force on a day: an area that ended or began without a change that says so gives way to the one above it.
    fn settled(&self, piece: &Piece, target: &Areas, day: Date) -> Piece {
        let in_force = |code: &String| {
            let mut at = code.clone();
            while target.get(&at).is_none() {
                let rows = || self.shared.rows_of(&at).iter();
                let nearest = rows().rfind(|area| area.first_day() <= day).or_else(|| rows().next());
                let above = nearest.and_then(|area| area.parent_code.clone());
                at = above.unwrap_or_else(|| target.root().code.clone());
            }
            at
        };
        Piece {
            share: piece.share,
            among: piece.among.iter().map(in_force).collect(),
        }
    }
}

fn whole(code: &str) -> Piece {
    Piece {
        share: Fraction::ONE,
        among: BTreeSet::from([code.to_owned()]),
    }
}

/// Pieces that lie among the same areas as one. None: a sum of shares leaves 128 bits.
fn together(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let mut all: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match all.iter_mut().find(|other| other.among == piece.among) {
            Some(other) => other.share = other.share.plus(piece.share)?,
            None => all.push(piece.clone()),
        }
    }
    Some(all)
}

/// All pieces of an area as one of which nobody knows where it lies.
fn undivided(pieces: &[Piece]) -> Piece {
    Piece {
        share: Fraction::ONE,
        among: pieces.iter().flat_map(|piece| piece.among.iter().cloned()).collect(),
    }
}

/// A share of an area by the parts of it. The parts of what was divided are all of it: where each has a share, these are taken of
/// their sum, which rounding may have left a little off 1. None: a share leaves 128 bits.
fn divided(share: Fraction, parts: &Parts) -> Option<Vec<Piece>> {
    let open: BTreeSet<String> = (parts.iter().filter(|(share, _)| share.is_none()))
        .map(|(_, code)| code.clone())
        .collect();
    let known = || parts.iter().filter_map(|(share, code)| Some(((*share)?, code)));
    let sum = known().try_fold(Fraction::ZERO, |sum, (share, _)| sum.plus(share))?;
    let rest = sum.rest().filter(|rest| *rest != Fraction::ZERO && !open.is_empty());
    let all = if rest.is_some() { Fraction::ONE } else { sum };
    let mut pieces = Vec::new();
    for (part, code) in known() {
        pieces.push(Piece {
            share: share.times(part.of(all)?)?,
            among: BTreeSet::from([code.clone()]),
        });
    }
    if let Some(rest) = rest {
        pieces.push(Piece {
            share: share.times(rest)?,
            among: open,
        });
    }
    Some(pieces)
}

/// The areas of every level that pieces lie in, by code. None: a sum of shares leaves 128 bits.
fn lies(pieces: &[Piece], target: &Areas) -> Option<Vec<Lies>> {
    let mut all: BTreeMap<&str, (Fraction, Fraction)> = BTreeMap::new();
    for piece in pieces {
        let mut holders: BTreeMap<&str, usize> = BTreeMap::new();
        for code in &piece.among {
            for area in target.ancestors(code) {
                *holders.entry(&area.code).or_default() += 1;
            }
        }
        for (area, held) in holders {
            let (known, open) = all.entry(area).or_insert((Fraction::ZERO, Fraction::ZERO));
            let to = if held == piece.among.len() { known } else { open };
            *to = to.plus(piece.share)?;
        }
    }
    let lies = |(within, (known, open)): (&str, _)| Lies {
        within: within.to_owned(),
        known,
        open,
    };
    Some(all.into_iter().map(lies).collect())
}
