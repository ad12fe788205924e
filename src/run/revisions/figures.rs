//! Which figures changed, and the exact sums behind them.

use std::collections::{BTreeMap, BTreeSet};

use super::before::{Old, Unfit};
use super::now::Now;
use crate::domain::{IndicatorCells, IndicatorLevels, Period, Sums};
use crate::pipeline::{Dimension, DimensionLevel, Pipeline};
use crate::registry::Areas;
use crate::rollup::levels;
use crate::tables::{Columns, GroupRow, IndicatorRow, Table, Tolerance, align, changed as cells_changed, columns};

columns! {
    struct OfArea<'a> of IndicatorRow {
        period: &'a str,
        area_code: &'a str,
        area_name: Option<&'a str>,
        indicator: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        value: Option<f64>,
    }
}

columns! {
    struct OfGroup<'a> of GroupRow {
        period: &'a str,
        scope_code: &'a str,
        scope_name: &'a str,
        indicator: &'a str,
        dimension: &'a str,
        member: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        value: Option<f64>,
    }
}

const FIGURES: [&str; 3] = ["numerator", "denominator", "value"];
const AREA_KEY: [&str; 3] = ["period", "area_code", "indicator"];
const GROUP_KEY: [&str; 5] = ["period", "scope_code", "indicator", "dimension", "member"];

/// What is published of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct State {
    pub(super) numerator: Option<f64>,
    pub(super) denominator: Option<f64>,
    pub(super) value: Option<f64>,
}

/// Of what a figure is: an area, or a member (dimension and member as indices) within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Whose {
    pub(super) area: String,
    pub(super) group: Option<(usize, usize)>,
}

/// A figure that is not the same in both releases.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) whose: Whose,
    pub(super) area_name: Option<String>,
    pub(super) before: State,
    pub(super) after: State,
}

/// Figures that changed, by period and indicator.
pub(super) type AllChanged = BTreeMap<(Period, usize), Vec<Changed>>;

/// Figures of both releases that are not the same. One that only one of them has is none: it has nothing to be compared with.
pub(super) fn changed(now: Now<'_>, old: &Old<'_>) -> Result<AllChanged, Unfit> {
    let pipeline = now.shared.pipeline;
    let periods: BTreeMap<String, Period> = pipeline.periods.iter().map(|of| (of.to_string(), *of)).collect();
    let ids = pipeline.indicators.iter().enumerate();
    let indicators: BTreeMap<&str, usize> = ids.map(|(at, indicator)| (indicator.id.as_str(), at)).collect();
    let mut all = AllChanged::new();
    let mut add = |period: &str, indicator: &str, one: Changed| {
        if let (Some(&period), Some(&indicator)) = (periods.get(period), indicators.get(indicator)) {
            all.entry((period, indicator)).or_default().push(one);
        }
    };
    let of_areas = old.file(IndicatorRow::TABLE)?;
    for (period, part) in now.compared.parts(IndicatorRow::TABLE) {
        let Some((before, after)) = of_areas.beside::<OfArea>(period, &part)? else {
            continue;
        };
        for (row, row_now) in differing(&before, &after, &AREA_KEY) {
            let Some((one, other)) = before.row::<OfArea>(row).zip(after.row::<OfArea>(row_now)) else {
                continue;
            };
            let changed = Changed {
                whose: Whose {
                    area: one.area_code.to_owned(),
                    group: None,
                },
                area_name: other.area_name.map(str::to_owned),
                before: state(one.numerator, one.denominator, one.value),
                after: state(other.numerator, other.denominator, other.value),
            };
            add(one.period, one.indicator, changed);
        }
    }
    let of_groups = old.file(GroupRow::TABLE)?;
    for (period, part) in now.compared.parts(GroupRow::TABLE) {
        let Some((before, after)) = of_groups.beside::<OfGroup>(period, &part)? else {
            continue;
        };
        for (row, row_now) in differing(&before, &after, &GROUP_KEY) {
            let Some((one, other)) = before.row::<OfGroup>(row).zip(after.row::<OfGroup>(row_now)) else {
                continue;
            };
            let Some(group) = group(pipeline, one.dimension, one.member) else {
                continue;
            };
            let changed = Changed {
                whose: Whose {
                    area: one.scope_code.to_owned(),
                    group: Some(group),
                },
                area_name: Some(other.scope_name.to_owned()),
                before: state(one.numerator, one.denominator, one.value),
                after: state(other.numerator, other.denominator, other.value),
            };
            add(one.period, one.indicator, changed);
        }
    }
    Ok(all)
}

fn state(numerator: Option<f64>, denominator: Option<f64>, value: Option<f64>) -> State {
    State {
        numerator,
        denominator,
        value,
    }
}

/// Rows of both tables with another figure, in order of their key.
fn differing(before: &Table, after: &Table, key: &[&str]) -> BTreeSet<(usize, usize)> {
    let names: Vec<&str> = key.iter().chain(&FIGURES).copied().collect();
    let (one, other) = (before.frame(&names), after.frame(&names));
    let Some(aligned) = align(&one, &other, key) else {
        return BTreeSet::new();
    };
    let column = |name: &&str| {
        let (one, other) = (one.column(name)?, other.column(name)?);
        cells_changed(one, other, &aligned.both, Tolerance::default())
    };
    FIGURES.iter().filter_map(column).flatten().collect()
}

/// Indices of a dimension and of a member, or of what is left of it.
fn group(pipeline: &Pipeline, dimension: &str, member: &str) -> Option<(usize, usize)> {
    let at = pipeline.dimensions.iter().position(|own| own.id == dimension)?;
    let members = &pipeline.dimensions[at].members;
    let member = members.iter().position(|own| own.id == member);
    Some((at, member.unwrap_or_else(|| pipeline.dimensions[at].unknown())))
}

/// The sums of areas, and of members within the root and within each area of the partition level.
pub(super) struct Figures {
    areas: IndicatorLevels,
    groups: BTreeMap<(String, usize, usize), Sums>,
}

impl Figures {
    /// Of these cells; `grouped`: groups are asked for, too.
    pub(super) fn of(pipeline: &Pipeline, areas: &Areas, cells: &IndicatorCells, grouped: bool) -> Figures {
        Figures {
            areas: levels(cells, areas),
            groups: if grouped {
                groups(pipeline, areas, cells)
            } else {
                BTreeMap::new()
            },
        }
    }

    pub(super) fn get(&self, whose: &Whose) -> Sums {
        let found = match whose.group {
            None => self.areas.areas.get(&whose.area),
            Some((dimension, member)) => self.groups.get(&(whose.area.clone(), dimension, member)),
        };
        found.copied().unwrap_or_default()
    }
}

fn groups(pipeline: &Pipeline, areas: &Areas, cells: &IndicatorCells) -> BTreeMap<(String, usize, usize), Sums> {
    let mut all: BTreeMap<(String, usize, usize), Sums> = BTreeMap::new();
    let root = &areas.root().code;
    for (code, of_area) in cells.by_area() {
        if areas.get(code).is_none() {
            continue;
        }
        let scope = areas.ancestor_at(code, pipeline.registry.partition);
        let scopes: Vec<&String> = std::iter::once(root)
            .chain(scope.map(|area| &area.code).filter(|scope| *scope != root))
            .collect();
        // None: the dimension groups rows.
        let of_area_dimension = |(at, dimension): (usize, &Dimension)| match dimension.level {
            DimensionLevel::Area { .. } => Some(areas.member(at, code)),
            DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => None,
        };
        let of_areas: Vec<Option<Option<u16>>> =
            pipeline.dimensions.iter().enumerate().map(of_area_dimension).collect();
        for at in 0..pipeline.dimensions.len() {
            let mut by_member: BTreeMap<usize, Sums> = BTreeMap::new();
            for cell in of_area {
                let own = |part: usize| match of_areas[part] {
                    Some(member) => member,
                    None => cells.members(cell).get(part).copied(),
                };
                let sums = by_member.entry(pipeline.member(at, &own)).or_default();
                *sums = sums.plus(&cell.into());
            }
            for (member, own) in by_member {
                for scope in &scopes {
                    let sums = all.entry(((*scope).clone(), at, member)).or_default();
                    *sums = sums.plus(&own);
                }
            }
        }
    }
    all
}
