//! Cells → areas of every level.

use std::collections::BTreeMap;

use super::Error;
use crate::domain::{Cell, IndicatorCells, IndicatorLevels, Sums};
use crate::registry::Areas;

/// The sums of every area with cells and of all its ancestors at the period's end (an area that is not in force then
/// has its own sums alone). Each cell counts once in each of them: roll-ups are ratios of sums, never means of ratios.
///
/// # Errors
/// [`Error::Overflow`] where a sum leaves 64 bits.
pub fn levels(cells: &IndicatorCells, areas: &Areas) -> Result<IndicatorLevels, Error> {
    let overflow = || Error::Overflow {
        what: format!("indicator {}", cells.indicator),
    };
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for (code, own) in by_area(cells).ok_or_else(overflow)? {
        let above = areas.ancestors(code).into_iter().skip(1);
        for area in std::iter::once(code).chain(above.map(|area| area.code.as_str())) {
            match all.get_mut(area) {
                Some(sums) => *sums = sums.checked_add(&own).ok_or_else(overflow)?,
                None => {
                    all.insert(area.to_string(), own);
                }
            }
        }
    }
    let IndicatorCells {
        period,
        indicator,
        numerator_scale,
        denominator_scale,
        ..
    } = *cells;
    Ok(IndicatorLevels {
        period,
        indicator,
        numerator_scale,
        denominator_scale,
        areas: all,
    })
}

/// Sums of each area's own cells; None where they leave 64 bits.
fn by_area(cells: &IndicatorCells) -> Option<BTreeMap<&str, Sums>> {
    let mut own: BTreeMap<&str, Sums> = BTreeMap::new();
    for cell in &cells.cells {
        let sums = own.entry(&cell.area_code).or_default();
        *sums = sums.checked_add(&figures(cell))?;
    }
    for (code, &records) in &cells.unknown {
        own.entry(code).or_default().unknown += records;
    }
    for sums in own.values_mut() {
        sums.counties = 1;
    }
    Some(own)
}

fn figures(cell: &Cell) -> Sums {
    let Cell {
        numerator,
        denominator,
        rest,
        rows,
        ..
    } = *cell;
    Sums {
        numerator,
        denominator,
        rest,
        rows,
        unknown: 0,
        counties: 0,
    }
}
