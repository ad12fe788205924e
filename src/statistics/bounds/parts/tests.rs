//! The bounds of the parts against the parts of completions: any missing denominator within the bracket of each unit, any plausible ratio of what is missing, and all
//! ends of both.

use proptest::prelude::*;

use super::{Groups, PartRanges, Range};
use crate::pipeline::Better;
use crate::statistics::bounds::{Completions, Known, Outcomes, RangedWeights};
use crate::statistics::index::{Context, INDICES, Index, Part};
use crate::statistics::unit::Placed;
use crate::statistics::{Distribution, Reason};

/// A unit: what is known of it, what the missing denominator lies between, and its group.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    known: (f64, f64),
    missing: (f64, f64),
    group: usize,
}

/// Stands for what nothing limits.
const HUGE: f64 = 1e8;

impl Drawn {
    fn known(&self) -> Known {
        let (numerator, denominator) = self.known;
        Known {
            numerator,
            denominator,
            ratio: if denominator > 0.0 {
                numerator / denominator
            } else {
                0.0
            },
            group: self.group,
        }
    }

    fn at(&self, place: f64) -> f64 {
        let (least, most) = self.missing;
        if most.is_finite() {
            return least + place * (most - least);
        }
        least + [0.0, 1.0, 20.0, 1e4, HUGE][(place * 4.0).round() as usize]
    }
}

/// All units together, and their groups.
fn outcomes(drawn: &[Drawn], plausible: (f64, f64)) -> Result<(Outcomes, Groups), Reason> {
    let (mut spans, mut ranged) = (Vec::new(), Vec::new());
    for one in drawn {
        if one.missing.0 < one.missing.1 {
            ranged.push(one.known().between(one.missing, plausible)?);
        } else {
            spans.push(one.known().with(one.missing.0, plausible));
        }
    }
    let unknown = (!ranged.is_empty()).then_some(Reason::RegisterIncomplete);
    let whole = match unknown {
        None => Outcomes::Weighted(Box::new(Completions::new(&spans)?)),
        Some(unknown) => Outcomes::Ranged(Box::new(RangedWeights::new(&spans, &ranged, unknown)?)),
    };
    Ok((whole, Groups::new(&spans, &ranged, unknown)?))
}

/// The units in one completion: places of the missing denominators and of their ratios.
fn completed(drawn: &[Drawn], (low, high): (f64, f64), places: &[(f64, f64)]) -> Result<Distribution, Reason> {
    let one = |(drawn, (size, ratio)): (&Drawn, &(f64, f64))| {
        let missing = drawn.at(*size);
        let weight = drawn.known.1 + missing;
        let numerator = drawn.known.0 + (low + ratio * (high - low)) * missing;
        (weight > 0.0).then(|| Placed {
            x: numerator / weight,
            weight,
            group: drawn.group,
            tie: 0,
        })
    };
    let mut placed: Vec<Placed> = drawn.iter().zip(places).filter_map(one).collect();
    placed.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.group.cmp(&b.group)));
    for at in 1..placed.len() {
        placed[at].tie = placed[at - 1].tie + u32::from(placed[at].x > placed[at - 1].x);
    }
    Distribution::of(&placed, None)
}

fn context() -> Context {
    Context {
        better: Better::Higher,
        reference: None,
        order: Vec::new(),
    }
}

/// The parts of every index that has some, with bounds.
fn bounded(drawn: &[Drawn], plausible: (f64, f64)) -> Vec<(&'static Index, Range, PartRanges)> {
    let Ok((whole, groups)) = outcomes(drawn, plausible) else {
        return Vec::new();
    };
    let with_parts = INDICES.iter().filter(|index| !index.parts.is_empty());
    with_parts
        .filter_map(|index| {
            let range = whole.range(index, &context()).ok()?;
            Some((index, range, groups.ranges(index, range)))
        })
        .collect()
}

/// Units of up to four groups; of some the missing denominator has a bracket if `brackets`.
fn drawn(brackets: bool, lows: std::ops::Range<i32>) -> impl Strategy<Value = Vec<Drawn>> {
    let missing = prop_oneof![
        3 => Just((0, Some(0))),
        3 => (0..30_u32).prop_map(|size| (size, Some(0))),
        3 => (0..30_u32, 1..60_u32).prop_map(move |(least, wide)| (least, Some(if brackets { wide } else { 0 }))),
        1 => (0..30_u32).prop_map(move |least| (least, if brackets { None } else { Some(0) })),
    ];
    let one = (0..40_u32, lows, missing, 0..4_usize).prop_map(|(denominator, twentieths, (least, wide), group)| {
        let (denominator, least) = (f64::from(denominator), f64::from(least));
        Drawn {
            known: (denominator * f64::from(twentieths) / 20.0, denominator),
            missing: (least, wide.map_or(f64::INFINITY, |wide| least + f64::from(wide))),
            group,
        }
    });
    prop::collection::vec(one, 1..7)
}

fn plausible() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![
        1 => Just((0.0, 1.0)),
        3 => (0..15_u32, 0..6_u32).prop_map(|(low, wide)| (f64::from(low) / 20.0, f64::from(low + wide) / 20.0)),
    ]
}

fn places() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let end = || prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64];
    prop::collection::vec(prop::collection::vec((end(), end()), 7), 30)
}

/// All ends of the ratios, each with all weights at one end.
fn ends(units: usize) -> impl Iterator<Item = Vec<(f64, f64)>> {
    (0..2_u32 << units).map(move |number| {
        let bit = |at: usize| f64::from(number >> at & 1);
        (0..units).map(|unit| (bit(units), bit(unit))).collect()
    })
}

/// Places of the ratios on a grid, of units whose weights are known.
fn grid(units: usize, steps: usize) -> impl Iterator<Item = Vec<(f64, f64)>> {
    (0..(steps + 1).pow(units as u32)).map(move |number| {
        let step = |unit: usize| number / (steps + 1).pow(unit as u32) % (steps + 1);
        (0..units).map(|unit| (0.0, step(unit) as f64 / steps as f64)).collect()
    })
}

proptest! {
    #[test]
    fn no_completion_has_a_part_outside_the_bounds(
        drawn in prop_oneof![3 => drawn(false, 0..21), 3 => drawn(true, 0..21), 1 => drawn(true, -10..21)],
        plausible in plausible(),
        places in places(),
    ) {
        let bounded = bounded(&drawn, plausible);
        for places in places.iter().cloned().chain(ends(drawn.len())) {
            let Ok(all) = completed(&drawn, plausible, &places) else { continue };
            for (index, whole, ranges) in &bounded {
                let Ok(parts) = (index.compute)(&all, &context()) else { continue };
                let slack = 1e-9 * whole.upper.abs().max(1e-6);
                for part in index.parts {
                    let (range, value) = (ranges.of(*part), parts.of(*part).unwrap());
                    prop_assert!(range.lower.is_finite() && range.upper.is_finite() && range.lower <= range.upper, "{} {range:?}", index.name);
                    let holds = range.lower - slack <= value && value <= range.upper + slack;
                    prop_assert!(holds, "{} {}: {value} is not in {range:?} of {places:?}", index.name, part.name());
                }
            }
        }
    }

    #[test]
    fn exact_bounds_of_parts_are_those_of_some_completion(mut drawn in drawn(false, 0..21), plausible in plausible()) {
        drawn.truncate(4);
        let steps = 8;
        let bounded = bounded(&drawn, plausible);
        let all: Vec<Distribution> = grid(drawn.len(), steps).filter_map(|places| completed(&drawn, plausible, &places).ok()).collect();
        for (index, whole, ranges) in &bounded {
            for part in index.parts.iter().filter(|part| ranges.of(**part).is_exact) {
                let range = ranges.of(*part);
                let values = || all.iter().filter_map(|all| (index.compute)(all, &context()).ok()?.of(*part));
                let (lowest, highest) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
                // The largest value is at ends; next to the lowest completion there is one of the grid.
                let slack = 1e-9 * whole.upper.abs().max(1.0);
                prop_assert!((range.upper - highest).abs() <= slack, "{} {}: {range:?} does not end at {highest}", index.name, part.name());
                let near = (highest - lowest) * 0.3 + 0.05;
                prop_assert!(range.lower <= lowest + slack && lowest <= range.lower + near, "{} {}: {range:?} does not begin at {lowest}", index.name, part.name());
            }
        }
    }

    #[test]
    fn where_nothing_is_open_the_bounds_are_the_parts(known in prop::collection::vec((1..30_u32, 1..21_u32, 0..3_usize), 1..9)) {
        let of = |(denominator, twentieths, group): &(u32, u32, usize)| Drawn {
            // Whole numbers, so that equal ratios are equal.
            known: (f64::from(denominator * twentieths), f64::from(denominator * 20)),
            missing: (0.0, 0.0),
            group: *group,
        };
        let drawn: Vec<Drawn> = known.iter().map(of).collect();
        let all = completed(&drawn, (0.0, 1.0), &[(0.0, 0.0); 9]).unwrap();
        for (index, _, ranges) in bounded(&drawn, (0.0, 1.0)) {
            let parts = (index.compute)(&all, &context()).unwrap();
            for part in index.parts {
                let (range, value) = (ranges.of(*part), parts.of(*part).unwrap());
                let is_near = |end: f64| (end - value).abs() < 1e-9;
                prop_assert!(is_near(range.lower) && is_near(range.upper), "{} {}: {range:?} {value}", index.name, part.name());
            }
        }
    }

    #[test]
    fn the_bounds_of_two_parts_leave_no_more_than_those_of_the_index(drawn in drawn(true, 0..21), plausible in plausible()) {
        for (index, whole, ranges) in bounded(&drawn, plausible) {
            let size = if index.name == "williamson_cv" { whole.upper.powi(2) } else { whole.upper };
            let slack = 1e-9 * size.max(1e-9);
            for part in index.parts {
                prop_assert!(ranges.of(*part).upper <= size + slack, "{} {}", index.name, part.name());
            }
        }
    }
}

/// Forty counties in four groups reported, and four did not, one of each group: the bounds are near to what completions have.
#[test]
fn bounds_are_near_to_the_parts_of_extreme_completions() {
    let reported = (0..40_u32).map(|at| Drawn {
        known: (100.0 * (0.3 + 0.01 * f64::from(at)), 100.0),
        missing: (0.0, 0.0),
        group: at as usize / 10,
    });
    for missing in [(100.0, 100.0), (80.0, 120.0)] {
        let silent = (0..4).map(|group| Drawn {
            known: (0.0, 0.0),
            missing,
            group,
        });
        let drawn: Vec<Drawn> = reported.clone().chain(silent).collect();
        let plausible = (0.2, 0.9);
        let bounded = bounded(&drawn, plausible);
        assert_eq!(bounded.len(), 5);
        for (index, _, ranges) in bounded {
            for part in index.parts {
                let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
                for mut places in grid(4, 5).chain(ends(4)) {
                    let mut all = vec![(0.0, 0.0); 40];
                    all.append(&mut places);
                    let all = completed(&drawn, plausible, &all).unwrap();
                    let value = (index.compute)(&all, &context()).unwrap().of(*part).unwrap();
                    (lowest, highest) = (lowest.min(value), highest.max(value));
                }
                let (range, name) = (ranges.of(*part), (index.name, part.name()));
                let (wide, reached) = (range.upper - range.lower, highest - lowest);
                // Between and overlap of Gini follow from ranks, which are taken apart from the ratios.
                let is_apart = index.name.starts_with("gini") && *part != Part::Within;
                assert!(
                    reached > wide * if is_apart { 0.25 } else { 0.9 },
                    "{name:?}: {range:?} {lowest} {highest}"
                );
            }
        }
    }
}

/// Two groups of two: by hand.
#[test]
fn the_within_part_of_theil_l_is_that_of_each_group_by_its_share() {
    let of = |x: f64, missing: f64, group: usize| Drawn {
        known: if missing > 0.0 { (0.0, 0.0) } else { (x * 100.0, 100.0) },
        missing: (missing, missing),
        group,
    };
    // The first group is 0.2 and 0.4, the second 0.5 and one of 0.8 to 0.9.
    let drawn = [of(0.2, 0.0, 0), of(0.4, 0.0, 0), of(0.5, 0.0, 1), of(0.0, 100.0, 1)];
    let l = |a: f64, b: f64| ((a + b) / 2.0).ln() - (a.ln() + b.ln()) / 2.0;
    let found = bounded(&drawn, (0.8, 0.9));
    let (_, _, ranges) = found.iter().find(|(index, ..)| index.name == "theil_l").unwrap();
    let within = ranges.within;
    assert!(within.is_exact);
    assert!(
        (within.lower - (l(0.2, 0.4) + l(0.5, 0.8)) / 2.0).abs() < 1e-12,
        "{within:?}"
    );
    assert!(
        (within.upper - (l(0.2, 0.4) + l(0.5, 0.9)) / 2.0).abs() < 1e-12,
        "{within:?}"
    );
    // The means are 0.3 and 0.65 to 0.7.
    let between = ranges.between;
    assert!(between.is_exact);
    assert!(
        (between.lower - l(0.3, 0.65)).abs() < 1e-12 && (between.upper - l(0.3, 0.7)).abs() < 1e-12,
        "{between:?}"
    );
}
