//! One group of units: the indices it could have, and the group as a unit among the groups.

use crate::statistics::Reason;
use crate::statistics::bounds::completions::Completions;
use crate::statistics::bounds::outcomes::Outcomes;
use crate::statistics::bounds::range::Range;
use crate::statistics::bounds::ranged::{Ranged, RangedWeights};
use crate::statistics::bounds::region::Span;
use crate::statistics::bounds::value::{self, Weighted};
use crate::statistics::index::{Divisor, Separable};

/// A group of which some unit may have a weight.
pub(super) struct Group {
    /// The units whose weight is known.
    pub(super) spans: Vec<Span>,
    /// Its weight, and the range of its mean with the least and the largest weight.
    pub(super) whole: Ranged,
    own: Own,
}

/// What the units of a group could be.
enum Own {
    /// Nothing is missing of them. In ascending order of their ratios.
    Closed(Vec<Weighted>),
    Open(Outcomes),
}

/// The groups that units have, in the order of their numbers.
///
/// # Errors
/// No unit can have a weight.
pub(super) fn groups(spans: &[Span], ranged: &[Ranged], unknown: Option<Reason>) -> Result<Vec<Group>, Reason> {
    let numbers = || {
        spans
            .iter()
            .map(|span| span.group)
            .chain(ranged.iter().map(|unit| unit.least.group))
    };
    let mut all: Vec<(Vec<Span>, Vec<Ranged>)> = vec![Default::default(); numbers().max().map_or(0, |last| last + 1)];
    let of_weight = spans.iter().filter(|span| span.weight > 0.0);
    of_weight.for_each(|span| all[span.group].0.push(*span));
    let of_weight = ranged.iter().filter(|unit| unit.most.weight > 0.0);
    of_weight.for_each(|unit| all[unit.least.group].1.push(*unit));
    let there = all
        .into_iter()
        .filter(|(spans, ranged)| !spans.is_empty() || !ranged.is_empty());
    let groups: Vec<Group> = there
        .map(|(spans, ranged)| Group::new(spans, &ranged, unknown))
        .collect::<Result<_, _>>()?;
    if groups.is_empty() {
        return Err(Reason::NoUnits);
    }
    Ok(groups)
}

impl Group {
    fn new(spans: Vec<Span>, ranged: &[Ranged], unknown: Option<Reason>) -> Result<Group, Reason> {
        let is_closed = ranged.is_empty() && spans.iter().all(|span| span.width() == 0.0);
        let own = match unknown {
            _ if is_closed => {
                let mut units: Vec<Weighted> = spans.iter().map(|span| (span.low, span.weight)).collect();
                units.sort_by(|a, b| a.0.total_cmp(&b.0));
                let total: f64 = units.iter().map(|unit| unit.1).sum();
                units.iter_mut().for_each(|unit| unit.1 /= total);
                Own::Closed(units)
            }
            Some(unknown) if !ranged.is_empty() => {
                Own::Open(Outcomes::Ranged(Box::new(RangedWeights::new(&spans, ranged, unknown)?)))
            }
            _ => Own::Open(Outcomes::Weighted(Box::new(Completions::new(&spans)?))),
        };
        let ends = |end: fn(&Ranged) -> Span| together(spans.iter().copied().chain(ranged.iter().map(end)));
        let most = ends(|unit| unit.most);
        let least = ends(|unit| unit.least);
        // Without weight the group has no mean. All that it may have is then missing and has a plausible ratio, and one range of plausible ratios
        // holds for all units: so the range is that of the largest weight.
        let least = if least.weight > 0.0 {
            least
        } else {
            Span { weight: 0.0, ..most }
        };
        Ok(Group {
            spans,
            whole: Ranged { least, most },
            own,
        })
    }

    /// Ends of its weight.
    pub(super) fn weight(&self) -> [f64; 2] {
        [self.whole.least.weight, self.whole.most.weight]
    }

    /// Ends of the sum of its numerators, none of which is negative.
    pub(super) fn numerator(&self) -> [f64; 2] {
        let (least, most) = (&self.whole.least, &self.whole.most);
        let [low, high] = [least.weight * least.low, least.weight * least.high];
        match most.weight.is_infinite() {
            // What is missing adds to it, or nothing.
            true if most.high > 0.0 => [low, f64::INFINITY],
            true => [low, high],
            false => [low.min(most.weight * most.low), high.max(most.weight * most.high)],
        }
    }

    /// Of units whose ratios are not negative. Where all ratios can be 0, T is undefined there. For any other ratios it is at most −ln of the smallest share.
    pub(super) fn theil_t(&self) -> Range {
        if self.whole.high() <= 0.0 {
            return Range::point(0.0);
        }
        if self.can_mean_nothing() {
            return Range::outer(0.0, -self.smallest_share().ln());
        }
        self.separable(Separable::TheilT)
    }

    pub(super) fn separable(&self, of: Separable) -> Range {
        match &self.own {
            Own::Closed(units) => Range::point(value::separable(of, units.iter().copied())),
            Own::Open(outcomes) => outcomes.separable(of),
        }
    }

    /// μG.
    pub(super) fn absolute_gini(&self) -> Range {
        let found = match &self.own {
            Own::Closed(units) => Range::point(value::absolute_gini(units.iter().copied()).0),
            Own::Open(outcomes) => outcomes.gini(Divisor::One),
        };
        // Of equal units rounding may leave next to nothing below 0.
        found.map(|value| value.max(0.0))
    }

    /// G, of units whose ratios are not negative.
    pub(super) fn gini(&self) -> Range {
        if self.can_mean_nothing() {
            return Range::outer(0.0, 1.0);
        }
        match &self.own {
            Own::Closed(units) => {
                let (absolute, mean) = value::absolute_gini(units.iter().copied());
                Range::point(absolute / mean)
            }
            Own::Open(outcomes) => outcomes.gini(Divisor::Mean),
        }
    }

    /// Whether a unit can have a negative ratio.
    pub(super) fn has_negative(&self) -> bool {
        match &self.own {
            Own::Closed(units) => units.first().is_some_and(|unit| unit.0 < 0.0),
            Own::Open(outcomes) => outcomes.extent().lowest() < 0.0,
        }
    }

    fn can_mean_nothing(&self) -> bool {
        match &self.own {
            Own::Closed(_) => self.whole.low() <= 0.0,
            Own::Open(outcomes) => outcomes.extent().can_mean_nothing(),
        }
    }

    /// Of its units; 0 where nobody knows their weights.
    fn smallest_share(&self) -> f64 {
        if self.whole.least.weight < self.whole.most.weight {
            return 0.0;
        }
        let weights = || self.spans.iter().map(|span| span.weight);
        weights().fold(f64::INFINITY, f64::min) / weights().sum::<f64>()
    }
}

/// Units as one. Those whose weight has no limit outweigh the others.
fn together(spans: impl Iterator<Item = Span> + Clone) -> Span {
    let group = spans.clone().next().map_or(0, |span| span.group);
    let unlimited = || spans.clone().filter(|span| span.weight.is_infinite());
    if unlimited().next().is_some() {
        return Span {
            low: unlimited().map(|span| span.low).fold(f64::INFINITY, f64::min),
            high: unlimited().map(|span| span.high).fold(f64::NEG_INFINITY, f64::max),
            weight: f64::INFINITY,
            group,
        };
    }
    let sum = |of: fn(&Span) -> f64| spans.clone().map(|span| of(&span)).sum::<f64>();
    let weight = sum(|span| span.weight);
    let mean = |of: fn(&Span) -> f64| sum(of) / weight;
    Span {
        low: mean(|span| span.weight * span.low),
        high: mean(|span| span.weight * span.high),
        weight,
        group,
    }
}
