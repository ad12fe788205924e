use proptest::prelude::*;

use super::*;

fn grown(all: &[(f64, f64, f64)]) -> Vec<Grown> {
    (all.iter())
        .map(|&(earlier, later, weight)| Grown::new(&seen(earlier, weight), &seen(later, weight)))
        .collect()
}

fn seen(ratio: f64, weight: f64) -> Seen {
    let observed = Observed {
        level: Some(1),
        is_complete: true,
        ratio: Some(ratio),
        weight,
    };
    Seen::of(&observed).unwrap()
}

#[track_caller]
fn close(left: f64, right: f64, tolerance: f64) {
    assert!((left - right).abs() <= tolerance, "{left} is not {right}");
}

/// Income per head of the Mexican states in 1940 and 2000: `mexico.csv` of libpysal 4.14.1 (BSD-3-Clause).
const MEXICO: [(f64, f64); 32] = [
    (10384.0, 27782.0),
    (22361.0, 29855.0),
    (9573.0, 26103.0),
    (3758.0, 36163.0),
    (2934.0, 8684.0),
    (8578.0, 30735.0),
    (8537.0, 28460.0),
    (6909.0, 21358.0),
    (17816.0, 54349.0),
    (12132.0, 17379.0),
    (4359.0, 15585.0),
    (2181.0, 11820.0),
    (4414.0, 12348.0),
    (5309.0, 21610.0),
    (3408.0, 16322.0),
    (3327.0, 11838.0),
    (6936.0, 18170.0),
    (4836.0, 11478.0),
    (9073.0, 38672.0),
    (1892.0, 9010.0),
    (3569.0, 15685.0),
    (11016.0, 26149.0),
    (21965.0, 33442.0),
    (4372.0, 15866.0),
    (4840.0, 15242.0),
    (6399.0, 24068.0),
    (2459.0, 13360.0),
    (7508.0, 23546.0),
    (3605.0, 11701.0),
    (5203.0, 12191.0),
    (7990.0, 17509.0),
    (3734.0, 11130.0),
];

/// The expected figures are numpy's, by the normal equations: each state once, and weighted by its place in the list.
#[test]
fn mexican_states_converge_as_recomputed() {
    let states = |weight: fn(usize) -> f64| -> Vec<Grown> {
        let states = MEXICO.iter().enumerate();
        states
            .map(|(at, &(earlier, later))| Grown::new(&seen(earlier, weight(at)), &seen(later, weight(at))))
            .collect()
    };
    let expected = [
        (
            states(|_| 1.0),
            [
                -0.007_254_802_677_838_908,
                0.001_396_393_006_812_696_4,
                0.473_610_798_343_490_4,
                0.009_523_994_947_085_243,
                72.779_036_991_412_78,
                0.620_082_045_009_428_3,
                0.451_209_342_401_553,
            ],
        ),
        (
            states(|at| at as f64 + 1.0),
            [
                -0.006_981_783_106_180_351,
                0.001_266_205_164_157_474_1,
                0.503_340_592_826_894_3,
                0.009_047_407_377_312_66,
                76.612_796_534_197_46,
                0.571_578_728_731_134,
                0.408_518_016_452_672_33,
            ],
        ),
    ];
    for (states, [beta, se, r_squared, speed, half_life, earlier, later]) in expected {
        let found = Figures::of(&states, 60.0);
        let line = found.line.unwrap();
        close(line.slope, beta, 1e-14);
        close(line.slope_se.unwrap(), se, 1e-14);
        close(line.r_squared.unwrap(), r_squared, 1e-12);
        close(found.speed().unwrap(), speed, 1e-14);
        close(found.half_life().unwrap(), half_life, 1e-9);
        close(found.sigmas.unwrap().0, earlier, 1e-13);
        close(found.sigmas.unwrap().1, later, 1e-13);
    }
}

/// Log distances from a common level that halve every `half_life` years.
#[test]
fn a_path_that_halves_has_its_half_life() {
    for (half_life, years) in [(10.0, 5.0), (2.0, 7.0), (40.0, 0.25)] {
        let later = |x: f64| 8.0 * (x / 8.0).powf(0.5f64.powf(years / half_life));
        let units = grown(&[1.0, 2.0, 4.0, 16.0, 30.0].map(|x| (x, later(x), x + 1.0)));
        let found = Figures::of(&units, years);
        close(found.half_life().unwrap(), half_life, 1e-9);
        close(found.speed().unwrap(), 2f64.ln() / half_life, 1e-12);
        let line = found.line.unwrap();
        close(line.slope_se.unwrap(), 0.0, 1e-12);
        close(line.r_squared.unwrap(), 1.0, 1e-12);
        let (earlier, later) = found.sigmas.unwrap();
        close(later / earlier, 0.5f64.powf(years / half_life), 1e-12);
    }
}

#[test]
fn proportional_growth_is_no_convergence() {
    for factor in [1.0, 3.0, 0.1] {
        let units = grown(&[(0.1, 1.0), (0.3, 2.0), (7.0, 1.0)].map(|(x, weight)| (x, x * factor, weight)));
        let found = Figures::of(&units, 3.0);
        let line = found.line.unwrap();
        assert_eq!((line.slope, line.r_squared), (0.0, None), "{factor}");
        assert_eq!(found.speed(), Ok(0.0));
        assert_eq!(found.half_life(), Err(Reason::NotConverging));
    }
}

#[test]
fn divergence_and_units_that_pass_each_other_have_no_half_life() {
    let apart = Figures::of(&grown(&[(1.0, 1.0, 1.0), (2.0, 4.0, 1.0)]), 2.0);
    assert!(apart.speed().unwrap() < 0.0);
    assert_eq!(apart.half_life(), Err(Reason::NotConverging));
    // 1 + bT = 0 where all come to the same value, below it where the order is turned.
    for later in [(2.0, 2.0), (4.0, 1.0)] {
        let found = Figures::of(&grown(&[(1.0, later.0, 1.0), (2.0, later.1, 1.0)]), 1.0);
        assert_eq!(found.speed(), Err(Reason::Overshooting), "{later:?}");
        assert_eq!(found.half_life(), Err(Reason::Overshooting), "{later:?}");
    }
}

#[test]
fn without_two_different_units_there_is_no_beta() {
    let found = Figures::of(&grown(&[(1.0, 2.0, 1.0)]), 1.0);
    assert_eq!((found.sigmas, found.line.err()), (None, Some(Reason::TooFewUnits)));
    let found = Figures::of(&grown(&[(3.0, 2.0, 1.0), (3.0, 4.0, 1.0)]), 1.0);
    assert_eq!(found.line.err(), Some(Reason::NoSpread));
    close(found.sigmas.unwrap().1, 2f64.ln() / 2.0, 1e-15);
}

#[test]
fn units_are_matched_dropped_and_counted() {
    let observed = |parts: (f64, f64), is_complete: bool| Observed {
        level: Some(1),
        is_complete,
        ratio: (parts.1 > 0.0).then(|| parts.0 / parts.1),
        weight: parts.1,
    };
    let (whole, part) = (observed((1.0, 4.0), true), observed((1.0, 2.0), false));
    let (zero, none) = (observed((0.0, 4.0), true), observed((0.0, 0.0), true));
    let pairs = [
        (Some(&whole), Some(&whole)),
        (Some(&whole), Some(&part)),
        (Some(&part), Some(&part)),
        (Some(&zero), Some(&whole)),
        (Some(&whole), Some(&zero)),
        (Some(&whole), None),
        (Some(&none), Some(&whole)),
        (None, Some(&whole)),
        (None, None),
        (Some(&none), None),
    ];
    let (earlier, later): (Vec<_>, Vec<_>) = pairs
        .map(|(a, b)| (a.and_then(Seen::of), b.and_then(Seen::of)))
        .into_iter()
        .unzip();
    let units = Units::of(&earlier, &later);
    assert_eq!(units.grown.len(), 3);
    assert_eq!((units.dropped, units.unmatched, units.incomplete), (2, 3, 2));
    assert_eq!(
        units.grown.iter().map(|unit| unit.weight).collect::<Vec<_>>(),
        [4.0, 4.0, 2.0]
    );
}

#[test]
fn each_period_is_set_beside_the_next_and_the_first() {
    assert_eq!(pairs(0), []);
    assert_eq!(pairs(1), []);
    assert_eq!(pairs(2), [(0, 1)]);
    assert_eq!(pairs(4), [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
}

proptest! {
    #[test]
    fn the_unit_of_measurement_and_the_size_of_weights_do_not_matter(
        units in prop::collection::vec((0.01..100.0_f64, 0.01..100.0_f64, 0.5..50.0_f64), 3..12),
        scale in 0.001..1000.0_f64,
    ) {
        let scaled: Vec<_> = units.iter().map(|(x, y, w)| (x * scale, y * scale, w * scale)).collect();
        let (own, scaled) = (Figures::of(&grown(&units), 2.5), Figures::of(&grown(&scaled), 2.5));
        let ((a, b), (c, d)) = (own.sigmas.unwrap(), scaled.sigmas.unwrap());
        prop_assert!((a - c).abs() < 1e-9 && (b - d).abs() < 1e-9);
        let (own, scaled) = (own.line.unwrap(), scaled.line.unwrap());
        prop_assert!((own.slope - scaled.slope).abs() < 1e-7 * own.slope.abs().max(1.0));
        prop_assert!((own.slope_se.unwrap() - scaled.slope_se.unwrap()).abs() < 1e-7 * own.slope_se.unwrap().max(1.0));
    }

    /// Of an OLS line through (ln x_0, growth): σ_T² = (1 + bT)² σ_0² + what is left, so β < 0 without σ falling is possible.
    #[test]
    fn sigma_follows_from_beta_and_what_is_left(
        units in prop::collection::vec((0.01..100.0_f64, 0.01..100.0_f64, 0.5..50.0_f64), 3..12),
    ) {
        let found = Figures::of(&grown(&units), 4.0);
        let (line, (earlier, later)) = (found.line.unwrap(), found.sigmas.unwrap());
        let weight: f64 = units.iter().map(|unit| unit.2).sum();
        let residual = |(x, y, w): &(f64, f64, f64)| w / weight * (4.0 * ((y / x).ln() / 4.0 - line.at(x.ln()))).powi(2);
        let left: f64 = units.iter().map(residual).sum();
        let expected = ((1.0 + line.slope * 4.0) * earlier).powi(2) + left;
        prop_assert!((later.powi(2) - expected).abs() < 1e-9 * expected.max(1.0));
    }
}
