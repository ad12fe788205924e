use proptest::prelude::*;

use super::*;

/// Numerator and denominator by stratum.
type Held = Vec<(f64, f64)>;

fn sums(held: &[(f64, f64)]) -> Sums {
    Sums {
        by_stratum: (0..).zip(held.iter().copied()).collect(),
        is_open: false,
        is_allocated: false,
    }
}

fn value(held: &[(f64, f64)], factor: f64) -> f64 {
    held.iter().map(|of| of.0).sum::<f64>() / held.iter().map(|of| of.1).sum::<f64>() * factor
}

/// A gap whose bounds lie 1 below and 2 above it.
fn gap([a, b]: [&[(f64, f64)]; 2], factor: f64) -> Gap {
    let (a, b) = (value(a, factor), value(b, factor));
    Gap {
        scope_name: "Land".to_owned(),
        values: [Ok(a), Ok(b)],
        gap: Ok(a - b),
        ratio: Ok(a / b),
        mix: Ok(0.0),
        bounds: Ok((a - b - 1.0, a - b + 2.0)),
        status: None,
    }
}

/// Of periods with what a holds in its strata, and b.
fn change(earlier: [&[(f64, f64)]; 2], later: [&[(f64, f64)]; 2], factor: f64) -> Change {
    let side = |at: usize| strata([Some(&sums(earlier[at])), Some(&sums(later[at]))]);
    let sides = side(0).and_then(|a| Ok([a, side(1)?]));
    Change::new([Some(&gap(earlier, factor)), Some(&gap(later, factor))], &sides, factor)
}

/// Mix and rate of a, mix and rate of b.
fn effects(of: &Change) -> [f64; 4] {
    let [a, b] = of.effects.unwrap();
    [a.mix, a.rate, b.mix, b.rate]
}

#[track_caller]
fn close(left: f64, right: f64, tolerance: f64) {
    assert!((left - right).abs() <= tolerance, "{left} is not {right}");
}

/// The towns of a grow from half to three quarters of it; all of b is served better.
#[test]
fn composition_of_one_side_and_ratios_of_the_other_are_told_apart() {
    let earlier: [&[(f64, f64)]; 2] = [&[(80.0, 100.0), (40.0, 100.0)], &[(30.0, 50.0), (10.0, 50.0)]];
    let later: [&[(f64, f64)]; 2] = [&[(240.0, 300.0), (40.0, 100.0)], &[(35.0, 50.0), (20.0, 50.0)]];
    let found = change(earlier, later, 100.0);
    close(found.gaps[0].unwrap(), 60.0 - 40.0, 1e-12);
    close(found.gaps[1].unwrap(), 70.0 - 55.0, 1e-12);
    close(found.change.unwrap(), -5.0, 1e-12);
    close(found.sides[0].unwrap(), 10.0, 1e-12);
    close(found.sides[1].unwrap(), 15.0, 1e-12);
    close(found.ratio.unwrap(), 70.0 / 55.0 - 1.5, 1e-12);
    for (effect, expected) in effects(&found).into_iter().zip([10.0, 0.0, 0.0, -15.0]) {
        close(effect, expected, 1e-12);
    }
    let (lower, upper) = found.bounds.unwrap();
    close(lower, -5.0 - 3.0, 1e-12);
    close(upper, -5.0 + 3.0, 1e-12);
    assert_eq!((found.counts.strata, found.counts.borrowed), (4, 0));
}

#[test]
fn a_stratum_of_one_period_borrows_its_ratio_and_is_counted() {
    let earlier: [&[(f64, f64)]; 2] = [&[(5.0, 10.0), (0.0, 0.0)], &[(2.0, 10.0), (0.0, 0.0)]];
    let later: [&[(f64, f64)]; 2] = [&[(5.0, 10.0), (0.0, 10.0)], &[(2.0, 10.0), (0.0, 0.0)]];
    let found = change(earlier, later, 1.0);
    assert_eq!(effects(&found), [-0.25, 0.0, 0.0, 0.0]);
    // A stratum that neither period has is none.
    assert_eq!((found.counts.strata, found.counts.borrowed), (3, 1));
}

#[test]
fn a_single_stratum_is_all_rate() {
    let found = change([&[(5.0, 10.0)], &[(2.0, 10.0)]], [&[(16.0, 20.0)], &[(3.0, 10.0)]], 1.0);
    let [mix_a, rate_a, mix_b, rate_b] = effects(&found);
    assert_eq!((mix_a, mix_b), (0.0, 0.0));
    close(rate_a, 0.3, 1e-15);
    close(rate_b, -0.1, 1e-15);
}

#[test]
fn what_cannot_be_split_has_a_reason() {
    let whole: [&[(f64, f64)]; 2] = [&[(5.0, 10.0)], &[(2.0, 10.0)]];
    for (stratum, reason) in [
        ((f64::NAN, 10.0), Reason::TooLarge),
        ((1.0, -2.0), Reason::NegativeDenominator),
        ((1.0, 0.0), Reason::NumeratorWithoutDenominator),
    ] {
        for side in 0..2 {
            let mut later = whole;
            let with = [whole[side][0], stratum];
            later[side] = &with;
            let found = change(whole, later, 1.0);
            assert_eq!(found.effects.err(), Some(reason), "{stratum:?} of side {side}");
            assert!(found.change.is_ok() && found.sides.iter().all(Result::is_ok));
        }
    }
    let other = Change::new([Some(&gap(whole, 1.0)); 2], &Err(Reason::StrataDiffer), 1.0);
    assert_eq!(other.effects.err(), Some(Reason::StrataDiffer));
    assert_eq!((other.change, other.counts.strata), (Ok(0.0), 0));
}

#[test]
fn a_scope_that_one_period_lacks_is_absent_and_a_side_without_a_value_leaves_the_other() {
    let whole: [&[(f64, f64)]; 2] = [&[(5.0, 10.0)], &[(2.0, 10.0)]];
    let known = gap(whole, 1.0);
    let one = || strata([None, Some(&sums(whole[0]))]).unwrap();
    let appeared = Change::new([None, Some(&known)], &Ok([one(), one()]), 1.0);
    assert_eq!(appeared.gaps[0], Err(Reason::AreaAbsent));
    assert_eq!(appeared.gaps[1], Ok(0.3));
    assert_eq!(appeared.change, Err(Reason::AreaAbsent));
    assert_eq!(appeared.sides, [Err(Reason::AreaAbsent); 2]);
    assert_eq!(appeared.effects.err(), Some(Reason::AreaAbsent));
    assert_eq!(appeared.bounds, Err(Reason::AreaAbsent));
    assert_eq!((appeared.counts.strata, appeared.counts.borrowed), (2, 2));
    let silent = Gap {
        values: [known.values[0], Err(Reason::NotReported)],
        gap: Err(Reason::NotReported),
        ratio: Err(Reason::NotReported),
        ..known.clone()
    };
    let found = Change::new([Some(&known), Some(&silent)], &Ok([one(), Joined::new()]), 1.0);
    assert_eq!(found.sides, [Ok(0.0), Err(Reason::NotReported)]);
    assert_eq!(found.change, Err(Reason::NotReported));
    assert_eq!(found.effects.err(), Some(Reason::NotReported));
    assert_eq!(found.bounds, Ok((-3.0, 3.0)));
}

/// Shares and ratios of each stratum that has a ratio; a period without the stratum has the ratio of the other one.
fn factors(earlier: &[(f64, f64)], later: &[(f64, f64)]) -> Vec<[[f64; 2]; 2]> {
    let whole = |held: &[(f64, f64)]| held.iter().map(|of| of.1).sum::<f64>();
    let ratio = |of: (f64, f64)| (of.1 > 0.0).then(|| of.0 / of.1);
    let strata = earlier.iter().zip(later);
    strata
        .filter_map(|(before, after)| {
            let ratios = [ratio(*before).or(ratio(*after))?, ratio(*after).or(ratio(*before))?];
            Some([[before.1 / whole(earlier), after.1 / whole(later)], ratios])
        })
        .collect()
}

/// The gap with the factors of the later period where `is_later`: shares and ratios of a, shares and ratios of b.
fn gap_with([a, b]: [&[[[f64; 2]; 2]]; 2], is_later: [bool; 4]) -> f64 {
    let side = |strata: &[[[f64; 2]; 2]], at: usize| -> f64 {
        let [share, ratio] = [at, at + 1].map(|at| usize::from(is_later[at]));
        strata.iter().map(|of| of[0][share] * of[1][ratio]).sum()
    };
    side(a, 0) - side(b, 2)
}

/// What each factor adds, averaged over all orders in which the four may change.
fn shapley(sides: [&[[[f64; 2]; 2]]; 2]) -> [f64; 4] {
    let mut means = [0.0; 4];
    for order in (0..256).map(|at| [at / 64, at / 16 % 4, at / 4 % 4, at % 4]) {
        if (0..4).any(|of| !order.contains(&of)) {
            continue;
        }
        let mut is_later = [false; 4];
        for of in order {
            let before = gap_with(sides, is_later);
            is_later[of] = true;
            means[of] += (gap_with(sides, is_later) - before) / 24.0;
        }
    }
    means
}

/// Six strata with a ratio of 0 to 1, some of which hold nothing.
fn held() -> impl Strategy<Value = Held> {
    let stratum = prop_oneof![
        4 => (0.0..=1.0_f64, 1.0..1e6_f64).prop_map(|(ratio, denominator)| (ratio * denominator, denominator)),
        1 => Just((0.0, 0.0)),
    ];
    prop::collection::vec(stratum, 6).prop_filter("something to divide by", |all| all.iter().any(|of| of.1 > 0.0))
}

proptest! {
    #[test]
    fn each_effect_is_the_mean_over_all_orders(
        a in held(), b in held(), a_later in held(), b_later in held(),
    ) {
        let found = effects(&change([&a, &b], [&a_later, &b_later], 100.0));
        let means = shapley([&factors(&a, &a_later), &factors(&b, &b_later)]);
        for (effect, mean) in found.into_iter().zip(means) {
            close(effect, mean * 100.0, 1e-10);
        }
    }

    #[test]
    fn effects_add_up_and_turn_with_the_sides_and_with_time(
        a in held(), b in held(), a_later in held(), b_later in held(),
    ) {
        let there = change([&a, &b], [&a_later, &b_later], 100.0);
        let [mix_a, rate_a, mix_b, rate_b] = effects(&there);
        close(mix_a + rate_a + mix_b + rate_b, there.change.unwrap(), 1e-10);
        close(mix_a + rate_a, there.sides[0].unwrap(), 1e-10);
        close(mix_b + rate_b, -there.sides[1].unwrap(), 1e-10);
        let exchanged = effects(&change([&b, &a], [&b_later, &a_later], 100.0));
        for (effect, other) in [mix_b, rate_b, mix_a, rate_a].into_iter().zip(exchanged) {
            close(effect, -other, 1e-10);
        }
        let back = change([&a_later, &b_later], [&a, &b], 100.0);
        for (effect, other) in effects(&there).into_iter().zip(effects(&back)) {
            close(effect, -other, 1e-10);
        }
        prop_assert_eq!((there.counts.strata, there.counts.borrowed), (back.counts.strata, back.counts.borrowed));
    }

    #[test]
    fn equal_periods_have_no_change(a in held(), b in held()) {
        let found = change([&a, &b], [&a, &b], 100.0);
        prop_assert_eq!((found.change, found.counts.borrowed), (Ok(0.0), 0));
        prop_assert_eq!(effects(&found).map(|effect| effect + 0.0), [0.0; 4]);
    }
}
