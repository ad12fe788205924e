//! Bounds of indices that depend on one or two points: quantiles, the best unit, the reference member.
//!
//! Ratio and weight of a unit are taken to lie anywhere in their ranges, each whatever the other is: that is more than can be, so the bounds hold.

use super::fraction::Fraction;
use super::units::{Ranged, Units};
use crate::statistics::Reason;
use crate::statistics::bounds::range::Range;

/// Breaks of a convex function up to which each is tried; more are taken together in as many stretches.
const BREAKS: usize = 256;

/// What a share of the weight may miss for rounding.
const ROUNDING: f64 = 1e-9;

/// The ninth decile over the first. None: the first may be 0, as far as ratios and weights that are free of each other can tell.
pub(super) fn deciles(units: &Units) -> Option<Range> {
    let [first, ninth] = [0.1, 0.9].map(|share| [lowest_quantile(units, share), highest_quantile(units, share)]);
    if first[0] <= 0.0 {
        return None;
    }
    Some(Range {
        lower: (ninth[0] / first[1]).max(1.0),
        upper: ninth[1] / first[0],
        is_exact: false,
    })
}

/// The highest level at or below which at least `share` of the weight lies: units at or below it weigh as little as they can, those above it as much.
fn highest_quantile(units: &Units, share: f64) -> f64 {
    let ascending = ascending(units, Ranged::high);
    // From the top down, so that nothing is subtracted.
    let mut above = vec![0.0; ascending.len()];
    for at in (1..ascending.len()).rev() {
        above[at - 1] = above[at] + ascending[at].1.most.weight;
    }
    let mut below = 0.0;
    for ((level, unit), above) in ascending.iter().zip(&above) {
        below += unit.least.weight;
        if below >= (share + ROUNDING) * (below + above) && below > 0.0 {
            return *level;
        }
    }
    ascending.last().map_or(0.0, |last| last.0)
}

/// The lowest such level: the other way round.
fn lowest_quantile(units: &Units, share: f64) -> f64 {
    let ascending = ascending(units, Ranged::low);
    let mut above = vec![0.0; ascending.len()];
    for at in (1..ascending.len()).rev() {
        above[at - 1] = above[at] + ascending[at].1.least.weight;
    }
    let mut below = 0.0;
    for ((level, unit), above) in ascending.iter().zip(&above) {
        below += unit.most.weight;
        if below.is_infinite() || below >= (share - ROUNDING) * (below + above) {
            return *level;
        }
    }
    ascending.last().map_or(0.0, |last| last.0)
}

fn ascending(units: &Units, end: fn(&Ranged) -> f64) -> Vec<(f64, &Ranged)> {
    let mut all: Vec<(f64, &Ranged)> = units.0.iter().map(|unit| (end(unit), unit)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

/// The highest ratio less the mean.
pub(super) fn highest_less_mean(units: &Units) -> Range {
    // A unit that may have no weight is the best only if it has some.
    let certain = units.0.iter().filter(|unit| unit.least.weight > 0.0);
    let level = certain.map(Ranged::low).reduce(f64::max);
    let lower = level.map_or(0.0, |level| {
        -Fraction::of_weights(units, |_, unit| [(unit.high() - level).min(0.0), 1.0])
            .highest()
            .value
    });
    let mean = units.lowest_mean();
    let mut candidates: Vec<(f64, usize)> = units.0.iter().map(Ranged::high).zip(0..).collect();
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut upper = 0.0;
    for (best, own) in candidates {
        if best - mean <= upper {
            break;
        }
        // All others at their lower ends, against the best at its upper end.
        let gap = |at: usize, unit: &Ranged| [if at == own { 0.0 } else { best - unit.low() }, 1.0];
        if units
            .0
            .iter()
            .enumerate()
            .map(|(at, unit)| rise(unit, gap(at, unit)[0] - upper))
            .sum::<f64>()
            > 0.0
        {
            upper = Fraction::of_weights(units, gap).highest().value.max(upper);
        }
    }
    Range {
        lower,
        upper,
        is_exact: false,
    }
}

/// The most that a unit can add to Σ w f.
fn rise(unit: &Ranged, f: f64) -> f64 {
    if f > 0.0 {
        unit.most.weight * f
    } else {
        unit.least.weight * f
    }
}

/// Bounds of Σ w |x − μr|, μr being the mean of the reference member. Its units are taken to move apart from their mean, unless it is one.
///
/// # Errors
/// No unit of the reference member has weight for certain.
pub(super) fn reference(units: &Units, reference: Option<usize>, unknown: Reason) -> Result<Range, Reason> {
    let is_own = |unit: &Ranged| Some(unit.least.group) == reference;
    let own = Units(units.0.iter().filter(|unit| is_own(unit)).copied().collect());
    if own.0.is_empty() {
        return Err(Reason::NoReference);
    }
    if own.0.iter().all(|unit| unit.least.weight <= 0.0) {
        return Err(unknown);
    }
    let is_one = own.0.len() == 1;
    let (from, to) = (own.lowest_mean(), own.highest_mean());
    let is_at_mean = |unit: &Ranged| is_one && is_own(unit);
    let farthest = |mean: f64| {
        let distance = |unit: &Ranged| (mean - unit.low()).max(unit.high() - mean);
        let of = |_: usize, unit: &Ranged| [if is_at_mean(unit) { 0.0 } else { distance(unit) }, 1.0];
        Fraction::of_weights(units, of).highest().value
    };
    // The least distance with the mean in a stretch.
    let nearest = |(from, to): (f64, f64)| {
        let distance = |unit: &Ranged| (unit.low() - to).max(from - unit.high()).max(0.0);
        let of = |_: usize, unit: &Ranged| [if is_at_mean(unit) { 0.0 } else { -distance(unit) }, 1.0];
        -Fraction::of_weights(units, of).highest().value
    };
    // For any weights, both are convex in μr: the one is largest at an end, the other least at an end or where it bends.
    Ok(Range {
        lower: stretches(units, (from, to))
            .into_iter()
            .map(nearest)
            .fold(f64::INFINITY, f64::min),
        upper: f64::max(farthest(from), farthest(to)),
        is_exact: false,
    })
}

/// The ends of ranges between two ends and these themselves, or stretches without a gap where there are too many.
fn stretches(units: &Units, (from, to): (f64, f64)) -> Vec<(f64, f64)> {
    let ends = units.0.iter().flat_map(|unit| [unit.low(), unit.high()]);
    let mut breaks: Vec<f64> = ends.filter(|end| from < *end && *end < to).chain([from, to]).collect();
    breaks.sort_by(f64::total_cmp);
    breaks.dedup();
    if breaks.len() <= BREAKS {
        return breaks.into_iter().map(|end| (end, end)).collect();
    }
    let each = breaks.len().div_ceil(BREAKS);
    let firsts = breaks.iter().step_by(each).copied();
    let lasts = breaks.iter().step_by(each).skip(1).copied().chain([to]);
    firsts.zip(lasts).collect()
}
