//! The tables `inequality` and `inequality_parts`, as reported and on constant boundaries: every index over areas, over cells (area × member) and over members, and
//! how much of it lies between and within groups.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::bounds::{Outcomes, PartRanges, Range};
use super::frame::Frame;
use super::groups::{Figures, Member};
use super::identities::{Broken, check_mirror, check_parts};
use super::index::{Applies, Context, INDICES, Index, Part, Parts};
use super::list_bounds::Bounds;
use super::lorenz;
use super::moved::UnitFlags;
use super::ranges::Ranges;
use super::ranking::Ranking;
use super::reason::token;
use super::{Distribution, Reason};
use crate::domain::{CELL, Lang, Lorenz, MEMBER};
use crate::pipeline::DimensionIndex;
use crate::tables::{ConstantInequalityPartRow, ConstantInequalityRow, InequalityPartRow, InequalityRow, Table};

/// What a frame adds to both tables, the curve of its areas, and every identity that does not hold.
pub(super) struct Inequality {
    pub(super) indices: Table,
    pub(super) parts: Table,
    /// Over the areas of the root; None: it is undefined.
    pub(super) lorenz: Option<Lorenz>,
    pub(super) broken: Vec<Broken>,
}

/// The rows of a frame. A dimension has none in a scope where no unit of it has sent anything: there is nothing to compare there, and
/// the table `groups` says why.
pub(super) fn inequality(frame: &Frame, figures: &[Figures]) -> Inequality {
    let (indices, parts) = match frame.boundaries() {
        None => (Table::of::<InequalityRow>(), Table::of::<InequalityPartRow>()),
        Some(_) => (
            Table::of::<ConstantInequalityRow>(),
            Table::of::<ConstantInequalityPartRow>(),
        ),
    };
    let mut all = Inequality {
        indices,
        parts,
        lorenz: None,
        broken: Vec::new(),
    };
    let scopes = frame.scopes_of_areas();
    let areas = Ranking::new(scopes, frame.areas());
    let ranges_of_areas = Ranges::of_areas(frame, scopes.max(1));
    // By scope, what the areas could be.
    let mut of_areas: BTreeMap<usize, Result<Option<Outcomes>, Reason>> = BTreeMap::new();
    for scope in frame.live_scopes(scopes) {
        let flags = frame.unit_flags(scope);
        let list = List::new(frame, (Over::Areas, flags), None, scope);
        let distribution = flags.known().and_then(|()| areas.distribution(scope));
        // Curves are of what was reported.
        if let (0, Ok(distribution), None) = (scope, &distribution, frame.boundaries()) {
            all.lorenz = list.lorenz(distribution);
        }
        let outcomes = flags.known().and_then(|()| ranges_of_areas.outcomes(frame, scope));
        list.rows(&distribution, &Bounds::of(&outcomes), &mut all);
        of_areas.insert(scope, outcomes);
    }
    let compared = figures.iter().filter(|figures| !frame.is_pinned(figures.dimension));
    for figures in compared {
        let dimension = figures.dimension;
        let scopes = frame.scopes(dimension);
        let (smallest, units, ranges) = if frame.groups_areas(dimension) {
            let units = areas.regrouped(scopes, &frame.groups_of_areas(dimension));
            (Over::GroupedAreas, units, ranges_of_areas.regrouped(frame, dimension))
        } else {
            let units = Ranking::new(scopes, frame.cells(dimension));
            (Over::Cells, units, Ranges::of_cells(frame, scopes, dimension))
        };
        for scope in frame.live_scopes(scopes) {
            let flags = frame.unit_flags(scope);
            if !units.has_weight(scope) && !flags.is_open {
                continue;
            }
            let list = |over, flags| List::new(frame, (over, flags), Some(dimension), scope);
            let distribution = flags.known().and_then(|()| units.distribution(scope));
            let grouped = list(smallest, flags);
            let mut outcomes = Ok(None);
            let of_whole = of_areas.get(&scope).filter(|_| smallest == Over::GroupedAreas);
            if of_whole.is_none() || INDICES.iter().any(|index| grouped.has(index.applies)) {
                outcomes = flags.known().and_then(|()| ranges.outcomes(frame, scope));
            }
            // The groups make no difference to the whole, whose bounds may have been found.
            let bounds = Bounds::of(&outcomes).by_groups(of_whole.unwrap_or(&outcomes), || ranges.groups(scope));
            grouped.rows(&distribution, &bounds, &mut all);
            let own = &figures.members[scope];
            let flags = flags_of_members(own);
            let distribution = flags.known().and_then(|()| members(frame, own));
            let ranges = Ranges::of_members(frame, own.iter().map(|own| (&own.held.known, &own.reporting)));
            let outcomes = flags.known().and_then(|()| ranges.outcomes(frame, 0));
            list(Over::Members, flags).rows(&distribution, &Bounds::of(&outcomes), &mut all);
        }
    }
    all
}

/// The members of a dimension as units.
fn members(frame: &Frame, members: &[Member]) -> Result<Distribution, Reason> {
    let sums = members.iter().map(|member| &member.held.known).enumerate();
    let units = sums.map(|(member, sums)| frame.unit(member, (sums.numerator, sums.denominator)));
    Distribution::new(&units.collect::<Vec<_>>())
}

fn flags_of_members(members: &[Member]) -> UnitFlags {
    UnitFlags {
        is_open: members.iter().any(Member::is_open),
        is_allocated: members.iter().any(|member| member.held.is_allocated),
        is_partial: members.iter().any(|member| member.reporting.partial),
    }
}

/// What the units of a list are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    /// Areas, whatever their group.
    Areas,
    /// Areas by the members of a dimension: only what depends on the groups is told of them.
    GroupedAreas,
    /// Areas split by the members of a dimension of rows.
    Cells,
    /// Members of a dimension.
    Members,
}

/// One list of units and where it belongs in the tables.
struct List<'a> {
    frame: &'a Frame<'a>,
    over: Over,
    /// What the units say of the indices.
    flags: UnitFlags,
    dimension: Option<DimensionIndex>,
    scope: usize,
}

impl<'a> List<'a> {
    fn new(
        frame: &'a Frame<'a>,
        (over, flags): (Over, UnitFlags),
        dimension: Option<DimensionIndex>,
        scope: usize,
    ) -> List<'a> {
        List {
            frame,
            over,
            flags,
            dimension,
            scope,
        }
    }

    fn lorenz(&self, distribution: &Distribution) -> Option<Lorenz> {
        let curve = lorenz::curve(distribution).ok()?;
        Some(Lorenz {
            period: self.frame.source.period,
            indicator: self.frame.source.indicator,
            level: self.frame.level,
            units: distribution.n(),
            gini: curve.gini,
            tenths: curve.tenths(),
            corners: curve.thinned(),
        })
    }

    fn rows(&self, distribution: &Result<Distribution, Reason>, bounds: &Bounds, all: &mut Inequality) {
        let context = self.context();
        // Units that cannot be compared have no bounds either; where nothing has come, there is only no value.
        let fault = distribution.as_ref().err().filter(|reason| **reason != Reason::NoUnits);
        let comparable = || fault.map_or(Ok(()), |reason| Err(*reason));
        let attainment = self.in_bounds(distribution);
        // Made when the first index asks that is another one of it.
        let shortfall = OnceCell::new();
        let n = distribution.as_ref().map_or(0, Distribution::n);
        for index in INDICES {
            let (has_row, has_parts) = (self.has(index.applies), self.has_parts(index));
            if !has_row && !has_parts {
                continue;
            }
            let found = distribution
                .as_ref()
                .map_err(|reason| *reason)
                .and_then(|distribution| (index.compute)(distribution, &context));
            if let Ok(parts) = &found {
                all.broken.extend(check_parts(index.name, parts, || self.place()));
            }
            if has_row {
                let range = comparable()
                    .and_then(|()| bounds.range(index, &context))
                    .and_then(|open| open.map_or(found.map(|parts| Range::point(parts.value)), Ok));
                let of_shortfall = attainment.and_then(|attainment| {
                    if index.family.is_symmetric() {
                        return found;
                    }
                    let shortfall = shortfall.get_or_init(|| attainment.mirrored());
                    (index.compute)(shortfall, &context.of_shortfall())
                });
                let row = self.row(index.name, [found, of_shortfall], range, n);
                match self.frame.boundaries() {
                    None => all.indices.push(row),
                    Some(day) => {
                        let status = self.flags.status(found.is_ok());
                        all.indices.push(ConstantInequalityRow::new(row, day, status));
                    }
                }
            }
            if !has_parts {
                continue;
            }
            let ranges = comparable().and_then(|()| bounds.parts(index, &context));
            for part in index.parts {
                let row = self.part_row(index.name, *part, found, ranges);
                match self.frame.boundaries() {
                    None => all.parts.push(row),
                    Some(day) => {
                        let status = self.flags.status(row.value.is_some());
                        all.parts.push(ConstantInequalityPartRow::new(row, day, status));
                    }
                }
            }
        }
        if let (Ok(attainment), Some(shortfall)) = (attainment, shortfall.get()) {
            all.broken.extend(check_mirror(attainment, shortfall, || self.place()));
        }
    }

    /// The units, if each may be a share of a whole of which the rest is a shortfall.
    fn in_bounds<'d>(&self, units: &'d Result<Distribution, Reason>) -> Result<&'d Distribution, Reason> {
        if !self.frame.indicator.bounded {
            return Err(Reason::NotBounded);
        }
        let units = units.as_ref().map_err(|reason| *reason)?;
        if units.min() < 0.0 || units.max() > 1.0 {
            return Err(Reason::OutsideBounds);
        }
        Ok(units)
    }

    /// Whether an index has a row for these units.
    fn has(&self, applies: Applies) -> bool {
        let of = self.dimension.map(|at| &self.frame.pipeline.dimensions[at]);
        let whole = self.over != Over::GroupedAreas;
        match applies {
            Applies::Always => whole,
            Applies::Bounded => whole && self.frame.indicator.bounded,
            Applies::Members => self.over == Over::Members,
            Applies::Ordered => self.is_ordered(),
            Applies::OrderedBounded => self.is_ordered() && self.frame.indicator.bounded,
            Applies::Reference => of.is_some_and(|of| of.reference.is_some()),
            Applies::ReferenceMembers => self.over == Over::Members && of.is_some_and(|of| of.reference.is_some()),
            Applies::PartsOnly => false,
        }
    }

    /// Whether the units are members that have an order.
    fn is_ordered(&self) -> bool {
        let of = self.dimension.map(|at| &self.frame.pipeline.dimensions[at]);
        self.over == Over::Members && of.is_some_and(|of| of.ordered)
    }

    /// Whether the parts of an index say anything: of members each group is one unit, and all is between them.
    fn has_parts(&self, index: &Index) -> bool {
        !index.parts.is_empty() && matches!(self.over, Over::GroupedAreas | Over::Cells)
    }

    fn context(&self) -> Context {
        let better = self.frame.indicator.better;
        let Some(dimension) = self.dimension else {
            return Context {
                better,
                reference: None,
                order: Vec::new(),
            };
        };
        let of = &self.frame.pipeline.dimensions[dimension];
        let reference = of.reference.as_ref();
        Context {
            better,
            reference: reference.and_then(|id| of.members.iter().position(|member| member.id == *id)),
            order: of.placed_members(),
        }
    }

    fn computed_over(&self) -> &str {
        match self.over {
            Over::Areas | Over::GroupedAreas => self.frame.level_of_units(),
            Over::Cells => CELL,
            Over::Members => MEMBER,
        }
    }

    fn place(&self) -> String {
        let scope = &self.frame.places.scopes[self.scope].code;
        let dimension = self.dimension_id().unwrap_or_default();
        let words = [&self.frame.indicator.id, dimension, self.computed_over()].map(str::to_owned);
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        format!("{} {scope} {}", self.frame.period, words.join(" "))
    }

    fn dimension_id(&self) -> Option<&str> {
        self.dimension.map(|at| self.frame.pipeline.dimensions[at].id.as_str())
    }

    fn row<'v>(
        &'v self,
        index: &'v str,
        [found, of_shortfall]: [Result<Parts, Reason>; 2],
        range: Result<Range, Reason>,
        n: usize,
    ) -> InequalityRow<'v> {
        let (frame, scope) = (self.frame, &self.frame.places.scopes[self.scope]);
        InequalityRow {
            period: &frame.period,
            scope_code: &scope.code,
            scope_name: &scope.name,
            indicator: &frame.indicator.id,
            indicator_title_zh: frame.title(Lang::Zh),
            indicator_title_en: frame.title(Lang::En),
            dimension: self.dimension_id(),
            computed_over: self.computed_over(),
            inequality_index: index,
            value: found.ok().map(|parts| parts.value),
            lower: range.ok().map(|range| range.lower),
            upper: range.ok().map(|range| range.upper),
            bounds_kind: range.ok().map(|range| range.kind()),
            shortfall_value: of_shortfall.ok().map(|parts| parts.value),
            n_units: n as i64,
            null_reason: token(found),
            bounds_null_reason: token(range),
            shortfall_null_reason: token(of_shortfall),
        }
    }

    /// `ranges`: None where the bounds are those of the value.
    fn part_row<'v>(
        &'v self,
        index: &'v str,
        part: Part,
        found: Result<Parts, Reason>,
        ranges: Result<Option<PartRanges>, Reason>,
    ) -> InequalityPartRow<'v> {
        let (frame, scope) = (self.frame, &self.frame.places.scopes[self.scope]);
        let point = || found.map(|parts| Range::point(parts.of(part).unwrap_or_default()));
        let range = ranges.and_then(|open| open.map_or_else(point, |ranges| Ok(ranges.of(part))));
        InequalityPartRow {
            period: &frame.period,
            scope_code: &scope.code,
            scope_name: &scope.name,
            indicator: &frame.indicator.id,
            indicator_title_zh: frame.title(Lang::Zh),
            indicator_title_en: frame.title(Lang::En),
            // Parts are those of groups, which a dimension makes.
            dimension: self.dimension_id().unwrap_or_default(),
            computed_over: self.computed_over(),
            inequality_index: index,
            part: part.name(),
            value: found.ok().and_then(|parts| parts.of(part)),
            lower: range.ok().map(|range| range.lower),
            upper: range.ok().map(|range| range.upper),
            bounds_kind: range.ok().map(|range| range.kind()),
            null_reason: token(found),
            bounds_null_reason: token(range),
        }
    }
}
