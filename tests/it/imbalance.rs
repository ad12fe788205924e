//! Known values, laws and edge rules of the inequality indices; then the three tables on a small nation.

mod health;
mod known;
mod tables;

use huizong::pipeline::Better;
use huizong::statistics::index::{Context, INDICES, Parts};
use huizong::statistics::kitagawa::{Stratum, decompose};
use huizong::statistics::{Distribution, Reason, Unit, check_mirror, check_parts};
use proptest::prelude::*;

fn context() -> Context {
    Context {
        better: Better::Higher,
        reference: None,
        order: Vec::new(),
    }
}

fn index_with(name: &str, units: &[Unit], context: &Context) -> Result<Parts, Reason> {
    let index = INDICES
        .iter()
        .find(|i| i.name == name)
        .unwrap_or_else(|| panic!("no index {name}"));
    Distribution::new(units).and_then(|all| (index.compute)(&all, context))
}

fn index(name: &str, units: &[Unit]) -> Result<Parts, Reason> {
    index_with(name, units, &context())
}

fn value(name: &str, units: &[Unit]) -> f64 {
    index(name, units)
        .unwrap_or_else(|reason| panic!("{name} is null: {reason:?}"))
        .value
}

fn units(list: &[(f64, f64, usize)]) -> Vec<Unit> {
    list.iter().map(|&(x, weight, group)| unit(x, weight, group)).collect()
}

/// A unit whose numerator and denominator have few binary decimals.
fn unit(x: f64, weight: f64, group: usize) -> Unit {
    let whole = |figure: f64| {
        let scaled = figure * 1024.0;
        assert_eq!(scaled.fract(), 0.0, "{figure}");
        scaled as i128
    };
    Unit {
        x,
        numerator: whole(x * weight),
        denominator: whole(weight),
        group,
    }
}

/// A unit with another numerator.
fn with_numerator(of: &Unit, numerator: i128) -> Unit {
    Unit {
        x: numerator as f64 / of.denominator as f64,
        numerator,
        ..*of
    }
}

#[track_caller]
fn close(left: f64, right: f64, tolerance: f64) {
    assert!(
        (left - right).abs() <= tolerance,
        "{left} is not {right} within {tolerance}"
    );
}

#[test]
fn two_halves_with_all_and_nothing_are_as_unequal_as_can_be() {
    let all = units(&[(0.0, 1.0, 0), (1.0, 1.0, 1)]);
    assert_eq!(value("gini", &all), 0.5);
    assert_eq!(value("hoover", &all), 0.5);
    assert_eq!(value("williamson_cv", &all), 1.0);
    close(value("theil_t", &all), 2f64.ln(), 1e-15);
    close(value("atkinson_0_5", &all), 0.5, 1e-15);
    assert_eq!(value("abs_gini", &all), 0.25);
    assert_eq!(value("erreygers", &all), 1.0);
    assert_eq!(value("sd2", &all), 1.0);
    assert_eq!(value("gini_normalised", &all), 1.0);
    assert_eq!(value("hoover_normalised", &all), 1.0);
    assert_eq!(value("variance_normalised", &all), 1.0);
    assert_eq!(index("theil_l", &all), Err(Reason::ZeroUndefined));
    assert_eq!(index("atkinson_1", &all), Err(Reason::ZeroUndefined));
    assert_eq!(index("p90_p10", &all), Err(Reason::ZeroDivisor));
}

#[test]
fn deciles_come_from_the_weighted_distribution() {
    let ten: Vec<Unit> = (1..=10).map(|i| unit(f64::from(i), 1.0, 0)).collect();
    assert_eq!(value("p90_p10", &ten), 9.0);
    assert_eq!(
        value("p90_p10", &units(&[(1.0, 9.0, 0), (2.0, 80.0, 0), (3.0, 11.0, 0)])),
        1.5
    );
}

#[test]
fn a_negative_value_has_no_logarithm_but_a_spread() {
    let all = units(&[(-1.0, 1.0, 0), (3.0, 1.0, 1)]);
    for name in ["theil_t", "theil_l", "atkinson_0_5", "atkinson_1", "p90_p10"] {
        assert_eq!(index(name, &all), Err(Reason::NegativeValue), "{name}");
    }
    assert_eq!(value("variance_between", &all), 4.0);
    assert_eq!(value("gini", &all), 1.0);
}

#[test]
fn a_mean_of_zero_leaves_only_absolute_measures() {
    let all = units(&[(0.0, 1.0, 0), (0.0, 3.0, 1)]);
    for name in [
        "gini",
        "gini_two_term",
        "theil_t",
        "theil_l",
        "atkinson_0_5",
        "hoover",
        "williamson_cv",
    ] {
        assert_eq!(index(name, &all), Err(Reason::MeanNotPositive), "{name}");
    }
    assert_eq!(value("sd_between", &all), 0.0);
    assert_eq!(value("abs_gini", &all), 0.0);
}

#[test]
fn a_bounded_indicator_outside_its_bounds_or_at_its_end_has_no_bounded_forms() {
    let outside = units(&[(0.5, 1.0, 0), (1.5, 1.0, 1)]);
    for name in [
        "abs_gini",
        "erreygers",
        "sd2",
        "gini_normalised",
        "hoover_normalised",
        "variance_normalised",
    ] {
        assert_eq!(index(name, &outside), Err(Reason::OutsideBounds), "{name}");
    }
    let full = units(&[(1.0, 1.0, 0), (1.0, 1.0, 1)]);
    assert_eq!(index("gini_normalised", &full), Err(Reason::ZeroDivisor));
    assert_eq!(value("erreygers", &full), 0.0);
}

#[test]
fn one_group_has_nothing_between_and_one_unit_nothing_within() {
    let one_group = units(&[(1.0, 2.0, 7), (3.0, 1.0, 7), (4.0, 2.0, 7)]);
    let own_groups = units(&[(1.0, 2.0, 0), (3.0, 1.0, 1), (4.0, 2.0, 2)]);
    for name in ["williamson_cv", "gini", "gini_two_term", "theil_t", "theil_l"] {
        assert_eq!(index(name, &one_group).unwrap().between, Some(0.0), "{name}");
        assert_eq!(index(name, &own_groups).unwrap().within, Some(0.0), "{name}");
    }
    assert_eq!(index("gini", &[]), Err(Reason::NoUnits));
}

#[test]
fn best_is_what_the_indicator_calls_better() {
    let all = units(&[(1.0, 1.0, 0), (3.0, 1.0, 1)]);
    let with = |better, reference| Context {
        better,
        reference,
        ..context()
    };
    let value = |name, context: &Context| index_with(name, &all, context).map(|p| p.value);
    assert_eq!(value("mean_difference_from_best", &with(Better::Higher, None)), Ok(1.0));
    assert_eq!(
        value("population_attributable_risk", &with(Better::Lower, None)),
        Ok(1.0)
    );
    assert_eq!(
        value("mean_difference_from_best", &with(Better::Neither, None)),
        Err(Reason::NoDirection)
    );
    assert_eq!(
        value("mean_difference_from_reference", &with(Better::Higher, Some(1))),
        Ok(1.0)
    );
    assert_eq!(
        value("mean_difference_from_reference", &with(Better::Higher, None)),
        Err(Reason::NoReference)
    );
}

#[test]
fn along_an_order_the_slope_is_that_of_the_line() {
    // Ranks ¼ and ¾, values 1 and 2: the line runs from ½ to 2½.
    let all = units(&[(1.0, 1.0, 0), (2.0, 1.0, 1), (9.0, 1.0, 2)]);
    let ordered = Context {
        order: vec![0, 1],
        ..context()
    };
    assert_eq!(index_with("slope_index", &all, &ordered).unwrap().value, 2.0);
    assert_eq!(index_with("relative_index", &all, &ordered).unwrap().value, 5.0);
    close(
        index_with("concentration_index", &all, &ordered).unwrap().value,
        1.0 / 6.0,
        1e-15,
    );
    assert_eq!(index_with("slope_index", &all, &context()), Err(Reason::SingleGroup));
}

fn weight(unit: &Unit) -> f64 {
    unit.denominator as f64
}

/// Half the mean absolute difference over the mean, by all pairs.
fn naive_gini(units: &[Unit]) -> f64 {
    let total: f64 = units.iter().map(weight).sum();
    let mean: f64 = units.iter().map(|u| weight(u) * u.x).sum::<f64>() / total;
    let pairs = units
        .iter()
        .flat_map(|a| units.iter().map(move |b| weight(a) * weight(b) * (a.x - b.x).abs()));
    pairs.sum::<f64>() / (2.0 * total * total * mean)
}

/// Yitzhaki's within term Σ s_k G_k, by all pairs within each group.
fn naive_within(units: &[Unit]) -> f64 {
    let total: f64 = units.iter().map(|u| weight(u) * u.x).sum();
    let ids: std::collections::BTreeSet<usize> = units.iter().map(|u| u.group).collect();
    let share = |group: usize| {
        let own: Vec<Unit> = units.iter().filter(|u| u.group == group).copied().collect();
        let sum: f64 = own.iter().map(|u| weight(u) * u.x).sum();
        if sum == 0.0 {
            0.0
        } else {
            sum / total * naive_gini(&own)
        }
    };
    ids.into_iter().map(share).sum()
}

/// Areas with whole denominators and numerators that may be zero, in up to five groups.
fn areas() -> impl Strategy<Value = Vec<Unit>> {
    prop::collection::vec((0u32..50, 1u32..1000, 0usize..5), 1..40).prop_map(|list| {
        list.into_iter()
            .map(|(x, weight, group)| Unit {
                x: f64::from(x) / 49.0,
                numerator: 20 * i128::from(x * weight),
                denominator: 980 * i128::from(weight),
                group,
            })
            .collect()
    })
}

fn every_index(units: &[Unit]) -> Vec<(&'static str, Result<Parts, Reason>)> {
    let context = Context {
        better: Better::Higher,
        reference: Some(0),
        order: vec![0, 1, 2],
    };
    INDICES
        .iter()
        .map(|i| (i.name, index_with(i.name, units, &context)))
        .collect()
}

/// Equal parts and equal reasons, but for rounding.
fn same(left: &[(&str, Result<Parts, Reason>)], right: &[(&str, Result<Parts, Reason>)]) -> Result<(), TestCaseError> {
    for ((name, left), (_, right)) in left.iter().zip(right) {
        match (left, right) {
            (Ok(a), Ok(b)) => {
                let list = |p: &Parts| [Some(p.value), p.between, p.within, p.overlap];
                for (a, b) in list(a).into_iter().zip(list(b)) {
                    let near = match (a, b) {
                        (Some(a), Some(b)) => (a - b).abs() <= 1e-10 * a.abs().max(1.0),
                        (a, b) => a == b,
                    };
                    prop_assert!(near, "{}: {:?} against {:?}", name, left, right);
                }
            }
            (a, b) => prop_assert_eq!(a, b, "{}", name),
        }
    }
    Ok(())
}

const RELATIVE: [&str; 9] = [
    "williamson_cv",
    "gini",
    "gini_two_term",
    "theil_t",
    "theil_l",
    "atkinson_0_5",
    "atkinson_1",
    "hoover",
    "p90_p10",
];

proptest! {
    #[test]
    fn gini_is_half_the_mean_difference_of_all_pairs(all in areas()) {
        prop_assume!(all.iter().any(|u| u.x > 0.0));
        let parts = index("gini", &all).unwrap();
        prop_assert!((parts.value - naive_gini(&all)).abs() < 1e-12);
        prop_assert!((parts.within.unwrap() - naive_within(&all)).abs() < 1e-12);
    }

    #[test]
    fn relative_indices_ignore_the_scale_of_values_and_all_ignore_that_of_weights(all in areas(), by in 1u32..900) {
        let by = i128::from(by);
        let scaled: Vec<Unit> = all.iter().map(|u| with_numerator(u, u.numerator * by)).collect();
        let pick = |units: &[Unit]| RELATIVE.map(|name| (name, index(name, units)));
        same(&pick(&all), &pick(&scaled))?;
        let heavier = |u: &Unit| Unit { numerator: u.numerator * by, denominator: u.denominator * by, ..*u };
        let heavier: Vec<Unit> = all.iter().map(heavier).collect();
        same(&every_index(&all), &every_index(&heavier))?;
    }

    #[test]
    fn equality_is_exactly_zero(mut all in areas(), x in 1u32..50) {
        for unit in &mut all {
            *unit = with_numerator(unit, unit.denominator / 49 * i128::from(x));
        }
        for name in RELATIVE.iter().filter(|n| **n != "p90_p10") {
            let parts = index(name, &all).unwrap();
            prop_assert_eq!(parts.value, 0.0, "{}", name);
            prop_assert_eq!(parts.between.unwrap_or(0.0), 0.0, "{}", name);
            prop_assert_eq!(parts.within.unwrap_or(0.0), 0.0, "{}", name);
        }
        prop_assert_eq!(value("p90_p10", &all), 1.0);
    }

    #[test]
    fn parts_make_the_whole_and_shortfall_mirrors_attainment(all in areas()) {
        for (name, parts) in every_index(&all) {
            if let Ok(parts) = parts {
                prop_assert_eq!(check_parts(name, &parts, String::new), None);
            }
        }
        let distribution = Distribution::new(&all).unwrap();
        prop_assert_eq!(check_mirror(&distribution, &distribution.mirrored(), String::new), None);
    }

    #[test]
    fn order_of_arrival_changes_no_bit(all in areas(), turn in 0usize..40) {
        let mut turned = all.clone();
        turned.rotate_left(turn % all.len());
        prop_assert_eq!(every_index(&all), every_index(&turned));
        turned.reverse();
        prop_assert_eq!(every_index(&all), every_index(&turned));
    }

    #[test]
    fn splitting_a_unit_of_one_group_into_equal_halves_changes_nothing(all in areas()) {
        let half = |u: &Unit| Unit { numerator: u.numerator / 2, denominator: u.denominator / 2, ..*u };
        let halves: Vec<Unit> = all.iter().flat_map(|u| [half(u), half(u)]).collect();
        same(&every_index(&all), &every_index(&halves))?;
    }

    #[test]
    fn moving_from_a_richer_unit_to_a_poorer_one_lowers_every_relative_index(
        mut all in areas(), pair in (any::<prop::sample::Index>(), any::<prop::sample::Index>()), tenths in 1_i128..10,
    ) {
        let (poor, rich) = (pair.0.index(all.len()), pair.1.index(all.len()));
        prop_assume!(all[poor].x < all[rich].x);
        // What takes part of the distance, and does not bring the two past each other: x_poor + m/d = x_rich − m/d' at the most.
        let [d, e] = [&all[poor], &all[rich]].map(|unit| unit.denominator as f64);
        let moved = ((all[rich].x - all[poor].x) * d * e / (d + e) * tenths as f64 / 10.0).floor() as i128;
        prop_assume!(moved > 0);
        let is_positive = all.iter().all(|unit| unit.numerator > 0);
        let strict: &[&str] = if is_positive {
            &["williamson_cv", "gini", "theil_t", "theil_l", "atkinson_0_5", "atkinson_1"]
        } else {
            &["williamson_cv", "gini", "theil_t", "atkinson_0_5"]
        };
        let old: Vec<f64> = strict.iter().map(|name| value(name, &all)).collect();
        let hoover = value("hoover", &all);
        all[poor] = with_numerator(&all[poor], all[poor].numerator + moved);
        all[rich] = with_numerator(&all[rich], all[rich].numerator - moved);
        for (name, old) in strict.iter().zip(old) {
            prop_assert!(value(name, &all) < old, "{} did not fall", name);
        }
        // Hoover's index sees only what crosses the mean.
        prop_assert!(value("hoover", &all) <= hoover + 1e-12);
    }

    #[test]
    fn mix_and_rate_make_the_gap(list in prop::collection::vec((0u32..9, 0u32..99, 0u32..9, 0u32..99), 1..20)) {
        let side = |rate: u32, size: u32| (f64::from(rate * size), f64::from(size));
        let strata: Vec<Stratum> = list.iter().map(|&(r, n, s, m)| Stratum { a: side(r, n), b: side(s, m) }).collect();
        let ratio = |of: fn(&Stratum) -> (f64, f64)| {
            let (up, down) = strata.iter().map(of).fold((0.0, 0.0), |t, s| (t.0 + s.0, t.1 + s.1));
            (down > 0.0).then(|| up / down)
        };
        match (ratio(|s| s.a), ratio(|s| s.b)) {
            (Some(a), Some(b)) => {
                let effects = decompose(&strata).unwrap();
                prop_assert!((effects.mix + effects.rate - (a - b)).abs() < 1e-12);
            }
            _ => prop_assert_eq!(decompose(&strata), Err(Reason::DenominatorZero)),
        }
    }
}
