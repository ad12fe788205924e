//! How low and how high the parts of an index between and within groups could be.
//!
//! *Between.* The between parts of Williamson's square, of Theil's T and of Theil's L are these indices over the groups, each taken as one unit. The mean of a
//! group depends on its own units alone, so the groups' means range free of each other, and a group is a unit like any other: weight and numerator are those of
//! its units together. So the between part has the bounds of the index over these units, exact ones where those are exact.
//!
//! *Within.* This part is a weighted mean of the same index of each group ([`within`]). The units of the groups are free of each other, so the indices of
//! the groups are. Their weights depend on the groups' means, which are taken to be free of the indices: the bounds are outer, unless all weights are
//! known numbers.
//!
//! *Gini.* The between part of Yitzhaki's is no further from 0 than the Gini coefficient over the groups, since μ times it is Σ p p' (2q − 1)(μ − μ') over all pairs of
//! groups, with q in 0..1 the share of pairs of units of which that of the first group has the higher ratio; a second interval follows from what ranks the units can have
//! ([`ranks`]). The overlap is Σ s G (O − 1), and O lies in p..2 − p. The covariance of x with any distribution function is at least 0.
//! It is at most half the mean distance from μ, and that is at most twice the covariance with the group's own distribution function.
//!
//! Each part is also what the others leave of the whole, which has bounds of its own, and no part but Yitzhaki's between and overlap is negative. What is published
//! is where all of these intervals meet.

mod group;
mod ranks;
#[cfg(test)]
mod tests;
mod within;

use super::completions::Completions;
use super::outcomes::Outcomes;
use super::range::Range;
use super::ranged::{Ranged, RangedWeights};
use super::region::{ROUNDING, Span};
use crate::statistics::Reason;
use crate::statistics::index::{Divisor, Family, Index, Part, Separable};
use group::Group;

/// The groups of some units, and what they could be.
pub(in crate::statistics) struct Groups {
    groups: Vec<Group>,
    /// The groups as units.
    over: Outcomes,
    /// Whether all weights are known.
    is_weighted: bool,
}

/// The bounds of the parts of an index.
#[derive(Clone, Copy, Debug)]
pub(in crate::statistics) struct PartRanges {
    between: Range,
    within: Range,
    overlap: Range,
}

impl PartRanges {
    /// Those of one part.
    pub(in crate::statistics) fn of(&self, part: Part) -> Range {
        match part {
            Part::Between => self.between,
            Part::Within => self.within,
            Part::Overlap => self.overlap,
        }
    }
}

impl Groups {
    /// `unknown`: why nobody knows the weights of `ranged`.
    ///
    /// # Errors
    /// No unit can have a weight.
    pub(in crate::statistics) fn new(
        spans: &[Span],
        ranged: &[Ranged],
        unknown: Option<Reason>,
    ) -> Result<Groups, Reason> {
        let groups = group::groups(spans, ranged, unknown)?;
        let wholes = || groups.iter().map(|group| group.whole);
        let over = match unknown {
            None => {
                let spans: Vec<Span> = wholes().map(|whole| whole.least).collect();
                Outcomes::Weighted(Box::new(Completions::new(&spans)?))
            }
            Some(unknown) => {
                let ranged: Vec<Ranged> = wholes().collect();
                Outcomes::Ranged(Box::new(RangedWeights::new(&[], &ranged, unknown)?))
            }
        };
        Ok(Groups {
            groups,
            over,
            is_weighted: unknown.is_none(),
        })
    }

    /// The bounds of the parts of an index, which has these bounds itself.
    pub(in crate::statistics) fn ranges(&self, index: &Index, whole: Range) -> PartRanges {
        match index.family {
            Family::Separable(Separable::Williamson, _) => {
                self.separable(Separable::Williamson, whole.map(|cv| cv * cv))
            }
            Family::Separable(of, _) => self.separable(of, whole),
            _ if index.parts.contains(&Part::Overlap) => self.yitzhaki(whole),
            _ => self.two_term(whole),
        }
    }

    fn separable(&self, of: Separable, whole: Range) -> PartRanges {
        if let [_] = self.groups.as_slice() {
            return one_group(whole);
        }
        let total = Range::outer(0.0, whole.upper);
        let between = self.over.separable(of).or(total).meet(total);
        let within = match of {
            Separable::TheilT => self.theil_t_within(),
            Separable::TheilL => self.theil_l_within(),
            _ => self.square_within(),
        };
        parts(whole, between, within.or(total).meet(total), Range::point(0.0))
    }

    /// Heikkuri & Schief 2022: neither part is negative.
    fn two_term(&self, whole: Range) -> PartRanges {
        if let [_] = self.groups.as_slice() {
            return one_group(whole);
        }
        let total = Range::outer(0.0, whole.upper);
        let within = self.two_term_within().or(total).meet(total);
        parts(whole, total, within, Range::point(0.0))
    }

    fn yitzhaki(&self, whole: Range) -> PartRanges {
        if let [_] = self.groups.as_slice() {
            return one_group(whole);
        }
        let total = Range::outer(0.0, whole.upper);
        let either = |most: f64| Range::outer(-most, most);
        // μG is concave in the distribution, so that the groups apart have no more than all together.
        let within = self.gini_within().or(total).meet(total);
        let over_groups = self.over.gini(Divisor::Mean).or(total).meet(total);
        let mut between = either(over_groups.upper);
        if self.is_weighted {
            between = between.meet(ranks::between(&self.groups, self.over.mean()));
        }
        let overlap = either(within.upper * (1.0 - self.smallest_share()));
        // Σ s G O is not negative; it exceeds the whole where the part between is below 0.
        let within_and_overlap = within.plus(overlap).at_least_0();
        let between = between.meet(whole.minus(within_and_overlap));
        let overlap = overlap.meet(whole.minus(between).minus(within));
        let within = within.meet(whole.minus(between).minus(overlap));
        PartRanges {
            between: between.widened(whole.upper),
            within: within.widened(whole.upper).at_least_0(),
            overlap: overlap.widened(whole.upper),
        }
    }

    /// Of the groups' shares of the weight; 0 where nobody knows them.
    fn smallest_share(&self) -> f64 {
        if !self.is_weighted {
            return 0.0;
        }
        let weights = || self.groups.iter().map(|group| group.whole.least.weight);
        weights().fold(f64::INFINITY, f64::min) / weights().sum::<f64>()
    }
}

/// Of one group, all is within it.
fn one_group(whole: Range) -> PartRanges {
    PartRanges {
        between: Range::point(0.0),
        within: whole,
        overlap: Range::point(0.0),
    }
}

/// Two parts that are not negative, each of them also what the other leaves of the whole.
fn parts(whole: Range, between: Range, within: Range, overlap: Range) -> PartRanges {
    let within = within.meet(whole.minus(between));
    let between = between.meet(whole.minus(within));
    PartRanges {
        between: between.widened(whole.upper).at_least_0(),
        within: within.widened(whole.upper).at_least_0(),
        overlap,
    }
}

impl Range {
    fn outer(lower: f64, upper: f64) -> Range {
        Range {
            lower,
            upper,
            is_exact: false,
        }
    }

    /// This one, with the other's end where an end is no finite number.
    fn or(self, other: Range) -> Range {
        if self.lower.is_finite() && self.upper.is_finite() {
            return self;
        }
        let finite = |own: f64, other: f64| if own.is_finite() { own } else { other };
        Range::outer(finite(self.lower, other.lower), finite(self.upper, other.upper))
    }

    /// Where both hold. Nothing is narrower than what is exact.
    fn meet(self, other: Range) -> Range {
        if self.is_exact {
            return self;
        }
        // Where they meet in one point, rounding may turn the ends around.
        let (lower, upper) = (self.lower.max(other.lower), self.upper.min(other.upper));
        Range::outer(lower.min(upper), lower.max(upper))
    }

    fn plus(self, other: Range) -> Range {
        Range::outer(self.lower + other.lower, self.upper + other.upper)
    }

    fn minus(self, other: Range) -> Range {
        Range::outer(self.lower - other.upper, self.upper - other.lower)
    }

    /// Widened by the rounding error of sums of this size, unless it is exact.
    fn widened(self, size: f64) -> Range {
        if self.is_exact {
            return self;
        }
        let lost = ROUNDING * size.abs();
        Range::outer(self.lower - lost, self.upper + lost)
    }

    fn at_least_0(self) -> Range {
        Range {
            lower: self.lower.max(0.0),
            ..self
        }
    }
}
