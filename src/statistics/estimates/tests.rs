use proptest::prelude::*;

use super::areas::{AreasOfDay, Spot};
use super::methods::{Donors, Guess, Last, Method};
use super::units::Unit;

/// Units below one root: stratum, numerator and denominator of each; the root is the last place.
fn areas(strata: &[usize]) -> AreasOfDay {
    let spot = |(at, stratum): (usize, Option<usize>)| Spot {
        code: format!("{at:03}"),
        name: String::new(),
        level: 1,
        above: stratum.map(|_| strata.len()).into_iter().collect(),
        groups: [stratum, None, Some(0)],
    };
    let all = strata.iter().copied().map(Some).chain([None]);
    AreasOfDay {
        spots: all.enumerate().map(spot).collect(),
    }
}

fn units(known: &[(f64, f64)]) -> Vec<Unit> {
    let one = |(at, &known): (usize, &(f64, f64))| Unit {
        at,
        entry: at,
        known,
        missing: Some(0.0),
        is_whole: true,
    };
    known.iter().enumerate().map(one).collect()
}

#[test]
fn a_unit_is_predicted_from_others_of_its_stratum_and_else_from_all() {
    let areas = areas(&[0, 0, 0, 1]);
    let units = units(&[(1.0, 10.0), (6.0, 20.0), (8.0, 16.0), (30.0, 40.0)]);
    let donors = Donors::new(&areas, units.iter());
    let guess = |method, at: usize| donors.guess(method, &units[at], units[at].known.1, None);
    let of = |ratio, fell_back| {
        Some(Guess {
            ratio,
            fell_back,
            from: None,
        })
    };
    assert_eq!(guess(Method::StratumRatio, 0), of(14.0 / 36.0, false));
    assert_eq!(guess(Method::StratumRatio, 3), of(15.0 / 46.0, true));
    assert_eq!(guess(Method::HotDeck, 0), of(0.5, false));
    // 16 and 20 are the nearest in denominator to each other; all are farther from 40 than 20 is.
    assert_eq!(guess(Method::HotDeck, 1), of(0.5, false));
    assert_eq!(guess(Method::HotDeck, 3), of(0.3, true));
    assert_eq!(guess(Method::CarriedForward, 0), of(14.0 / 36.0, true));
    let last = Last {
        period: 2,
        ratio: 0.25,
        denominator: 9.0,
    };
    let carried = donors.guess(Method::CarriedForward, &units[0], 10.0, Some(last));
    assert_eq!(carried.map(|guess| (guess.ratio, guess.from)), Some((0.25, Some(2))));
}

proptest! {
    #[test]
    fn the_donor_is_the_nearest_other_unit_and_of_several_the_one_with_the_lowest_code(
        all in prop::collection::vec((0..2_usize, 0..9_i32, 1..9_i32), 2..20),
        size in 1..10_i32,
    ) {
        let strata: Vec<usize> = all.iter().map(|unit| unit.0).collect();
        let known: Vec<(f64, f64)> = all.iter().map(|unit| (f64::from(unit.1), f64::from(unit.2))).collect();
        let (areas, units) = (areas(&strata), units(&known));
        let donors = Donors::new(&areas, units.iter());
        for unit in &units {
            let all = &all;
            let others = |alike: bool| {
                units.iter().filter(move |other| other.at != unit.at)
                    .filter(move |other| !alike || all[other.at].0 == all[unit.at].0)
            };
            let is_alone = others(true).next().is_none();
            let nearest = others(!is_alone)
                .min_by_key(|other| ((all[other.at].2 - size).abs(), other.at))
                .map(Unit::ratio);
            let found = donors.guess(Method::HotDeck, unit, f64::from(size), None);
            prop_assert_eq!(found.map(|guess| guess.ratio), nearest);
            prop_assert!(found.is_none_or(|guess| guess.fell_back == is_alone));
            let (numerator, denominator) = others(!is_alone)
                .fold((0.0, 0.0), |sum, other| (sum.0 + other.known.0, sum.1 + other.known.1));
            let found = donors.guess(Method::StratumRatio, unit, f64::from(size), None);
            prop_assert_eq!(found.map(|guess| guess.ratio), Some(numerator / denominator));
        }
    }
}

/// A unit that sent nothing of what it owes.
fn silent(at: usize, missing: f64) -> Unit {
    Unit {
        at,
        entry: at,
        known: (0.0, 0.0),
        missing: Some(missing),
        is_whole: false,
    }
}

proptest! {
    #[test]
    fn units_of_one_ratio_are_predicted_without_error(
        all in prop::collection::vec((0..3_usize, 1..1_000_i32), 2..30),
        ratio in 0..50_i32,
    ) {
        let strata: Vec<usize> = all.iter().map(|unit| unit.0).collect();
        let known: Vec<(f64, f64)> = all.iter().map(|unit| (f64::from(ratio * unit.1), f64::from(unit.1))).collect();
        let (areas, units) = (areas(&strata), units(&known));
        let donors = Donors::new(&areas, units.iter());
        for unit in &units {
            for method in [Method::HotDeck, Method::StratumRatio] {
                let found = donors.guess(method, unit, unit.known.1, None).map(|guess| guess.ratio);
                prop_assert_eq!(found, Some(f64::from(ratio)));
            }
        }
    }

    #[test]
    fn a_guess_is_one_of_the_ratios_or_between_them_and_the_same_where_every_donor_is_there_twice(
        all in prop::collection::vec((0..3_usize, 0..100_i32, 1..1_000_i32), 1..30),
        size in 1..1_000_i32,
    ) {
        let last = Last { period: 0, ratio: 0.5, denominator: 3.0 };
        let guesses = |times: usize| {
            let all: Vec<_> = all.iter().flat_map(|unit| vec![*unit; times]).collect();
            let strata: Vec<usize> = all.iter().map(|unit| unit.0).chain([1]).collect();
            let known: Vec<(f64, f64)> = all.iter().map(|unit| (f64::from(unit.1), f64::from(unit.2))).collect();
            let (areas, units) = (areas(&strata), units(&known));
            let donors = Donors::new(&areas, units.iter());
            let silent = silent(all.len(), f64::from(size));
            Method::ALL.map(|method| donors.guess(method, &silent, f64::from(size), Some(last)))
        };
        let once = guesses(1);
        prop_assert_eq!(once[0].map(|guess| guess.ratio), Some(0.5), "carried forward, whatever the others are");
        let ratios: Vec<f64> = all.iter().map(|unit| f64::from(unit.1) / f64::from(unit.2)).collect();
        let (lowest, highest) = (ratios.iter().copied().fold(f64::MAX, f64::min), ratios.iter().copied().fold(0.0, f64::max));
        prop_assert!(ratios.contains(&once[1].unwrap().ratio));
        prop_assert!((lowest..=highest).contains(&once[2].unwrap().ratio));
        prop_assert_eq!(guesses(2), once);
    }
}
