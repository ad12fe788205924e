//! The cube: additive figures by form, period, area and members of the row-level dimensions.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::sql::{AREA, Pair, PairSum, RECORDS, Width, member_column, pair_column, pairs};
use crate::domain::exact::{LOST, minus, plus};
use crate::domain::{Cell, CellKeys, Period};
use crate::pipeline::sql::member_index;
use crate::pipeline::{DimensionIndex, DimensionLevel, FormIndex, Pipeline, UNKNOWN};
use crate::registry::Areas;

/// One partition's cube: a row an area × members of the form's row-level dimensions, sorted by them.
/// Columns as of [`super::cube_sql`].
#[derive(Clone, Debug)]
pub struct CubePart {
    /// All columns but the area are Int64.
    pub frame: DataFrame,
    /// Each sum stands in four columns, to be put together to one of 128 bits.
    pub is_wide: bool,
}

/// Sums of one pair of measures, as in [`Cell`]; `unknown`: records whose denominator is.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct PairSums {
    pub(super) numerator: i128,
    pub(super) denominator: i128,
    pub(super) rest: i128,
    pub(super) rows: i64,
    pub(super) unknown: i64,
}

/// What a group of records has of a pair.
pub(super) struct GroupOf<'c> {
    pub(super) area: &'c String,
    /// Members of the form's row-level dimensions.
    pub(super) own: &'c [u16],
    /// Records, quarantined ones included.
    pub(super) records: i64,
    pub(super) sums: PairSums,
}

/// One area × members of the form's row-level dimensions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    /// Records, quarantined ones included.
    pub(super) records: i64,
    /// One entry a pair of the form.
    pub(super) pairs: Vec<PairSums>,
}

/// The sums of one partition, a group each area × members of the form's row-level dimensions, sorted by these. They are encoded: most
/// are small numbers, which take a tenth of the memory so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CubeCells(Vec<u8>);

impl CubeCells {
    pub(super) fn of(groups: &[(Key, Group)]) -> CubeCells {
        CubeCells(postcard::to_stdvec(groups).expect("sums can be encoded"))
    }

    /// As it is kept.
    pub(super) fn encoded(&self) -> &[u8] {
        &self.0
    }

    fn groups(&self) -> Vec<(Key, Group)> {
        postcard::from_bytes(&self.0).expect("sums are decoded by the program that has encoded them")
    }

    /// The same sums with the other sign: added to a cube, they are taken from it.
    #[must_use]
    pub fn negated(&self) -> CubeCells {
        let mut groups = self.groups();
        groups.iter_mut().for_each(|(_, group)| group.negate());
        CubeCells::of(&groups)
    }
}

/// Area and members of the form's row-level dimensions.
pub(super) type Key = (String, Vec<u16>);

/// Groups of one form and period.
#[derive(Debug, Default)]
struct Groups {
    by_key: BTreeMap<Key, Group>,
    /// Areas and members as numbers, once they are asked for.
    numbered: OnceLock<Numbered>,
}

/// What numbers stand for, and those of each group.
pub(super) type Numbered = (Arc<CellKeys>, Vec<(u32, u32)>);

impl Groups {
    /// `width`: number of dimensions of the pipeline.
    fn numbered(&self, shape: &FormShape, width: usize) -> &Numbered {
        self.numbered.get_or_init(|| {
            let pairs = self.by_key.keys().map(|(area, own)| (area.as_str(), own.as_slice()));
            let (mut keys, numbers) = CellKeys::of(pairs);
            for members in &mut keys.combinations {
                let mut all = vec![Cell::NO_MEMBER; width];
                let own = shape.dimensions.iter().zip(members.iter());
                own.for_each(|(&dimension, &member)| all[dimension] = member);
                *members = all;
            }
            (Arc::new(keys), numbers)
        })
    }
}

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
    sums: Vec<SumColumns>,
}

impl FormShape {
    pub(super) fn new(pipeline: &Pipeline, form: FormIndex) -> FormShape {
        let dimensions = pipeline.row_dimensions(form);
        let pairs = pairs(pipeline, form);
        FormShape {
            member_columns: dimensions.iter().map(|&at| member_column(pipeline, at)).collect(),
            sums: pairs
                .iter()
                .map(|&pair| SumColumns(PairSum::ALL.map(|sum| pair_column(pipeline, pair, sum))))
                .collect(),
            dimensions,
            pairs,
        }
    }

    /// Names of the columns of each pair's sums, in the order of [`PairSum::ALL`].
    pub(super) fn sum_columns(&self) -> impl Iterator<Item = &[String; PairSum::ALL.len()]> {
        self.sums.iter().map(|columns| &columns.0)
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

    /// Adds the sums of one partition; where an area is in several partitions, its figures are summed.
    pub fn add(&mut self, form: FormIndex, period: Period, cells: &CubeCells) {
        self.put(form, period, cells.groups());
    }

    fn put(&mut self, form: FormIndex, period: Period, more: impl IntoIterator<Item = (Key, Group)>) {
        let groups = self.groups.entry((form, period)).or_default();
        groups.numbered.take();
        for (key, group) in more {
            match groups.by_key.entry(key) {
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(group);
                }
                std::collections::btree_map::Entry::Occupied(mut there) => there.get_mut().add(&group),
            }
        }
    }

    /// Adds the sums of another cube of the same pipeline.
    pub fn add_all(&mut self, other: &Cube) {
        for (&(form, period), groups) in &other.groups {
            self.put(
                form,
                period,
                groups.by_key.iter().map(|(key, group)| (key.clone(), group.clone())),
            );
        }
    }

    /// Takes them away.
    pub fn subtract(&mut self, other: &Cube) {
        for (&(form, period), groups) in &other.groups {
            let negated = groups.by_key.iter().map(|(key, group)| {
                let mut group = group.clone();
                group.negate();
                (key.clone(), group)
            });
            self.put(form, period, negated);
        }
    }

    /// Area and members of a form's groups in a period as numbers, in the order of the groups.
    pub(super) fn numbered(&self, pipeline: &Pipeline, (form, period): (FormIndex, Period)) -> Option<&Numbered> {
        let groups = self.groups.get(&(form, period))?;
        Some(groups.numbered(&self.forms[form], pipeline.dimensions.len()))
    }

    /// What finds the members of a form's groups; `areas` gives those of the dimensions of areas.
    pub(super) fn members<'a>(&'a self, pipeline: &'a Pipeline, areas: &'a Areas, form: FormIndex) -> Members<'a> {
        Members::new(pipeline, &self.forms[form], areas)
    }

    /// A form's groups in a period, with what they have of a pair.
    pub(super) fn groups(&self, (form, period): (FormIndex, Period), pair: Pair) -> impl Iterator<Item = GroupOf<'_>> {
        let pair = self.forms[form].pairs.iter().position(|one| *one == pair);
        let groups = self
            .groups
            .get(&(form, period))
            .into_iter()
            .flat_map(|groups| &groups.by_key);
        groups.filter_map(move |((area, own), group)| {
            Some(GroupOf {
                area,
                own,
                records: group.records,
                sums: group.pairs[pair?],
            })
        })
    }
}

impl Group {
    fn negate(&mut self) {
        self.records = -self.records;
        for pair in &mut self.pairs {
            pair.numerator = minus(0, pair.numerator);
            pair.denominator = minus(0, pair.denominator);
            pair.rest = minus(0, pair.rest);
            pair.rows = -pair.rows;
            pair.unknown = -pair.unknown;
        }
    }

    fn add(&mut self, other: &Group) {
        self.records += other.records;
        for (mine, more) in self.pairs.iter_mut().zip(&other.pairs) {
            mine.numerator = plus(mine.numerator, more.numerator);
            mine.denominator = plus(mine.denominator, more.denominator);
            mine.rest = plus(mine.rest, more.rest);
            mine.rows += more.rows;
            mine.unknown += more.unknown;
        }
    }
}

/// Columns of the sums of a pair, in the order of [`PairSum::ALL`].
#[derive(Debug)]
struct SumColumns([String; PairSum::ALL.len()]);

impl SumColumns {
    /// The sums of every row of a part.
    fn read(&self, part: &CubePart) -> PolarsResult<Vec<PairSums>> {
        let [numerator, denominator, rest, rows, unknown] = &self.0;
        let exact = |name: &str| {
            if part.is_wide {
                joined(name, part)
            } else {
                widened(name, part)
            }
        };
        let (numerator, denominator, rest) = (exact(numerator)?, exact(denominator)?, exact(rest)?);
        let (rows, unknown) = (integers(rows, part)?, integers(unknown, part)?);
        let one = |row: usize| PairSums {
            numerator: numerator[row],
            denominator: denominator[row],
            rest: rest[row],
            rows: rows[row],
            unknown: unknown[row],
        };
        Ok((0..part.frame.height()).map(one).collect())
    }
}

fn integers(name: &str, part: &CubePart) -> PolarsResult<Vec<i64>> {
    let column = part.frame.column(name)?.i64()?;
    Ok(column.iter().map(Option::unwrap_or_default).collect())
}

fn widened(name: &str, part: &CubePart) -> PolarsResult<Vec<i128>> {
    Ok(integers(name, part)?.into_iter().map(i128::from).collect())
}

/// Sums that stand in parts of 32 bits, put together.
fn joined(name: &str, part: &CubePart) -> PolarsResult<Vec<i128>> {
    let mut parts = Vec::with_capacity(4);
    for suffix in Width::Wide.parts() {
        parts.push(integers(&format!("{name}{suffix}"), part)?);
    }
    Ok((0..part.frame.height())
        .map(|row| whole([parts[0][row], parts[1][row], parts[2][row], parts[3][row]]))
        .collect())
}

/// Σ part × 2^(32 × its place); [`LOST`] where that leaves 128 bits.
fn whole(parts: [i64; 4]) -> i128 {
    let (mut low, mut carried) = (0_i128, 0);
    for (at, part) in parts[..3].iter().enumerate() {
        let sum = part + carried;
        low |= i128::from(sum & 0xffff_ffff) << (32 * at);
        carried = sum >> 32;
    }
    i32::try_from(parts[3] + carried).map_or(LOST, |high| (i128::from(high) << 96) | low)
}

/// The groups of a partition's frame.
pub(super) fn read(shape: &FormShape, part: &CubePart) -> PolarsResult<CubeCells> {
    let integers = |name: &str| integers(name, part);
    let records = integers(RECORDS)?;
    let members = shape
        .member_columns
        .iter()
        .map(|name| integers(name))
        .collect::<PolarsResult<Vec<_>>>()?;
    let sums = shape
        .sums
        .iter()
        .map(|columns| columns.read(part))
        .collect::<PolarsResult<Vec<_>>>()?;
    let member = |value: i64| u16::try_from(value).unwrap_or(Cell::NO_MEMBER);
    let areas = part.frame.column(AREA)?.str()?.iter();
    let rows = areas.enumerate().filter_map(|(row, area)| {
        let key = (
            area?.to_string(),
            members.iter().map(|column| member(column[row])).collect(),
        );
        let pairs = sums.iter().map(|sums| sums[row]).collect();
        Some((
            key,
            Group {
                records: records[row],
                pairs,
            },
        ))
    });
    Ok(CubeCells::of(&rows.collect::<Vec<_>>()))
}

/// Members of every dimension of the pipeline for a group: of rows from its key, of areas from the registry.
pub(super) struct Members<'a> {
    pipeline: &'a Pipeline,
    shape: &'a FormShape,
    areas: &'a Areas,
    /// The last area asked for: groups come sorted by area.
    last: Option<String>,
    /// Members of the last group asked for.
    all: Vec<u16>,
}

impl<'a> Members<'a> {
    pub(super) fn new(pipeline: &'a Pipeline, shape: &'a FormShape, areas: &'a Areas) -> Members<'a> {
        Members {
            pipeline,
            shape,
            areas,
            last: None,
            all: Vec::new(),
        }
    }

    pub(super) fn of(&mut self, area: &str, own: &[u16]) -> &[u16] {
        if self.last.as_ref().is_none_or(|code| code != area) {
            self.all = (0..self.pipeline.dimensions.len())
                .map(|at| self.of_area(area, at))
                .collect();
            self.last = Some(area.to_string());
        }
        for (&dimension, &member) in self.shape.dimensions.iter().zip(own) {
            self.all[dimension] = member;
        }
        &self.all
    }

    fn of_area(&self, area: &str, dimension: DimensionIndex) -> u16 {
        match self.pipeline.dimensions[dimension].level {
            DimensionLevel::Area { .. } => self.areas.member(dimension, area).unwrap_or(Cell::NO_MEMBER),
            DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => Cell::NO_MEMBER,
        }
    }
}

/// An indicator's `where`, as far as it restricts the rows of a form: members allowed, by dimension.
pub(super) struct Restriction(Vec<(DimensionIndex, Vec<u16>, u16)>);

impl Restriction {
    pub(super) fn new(pipeline: &Pipeline, indicator: usize, form: FormIndex) -> Restriction {
        let own = pipeline.row_dimensions(form);
        let restricts = |(dimension, _): &&(DimensionIndex, Vec<String>)| {
            let level = &pipeline.dimensions[*dimension].level;
            matches!(level, DimensionLevel::Area { .. }) || own.contains(dimension)
        };
        let filter = pipeline.indicators[indicator].filter.iter().filter(restricts);
        let one = |(dimension, ids): &(DimensionIndex, Vec<String>)| {
            let allowed = ids.iter().map(|id| member_index(pipeline, *dimension, id)).collect();
            (*dimension, allowed, member_index(pipeline, *dimension, UNKNOWN))
        };
        Restriction(filter.map(one).collect())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::plan::part_of;
    use super::*;

    proptest! {
        #[test]
        fn parts_of_values_add_up_to_their_sum(values in prop::collection::vec(-(1_i128 << 120)..1 << 120, 1..100)) {
            let sum = |at: usize| values.iter().map(|value| part_of(*value, at)).sum();
            prop_assert_eq!(whole([sum(0), sum(1), sum(2), sum(3)]), values.iter().sum::<i128>());
        }
    }

    #[test]
    fn a_sum_beyond_128_bits_is_lost() {
        let sum = |value: i128, times: i64| whole(std::array::from_fn(|at| part_of(value, at) * times));
        assert_eq!(sum(1 << 120, 127), 127 << 120);
        assert_eq!((sum(1 << 120, 128), sum(-(1 << 120), 129)), (LOST, LOST));
        assert_eq!(sum((1 << 120) - 1, 128), ((1 << 120) - 1) * 128);
    }
}
