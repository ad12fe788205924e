//! The cube: additive figures by form, period, area and members of the row-level dimensions.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::sql::{AREA, Pair, PairSum, RECORDS, member_column, pair_column, pairs, row_dimensions};
use super::{CubePart, Error};
use crate::domain::{Cell, IndicatorCells, Period};
use crate::pipeline::sql::member_index;
use crate::pipeline::{DimensionIndex, DimensionLevel, FormIndex, Pipeline, UNKNOWN};
use crate::registry::Areas;

/// Sums of one pair of measures, in the order of [`PairSum::ALL`].
type PairSums = [i64; PairSum::ALL.len()];

/// One area × members of the form's row-level dimensions.
#[derive(Clone, Debug)]
struct Group {
    /// Records, quarantined ones included.
    records: i64,
    /// One entry a pair of the form.
    pairs: Vec<PairSums>,
}

/// Area and members of the form's row-level dimensions.
type Key = (String, Vec<u16>);

/// Groups of one form and period.
type Groups = BTreeMap<Key, Group>;

/// All partitions' figures. The order in which parts are added changes nothing.
#[derive(Debug)]
pub struct Cube {
    forms: Vec<FormShape>,
    groups: BTreeMap<(FormIndex, Period), Groups>,
}

/// What the cube knows of a form, in the order of its columns.
#[derive(Debug)]
pub(super) struct FormShape {
    pub(super) dimensions: Vec<DimensionIndex>,
    pub(super) member_columns: Vec<String>,
    pairs: Vec<Pair>,
    sum_columns: Vec<[String; PairSum::ALL.len()]>,
    id: String,
}

impl FormShape {
    pub(super) fn new(pipeline: &Pipeline, form: FormIndex) -> FormShape {
        let dimensions = row_dimensions(pipeline, form);
        let pairs = pairs(pipeline, form);
        FormShape {
            member_columns: dimensions.iter().map(|&at| member_column(pipeline, at)).collect(),
            sum_columns: pairs
                .iter()
                .map(|&pair| PairSum::ALL.map(|sum| pair_column(pipeline, pair, sum)))
                .collect(),
            dimensions,
            pairs,
            id: pipeline.forms[form].id.clone(),
        }
    }
}

impl Cube {
    /// An empty cube.
    pub fn new(pipeline: &Pipeline) -> Cube {
        let forms = (0..pipeline.forms.len())
            .map(|form| FormShape::new(pipeline, form))
            .collect();
        Cube {
            forms,
            groups: BTreeMap::new(),
        }
    }

    /// Adds one partition's part; where an area is in several parts, its figures are summed.
    pub fn add(&mut self, form: FormIndex, period: Period, part: CubePart) -> Result<(), Error> {
        let shape = &self.forms[form];
        let failed = |source| Error::Query {
            form: shape.id.clone(),
            source,
        };
        let rows = read(shape, &part.frame).map_err(failed)?;
        let groups = self.groups.entry((form, period)).or_default();
        for (key, group) in rows {
            match groups.entry(key) {
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(group);
                }
                std::collections::btree_map::Entry::Occupied(mut there) => there.get_mut().add(&group, &shape.id)?,
            }
        }
        Ok(())
    }

    /// An indicator's cells in a period: its pair's figures, only of groups for which `where` holds. `areas` gives the
    /// members of the area dimensions, as of the period's end. Sorted by area and members.
    pub fn indicator(&self, pipeline: &Pipeline, areas: &Areas, period: Period, indicator: usize) -> IndicatorCells {
        let spec = &pipeline.indicators[indicator];
        let form = pipeline.measures[spec.denominator].form;
        let mut result = IndicatorCells {
            period,
            indicator,
            numerator_scale: pipeline.measures[spec.numerator].scale,
            denominator_scale: pipeline.measures[spec.denominator].scale,
            cells: Vec::new(),
            unknown: BTreeMap::new(),
        };
        let shape = &self.forms[form];
        let pair = shape
            .pairs
            .iter()
            .position(|&pair| pair == (spec.numerator, spec.denominator));
        let (Some(pair), Some(groups)) = (pair, self.groups.get(&(form, period))) else {
            return result;
        };
        let restriction = Restriction::new(pipeline, indicator);
        let mut members = Members::new(pipeline, shape, areas);
        for ((area, own), group) in groups {
            let all = members.of(area, own);
            let unknown = match restriction.holds(&all) {
                Some(true) => {
                    let [numerator, denominator, rest, rows, unknown] = group.pairs[pair];
                    let area_code = area.clone();
                    result.cells.push(Cell {
                        area_code,
                        members: all,
                        numerator,
                        denominator,
                        rest,
                        rows,
                    });
                    unknown
                }
                Some(false) => 0,
                None => group.records,
            };
            if unknown > 0 {
                *result.unknown.entry(area.clone()).or_default() += unknown;
            }
        }
        result
            .cells
            .sort_by(|a, b| (&a.area_code, &a.members).cmp(&(&b.area_code, &b.members)));
        result
    }
}

impl Group {
    fn add(&mut self, other: &Group, form: &str) -> Result<(), Error> {
        let plus = |a: i64, b: i64| a.checked_add(b).ok_or_else(|| Error::Overflow { what: form.into() });
        self.records = plus(self.records, other.records)?;
        for (mine, others) in self.pairs.iter_mut().zip(&other.pairs) {
            for (sum, more) in mine.iter_mut().zip(others) {
                *sum = plus(*sum, *more)?;
            }
        }
        Ok(())
    }
}

/// A part's rows.
fn read(shape: &FormShape, frame: &DataFrame) -> PolarsResult<Vec<(Key, Group)>> {
    let integers = |name: &str| -> PolarsResult<Vec<i64>> {
        Ok(frame
            .column(name)?
            .i64()?
            .iter()
            .map(Option::unwrap_or_default)
            .collect())
    };
    let records = integers(RECORDS)?;
    let members = shape
        .member_columns
        .iter()
        .map(|name| integers(name))
        .collect::<PolarsResult<Vec<_>>>()?;
    let mut sums = Vec::with_capacity(shape.pairs.len());
    for columns in &shape.sum_columns {
        sums.push(
            columns
                .iter()
                .map(|name| integers(name))
                .collect::<PolarsResult<Vec<_>>>()?,
        );
    }
    let member = |value: i64| u16::try_from(value).unwrap_or(Cell::NO_MEMBER);
    let areas = frame.column(AREA)?.str()?.iter();
    let rows = areas.enumerate().filter_map(|(row, area)| {
        let key = (
            area?.to_string(),
            members.iter().map(|column| member(column[row])).collect(),
        );
        let pairs = sums
            .iter()
            .map(|columns| std::array::from_fn(|at| columns[at][row]))
            .collect();
        Some((
            key,
            Group {
                records: records[row],
                pairs,
            },
        ))
    });
    Ok(rows.collect())
}

/// Members of every dimension of the pipeline for a group: of rows from its key, of areas from the registry.
pub(super) struct Members<'a> {
    pipeline: &'a Pipeline,
    shape: &'a FormShape,
    areas: &'a Areas,
    /// The last area asked for: groups come sorted by area.
    last: Option<(String, Vec<u16>)>,
}

impl<'a> Members<'a> {
    pub(super) fn new(pipeline: &'a Pipeline, shape: &'a FormShape, areas: &'a Areas) -> Members<'a> {
        Members {
            pipeline,
            shape,
            areas,
            last: None,
        }
    }

    pub(super) fn of(&mut self, area: &str, own: &[u16]) -> Vec<u16> {
        if self.last.as_ref().is_none_or(|(code, _)| code != area) {
            let members = (0..self.pipeline.dimensions.len())
                .map(|at| self.of_area(area, at))
                .collect();
            self.last = Some((area.to_string(), members));
        }
        let mut all = self
            .last
            .as_ref()
            .map(|(_, members)| members.clone())
            .unwrap_or_default();
        for (&dimension, &member) in self.shape.dimensions.iter().zip(own) {
            all[dimension] = member;
        }
        all
    }

    fn of_area(&self, area: &str, dimension: DimensionIndex) -> u16 {
        match self.pipeline.dimensions[dimension].level {
            DimensionLevel::Area { .. } => self.areas.member(dimension, area).unwrap_or(Cell::NO_MEMBER),
            DimensionLevel::Row { .. } => Cell::NO_MEMBER,
        }
    }
}

/// An indicator's `where`: members allowed, by dimension.
pub(super) struct Restriction(Vec<(DimensionIndex, Vec<u16>, u16)>);

impl Restriction {
    pub(super) fn new(pipeline: &Pipeline, indicator: usize) -> Restriction {
        let filter = &pipeline.indicators[indicator].filter;
        let one = |(dimension, ids): &(DimensionIndex, Vec<String>)| {
            let allowed = ids.iter().map(|id| member_index(pipeline, *dimension, id)).collect();
            (*dimension, allowed, member_index(pipeline, *dimension, UNKNOWN))
        };
        Restriction(filter.iter().map(one).collect())
    }

    /// Whether the restriction holds for these members; None where one that matters is unknown.
    pub(super) fn holds(&self, members: &[u16]) -> Option<bool> {
        let mut result = Some(true);
        for (dimension, allowed, unknown) in &self.0 {
            let member = members[*dimension];
            if allowed.contains(&member) {
                continue;
            }
            if member != *unknown {
                return Some(false);
            }
            result = None;
        }
        result
    }
}
