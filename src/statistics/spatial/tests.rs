use proptest::prelude::*;

use super::significance::survivors;
use super::*;

/// A square lattice whose units touch along edges.
fn lattice(side: usize, value: impl Fn(usize, usize) -> f64) -> Lattice {
    let values = (0..side * side).map(|at| value(at / side, at % side)).collect();
    let touch = |a: usize, b: usize| (a / side).abs_diff(b / side) + (a % side).abs_diff(b % side) == 1;
    let neighbours = (0..side * side)
        .map(|a| {
            let own: Vec<usize> = (0..side * side).filter(|&b| touch(a, b)).collect();
            own.iter().map(|&b| (b, 1.0 / own.len() as f64)).collect()
        })
        .collect();
    Lattice { values, neighbours }
}

/// I by the double sum over all pairs.
fn twin(lattice: &Lattice) -> f64 {
    let n = lattice.values.len();
    let mean = lattice.values.iter().sum::<f64>() / n as f64;
    let weight = |a: usize, b: usize| {
        lattice.neighbours[a]
            .iter()
            .find(|(at, _)| *at == b)
            .map_or(0.0, |own| own.1)
    };
    let (mut above, mut total) = (0.0, 0.0);
    for (a, b) in (0..n).flat_map(|a| (0..n).map(move |b| (a, b))) {
        above += weight(a, b) * (lattice.values[a] - mean) * (lattice.values[b] - mean);
        total += weight(a, b);
    }
    let below: f64 = lattice.values.iter().map(|value| (value - mean).powi(2)).sum();
    n as f64 / total * above / below
}

#[test]
fn a_checkerboard_repels_and_a_gradient_attracts() {
    let board = lattice(4, |row, column| ((row + column) % 2) as f64);
    let (global, local) = board.moran().unwrap();
    // Every neighbour is of the other colour.
    assert!((global.i + 1.0).abs() < 1e-12);
    assert!(global.p < 0.01 && local.iter().all(|local| local.is_high != local.is_lag_high));
    let slope = lattice(4, |row, _| row as f64);
    let (global, _) = slope.moran().unwrap();
    // By hand: z is ±1.5 and ±0.5 by rows. In the outer rows two lags are ±1 and two ±7/6, in the inner ones all are ±½:
    // Σ z lag = 2 (1.5 · 13/3 + 0.5 · 2) = 15, Σ z² = 20.
    assert!((global.i - 0.75).abs() < 1e-12 && global.p < 0.01);
}

#[test]
fn a_corner_of_high_values_is_a_cluster_and_the_middle_of_noise_is_none() {
    let corner = lattice(6, |row, column| {
        if row < 3 && column < 3 {
            10.0
        } else {
            ((row * 7 + column * 5) % 4) as f64
        }
    });
    let (_, local) = corner.moran().unwrap();
    let high = &local[7];
    assert!(high.is_high && high.is_lag_high && high.p < SIGNIFICANT && (high.lag - 10.0).abs() < 1e-12);
    assert!(local.iter().any(|local| local.p > 0.5));
    // The conditional mean and the share of draws, by all choices of two neighbours for a unit in a corner.
    let mean = corner.values.iter().sum::<f64>() / 36.0;
    let z: Vec<f64> = corner.values.iter().map(|value| value - mean).collect();
    let (own, lag, expected) = (z[0], (z[1] + z[6]) / 2.0, -z[0] / 35.0);
    assert!(own > 0.0);
    let pairs = (1..36).flat_map(|a| (1..a).map(move |b| (a, b)));
    let drawn: Vec<f64> = pairs.map(|(a, b)| (z[a] + z[b]) / 2.0 - expected).collect();
    let as_far = drawn
        .iter()
        .filter(|one| one.abs() >= (lag - expected).abs() - 1e-9)
        .count();
    let exact = as_far as f64 / drawn.len() as f64;
    // Four standard errors of a share over 999 draws.
    assert!((local[0].p - exact).abs() < 4.0 * (exact * (1.0 - exact) / 999.0).sqrt() + 0.001);
}

#[test]
fn three_by_three_is_told_by_hand_but_is_too_few() {
    let small = lattice(3, |row, _| row as f64);
    // z = −1, 0, 1 by rows. Lags of the outer rows: corners (0 ∓ 1) / 2, middles 2 · ∓1 / 3. Σ z lag = 2 (½ + ⅔ + ½) = 10/3; Σ z² = 6.
    let z: Vec<f64> = small.values.iter().map(|value| value - 1.0).collect();
    assert!((small.product(&z) / 6.0 - 5.0 / 9.0).abs() < 1e-12);
    assert_eq!(small.moran().err(), Some(Reason::TooFewNeighbours));
    assert_eq!(lattice(4, |_, _| 2.0).moran().err(), Some(Reason::NoVariation));
}

/// A test after the first permutations, of which so many are as far.
fn test(unit: usize, as_far: usize) -> Test {
    Test {
        unit,
        lag: 0.0,
        as_far,
        permutations: PERMUTATIONS,
        p: pseudo_p(as_far),
    }
}

#[test]
fn one_unit_among_many_is_permuted_on_and_many_at_once_are_not() {
    let on = |test: &mut Test, most: usize| {
        test.permutations = most;
        // Where some were as far, more are.
        if test.as_far == 0 {
            test.p = share(1, most + 1);
        }
    };
    // Of a thousand units, one alone: 0.001 is more than 0.05 / 1000.
    let mut one: Vec<Test> = (0..1000)
        .map(|unit| test(unit, if unit == 7 { 0 } else { 5 + unit }))
        .collect();
    assert!(!survivors(&one.iter().map(|test| test.p).collect::<Vec<_>>())[7]);
    let flags = settled(&mut one, on);
    assert!(flags[7] && flags.iter().filter(|flag| **flag).count() == 1);
    let drawn: Vec<usize> = one
        .iter()
        .filter(|test| test.permutations > PERMUTATIONS)
        .map(|test| test.unit)
        .collect();
    // Those with fewer than ten that are as far.
    assert_eq!(drawn, [0, 1, 2, 3, 4, 7]);
    assert_eq!(one[7].permutations, 40_000);
    // Twenty: 0.001 is 0.05 · 20 / 1000.
    let mut many: Vec<Test> = (0..1000)
        .map(|unit| test(unit, if unit < 20 { 0 } else { 500 }))
        .collect();
    assert_eq!(settled(&mut many, on).iter().filter(|flag| **flag).count(), 20);
    assert!(many.iter().all(|test| test.permutations == PERMUTATIONS));
    // Of fifty, one with the smallest p-value survives as it is.
    let mut few: Vec<Test> = (0..50).map(|unit| test(unit, 300 * unit)).collect();
    assert!(settled(&mut few, on)[0] && few[0].permutations == PERMUTATIONS);
}

#[test]
fn a_small_cluster_among_many_units_survives_and_the_p_value_of_a_unit_nears_the_exact_one() {
    let value = |row: usize, column: usize| match (row, column) {
        (10..12, 10..12) => 40.0 + row as f64,
        _ => ((row * 31 + column * 17 + row * column * 7) % 23) as f64,
    };
    let units = lattice(24, value);
    let (_, local) = units.moran().unwrap();
    let at = |row: usize, column: usize| &local[row * 24 + column];
    // Two neighbours of four are as high: pairs as high are six of 165,025, so 999 permutations seldom meet one.
    assert!(
        local
            .iter()
            .any(|local| local.survives && local.is_high && local.is_lag_high)
    );
    for local in &local {
        assert!(local.permutations >= PERMUTATIONS && local.permutations <= 40 * 576);
        // Either enough are as far, or the p-value is one that the rate can accept.
        assert!(local.permutations < 40 * 576 || local.p <= 10.0 / (40.0 * 576.0 + 1.0));
    }
    let of_cluster = at(10, 10);
    assert!(
        of_cluster.permutations > PERMUTATIONS && of_cluster.p < 0.001,
        "{of_cluster:?}"
    );
    // A second run draws the same.
    let (_, again) = units.moran().unwrap();
    assert!(
        local
            .iter()
            .zip(&again)
            .all(|(a, b)| (a.p, a.permutations) == (b.p, b.permutations))
    );
}

#[test]
fn a_false_discovery_rate_asks_more_of_many() {
    assert_eq!(survivors(&[0.04, 0.001, 0.03, 0.9]), [false, true, false, false]);
    assert_eq!(survivors(&[0.04, 0.03, 0.05, 0.02]), [true; 4]);
    assert_eq!(survivors(&[0.5, 0.6]), [false; 2]);
}

proptest! {
    #[test]
    fn i_is_the_mean_of_its_parts_and_ignores_scale(values in prop::collection::vec(-50..50_i32, 16), shift in -9..9_i32, scale in 1..9_i32) {
        prop_assume!(values.iter().any(|value| *value != values[0]));
        let of = |change: &dyn Fn(f64) -> f64| lattice(4, |row, column| change(f64::from(values[row * 4 + column])));
        let plain = of(&|x| x);
        let (global, local) = plain.moran().unwrap();
        let mean = local.iter().map(|local| local.i).sum::<f64>() / 16.0;
        prop_assert!((mean - global.i).abs() < 1e-12);
        prop_assert!((twin(&plain) - global.i).abs() < 1e-12);
        let (moved, parts) = of(&|x| f64::from(scale) * x + f64::from(shift)).moran().unwrap();
        prop_assert!((moved.i - global.i).abs() < 1e-9);
        prop_assert_eq!(moved.p, global.p);
        prop_assert!(parts.iter().zip(&local).all(|(a, b)| a.p == b.p));
    }
}
