//! Atkinson's index for two degrees of aversion.

use super::{Context, Parts, theil};
use crate::statistics::{Distribution, Reason};

/// 1 − (Σ w √(x/μ))². Atkinson 1970, ε = ½.
pub(super) fn half(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    all.positive_mean()?;
    // Σ w √r = 1 + Σ w (√r − 1).
    let excess = all.entropies().roots;
    Ok(Parts::whole(-excess * (2.0 + excess)))
}

/// 1 − exp(Σ w ln(x/μ)) = 1 − exp(−L); undefined with an x of 0. Atkinson 1970, ε = 1.
pub(super) fn one(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let l = theil::l(all, context)?.value;
    Ok(Parts::whole(-(-l).exp_m1()))
}
