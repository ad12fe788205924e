//! One indicator in one period, seen by scope and member: what all four tables are computed from.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;

use super::area_with_missing::AreaWithMissing;
use super::figure::Scale;
use super::follow::Follow;
use super::ground::{Ground, Grounds};
use super::moved::{MovedCells, Moving, SourceArea, UnitFlags};
use super::places::{Place, Places};
use super::ranking::{Scoped, scopes_of};
use super::reporters::{Reporter, reporters};
use super::{Inputs, Unit};
use crate::domain::exact::plus;
use crate::domain::{Cell, IndicatorCells, Lang};
use crate::pipeline::{
    Dimension, DimensionIndex, DimensionLevel, Form, Indicator, LevelIndex, Pipeline, RollUp, RowUnit,
};

/// The cells of an area with where it lies.
pub(super) struct Located<'a> {
    pub(super) code: &'a str,
    pub(super) place: &'a Place,
    /// Whether it is a reporter. Nothing is missing of an area that owes nothing and of which nothing was accepted: another reports for
    /// it.
    pub(super) reports: bool,
    pub(super) cells: &'a [Cell],
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
    pub(super) areas: Vec<Located<'a>>,
    /// Member of each combination, by dimension; none for a dimension of areas.
    pub(super) of_combinations: Vec<Vec<usize>>,
    /// None: the boundaries are those of the period.
    pub(super) moving: Option<Moving<'a>>,
    /// By scope: whether somebody in it owes the form, or something of it counts there. The root is always live.
    live: Vec<bool>,
    /// By scope: positions of the reporters, and of the areas that are reporters, once they are asked for.
    pub(super) by_scope: OnceLock<Vec<(Vec<usize>, Vec<usize>)>>,
    /// Level of the areas that the cells are of; the lowest of them where senders of several levels have cells.
    pub(super) level: LevelIndex,
}

impl<'a> Frame<'a> {
    /// With the boundaries of the period. None where the period has no places: nothing can be told then.
    pub(super) fn new(inputs: &Inputs<'a>, at: usize) -> Option<Frame<'a>> {
        let source = &inputs.cells[at];
        let places = places_of(inputs, source)?;
        let reporters = reporters(inputs, at);
        let reporting = ascending(&reporters);
        let areas = locate(source, places, &reporting);
        let scale = Scale::new(
            &inputs.pipeline.indicators[source.indicator],
            source.numerator_scale,
            source.denominator_scale,
        );
        Some(Frame::of(
            inputs.pipeline,
            source,
            (places, scale),
            (reporters, areas),
            None,
        ))
    }

    /// With constant boundaries: what `reporters` sent, moved to the areas of the chosen day.
    pub(super) fn moved(
        pipeline: &'a Pipeline,
        moved: &'a MovedCells,
        grounds: &'a Grounds<'a>,
        reporters: Vec<Reporter<'a>>,
    ) -> Frame<'a> {
        let source = &moved.by_target;
        let codes: Vec<&str> = source.keys.areas.iter().map(String::as_str).collect();
        let areas = locate(source, grounds.places, &codes);
        let scale = Scale::new(
            &pipeline.indicators[source.indicator],
            source.numerator_scale,
            source.denominator_scale,
        );
        let moving = Moving::new(moved, grounds, &reporters);
        let scale = scale.in_parts(grounds.parts);
        Frame::of(
            pipeline,
            source,
            (grounds.places, scale),
            (reporters, areas),
            Some(moving),
        )
    }

    fn of(
        pipeline: &'a Pipeline,
        source: &'a IndicatorCells,
        (places, scale): (&'a Places, Scale<'a>),
        (reporters, areas): (Vec<Reporter<'a>>, Vec<Located<'a>>),
        moving: Option<Moving<'a>>,
    ) -> Frame<'a> {
        let indicator = &pipeline.indicators[source.indicator];
        let form = &pipeline.forms[pipeline.measures[indicator.denominator].form];
        let mut frame = Frame {
            pipeline,
            indicator,
            source,
            period: source.period.to_string(),
            places,
            scale,
            reporters,
            form,
            of_rows: pipeline.shared_dimensions(indicator),
            areas,
            of_combinations: members_of_combinations(pipeline, source),
            moving,
            live: (0..places.scopes.len()).map(|scope| scope == 0).collect(),
            by_scope: OnceLock::new(),
            level: pipeline.registry.levels.len() - 1,
        };
        let of_reporters = frame.reporters.iter().map(|reporter| frame.ground(reporter));
        let of_areas = frame.areas.iter().map(|area| Ground::Whole(area.place));
        let all: Vec<&Place> = of_reporters.chain(of_areas).flat_map(Ground::places).collect();
        for scope in all.iter().filter_map(|place| place.scope) {
            frame.live[scope] = true;
        }
        if let RowUnit::Area(level) = form.unit {
            frame.level = level;
        } else if let Some(lowest) = all.iter().map(|place| place.level).max() {
            frame.level = lowest;
        }
        frame
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

    /// Where the cells of areas count.
    pub(super) fn sources(&self) -> Vec<SourceArea<'a>> {
        if let Some(moving) = &self.moving {
            return moving.sources.clone();
        }
        let source_area = |area: &Located<'a>| SourceArea {
            code: area.code,
            ground: Ground::Whole(area.place),
            reports: area.reports,
            cells: area.cells,
        };
        self.areas.iter().map(source_area).collect()
    }

    /// The ground of a reporter.
    pub(super) fn ground(&self, reporter: &Reporter<'a>) -> Ground<'a> {
        let Some(moving) = &self.moving else {
            return Ground::Whole(reporter.place);
        };
        let found = moving.grounds.of(reporter.code);
        found.expect("the reporters of a period are areas of its day")
    }

    /// The day of the boundaries, where they are constant ones.
    pub(super) fn boundaries(&self) -> Option<Date> {
        self.moving.as_ref().map(|moving| moving.grounds.day)
    }

    /// Whether a table is published for the boundaries of the frame.
    pub(super) fn is_asked_for(&self, table: RollUp) -> bool {
        self.moving.is_none() || self.pipeline.constant_tables.contains(&table)
    }

    /// Name of a reporter of the period.
    pub(super) fn name_of(&self, reporter: &str) -> Option<&'a str> {
        let places = (self.moving.as_ref()).map_or(self.places, |moving| moving.grounds.reference);
        places.areas.get(reporter).map(|place| place.name.as_str())
    }

    /// What the areas of a scope say of the indices over them.
    pub(super) fn unit_flags(&self, scope: usize) -> UnitFlags {
        self.moving
            .as_ref()
            .map_or_else(UnitFlags::default, |moving| moving.unit_flags[scope])
    }

    pub(super) fn applies(&self, dimension: DimensionIndex) -> bool {
        match &self.pipeline.dimensions[dimension].level {
            DimensionLevel::Row { .. } => self.of_rows.contains(&dimension),
            DimensionLevel::Area { level, .. } => *level <= self.level,
            DimensionLevel::Pairs(pairs) => pairs.of.iter().all(|&part| self.applies(part)),
        }
    }

    /// Number of scopes within which a dimension's members are compared: the root alone, or every partition area too.
    pub(super) fn scopes(&self, dimension: DimensionIndex) -> usize {
        if self.divides_scopes(dimension) {
            self.places.scopes.len()
        } else {
            self.places.scopes.len().min(1)
        }
    }

    /// Whether a partition area may have several members. For a cross both parts must tell apart what lies in the area. If one does not, the
    /// pairs there differ by the other part alone.
    fn divides_scopes(&self, dimension: DimensionIndex) -> bool {
        let partition = self.pipeline.registry.partition;
        match &self.pipeline.dimensions[dimension].level {
            DimensionLevel::Area { level, .. } => *level > partition,
            DimensionLevel::Row { .. } => !matches!(self.form.unit, RowUnit::Area(unit) if unit < partition),
            DimensionLevel::Pairs(pairs) => pairs.of.iter().all(|&part| self.divides_scopes(part)),
        }
    }

    /// Whether a dimension groups rows by what they say alone.
    pub(super) fn groups_rows(&self, dimension: DimensionIndex) -> bool {
        matches!(self.pipeline.dimensions[dimension].level, DimensionLevel::Row { .. })
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

    /// The areas, all in one group.
    pub(super) fn areas(&self) -> Scoped {
        self.units_by(1, |_, _| 0)
    }

    /// Areas that owe something or of which something counts, in ascending order of codes.
    pub(super) fn areas_with_missing(&self) -> impl Iterator<Item = AreaWithMissing<'_>> {
        let mut all: BTreeMap<&str, AreaWithMissing<'_>> = match &self.moving {
            Some(moving) => moving.areas_with_missing(&self.reporters),
            None => (self.reporters.iter())
                .map(|reporter| (reporter.code, AreaWithMissing::of(reporter)))
                .collect(),
        };
        for area in &self.areas {
            all.entry(area.code)
                .or_insert(AreaWithMissing::of_nobody(area.place))
                .cells = area.cells;
        }
        all.into_values()
    }

    /// Whether nothing that is owed is missing.
    pub(super) fn is_complete(&self) -> bool {
        let of = |reporter: &Reporter| reporter.missing.all_read && reporter.missing.denominator.known == Ok(0.0);
        self.reporters.iter().all(of)
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
        self.units_by(self.width_of_cells(dimension), |place, cell| {
            self.member_of_cell(dimension, place, cell)
        })
    }

    /// The cells of each area, added up by `member`, which is below `width`.
    fn units_by(&self, width: usize, member: impl Fn(&Place, &Cell) -> usize) -> Scoped {
        let most = self.areas.len() * width.min(self.source.keys.combinations.len());
        let mut all = Scoped {
            units: Vec::with_capacity(most),
            scopes: Vec::with_capacity(most),
        };
        let mut own: Vec<Option<(i128, i128)>> = vec![None; width];
        let mut met: Vec<usize> = Vec::new();
        for Located { place, cells, .. } in &self.areas {
            for cell in *cells {
                let member = member(place, cell);
                if own[member].is_none() {
                    met.push(member);
                }
                let (numerator, denominator) = own[member].get_or_insert_default();
                *numerator = plus(*numerator, cell.numerator);
                *denominator = plus(*denominator, cell.denominator);
            }
            met.sort_unstable();
            for member in met.drain(..) {
                all.units.extend(own[member].take().map(|sums| self.unit(member, sums)));
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

/// Member of each combination, by dimension; none for a dimension of areas, or a cross, of which the combination is only a part.
fn members_of_combinations(pipeline: &Pipeline, source: &IndicatorCells) -> Vec<Vec<usize>> {
    let combinations = &source.keys.combinations;
    let of_dimension = |(at, dimension): (DimensionIndex, &Dimension)| match dimension.level {
        DimensionLevel::Area { .. } | DimensionLevel::Pairs(_) => Vec::new(),
        DimensionLevel::Row { .. } => {
            let member = |members: &Vec<u16>| dimension.member_of(members.get(at).copied());
            combinations.iter().map(member).collect()
        }
    };
    pipeline.dimensions.iter().enumerate().map(of_dimension).collect()
}

/// The places of the areas on the reference date of an indicator's cells.
pub(super) fn places_of<'a>(inputs: &Inputs<'a>, source: &IndicatorCells) -> Option<&'a Places> {
    let pipeline = inputs.pipeline;
    let form = &pipeline.forms[pipeline.measures[pipeline.indicators[source.indicator].denominator].form];
    inputs.places.get(&form.reference(source.period))
}

/// Codes of reporters, in order.
pub(super) fn ascending<'a>(reporters: &[Reporter<'a>]) -> Vec<&'a str> {
    let mut codes: Vec<&str> = reporters.iter().map(|reporter| reporter.code).collect();
    codes.sort();
    codes
}

/// The cells of areas in force; `reporting` has codes in ascending order.
fn locate<'a>(source: &'a IndicatorCells, places: &'a Places, reporting: &[&str]) -> Vec<Located<'a>> {
    let mut reporting = Follow::new(reporting.iter().map(|code| (*code, ())));
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
