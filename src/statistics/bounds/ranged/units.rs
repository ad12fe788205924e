//! Units of which nobody knows how much is missing.

use crate::statistics::bounds::defined::Extent;
use crate::statistics::bounds::region::{ROUNDING, Span};
use crate::statistics::bounds::value::Weighted;

/// A unit whose weight lies in a range. Weight and numerator lie in the polygon between both spans: for each weight between theirs, the ends of the range of
/// its ratio lie between those of the spans, since what is missing has a ratio of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::statistics) struct Ranged {
    /// As little as may be is missing.
    pub(in crate::statistics) least: Span,
    /// As much as may be; the weight is infinite where nothing limits it, and the ratio is then what it comes near to.
    pub(in crate::statistics) most: Span,
}

impl Ranged {
    /// A unit whose weight is known.
    pub(super) fn known(span: Span) -> Ranged {
        Ranged {
            least: span,
            most: span,
        }
    }

    /// Smallest ratio with any weight.
    pub(in crate::statistics::bounds) fn low(&self) -> f64 {
        self.least.low.min(self.most.low)
    }

    /// Largest ratio with any weight.
    pub(in crate::statistics::bounds) fn high(&self) -> f64 {
        self.least.high.max(self.most.high)
    }

    pub(super) fn is_unlimited(&self) -> bool {
        self.most.weight.is_infinite()
    }

    /// The same unit with no more, and with no less than the middle of its weights, which have a limit. The ends of its numerator lie on straight lines
    /// between those with the least and the largest weight.
    pub(super) fn halves(&self) -> [Ranged; 2] {
        let Ranged { least, most } = *self;
        let weight = least.weight + most.weight;
        let between = |least_end: f64, most_end: f64| (least.weight * least_end + most.weight * most_end) / weight;
        let middle = Span {
            low: between(least.low, most.low),
            high: between(least.high, most.high),
            weight: weight / 2.0,
            group: least.group,
        };
        [Ranged { least, most: middle }, Ranged { least: middle, most }]
    }

    /// Ratio and weight at the corners of the polygon; those that are infinitely far are left out for others.
    pub(super) fn corners(&self) -> [Weighted; 4] {
        let most = if self.is_unlimited() { &self.least } else { &self.most };
        let [least_low, least_high] = [self.least.low, self.least.high].map(|x| (x, self.least.weight));
        [least_low, least_high, (most.low, most.weight), (most.high, most.weight)]
    }

    /// The same unit with any ratio and any weight of its ranges together, which is more than it can have.
    pub(super) fn boxed(&self, weight: f64) -> Span {
        Span {
            low: self.low(),
            high: self.high(),
            weight,
            group: self.least.group,
        }
    }
}

/// All units that may have a weight.
pub(super) struct Units(pub(super) Vec<Ranged>);

impl Units {
    /// All with the least weight that they may have, and any ratio that they may have with any weight.
    pub(super) fn at_least(&self) -> Vec<Span> {
        self.0.iter().map(|unit| unit.boxed(unit.least.weight)).collect()
    }

    /// The same with the most.
    pub(super) fn at_most(&self) -> Vec<Span> {
        self.0.iter().map(|unit| unit.boxed(unit.most.weight)).collect()
    }

    pub(super) fn is_unlimited(&self) -> bool {
        self.0.iter().any(Ranged::is_unlimited)
    }

    /// The same units with the ratios turned about 0.
    pub(super) fn turned(&self) -> Units {
        let turned = |span: Span| Span {
            low: -span.high,
            high: -span.low,
            ..span
        };
        let unit = |unit: &Ranged| Ranged {
            least: turned(unit.least),
            most: turned(unit.most),
        };
        Units(self.0.iter().map(unit).collect())
    }

    /// Whether Σ w f(x) can be 0 or less, or 0 but for rounding, f being linear. A sum that only comes near to 0 as a weight grows beyond all limits is not.
    fn can_be_nothing(&self, f: fn(f64) -> f64) -> bool {
        let beyond = |unit: &Ranged| unit.is_unlimited() && f(unit.most.low).min(f(unit.most.high)) < 0.0;
        let (mut sum, mut size) = (0.0, 0.0);
        for unit in &self.0 {
            let terms = unit.corners().map(|(x, weight)| weight * f(x));
            let least = terms.into_iter().fold(f64::INFINITY, f64::min);
            sum += least;
            size += least.abs();
        }
        let has_weight = self.0.iter().any(|unit| unit.least.weight > 0.0);
        let alone = |unit: &Ranged| f(unit.low()).min(f(unit.high())) <= 0.0;
        sum < 0.0
            || has_weight && sum <= ROUNDING * size
            || !has_weight && self.0.iter().any(alone)
            || self.0.iter().any(beyond)
    }
}

impl Extent for Units {
    fn lowest(&self) -> f64 {
        self.0.iter().map(Ranged::low).fold(f64::INFINITY, f64::min)
    }

    fn highest(&self) -> f64 {
        self.0.iter().map(Ranged::high).fold(f64::NEG_INFINITY, f64::max)
    }

    fn can_mean_nothing(&self) -> bool {
        self.can_be_nothing(|x| x)
    }

    fn can_mean_all(&self) -> bool {
        self.can_be_nothing(|x| 1.0 - x)
    }
}
