//! Bounds against the indices of completions: random ones, those of a grid, and all with every unit at an end of its range.

use proptest::prelude::*;

use super::defined::Extent;
use super::region::Region;
use super::{Completions, Range, Span};
use crate::pipeline::Better;
use crate::statistics::index::{Context, Family, INDICES, Index};
use crate::statistics::{Distribution, Reason};

/// Ends of a range in twentieths, and a weight.
type Drawn = (i8, u8, u8);

fn spans(drawn: &[Drawn]) -> Vec<Span> {
    let one = |(group, (low, width, weight)): (usize, &Drawn)| Span {
        low: f64::from(*low) / 20.0,
        high: f64::from(i16::from(*low) + i16::from(*width)).min(20.0) / 20.0,
        weight: f64::from(*weight),
        group,
    };
    drawn.iter().enumerate().map(one).collect()
}

fn context(better: Better, n: usize) -> Context {
    Context {
        better,
        reference: Some(0),
        order: (0..n).collect(),
    }
}

fn region(spans: &[Span]) -> Region {
    Region::new(spans).unwrap()
}

/// The index where each unit lies at a share of its range.
fn at(index: &Index, region: &Region, context: &Context, shares: &[f64]) -> Result<f64, Reason> {
    let ratio = |at: usize, span: &Span| {
        let share: f64 = shares[at];
        (span.low + share * (span.high - span.low)).clamp(span.low, span.high)
    };
    let all: Distribution = region.completed(ratio)?;
    Ok((index.compute)(&all, context)?.value)
}

fn range(index: &Index, spans: &[Span], context: &Context) -> Result<Range, Reason> {
    Completions::new(spans).unwrap().range(index, context)
}

/// Whether a divisor, or an end of the fitted line, is 0 but for rounding.
fn is_rounded(index: &Index, found: Result<f64, Reason>) -> bool {
    let is_line = index.name == "relative_index";
    found.is_ok_and(|value| value.abs() > 1e9 || value.is_nan() || (is_line && value < 1e-9))
}

/// Every combination of steps, one for each unit.
fn grid(units: usize, steps: usize) -> impl Iterator<Item = Vec<f64>> {
    (0..(steps + 1).pow(units as u32)).map(move |number| {
        let step = |unit: usize| number / (steps + 1).pow(unit as u32) % (steps + 1);
        (0..units).map(|unit| step(unit) as f64 / steps as f64).collect()
    })
}

fn drawn(units: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Drawn>> {
    // Half of the units are known, or nearly. Some can be all there is, and some are negative.
    let width = || prop_oneof![Just(0_u8), 0..2_u8, 0..20_u8];
    let one = |lows: std::ops::Range<i8>, width| (lows, width, 1..9_u8);
    prop_oneof![
        6 => proptest::collection::vec(one(0..20, width().boxed()), units.clone()),
        1 => proptest::collection::vec(one(0..20, Just(20_u8).boxed()), units.clone()),
        1 => proptest::collection::vec(one(-12..20, width().boxed()), units),
    ]
}

fn better() -> impl Strategy<Value = Better> {
    prop_oneof![Just(Better::Higher), Just(Better::Lower)]
}

proptest! {
    #[test]
    fn no_completion_has_an_index_outside_the_bounds(
        drawn in drawn(1..9),
        better in better(),
        shares in proptest::collection::vec(proptest::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64], 9), 60),
    ) {
        let spans = spans(&drawn);
        let (region, context) = (region(&spans), context(better, spans.len()));
        for index in INDICES {
            let Ok(range) = range(index, &spans, &context) else { continue };
            prop_assert!(range.lower.is_finite() && range.upper.is_finite(), "{}: {range:?} of {spans:?}", index.name);
            for shares in &shares {
                let found = at(index, &region, &context, shares);
                let value = found.unwrap_or_else(|reason| panic!("{} {reason:?} of {spans:?} at {shares:?}", index.name));
                let slack = 1e-9 * value.abs().max(1.0);
                prop_assert!(
                    range.lower - slack <= value && value <= range.upper + slack,
                    "{}: {value} is not in {range:?} of {spans:?} at {shares:?}", index.name,
                );
            }
        }
    }

    #[test]
    fn exact_bounds_are_those_of_some_completion(drawn in drawn(2..5), better in better()) {
        let spans = spans(&drawn);
        let (region, context) = (region(&spans), context(better, spans.len()));
        // The grid of four units has as many points as that of three.
        let steps = if spans.len() > 3 { 6 } else { 12 };
        let width = spans.iter().map(|span| span.high - span.low).sum::<f64>();
        for index in INDICES {
            let Ok(range) = range(index, &spans, &context) else { continue };
            if !range.is_exact {
                continue;
            }
            let lowest = grid(spans.len(), steps).map(|shares| at(index, &region, &context, &shares).unwrap()).fold(f64::INFINITY, f64::min);
            let highest = grid(spans.len(), 1).map(|shares| at(index, &region, &context, &shares).unwrap()).fold(f64::NEG_INFINITY, f64::max);
            let slack = 1e-9 * highest.abs().max(1.0);
            prop_assert!((range.upper - highest).abs() <= slack, "{}: {range:?} does not end at {highest}: {spans:?}", index.name);
            // Next to the lowest completion there is one of the grid.
            let near = (highest - lowest + 1e-6) * 0.3 + width / f64::from(steps as u32);
            prop_assert!(range.lower <= lowest + slack && lowest <= range.lower + near, "{}: {range:?} does not begin at {lowest}: {spans:?}", index.name);
        }
    }

    #[test]
    fn no_level_makes_units_more_equal_than_the_lower_bound(drawn in drawn(2..25), better in better()) {
        let spans = spans(&drawn);
        let (region, context) = (region(&spans), context(better, spans.len()));
        let by_level = |index: &&Index| matches!(index.family, Family::Separable(..) | Family::Gini(..) | Family::Deviation(..));
        for index in INDICES.iter().filter(by_level) {
            let Ok(range) = range(index, &spans, &context) else { continue };
            let at = |level: f64| {
                let all = region.completed(|_, span| level.clamp(span.low, span.high)).unwrap();
                (index.compute)(&all, &context).unwrap().value
            };
            // Ends are twentieths: all of them are tried, and then what is around the best of them.
            let scan = |from: f64, to: f64, step: f64| {
                let steps = ((to - from) / step).round() as i32;
                let levels = (0..=steps).map(move |number| from + step * f64::from(number));
                levels.map(|level| (at(level), level)).collect::<Vec<_>>()
            };
            let least = |found: &[(f64, f64)]| found.iter().map(|one| one.0).fold(f64::INFINITY, f64::min);
            let coarse = scan(region.lowest(), region.highest(), 0.01);
            let best = least(&coarse) + 1e-12;
            let levels = || coarse.iter().filter(|one| one.0 <= best).map(|one| one.1);
            let (from, to) = (levels().fold(f64::INFINITY, f64::min), levels().fold(f64::NEG_INFINITY, f64::max));
            let lowest = least(&scan(from - 0.01, to + 0.01, 0.0001)).min(best);
            let slack = 1e-4 * lowest.abs().max(1.0);
            prop_assert!(range.lower <= lowest + 1e-9 * lowest.abs().max(1.0), "{}: {lowest} is below {range:?} of {spans:?}", index.name);
            prop_assert!(lowest - range.lower < slack, "{}: {lowest} is far above {range:?} of {spans:?}", index.name);
        }
    }

    #[test]
    fn where_nothing_is_open_the_bounds_are_the_index(drawn in drawn(1..9), better in better()) {
        let known: Vec<Drawn> = drawn.into_iter().map(|(low, _, weight)| (low, 0, weight)).collect();
        let spans = spans(&known);
        let context = context(better, spans.len());
        // Where the mean is 0 but for rounding, an index may be undefined for one reason or for another.
        let has_no_mean = region(&spans).lowest_mean.abs() < 1e-12;
        for index in INDICES {
            let value = at(index, &region(&spans), &context, &vec![0.0; spans.len()]);
            match range(index, &spans, &context) {
                Ok(range) => {
                    let value = value.unwrap();
                    prop_assert!((range.lower - value).abs() < 1e-9 * value.max(1.0), "{} {range:?} {value}", index.name);
                    prop_assert!((range.upper - value).abs() < 1e-9 * value.max(1.0), "{} {range:?} {value}", index.name);
                }
                Err(reason) => {
                    let is_same = value == Err(reason) || value.is_err() && has_no_mean;
                    prop_assert!(is_same || is_rounded(index, value), "{} {reason:?} {value:?}", index.name);
                }
            }
        }
    }

    #[test]
    fn an_index_without_bounds_is_undefined_for_some_completion(drawn in drawn(2..5), better in better()) {
        let spans = spans(&drawn);
        let (region, context) = (region(&spans), context(better, spans.len()));
        for index in INDICES {
            if range(index, &spans, &context).is_err() {
                let undefined = grid(spans.len(), 1).any(|shares| {
                    let found = at(index, &region, &context, &shares);
                    found.is_err() || is_rounded(index, found)
                });
                prop_assert!(undefined, "{} is defined for {spans:?}", index.name);
            }
        }
    }
}
