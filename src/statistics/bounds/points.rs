//! Bounds of indices that depend on one or two points: the best unit, the reference member.

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
    let farthest = |r: f64| -> f64 {
        others()
            .map(|span| span.weight * f64::max(r - span.low, span.high - r))
            .sum()
    };
    let nearest = |r: f64| -> f64 {
        others()
            .map(|span| span.weight * (span.low - r).max(r - span.high).max(0.0))
            .sum()
    };
    // Both sums are convex in μr.
    Ok(Range {
        lower: nearest(middle(others()).clamp(from, to)),
        upper: f64::max(farthest(from), farthest(to)),
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
