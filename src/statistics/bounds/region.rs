//! Units that are known within ranges, and their completions.

use super::defined::Extent;
use crate::statistics::unit::Placed;
use crate::statistics::{Distribution, Reason};

/// Share of a sum that is taken for rounding.
pub(super) const ROUNDING: f64 = 1e-12;

/// A unit whose ratio lies in a range; its weight is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::statistics) struct Span {
    pub(in crate::statistics) low: f64,
    pub(in crate::statistics) high: f64,
    pub(in crate::statistics) weight: f64,
    /// As of [`crate::statistics::Unit`].
    pub(in crate::statistics) group: usize,
}

impl Span {
    pub(super) fn width(&self) -> f64 {
        self.high - self.low
    }
}

/// All completions of some units: each has any ratio within its range.
#[derive(Clone, Debug)]
pub(in crate::statistics) struct Region {
    /// In the order of their lower ends. Weights are shares of their sum; none is 0.
    pub(super) spans: Vec<Span>,
    pub(super) lowest_mean: f64,
    pub(super) highest_mean: f64,
    /// 1 − μ, summed on its own: near 1, a mean says little of what is left.
    pub(super) lowest_rest: f64,
    pub(super) highest_rest: f64,
}

/// How much of each unit's weight lies at the upper end of its range, the rest at the lower end. A completion has 0 and 1 alone; with
/// what lies between, an index is at least that of any completion of the same means.
#[derive(Clone, Debug)]
pub(super) struct Split(pub(super) Vec<f64>);

impl Split {
    /// Whether no unit is divided.
    pub(super) fn is_completion(&self) -> bool {
        self.0.iter().all(|share| *share == 0.0 || *share == 1.0)
    }
}

impl Region {
    /// Units without weight are left out.
    ///
    /// # Errors
    /// No unit has a weight.
    pub(in crate::statistics) fn new(spans: &[Span]) -> Result<Region, Reason> {
        let mut spans: Vec<Span> = spans.iter().filter(|span| span.weight > 0.0).copied().collect();
        if spans.is_empty() {
            return Err(Reason::NoUnits);
        }
        spans.sort_by(|a, b| a.low.total_cmp(&b.low));
        let total: f64 = spans.iter().map(|span| span.weight).sum();
        spans.iter_mut().for_each(|span| span.weight /= total);
        let mean = |x: fn(&Span) -> f64| spans.iter().map(|span| span.weight * x(span)).sum();
        Ok(Region {
            lowest_mean: mean(|span| span.low),
            highest_mean: mean(|span| span.high),
            lowest_rest: mean(|span| 1.0 - span.high),
            highest_rest: mean(|span| 1.0 - span.low),
            spans,
        })
    }

    /// Completions of 1 − x.
    ///
    /// # Errors
    /// There are no units, which cannot be.
    pub(super) fn mirrored(&self) -> Result<Region, Reason> {
        let turned = self.spans.iter().map(|span| Span {
            low: 1.0 - span.high,
            high: 1.0 - span.low,
            ..*span
        });
        Region::new(&turned.collect::<Vec<_>>())
    }

    /// Units of some groups, of which each weighs as much as any other.
    ///
    /// # Errors
    /// There are no units in these groups.
    pub(super) fn unweighted(&self, groups: &[usize]) -> Result<Region, Reason> {
        let own = self.spans.iter().filter(|span| groups.contains(&span.group));
        let alike = own.map(|span| Span { weight: 1.0, ..*span });
        Region::new(&alike.collect::<Vec<_>>())
    }

    /// The units with one ratio each.
    pub(super) fn completed(&self, ratio: impl Fn(usize, &Span) -> f64) -> Result<Distribution, Reason> {
        let own = |(at, span): (usize, &Span)| Placed {
            x: ratio(at, span),
            weight: span.weight,
            group: span.group,
            tie: 0,
        };
        distribution(self.spans.iter().enumerate().map(own).collect())
    }

    /// Ratio and weight of the units at the ends of their ranges. A divided unit is at both.
    pub(super) fn divided(&self, split: &Split) -> impl Iterator<Item = (f64, f64)> + Clone {
        self.spans.iter().zip(&split.0).flat_map(|(span, share)| {
            let [low, high] = [
                (span.low, span.weight * (1.0 - share)),
                (span.high, span.weight * share),
            ];
            [low, high].into_iter().filter(|unit| unit.1 > 0.0)
        })
    }
}

impl Extent for Region {
    fn lowest(&self) -> f64 {
        self.spans.iter().map(|span| span.low).fold(f64::INFINITY, f64::min)
    }

    fn highest(&self) -> f64 {
        self.spans
            .iter()
            .map(|span| span.high)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    fn can_mean_nothing(&self) -> bool {
        let size: f64 = self.spans.iter().map(|span| span.weight * span.low.abs()).sum();
        self.lowest_mean <= ROUNDING * size
    }

    fn can_mean_all(&self) -> bool {
        self.lowest_rest <= ROUNDING
    }
}

fn distribution(mut units: Vec<Placed>) -> Result<Distribution, Reason> {
    units.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut tie = 0;
    let mut before = f64::NEG_INFINITY;
    for unit in &mut units {
        tie += u32::from(unit.x > before);
        before = unit.x;
        unit.tie = tie;
    }
    Distribution::of(&units, None)
}
