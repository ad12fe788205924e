//! How low and how high an index could be, whatever the missing records hold within the plausible range.
//!
//! The denominators of all units are known, so their weights are; the ratio of each lies within a range. The indices of three families have their smallest
//! value at the most equal completion ([`level`]), and their largest at ends of ranges: those that follow from the mean and a sum of convex terms
//! ([`separable`]), those of Gini ([`gini`]) and mean deviations ([`deviation`]). Where the largest cannot be found fast, a number is given that
//! is certainly no smaller, and the bounds are called outer. Where nobody knows how much is missing of a unit, its weight lies within a range, too
//! ([`ranged`]). The parts of an index between and within groups have bounds of their own ([`parts`]).

mod completions;
mod defined;
mod deviation;
mod gini;
mod known;
mod ladder;
mod level;
mod parts;
mod per;
mod points;
mod range;
mod ranged;
mod region;
mod separable;
#[cfg(test)]
mod tests;
mod value;

use super::Reason;
use super::index::{Context, Divisor, Index, Separable};
use defined::Extent;

pub(super) use completions::Completions;
pub(super) use known::Known;
pub(super) use parts::{Groups, PartRanges};
pub(super) use range::Range;
pub(super) use ranged::{Ranged, RangedWeights};
pub(super) use region::Span;

/// What the units of a scope could be.
pub(super) enum Outcomes {
    /// All weights are known.
    Weighted(Box<Completions>),
    /// Some lie within a range.
    Ranged(Box<RangedWeights>),
}

impl Outcomes {
    /// The bounds of an index.
    ///
    /// # Errors
    /// The index is undefined for a completion, or has no limit.
    pub(super) fn range(&self, index: &Index, context: &Context) -> Result<Range, Reason> {
        match self {
            Outcomes::Weighted(completions) => completions.range(index, context),
            Outcomes::Ranged(weights) => weights.range(index, context),
        }
    }

    /// The bounds of what the separable indices of a kind follow from, where it is defined.
    fn separable(&self, of: Separable) -> Range {
        match self {
            Outcomes::Weighted(completions) => completions.separable(of),
            Outcomes::Ranged(weights) => weights.separable(of),
        }
    }

    /// Those of μG over a divisor.
    fn gini(&self, divisor: Divisor) -> Range {
        match self {
            Outcomes::Weighted(completions) => completions.gini(divisor),
            Outcomes::Ranged(weights) => weights.gini(divisor),
        }
    }

    fn extent(&self) -> &dyn Extent {
        match self {
            Outcomes::Weighted(completions) => completions.region(),
            Outcomes::Ranged(weights) => weights.units(),
        }
    }

    /// Lowest and highest mean.
    fn mean(&self) -> [f64; 2] {
        match self {
            Outcomes::Weighted(completions) => {
                let region = completions.region();
                [region.lowest_mean, region.highest_mean]
            }
            Outcomes::Ranged(weights) => weights.mean(),
        }
    }
}
