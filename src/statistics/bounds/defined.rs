//! Whether an index is defined for every completion.

use crate::statistics::Reason;
use crate::statistics::index::{Applies, Divisor, Family, Index, Separable, Unweighted};

/// What the ratios of some units and their mean can be.
pub(super) trait Extent {
    /// Smallest ratio that any unit can have.
    fn lowest(&self) -> f64;
    /// Largest ratio that any unit can have.
    fn highest(&self) -> f64;
    /// Whether a mean can be 0 or less, or be 0 but for rounding.
    fn can_mean_nothing(&self) -> bool;
    /// Whether a mean can be 1 or more, or be 1 but for rounding.
    fn can_mean_all(&self) -> bool;
}

/// # Errors
/// Why the index is undefined for a completion.
pub(super) fn is_defined(index: &Index, extent: &impl Extent) -> Result<(), Reason> {
    use {
        Divisor::{Mean, MeanAndRest},
        Separable::{AtkinsonHalf, TheilL, TheilT, Variance, VarianceNormalised, Williamson},
        Unweighted::{Disparity, FromBest, FromMean, FromReference},
    };
    let lowest = extent.lowest();
    let is_bounded = index.applies == Applies::Bounded;
    let (no_negative, by_mean) = match index.family {
        Family::Separable(TheilT | TheilL | AtkinsonHalf, _) | Family::BestShare => (true, true),
        Family::Separable(Williamson | VarianceNormalised, _)
        | Family::Gini(_, Mean | MeanAndRest)
        | Family::Deviation(_, Mean | MeanAndRest)
        | Family::Unweighted(Disparity) => (false, true),
        Family::Quantiles => (true, false),
        Family::Separable(Variance, _)
        | Family::Gini(..)
        | Family::Deviation(..)
        | Family::Best
        | Family::Reference
        | Family::Unweighted(FromMean | FromBest | FromReference)
        | Family::Ladder(_) => (false, false),
    };
    if no_negative && lowest < 0.0 {
        return Err(Reason::NegativeValue);
    }
    if by_mean && extent.can_mean_nothing() {
        return Err(Reason::MeanNotPositive);
    }
    if matches!(index.family, Family::Separable(TheilL, _)) && lowest == 0.0 {
        return Err(Reason::ZeroUndefined);
    }
    if is_bounded && (lowest < 0.0 || extent.highest() > 1.0) {
        return Err(Reason::OutsideBounds);
    }
    if is_bounded && by_mean && extent.can_mean_all() {
        return Err(Reason::ZeroDivisor);
    }
    Ok(())
}
