//! Cells → areas of every level.

use std::collections::BTreeMap;

use crate::domain::{Cell, IndicatorCells, IndicatorLevels, Sums};
use crate::registry::{Area, Areas};

/// The sums of every area with cells and of all its ancestors at the period's end (an area that is not in force then
/// has its own sums alone). Each cell counts once in each of them: roll-ups are ratios of sums, never means of ratios.
pub fn levels(cells: &IndicatorCells, areas: &Areas) -> IndicatorLevels {
    let mut all: BTreeMap<&str, Sums> = BTreeMap::new();
    let mut above = Above::default();
    for (code, own) in by_area(cells) {
        add(&mut all, code, &own);
        let mut ancestors = areas.ancestors(code);
        ancestors.drain(..ancestors.len().min(1));
        above.add(&mut all, ancestors, &own);
    }
    above.settle(&mut all);
    let IndicatorCells {
        period,
        indicator,
        numerator_scale,
        denominator_scale,
        ..
    } = *cells;
    IndicatorLevels {
        period,
        indicator,
        numerator_scale,
        denominator_scale,
        areas: all.into_iter().map(|(code, sums)| (code.to_string(), sums)).collect(),
        unmatched: cells.unmatched.clone(),
    }
}

/// Neighbours lie in the same areas: what they add to these is put together before it is added.
#[derive(Default)]
struct Above<'a> {
    areas: Vec<&'a Area>,
    sums: Sums,
}

impl<'a> Above<'a> {
    fn add(&mut self, all: &mut BTreeMap<&'a str, Sums>, areas: Vec<&'a Area>, own: &Sums) {
        let same = |(a, b): (&&Area, &&Area)| std::ptr::eq(*a, *b);
        if self.areas.len() != areas.len() || !self.areas.iter().zip(&areas).all(same) {
            self.settle(all);
            self.areas = areas;
        }
        self.sums = self.sums.plus(own);
    }

    fn settle(&mut self, all: &mut BTreeMap<&'a str, Sums>) {
        let sums = std::mem::take(&mut self.sums);
        for area in self.areas.drain(..) {
            add(all, &area.code, &sums);
        }
    }
}

fn add<'a>(all: &mut BTreeMap<&'a str, Sums>, area: &'a str, more: &Sums) {
    let sums = all.entry(area).or_default();
    *sums = sums.plus(more);
}

/// Sums of each area's own cells.
fn by_area(cells: &IndicatorCells) -> BTreeMap<&str, Sums> {
    let sums = |cells: &[Cell]| cells.iter().fold(Sums::default(), |sums, cell| sums.plus(&cell.into()));
    let mut own: BTreeMap<&str, Sums> = cells.by_area().map(|(code, cells)| (code, sums(cells))).collect();
    for (code, &records) in &cells.unknown {
        own.entry(code).or_default().unknown += records;
    }
    for sums in own.values_mut() {
        sums.counties = 1;
    }
    own
}
