use proptest::prelude::*;

use super::*;

type Side = &'static [(usize, Parts)];

fn divided(members: &[(usize, Parts)]) -> Divided {
    Divided {
        name: "Land".to_owned(),
        members: members.iter().copied().collect(),
        status: None,
    }
}

/// Of two periods whose values are those of the members, in a unit of which `factor` make one.
fn change(earlier: &[(usize, Parts)], later: &[(usize, Parts)], factor: f64) -> Change {
    let reached = |members: &[(usize, Parts)]| {
        let parts = || members.iter().filter_map(|(_, parts)| parts.ok());
        let value = parts().map(|of| of.0).sum::<f64>() / parts().map(|of| of.1).sum::<f64>() * factor;
        Reached {
            value: Ok(value),
            bounds: Ok((value - 1.0, value + 2.0)),
            status: "A",
        }
    };
    let sides = [divided(earlier), divided(later)];
    Change::new(
        [reached(earlier), reached(later)],
        &strata([Some(&sides[0]), Some(&sides[1])]),
        None,
        factor,
    )
}

#[track_caller]
fn close(left: f64, right: f64, tolerance: f64) {
    assert!((left - right).abs() <= tolerance, "{left} is not {right}");
}

/// Households headed per 100 persons in 13 age groups, United States 1970 and 1985: a rise of 2.9672, of which 1.2269 is age. Das Gupta 1993.
#[test]
fn the_rise_of_headship_rates_is_split_as_published() {
    const AGES: [[f64; 4]; 13] = [
        [12.9, 1.9, 10.1, 2.2],
        [10.9, 25.8, 11.2, 24.3],
        [9.5, 45.7, 11.6, 45.8],
        [8.0, 49.6, 10.9, 52.5],
        [7.8, 51.2, 9.4, 56.1],
        [8.4, 51.6, 7.7, 55.6],
        [8.6, 51.8, 6.3, 56.0],
        [7.8, 54.9, 6.0, 57.4],
        [7.0, 58.7, 6.3, 57.2],
        [5.9, 60.4, 5.9, 61.2],
        [4.7, 62.8, 5.1, 63.9],
        [3.6, 66.6, 4.0, 68.6],
        [4.9, 66.8, 5.5, 72.2],
    ];
    let side = |size: usize, rate: usize| -> Vec<(usize, Parts)> {
        let ages = AGES.iter().enumerate();
        ages.map(|(at, age)| (at, Ok((age[size] * age[rate] / 100.0, age[size]))))
            .collect()
    };
    let found = change(&side(0, 1), &side(2, 3), 100.0);
    let effects = found.effects.unwrap();
    close(effects.mix, 1.2269, 5e-5);
    close(effects.rate, 1.7403, 5e-5);
    close(found.change.unwrap(), 2.9672, 5e-5);
    assert_eq!((found.counts.strata, found.counts.borrowed), (13, 0));
}

#[test]
fn composition_alone_is_mix_and_ratios_alone_are_rate() {
    let before: Side = &[(0, Ok((20.0, 100.0))), (1, Ok((150.0, 300.0)))];
    let moved: Side = &[(0, Ok((60.0, 300.0))), (1, Ok((50.0, 100.0)))];
    let better: Side = &[(0, Ok((6.0, 10.0))), (1, Ok((21.0, 30.0)))];
    let of = |later: Side| {
        let found = change(before, later, 1.0);
        let effects = found.effects.unwrap();
        (found.change.unwrap(), effects.mix, effects.rate)
    };
    assert_eq!(of(before), (0.0, 0.0, 0.0));
    let (total, mix, rate) = of(moved);
    close(total, -0.15, 1e-15);
    close(mix, -0.15, 1e-15);
    assert_eq!(rate, 0.0);
    let (total, mix, rate) = of(better);
    close(total, 0.25, 1e-15);
    assert_eq!(mix, 0.0);
    close(rate, 0.25, 1e-15);
}

#[test]
fn a_member_of_one_period_borrows_its_ratio_and_is_counted() {
    let before: Side = &[(0, Ok((5.0, 10.0))), (2, Err(Reason::NotReported))];
    let after: Side = &[(0, Ok((5.0, 10.0))), (1, Ok((0.0, 10.0)))];
    let found = change(before, after, 1.0);
    let effects = found.effects.unwrap();
    assert_eq!((effects.mix, effects.rate), (-0.25, 0.0));
    assert_eq!((found.counts.strata, found.counts.borrowed), (2, 1));
    assert_eq!(found.bounds, Ok((0.25 - 1.0 - 2.5, 0.25 + 2.0 + 0.5)));
}

/// Two members of one dimension by two of another, all 40 people of the same pair before: half of them move in both.
#[test]
fn a_cross_has_the_effects_of_both_compositions_in_the_unit_of_the_indicator() {
    let pairs: Pairs = vec![[0, 0], [0, 1], [1, 0], [1, 1]];
    let side = |people: [f64; 4], ratios: [f64; 4]| {
        let member = |at: usize| (at, Ok((people[at] * ratios[at], people[at])));
        divided(&(0..4).map(member).collect::<Vec<_>>())
    };
    let [earlier, later] = [
        side([18.0, 2.0, 18.0, 2.0], [0.1, 0.3, 0.2, 0.6]),
        side([6.0, 24.0, 2.0, 8.0], [0.2, 0.4, 0.3, 0.7]),
    ];
    let reached = |value: f64| Reached {
        status: "A",
        value: Ok(value),
        bounds: Ok((value, value)),
    };
    let strata = strata([Some(&earlier), Some(&later)]);
    let found = Change::new([reached(18.0), reached(42.5)], &strata, Some(&pairs), 100.0);
    let effects = found.effects.unwrap();
    let crossed = found.crossed.unwrap();
    // The compositions are independent: halves become 3/4 and 1/4, and 9/10 and 1/10 become 1/5 and 4/5.
    let ratios = [[0.15, 0.35], [0.25, 0.65]];
    let first = [0.25, -0.25].into_iter().zip(ratios);
    let first: f64 = first.map(|(moved, of)| moved * (of[0] * 0.55 + of[1] * 0.45)).sum();
    let second: f64 = [-0.7, 0.7]
        .into_iter()
        .enumerate()
        .map(|(j, moved)| moved * (ratios[0][j] * 0.625 + ratios[1][j] * 0.375))
        .sum();
    close(crossed.mixes[0], first * 100.0, 1e-12);
    close(crossed.mixes[1], second * 100.0, 1e-12);
    close(effects.rate, 10.0, 1e-12);
    close(effects.mix, crossed.mixes[0] + crossed.mixes[1], 1e-12);
    // All ratios rise by a tenth, in whichever order.
    close(crossed.shapley[2], 10.0, 1e-12);
    close(crossed.shapley[0], first * 100.0, 1e-12);
    close(crossed.shapley[1], second * 100.0, 1e-12);
    let absent = Change::new([Reached::ABSENT, reached(42.5)], &strata, Some(&pairs), 100.0);
    assert_eq!(absent.crossed, Err(Reason::AreaAbsent));
    let plain = Change::new([reached(18.0), reached(42.5)], &strata, None, 100.0);
    assert_eq!(plain.crossed, Err(Reason::NotCrossed));
}

#[test]
fn what_cannot_be_split_has_a_reason() {
    let whole: Side = &[(0, Ok((5.0, 10.0)))];
    let reason = |side: Side| change(whole, side, 1.0).effects.err();
    assert_eq!(
        reason(&[(0, Ok((5.0, 10.0))), (1, Err(Reason::TooLarge))]),
        Some(Reason::TooLarge)
    );
    assert_eq!(
        reason(&[(0, Ok((5.0, 10.0))), (1, Ok((1.0, -2.0)))]),
        Some(Reason::NegativeDenominator)
    );
    assert_eq!(
        reason(&[(0, Ok((5.0, 10.0))), (1, Ok((1.0, 0.0)))]),
        Some(Reason::NumeratorWithoutDenominator)
    );
    let later = Reached {
        status: "A",
        value: Ok(0.5),
        bounds: Ok((0.5, 0.5)),
    };
    let strata = strata([None, Some(&divided(whole))]);
    let appeared = Change::new([Reached::ABSENT, later], &strata, None, 1.0);
    assert_eq!(appeared.change, Err(Reason::AreaAbsent));
    assert_eq!(appeared.effects, Err(Reason::AreaAbsent));
    assert_eq!(appeared.bounds, Err(Reason::AreaAbsent));
    assert_eq!(appeared.values, [Err(Reason::AreaAbsent), Ok(0.5)]);
    assert_eq!((appeared.counts.strata, appeared.counts.borrowed), (1, 1));
}

/// Members with a ratio of 0 to 1, some of which hold nothing.
fn side() -> impl Strategy<Value = Vec<(usize, Parts)>> {
    let member = prop_oneof![
        4 => (0.0..=1.0f64, 1.0..1e6f64).prop_map(|(ratio, denominator)| Ok((ratio * denominator, denominator))),
        1 => Just(Ok((0.0, 0.0))),
        1 => Just(Err(Reason::NotReported)),
    ];
    let holds = |members: &Vec<Parts>| members.iter().any(|parts| matches!(parts, Ok((_, of)) if *of > 0.0));
    prop::collection::vec(member, 1..8)
        .prop_filter("something to divide by", holds)
        .prop_map(|members| members.into_iter().enumerate().collect())
}

proptest! {
    #[test]
    fn effects_add_up_to_the_change_and_turn_with_time(earlier in side(), later in side()) {
        let there = change(&earlier, &later, 100.0);
        let back = change(&later, &earlier, 100.0);
        let (effects, turned) = (there.effects.unwrap(), back.effects.unwrap());
        // Values are between 0 and 100.
        close(effects.mix + effects.rate, there.change.unwrap(), 1e-10);
        close(effects.mix, -turned.mix, 1e-10);
        close(effects.rate, -turned.rate, 1e-10);
        prop_assert_eq!((there.counts.strata, there.counts.borrowed), (back.counts.strata, back.counts.borrowed));
    }

    #[test]
    fn twice_the_people_change_nothing(earlier in side(), times in 1u8..9) {
        let times = f64::from(times);
        let later: Vec<(usize, Parts)> = earlier.iter()
            .map(|(member, parts)| (*member, parts.map(|(numerator, denominator)| (numerator * times, denominator * times))))
            .collect();
        let effects = change(&earlier, &later, 100.0).effects.unwrap();
        close(effects.mix, 0.0, 1e-10);
        close(effects.rate, 0.0, 1e-10);
    }
}
