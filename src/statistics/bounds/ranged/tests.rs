//! Bounds against the indices of completions: any missing denominator within the bracket of each unit, any plausible ratio of what is missing, and all ends of both.

use proptest::prelude::*;

use crate::pipeline::Better;
use crate::statistics::bounds::{Completions, Known, Range, RangedWeights, Span};
use crate::statistics::index::{Context, Family, INDICES, Index, Ladder};
use crate::statistics::unit::Placed;
use crate::statistics::{Distribution, Reason};

/// A unit: numerator and denominator that are known, and what the missing denominator lies between.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    known: (f64, f64),
    missing: (f64, f64),
}

/// Stands for what nothing limits.
const HUGE: f64 = 1e8;

impl Drawn {
    fn known(&self, group: usize) -> Known {
        let (numerator, denominator) = self.known;
        Known {
            numerator,
            denominator,
            ratio: if denominator > 0.0 {
                numerator / denominator
            } else {
                0.0
            },
            group,
        }
    }

    fn is_ranged(&self) -> bool {
        self.missing.0 < self.missing.1
    }

    /// Missing denominator at a place of its bracket. Where that has no limit, it is as much as anything, or more.
    fn at(&self, place: f64) -> f64 {
        let (least, most) = self.missing;
        if most.is_finite() {
            return least + place * (most - least);
        }
        least + [0.0, 1.0, 20.0, 1e4, HUGE][(place * 4.0).round() as usize]
    }
}

/// Ratio and weight of each unit in one completion: places of the missing denominators and of their ratios.
fn completed(drawn: &[Drawn], (low, high): (f64, f64), places: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let one = |(drawn, (size, ratio)): (&Drawn, &(f64, f64))| {
        let missing = drawn.at(*size);
        let denominator = drawn.known.1 + missing;
        let numerator = drawn.known.0 + (low + ratio * (high - low)) * missing;
        (numerator / denominator, denominator)
    };
    drawn.iter().zip(places).map(one).collect()
}

fn value(index: &Index, units: &[(f64, f64)], context: &Context) -> Result<f64, Reason> {
    let mut placed: Vec<Placed> = units
        .iter()
        .enumerate()
        .filter(|(_, (_, weight))| *weight > 0.0)
        .map(|(group, &(x, weight))| Placed {
            x,
            weight,
            group,
            tie: 0,
        })
        .collect();
    placed.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut tie = 0;
    for at in 1..placed.len() {
        tie += u32::from(placed[at].x > placed[at - 1].x);
        placed[at].tie = tie;
    }
    Ok((index.compute)(&Distribution::of(&placed, None)?, context)?.value)
}

fn weights(drawn: &[Drawn], plausible: (f64, f64)) -> Result<RangedWeights, Reason> {
    let (mut known, mut ranged) = (Vec::new(), Vec::new());
    for (group, one) in drawn.iter().enumerate() {
        if one.is_ranged() {
            ranged.push(one.known(group).between(one.missing, plausible)?);
        } else {
            known.push(one.known(group).with(one.missing.0, plausible));
        }
    }
    RangedWeights::new(&known, &ranged, Reason::RegisterIncomplete)
}

fn context(better: Better, n: usize) -> Context {
    Context {
        better,
        reference: Some(0),
        order: (0..n).collect(),
    }
}

fn better() -> impl Strategy<Value = Better> {
    prop_oneof![Just(Better::Higher), Just(Better::Lower)]
}

/// Units of which about half have a bracket; some without a limit, some with nothing known.
fn drawn(lows: std::ops::Range<i32>, limits: bool) -> impl Strategy<Value = Vec<Drawn>> {
    let missing = prop_oneof![
        2 => Just((0, Some(0))),
        1 => (0..30_u32).prop_map(|size| (size, Some(0))),
        3 => (0..30_u32, 1..60_u32).prop_map(|(least, wide)| (least, Some(wide))),
        1 => (0..30_u32).prop_map(move |least| (least, if limits { Some(1) } else { None })),
    ];
    let one = (0..40_u32, lows, missing).prop_map(|(denominator, twentieths, (least, wide))| {
        let denominator = f64::from(denominator);
        let least = f64::from(least);
        Drawn {
            known: (denominator * f64::from(twentieths) / 20.0, denominator),
            missing: (least, wide.map_or(f64::INFINITY, |wide| least + f64::from(wide))),
        }
    });
    prop::collection::vec(one, 1..6)
}

fn plausible() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![
        1 => Just((0.0, 1.0)),
        2 => (0..15_u32, 0..6_u32).prop_map(|(low, wide)| (f64::from(low) / 20.0, f64::from(low + wide) / 20.0)),
    ]
}

fn places() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let end = || prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64];
    prop::collection::vec(prop::collection::vec((end(), end()), 6), 30)
}

/// All ends of weights and ratios.
fn ends(units: usize) -> impl Iterator<Item = Vec<(f64, f64)>> {
    (0..1_u32 << (2 * units)).map(move |number| {
        let bit = |at: usize| f64::from(number >> at & 1);
        (0..units).map(|unit| (bit(2 * unit), bit(2 * unit + 1))).collect()
    })
}

fn holds(range: Range, value: f64) -> bool {
    let slack = 1e-9 * value.abs().max(1.0);
    range.lower - slack <= value && value <= range.upper + slack
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_completion_has_an_index_outside_the_bounds(
        drawn in prop_oneof![4 => drawn(0..21, false), 1 => drawn(-10..21, false)],
        better in better(),
        plausible in plausible(),
        places in places(),
    ) {
        let Ok(weights) = weights(&drawn, plausible) else { return Ok(()) };
        let context = context(better, drawn.len());
        for index in INDICES {
            let Ok(range) = weights.range(index, &context) else { continue };
            prop_assert!(range.lower.is_finite() && range.upper.is_finite() && !range.is_exact, "{}: {range:?}", index.name);
            prop_assert!(range.lower <= range.upper, "{}: {range:?}", index.name);
            let all = places.iter().cloned().chain(ends(drawn.len().min(3)).map(|mut ends| { ends.resize(6, (0.0, 1.0)); ends }));
            for places in all {
                let units = completed(&drawn, plausible, &places);
                if let Ok(value) = value(index, &units, &context) {
                    prop_assert!(holds(range, value), "{}: {value} is not in {range:?} of {units:?}", index.name);
                }
            }
        }
    }

    #[test]
    fn where_a_completion_is_undefined_there_are_no_bounds(
        drawn in drawn(-2..21, true),
        better in better(),
        plausible in plausible(),
    ) {
        let Ok(weights) = weights(&drawn, plausible) else { return Ok(()) };
        let context = context(better, drawn.len());
        for index in INDICES {
            let found = weights.range(index, &context);
            let undefined = ends(drawn.len()).find(|places| {
                let value = value(index, &completed(&drawn, plausible, places), &context);
                !matches!(value, Ok(_) | Err(Reason::NoUnits))
            });
            if undefined.is_some() {
                prop_assert!(found.is_err(), "{} {found:?} {undefined:?}", index.name);
            } else if !matches!(index.family, Family::Ladder(_) | Family::Reference | Family::Quantiles | Family::Unweighted(_)) {
                // Where ratios and weights are taken to be free of each other, an index may have no bounds although it is defined.
                prop_assert!(found.is_ok(), "{} {found:?}", index.name);
            }
        }
    }

    #[test]
    fn within_finite_brackets_the_slope_has_bounds_and_the_relative_index_says_why_it_has_none(
        mut drawn in drawn(0..21, true),
        plausible in plausible(),
    ) {
        drawn.truncate(3);
        let Ok(weights) = weights(&drawn, plausible) else { return Ok(()) };
        let context = context(Better::Higher, drawn.len());
        let certain = drawn.iter().filter(|one| one.known.1 + one.missing.0 > 0.0).count();
        let of = |name: &str| weights.range(INDICES.iter().find(|index| index.name == name).unwrap(), &context);
        if certain < 2 {
            prop_assert_eq!(of("slope_index"), Err(Reason::SingleGroup));
            prop_assert_eq!(of("relative_index"), Err(Reason::SingleGroup));
            return Ok(());
        }
        prop_assert!(of("slope_index").is_ok(), "{:?}", of("slope_index"));
        let relative = INDICES.iter().find(|index| index.name == "relative_index").unwrap();
        // Every place of weights and ratios on a grid.
        let steps = 4_u32;
        let places = (0..steps.pow(2 * drawn.len() as u32)).map(|number| {
            let place = |at: usize| f64::from(number / steps.pow(at as u32) % steps) / f64::from(steps - 1);
            (0..drawn.len()).map(|unit| (place(2 * unit), place(2 * unit + 1))).collect::<Vec<_>>()
        });
        let values: Vec<Result<f64, Reason>> = places.map(|places| value(relative, &completed(&drawn, plausible, &places), &context)).collect();
        let is_near_to_undefined = |value: &Result<f64, Reason>| value.is_err() || value.is_ok_and(|value| !(0.1..10.0).contains(&value));
        match of("relative_index") {
            Err(Reason::FitNotPositive | Reason::MeanNotPositive) => prop_assert!(values.iter().any(is_near_to_undefined), "{values:?}"),
            Err(reason) => prop_assert_eq!(reason, Reason::NoFiniteBounds),
            Ok(range) => {
                for value in values {
                    prop_assert!(value.is_ok_and(|value| holds(range, value)), "{value:?} is not in {range:?}");
                }
            }
        }
    }

    #[test]
    fn halves_of_a_unit_are_the_unit(
        (numerator, denominator) in (0..20_u32, 0..20_u32),
        (least, wide) in (0..20_u32, 1..20_u32),
        plausible in plausible(),
        (place, ratio) in (0.0..=1.0_f64, 0.0..=1.0_f64),
    ) {
        let [numerator, denominator] = [numerator.min(denominator), denominator].map(f64::from);
        let missing = (f64::from(least), f64::from(least + wide));
        let unit = Drawn { known: (numerator, denominator), missing };
        let Ok(whole) = unit.known(0).between(missing, plausible) else { return Ok(()) };
        let (x, weight) = completed(&[unit], plausible, &[(place, ratio)])[0];
        let holds = |part: &crate::statistics::bounds::Ranged| {
            let share = (weight - part.least.weight) / (part.most.weight - part.least.weight);
            let end = |least: f64, most: f64| (1.0 - share) * part.least.weight * least + share * part.most.weight * most;
            let [low, high] = [end(part.least.low, part.most.low), end(part.least.high, part.most.high)];
            let slack = 1e-9 * (1.0 + weight);
            (-1e-9..=1.0 + 1e-9).contains(&share) && (low - slack..=high + slack).contains(&(x * weight))
        };
        prop_assert!(weight == 0.0 || holds(&whole));
        prop_assert!(weight == 0.0 || whole.halves().iter().any(holds), "{whole:?} {:?}", whole.halves());
    }

    #[test]
    fn as_brackets_close_the_bounds_come_to_those_of_known_weights(
        drawn in prop::collection::vec((1..20_u32, 1..20_u32, 0..20_u32), 2..8),
        better in better(),
        (low, wide) in (1..10_u32, 0..9_u32),
    ) {
        let plausible = (f64::from(low) / 20.0, f64::from(low + wide) / 20.0);
        let unit = |(denominator, twentieths, missing): &(u32, u32, u32)| {
            let denominator = f64::from(*denominator);
            let missing = f64::from(*missing);
            Drawn { known: (denominator * f64::from(*twentieths) / 20.0, denominator), missing: (missing, missing * (1.0 + 1e-7)) }
        };
        let drawn: Vec<Drawn> = drawn.iter().map(unit).collect();
        prop_assume!(drawn.iter().any(Drawn::is_ranged));
        let spans: Vec<Span> = drawn.iter().enumerate().map(|(group, one)| one.known(group).with(one.missing.0, plausible)).collect();
        let (known, weights) = (Completions::new(&spans).unwrap(), weights(&drawn, plausible).unwrap());
        let context = context(better, drawn.len());
        // The quantiles of known weights jump, and some indices are taken apart in other parts.
        let is_apart = |family| matches!(family, Family::Quantiles | Family::BestShare | Family::Ladder(Ladder::ConcentrationWagstaff));
        for index in INDICES.iter().filter(|index| !is_apart(index.family)) {
            let Ok(range) = known.range(index, &context) else { continue };
            let found = weights.range(index, &context).unwrap();
            let slack = match index.name {
                // The fitted line may be next to 0 at an end.
                "relative_index" => 1e-4 * range.upper.powi(2).max(1.0),
                // Roots are steep at 0.
                _ => 1e-4,
            };
            let is_near = |by: f64| by.abs() < slack;
            prop_assert!(is_near(found.lower - range.lower), "{}: {found:?} {range:?}", index.name);
            // An upper bound that is not exact is where a search ends, which depends on the last digits of the weights.
            let above = found.upper - range.upper;
            let is_as_good = if range.is_exact { is_near(above) } else { above < slack + 0.02 * range.upper };
            prop_assert!(is_as_good, "{}: {found:?} {range:?}", index.name);
        }
    }
}

/// Forty counties that reported, and four that did not and have 80 to 120 each: the bounds are near to what completions have.
#[test]
fn bounds_are_near_to_the_extreme_completions() {
    let reported = (0..40_u32).map(|at| Drawn {
        known: (100.0 * (0.3 + 0.01 * f64::from(at)), 100.0),
        missing: (0.0, 0.0),
    });
    let silent = [Drawn {
        known: (0.0, 0.0),
        missing: (80.0, 120.0),
    }; 4];
    let drawn: Vec<Drawn> = reported.chain(silent).collect();
    let plausible = (0.2, 0.9);
    let weights = weights(&drawn, plausible).unwrap();
    let context = context(Better::Higher, drawn.len());
    let is_asked = |index: &&Index| {
        !matches!(
            index.family,
            Family::Ladder(_) | Family::Quantiles | Family::BestShare | Family::Unweighted(_)
        )
    };
    for index in INDICES.iter().filter(is_asked) {
        let range = weights.range(index, &context).unwrap();
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for mut places in ends(4).chain((0..=70).map(|level| vec![(1.0, f64::from(level) / 70.0); 4])) {
            let mut all = vec![(0.0, 0.0); 40];
            all.append(&mut places);
            let value = value(index, &completed(&drawn, plausible, &all), &context).unwrap();
            (lowest, highest) = (lowest.min(value), highest.max(value));
        }
        assert!(highest > lowest, "{}", index.name);
        let wide = range.upper - range.lower;
        assert!(
            lowest - range.lower < 0.15 * wide && range.upper - highest < 0.15 * wide,
            "{}: {range:?} {lowest} {highest}",
            index.name
        );
    }
}

/// Of one county nobody knows anything. Indices that have a limit of their own keep it, and others have no bounds.
#[test]
fn a_weight_without_a_limit_gives_no_infinite_bounds() {
    let drawn = [
        Drawn {
            known: (30.0, 100.0),
            missing: (0.0, 0.0),
        },
        Drawn {
            known: (50.0, 100.0),
            missing: (0.0, 0.0),
        },
        Drawn {
            known: (0.0, 0.0),
            missing: (0.0, f64::INFINITY),
        },
    ];
    let weights = weights(&drawn, (0.0, 1.0)).unwrap();
    let context = context(Better::Higher, 3);
    let of = |name: &str| {
        let index = INDICES.iter().find(|index| index.name == name).unwrap();
        weights.range(index, &context).map(|range| (range.lower, range.upper))
    };
    let is_near = |name: &str, upper: f64| {
        let (lower, found) = of(name).unwrap();
        assert_eq!(lower, 0.0, "{name}");
        assert!((found - upper).abs() < 1e-6 && found >= upper, "{name} {found}");
    };
    is_near("gini", 1.0);
    is_near("hoover", 1.0);
    is_near("atkinson_0_5", 1.0);
    is_near("variance_between", 0.25);
    is_near("population_attributable_risk", 0.6);
    for name in [
        "williamson_cv",
        "theil_t",
        "theil_l",
        "atkinson_1",
        "p90_p10",
        "slope_index",
    ] {
        assert_eq!(of(name), Err(Reason::RegisterIncomplete), "{name}");
    }
}
