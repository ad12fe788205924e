//! The completions that are furthest apart, for indices that follow from the mean and Σ w φ(x) with a convex φ.
//!
//! The largest value is at ends of ranges, but which ends is a problem that no fast method solves (Ferson et al. 2005: the largest variance of interval
//! data is NP-hard). Where a unit may be divided between both ends, the units that are at the upper end are those whose chord of φ is
//! steepest: all but one are whole, and what is found is at least the largest value. If the one is whole too, it is the largest value.

use super::region::{Region, Span, Split};
use crate::statistics::index::Separable;

/// Halvings of the share of one unit.
const HALVINGS: usize = 53;

/// The convex functions, about a centre so that nothing is lost to rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// (x − c)².
    Square,
    /// (x/c) ln (x/c).
    TheilT,
    /// −ln (x/c).
    TheilL,
    /// −√(x/c).
    Root,
}

impl Term {
    pub(super) fn of(index: Separable) -> Term {
        match index {
            Separable::Variance | Separable::Williamson | Separable::VarianceNormalised => Term::Square,
            Separable::TheilT => Term::TheilT,
            Separable::TheilL => Term::TheilL,
            Separable::AtkinsonHalf => Term::Root,
        }
    }

    fn at(self, x: f64, centre: f64) -> f64 {
        let ratio = x / centre;
        match self {
            Term::Square => (x - centre).powi(2),
            Term::TheilT if x == 0.0 => 0.0,
            Term::TheilT => ratio * ratio.ln(),
            Term::TheilL => -ratio.ln(),
            Term::Root => -ratio.sqrt(),
        }
    }

    /// The slope of the chord over a range; `at_low` is the function at its lower end.
    fn chord(self, span: &Span, at_low: f64, centre: f64) -> f64 {
        let (low, high) = (span.low, span.high);
        match self {
            Term::Square => low + high - 2.0 * centre,
            Term::TheilT => (self.at(high, centre) - at_low) / (high - low),
            Term::TheilL => -((high - low) / low).ln_1p() / (high - low),
            Term::Root => -1.0 / (centre.sqrt() * (low.sqrt() + high.sqrt())),
        }
    }
}

/// The mean and Σ w φ(x).
#[derive(Clone, Copy, Debug)]
struct State {
    mean: f64,
    sum: f64,
}

/// The completions on the way from all units at their lower ends to all at their upper ends, steepest chords first.
pub(super) struct Path {
    centre: f64,
    /// The open units in this order.
    steps: Vec<Step>,
    units: usize,
}

/// An open unit moves from its lower to its upper end.
struct Step {
    at: usize,
    before: State,
    /// What the mean rises by.
    rise: f64,
    chord: f64,
}

impl Step {
    /// With a share of the unit at its upper end.
    fn state(&self, share: f64) -> State {
        let by = self.rise * share;
        State {
            mean: self.before.mean + by,
            sum: self.before.sum + by * self.chord,
        }
    }
}

impl Path {
    pub(super) fn new(term: Term, region: &Region) -> Path {
        let centre = (region.lowest_mean + region.highest_mean) / 2.0;
        let mut sum = 0.0;
        let mut chords: Vec<(f64, u32)> = Vec::with_capacity(region.spans.len());
        for (span, at) in region.spans.iter().zip(0..) {
            let at_low = term.at(span.low, centre);
            sum += span.weight * at_low;
            if span.width() > 0.0 {
                chords.push((term.chord(span, at_low, centre), at));
            }
        }
        chords.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut before = State {
            mean: region.lowest_mean,
            sum,
        };
        let step = |(chord, at): (f64, u32)| {
            let span = &region.spans[at as usize];
            let step = Step {
                at: at as usize,
                before,
                rise: span.weight * span.width(),
                chord,
            };
            before = step.state(1.0);
            step
        };
        Path {
            centre,
            steps: chords.into_iter().map(step).collect(),
            units: region.spans.len(),
        }
    }

    /// What is furthest apart: where the index, which first rises along the way, begins to fall.
    pub(super) fn furthest(&self, of: Separable) -> Split {
        let mut shares = vec![0.0; self.units];
        let rises = |state: State, chord: f64| self.slope(of, state, chord) > 0.0;
        let rising = self.steps.partition_point(|step| rises(step.before, step.chord));
        if let Some((last, whole)) = self.steps[..rising].split_last() {
            whole.iter().for_each(|step| shares[step.at] = 1.0);
            let (mut from, mut to) = (0.0, 1.0);
            for _ in 0..HALVINGS {
                let middle = (from + to) / 2.0;
                if rises(last.state(middle), last.chord) {
                    from = middle;
                } else {
                    to = middle;
                }
            }
            shares[last.at] = self.undivided(of, last, to);
        }
        Split(shares)
    }

    /// The share of a unit at its upper end, or 0 or 1 where that is as good but for rounding.
    fn undivided(&self, of: Separable, step: &Step, share: f64) -> f64 {
        let value = |share: f64| self.value(of, step.state(share));
        let ends = [1.0, 0.0].into_iter().filter(|end| value(*end) >= value(share));
        ends.max_by(|a, b| value(*a).total_cmp(&value(*b))).unwrap_or(share)
    }

    /// A number that rises with the index.
    fn value(&self, of: Separable, State { mean, sum }: State) -> f64 {
        let ratio = mean / self.centre;
        let variance = || sum - (mean - self.centre).powi(2);
        match of {
            Separable::Variance => variance(),
            Separable::Williamson => variance() / mean.powi(2),
            Separable::VarianceNormalised => variance() / (mean * (1.0 - mean)),
            Separable::TheilT => sum / ratio - ratio.ln(),
            Separable::TheilL => sum + ratio.ln(),
            Separable::AtkinsonHalf => -sum.powi(2) / ratio,
        }
    }

    /// The slope of that number in the mean while Σ w φ(x) rises along a chord, times something positive.
    fn slope(&self, of: Separable, State { mean, sum }: State, chord: f64) -> f64 {
        let distance = mean - self.centre;
        let (variance, rise) = (sum - distance.powi(2), chord - 2.0 * distance);
        match of {
            Separable::Variance => rise,
            Separable::Williamson => rise * mean - 2.0 * variance,
            Separable::VarianceNormalised => rise * mean * (1.0 - mean) - variance * (1.0 - 2.0 * mean),
            Separable::TheilT => self.centre * (chord * mean - sum) - mean,
            Separable::TheilL => chord * mean + 1.0,
            Separable::AtkinsonHalf => sum * (sum - 2.0 * chord * mean),
        }
    }
}
