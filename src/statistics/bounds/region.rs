//! Units that are known within ranges, and their completions.

use crate::statistics::unit::Placed;
use crate::statistics::{Distribution, Reason};

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
    /// Weights are shares of their sum; none is 0.
    pub(super) spans: Vec<Span>,
    pub(super) lowest_mean: f64,
    pub(super) highest_mean: f64,
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
        // Sorted once here; the units of a completion are then nearly in order.
        spans.sort_by(|a, b| a.low.total_cmp(&b.low));
        let total: f64 = spans.iter().map(|span| span.weight).sum();
        spans.iter_mut().for_each(|span| span.weight /= total);
        let mean = |x: fn(&Span) -> f64| spans.iter().map(|span| span.weight * x(span)).sum();
        Ok(Region {
            lowest_mean: mean(|span| span.low),
            highest_mean: mean(|span| span.high),
            spans,
        })
    }

    /// Smallest ratio that any unit can have.
    pub(super) fn lowest(&self) -> f64 {
        self.spans.iter().map(|span| span.low).fold(f64::INFINITY, f64::min)
    }

    /// Largest ratio that any unit can have.
    pub(super) fn highest(&self) -> f64 {
        self.spans
            .iter()
            .map(|span| span.high)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// The same with 1 − x for x.
    pub(super) fn mirrored(&self) -> Region {
        let turn = |span: &Span| Span {
            low: 1.0 - span.high,
            high: 1.0 - span.low,
            ..*span
        };
        Region {
            spans: self.spans.iter().map(turn).collect(),
            lowest_mean: 1.0 - self.highest_mean,
            highest_mean: 1.0 - self.lowest_mean,
        }
    }

    /// The units with one ratio each.
    pub(super) fn completed(&self, ratio: impl Fn(usize, &Span) -> f64) -> Result<Distribution, Reason> {
        let own = |(at, span): (usize, &Span)| placed(ratio(at, span), span.weight, span.group);
        distribution(self.spans.iter().enumerate().map(own).collect())
    }

    /// The units at the ends of their ranges. Each part of a divided unit is a group of its own.
    pub(super) fn divided(&self, split: &Split) -> Result<Distribution, Reason> {
        let groups = 1 + self.spans.iter().map(|span| span.group).max().unwrap_or(0);
        let ends = self.spans.iter().zip(&split.0).flat_map(|(span, share)| {
            let low = placed(span.low, span.weight * (1.0 - share), span.group);
            let high = placed(span.high, span.weight * share, groups + span.group);
            [low, high].into_iter().filter(|unit| unit.weight > 0.0)
        });
        distribution(ends.collect())
    }
}

fn placed(x: f64, weight: f64, group: usize) -> Placed {
    Placed {
        x,
        weight,
        group,
        tie: 0,
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
    Distribution::of(&units)
}
