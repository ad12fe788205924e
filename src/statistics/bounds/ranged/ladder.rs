//! Bounds of the indices along an order of members, by arithmetic of intervals.
//!
//! With the share p, the ratio x and the rank R of each member, and ρ = R − ½, all of them follow from A = Σ p ρ (x − c), which is the same for every c, from μ = Σ p x
//! and from Σ p ρ² = (1 − Σ p³) ÷ 12: the slope is A ÷ Σ p ρ², the concentration index C is 2A ÷ μ, the absolute one 2A, that of Erreygers 8A, that of
//! Wagstaff 2A ÷ (μ (1 − μ)), and with
//! s = A ÷ (2 μ Σ p ρ²) the relative index is (1 + s) ÷ (1 − s).
//!
//! Σ p³ is at most the square of the largest share, so that the slope is finite wherever two members surely have weight and no weight is without a limit. Where the
//! arithmetic finds no limit for the relative index, the range of one weight is halved: the lower of both lower bounds and the higher of both upper bounds hold for the whole range.

use super::units::{Ranged, Units};
use crate::statistics::Reason;
use crate::statistics::bounds::defined::Extent;
use crate::statistics::bounds::ladder::Linear;
use crate::statistics::bounds::range::Range;
use crate::statistics::bounds::region::{Region, Span};
use crate::statistics::index::Ladder;

/// Ranges of weights that are halved at most.
const HALVINGS: usize = 64;

/// Share of a sum of so few terms that is taken for rounding.
const ROUNDING: f64 = 1e-14;

/// Lower and upper end.
type Interval = [f64; 2];

/// A member of the order.
struct Rung {
    share: Interval,
    /// ρ, from the middle of the order.
    rank: Interval,
    ratio: Interval,
}

/// # Errors
/// The index is undefined for a completion, or no limit of it is found. Where a weight has no limit: `unknown`.
pub(super) fn bounds(of: Ladder, units: &Units, order: &[usize], unknown: Reason) -> Result<Range, Reason> {
    let at = |group: &usize| units.0.iter().find(|unit| unit.least.group == *group).copied();
    let placed = Units(order.iter().filter_map(at).collect());
    if placed.0.len() < 2 {
        return Err(Reason::SingleGroup);
    }
    let told = |reason: Reason| if units.is_unlimited() { unknown } else { reason };
    if placed.0.iter().filter(|unit| unit.least.weight > 0.0).count() < 2 {
        return Err(told(Reason::SingleGroup));
    }
    let in_0_to_1 = units.lowest() >= 0.0 && units.highest() <= 1.0;
    if matches!(of, Ladder::ConcentrationErreygers | Ladder::ConcentrationWagstaff) && !in_0_to_1 {
        return Err(Reason::OutsideBounds);
    }
    let by_mean = matches!(
        of,
        Ladder::Concentration | Ladder::ConcentrationWagstaff | Ladder::Relative
    );
    if by_mean && placed.can_mean_nothing() {
        return Err(Reason::MeanNotPositive);
    }
    if of == Ladder::ConcentrationWagstaff && placed.can_mean_all() {
        return Err(Reason::ZeroDivisor);
    }
    // What is left to do, and what holds so far.
    let mut open = vec![placed.0];
    let mut found = [f64::INFINITY, f64::NEG_INFINITY];
    for halved in 0.. {
        let Some(own) = open.pop() else { break };
        let placed = Units(own);
        let [lower, upper] = interval(of, &placed);
        if lower.is_finite() && upper.is_finite() {
            found = [found[0].min(lower), found[1].max(upper)];
            continue;
        }
        if of == Ladder::Relative && !fits(&placed, order) {
            return Err(told(Reason::FitNotPositive));
        }
        match halves(&placed.0).filter(|_| halved < HALVINGS) {
            Some(halves) => open.extend(halves),
            None => return Err(told(Reason::NoFiniteBounds)),
        }
    }
    Ok(Range {
        lower: found[0],
        upper: found[1],
        is_exact: false,
    })
}

/// Whether the line that is fitted to the members is positive at both ends for each completion with the least weights, and with the largest.
fn fits(placed: &Units, order: &[usize]) -> bool {
    let ends: [fn(&Ranged) -> Span; 2] = [|unit| unit.least, |unit| unit.most];
    let is_positive = |end: fn(&Ranged) -> Span| -> Result<bool, Reason> {
        let region = Region::new(&placed.0.iter().map(end).collect::<Vec<_>>())?;
        Ok(Linear::new(Ladder::Relative, &region, order)?.is_positive(&region, true))
    };
    ends.into_iter().all(|end| is_positive(end) != Ok(false))
}

/// The same members with the widest range of a weight in two parts. None: all are known, or the widest has no limit.
fn halves(placed: &[Ranged]) -> Option<[Vec<Ranged>; 2]> {
    let width = |unit: &Ranged| unit.most.weight - unit.least.weight;
    let widest = placed
        .iter()
        .enumerate()
        .max_by(|a, b| width(a.1).total_cmp(&width(b.1)));
    let (at, widest) = widest.filter(|(_, unit)| width(unit) > 0.0 && !unit.is_unlimited())?;
    let halves = widest.halves();
    Some(halves.map(|half| {
        let mut own = placed.to_vec();
        own[at] = half;
        own
    }))
}

/// Of the members of the order, two of which surely have weight. Not finite where no limit is found.
fn interval(of: Ladder, placed: &Units) -> Interval {
    let rungs = rungs(&placed.0);
    let spread = spread(&rungs);
    let mean = [placed.lowest_mean(), placed.highest_mean()];
    let quotient = |of: &dyn Fn(&Rung) -> Interval| {
        let found = quotient(&rungs, of);
        let other = over(sum(&rungs, of), mean);
        [found[0].max(other[0]), found[1].min(other[1])]
    };
    match of {
        Ladder::Slope => over(sum(&rungs, &Rung::weight), spread),
        Ladder::Concentration => {
            let found = quotient(&|rung| rung.weight().map(|end| 2.0 * end));
            if placed.lowest() < 0.0 {
                found
            } else {
                found.map(|end| end.clamp(-1.0, 1.0))
            }
        }
        Ladder::ConcentrationAbsolute => sum(&rungs, &Rung::weight).map(|end| 2.0 * end),
        // 2A ÷ (μ (1 − μ)), of which the divisor is largest at the mean next to ½.
        Ladder::ConcentrationWagstaff => {
            let of_mean = |mean: f64| mean * (1.0 - mean);
            let largest = of_mean(0.5_f64.clamp(mean[0], mean[1].max(mean[0])));
            let smallest = of_mean(mean[0]).min(of_mean(mean[1]));
            over(sum(&rungs, &Rung::weight), [smallest, largest]).map(|end| (2.0 * end).clamp(-1.0, 1.0))
        }
        Ladder::ConcentrationErreygers => sum(&rungs, &Rung::weight).map(|end| (8.0 * end).clamp(-1.0, 1.0)),
        Ladder::Relative => {
            let ends = quotient(&|rung| over(rung.weight(), spread).map(|end| end / 2.0));
            if ends[0] > -1.0 && ends[1] < 1.0 {
                ends.map(|end| (1.0 + end) / (1.0 - end))
            } else {
                [f64::NEG_INFINITY, f64::INFINITY]
            }
        }
    }
}

impl Rung {
    /// p ρ.
    fn weight(&self) -> Interval {
        times(self.share, self.rank)
    }
}

fn rungs(placed: &[Ranged]) -> Vec<Rung> {
    let weights: Vec<Interval> = placed
        .iter()
        .map(|unit| [unit.least.weight, unit.most.weight])
        .collect();
    let total = |of: &[Interval]| of.iter().fold([0.0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
    let rung = |(at, unit): (usize, &Ranged)| {
        let (below, own, above) = (total(&weights[..at]), weights[at], total(&weights[at + 1..]));
        let others = [below[0] + above[0], below[1] + above[1]];
        Rung {
            share: [part(own[0], others[1]), part(own[1], others[0])],
            rank: [lowest_rank(below, own, above), -lowest_rank(above, own, below)],
            ratio: [unit.low(), unit.high()],
        }
    };
    placed.iter().enumerate().map(rung).collect()
}

/// A share of two weights, of which one may be infinite, or both: then it may be anything, here the least for the first and the most for the last.
fn part(own: f64, others: f64) -> f64 {
    match (own.is_infinite(), others.is_infinite()) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => own / (own + others),
    }
}

/// The least (below − above) ÷ 2 (below + own + above): as little as may be below, as much as may be above, and the middle as it makes it less.
fn lowest_rank(below: Interval, own: Interval, above: Interval) -> f64 {
    let (below, above) = (below[0], above[1]);
    if above.is_infinite() {
        return -0.5;
    }
    let own = if below < above { own[0] } else { own[1] };
    if own.is_infinite() {
        return 0.0;
    }
    (below - above) / (2.0 * (below + own + above))
}

/// The middle of all ratios, and what sums over their distances from it lose to rounding.
fn centre(rungs: &[Rung]) -> (f64, f64) {
    let ends = |end: usize| rungs.iter().map(move |rung| rung.ratio[end]);
    let lowest = ends(0).fold(f64::INFINITY, f64::min);
    let highest = ends(1).fold(f64::NEG_INFINITY, f64::max);
    let lost = ROUNDING * highest.abs().max(lowest.abs());
    (lowest + (highest - lowest) / 2.0, lost)
}

/// Σ r (x − c), r being p ρ or a multiple of it.
fn sum(rungs: &[Rung], of: &dyn Fn(&Rung) -> Interval) -> Interval {
    let (centre, lost) = centre(rungs);
    let term = |rung: &Rung| times(of(rung), rung.ratio.map(|x| x - centre));
    let add = |sum: Interval, own: Interval| [sum[0] + own[0], sum[1] + own[1]];
    let [least, most] = rungs.iter().map(term).fold([0.0; 2], add);
    [least - lost, most + lost]
}

/// Σ r (x − c) ÷ Σ p x, with the same ratios in both sums. Dinkelbach 1967.
fn quotient(rungs: &[Rung], of: &dyn Fn(&Rung) -> Interval) -> Interval {
    let smallest: f64 = rungs.iter().map(|rung| times(rung.share, rung.ratio)[0]).sum();
    if smallest <= 0.0 {
        return [f64::NEG_INFINITY, f64::INFINITY];
    }
    let (centre, lost) = centre(rungs);
    let terms = |sign: f64| -> Vec<Vec<[f64; 2]>> {
        let of_rung = |rung: &Rung| {
            let dividends = of(rung);
            let pairs = dividends.into_iter().flat_map(|r| rung.share.map(|share| (r, share)));
            let with = |(r, share): (f64, f64)| rung.ratio.map(|x| [sign * r * (x - centre), share * x]);
            pairs.flat_map(with).collect()
        };
        rungs.iter().map(of_rung).collect()
    };
    let [least, most] = [-1.0, 1.0].map(|sign| sign * largest_quotient(&terms(sign)));
    [least - lost / smallest, most + lost / smallest]
}

/// The largest Σ a ÷ Σ b with one of the pairs of a and b of each; every Σ b is positive.
fn largest_quotient(all: &[Vec<[f64; 2]>]) -> f64 {
    let mut ratio = f64::NEG_INFINITY;
    loop {
        let (mut above, mut below) = (0.0, 0.0);
        for pairs in all {
            let excess = |pair: &[f64; 2]| {
                if ratio.is_finite() {
                    pair[0] - ratio * pair[1]
                } else {
                    pair[0]
                }
            };
            let best = pairs.iter().fold(
                pairs[0],
                |best, pair| if excess(pair) > excess(&best) { *pair } else { best },
            );
            (above, below) = (above + best[0], below + best[1]);
        }
        let found = above / below;
        if !found.is_finite() {
            return f64::INFINITY;
        }
        let rises = found > ratio + f64::EPSILON * ratio.abs();
        if ratio.is_finite() && !rises {
            return ratio.max(found);
        }
        ratio = found;
    }
}

/// Σ p ρ².
fn spread(rungs: &[Rung]) -> Interval {
    let cubes = |end: usize| rungs.iter().map(|rung| rung.share[end].powi(3)).sum::<f64>();
    let largest = rungs.iter().map(|rung| rung.share[1]).fold(0.0, f64::max);
    let most = cubes(1).min(largest.powi(2));
    [1.0 - most - ROUNDING, 1.0 - cubes(0) + ROUNDING].map(|end| end / 12.0)
}

fn times(a: Interval, b: Interval) -> Interval {
    let products = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
    let least = products.into_iter().fold(f64::INFINITY, f64::min);
    [least, products.into_iter().fold(f64::NEG_INFINITY, f64::max)]
}

/// An interval over another of positive numbers; without limits where that can be 0.
fn over(a: Interval, b: Interval) -> Interval {
    if b[0] <= 0.0 {
        return [f64::NEG_INFINITY, f64::INFINITY];
    }
    times(a, [1.0 / b[1], 1.0 / b[0]])
}
