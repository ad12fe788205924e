//! Atkinson's index for two degrees of aversion.

use super::{Context, Parts};
use crate::statistics::{Distribution, Reason};

/// 1 − (Σ w √(x/μ))². Atkinson 1970, ε = ½.
pub(super) fn half(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    // Σ w √r = 1 + Σ w (√r − 1): equality gives exactly 0.
    let excess = all.weighted_values(|x| (x / mean).sqrt() - 1.0);
    Ok(Parts::whole(-excess * (2.0 + excess)))
}

/// 1 − exp(Σ w ln(x/μ)); undefined with an x of 0. Atkinson 1970, ε = 1.
pub(super) fn one(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    if all.min() == 0.0 {
        return Err(Reason::ZeroUndefined);
    }
    Ok(Parts::whole(-all.weighted_values(|x| (x / mean).ln()).exp_m1()))
}
