//! The completions that are furthest apart, for indices that follow from the mean and Σ w φ(x) with a convex φ.
//!
//! The largest value is at ends of ranges, but which ends is a problem that no fast method solves (Ferson et al. 2005: the largest variance of interval
//! data is NP-hard). Where a unit may be divided between both ends, the units that are at the upper end are those whose chord of φ is
//! steepest: all but one are whole, and what is found is at least the largest value. If the one is whole too, it is the largest value.

use super::region::{Region, Split};
use super::search::lowest;
use crate::statistics::index::Separable;

/// A function of the mean and of Σ w φ(x), with φ about a centre so that nothing is lost to rounding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    of: Separable,
    centre: f64,
}

impl Scale {
    pub(super) fn new(of: Separable, region: &Region) -> Scale {
        let middle = (region.lowest_mean + region.highest_mean) / 2.0;
        Scale { of, centre: middle }
    }

    /// φ(x).
    pub(super) fn term(&self, x: f64) -> f64 {
        let ratio = x / self.centre;
        match self.of {
            Separable::Variance | Separable::Williamson | Separable::VarianceNormalised => (x - self.centre).powi(2),
            Separable::TheilT if x == 0.0 => 0.0,
            Separable::TheilT => ratio * ratio.ln(),
            Separable::TheilL => -ratio.ln(),
            Separable::AtkinsonHalf => -ratio.sqrt(),
        }
    }

    /// The slope of the chord of φ over a range.
    fn chord(&self, low: f64, high: f64) -> f64 {
        match self.of {
            Separable::Variance | Separable::Williamson | Separable::VarianceNormalised => low + high,
            Separable::TheilL => -((high - low) / low).ln_1p() / (high - low),
            Separable::AtkinsonHalf => -1.0 / (low.sqrt() + high.sqrt()),
            Separable::TheilT => (self.term(high) - self.term(low)) / (high - low),
        }
    }

    /// A number that rises with the index.
    pub(super) fn score(&self, sum: f64, mean: f64) -> f64 {
        let ratio = mean / self.centre;
        let variance = || sum - (mean - self.centre).powi(2);
        match self.of {
            Separable::Variance => variance(),
            Separable::Williamson => variance() / mean.powi(2),
            Separable::VarianceNormalised => variance() / (mean * (1.0 - mean)),
            Separable::TheilT => sum / ratio - ratio.ln(),
            Separable::TheilL => sum + ratio.ln(),
            Separable::AtkinsonHalf => -sum.powi(2) / ratio,
        }
    }

    /// What is furthest apart.
    pub(super) fn furthest_apart(&self, region: &Region) -> Split {
        let mut open: Vec<(f64, usize)> = (region.spans.iter().enumerate())
            .filter(|(_, span)| span.width() > 0.0)
            .map(|(at, span)| (self.chord(span.low, span.high), at))
            .collect();
        open.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let start: f64 = region.spans.iter().map(|span| span.weight * self.term(span.low)).sum();
        let mut states = vec![(region.lowest_mean, start)];
        for (_, at) in &open {
            let (span, (mean, sum)) = (&region.spans[*at], states[states.len() - 1]);
            let rise = self.term(span.high) - self.term(span.low);
            states.push((mean + span.weight * span.width(), sum + span.weight * rise));
        }
        let score = |state: (f64, f64)| -self.score(state.1, state.0);
        let (first, end) = (states[0].0, states[states.len() - 1].0);
        let mean = lowest(first, end, |mean| score(between(&states, mean).1));
        let (before, state, part) = between(&states, mean);
        // An undivided unit is as good but for rounding.
        let (whole, part) = [(before, 0.0), (before + 1, 1.0)]
            .into_iter()
            .filter(|(whole, _)| *whole < states.len() && score(states[*whole]) <= score(state))
            .min_by(|a, b| score(states[a.0]).total_cmp(&score(states[b.0])))
            .map_or((before, part), |(whole, _)| (whole, 0.0));
        let mut shares = vec![0.0; region.spans.len()];
        open[..whole].iter().for_each(|(_, at)| shares[*at] = 1.0);
        if part > 0.0 {
            shares[open[whole].1] = part;
        }
        Split(shares)
    }
}

/// Number of units at the upper end when the mean is this, the state there, and the share of the next unit that is there too.
fn between(states: &[(f64, f64)], mean: f64) -> (usize, (f64, f64), f64) {
    let after = states.partition_point(|state| state.0 < mean).min(states.len() - 1);
    let Some(before) = after.checked_sub(1) else {
        return (0, states[0], 0.0);
    };
    let (from, to) = (states[before], states[after]);
    let part = if to.0 > from.0 {
        ((mean - from.0) / (to.0 - from.0)).min(1.0)
    } else {
        1.0
    };
    (before, (mean, from.1 + (to.1 - from.1) * part), part)
}
