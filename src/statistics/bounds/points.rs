//! Bounds of indices that depend on one or two points: the best unit, the reference member, the mean.

use super::range::Range;
use super::region::{Region, Span};
use crate::pipeline::Better;
use crate::statistics::Reason;

/// Bounds of |best − μ|.
///
/// # Errors
/// The indicator has no better direction.
pub(super) fn best(region: &Region, better: Better) -> Result<Range, Reason> {
    let spans = &region.spans;
    let from = |best: f64, ratio: &dyn Fn(usize, &Span) -> f64| -> f64 {
        let gap = |(at, span): (usize, &Span)| span.weight * (best - ratio(at, span)).abs();
        spans.iter().enumerate().map(gap).sum()
    };
    let lowest = |key: fn(&Span) -> f64| {
        let keyed = spans.iter().map(key).enumerate();
        keyed.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(at, _)| at)
    };
    match better {
        Better::Higher => {
            let level = spans.iter().map(|span| span.low).fold(f64::NEG_INFINITY, f64::max);
            // The best unit at its upper end, all others at their lower: the mean takes as little of it as may be.
            let best = lowest(|span| -(span.low + (1.0 - span.weight) * span.width()));
            Ok(Range::exact(
                from(level, &|_, span| span.high.min(level)),
                from(spans[best].high, &|at, span| {
                    if at == best { span.high } else { span.low }
                }),
            ))
        }
        Better::Lower => {
            let level = spans.iter().map(|span| span.high).fold(f64::INFINITY, f64::min);
            let best = lowest(|span| span.high - (1.0 - span.weight) * span.width());
            Ok(Range::exact(
                from(level, &|_, span| span.low.max(level)),
                from(spans[best].low, &|at, span| {
                    if at == best { span.low } else { span.high }
                }),
            ))
        }
        Better::Neither => Err(Reason::NoDirection),
    }
}

/// Bounds of |best − μ| / μ, of ratios that are not negative and means above 0: those of best / μ.
///
/// # Errors
/// The indicator has no better direction.
pub(super) fn best_share(region: &Region, better: Better) -> Result<Range, Reason> {
    let spans = &region.spans;
    let ends = |level: f64, mean: f64| (level - mean).abs() / mean;
    let mean_of = |ratio: &dyn Fn(&Span) -> f64| spans.iter().map(|span| span.weight * ratio(span)).sum();
    match better {
        Better::Higher => {
            let level = spans.iter().map(|span| span.low).fold(f64::NEG_INFINITY, f64::max);
            // One unit at its upper end, all others at their lower.
            let moved = |span: &Span| ends(span.high.max(level), region.lowest_mean + span.weight * span.width());
            Ok(Range::exact(
                ends(level, mean_of(&|span| span.high.min(level))),
                spans.iter().map(moved).fold(ends(level, region.lowest_mean), f64::max),
            ))
        }
        Better::Lower => {
            let level = spans.iter().map(|span| span.high).fold(f64::INFINITY, f64::min);
            let moved = |span: &Span| ends(span.low.min(level), region.highest_mean - span.weight * span.width());
            Ok(Range::exact(
                ends(level, mean_of(&|span| span.low.max(level))),
                spans.iter().map(moved).fold(ends(level, region.highest_mean), f64::max),
            ))
        }
        Better::Neither => Err(Reason::NoDirection),
    }
}

/// Bounds of Σ |x − μ| / n, or of the same over μ, of units of equal weight. `from` and `to` are the lowest and the highest μ, which is taken to move
/// apart from the units.
pub(super) fn unweighted_from_mean(alike: &Region, (from, to): (f64, f64), is_over_mean: bool) -> Range {
    let all = || alike.spans.iter();
    let nearest = nearest(all(), middle(all()).clamp(from, to));
    // Convex in the mean, and over the mean convex in its reciprocal: highest at an end.
    let ends = [from, to].map(|mean| (farthest(all(), mean), mean));
    let (lower, [first, last]) = if is_over_mean {
        (nearest / to, ends.map(|(sum, mean)| sum / mean))
    } else {
        (nearest, ends.map(|(sum, _)| sum))
    };
    Range {
        lower,
        upper: first.max(last),
        is_exact: false,
    }
}

/// The largest Σ w |x − r| of ratios within their ranges.
fn farthest<'a>(spans: impl Iterator<Item = &'a Span>, r: f64) -> f64 {
    spans
        .map(|span| span.weight * f64::max(r - span.low, span.high - r))
        .sum()
}

/// The smallest.
fn nearest<'a>(spans: impl Iterator<Item = &'a Span>, r: f64) -> f64 {
    spans
        .map(|span| span.weight * (span.low - r).max(r - span.high).max(0.0))
        .sum()
}

/// Bounds of Σ w |x − μr|. They are exact where the reference member is one unit; else its units are taken to move apart from their mean.
///
/// # Errors
/// No unit of the reference member has weight.
pub(super) fn reference(region: &Region, reference: Option<usize>) -> Result<Range, Reason> {
    let own = || region.spans.iter().filter(|span| Some(span.group) == reference);
    let weight: f64 = own().map(|span| span.weight).sum();
    if weight <= 0.0 {
        return Err(Reason::NoReference);
    }
    let is_one = own().count() == 1;
    let [from, to] = if is_one {
        own().fold([0.0; 2], |_, span| [span.low, span.high])
    } else {
        let mean = |x: fn(&Span) -> f64| own().map(|span| span.weight * x(span)).sum::<f64>() / weight;
        [mean(|span| span.low), mean(|span| span.high)]
    };
    let others = || {
        region
            .spans
            .iter()
            .filter(|span| !is_one || Some(span.group) != reference)
    };
    // Both sums are convex in μr.
    Ok(Range {
        lower: nearest(others(), middle(others()).clamp(from, to)),
        upper: f64::max(farthest(others(), from), farthest(others(), to)),
        is_exact: is_one,
    })
}

/// Where the weight of the ranges below is first as large as that of the ranges above.
fn middle<'a>(spans: impl Iterator<Item = &'a Span> + Clone) -> f64 {
    let mut turns: Vec<(f64, f64)> = spans
        .clone()
        .flat_map(|span| [(span.low, span.weight), (span.high, span.weight)])
        .collect();
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut slope = -spans.map(|span| span.weight).sum::<f64>();
    for (x, weight) in &turns {
        slope += weight;
        if slope >= 0.0 {
            return *x;
        }
    }
    turns.last().map_or(0.0, |turn| turn.0)
}
