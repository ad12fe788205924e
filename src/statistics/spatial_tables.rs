//! The tables `spatial_autocorrelation` and `spatial_clusters`, from the figures of `indicators`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::reason::token;
use super::spatial::{Lattice, Local, PERMUTATIONS, SIGNIFICANT};
use crate::pipeline::Pipeline;
use crate::registry::Neighbours;
use crate::tables::{IndicatorRow, SpatialAutocorrelationRow, SpatialClusterRow, Table};

/// Both tables.
pub struct Spatial {
    /// A row for each period, indicator and level that has neighbours.
    pub autocorrelation: Table,
    /// A row for each unit of them with a value and a neighbour with one, where Moran's I is defined.
    pub clusters: Table,
}

/// Both tables from those of `indicators`; without rows where the registry names no neighbours.
pub fn spatial(pipeline: &Pipeline, neighbours: &Neighbours, indicators: &Table) -> Spatial {
    let mut sets: BTreeMap<_, Vec<IndicatorRow>> = BTreeMap::new();
    if !neighbours.is_empty() {
        let ids = pipeline.indicators.iter().map(|own| own.id.as_str());
        let indicators_at: BTreeMap<&str, usize> = ids.zip(0..).collect();
        let levels = pipeline.registry.levels.iter().map(String::as_str);
        let levels_at: BTreeMap<&str, usize> = levels.zip(0..).collect();
        for row in indicators.rows::<IndicatorRow>() {
            let place = (
                indicators_at.get(row.indicator).copied(),
                levels_at.get(row.level).copied(),
            );
            sets.entry((row.period, place)).or_default().push(row);
        }
    }
    let sets: Vec<Vec<IndicatorRow>> = sets.into_values().collect();
    let (global, local) = sets.par_iter().map(|rows| of_set(rows, neighbours)).unzip();
    Spatial {
        autocorrelation: Table::joined::<SpatialAutocorrelationRow>(global),
        clusters: Table::joined::<SpatialClusterRow>(local),
    }
}

/// A unit of the lattice.
struct Unit<'r> {
    row: &'r IndicatorRow<'r>,
    value: f64,
    /// Neighbours with a value, by their place among the units, with their weights.
    neighbours: Vec<(usize, f64)>,
    n_without_value: usize,
}

/// The rows of one indicator in one period, about the areas of one level in the order of their codes.
fn of_set(rows: &[IndicatorRow], neighbours: &Neighbours) -> (Table, Table) {
    let mut tables = (
        Table::of::<SpatialAutocorrelationRow>(),
        Table::of::<SpatialClusterRow>(),
    );
    let values: BTreeMap<&str, Option<f64>> = rows.iter().map(|row| (row.area_code, row.value)).collect();
    let has_pair = |row: &IndicatorRow| neighbours.of(row.area_code).any(|(code, _)| values.contains_key(code));
    if !rows.iter().any(has_pair) {
        return tables;
    }
    let units = units(rows, &values, neighbours);
    let lattice = Lattice {
        values: units.iter().map(|unit| unit.value).collect(),
        neighbours: units.iter().map(|unit| standardised(&unit.neighbours)).collect(),
    };
    let moran = lattice.moran();
    let global = moran.as_ref().ok().map(|(global, _)| global);
    let first = &rows[0];
    let with_value = rows.iter().filter(|row| row.value.is_some()).count();
    tables.0.push(SpatialAutocorrelationRow {
        period: first.period,
        indicator: first.indicator,
        indicator_title_zh: first.indicator_title_zh,
        indicator_title_en: first.indicator_title_en,
        level: first.level,
        morans_i: global.map(|global| global.i),
        expected_i: global.map(|global| global.expected),
        z_score: global.and_then(|global| global.z),
        p_value: global.map(|global| global.p),
        n_permutations: PERMUTATIONS as i64,
        n_units: units.len() as i64,
        n_without_value: (rows.len() - with_value) as i64,
        n_islands: (with_value - units.len()) as i64,
        null_reason: token(moran.as_ref().map_err(|reason| *reason)),
    });
    for (unit, local) in units.iter().zip(moran.iter().flat_map(|(_, local)| local)) {
        tables.1.push(cluster_row(unit, local));
    }
    tables
}

/// Areas with a value that have a neighbour with one. Islands are nobody's neighbour, so that leaving them out makes no other.
fn units<'r>(
    rows: &'r [IndicatorRow<'r>],
    values: &BTreeMap<&str, Option<f64>>,
    neighbours: &Neighbours,
) -> Vec<Unit<'r>> {
    let value_of = |code: &str| values.get(code).copied().flatten();
    let is_unit = |row: &&IndicatorRow| {
        row.value.is_some() && neighbours.of(row.area_code).any(|(code, _)| value_of(code).is_some())
    };
    let taken: Vec<&IndicatorRow> = rows.iter().filter(is_unit).collect();
    let places: BTreeMap<&str, usize> = taken.iter().map(|row| row.area_code).zip(0..).collect();
    let unit = |row: &&'r IndicatorRow<'r>| {
        let own = neighbours
            .of(row.area_code)
            .filter(|(code, _)| values.contains_key(code));
        let mut unit = Unit {
            row,
            value: row.value?,
            neighbours: Vec::new(),
            n_without_value: 0,
        };
        for (code, weight) in own {
            match places.get(code) {
                Some(&place) => unit.neighbours.push((place, weight)),
                None => unit.n_without_value += 1,
            }
        }
        Some(unit)
    };
    taken.iter().filter_map(unit).collect()
}

/// Weights that add up to 1: what neighbours without a value would have goes to the others.
fn standardised(neighbours: &[(usize, f64)]) -> Vec<(usize, f64)> {
    let total: f64 = neighbours.iter().map(|(_, weight)| weight).sum();
    neighbours
        .iter()
        .map(|(place, weight)| (*place, weight / total))
        .collect()
}

fn cluster_row<'r>(unit: &Unit<'r>, local: &Local) -> SpatialClusterRow<'r> {
    let row = unit.row;
    let quadrant = match (local.is_high, local.is_lag_high) {
        (true, true) => "high_high",
        (true, false) => "high_low",
        (false, true) => "low_high",
        (false, false) => "low_low",
    };
    SpatialClusterRow {
        period: row.period,
        area_code: row.area_code,
        area_name: row.area_name,
        indicator: row.indicator,
        indicator_title_zh: row.indicator_title_zh,
        indicator_title_en: row.indicator_title_en,
        level: row.level,
        value: unit.value,
        neighbours_value: local.lag,
        local_i: local.i,
        quadrant,
        p_value: local.p,
        cluster: if local.p < SIGNIFICANT {
            quadrant
        } else {
            "not_significant"
        },
        fdr_significant: local.survives,
        n_neighbours: unit.neighbours.len() as i64,
        n_neighbours_without_value: unit.n_without_value as i64,
    }
}
