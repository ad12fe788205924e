//! The records of one form and period, and the areas they belong to.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::definition::definition;
use crate::check::error::Error;
use crate::check::partition::Partition;
use crate::check::records::Records;
use crate::pipeline::{LevelIndex, Pipeline};

/// The records of one form and period, with what every rule asks of them: looked up once.
pub(super) struct Figures<'a> {
    pub(super) partition: Partition<'a>,
    pub(super) areas: BTreeMap<LevelIndex, (Vec<String>, Vec<u32>)>,
}

impl<'a> Figures<'a> {
    pub(super) fn new(records: &'a mut Records, pipeline: &'a Pipeline) -> Result<Figures<'a>, Error> {
        let partition = records.partition(pipeline)?;
        let mut areas = BTreeMap::new();
        for at in 0..pipeline.rules.len() {
            if let Some((_, reconcile)) = definition(pipeline, at)
                && let Slot::Vacant(slot) = areas.entry(reconcile.level)
            {
                slot.insert(areas_of(&partition, reconcile.level)?);
            }
        }
        Ok(Figures { partition, areas })
    }

    /// Names of the areas at a level, and the area of each record as index into them.
    pub(super) fn at(&self, level: LevelIndex) -> (&[String], &[u32]) {
        let found = self.areas.get(&level);
        found.map_or((&[], &[]), |(names, of)| (names.as_slice(), of.as_slice()))
    }
}

/// Area of each record at a level, as index into the names; areas above the level have none.
fn areas_of(partition: &Partition, level: LevelIndex) -> Result<(Vec<String>, Vec<u32>), Error> {
    let broken = |source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    };
    let codes = partition.column("area_code")?.str().map_err(broken)?;
    let mut names: Vec<String> = Vec::new();
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    let mut of = Vec::with_capacity(codes.len());
    let mut last: Option<(&str, u32)> = None;
    for code in codes.iter() {
        let code = code.unwrap_or_default();
        let index = match last {
            Some((same, index)) if same == code => index,
            _ => *known.entry(code).or_insert_with(|| {
                let area = partition.context.areas.ancestor_at(code, level);
                area.map_or(u32::MAX, |area| {
                    let at = names.iter().position(|name| *name == area.code);
                    at.unwrap_or_else(|| {
                        names.push(area.code.clone());
                        names.len() - 1
                    }) as u32
                })
            }),
        };
        last = Some((code, index));
        of.push(index);
    }
    Ok((names, of))
}
