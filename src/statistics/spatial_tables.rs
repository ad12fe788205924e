//! The tables `spatial_autocorrelation` and `spatial_clusters`, from the figures of `indicators`.

use std::collections::{BTreeMap, BTreeSet};

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
    let codes = |rows: &Vec<IndicatorRow<'_>>| rows.iter().map(|row| row.area_code.to_owned()).collect();
    // Most indicators of a level are told of the same areas.
    let lists: BTreeSet<Vec<String>> = sets.par_iter().map(codes).collect();
    let near: BTreeMap<Vec<String>, Near> = (lists.into_par_iter())
        .map(|list| {
            let near = neighbours.among(&list.iter().map(String::as_str).collect::<Vec<_>>());
            (list, near)
        })
        .collect();
    let (global, local) = (sets.par_iter().map(|rows| of_set(rows, &near[&codes(rows)]))).unzip();
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

/// Of each row of a set its neighbours, by their places in the set, with weights.
type Near = Vec<Vec<(usize, f64)>>;

/// The rows of one indicator in one period, about the areas of one level in the order of their codes.
fn of_set(rows: &[IndicatorRow], near: &Near) -> (Table, Table) {
    let mut tables = (
        Table::of::<SpatialAutocorrelationRow>(),
        Table::of::<SpatialClusterRow>(),
    );
    if near.iter().all(Vec::is_empty) {
        return tables;
    }
    let units = units(rows, near);
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

/// Areas with a value that have a neighbour among them.
fn units<'r>(rows: &'r [IndicatorRow<'r>], near: &Near) -> Vec<Unit<'r>> {
    let mut taken: Vec<bool> = rows.iter().map(|row| row.value.is_some()).collect();
    loop {
        let stays = |at: usize| taken[at] && near[at].iter().any(|(other, _)| taken[*other]);
        let left: Vec<bool> = (0..rows.len()).map(stays).collect();
        // What is nearest to an area need not have it as a neighbour, so what is left out can leave another alone.
        if left == taken {
            break;
        }
        taken = left;
    }
    let places: Vec<usize> = (taken.iter())
        .scan(0, |before, is_taken| {
            let place = *before;
            *before += usize::from(*is_taken);
            Some(place)
        })
        .collect();
    let unit = |(at, row): (usize, &'r IndicatorRow<'r>)| {
        let value = row.value.filter(|_| taken[at])?;
        let neighbours = near[at].iter().filter(|(other, _)| taken[*other]);
        let neighbours: Vec<(usize, f64)> = neighbours.map(|(other, weight)| (places[*other], *weight)).collect();
        Some(Unit {
            row,
            value,
            n_without_value: near[at].len() - neighbours.len(),
            neighbours,
        })
    };
    rows.iter().enumerate().filter_map(unit).collect()
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
        n_permutations: local.permutations as i64,
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
