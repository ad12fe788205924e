//! From which areas of an earlier day the areas of a later one come: what figures of both days may be held against each other.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::changes::{Change, ChangeKind};
use super::snapshots::Registry;

/// What changed between two days. An area it does not know is what it was.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Succession {
    /// By the code of the later day.
    now: BTreeMap<String, Ground>,
    /// Codes of the earlier day that are no longer what they were.
    touched: BTreeSet<String>,
}

/// The ground of an area of the later day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ground {
    /// The areas of the earlier day that it comes from.
    pub from: BTreeSet<String>,
    /// How it got or lost a part of one, so that its figures are unlike any earlier ones; None: it did not.
    pub part: Option<ChangeKind>,
}

impl Ground {
    fn own(code: &str) -> Ground {
        Ground {
            from: BTreeSet::from([code.to_owned()]),
            part: None,
        }
    }

    /// The one area that it is, under whatever code.
    pub fn only(&self) -> Option<&str> {
        let first = self
            .from
            .first()
            .filter(|_| self.from.len() == 1 && self.part.is_none())?;
        Some(first)
    }
}

impl Succession {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.now.is_empty() && self.touched.is_empty()
    }

    /// Areas of the later day that changed, by code, with where they come from.
    pub fn changed(&self) -> impl Iterator<Item = (&str, &Ground)> {
        self.now.iter().map(|(code, ground)| (code.as_str(), ground))
    }

    /// Whether an area of the earlier day is no longer what it was.
    pub fn is_touched(&self, code: &str) -> bool {
        self.touched.contains(code)
    }

    /// The ground of an area of the later day, changed or not.
    pub fn ground(&self, code: &str) -> Ground {
        let untouched = || {
            if self.is_touched(code) {
                Ground::default()
            } else {
                Ground::own(code)
            }
        };
        self.now.get(code).cloned().unwrap_or_else(untouched)
    }

    /// Takes all changes of one day.
    fn take(&mut self, changes: &[&Change], in_force_before: &dyn Fn(&str) -> bool, goes_on: &dyn Fn(&str) -> bool) {
        let of_ground = |change: &&&Change| !matches!(change.kind, ChangeKind::Rename);
        let changes: Vec<&Change> = changes.iter().filter(of_ground).copied().collect();
        let is_part = |change: &Change| matches!(change.kind, ChangeKind::Split | ChangeKind::Transfer);
        let leaves = |code: &str| {
            let away = |change: &&Change| change.old == code && !is_part(change);
            changes.iter().any(away)
        };
        let mut next: BTreeMap<String, Ground> = BTreeMap::new();
        for change in changes.iter().filter(|change| !change.new.is_empty()) {
            let new = change.new.as_str();
            let stays = in_force_before(new) && !leaves(new);
            let start = || if stays { self.ground(new) } else { Ground::default() };
            let got = if change.old.is_empty() {
                Ground::default()
            } else {
                self.ground(&change.old)
            };
            let ground = next.entry(new.to_owned()).or_insert_with(start);
            ground.from.extend(got.from);
            let own = Some(change.kind).filter(|_| is_part(change));
            ground.part = ground.part.or(own).or(got.part);
        }
        for change in changes.iter().filter(|change| !change.old.is_empty()) {
            let old = change.old.as_str();
            if is_part(change) && goes_on(old) {
                let ground = next.entry(old.to_owned()).or_insert_with(|| self.ground(old));
                ground.part = ground.part.or(Some(change.kind));
            }
        }
        for change in &changes {
            for code in [&change.old, &change.new].into_iter().filter(|code| !code.is_empty()) {
                self.touched.extend(self.ground(code).from);
                self.now.remove(code);
            }
        }
        self.now.extend(next);
    }
}

impl Registry {
    /// What changed after one day, up to and with another.
    pub fn succession(&self, after: Date, until: Date) -> Succession {
        let mut succession = Succession::default();
        let changes: Vec<&Change> = self.shared.changes.between(after, until).collect();
        for of_day in changes.chunk_by(|a, b| a.date == b.date) {
            let day = of_day[0].date;
            let eve = day.yesterday().unwrap_or(day);
            let in_force = |code: &str, day: Date| {
                let areas = &self.shared.areas;
                let first = areas.partition_point(|area| area.code.as_str() < code);
                let rows = areas[first..].iter().take_while(|area| area.code == code);
                rows.into_iter().any(|area| area.is_valid_on(day))
            };
            succession.take(of_day, &|code| in_force(code, eve), &|code| in_force(code, day));
        }
        succession
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::*;
    use crate::pipeline::CodeScheme;

    const DIVISIONS: &str = "code,name,parent_code,valid_from,valid_to
0,root,,,
A,a,0,,2018-12-30
B,a,0,2018-12-31,
M,m,0,,2018-12-30
N,n,0,,2018-12-30
O,o,0,2018-12-31,
K,k,0,,
L,l,0,,2018-12-30
P,p,0,,2018-12-30
Q,q,0,2018-12-31,
R,r,0,2018-12-31,
S,s,0,,
T,t,0,,
U,u,0,,2019-12-30
V,v,0,2019-12-31,
W,w,0,,
";

    const CHANGES: &str = "old_code,new_code,date,kind
A,B,2018-12-31,recode
M,O,2018-12-31,merge
N,O,2018-12-31,merge
L,K,2018-12-31,merge
P,Q,2018-12-31,split
P,R,2018-12-31,split
S,T,2018-12-31,transfer
U,V,2019-12-31,recode
W,W,2018-12-31,rename
";

    /// Code of the later day, codes it comes from, whether in part.
    fn changed(after: &str, until: &str) -> Vec<(String, String, bool)> {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        world.divisions(DIVISIONS);
        world.changes(CHANGES);
        let registry = Registry::load(&world.pipeline).unwrap();
        let succession = registry.succession(after.parse().unwrap(), until.parse().unwrap());
        let shown = |(code, ground): (&str, &Ground)| {
            let from: Vec<&str> = ground.from.iter().map(String::as_str).collect();
            (code.to_owned(), from.join(" "), ground.part.is_some())
        };
        succession.changed().map(shown).collect()
    }

    fn said(rows: &[(&str, &str, bool)]) -> Vec<(String, String, bool)> {
        let owned = |(code, from, partial): &(&str, &str, bool)| ((*code).to_owned(), (*from).to_owned(), *partial);
        rows.iter().map(owned).collect()
    }

    #[test]
    fn each_area_knows_where_it_comes_from() {
        let expected = said(&[
            ("B", "A", false),
            ("K", "K L", false),
            ("O", "M N", false),
            ("Q", "P", true),
            ("R", "P", true),
            ("S", "S", true),
            ("T", "S T", true),
        ]);
        assert_eq!(changed("2017-12-31", "2018-12-31"), expected);
    }

    #[test]
    fn only_what_lies_between_the_days_counts() {
        assert_eq!(changed("2018-12-31", "2019-12-31"), said(&[("V", "U", false)]));
        assert_eq!(changed("2019-12-31", "2020-12-31"), said(&[]));
        assert_eq!(changed("2015-12-31", "2018-12-30"), said(&[]));
    }
}
