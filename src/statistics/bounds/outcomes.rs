//! What the units of a scope could be, whether their weights are known or not.

use super::completions::Completions;
use super::defined::Extent;
use super::range::Range;
use super::ranged::RangedWeights;
use crate::statistics::Reason;
use crate::statistics::index::{Context, Divisor, Index, Separable};

/// What the units of a scope could be.
pub(in crate::statistics) enum Outcomes {
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
    pub(in crate::statistics) fn range(&self, index: &Index, context: &Context) -> Result<Range, Reason> {
        match self {
            Outcomes::Weighted(completions) => completions.range(index, context),
            Outcomes::Ranged(weights) => weights.range(index, context),
        }
    }

    /// The bounds of what the separable indices of a kind follow from, where it is defined.
    pub(super) fn separable(&self, of: Separable) -> Range {
        match self {
            Outcomes::Weighted(completions) => completions.separable(of),
            Outcomes::Ranged(weights) => weights.separable(of),
        }
    }

    /// Those of μG over a divisor.
    pub(super) fn gini(&self, divisor: Divisor) -> Range {
        match self {
            Outcomes::Weighted(completions) => completions.gini(divisor),
            Outcomes::Ranged(weights) => weights.gini(divisor),
        }
    }

    pub(super) fn extent(&self) -> &dyn Extent {
        match self {
            Outcomes::Weighted(completions) => completions.region(),
            Outcomes::Ranged(weights) => weights.units(),
        }
    }

    /// Lowest and highest mean.
    pub(super) fn mean(&self) -> [f64; 2] {
        match self {
            Outcomes::Weighted(completions) => {
                let region = completions.region();
                [region.lowest_mean, region.highest_mean]
            }
            Outcomes::Ranged(weights) => weights.mean(),
        }
    }
}
