//! Bounds of indices that depend on one or two points: the best unit, the reference member, quantiles.

use super::range::Range;
use super::region::{Region, Span};
use crate::pipeline::Better;
use crate::statistics::Reason;

/// The ratios where |best − μ| is smallest, and those where it is largest.
///
/// # Errors
/// The indicator has no better direction.
pub(super) fn best(region: &Region, better: Better) -> Result<[Vec<f64>; 2], Reason> {
    let spans = &region.spans;
    let ratios = |of: &dyn Fn(usize, &Span) -> f64| spans.iter().enumerate().map(|(at, span)| of(at, span)).collect();
    let by = |key: fn(&Span) -> f64| {
        let keyed = spans.iter().map(key).enumerate();
        keyed.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(at, _)| at)
    };
    match better {
        Better::Higher => {
            let level = spans.iter().map(|span| span.low).fold(f64::NEG_INFINITY, f64::max);
            // The best unit at its upper end, all others at their lower: the mean takes as little of it as may be.
            let chosen = by(|span| -(span.low + (1.0 - span.weight) * span.width()));
            Ok([
                ratios(&|_, span| span.high.min(level)),
                ratios(&|at, span| if at == chosen { span.high } else { span.low }),
            ])
        }
        Better::Lower => {
            let level = spans.iter().map(|span| span.high).fold(f64::INFINITY, f64::min);
            let chosen = by(|span| span.high - (1.0 - span.weight) * span.width());
            Ok([
                ratios(&|_, span| span.low.max(level)),
                ratios(&|at, span| if at == chosen { span.low } else { span.high }),
            ])
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

/// Smallest x at or below which at least `share` of the weight lies, with every unit at one end of its range.
fn quantile(region: &Region, share: f64, x: fn(&Span) -> f64) -> f64 {
    let mut units: Vec<(f64, f64)> = region.spans.iter().map(|span| (x(span), span.weight)).collect();
    units.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut below = 0.0;
    for (x, weight) in &units {
        below += weight;
        if below >= share - 1e-12 {
            return *x;
        }
    }
    units[units.len() - 1].0
}

/// Bounds of the ninth decile over the first: both rise with every ratio, and are taken apart.
///
/// # Errors
/// The first decile can be 0.
pub(super) fn quantiles(region: &Region) -> Result<Range, Reason> {
    let at = |share: f64| {
        [
            quantile(region, share, |span| span.low),
            quantile(region, share, |span| span.high),
        ]
    };
    let ([first_low, first_high], [ninth_low, ninth_high]) = (at(0.1), at(0.9));
    if first_low <= 0.0 {
        return Err(Reason::ZeroDivisor);
    }
    Ok(Range {
        lower: (ninth_low / first_high).max(1.0),
        upper: ninth_high / first_low,
        is_exact: false,
    })
}
