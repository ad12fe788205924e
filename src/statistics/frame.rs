//! One indicator in one period, seen by scope and member: the sums that all four tables stand on.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::figure::Scale;
use super::places::{Place, Places};
use super::ranking::{Scoped, scopes_of};
use super::reporters::{Follow, Reporter, reporters};
use super::turning::Lacking;
use super::{Inputs, Unit};
use crate::domain::exact::plus;
use crate::domain::{Cell, IndicatorCells, Lang, Sums};
use crate::pipeline::{Dimension, DimensionIndex, DimensionLevel, Form, Indicator, LevelIndex, Pipeline, RowUnit};

/// Sums of all cells in one scope and of one member in every dimension.
pub(super) struct Profile {
    scope: Option<usize>,
    /// By dimension.
    members: Vec<usize>,
    sums: Sums,
}

/// Scope and members of areas that lie alike.
type Likeness<'a> = (Option<usize>, &'a [Option<u16>]);

/// Sums by scope and member, then by joint stratum.
pub(super) type Strata = BTreeMap<(usize, usize), BTreeMap<u128, Sums>>;

/// The cells of an area with where it lies.
struct Located<'a> {
    code: &'a str,
    place: &'a Place,
    /// Whether it is a reporter. Nothing is missing of an area that owes nothing and of which nothing was accepted: another reports for
    /// it.
    reports: bool,
    cells: &'a [Cell],
}

/// What of an area counts, and what is missing of it.
pub(super) struct Holding<'f> {
    pub(super) place: &'f Place,
    /// None: another reports for it, so nothing is missing.
    pub(super) reporter: Option<&'f Reporter<'f>>,
    pub(super) cells: &'f [Cell],
}

/// One indicator in one period.
pub(super) struct Frame<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) indicator: &'a Indicator,
    pub(super) source: &'a IndicatorCells,
    /// Of the cells, as text.
    pub(super) period: String,
    pub(super) places: &'a Places,
    pub(super) scale: Scale<'a>,
    pub(super) reporters: Vec<Reporter<'a>>,
    form: &'a Form,
    /// Dimensions of rows that group the records behind the numerator, and those behind the denominator.
    of_rows: Vec<DimensionIndex>,
    /// In ascending order of codes.
    areas: Vec<Located<'a>>,
    /// Member of each combination, by dimension; none for a dimension of areas.
    of_combinations: Vec<Vec<usize>>,
    /// By scope: whether somebody in it owes the form, or something of it counts there. The root is always live.
    live: Vec<bool>,
    /// See [`Frame::located_by_scope`], once it is asked for.
    by_scope: OnceLock<Vec<(Vec<usize>, Vec<usize>)>>,
    /// Level of the areas that the cells are of; the lowest of them where senders of several levels have cells.
    pub(super) level: LevelIndex,
}

impl<'a> Frame<'a> {
    /// None where the period has no places: nothing can be told then.
    pub(super) fn new(inputs: &Inputs<'a>, source: &'a IndicatorCells) -> Option<Frame<'a>> {
        let pipeline = inputs.pipeline;
        let indicator = &pipeline.indicators[source.indicator];
        let form_index = pipeline.measures[indicator.denominator].form;
        let places = inputs
            .places
            .get(&pipeline.forms[form_index].reference(source.period))?;
        let form = &pipeline.forms[form_index];
        let reporters = reporters(pipeline, inputs.coverage, places, source);
        let areas = locate(source, places, &reporters);
        let all_places = || reporters.iter().map(|s| s.place).chain(areas.iter().map(|a| a.place));
        let mut live: Vec<bool> = (0..places.scopes.len()).map(|scope| scope == 0).collect();
        for scope in all_places().filter_map(|place| place.scope) {
            live[scope] = true;
        }
        let lowest = pipeline.registry.levels.len() - 1;
        let level = match form.unit {
            RowUnit::Area(level) => level,
            RowUnit::Below(_) => all_places().map(|place| place.level).max().unwrap_or(lowest),
        };
        Some(Frame {
            pipeline,
            indicator,
            source,
            period: source.period.to_string(),
            places,
            scale: Scale::new(indicator, source.numerator_scale, source.denominator_scale),
            reporters,
            form,
            of_rows: pipeline.shared_dimensions(indicator),
            areas,
            of_combinations: members_of_combinations(pipeline, source),
            live,
            by_scope: OnceLock::new(),
            level,
        })
    }

    /// Title of the indicator; None where the definition has none in the language.
    pub(super) fn title(&self, lang: Lang) -> Option<&'a str> {
        self.indicator.title.own(lang)
    }

    /// Level of the areas that are compared, as the pipeline names it.
    pub(super) fn level_of_units(&self) -> &'a str {
        &self.pipeline.registry.levels[self.level]
    }

    /// What belongs to scopes in which somebody owes the form or something counts: of the others there is nothing to tell.
    pub(super) fn live<'v, T>(&'v self, by_scope: &'v [T]) -> impl Iterator<Item = (usize, &'v T)> {
        by_scope.iter().enumerate().filter(|(scope, _)| self.live[*scope])
    }

    /// Dimensions that group what the form describes.
    pub(super) fn dimensions(&self) -> impl Iterator<Item = DimensionIndex> + '_ {
        (0..self.pipeline.dimensions.len()).filter(|&d| self.applies(d))
    }

    fn applies(&self, dimension: DimensionIndex) -> bool {
        match &self.pipeline.dimensions[dimension].level {
            DimensionLevel::Row { .. } => self.of_rows.contains(&dimension),
            DimensionLevel::Area { level, .. } => *level <= self.level,
        }
    }

    /// Number of scopes within which a dimension's members are compared: the root alone, or every partition area too.
    pub(super) fn scopes(&self, dimension: DimensionIndex) -> usize {
        let partition = self.pipeline.registry.partition;
        let below = match self.pipeline.dimensions[dimension].level {
            DimensionLevel::Area { level, .. } => level > partition,
            DimensionLevel::Row { .. } => !matches!(self.form.unit, RowUnit::Area(unit) if unit < partition),
        };
        if below {
            self.places.scopes.len()
        } else {
            self.places.scopes.len().min(1)
        }
    }

    /// Whether a dimension groups areas, not rows.
    pub(super) fn groups_areas(&self, dimension: DimensionIndex) -> bool {
        matches!(self.pipeline.dimensions[dimension].level, DimensionLevel::Area { .. })
    }

    /// Scope numbers in which something counts that lies in `own`, of the first `count`.
    pub(super) fn scopes_of(own: Option<usize>, count: usize) -> impl Iterator<Item = usize> {
        scopes_of(own.unwrap_or(0), count)
    }

    /// The first scopes in which somebody owes the form or something counts.
    pub(super) fn live_scopes(&self, count: usize) -> impl Iterator<Item = usize> {
        (0..count).filter(|scope| self.live[*scope])
    }

    /// Member of an area, for a dimension of areas; None for one of rows.
    pub(super) fn member_of_area(&self, dimension: DimensionIndex, place: &Place) -> Option<usize> {
        let of = &self.pipeline.dimensions[dimension];
        match of.level {
            DimensionLevel::Row { .. } => None,
            DimensionLevel::Area { .. } => Some(of.member_of(place.members.get(dimension).copied().flatten())),
        }
    }

    /// Whether the indicator is restricted to members of this dimension that leave this one out.
    pub(super) fn filtered_out(&self, dimension: DimensionIndex, member: usize) -> bool {
        let id = self.pipeline.dimensions[dimension].member_id(member);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && !members.iter().any(|m| m == id))
    }

    /// Whether the indicator is restricted to this member alone: then all that is missing belongs to it.
    pub(super) fn pinned_to(&self, dimension: DimensionIndex, member: usize) -> bool {
        let id = self.pipeline.dimensions[dimension].member_id(member);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && members.iter().all(|m| m == id))
    }

    /// Whether the indicator is restricted to one member of this dimension: of one group there is nothing to compare.
    pub(super) fn is_pinned(&self, dimension: DimensionIndex) -> bool {
        let one = |members: &[String]| members.iter().all(|member| *member == members[0]);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && one(members))
    }

    /// Sums by where cells lie and what they are of: all that groups and gaps ask for, in far fewer entries than cells.
    pub(super) fn profiles(&self) -> Vec<Profile> {
        // Areas that lie alike, by combination of members. Hashed while summing, ordered afterwards.
        let mut alike: HashMap<Likeness<'_>, Vec<Sums>> = HashMap::new();
        let combinations = self.source.keys.combinations.len();
        for Located {
            place, reports, cells, ..
        } in &self.areas
        {
            let sums = alike
                .entry((place.scope, place.members.as_slice()))
                .or_insert_with(|| vec![Sums::default(); combinations]);
            for cell in *cells {
                let mut own = Sums::from(cell);
                if !reports {
                    own.rest = 0;
                }
                let sums = &mut sums[cell.combination as usize];
                *sums = sums.plus(&own);
            }
        }
        let profile = |(scope, places): Likeness<'_>, (combination, sums): (usize, Sums)| {
            let member = |dimension: DimensionIndex| match self.of_combinations[dimension].get(combination) {
                Some(&member) => member,
                None => self.pipeline.dimensions[dimension].member_of(places.get(dimension).copied().flatten()),
            };
            let members = (0..self.pipeline.dimensions.len()).map(member).collect();
            Profile { scope, members, sums }
        };
        let mut alike: Vec<_> = alike.into_iter().collect();
        alike.sort_unstable_by_key(|(place, _)| *place);
        let mut all = Vec::with_capacity(alike.len() * combinations);
        for (place, sums) in alike {
            let filled = sums
                .into_iter()
                .enumerate()
                .filter(|(_, sums)| *sums != Sums::default());
            all.extend(filled.map(|of_combination| profile(place, of_combination)));
        }
        all
    }

    /// One number for members of several dimensions.
    fn joint(&self, members: impl Iterator<Item = (DimensionIndex, usize)>) -> u128 {
        members.fold(0, |key, (dimension, member)| {
            let radix = self.pipeline.dimensions[dimension].members.len() as u128 + 1;
            key.wrapping_mul(radix).wrapping_add(member as u128)
        })
    }

    /// Sums by scope and member; a row more than the dimension has members where `unknown` is none of them.
    pub(super) fn by_member(&self, profiles: &[Profile], dimension: DimensionIndex) -> Vec<Vec<Sums>> {
        let of = &self.pipeline.dimensions[dimension];
        let scopes = self.scopes(dimension);
        let mut all = vec![vec![Sums::default(); of.members.len().max(of.unknown() + 1)]; scopes];
        for profile in profiles {
            for scope in Self::scopes_of(profile.scope, scopes) {
                let sums = &mut all[scope][profile.members[dimension]];
                *sums = sums.plus(&profile.sums);
            }
        }
        all
    }

    /// Sums by scope and member of `dimension`, each split by the joint strata of `strata`.
    pub(super) fn by_strata(
        &self,
        profiles: &[Profile],
        dimension: DimensionIndex,
        strata: &[DimensionIndex],
    ) -> Strata {
        let scopes = self.scopes(dimension);
        let mut all = Strata::new();
        for profile in profiles {
            let stratum = self.joint(strata.iter().map(|&d| (d, profile.members[d])));
            for scope in Self::scopes_of(profile.scope, scopes) {
                let member = all.entry((scope, profile.members[dimension])).or_default();
                let sums = member.entry(stratum).or_default();
                *sums = sums.plus(&profile.sums);
            }
        }
        all
    }

    /// The areas, all in one group.
    pub(super) fn areas(&self) -> Scoped {
        self.units_by(1, |_| 0)
    }

    /// Areas that owe something or of which something counts, in ascending order of codes.
    pub(super) fn holdings(&self) -> impl Iterator<Item = Holding<'_>> {
        let reporters = self.reporters.iter().map(|reporter| {
            let holding = Holding {
                place: reporter.place,
                reporter: Some(reporter),
                cells: &[],
            };
            (reporter.code, holding)
        });
        let mut all: BTreeMap<&str, Holding<'_>> = reporters.collect();
        for area in &self.areas {
            let nothing = Holding {
                place: area.place,
                reporter: None,
                cells: &[],
            };
            all.entry(area.code).or_insert(nothing).cells = area.cells;
        }
        all.into_values()
    }

    /// Whether nothing that is owed is missing.
    pub(super) fn is_complete(&self) -> bool {
        let of = |reporter: &Reporter| reporter.missing.all_read && reporter.missing.denominator == Ok(0.0);
        self.reporters.iter().all(of)
    }

    /// Member of each combination of members that a cell has, for a dimension of rows.
    pub(super) fn members_of_cells(&self, dimension: DimensionIndex) -> &[usize] {
        &self.of_combinations[dimension]
    }

    /// Number of scopes within which areas are compared; none where the only area is the root itself.
    pub(super) fn scopes_of_areas(&self) -> usize {
        match self.level {
            0 => 0,
            level if level > self.pipeline.registry.partition => self.places.scopes.len(),
            _ => self.places.scopes.len().min(1),
        }
    }

    /// The members of areas, in the order of [`Frame::areas`].
    pub(super) fn groups_of_areas(&self, dimension: DimensionIndex) -> Vec<usize> {
        let of = &self.pipeline.dimensions[dimension];
        let entry = |place: &Place| place.members.get(dimension).copied().flatten();
        self.areas.iter().map(|area| of.member_of(entry(area.place))).collect()
    }

    /// The members of rows of each area. Order: area, member.
    pub(super) fn cells(&self, dimension: DimensionIndex) -> Scoped {
        let members = &self.of_combinations[dimension];
        let width = members.iter().max().map_or(0, |last| last + 1);
        self.units_by(width, |cell| members[cell.combination as usize])
    }

    /// The cells of each area, added up by `member`, which is below `width`.
    fn units_by(&self, width: usize, member: impl Fn(&Cell) -> usize) -> Scoped {
        let most = self.areas.len() * width;
        let mut all = Scoped {
            units: Vec::with_capacity(most),
            scopes: Vec::with_capacity(most),
        };
        let mut own: Vec<Option<(i128, i128)>> = vec![None; width];
        for Located { place, cells, .. } in &self.areas {
            for cell in *cells {
                let (numerator, denominator) = own[member(cell)].get_or_insert_default();
                *numerator = plus(*numerator, cell.numerator);
                *denominator = plus(*denominator, cell.denominator);
            }
            for (member, sums) in own.iter_mut().enumerate() {
                all.units.extend(sums.take().map(|sums| self.unit(member, sums)));
            }
            all.scopes.resize(all.units.len(), place.scope.unwrap_or(0));
        }
        all
    }

    /// Other dimensions whose strata split a gap of this one.
    pub(super) fn strata(&self, dimension: DimensionIndex) -> Vec<DimensionIndex> {
        let declared = &self.pipeline.dimensions[dimension].strata;
        declared
            .iter()
            .copied()
            .filter(|&d| d != dimension && self.applies(d))
            .collect()
    }

    /// What is missing of each area of a scope that belongs to a member.
    pub(super) fn lacking(&self, scope: usize, dimension: DimensionIndex, member: usize) -> Vec<Lacking<'a>> {
        let by_scope = self.by_scope.get_or_init(|| self.located_by_scope());
        let (reporters, areas) = &by_scope[scope];
        let is_whole = self.groups_areas(dimension) || self.pinned_to(dimension, member);
        let mut all = Vec::new();
        if is_whole {
            for reporter in reporters.iter().map(|&at| &self.reporters[at]) {
                let own = self.member_of_area(dimension, reporter.place);
                let missing = reporter.missing.denominator.unwrap_or(0.0);
                if own.is_none_or(|own| own == member) && missing > 0.0 {
                    all.push(Lacking {
                        code: reporter.code,
                        missing,
                    });
                }
            }
            return all;
        }
        // Of a dimension of rows, what is missing was read, and lies in the cells.
        for located in areas.iter().map(|&at| &self.areas[at]) {
            let of_member =
                |cell: &&Cell| self.of_combinations[dimension].get(cell.combination as usize) == Some(&member);
            let rest = located
                .cells
                .iter()
                .filter(of_member)
                .fold(Sums::default(), |sum, cell| sum.plus(&Sums::from(cell)));
            let missing = self.scale.rest(&rest);
            if missing > 0.0 {
                all.push(Lacking {
                    code: located.code,
                    missing,
                });
            }
        }
        all
    }

    /// By scope: positions of the reporters, and of the areas that are reporters. The root has all.
    fn located_by_scope(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut all = vec![(Vec::new(), Vec::new()); self.places.scopes.len()];
        for (at, reporter) in self.reporters.iter().enumerate() {
            Self::scopes_of(reporter.place.scope, all.len()).for_each(|scope| all[scope].0.push(at));
        }
        for (at, located) in self.areas.iter().enumerate().filter(|(_, located)| located.reports) {
            Self::scopes_of(located.place.scope, all.len()).for_each(|scope| all[scope].1.push(at));
        }
        all
    }

    /// A unit of the dispersion.
    pub(super) fn unit(&self, group: usize, (numerator, denominator): (i128, i128)) -> Unit {
        Unit {
            x: self.scale.quotient(numerator, denominator),
            numerator,
            denominator,
            group,
        }
    }
}

/// Member of each combination, by dimension; none for a dimension of areas.
fn members_of_combinations(pipeline: &Pipeline, source: &IndicatorCells) -> Vec<Vec<usize>> {
    let combinations = &source.keys.combinations;
    let of_dimension = |(at, dimension): (DimensionIndex, &Dimension)| match dimension.level {
        DimensionLevel::Area { .. } => Vec::new(),
        DimensionLevel::Row { .. } => {
            let member = |members: &Vec<u16>| dimension.member_of(members.get(at).copied());
            combinations.iter().map(member).collect()
        }
    };
    pipeline.dimensions.iter().enumerate().map(of_dimension).collect()
}

/// The cells of areas in force.
fn locate<'a>(source: &'a IndicatorCells, places: &'a Places, reporters: &[Reporter]) -> Vec<Located<'a>> {
    let mut reporting: Vec<&str> = reporters.iter().map(|reporter| reporter.code).collect();
    reporting.sort();
    let mut reporting = Follow::new(reporting.into_iter().map(|code| (code, ())));
    let mut places = Follow::new(&places.areas);
    let located = source.by_area().filter_map(|(code, cells)| {
        Some(Located {
            code,
            place: places.at(code)?,
            reports: reporting.at(code).is_some(),
            cells,
        })
    });
    located.collect()
}
