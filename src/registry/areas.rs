//! The areas in force on one day, with everything that is asked of them ready in hash tables.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::area::Area;
use super::bearer::Bearer;
use super::changes::Moved;
use super::names::{normalised, slip};
use super::shared::Shared;
use super::validate::own_prefixes;
use crate::domain::{Lang, Text};
use crate::pipeline::{CodeScheme, DimensionIndex, LevelIndex};

/// Position of an area within a snapshot; order of codes.
type Index = u32;

/// The areas in force on one day. Made by [`super::Registry::at`].
#[derive(Debug)]
pub struct Areas {
    shared: Arc<Shared>,
    day: Date,
    /// Position in `shared.areas` of each area in force, by code.
    valid: Vec<u32>,
    by_code: HashMap<String, Index>,
    parents: Vec<Option<Index>>,
    by_level: Vec<Vec<Index>>,
    root: Index,
    /// Area by beginning of a code below the registry.
    by_prefix: HashMap<String, Index>,
    /// Lengths of those beginnings, longest first.
    prefix_lengths: Vec<usize>,
    /// Areas whose code begins with zeros, by their code without these.
    without_zeros: HashMap<String, Vec<Index>>,
    /// One table a level: areas by normalised name, and by normalised other name.
    by_name: Vec<HashMap<String, Vec<Index>>>,
    by_alias: Vec<HashMap<String, Vec<Index>>>,
    /// One list a dimension: the member of each area.
    members: Vec<Vec<Option<u16>>>,
    /// Other bearers of codes in force.
    pub(super) bearers: BTreeMap<String, Vec<Bearer>>,
}

impl Areas {
    /// Without the other bearers of codes, which are found among the areas in force.
    pub(super) fn new(shared: &Arc<Shared>, day: Date) -> Areas {
        let in_force = |at: &usize| shared.areas[*at].is_valid_on(day);
        let valid: Vec<u32> = (0..shared.areas.len()).filter(in_force).map(|at| at as u32).collect();
        let mut areas = Areas {
            shared: Arc::clone(shared),
            day,
            by_code: HashMap::with_capacity(valid.len()),
            parents: Vec::new(),
            by_level: vec![Vec::new(); shared.levels],
            root: 0,
            by_prefix: HashMap::new(),
            prefix_lengths: Vec::new(),
            without_zeros: HashMap::new(),
            by_name: vec![HashMap::new(); shared.levels],
            by_alias: vec![HashMap::new(); shared.levels],
            members: Vec::new(),
            bearers: BTreeMap::new(),
            valid,
        };
        for index in 0..areas.valid.len() as Index {
            areas.enter(index);
        }
        areas.prefix_lengths.sort_unstable_by(|a, b| b.cmp(a));
        let parent = |area: &Area| {
            area.parent_code
                .as_ref()
                .and_then(|code| areas.by_code.get(code).copied())
        };
        areas.parents = areas.iter().map(parent).collect();
        areas.members = (0..shared.lookups.len())
            .map(|dimension| areas.members_of(dimension))
            .collect();
        areas
    }

    /// Enters one area into the tables that need no other area.
    fn enter(&mut self, index: Index) {
        let shared = Arc::clone(&self.shared);
        let area = &shared.areas[self.valid[index as usize] as usize];
        self.by_code.insert(area.code.clone(), index);
        self.by_level[area.level].push(index);
        if area.code.starts_with('0') {
            let bare = area.code.trim_start_matches('0').to_owned();
            self.without_zeros.entry(bare).or_default().push(index);
        }
        if area.parent_code.is_none() {
            self.root = index;
        }
        for prefix in own_prefixes(area, shared.scheme, shared.levels - 1) {
            self.by_prefix.insert(prefix.to_owned(), index);
            if !self.prefix_lengths.contains(&prefix.len()) {
                self.prefix_lengths.push(prefix.len());
            }
        }
        self.by_name[area.level]
            .entry(normalised(&area.name))
            .or_default()
            .push(index);
        for other in area.aliases.iter().chain(&area.name_en) {
            let found = self.by_alias[area.level].entry(normalised(other)).or_default();
            if found.last() != Some(&index) {
                found.push(index);
            }
        }
    }

    fn members_of(&self, dimension: DimensionIndex) -> Vec<Option<u16>> {
        let Some(lookup) = &self.shared.lookups[dimension] else {
            return Vec::new();
        };
        if let Some(cross) = &lookup.cross {
            let [first, second] = cross.of.map(|dimension| self.members_of(dimension));
            let pair = |(a, b): (Option<u16>, Option<u16>)| a.zip(b).and_then(|pair| cross.pairs.get(&pair).copied());
            return first
                .into_iter()
                .zip(second)
                .map(|own| pair(own).or(lookup.unknown))
                .collect();
        }
        let member = |area: &Area| {
            let judged = self.ancestor_at(&area.code, lookup.level);
            judged
                .and_then(|area| lookup.members.get(&area.code).copied())
                .or(lookup.unknown)
        };
        self.iter().map(member).collect()
    }

    /// The day.
    pub(super) fn day(&self) -> Date {
        self.day
    }

    fn area(&self, index: Index) -> &Area {
        &self.shared.areas[self.valid[index as usize] as usize]
    }

    /// The area itself, its parent, and so on to the root.
    fn chain(&self, index: Option<Index>) -> impl Iterator<Item = Index> {
        std::iter::successors(index, |&at| self.parents[at as usize])
    }

    fn index(&self, code: &str) -> Option<Index> {
        self.by_code.get(code).copied()
    }

    /// The area with a code.
    #[inline]
    pub fn get(&self, code: &str) -> Option<&Area> {
        self.index(code).map(|index| self.area(index))
    }

    /// The area whose code is this one but for upper and lower case; None where none or several are.
    pub fn in_other_case(&self, code: &str) -> Option<&Area> {
        let folded = code.to_lowercase();
        let mut found = self.by_code.keys().filter(|own| own.to_lowercase() == folded);
        match (found.next(), found.next()) {
            (Some(only), None) => self.get(only),
            _ => None,
        }
    }

    /// The areas of a level whose code is this one behind leading zeros, which a spreadsheet drops.
    pub fn with_zeros_before<'a>(&'a self, code: &'a str, level: LevelIndex) -> impl Iterator<Item = &'a Area> {
        let found = self.without_zeros.get(code.trim_start_matches('0'));
        let areas = found.into_iter().flatten().map(|&index| self.area(index));
        areas.filter(move |area| area.level == level && area.code.len() > code.len())
    }

    /// What an area's code that is not in force on the day stands for, as the registry's changes have it.
    pub fn moved(&self, code: &str) -> Option<Moved> {
        self.shared
            .changes
            .moved(code, self.day, &|code| self.by_code.contains_key(code))
    }

    /// Codes of areas that have another code by now, by the code that they have.
    pub fn recoded(&self) -> BTreeMap<String, String> {
        let old = self.shared.changes.recoded().filter(|code| self.get(code).is_none());
        let moved = old.filter_map(|code| Some((self.moved(code)?, code)));
        let recoded = moved.filter(|(moved, _)| moved.is_recoded && !moved.is_early);
        recoded
            .map(|(moved, code)| (moved.codes[0].clone(), code.to_owned()))
            .collect()
    }

    /// A code with the name of its area, `130102 长安区`, in both languages: an area without an English name is called by its own. The
    /// code alone where it is not in force.
    pub fn code_and_name(&self, code: &str) -> Text {
        with_name(code, self.get(code))
    }

    /// A change in one line: `110228 密云县 → 110118 密云区 (2015-12-31)`; the other way round for a code that is used too early. What
    /// was merged is told with all that it was merged with: `A2 Beech + A3 Cedar → A8 Greenwood (2020-07-01)`.
    pub fn tell(&self, code: &str, moved: &Moved) -> Text {
        let others: Vec<Text> = moved.codes.iter().map(|code| self.code_and_name(code)).collect();
        let parts = std::iter::once(code).chain(self.merged_with(moved));
        let own: Vec<Text> = parts.map(|code| with_name(code, self.beside(code, moved))).collect();
        let day = moved.date;
        let joined = |all: &[Text], lang, separator: &str| {
            let all: Vec<&str> = all.iter().map(|text| text.get(lang)).collect();
            all.join(separator)
        };
        let told = |lang| {
            let others = match others.as_slice() {
                [] => "—".to_owned(),
                others => joined(others, lang, " / "),
            };
            match moved.is_early {
                true => format!("{others} → {} ({day})", joined(&own[..1], lang, "")),
                false => format!("{} → {others} ({day})", joined(&own, lang, " + ")),
            }
        };
        Text::new(told(Lang::Zh), told(Lang::En))
    }

    /// The area that had a code before a change, or that has it since, where it is used too early.
    fn beside(&self, code: &str, moved: &Moved) -> Option<&Area> {
        let areas = self.shared.areas.iter().filter(|area| area.code == code);
        match moved.is_early {
            true => areas
                .filter(|area| area.last_day() >= moved.date)
                .min_by_key(|area| area.first_day()),
            false => areas
                .filter(|area| area.first_day() < moved.date)
                .max_by_key(|area| area.first_day()),
        }
    }

    /// Codes of the areas that were merged with one, that which took it in among them if it was there before.
    fn merged_with<'a>(&self, moved: &'a Moved) -> impl Iterator<Item = &'a str> {
        let successor = moved.codes.first().filter(|_| moved.is_merged);
        let was_before = |code: &&String| {
            let mut rows = self.shared.areas.iter().filter(|area| area.code == **code);
            rows.any(|area| area.first_day() < moved.date)
        };
        let joined = moved.joined.iter().chain(successor.filter(was_before));
        joined.map(String::as_str)
    }

    /// All areas, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Area> {
        (0..self.valid.len() as Index).map(|index| self.area(index))
    }

    /// The area that contains all others.
    pub fn root(&self) -> &Area {
        self.area(self.root)
    }

    /// The area itself first, the root last; empty for an unknown code.
    pub fn ancestors(&self, code: &str) -> Vec<&Area> {
        self.chain(self.index(code)).map(|index| self.area(index)).collect()
    }

    /// The area itself or its ancestor, whichever is of `level`.
    pub fn ancestor_at(&self, code: &str, level: LevelIndex) -> Option<&Area> {
        self.chain(self.index(code))
            .map(|index| self.area(index))
            .find(|area| area.level == level)
    }

    /// Code of the partition that an area's records go to, where areas of `level` are partitions: its ancestor of that level. An area
    /// above that level is a partition of its own, an unknown one too.
    pub fn partition_of(&self, level: LevelIndex, code: &str) -> String {
        let ancestor = self.ancestor_at(code, level);
        ancestor.map_or_else(|| code.to_owned(), |area| area.code.clone())
    }

    /// Whether `inner` is `outer` or lies in it; false when either is unknown.
    pub fn contains(&self, outer: &str, inner: &str) -> bool {
        self.chain(self.index(inner))
            .any(|index| self.area(index).code == outer)
    }

    /// All areas of a level, by code.
    pub fn at_level(&self, level: LevelIndex) -> impl Iterator<Item = &Area> {
        self.by_level
            .get(level)
            .into_iter()
            .flatten()
            .map(|&index| self.area(index))
    }

    /// The area in which something with a code below the registry lies: the sender, where the code begins with one of
    /// the sender's own prefixes; else the area with the longest prefix that fits. Under a plain scheme a code that no
    /// prefix claims lies in the sender. None: nowhere.
    ///
    /// Asked once a row of every submission, so it allocates nothing.
    #[inline]
    pub fn home_of(&self, code: &str, sender: &str) -> Option<&Area> {
        let scheme = self.shared.scheme;
        let sender = self.get(sender);
        if let Some(sender) = sender
            && own_prefixes(sender, scheme, self.shared.levels - 1).any(|prefix| code.starts_with(prefix))
        {
            return Some(sender);
        }
        let claimed = self
            .prefix_lengths
            .iter()
            .find_map(|&length| self.by_prefix.get(code.get(..length)?));
        match claimed {
            Some(&index) => Some(self.area(index)),
            None if scheme == CodeScheme::Plain => sender,
            None => None,
        }
    }

    /// The one area of `level` within `within` that goes by a name; blanks and widths do not count, a proper name goes
    /// before an alias. None when there is none or more than one.
    pub fn by_name(&self, name: &str, level: LevelIndex, within: &str) -> Option<&Area> {
        let name = normalised(name);
        let inside = |index: &&Index| self.contains(within, &self.area(**index).code);
        for table in [&self.by_name, &self.by_alias] {
            let found: Vec<&Index> = table
                .get(level)?
                .get(&name)
                .into_iter()
                .flatten()
                .filter(inside)
                .collect();
            match found.as_slice() {
                [] => {}
                [only] => return Some(self.area(**only)),
                _ => return None,
            }
        }
        None
    }

    /// The codes of all areas of `level` within `within` that go by a name, where they are more than one; else none.
    pub fn sharing_name(&self, name: &str, level: LevelIndex, within: &str) -> Vec<&str> {
        let name = normalised(name);
        let tables = [&self.by_name, &self.by_alias].into_iter();
        let mut found = tables.map(|table| {
            let bearers = table.get(level).and_then(|names| names.get(&name));
            let codes = bearers
                .into_iter()
                .flatten()
                .map(|index| self.area(*index).code.as_str());
            let mut codes: Vec<&str> = codes.filter(|code| self.contains(within, code)).collect();
            codes.sort_unstable();
            codes
        });
        let first = found.find(|codes| !codes.is_empty()).unwrap_or_default();
        if first.len() > 1 { first } else { Vec::new() }
    }

    /// The area of `level` within `within` whose name or alias is nearest to a mistyped one; None when none is near, or
    /// two are equally so.
    pub fn nearest_name(&self, name: &str, level: LevelIndex, within: &str) -> Option<&Area> {
        let typed = normalised(name);
        let distance = |area: &Area| {
            let names = std::iter::once(&area.name).chain(&area.aliases).chain(&area.name_en);
            names.filter_map(|name| slip(&typed, &normalised(name))).min()
        };
        let near = self.at_level(level).filter(|area| self.contains(within, &area.code));
        let mut near: Vec<(usize, &Area)> = near.filter_map(|area| Some((distance(area)?, area))).collect();
        near.sort_by_key(|&(distance, _)| distance);
        match near.as_slice() {
            [(_, only)] => Some(only),
            [(first, area), (second, _), ..] if first < second => Some(area),
            _ => None,
        }
    }

    /// Index of an area's member of an area dimension: that of the area or of its ancestor at the dimension's level,
    /// else `unknown` where the dimension has it. None for dimensions of rows and unknown codes.
    #[inline]
    pub fn member(&self, dimension: DimensionIndex, code: &str) -> Option<u16> {
        let index = self.index(code)?;
        *self.members.get(dimension)?.get(index as usize)?
    }
}
/// A code and the name of the area that has it, in both languages.
fn with_name(code: &str, area: Option<&Area>) -> Text {
    let Some(title) = area.map(Area::title) else {
        return Text::new(code, code);
    };
    let named = |lang| match title.get(lang) {
        name if name == code => code.to_owned(),
        name => format!("{code} {name}"),
    };
    Text::new(named(Lang::Zh), named(Lang::En))
}
