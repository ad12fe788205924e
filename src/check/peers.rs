//! Who is whose peer: groups of records by areas of the registry and members of dimensions.

use std::collections::BTreeMap;

use polars::prelude::{DataType, IntoLazy, PolarsResult, col};

use super::error::Error;
use super::partition::Partition;
use crate::domain::Cell;
use crate::lake::sql::expression;
use crate::pipeline::sql::{Members, member, member_index};
use crate::pipeline::{DimensionIndex, DimensionLevel, Peers, UNKNOWN};

/// The group of each record.
pub(super) struct Groups {
    /// None: a dimension does not know the record, so nobody is its peer.
    pub(super) of: Vec<Option<u32>>,
    pub(super) count: usize,
}

/// One part of what the peers of an area have in common: code of an area, or member of a dimension.
type Part<'a> = (Option<&'a str>, Option<u16>);

impl Groups {
    /// By the same areas and members.
    pub(super) fn new(partition: &Partition, by: &[Peers]) -> Result<Groups, Error> {
        let mut keys = areas(partition, by)?;
        for peers in by {
            if let Peers::Dimension(at) = *peers
                && matches!(partition.pipeline.dimensions[at].level, DimensionLevel::Row { .. })
            {
                split(partition, at, &mut keys)?;
            }
        }
        let mut numbers: BTreeMap<u64, u32> = BTreeMap::new();
        let mut number = |key: u64| {
            let next = numbers.len() as u32;
            *numbers.entry(key).or_insert(next)
        };
        Ok(Groups {
            of: keys.into_iter().map(|key| key.map(&mut number)).collect(),
            count: numbers.len(),
        })
    }
}

/// What the area of each record says; records of one area mostly stand together, so few are looked up.
fn areas(partition: &Partition, by: &[Peers]) -> Result<Vec<Option<u64>>, Error> {
    let codes = partition.column("area_code")?;
    let codes = codes.str().map_err(|source| partition.broken(source))?;
    let mut groups: BTreeMap<Vec<Part>, u64> = BTreeMap::new();
    let mut last: Option<(&str, Option<u64>)> = None;
    let mut keys = Vec::with_capacity(codes.len());
    for code in codes.iter() {
        let code = code.unwrap_or_default();
        let key = match last {
            Some((same, key)) if same == code => key,
            _ => parts(partition, by, code).map(|parts| {
                let next = groups.len() as u64;
                *groups.entry(parts).or_insert(next)
            }),
        };
        last = Some((code, key));
        keys.push(key);
    }
    Ok(keys)
}

fn parts<'a>(partition: &Partition<'a>, by: &[Peers], code: &str) -> Option<Vec<Part<'a>>> {
    let mut parts = Vec::with_capacity(by.len());
    for peers in by {
        match *peers {
            Peers::Level(level) => {
                let area = partition.context.areas.ancestor_at(code, level);
                parts.push((area.map(|area| area.code.as_str()), None));
            }
            Peers::Dimension(at) => {
                if let DimensionLevel::Area { .. } = partition.pipeline.dimensions[at].level {
                    let known = partition
                        .context
                        .areas
                        .member(at, code)
                        .filter(|&m| !is_unknown(partition, at, m))?;
                    parts.push((None, Some(known)));
                }
            }
        }
    }
    Some(parts)
}

/// Splits the groups further by a dimension of rows.
fn split(partition: &Partition, dimension: DimensionIndex, keys: &mut [Option<u64>]) -> Result<(), Error> {
    let members = members_of(partition, dimension)?;
    // Members are of 16 bits, so that keys of several dimensions stay apart.
    let width = partition.pipeline.dimensions[dimension].members.len() as u64 + 1;
    for (key, found) in keys.iter_mut().zip(members) {
        let found = Some(found).filter(|&m| !is_unknown(partition, dimension, m));
        *key = key
            .zip(found)
            .map(|(key, m)| key.wrapping_mul(width).wrapping_add(u64::from(m)));
    }
    Ok(())
}

/// The member of each record in a row-level dimension, as index into its members. What a text column says is told by plain
/// comparisons, in the words of [`member`]: several rules ask, of every row.
pub(super) fn members_of(partition: &Partition, dimension: DimensionIndex) -> Result<Vec<u16>, Error> {
    let spec = &partition.pipeline.dimensions[dimension];
    if let DimensionLevel::Row { column, .. } = &spec.level
        && let Ok(texts) = partition.column(column)?.str()
    {
        let members = Members::new(partition.pipeline, dimension);
        return Ok(texts.iter().map(|text| members.of(text)).collect());
    }
    let evaluate = || -> PolarsResult<Vec<u16>> {
        let expression = expression(&member(partition.pipeline, partition.form_index, dimension))?;
        // `row` gives the result its height where the expression reads no column.
        let lazy = partition.frame.clone().lazy();
        let members = lazy.select([col("row"), expression.alias("member")]).collect()?;
        let members = members.column("member")?.cast(&DataType::Int64)?;
        let index = |found: Option<i64>| found.and_then(|m| u16::try_from(m).ok()).unwrap_or(Cell::NO_MEMBER);
        Ok(members.i64()?.iter().map(index).collect())
    };
    evaluate().map_err(|source| partition.broken(source))
}

fn is_unknown(partition: &Partition, dimension: DimensionIndex, member: u16) -> bool {
    member == Cell::NO_MEMBER || member == member_index(partition.pipeline, dimension, UNKNOWN)
}
